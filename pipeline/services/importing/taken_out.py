"""Citations taken out of a document's XML: a mark stands in the place of each, and lists of managers are dropped."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from pipeline.services.importing.managers import (
    CitedItem,
    ManagerField,
    WordSources,
    control_left,
    field_left,
    give_up,
    has_more,
    is_typed,
    read_fields,
    without_field,
    words_of_works,
)
from pipeline.services.importing.package import (
    PARAGRAPH,
    RUN,
    TABLE,
    TEXT,
    BrokenXml,
    Element,
    W,
    mark,
    parse,
    value,
    words_run,
)
from pipeline.services.importing.typed import TypedEntry

_BOOKMARK = "ZOTERO_BREF_"
_AROUND = {
    **dict.fromkeys((f"{W}body", f"{W}tc", f"{W}txbxContent", f"{W}footnote", f"{W}endnote"), (PARAGRAPH,)),
    f"{W}tr": (PARAGRAPH, f"{W}tc"),
    TABLE: (PARAGRAPH, f"{W}tc", f"{W}tr"),
}
"""Elements around a run in each place where a control can stand that is more than a part of a line."""
_PIECE = re.compile(rf"({_BOOKMARK}\w+)_(\d+)")


class KeptWords(NamedTuple):
    """Words of a citation that stay, for it cannot be written anew, and its works as far as they are known."""

    items: tuple[CitedItem, ...]
    words: str


@dataclass
class Clusters:
    """Citations found so far: the number of each is that of its mark."""

    sources: WordSources
    bookmarks: Mapping[str, str]
    """Codes of the bookmarks that Zotero writes in the place of fields, by their names."""
    found: list[tuple[CitedItem, ...]] = field(default_factory=list)
    kept: list[KeptWords] = field(default_factory=list)
    lists: list[tuple[list[Element], str]] = field(default_factory=list)
    """Paragraphs of lists that managers made: what is to be taken out of each, and its words."""

    def mark(self, left: ManagerField, shown: str) -> Element | None:
        """A run with the mark of one more citation; nothing where what it shows stays."""
        if left.kind == "citation" and not has_more(shown, left.items, left.says):
            self.found.append(left.items)
            return words_run(mark(len(self.found) - 1))
        self.keep(left, shown)
        return None

    def keep(self, left: ManagerField, shown: str) -> None:
        """Keep the words of a citation."""
        self.kept.append(KeptWords(left.items, " ".join(shown.split())))

    def list_found(self, nodes: Iterable[Element]) -> None:
        """Enter the nodes of a list, such as runs, by their paragraphs."""
        by: dict[Element, list[Element]] = {}
        for node in nodes:
            paragraph = node if node.tag == PARAGRAPH else next(node.iterancestors(PARAGRAPH), node)
            by.setdefault(paragraph, []).append(node)
        self.lists += [(found, _shown(found)) for found in by.values()]


def take_out_citations(root: Element, clusters: Clusters) -> None:
    """Put a mark in the place of every citation of a part, and enter the lists that managers made."""
    for control in list(root.iter(f"{W}sdt")):
        left = control_left(value(control, "sdtPr/tag"))
        parent = control.getparent()
        if left.kind == "other" or parent is None:
            continue
        if left.kind == "list":
            within = control.findall(f"{W}sdtContent/{PARAGRAPH}")
            clusters.list_found(within or [control])
        elif (made := clusters.mark(left, _shown([control]))) is not None:
            for name in _AROUND.get(parent.tag, ()):
                around = etree.Element(name)
                around.append(made)
                made = around
            parent.replace(control, made)
    _take_fields(root, clusters)
    _take_simple_fields(root, clusters)
    _take_bookmarks(root, clusters)


def drop_lists(clusters: Clusters) -> None:
    """Drop the lists that managers made, now that all works are known; what somebody typed into one stays."""
    known = words_of_works([*clusters.found, *(kept.items for kept in clusters.kept)])
    for nodes, words in clusters.lists:
        if is_typed(words, known) and not TypedEntry(words).is_reference:
            for node in nodes:
                without_field(node)
        else:
            _remove(nodes)


def read_bookmarks(parts: Mapping[str, bytes]) -> Mapping[str, str]:
    """Codes of Zotero's bookmarks: properties of the document, cut to pieces that are numbered."""
    content = parts.get("docProps/custom.xml", b"")
    if _BOOKMARK.encode() not in content:
        return {}
    try:
        root = parse(content)
    except BrokenXml:
        return {}
    pieces: dict[str, dict[int, str]] = {}
    for node in root:
        if isinstance(node.tag, str) and (found := _PIECE.fullmatch(str(node.get("name", "")))):
            pieces.setdefault(found[1], {})[int(found[2])] = "".join(node.itertext())
    return {name: "".join(parts[number] for number in sorted(parts)) for name, parts in pieces.items()}


def _take_fields(root: Element, clusters: Clusters) -> None:
    """Take the fields out that have a beginning and an end, which may stand in 2 paragraphs."""
    for one, around, ended in read_fields(root):
        if around and "EN.CITE.DATA" in one.code:  # the data of the field around it
            around.kept = around.kept or one.kept
            continue
        left = field_left(one.code, one.kept, clusters.sources)
        if ended:
            _replace(one.runs, one.words, left, clusters)
        elif left.kind in ("citation", "unread"):
            clusters.keep(left, one.words)
            give_up(one)


def _replace(runs: list[Element], shown: str, left: ManagerField, clusters: Clusters) -> None:
    if left.kind == "other" or not runs or runs[0].getparent() is None:
        return
    if left.kind == "list":
        clusters.list_found(runs)
    elif (made := clusters.mark(left, shown)) is not None:
        runs[0].addprevious(made)
        _remove(runs)


def _remove(nodes: list[Element]) -> None:
    for node in nodes:
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)


def _take_simple_fields(root: Element, clusters: Clusters) -> None:
    for simple in list(root.iter(f"{W}fldSimple")):
        kept = (simple.findtext(f"{W}fldData") or "").strip()
        left = field_left(str(simple.get(f"{W}instr", "")), kept, clusters.sources)
        _replace([simple], _shown([simple]), left, clusters)


def _take_bookmarks(root: Element, clusters: Clusters) -> None:
    within: dict[str, tuple[str, list[Element]]] = {}
    for node in list(root.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd", RUN)):
        name = str(node.get(f"{W}id"))
        if node.tag == RUN:
            for _, runs in within.values():
                runs.append(node)
        elif node.tag == f"{W}bookmarkStart":
            if (code := clusters.bookmarks.get(str(node.get(f"{W}name")))) is not None:
                within[name] = (code, [])
        elif name in within:
            code, runs = within.pop(name)
            _replace(runs, _shown(runs), field_left(code, "", clusters.sources), clusters)


def _shown(nodes: Iterable[Element]) -> str:
    return "".join(text.text or "" for node in nodes for text in node.iter(TEXT))

"""Citations taken out of a document's XML: a mark stands in the place of each, and lists of managers are dropped."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from pipeline.word.citations.items import CitedItem
from pipeline.word.citations.managers import Left, control_left, field_left
from pipeline.word.citations.word_sources import WordSources
from pipeline.word.document.marks import mark
from pipeline.word.document.names import PARAGRAPH, RUN, TABLE, BrokenXml, Element, W, parse, value, words_run

_BOOKMARK = "ZOTERO_BREF_"
_AROUND = {
    **dict.fromkeys((f"{W}body", f"{W}tc", f"{W}txbxContent", f"{W}footnote", f"{W}endnote"), (PARAGRAPH,)),
    f"{W}tr": (PARAGRAPH, f"{W}tc"),
    TABLE: (PARAGRAPH, f"{W}tc", f"{W}tr"),
}
"""Elements around a run in each place where a control can stand that is more than a part of a line."""
_PIECE = re.compile(rf"({_BOOKMARK}\w+)_(\d+)")


@dataclass
class Clusters:
    """Citations found so far: the number of each is that of its mark."""

    sources: WordSources
    bookmarks: Mapping[str, str]
    """Codes of the bookmarks that Zotero writes in the place of fields, by their names."""
    found: list[tuple[CitedItem, ...]] = field(default_factory=list)

    def mark(self, items: tuple[CitedItem, ...]) -> Element:
        """A run with the mark of one more citation."""
        self.found.append(items)
        return words_run(mark(len(self.found) - 1))


def take_out_citations(root: Element, clusters: Clusters) -> None:
    """Put a mark in the place of every citation of a part, and drop the lists that managers made."""
    _take_controls(root, clusters)
    _take_fields(root, clusters)
    _take_simple_fields(root, clusters)
    _take_bookmarks(root, clusters)


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


def _take_controls(root: Element, clusters: Clusters) -> None:
    for control in list(root.iter(f"{W}sdt")):
        left = control_left(value(control, "sdtPr/tag"))
        parent = control.getparent()
        if left.kind == "other" or parent is None:
            continue
        if left.kind == "citation":
            made = clusters.mark(left.items)
            for name in _AROUND.get(parent.tag, ()):
                around = etree.Element(name)
                around.append(made)
                made = around
            parent.replace(control, made)
        else:
            parent.remove(control)


@dataclass
class _Field:
    """A field that is being read."""

    kept: str
    code: str = ""
    shown: bool = False
    runs: list[Element] = field(default_factory=list)


def _take_fields(root: Element, clusters: Clusters) -> None:
    """Take the fields out that have a beginning and an end, which may stand in different paragraphs."""
    opened: list[_Field] = []
    for run in list(root.iter(RUN)):
        for char in run.findall(f"{W}fldChar"):
            if char.get(f"{W}fldCharType") == "begin":
                opened.append(_Field((char.findtext(f"{W}fldData") or "").strip()))
        for one in opened:
            one.runs.append(run)
        if opened and not opened[-1].shown:
            opened[-1].code += "".join(text.text or "" for text in run.iter(f"{W}instrText"))
        for char in run.findall(f"{W}fldChar"):
            kind = char.get(f"{W}fldCharType")
            if kind == "separate" and opened:
                opened[-1].shown = True
            elif kind == "end" and opened:
                _close_field(opened.pop(), opened, clusters)


def _close_field(done: _Field, around: list[_Field], clusters: Clusters) -> None:
    if around and "EN.CITE.DATA" in done.code:  # the data of the field around it
        around[-1].kept = around[-1].kept or done.kept
        return
    _replace(done.runs, field_left(done.code, done.kept, clusters.sources), clusters)


def _replace(runs: list[Element], left: Left, clusters: Clusters) -> None:
    if left.kind == "other" or not runs or runs[0].getparent() is None:
        return
    if left.kind == "citation":
        runs[0].addprevious(clusters.mark(left.items))
    for run in runs:
        parent = run.getparent()
        if parent is not None:
            parent.remove(run)


def _take_simple_fields(root: Element, clusters: Clusters) -> None:
    for simple in list(root.iter(f"{W}fldSimple")):
        kept = (simple.findtext(f"{W}fldData") or "").strip()
        left = field_left(str(simple.get(f"{W}instr", "")), kept, clusters.sources)
        if left.kind == "citation":
            simple.addprevious(clusters.mark(left.items))
        if left.kind != "other":
            simple.getparent().remove(simple)


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
            _replace(runs, field_left(code, "", clusters.sources), clusters)

"""Citations of reference managers in a document's XML: a mark replaces each, and lists of managers are removed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from unicodedata import normalize

from lxml import etree

from pipeline.services.importing.docx_package import (
    PARAGRAPH,
    RUN,
    TABLE,
    TEXT,
    BrokenXml,
    Element,
    W,
    citation_mark,
    make_run,
    parse_xml,
    property_value,
)
from pipeline.services.importing.reference_managers import (
    CitedItem,
    ManagerField,
    UnreadCitation,
    WordSources,
    read_control,
    read_field,
    read_word_sources,
)
from pipeline.services.importing.typed_citations import TypedEntry

_BOOKMARK = "ZOTERO_BREF_"
_WRAPPERS = {
    **dict.fromkeys((f"{W}body", f"{W}tc", f"{W}txbxContent", f"{W}footnote", f"{W}endnote"), (PARAGRAPH,)),
    f"{W}tr": (PARAGRAPH, f"{W}tc"),
    TABLE: (PARAGRAPH, f"{W}tc", f"{W}tr"),
}
"""Elements that a run needs around it, by the parent of a control that is more than a part of a line."""
_BOOKMARK_PIECE = re.compile(rf"({_BOOKMARK}\w+)_(\d+)")


@dataclass
class CitationCollector:
    """The citations found so far: each has the number of its mark."""

    sources: WordSources
    bookmarks: Mapping[str, str]
    """Codes of the bookmarks that Zotero writes instead of fields, by name."""
    citations: list[tuple[CitedItem, ...]] = field(default_factory=list)
    unread: list[UnreadCitation] = field(default_factory=list)
    lists: list[tuple[list[Element], str]] = field(default_factory=list)
    """Paragraphs of lists that managers made: the elements to remove from each, and their words."""

    @classmethod
    def of(cls, parts: Mapping[str, bytes]) -> "CitationCollector":
        """Return a collector with the sources and bookmarks of a document."""
        return cls(read_word_sources(parts), _read_bookmarks(parts))

    def mark(self, manager_field: ManagerField, shown: str) -> Element | None:
        """Add a citation and return a run with its mark; None if the words that it shows stay."""
        if manager_field.kind == "citation" and not _shows_more(shown, manager_field):
            self.citations.append(manager_field.items)
            return make_run(citation_mark(len(self.citations) - 1))
        self.add_unread(manager_field, shown)
        return None

    def add_unread(self, manager_field: ManagerField, shown: str) -> None:
        """Add a citation whose words stay."""
        self.unread.append(UnreadCitation(manager_field.items, " ".join(shown.split())))

    def add_list(self, nodes: Iterable[Element]) -> None:
        """Add the nodes of a list, such as runs, by paragraph."""
        by_paragraph: dict[Element, list[Element]] = {}
        for node in nodes:
            paragraph = node if node.tag == PARAGRAPH else next(node.iterancestors(PARAGRAPH), node)
            by_paragraph.setdefault(paragraph, []).append(node)
        self.lists += [(paragraph_nodes, _text_of(paragraph_nodes)) for paragraph_nodes in by_paragraph.values()]


def take_out_citations(root: Element, collector: CitationCollector) -> None:
    """Replace every citation of a part by a mark, and collect the lists that managers made."""
    for control in list(root.iter(f"{W}sdt")):
        manager_field = read_control(property_value(control, "sdtPr/tag"))
        parent = control.getparent()
        if manager_field.kind == "other" or parent is None:
            continue
        if manager_field.kind == "list":
            collector.add_list(control.findall(f"{W}sdtContent/{PARAGRAPH}") or [control])
        elif (replacement := collector.mark(manager_field, _text_of([control]))) is not None:
            for name in _WRAPPERS.get(parent.tag, ()):
                wrapper = etree.Element(name)
                wrapper.append(replacement)
                replacement = wrapper
            parent.replace(control, replacement)
    _take_fields(root, collector)
    for simple in list(root.iter(f"{W}fldSimple")):
        data = (simple.findtext(f"{W}fldData") or "").strip()
        manager_field = read_field(str(simple.get(f"{W}instr", "")), data, collector.sources)
        _replace([simple], _text_of([simple]), manager_field, collector)
    _take_bookmarks(root, collector)


def _take_fields(root: Element, collector: CitationCollector) -> None:
    """Take out the fields that have a beginning and an end, which may be in two paragraphs."""
    for open_field in _read_fields(root):
        around = open_field.around
        if around and "EN.CITE.DATA" in open_field.code:  # the data of the field around it
            around.data = around.data or open_field.data
            continue
        manager_field = read_field(open_field.code, open_field.data, collector.sources)
        if open_field.has_end:
            _replace(open_field.runs, open_field.words, manager_field, collector)
        elif manager_field.kind in ("citation", "unread"):
            collector.add_unread(manager_field, open_field.words)
            open_field.give_up()


def _take_bookmarks(root: Element, collector: CitationCollector) -> None:
    opened: dict[str, tuple[str, list[Element]]] = {}
    for node in list(root.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd", RUN)):
        name = str(node.get(f"{W}id"))
        if node.tag == RUN:
            for _, runs in opened.values():
                runs.append(node)
        elif node.tag == f"{W}bookmarkStart":
            if (code := collector.bookmarks.get(str(node.get(f"{W}name")))) is not None:
                opened[name] = (code, [])
        elif name in opened:
            code, runs = opened.pop(name)
            _replace(runs, _text_of(runs), read_field(code, "", collector.sources), collector)


def _replace(runs: list[Element], shown: str, manager_field: ManagerField, collector: CitationCollector) -> None:
    if manager_field.kind == "other" or not runs or runs[0].getparent() is None:
        return
    if manager_field.kind == "list":
        collector.add_list(runs)
    elif (replacement := collector.mark(manager_field, shown)) is not None:
        runs[0].addprevious(replacement)
        _remove(runs)


def drop_lists(collector: CitationCollector) -> None:
    """Remove the lists that managers made, now that all works are known; words typed into one stay."""
    known = words_of_works([*collector.citations, *(citation.items for citation in collector.unread)])
    for nodes, words in collector.lists:
        if is_typed(words, known) and not TypedEntry(words).is_reference:
            for node in nodes:
                _remove_field_signs(node)
        else:
            _remove(nodes)


def _read_bookmarks(parts: Mapping[str, bytes]) -> Mapping[str, str]:
    """Read the codes of Zotero's bookmarks: properties of the document, cut into numbered pieces."""
    content = parts.get("docProps/custom.xml", b"")
    if _BOOKMARK.encode() not in content:
        return {}
    try:
        root = parse_xml(content)
    except BrokenXml:
        return {}
    pieces: dict[str, dict[int, str]] = {}
    for node in root:
        if isinstance(node.tag, str) and (match := _BOOKMARK_PIECE.fullmatch(str(node.get("name", "")))):
            pieces.setdefault(match[1], {})[int(match[2])] = "".join(node.itertext())
    return {name: "".join(parts[number] for number in sorted(parts)) for name, parts in pieces.items()}


def _remove(nodes: list[Element]) -> None:
    for node in nodes:
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)


def _text_of(nodes: Iterable[Element]) -> str:
    return "".join(text.text or "" for node in nodes for text in node.iter(TEXT))


# Fields

_CHAR = f"{W}fldChar"
_CODE = f"{W}instrText"


@dataclass
class OpenField:
    """A field that is being read; its runs are those from its beginning to its end."""

    data: str
    paragraph: int
    """The number of the paragraph, among those that have runs, that it begins in."""
    code: str = ""
    shows: bool = False
    """Whether its code has ended."""
    runs: list[Element] = field(default_factory=list)
    words: str = ""
    """Words that it shows in the paragraph that it begins in, and in the next."""
    around: "OpenField | None" = None
    """The field that it is in, known when it ends."""
    has_end: bool = False
    is_reported: bool = False
    is_given_up: bool = False

    def add(self, run: Element, paragraph: int) -> None:
        """Add a run, with its words if the field shows them."""
        self.runs.append(run)
        if self.shows and paragraph <= self.paragraph + 1:
            self.words += _text_of([run])

    def give_up(self) -> None:
        """Turn the words that it shows into plain words, because it has no end."""
        self.is_given_up = True
        for run in self.runs:
            _remove_field_signs(run)


def _read_fields(root: Element) -> Iterator[OpenField]:
    """Yield the fields of a part as each ends, and one without an end at the second paragraph after its own.

    The caller gives that field up if it is a citation; others may end later, such as a list of contents.
    """
    opened: list[OpenField] = []
    number = 0
    for _, runs in groupby(list(root.iter(RUN)), key=lambda run: next(run.iterancestors(PARAGRAPH), None)):
        number += 1
        yield from _overlong_fields(opened, number)
        for run in runs:
            chars = [(char, char.get(f"{W}fldCharType")) for char in run.findall(_CHAR)]
            for char, kind in chars:
                if kind == "begin":
                    opened.append(OpenField((char.findtext(f"{W}fldData") or "").strip(), number))
            for open_field in opened:
                open_field.add(run, number)
            if opened and not opened[-1].shows:
                opened[-1].code += "".join(text.text or "" for text in run.iter(_CODE))
            for char, kind in chars:
                if kind == "separate" and opened:
                    opened[-1].shows = True
                elif kind == "end" and opened:
                    ended = opened.pop()
                    ended.has_end, ended.around = True, opened[-1] if opened else None
                    yield ended
                elif kind == "end":
                    run.remove(char)
    yield from _overlong_fields(opened, number + 2)


def _overlong_fields(opened: list[OpenField], number: int) -> Iterator[OpenField]:
    """Yield the fields that began more than one paragraph ago, once, and close those that are given up."""
    overlong = [f for f in opened if not f.is_reported and f.paragraph + 1 < number]
    for open_field in overlong:
        open_field.is_reported = True
        yield open_field
        if open_field.is_given_up:
            opened.remove(open_field)


def _remove_field_signs(node: Element) -> None:
    """Remove the signs of fields from runs, so that the words that they show are plain words."""
    for sign in list(node.iter(_CHAR, _CODE)):
        above = sign.getparent()
        if above is not None:
            above.remove(sign)


# Words typed into a field

_LONE_WORD = re.compile(r"[^\W\d_]{3,}")
_FEWEST = 3
"""Other words that a place must have: one or two are a manager's own, such as 'quoted' or 'Retrieved'."""

_USUAL = frozenset(
    re.findall(
        r"\w+",
        "and others see also cited quoted ibid page pages chapter note accessed available retrieved from http https www"
        " com org doi vol volume eds edn edited the",
    )
)
"""Words of citations that are not in records of works."""


def words_of_works(citations: Sequence[tuple[CitedItem, ...]]) -> frozenset[str]:
    """Return all words of the works cited in a document, with prefixes and suffixes."""
    items = (item for citation in citations for item in citation)
    texts = (text for item in items for text in (*_texts_in(item.record), item.prefix, item.suffix))
    return frozenset(word for text in texts for word in _words(text))


def is_typed(shown: str, known: frozenset[str]) -> bool:
    """Return whether most words of a place are in no work."""
    words = list(_words(shown))
    others = [word for word in words if word not in known]
    return len(others) >= _FEWEST and 2 * len(others) > len(words)


def _shows_more(shown: str, manager_field: ManagerField) -> bool:
    """Return whether a citation shows words that its manager did not write."""
    if manager_field.manager_text and _letters(shown) == _letters(manager_field.manager_text):
        return False
    known = words_of_works([manager_field.items]) | frozenset(_words(manager_field.manager_text)) | _USUAL
    others = [word for word in _words(shown) if word not in known]
    return len(others) >= (1 if manager_field.manager_text else _FEWEST)


def _letters(text: str) -> str:
    return "".join(letter for letter in normalize("NFKC", text).casefold() if letter.isalnum())


def _words(text: str) -> list[str]:
    return _LONE_WORD.findall(normalize("NFKC", text).casefold())


def _texts_in(record: Any) -> Iterator[str]:
    """Yield all texts in the values of a record."""
    if isinstance(record, str):
        yield record
    elif isinstance(record, Mapping | list | tuple):
        for inner in record.values() if isinstance(record, Mapping) else record:
            yield from _texts_in(inner)

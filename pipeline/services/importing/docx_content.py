"""Content of a Word document: its words, comments and pictures, and parts that a briefing cannot hold."""

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.core.diagnostics import visible
from pipeline.services.importing.docx_package import (
    MATHS,
    PARAGRAPH,
    RUN,
    SYMBOL,
    TABLE,
    TEXT,
    BrokenXml,
    Element,
    Package,
    R,
    W,
    parse_xml,
    property_value,
    symbol_name,
)
from pipeline.services.importing.reference_managers import CitedItem, UnreadCitation

_SPACES = (f"{W}tab", f"{W}ptab", f"{W}br", f"{W}cr", f"{MATHS}oMath")
_WORDS_OF = {f"{W}noBreakHyphen": "-", **dict.fromkeys(_SPACES, " ")}
_REMOVED = "\0"
"""Separates the words of a paragraph that were taken out."""
_SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")


@dataclass(frozen=True, slots=True)
class DocumentPiece:
    """Words of a document, and the number of the paragraph that they are in or attached to."""

    number: int
    words: str
    where: str = ""
    """The kind of place, if it is a note or a cell, such as "a note"."""


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A picture of a document, and the number of its paragraph."""

    content: bytes
    number: int = 1
    loss: str = ""
    """The message if the text does not show it."""


@dataclass(frozen=True, slots=True)
class SourceParagraph:
    """A paragraph before anything is taken out of it: its words with the elements that hold them."""

    number: int
    where: str
    texts: tuple[tuple[Element, str], ...]

    def piece(self, present: Collection[int]) -> DocumentPiece | None:
        """Return its words that are still present, if there are any; a gap separates words."""
        joined = "".join(text if id(element) in present else " " for element, text in self.texts)
        words = " ".join(joined.split())
        return DocumentPiece(self.number, words, self.where) if words else None

    def removed_words(self, present: Collection[int]) -> Iterator[str]:
        """Yield the words that were taken out of it, place by place."""
        joined = "".join(_REMOVED if id(element) in present else text for element, text in self.texts)
        yield from filter(None, (" ".join(part.split()) for part in joined.split(_REMOVED)))


def paragraphs_of(root: Element) -> Iterator[SourceParagraph]:
    """Yield the paragraphs of the text."""
    for number, paragraph in enumerate(root.iter(PARAGRAPH), 1):
        where = "a cell" if any(above.tag == f"{W}tc" for above in paragraph.iterancestors()) else ""
        yield SourceParagraph(number, where, tuple(_texts_of(paragraph)))


def paragraphs_of_notes(root: Element, numbers: dict[str, int]) -> Iterator[SourceParagraph]:
    """Yield the paragraphs of notes in the order of calls; `numbers` has the calling paragraph by note."""
    notes = {str(note.get(f"{W}id")): note for note in root if note.get(f"{W}type") not in _SEPARATORS}
    for name, number in numbers.items():
        for paragraph in notes[name].iter(PARAGRAPH) if name in notes else ():
            yield SourceParagraph(number, "a note", tuple(_texts_of(paragraph)))


def paragraphs_that_call(root: Element, element: str) -> dict[str, int]:
    """Return the number of the first paragraph that calls each note or comment, by its id."""
    numbers: dict[str, int] = {}
    for number, paragraph in enumerate(root.iter(PARAGRAPH), 1):
        for call in paragraph.iter(f"{W}{element}"):
            numbers.setdefault(str(call.get(f"{W}id")), number)
    return numbers


def number_of(root: Element, element: Element) -> int:
    """Return the number of the first paragraph of an element, or 1."""
    first = element if element.tag == PARAGRAPH else next(element.iter(PARAGRAPH), None)
    return next((number for number, paragraph in enumerate(root.iter(PARAGRAPH), 1) if paragraph is first), 1)


def _texts_of(paragraph: Element) -> Iterator[tuple[Element, str]]:
    for node in paragraph.iter():
        if not isinstance(node.tag, str) or next(node.iterancestors(PARAGRAPH), None) is not paragraph:
            continue
        if node.tag == TEXT:
            yield node, node.text or ""
        elif node.tag in _WORDS_OF:
            yield node, _WORDS_OF[node.tag]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: the number of its paragraph, its author and day, its words, and the words that it is on."""

    number: int
    author: str
    day: str
    words: str
    on: str = ""


_MOST_WORDS = 12
"""Words that a comment is on, as far as they are reported."""


def read_comments(root: Element, text: Element) -> Iterator[Comment]:
    """Yield the comments of a part in order; `text` is the document that they are on."""
    numbers = paragraphs_that_call(text, "commentReference") | paragraphs_that_call(text, "commentRangeStart")
    commented = _commented_words(text)
    for comment in root.iter(f"{W}comment"):
        name = str(comment.get(f"{W}id"))
        words = " ".join(filter(None, map(_words_of, comment.iter(PARAGRAPH))))
        author = visible(" ".join(str(comment.get(f"{W}author", "")).split()))
        day = visible(str(comment.get(f"{W}date", ""))[:10])
        yield Comment(numbers.get(name, 1), author, day, words, " ".join(commented.get(name, "").split()[:_MOST_WORDS]))


def _commented_words(root: Element) -> dict[str, str]:
    """Return the words that each comment is on, by its id."""
    words: dict[str, str] = {}
    open_comments: set[str] = set()
    for node in root.iter():
        if node.tag == f"{W}commentRangeStart":
            open_comments.add(str(node.get(f"{W}id")))
        elif node.tag == f"{W}commentRangeEnd":
            open_comments.discard(str(node.get(f"{W}id")))
        elif node.tag == PARAGRAPH:
            words |= {name: words[name] + " " for name in open_comments if name in words}
        elif node.tag == TEXT:
            words |= {name: words.get(name, "") + (node.text or "") for name in open_comments}
    return words


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that is not imported: the number of its paragraph, and its name with the words before it."""

    number: int
    what: str


_URI = "{http://schemas.openxmlformats.org/drawingml/2006/main}graphicData"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_OLD_PICTURE = "{urn:schemas-microsoft-com:vml}imagedata"
_WORD_ART = "{urn:schemas-microsoft-com:vml}textpath"
_LOST_ELEMENTS = {
    f"{W}object": "an embedded file",
    f"{W}altChunk": "a whole text of another kind",
    f"{W}subDoc": "a linked document",
    f"{W}pgNum": "a page number",
    **{
        f"{W}{part}{form}": "a date that Word fills in"
        for part in ("day", "month", "year")
        for form in ("Short", "Long")
    },
}
_LOST_DRAWINGS = {"/chart": "a chart", "/chartex": "a chart", "/diagram": "a drawing made of boxes and arrows"}
_HEADER_OR_FOOTER = re.compile(r"(?:header|footer)\d*\.xml")
_MAX_LETTERS = 60


def losses_in(root: Element, package: Package) -> Iterator[Loss]:
    """Yield the parts of the text that no reader imports."""
    before, number = "", 0
    for node in root.iter():
        if node.tag == PARAGRAPH:
            number += 1
            before = _words_of(node) or before
        elif node.tag == TABLE and _is_flattened(node):
            yield Loss(number + 1, f"the rows of a table within a cell{_after_words(before)}")
        elif name := _name_of_loss(node):
            yield Loss(max(number, 1), f"{name}{_after_words(before)}")
        elif node.tag == _WORD_ART and (words := _drawn_words(node)):
            yield Loss(max(number, 1), f"words drawn as a picture: '{shortened(words)}'")
    yield from _headers_and_footers(package)


def _is_flattened(table: Element) -> bool:
    """Return whether a table is in a cell of another table: only its words are imported, not its rows."""
    outer = next(table.iterancestors(TABLE), None)
    return outer is not None and len(outer.findall(f"{W}tr/{W}tc")) > 1


def _name_of_loss(node: Element) -> str:
    """Return the name of an element that cannot be imported; empty for others."""
    if node.tag == _URI:
        return next((what for end, what in _LOST_DRAWINGS.items() if str(node.get("uri", "")).endswith(end)), "")
    if node.tag == SYMBOL:
        return f"a sign, {symbol_name(node)},"
    return _LOST_ELEMENTS.get(node.tag, "")


def _drawn_words(node: Element) -> str:
    """Return words that are drawn along a line."""
    return " ".join(str(node.get("string", "")).split())


def pictures_in(root: Element, package: Package, name: str) -> Iterator[tuple[str, Loss]]:
    """Yield the file of every picture in a part, or no file if it is missing, with the loss if it is not shown."""
    targets = {str(link.get("Id")): str(link.get("Target")) for link in package.links_of(name)}
    before = ""
    for number, paragraph in enumerate(root.iter(PARAGRAPH), 1):
        before = _words_of(paragraph) or before
        for node in paragraph.iter(_BLIP, _OLD_PICTURE):
            if next(node.iterancestors(PARAGRAPH)) is not paragraph:
                continue
            link = node.get(f"{R}embed") or node.get(f"{R}id") or node.get(f"{R}link") or node.get(f"{R}href")
            target = targets.get(str(link), "")
            if package.target(target) in package.parts:
                yield target, Loss(number, f"a picture{_after_words(before)}")
            else:
                yield "", Loss(number, f"a picture that is not kept in the document{_after_words(before)}")


def _words_of(element: Element) -> str:
    return " ".join("".join(text.text or "" for text in element.iter(TEXT)).split())


def shortened(words: str, most: int = _MAX_LETTERS) -> str:
    """Return the first words, with an ellipsis if there are more."""
    words = " ".join(words.split())
    return words if len(words) <= most else f"{words[:most].rsplit(' ', 1)[0]}…"


def _after_words(words: str) -> str:
    return f" after '{shortened(words, 30)}'" if words else ""


def _headers_and_footers(package: Package) -> Iterator[Loss]:
    """Yield the words of all headers and footers, each once, as one loss."""
    quotes: dict[str, str] = {}
    for name, content in sorted(package.parts.items()):
        if not _HEADER_OR_FOOTER.fullmatch(posixpath.basename(name)):
            continue
        try:
            root = parse_xml(content)
        except BrokenXml:
            continue
        words = " ".join(filter(None, (_words_of(root), *map(_drawn_words, root.iter(_WORD_ART)))))
        if sum(map(str.isalpha, words)) > 3:
            quotes[words] = f"'{shortened(words)}'"
    if quotes:
        yield Loss(1, f"words of the head or foot of the pages: {', '.join(quotes.values())}")


_FALSE = ("0", "false", "off")
_NO_WORDS = ("rPr", "fldChar", "instrText", "footnoteReference", "endnoteReference")
_KEPT_IN_HIDDEN_RUNS = tuple(f"{W}{name}" for name in _NO_WORDS)
"""Parts of a hidden run that are not words: fields end there, and notes are read by themselves."""
_PICTURES = (f"{W}drawing", f"{W}pict")


def hidden_styles(content: bytes) -> frozenset[str]:
    """Return the ids of the styles that hide words, from the part with the styles."""
    try:
        styles = list(parse_xml(content or b"<none/>").iter(f"{W}style"))
    except BrokenXml:
        return frozenset()
    own = {str(style.get(f"{W}styleId")): _is_hiding(style) for style in styles}
    based = {str(style.get(f"{W}styleId")): property_value(style, "basedOn") for style in styles}
    hidden = set()
    for name in own:
        style, seen = name, set[str]()
        while own.get(style) is None and style in based and style not in seen:
            seen.add(style)
            style = based[style]
        if own.get(style):
            hidden.add(name)
    return frozenset(hidden)


def drop_hidden(root: Element, styles: Collection[str]) -> Iterator[Loss]:
    """Remove hidden words; yields each place with its words."""
    if not styles and next(root.iter(f"{W}vanish"), None) is None:
        return
    for number, paragraph in enumerate(root.iter(PARAGRAPH), 1):
        is_hidden = property_value(paragraph, "pPr/pStyle") in styles
        runs = [run for run in paragraph.iter(RUN) if next(run.iterancestors(PARAGRAPH)) is paragraph]
        hidden = []
        for run in runs:
            hides = _is_hiding(run)
            if hides or (hides is None and (is_hidden or property_value(run, "rPr/rStyle") in styles)):
                hidden.append(run)
        if words := _empty(hidden):
            yield Loss(number, f"hidden words: '{shortened(words)}'")


def drop_prompts(root: Element) -> Iterator[Loss]:
    """Remove the prompts of empty form fields; yields those that do not look like prompts, as they may be typed."""
    for control in list(root.iter(f"{W}sdt")):
        placeholder = control.find(f"{W}sdtPr/{W}showingPlcHdr")
        if placeholder is None or placeholder.get(f"{W}val") in _FALSE:
            continue
        if property_value(control, "sdtPr/tag").startswith("MENDELEY"):
            continue
        runs = [run for content in control.findall(f"{W}sdtContent") for run in content.iter(RUN)]
        is_prompt = any("placeholder" in property_value(run, "rPr/rStyle").lower() for run in runs)
        if (words := _empty(runs)) and not is_prompt:
            number = number_of(root, next(control.iterancestors(PARAGRAPH), control))
            yield Loss(number, f"the words of a field that says it is empty: '{shortened(words)}'")


def _is_hiding(element: Element) -> bool | None:
    """Return whether the properties of a run or style hide its words; None if they do not say."""
    vanish = element.find(f"{W}rPr/{W}vanish")
    return None if vanish is None else vanish.get(f"{W}val") not in _FALSE


def _empty(runs: list[Element]) -> str:
    """Remove the content of runs; returns their words, or the mention of a picture."""
    words = ""
    for run in runs:
        words += "".join(text.text or "" for text in run.iter(TEXT))
        for child in list(run):
            if child.tag in _KEPT_IN_HIDDEN_RUNS:
                continue
            words += "(a picture)" if child.tag in _PICTURES and not words else ""
            run.remove(child)
    return " ".join(words.split())


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """The contents of a document, for comparison with the written text."""

    name: str
    pieces: tuple[DocumentPiece, ...]
    citations: tuple[tuple[CitedItem, ...], ...] = ()
    """Citations of managers, by the number of the mark in their place."""
    unread: tuple[UnreadCitation, ...] = ()
    comments: tuple[Comment, ...] = ()
    pictures: Mapping[str, FoundPicture] = field(default_factory=dict, hash=False)
    """Pictures by their names in pandoc's tree."""
    merged: tuple[int, ...] = ()
    """Numbers of the paragraphs in which tables have cells over several rows or columns."""
    has_styles: bool = True
    """Whether styles say what is a quotation; in a web page an element does."""

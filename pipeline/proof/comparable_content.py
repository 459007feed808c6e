"""Content of a text in one form for comparison: as composed, and as read from a finished file."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import basename, splitext
from typing import Any, NamedTuple
from urllib.parse import unquote

import cssselect2
import tinycss2
from lxml import etree
from pikepdf import Dictionary

from pipeline.core.documents.pdf import read_name_tree
from pipeline.core.documents.roles import BLOCK_ELEMENTS, HEADINGS, item_numbers, single_spaced
from pipeline.core.documents.xhtml import lower_name as local
from pipeline.core.documents.xhtml import read_body
from pipeline.model.manuscript import Chapter
from pipeline.proof.book_reader import EpubBook, content_of
from pipeline.proof.expected_content import (
    ExpectedContent,
    ExpectedText,
    letters,
    production_on_paper,
    production_on_screen,
)
from pipeline.proof.pdf_checks import first_page
from pipeline.proof.pdf_reader import HEADING_TAGS as PDF_HEADINGS
from pipeline.proof.pdf_reader import NOTE_TAGS, ObjectReference, PdfReading, TaggedElement, TagPath

NOTE_ROLE, PAGE_MARK_ROLE = "doc-footnote", "doc-pagebreak"
_SILENT_TAGS = frozenset({"script", "style", "template", "wbr", "head"})
_BLOCK_TAGS = BLOCK_ELEMENTS | {"tr", "thead", "tbody", "tfoot", "hr"}
_SCREEN_CLASSES = frozenset({"sep", "page-word", "further"})
"""Classes of words that a printed page shows in another way: dots between facts, 'page' before a folio."""
_FRAME_CLASSES = frozenset({"page-status", "way-back", "skip-link", "page-foot", "parts"})
"""Classes of elements that an EPUB or a web page has around a text."""
_SAME_FOLDER = re.compile(r"(?:\.\./)+(?:briefings/)?(?P<id>[^/]+)/(?P=id)\.(?:html|pdf)(?P<anchor>#.*)?")
"""Addresses of other files in the same output folder."""


class ContentEntry(NamedTuple):
    """A heading, row or link: its key for comparison; words, heading and page for messages."""

    key: str
    words: str
    heading: str
    page: int


@dataclass
class ComparableContent:
    """Words of a text or file, and its headings, rows, links, …; notes and pictures are separate."""

    words: str = ""
    letters: int = 0
    """Number of letters read so far."""
    things: dict[str, list[ContentEntry]] = field(default_factory=lambda: defaultdict(list))
    """Headings, rows of tables, links and others, by their plural."""
    anchors: dict[str, int] = field(default_factory=dict)
    """Number of letters before each id."""
    texts: dict[str, list[int]] = field(default_factory=dict)
    """For each text the number of letters before it, and before the end of its title block."""
    around: dict[str, str] = field(default_factory=dict)
    """Status lines around each text, by its name; those of the whole file under ''."""
    headings: list[tuple[int, str]] = field(default_factory=list)
    """Each heading, after the number of letters before its end."""
    pages: list[tuple[int, int]] = field(default_factory=list)
    """In a PDF: the number of letters before each piece, and its page."""
    code: list[list[str]] = field(default_factory=list)
    """In a PDF: the lines of each block of code."""
    places: dict[str, int] = field(default_factory=dict)
    """In a PDF: the page of each named destination."""

    def add(self, kind: str, words: str, key: str = "", page: int = 0) -> None:
        """Add a thing under the last heading."""
        heading = self.headings[-1][1] if self.headings else ""
        self.things[kind].append(ContentEntry(key or letters(words), single_spaced(words), heading, page))

    def add_row(self, cells: Iterable[str], paper: bool, page: int = 0) -> None:
        """Add a row of a table; on paper empty cells do not count."""
        row = [cell for cell in cells if cell or not paper]
        key = " | ".join(("[" if cell.startswith("[") else "") + letters(cell) for cell in row)
        self.add("rows of tables", " | ".join(row), f"| {key}", page)

    def end_text(self, words: str) -> None:
        """Add the words of the last text; without a title block all of it counts as one."""
        self.words += words
        text = next(reversed(self.texts.values()))
        text[1:] = text[1:] or [self.letters]

    def heading_at(self, letter: int) -> str:
        """The heading that a letter is under."""
        return next((words for end, words in reversed(self.headings) if end <= letter), "")

    def page_at(self, letter: int) -> int:
        """The page of a letter."""
        return next((page for start, page in reversed(self.pages) if start <= letter), 1)


@dataclass
class _XhtmlReader:
    """Reads a tree of XHTML of any XML library, composed or from a file."""

    content: ComparableContent
    hidden: Set[Any]
    prefix: str
    """Comes before each id in the whole file."""
    target: Callable[[str], str]
    """Returns a link's destination in one form: '#name' in the file, 'briefing:ID' for another, or an address."""
    produced: str = ""
    paper: bool = False
    notes_at_end: bool = True
    rows: list[list[str]] = field(default_factory=list)
    headless: list[bool] = field(default_factory=list)
    in_note: int = 0

    def read(self, element: Any) -> str:
        """Add an element and all in it; returns its words."""
        name, role = local(element), element.get("role", "")
        if self._is_left_out(element, name, role):
            return ""
        if (identifier := element.get("id")) and not (self.paper and (self.in_note or role == NOTE_ROLE)):
            self.content.anchors.setdefault(f"{self.prefix}{identifier}", self.content.letters)
        if role == PAGE_MARK_ROLE:
            self.content.add("marks of pages", element.get("data-page") or element.get("aria-label") or "")
            return ""
        if slot := element.get("data-slot"):
            return f"\n{self._say(self.produced if slot == 'produced' else '')}\n"
        if name in ("img", "svg", "math"):
            self._picture(element, name, role)
            return ""
        self.in_note += role == NOTE_ROLE
        if name == "tr":
            self.rows.append([])
        elif name == "table":
            self.headless.append(self.paper and any(kid in self.hidden and local(kid) == "thead" for kid in element))
        elif name == "section" and "chapter" in element.get("class", "").split():
            self.content.texts.setdefault(element.get("id", ""), [self.content.letters])
        words = "".join(self._inside(element))
        self._end(element, name, role, words)
        if role == NOTE_ROLE:
            return ""
        return f"\n{words}\n" if name in _BLOCK_TAGS else f"{words} " if name == "br" else words

    def _is_left_out(self, element: Any, name: str, role: str) -> bool:
        classes = element.get("class", "").split()
        return (
            (not name or name in _SILENT_TAGS or element in self.hidden or element.get("hidden") is not None)
            or (element.get("aria-hidden") == "true" and role != PAGE_MARK_ROLE)
            or "display:none" in element.get("style", "").replace(" ", "")
            or (not self.paper and not (_SCREEN_CLASSES | _FRAME_CLASSES).isdisjoint(classes))
        )

    def _inside(self, element: Any) -> Iterator[str]:
        if self.headless and self.headless[-1] and element.get("data-label"):
            yield self._say(f"{element.get('data-label')}: ")
        yield self._say(element.text or "")
        holds_notes = not self.notes_at_end and any(kid.get("role") == NOTE_ROLE for kid in element)
        for kid in element:
            yield "" if holds_notes and local(kid) in HEADINGS else self.read(kid)
            yield self._say(kid.tail or "")

    def _say(self, words: str) -> str:
        if not self.in_note:
            self.content.letters += len(letters(words))
        return words

    def _end(self, element: Any, name: str, role: str, words: str) -> None:
        """Add an element that has been read to its end."""
        add = self.content.add
        self.in_note -= role == NOTE_ROLE
        if name in HEADINGS:
            self.content.headings.append((self.content.letters, single_spaced(words)))
            add("headings", f"{words} (level {name[1]})", f"{letters(words)} {name[1]}")
        elif name in ("td", "th") and self.rows:
            self.rows[-1].append(row_cell(name, words, element.get("colspan", "1"), element.get("rowspan", "1")))
        elif name == "tr":
            self.content.add_row(self.rows.pop(), self.paper)
        elif name == "table":
            self.headless.pop()
        elif name in ("caption", "figcaption"):
            add("captions", words)
        elif name in ("ul", "ol"):
            add("lists", numbers := _list_numbers(element), numbers)
        elif name == "pre":
            add("blocks of code", words, "\n".join(line.rstrip() for line in words.strip("\n").split("\n")))
        elif name == "a" and element.get("href") is not None and (target := self.target(element.get("href"))):
            add("links", f"{words} → {target}", f"{letters(words)} {target}")
        elif name == "header" and (text := next(reversed(self.content.texts.values()), [])):
            text[1:] = text[1:] or [self.content.letters]
        if role == NOTE_ROLE:
            add("notes", words)

    def _picture(self, element: Any, name: str, role: str) -> None:
        attribute = {"img": "alt", "math": "alttext"}.get(name, "aria-label")
        titles = (kid.text for kid in element if local(kid) == "title")
        words = element.get(attribute) or (next(titles, "") if name == "svg" else "") or ""
        if letters(words) and role not in ("presentation", "none"):
            self.content.add("descriptions of pictures", words)
        if name == "math":
            parts = [part for part in element.iter() if local(part) not in ("annotation", "semantics")]
            key = " ".join(f"{local(part)} {(part.text or '').strip()}" for part in parts)
            self.content.add("formulas", words, key)


def row_cell(name: str, words: str, columns: str, rows: str) -> str:
    """A cell in the form that is compared and shown: heads in brackets."""
    spans = f" ({columns} by {rows})" if (columns, rows) != ("1", "1") else ""
    return (f"[{single_spaced(words)}]" if name == "th" else single_spaced(words)) + spans


def _list_numbers(element: Any) -> str:
    """A list by its numbers, or by its number of entries if it has no figures."""
    entries = [kid for kid in element if local(kid) == "li"]
    tasks = any("task" in kid.get("class", "").split() for kid in entries)
    if local(element) == "ul" or element.get("role") == "list" or element.get("type", "1") != "1" or tasks:
        return f"{len(entries)} entries"
    return ", ".join(str(number or "") for number in item_numbers(element, entries))


def read_composed_for_paper(expected: ExpectedContent, notes_at_end: bool) -> ComparableContent:
    """Read the texts as printed pages show them; notes at their calls have no heading."""
    content, names = ComparableContent(), set[str]()
    for _, chapter, prefix in _chapters_on_paper(expected):
        names.update(f"{prefix}{identifier}" for identifier in re.findall(r'\bid="([^"]*)"', chapter.body))
        names.update(prefix[:end] for end, sign in enumerate(prefix) if sign == ".")

    def inside(briefing: str, anchor: str) -> str:
        alone = anchor.partition(".")[2] if briefing.startswith("-") else ""
        candidates = (f"{briefing}.{anchor}", f"{briefing}.{alone}", briefing)
        return next((f"#{name}" for name in candidates if name in names), "") if expected.pack else ""

    for passage, chapter, prefix in _chapters_on_paper(expected):
        if passage.kind == "insert":  # a finished PDF: there is no text to hold it to
            content.add("bookmarks", passage.title)
            continue
        body = read_body(chapter.body, chapter.name)
        content.texts[chapter.name] = [content.letters]
        before = len(content.headings)
        hidden, target = _hidden(passage, body), _targets(prefix, inside, expected)
        produced = production_on_paper(expected, passage)
        reader = _XhtmlReader(content, hidden, prefix, target, produced, paper=True, notes_at_end=notes_at_end)
        content.end_text(reader.read(body) + "\n")
        marks = [mark for mark in chapter.bookmarks if f"{prefix}{mark.id}" in content.anchors]
        titles = [mark.text for mark in marks] or [words for _, words in content.headings[before:]]
        top = [mark.text for mark in marks if mark.level == marks[0].level]
        if marks and passage.kind == "briefing" and top != [passage.title]:
            content.add("bookmarks", passage.title)
        for title in titles:
            content.add("bookmarks", title)
    return content


def _chapters_on_paper(expected: ExpectedContent) -> Iterator[tuple[ExpectedText, Chapter, str]]:
    """Each chapter, with the prefix of its ids in the PDF."""
    for passage in expected.passages:
        for chapter in passage.chapters:
            matter = passage.kind in ("front", "back")
            prefix = "" if not expected.pack else f"-{passage.kind}." if matter else f"{chapter.name}."
            yield passage, chapter, prefix + (f"{chapter.name}." if len(passage.chapters) > 1 else "")


def read_composed_for_screen(expected: ExpectedContent, whole: bool, book: bool) -> ComparableContent:
    """Read the texts as a screen shows them; with `whole` ids begin with the name of the text."""
    content = ComparableContent()
    names = {chapter.name for passage in expected.passages for chapter in passage.chapters} if whole else set()

    def inside(briefing: str, anchor: str) -> str:
        if briefing.startswith("-"):
            briefing, _, anchor = anchor.partition(".")
        return (f"#{briefing}.{anchor}" if anchor else f"#{briefing}") if briefing in names else ""

    for passage in expected.passages:
        for chapter in passage.chapters:
            prefix = f"{chapter.name}." if whole else ""
            body = read_body(chapter.body, chapter.name)
            content.texts[chapter.name] = [content.letters]
            target = _targets(prefix, inside, expected, plain=book)
            produced = production_on_screen(expected, passage)
            reader = _XhtmlReader(content, _hidden(passage, body), prefix, target, produced)
            content.end_text(reader.read(body))
    for folio in expected.pages:
        content.add("marks of pages", folio)
    return content


def _hidden(passage: ExpectedText, body: Any) -> frozenset[Any]:
    return display_rules_of(passage.style, "print").hidden(body)


def _targets(
    prefix: str, inside: Callable[[str, str], str], expected: ExpectedContent, plain: bool = False
) -> Callable[[str], str]:
    """Return a function from composed links to destinations; `inside` finds those in the file.

    With `plain` a link to a briefing without address is no link, as in a book.
    """
    addresses = dict(expected.addresses)

    def target(href: str) -> str:
        if href.startswith("#"):
            return f"#{prefix}{unquote(href[1:])}"
        if not href.startswith("briefing:"):
            return unquote(href)
        briefing, _, anchor = href.removeprefix("briefing:").partition("#")
        if place := inside(briefing, anchor):
            return place
        if briefing not in addresses and plain:
            return ""
        address = addresses.get(briefing) or f"briefing:{briefing}"
        return unquote(f"{address}#{anchor}" if anchor else address)

    return target


def link_destination(href: str) -> str:
    """The destination of a link in a file; 'briefing:ID' for another file of the output folder."""
    match = _SAME_FOLDER.fullmatch(href)
    return f"briefing:{match['id']}{unquote(match['anchor'] or '')}" if match else unquote(href)


def read_page_content(root: etree._Element, first: str) -> ComparableContent:
    """Read the main part of a web page; `first` is the name of its first text."""
    content = ComparableContent()
    main = next(root.iter("{*}main"), None)
    if main is None:
        return content
    main.set("class", "")
    main.tail = None
    style = "\n".join(content_of(sheet) for sheet in root.iter("{*}style"))
    content.around[""] = _status_letters(
        element for element in root.iter() if "page-status" in element.get("class", "")
    )
    sections = [part for part in main if "chapter" in part.get("class", "").split()]
    content.around.update((part.get("id", ""), _status_letters(part.iter())) for part in sections)
    if not sections:
        content.texts[first] = [0]
    reader = _XhtmlReader(content, display_rules_of(style, "screen").hidden(root), "", link_destination)
    content.words = reader.read(main)
    return content


def read_book_content(book: EpubBook) -> ComparableContent:
    """Read the documents of an EPUB in order, without navigation and cover picture."""
    content = ComparableContent()
    style = "\n".join(book.sheets.values())
    for text in book.matter:
        body = next(text.of("body"), None)
        name = splitext(basename(text.path))[0]
        content.texts[name] = [content.letters]
        content.around[name] = _status_letters(text.elements)

        def target(href: str, text: Any = text) -> str:
            if ":" in href.partition("#")[0]:
                return link_destination(href)
            path, anchor = text.target(href)
            name = splitext(basename(path))[0]
            return f"#{name}.{anchor}" if anchor else f"#{name}"

        if body is not None:
            hidden = display_rules_of(style, "screen").hidden(text.root)
            content.words += _XhtmlReader(content, hidden, f"{name}.", target).read(body)
    return content


def _status_letters(elements: Iterable[Any]) -> str:
    lines = (element for element in elements if "page-status" in element.get("class", "").split())
    return letters(" ".join("".join(line.itertext()) for line in lines))


class DisplayRules:
    """The rules of a style sheet that say whether an element is displayed."""

    def __init__(self, style: str, medium: str) -> None:
        self._matcher = cssselect2.Matcher()
        self._hides = False
        self._read(tinycss2.parse_stylesheet(style, True, True), medium)

    def _read(self, rules: Iterable[Any], medium: str) -> None:
        for rule in rules:
            if rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content:
                if tinycss2.serialize(rule.prelude).strip().lower() in (medium, "all"):
                    self._read(tinycss2.parse_rule_list(rule.content, True, True), medium)
            elif rule.type == "qualified-rule":
                for declaration in tinycss2.parse_declaration_list(rule.content, True, True):
                    if declaration.type == "declaration" and declaration.lower_name == "display":
                        value = tinycss2.serialize(declaration.value).strip()
                        self._add(rule.prelude, declaration.important, value)

    def _add(self, prelude: Any, important: bool, value: str) -> None:
        self._hides |= value == "none"
        try:
            selectors = cssselect2.compile_selector_list(prelude)
        except cssselect2.SelectorError:
            return
        for selector in selectors:
            if selector.pseudo_element is None:
                self._matcher.add_selector(selector, (important, value))

    def hidden(self, root: Any) -> frozenset[Any]:
        """The elements that the style does not display."""
        if not self._hides:
            return frozenset()
        elements = set()
        for wrapper in cssselect2.ElementWrapper.from_html_root(root).iter_subtree():
            declared = [payload for *_, payload in self._matcher.match(wrapper)]
            last = max(enumerate(declared), key=lambda pair: (pair[1][0], pair[0]), default=None)
            if last and last[1][1] == "none":
                elements.add(wrapper.etree_element)
        return frozenset(elements)


@lru_cache(maxsize=8)
def display_rules_of(style: str, medium: str) -> DisplayRules:
    """Return the rules of a style sheet, read once."""
    return DisplayRules(style, medium)


def read_pdf_content(reading: PdfReading, parts: Sequence[tuple[str, TaggedElement]]) -> ComparableContent:
    """Read the tags of a PDF; `parts` are the names of its texts with their elements."""
    content = ComparableContent()
    for name, part in parts:
        content.texts[name] = [content.letters]
        pieces = reading.words.pieces(part, is_outside_running_text)
        for page, piece in pieces:
            content.pages.append((content.letters, page))
            content.letters += len(letters(piece))
        content.words += "".join(piece for _, piece in pieces) + "\n"
        for tag in part.all:
            _add_tag(reading, tag, content)
    for name, place in read_name_tree(reading.pdf.Root.get("/Names", Dictionary()).get("/Dests")):
        target = place.D if isinstance(place, Dictionary) else place
        content.places[name] = reading.page_numbers.get(target[0].objgen, 0)
    return content


def _add_tag(reading: PdfReading, tag: TaggedElement, content: ComparableContent) -> None:
    """Add an element of the tags."""
    kind, page = tag.kind, first_page(tag)
    words = (
        reading.words.of(tag, is_outside_running_text)
        if kind in (*PDF_HEADINGS, *NOTE_TAGS, "Caption", "Link", "P")
        else ""
    )
    if kind in PDF_HEADINGS:
        content.headings.append((0, single_spaced(words)))
        content.add("headings", f"{words} (level {kind[1:]})", f"{letters(words)} {kind[1:]}", page)
    elif kind == "TR":
        cells = (_tagged_cell(reading, kid) for kid in tag.kids if isinstance(kid, TaggedElement))
        content.add_row(cells, paper=True, page=page)
    elif kind == "Caption":
        content.add("captions", words, "", page)
    elif kind == "Link":
        target = next((_destination(reading, kid) for kid in tag.kids if isinstance(kid, ObjectReference)), "")
        content.add("links", f"{words} → {target}", f"{letters(words)} {target}", page)
    elif kind in NOTE_TAGS:
        content.add("notes", words, "", page)
    elif kind in ("Figure", "Formula") and letters(tag.alt):
        content.add("descriptions of pictures", tag.alt, "", page)
    elif kind == "L" and (numbers := _tagged_list_numbers(reading, tag)):
        content.add("lists", numbers, numbers, page)
    elif kind == "P" and [kid.kind if isinstance(kid, TaggedElement) else "" for kid in tag.kids] == ["Code"]:
        content.code.append([line for _, line in reading.words.lines(tag)])


def _tagged_cell(reading: PdfReading, cell: TaggedElement) -> str:
    if cell.kind not in ("TD", "TH"):
        return cell.kind
    return row_cell(cell.kind.lower(), reading.words.of(cell, is_outside_running_text), *cell.spans)


def _destination(reading: PdfReading, field: ObjectReference) -> str:
    """The destination of a link's annotation."""
    link = reading.pdf.get_object(field.key)
    if "/Dest" in link:
        return f"#{link.Dest}"
    action = link.get("/A", Dictionary())
    return link_destination(str(action.get("/URI", "")))


def _tagged_list_numbers(reading: PdfReading, tag: TaggedElement) -> str:
    """A list in the form of `_list_numbers`; '' for terms with their meanings."""
    entries = [kid for kid in tag.kids if isinstance(kid, TaggedElement) and kid.kind == "LI"]
    labels = [
        reading.words.of(kid) if (kid := entry.of_kind("Lbl", "LBody")[0]).kind == "Lbl" else "" for entry in entries
    ]
    if tag.numbering != "Decimal":
        is_terms = tag.numbering in ("", "None", "Description") and any(labels)
        return "" if is_terms else f"{len(entries)} entries"
    return ", ".join(number[0] if (number := re.search(r"-?\d+", label)) else "" for label in labels)


def is_outside_running_text(path: TagPath) -> bool:
    """True for a note, the label of a list item, and the inside of a picture.

    The label in a list without numbering counts as text: it is a term before its meaning.
    """
    kind = path[-1].kind
    if kind == "Lbl":
        return len(path) > 2 and path[-3].kind == "L" and path[-3].numbering not in ("", "None", "Description")
    return kind in NOTE_TAGS or kind in ("Figure", "Formula")

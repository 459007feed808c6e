"""What two EPUBs of one text are compared by: rows of numbers, each of which says whether more or fewer are better."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from lxml import etree

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.markup.xhtml import EPUB_TYPE, HEADINGS, XHTML, elements, local
from pipeline.proof.epub.inspection import book_proof
from pipeline.proof.epub.navigation import PARTS, heading_words
from pipeline.proof.epub.reading import DC, OPF, ReadBook, read_book
from pipeline.proof.job import ProofJob
from pipeline.proof.markup.text import XhtmlText
from pipeline.proof.promise import letters

Element = etree._Element


@dataclass(frozen=True, eq=False)
class Judged:
    """A book: its bytes, how often its text cites each work, and what EPUBCheck and Ace find."""

    content: bytes
    cited: Mapping[str, int]
    epubcheck: Sequence[str] = ()
    ace: Sequence[str] = ()

    @cached_property
    def book(self) -> ReadBook:
        """The book as our checks read it."""
        return read_book(self.content, Place("book.epub"))

    @cached_property
    def own(self) -> tuple[Diagnostic, ...]:
        """What our own checks say."""
        return book_proof(ProofJob("book.epub", self.content))

    @cached_property
    def links(self) -> tuple[tuple[Element, Element], ...]:
        """Every link within the text, and the element that it leads to."""
        found = []
        for text in self.book.matter:
            for link in text.of("a"):
                target = self.book.element(*text.target(link.get("href", "")))
                if target is not None:
                    found.append((link, target))
        return tuple(found)

    @cached_property
    def citations(self) -> tuple[Element, ...]:
        """The links that lead to an entry of the references, as many of each work as the text cites it."""
        left = Counter(dict(self.cited))
        found = []
        for link, target in self.links:
            work = next((key for key in _keys(target) if left[key]), None)
            if work and not _within(link, target):
                left[work] -= 1
                found.append(link)
        return tuple(found)

    def ways(self, kind: str) -> Iterator[tuple[Element, str, str]]:
        """The lines of a navigation, with the file and the place that each leads to."""
        nav, text = self.book.navigation(kind), self.book.nav
        if nav is not None and text is not None:
            for link in nav.iter(f"{{{XHTML}}}a"):
                yield link, *text.target(link.get("href", ""))

    def refined(self, name: str, prop: str) -> Iterator[str]:
        """What is said under a property of the elements of a name: the role of each creator."""
        named = {f"#{element.get('id')}" for element in self.book.metadata(f"{DC}{name}") if element.get("id")}
        for meta in self.book.metadata(f"{OPF}meta"):
            if meta.get("refines") in named and meta.get("property") == prop:
                yield (meta.text or "").strip()


def _keys(entry: Element) -> tuple[str, ...]:
    """The works that an element may be the entry of. We write other characters than letters and digits in hex."""
    name = entry.get("id", "")
    if not name.startswith("ref-"):
        return ()
    key = name.removeprefix("ref-")
    return key, re.sub(r"_([0-9a-f]{2,6})_", lambda m: chr(int(m[1], 16)), key)


def _within(inner: Element, outer: Element) -> bool:
    return any(around is outer for around in (inner, *inner.iterancestors()))


def _texts(judged: Judged) -> Iterator[Element]:
    return chain.from_iterable(text.elements for text in judged.book.texts.values())


def _said_by(code: str) -> Callable[[Judged], int]:
    return lambda judged: sum(remark.code == code for remark in judged.own)


def pages(judged: Judged) -> int:
    """Lines of the page list that lead to the mark of their page."""
    marks = ((judged.book.element(path, anchor), link) for link, path, anchor in judged.ways("page-list"))
    return sum(mark is not None and _is_mark(mark, heading_words(link)) for mark, link in marks)


def _is_mark(element: Element, number: str) -> bool:
    kinds = {*element.get("role", "").split(), *element.get(EPUB_TYPE, "").split()}
    return bool({"doc-pagebreak", "pagebreak"} & kinds) and number in (element.get("aria-label"), element.get("title"))


def landmarks(judged: Judged) -> int:
    """Landmarks of a kind that is known, and that lead somewhere."""
    return sum(
        link.get(EPUB_TYPE) in PARTS and not judged.book.missing(path, anchor)
        for link, path, anchor in judged.ways("landmarks")
    )


def left_out(judged: Judged) -> int:
    """Headings of the three highest levels that have no line of the contents with their words; no title page."""
    lines = {(path, anchor, letters(heading_words(link))) for link, path, anchor in judged.ways("toc")}
    return sum(
        not any((text.path, name, letters(heading_words(heading))) in lines for name in _names(heading, text))
        for text in judged.book.matter
        if not any("titlepage" in element.get(EPUB_TYPE, "").split() for element in text.elements)
        for heading in text.of("h1", "h2", "h3")
    )


def _names(heading: Element, text: XhtmlText) -> Iterator[str]:
    """How a line may lead to a heading: to it, to the part that it opens, or to the text that it opens."""
    yield heading.get("id", "")
    if heading is text.headings[0]:
        yield ""
    around = heading.getparent()
    if around is not None and next((e for e in elements(around) if local(e) in HEADINGS), None) is heading:
        yield around.get("id", "")


def nameless(judged: Judged) -> int:
    """Documents that are called by the name of their file, or not at all."""
    return sum(text.title in ("", text.path.rpartition("/")[2]) for text in judged.book.texts.values())


def roles(judged: Judged) -> int:
    """Kinds of part that are told by a role of DPUB-ARIA."""
    found = {role for element in _texts(judged) for role in element.get("role", "").split()}
    return sum(role.startswith("doc-") for role in found)


def both(judged: Judged) -> int:
    """Kinds of part that are told in both vocabularies on one element: by EPUB's type and by the role."""
    return len(
        {
            kind
            for element in _texts(judged)
            for kind in element.get(EPUB_TYPE, "").split()
            if f"doc-{kind.replace('-', '')}" in element.get("role", "").split()
        }
    )


def linked(judged: Judged) -> int:
    """Citations that lead to their entry."""
    return len(judged.citations)


def told(judged: Judged) -> int:
    """Citations that say to a listener that they are one."""
    return sum("doc-biblioref" in link.get("role", "").split() for link in judged.citations)


def led_back(judged: Judged) -> int:
    """Citations that their entry leads back to."""
    back = {id(target) for link, target in judged.links if any(_keys(around) for around in link.iterancestors())}
    return sum(any(id(near) in back for near in (link, link.getparent())) for link in judged.citations)


def calls(judged: Judged) -> int:
    """Calls that lead to a note."""
    return len(list(_calls(judged)))


def _calls(judged: Judged) -> Iterator[tuple[Element, Element]]:
    for link, target in judged.links:
        if "doc-noteref" in link.get("role", "").split() and "doc-footnote" in target.get("role", "").split():
            yield link, target


def called_back(judged: Judged) -> int:
    """Calls that their note leads back to."""
    return sum(
        any(target is call and _within(link, note) for link, target in judged.links) for call, note in _calls(judged)
    )


def statements(judged: Judged) -> int:
    """What the package says of accessibility, in the words of schema.org."""
    words = (
        "accessMode",
        "accessModeSufficient",
        "accessibilityFeature",
        "accessibilityHazard",
        "accessibilitySummary",
    )
    return sum(len(judged.book.said(f"schema:{word}")) for word in words)


def identifiers(judged: Judged) -> int:
    """Identifiers."""
    return len(list(judged.book.metadata(f"{DC}identifier")))


def makers(judged: Judged) -> int:
    """Roles of creators and contributors, by MARC's codes."""
    found = chain.from_iterable(judged.refined(name, "role") for name in ("creator", "contributor"))
    return sum(len(role) == 3 for role in found)


def sorted_names(judged: Judged) -> int:
    """Names and titles that say how they are sorted."""
    return sum(len(list(judged.refined(name, "file-as"))) for name in ("creator", "contributor", "title"))


def fields(judged: Judged) -> int:
    """Everything that the package says of the book, and that says something."""
    found = judged.book.package.iterfind(f"{OPF}metadata/*")
    return sum(bool((element.text or "").strip() or element.get("content") or element.get("href")) for element in found)


def page_source(judged: Judged) -> int:
    """Editions whose pages the book says that it marks."""
    return len(judged.book.said("pageBreakSource"))


def figures(judged: Judged) -> int:
    """Figures with a caption and with words for those who cannot see them."""
    found = (element for text in judged.book.matter for element in text.of("figure"))
    return sum(_is_said(figure) and figure.find(f".//{{{XHTML}}}figcaption") is not None for figure in found)


def _is_said(figure: Element) -> bool:
    pictures = list(figure.iter(f"{{{XHTML}}}img"))
    return bool(pictures) and all(picture.get("alt", "").strip() for picture in pictures)


def described(judged: Judged) -> int:
    """Pictures with a description in full that they lead to."""
    found = ((text, element.get("aria-details")) for text in judged.book.matter for element in text.elements)
    return sum(name in text.by_id for text, name in found if name)


def heads(judged: Judged) -> int:
    """Cells that say whether they head a row or a column."""
    return sum(bool(cell.get("scope")) for text in judged.book.matter for cell in text.of("th"))


def fonts(judged: Judged) -> int:
    """Fonts that the book brings."""
    found = (held for held in judged.book.manifest if held.path in judged.book.files)
    return sum("font" in held.media_type or "opentype" in held.media_type for held in found)


@dataclass(frozen=True)
class Measure:
    """A row: what it is called, how it is counted, whether more are better, and whether ours must be better yet."""

    name: str
    count: Callable[[Judged], int]
    more: bool = True
    beats: bool = True

    def is_as_good(self, ours: int, theirs: int) -> bool:
        """Whether ours is at least as good."""
        return ours >= theirs if self.more else ours <= theirs


MEASURES = (
    Measure("EPUBCheck: errors, warnings and remarks", lambda judged: len(judged.epubcheck), more=False),
    Measure("Ace: findings", lambda judged: len(judged.ace), more=False),
    Measure("Our own proof: findings", lambda judged: len(judged.own), more=False),
    Measure("Links that lead nowhere", _said_by("proof-text-link"), more=False, beats=False),
    Measure("Documents named after their file", nameless, more=False),
    Measure("Pages in the page list", pages),
    Measure("Edition that the pages are of", page_source),
    Measure("Landmarks", landmarks),
    Measure("Headings that the contents leave out", left_out, more=False, beats=False),
    Measure("Kinds of part told by a role", roles),
    Measure("Kinds of part told by type and role", both),
    Measure("Citations that lead to their entry", linked, beats=False),
    Measure("Citations that say what they are", told),
    Measure("Citations that their entry leads back to", led_back),
    Measure("Calls that lead to their note", calls, beats=False),
    Measure("Calls that their note leads back to", called_back),
    Measure("Accessibility: statements", statements),
    Measure("Accessibility: untrue or missing", _said_by("proof-book-access"), more=False),
    Measure("Identifiers", identifiers, beats=False),
    Measure("Names with a role", makers, beats=False),
    Measure("Names and titles with their sort form", sorted_names, beats=False),
    Measure("Metadata: statements in all", fields),
    Measure("Figures with caption and alt text", figures, beats=False),
    Measure("Pictures without alt text", _said_by("proof-text-alt"), more=False, beats=False),
    Measure("Pictures described in full", described),
    Measure("Cells that say what they head", heads),
    Measure("Tables without name or heads", _said_by("proof-text-table"), more=False),
    Measure("Formulas without words", _said_by("proof-text-formula"), more=False),
    Measure("Fonts brought", fonts),
)


@dataclass(frozen=True)
class Row:
    """A measure of several texts: what each of our books has of it, and each of pandoc's."""

    measure: Measure
    ours: tuple[int, ...]
    theirs: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether ours is as good for every text, and better in all where it must be, or where pandoc has nothing."""
        ours, theirs = sum(self.ours), sum(self.theirs)
        better = ours != theirs or not (self.measure.beats or (self.measure.more and not theirs))
        return better and all(map(self.measure.is_as_good, self.ours, self.theirs))


def compared(pairs: Sequence[tuple[Judged, Judged]]) -> tuple[Row, ...]:
    """The rows of some texts: our book and pandoc's of each."""
    return tuple(
        Row(measure, tuple(measure.count(ours) for ours, _ in pairs), tuple(measure.count(p) for _, p in pairs))
        for measure in MEASURES
    )


def table(rows: Sequence[Row]) -> str:
    """The rows as a table in Markdown, aligned."""
    lines = [("Measure", "better", "ours", "pandoc"), *map(_line, rows)]
    wide = [max(len(line[column]) for line in lines) for column in range(4)]
    drawn = [f"| {a:<{wide[0]}} | {b:<{wide[1]}} | {c:>{wide[2]}} | {d:>{wide[3]}} |" for a, b, c, d in lines]
    rule = f"|:{'-' * (wide[0] + 1)}|:{'-' * (wide[1] + 1)}|{'-' * (wide[2] + 1)}:|{'-' * (wide[3] + 1)}:|"
    return "\n".join((drawn[0], rule, *drawn[1:])) + "\n"


def _line(row: Row) -> tuple[str, str, str, str]:
    return row.measure.name, "more" if row.measure.more else "fewer", str(sum(row.ours)), str(sum(row.theirs))

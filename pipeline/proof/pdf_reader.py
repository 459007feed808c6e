"""A PDF read once: pages, tags, links, outline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any, NamedTuple, Union

from pikepdf import Array, Dictionary, Name, Object, Pdf, PdfError, String

from pipeline.core.documents.pdf import children, number_tree
from pipeline.core.text.fonts import runs_backwards
from pipeline.proof.pdf_text import TextRun, Walker

ObjectKey = tuple[int, int]
"""An object of the file: its number and generation."""


class Content(NamedTuple):
    """Marked content of an element: the page (from 1; 0 where none is named) and the number of the mark."""

    page: int
    mark: int


@dataclass(frozen=True, slots=True)
class ObjectReference:
    """An object that an element holds, such as a link's field on the page."""

    key: ObjectKey


Kid = Union["TaggedElement", Content, ObjectReference]
"""A child of an element: another one, marked content or an object."""

TagPath = tuple["TaggedElement", ...]
"""An element after all those that hold it, the outermost first."""

Skip = Callable[[TagPath], bool]
"""Whether an element, given after those that hold it, is left out."""

INLINE = frozenset({"Span", "Link", "Code", "Reference", "Quote", "Em", "Strong", "BibEntry", "Annot", "Sub"})
"""Elements within a line (14.8.4.4): what stands in the next one stands as close as it is written."""

HEADINGS = frozenset({"H", "H1", "H2", "H3", "H4", "H5", "H6"})
NOTES = frozenset({"Note", "FENote"})


@dataclass(eq=False)
class TaggedElement:
    """A structure element. `kind` is its standard type, whatever name the file gives it."""

    kind: str
    key: ObjectKey
    kids: list[Kid] = field(default_factory=list)
    alt: str = ""
    id: str = ""
    numbering: str = ""
    """Numbering of a list, where it says so."""
    spans: tuple[str, str] = ("1", "1")
    """Number of columns and of rows that a cell spans."""

    @cached_property
    def all(self) -> tuple[TaggedElement, ...]:
        """The element and everything below it, in reading order."""
        return tuple(self.walk())

    def walk(self) -> Iterator[TaggedElement]:
        """The element and everything below it, in reading order, one by one."""
        rest = [self]
        while rest:
            tag = rest.pop()
            yield tag
            rest.extend(kid for kid in reversed(tag.kids) if type(kid) is TaggedElement)

    def leaves(self, skip: Skip | None = None) -> Iterator[tuple[TagPath, Content]]:
        """All marked content in reading order with the elements that hold it, the outermost first."""
        open_tags: list[tuple[TagPath, Iterator[Kid]]] = [((self,), iter(self.kids))]
        while open_tags:
            way, kids = open_tags[-1]
            for kid in kids:
                if type(kid) is Content:
                    yield way, kid
                elif type(kid) is TaggedElement and (skip is None or not skip((*way, kid))):
                    open_tags.append(((*way, kid), iter(kid.kids)))
                    break
            else:
                open_tags.pop()

    def of_kind(self, *kinds: str) -> list[TaggedElement]:
        """The elements of some kinds, in reading order."""
        return [tag for tag in self.all if tag.kind in kinds]


class TaggedWords:
    """The letters of a file by the marks they belong to."""

    def __init__(self, pages: Sequence[Sequence[TextRun]]) -> None:
        self._runs: dict[Content, list[TextRun]] = {}
        for page in pages:
            for run in page:
                if run.mark is not None and run.text:
                    self._runs.setdefault(Content(run.page, run.mark), []).append(run)
        self._pieces: dict[tuple[TaggedElement, Skip | None], tuple[tuple[int, str], ...]] = {}

    def pieces(self, tag: TaggedElement, skip: Skip | None = None) -> tuple[tuple[int, str], ...]:
        """The words of an element as a listener hears them, piece by piece with their pages.

        A new line is a space, unless a word is broken at its end; so is a new block. Within a line and a block words
        stand as close as they are written.
        """
        if (tag, skip) not in self._pieces:
            self._pieces[tag, skip] = tuple(self._read(tag, skip))
        return self._pieces[tag, skip]

    def _read(self, tag: TaggedElement, skip: Skip | None) -> Iterator[tuple[int, str]]:
        held = ""
        before: tuple[ObjectKey, TextRun] | None = None
        around: TagPath = ()
        block = tag.key
        for way, content in tag.leaves(skip):
            if way is not around:
                around = way
                block = next((t.key for t in reversed(way) if t.kind not in INLINE), way[0].key)
            for run in self._runs.get(content, ()):
                if before:
                    gap = _gap(before[0] == block, run, before[1])
                    broken = gap == " " and held.endswith(HYPHEN)
                    yield before[1].page, held.removesuffix(HYPHEN) if broken else held + gap
                held, before = run.text, (block, run)
        if before:
            yield before[1].page, held

    def joined(self, tag: TaggedElement) -> dict[int, int]:
        """Of each run that goes on where another ends, on its line and in its block, by identity: that other.

        Those of a picture stand where its drawer has put them, and what follows it begins anew.
        """
        found = {}
        before: tuple[ObjectKey, TextRun] | None = None
        for way, content in tag.leaves():
            if any(t.kind in ("Figure", "Formula") for t in way):
                before = None
                continue
            block = next((t.key for t in reversed(way) if t.kind not in INLINE), way[0].key)
            for run in self._runs.get(content, ()):
                if before and not _gap(before[0] == block, run, before[1]):
                    found[id(run)] = id(before[1])
                before = (block, run)
        return found

    def lines(self, tag: TaggedElement) -> list[tuple[int, str]]:
        """The lines of an element as they stand on its pages."""
        found: list[tuple[int, str]] = []
        before: TextRun | None = None
        for _, content in tag.leaves():
            for run in self._runs.get(content, ()):
                goes_on = before is not None and not _gap(True, run, before)
                text = found.pop()[1] if goes_on else ""
                found.append((run.page, text + run.text))
                before = run
        return found

    def of(self, tag: TaggedElement, skip: Skip | None = None) -> str:
        """The words of an element as a listener hears them."""
        return "".join([text for _, text in self.pieces(tag, skip)])

    def text(self, content: Content) -> str:
        """The letters of one marked content."""
        return "".join(run.text for run in self._runs.get(content, ()))

    def shown(self, content: Content) -> bool:
        """Whether marked content holds any letters."""
        return bool(self.text(content).strip())


HYPHEN = "\u2010"
"""The engine's sign where it breaks a word; an author's own hyphen is another character."""


def _gap(same_block: bool, run: TextRun, before: TextRun) -> str:
    """White space between two runs."""
    if not same_block:
        return "\n"
    if run.page != before.page or abs(run.y - before.y) > 1:
        return " "
    return " " if run.x < before.x and not runs_backwards(before.text + run.text) else ""


@dataclass
class PdfReading:
    """Content of a file. Nothing is read before it is asked for."""

    pdf: Pdf

    @cached_property
    def page_numbers(self) -> dict[ObjectKey, int]:
        """The number of each page, from 1, by its object."""
        return {page.obj.objgen: number for number, page in enumerate(self.pdf.pages, 1)}

    @cached_property
    def pages(self) -> list[list[TextRun]]:
        """The runs of each page in the order of painting."""
        walker = Walker()
        return [walker.runs(page, number) for number, page in enumerate(self.pdf.pages, 1)]

    @cached_property
    def tags(self) -> TaggedElement | None:
        """The structure tree."""
        return read_tags(self.pdf, self.page_numbers)

    @cached_property
    def words(self) -> TaggedWords:
        """The letters by the marks that they belong to."""
        return TaggedWords(self.pages)

    @cached_property
    def owners(self) -> dict[int, Any]:
        """The parent tree: for each number the element, or the list of elements, that owns the thing numbered so."""
        root = self.pdf.Root.get("/StructTreeRoot")
        tree = root.get("/ParentTree") if isinstance(root, Dictionary) else None
        return dict(number_tree(tree)) if isinstance(tree, Dictionary) else {}

    def annotations(self) -> Iterator[tuple[int, Any]]:
        """Every annotation with the number of its page."""
        for number, page in enumerate(self.pdf.pages, 1):
            found = page.obj.get("/Annots")
            for annotation in found if isinstance(found, Array) else ():
                if isinstance(annotation, Dictionary) and annotation.get("/Subtype") != Name.Popup:
                    yield number, annotation

    def bookmarks(self) -> list[str]:
        """The titles of the outline from top to bottom."""
        found: list[str] = []
        with self.pdf.open_outline() as outline:
            rest = list(reversed(outline.root))
            while rest:
                entry = rest.pop()
                found.append(entry.title)
                rest.extend(reversed(entry.children))
        return found

    def beside(self, page: int) -> str:
        """The running lines of a page: what is shown and never read aloud."""
        return " ".join(run.text for run in self.pages[page - 1] if run.artifact is not None)


@contextmanager
def reading(pdf: bytes) -> Iterator[PdfReading | None]:
    """The file while it is looked at; nothing where it cannot be read."""
    try:
        opened = Pdf.open(BytesIO(pdf))
    except (PdfError, ValueError):
        yield None
        return
    with opened:
        yield PdfReading(opened)


def can_be_read(pdf: bytes) -> bool:
    """Whether the bytes are a PDF."""
    with reading(pdf) as file:
        return file is not None


DEEPEST = 200
"""Elements within elements that are followed."""


def read_tags(pdf: Pdf, pages: Mapping[ObjectKey, int]) -> TaggedElement | None:
    """The tree of a file, under an element that stands for its root; nothing where the file has none."""
    root = pdf.Root.get("/StructTreeRoot")
    if not isinstance(root, Dictionary):
        return None
    roles = root.get("/RoleMap")
    names = {str(k)[1:]: str(v)[1:] for k, v in roles.items()} if isinstance(roles, Dictionary) else {}
    top = TaggedElement("StructTreeRoot", root.objgen)
    reader = _Reader(pages, names, {root.objgen})
    for kid in children(root):
        reader.read(kid, top.kids, 0, 0)
    return top


class _Reader:
    """Reads one tree."""

    def __init__(self, pages: Mapping[ObjectKey, int], names: Mapping[str, str], seen: set[ObjectKey]) -> None:
        self._pages = pages
        self._names = names
        self._seen = seen

    def read(self, kid: Any, kids: list[Kid], page: int, depth: int) -> None:
        """Read what an element holds, and add it to its kids. `page` is that of the element."""
        if isinstance(kid, int):
            kids.append(Content(page, kid))
        elif not isinstance(kid, Dictionary):
            return
        elif "/S" in kid:
            key = kid.objgen
            if key in self._seen or depth > DEEPEST:
                return
            if key != (0, 0):
                self._seen.add(key)
            kids.append(self._element(kid, key, page, depth + 1))
        elif kid.get("/Type") == Name.OBJR:
            held = kid.get("/Obj")
            if isinstance(held, Object):
                kids.append(ObjectReference(held.objgen))
        elif "/MCID" in kid and "/Stm" not in kid:
            kids.append(Content(self._page(kid, page), int(kid.MCID)))

    def _element(self, element: Object, key: ObjectKey, page: int, depth: int) -> TaggedElement:
        kind = str(element.S).removeprefix("/")
        for _ in range(len(self._names)):
            kind = self._names.get(kind, kind)
        tag = TaggedElement(kind, key)
        if "/Alt" in element:
            tag.alt = str(element.Alt)
        if isinstance(element.get("/ID"), String):
            tag.id = str(element.ID)
        attributes: Any = element.get("/A")
        for owned in attributes if isinstance(attributes, Array) else (attributes,):
            if not isinstance(owned, Dictionary):
                continue
            if "/ListNumbering" in owned:
                tag.numbering = str(owned.ListNumbering).removeprefix("/")
            if "/ColSpan" in owned or "/RowSpan" in owned:
                tag.spans = str(owned.get("/ColSpan", 1)), str(owned.get("/RowSpan", 1))
        page = self._page(element, page)
        for kid in children(element):
            self.read(kid, tag.kids, page, depth)
        return tag

    def _page(self, element: Object, page: int) -> int:
        own = element.get("/Pg")
        return self._pages.get(own.objgen, 0) if isinstance(own, Dictionary) else page

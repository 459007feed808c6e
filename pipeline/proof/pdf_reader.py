"""Read a PDF: pages, tags, annotations, outline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any, NamedTuple, Union

from pikepdf import Array, Dictionary, Name, Object, Pdf, PdfError, String

from pipeline.core.documents.pdf import read_number_tree, structure_children
from pipeline.core.text.fonts import runs_right_to_left
from pipeline.proof.pdf_text import PageTextReader, TextRun

ObjectKey = tuple[int, int]
"""Number and generation of an object in the file."""


class ContentMark(NamedTuple):
    """Marked content: its page (from 1; 0 if unknown) and the number of the mark."""

    page: int
    mark: int


@dataclass(frozen=True, slots=True)
class ObjectReference:
    """A reference of an element to an object, such as a link's annotation."""

    key: ObjectKey


TagChild = Union["TaggedElement", ContentMark, ObjectReference]
"""A child of an element: another one, marked content or an object."""

TagPath = tuple["TaggedElement", ...]
"""An element after its ancestors, the outermost first."""

SkipTag = Callable[[TagPath], bool]
"""True for the path of an element that is left out."""

INLINE = frozenset({"Span", "Link", "Code", "Reference", "Quote", "Em", "Strong", "BibEntry", "Annot", "Sub"})
"""Elements within a line (14.8.4.4): no space separates them."""

HEADING_TAGS = frozenset({"H", "H1", "H2", "H3", "H4", "H5", "H6"})
NOTE_TAGS = frozenset({"Note", "FENote"})


@dataclass(eq=False)
class TaggedElement:
    """A structure element. `kind` is its standard type, by the role map."""

    kind: str
    key: ObjectKey
    kids: list[TagChild] = field(default_factory=list)
    alt: str = ""
    id: str = ""
    numbering: str = ""
    """The numbering of a list, or ''."""
    spans: tuple[str, str] = ("1", "1")
    """The columns and the rows that a cell spans."""

    @cached_property
    def all(self) -> tuple[TaggedElement, ...]:
        """The element and everything below it, in reading order."""
        return tuple(self.walk())

    def walk(self) -> Iterator[TaggedElement]:
        """The element and everything below it, in reading order, one by one."""
        stack = [self]
        while stack:
            tag = stack.pop()
            yield tag
            stack.extend(kid for kid in reversed(tag.kids) if type(kid) is TaggedElement)

    def leaves(self, skip: SkipTag | None = None) -> Iterator[tuple[TagPath, ContentMark]]:
        """All marked content in reading order, each after the path of its element."""
        open_tags: list[tuple[TagPath, Iterator[TagChild]]] = [((self,), iter(self.kids))]
        while open_tags:
            path, kids = open_tags[-1]
            for kid in kids:
                if type(kid) is ContentMark:
                    yield path, kid
                elif type(kid) is TaggedElement and (skip is None or not skip((*path, kid))):
                    open_tags.append(((*path, kid), iter(kid.kids)))
                    break
            else:
                open_tags.pop()

    def of_kind(self, *kinds: str) -> list[TaggedElement]:
        """The elements of some kinds, in reading order."""
        return [tag for tag in self.all if tag.kind in kinds]


class TaggedWords:
    """The words of a file by the marks they belong to."""

    def __init__(self, pages: Sequence[Sequence[TextRun]]) -> None:
        self._runs: dict[ContentMark, list[TextRun]] = {}
        for page in pages:
            for run in page:
                if run.mark is not None and run.text:
                    self._runs.setdefault(ContentMark(run.page, run.mark), []).append(run)
        self._pieces: dict[tuple[TaggedElement, SkipTag | None], tuple[tuple[int, str], ...]] = {}

    def pieces(self, tag: TaggedElement, skip: SkipTag | None = None) -> tuple[tuple[int, str], ...]:
        """The words of an element as they are read aloud, in pieces after their pages.

        A new line is a space, unless a word is broken at its end; a new block is a new line.
        """
        if (tag, skip) not in self._pieces:
            self._pieces[tag, skip] = tuple(self._read(tag, skip))
        return self._pieces[tag, skip]

    def _read(self, tag: TaggedElement, skip: SkipTag | None) -> Iterator[tuple[int, str]]:
        text = ""
        before: tuple[ObjectKey, TextRun] | None = None
        last_path: TagPath = ()
        block = tag.key
        for path, content in tag.leaves(skip):
            if path is not last_path:
                last_path = path
                block = _block_of(path)
            for run in self._runs.get(content, ()):
                if before:
                    gap = _gap(before[0] == block, run, before[1])
                    is_broken = gap == " " and text.endswith(HYPHEN)
                    yield before[1].page, text.removesuffix(HYPHEN) if is_broken else text + gap
                text, before = run.text, (block, run)
        if before:
            yield before[1].page, text

    def joined(self, tag: TaggedElement) -> dict[int, int]:
        """Map the identity of each run to that of the run which it continues on its line.

        Runs in a picture are left out, and the run after a picture continues none.
        """
        continued = {}
        before: tuple[ObjectKey, TextRun] | None = None
        for path, content in tag.leaves():
            if any(each.kind in ("Figure", "Formula") for each in path):
                before = None
                continue
            block = _block_of(path)
            for run in self._runs.get(content, ()):
                if before and not _gap(before[0] == block, run, before[1]):
                    continued[id(run)] = id(before[1])
                before = (block, run)
        return continued

    def lines(self, tag: TaggedElement) -> list[tuple[int, str]]:
        """The lines of an element on its pages, each after its page."""
        lines: list[tuple[int, str]] = []
        before: TextRun | None = None
        for _, content in tag.leaves():
            for run in self._runs.get(content, ()):
                continues = before is not None and not _gap(True, run, before)
                text = lines.pop()[1] if continues else ""
                lines.append((run.page, text + run.text))
                before = run
        return lines

    def of(self, tag: TaggedElement, skip: SkipTag | None = None) -> str:
        """The words of an element as they are read aloud."""
        return "".join([text for _, text in self.pieces(tag, skip)])

    def text(self, content: ContentMark) -> str:
        """The words of one marked content."""
        return "".join(run.text for run in self._runs.get(content, ()))

    def has_letters(self, content: ContentMark) -> bool:
        """True if marked content has any letters."""
        return bool(self.text(content).strip())


HYPHEN = "\u2010"
"""The engine's hyphen in a broken word; an author's own hyphen is another character."""


def _block_of(path: TagPath) -> ObjectKey:
    """The key of the innermost element of a path that is no part of a line."""
    return next((tag.key for tag in reversed(path) if tag.kind not in INLINE), path[0].key)


def _gap(same_block: bool, run: TextRun, before: TextRun) -> str:
    """White space between two runs."""
    if not same_block:
        return "\n"
    if run.page != before.page or abs(run.y - before.y) > 1:
        return " "
    return " " if run.x < before.x and not runs_right_to_left(before.text + run.text) else ""


@dataclass
class PdfReading:
    """The content of a PDF, read when it is needed."""

    pdf: Pdf

    @cached_property
    def page_numbers(self) -> dict[ObjectKey, int]:
        """The number of each page, from 1, by its object."""
        return {page.obj.objgen: number for number, page in enumerate(self.pdf.pages, 1)}

    @cached_property
    def pages(self) -> list[list[TextRun]]:
        """The runs of each page, in the order of painting."""
        walker = PageTextReader()
        return [walker.runs(page, number) for number, page in enumerate(self.pdf.pages, 1)]

    @cached_property
    def tags(self) -> TaggedElement | None:
        """The structure tree."""
        return read_structure_tree(self.pdf, self.page_numbers)

    @cached_property
    def words(self) -> TaggedWords:
        """The words by the marks that they belong to."""
        return TaggedWords(self.pages)

    @cached_property
    def owners(self) -> dict[int, Any]:
        """The parent tree: the element, or the list of elements, for each number."""
        root = self.pdf.Root.get("/StructTreeRoot")
        tree = root.get("/ParentTree") if isinstance(root, Dictionary) else None
        return dict(read_number_tree(tree)) if isinstance(tree, Dictionary) else {}

    def annotations(self) -> Iterator[tuple[int, Any]]:
        """Every annotation with the number of its page."""
        for number, page in enumerate(self.pdf.pages, 1):
            annotations = page.obj.get("/Annots")
            for annotation in annotations if isinstance(annotations, Array) else ():
                if isinstance(annotation, Dictionary) and annotation.get("/Subtype") != Name.Popup:
                    yield number, annotation

    def bookmarks(self) -> list[str]:
        """The titles of the outline from top to bottom."""
        titles: list[str] = []
        with self.pdf.open_outline() as outline:
            stack = list(reversed(outline.root))
            while stack:
                entry = stack.pop()
                titles.append(entry.title)
                stack.extend(reversed(entry.children))
        return titles

    def running_lines(self, page: int) -> str:
        """The running lines of a page: words that are shown and not read aloud."""
        return " ".join(run.text for run in self.pages[page - 1] if run.artifact is not None)


@contextmanager
def open_pdf(pdf: bytes) -> Iterator[PdfReading | None]:
    """Open a PDF; None if it cannot be read."""
    try:
        file = Pdf.open(BytesIO(pdf))
    except (PdfError, ValueError):
        yield None
        return
    with file:
        yield PdfReading(file)


def is_readable_pdf(pdf: bytes) -> bool:
    """True if the bytes are a PDF."""
    with open_pdf(pdf) as file:
        return file is not None


MAX_NESTED_TAGS = 200
"""The most elements within each other that are read."""


def read_structure_tree(pdf: Pdf, pages: Mapping[ObjectKey, int]) -> TaggedElement | None:
    """Read the structure tree of a file; None if it has none."""
    root = pdf.Root.get("/StructTreeRoot")
    if not isinstance(root, Dictionary):
        return None
    roles = root.get("/RoleMap")
    names = {str(k)[1:]: str(v)[1:] for k, v in roles.items()} if isinstance(roles, Dictionary) else {}
    top = TaggedElement("StructTreeRoot", root.objgen)
    reader = _TagReader(pages, names, {root.objgen})
    for kid in structure_children(root):
        reader.read(kid, top.kids, 0, 0)
    return top


class _TagReader:
    """Reads one structure tree."""

    def __init__(self, pages: Mapping[ObjectKey, int], names: Mapping[str, str], seen: set[ObjectKey]) -> None:
        self._pages = pages
        self._names = names
        self._seen = seen

    def read(self, kid: Any, kids: list[TagChild], page: int, depth: int) -> None:
        """Read a child of an element on `page`, and add it to `kids`."""
        if isinstance(kid, int):
            kids.append(ContentMark(page, kid))
        elif not isinstance(kid, Dictionary):
            return
        elif "/S" in kid:
            key = kid.objgen
            if key in self._seen or depth > MAX_NESTED_TAGS:
                return
            if key != (0, 0):
                self._seen.add(key)
            kids.append(self._element(kid, key, page, depth + 1))
        elif kid.get("/Type") == Name.OBJR:
            target = kid.get("/Obj")
            if isinstance(target, Object):
                kids.append(ObjectReference(target.objgen))
        elif "/MCID" in kid and "/Stm" not in kid:
            kids.append(ContentMark(self._page(kid, page), int(kid.MCID)))

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
        for dictionary in attributes if isinstance(attributes, Array) else (attributes,):
            if not isinstance(dictionary, Dictionary):
                continue
            if "/ListNumbering" in dictionary:
                tag.numbering = str(dictionary.ListNumbering).removeprefix("/")
            if "/ColSpan" in dictionary or "/RowSpan" in dictionary:
                tag.spans = str(dictionary.get("/ColSpan", 1)), str(dictionary.get("/RowSpan", 1))
        page = self._page(element, page)
        for kid in structure_children(element):
            self.read(kid, tag.kids, page, depth)
        return tag

    def _page(self, element: Object, page: int) -> int:
        page_object = element.get("/Pg")
        return self._pages.get(page_object.objgen, 0) if isinstance(page_object, Dictionary) else page

"""A PDF opened and read once for all checks: pages, tags, words, links, outline."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, PdfError, String

from pipeline.pdf.tree import children, number_tree
from pipeline.proof.pdf.content import TextRun, Walker
from pipeline.proof.pdf.tags import Content, Kid, ObjectKey, ObjectReference, TaggedElement, TaggedWords


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
        tag = self._tag(element, key)
        page = self._page(element, page)
        for kid in children(element):
            self.read(kid, tag.kids, page, depth)
        return tag

    def _page(self, element: Object, page: int) -> int:
        own = element.get("/Pg")
        return self._pages.get(own.objgen, 0) if isinstance(own, Dictionary) else page

    def _kind(self, name: str) -> str:
        """The standard type that a name stands for."""
        kind = name.removeprefix("/")
        for _ in range(len(self._names)):
            kind = self._names.get(kind, kind)
        return kind

    def _tag(self, element: Object, key: ObjectKey) -> TaggedElement:
        tag = TaggedElement(self._kind(str(element.S)), key)
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
        return tag

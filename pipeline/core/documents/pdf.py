"""PDF structure trees, outlines and rectangles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Pdf, String

# Bookmarks (ISO 32000-1, 12.3.3)


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """An entry of a PDF's outline: title, target (page from 0, point from the lower left), and the entries below."""

    title: str
    page: int
    left: float
    top: float
    kids: tuple[OutlineItem, ...] = ()
    closed: bool = False
    """Whether those below are hidden at first."""


def read_bookmarks(pdf: Pdf, first_page: int) -> tuple[OutlineItem, ...]:
    """The bookmarks of a pressed file whose first page gets this number."""
    outline = pdf.Root.get("/Outlines")
    if outline is None:
        return ()
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, first_page)}
    return tuple(_below(outline, pages))


def _below(node: Any, pages: Mapping[tuple[int, int], int]) -> Iterator[OutlineItem]:
    entry = node.get("/First")
    while entry is not None:
        page, _, left, top, *_ = entry.Dest
        kids = tuple(_below(entry, pages))
        yield OutlineItem(str(entry.Title), pages[page.objgen], float(left), float(top), kids)
        entry = entry.get("/Next")


def write_bookmarks(pdf: Pdf, marks: Sequence[OutlineItem]) -> None:
    """Give a file these bookmarks."""
    outline = pdf.make_indirect(Dictionary(Type=Name.Outlines))
    _link(pdf, outline, marks, [page.obj for page in pdf.pages])
    pdf.Root.Outlines = outline


def _link(pdf: Pdf, parent: Any, marks: Sequence[OutlineItem], pages: Sequence[Object]) -> int:
    """Hang bookmarks under another; gives how many of them can be seen."""
    seen = len(marks)
    entries: list[Any] = []
    for mark in marks:
        place = Array([pages[mark.page], Name.XYZ, mark.left, mark.top, 0])
        entry: Any = pdf.make_indirect(Dictionary(Title=String(mark.title), Dest=place, Parent=parent))
        if entries:
            entries[-1].Next, entry.Prev = entry, entries[-1]
        entries.append(entry)
        below = _link(pdf, entry, mark.kids, pages)
        if below:
            entry.Count = -below if mark.closed else below
        seen += 0 if mark.closed else below
    if entries:
        parent.First, parent.Last, parent.Count = entries[0], entries[-1], seen
    return seen


Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top, in points from the lower left corner of the page."""


# Walking and indexing the structure tree of a tagged PDF.

HEADED = "/BriefingHeaded"
"""The key of the catalogue under which sheets keep, for the bindery alone, the cells that name their heads by ids."""


def children(element: Object) -> list[Any]:
    """Children of an element, whatever the form of its /K."""
    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def is_element(kid: object) -> bool:
    """Whether a child is a structure element, not marked content or a reference to an object."""
    return isinstance(kid, Dictionary) and "/S" in kid


def child_elements(element: Object) -> list[Any]:
    """The children that are structure elements."""
    return [kid for kid in children(element) if is_element(kid)]


def walk(element: Object) -> Iterator[Any]:
    """The element and everything below it, in reading order."""
    yield element
    for kid in child_elements(element):
        yield from walk(kid)


def number_tree(node: Object) -> list[tuple[int, Any]]:
    """A number tree as pairs."""
    if "/Nums" in node:
        nums = list(node.Nums)
        return [(int(nums[i]), nums[i + 1]) for i in range(0, len(nums), 2)]
    return [pair for kid in node.get("/Kids", ()) for pair in number_tree(kid)]


def name_tree(node: Object | None) -> list[tuple[str, Any]]:
    """A name tree as pairs."""
    if node is None:
        return []
    if "/Names" in node:
        names = list(node.Names)
        return [(str(names[i]), names[i + 1]) for i in range(0, len(names), 2)]
    return [pair for kid in node.get("/Kids", ()) for pair in name_tree(kid)]


def named_leaf(pairs: Iterable[tuple[str, Any]]) -> Dictionary:
    """A name tree of one leaf, sorted by bytes as PDF wants it."""
    ordered = sorted(pairs, key=lambda pair: pair[0].encode() if pair[0].isascii() else bytes(String(pair[0])))
    return Dictionary(Names=Array([part for name, value in ordered for part in (String(name), value)]))


def index_ids(pdf: Pdf) -> None:
    """List every element that has an id in the tree of ids."""
    write_ids(pdf, {str(e.ID): e for e in walk(pdf.Root.StructTreeRoot.K[0]) if "/ID" in e})


def read_ids(pdf: Pdf) -> dict[str, Any]:
    """The elements that the tree of ids lists, by their ids."""
    return dict(name_tree(pdf.Root.StructTreeRoot.get("/IDTree")))


def write_ids(pdf: Pdf, ids: Mapping[str, Any]) -> None:
    """Make the tree of ids (ISO 32000-1, 14.7.2) from elements by their ids."""
    root = pdf.Root.StructTreeRoot
    if "/IDTree" in root:
        del root.IDTree
    if ids:
        leaf = named_leaf(ids.items())
        leaf.Limits = Array([leaf.Names[0], leaf.Names[-2]])
        root.IDTree = pdf.make_indirect(Dictionary(Kids=Array([pdf.make_indirect(leaf)])))


def wrong_mappings(pdf: Pdf) -> tuple[int, int]:
    """Number of marked contents compared, and of those that belong to another element than the tree says.

    Validators do not look: for each page and mark, the element that the parent tree names must list that
    mark on that page; and every annotation's element must list the annotation.
    """
    claims: dict[tuple[Any, int], Any] = {}
    objects: dict[Any, Any] = {}
    for element in walk(pdf.Root.StructTreeRoot.K[0]):
        for kid in children(element):
            if isinstance(kid, int):
                claims[element.Pg.objgen, kid] = element.objgen
            elif isinstance(kid, Dictionary) and kid.get("/Type") == Name.MCR:
                claims[kid.get("/Pg", element.get("/Pg")).objgen, int(kid.MCID)] = element.objgen
            elif isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR:
                objects[kid.Obj.objgen] = element.objgen
    parents = dict(number_tree(pdf.Root.StructTreeRoot.ParentTree))
    checked = wrong = 0
    owned = set()
    for page in pdf.pages:
        for mcid, owner in enumerate(parents[int(page.obj.StructParents)] if "/StructParents" in page.obj else ()):
            if owner is not None:
                checked += 1
                owned.add((page.obj.objgen, mcid))
                wrong += claims.get((page.obj.objgen, mcid)) != owner.objgen
        for annotation in page.obj.get("/Annots", ()):
            if "/StructParent" in annotation:
                checked += 1
                wrong += objects.get(annotation.objgen) != parents[int(annotation.StructParent)].objgen
    return checked, wrong + len(claims.keys() - owned)


def take_headed(pdf: Pdf) -> list[Any] | None:
    """The cells that name their heads, which sheets keep for the bindery: taken out; None if a file does not say."""
    kept = pdf.Root.get(HEADED)
    if kept is None:
        return None
    del pdf.Root[HEADED]
    return list(kept)


def save_deterministic(pdf: Pdf, version: str = "1.7") -> bytes:
    """The bytes of a PDF: the same for the same content, whatever the clock says."""
    output = BytesIO()
    pdf.save(output, min_version=version, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
    return output.getvalue()

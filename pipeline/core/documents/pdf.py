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
    """An entry of a PDF's outline: title, target (page from 0, point from the lower left), and its children."""

    title: str
    page: int
    left: float
    top: float
    kids: tuple[OutlineItem, ...] = ()
    closed: bool = False
    """True if its children are hidden at first."""


def read_bookmarks(pdf: Pdf, first_page: int) -> tuple[OutlineItem, ...]:
    """Return the bookmarks of a file whose first page gets this number."""
    outline = pdf.Root.get("/Outlines")
    if outline is None:
        return ()
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, first_page)}
    return tuple(_read_children(outline, pages))


def _read_children(node: Any, pages: Mapping[tuple[int, int], int]) -> Iterator[OutlineItem]:
    entry = node.get("/First")
    while entry is not None:
        page, _, left, top, *_ = entry.Dest
        kids = tuple(_read_children(entry, pages))
        yield OutlineItem(str(entry.Title), pages[page.objgen], float(left), float(top), kids)
        entry = entry.get("/Next")


def write_bookmarks(pdf: Pdf, items: Sequence[OutlineItem]) -> None:
    """Replace the bookmarks of a file."""
    outline = pdf.make_indirect(Dictionary(Type=Name.Outlines))
    _add_children(pdf, outline, items, [page.obj for page in pdf.pages])
    pdf.Root.Outlines = outline


def _add_children(pdf: Pdf, parent: Any, items: Sequence[OutlineItem], pages: Sequence[Object]) -> int:
    """Add bookmarks to another; return how many of them and their children are visible."""
    visible = len(items)
    entries: list[Any] = []
    for item in items:
        target = Array([pages[item.page], Name.XYZ, item.left, item.top, 0])
        entry: Any = pdf.make_indirect(Dictionary(Title=String(item.title), Dest=target, Parent=parent))
        if entries:
            entries[-1].Next, entry.Prev = entry, entries[-1]
        entries.append(entry)
        count = _add_children(pdf, entry, item.kids, pages)
        if count:
            entry.Count = -count if item.closed else count
        visible += 0 if item.closed else count
    if entries:
        parent.First, parent.Last, parent.Count = entries[0], entries[-1], visible
    return visible


Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top, in points from the lower left corner of the page."""


# Walking and indexing the structure tree of a tagged PDF.

HEADER_CELLS = "/BriefingHeaded"
"""The key of the catalogue for the cells that name their headers by ids; only `bind` reads it."""


def structure_children(element: Object) -> list[Any]:
    """Return the children of an element; its /K may be a single child or an array."""
    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def is_structure_element(kid: object) -> bool:
    """True if a child is a structure element, not marked content or a reference to an object."""
    return isinstance(kid, Dictionary) and "/S" in kid


def structure_child_elements(element: Object) -> list[Any]:
    """Return the children that are structure elements."""
    return [kid for kid in structure_children(element) if is_structure_element(kid)]


def walk_structure(element: Object) -> Iterator[Any]:
    """Yield the element and its descendants, in reading order."""
    yield element
    for kid in structure_child_elements(element):
        yield from walk_structure(kid)


def read_number_tree(node: Object) -> list[tuple[int, Any]]:
    """Return the pairs of a number tree."""
    if "/Nums" in node:
        nums = list(node.Nums)
        return [(int(nums[i]), nums[i + 1]) for i in range(0, len(nums), 2)]
    return [pair for kid in node.get("/Kids", ()) for pair in read_number_tree(kid)]


def read_name_tree(node: Object | None) -> list[tuple[str, Any]]:
    """Return the pairs of a name tree."""
    if node is None:
        return []
    if "/Names" in node:
        names = list(node.Names)
        return [(str(names[i]), names[i + 1]) for i in range(0, len(names), 2)]
    return [pair for kid in node.get("/Kids", ()) for pair in read_name_tree(kid)]


def name_tree_of(pairs: Iterable[tuple[str, Any]]) -> Dictionary:
    """Return a name tree of one leaf, sorted by bytes as PDF requires."""
    ordered = sorted(pairs, key=lambda pair: pair[0].encode() if pair[0].isascii() else bytes(String(pair[0])))
    return Dictionary(Names=Array([part for name, value in ordered for part in (String(name), value)]))


def write_id_index(pdf: Pdf) -> None:
    """Write the tree of ids for all elements that have an id."""
    write_structure_ids(pdf, {str(e.ID): e for e in walk_structure(pdf.Root.StructTreeRoot.K[0]) if "/ID" in e})


def read_structure_ids(pdf: Pdf) -> dict[str, Any]:
    """Return the elements in the tree of ids, by their ids."""
    return dict(read_name_tree(pdf.Root.StructTreeRoot.get("/IDTree")))


def write_structure_ids(pdf: Pdf, ids: Mapping[str, Any]) -> None:
    """Write the tree of ids (ISO 32000-1, 14.7.2)."""
    root = pdf.Root.StructTreeRoot
    if "/IDTree" in root:
        del root.IDTree
    if ids:
        leaf = name_tree_of(ids.items())
        leaf.Limits = Array([leaf.Names[0], leaf.Names[-2]])
        root.IDTree = pdf.make_indirect(Dictionary(Kids=Array([pdf.make_indirect(leaf)])))


def count_wrong_parents(pdf: Pdf) -> tuple[int, int]:
    """Return the number of marked contents compared, and how many of them have a wrong entry in the parent tree.

    Validators do not check this: for each page and mark, the element in the parent tree must list that mark on that
    page; and every annotation's element must list the annotation.
    """
    claims: dict[tuple[Any, int], Any] = {}
    objects: dict[Any, Any] = {}
    for element in walk_structure(pdf.Root.StructTreeRoot.K[0]):
        for kid in structure_children(element):
            if isinstance(kid, int):
                claims[element.Pg.objgen, kid] = element.objgen
            elif isinstance(kid, Dictionary) and kid.get("/Type") == Name.MCR:
                claims[kid.get("/Pg", element.get("/Pg")).objgen, int(kid.MCID)] = element.objgen
            elif isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR:
                objects[kid.Obj.objgen] = element.objgen
    parents = dict(read_number_tree(pdf.Root.StructTreeRoot.ParentTree))
    checked = wrong = 0
    with_parent = set()
    for page in pdf.pages:
        for mcid, parent in enumerate(parents[int(page.obj.StructParents)] if "/StructParents" in page.obj else ()):
            if parent is not None:
                checked += 1
                with_parent.add((page.obj.objgen, mcid))
                wrong += claims.get((page.obj.objgen, mcid)) != parent.objgen
        for annotation in page.obj.get("/Annots", ()):
            if "/StructParent" in annotation:
                checked += 1
                wrong += objects.get(annotation.objgen) != parents[int(annotation.StructParent)].objgen
    return checked, wrong + len(claims.keys() - with_parent)


def pop_header_cells(pdf: Pdf) -> list[Any] | None:
    """Remove and return the cells that name their headers; None if a file does not list them."""
    cells = pdf.Root.get(HEADER_CELLS)
    if cells is None:
        return None
    del pdf.Root[HEADER_CELLS]
    return list(cells)


def save_deterministic(pdf: Pdf, version: str = "1.7") -> bytes:
    """Return the bytes of a PDF: the same for the same content, at any time."""
    output = BytesIO()
    pdf.save(output, min_version=version, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
    return output.getvalue()

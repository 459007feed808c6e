"""Reads the structure tree of a PDF (ISO 32000-1, 14.7)."""

from collections.abc import Mapping
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pipeline.pdf.tree import children
from pipeline.proof.pdf.tags import Content, Kid, ObjectKey, ObjectReference, TaggedElement

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

"""Reads the structure tree of a PDF (ISO 32000-1, 14.7).

An element that is written plainly is read off its own words: asking the library for each of its entries takes four
times as long. What is not so plain is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pipeline.pdf.tree import children
from pipeline.proof.pdf.tags import Content, Kid, ObjectKey, ObjectReference, TaggedElement

DEEPEST = 200
"""Elements within elements that are followed."""

_FIELD = r"<< /Obj \d+ \d+ R (?:/Pg \d+ \d+ R )?/Type /OBJR >>"
_WORDS = r"(?:\([^()\\]*+\)|<[0-9a-f]*+>)"
_PLAIN = re.compile(
    rf"<< (?:/A << (?P<own>[^<>]*+)>> )?(?P<alt>/Alt {_WORDS} )?(?P<id>/ID {_WORDS} )?"
    rf"(?:/K (?P<kids>\[ (?:\d+ \d+ R |\d+ |{_FIELD} )*+\]|\d+ \d+ R|\d+|{_FIELD}) )?(?:/Lang {_WORDS} )?"
    rf"/P \d+ \d+ R (?:/Pg (?P<page>\d+ \d+) R )?/S (?P<kind>/[A-Za-z0-9]+) (?:/T {_WORDS} )?"
    rf"/Type /StructElem >>".encode(),
    re.DOTALL,
)
_KID = re.compile(rb"<< /Obj (\d+) (\d+) R [^>]*>>|(\d+) (\d+) R|(\d+)")


def read_tags(pdf: Pdf, pages: Mapping[ObjectKey, int]) -> TaggedElement | None:
    """The tree of a file, under an element that stands for its root; nothing where the file has none."""
    root = pdf.Root.get("/StructTreeRoot")
    if not isinstance(root, Dictionary):
        return None
    roles = root.get("/RoleMap")
    names = {str(k)[1:]: str(v)[1:] for k, v in roles.items()} if isinstance(roles, Dictionary) else {}
    top = TaggedElement("StructTreeRoot", root.objgen)
    reader = _Reader(pdf, pages, names, {root.objgen})
    for kid in children(root):
        reader.read(kid, top.kids, 0, 0)
    return top


class _Reader:
    """Reads one tree."""

    def __init__(
        self, pdf: Pdf, pages: Mapping[ObjectKey, int], names: Mapping[str, str], seen: set[ObjectKey]
    ) -> None:
        self._pdf = pdf
        self._pages = pages
        self._names = names
        self._seen = seen

    def read(self, kid: Any, kids: list[Kid], page: int, depth: int) -> None:
        """Read what an element holds, and add it to its kids. `page` is that of the element."""
        if isinstance(kid, int):
            kids.append(Content(page, kid))
        elif not isinstance(kid, Dictionary):
            return
        elif (plain := _PLAIN.fullmatch(kid.unparse(resolved=True))) or "/S" in kid:
            key = kid.objgen
            if key in self._seen or depth > DEEPEST:
                return
            if key != (0, 0):
                self._seen.add(key)
            kids.append(self._element(kid, key, plain, page, depth + 1))
        elif kid.get("/Type") == Name.OBJR:
            held = kid.get("/Obj")
            if isinstance(held, Object):
                kids.append(ObjectReference(held.objgen))
        elif "/MCID" in kid and "/Stm" not in kid:
            kids.append(Content(self._page(kid, page), int(kid.MCID)))

    def _element(
        self, element: Object, key: ObjectKey, plain: re.Match[bytes] | None, page: int, depth: int
    ) -> TaggedElement:
        if plain is None:
            tag = self._tag(element, key)
            page = self._page(element, page)
            for kid in children(element):
                self.read(kid, tag.kids, page, depth)
            return tag
        tag = TaggedElement(self._kind(plain["kind"].decode()), key)
        if plain["alt"]:
            tag.alt = str(element.Alt)
        if plain["id"]:
            tag.id = str(element.ID)
        if b"/ListNumbering" in (plain["own"] or b""):
            tag.numbering = str(element.A.ListNumbering).removeprefix("/")
        if plain["page"]:
            number, generation = plain["page"].split()
            page = self._pages.get((int(number), int(generation))) or self._page(element, page)
        self._read_plainly(plain["kids"] or b"", tag.kids, page, depth)
        return tag

    def _read_plainly(self, written: bytes, kids: list[Kid], page: int, depth: int) -> None:
        for field, of_field, number, generation, mark in _KID.findall(written):
            if mark:
                kids.append(Content(page, int(mark)))
            elif number:
                held = self._pdf.get_object(int(number), int(generation))
                for kid in held if isinstance(held, Array) else (held,):
                    self.read(kid, kids, page, depth)
            elif isinstance(referred := self._pdf.get_object(int(field), int(of_field)), Object):
                kids.append(ObjectReference(referred.objgen))

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
            if isinstance(owned, Dictionary) and "/ListNumbering" in owned:
                tag.numbering = str(owned.ListNumbering).removeprefix("/")
        return tag

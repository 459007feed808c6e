"""Mending what page breaks did to the tags: one table head a table, one element where two stood."""

from __future__ import annotations

import json
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pipeline.press.tree import child_elements, children, is_element, walk

Keys = dict[tuple[int, int], str]

_INLINE = (Name.Link, Name.Span, Name.Code)
"""What a line break cuts in two as well."""


def drop_stray_links(pdf: Pdf, document: Object, owners: Object) -> None:
    """Links that no tag owns any more: in decoration, in a repeated table head, a picture's own within a link."""
    owned: set[tuple[int, int]] = set()
    for element in walk(document):
        kept = [kid for kid in children(element) if element.S in (Name.Link, Name.Form) or not _is_reference(kid)]
        owned |= {kid.Obj.objgen for kid in kept if _is_reference(kid)}
        if len(kept) != len(children(element)):
            element.K = Array(kept)
    everything = {a.objgen for page in pdf.pages for a in page.obj.get("/Annots", ())}
    _remove_annotations(pdf, owners, everything - owned)


def is_silent(element: Object, keys: Keys) -> bool:
    """Whether an element is decoration."""
    return bool(json.loads(keys.get(element.objgen, "{}")).get("silent"))


def _remove_annotations(pdf: Pdf, owners: Object, stray: set[tuple[int, int]]) -> None:
    if not stray:
        return
    gone: set[int] = set()
    for page in pdf.pages:
        annotations = list(page.obj.get("/Annots", ()))
        if any(a.objgen in stray for a in annotations):
            gone |= {int(a.StructParent) for a in annotations if a.objgen in stray and "/StructParent" in a}
            page.obj.Annots = Array([a for a in annotations if a.objgen not in stray])
    for index in reversed(range(0, len(owners), 2)):
        if int(owners[index]) in gone:
            del owners[index + 1], owners[index]


def _is_reference(kid: object) -> bool:
    return isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR


def drop_repeated_heads(document: Object, keys: Keys) -> None:
    """A table that runs over pages repeats its head: keep the first and point the cells at it."""
    first_heads: dict[str, Object] = {}
    for table in [e for e in walk(document) if Name.Table == e.S]:
        key = keys.get(table.objgen)
        heads = [kid for kid in child_elements(table) if Name.THead == kid.S]
        if not key or not heads:
            continue
        first = first_heads.setdefault(key, heads[0])
        if first.objgen == heads[0].objgen:
            continue
        renamed = {
            str(later.ID): str(earlier.ID)
            for earlier, later in zip(_head_cells(first), _head_cells(heads[0]), strict=False)
            if "/ID" in earlier and "/ID" in later
        }
        table.K = Array([kid for kid in children(table) if not (is_element(kid) and Name.THead == kid.S)])
        _point_cells(table, renamed)


def _head_cells(element: Object) -> list[Any]:
    return [e for e in walk(element) if e.S == Name.TH]


def _point_cells(table: Object, renamed: dict[str, str]) -> None:
    for cell in walk(table):
        attributes = cell.get("/A")
        if isinstance(attributes, Dictionary) and "/Headers" in attributes:
            attributes.Headers = Array([String(renamed.get(str(h), str(h))) for h in attributes.Headers])


def join_split_elements(document: Object, owners: Object, keys: Keys) -> None:
    """One element again where a page break (or, within a line, a line break) made two."""
    joined: dict[tuple[int, int], Object] = {}
    _bring_home(document, keys, joined)
    _join(document, keys, joined)
    if not joined:
        return
    for index in range(1, len(owners), 2):
        entry = owners[index]
        if isinstance(entry, Array):
            for mcid, owner in enumerate(list(entry)):
                if owner is not None and owner.objgen in joined:
                    entry[mcid] = joined[owner.objgen]
        elif entry is not None and entry.objgen in joined:
            owners[index] = joined[entry.objgen]


def _bring_home(document: Object, keys: Keys, joined: dict[tuple[int, int], Object]) -> None:
    """What floats beside the text and goes on over the page is found loose there: back to where it began."""
    first: dict[tuple[str, str], Object] = {}
    for element in walk(document):
        if key := keys.get(element.objgen):
            first.setdefault((key, str(element.S)), element)
    kept: list[Any] = []
    for kid in children(document):
        home = first.get((keys.get(kid.objgen, ""), str(kid.S)))
        if home is None or home.objgen == kid.objgen or home.P.objgen == document.objgen:
            kept.append(kid)
        else:
            _absorb(home, kid, joined)
    document.K = Array(kept)


def _absorb(target: Object, kid: Object, joined: dict[tuple[int, int], Object]) -> None:
    for grandchild in child_elements(kid):
        grandchild.P = target
    target.K = Array(_with_page(target) + _with_page(kid))
    joined[kid.objgen] = target


def _join(element: Object, keys: Keys, joined: dict[tuple[int, int], Object]) -> None:
    before = children(element)
    after: list[Any] = []
    for kid in before:
        if after and is_element(kid) and is_element(after[-1]) and _continues(kid, after[-1], keys):
            _absorb(after[-1], kid, joined)
        else:
            after.append(kid)
    if len(after) != len(before):
        element.K = Array(after)
    for kid in after:
        if is_element(kid):
            _join(kid, keys, joined)


def _continues(element: Object, previous: Object, keys: Keys) -> bool:
    key = keys.get(element.objgen)
    if not key or key != keys.get(previous.objgen) or element.S != previous.S:
        return False
    if element.S in _INLINE:
        return True
    return "/Pg" in element and element.Pg.objgen != _last_page(previous)


def _with_page(element: Object) -> list[Any]:
    """The children, marked content with its page said."""
    return [
        Dictionary(Type=Name.MCR, Pg=element.Pg, MCID=kid) if isinstance(kid, int) else kid for kid in children(element)
    ]


def _last_page(element: Object) -> tuple[int, int] | None:
    for kid in reversed(child_elements(element)):
        if page := _last_page(kid):
            return page
    return element.Pg.objgen if "/Pg" in element else None

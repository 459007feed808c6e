"""The finish pass: repairs the engine's tags, so that what a page break tore apart is one thing again.

Works on the bytes of a PDF pressed under `keyed_tags`; takes the keys out at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Pdf

from pipeline.press.artifacts import content_to_artifacts
from pipeline.press.joints import drop_repeated_heads, drop_stray_links, is_silent, join_split_elements
from pipeline.press.keys import KEY
from pipeline.press.lists import gather_entries, pair_definitions
from pipeline.press.tree import child_elements, children, index_ids, is_element, walk

_EMPTY = (Name.Span, Name.Code, Name.NonStruct, Name.Div, Name.LI, Name.LBody, Name.Lbl, Name.L, Name.Sect)

KeyOf = Callable[[Object], dict[str, Any]]


def finish(pdf_bytes: bytes) -> tuple[bytes, tuple[int, ...]]:
    """The PDF with its tags repaired, and the page of each picture that nobody described."""
    with Pdf.open(BytesIO(pdf_bytes)) as pdf:
        root = pdf.Root.StructTreeRoot
        document = root.K[0]
        keys: dict[tuple[int, int], str] = {e.objgen: str(e[f"/{KEY}"]) for e in walk(document) if f"/{KEY}" in e}
        owners = root.ParentTree.Nums
        drop_repeated_heads(document, keys)
        drop_silent(document, keys)
        drop_stray_links(pdf, document, owners)
        content_to_artifacts(pdf, document, owners)
        gather_entries(pdf, document, keys)
        join_split_elements(document, owners, keys)
        pair_definitions(document, keys)
        prune_empty(document)
        undescribed = _undescribed(pdf, document)
        for thing in pdf.objects:
            if isinstance(thing, Dictionary) and f"/{KEY}" in thing:
                del thing[f"/{KEY}"]
        root.ParentTreeNextKey = max((int(owners[i]) for i in range(0, len(owners), 2)), default=-1) + 1
        index_ids(pdf)
        return save(pdf), undescribed


def save(pdf: Pdf, version: str = "1.7") -> bytes:
    """The bytes of a PDF: the same for the same content, whatever the clock says."""
    output = BytesIO()
    pdf.save(output, min_version=version, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
    return output.getvalue()


def drop_silent(element: Object, keys: dict[tuple[int, int], str]) -> None:
    """Take decoration out of the tree; its content becomes an artifact."""
    before = children(element)
    after = [kid for kid in before if not (is_element(kid) and is_silent(kid, keys))]
    if len(after) != len(before):
        element.K = Array(after)
    for kid in after:
        if is_element(kid):
            drop_silent(kid, keys)


def prune_empty(element: Object) -> None:
    """Remove wrappers that hold nothing. A place kept for the bindery has an id and stays."""
    before, after = children(element), []
    for kid in before:
        if is_element(kid):
            prune_empty(kid)
            if kid.S in _EMPTY and not children(kid) and "/Alt" not in kid and "/ID" not in kid:
                continue
        after.append(kid)
    if len(after) != len(before):
        element.K = Array(after)


def _undescribed(pdf: Pdf, document: Object) -> tuple[int, ...]:
    found = [e for e in walk(document) if Name.Figure == e.S and not str(e.get("/Alt", "")).strip()]
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)} if found else {}
    return tuple(pages.get(figure.Pg.objgen, 1) for figure in found)


def kinds(pdf_bytes: bytes) -> list[str]:
    """The structure tree as indented lines, for tests and for eyes."""
    lines: list[str] = []

    def line(element: Object, depth: int) -> None:
        lines.append("  " * depth + str(element.S).removeprefix("/"))
        for kid in child_elements(element):
            line(kid, depth + 1)

    with Pdf.open(BytesIO(pdf_bytes)) as pdf:
        line(pdf.Root.StructTreeRoot.K[0], 0)
    return lines

"""Pressing: a manuscript becomes sheets, a line of a page's head or foot becomes a stamp. Typesetting only."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipeline.codes import made
from pipeline.diagnostics import Desk, Diagnostic, Place
from pipeline.errors import PressFailure
from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import Sheets
from pipeline.press.document import build_document
from pipeline.press.engine import Dress, dress, lay_out, listening, without_collection
from pipeline.press.fetcher import ClosedFetcher
from pipeline.press.finish import finish
from pipeline.press.formulas import draw_formulas
from pipeline.press.guard import guard_pictures, guard_text
from pipeline.press.keys import keyed_tags
from pipeline.press.pagemap import PageMap, draw_map
from pipeline.press.remarks import refusals, remark
from pipeline.press.stamps import press_stamps

__all__ = ["press", "press_stamps"]


def press(manuscript: Manuscript) -> Sheets:
    """The manuscript set in type: tagged pages with empty margins, their map, and what the engine remarked."""
    if not manuscript.fonts:
        raise PressFailure(f"The layout '{manuscript.layout}' names no fonts.")
    tree = build_document(manuscript)
    foreign = guard_text(tree[1]) + guard_pictures(manuscript.images)
    draw_formulas(tree[1])
    worn = dress(manuscript.style, manuscript.fonts)
    door = ClosedFetcher(manuscript)
    with without_collection(), listening() as said:
        pages, page_map, raw = _set(tree, worn, door, manuscript.metadata.id)
    pdf, undescribed = finish(raw)
    desk = Desk()
    path = f"output/{manuscript.metadata.id}/{manuscript.edition}"
    desk.extend(remark((*worn.said, *said), path, page_map.page_of))
    desk.extend(refusals((*foreign, *worn.refused, *door.refused), path))
    desk.extend(_silent_pictures(undescribed, path))
    return Sheets(
        pdf=pdf,
        pages=pages,
        starts=tuple(page_map.starts),
        slots=tuple(page_map.slots),
        remarks=desk.remarks,
        targets=tuple(page_map.targets.items()),
    )


def _set(tree: Element, worn: Dress, door: ClosedFetcher, name: str) -> tuple[int, PageMap, bytes]:
    """How many pages the engine makes of a document, their map, and the PDF before its tags are repaired."""
    try:
        document = lay_out(tree, worn, door)
        page_map = draw_map(document.pages)
        with keyed_tags():
            return len(document.pages), page_map, bytes(document.write_pdf(pdf_variant="pdf/ua-1"))
    except Exception as broken:  # whatever breaks the engine breaks this text alone
        raise PressFailure(f"The typesetting engine broke off while it set '{name}'.") from broken


def _silent_pictures(undescribed: tuple[int, ...], path: str) -> Iterator[Diagnostic]:
    return (made.NO_ALT.at(Place(path, page), words=f"page {page}") for page in undescribed)

"""Running lines: what a loose page says of where it belongs, and when this copy was produced."""

from __future__ import annotations

from datetime import date

from pipeline.bind.fitting import shortened, width
from pipeline.bind.produced import produced_words
from pipeline.model.manuscript import StampText
from pipeline.model.publication import Identity
from pipeline.typography import typeset

TITLE_ROOM, STATUS_ROOM, FOOT_ROOM = 218, 189, 400
"""Points that a line has in its slot, as `layouts/stamp` lays them out."""

HEAD = frozenset({"head-date", "head-title", "status", "marking-top"})
"""The slots at the head of a page; the others stand at its foot."""


def running_lines(
    identity: Identity, produced: date, folio: str, pack: Identity | None = None
) -> tuple[StampText, ...]:
    """The lines of one page. In a pack the marking is the pack's, and the page says the pack's edition too."""
    whole = pack or identity
    statuses = tuple(dict.fromkeys((*whole.statuses, *identity.statuses)))
    lines = (
        ("marking-top", whole.marking),
        ("head-date", f"{produced:%d/%m/%Y}"),
        ("head-title", shortened(typeset(identity.short_title or identity.title), TITLE_ROOM)),
        ("status", _statuses(statuses)),
        ("foot-id", _foot(identity, pack)),
        ("folio", folio),
        ("marking-bottom", whole.marking),
    )
    return tuple(StampText(slot, text) for slot, text in lines if text)


def _named(identity: Identity) -> tuple[str, ...]:
    return (identity.id, f"Version {identity.version}" if identity.version else "", identity.edition)


def _foot(identity: Identity, pack: Identity | None) -> str:
    """Id, version and edition in full; the title of the pack as far as there is room."""
    named = " · ".join(filter(None, _named(identity)))
    if pack is None or pack.id == identity.id:
        return shortened(named, FOOT_ROOM)
    edition = f", {pack.edition}" if pack.edition else ""
    room = FOOT_ROOM - width(f"{named} · {edition}")
    return shortened(f"{named} · {shortened(typeset(pack.short_title or pack.title), room)}{edition}", FOOT_ROOM)


def _statuses(statuses: tuple[str, ...]) -> str:
    """The statuses with as much of each as there is room for: the last, which may name a title, gives way."""
    return shortened(typeset(" · ".join(statuses)), STATUS_ROOM, 11)


def page_lines(identity: Identity, produced: date, pages: int) -> tuple[tuple[StampText, ...], ...]:
    """The lines of every page of a briefing, page by page."""
    return tuple(running_lines(identity, produced, f"Page {page} of {pages}") for page in range(1, pages + 1))


def produced_line(produced: date) -> StampText:
    """The sentence for the slot of the stamp block."""
    return StampText("produced", produced_words(produced))


def briefing_stamps(identity: Identity, produced: date, pages: int) -> tuple[StampText, ...]:
    """Every stamp that a briefing of so many pages needs, once."""
    lines = page_lines(identity, produced, pages)
    return tuple(dict.fromkeys((*(line for page in lines for line in page), produced_line(produced))))

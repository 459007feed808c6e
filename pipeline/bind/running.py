"""Running lines: what a loose page says of where it belongs, and when this copy was produced."""

from __future__ import annotations

from datetime import date

from pipeline.bind.produced import produced_words
from pipeline.model.manuscript import StampText
from pipeline.model.publication import Identity

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
        ("head-title", identity.short_title or identity.title),
        ("status", " · ".join(statuses)),
        ("foot-id", " · ".join(filter(None, (*_named(identity), *_bound_in(identity, pack))))),
        ("folio", folio),
        ("marking-bottom", whole.marking),
    )
    return tuple(StampText(slot, text) for slot, text in lines if text)


def _named(identity: Identity) -> tuple[str, ...]:
    return (identity.id, f"Version {identity.version}" if identity.version else "", identity.edition)


def _bound_in(identity: Identity, pack: Identity | None) -> tuple[str, ...]:
    """The pack and its edition, unless the page is the pack's own."""
    if pack is None or pack.id == identity.id:
        return ()
    return (", ".join(filter(None, (pack.short_title or pack.title, pack.edition))),)


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

"""What a library says of itself without being built: remarks, the list of briefings, who rests on what."""

from __future__ import annotations

from datetime import date

from pipeline.compose.contrast import accent_remarks
from pipeline.compose.reach import sheet_remarks
from pipeline.diagnostics import Diagnostic, ordered
from pipeline.errors import UsageError
from pipeline.model.briefing import Briefing
from pipeline.model.imprint import Series
from pipeline.model.library import Library
from pipeline.model.pack import Pack
from pipeline.resolve.listing import ListedBriefing, cites, list_briefings
from pipeline.resolve.nearest import did_you_mean, known_names
from pipeline.resolve.rules import examine
from pipeline.workshop import Workshop

Table = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Column heads and rows."""


def check(shop: Workshop, names: tuple[str, ...], produced: date) -> tuple[Diagnostic, ...]:
    """Everything there is to say about the source, or about the files of the briefings, packs and series named."""
    library, remarks = shop.loaded
    found = examine(library, produced, shop.coverage, styles=shop.layouts.styles)
    remarks = ordered((*remarks, *found, *accent_remarks(library.imprint), *sheet_remarks(shop.layouts)))
    if not names:
        return remarks
    things: dict[str, Briefing | Pack | Series] = {**library.briefings, **library.packs, **library.series}
    unknown = [name for name in names if name not in things and name not in library.broken]
    if unknown:
        hint = did_you_mean(unknown[0], things, known_names(things))
        raise UsageError(f"The library has no briefing, pack or series '{unknown[0]}'. {hint}")
    paths = {things[name].path for name in names if name in things}
    return tuple(d for d in remarks if d.place.path in paths or _stem(d.place.path) in names)


def _stem(path: str) -> str:
    """The id that a file would have: its name without ending, or its folder's name."""
    name = path.rpartition("/")[2].partition(".")[0]
    return path.split("/")[-2] if name == "briefing" and "/" in path else name


def _library(shop: Workshop) -> Library:
    """The library, where there is one."""
    if not shop.files:
        raise UsageError(f"There is no library in {shop.project.resolve()}: it holds no source/.")
    return shop.loaded[0]


def listing(shop: Workshop, produced: date, brief: bool) -> Table:
    """Every briefing of the library; `brief` leaves out what a terminal has no room for."""
    library = _library(shop)
    found = list_briefings(library, produced)
    if brief:
        heads = ("id", "version", "status", "first published", "last reviewed", "review by", "title")
        return heads, tuple(_brief(listed) for listed in found)
    return FULL, tuple(_full(listed) for listed in found)


FULL = (
    *("id", "title", "version", "status", "owner", "first published", "updated", "last reviewed", "evidence to"),
    *("review by", "overdue", "series", "packs", "works cited"),
)


def _brief(listed: ListedBriefing) -> tuple[str, ...]:
    due = f"{_day(listed.review_by)} overdue" if listed.overdue else _day(listed.review_by)
    days = (_day(listed.first_published), _day(listed.reviewed), due)
    return (listed.id, listed.version, listed.status, *days, listed.title)


def _full(listed: ListedBriefing) -> tuple[str, ...]:
    days = (listed.first_published, listed.updated, listed.reviewed, listed.evidence_to, listed.review_by)
    return (
        *(listed.id, listed.title, listed.version, listed.status, listed.owner, *map(_day, days)),
        *("yes" if listed.overdue else "no", listed.series, " ".join(listed.packs), " ".join(listed.keys)),
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def resting_on(shop: Workshop, key: str) -> Table:
    """The briefings that rest on a work: cited in the text, a source of a finding, of practice, or listed."""
    library = _library(shop)
    if key not in library.bibliography:
        hint = did_you_mean(key, library.bibliography, "Entries live in source/references/.")
        raise UsageError(f"The bibliography has no work '{key}'. {hint}")
    rows = tuple((c.id, c.version, ", ".join(c.ways), c.title) for c in cites(library, key))
    return ("id", "version", "how", "title"), rows

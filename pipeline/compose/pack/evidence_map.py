"""The map of a pack's evidence: a row a briefing, a column an area of outcome, a mark a finding. Never totals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

from pipeline.compose.evidence.legend import legend, results_of
from pipeline.compose.language.words import result_within
from pipeline.compose.page.galley import Galley
from pipeline.compose.page.lines import SMALL_LETTER, lines_of
from pipeline.compose.page.marks import heard_mark
from pipeline.compose.page.tables import region
from pipeline.model.formats import EDITIONS, Edition
from pipeline.model.publication import PackPublication, Publication
from pipeline.model.result import Result

SECTION = "evidence-map"
"""The section that is the map by itself."""

PITCHES = (("roomy", 12, 28.0), ("close", 20, 19.0), ("closest", 27, 17.5))
"""Looks of the map, each with the greatest number of rows that it is used for on a cover, and the height of a row."""


@dataclass(frozen=True, slots=True)
class CoverLook:
    """A size of a cover's title, as `layouts/pack/pack.css` has it on A4, in points."""

    name: str
    """Class of the cover."""
    title: tuple[float, float]
    """Size and leading."""
    subtitle: tuple[float, float, float]
    """Size, leading, and the space above."""
    around: float
    """Height of all else above the map, with the spaces between."""


LOOKS = (
    CoverLook("", (60, 62), (22, 28, 8), 170),
    CoverLook("smaller", (42, 44), (22, 28, 4), 94),
    CoverLook("smallest", (30, 33), (15, 19, 2), 66),
)
COVER_WIDE, COVER_HIGH = 499.0, 726.0
"""The room of a cover from side to side and from top to bottom."""
BRIEFING_WIDE, PAGE_WIDE, MARK_WIDE = 147.0, 26.0, 14.5
LINE, SMALL_LINE = 15.5, 14.5
_AROUND_MAP, _LOGO, _NUMBER = 60.0, 62.0, 47.0


@dataclass(frozen=True, slots=True)
class MapRow:
    """The row of a briefing: whether a part of the pack begins with it, and the results of its findings by column."""

    member: Publication
    begins: bool
    cells: tuple[tuple[Result, ...], ...]


def heads_of(pack: PackPublication) -> tuple[str, ...]:
    """The heads of the columns of findings: areas, and a last one where findings belong to none of them.

    Without areas it is one column. Findings without an area have their own, because a place that is left empty says
    that the briefing does not ask.
    """
    words = pack.identity.words
    if not pack.area_of:
        return (words.say("findings"),)
    others = (words.say("other-outcomes"),) if any(True for _ in _without_area(pack)) else ()
    return (*(area.label for area in pack.areas), *others)


def _without_area(pack: PackPublication) -> Iterator[Result]:
    for member in pack.members:
        for row in member.evidence.rows if member.evidence else ():
            if f"{member.id}#{row.finding.id}" not in pack.area_of:
                yield row.finding.result


def map_rows(pack: PackPublication) -> tuple[MapRow, ...]:
    """A row for each briefing, in the order of the pack; inserts have none."""
    members = {member.id: member for member in pack.members}
    return tuple(
        MapRow(members[name], number == 0, _cells(pack, members[name]))
        for part in pack.parts
        for number, name in enumerate(name for name in part.briefings if name in members)
    )


def _cells(pack: PackPublication, member: Publication) -> tuple[tuple[Result, ...], ...]:
    if not pack.area_of:
        return (results_of(member),)
    columns: dict[str, tuple[Result, ...]] = dict.fromkeys((*(area.id for area in pack.areas), ""), ())
    for row in member.evidence.rows if member.evidence else ():
        columns[pack.area_of.get(f"{member.id}#{row.finding.id}", "")] += (row.finding.result,)
    return tuple(columns.values())[: len(heads_of(pack))]


# Where it stands


def has_findings(pack: PackPublication) -> bool:
    """Whether a map has anything to show."""
    return any(results_of(member) for member in pack.members)


def is_on_cover(pack: PackPublication, edition: Edition) -> bool:
    """Whether the cover shows the map: it is to, and has room."""
    return _is_for_cover(pack) and EDITIONS[edition].across and bool(cover_look(pack)[1])


def follows_contents(pack: PackPublication, edition: Edition) -> bool:
    """Whether the map is a section by itself because the cover has no room for it."""
    return _is_for_cover(pack) and not is_on_cover(pack, edition)


def _is_for_cover(pack: PackPublication) -> bool:
    """Whether the cover is to show the map: a pack that asks for it as a section has it there alone."""
    fields = pack.pack.fields
    asked = SECTION in (*fields.front, *fields.back)
    return fields.cover == "evidence" and "cover" in fields.front and not asked and has_findings(pack)


def cover_look(pack: PackPublication) -> tuple[str, str]:
    """The looks of a cover's title and of the map below it, the largest with room for both; '' if a map has none."""
    rows = map_rows(pack) if _is_for_cover(pack) else ()
    for name, most, high in PITCHES if rows else ():
        below = _map_high(pack, rows, high)
        if look := len(rows) <= most and _title_look(pack, COVER_HIGH - below):
            return look.name, name
    return (_title_look(pack, COVER_HIGH) or LOOKS[-1]).name, ""


def _title_look(pack: PackPublication, room: float) -> CoverLook | None:
    """The largest look in which no word of the title breaks and all that stands above a map has this room."""
    subtitle = pack.pack.fields.subtitle
    more = (_LOGO if pack.imprint.fields.design.logo else 0) + (_NUMBER if pack.identity.copy else 0)
    for look in LOOKS:
        points, leading, above = look.subtitle
        lines, whole = lines_of(pack.identity.title, look.title[0], COVER_WIDE)
        below = lines_of(subtitle, points, COVER_WIDE)[0] * leading + above if subtitle else 0
        if whole and look.around + lines * look.title[1] + below + more <= room:
            return look
    return None


def _map_high(pack: PackPublication, rows: tuple[MapRow, ...], pitch: float) -> float:
    """Points that the map takes on a cover, with its heading, its key and what is said below it."""
    heads = heads_of(pack)
    wide = (COVER_WIDE - BRIEFING_WIDE - PAGE_WIDE) / len(heads)
    across = max(int((wide - 5) // MARK_WIDE), 1)
    high = max(lines_of(one, 12, wide - 5, SMALL_LETTER)[0] for one in heads) * SMALL_LINE
    for row in rows:
        lines = lines_of(_row_title(row, len(rows)), 12.5, BRIEFING_WIDE, SMALL_LETTER)[0]
        high += pitch + (max(lines, *(ceil(len(cell) / across) for cell in row.cells)) - 1) * LINE
    return _AROUND_MAP + high + 3 * SMALL_LINE


def _row_title(row: MapRow, rows: int) -> str:
    """The title of a briefing, or where rows are close its short title."""
    return row.member.identity.title if rows <= PITCHES[0][1] else row.member.identity.short_title


# What it shows


def evidence_map(pack: PackPublication, folios: Mapping[str, int], galley: Galley, look: str = "") -> dict[str, object]:
    """The table of the map, and the key to its marks; its look is that of so many rows unless one is given."""
    rows, heads = map_rows(pack), heads_of(pack)
    paged = any(row.member.id in folios for row in rows)
    look = look or next((name for name, most, _ in PITCHES if len(rows) <= most), PITCHES[-1][0])
    results = tuple(result for member in pack.members for result in results_of(member))
    table = region(
        Markup("<thead>\n<tr{}>{}</tr>\n</thead>\n<tbody>\n{}\n</tbody>").format(
            galley.house,
            _heads(heads, galley, paged),
            Markup("\n").join(_row(row, len(rows), heads, folios if paged else None, galley) for row in rows),
        ),
        Markup(""),
        galley,
        identity="evidence-map-table",
        classes=f"map map-{look} {'wide' if pack.area_of else 'slim'}",
        heading="evidence-map-heading",
    )
    key = legend(results, galley.accent, galley.words)["within"]
    return {"table": table, "key": key, "areas": bool(pack.area_of)}


def _heads(heads: tuple[str, ...], galley: Galley, paged: bool) -> Markup:
    briefing, page = galley.words.say("briefing"), galley.words.say("page-column")
    columns = Markup("").join(map(Markup('<th scope="col">{}</th>').format, heads))
    last = Markup('<th scope="col" class="map-page">{}</th>').format(page) if paged else Markup("")
    return Markup('<th scope="col">{}</th>{}{}').format(briefing, columns, last)


def _row(row: MapRow, rows: int, heads: tuple[str, ...], folios: Mapping[str, int] | None, galley: Galley) -> Markup:
    """A briefing's row: its title, which leads to its first page, the marks of each column, and that page."""
    link = Markup('<a href="briefing:{}">{}</a>').format(row.member.id, _row_title(row, rows))
    cells = Markup("").join(
        Markup('<td data-label="{}">{}</td>').format(head, _marks(cell, galley))
        for head, cell in zip(heads, row.cells, strict=True)
    )
    page = Markup("")
    if folios is not None:
        label = galley.words.say("page-column")
        page = Markup('<td class="map-page" data-label="{}">{}</td>').format(label, folios.get(row.member.id, ""))
    return Markup('<tr{}><th scope="row">{}</th>{}{}</tr>').format(
        Markup(' class="begins"') if row.begins else "", link, cells, page
    )


def _marks(results: tuple[Result, ...], galley: Galley) -> Markup:
    words, accent = galley.words, galley.accent
    return Markup(" ").join(heard_mark(result, accent, result_within(words, result)) for result in results)

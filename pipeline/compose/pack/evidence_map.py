"""The map of a pack's evidence: a row a briefing, a column an area of outcome, a mark a finding. Never totals."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

from pipeline.compose.evidence import legend, results_of
from pipeline.compose.language.words import result_within
from pipeline.compose.page.chapter import ChapterContext
from pipeline.compose.page.drawings import heard_mark
from pipeline.compose.page.figures import region
from pipeline.compose.page.lines import SMALL_LETTER, lines_of
from pipeline.model.formats import EDITIONS, Edition
from pipeline.model.publication import PackPublication, Publication
from pipeline.model.result import Result

SECTION = "evidence-map"
"""The section that is the map by itself."""

PITCHES = (("roomy", 12, 28.0), ("close", 20, 19.0), ("closest", 27, 17.5))
"""Looks of the map, each with the greatest number of rows that it is used for on a cover, and the height of a row."""


OVER, OVER_AREAS = ("over", 7, 34.7), 5
"""The look for a narrow cover, where each title stands above its marks; and the most areas that have room below it."""


@dataclass(frozen=True, slots=True)
class CoverLook:
    """A size of a cover's title, as `layouts/pack/pack.css` has it on a page, in points."""

    name: str
    """Class of the cover."""
    title: tuple[float, float]
    """Size and leading."""
    subtitle: tuple[float, float, float]
    """Size, leading, and the space above."""
    around: float
    """Height of all else above the map, with the spaces between."""


@dataclass(frozen=True, slots=True)
class CoverRoom:
    """The measures of a cover that has room for the map, in points."""

    wide: float
    """From side to side."""
    high: float
    """From top to bottom."""
    looks: tuple[CoverLook, ...]
    """Of the title, the largest first."""
    pitches: tuple[tuple[str, int, float], ...]
    """Looks of the map, as in `PITCHES`."""
    whole_titles: int
    """The most rows that have the titles of their briefings; of more, each has its short title."""
    briefing: float
    """Width of their column."""
    text: tuple[float, float]
    """Size and leading."""
    around_map: float
    """Height of the map's heading, of its key and of what is said below, with the spaces between."""


ROOMS = {
    "A4": CoverRoom(
        499,
        726,
        (
            CoverLook("", (60, 62), (22, 28, 8), 170),
            CoverLook("smaller", (42, 44), (22, 28, 4), 94),
            CoverLook("smallest", (30, 33), (15, 19, 2), 66),
        ),
        PITCHES,
        PITCHES[0][1],
        147,
        (12.5, 15.5),
        103.5,
    ),
    "A5": CoverRoom(
        345,
        494,
        (
            CoverLook("", (34, 37), (21, 27, 8), 94),
            CoverLook("smaller", (24, 26), (21, 27, 4), 100),
            CoverLook("smallest", (17, 20), (14.5, 18.5, 2), 80),
        ),
        (OVER, *PITCHES[1:]),
        0,
        102,
        (12, 15),
        110,
    ),
}
"""By the page, as `layouts/pack/pack.css` and `layouts/booklet/booklet.css` set them."""

PAGE_WIDE, MARK_WIDE, CELL_LEFT = 26.0, 14.5, 5.0
SMALL, SMALL_LINE = 12.0, 14.5
_LOGO, _NUMBER = 62.0, 47.0


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
    texts = ((member.id, member.evidence.rows) for member in pack.members if member.evidence)
    has_others = any(f"{name}#{row.finding.id}" not in pack.area_of for name, rows in texts for row in rows)
    return (*(area.label for area in pack.areas), *((words.say("other-outcomes"),) if has_others else ()))


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
    return bool(cover_look(pack, edition)[1])


def follows_contents(pack: PackPublication, edition: Edition) -> bool:
    """Whether the map is a section by itself because the cover has no room for it."""
    return _is_for_cover(pack) and not is_on_cover(pack, edition)


def _is_for_cover(pack: PackPublication) -> bool:
    """Whether the cover is to show the map: a pack that asks for it as a section has it there alone."""
    fields = pack.pack.fields
    asked = SECTION in (*fields.front, *fields.back)
    return fields.cover == "evidence" and "cover" in fields.front and not asked and has_findings(pack)


def cover_look(pack: PackPublication, edition: Edition) -> tuple[str, str]:
    """The looks of a cover's title and of the map below it, the largest with room for both; '' if a map has none."""
    page = EDITIONS[edition].cover
    room = ROOMS[page or "A4"]
    rows = map_rows(pack) if page and _is_for_cover(pack) and _stands_across(pack, room) else ()
    for name, most, high in room.pitches if rows else ():
        over = name == OVER[0]
        if len(rows) > most or (over and not (pack.area_of and len(heads_of(pack)) <= OVER_AREAS)):
            continue
        if look := _title_look(pack, room, _map_high(pack, rows, high, room, over)):
            return look.name, name
    return (_title_look(pack, room) or room.looks[-1]).name, ""


def _title_look(pack: PackPublication, room: CoverRoom, map_high: float = 0) -> CoverLook | None:
    """The largest look in which no word of the title breaks and that leaves a map its height."""
    subtitle = pack.pack.fields.subtitle
    more = (_LOGO if pack.imprint.fields.design.logo else 0) + (_NUMBER if pack.identity.copy else 0)
    for look in room.looks:
        points, leading, above = look.subtitle
        lines, whole = lines_of(pack.identity.title, look.title[0], room.wide)
        below = lines_of(subtitle, points, room.wide)[0] * leading + above if subtitle else 0
        if whole and look.around + lines * look.title[1] + below + more + map_high <= room.high:
            return look
    return None


def _stands_across(pack: PackPublication, room: CoverRoom) -> bool:
    """Whether no word of a head or of a title is wider than its column may become."""
    rows = map_rows(pack)
    titles = [_row_title(row, len(rows) <= room.whole_titles) for row in rows]
    longest = [max(map(len, " ".join(titles).split()), default=0) * SMALL_LETTER * room.text[0]]
    longest += [max(map(len, head.split())) * SMALL_LETTER * SMALL + CELL_LEFT for head in heads_of(pack)]
    return sum(longest) + PAGE_WIDE <= room.wide


def _map_high(pack: PackPublication, rows: tuple[MapRow, ...], pitch: float, room: CoverRoom, over: bool) -> float:
    """Points that the map takes on a cover, with its heading, its key and what is said below it."""
    heads = heads_of(pack)
    if over:  # a line of the title and a line of the marks are the row; the head has a line more, that of 'Briefing'
        wide, titles, first = room.wide / OVER_AREAS, room.wide - PAGE_WIDE, SMALL_LINE
    else:
        wide, titles, first = (room.wide - room.briefing - PAGE_WIDE) / len(heads), room.briefing, 0.0
    across = max(int((wide - CELL_LEFT) // MARK_WIDE), 1)
    high = first + max(lines_of(one, SMALL, wide - CELL_LEFT, SMALL_LETTER)[0] for one in heads) * SMALL_LINE
    for row in rows:
        title = _row_title(row, len(rows) <= room.whole_titles)
        lines = lines_of(title, room.text[0], titles, SMALL_LETTER)[0]
        marks = max(ceil(len(cell) / across) for cell in row.cells)
        high += pitch + ((lines - 1 + max(marks - 1, 0)) if over else max(lines, marks) - 1) * room.text[1]
    return room.around_map + high


def _row_title(row: MapRow, whole: bool) -> str:
    """The title of a briefing, or where rows are close its short title; and that it is no longer in force."""
    member = row.member
    title = member.identity.title if whole else member.identity.short_title
    return f"{title} ({member.identity.words.say(member.retired)})" if member.retired else title


# What it shows


def evidence_map(
    pack: PackPublication, folios: Mapping[str, str], chapter: ChapterContext, look: str = "", page: str = "A4"
) -> dict[str, object]:
    """The table of the map, and the key to its marks; its look is that of so many rows unless one is given.

    `page` is that of the cover on which it stands: a section of its own has room for what A4 has.
    """
    rows, heads = map_rows(pack), heads_of(pack)
    whole = len(rows) <= ROOMS[page].whole_titles
    paged = any(row.member.id in folios for row in rows)
    look = look or next((name for name, most, _ in PITCHES if len(rows) <= most), PITCHES[-1][0])
    results = tuple(result for member in pack.members for result in results_of(member))
    table = region(
        Markup("<thead>\n<tr{}>{}</tr>\n</thead>\n<tbody>\n{}\n</tbody>").format(
            chapter.house,
            _heads(heads, chapter, paged),
            Markup("\n").join(_row(row, whole, heads, folios if paged else None, chapter) for row in rows),
        ),
        Markup(""),
        chapter,
        identity="evidence-map-table",
        classes=f"map map-{look} {'wide' if pack.area_of else 'slim'}",
        heading="evidence-map-heading",
    )
    key = legend(results, chapter.accent, chapter.words)["within"]
    return {"table": table, "key": key, "areas": bool(pack.area_of)}


def _heads(heads: tuple[str, ...], chapter: ChapterContext, paged: bool) -> Markup:
    briefing, page = chapter.words.say("briefing"), chapter.words.say("page-column")
    columns = Markup("").join(map(Markup('<th scope="col">{}</th>').format, heads))
    last = Markup('<th scope="col" class="map-page">{}</th>').format(page) if paged else Markup("")
    return Markup('<th scope="col">{}</th>{}{}').format(briefing, columns, last)


def _row(
    row: MapRow, whole: bool, heads: tuple[str, ...], folios: Mapping[str, str] | None, chapter: ChapterContext
) -> Markup:
    """A briefing's row: its title, which leads to its first page, the marks of each column, and that page."""
    link = Markup('<a href="briefing:{}">{}</a>').format(row.member.id, _row_title(row, whole))
    cells = Markup("").join(
        Markup('<td data-label="{}">{}</td>').format(head, _marks(cell, chapter))
        for head, cell in zip(heads, row.cells, strict=True)
    )
    page = Markup("")
    if folios is not None:
        label = chapter.words.say("page-column")
        page = Markup('<td class="map-page" data-label="{}">{}</td>').format(label, folios.get(row.member.id, ""))
    return Markup('<tr{}><th scope="row">{}</th>{}{}</tr>').format(
        Markup(' class="begins"') if row.begins else "", link, cells, page
    )


def _marks(results: tuple[Result, ...], chapter: ChapterContext) -> Markup:
    words, accent = chapter.words, chapter.accent
    return Markup(" ").join(heard_mark(result, accent, result_within(words, result)) for result in results)

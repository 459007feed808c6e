"""The map of a pack's evidence: a row a briefing, a column an area of outcome, a mark a finding. Never totals."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

from pipeline.compose.design.style import SMALL_LETTER, Type, line_count
from pipeline.compose.evidence import finding_results, mark_legend
from pipeline.compose.language.words import result_within
from pipeline.compose.page.chapter import ChapterContext, element
from pipeline.compose.page.drawings import result_mark
from pipeline.compose.page.figures import region
from pipeline.model.formats import PDF_VARIANTS, PdfVariant
from pipeline.model.publication import PackPublication, Publication
from pipeline.model.result import Result

# Room on the cover, by layouts/pack/pack.css and layouts/booklet/booklet.css

PITCHES = (("roomy", 12, 28.0), ("close", 20, 19.0), ("closest", 27, 17.5))
"""Looks of the map: name, the most rows that a cover has room for, and the height of a row."""
STACKED_PITCH, STACKED_AREAS = ("over", 7, 34.7), 5
"""The look for a narrow cover, with each title above its marks; and the most areas that it has room for."""


@dataclass(frozen=True, slots=True)
class CoverLook:
    """A size of a cover's title."""

    name: str
    """Class of the cover."""
    title: Type
    subtitle: Type
    around: float
    """Height of everything else above the map, with the spaces between."""


@dataclass(frozen=True, slots=True)
class CoverRoom:
    """Room that a cover has for the map."""

    width: float
    height: float
    looks: tuple[CoverLook, ...]
    """Of the title, the largest first."""
    pitches: tuple[tuple[str, int, float], ...]
    """Looks of the map, as in `PITCHES`."""
    most_full_titles: int
    """The most rows with the full titles of briefings; if there are more, each has its short title."""
    title_column: float
    row: Type
    around_map: float
    """Height of the map's heading, of its key and of the words below, with the spaces between."""


COVER_ROOMS = {
    "A4": CoverRoom(
        499,
        726,
        (
            CoverLook("", Type(60, 62), Type(22, 28, 8), 170),
            CoverLook("smaller", Type(42, 44), Type(22, 28, 4), 94),
            CoverLook("smallest", Type(30, 33), Type(15, 19, 2), 66),
        ),
        PITCHES,
        PITCHES[0][1],
        147,
        Type(12.5, 15.5),
        103.5,
    ),
    "A5": CoverRoom(
        345,
        494,
        (
            CoverLook("", Type(34, 37), Type(21, 27, 8), 94),
            CoverLook("smaller", Type(24, 26), Type(21, 27, 4), 100),
            CoverLook("smallest", Type(17, 20), Type(14.5, 18.5, 2), 80),
        ),
        (STACKED_PITCH, *PITCHES[1:]),
        0,
        102,
        Type(12, 15),
        110,
    ),
}
"""By the size of the page."""

COVER_LOGO, COVER_COPY_NUMBER = 62.0, 47.0
"""Height of the logo, and of the number of a copy."""
MAP_PAGE_WIDTH, MAP_MARK_WIDTH, MAP_CELL_PADDING = 26.0, 14.5, 5.0
"""Width of the column of pages, of a mark with the space after it, and of the space at the left of a cell."""
MAP_HEAD = Type(12.0, 14.5)
"""Type of the heads of the map's columns."""

SECTION = "evidence-map"
"""The section that is the map by itself."""


@dataclass(frozen=True, slots=True)
class MapRow:
    """The row of a briefing: whether a part of the pack begins with it, and the results of its findings by column."""

    member: Publication
    begins: bool
    cells: tuple[tuple[Result, ...], ...]


def column_heads(pack: PackPublication) -> tuple[str, ...]:
    """Return the heads of the columns of findings: areas, and a last one for findings in no area.

    Without areas there is one column. Findings in no area have their own, because an empty cell says that the briefing
    does not ask.
    """
    words = pack.identity.words
    if not pack.area_of:
        return (words.say("findings"),)
    texts = ((member.id, member.evidence.rows) for member in pack.members if member.evidence)
    has_others = any(f"{name}#{row.finding.id}" not in pack.area_of for name, rows in texts for row in rows)
    return (*(area.label for area in pack.areas), *((words.say("other-outcomes"),) if has_others else ()))


def map_rows(pack: PackPublication) -> tuple[MapRow, ...]:
    """Return a row for each briefing, in the order of the pack; inserts have none."""
    members = {member.id: member for member in pack.members}
    return tuple(
        MapRow(members[name], number == 0, _cells(pack, members[name]))
        for part in pack.parts
        for number, name in enumerate(name for name in part.briefings if name in members)
    )


def _cells(pack: PackPublication, member: Publication) -> tuple[tuple[Result, ...], ...]:
    if not pack.area_of:
        return (finding_results(member),)
    columns: dict[str, tuple[Result, ...]] = dict.fromkeys((*(area.id for area in pack.areas), ""), ())
    for row in member.evidence.rows if member.evidence else ():
        columns[pack.area_of.get(f"{member.id}#{row.finding.id}", "")] += (row.finding.result,)
    return tuple(columns.values())[: len(column_heads(pack))]


# The place of the map: the cover if it has room, else a section after the contents


def has_findings(pack: PackPublication) -> bool:
    """Whether a map has anything to show."""
    return any(finding_results(member) for member in pack.members)


def is_map_on_cover(pack: PackPublication, variant: PdfVariant) -> bool:
    """Whether the cover shows the map."""
    return bool(cover_look(pack, variant)[1])


def map_follows_contents(pack: PackPublication, variant: PdfVariant) -> bool:
    """Whether the map is a section by itself because the cover has no room for it."""
    return _is_for_cover(pack) and not is_map_on_cover(pack, variant)


def _is_for_cover(pack: PackPublication) -> bool:
    """Whether the cover is to show the map: not if the pack asks for it as a section."""
    fields = pack.pack.fields
    is_section = SECTION in (*fields.front, *fields.back)
    return fields.cover == "evidence" and "cover" in fields.front and not is_section and has_findings(pack)


def cover_look(pack: PackPublication, variant: PdfVariant) -> tuple[str, str]:
    """Return the largest looks of a cover's title and of the map that have room; '' if there is no room for a map."""
    page = PDF_VARIANTS[variant].cover
    room = COVER_ROOMS[page or "A4"]
    rows = map_rows(pack) if page and _is_for_cover(pack) and _columns_fit(pack, room) else ()
    for name, most_rows, row_height in room.pitches if rows else ():
        is_stacked = name == STACKED_PITCH[0]
        if len(rows) > most_rows or (is_stacked and not (pack.area_of and len(column_heads(pack)) <= STACKED_AREAS)):
            continue
        if look := _title_look(pack, room, _map_height(pack, rows, row_height, room, is_stacked)):
            return look.name, name
    return (_title_look(pack, room) or room.looks[-1]).name, ""


def _title_look(pack: PackPublication, room: CoverRoom, map_height: float = 0) -> CoverLook | None:
    """Return the largest look in which no word of the title breaks and that leaves the map its height."""
    subtitle = pack.pack.fields.subtitle
    more = (COVER_LOGO if pack.imprint.fields.design.logo else 0) + (COVER_COPY_NUMBER if pack.identity.copy else 0)
    for look in room.looks:
        lines, fits = line_count(pack.identity.title, look.title.points, room.width)
        below = 0.0
        if subtitle:
            subtitle_lines, _ = line_count(subtitle, look.subtitle.points, room.width)
            below = subtitle_lines * look.subtitle.leading + look.subtitle.above
        if fits and look.around + lines * look.title.leading + below + more + map_height <= room.height:
            return look
    return None


def _columns_fit(pack: PackPublication, room: CoverRoom) -> bool:
    """Whether no word of a head or of a title is wider than its column may become."""
    rows = map_rows(pack)
    titles = [_row_title(row, len(rows) <= room.most_full_titles) for row in rows]
    widths = [max(map(len, " ".join(titles).split()), default=0) * SMALL_LETTER * room.row.points]
    widths += [
        max(map(len, head.split())) * SMALL_LETTER * MAP_HEAD.points + MAP_CELL_PADDING for head in column_heads(pack)
    ]
    return sum(widths) + MAP_PAGE_WIDTH <= room.width


def _map_height(
    pack: PackPublication, rows: tuple[MapRow, ...], row_height: float, room: CoverRoom, is_stacked: bool
) -> float:
    """Return the height of the map on a cover, with its heading, its key and the words below it."""
    heads = column_heads(pack)
    if is_stacked:  # a line of the title and a line of the marks are the row; the head has a further line, 'Briefing'
        width, title_width, height = (
            room.width / STACKED_AREAS,
            room.width - MAP_PAGE_WIDTH,
            MAP_HEAD.leading,
        )
    else:
        width, title_width, height = (
            (room.width - room.title_column - MAP_PAGE_WIDTH) / len(heads),
            room.title_column,
            0,
        )
    cell_width = width - MAP_CELL_PADDING
    marks_across = max(int(cell_width // MAP_MARK_WIDTH), 1)
    height += max(line_count(head, MAP_HEAD.points, cell_width, SMALL_LETTER)[0] for head in heads) * MAP_HEAD.leading
    for row in rows:
        title = _row_title(row, len(rows) <= room.most_full_titles)
        title_lines = line_count(title, room.row.points, title_width, SMALL_LETTER)[0]
        mark_lines = max(ceil(len(cell) / marks_across) for cell in row.cells)
        further = title_lines - 1 + max(mark_lines - 1, 0) if is_stacked else max(title_lines, mark_lines) - 1
        height += row_height + further * room.row.leading
    return room.around_map + height


def _row_title(row: MapRow, is_full: bool) -> str:
    """Return the full or the short title of a briefing, and that it is no longer in force."""
    member = row.member
    title = member.identity.title if is_full else member.identity.short_title
    return f"{title} ({member.identity.words.say(member.retired)})" if member.retired else title


# The table


def evidence_map(
    pack: PackPublication, folios: Mapping[str, str], chapter: ChapterContext, look: str = "", page: str = "A4"
) -> dict[str, object]:
    """Return the table of the map and the key to its marks; without a look, that for so many rows.

    `page` is the size of the cover that it is on: a section by itself has the room of A4.
    """
    rows, heads = map_rows(pack), column_heads(pack)
    is_full = len(rows) <= COVER_ROOMS[page].most_full_titles
    has_pages = any(row.member.id in folios for row in rows)
    look = look or next((name for name, most_rows, _ in PITCHES if len(rows) <= most_rows), PITCHES[-1][0])
    results = tuple(result for member in pack.members for result in finding_results(member))
    table = region(
        _heads(heads, chapter, has_pages),
        [_row(row, is_full, heads, folios if has_pages else None, chapter) for row in rows],
        chapter,
        identity="evidence-map-table",
        classes=("map", f"map-{look}", "wide" if pack.area_of else "slim"),
        heading="evidence-map-heading",
    )
    key = mark_legend(results, chapter.accent, chapter.words)["within"]
    return {"table": table, "key": key, "areas": bool(pack.area_of)}


def _heads(heads: tuple[str, ...], chapter: ChapterContext, has_pages: bool) -> Markup:
    columns = [element("th", head, scope="col") for head in (chapter.words.say("briefing"), *heads)]
    if has_pages:
        columns.append(element("th", chapter.words.say("page-column"), scope="col", class_="map-page"))
    return element("tr", *columns, lang=chapter.phrase_language)


def _row(
    row: MapRow, is_full: bool, heads: tuple[str, ...], folios: Mapping[str, str] | None, chapter: ChapterContext
) -> Markup:
    """Set a briefing's row: its title as a link to its first page, the marks of each column, and that page."""
    words, accent = chapter.words, chapter.accent
    link = element("a", _row_title(row, is_full), href=f"briefing:{row.member.id}")
    cells = [element("th", link, scope="row")]
    for head, results in zip(heads, row.cells, strict=True):
        marks = [result_mark(result, accent, result_within(words, result)) for result in results]
        cells.append(element("td", Markup(" ").join(marks), data_label=head))
    if folios is not None:
        folio = folios.get(row.member.id, "")
        cells.append(element("td", folio, class_="map-page", data_label=words.say("page-column")))
    return element("tr", *cells, class_="begins" if row.begins else "")

"""Cover picture of an e-book.

It has no date produced and no page number, so the cover does not change from day to day. It shows findings in the order
of the text: a row each, or a field of marks if they are many. A pack of few briefings has a row of marks for each of
them, a manual a row for each part.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil

from pipeline.compose.briefing import briefing_metadata, pack_metadata
from pipeline.compose.design.faces import font_rules
from pipeline.compose.design.style import SMALL_LETTER, Type, join_sheets, line_count
from pipeline.compose.design.tokens import accent_colour, logo_markup, tokens
from pipeline.compose.design.typeface import HEADINGS, FontSet, choose_fonts
from pipeline.compose.evidence import finding_results, mark_legend, usual_intervention
from pipeline.compose.language.words import lang_attribute, result
from pipeline.compose.page.drawings import result_mark
from pipeline.compose.page.fragment import fill_page
from pipeline.model.formats import Asset, Layouts
from pipeline.model.manuscript import Chapter, Manuscript, Metadata
from pipeline.model.publication import PackPublication, Publication
from pipeline.model.result import Result
from pipeline.model.sheets import Identity
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.words import Phrases

# Room on the page, by layouts/cover/cover.css

COVER_WIDTH = 336.0
"""Room from side to side."""
COVER_OUTCOME_WIDTH = 210.0
"""Room of an outcome between its mark and its word."""
COVER_TITLE_HEIGHT, COVER_MARKS_HEIGHT = 212.0, 100.0
"""Room of the title, and of the field of marks below it."""
COVER_ROWED_TITLE_HEIGHT = 168.0
"""Room of the title where each briefing has a row of marks below it."""
COVER_ROWS = ((188.0, 212.0), (232.0, 176.0))
"""Room of the rows from top to bottom, and the room that it leaves the title: the larger title comes first."""
COVER_ROW, COVER_ROW_NOTE = Type(13.5, 17), Type(12, 15)
"""Type of the head of a row, and of the words below it."""
COVER_ROW_LINE = 0.6
"""Width of the line below a row."""
COVER_TITLES = tuple(
    Type(*size)
    for size in ((60, 62), (48, 50), (43, 46), (38, 41), (34, 38), (30, 34), (27, 31), (24, 28), (21, 25))
)  # fmt: skip
"""Sizes of the title, the largest first."""
COVER_SUBTITLE, COVER_SUMMARY = Type(20, 25, 12), Type(16, 21, 10)
"""Type of a pack's subtitle, and of a briefing's summary."""


# Rows


@dataclass(frozen=True, slots=True)
class CoverRow:
    """A row: a finding with its mark and word, or a part of a manual; the note follows the head or is below it."""

    head: str
    note: str
    mark: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class CoverRows:
    """Rows with the space around each, in points, and the room that they leave the title."""

    rows: tuple[CoverRow, ...]
    pad: str
    title_high: float


LEAST_PAD, MOST_PAD = 3.0, 10.0
"""Space above and below the words of a row, in points."""


def finding_rows(publication: Publication, colour: str) -> CoverRows | None:
    """Return a row for each finding: mark, outcome with what was studied, word; None without room.

    If there is no room for all of it, the rows have the outcomes alone, unless two are the same.
    """
    identity, rows = publication.identity, publication.evidence.rows if publication.evidence else ()
    if not rows:
        return None
    usual, _ = usual_intervention(rows, (identity.title, identity.short_title))
    full = []
    for finding in (row.finding for row in rows):
        studied = "" if finding.intervention == usual else ", ".join(finding.intervention)
        head, word = finding.outcome[:1].upper() + finding.outcome[1:], result(identity.words, finding.result)
        full.append(CoverRow(head, studied, result_mark(finding.result, colour), word))
    short = [replace(row, note="") for row in full]
    for candidates in (full, short if len({row.head for row in short}) == len(short) else []):
        if cover_rows := _fitted(candidates, list(map(_finding_height, candidates))):
            return cover_rows
    return None


def _finding_height(row: CoverRow) -> float:
    text = ", ".join(filter(None, (row.head, row.note)))
    return line_count(text, COVER_ROW.points, COVER_OUTCOME_WIDTH, SMALL_LETTER)[0] * COVER_ROW.leading


def part_rows(pack: PackPublication) -> CoverRows | None:
    """Return a row for each part of a manual, with the titles of its chapters; None without room or without parts."""
    titles = {member.id: member.identity.short_title for member in pack.members}
    rows, heights = [], []
    for part in pack.parts:
        chapters = " · ".join(titles[name] for name in part.briefings if name in titles)
        rows.append(CoverRow(part.title, chapters))
        note_lines = line_count(chapters, COVER_ROW_NOTE.points, COVER_WIDTH, SMALL_LETTER)[0]
        head_lines = line_count(part.title, COVER_ROW.points, COVER_WIDTH)[0]
        heights.append(head_lines * COVER_ROW.leading + note_lines * COVER_ROW_NOTE.leading)
    return _fitted(rows, heights) if all(row.head for row in rows) else None


def _fitted(rows: list[CoverRow], heights: list[float]) -> CoverRows | None:
    """Return the rows with even space around each, if there is room for all."""
    for room, title_height in COVER_ROWS if rows else ():
        pad = (room - sum(heights) - COVER_ROW_LINE * len(rows)) / (2 * len(rows))
        if pad >= LEAST_PAD:
            return CoverRows(tuple(rows), f"{min(pad, MOST_PAD):.2f}", title_height)
    return None


# Covers

LEAST_SUMMARY_TITLE = 30
"""A summary is left out if it would make the title smaller than this, in points."""
MOST_ROWS, MOST_MARKS = 5, 16
"""The most rows of a pack, and the most marks in a row."""


def compose_briefing_cover(publication: Publication, layouts: Layouts) -> Manuscript:
    """Compose the cover of a briefing: its series, its title, its version, and its findings."""
    identity, imprint, colour = publication.identity, publication.imprint, accent_colour(publication.imprint, layouts)
    rows = finding_rows(publication, colour)
    values = {
        "words": identity.words,
        "house": lang_attribute(identity.words, identity.language),
        "over": publication.series.fields.title if publication.series else imprint.fields.title,
        "summary": publication.briefing.fields.summary or "",
        "which": identity.words.say("version", number=identity.version),
        "field": None if rows else _field(finding_results(publication), colour, identity.words),
        "listed": rows,
    }
    return _cover(identity, briefing_metadata(publication), imprint, layouts, publication.assets, values)


def compose_pack_cover(pack: PackPublication, layouts: Layouts) -> Manuscript:
    """Compose the cover of a pack: its title, its edition, and the findings of its briefings if it asks for them."""
    fields, imprint, colour = pack.pack.fields, pack.imprint, accent_colour(pack.imprint, layouts)
    members = [(member, finding_results(member)) for member in pack.members] if fields.cover == "evidence" else []
    results = tuple(each for _, member_results in members for each in member_results)
    has_rows = results and len(members) <= MOST_ROWS and all(len(shown) <= MOST_MARKS for _, shown in members)
    rows = [(member.identity.short_title, [result_mark(each, colour) for each in shown]) for member, shown in members]
    values = {
        "words": pack.identity.words,
        "house": lang_attribute(pack.identity.words, pack.identity.language),
        "over": imprint.fields.title,
        "subtitle": fields.subtitle or "",
        "which": pack.identity.edition,
        "field": None if has_rows else _field(results, colour, pack.identity.words),
        "rows": rows if has_rows else [],
        "listed": part_rows(pack) if pack.pack.manual else None,
    }
    assets = tuple(asset for member in pack.members for asset in member.assets)
    return _cover(pack.identity, pack_metadata(pack), imprint, layouts, assets, values)


def _cover(
    identity: Identity,
    metadata: Metadata,
    imprint: LibrarySettings,
    layouts: Layouts,
    assets: tuple[Asset, ...],
    own_values: Mapping[str, object],
) -> Manuscript:
    rows, summary, subtitle = (own_values.get(key) or "" for key in ("listed", "summary", "subtitle"))
    height = COVER_ROWED_TITLE_HEIGHT if own_values.get("rows") else COVER_TITLE_HEIGHT
    height = rows.title_high if isinstance(rows, CoverRows) else height
    size = title_size(identity.title, str(subtitle), height)
    if summary:
        with_summary = title_size(identity.title, str(summary), height, COVER_SUMMARY)
        size, summary = (with_summary, summary) if with_summary.points >= LEAST_SUMMARY_TITLE else (size, "")
    values = {
        "title": identity.title,
        "said": tuple(filter(None, (*identity.statuses, identity.marking))),
        "publisher": identity.publisher or imprint.fields.publisher,
        "logo": logo_markup(imprint, assets),
        "rows": [],
        **own_values,
        "type": {"points": size.points, "leading": size.leading},
        "low": height < COVER_TITLE_HEIGHT,
        "subtitle": subtitle,
        "summary": summary,
    }
    markup, _ = fill_page(layouts, "cover/cover.html.j2", values, identity.language)
    chosen = choose_fonts(imprint, layouts)
    heads = tuple(family for family in chosen.others if family.use == HEADINGS)
    fonts = FontSet(chosen.text, heads).for_text(markup, imprint)
    style = (
        font_rules(fonts.faces) + tokens(imprint, layouts, fonts.css_names) + join_sheets(("cover/cover.css",), layouts)
    )
    return Manuscript(
        layout="cover",
        chapters=(Chapter("cover", identity.title, markup, landmark="cover"),),
        metadata=metadata,
        style=style,
        epub_style="",
        web_style="",
        fonts=fonts.faces,
        images=tuple({asset.sha256: asset for asset in assets if asset.sha256 in markup}.values()),
    )


def title_size(
    title: str,
    subtitle: str = "",
    height: float = COVER_TITLE_HEIGHT,
    subtitle_type: Type = COVER_SUBTITLE,
) -> Type:
    """Return the largest size in which a title and its subtitle have room; else the smallest of all."""
    below = 0.0
    if subtitle:
        lines, _ = line_count(subtitle, subtitle_type.points, COVER_WIDTH)
        below = lines * subtitle_type.leading + subtitle_type.above
    for size in COVER_TITLES:
        lines, fits = line_count(title, size.points, COVER_WIDTH)
        if fits and lines * size.leading + below <= height:
            return size
    return COVER_TITLES[-1]


# The field of marks

LARGEST_MARK = 52.0
"""The size of a mark if there are few, in points."""
LEAST_GAP, MOST_GAP = 0.5, 1.5
"""The space between marks, in parts of a mark."""


def _field(results: tuple[Result, ...], colour: str, words: Phrases) -> dict[str, object] | None:
    """Return the marks, the size and gaps at which they fill their room in even rows, and the key; or None."""
    if not results:
        return None
    size, columns = _mark_size(len(results))
    gap = (COVER_WIDTH - columns * size) / max(columns - 1, 1)
    return {
        "marks": tuple(result_mark(each, colour) for each in results),
        **mark_legend(results, colour, words),
        "size": f"{size:.2f}",
        "gap": f"{min(gap, MOST_GAP * size):.2f}",
        "row_gap": f"{LEAST_GAP * size:.2f}",
    }


def _mark_size(count: int) -> tuple[float, int]:
    """Return the largest size of so many marks in their room, and how many are in a row; the rows are even."""
    best = (0.0, 1)
    for rows in range(1, count + 1):
        columns = ceil(count / rows)
        width, height = columns * (1 + LEAST_GAP) - LEAST_GAP, rows * (1 + LEAST_GAP) - LEAST_GAP
        size = min(LARGEST_MARK, COVER_WIDTH / width, COVER_MARKS_HEIGHT / height)
        if size > best[0]:
            best = (size, columns)
    return best

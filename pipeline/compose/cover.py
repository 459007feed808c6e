"""Cover picture of an e-book."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil

from pipeline.compose.briefing import briefing_metadata, pack_metadata
from pipeline.compose.design.faces import font_rules
from pipeline.compose.design.style import joined
from pipeline.compose.design.tokens import accent, logo, tokens
from pipeline.compose.design.typeface import HEADINGS, FontSet, font_set
from pipeline.compose.evidence import legend, results_of, usual_intervention
from pipeline.compose.language.words import lang_attribute
from pipeline.compose.language.words import result as worded
from pipeline.compose.page.drawings import mark
from pipeline.compose.page.fragment import set_page
from pipeline.compose.page.lines import SMALL_LETTER, lines_of
from pipeline.model.formats import Asset, Layouts
from pipeline.model.manuscript import Chapter, Manuscript, Metadata
from pipeline.model.publication import PackPublication, Publication
from pipeline.model.result import Result
from pipeline.model.sheets import Identity
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.words import Phrases

WIDE = 336.0
"""The room from side to side, in points, as `layouts/cover/cover.css` has it."""
OUTCOME_WIDE = 210.0
"""The room of an outcome between its mark and its word."""
ROOMS = ((188.0, 212.0), (232.0, 176.0))
"""The room of the rows from top to bottom, and what it leaves the title: the larger title is tried first."""

POINTS, LEADING = 13.5, 17
"""Size and leading of the head of a row."""
NOTE_POINTS, NOTE_LEADING = 12, 15
"""The same of what is said below it."""
LINE = 0.6
"""The line below a row."""
LEAST_PAD, MOST_PAD = 3.0, 10.0
"""The least and the most space above and below the words of a row."""


@dataclass(frozen=True, slots=True)
class CoverRow:
    """A row: a mark and a word where it is a finding, and what is said softly beside its head or below."""

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


def finding_rows(publication: Publication, colour: str) -> CoverRows | None:
    """A row a finding, in the order of the text: mark, outcome with what was studied, word; nothing without room.

    Where all of it has no room, the outcomes alone may have, if no two are the same.
    """
    identity, rows = publication.identity, publication.evidence.rows if publication.evidence else ()
    if not rows:
        return None
    usual, _ = usual_intervention(rows, (identity.title, identity.short_title))
    made = []
    for found in (row.finding for row in rows):
        studied = "" if found.intervention == usual else ", ".join(found.intervention)
        head, word = found.outcome[:1].upper() + found.outcome[1:], worded(identity.words, found.result)
        made.append(CoverRow(head, studied, mark(found.result, colour), word))
    heads = [replace(row, note="") for row in made]
    is_plain = len({row.head for row in heads}) == len(heads)
    return _with_room(made, list(map(_high, made))) or (
        _with_room(heads, list(map(_high, heads))) if is_plain else None
    )


def _high(row: CoverRow) -> int:
    """Height of the words of a finding."""
    said = ", ".join(filter(None, (row.head, row.note)))
    return lines_of(said, POINTS, OUTCOME_WIDE, SMALL_LETTER)[0] * LEADING


def part_rows(pack: PackPublication) -> CoverRows | None:
    """A row a part of a manual, with the titles of its chapters below; nothing without room, and without parts."""
    titles = {member.id: member.identity.short_title for member in pack.members}
    made, high = [], []
    for part in pack.parts:
        chapters = " · ".join(titles[name] for name in part.briefings if name in titles)
        made.append(CoverRow(part.title, chapters))
        below = lines_of(chapters, NOTE_POINTS, WIDE, SMALL_LETTER)[0] * NOTE_LEADING
        high.append(lines_of(part.title, POINTS, WIDE)[0] * LEADING + below)
    return _with_room(made, high) if made and all(row.head for row in made) else None


def _with_room(rows: list[CoverRow], high: list[int]) -> CoverRows | None:
    """The rows with even space around each, where there is room for all."""
    for room, title_high in ROOMS:
        pad = (room - sum(high) - LINE * len(rows)) / (2 * len(rows))
        if pad >= LEAST_PAD:
            return CoverRows(tuple(rows), f"{min(pad, MOST_PAD):.2f}", title_high)
    return None


# The cover has no date produced and no folio, so tomorrow's copy is the same. Findings are in the order of the text: a
# row each, or a field of marks where they are many. A pack of few briefings has a row of marks for each, a manual a row
# for each part.

TITLE_HIGH, FIELD_HIGH = 212.0, 100.0
"""The room of title and field from top to bottom, in points, as `layouts/cover/cover.css` has it."""

SIZES = ((60, 62), (48, 50), (43, 46), (38, 41), (34, 38), (30, 34), (27, 31), (24, 28), (21, 25))
"""Sizes of the title with their leading, in points."""
SUBTITLE, SUMMARY = (20, 25, 12), (16, 21, 10)
"""Size and leading of a pack's subtitle and of a briefing's summary, and the space above."""
LEAST_BESIDE = 30
"""A summary that would make the title smaller than this is left out."""
ROWED_HIGH = 168.0
"""The room of the title where each briefing has a row below it."""
MOST_ROWS, MOST_MARKS = 5, 16
"""So many rows have room, and so many marks in a row."""

LARGEST = 52.0
"""The size of a mark where there are few."""
GAP, WIDEST_GAP = 0.5, 1.5
"""The least and the widest space between marks, in parts of a mark."""


def compose_briefing_cover(publication: Publication, layouts: Layouts) -> Manuscript:
    """The cover of a briefing: its series, its title, its version, and its findings."""
    identity, imprint, colour = publication.identity, publication.imprint, accent(publication.imprint, layouts)
    listed = finding_rows(publication, colour)
    said = {
        "words": identity.words,
        "house": lang_attribute(identity.words, identity.language),
        "over": publication.series.fields.title if publication.series else imprint.fields.title,
        "summary": publication.briefing.fields.summary or "",
        "which": identity.words.say("version", number=identity.version),
        "field": None if listed else _field(results_of(publication), colour, identity.words),
        "listed": listed,
    }
    return _cover(identity, briefing_metadata(publication), imprint, layouts, publication.assets, said)


def compose_pack_cover(pack: PackPublication, layouts: Layouts) -> Manuscript:
    """The cover of a pack: its title, its edition, and the findings of its briefings unless it asks for type alone."""
    fields, imprint, colour = pack.pack.fields, pack.imprint, accent(pack.imprint, layouts)
    found = [(member, results_of(member)) for member in pack.members] if fields.cover == "evidence" else []
    results = tuple(result for _, of_one in found for result in of_one)
    rowed = results and len(found) <= MOST_ROWS and all(len(of_one) <= MOST_MARKS for _, of_one in found)
    rows = [(member.identity.short_title, [mark(one, colour) for one in of_one]) for member, of_one in found]
    said = {
        "words": pack.identity.words,
        "house": lang_attribute(pack.identity.words, pack.identity.language),
        "over": imprint.fields.title,
        "subtitle": fields.subtitle or "",
        "which": pack.identity.edition,
        "field": None if rowed else _field(results, colour, pack.identity.words),
        "rows": rows if rowed else [],
        "listed": part_rows(pack) if pack.pack.manual else None,
    }
    assets = tuple(asset for member in pack.members for asset in member.assets)
    return _cover(pack.identity, pack_metadata(pack), imprint, layouts, assets, said)


def _cover(
    identity: Identity,
    metadata: Metadata,
    imprint: LibrarySettings,
    layouts: Layouts,
    assets: tuple[Asset, ...],
    said: Mapping[str, object],
) -> Manuscript:
    listed, summary, subtitle = said.get("listed"), str(said.get("summary", "")), str(said.get("subtitle", ""))
    high = listed.title_high if isinstance(listed, CoverRows) else ROWED_HIGH if said.get("rows") else TITLE_HIGH
    size = title_size(identity.title, subtitle, high)
    if summary:
        beside = title_size(identity.title, summary, high, SUMMARY)
        size, summary = (beside, summary) if beside[0] >= LEAST_BESIDE else (size, "")
    values = {
        "title": identity.title,
        "said": tuple(filter(None, (*identity.statuses, identity.marking))),
        "publisher": identity.publisher or imprint.fields.publisher,
        "logo": logo(imprint, assets),
        "rows": [],
        **said,
        "type": {"points": size[0], "leading": size[1]},
        "low": high < TITLE_HIGH,
        "subtitle": subtitle,
        "summary": summary,
    }
    markup, _ = set_page(layouts, "cover/cover.html.j2", values, identity.language)
    chosen = font_set(imprint, layouts)
    heads = tuple(family for family in chosen.others if family.use == HEADINGS)
    fonts = FontSet(chosen.text, heads).for_text(markup, imprint)
    style = font_rules(fonts.faces) + tokens(imprint, layouts, fonts.css_names) + joined(("cover/cover.css",), layouts)
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
    title: str, subtitle: str = "", high: float = TITLE_HIGH, beside: tuple[int, int, int] = SUBTITLE
) -> tuple[int, int]:
    """The largest size in which a title has room, with its leading; the smallest of all where it has in none."""
    points, leading, space = beside
    below = lines_of(subtitle, points, WIDE)[0] * leading + space if subtitle else 0
    for size in SIZES:
        lines, whole = lines_of(title, size[0], WIDE)
        if whole and lines * size[1] + below <= high:
            return size
    return SIZES[-1]


def _field(results: tuple[Result, ...], colour: str, words: Phrases) -> dict[str, object] | None:
    """The marks with the size and the gaps at which they fill their room in even rows, and the key; or nothing."""
    if not results:
        return None
    size, columns = fit(len(results))
    spread = (WIDE - columns * size) / max(columns - 1, 1)
    measures = {"size": size, "gap": min(spread, WIDEST_GAP * size), "row_gap": GAP * size}
    marks = tuple(mark(result, colour) for result in results)
    return {
        "marks": marks,
        **legend(results, colour, words),
        **{name: f"{points:.2f}" for name, points in measures.items()},
    }


def fit(count: int) -> tuple[float, int]:
    """The largest size of so many marks in their room, and how many stand in a row; the rows are even."""
    best = (0.0, 1)
    for rows in range(1, count + 1):
        columns = ceil(count / rows)
        wide, high = columns * (1 + GAP) - GAP, rows * (1 + GAP) - GAP
        size = min(LARGEST, WIDE / wide, FIELD_HIGH / high)
        if size > best[0]:
            best = (size, columns)
    return best

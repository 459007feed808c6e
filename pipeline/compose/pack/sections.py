"""Sections that a pack makes of its briefings: register of practice, evidence by outcome, gaps, series, note pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.compose.evidence import found_in_short, outcome_rows, worded_mark
from pipeline.compose.language.words import evaluated, rated
from pipeline.compose.page.body import blocks, body, notes
from pipeline.compose.page.boxes import entries
from pipeline.compose.page.chapter import ChapterContext, chapter_context, series_context, xml_text
from pipeline.compose.page.figures import region
from pipeline.model.publication import FindingRow, PackPublication, PracticeExample, Publication, SeriesPublication
from pipeline.model.result import Result

GAPS = (Result.NO_STUDIES, Result.LITTLE_EVIDENCE, Result.INCONCLUSIVE)
"""Results that leave a question open, the widest gap first."""

HEADS = ("outcome", "what-studies-found", "briefing")
"""The heads of the columns of the findings of all briefings, by their keys."""

LINES = 22
"""Lines ruled for notes: a page of A4."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A practice example in the register: whose it is, what it is rated, and its caveat."""

    member: Publication
    spot: str
    """Target of the entry: 'briefing#anchor', or the briefing alone where its box has no anchor."""
    example: PracticeExample
    rating: str
    evaluation: str
    caveat: Markup


def register(pack: PackPublication, folios: Mapping[str, str], accent: str) -> tuple[Registered, ...]:
    """Every practice example of a pack, by name, each with its caveat."""
    found, words = [], pack.identity.words
    for member in pack.members:
        chapter = chapter_context(member, accent, elsewhere=f"briefing:{member.id}")
        for example in member.practice:
            record = example.record
            box = f"{member.id}#practice-{record.id}"
            spot = box if box in folios else member.id
            caveat = blocks(example.caveat.blocks, chapter)
            said = rated(words, record), evaluated(words, record)
            found.append(Registered(member, spot, example, *said, caveat))
    return tuple(sorted(found, key=lambda one: one.example.record.name.casefold()))


def findings_of(pack: PackPublication) -> tuple[tuple[Publication, FindingRow], ...]:
    """Every finding of a pack with its briefing, by outcome, then in the order of the pack."""
    found = [(member, row) for member in pack.members if member.evidence for row in member.evidence.rows]
    return tuple(sorted(found, key=lambda pair: pair[1].finding.outcome.casefold()))


def outcomes(pack: PackPublication, folios: Mapping[str, str], chapter: ChapterContext) -> Markup:
    """The findings of all briefings in one table, by outcome; each leads to the table that it stands in."""
    found = findings_of(pack)
    cells = iter([_cells(member, row, folios, chapter) for member, row in found])  # one a row, in the same order
    rows = outcome_rows(tuple(row for _, row in found), chapter, lambda row: next(cells))
    heads = Markup("").join(map(Markup('<th scope="col">{}</th>').format, map(chapter.words.say, HEADS)))
    return region(
        Markup("<thead>\n<tr{}>{}</tr>\n</thead>\n<tbody>\n{}\n</tbody>").format(chapter.house, heads, rows),
        Markup(""),
        chapter,
        identity="outcomes",
        classes="outcomes wordy",
        heading="evidence-by-outcome-heading",
    )


def _cells(member: Publication, row: FindingRow, folios: Mapping[str, str], chapter: ChapterContext) -> Markup:
    found = found_in_short(row.finding, chapter)
    if row.finding.outside_base:
        found += Markup(" ({})").format(chapter.said(chapter.words.say("outside-the-review")))
    folio = folios.get(f"{member.id}#evidence-table", folios.get(member.id))
    page = Markup("")
    if folio:
        page = Markup('<span class="on-pages"{}>, {}</span>').format(
            chapter.house, chapter.words.say("page", page=folio)
        )
    link = Markup('<a href="briefing:{}#evidence-table">{}</a>').format(member.id, member.identity.short_title)
    retired = chapter.said(f" ({chapter.words.say(member.retired)})") if member.retired else ""
    return Markup("<td>{}</td><td>{}</td>").format(found, link + retired + page)


def gaps(pack: PackPublication) -> tuple[tuple[Publication, tuple[FindingRow, ...]], ...]:
    """The findings that leave a question open, by briefing."""
    found = []
    for member in pack.members:
        rows = member.evidence.rows if member.evidence else ()
        open_ends = [row for result in GAPS for row in rows if row.finding.result is result]
        if open_ends:
            found.append((member, tuple(open_ends)))
    return tuple(found)


def worded_gap(row: FindingRow, chapter: ChapterContext) -> Markup:
    """'No studies: Violence (police-led arrests)'."""
    studied = ", ".join(map(xml_text, row.finding.intervention))
    return chapter.put(
        "gap-of" if studied else "gap",
        result=worded_mark(row.finding.result, chapter),
        outcome=xml_text(row.finding.outcome),
        studied=studied,
    )


def landing(series: SeriesPublication, accent: str) -> dict[str, object]:
    """A series' landing text with the works that it cites."""
    chapter = series_context(series, accent, level=1)
    known = series.series
    return {
        "series": series,
        "landing": body(known.landing, chapter),
        "notes": notes(known.landing.footnotes, chapter),
        "references": entries(chapter),
    }


def ruled_lines() -> Markup:
    """Lines to write on, drawn: silent to a screen reader, and free to go on over the page."""
    line = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="ruled" viewBox="0 0 100 10" preserveAspectRatio="none" '
        'aria-hidden="true" focusable="false">'
        '<path d="M0 9.8H100" fill="none" stroke="#767676" stroke-width=".3"/></svg>'
    )
    return Markup("\n").join([line] * LINES)

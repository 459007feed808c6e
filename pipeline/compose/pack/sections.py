"""Sections that a pack makes of its briefings: register of practice, evidence by outcome, gaps, series, note pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.compose.evidence import counted_result, mark_with_word, outcome_rows
from pipeline.compose.language.words import evaluated, rated
from pipeline.compose.page.body import set_blocks, set_body, set_notes
from pipeline.compose.page.boxes import reference_entries
from pipeline.compose.page.chapter import ChapterContext, chapter_context, series_context, xml_text
from pipeline.compose.page.figures import region
from pipeline.model.publication import FindingRow, PackPublication, PracticeExample, Publication, SeriesPublication
from pipeline.model.result import Result

OPEN_RESULTS = (Result.NO_STUDIES, Result.LITTLE_EVIDENCE, Result.INCONCLUSIVE)
"""Results that leave a question open, the widest gap first."""

OUTCOME_HEADS = ("outcome", "what-studies-found", "briefing")
"""The heads of the columns of the findings of all briefings, by their keys."""

RULED_LINES = 22
"""Lines on a page for notes: A4 has room for so many."""


@dataclass(frozen=True, slots=True)
class RegisteredPractice:
    """A practice example in the register: its briefing, its rating, and its caveat."""

    member: Publication
    spot: str
    """Target of the entry: 'briefing#anchor', or the briefing alone if its box has no anchor."""
    example: PracticeExample
    rating: str
    evaluation: str
    caveat: Markup


def practice_register(pack: PackPublication, folios: Mapping[str, str], accent: str) -> tuple[RegisteredPractice, ...]:
    """Return every practice example of a pack, by name, each with its caveat."""
    examples, words = [], pack.identity.words
    for member in pack.members:
        chapter = chapter_context(member, accent, anchors_in=f"briefing:{member.id}")
        for example in member.practice:
            record = example.record
            box = f"{member.id}#practice-{record.id}"
            spot = box if box in folios else member.id
            caveat = set_blocks(example.caveat.blocks, chapter)
            judgement = rated(words, record), evaluated(words, record)
            examples.append(RegisteredPractice(member, spot, example, *judgement, caveat))
    return tuple(sorted(examples, key=lambda row: row.example.record.name.casefold()))


def pack_findings(pack: PackPublication) -> tuple[tuple[Publication, FindingRow], ...]:
    """Return every finding of a pack with its briefing, by outcome, then in the order of the pack."""
    findings = [(member, row) for member in pack.members if member.evidence for row in member.evidence.rows]
    return tuple(sorted(findings, key=lambda pair: pair[1].finding.outcome.casefold()))


def outcome_table(pack: PackPublication, folios: Mapping[str, str], chapter: ChapterContext) -> Markup:
    """Set the findings of all briefings in one table, by outcome, each with a link to the table that it is in."""
    findings = pack_findings(pack)
    cells = iter([_cells(member, row, folios, chapter) for member, row in findings])  # in the order of the rows
    rows = outcome_rows(tuple(row for _, row in findings), chapter, lambda row: next(cells))
    heads = Markup("").join(map(Markup('<th scope="col">{}</th>').format, map(chapter.words.say, OUTCOME_HEADS)))
    return region(
        Markup("<thead>\n<tr{}>{}</tr>\n</thead>\n<tbody>\n{}\n</tbody>").format(chapter.phrase_lang, heads, rows),
        Markup(""),
        chapter,
        identity="outcomes",
        classes="outcomes wordy",
        heading="evidence-by-outcome-heading",
    )


def _cells(member: Publication, row: FindingRow, folios: Mapping[str, str], chapter: ChapterContext) -> Markup:
    text = counted_result(row.finding, chapter)
    if row.finding.outside_base:
        text += Markup(" ({})").format(chapter.in_phrase_lang(chapter.words.say("outside-the-review")))
    folio = folios.get(f"{member.id}#evidence-table", folios.get(member.id))
    page = Markup("")
    if folio:
        page = Markup('<span class="on-pages"{}>, {}</span>').format(
            chapter.phrase_lang, chapter.words.say("page", page=folio)
        )
    link = Markup('<a href="briefing:{}#evidence-table">{}</a>').format(member.id, member.identity.short_title)
    retired = chapter.in_phrase_lang(f" ({chapter.words.say(member.retired)})") if member.retired else ""
    return Markup("<td>{}</td><td>{}</td>").format(text, link + retired + page)


def open_findings(pack: PackPublication) -> tuple[tuple[Publication, tuple[FindingRow, ...]], ...]:
    """Return the findings that leave a question open, by briefing."""
    members = []
    for member in pack.members:
        rows = member.evidence.rows if member.evidence else ()
        if open_rows := tuple(row for result in OPEN_RESULTS for row in rows if row.finding.result is result):
            members.append((member, open_rows))
    return tuple(members)


def worded_gap(row: FindingRow, chapter: ChapterContext) -> Markup:
    """Return 'No studies: Violence (police-led arrests)'."""
    studied = ", ".join(map(xml_text, row.finding.intervention))
    return chapter.phrase(
        "gap-of" if studied else "gap",
        result=mark_with_word(row.finding.result, chapter),
        outcome=xml_text(row.finding.outcome),
        studied=studied,
    )


def series_values(series: SeriesPublication, accent: str) -> dict[str, object]:
    """Return a series' landing text with its notes and references, in this order."""
    chapter = series_context(series, accent, level=1)
    return {
        "series": series,
        "landing": set_body(series.series.landing, chapter),
        "notes": set_notes(series.series.landing.footnotes, chapter),
        "references": reference_entries(chapter),
    }


def ruled_lines() -> Markup:
    """Draw lines to write on: a screen reader skips them, and they go on over the page."""
    line = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="ruled" viewBox="0 0 100 10" preserveAspectRatio="none" '
        'aria-hidden="true" focusable="false">'
        '<path d="M0 9.8H100" fill="none" stroke="#767676" stroke-width=".3"/></svg>'
    )
    return Markup("\n").join([line] * RULED_LINES)

"""Evidence at a glance: what the findings rest on, and a row an outcome. Never a row of totals."""

from __future__ import annotations

from markupsafe import Markup, escape

from pipeline.compose.galley import Galley, key_anchor, legal, printed
from pipeline.compose.marks import mark
from pipeline.compose.tables import region
from pipeline.compose.words import RESULTS, change_in_words, counted, plain, sentence, split_part, study_count
from pipeline.model.evidence import Base, Result
from pipeline.model.publication import EvidenceBase, FindingRow, SourceLink

HEADS = ("Studies", "Result", "Source")
"""The heads of the columns that follow the outcome."""

STYLES = ("studies figure", "finding", "source")
"""Their classes."""


def evidence(galley: Galley, *, heading: bool = True) -> Markup:
    """The evidence at a glance, once a chapter; nothing where there are no findings or it is set already."""
    found = galley.evidence
    if found is None or not found.rows or galley.evidence_set:
        return Markup("")
    galley.evidence_set = True
    if heading:
        head = Markup('<h2 id="evidence-heading"{}>Evidence at a glance</h2>\n').format(galley.house)
        caption = Markup("")
    else:
        head, caption = Markup(""), galley.said("Evidence at a glance: findings by outcome")
    rows = Markup("\n").join(
        _row(row, galley, _shared(before, row), _shared(row, after))
        for before, row, after in zip((None, *found.rows), found.rows, (*found.rows[1:], None), strict=False)
    )
    table = region(
        Markup("<thead>\n<tr{}>{}</tr>\n</thead>\n<tbody>\n{}\n</tbody>").format(galley.house, _heads(), rows),
        caption,
        galley,
        identity="evidence-table",
        classes="evidence wide",
        heading="evidence-heading" if heading else "",
    )
    note = Markup('\n<p class="table-note"{}>{}</p>').format(galley.house, _note(found))
    return Markup('<section class="glance" id="evidence">\n{}{}{}{}{}\n</section>').format(
        head, _rests_on(found, galley), table, _details(found, galley), note
    )


def worded_mark(result: Result, galley: Galley) -> Markup:
    """A result's mark and its word."""
    return Markup('{}<span class="word"{}>{}</span>').format(mark(result, galley.accent), galley.house, RESULTS[result])


def source(link: SourceLink, galley: Galley) -> Markup:
    """A work by its short form, leading to its entry if the briefing lists it."""
    listed = any(entry.key == link.key for entry in galley.references)
    if not listed:
        return Markup("{}").format(legal(link.short))
    return Markup('<a role="doc-biblioref" class="citation" href="{}#ref-{}">{}</a>').format(
        galley.elsewhere, key_anchor(link.key), legal(link.short)
    )


def _note(found: EvidenceBase) -> str:
    said = "One study can count under more than one outcome, so the studies cannot be added up."
    if any(row.finding.result is Result.NO_STUDIES for row in found.rows):
        said += " ‘No studies’ marks a gap in the evidence, not a finding."
    return said


def _rests_on(found: EvidenceBase, galley: Galley) -> Markup:
    """'Based on a systematic review (…): 13 studies in 18 documents, no meta-analysis. Strength …'."""
    said: list[Markup] = []
    base = found.evidence.base
    if base:
        said.append(_base(base, galley))
    if found.strength:
        said.append(Markup("Strength of the evidence: <strong>{}</strong>.").format(plain(found.strength)))
    if found.overall:
        said.append(
            Markup('Overall: <span class="result">{}<strong>{}</strong></span>.').format(
                mark(found.overall, galley.accent), RESULTS[found.overall].lower()
            )
        )
    return Markup('<p class="rests-on">{}</p>\n').format(Markup(" ").join(said)) if said else Markup("")


def _base(base: Base, galley: Galley) -> Markup:
    short = next((e.short for e in galley.references if e.key == base.source), base.source)
    facts = []
    if base.studies is not None:
        facts.append(counted(base.studies, "study", "studies"))
    if base.documents is not None:
        joined = f"{facts.pop()} in " if facts else ""
        facts.append(joined + counted(base.documents, "document", "documents"))
    if base.meta_analysis is not None:
        facts.append("with a meta-analysis" if base.meta_analysis else "no meta-analysis")
    kind = plain(base.type)
    article = "an" if kind[:1].lower() in "aeiou" else "a"
    return Markup("Based on {} {} ({}){}.").format(
        article,
        printed(kind),
        source(SourceLink(base.source, short), galley),
        f": {', '.join(facts)}" if facts else "",
    )


def _heads() -> Markup:
    outcome = Markup('<th scope="col">Outcome and<br/>\n<span class="studied">what was studied</span></th>')
    return outcome + Markup("").join(
        Markup('<th scope="col" class="{}">{}</th>').format(style, name)
        for style, name in zip(STYLES, HEADS, strict=True)
    )


def _shared(row: FindingRow | None, following: FindingRow | None) -> bool:
    """Whether two neighbours tell of one outcome."""
    return bool(row and following) and row.finding.outcome == following.finding.outcome  # type: ignore[union-attr]


def _row(row: FindingRow, galley: Galley, again: bool, more: bool) -> Markup:
    """A row; `again` if the row above has the same outcome, `more` if the row below has."""
    finding = row.finding
    cells = (study_count(finding.studies), _result(row, galley), _sources(row, galley))
    tds = Markup("").join(
        Markup('<td class="{}" data-label="{}">{}</td>').format(style, label, cell)
        for style, label, cell in zip(STYLES, HEADS, cells, strict=True)
    )
    studied = sentence(", ".join(map(printed, finding.intervention)))
    below = Markup('<br/>\n<span class="studied">{}</span>').format(studied) if studied else Markup("")
    classes = " ".join(name for name, said in (("again", again), ("more", more)) if said)
    return Markup('<tr{}><th scope="row"><span class="outcome">{}</span>{}</th>{}</tr>').format(
        Markup(' class="{}"').format(classes) if classes else "", printed(finding.outcome), below, tds
    )


def _result(row: FindingRow, galley: Galley) -> Markup:
    """Mark and word; then, each on a line, the parts in short, where it stands, the strength."""
    finding = row.finding
    lines = [Markup('<span class="result">{}</span>').format(worded_mark(finding.result, galley))]
    if finding.split:
        parts = ", ".join(f"{part.studies} {RESULTS[part.result].lower()}" for part in finding.split)
        lines.append(Markup('<span class="line">{}</span>').format(parts))
    if finding.outside_base:
        lines.append(Markup('<span class="line outside">outside the review</span>'))
    if finding.strength:
        lines.append(Markup('<span class="line">Strength: {}</span>').format(plain(finding.strength)))
    return Markup("<br/>\n").join(lines)


def _details(found: EvidenceBase, galley: Galley) -> Markup:
    """What does not fit a cell: parts of a split finding with their measures, changes, the author's wording."""
    out = []
    for row in found.rows:
        finding = row.finding
        said = [
            Markup('<span class="part-of">{}{}</span>').format(
                mark(part.result, galley.accent), printed(split_part(part, finding.studies))
            )
            for part in finding.split
        ]
        if finding.change:
            said.append(escape(printed(change_in_words(finding.change).removeprefix(f"{finding.outcome}: "))))
        if finding.wording:
            said.append(Markup("‘{}’").format(printed(finding.wording)))
        if said:
            lead = Markup("<br/>\n") if finding.split else Markup(" ")
            lines = Markup("<br/>\n").join(said)
            out.append(Markup("<li><strong>{}</strong>{}{}</li>").format(printed(finding.outcome), lead, lines))
    return (
        Markup('\n<ul role="list" class="plain details">\n{}\n</ul>').format(Markup("\n").join(out))
        if out
        else Markup("")
    )


def _sources(row: FindingRow, galley: Galley) -> Markup:
    """Each work on a line of its own."""
    said = Markup("<br/>\n").join(source(link, galley) for link in row.sources)
    return Markup("{}, cited in {}").format(said, source(row.via, galley)) if row.via else said

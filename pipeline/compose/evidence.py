"""Evidence at a glance: what the findings rest on, and a row an outcome. Never a row of totals."""

from __future__ import annotations

from markupsafe import Markup, escape

from pipeline.compose.galley import Galley, key_anchor, legal, printed
from pipeline.compose.marks import mark
from pipeline.compose.outcomes import HEAD, outcome_rows, worded_mark
from pipeline.compose.plot import plot, worth_plotting
from pipeline.compose.tables import region
from pipeline.compose.words import RESULTS, change_in_words, counted, plain, split_part, study_count
from pipeline.model.evidence import Base
from pipeline.model.publication import EvidenceBase, FindingRow, SourceLink
from pipeline.model.result import Result

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
    rests_on = _rests_on(found, galley)  # before the table: ways back to citations are numbered as they are set
    rows = outcome_rows(found.rows, lambda row: _cells(row, galley))
    table = region(
        Markup("<thead>\n<tr{}>{}</tr>\n</thead>\n<tbody>\n{}\n</tbody>").format(galley.house, _heads(), rows),
        caption,
        galley,
        identity="evidence-table",
        classes="evidence wide",
        heading="evidence-heading" if heading else "",
    )
    note = Markup('\n<p class="table-note"{}>{}</p>').format(galley.house, _note(found))
    shown = worth_plotting(found) and not galley.plot_placed
    drawn = Markup("\n{}").format(plot(galley, heading=heading)) if shown else Markup("")
    return Markup('<section class="glance" id="evidence">\n{}{}{}{}{}{}\n</section>').format(
        head, rests_on, table, _details(found, galley), note, drawn
    )


def source(link: SourceLink, galley: Galley) -> Markup:
    """A work by its short form, leading to its entry if the briefing lists it."""
    listed = any(entry.key == link.key for entry in galley.references)
    if not listed:
        return Markup("{}").format(legal(link.short))
    key = key_anchor(link.key)
    return Markup('<a role="doc-biblioref" class="citation"{} href="{}">{}</a>').format(
        galley.cite(link.key, f"cites-{key}"), galley.entry(link.key), legal(link.short)
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
    return HEAD + Markup("").join(
        Markup('<th scope="col" class="{}">{}</th>').format(style, name)
        for style, name in zip(STYLES, HEADS, strict=True)
    )


def _cells(row: FindingRow, galley: Galley) -> Markup:
    cells = (study_count(row.finding.studies), _result(row, galley), _sources(row, galley))
    return Markup("").join(
        Markup('<td class="{}" data-label="{}">{}</td>').format(style, label, cell)
        for style, label, cell in zip(STYLES, HEADS, cells, strict=True)
    )


def _result(row: FindingRow, galley: Galley) -> Markup:
    """Mark and word; then, each on a line, the parts in short, where it stands, the strength."""
    finding = row.finding
    lines = [worded_mark(finding.result, galley)]
    if finding.split:
        parts = ", ".join(f"{part.studies:,} {RESULTS[part.result].lower()}" for part in finding.split)
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
        said = [_marked(part.result, printed(split_part(part, finding.studies)), galley) for part in finding.split]
        if finding.change:
            said.append(escape(printed(change_in_words(finding.change).removeprefix(f"{finding.outcome}: "))))
        if finding.wording:
            said.append(_marked(finding.result, f"‘{printed(finding.wording)}’", galley))
        if said:
            lead = Markup(" ") if finding.change and not finding.split else Markup("<br/>\n")
            lines = Markup("<br/>\n").join(said)
            out.append(Markup("<li><strong>{}</strong>{}{}</li>").format(printed(finding.outcome), lead, lines))
    return (
        Markup('\n<ul role="list" class="plain details">\n{}\n</ul>').format(Markup("\n").join(out))
        if out
        else Markup("")
    )


def _marked(result: Result, words: str, galley: Galley) -> Markup:
    """Words with the mark of their result before them."""
    return Markup('<span class="part-of">{}{}</span>').format(mark(result, galley.accent), words)


def _sources(row: FindingRow, galley: Galley) -> Markup:
    """Each work on a line of its own."""
    said = Markup("<br/>\n").join(source(link, galley) for link in row.sources)
    return Markup("{}, cited in {}").format(said, source(row.via, galley)) if row.via else said

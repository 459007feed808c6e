"""Evidence at a glance: what the findings rest on, and a row an outcome. Never a row of totals."""

from markupsafe import Markup, escape

from pipeline.compose.evidence.outcomes import outcome_head, outcome_rows, worded_mark
from pipeline.compose.evidence.plot import plot, worth_plotting
from pipeline.compose.language.words import change_in_words, plain, result_within, split_part, study_count
from pipeline.compose.page.galley import Galley, key_anchor, legal, printed
from pipeline.compose.page.marks import mark
from pipeline.compose.page.tables import region
from pipeline.model.publication import EvidenceBase, FindingRow, SourceLink
from pipeline.model.result import Result
from pipeline.model.source.evidence import Base
from pipeline.model.words import Words

HEADS = ("studies", "result", "source")
"""The heads of the columns that follow the outcome, by their keys."""

STYLES = ("studies figure", "finding", "source")
"""Their classes."""


def evidence(galley: Galley, *, heading: bool = True) -> Markup:
    """The evidence at a glance, once a chapter; nothing where there are no findings or it is set already."""
    found = galley.evidence
    if found is None or not found.rows or galley.evidence_set:
        return Markup("")
    galley.evidence_set = True
    if heading:
        head = Markup('<h2 id="evidence-heading"{}>{}</h2>\n').format(galley.house, galley.words.say("evidence"))
        caption = Markup("")
    else:
        head, caption = Markup(""), galley.said(galley.words.say("evidence-caption"))
    rests_on = _rests_on(found, galley)  # before the table: ways back to citations are numbered as they are set
    rows = outcome_rows(found.rows, galley, lambda row: _cells(row, galley))
    table = region(
        Markup("<thead>\n<tr{}>{}</tr>\n</thead>\n<tbody>\n{}\n</tbody>").format(galley.house, _heads(galley), rows),
        caption,
        galley,
        identity="evidence-table",
        classes="evidence wide",
        heading="evidence-heading" if heading else "",
    )
    note = Markup('\n<p class="table-note"{}>{}</p>').format(galley.house, _note(found, galley.words))
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


def _note(found: EvidenceBase, words: Words) -> str:
    said = words.say("cannot-be-added")
    if any(row.finding.result is Result.NO_STUDIES for row in found.rows):
        said += " " + words.say("no-studies-is-a-gap")
    return said


def _rests_on(found: EvidenceBase, galley: Galley) -> Markup:
    """'Based on a systematic review (…): 13 studies in 18 documents, no meta-analysis. Strength …'."""
    said: list[Markup] = []
    base = found.evidence.base
    if base:
        said.append(_base(base, galley))
    return Markup('<p class="rests-on">{}</p>\n').format(Markup(" ").join(said)) if said else Markup("")


def _base(base: Base, galley: Galley) -> Markup:
    short = next((e.short for e in galley.references if e.key == base.source), base.source)
    facts, words = [], galley.words
    if base.studies is not None:
        facts.append(words.count("count-studies", base.studies))
    if base.documents is not None:
        documents = words.count("count-documents", base.documents)
        facts = [words.say("studies-in-documents", studies=facts[0], documents=documents) if facts else documents]
    if base.meta_analysis is not None:
        facts.append(words.say("with-meta-analysis" if base.meta_analysis else "no-meta-analysis"))
    kind = plain(words, base.type)
    return galley.said(
        galley.put(
            "based-on-facts" if facts else "based-on",
            a="an" if kind[:1].lower() in "aeiou" else "a",
            kind=printed(kind),
            source=source(SourceLink(base.source, short), galley),
            facts=", ".join(facts),
        )
    )


def _heads(galley: Galley) -> Markup:
    return outcome_head(galley) + Markup("").join(
        Markup('<th scope="col" class="{}">{}</th>').format(style, galley.words.say(name))
        for style, name in zip(STYLES, HEADS, strict=True)
    )


def _cells(row: FindingRow, galley: Galley) -> Markup:
    cells = (galley.said(study_count(galley.words, row.finding.studies)), _result(row, galley), _sources(row, galley))
    return Markup("").join(
        Markup('<td class="{}" data-label="{}">{}</td>').format(style, galley.words.say(label), cell)
        for style, label, cell in zip(STYLES, HEADS, cells, strict=True)
    )


def _result(row: FindingRow, galley: Galley) -> Markup:
    """Mark and word; then, each on a line, the parts in short, where it stands, the strength."""
    finding, words = row.finding, galley.words
    lines = [worded_mark(finding.result, galley)]
    if finding.split:
        parts = ", ".join(
            words.say("studies-with-result", n=words.number(part.studies), result=result_within(words, part.result))
            for part in finding.split
        )
        lines.append(Markup('<span class="line"{}>{}</span>').format(galley.house, parts))
    if finding.outside_base:
        outside = words.say("outside-the-review")
        lines.append(Markup('<span class="line outside"{}>{}</span>').format(galley.house, outside))
    if finding.strength:
        strength = words.say("strength-within", strength=words.say(f"strength-{finding.strength}"))
        lines.append(Markup('<span class="line"{}>{}</span>').format(galley.house, strength))
    return Markup("<br/>\n").join(lines)


def _details(found: EvidenceBase, galley: Galley) -> Markup:
    """Details below the table: parts of a split finding with their measures, changes, the author's wording."""
    out = []
    for row in found.rows:
        finding = row.finding
        said = [
            _marked(part.result, printed(split_part(galley.words, part, finding.studies)), galley)
            for part in finding.split
        ]
        if finding.change:
            said.append(
                escape(printed(change_in_words(galley.words, finding.change).removeprefix(f"{finding.outcome}: ")))
            )
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
    return galley.put("cited-in-work", works=said, work=source(row.via, galley)) if row.via else said

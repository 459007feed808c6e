"""Evidence at a glance: what the findings rest on, and a row a finding with its direction. Never a row of totals."""

from markupsafe import Markup

from pipeline.compose.evidence.direction import MOST, SIDES, directions, drawn
from pipeline.compose.evidence.outcomes import found_in_short, outcome_rows, usual_intervention
from pipeline.compose.evidence.verdict import verdict
from pipeline.compose.language.words import change_in_words, enumerated, plain, result_within, sentence, split_part
from pipeline.compose.page.galley import Galley, key_anchor, legal
from pipeline.compose.page.marks import mark
from pipeline.compose.page.tables import region
from pipeline.model.publication import EvidenceBase, FindingRow, SourceLink
from pipeline.model.result import Result
from pipeline.model.source.evidence import Base, Finding


def evidence(galley: Galley, *, heading: bool = True) -> Markup:
    """The evidence at a glance, once a chapter; nothing where there are no findings or it is set already."""
    found = galley.evidence
    if found is None or not found.rows or galley.evidence_set:
        return Markup("")
    galley.evidence_set = True
    words = galley.words
    if heading:
        head = Markup('<h2 id="evidence-heading"{}>{}</h2>\n').format(galley.house, words.say("evidence"))
        caption = Markup("")
    else:
        head, caption = Markup(""), galley.said(words.say("evidence-caption"))
    usual, is_said = usual_intervention(found.rows, galley.titles)
    # before the table: ways back to citations are numbered as they are set
    rests_on = _rests_on(found, usual if is_said else (), galley)
    rows = outcome_rows(found.rows, galley, lambda row: _cells(row, found.evidence.base, galley), usual)
    table = region(
        Markup("<thead>\n<tr{}>{}</tr>\n</thead>\n<tbody>\n{}\n</tbody>").format(galley.house, _heads(galley), rows),
        caption,
        galley,
        identity="evidence-table",
        classes="evidence wide",
        heading="evidence-heading" if heading else "",
    )
    lead = head + _verdict(found, galley) + rests_on
    row = Markup('<div class="row">\n{}</div>\n').format(lead) if lead else lead
    return Markup('<section class="glance" id="evidence">\n{}{}\n{}\n</section>').format(
        row, table, _note(found, galley)
    )


def _verdict(found: EvidenceBase, galley: Galley) -> Markup:
    """The verdict on the whole, where no key finding stands beside it."""
    said = Markup("") if galley.verdict_set else verdict(found, galley.words, galley.accent)
    return Markup('<p class="verdict"{}>{}</p>\n').format(galley.house, said) if said else said


def source(link: SourceLink, galley: Galley) -> Markup:
    """A work by its short form, leading to its entry if the briefing lists it."""
    listed = any(entry.key == link.key for entry in galley.references)
    if not listed:
        return Markup("{}").format(legal(link.short))
    key = key_anchor(link.key)
    heard = galley.heard(link.key, legal(link.short))
    return Markup('<a role="doc-biblioref" class="citation"{}{} href="{}">{}</a>').format(
        galley.cite(link.key, f"cites-{key}"), heard, galley.entry(link.key), legal(link.short)
    )


def _rests_on(found: EvidenceBase, usual: tuple[str, ...], galley: Galley) -> Markup:
    """'Systematic review (…): 13 studies in 18 documents, no meta-analysis. Rows are about … unless they say so.'."""
    said: list[Markup] = []
    base = found.evidence.base
    if base:
        said.append(_base(base, galley))
    if usual:
        said.append(galley.said(galley.put("rows-are-about", studied=enumerated(galley.words, usual))))
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
    return galley.said(
        galley.put(
            "based-on-facts" if facts else "based-on",
            kind=legal(sentence(words, plain(words, base.type))),
            source=source(SourceLink(base.source, short), galley),
            facts=", ".join(facts),
        )
    )


def _heads(galley: Galley) -> Markup:
    words = galley.words
    against, favouring = (mark(result, galley.accent) for result in SIDES)
    direction = Markup('<th scope="col" class="direction">{} {} {}</th>').format(
        against, words.say("direction"), favouring
    )
    return Markup('<th scope="col">{}</th>{}<th scope="col" class="found">{}</th>').format(
        words.say("outcome"), direction if galley.across else "", words.say("what-studies-found")
    )


def _cells(row: FindingRow, base: Base | None, galley: Galley) -> Markup:
    direction = Markup("")
    if galley.across:
        drawing = drawn(row.finding, galley.words, galley.accent)
        direction = Markup('<td class="direction">{}</td>').format(drawing)
    return Markup('{}<td class="found">{}</td>').format(direction, _found(row, base, galley))


def _found(row: FindingRow, base: Base | None, galley: Galley) -> Markup:
    """Word and count, where it stands, the change and the authors' wording; then a line a part of a split finding."""
    finding, words = row.finding, galley.words
    said = found_in_short(finding, galley)
    if finding.strength:
        strength = words.say(f"strength-{finding.strength}")
        said += ", " + galley.said(words.say("strength-within", strength=strength))
    outside = galley.said(words.say("outside-the-review")) if finding.outside_base else Markup("")
    if where := Markup(": ").join(filter(None, (outside, _sources(row, base, galley)))):
        said += Markup(" ({})").format(where)
    told = [legal(change_in_words(words, finding.change))] if finding.change and not _says_no_more(finding) else []
    told += [f"‘{legal(finding.wording)}’"] if finding.wording else []
    if told:
        said += ": " + "; ".join(told)
    parts = (
        Markup('<span class="part-of">{}{}</span>').format(
            mark(part.result, galley.accent), legal(split_part(words, part))
        )
        for part in finding.split
    )
    return Markup("\n").join((said, *parts))


def _says_no_more(finding: Finding) -> bool:
    """Whether a change repeats the outcome beside the authors' own words of it."""
    change = finding.change
    if change is None or change.of or change.within or not finding.wording:
        return False
    return change.measure.casefold() in finding.outcome.casefold()


def _sources(row: FindingRow, base: Base | None, galley: Galley) -> Markup:
    """The works of a finding but for the review that all rest on."""
    others = [link for link in row.sources if base is None or link.key != base.source]
    said = Markup("; ").join(source(link, galley) for link in others)
    return galley.put("cited-in-work", works=said, work=source(row.via, galley)) if row.via and others else said


def _note(found: EvidenceBase, galley: Galley) -> Markup:
    """The meaning of the marks, then what they are not."""
    words, findings = galley.words, tuple(row.finding for row in found.rows)
    said = galley.said(words.say("marks-direction"))
    if any(finding.result is Result.NO_STUDIES for finding in findings):
        said += " " + galley.said(words.say("no-studies-is-a-gap"))
    return Markup('<p class="table-note">{}{}</p>').format(_key(findings, galley) if galley.across else "", said)


def _key(findings: tuple[Finding, ...], galley: Galley) -> Markup:
    """'▼ unfavourable left, ▲ favourable right, on the line neither; a triangle is a study.', as far as they occur."""
    words = galley.words
    left, right = (mark(result, galley.accent) + result_within(words, result) for result in SIDES)
    sided = [one for finding in findings for one in directions(finding) if one.result in SIDES]
    said: list[str] = [galley.put("key-sides", left=left, right=right)]
    if any(one.studies is None for one in sided):
        said.append(words.say("key-study-or-several"))
    elif any(one.studies == one.marks for one in sided):
        said.append(words.say("key-study"))
    if dotted := [one for one in sided if one.dots]:
        said.append(words.say("key-dots" if any(one.alike for one in dotted) else "key-dots-together"))
    if any(one.studies and one.studies > MOST for one in sided):
        said.append(words.say("key-too-many", most=words.number(MOST)))
    return Markup('<span class="key-to-sides"{}>{}. </span>').format(galley.house, Markup("; ").join(said))

"""Citations are formatted, numbered and listed; unknown ones are shown and reported."""

from dataclasses import replace

from pipeline.model.bibliography import Verification
from pipeline.model.body import CitationLink, plain_text, walk_nodes
from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument
from tests.support.resolve.library_parts import (
    briefing,
    fake_cite,
    library,
    publication,
    resolved,
    rule_remarks,
    said,
    series,
    work,
)


def calls(node: object) -> list[tuple[str, int]]:
    """Every citation's key and number, in reading order."""
    return [(part.key, part.occurrence) for part in walk_nodes(node) if isinstance(part, CitationLink)]


def test_citations_are_formatted_and_listed() -> None:
    """A citation is the engine's words with a link to its entry, which is listed."""
    text = publication(
        briefing(body="As shown [@hughes2018; @king2006] and again [@hughes2018].\n"),
        work("hughes2018"),
        work("king2006"),
    )
    assert plain_text(text.body) == "As shown (hughes2018; king2006) and again (hughes2018)."
    assert calls(text.body) == [("hughes2018", 1), ("king2006", 1), ("hughes2018", 2)]
    assert [entry.key for entry in text.references] == ["hughes2018", "king2006"]
    assert text.references[0].short == "hughes2018 short"


def test_citations_are_numbered_in_printed_order() -> None:
    front = """\
key_finding: K [@a1]
recommendation: R [@a1]
evidence:
  method_note: M [@a1]
practice:
  - {id: orochi, name: Orochi, force: The Met, caveat: 'C [@a1]'}
"""
    body = "B [@a1]\n\n::: {.practice ref=orochi}\nBox [@a1]\n:::\n\nEnd[^n] [@a1]\n\n[^n]: Note [@a1]\n"
    text = publication(briefing(front, body), work("a1"))
    order = (text.key_finding, text.recommendation, text.body.blocks, text.practice[0].caveat, text.method_note)
    numbers = [[number for _, number in calls(part)] for part in order]
    assert numbers == [[1], [2], [3, 4, 6], [5], [7]]
    assert calls(text.body.footnotes) == [("a1", 8)]


def test_an_unknown_key_is_an_error_with_the_nearest_keys() -> None:
    result = resolved(library(briefing(body="Shown [@hughes2018; @hugs2018].\n"), work("hughes2018")))
    (remark,) = [r for r in result.remarks if r.code == "cite-unknown-key"]
    assert str(remark) == (
        "source/briefings/foot-patrol.md:1:21: error cite-unknown-key: No bibliography entry has the key 'hugs2018'."
        "\n    hint: Did you mean 'hughes2018'? Entries live in source/references/."
    )
    (only,) = result.publications
    assert plain_text(only.body) == "Shown (hughes2018) [hugs2018: not found]."
    assert "DRAFT" in only.identity.statuses


def test_sources_of_the_evidence_are_listed_uncited() -> None:
    front = "evidence:\n  base: {source: egg, type: review}\n  findings:\n"
    front += "    - {id: f, outcome: Use, result: mixed, sources: [egg, nope], via: via1}\n"
    things = (briefing(front, "Text.\n"), work("egg"), work("via1"))
    text = publication(*things)
    assert [entry.key for entry in text.references] == ["egg", "via1"]
    assert text.evidence
    assert [link.short for link in text.evidence.rows[0].sources] == ["egg short", "[nope: not found]"]
    assert "foot-patrol.md:6:59 cite-unknown-key" in said(rule_remarks(library(*things)))


def test_an_unresolved_work_is_reported_once_and_marked() -> None:
    things = (briefing(body="One [@h1].\n\nTwo [@h1].\n"), work("h1", state=Verification.UNRESOLVED))
    assert [text for text in said(rule_remarks(library(*things))) if "unresolved" in text] == [
        "foot-patrol.md:1:6 reference-unresolved"
    ]
    assert publication(*things).references[0].unresolved


def test_a_shared_text_is_examined_in_its_own_file() -> None:
    shared = series("method_note: Searched [@nobody]\nbriefings: [foot-patrol]\n")
    result = resolved(library(briefing(body="Text.\n"), shared))
    assert [s for s in said(result.remarks) if "cite" in s] == ["drug-crimes.yaml:1:11 cite-unknown-key"]
    assert plain_text(result.publications[0].method_note) == "Searched [nobody: not found]"


def test_warnings_of_the_engine_are_reported_at_the_first_citation() -> None:
    """The engine continues after a warning."""

    def remarking(documents: tuple[CitedDocument, ...]) -> dict[str, FormattedDocument]:
        return {n: replace(document, warnings=("A date is odd.",)) for n, document in fake_cite(documents).items()}

    of = library(briefing(body="Words.\n\nSee [@hughes2018].\n"), work("hughes2018"))
    resolution = resolved(of, cite=remarking)
    assert said(resolution.remarks) == ["foot-patrol.md:3:6 cite-engine"]

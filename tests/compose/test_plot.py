"""The effect-direction plot: what the record says, drawn; what it does not say, said so."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from lxml import etree

from pipeline.compose.briefing import compose_briefing
from pipeline.compose.evidence.plot import Side, parts, worth_plotting
from pipeline.compose.evidence.tally import LARGE, MOST, Scale, each, scale_for, together
from pipeline.model.body import Body, EvidenceMark
from pipeline.model.publication import EvidenceBase, FindingRow
from pipeline.model.result import Result
from pipeline.model.source.evidence import Change, Evidence, Finding, Split
from tests.support.compose import samples
from tests.support.compose.samples import words

LAYOUTS = samples.layouts()


def found(*findings: Finding, plot: bool | None = True) -> EvidenceBase:
    """Evidence of the findings."""
    return EvidenceBase(Evidence(findings=findings, plot=plot), tuple(FindingRow(finding) for finding in findings))


def page(evidence: EvidenceBase | None = None, text: Body | None = None) -> etree._Element:
    """The sample's page with that evidence and that text."""
    whole = samples.publication()
    publication = replace(whole, evidence=evidence or whole.evidence, body=text or whole.body)
    return etree.fromstring(f"<body>{compose_briefing(publication, LAYOUTS).chapter.body}</body>")


def rows(body: etree._Element) -> list[list[str]]:
    """The words of the plot, cell by cell."""
    return [[words(cell) for cell in row] for row in body.findall(".//div[@id='evidence-plot']//tbody/tr")]


def cell(body: etree._Element, row: int, side: Side) -> etree._Element:
    """A cell of the plot."""
    return body.findall(".//div[@id='evidence-plot']//tbody/tr")[row].find(f"td[@class='{side.value}']")


def drawn(element: etree._Element) -> int:
    """How many shapes a cell holds."""
    return len(element.findall(".//{*}path")) + len(element.findall(".//{*}circle"))


def finding(studies: int | None, result: Result, **more: object) -> Finding:
    """A finding on something."""
    return Finding(id="a", outcome="Theft", studies=studies, result=result, **more)  # type: ignore[arg-type]


def test_a_row_for_each_finding_and_a_place_for_each_study() -> None:
    """The sample, as a reader meets it."""
    assert rows(page()) == [
        ["Burglary Brighter lamps, new lamps", "4 of 6", "2 of 6", ""],
        ["Violence at night New lamps", "", "", "Inconclusive 3 studies"],
        ["Fear of crime Brighter lamps", "", "4 studies together", ""],
        ["Road collisions Part-night lighting", "", "", "No effect 1 study"],
        ["Cost to forces Part-night lighting", "", "", "No studies"],
        ["Crime in nearby streets Brighter lamps outside the review", "", "", "Little evidence not counted"],
        ["Sleep New lamps", "", "", "Associated 1 study, direction not stated"],
        ["Calls to police Brighter lamps outside the review", "not counted", "", ""],
    ]


def test_studies_are_drawn_as_the_record_has_them() -> None:
    """A mark each where each result is known; one mark and a dot each where one result is known; else the mark."""
    body = page()
    assert drawn(cell(body, 0, Side.AGAINST)) == 4
    assert drawn(cell(body, 0, Side.FOR)) == 2
    assert drawn(cell(body, 2, Side.FOR)) == 1 + 4
    assert drawn(cell(body, 7, Side.AGAINST)) == 1


def test_it_is_a_table_that_can_be_listened_to() -> None:
    """Heads with their scope; silent drawings, each with words beside it; no row of totals."""
    plot = page().find(".//div[@id='evidence-plot']")
    assert [words(head) for head in plot.findall(".//thead//th[@scope='col']")] == [
        "Outcome and what was studied",
        "Unfavourable",
        "Favourable",
        "No clear direction",
    ]
    assert all(row.find("th").get("scope") == "row" for row in plot.findall(".//tbody/tr"))
    assert all(drawing.get("aria-hidden") == "true" for drawing in plot.iter("{*}svg"))
    assert all(words(td) for td in plot.iter("td") if td.find(".//{*}svg") is not None)
    assert plot.find(".//tfoot") is None


def test_it_is_told_in_a_sentence_a_side() -> None:
    """The text alternative names each outcome on its side; a gap is no unclear direction."""
    assert words(page().find(".//p[@id='evidence-plot-words']")) == (
        "Unfavourable: Burglary (4 of 6); Calls to police (not counted). "
        "Favourable: Burglary (2 of 6); Fear of crime (4 studies together). "
        "No clear direction: Violence at night; Road collisions; Crime in nearby streets; Sleep. "
        "No studies: Cost to forces."
    )


def test_findings_of_one_outcome_are_told_apart_where_they_differ() -> None:
    """By what was studied."""
    seizure = finding(3, Result.INCONCLUSIVE, intervention=("seizure",))
    arrest = finding(0, Result.NO_STUDIES, intervention=("arrest",))
    said = words(page(found(seizure, arrest)).find(".//p[@id='evidence-plot-words']"))
    assert said == "No clear direction: Theft (seizure). No studies: Theft (arrest)."


@pytest.mark.parametrize("result", list(Result))
def test_only_good_and_bad_have_a_side(result: Result) -> None:
    """A direction is never guessed from a change in a measure."""
    change = Change(measure="price", direction="up")
    (part,) = parts(finding(2, result, change=change))
    assert part.side is {Result.FAVOURABLE: Side.FOR, Result.UNFAVOURABLE: Side.AGAINST}.get(result, Side.NEITHER)


def test_several_studies_with_one_result_are_not_each_said_to_have_it() -> None:
    """'24 studies together', and a key that says what the dots are."""
    body = page(found(finding(24, Result.FAVOURABLE)))
    assert rows(body) == [["Theft", "", "24 studies together", ""]]
    assert "one mark stands for all of them and each dot is a study" in words(body.find(".//section[@id='directions']"))


def test_nought_is_not_drawn() -> None:
    """A part without studies has words and no mark."""
    split = (Split(studies=0, result=Result.FAVOURABLE), Split(studies=1, result=Result.UNFAVOURABLE))
    body = page(found(finding(1, Result.UNFAVOURABLE, split=split)))
    assert (rows(body)[0][2], drawn(cell(body, 0, Side.FOR))) == ("0 of 1", 0)


def test_one_plot_has_one_scale() -> None:
    """No study looks weightier than another; beyond what anyone counts, none is drawn."""
    assert scale_for((LARGE, 1), (MOST,)) is Scale.FULL
    assert scale_for((LARGE + 1, 1), ()) is Scale.SMALL
    assert scale_for((1,), (MOST + 1,)) is scale_for((MOST + 1,), ()) is Scale.BARE
    assert scale_for((), ()) is Scale.FULL
    body = page(found(finding(MOST + 1, Result.FAVOURABLE), finding(1, Result.UNFAVOURABLE)))
    assert [drawn(cell(body, 0, Side.FOR)), drawn(cell(body, 1, Side.AGAINST))] == [1, 1]
    assert "too many to be drawn" in words(body.find(".//section[@id='directions']"))
    assert rows(body)[0][2] == "201 studies together"


@pytest.mark.parametrize("studies", [1, 2, 5, 6, 10, 11, 24, 65, 100, MOST])
@pytest.mark.parametrize("leftwards", [False, True])
def test_every_mark_lies_within_its_drawing(studies: int, leftwards: bool) -> None:
    """At any number, on either side; and none is wider than its column."""
    scale = scale_for((studies,), ())
    for markup in (
        each(Result.FAVOURABLE, studies, scale, "#000", leftwards=leftwards),
        together(Result.FAVOURABLE, studies, scale, "#000", leftwards=leftwards),
    ):
        drawing = etree.fromstring(str(markup))
        _, _, width, height = map(float, drawing.get("viewBox").split())
        assert float(drawing.get("width").removesuffix("em")) < 5.4
        for moved in drawing.iter("{*}g"):
            x, y, size = map(float, re.findall(r"[\d.]+", moved.get("transform") + " 1")[:3])
            assert 0 <= x <= width - 16 * size + 0.01
            assert 0 <= y <= height - 16 * size + 0.01
        for dot in drawing.iter("{*}circle"):
            x, y, radius = (float(dot.get(name, "")) for name in ("cx", "cy", "r"))
            assert radius <= x <= width - radius + 0.01
            assert radius <= y <= height - radius + 0.01


def test_it_comes_of_itself_only_where_it_shows_more_than_the_table() -> None:
    """Where studies of one outcome differ; or as the record asks."""
    split = (Split(studies=1, result=Result.FAVOURABLE), Split(studies=1, result=Result.UNFAVOURABLE))
    differ, alike = finding(2, Result.MIXED, split=split), finding(2, Result.FAVOURABLE)
    assert worth_plotting(found(differ, plot=None))
    assert not worth_plotting(found(alike, plot=None))
    assert not worth_plotting(found(differ, plot=False))
    assert worth_plotting(found(alike, plot=True))


def test_it_stands_where_the_author_puts_it() -> None:
    """Once, named by its caption; the table keeps its own place, so its numbers are always in reach."""
    text = Body((samples.heading(2, "Before"), EvidenceMark(plot=True), EvidenceMark(plot=True)))
    body = page(found(finding(1, Result.FAVOURABLE), plot=False), text)
    ids = {"evidence-table", "before", "evidence-plot"}
    assert [e.get("id") for e in body.iter() if e.get("id") in ids] == ["evidence-table", "before", "evidence-plot"]
    plot = body.find(".//div[@id='evidence-plot']")
    assert words(body.find(f".//*[@id='{plot.get('aria-labelledby')}']")) == "Which way the studies point"


def test_without_findings_there_is_no_plot() -> None:
    """A mark in the text leaves nothing behind."""
    body = page(found(), Body((samples.heading(2, "Before"), EvidenceMark(plot=True))))
    assert body.find(".//section[@id='directions']") is None
    assert not words(body.find(".//div[@class='text']")).removeprefix("Before")


def test_hostile_words_stay_words() -> None:
    """An outcome is text, whatever it holds."""
    odd = Finding(id="a", outcome="<b>&x</b> مصابيح", studies=1, result=Result.FAVOURABLE)
    assert rows(page(found(odd)))[0][0] == "<b>&x</b> مصابيح"

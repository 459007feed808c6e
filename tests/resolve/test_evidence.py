"""Findings and practice examples: what must add up, exist, and travel together."""

from __future__ import annotations

import pytest

from pipeline.model.body import plain_text
from pipeline.model.source.imprint import Organisation
from pipeline.resolve.examine import examine
from tests.support.resolve.library_parts import (
    PRODUCED,
    briefing,
    codes,
    imprint,
    library,
    publication,
    said,
    series,
    work,
)

FINDINGS = "evidence:\n  base: {source: egg, type: review}\n  findings:\n"
MET = {"met": Organisation(name="Metropolitan Police Service", type="force")}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (
            "{id: f, outcome: Use, result: mixed, studies: 6, split: [{studies: 2, result: favourable}]}",
            "finding-split",
        ),
        ("{id: f, outcome: Total, result: mixed}", "finding-total"),
        ("{id: f, outcome: All outcomes, result: mixed}", "finding-total"),
        ("{id: f, outcome: Use, result: no-studies}", "finding-no-studies"),
        ("{id: f, outcome: Use, result: mixed, studies: 0}", "finding-no-studies"),
        ("{id: f, outcome: Use, result: mixed, section: nowhere}", "finding-section-unknown"),
        ("{id: f, outcome: Use, result: mixed, outside_base: true, sources: [egg]}", "finding-outside-base"),
    ],
)
def test_a_finding_that_does_not_hold(line: str, code: str) -> None:
    assert codes(briefing(f"{FINDINGS}    - {line}\n", "## Use {#use}\n"), work("egg")) == [code]


def test_findings_that_hold() -> None:
    lines = """\
    - {id: a, outcome: Harms, result: mixed, studies: 3, section: use, split: [{studies: 1, result: favourable},
       {studies: 2, result: unfavourable}]}
    - {id: b, outcome: Arrest, result: no-studies, studies: 0}
    - {id: c, outcome: Total abstinence, result: mixed}
"""
    assert codes(briefing(FINDINGS + lines, "## Use {#use}\n"), work("egg")) == []


def test_findings_have_ids_of_their_own() -> None:
    line = "    - {id: a, outcome: Use, result: mixed}\n"
    remarks = examine(library(briefing(FINDINGS + line + line), work("egg")), PRODUCED, frozenset())
    assert said(remarks) == ["foot-patrol.md:7:12 finding-twice"]


def test_the_method_note_is_inherited() -> None:
    own, of_series = "evidence: {method_note: Own}\n", series("method_note: Series\nbriefings: [foot-patrol]\n")
    house = imprint("method_note: House\n")
    notes = [
        plain_text(publication(*things).method_note)
        for things in ((briefing(own), of_series, house), (briefing(), of_series, house), (briefing(), house))
    ]
    assert notes == ["Own", "Series", "House"]


EXAMPLE = "practice:\n  - {id: orochi, name: Operation Orochi, force: met}\n"
BOX = "::: {.practice ref=orochi}\nWhat was done.\n:::\n"


def test_an_example_without_a_caveat_is_an_error() -> None:
    remarks = examine(library(briefing(EXAMPLE, BOX), organisations=MET), PRODUCED, frozenset())
    assert said(remarks) == ["foot-patrol.md:4:5 practice-no-caveat"]


def test_an_example_takes_its_caveat_and_the_name_of_its_force() -> None:
    caveat = series("practice_caveat: Not all evaluated\nbriefings: [foot-patrol]\n")
    made = publication(briefing(EXAMPLE, BOX), caveat, organisations=MET)
    (example,) = made.practice
    assert (plain_text(example.caveat), example.force) == ("Not all evaluated", "Metropolitan Police Service")
    assert plain_text(made.body) == "What was done."
    assert example.label == "force"


def test_an_example_of_a_hospital_is_not_said_to_be_a_force_s() -> None:
    hospital = {"met": Organisation(name="Hillside Hospital", type="agency")}
    caveat = imprint("practice_caveat: C\n")
    (example,) = publication(briefing(EXAMPLE, BOX), caveat, organisations=hospital).practice
    assert (example.force, example.label) == ("Hillside Hospital", "organisation")
    (named,) = publication(briefing(EXAMPLE.replace("met", "The Met"), BOX), caveat).practice
    assert named.label == "force"


@pytest.mark.parametrize(
    ("front", "body", "code"),
    [
        (EXAMPLE, "Text.\n", "practice-not-placed"),
        (EXAMPLE, BOX + "\n" + BOX, "practice-placed-twice"),
        (EXAMPLE, BOX + "\n::: {.practice ref=oroch}\nText.\n:::\n", "practice-unknown-ref"),
        (EXAMPLE + EXAMPLE.splitlines()[1] + "\n", BOX, "practice-twice"),
        (EXAMPLE.replace("met}", "met, section: nowhere}"), BOX, "practice-section-unknown"),
        (EXAMPLE.replace("met}", "mett}"), BOX, "force-unknown"),
    ],
)
def test_an_example_that_does_not_hold(front: str, body: str, code: str) -> None:
    assert codes(briefing(front, body), imprint("practice_caveat: C\n"), organisations=MET) == [code]


def test_a_force_may_be_named_in_words() -> None:
    """Only an id must be in the list of organisations."""
    front = EXAMPLE.replace("met}", "Northmoor Police}")
    assert codes(briefing(front, BOX), imprint("practice_caveat: C\n")) == []


@pytest.mark.parametrize(
    ("front", "text", "hint"),
    [
        ("evidence: {plot: yes}\n", "Words.", "Delete 'plot:' (line 3)."),
        ("evidence: {plot: no}\n", "::: evidence-table\n:::", "Delete 'plot:' (line 3)."),
        ("", "Words.\n\n::: evidence-plot\n:::", "Delete '::: evidence-plot' with its ':::' (line 3)."),
        (
            "evidence: {plot: yes}\n",
            "::: evidence-plot\n\nWords.",
            "Delete 'plot:' (line 3) and '::: evidence-plot' with its ':::' (line 1).",
        ),
    ],
)
def test_an_older_plot_is_told_once_with_all_that_is_to_be_deleted(front: str, text: str, hint: str) -> None:
    (remark,) = examine(library(briefing(front, text)), PRODUCED, frozenset())
    assert (remark.code, remark.hint) == ("evidence-plot-merged", hint)

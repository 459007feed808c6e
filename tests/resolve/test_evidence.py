"""Rules on findings and practice examples."""

import pytest

from pipeline.model.body import plain_text
from pipeline.model.source.library_file import Organisation
from tests.support.resolve.library_parts import briefing, codes, imprint, publication, series, work

FINDINGS = "evidence:\n  base: {source: egg, type: review}\n  findings:\n"
MET = {"met": Organisation(name="Metropolitan Police Service", type="force")}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{id: f, outcome: All outcomes, result: mixed}", "finding-total"),
        ("{id: f, outcome: Use, result: no-studies}", "finding-studies"),
        ("{id: f, outcome: Use, result: mixed, studies: 0}", "finding-studies"),
        ("{id: f, outcome: Use, result: mixed, section: nowhere}", "section-unknown"),
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


def test_the_method_note_is_inherited() -> None:
    own_note, of_series = "evidence: {method_note: Own}\n", series("method_note: Series\nbriefings: [foot-patrol]\n")
    house = imprint("method_note: House\n")
    notes = [
        plain_text(publication(*things).method_note)
        for things in ((briefing(own_note), of_series, house), (briefing(), of_series, house), (briefing(), house))
    ]
    assert notes == ["Own", "Series", "House"]


EXAMPLE = "practice:\n  - {id: orochi, name: Operation Orochi, force: met}\n"
BOX = "::: {.practice ref=orochi}\nWhat was done.\n:::\n"


def test_an_example_takes_its_caveat_and_the_name_of_its_force() -> None:
    caveat = series("practice_caveat: Not all evaluated\nbriefings: [foot-patrol]\n")
    text = publication(briefing(EXAMPLE, BOX), caveat, organisations=MET)
    (example,) = text.practice
    assert (plain_text(example.caveat), example.force) == ("Not all evaluated", "Metropolitan Police Service")
    assert plain_text(text.body) == "What was done."
    assert example.label == "force"


@pytest.mark.parametrize(
    ("front", "code"),
    [
        (EXAMPLE + EXAMPLE.splitlines()[1] + "\n", "record-twice"),
        (EXAMPLE.replace("met}", "met, section: nowhere}"), "section-unknown"),
        (EXAMPLE.replace("met}", "mett}"), "entry-unknown"),
    ],
)
def test_an_example_that_does_not_hold(front: str, code: str) -> None:
    assert codes(briefing(front, BOX), imprint("practice_caveat: C\n"), organisations=MET) == [code]

"""The lists of a PDF count as those of its text do."""

from __future__ import annotations

import pytest

from pipeline.press.press import press
from pipeline.proof.job import ProofJob
from pipeline.proof.parity.promise import briefing_promise
from pipeline.proof.pdf.inspection import own_proof
from pipeline.proof.pdf.list_numbers import number_in
from tests.support.press.manuscripts import manuscript
from tests.support.proof.finished_texts import DAY, IDENTITY

STEPS = (
    '<h1 id="t">Steps</h1><ol id="a"><li id="b">Open</li></ol><p id="c">Then:</p>'
    '<ol id="d" start="2"><li id="e">Paste</li><li id="f">Enter</li></ol>'
)


def told(on_paper: str, style: str = "", meant: str = STEPS) -> list[str]:
    """What is said of the lists of a PDF that was made of another text than the one it is held to."""
    held_to, made = (manuscript(body, style=style) for body in (meant, on_paper))
    sheets = press(made)
    job = ProofJob("x.pdf", sheets.pdf, "screen", briefing_promise(held_to, sheets.pages, IDENTITY, DAY, None))
    return [fault.sentence for fault in own_proof(job) if fault.code == "proof-numbers"]


def test_a_list_that_begins_at_one_again_is_told() -> None:
    """'1. Open … 1. Paste 2. Enter' is not '1. Open … 2. Paste 3. Enter'."""
    assert told(STEPS) == []
    assert told(STEPS.replace(' start="2"', "")) == ["A list counts 1, 2 here, where 2, 3 is meant."]


def test_numbers_may_be_written_in_any_way() -> None:
    """A style that sets letters, Roman numerals or signs of its own changes no number."""
    for kind in ("lower-roman", "upper-alpha", "lower-greek", "'– '"):
        assert told(STEPS, style=f"ol {{ list-style-type: {kind} }}") == []


def test_numbers_that_a_style_hides_are_told() -> None:
    """Nobody finds 'step 3'. What a layout lists by itself, and tasks, need none."""
    hidden = "ol { list-style: none }"
    assert told(STEPS, style="#d { list-style: none }") == ["A list counts nothing here, where 2, 3 is meant."]
    for plain in (STEPS.replace("<ol", '<ol role="list"'), STEPS.replace("<li", '<li class="task"')):
        assert told(plain, style=hidden, meant=plain) == []


def test_tasks_among_numbered_entries_need_no_number() -> None:
    """A task has its box; the entry after it has the number that it has in the text."""
    mixed = STEPS.replace('<li id="e">', '<li id="e" class="task">')
    assert told(mixed, style=".task { list-style: none }", meant=mixed) == []


def test_an_empty_entry_has_its_number() -> None:
    """The press shows the number of an entry without words."""
    empty = STEPS.replace("Paste", "")
    assert told(empty, meant=empty) == []


def test_an_entry_that_is_gone_has_no_number_and_counts_for_none() -> None:
    """The press shows none, and the next entry has the number that it has in the text."""
    gone = STEPS.replace('<li id="e">', '<li id="x" class="unnumbered">Cut</li><li id="e">')
    assert told(gone, meant=gone) == []
    assert told(gone.replace(' class="unnumbered"', ""), meant=gone) == [
        "A list counts 2, 3, 4 here, where 2, 3 is meant."
    ]


@pytest.mark.parametrize(
    ("label", "form", "number"),
    [
        ("12. ", "Decimal", 12),
        ("-1. ", "Decimal", -1),
        ("c. ", "LowerAlpha", 3),
        ("AB. ", "UpperAlpha", 28),
        ("xiv. ", "LowerRoman", 14),
        ("MCMXC. ", "UpperRoman", 1990),
        ("– ", "Decimal", None),
        ("3. ", "LowerRoman", None),
        ("b. ", "LowerRoman", None),
    ],
)
def test_a_label_is_read_as_a_number(label: str, form: str, number: int | None) -> None:
    """In digits, letters and Roman numerals; any other sign is none."""
    assert number_in(label, form) == number

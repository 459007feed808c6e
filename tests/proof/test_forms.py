"""Lists, code and formulas are the same in PDF, EPUB and web page, or the proof says what differs."""

from __future__ import annotations

import pytest

from pipeline.press.press import press
from pipeline.proof.job import ProofJob
from pipeline.proof.parity.inspection import parity_proof
from pipeline.proof.parity.promise import briefing_promise
from pipeline.proof.pdf.inspection import own_proof
from tests.support.press.manuscripts import manuscript
from tests.support.proof.finished_texts import DAY, IDENTITY
from tests.support.proof.lists_and_code import BODY, CODE, STYLE, changed, jobs, promise

BREAKS = [
    (
        "a list that begins again",
        ' start="2"',
        "",
        "parity-lists: A numbered list differs from that of the text under 'Lamps': "
        "'list 1, 2' stands where 'list 2, 3' should.",
    ),
    (
        "a list in letters",
        'start="2"',
        'start="2" type="a"',
        "parity-lists: A numbered list differs from that of the text under 'Lamps': "
        "'list 2, 3 in lower-alpha' stands where 'list 2, 3' should.",
    ),
    (
        "code with a line further out",
        "    walk",
        "walk",
        "parity-code: A block of code differs from that of the text under 'Lamps': after "
        "'dark: ⏎ ····mend() ⏎ ⏎' comes 'walk() ⏎ else: ⏎ ····wait(north,', "
        "not '····walk() ⏎ else: ⏎ ····wait(north,'.",
    ),
    (
        "a power that is a foot",
        "msup",
        "msub",
        "parity-formulas: A formula differs from that of the text under 'Lamps': 'math(semantics(msub(mi(x) mn(2))))' "
        "stands where 'math(semantics(msup(mi(x) mn(2))))' should.",
    ),
]


def on_paper(body: str = BODY, style: str = STYLE) -> list[str]:
    """What the proof says of a PDF that was made in another way than its text says."""
    sheets = press(manuscript(body, style=style))
    said = own_proof(ProofJob("x.pdf", sheets.pdf, "screen", promise(sheets.pages)))
    return [f"{f.code.removeprefix('proof-')}: {f.sentence}" for f in said if f.code != "proof-foot"]


def test_nothing_is_said_of_the_three_editions() -> None:
    """Lists go on, lines of code stand where they are written, formulas are whole."""
    assert [str(fault) for job in jobs() for fault in parity_proof(job)] == []
    assert on_paper() == []


@pytest.mark.parametrize("place", [0, 1], ids=["epub", "html"])
@pytest.mark.parametrize(("old", "new", "expected"), [b[1:] for b in BREAKS], ids=[b[0] for b in BREAKS])
def test_a_difference_is_told(place: int, old: str, new: str, expected: str) -> None:
    said = [f"{f.code.removeprefix('proof-')}: {f.sentence}" for f in parity_proof(changed(jobs()[place], old, new))]
    assert said == [expected]


def test_a_list_on_paper_that_begins_again_is_told() -> None:
    """With what it counts, and what it should."""
    assert on_paper(BODY.replace(' start="2"', "")) == ["numbers: A list counts 1, 2 here, where 2, 3 is meant."]


def test_lines_of_code_that_run_together_on_paper_are_told() -> None:
    """A style that takes line ends for spaces, and a line that stands further out."""
    fault = (
        "code-lines: The lines of a block of code, or the spaces before them, are not those of the text from '{}' on."
    )
    assert on_paper(style="pre { white-space: normal }") == [fault.format("if dark:")]
    assert on_paper(BODY.replace("    walk", "walk")) == [fault.format("walk()")]


def test_a_torn_block_of_code_beside_an_equal_sound_one_is_told() -> None:
    """Each block of the text needs one of its own."""
    twice = BODY.replace('<ol id="d"', f'<pre id="h"><code>{CODE}</code></pre><ol id="d"')
    text = manuscript(twice, style=STYLE)
    for made, told in ((twice, []), (twice.replace("    walk", "walk", 1), ["proof-code-lines"])):
        sheets = press(manuscript(made, style=STYLE))
        held_to = briefing_promise(text, sheets.pages, IDENTITY, DAY, None)
        said = own_proof(ProofJob("x.pdf", sheets.pdf, "screen", held_to))
        assert [fault.code for fault in said if fault.code != "proof-foot"] == told

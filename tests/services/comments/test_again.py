"""A document that is taken in again: what was accepted of it before is known, and the rest goes on from there."""

from collections.abc import Callable, Sequence
from itertools import permutations

import pytest

from pipeline.services.comments.returned_document import ReturnedDocument
from tests.support.word.reviewing import DANA, RHYS, ReviewedFile
from tests.support.word.texts import accepted, back, rewrite, sent

TEXT = "Officers walk slowly at night, and they talk to people.\nMost of them *like* it [@a].\n"

Edits = Sequence[tuple[str, str]]

THREE: Edits = (("slowly", "at ease"), ("night, and", "noon;"), ("people", "everybody"))


def edited(text: str, edits: Edits) -> ReviewedFile:
    """A document with some words changed, by two in turn."""
    document = sent(text)
    for number, (old, new) in enumerate(edits):
        document.change(old, new, (DANA, RHYS)[number % 2])
    return document


def fates(returned: ReturnedDocument) -> list[str]:
    """The fate of each proposal."""
    return [one.fate for one in returned.proposals]


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))), ids=str)
def test_one_after_the_other_comes_to_the_same_as_all_at_once(order: tuple[int, ...]) -> None:
    document, now = edited(TEXT, THREE), TEXT
    for done, number in enumerate(order):
        returned = back(TEXT, document, now)
        assert fates(returned) == ["made" if n in order[:done] else "open" for n in (1, 2, 3)]
        assert returned.remarks == ()
        now = accepted(returned, number)
    assert now == accepted(back(TEXT, document))
    assert fates(back(TEXT, document, now)) == ["made"] * 3


def test_any_other_change_is_a_conflict() -> None:
    """Also where some of the words are what a proposal says: nobody knows what the rest should be."""
    document = edited(TEXT, THREE)
    now = accepted(back(TEXT, document), 1).replace("people", "them")
    returned = back(TEXT, document, now)
    assert (fates(returned), accepted(returned)) == (["stale"] * 3, now)
    (one,) = returned.remarks
    assert one.hint.endswith(f", by {DANA}, 2026-05-04 and {RHYS}, 2026-05-04.")


def test_words_put_in_side_by_side_keep_their_order() -> None:
    text = "Alpha beta.\n"
    document = sent(text)
    parts = (("Alpha", "", ""), (" one", "ins", DANA), (" two", "ins", RHYS), (" beta.", "", ""))
    rewrite(document, document.run("Alpha"), parts)
    for first, second in ((1, 2), (2, 1)):
        now = accepted(back(text, document), first)
        assert accepted(back(text, document, now), second) == "Alpha one two beta.\n"


ENDS: list[tuple[str, Callable[[ReviewedFile], object], str]] = [
    (
        "Start name end\nnext line here.\n",
        lambda d: (d.change("end", "", RHYS), d.change("next", "the next")),
        "Start name\nthe next line here.\n",
    ),
    (
        "Very very long words.\n",
        lambda d: (d.change("very ", ""), d.change("long", "short")),
        "Very short words.\n",
    ),
    (
        "Words at the end of a line\n",
        lambda d: (d.change("Words", "Some words"), d.change(" of a line", "")),
        "Some words at the end\n",
    ),
]


@pytest.mark.parametrize(("text", "edit", "wanted"), ENDS, ids=[wanted for _, _, wanted in ENDS])
def test_spaces_that_went_with_words_are_no_conflict(
    text: str, edit: Callable[[ReviewedFile], object], wanted: str
) -> None:
    document = sent(text)
    edit(document)
    for first, second in ((1, 2), (2, 1)):
        now = accepted(back(text, document), first)
        assert accepted(back(text, document, now), second) == wanted


def test_equal_words_that_go_one_by_one() -> None:
    text = "It is very very very good.\n"
    document = sent(text)
    document.change("very ", "", DANA)
    document.change("very ", "", RHYS)
    now = accepted(back(text, document), 2)
    returned = back(text, document, now)
    assert sorted(fates(returned)) == ["made", "open"]
    assert accepted(returned) == "It is very good.\n"


def test_paragraphs_beside_each_other_are_not_confused() -> None:
    text = "- Low risk\n- Low risk\n- Low risk\n"
    document = sent(text)
    runs = [run for run in document.runs() if "Low" in run.findtext("{*}t")]
    for run in runs[:2]:
        document.change_at(run, 0, 3, "High")
    for run in [run for run in document.runs() if run.findtext("{*}t") == " risk"][:2]:
        document.change_at(run, 1, 5, "danger", RHYS)
    now = accepted(back(text, document), 1)
    assert now == "- High risk\n- Low risk\n- Low risk\n"
    now = accepted(back(text, document, now), 3)
    assert now == "- High risk\n- High risk\n- Low risk\n"
    now = accepted(back(text, document, now), 2)
    assert accepted(back(text, document, now)) == "- High danger\n- High danger\n- Low risk\n"


def test_an_entry_put_before_it_meanwhile_is_no_conflict() -> None:
    text = "- Low risk\n- Some risk\n"
    document = sent(text)
    document.change("Some", "No")
    document.change_at(next(r for r in document.runs() if r.findtext("{*}t") == " risk"), 1, 5, "danger")
    now = "- High risk\n" + accepted(back(text, document), 1)
    assert accepted(back(text, document, now)) == "- High risk\n- Low risk\n- No danger\n"


def test_what_was_done_by_hand_is_known_too() -> None:
    document = edited(TEXT, THREE[:1])
    paragraph = document.paragraph("Officers")
    control = next(paragraph.iter("{*}sdt"))
    control.getparent().replace(control, document.tracked("del", DANA, *control.iter("{*}r")))
    first = back(TEXT, document)
    assert fates(first) == ["open", "touches"]
    now = accepted(first).replace("[@a]", "")
    again = back(TEXT, document, now)
    assert (fates(again), again.remarks, accepted(again)) == (["made", "made"], (), now)


def test_a_heading_that_now_says_what_another_said_is_another_one() -> None:
    """Where their author gave them ids: the first of two was changed, and the second has its words now."""
    text = "## Crime {#crime}\n\nIt fell.\n\n## Crime elsewhere {#elsewhere}\n\nIt fell too.\n"
    document = edited(text, [("Crime", "Harm")])
    document.change(" elsewhere", "", RHYS)
    now = accepted(back(text, document))
    assert now == text.replace("Crime {", "Harm {").replace("Crime elsewhere", "Crime")
    assert fates(back(text, document, now)) == ["made", "made"]

"""Changes that stand beside each other: what is written is what they mean together, or nothing is."""

import pytest

from tests.support.word.reviewing import DANA, RHYS
from tests.support.word.texts import Parts, accepted, back, rewrite, sent

TOGETHER: list[tuple[str, Parts, str]] = [
    (
        "Start name end\nnext line here.\n",
        [("Start name", "", ""), (" ", "del", RHYS), ("; well", "ins", RHYS), ("end", "del", DANA)],
        "Start name; well\nnext line here.\n",
    ),
    (
        "Start name end\nnext line here.\n",
        [("Start name", "", ""), (" ", "del", RHYS), ("end", "del", DANA)],
        "Start name\nnext line here.\n",
    ),
    (
        "Alpha beta.\n",
        [("However,", "ins", DANA), (" in short, ", "ins", RHYS), ("Alpha beta.", "", "")],
        "However, in short, Alpha beta.\n",
    ),
    (
        "Alpha beta.\n",
        [("Alpha beta.", "", ""), (" It works. ", "ins", DANA), ("Not always.", "ins", RHYS)],
        "Alpha beta. It works. Not always.\n",
    ),
    (
        "Last words of all.\n",
        [("Last words of", "", ""), (" ", "del", RHYS), ("all.", "del", DANA)],
        "Last words of\n",
    ),
]


@pytest.mark.parametrize(("text", "parts", "wanted"), TOGETHER, ids=[wanted for _, _, wanted in TOGETHER])
def test_spaces_that_another_takes_are_left_to_it(text: str, parts: Parts, wanted: str) -> None:
    """Two reviewers side by side: no word is lost, and none is glued to the next."""
    rest = text.removeprefix("".join(words for words, kind, _ in parts if kind != "ins"))
    behind = [(rest.rstrip("\n").replace("\n", " "), "", "")] if rest.strip() else []
    document = sent(text)
    rewrite(document, document.run(text[:4]), [*parts, *behind])
    assert accepted(back(text, document)) == wanted


def test_one_that_cannot_be_made_leaves_the_others_whole() -> None:
    text = "Alpha *beta* gamma delta end\nnext line here.\n"
    document = sent(text)
    document.change("beta", "")
    pieces = ((" gamma delta", "", ""), (" ", "del", RHYS), ("end", "del", DANA), (" next line here.", "", ""))
    rewrite(document, document.run(" gamma delta end"), pieces)
    returned = back(text, document)
    assert [one.fate for one in returned.proposals] == ["touches", "open", "open"]
    assert accepted(returned) == "Alpha *beta* gamma delta\nnext line here.\n"


def test_a_note_elsewhere_is_no_conflict() -> None:
    text = "One.\n\nThree words[^b] here.\n\n[^b]: B.\n"
    now = text.replace("One.", "One.[^c]") + "[^c]: C.\n"
    document = sent(text)
    document.change("Three", "3")
    assert accepted(back(text, document, now)) == now.replace("Three", "3")


SECTIONS = "## A {#a}\n\n### Effect\n\nNone was found.\n\n## B {#b}\n\n### Effect\n\nNone was found.\n"

EQUAL: list[tuple[str, str, str]] = [
    (SECTIONS, "None", SECTIONS[SECTIONS.index("## B") :]),
    (SECTIONS, "None", SECTIONS.replace("None was found.\n\n## B {#b}", "Many were.\n\n## BB {#b}")),
    ("- Low\n- Low\n- Low\n", "Low", "- High\n- Low\n- Low\n"),
    ("| Q | A |\n|---|---|\n| x | Low |\n| x | Low |\n", "Low", "| Q | A |\n|---|---|\n| x | High |\n| x | Low |\n"),
]


@pytest.mark.parametrize(("text", "words", "now"), EQUAL, ids=["gone", "changed", "list", "table"])
def test_a_change_goes_to_no_other_block_that_says_the_same(text: str, words: str, now: str) -> None:
    document = sent(text)
    document.change(words, "High" if words == "Low" else "Some")
    assert accepted(back(text, document)) != text
    returned = back(text, document, now)
    assert (accepted(returned), returned.proposals[0].fate) == (now, "made" if words == "Low" else "stale")

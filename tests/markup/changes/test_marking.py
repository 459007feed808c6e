"""Two texts in one: every word of both is there once, marked in words, and each can be got back."""

from __future__ import annotations

from collections import Counter

import pytest
from lxml import etree

from pipeline.markup.changes.marking import WordChange, mark
from pipeline.markup.changes.parts import Element, told
from pipeline.markup.changes.sides import side
from tests.support.markup.edits import edited, text, tree

STRUCTURE = {"table", "thead", "tbody", "tr", "ul", "ol", "dl"}


def marked(old: str, new: str) -> str:
    """The marked text of two."""
    made = mark(tree(old), tree(new)).text
    return etree.tostring(made, encoding="unicode").removeprefix("<body>").removesuffix("</body>")


def plain(old: str, new: str) -> str:
    """The words of a marked text, as who copies them has them."""
    return "".join(map(str, mark(tree(old), tree(new)).text.itertext()))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<p>A small effect.</p>", "<p>A modest effect.</p>", "A [was: small; now: modest] effect."),
        ("<p>It works.</p>", "<p>It works well.</p>", "It works [new: well]."),
        ("<p>It often works.</p>", "<p>It works.</p>", "It [gone: often] works."),
        ("<p>One.</p>", "<p>One.</p><p>Two more words.</p>", "One.[new: Two more words.]"),
        ("<p>One.</p><p>Two more words.</p>", "<p>One.</p>", "One.[gone: Two more words.]"),
        (
            "<p>As <a href='#a'>A, 2019</a>.</p>",
            "<p>As <a href='#b'>A, 2020</a>.</p>",
            "As [was: A, 2019; now: A, 2020].",
        ),
        (
            "<p>As <a class='noteref' href='#fn-1'>1</a>.</p>",
            "<p>As <a class='noteref' href='#fn-2'>2</a>.</p>",
            "As 2.",
        ),
        (
            "<p>So: <img src='a.svg' alt='A lamp'/></p>",
            "<p>So: <img src='a.svg' alt='A light'/></p>",
            "So: [was: ; now: ]",
        ),
        ("<p>So <em>be</em> it.</p>", "<p>So be it.</p>", "So [was: be; now: be] it."),
    ],
    ids=[
        "a word",
        "new words",
        "words gone",
        "a paragraph",
        "a paragraph gone",
        "a citation",
        "a number",
        "a picture",
        "emphasis",
    ],
)
def test_marks_are_words(old: str, new: str, said: str) -> None:
    """Without any style they can be told from the text."""
    assert plain(old, new) == said


def test_what_moved_is_marked_once_and_leaves_a_stub() -> None:
    """No word of it is told as new or gone."""
    paragraphs = [f"<p>{words} among the lamps of the town.</p>" for words in ("One walked", "Two stood", "Three ran")]
    made = mark(tree("".join(paragraphs)), tree("".join([*paragraphs[1:], paragraphs[0]])))
    assert made.changes == [WordChange("moved", now="One walked among the lamps of the town.")]
    assert "".join(map(str, made.text.itertext())) == (
        "[moved from here: One walked among the lamps of the town.]Two stood among the lamps of the town."
        "Three ran among the lamps of the town.[moved here: One walked among the lamps of the town.]"
    )


def test_what_is_gone_leads_nowhere() -> None:
    """No anchor stands twice, and no link leads to what is not there."""
    made = marked('<p id="b1">As <a href="#ref-a" id="c1">A, 2019</a> says.</p>', "<p>Nothing of the kind, really.</p>")
    assert "href" not in made
    assert "id=" not in made


def faults(old: Element, new: Element, only_moved: bool, was_told: list[tuple[str, str]]) -> list[str]:
    """Faults of the marked text of two."""
    made = mark(old, new)
    again = etree.fromstring(etree.tostring(made.text))  # as a reader gets it
    found = ["the old text is lost"] if told(side(again, "old")) != was_told else []
    found += ["the new text is lost"] if told(side(again, "new")) != told(new) else []
    ids = Counter(one.get("id") for one in again.iter(etree.Element) if one.get("id"))
    found += [f"'{name}' stands {many} times" for name, many in ids.items() if many > 1]
    marks = [one for one in again.iter("ins", "del", "span", "holder") if one.getparent() is not None]
    found += [
        "a mark stands between rows" for one in marks if (home := one.getparent()) is not None and home.tag in STRUCTURE
    ]
    if only_moved and any(one.kind in ("new", "gone") for one in made.changes):
        found.append("what moved is told as new")
    return found


SEEDS = [
    range(40),
    *(pytest.param(range(n, n + 490), marks=pytest.mark.proof) for n in range(40, 2000, 490)),
]


@pytest.mark.parametrize("seeds", SEEDS, ids=lambda seeds: f"from {seeds.start}")
def test_both_texts_are_got_back_from_any_edit(seeds: range) -> None:
    """Insertions taken out give the old text, deletions taken out the new one, unit by unit and word for word."""
    texts = [text(number) for number in range(12)]
    all_told = [told(one) for one in texts]
    found = []
    for seed in seeds:
        old = texts[seed % len(texts)]
        new, edits = edited(old, seed)
        found += [
            f"{seed}: {fault} ({', '.join(sorted(edits))})"
            for fault in faults(old, new, edits == {"move"}, all_told[seed % len(texts)])
        ]
    assert not found

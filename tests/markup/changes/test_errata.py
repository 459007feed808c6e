"""Errata: the words of an older text that a newer one puts right, and where they stand in the older one."""

from __future__ import annotations

import pytest
from lxml import etree

from pipeline.markup.changes.errata import ERRATUM, Erratum, find_errata
from pipeline.markup.changes.parts import Element

OLD = (
    "<h2 id='found'>What was found</h2><p>Foot patrol has a small effect, in all places.</p>"
    "<table><tr><th>Area</th><td>19 of 20</td></tr></table><ul><li>It is cheap.</li><li>It is slow to begin.</li></ul>"
)


def body(markup: str) -> Element:
    """A composed body."""
    return etree.fromstring(f"<body>{markup}</body>")


def errata(*changes: tuple[str, str]) -> list[Erratum]:
    """The errata of the text after changes to it; it must be nothing more than a correction."""
    new = OLD
    for was, now in changes:
        assert was in new
        new = new.replace(was, now)
    found = find_errata(body(OLD), body(new))
    assert not found.more
    return list(found.errata)


def more(*changes: tuple[str, str]) -> tuple[str, ...]:
    """Clauses on all that is more than a correction after changes to the text."""
    new = OLD
    for was, now in changes:
        new = new.replace(was, now)
    return find_errata(body(OLD), body(new)).more


def test_an_erratum_has_the_words_there_and_those_to_be_read() -> None:
    assert errata(("small", "modest")) == [Erratum("small", "modest", "a", "effect,")]


def test_a_blank_is_no_word_that_a_slip_can_say() -> None:
    """It is an erratum all the same, so that it is counted; a blank behind other words comes with them."""
    assert [one.said for one in errata(("cheap.", "cheap ."))] == [False]
    assert [(one.was, one.now) for one in errata(("It is cheap", "is cheap"))] == [("It", "")]


def test_the_older_text_keeps_every_word_and_its_place() -> None:
    """So that it is set as it was printed; a mark stands around each erratum, or where words are missing."""
    new = OLD.replace("small", "modest").replace("in all", "in nearly all").replace(">19 ", ">18 ")
    text = find_errata(body(OLD), body(new)).text
    assert ["".join(map(str, one.itertext())) for one in text] == [
        "".join(map(str, one.itertext())) for one in body(OLD)
    ]
    assert [(one.get(ERRATUM), one.text, one.getparent().tag) for one in text.iter("span")] == [
        ("0", "small", "p"),
        ("1", None, "p"),
        ("2", "19", "td"),
    ]


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (("small", "modest"), "a small effect, in all places", ("small", "modest")),
        (("in all", "in nearly all"), "a small effect, in all places", ("in all", "in nearly all")),
        (("a small effect", "an effect"), "has a small effect,", ("a small", "an")),
        (("19 of 20", "19 of 21"), "19 of 20", ("20", "21")),
        (("It is slow to begin", "It is slow"), "It is slow to begin.", ("slow to begin.", "slow.")),
        (("It is cheap", "It was cheap"), "is it cheap? It is cheap.", ("It is cheap.", "It was cheap.")),
    ],
)
def test_words_that_would_not_be_found_alone_have_their_neighbours(
    change: tuple[str, str], line: str, said: tuple[str, str]
) -> None:
    """A word that is missing, and one that stands in its line more than once."""
    (one,) = errata(change)
    assert one.quoted(line) == said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("</p><table>", "</p><p>Nobody knows why.</p><table>"), "the paragraph 'Nobody knows why.' is new"),
        (("<li>It is slow to begin.</li>", ""), "the item 'It is slow to begin.' is gone"),
        (("</tr></table>", "</tr><tr><th>Town</th><td>3</td></tr></table>"), "the row 'Town 3' is new"),
        (("<h2 id='found'>What was found</h2>", ""), "the heading 'What was found' is gone"),
        (("</ul>", "</ul><p><img src='x' alt='A map'/></p>"), "the picture 'A map' is new"),
        (
            (
                "<li>It is cheap.</li><li>It is slow to begin.</li>",
                "<li>It is slow to begin.</li><li>It is cheap.</li>",
            ),
            "the item 'It is cheap.' has moved",
        ),
    ],
)
def test_what_came_or_went_or_moved_is_named(change: tuple[str, str], said: str) -> None:
    """No slip can say it."""
    assert said in more(change)


def test_a_picture_within_a_line_is_no_word() -> None:
    """Nor is a formula: what is drawn anew needs the page."""
    old, new = (body(f"<p>See <img src='{name}' alt='A map'/> here.</p>") for name in ("a", "b"))
    assert find_errata(old, new).more == ("the picture 'A map' was changed",)


def test_what_is_only_set_otherwise_cannot_be_said() -> None:
    """It is an erratum of no words."""
    (one,) = find_errata(body("<p>It is <em>cheap</em>.</p>"), body("<p>It is cheap.</p>")).errata
    assert not one.said


@pytest.mark.parametrize("change", [("rained", "snowed"), ("Then", "Now"), ("rained.", "rained, too."), ("calm", "")])
def test_calls_of_notes_are_not_quoted(change: tuple[str, str]) -> None:
    """Neither among the words nor beside them: nobody looks for 'rained.1'."""
    text = "<p>It rained.<a class='noteref' href='#fn-1'>1</a> Then calm<a class='noteref' href='#fn-2'>2</a> came.</p>"
    found = find_errata(body(text), body(text.replace(*change)))
    assert found.errata
    for one in found.errata:
        assert not any(letter.isdigit() for letter in f"{one.was}{one.now}{one.before}{one.after}")

"""Two texts in one: every word of both is there once, marked in words, and each can be got back."""

from collections.abc import Sequence

import pytest
from lxml import etree

from pipeline.compose.changes.alignment import heaviest_rising_run
from pipeline.compose.changes.marking import WordChange, mark_changes
from pipeline.compose.changes.parts import Element
from pipeline.core.documents.roles import item_numbers
from pipeline.core.sentences import WordMeasure
from tests.support.markup.edits import text, tree
from tests.support.markup.marking_faults import faults_of_edits
from tests.support.project import sample, soon


def marked(old: str, new: str) -> str:
    """The marked text of two."""
    made = mark_changes(tree(old), tree(new)).text
    return etree.tostring(made, encoding="unicode").removeprefix("<body>").removesuffix("</body>")


def plain(old: str, new: str) -> str:
    """The words of a marked text, as who copies them has them."""
    return words(mark_changes(tree(old), tree(new)).text)


def words(element: Element) -> str:
    """The words of an element, with their blanks."""
    return "".join(map(str, element.itertext()))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<p>A small effect.</p>", "<p>A modest effect.</p>", "A [was: small; now: modest] effect."),
        ("<p>It works.</p>", "<p>It works well.</p>", "It works [new: well]."),
        ("<p>It often works.</p>", "<p>It works.</p>", "It [gone: often] works."),
        ("<p>So it works.</p>", "<p>So, then it works.</p>", "So [new: , then] it works."),
        ("<p>it works</p>", "<p>often it works</p>", "[new: often] it works"),
        ("<p>One.</p>", "<p>One.</p><p>Two more words.</p>", "One.[new: Two more words.]"),
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
        ("<p>So <em>be</em> it.</p>", "<p>So be it.</p>", "So [was: be; now: be] it."),
        ("<p>It fell by 20%.</p>", "<p>It fell by 20 %.</p>", "It fell by 20 %."),
    ],
    ids=[
        "a word",
        "new words",
        "words gone",
        "words behind a word",
        "words at the beginning",
        "a paragraph",
        "a citation",
        "a number",
        "emphasis",
        "a blank",
    ],
)
def test_marks_are_words(old: str, new: str, said: str) -> None:
    assert plain(old, new) == said


def test_what_moved_is_marked_once_and_leaves_a_stub() -> None:
    paragraphs = [f"<p>{words} among the lamps of the town.</p>" for words in ("One walked", "Two stood", "Three ran")]
    made = mark_changes(tree("".join(paragraphs)), tree("".join([*paragraphs[1:], paragraphs[0]])))
    assert made.changes == [WordChange("moved", now="One walked among the lamps of the town.")]
    assert words(made.text) == (
        "[moved from here: One walked among the lamps of the town.]Two stood among the lamps of the town."
        "Three ran among the lamps of the town.[moved here: One walked among the lamps of the town.]"
    )


def test_what_moved_tells_the_page_of_the_older_text() -> None:
    old = "<p id='b1'>One walked there.</p><p id='b2'>Two stood among the lamps.</p>"
    new = "<p>Two stood among the lamps.</p><p>One walked there.</p>"
    made = mark_changes(tree(old), tree(new), pages={"b1": 3, "b2": 4})
    assert [(one.kind, one.page) for one in made.changes] == [("moved", 3)]
    assert words(made.text).endswith("[moved here from page 3: One walked there.]")
    rows = [f"<tr><td id='c{name}'>{name} street and lane</td><td>19</td></tr>" for name in ("Low", "High", "Long")]
    old, new = (f"<table id='t'><tbody>{''.join(some)}</tbody></table>" for some in (rows, rows[1:] + rows[:1]))
    made = mark_changes(tree(old), tree(new), pages={"t": 2, "cLow": 3})
    assert [(one.kind, one.page, one.row) for one in made.changes] == [("moved", 3, "Low street and lane")]


def test_changes_in_a_table_name_the_row() -> None:
    rows = "<tr><th>{}</th><td>{}</td><td>{}</td></tr>"
    old = rows.format("Market", "19 calls in a year", "4") + rows.format("Station", "25 calls in a year", "3")
    new = rows.format("Market", "18 calls in a year", "4") + rows.format("Stations", "25 calls in a year", "3")
    made = mark_changes(tree(f"<table><tbody>{old}</tbody></table>"), tree(f"<table><tbody>{new}</tbody></table>"))
    assert [(one.row, one.was, one.now) for one in made.changes] == [
        ("Market", "19", "18"),
        ("", "Station", "Stations"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "measure"),
    [
        ("<p>A small violent crime.</p>", "<p>A small, violent crime.</p>", WordMeasure(4, otherwise=1)),
        ("<p>In 20 of 40 areas it fell.</p>", "<p>In 21 of 41 areas it fell.</p>", WordMeasure(7, new=2, gone=2)),
        ("<p>As <a href='#a'>A, 2019</a>.</p>", "<p>As <a href='#b'>B, 2019</a>.</p>", WordMeasure(2, new=1, gone=1)),
        ("<p>So <img src='a.png' alt='A'/></p>", "<p>So <img src='b.png' alt='A'/></p>", WordMeasure(2, otherwise=1)),
        ("<p>One.</p>", "<p>One.</p><p>Two – or three!</p>", WordMeasure(4, new=3)),
    ],
    ids=["a comma", "figures", "a citation", "a picture", "a paragraph"],
)
def test_the_measure_counts_words_alone(old: str, new: str, measure: WordMeasure) -> None:
    assert mark_changes(tree(old), tree(new)).measure == measure


def test_numbers_of_notes_are_no_words() -> None:
    line = "<p>Walk<a class='noteref' href='#fn-{0}'>{0}</a> as <a class='xref' href='#t'>Table {0}</a> {1}.</p>"
    made = mark_changes(tree(line.format(1, "told")), tree(line.format(2, "said")))
    assert made.measure == WordMeasure(4, new=1, gone=1)


def test_a_moved_list_is_one_mark_and_says_that_it_is_more() -> None:
    listed = "<ul><li>Lamps were mended.</li><li>Some were left dark.</li></ul>"
    walked = "<p>One walked among the lamps of the town, and two stood there and waited for the third.</p>"
    assert plain(listed + walked, walked + listed) == (
        "[moved from here: Lamps were mended. …]"
        "One walked among the lamps of the town, and two stood there and waited for the third."
        "[moved here: Lamps were mended.Some were left dark.]"
    )


def test_numbers_of_a_list_are_those_of_the_newer_text() -> None:
    items = ["Walk there.", "Ask those who live there.", "Count all the calls.", "Write down what there was."]
    old, new = ("".join(f"<li>{one}</li>" for one in some) for some in (items, items[:1] + items[2:]))
    listed = mark_changes(tree(f"<ol start='3'>{old}</ol>"), tree(f"<ol start='3'>{new}</ol>")).text.find("ol")
    assert listed is not None
    assert [(one.get("class"), one.get("value")) for one in listed] == [
        (None, None),
        ("unnumbered", None),
        (None, "4"),
        (None, None),
    ]
    assert list(item_numbers(listed, listed)) == [3, None, 4, 5]


def test_what_is_gone_leads_nowhere() -> None:
    made = marked('<p id="b1">As <a href="#ref-a" id="c1">A, 2019</a> says.</p>', "<p>Nothing of the kind, really.</p>")
    assert "href" not in made
    assert "id=" not in made


@pytest.mark.parametrize(
    "seeds",
    [range(12), pytest.param(sample(range(12, 10_000), 12, 2000), marks=pytest.mark.proof)],
    ids=["one of each text", "any"],
)
def test_both_texts_are_got_back_from_any_edit(seeds: Sequence[int]) -> None:
    texts = [text(number) for number in range(12)]
    assert faults_of_edits(texts, seeds) == []


def test_the_heaviest_run_in_order_stays() -> None:
    assert heaviest_rising_run([(3, 3), (0, 2), (1, 2), (5, 1)]) == {1, 2, 3}
    assert heaviest_rising_run([(1, 2), (0, 2)]) == {0}


def test_thousands_of_rows_are_put_in_order_soon() -> None:
    with soon():
        assert len(heaviest_rising_run([(place, 1) for place in range(20_000)])) == 20_000

"""Telling of a document that came back: what goes with a change, and what nobody sees any more."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from lxml import etree

from pipeline.word.back.cutting import cut_beside
from pipeline.word.back.returned import take_back
from pipeline.word.commenting.sent import sent_of
from pipeline.word.document.names import Element, W, parse
from tests.support.word.reviewing import DANA, ReviewedFile
from tests.support.word.texts import ABOVE, HEAD, PATH, accepted, back, sent

TEXT = "See [it](#where-it-works).\n\n## Where it works\n\nIn small places.\n\n## Why {#why}\n\nNobody knows.\n"


def test_a_heading_whose_id_is_made_of_its_words_is_told() -> None:
    """With the links that would lead there no more, here and in other texts, and what to write."""
    document = sent(TEXT)
    document.change("Where it works", "Where it helps")
    document.change("Why", "How")
    was = (HEAD + TEXT).encode()
    other = b"---\ntitle: B\nsummary: C.\n---\n\n[B](briefing:walks#where-it-works), [C](briefing:walks#where-it)\n"
    files = {PATH: was, sent_of("walks", was).copy: was, "source/briefings/beats.md": other}
    (one,) = take_back("walks.docx", document.written(), files).remarks
    assert str(one).splitlines() == [
        f"{PATH}:8:1: warning back-heading: "
        "With other words this heading has another id: links to it lead here no more.",
        "    hint: Add {#where-it-works} behind the heading's words, and it keeps its id. "
        "Links to it: source/briefings/beats.md:6, source/briefings/walks.md:6.",
    ]


def test_a_heading_to_which_nothing_links_is_not_told() -> None:
    document = sent(TEXT.replace("](#where-it-works)", "](#why)"))
    document.change("Where it works", "Where it helps")
    document.change("Why", "How")
    returned = back(TEXT.replace("](#where-it-works)", "](#why)"), document)
    assert (returned.remarks, "## Where it helps\n" in accepted(returned)) == ((), True)


@pytest.mark.parametrize("gone", [1, 2], ids=["the last", "all"])
def test_front_matter_that_nobody_tracked_away_is_told(gone: int) -> None:
    document: ReviewedFile = sent(TEXT)
    for one in ABOVE[-gone:]:
        control = next(document.paragraph(one.words).iterancestors("{*}sdt"))
        control.getparent().remove(control)
    told = [(one.sentence, one.hint) for one in back(TEXT, document).remarks]
    assert (
        told
        == [
            ("Somebody took the title away.", "It said 'Walks'. If you agree, change the front matter by hand."),
            (
                "Somebody took the summary away.",
                "It said 'How to walk.'. If you agree, change the front matter by hand.",
            ),
        ][-gone:]
    )


LONG = "One two three four five six seven eight nine ten. " * 6


@pytest.mark.parametrize(
    ("some", "other", "shown"),
    [
        ("One two.", "One three.", ("One two.", "One three.")),
        (f"{LONG}End here.", f"{LONG}End there.", ("…End here.", "…End there.")),
        (f"{LONG}A{LONG}", f"{LONG}B{LONG}", ("…A", "…B")),
    ],
)
def test_long_texts_are_cut_around_what_differs(some: str, other: str, shown: tuple[str, str]) -> None:
    """So that it is seen."""
    cut = cut_beside(some, other, 80)
    assert all(len(one) <= 82 for one in cut)
    assert all(want.strip("…") in one and one.startswith(want[0]) for want, one in zip(shown, cut, strict=True))
    assert cut[0] != cut[1]


TABLE = "A table.\n\n| Place | Walks |\n|---|---|\n| Park | 3 |\n| Shops | 5 |\n"


def cell(words: str) -> Element:
    """A cell that somebody put in, without tracking."""
    made = etree.Element(f"{W}tc")
    etree.SubElement(etree.SubElement(etree.SubElement(made, f"{W}p"), f"{W}r"), f"{W}t").text = words
    return made


def put_row(document: ReviewedFile) -> None:
    """A row behind that of the park."""
    row = etree.Element(f"{W}tr")
    row.extend([cell("Quay"), cell("7")])
    next(document.paragraph("Park").iterancestors(f"{W}tr")).addnext(row)


def put_column(document: ReviewedFile) -> None:
    """A column before the last."""
    for row, words in zip(document.root.iter(f"{W}tr"), ("Hours", "", "2"), strict=True):
        row.findall(f"{W}tc")[-1].addprevious(cell(words))


def put_cell(document: ReviewedFile) -> None:
    """A cell behind the last of a row."""
    next(document.paragraph("Shops").iterancestors(f"{W}tr")).append(cell("Why?"))


def put_table(document: ReviewedFile) -> None:
    """A table before the one that was sent."""
    table = etree.Element(f"{W}tbl")
    etree.SubElement(table, f"{W}tr").extend([cell("Beat"), cell("1")])
    next(document.root.iter(f"{W}tbl")).addprevious(table)


@pytest.mark.parametrize(
    ("edit", "line", "what", "words"),
    [
        (put_row, 10, "a row of the table 'Place'", "Quay | 7"),
        (put_column, 8, "a column of the table 'Place'", "Hours | | 2"),
        (put_cell, 11, "a cell of the table 'Place'", "Why?"),
        (put_table, 6, "a table", "Beat | 1"),
    ],
)
def test_what_came_into_a_table_is_told_once(
    edit: Callable[[ReviewedFile], None], line: int, what: str, words: str
) -> None:
    """Also without tracking: by what it is, and of which table; the words that were sent are still known."""
    document = sent(TABLE)
    edit(document)
    document.change("Park", "Green")
    returned = back(TABLE, document)
    assert [(str(one.code), one.place.line, one.sentence, one.hint) for one in returned.remarks] == [
        ("back-new", line, f"Somebody put {what} behind this.", f"Put it in by hand if you agree: '{words}'.")
    ]
    assert accepted(returned) == TABLE.replace("Park", "Green")


def test_what_a_tracked_row_holds_beside_words_is_told_too() -> None:
    document = sent(TABLE)
    put_row(document)
    document.mark_row("Quay", "ins")
    spaces = f'xmlns:w="{W[1:-1]}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    strange = "<m:oMath><m:r><m:t>E=m</m:t></m:r></m:oMath>", '<w:r><w:footnoteReference w:id="7"/></w:r>'
    for xml in strange:
        document.paragraph("Quay").append(parse(f"<x {spaces}>{xml}</x>".encode())[0])
    note = '<w:footnote w:id="7"><w:p><w:r><w:t>Seen.</w:t></w:r></w:p></w:footnote>'
    document.parts["word/footnotes.xml"] = f"<w:footnotes {spaces}>{note}</w:footnotes>".encode()
    assert [(one.sentence, one.hint) for one in back(TABLE, document).remarks] == [
        (f"{who} put {what} behind this.", f"Put it in by hand if you agree: '{words}'.")
        for who, what, words in (
            (f"{DANA} (2026-05-04)", "a row of the table 'Place'", "Quay | 7"),
            ("Somebody", "a formula", "E=m"),
            ("Somebody", "a note", "Seen."),
        )
    ]


def test_a_new_table_whose_rows_are_tracked_is_told_once() -> None:
    """As Word tracks it: by whoever put it in, and by no name of the table before it."""
    document = sent(TABLE)
    table = etree.Element(f"{W}tbl")
    for words in ("Beat", "Quay"):
        etree.SubElement(table, f"{W}tr").extend([cell(words), cell("1")])
    next(document.root.iter(f"{W}tbl")).addnext(table)
    for words in ("Beat", "Quay"):
        document.mark_row(words, "ins")
    assert [(one.sentence, one.hint) for one in back(TABLE, document).remarks] == [
        (f"{DANA} (2026-05-04) put a table behind this.", "Put it in by hand if you agree: 'Beat | 1 | Quay | 1'.")
    ]


@pytest.mark.parametrize("who", [DANA, ""])
@pytest.mark.parametrize("first", ["Place", "Shift"])
def test_a_row_above_the_first_is_one_of_its_own_table(first: str, who: str) -> None:
    text = f"{TABLE}\n| Shift | Hours |\n|---|---|\n| Late | 8 |\n"
    document = sent(text)
    row = etree.Element(f"{W}tr")
    row.extend([cell("Quay"), cell("7")])
    next(document.paragraph(first).iterancestors(f"{W}tr")).addprevious(row)
    if who:
        document.mark_row("Quay", "ins")
    said = f"{who} (2026-05-04)" if who else "Somebody"
    assert [one.sentence for one in back(text, document).remarks] == [
        f"{said} put a row of the table '{first}' behind this."
    ]


NUMBER = "a label, a number, or a line of the evidence table"
MADE = "The pipeline makes it: there is nothing to do, unless front matter or the kind of a box is to change."


def test_numbers_of_tables_are_made_by_the_pipeline() -> None:
    text = f"{TABLE}\n: Walks in a week {{#tbl-week}}\n"
    document = sent(text, {"table tbl-week": "Table 1"})
    document.paragraph("Table 1").find(f".//{W}t").text = "Table 2"
    (one,) = back(text, document).remarks
    assert one.sentence == f"This change would take away {NUMBER}: make it by hand."
    assert one.hint == f"Somebody: it is to be 'Table 2'. {MADE}"
    control = next(document.paragraph("Table 2").iterancestors(f"{W}sdt"))
    control.getparent().remove(control)
    (one,) = back(text, document).remarks
    assert (one.sentence, one.hint) == (f"Somebody took {NUMBER} away.", MADE)


@pytest.mark.parametrize(("old", "new"), [("Walks", "Strolls"), ("walk --far", "walk --near")])
def test_a_change_to_locked_words_that_nobody_tracked_is_seen(old: str, new: str) -> None:
    text = "Type:\n\n```\nwalk --far\n```\n"
    document = sent(text)
    document.paragraph(old).find(f".//{W}t").text = new
    assert [one.hint for one in back(text, document).remarks] == [f"Somebody: '{old}' is to be '{new}'."]


def test_a_split_of_locked_words_is_seen() -> None:
    document = sent(TEXT)
    summary = document.paragraph("How to walk.")
    summary.find(f".//{W}t").text = "How "
    summary.addnext(cell("to walk.")[0])
    document.mark_end(summary, "ins", DANA)
    assert [one.hint for one in back(TEXT, document).remarks] == [
        f"{DANA}, 2026-05-04: 'How to walk.' is to be 'How / to walk.'."
    ]


@pytest.mark.parametrize("last", ["Three stand.", "```\nThree stand.\n```"], ids=["words", "code"])
def test_a_tracked_move_upward_is_told_once(last: str) -> None:
    """With its bookmark at its new place, as Word writes it: nobody moved it without tracking."""
    text = f"One walks.\n\nTwo run.\n\n{last}\n"
    document = sent(text)
    gone = document.paragraph("Three stand")
    moved = copy.deepcopy(gone)
    document.paragraph("Two run").addprevious(moved)
    for mark in gone.findall(f"{W}bookmarkStart") + gone.findall(f"{W}bookmarkEnd"):
        gone.remove(mark)
    for paragraph, kind in ((moved, "moveTo"), (gone, "moveFrom")):
        for run in paragraph.findall(f"{W}r"):
            change = document.tracked(kind, DANA)
            run.addprevious(change)
            change.append(run)
        document.mark_end(paragraph, kind, DANA)
    (one,) = back(text, document).remarks
    assert one.sentence == f"{DANA} (2026-05-04) moved this paragraph."
    assert one.hint == "Move it by hand if you agree: 'Three stand.' to behind 'One walks.'."


NOTED = "One walks.[^a]\n\n## Where\n\nTwo run.\n\n[^a]: A car needs a road.\n"


@pytest.mark.parametrize("who", [DANA, ""])
def test_a_paragraph_behind_the_notes_goes_behind_the_text(who: str) -> None:
    document = sent(NOTED)
    document.add("A car needs", "They slept.", who)
    (one,) = back(NOTED, document).remarks
    assert (one.code, one.place.line) == ("back-new", 10)


def test_a_paragraph_before_a_heading_is_told_behind_what_comes_before() -> None:
    """Behind the heading it would stand in another section."""
    document = sent(NOTED)
    heading = document.paragraph("Where")
    document.add("One walks", "They slept.")
    document.paragraph("One walks").find(f"{W}pPr").find(f"{W}rPr").clear()
    document.mark_end(document.paragraph("They slept"), "ins", DANA)
    assert document.paragraph("They slept").getnext() is heading
    (one,) = back(NOTED, document).remarks
    assert (one.code, one.place.line) == ("back-new", 6)


def test_a_move_names_the_heading_that_it_goes_before() -> None:
    document = sent(NOTED)
    gone, moved = document.paragraph("Two run"), etree.Element(f"{W}p")
    document.paragraph("Where").addprevious(moved)
    run = next(gone.iter(f"{W}r"))
    moved.append(document.tracked("moveTo", DANA, copy.deepcopy(run)))
    run.addprevious(change := document.tracked("moveFrom", DANA))
    change.append(run)
    document.mark_end(moved, "moveTo", DANA)
    document.mark_end(gone, "moveFrom", DANA)
    (one,) = back(NOTED, document).remarks
    assert (one.code, one.place.line) == ("back-moved", 10)
    assert one.hint == "Move it by hand if you agree: 'Two run.' to before the heading 'Where'."

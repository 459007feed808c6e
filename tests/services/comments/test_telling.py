"""Telling of a document that came back: what goes with a change, and what nobody sees any more."""

import copy

import pytest
from lxml import etree

from pipeline.services.comments.returned_document import cut_to_difference, read_returned_document
from pipeline.services.comments.units import identify_source
from pipeline.services.importing.docx_package import Element, W
from tests.support.word.reviewing import DANA, ReviewedFile
from tests.support.word.texts import HEAD, PATH, accepted, back, sent

TEXT = "See [it](#where-it-works).\n\n## Where it works\n\nIn small places.\n\n## Why {#why}\n\nNobody knows.\n"


def test_a_heading_whose_id_is_made_of_its_words_is_told() -> None:
    """With the links that would lead there no more, here and in other texts, and what to write."""
    document = sent(TEXT)
    document.change("Where it works", "Where it helps")
    document.change("Why", "How")
    was = (HEAD + TEXT).encode()
    other = b"---\ntitle: B\nsummary: C.\n---\n\n[B](briefing:walks#where-it-works), [C](briefing:walks#where-it)\n"
    files = {PATH: was, identify_source("walks", was).copy: was, "source/briefings/beats.md": other}
    (one,) = read_returned_document("walks.docx", document.written(), files).remarks
    assert str(one).splitlines() == [
        f"{PATH}:8:1: warning back-heading: The new words give this heading a new id, which breaks links to it.",
        "    hint: To keep its id, add {#where-it-works} after the heading's words. "
        "Links to it: source/briefings/beats.md:6, source/briefings/walks.md:6.",
    ]


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
    cut = cut_to_difference(some, other, 80)
    assert all(len(one) <= 82 for one in cut)
    assert all(want.strip("…") in one and one.startswith(want[0]) for want, one in zip(shown, cut, strict=True))
    assert cut[0] != cut[1]


TABLE = "A table.\n\n| Place | Walks |\n|---|---|\n| Park | 3 |\n| Shops | 5 |\n"


def cell(words: str) -> Element:
    """A cell that somebody put in, without tracking."""
    made = etree.Element(f"{W}tc")
    etree.SubElement(etree.SubElement(etree.SubElement(made, f"{W}p"), f"{W}r"), f"{W}t").text = words
    return made


def put_column(document: ReviewedFile) -> None:
    """A column before the last."""
    for row, words in zip(document.root.iter(f"{W}tr"), ("Hours", "", "2"), strict=True):
        row.findall(f"{W}tc")[-1].addprevious(cell(words))


def test_cells_that_nobody_tracked_are_told_as_new_paragraphs() -> None:
    document = sent(TABLE)
    put_column(document)
    document.change("Park", "Green")
    returned = back(TABLE, document)
    assert [(str(one.code), one.hint) for one in returned.remarks] == [
        ("back-by-hand", "If you agree, change it by hand: 'Hours'."),
        ("back-by-hand", "If you agree, change it by hand: '2'."),
    ]
    assert accepted(returned) == TABLE.replace("Park", "Green")


@pytest.mark.parametrize("first", ["Place", "Shift"])
def test_a_row_above_the_first_is_one_of_its_own_table(first: str) -> None:
    text = f"{TABLE}\n| Shift | Hours |\n|---|---|\n| Late | 8 |\n"
    document = sent(text)
    row = etree.Element(f"{W}tr")
    row.extend([cell("Quay"), cell("7")])
    next(document.paragraph(first).iterancestors(f"{W}tr")).addprevious(row)
    document.mark_row("Quay", "ins")
    assert [one.sentence for one in back(text, document).remarks] == [
        f"{DANA} (2026-05-04) inserted a row of the table '{first}' after this."
    ]


@pytest.mark.parametrize(("old", "new"), [("Walks", "Strolls"), ("walk --far", "walk --near")])
def test_a_change_to_locked_words_that_nobody_tracked_is_seen(old: str, new: str) -> None:
    text = "Type:\n\n```\nwalk --far\n```\n"
    document = sent(text)
    document.paragraph(old).find(f".//{W}t").text = new
    assert [one.hint for one in back(text, document).remarks] == [f"Somebody: '{old}' is to be '{new}'."]


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
    assert one.hint == "If you agree, change it by hand: 'Three stand.' to behind 'One walks.'."


NOTED = "One walks.[^a]\n\n## Where\n\nTwo run.\n\n[^a]: A car needs a road.\n"


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
    assert (one.code, one.place.line) == ("back-by-hand", 10)
    assert one.hint == "If you agree, change it by hand: 'Two run.' to before the heading 'Where'."

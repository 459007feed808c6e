"""Bars stand beside the lines that have changed and beside no other: in paragraphs, tables, columns, over pages."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from lxml import etree

from pipeline.compose.changes.marking import mark_changes
from pipeline.compose.changes.parts import Element
from pipeline.model.sheets import TypesetPages
from pipeline.press.press import press
from tests.press.footnotes import FOOT, call, ended, note
from tests.press.placed import Word, words
from tests.support.press.manuscripts import STYLE, manuscript

LAMPS = "Lamps were mended on some streets and left dark on others, and the burglaries of both were counted for a year"
COLUMNS = ".columns { columns: 2; column-gap: 20pt }"


def body(html: str) -> Element:
    """A text as the comparison reads it."""
    return etree.fromstring(f"<body>{html}</body>")


def paragraphs(*numbers: int, word: str = "counted") -> str:
    """Paragraphs of three lines each."""
    return "".join(f'<p id="p{n}">Street {n}. {LAMPS.replace("counted", word)} at place {n}.</p>' for n in numbers)


def copy_of(old: str, new: str, style: str = "") -> TypesetPages:
    """The sheets of a marked text."""
    marked = mark_changes(body(old), body(new)).text
    for number, element in enumerate(marked.iter("p", "div", "td", "th", "tr", "table", "li")):
        element.set("id", f"x{number}")
    inside = "".join(etree.tostring(element, encoding="unicode") for element in marked)
    return press(replace(manuscript(inside), style=STYLE + style, marked=True))


def changed(sheets: TypesetPages) -> Iterator[tuple[Word, bool]]:
    """The words of all pages, and whether each stands between the brackets of a mark."""
    depth = 0
    for word in words(sheets, ""):
        depth += word.text.count("[")
        yield word, depth > 0
        depth -= word.text.count("]")


def lines(sheets: TypesetPages, middle: float = 0) -> dict[tuple[int, bool, int], bool]:
    """The lines of all pages, by page, side and height, and whether a word in each has changed."""
    changed_lines: dict[tuple[int, bool, int], bool] = {}
    for word, is_changed in changed(sheets):
        place = word.page, word.right < middle, round((word.top + word.bottom) / 2 / 4)
        changed_lines[place] = changed_lines.get(place, False) or is_changed
    return changed_lines


def has_bar(sheets: TypesetPages, page: int, on_left: bool, height: float) -> bool:
    """Whether a bar stands beside a line."""
    return any(
        bar.page == page and (bar.x < 62) == on_left and bar.y <= height <= bar.y + bar.height for bar in sheets.bars
    )


def wrong_lines(sheets: TypesetPages, middle: float = 0) -> list[tuple[int, bool, int]]:
    """The lines that have a bar and have not changed, or the other way round."""
    return [
        place
        for place, is_changed in lines(sheets, middle).items()
        if has_bar(sheets, *place[:2], place[2] * 4) != is_changed
    ]


def table(*rows: str) -> str:
    """A table of such rows."""
    cells = "".join(f"<tr><th>{row}</th><td>{LAMPS}</td></tr>" for row in rows)
    return f"<table><thead><tr><th>Place</th><th>Said</th></tr></thead><tbody>{cells}</tbody></table>"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (paragraphs(*range(40)), paragraphs(*range(20), word="measured") + paragraphs(*range(20, 40))),
        (paragraphs(*range(30)), paragraphs(*range(9), 40, *range(9, 17), *range(18, 30))),
        (paragraphs(*range(30)), paragraphs(*range(1, 25), 0, *range(25, 30))),
        (table("North", "South", "East"), table("North", "West of the river", "South", "East")),
    ],
    ids=["words on many lines", "paragraphs new and gone", "a paragraph that has moved", "a row"],
)
def test_bars_cover_changed_lines_and_no_other(old: str, new: str) -> None:
    sheets = copy_of(old, new)
    assert sheets.bars
    assert wrong_lines(sheets) == []


def test_in_two_columns_a_bar_stands_on_the_side_of_its_column() -> None:
    old, new = paragraphs(*range(8)), paragraphs(0, 30, *range(1, 6), 31, 6, 7)
    sheets = copy_of(f'<div class="columns">{old}</div>', f'<div class="columns">{new}</div>', COLUMNS)
    assert {bar.x < 62 for bar in sheets.bars} == {True, False}
    assert wrong_lines(sheets, middle=(62.4 + 396.9) / 2) == []


def test_in_a_note_at_the_foot_bars_cover_changed_lines_and_no_other() -> None:
    text = " ".join(f"In street {n}: {LAMPS}." for n in range(4))
    old, new = (
        f"{paragraphs(0)}<p>{LAMPS}.{call(1)}</p>{paragraphs(1)}{ended(note(1, words))}"
        for words in (text, text.replace("2: Lamps were mended", "2: Lamps were stolen"))
    )
    sheets = copy_of(old, new, FOOT)
    assert 1 <= len(sheets.bars) <= 2
    assert max(bar.y for bar in sheets.bars) < 250  # from the foot of the page
    assert wrong_lines(sheets) == []


def test_an_item_of_a_list_has_one_bar() -> None:
    items = [f"<li>{LAMPS} in street {n}.</li>" for n in range(4)]
    sheets = copy_of(f"<ul>{''.join(items[:2] + items[3:])}</ul>", f"<ul>{''.join(items)}</ul>", "ul { margin: 0 }")
    assert [bar.x < 62 for bar in sheets.bars] == [False]


def test_a_text_without_marks_has_no_bars() -> None:
    assert press(replace(manuscript("<p id='a'>One <del>two</del> <ins>three</ins>.</p>"), marked=True)).bars == ()

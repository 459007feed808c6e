"""Footnotes go to their calls where the style floats them, and stay at the end where it does not."""

from io import BytesIO
from itertools import count

import pytest
from pikepdf import Pdf

from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.pdf import count_wrong_parents
from pipeline.press.engine import patches as workarounds
from pipeline.press.press import press
from tests.press.footnotes import FOOT, call, ended, note
from tests.support.press.manuscripts import annotations, manuscript, page_texts, paragraphs
from tests.support.press.random_manuscripts import sheet
from tests.support.press.tag_lines import kinds


def test_a_note_is_heard_after_its_call_and_leads_back() -> None:
    body = f'<p id="a">Lamps{call(1)} were mended.</p>{ended(note(1, "Some."))}'
    sheets = press(manuscript(body, FOOT))
    assert sheets.remarks == ()
    assert kinds(sheets.pdf) == [
        *("Document", "  P", "    Reference", "      Link", "    Note", "      Lbl", "        Link", "      P")
    ]
    assert [link["way"] for _, link in annotations(sheets.pdf)] == ["fn-1", "fnref-1"]
    assert "notes" not in dict(sheets.targets)
    assert dict(sheets.targets)["fn-1"] == 1
    assert page_texts(sheets.pdf)[0].split() == ["Lamps1", "were", "mended.", "1", "Some."]


def test_a_style_without_footnotes_keeps_them_at_the_end() -> None:
    body = f'<p id="a">Lamps{call(1)}.</p>{ended(note(1, "Some."))}'
    tags = kinds(press(manuscript(body)).pdf)
    assert tags[:6] == ["Document", "  P", "    Reference", "      Link", "  Sect", "    H2"]


def test_a_note_called_twice_stands_at_its_first_call() -> None:
    body = f'<p id="a">Lamps{call(1)}.</p><p id="b">More{call(1, False)}.</p>{ended(note(1, "Some."))}'
    sheets = press(manuscript(body, FOOT))
    tags = [line.strip() for line in kinds(sheets.pdf)]
    assert (tags.count("Note"), tags.count("Reference")) == (1, 2)


def test_a_note_called_in_a_note_follows_it() -> None:
    body = f'<p id="a">Lamps{call(1)}.</p>{ended(note(1, f"Some{call(2)}."), note(2, "Others."))}'
    sheets = press(manuscript(body, FOOT))
    assert sheets.remarks == ()
    tags = [line.strip() for line in kinds(sheets.pdf)]
    assert (tags.count("Note"), tags.count("Reference"), tags.count("Sect")) == (2, 2, 0)
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        assert count_wrong_parents(pdf)[1] == 0


def test_notes_of_headings_and_head_cells_follow_them() -> None:
    body = (
        f'<h2 id="h">Lamps{call(1)}</h2><table id="t"><thead><tr><th id="x">Year{call(2)}</th></tr></thead><tbody>'
        f'<tr><td id="y">2019</td></tr></tbody></table>{ended(note(1, "Some."), note(2, "Of report."))}'
    )
    tags = [line for line in kinds(press(manuscript(body, FOOT)).pdf) if line.startswith("  ") and line[2] != " "]
    assert tags == ["  H2", "  Note", "  Table", "  Note"]


def test_a_line_break_of_the_source_breaks_no_note() -> None:
    """The engine forgot to join the lines of notes."""
    broken = note(1, "Some were\n   mended.")
    body = f'<p id="a">Lamps{call(1)}.</p>{ended(broken)}'
    assert "Some were mended." in page_texts(press(manuscript(body, FOOT)).pdf)[0]


def test_a_note_too_long_for_its_page_stays_at_the_end() -> None:
    long = "Words of a note that has much to say. " * 90
    body = f'<p id="a">Lamps{call(1)}, and{call(2)}.</p>{ended(note(1, long), note(2, "Short."))}'
    sheets = press(manuscript(body, FOOT))
    assert "Notes" in page_texts(sheets.pdf)[-1] + page_texts(sheets.pdf)[0]
    tags = [line.strip() for line in kinds(sheets.pdf)]
    assert (tags.count("Note"), tags.count("Sect")) == (2, 1)


def test_a_note_called_in_a_grid_stands_on_its_page() -> None:
    """The engine kept its place free twice, and left out what stood there."""
    cells = "".join(f'<p id="c{side}">Lamps {"were mended " * 90}{call(1) if side else ""}</p>' for side in (0, 1))
    body = f'<div id="g" style="display: grid">{cells}</div>{ended(note(1, "Some. " * 90))}'
    sheets = press(manuscript(body, FOOT))
    text = " ".join(page_texts(sheets.pdf))
    assert (text.count("mended"), text.count("Some.")) == (180, 90)
    assert "    Note" in kinds(sheets.pdf)


@pytest.mark.parametrize("style", ["display: inline-block; width: 60pt", "display: grid"])
def test_a_note_called_in_one_piece_takes_no_line_of_it(style: str) -> None:
    """The engine left out what stood after the line of a call whose note had no room, or set it twice."""
    text = " ".join(f"Word{n}" for n in range(12))
    piece = f'<p id="p"><span id="s" style="{style}">{text}{call(1)} {text}</span> were mended.</p>'
    for before, long in ((16, 120), (17, 300)):
        body = f"{paragraphs(before)}{piece}{ended(note(1, 'Some. ' * long))}"
        text = " ".join(page_texts(press(manuscript(body, FOOT)).pdf))
        assert (text.count("Word"), text.count("Some.")) == (24, long)


def test_a_note_goes_with_the_row_of_its_call() -> None:
    """The engine left the note behind where the row moved to the next page."""
    rows = "".join(f'<tr><td id="c{n}">{"Lamps. " * 60}{call(n)}</td></tr>' for n in range(1, 9))
    body = f'{paragraphs(4)}<table id="t"><tbody>{rows}</tbody></table>' + ended(
        *(note(n, f"NOTE{n}") for n in range(1, 9)), '<p id="ref-hart">x</p>'
    )
    sheets = press(manuscript(body, FOOT))
    texts = page_texts(sheets.pdf)
    places = dict(sheets.targets)
    for n in range(1, 9):
        (page,) = [number for number, text in enumerate(texts, 1) if f"NOTE{n}" in text]
        assert page - places[f"fnref-{n}"] in (0, 1)


def test_no_note_of_a_table_beside_a_float_is_lost() -> None:
    """The engine left the note of a row behind where the row moved to the next page, and then lost it."""
    numbers = count(1)

    def words(pattern: str) -> str:
        """A number stands for so many words, and a star for a call."""
        return " ".join(call(next(numbers)) if p == "*" else "lamps were mended " * int(p) for p in pattern.split())

    side = f'<div id="s" class="side"><p id="f">{words("18 * 9")}</p></div>'
    cells = ("* 4", "2 *", "1 * 1", "6", "4 * 14", "3 * 2", "2 *", "2", "14", "6", "1 * 4", "5", "21", "4")
    cells_html = [f'<td id="c{n}">{words(cell)}</td>' for n, cell in enumerate(cells)]
    rows = "".join(f"<tr>{left}{right}</tr>" for left, right in zip(cells_html[::2], cells_html[1::2], strict=True))
    head = '<thead><tr><th id="h">A</th><th id="i">B</th></tr></thead>'
    table = f'<table id="t">{head}<tbody>{rows}</tbody></table>'
    notes = (note(n, f"NOTE{n} {'of lamps ' * many}") for n, many in enumerate((5, 60, 2, 5, 60, 5, 20, 5), 1))
    style = FOOT + ".side { float: right; width: 30mm; margin-right: -5mm }"
    body = f'<p id="p">{words("40")}</p>{side}{table}{ended(*notes)}'
    text = " ".join(page_texts(press(manuscript(body, style)).pdf))
    assert [f"NOTE{n}" in text for n in range(1, 9)] == [True] * 8


def test_the_map_tells_the_page_of_a_note() -> None:
    body = f'<p id="a">Lamps{call(1)}.</p><p id="b" style="break-before: page">More.</p>{ended(note(1, "Some."))}'
    sheets = press(manuscript(body, FOOT))
    assert [start.element for start in sheets.starts] == ["a", "b"]
    assert dict(sheets.targets)["fn-1"] == 1


def test_the_sheet_of_the_layouts_floats_notes() -> None:
    assert "float: footnote; footnote-policy: line" in sheet()[0]


@pytest.mark.parametrize("above", range(29, 35))
def test_a_note_stands_on_the_page_of_its_call(above: int) -> None:
    lines = "<br/>".join(["Lamps."] * above)
    paragraph = f"One<br/>Two<br/>Three<br/>Called{call(1)}<br/>Five<br/>Six"
    body = f'<p id="a">{lines}</p><p id="b">{paragraph}</p>{ended(note(1, "Some.<br/>Others.<br/>More."))}'
    pages = page_texts(press(manuscript(body, FOOT)).pdf)
    assert [("Called" in page, "Some." in page) for page in pages if "Called" in page or "Some." in page] == [
        (True, True)
    ]


@pytest.mark.parametrize("above", range(26, 34))
def test_a_note_is_not_sent_away_for_a_line_below_its_call(above: int) -> None:
    """The engine sent it where a paragraph at the foot of the page had too few lines there."""
    lines = "<br/>".join([f"Called{call(1)}", *["Lamps."] * above])
    last = '<p id="b" style="orphans: 3; widows: 3">One<br/>Two<br/>Three<br/>Four<br/>Five<br/>Six</p>'
    body = f'<p id="a">{lines}</p>{last}{ended(note(1, "Some.<br/>Others.<br/>More."))}'
    places = dict(press(manuscript(body, FOOT)).targets)
    assert (places["fnref-1"], places["fn-1"]) == (1, 1)


def test_another_engine_stops_the_press() -> None:
    workarounds.require_known_engine()
    with pytest.raises(TypesettingFailure, match="'blockify': review the patch"):
        workarounds.require_known({workarounds._blockify: "0"})

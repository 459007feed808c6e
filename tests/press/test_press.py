"""A manuscript becomes sheets."""

from io import BytesIO

import pytest
from pikepdf import Pdf

from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.pdf import count_wrong_parents
from pipeline.model.manuscript import Bookmark, Chapter, Manuscript
from pipeline.press.press import press
from tests.support.broken_layouts import BREAKS_OFF
from tests.support.press.manuscripts import FACES, STYLE, briefing, manuscript, metadata, page_texts


def test_sheets_hold_the_text_on_tagged_pages_without_a_remark() -> None:
    sheets = press(briefing())
    assert sheets.remarks == ()
    assert sheets.pages == len(page_texts(sheets.pdf)) == 3
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        checked, wrong = count_wrong_parents(pdf)
    assert (checked > 50, wrong) == (True, 0)


def test_margins_are_empty() -> None:
    (text,) = page_texts(press(manuscript('<p id="a">Lamps.</p>')).pdf)
    assert text.split() == ["Lamps."]


def test_a_file_holds_no_date_that_the_metadata_do_not_name() -> None:
    with Pdf.open(BytesIO(press(manuscript('<p id="a">Lamps.</p>')).pdf)) as pdf:
        assert set(pdf.docinfo.keys()) == {"/Title", "/Author", "/Producer"}
        assert b"Date" not in pdf.Root.Metadata.read_bytes()


def test_the_outline_holds_the_bookmarks_and_no_other_heading() -> None:
    body = '<h1 id="title">Title</h1><h2 id="a">Kept</h2><h2 id="b">Left out</h2>'
    marks = (Bookmark(1, "title", 'The "title" \\ here'), Bookmark(2, "a", "Kept"))
    with Pdf.open(BytesIO(press(manuscript(body, bookmarks=marks)).pdf)) as pdf, pdf.open_outline() as outline:
        assert [entry.title for entry in outline.root] == ['The "title" \\ here']
        assert [entry.title for entry in outline.root[0].children] == ["Kept"]


def test_chapters_follow_each_other_with_ids_of_their_own() -> None:
    body = '<h1 id="b1">Word</h1><p id="b2"><a href="#b1">Up</a></p>'
    chapters = (Chapter("cover", "Cover", body), Chapter("contents", "Contents", body))
    sheets = press(Manuscript("pack", chapters, metadata(), STYLE, "", "", FACES))
    assert sheets.remarks == ()
    assert dict(sheets.targets) == {
        **{"cover": 1, "cover.b1": 1, "cover.b2": 1},
        **{"contents": 2, "contents.b1": 2, "contents.b2": 2},
    }


@pytest.mark.parametrize("body", ["<p>open", "<p>&nbsp;</p>", "<p><b></p></b>"])
def test_a_text_that_is_not_well_formed_is_refused(body: str) -> None:
    with pytest.raises(TypesettingFailure, match="'lighting' is not well-formed"):
        press(manuscript(body))


def test_what_the_engine_says_of_a_style_is_told_every_time() -> None:
    texts = [press(manuscript(f'<p id="a">{n}</p>', "p { colour: red }")) for n in (1, 2)]
    assert [[(r.code, str(r.place)) for r in t.remarks] for t in texts] == [
        [("made-style", "output/lighting/screen:1:1")]
    ] * 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<p id="a"><a href="#nowhere">x</a></p>', "made-engine-error"),
        ('<p id="a">x</p><p id="a">y</p>', "made-engine-error"),
        ('<p id="a"><img src="asset:0" alt="x"/></p>', "made-refused"),
        (
            '<p id="a"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" width="9" height="9"/></p>',
            "made-no-alt",
        ),
    ],
)
def test_silent_troubles_of_the_engine_become_diagnostics(body: str, code: str) -> None:
    assert code in {remark.code for remark in press(manuscript(body)).remarks}


def test_a_line_is_full_before_a_link_that_does_not_fit() -> None:
    """The engine ended a line after its first word where the text filled it to within its last space."""
    body = (
        '<p id="a">Paragraph 0. Enforcement may do one thing and its opposite, as '
        '<a href="https://e.example/">Eggins and others, 2020</a> found.</p>'
    )
    (text,) = page_texts(press(manuscript(body)).pdf)
    assert text.splitlines()[0].strip().endswith("its opposite, as")


def test_a_line_is_full_before_words_that_belong_to_a_link() -> None:
    words = [f"{'i' * many}{'l' * (many % 4)}rr" for many in range(48, 60)]
    body = "".join(
        f'<p id="a{n}">{word} on streets, pages\u00a0107–116\u00a0<a href="https://e.example/">X</a></p>'
        for n, word in enumerate(words)
    )
    lines = [line.strip() for text in page_texts(press(manuscript(body)).pdf) for line in text.splitlines()]
    assert [line for line in lines if line in words] == []


def test_a_text_that_breaks_the_engine_is_named() -> None:
    with pytest.raises(TypesettingFailure, match="broke off while it set 'lighting'"):
        press(manuscript('<p id="a">x</p>', f"p {{ {BREAKS_OFF} }}"))

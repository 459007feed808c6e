"""The account of an import: words of the document compared in order with those that a reader of the text finds."""

import pytest

from pipeline.services.importing.docx_content import DocumentPiece
from pipeline.services.importing.word_comparison import ReadLines, compare_words
from tests.support.word.documents import docx, para, run
from tests.support.word.imports import body_of, imported, read_again, remark_lines

TITLE = para("T", "Title")
FORWARD = "<w:rtl/>"


def compared(document: list[str], text: list[str], beside: tuple[str, ...] = ()) -> list[tuple[int, str, str]]:
    """The differences between lines of a document and lines of a text, each with the number of its line."""
    pieces = [DocumentPiece(number, words) for number, words in enumerate(document, 1)]
    return [(found.piece.number, found.was, found.now) for found in compare_words(pieces, ReadLines(text, beside))]


def test_the_same_words_do_not_differ() -> None:
    assert compared(['It "fell" - by 5 %.', "Twice."], ["It “fell” – by\n5 %. Twice."]) == []
    assert compared(["Covid-19, 10 - 5, -3, 2020-21"], ["Covid 19, 10  – 5, −3, 2020–21"]) == []


@pytest.mark.parametrize(
    ("document", "text", "difference"),
    [
        (["Crime fell.", "It rose."], ["It rose."], (1, "Crime fell", "")),
        (["Crime fell."], ["Crime fell fast."], (1, "", "fast")),
        (["alpha beta gamma"], ["alphabeta gamma"], (1, "alpha beta", "alphabeta")),
        (["Crime fell. It rose."], ["Crime fell.It rose."], (1, "fell It", "fell.It")),
        (["p < 5", "q > 6"], ["p < 5", "q 6"], (2, ">", "")),
        (["x = -5"], ["x = 5"], (1, "-5", "5")),
        (["10 - 5"], ["10 5"], (1, "-", "")),
        (["10−5"], ["10 5"], (1, "−5", "5")),
        (["by 1.5 %"], ["by 1 5 %"], (1, "1.5", "1 5")),
        (["alpha \uf021 beta"], ["alpha beta"], (1, "\uf021", "")),
        (["One two.", "Three four five six."], ["Three four five six.", "One two."], (1, "One two", "One two")),
    ],
    ids=[
        "lost",
        "added",
        "joined",
        "joined at a stop",
        "a sign",
        "minus",
        "apart",
        "between",
        "point",
        "private",
        "moved",
    ],
)
def test_words_that_differ_are_found(document: list[str], text: list[str], difference: tuple[int, str, str]) -> None:
    assert compared(document, text) == [difference]


def test_another_tick_or_letter_for_a_private_sign_differs() -> None:
    assert compared(["Ask the ward."], ["Ask \u2610 the ward."]) == [(1, "", "\u2610")]
    assert compared(["a \uf04f b"], ["a \u039f b"]) == []
    assert compared(["a \uf07d b"], ["a \u277e b"]) == []
    assert compared(["a \uf021 b"], ["a z b"]) == [(1, "\uf021", "z")]


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<w:r><w:cr/></w:r>", "alpha\\\nbeta"),
        ('<w:r><w:ptab w:relativeTo="margin" w:alignment="right" w:leader="none"/></w:r>', "alpha beta"),
        (f'<w:bdo w:val="ltr">{run(" and ")}</w:bdo>', "alpha and beta"),
        (
            f"<w:r><w:ruby><w:rt>{run('bay')}</w:rt><w:rubyBase>{run('b')}</w:rubyBase></w:ruby></w:r>",
            "alphab (bay)beta",
        ),
        ("<w:r><w:noBreakHyphen/></w:r>", "alpha\u2011beta"),
    ],
    ids=["cr", "ptab", "bdo", "ruby", "noBreakHyphen"],
)
def test_what_pandoc_passes_over_is_kept(inside: str, text: str) -> None:
    made = imported(docx(TITLE, para("alpha", inside=inside + run("beta"))))
    assert (body_of(made), remark_lines(made)) == (text, [])


def test_a_first_letter_with_a_frame_of_its_own_begins_the_next_paragraph() -> None:
    drop = '<w:p><w:pPr><w:framePr w:dropCap="drop" w:lines="3"/></w:pPr>' + run("C") + "</w:p>"
    made = imported(docx(TITLE, drop, para("rime fell.")))
    assert (body_of(made), remark_lines(made)) == ("Crime fell.", [])


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (run("https://a.org/b/") + "<w:r><w:br/></w:r>" + run("next"), "<https://a.org/b/>\\\nnext"),
        (run("https://a.org/b") + run("bold", "<w:b/>"), "<https://a.org/b>**bold**"),
        (run("www.a.org/b_") + "<w:r><w:br/></w:r>" + run("next"), "www&#46;a.org/b\\_\\\nnext"),
        (run("(https://a.org/b_c)."), "(https://a.org/b_c)."),
        (run("https://a.org/b ") + "<w:r><w:br/></w:r>" + run("next"), "<https://a.org/b>\\\nnext"),
        (run("as_"), "as\\_"),
        (run("https://a.org/b", FORWARD) + run(">") + "<w:r><w:br/></w:r>" + run("next"), "<https://a.org/b>>\\\nnext"),
    ],
)
def test_nothing_behind_an_address_becomes_part_of_it(inside: str, text: str) -> None:
    """A reader takes all signs up to the next space into a bare address."""
    made = imported(docx(TITLE, para(inside=inside)))
    assert (body_of(made), remark_lines(made)) == (text, [])
    assert read_again(made)[1] == ["field-missing"]


def test_a_raised_number_that_is_a_link_is_no_note() -> None:
    """Google Docs writes the citations of Zotero so; '[^1^]' would call a note."""
    number = run("1", '<w:vertAlign w:val="superscript"/>')
    code = '<w:r><w:instrText xml:space="preserve"> HYPERLINK "https://a.org/b" </w:instrText></w:r>'
    chars = ["<w:r><w:fldChar w:fldCharType=" + f'"{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    made = imported(docx(TITLE, para("Health", inside=chars[0] + code + chars[1] + number + chars[2] + run(" fell."))))
    assert body_of(made) == "Health[<sup>1</sup>](https://a.org/b) fell."
    assert (remark_lines(made), read_again(made)[1]) == ([], ["field-missing"])

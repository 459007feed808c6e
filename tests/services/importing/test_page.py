"""A web page taken in by the same road."""

import pytest

from tests.support.word.imports import PNG, body_of, imported, remark_lines, text_of


def page(text: str, around: str = "") -> bytes:
    """A page as a publisher has it."""
    head = "<head><title>Foot patrol – House</title></head>"
    return f"<!doctype html><html>{head}<body>{around}{text}</body></html>".encode()


def test_only_the_element_with_the_text_is_read() -> None:
    around = "<nav><a href='/'>Home</a></nav><header>House</header>"
    made = imported(page("<main><h1>Foot patrol</h1><h2>Effect</h2><p>It <em>works</em>.</p></main>", around), "a.html")
    assert body_of(made) == "## Effect\n\nIt *works*."
    assert "title: Foot patrol\n" in text_of(made)
    assert remark_lines(made) == []


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ("<meta charset=iso-8859-2>", "iso-8859-2"),
        ("<meta http-equiv='Content-Type' content='text/html; charset=windows-1250'>", "cp1250"),
        ("<!-- ż --><meta charset=shift_jis>", "utf-8-sig"),
        ("", "utf-16"),
        ("", "utf-8"),
        ("<meta charset=iso-8859-2>", "utf-16"),
    ],
)
def test_a_page_is_read_in_its_own_encoding(declaration: str, encoding: str) -> None:
    source = f"<!DOCTYPE html><html><head>{declaration}<title>Żar</title></head><body><p>Zażółć.</p></body></html>"
    made = imported(source.encode(encoding), "a.html")
    assert (body_of(made), remark_lines(made)) == ("Zażółć.", [])


@pytest.mark.parametrize("declaration", ["", "<meta charset=utf-8>"])
def test_a_page_whose_encoding_is_unknown_is_read_as_most_are(declaration: str) -> None:
    """Nobody but the author sees whether that is right."""
    made = imported(
        f"<!doctype html><html>{declaration}<title>A</title><p>Café – œuvre.</p>".encode("cp1252"), "a.html"
    )
    assert body_of(made) == "Café – œuvre."
    assert remark_lines(made) == ["1 import-encoding: Some letters may be wrong: the page was read as windows-1252."]


@pytest.mark.parametrize("declared", ["windows-1252", "ascii", "iso-8859-2", "koi8-r"])
def test_a_page_in_utf_8_that_declares_another_encoding_is_read_as_utf_8(declared: str) -> None:
    made = imported(f"<!doctype html><meta charset={declared}><title>A</title><p>Café, “œuvre”.</p>".encode(), "a.html")
    assert body_of(made) == "Café, “œuvre”."
    assert remark_lines(made) == ["1 import-encoding: Some letters may be wrong: the page was read as utf-8."]


def test_pictures_that_lie_beside_the_page_come_along() -> None:
    source = page('<p>Look:</p><p><img src="a_files/map.png" alt="A map"></p><p><img src="https://a.test/b.png"></p>')
    made = imported(source, "a.html", beside={"a_files/map.png": PNG}.get)
    assert body_of(made) == 'Look:\n\n![](picture-1.png){alt="A map"}'
    assert remark_lines(made) == [
        "1 import-left-out: Not imported: a picture that is not next to the page: 'https://a.test/b.png'."
    ]


def test_parts_beside_the_text_are_told_where_they_have_words() -> None:
    made = imported(
        page("<main><header><h1>Foot patrol</h1><p>By Kent.</p></header><p>It works.</p><aside>Look!</aside></main>"),
        "a.html",
    )
    assert "title: Foot patrol\n" in text_of(made)
    assert body_of(made) == "By Kent.\n\nIt works."
    assert remark_lines(made) == ["1 import-left-out: Not imported: a side column of the page: 'Look!'."]


def test_what_a_browser_does_not_show_is_told_and_left_out() -> None:
    hidden = "<div style='display: none'><p hidden>Accept</p><p>all</p></div><iframe src='b.html'></iframe>"
    made = imported(page(f"<main><h1>Foot patrol</h1><p>It works.</p>{hidden}</main>"), "a.html")
    assert body_of(made) == "It works."
    left = "1 import-left-out: Not imported:"
    assert remark_lines(made) == [f"{left} another page in the page: 'b.html'.", f"{left} hidden words: 'Accept all'."]

"""A web page taken in by the same road."""

from __future__ import annotations

import pytest

from tests.support.word.imports import body_of, taken, text_of, told

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def page(text: str, around: str = "") -> bytes:
    """A page as a publisher has it."""
    head = "<head><title>Foot patrol – House</title></head>"
    return f"<!doctype html><html>{head}<body>{around}{text}</body></html>".encode()


def test_only_the_element_with_the_text_is_read() -> None:
    around = "<nav><a href='/'>Home</a></nav><header>House</header>"
    made = taken(page("<main><h1>Foot patrol</h1><h2>Effect</h2><p>It <em>works</em>.</p></main>", around), "a.html")
    assert body_of(made) == "## Effect\n\nIt *works*."
    assert "title: Foot patrol\n" in text_of(made)
    assert told(made) == []


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
    made = taken(source.encode(encoding), "a.html")
    assert (body_of(made), told(made)) == ("Zażółć.", [])


@pytest.mark.parametrize("declaration", ["", "<meta charset=utf-8>"])
def test_a_page_whose_encoding_is_unknown_is_read_as_most_are(declaration: str) -> None:
    """Nobody but the author sees whether that is right."""
    made = taken(f"<!doctype html><html>{declaration}<title>A</title><p>Café – œuvre.</p>".encode("cp1252"), "a.html")
    assert body_of(made) == "Café – œuvre."
    assert told(made) == ["1 import-encoding: Some letters may be wrong: the page was read as windows-1252."]


@pytest.mark.parametrize("declared", ["windows-1252", "ascii", "iso-8859-2", "koi8-r"])
def test_a_page_in_utf_8_that_declares_another_encoding_is_read_as_utf_8(declared: str) -> None:
    made = taken(f"<!doctype html><meta charset={declared}><title>A</title><p>Café, “œuvre”.</p>".encode(), "a.html")
    assert body_of(made) == "Café, “œuvre”."
    assert told(made) == ["1 import-encoding: Some letters may be wrong: the page was read as utf-8."]


def test_without_a_heading_the_title_of_the_page_is_taken() -> None:
    assert "title: Foot patrol – House\n" in text_of(taken(page("<p>It works.</p>"), "a.html"))


def test_lists_and_tables_are_kept() -> None:
    made = taken(
        page("<ul><li>one</li><li>two</li></ul><table><tr><th>Ward</th></tr><tr><td>North<br>side</td></tr></table>"),
        "a.html",
    )
    assert body_of(made) == "- one\n- two\n\n| Ward |\n|---|\n| North side |"
    assert told(made) == []


def test_pictures_that_lie_beside_the_page_come_along() -> None:
    source = page('<p>Look:</p><p><img src="a_files/map.png" alt="A map"></p><p><img src="https://a.test/b.png"></p>')
    made = taken(source, "a.html", beside={"a_files/map.png": PNG}.get)
    assert body_of(made) == 'Look:\n\n![](picture-1.png){alt="A map"}'
    assert told(made) == [
        "1 import-left-out: Not taken over: a picture that does not lie beside the page: 'https://a.test/b.png'."
    ]


def test_typed_citations_and_links_are_read() -> None:
    made = taken(
        page(
            "<p>Crime fell (Hughes et al., 2018), <a href='https://a.test/b'>they say</a> "
            "<a href='c.html'>here</a>.</p>"
        ),
        "a.html",
    )
    assert body_of(made) == "Crime fell [@hughes2018], [they say](https://a.test/b) here."
    assert told(made) == ["1 import-left-out: Not taken over: the address of the link 'here' (c.html)."]


def test_parts_beside_the_text_are_told_where_they_have_words() -> None:
    made = taken(
        page("<main><header><h1>Foot patrol</h1><p>By Kent.</p></header><p>It works.</p><aside>Look!</aside></main>"),
        "a.html",
    )
    assert "title: Foot patrol\n" in text_of(made)
    assert body_of(made) == "By Kent.\n\nIt works."
    assert told(made) == ["1 import-left-out: Not taken over: a side column of the page: 'Look!'."]


def test_what_a_browser_does_not_show_is_told_and_left_out() -> None:
    hidden = "<div style='display: none'><p hidden>Accept</p><p>all</p></div><iframe src='b.html'></iframe>"
    made = taken(page(f"<main><h1>Foot patrol</h1><p>It works.</p>{hidden}</main>"), "a.html")
    assert body_of(made) == "It works."
    left = "1 import-left-out: Not taken over:"
    assert told(made) == [f"{left} another page in the page: 'b.html'.", f"{left} hidden words: 'Accept all'."]


def test_what_a_reader_can_open_is_text() -> None:
    section = "<div hidden='until-found'><p>It works.</p></div><div HIDDEN><p>Accept</p></div>"
    made = taken(page(f"<main><h1>Foot patrol</h1>{section}<p style='Display: None'>all</p></main>"), "a.html")
    assert body_of(made) == "It works."
    left = "1 import-left-out: Not taken over: hidden words:"
    assert told(made) == [f"{left} 'Accept'.", f"{left} 'all'."]


def test_short_words_are_not_taken_for_others() -> None:
    """A caption, which comes to stand behind its table, is no part of a cell; what is lost is told."""
    table = "<table><caption>{}</caption><tr><th>{}</th><th>{}</th></tr><tr><td>{}</td><td>{}</td></tr></table>"
    around = "<p>me<br>12 <em>So</em></p><p>me</p><p>page</p><p>On my page</p>"
    for cells in (("page", "So", "A page", "One", "Not so"), ("on", "Not so", "No one", "a", "My page")):
        source = page(around + table.format(*cells)).replace("Foot patrol – House".encode(), b"My page")
        assert told(taken(source, "a.html")) == []
    gone = page("<p>Not so</p><p>No</p>" + table.format("Table 1", "a", "so", "b", "not"))
    assert told(taken(gone, "a.html")) == ["3 import-left-out: Not taken over: the words 'Table 1'."]

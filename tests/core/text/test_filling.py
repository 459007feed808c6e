"""Words filled into lines: by columns, not by letters, and no address is broken."""

import pytest

from pipeline.core.text.wrapping import count_columns, pad_to_column, wrap_words

LINK = "https://northmoor.example/briefings/street-lighting"


@pytest.mark.parametrize(
    ("words", "room", "lines"),
    [
        ("one two three", 8, ["one two", "three"]),
        ("one\n two\tthree", 8, ["one two", "three"]),
        ("on 19\u00a0October 2022", 10, ["on", "19 October", "2022"]),
        ("under\u00adground", 20, ["underground"]),
        (f"See {LINK}.", 20, ["See", f"{LINK}."]),
        ("警察の集中", 6, ["警察の", "集中"]),
        ("警察、集中", 6, ["警察、", "集中"]),
        ("Donaudampfschiff", 8, ["Donaudam", "pfschiff"]),
        ("e\u0301" * 6, 4, ["e\u0301" * 4, "e\u0301" * 2]),
        ("", 8, [""]),
    ],
    ids=[
        *("words", "any space", "a date", "a soft hyphen", "an address", "wide", "a stop in wide words"),
        *("a word too wide", "marks on letters", "nothing"),
    ],
)
def test_lines_have_so_many_columns(words: str, room: int, lines: list[str]) -> None:
    assert wrap_words(words, room) == lines


def test_further_lines_hang() -> None:
    assert wrap_words("one two three", 10, "- ", "  ") == ["- one two", "  three"]


def test_a_wide_character_takes_two_columns() -> None:
    assert [count_columns(sign) for sign in ("a", "é", "警", "🟢", "e\u0301", "\u2066a\u2069")] == [1, 1, 2, 2, 1, 1]
    assert pad_to_column("警", 4) == "警  "

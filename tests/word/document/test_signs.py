"""Signs that Word draws with letters of fonts of signs: read as what they show, or told."""

from __future__ import annotations

import pytest

from tests.support.word.documents import docx, para, run
from tests.support.word.imports import body_of, taken, told

TITLE = para("T", "Title")


def sign(font: str, char: str) -> str:
    """A run that holds one sign."""
    return f'<w:r><w:sym w:font="{font}" w:char="{char}"/></w:r>'


@pytest.mark.parametrize(
    ("font", "char", "shown"),
    [
        *(("Wingdings", "F0E0", "→"), ("Wingdings", "F0FC", "✓"), ("wingdings", "00A7", "▪")),
        *(("Symbol", "F0B3", "≥"), ("Symbol", "F061", "α"), ("Arial", "2265", "≥"), ("Symbol", "2265", "≥")),
    ],
)
def test_a_sign_is_read_as_what_it_shows(font: str, char: str, shown: str) -> None:
    made = taken(docx(TITLE, para(inside=run("Before ") + sign(font, char) + run(" after."))))
    assert (body_of(made), told(made)) == (f"Before {shown} after.", [])


@pytest.mark.parametrize(("font", "char"), [("Webdings", "F0E0"), ("Wingdings", "F0FF"), ("Arial", "x"), ("", "F041")])
def test_a_sign_that_nobody_knows_is_told(font: str, char: str) -> None:
    made = taken(docx(TITLE, para(inside=run("Before ") + sign(font, char) + run(" after."))))
    said = f"a sign, {char} in {font or 'an unnamed font'}, after 'Before after.'"
    assert told(made) == [f"2 import-left-out: Not taken over: {said}."]


def test_letters_in_a_font_of_signs_are_the_signs() -> None:
    font = '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>'
    made = taken(docx(TITLE, para(inside=run("Where ") + run("\uf061 a\u00b3", font) + run(" 5."))))
    assert (body_of(made), told(made)) == ("Where α α≥ 5.", [])

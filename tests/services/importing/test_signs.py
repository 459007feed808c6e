"""Signs that Word draws with letters of fonts of signs: read as what they show, or told."""

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

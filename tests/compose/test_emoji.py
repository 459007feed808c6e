"""Signs that are pictures are called by their names; nothing else of a page changes."""

from __future__ import annotations

import re

import pytest

from pipeline.compose.fragment import sound


def page(markup: str, language: str = "en-GB") -> str:
    """A page as it is made sound."""
    return sound(markup, language)[0].strip()


def heard(markup: str) -> str:
    """What is heard of a page where it is not what is written: signs by their names, in brackets."""
    return re.sub(r'<span role="img" aria-label="([^"]*)">([^<]*)</span>', r"[\2 \1]", page(markup))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Mind ⚠ here", "Mind [⚠ warning sign] here"),
        ("✓", "[✓ check mark]"),
        ("☐ <em>🐉 ☑</em> end", "[☐ ballot box] <em>[🐉 dragon] [☑ ballot box with check]</em> end"),
        ("👍🏽 and 👩\u200d💻.", "[👍🏽 thumbs up sign] and [👩\u200d💻 woman, personal computer]."),
        ("1 → 2 ∇ ‘words’", "1 → 2 ∇ ‘words’"),
        ("<code>✓</code> <b aria-hidden='true'>✓</b>", '<code>✓</code> <b aria-hidden="true">✓</b>'),
        ("<b lang='fr'>✓</b> ✓", '<b lang="fr">✓</b> [✓ check mark]'),
    ],
)
def test_a_sign_is_called_by_its_name(written: str, said: str) -> None:
    """In words that are read in English, and not in code."""
    assert heard(f'<p id="a">{written}</p>') == f'<p id="a">{said}</p>'


def test_in_another_language_a_sign_is_left_as_it_is() -> None:
    """Unicode has English names alone."""
    assert page('<p id="a">Gwiriwch ⚠</p>', "cy") == '<p id="a">Gwiriwch ⚠</p>'

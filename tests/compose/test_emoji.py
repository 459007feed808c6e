"""Signs that are pictures are called by their names; nothing else of a page changes."""

import re

import pytest

from pipeline.compose.page.fragment import check_markup
from pipeline.resolve.characters import replace_missing_characters


def page(markup: str, language: str = "en-GB") -> str:
    """A page as it is made sound."""
    return check_markup(markup, language)[0].strip()


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
        ("🇫🇷 and 🇬🇧🇪🇺", "[🇫🇷 flag: France] and [🇬🇧 flag: United Kingdom][🇪🇺 flag: European Union]"),
        ("🏳\u200d🌈 🇬 🇿🇿", "[🏳\u200d🌈 waving white flag, rainbow] 🇬 [🇿🇿 flag: ZZ]"),
        ("First \u20e3 and <em>a</em> ▶\u20e3 so on.", "First  and <em>a</em> ▶ so on."),
        ("<b lang='fr'>✓</b> ✓", '<b lang="fr"><span class="emoji">✓</span></b> [✓ check mark]'),
    ],
)
def test_a_sign_is_called_by_its_name(written: str, said: str) -> None:
    assert heard(f'<p id="a">{written}</p>') == f'<p id="a">{said}</p>'


def test_in_another_language_a_sign_has_no_name() -> None:
    assert page('<p id="a">Gwiriwch ⚠</p>', "cy") == '<p id="a">Gwiriwch <span class="emoji">⚠</span></p>'


def test_among_words_from_right_to_left_a_sign_is_left_as_it_is() -> None:
    assert "<span" not in page('<p id="a">تحسين ⚠</p>', "ar")


KEYS = "1️⃣ #\u20e3 🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"


def test_a_key_is_its_letter_in_a_box_and_the_flag_of_a_part_of_a_country_its_code() -> None:
    box = '<span class="boxed" role="img" aria-label="{}">{}</span>'
    said = (box.format("keycap 1", "1"), box.format("keycap number sign", "#"), box.format("flag: Wales", "GB-WLS"))
    assert page(f'<p id="a">{KEYS}</p>') == f'<p id="a">{" ".join(said)}</p>'
    bare = " ".join(f'<span class="boxed">{letters}</span>' for letters in ("1", "#", "GB-WLS"))
    assert page(f'<p id="a">{KEYS}</p>', "cy") == f'<p id="a">{bare}</p>'


def test_where_no_element_can_stand_they_are_letters() -> None:
    assert replace_missing_characters(f"Press {KEYS}\u20e3", frozenset(map(ord, "Pres 1#GBWLS-"))) == "Press 1 # GB-WLS"
    assert page('<p id="a">\u20e3 none</p>') == '<p id="a"> none</p>'

"""British typography: marks, rules and ranges, no-break spaces; in words alone, and once."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.compose.language.typography import NO_BREAK, keep_together, split
from pipeline.compose.page.fragment import break_addresses, check_markup
from pipeline.core.text.typography import typeset
from pipeline.resolve.characters import replace_missing_characters

FIXTURES = Path(__file__).with_name("fixtures")


def cases(name: str) -> list[list[str]]:
    """Pairs of a fixture: as typed, as printed."""
    lines = (FIXTURES / name).read_text("utf-8").splitlines()
    return [line.split(" -> ") for line in lines if line and not line.startswith("#")]


SPELLED_OUT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "–": "-"})
WORDS = st.lists(
    st.sampled_from(
        [
            "PC", "1234", "DCI", "Smith", "J", "R", "3", "May", "2022", "-", "--", "–", "…", "30", "mph", "per",
            "cent", "£5", "million", "p", "pp", "12-15", "2019-20", "Figure", "et", "al.", "0300", "(s",
            "'own'", "", "\n",
        ]
    )
).map(" ".join)  # fmt: skip
once = settings(derandomize=True, max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def spaced(text: str) -> str:
    """An English text with its no-break spaces."""
    parts = split(text)
    for place in keep_together(parts):
        parts[place] = NO_BREAK
    return "".join(parts)


def plain(text: str) -> str:
    """Words with their marks spelled out again, and plain spaces."""
    return text.replace("--", "-").translate(SPELLED_OUT).replace(NO_BREAK, " ")


@pytest.mark.parametrize(("typed", "printed"), cases("marks.txt"))
def test_marks_are_set(typed: str, printed: str) -> None:
    assert typeset(typed) == printed


@pytest.mark.parametrize(("typed", "printed"), cases("spaces.txt"))
def test_words_stay_together(typed: str, printed: str) -> None:
    assert spaced(typed).replace(NO_BREAK, "~") == printed


@pytest.mark.parametrize(
    ("markup", "printed"),
    [
        ("say '<em>now</em>' or <code>'x'</code>'s", "say ‘<em>now</em>’ or <code>'x'</code>’s"),
        ("<em>30</em> mph, <strong>PC</strong> 1234", "<em>30</em>~mph, <strong>PC</strong>~1234"),
        ("<code>30 mph</code> - <code>3</code> May", "<code>30 mph</code>~– <code>3</code> May"),
        ('<a href="#p 12-15">pp 12-15</a>', '<a href="#p 12-15">pp~12–15</a>'),
        ("<em>3</em><br/> May", "<em>3</em><br/> May"),
        ('<a href="#fn-1" role="doc-noteref">3</a> May', '<a href="#fn-1" role="doc-noteref">3</a> May'),
        ("at 30\nmph, a\n<em>b</em>", "at 30~mph, a <em>b</em>"),
        ("<code>a\nb</code> <span>c</span>\n<span>d</span>", "<code>a\nb</code> <span>c</span>\n<span>d</span>"),
        ("<span>Version</span> <span>1.0</span>", "<span>Version</span> <span>1.0</span>"),
        ('<span lang="cy">20 mph, o\'r</span>', '<span lang="cy">20 mph, o’r</span>'),
        ("<span lang=\"fr\">'3 - l'</span>", "<span lang=\"fr\">'3 - l'</span>"),
        ('<img alt="PC 12\'s" src="asset:ab"/>', '<img alt="PC 12’s" src="asset:ab"/>'),
        ("<math><mn>3</mn> <mi>May</mi></math>", "<math><mn>3</mn> <mi>May</mi></math>"),
        ('<abbr title="p 3, o\'clock">p</abbr> 3', '<abbr title="p 3, o’clock">p</abbr> 3'),
        (
            "at doi:10.5555/2019-20 or https://a.example/p/2019-20",
            "at doi:10.5555/2019-20 or https://a.example/p/2019-20",
        ),
    ],
)
def test_a_run_is_set_as_one(markup: str, printed: str) -> None:
    page, _ = check_markup(f'<p id="a">{markup}</p>')
    assert page.strip().replace(NO_BREAK, "~") == f'<p id="a">{printed}</p>'


def test_no_break_spaces_never_hold_a_whole_line_together() -> None:
    entries = ", ".join(f"<code>{name}</code>" for name in ("appearance", "hotkeys", "plugins", "history"))
    page, _ = check_markup(
        f'<p id="a">{entries} and 10 km</p>'.replace(" ", NO_BREAK).replace(f"p{NO_BREAK}id", "p id")
    )
    assert page.strip().replace(NO_BREAK, "~") == f'<p id="a">{entries} and 10~km</p>'


def test_a_text_in_another_language_is_left() -> None:
    markup = '<p id="a">\'3 - 5 km\' <span lang="en-GB">30 mph</span></p>'
    assert check_markup(markup, "de")[0].strip() == markup.replace("30 ", "30\u00a0")
    assert typeset("'so'", "de-CH") == "'so'"


def test_a_reference_keeps_names_together_and_its_own_marks() -> None:
    entry = "Hine L, King RS and Hart, J. (2020) 'The UK' - pp 12–15"
    page, _ = check_markup(f'<ul id="r" class="references"><li id="a">{entry}</li></ul>')
    expected = "Hine~L, King~RS and Hart,~J. (2020) 'The UK' - pp~12–15"
    assert "".join(map(str, etree.fromstring(page).itertext())).strip().replace(NO_BREAK, "~") == expected


@pytest.mark.proof
@once
@given(st.text(max_size=60) | WORDS)
def test_nothing_else_is_changed(text: str) -> None:
    assert plain(typeset(text)) == plain(text)
    kept = spaced(text)
    assert kept.replace(NO_BREAK, " ") == text.replace(NO_BREAK, " ")
    assert all(a == b or (a, b) == (" ", NO_BREAK) for a, b in zip(text, kept, strict=True))


@pytest.mark.proof
@once
@given(st.lists(st.tuples(st.sampled_from(["p", "em", "code", "a", "span", "math"]), WORDS), max_size=5))
def test_a_page_keeps_its_words_and_its_code(pieces: list[tuple[str, str]]) -> None:
    inner = "".join(f'<{tag} data-kept="pp 12-15">{words}</{tag}> {words}' for tag, words in pieces)
    markup = f'<div id="x">{inner} </div>'
    page, _ = check_markup(markup)
    before, after = etree.fromstring(markup), etree.fromstring(page.strip())
    assert [e.tag for e in before.iter()] == [e.tag for e in after.iter()]
    assert plain("".join(map(str, before.itertext()))) == plain("".join(map(str, after.itertext())))
    for one, other in zip(before.iter("code", "math"), after.iter("code", "math"), strict=True):
        assert one.text == (other.text or one.text)
    assert {e.get("data-kept") for e in after.iterfind(".//*[@data-kept]")} <= {"pp 12-15"}
    assert check_markup(page)[0] == page


@pytest.mark.parametrize(
    "words", ["'12 " * 30_000, "a'" * 60_000, "www." + ")" * 90_000, "a" * 100_000, "pp 1-2, " * 9_000]
)
def test_long_runs_are_set_at_once(words: str) -> None:
    assert len(spaced(typeset(words))) == len(words)


# Emoji and flags


def composed_page(markup: str, language: str = "en-GB") -> str:
    """A composed_page as it is made sound."""
    return check_markup(markup, language)[0].strip()


def heard(markup: str) -> str:
    """What is heard of a composed_page where it is not what is written: signs by their names, in brackets."""
    return re.sub(r'<span role="img" aria-label="([^"]*)">([^<]*)</span>', r"[\2 \1]", composed_page(markup))


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
    assert composed_page('<p id="a">Gwiriwch ⚠</p>', "cy") == '<p id="a">Gwiriwch <span class="emoji">⚠</span></p>'


def test_among_words_from_right_to_left_a_sign_is_left_as_it_is() -> None:
    assert "<span" not in composed_page('<p id="a">تحسين ⚠</p>', "ar")


KEYS = "1️⃣ #\u20e3 🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"


def test_a_key_is_its_letter_in_a_box_and_the_flag_of_a_part_of_a_country_its_code() -> None:
    box = '<span class="boxed" role="img" aria-label="{}">{}</span>'
    said = (box.format("keycap 1", "1"), box.format("keycap number sign", "#"), box.format("flag: Wales", "GB-WLS"))
    assert composed_page(f'<p id="a">{KEYS}</p>') == f'<p id="a">{" ".join(said)}</p>'
    bare = " ".join(f'<span class="boxed">{letters}</span>' for letters in ("1", "#", "GB-WLS"))
    assert composed_page(f'<p id="a">{KEYS}</p>', "cy") == f'<p id="a">{bare}</p>'


def test_where_no_element_can_stand_they_are_letters() -> None:
    assert replace_missing_characters(f"Press {KEYS}\u20e3", frozenset(map(ord, "Pres 1#GBWLS-"))) == "Press 1 # GB-WLS"
    assert composed_page('<p id="a">\u20e3 none</p>') == '<p id="a"> none</p>'


# Addresses and keys


def address_parts(address: str) -> list[str]:
    """The address_parts of a link whose words are an address."""
    root = etree.fromstring(f'<p><a href="{address}">{address}</a></p>')
    break_addresses(root)
    assert "".join(map(str, root.itertext())) == address  # what is copied is what was written
    (link,) = root
    return [link.text or "", *(wbr.tail or "" for wbr in link)]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://doi.org/10.1016/j.drugpo.2018.03.005", ["https://doi.", "org/", "10.1016/j.", "drugpo.2018.03.005"]),
        ("https://x.example/a?one=two", ["https://x.", "example/a?", "one=", "two"]),
        ("https://x.example/a-b-policy", ["https://x.", "example/a-b-policy"]),
        ("https://x.example/hot-spots-policing", ["https://x.", "example/", "hot", "-spots", "-policing"]),
        ("formats@northmoor.example", ["formats@", "northmoor.", "example"]),
        ("evidence-team@northmoor.example", ["evidence", "-team@", "northmoor.", "example"]),
    ],
)
def test_an_address_parts_at_its_signs(address: str, expected: list[str]) -> None:
    assert address_parts(address) == expected


def test_a_key_is_cut_into_equal_parts() -> None:
    root = etree.fromstring(f'<p><span class="signing-key">{"RW" * 28}</span></p>')
    break_addresses(root)
    (key,) = root
    assert [key.text, *(wbr.tail for wbr in key)] == ["RW" * 7] * 4

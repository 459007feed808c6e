"""The style sheets of screens: a reader's own size, ground and colours are left alone, and everything can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import tinycss2

from pipeline.compose.briefing import compose_briefing
from pipeline.compose.design.contrast import between, contrast
from pipeline.compose.design.style import EPUB, SERIES, STACKED_WHERE, WEB, screen_style, web_style
from pipeline.compose.design.tokens import BLACK, CHECKED, NIGHT, PAPER, design_remarks, tokens
from pipeline.compose.pack.matter import compose_back, compose_front
from pipeline.compose.series import compose_series
from pipeline.model.layouts import Layouts
from tests.support.compose import samples

pytestmark = pytest.mark.proof

LAYOUTS = samples.layouts()
BOOK = screen_style(EPUB, samples.imprint(), LAYOUTS)
PAGE = web_style(WEB, "briefing", samples.imprint(), LAYOUTS)
STYLES = {"book": BOOK, "page": PAGE, "series": web_style(SERIES, "briefing", samples.imprint(), LAYOUTS)}
SEPIA = "#f5ecd9"

Rule = tuple[str, str, str, str]
"""Where a declaration holds (the media or container), its selector, its name and its value."""


def rules(sheet: str, where: str = "") -> Iterator[Rule]:
    """Every declaration of a sheet."""
    for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
        assert rule.type != "error", rule.message
        prelude = tinycss2.serialize(rule.prelude).strip()
        if (
            rule.type == "at-rule"
            and rule.lower_at_keyword not in ("page", "counter-style")
            and rule.content is not None
        ):
            inside = f"{where} @{rule.lower_at_keyword} {prelude}".strip()
            yield from rules(tinycss2.serialize(rule.content), inside)
        elif rule.type == "qualified-rule":
            for said in tinycss2.parse_declaration_list(rule.content, skip_comments=True, skip_whitespace=True):
                assert said.type == "declaration", (prelude, said)
                yield where, prelude, said.name, tinycss2.serialize(said.value).strip()


def on_screens(sheet: str) -> list[Rule]:
    """The declarations that hold where nothing is printed."""
    return [rule for rule in rules(sheet) if "print" not in rule[0].replace("not print", "")]


def token(name: str, sheet: str, *, dark: bool) -> str:
    """What a token of colour is on a light or a dark screen."""
    own = [(where, value) for where, selector, key, value in on_screens(sheet) if (selector, key) == (":root", name)]
    last = [value for where, value in own if dark or "dark" not in where][-1]
    named = re.fullmatch(r"var\((--[a-z-]+)\)", last)
    return token(named[1], sheet, dark=dark) if named else last


@pytest.mark.parametrize("kind", STYLES)
def test_no_size_of_text_is_fixed(kind: str) -> None:
    """Letters are measured in the reader's own, and so is what they need room for."""
    sizes = [rule for rule in on_screens(STYLES[kind]) if rule[2] in ("font", "font-size", "line-height")]
    assert sizes
    assert [rule for rule in sizes if re.search(r"\d(px|pt|mm|cm|in|pc)\b", rule[3])] == []


def test_a_book_leaves_ground_and_colour_to_the_reader() -> None:
    """No ground behind the text, no colour of text that is not the reader's, in whatever light."""
    roots = re.compile(r"(^|,)\s*(:root|html|body)\s*($|,)")
    for where, selector, name, value in rules(BOOK):
        if roots.search(selector):
            assert name not in ("color", "background", "background-color", "color-scheme"), (where, selector, value)
        if name == "color" and not re.search(r"\.(mark|back)", selector):
            used = re.fullmatch(r"var\((--[a-z-]+)\)", value)
            assert (token(used[1], BOOK, dark=True) if used else value) in ("currentColor", "inherit"), selector


def test_a_book_does_not_ask_whether_it_is_night() -> None:
    """Some reading systems do not tell, and some tell it of the machine while their page is white."""
    assert "prefers-color-scheme" not in BOOK
    assert [rule for rule in rules(BOOK) if rule[1] == ":root" and rule[2] == "--ink"][-1][3] == "currentColor"


@pytest.mark.parametrize("dark", [False, True])
def test_words_of_a_page_can_be_read_in_any_light(dark: bool) -> None:
    """Text 7 to 1, lines that mean something 3 to 1 (WCAG 2.2, 1.4.6 and 1.4.11)."""
    ground = NIGHT if dark else PAPER
    for name in ("--ink", "--ink-soft", "--accent"):
        assert contrast(token(name, PAGE, dark=dark), ground) >= 7, name
    assert contrast(token("--line", PAGE, dark=dark), ground) >= 3


def test_the_dark_ground_is_the_one_that_colours_are_checked_on() -> None:
    grounds = [value for where, selector, name, value in rules(PAGE) if (selector, name) == ("html", "background")]
    assert grounds == [NIGHT]


def test_a_web_page_asks_a_device_for_the_typeface_of_the_library() -> None:
    house = web_style(WEB, "briefing", samples.imprint(), LAYOUTS)
    lato = web_style(WEB, "briefing", samples.imprint(design={"typeface": "Lato"}), LAYOUTS)
    assert '--face: "Source Sans 3";' in house
    assert '--face: "Lato";' in lato
    assert '--head-face: "Lato", var(--other-faces);' in lato
    heights = [float(sheet.partition("--x-height:")[2].partition(";")[0]) for sheet in (house, lato)]
    assert heights == [0.486, pytest.approx(0.5065, abs=0.001)]


def test_marks_in_a_book_are_seen_on_any_ground() -> None:
    """On white, on black, on sepia: nobody tells which it is."""
    for accent in (None, "#5c0f2e", "#12355b", "#0b3d0b"):
        own = samples.imprint(design={"accent": accent}) if accent else samples.imprint()
        shade = token("--accent-mid", screen_style(EPUB, own, LAYOUTS), dark=False)
        assert min(contrast(shade, ground) for ground in (PAPER, BLACK, NIGHT, SEPIA)) >= 3.5, accent


def test_the_shade_between_is_the_accents_own() -> None:
    """The house's stands in the tokens as it would be worked out."""
    sheet = tokens(samples.imprint(), LAYOUTS)
    named = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", sheet))
    assert named["accent-mid"] == between(named["accent"])
    assert "accent-mid" in CHECKED


def test_a_shade_that_is_lost_on_one_ground_is_told() -> None:
    for shade, ground, way in (("#222222", "black", "lighter"), ("#eeeeee", "white", "darker")):
        files = dict(LAYOUTS.files) | {"tokens.css": LAYOUTS.files["tokens.css"].replace("#507c88", shade)}
        (pale,) = design_remarks(samples.imprint(), Layouts(files))
        assert f"against {ground}" in pale.sentence
        assert pale.hint == f"Choose a {way} colour."


def test_drawings_made_for_paper_keep_a_light_ground() -> None:
    grounds = {(bool(where), selector) for where, selector, name, value in rules(BOOK) if name == "background"}
    assert (False, ".on-paper") in grounds
    page = [where for where, selector, name, _ in rules(PAGE) if (selector, name) == (".on-paper", "background")]
    assert page == ["@media not print @media (prefers-color-scheme: dark)"]


def test_no_element_is_dressed_by_itself() -> None:
    """A reader's own sheet, and the night, can change only what sheets say."""
    pack = samples.pack()
    front, back = compose_front(pack, {}, LAYOUTS), compose_back(pack, {}, LAYOUTS)
    for text in (
        compose_briefing(samples.publication(), LAYOUTS),
        front,
        back,
        compose_series(samples.series(), LAYOUTS),
    ):
        assert text.chapters
        assert not any(re.search(r"<[^>]*\sstyle=", chapter.body) for chapter in text.chapters)


@pytest.mark.parametrize("kind", STYLES)
def test_tables_are_set_as_blocks_by_their_own_width(kind: str) -> None:
    """A container query measures in the reader's letters: at 200% text a wide screen is narrow too."""
    found = {(where.rpartition("@")[2], selector.split()[0]) for where, selector, name, _ in rules(STYLES[kind])}
    for name, places in STACKED_WHERE:
        assert ("container " + places[-1].partition(" ")[2], f".{name}") in found
    assert ("media (max-width: 38em)", ".wide") in found
    assert not [selector for _, selector in found if "stacked" in selector]


def test_paper_has_the_sheets_of_the_pdf() -> None:
    printed = [rule for rule in rules(PAGE) if rule[0].startswith("@media print")]
    assert ("@media print", "h2", "margin", "var(--before-section) 0 4pt") in printed
    assert "size: var(--page-width) var(--page-height)" in PAGE.partition("@media print")[2]
    assert not [rule for rule in printed if rule[3] == "footnote" or "dark" in rule[0]]
    outside = {selector for where, selector, *_ in rules(PAGE) if not where}
    assert outside == {":root"}

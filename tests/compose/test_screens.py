"""The style sheets of screens: a reader's own size, ground and colours are left alone, and everything can be read."""

import re
from collections.abc import Iterator

import pytest
import tinycss2

from pipeline.compose.design.style import EPUB_SHEETS, SERIES_SHEETS, WEB_SHEETS, screen_style, web_style
from pipeline.compose.design.tokens import BLACK, NIGHT, PAPER, contrast, design_remarks
from pipeline.model.formats import Layouts
from tests.support.compose import samples

pytestmark = pytest.mark.proof

LAYOUTS = samples.layouts()
BOOK = screen_style(EPUB_SHEETS, samples.imprint(), LAYOUTS)
PAGE = web_style(WEB_SHEETS, "briefing", samples.imprint(), LAYOUTS)
STYLES = {"book": BOOK, "page": PAGE, "series": web_style(SERIES_SHEETS, "briefing", samples.imprint(), LAYOUTS)}
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
    sizes = [rule for rule in on_screens(STYLES[kind]) if rule[2] in ("font", "font-size", "line-height")]
    assert sizes
    assert [rule for rule in sizes if re.search(r"\d(px|pt|mm|cm|in|pc)\b", rule[3])] == []


def test_a_book_leaves_ground_and_colour_to_the_reader() -> None:
    roots = re.compile(r"(^|,)\s*(:root|html|body)\s*($|,)")
    for where, selector, name, value in rules(BOOK):
        if roots.search(selector):
            assert name not in ("color", "background", "background-color", "color-scheme"), (where, selector, value)
        if name == "color" and not re.search(r"\.(mark|back)", selector):
            used = re.fullmatch(r"var\((--[a-z-]+)\)", value)
            assert (token(used[1], BOOK, dark=True) if used else value) in ("currentColor", "inherit"), selector


@pytest.mark.parametrize("dark", [False, True])
def test_words_of_a_page_can_be_read_in_any_light(dark: bool) -> None:
    ground = NIGHT if dark else PAPER
    for name in ("--ink", "--ink-soft", "--accent"):
        assert contrast(token(name, PAGE, dark=dark), ground) >= 7, name
    assert contrast(token("--line", PAGE, dark=dark), ground) >= 3


def test_marks_in_a_book_are_seen_on_any_ground() -> None:
    for accent in (None, "#5c0f2e", "#12355b", "#0b3d0b"):
        own = samples.imprint(design={"accent": accent}) if accent else samples.imprint()
        shade = token("--accent-mid", screen_style(EPUB_SHEETS, own, LAYOUTS), dark=False)
        assert min(contrast(shade, ground) for ground in (PAPER, BLACK, NIGHT, SEPIA)) >= 3.5, accent


def test_a_shade_that_is_lost_on_one_ground_is_told() -> None:
    for shade, ground, way in (("#222222", "black", "lighter"), ("#eeeeee", "white", "darker")):
        files = dict(LAYOUTS.files) | {"tokens.css": LAYOUTS.files["tokens.css"].replace("#507c88", shade)}
        (pale,) = design_remarks(samples.imprint(), Layouts(files))
        assert f"against {ground}" in pale.sentence
        assert pale.hint == f"Choose a {way} colour."

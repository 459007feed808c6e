"""Tokens that are the same everywhere are put in place before the engine reads a sheet; the pages stay the same."""

from dataclasses import replace

import pytest
from weasyprint import CSS

from pipeline.press.engine.engine import ClosedFetcher, Typesetter, inline_constants
from pipeline.press.press import build_document
from tests.support.press import lengths

TOKENS = ":root { --half: 8.5pt; --leading: calc(2 * var(--half)); --ink: #161616 } "


def tight(style: str) -> str:
    """A style sheet without the spaces that only part its pieces."""
    return " ".join(style.split())


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("p { color: var(--ink) }", "color: #161616"),
        ("p { margin: 0 calc(-1 * var(--half)) }", "margin: 0 calc(-1 * 8.5pt)"),
        ("p { line-height: var(--leading) }", "line-height: calc(2 * 8.5pt)"),
        ("@page { margin: var(--half) }", "@page { margin: 8.5pt }"),
        ("p { color: var(--ink, red) }", "color: #161616"),
        ("p { color: var(--own) }", "color: var(--own)"),
        (".large { --half: 13pt } p { margin: var(--half) }", "margin: var(--half)"),
        ("@media print { :root { --half: 13pt } } p { margin: var(--half) }", "margin: var(--half)"),
        (":root { --half: 9pt } p { margin: var(--half) }", "margin: 9pt"),
    ],
)
def test_a_constant_stands_where_it_is_used(rule: str, expected: str) -> None:
    assert expected in tight(inline_constants(TOKENS + rule)).removeprefix(tight(TOKENS))


def test_a_property_that_leads_back_to_itself_is_left_alone() -> None:
    """The engine says that it is worth nothing."""
    assert "var(--a)" in inline_constants(":root { --a: var(--b); --b: var(--a) } p { margin: var(--a) }")


@pytest.mark.parametrize("sheet", ["p { /* none */ margin: 0 }", f"{TOKENS} p {{ margin: var(--half) }} }} }}"])
def test_a_sheet_without_constants_or_with_a_fault_is_as_it_was(sheet: str) -> None:
    assert inline_constants(sheet) == sheet


def test_the_pages_are_the_same() -> None:
    text = lengths.rich()
    typesetter = Typesetter(text)
    quick = typesetter.stylesheet
    as_it_is = CSS(
        string=text.style, url_fetcher=ClosedFetcher(text), font_config=quick.fonts, counter_style=quick.counters
    )
    pdfs = []
    for sheet in (quick, replace(quick, sheet=as_it_is)):
        typesetter.stylesheet = sheet
        pdfs.append(typesetter.lay_out(build_document(text)).write_pdf())
    assert pdfs[0] == pdfs[1]

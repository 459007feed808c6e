"""Every selector of the style sheets is one that some page has need of.

The pages are those of the sample library and of one that holds everything, as they are composed and as they stand in
books and on web pages, and whatever else authors write. A browser's states, such as `:hover`, count as had.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import cssselect2
import pytest
import tinycss2

from pipeline.compose.accessibility import SHEET as CORRECTING
from pipeline.compose.changes.marked_text import ON_SCREENS
from pipeline.compose.changes.marked_text import SHEET as MARKS
from pipeline.compose.design.style import (
    EPUB_SHEETS,
    NARROW,
    PAGE_SHEET,
    PAGED,
    PRINTED,
    SERIES_PRINTED,
    SERIES_SHEETS,
    SITE,
    STACKED,
    STACKED_QUERIES,
)
from pipeline.model.formats import PDF_VARIANTS, SLOTS, STAMP_STYLES
from tests.support.compose import every_page, samples

pytestmark = pytest.mark.proof

LAYOUTS = samples.layouts()
ON_PAPER = {*PAGED["pack"], *(sheet for row in PDF_VARIANTS.values() for sheet in row.styles)}
SHEETS: dict[str, set[str]] = {
    "paper": {*ON_PAPER, MARKS, CORRECTING},
    "book": {*EPUB_SHEETS, NARROW, STACKED, ON_SCREENS},
    "web": {*SERIES_SHEETS, ON_SCREENS, NARROW, STACKED, *PAGED["pack"], PRINTED, SERIES_PRINTED},
    "cover": {"cover/cover.css"},
    "check": {PAGE_SHEET},
    "site": {SITE},
    "stamp": {sheet for sheets in STAMP_STYLES.values() for sheet in sheets},
}
"""The style sheets of each kind of page."""

STATES = re.compile(r":(?:hover|focus-visible|focus|target)\b")
"""What a reader does, and no page has."""


class Pages:
    """Pages of one kind, with their elements by class and by name."""

    def __init__(self, roots: Iterable[Element]) -> None:
        self._by_class: dict[str, list[Any]] = {}
        self._by_name: dict[str, list[Any]] = {}
        for root in roots:
            for element in cssselect2.ElementWrapper.from_html_root(root).iter_subtree():
                self._by_name.setdefault(element.local_name, []).append(element)
                for name in element.classes:
                    self._by_class.setdefault(name, []).append(element)

    def have(self, selector: Any) -> bool:
        """Whether some element is one that a selector means."""
        if selector.class_name:
            some = self._by_class.get(selector.class_name, [])
        elif selector.local_name:
            some = self._by_name.get(selector.local_name, [])
        else:
            some = [element for elements in self._by_name.values() for element in elements]
        return any(selector.test(element) for element in some)


def selectors(rules: Iterable[Any]) -> Iterator[str]:
    """Every selector of rules, one by one, also of those within queries."""
    for rule in rules:
        if rule.type == "qualified-rule":
            yield from (part.strip() for part in split(tinycss2.serialize(rule.prelude)))
        elif rule.type == "at-rule" and rule.content and rule.lower_at_keyword in ("media", "container", "supports"):
            yield from selectors(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))


def split(prelude: str) -> list[str]:
    """A list of selectors at the commas that stand in no brackets."""
    return re.split(r",(?![^(]*\))", re.sub(r"/\*.*?\*/", "", prelude, flags=re.DOTALL))


def of_sheet(name: str, text: str) -> dict[str, list[str]]:
    """The selectors of a sheet, each with the forms in which it is written into pages."""
    found = list(selectors(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)))
    kinds = [kind for kind, _ in STACKED_QUERIES] + ["evidence"]
    return {one: [one.replace(".stacked", f".{kind}") for kind in kinds] if name == STACKED else [one] for one in found}


def unused(sheets: dict[str, str], pages: dict[str, Pages]) -> list[tuple[str, str]]:
    """Selectors that no page has need of, with the names of their sheets."""
    left = []
    for name, text in sheets.items():
        kinds = [pages[kind] for kind, names in SHEETS.items() if name in names]
        for one, forms in of_sheet(name, text).items():
            compiled = [c for form in forms for c in cssselect2.compile_selector_list(STATES.sub("", form) or "*")]
            if not any(kind.have(selector) for kind in kinds for selector in compiled):
                left.append((name, one))
    return left


@pytest.fixture(scope="module")
def pages(built: Path, everything: Path) -> dict[str, Pages]:
    """The pages of each kind."""
    projects = (built, everything)
    texts = [*every_page.written(), *every_page.unusual(), *chain(*map(every_page.composed, projects))]
    mirrored = [text for text in texts if re.search(r'class="(?:opening|pair|terms|references)|hangs', text)]
    texts += every_page.from_right_to_left(mirrored)
    screens = list(every_page.on_screens(texts))
    return {
        "paper": Pages(every_page.on_paper(texts)),
        "book": Pages([*chain(*map(every_page.documents, projects)), *screens]),
        "web": Pages(
            [
                *chain(*map(every_page.web_pages, projects)),
                every_page.web_page_of_a_pack(),
                every_page.web_page_without_a_dateline(),
                *screens,
            ]
        ),
        "cover": Pages(every_page.on_screens(every_page.covers())),
        "check": Pages([every_page.check_page_filled(), every_page.recall_notice()]),
        "site": Pages(every_page.of_a_site()),
        "stamp": Pages(every_page.on_screens(f'<p class="{slot}">x</p>' for slot in SLOTS)),
    }


@cache
def sheets() -> dict[str, str]:
    """The style sheets that ship, but for the one that has tokens alone."""
    return {name: text for name, text in LAYOUTS.files.items() if name.endswith(".css") and name != "tokens.css"}


def test_every_style_sheet_is_one_of_some_page() -> None:
    """So that none is left out below."""
    assert sheets().keys() == set().union(*SHEETS.values())


@pytest.mark.proof
def test_every_selector_is_used(pages: dict[str, Pages]) -> None:
    """Delete what no page has need of, or show it in the library that holds everything."""
    left = unused(sheets(), pages)
    assert not left, "\n".join(f"{name}: {one}" for name, one in left)


@pytest.mark.parametrize("rule", [".nobody { color: red }", "@media print { .box > .nobody, table { color: red } }"])
def test_a_selector_that_nothing_has_is_told(rule: str) -> None:
    shown = Pages(every_page.on_screens(['<div class="box"><table/></div>']))
    told = unused({"web/web.css": rule}, dict.fromkeys(SHEETS, shown))
    assert told == [("web/web.css", rule.partition("{")[0].strip() if rule[0] == "." else ".box > .nobody")]


def test_no_selector_asks_every_element_what_follows_it() -> None:
    """The engine looks through all that follow, for each: 14 seconds for 4,000 paragraphs. The place goes first."""
    assert [
        one for text in sheets().values() for one in of_sheet("", text) if re.search(r"(?:^|[\s>+~]):has\(", one)
    ] == []

"""Web pages in a browser: nobody is shut out, and nothing is cut off."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from pipeline.bind.web.page import bind_page
from pipeline.compose.design.style import WEB, web_style
from pipeline.model.identity import Identity
from tests.reading.browser import told
from tests.support.bind import books
from tests.support.built_libraries import opened_in_a_browser
from tests.support.compose import samples
from tests.support.press.random_manuscripts import generated
from tests.support.project import WHOLE
from tests.support.words import ENGLISH

pytestmark = pytest.mark.proof

FAULTS = ("asked", "sideways", "outside", "clipped", "violations")
"""What the browser may find wrong with a page."""


def faults(pages: list[Path]) -> dict[str, Any]:
    """What is wrong with each page in light and dark, wide and narrow; nothing of those that are right."""
    found = told("page.mjs", *pages)
    assert len(found) == 4 * len(pages)
    return {
        f"{Path(seen['file']).name} {seen['width']} {seen['scheme']}": wrong
        for seen in found
        if (wrong := {kind: seen[kind] for kind in FAULTS if seen[kind]})
    }


def web_pages(project: Path) -> list[Path]:
    """Every web page of a library."""
    return sorted((project / "output").glob("*/*/*.html"))


def test_every_page_of_the_sample_library_is_open_to_all(built: Path) -> None:
    """Axe finds nothing in light and dark, wide and narrow; none scrolls sideways or asks the network."""
    pages = [page for page in web_pages(built) if opened_in_a_browser(page.stem)]
    assert {page.parent.parent.name for page in pages} == {"briefings", "series"}
    assert faults(pages) == {}


def test_a_page_that_holds_everything_is_open_to_all(everything: Path) -> None:
    """Formulas, wide tables, long words and addresses, a pack in one page."""
    pages = web_pages(everything)
    assert {page.parent.parent.name for page in pages} == {"briefings", "packs", "series"}
    assert faults(pages) == {}


def invented(seed: int, page: Path) -> Path:
    """A page of a text that nobody wrote."""
    style = web_style(WEB, "briefing", samples.imprint(), samples.layouts())
    made = generated(seed, long_notes=False)
    body = re.sub("(</?)h3", r"\1h2", made.chapter.body)  # none skipped
    tables = count(1)
    body = re.sub('aria-label="Table"', lambda _: f'aria-label="Table {next(tables)}"', body)
    text = replace(made, web_style=style, chapters=(replace(made.chapter, body=body),))
    identity = Identity("lighting", "Street lighting", "Street lighting", "1.0", ENGLISH)
    page.write_bytes(bind_page(text, identity, books.PRODUCED, (), {}, samples.layouts()))
    return page


def test_invented_texts_fit_their_pages(tmp_path: Path) -> None:
    """Whatever is in them, nothing stands outside and nothing is cut off."""
    assert faults([invented(seed, tmp_path / f"{seed}.html") for seed in ((3, 17) if WHOLE else (3,))]) == {}


def test_the_browser_sees_what_is_wrong(everything: Path, tmp_path: Path) -> None:
    """Of a page that was spoilt on purpose: pale words, a picture without words, a line that does not break."""
    whole = (everything / "output/briefings/quiet-streets/quiet-streets.html").read_text(encoding="utf-8")
    spoilt = tmp_path / "spoilt.html"
    spoilt.write_text(
        whole.replace("--ink-soft: #474c50", "--ink-soft: #aaaaaa").replace(
            "</article>", '<p><img src="data:,x"/></p><pre style="white-space: pre">' + "x" * 200 + "</pre></article>"
        ),
        encoding="utf-8",
    )
    found = told("page.mjs", spoilt)
    light = next(seen for seen in found if (seen["width"], seen["scheme"]) == (320, "light"))
    assert {said.partition(" ")[0] for said in light["violations"]} == {"color-contrast", "image-alt"}
    assert light["sideways"] > 0

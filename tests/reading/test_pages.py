"""Web pages in a browser: nobody is shut out, and nothing is cut off."""

import re
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from pipeline.bind.web import bind_web_page
from pipeline.compose.design.style import WEB_SHEETS, web_style
from pipeline.model.sheets import Identity
from tests.reading.browser import told
from tests.support.bind import books
from tests.support.built_libraries import is_looked_at
from tests.support.compose import samples
from tests.support.press.random_manuscripts import generated
from tests.support.project import sample
from tests.support.words import ENGLISH

pytestmark = pytest.mark.proof

SEEDS = sample((3, 17), 1)
FAULTS = ("asked", "sideways", "outside", "clipped", "violations")
"""What the browser may find wrong with a page."""


@pytest.fixture(scope="module")
def seen(built: Path, everything: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Findings of a browser on all pages that are looked at: it takes long to start."""
    folder = tmp_path_factory.mktemp("invented")
    pages = [page for page in web_pages(built) if is_looked_at(page.stem)]
    pages += [*web_pages(everything), *(invented(seed, folder / f"{seed}.html") for seed in SEEDS)]
    found = list(told("page.mjs", *pages))
    assert len(found) == 4 * len(pages)
    return found


def faults(seen: list[dict[str, Any]], folder: Path) -> dict[str, Any]:
    """Faults of each page of a folder in light and dark, wide and narrow; nothing of those that are right."""
    found = [one for one in seen if folder in Path(one["file"]).parents]
    assert found
    return {
        f"{Path(one['file']).name} {one['width']} {one['scheme']}": wrong
        for one in found
        if (wrong := {kind: one[kind] for kind in FAULTS if one[kind]})
    }


def web_pages(project: Path) -> list[Path]:
    """Every web page of a library."""
    return sorted((project / "output").glob("*/*/*.html"))


def test_every_page_of_the_sample_library_is_open_to_all(built: Path, seen: list[dict[str, Any]]) -> None:
    """Axe finds nothing in light and dark, wide and narrow; none scrolls sideways or asks the network."""
    assert faults(seen, built / "output" / "briefings") == faults(seen, built / "output" / "series") == {}


def test_a_page_that_holds_everything_is_open_to_all(everything: Path, seen: list[dict[str, Any]]) -> None:
    """Formulas, wide tables, long words and addresses, a pack in one page."""
    assert {page.parent.parent.name for page in web_pages(everything)} == {"briefings", "packs", "series"}
    assert faults(seen, everything) == {}


def invented(seed: int, page: Path) -> Path:
    """A page of a text that nobody wrote."""
    style = web_style(WEB_SHEETS, "briefing", samples.imprint(), samples.layouts())
    made = generated(seed, long_notes=False)
    body = re.sub("(</?)h3", r"\1h2", made.chapter.body)  # none skipped
    tables = count(1)
    body = re.sub('aria-label="Table"', lambda _: f'aria-label="Table {next(tables)}"', body)
    text = replace(made, web_style=style, chapters=(replace(made.chapter, body=body),))
    identity = Identity("lighting", "Street lighting", "Street lighting", "1.0", ENGLISH)
    page.write_bytes(bind_web_page(text, books.context(identity), ()))
    return page


def test_invented_texts_fit_their_pages(seen: list[dict[str, Any]]) -> None:
    (folder,) = {Path(one["file"]).parent for one in seen if Path(one["file"]).stem.isdigit()}
    assert faults(seen, folder) == {}


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
    assert {said.partition(" ")[0] for seen in found for said in seen["violations"]} == {"color-contrast", "image-alt"}
    assert all(seen["sideways"] > 0 for seen in found if seen["width"] == 320)

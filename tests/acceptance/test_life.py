"""Texts that are no longer in force: on every page and in every format each says so, and what to read instead."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support import libraries, outputs
from tests.support.project import IMPRINT
from tests.support.resolve.kept_versions import published

pytestmark = pytest.mark.proof

BODY = "It can reduce crime in small places.\n\n" + "## Practice\n\nWords of it.\n\n" * 18
NAMES = {"patrol": "Foot patrol", "lamps": "Street lamps", "horses": "Horses", "walks": "Walks in the market"}
HISTORY = "history: [{version: 1.0, date: 2024-01-09, kind: first, summary: First., approved_by: Ann Bell}]"
RETIRED = {
    "patrol": "status: superseded\nsuperseded_by: walks",
    "lamps": "status: withdrawn\nwithdrawn_reason: The study was retracted.",
    "horses": "status: withdrawn\nwithdrawn_reason: It was wrong.\nsuperseded_by: walks",
}
SAID = {"patrol": "SUPERSEDED BY Walks in the market", "lamps": "WITHDRAWN", "horses": "WITHDRAWN"}
ADDRESS = "https://briefings.example/walks"


def text(name: str, status: str = "status: published") -> str:
    """A briefing of three pages that has a finding."""
    finding = "evidence: {findings: [{id: a, outcome: Crime, studies: 2, result: mixed}]}\nkey_finding: It helps."
    dates = "version: 1.0\nfirst_published: 2024-01-09\nreview_by: 2030-01-01"
    return f"---\ntitle: {NAMES[name]}\nsummary: All of it.\n{status}\n{dates}\n{HISTORY}\n{finding}\n---\n\n{BODY}"


@pytest.fixture(scope="module")
def life(built_once: Callable[..., Path]) -> Path:
    """Three texts that do not hold any more, in a pack that is pinned to kept versions and in one that is not."""

    def write(root: Path) -> None:
        files = {f"briefings/{name}.md": text(name) for name in NAMES}
        files["library.yaml"] = IMPRINT + "address: https://briefings.example\nformats: [screen, epub, html, text]\n"
        for name in RETIRED:
            files = published(files, name)
        files |= {f"briefings/{name}.md": text(name, status) for name, status in RETIRED.items()}
        front = (
            "front: [cover, contents, key-findings]\nback: [evidence-by-outcome]\nformats: [screen, epub, html, text]\n"
        )
        files["packs/pinned.yaml"] = f"title: Pinned\nbriefings: [patrol@1.0, lamps@1.0, horses@1.0]\n{front}"
        files["packs/present.yaml"] = f"title: Present\nbriefings: [patrol, lamps, horses, walks]\n{front}"
        libraries.written(root, files)

    return built_once("life", write, "--date", "2024-07-01")


def pages(life: Path, file: str) -> list[str]:
    """The words of each page of a PDF."""
    return [" ".join(page.split()) for page in outputs.page_texts(life / "output" / file)]


def chapter(life: Path, file: str, name: str) -> Any:
    """A text in an EPUB."""
    return outputs.documents(life / "output" / file)[f"EPUB/text/{name}.xhtml"]


@pytest.mark.parametrize("pack", ["pinned", "present"])
@pytest.mark.parametrize("name", list(RETIRED))
def test_every_page_in_a_pack_says_what_the_text_is(life: Path, pack: str, name: str) -> None:
    own = [page for page in pages(life, f"packs/{pack}/{pack}.pdf") if f"{name} · Version 1.0" in page]
    assert len(own) > 1
    assert [page for page in own if f"DRAFT · {SAID[name]}" not in page] == []


@pytest.mark.parametrize("name", ["patrol", "horses"])
def test_what_to_read_instead_is_a_link(life: Path, name: str) -> None:
    link = ".//{*}p[@id='successor']/{*}a"
    inside = chapter(life, "packs/present/present.epub", name).find(link).get("href")
    assert inside.startswith("walks.xhtml")
    assert chapter(life, "packs/pinned/pinned.epub", name).find(link).get("href") == ADDRESS
    assert outputs.web_page(life / f"output/briefings/{name}/{name}.html").find(".//*[@id='successor']/a").get(
        "href"
    ) in (
        ADDRESS,
        "../walks/walks.html",
    )
    last = [page for page in pages(life, "packs/pinned/pinned.pdf") if f"{name} · Version 1.0" in page][-1]
    assert f"Read instead: Walks in the market, {ADDRESS}." in re.sub(r"(?<=[./]) ", "", last).replace(
        ",https", ", https"
    )


@pytest.mark.parametrize("name", list(RETIRED))
def test_nobody_is_told_that_the_copy_may_be_current(life: Path, name: str) -> None:
    said = outputs.said(outputs.web_page(life / f"output/briefings/{name}/{name}.html").find(".//*[@id='current']"))
    assert "Is this copy current? No: " in said
    assert "Next review" not in said


def test_a_text_in_force_says_nothing_of_it(life: Path) -> None:
    page = outputs.web_page(life / "output/briefings/walks/walks.html")
    assert page.find(".//*[@id='successor']") is None
    assert "Is this copy current? If the version" in outputs.said(page)

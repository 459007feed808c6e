"""Offers to whoever types in the text field: out of the library as it was read last, and to nobody else."""

import re
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import httpx
import pytest

from pipeline.build.project import Project
from pipeline.cli.options import SHIPPED
from pipeline.core.progress import ProgressReporter
from pipeline.services.preview.edit_site import key_offers
from pipeline.services.preview.live_state import Contents, Listed, LiveState
from pipeline.services.preview.page import BUNDLE, SCRIPTS
from tests.support import libraries
from tests.support.preview import browser, served
from tests.support.words import ENGLISH

OFFERS = "/edit/foot-patrol/offers"
TABLE = "| A | B |\n|---|---|\n| 1 | 2 |\n\n: Counts {#tbl-counts}"
PLACES = f"{libraries.CITED}\n\n## What is known {{#known}}\n\n{TABLE}\n\n## Where {{#sec-where}}"
FILES = {
    "briefings/foot-patrol.md": libraries.briefing(PLACES, practice="[{id: beats, name: Beats, force: north}]"),
    "packs/nights.yaml": "title: Nights\nbriefings: [foot-patrol]\n",
    "tags.yaml": "patrol: {label: Patrol}\n",
    "glossary.yaml": "hot-spot: {term: Hot spot, meaning: A small place with much crime.}\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library with one of each that is offered."""
    return libraries.written(tmp_path_factory.mktemp("offers"), FILES)


@pytest.fixture(scope="module")
def state(folder: Path) -> LiveState:
    """The desk with that library, as it was read."""
    library = Project(folder, SHIPPED, ProgressReporter()).loaded[0]
    listed = (
        Listed("foot-patrol", "Foot patrol", False, "source/briefings/foot-patrol.md"),
        Listed("nights", "Nights", True, "source/packs/nights.yaml"),
    )
    return LiveState(Contents(ENGLISH, "Evidence", listed, library), SimpleQueue())


@pytest.fixture(scope="module")
def client(state: LiveState, folder: Path) -> Iterator[httpx.Client]:
    with served(state, folder, edit=True) as access, browser(access) as client:
        yield client


def test_what_the_library_has_is_offered(client: httpx.Client) -> None:
    told = client.get(OFFERS).json()
    assert told["works"] == [["hughes2018", "Hughes …, 2018. A study of beats"]]
    assert told["tags"] == [["patrol", "Patrol"]]
    assert told["texts"] == [["foot-patrol", "Foot patrol"]]
    assert told["terms"] == [["hot-spot", "Hot spot"]]
    assert told["boxes"][:2] == ["{.practice ref=}", "note"]


def test_places_of_the_text_are_offered(client: httpx.Client) -> None:
    """Ids for links, those that have a number, and the examples that a practice box may hold; a pack has none."""
    told = client.get(OFFERS).json()
    assert told["practices"] == [["beats", "Beats"]]
    assert told["places"] == [["known", "What is known"], ["sec-where", "Where"], ["tbl-counts", ""]]
    assert told["numbered"] == [["tbl-counts", ""], ["sec-where", "Where"]]  # `@known` would be a work
    assert "places" not in client.get("/edit/nights/offers").json()


def test_keys_are_those_of_the_schema() -> None:
    keys: Any = key_offers(is_pack=False)
    assert keys["title"]["says"] == "The title in sentence case, without a full stop."
    assert "draft" in keys["status"]["choices"]
    assert [keys[name]["listed"] for name in ("tags", "related", "glossary")] == ["tags", "texts", "terms"]
    assert {"id", "outcome", "sources"} <= set(keys["evidence"]["keys"]["findings"]["keys"])
    assert keys["evidence"]["keys"]["findings"]["keys"]["sources"]["listed"] == "works"
    assert "full" in keys["abbreviations"]["keys"]["*"]["keys"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Cookie": "preview=1"}, 403),
    ],
)
def test_offers_need_the_cookie(client: httpx.Client, sent: dict[str, str], status: int) -> None:
    """As all else does: another name, another page, or nobody who was given the address."""
    said = client.get(OFFERS, headers=sent)
    assert said.status_code == status
    assert "hughes2018" not in said.text


def test_what_is_no_text_has_no_offers(client: httpx.Client) -> None:
    assert client.get("/edit/nowhere/offers").status_code == 404
    assert client.post(OFFERS, json={}).status_code == 405


def test_without_edit_there_are_no_offers(state: LiveState, folder: Path) -> None:
    with served(state, folder) as access, browser(access) as client:
        assert client.get(OFFERS).status_code == 404


@pytest.mark.parametrize("is_there", [True, False])
def test_the_text_field_is_a_plain_one_where_codemirror_is_not(state: LiveState, folder: Path, is_there: bool) -> None:
    """Else the page names its scripts, and its policy the nonce of the style sheets that these make: never the same."""
    assets = {name: b"" for name in SCRIPTS if is_there or name != BUNDLE}
    with served(state, folder, edit=True, assets=assets) as access, browser(access) as client:
        first, second = (client.get("/edit/foot-patrol") for _ in range(2))
        assert client.get(f"/own/{BUNDLE}").status_code == (200 if is_there else 404)
    nonces = [re.findall(r'<script src="/own/([a-z]+.js)" nonce="([^"]+)"', said.text) for said in (first, second)]
    assert [name for name, _ in nonces[0]] == (list(SCRIPTS) if is_there else [])
    styles = [said.headers["Content-Security-Policy"].split("; ")[2] for said in (first, second)]
    told = [f" 'nonce-{found[0][1]}'" if found else "" for found in nonces]
    assert styles == [f"style-src 'self'{nonce}" for nonce in told]
    assert len(set(styles)) == (2 if is_there else 1)
    assert "Ctrl-Space" in first.text or not is_there
    assert "Ctrl-Space" not in first.text or is_there

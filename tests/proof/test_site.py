"""The catalogue in a browser, from a folder: accessibility, search, no failures."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.services.colleges.parcels import CHECK_PAGE
from pipeline.services.site.site import SCRIPT_FOLDER
from tests.proof.node import TOOLS, browser, nu, run_node
from tests.support.site_catalogue import site

pytestmark = pytest.mark.proof

ALIKE = re.compile(r"/(text-|v/5zk8d)[1-9]/", re.IGNORECASE)
"""Pages that differ from another in numbers alone."""
FAULTS = ("asked", "sideways", "outside", "clipped", "violations")


def _told(tool: str, *arguments: str) -> Any:
    return json.loads(run_node(TOOLS / tool, *arguments, PUPPETEER_EXECUTABLE_PATH=browser()))


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The files of the catalogue by path."""
    return site()


@pytest.fixture(scope="module")
def folder(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds it."""
    root = tmp_path_factory.mktemp("site")
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def test_every_page_is_open_to_all(folder: Path) -> None:
    pages = {path.read_bytes(): str(path) for path in sorted(folder.rglob("*.html"))}  # some stand at two addresses
    pages = {content: path for content, path in pages.items() if not ALIKE.search(path)}
    output = _told("page.mjs", *pages.values())
    assert [
        (entry["file"], entry["width"], kind, entry[kind]) for entry in output for kind in FAULTS if entry[kind]
    ] == []


def test_every_page_is_html_as_nu_has_it(files: dict[str, bytes], tmp_path: Path) -> None:
    pages = {path: content for path, content in files.items() if path.endswith(".html") and path != CHECK_PAGE}
    assert {path: entries for path, entries in nu(pages, tmp_path).items() if entries} == {}


def test_the_search_finds_from_a_folder(folder: Path) -> None:
    if not (SCRIPT_FOLDER / "minisearch.js").is_file():
        pytest.skip("MiniSearch is not here: 'make site' brings it")
    output = _told("search.mjs", str(folder / "search.html"), "offcers")
    assert output["failed"] == []
    assert output["found"]
    assert output["led"] == output["found"][0]
    assert _told("search.mjs", str(folder / "search.html"), "zebra")["said"] == "No results."


@pytest.mark.parametrize("typed", ["WWKM3-C00PA", "code: wwkm3-cOO pa", "WWKM3-C0NPM", "wwkm3"])
def test_the_search_finds_a_printed_code(folder: Path, typed: str) -> None:
    if not (SCRIPT_FOLDER / "minisearch.js").is_file():
        pytest.skip("MiniSearch is not here: 'make site' brings it")
    assert _told("search.mjs", str(folder / "search.html"), typed)["found"] == ["Nights, Autumn 2025"]


def test_reading_apps_find_each_file(files: dict[str, bytes], folder: Path) -> None:
    (output,) = json.loads(run_node(TOOLS / "opds.mjs", str(folder / "opds.json")))
    entries = [
        {
            "title": entry["metadata"]["title"],
            "files": [[link["href"], link["type"]] for link in entry["links"] if "acquisition" in link["rel"]],
        }
        for entry in json.loads(files["opds.json"])["publications"]
    ]
    assert all(entry["files"] for entry in entries)
    assert output["publications"] == entries

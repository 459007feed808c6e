"""The live page in a browser, without a mouse: axe finds nothing, every view can be reached, nothing goes elsewhere."""

from pathlib import Path

import pytest

from tests.reading.browser import told
from tests.support import libraries
from tests.support.preview import live_library

pytestmark = pytest.mark.proof

FOOT = libraries.briefing(
    f"{libraries.CITED} [Read](https://e.example/).\n\nAnd a work that no list has [@hugues2018]."
)
VIEWS = ["pages", "web", "phone", "large", "book"]


def test_the_live_page_is_for_everybody(tmp_path: Path) -> None:
    """In every view, wide and narrow, light and dark, with a remark: by Tab and Enter alone, within its policy."""
    pack = "title: Nights\nbriefings: [foot-patrol]\n"
    library = libraries.written(tmp_path, {"briefings/foot-patrol.md": FOOT, "packs/nights.yaml": pack})
    with live_library(library) as access:
        said = told("preview.mjs", access.address("/of/foot-patrol/"))
    origin = f"http://127.0.0.1:{access.port}"
    assert {at: found for at, found in said["found"].items() if found} == {}
    assert len(said["found"]) == 4 * (len(VIEWS) + 1)
    assert said["views"] == [f"{origin}/of/foot-patrol/{view}" for view in VIEWS]
    assert said["entered"] == said["views"][1]
    assert not said["followed"]
    assert said["tabs"][0].startswith("A: Skip to the text")
    assert [at for at in said["tabs"] if at.startswith("A: source/briefings/foot-patrol.md:")]
    assert "said" in said["tabs"]
    assert (said["elsewhere"], said["said"], said["referrer"]) == ([], [], "")

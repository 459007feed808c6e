"""Many tabs of the live page in one browser, which keeps six connections to a server: no tab waits for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reading.browser import told
from tests.support import libraries
from tests.support.preview import live_library

pytestmark = pytest.mark.proof


def test_ten_tabs_open_and_show_what_is_saved(tmp_path: Path) -> None:
    """All of them seen at once, as in windows side by side."""
    library = libraries.written(tmp_path, {"briefings/foot-patrol.md": libraries.briefing("It is so.")})
    file = library / "source/briefings/foot-patrol.md"
    with live_library(library) as door:
        said = told("tabs.mjs", door.address("/of/foot-patrol/"), file, "It is so.", "It was so.")
    assert max(said["opened"]) < 20_000, said
    assert said["exchanged"] == 10

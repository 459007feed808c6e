"""The form of the live page in a browser, without a mouse: value, list and text are changed, and axe finds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reading.browser import told
from tests.support import libraries
from tests.support.preview import live_library

pytestmark = pytest.mark.proof

BODY = f"{libraries.CITED}\n\n{'A paragraph of many words. ' * 9}\n\nIt cites [@hugues2018].\n\nThe end."
FOOT = libraries.briefing(
    BODY, version="1.9", tags="[patrol]  # more to come", status="nearly", key_finding="'It''s so.'"
)


def test_a_text_is_changed_without_a_mouse(tmp_path: Path) -> None:
    """By Tab, Enter and Ctrl-S, within the page's policy; each save changes what was changed and no other byte."""
    library = libraries.written(tmp_path, {"briefings/foot-patrol.md": FOOT})
    with live_library(library, edit=True) as door:
        file = library / "source/briefings/foot-patrol.md"
        said = told("edit.mjs", door.address("/edit/foot-patrol"), file)
    first = FOOT.replace("version: 1.9", "version: 1.10")
    second = first.replace("[patrol]", '["night: patrols"]')
    third = second.replace("It cites [@hugues2018].", "It is mended.")
    assert (said["first"], said["second"], said["third"]) == (first, second, third)
    assert said["last"] == third.replace("---\n\nFoot", "---\nMine. \nFoot")
    assert said["statuses"] == [200, 200, 200, 412]
    assert said["tabs"][-3:] == ["at-title", "at-summary", "at-version"]
    assert said["unsaved"] == "There are changes that are not saved."
    assert said["beside"][0].startswith("at-status-said: Error: 'nearly' is not a status.")
    assert said["beside"][1].startswith("body-said: Line 14 Error: No bibliography entry")
    assert said["chosen"] == "body: It cites [@hugues2018]."
    assert said["level"] > 100  # as far down as its line is, below two paragraphs
    assert said["clash"][:2] == ["clash", "title: New Foot patrol"]
    assert {at: found for at, found in said["found"].items() if found} == {}
    assert len(said["found"]) == 3 * 4
    assert (said["elsewhere"], said["said"]) == ([], [])

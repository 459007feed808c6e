"""The text field of the live page in a browser, by keys: a file is changed, and axe finds nothing."""

from pathlib import Path

import pytest

from pipeline.services.preview.page import BUNDLE, SCRIPT_FOLDER
from tests.reading.browser import told
from tests.support import libraries
from tests.support.preview import live_library

pytestmark = pytest.mark.proof

LONG = "A paragraph of many words. " * 9
BODY = f"{libraries.CITED}\n\n{LONG}\n\nIt cites [@hugues2018].\n\n## What is known {{#known}}\n\nThe end."
MISSING = "Error: No bibliography entry has the key 'hugues2018'."
HINT = "Did you mean 'hughes2018'? Entries live in source/references/."
PLACES = ["knownWhat is known", "night-walksNight walks"]
TAGS = "patrol: {label: Patrol}\nnight: {label: Nights}\n"
WALKS = "[{id: night-walks, name: Night walks, force: north}]"
FOOT = libraries.briefing(
    BODY, practice=WALKS, version="1.9", tags="[patrol]  # more to come", key_finding="'It''s so.'"
)


def test_a_text_is_changed_without_a_mouse(tmp_path: Path) -> None:
    """By Tab, Enter and Ctrl-S, within the page's policy."""
    if not (SCRIPT_FOLDER / BUNDLE).is_file():
        pytest.skip("CodeMirror is not here: 'make desk' brings it, which needs npm")
    library = libraries.written(tmp_path, {"briefings/foot-patrol.md": FOOT, "tags.yaml": TAGS})
    with live_library(library, edit=True) as access:
        file = library / "source/briefings/foot-patrol.md"
        said = told("edit.mjs", access.address("/edit/foot-patrol"), file)
    first = FOOT.replace("version: 1.9", "version: 1.10")
    third = first.replace("hugues2018", "hughes2018")
    assert (said["first"], said["third"]) == (first, third)
    assert said["last"] == f"{third}Mine. "
    assert said["whole"] == said["last"].replace("---\n", "---\naudience: [night]\n", 1)
    night = "audience: [night]\n"
    assert said["typedOn"] == said["whole"].replace(night, f"{night}# one two\n", 1)
    assert said["statuses"] == [200, 200, 412, 200]
    assert said["unsaved"] == "You have unsaved changes."
    assert said["beside"][-1].startswith("text-said: Line 14 Error: No bibliography entry")
    assert said["chosen"] == "text-field: @hugues2018"
    assert said["marked"] == ["@hugues2018", f"{MISSING}{HINT}"]
    assert said["heard"] == f"{MISSING} {HINT}"  # by F8, for who does not see the line
    assert said["offered"][0] == "hughes2018Hughes …, 2018. A study of beats"
    assert said["offered"][1:] == ["audienceWho it is for, as tags; printed in the colophon.", "nightNights", *PLACES]
    assert said["behind"] == [["night", "patrol"], []]  # Enter ends the line of a list that is closed
    assert said["retried"] == [0, 2]  # a request that failed is made again at the next letter
    key = "hughes2018"
    # the bracket too, unless one is there or none is open; those in code do not count
    assert said["closed"] == [f"{key}]", f"{key}]", *[key] * 6, f"{key}]"]
    assert said["after"] == "text-said"  # Tab leads out of the text, to the remark below it
    assert said["clash"][:2] == ["clash", "title: New Foot patrol"]
    assert said["shown"] == [True, True]
    assert {at: found for at, found in said["found"].items() if found} == {}
    assert len(said["found"]) == 3 * 4
    assert (said["elsewhere"], said["said"]) == ([], [])

"""How two versions of a briefing differ: in words, word by word, with what moved told as moved."""

import json
from pathlib import Path

import pypdfium2
import pytest

from tests.support import libraries
from tests.support.project import Said
from tests.support.publishing import TEXT, publish, rewrite, text

pytestmark = pytest.mark.proof

MORE = TEXT.replace(
    "## Practice",
    "Officers walked the same beats each night, and the market was quiet.\n\n"
    "Nobody asked the people who live there what they thought of it.\n\n## Practice",
)
BRIEFING = "briefings/foot-patrol.md"


@pytest.fixture
def shelved(tmp_path: Path) -> Path:
    """A library whose briefing is kept as version 1.0."""
    files = {
        BRIEFING: text(body=MORE),
        "library.yaml": "title: T\npublisher: P\nformats: []\npractice_caveat: Not all was tested.\n",
    }
    project = libraries.written(tmp_path / "library", files)
    assert publish(project).code == 0
    return project


def changes(project: Path, *arguments: str) -> Said:
    """The words of the verb."""
    return libraries.here(project, "changes", *arguments, "--date", libraries.DATE)


def test_words_are_told_with_those_around_them(shelved: Path) -> None:
    first, second = MORE.split("\n\n")[1:3]
    rewrite(
        shelved, BRIEFING, ("can reduce crime", "may reduce crime"), (f"{first}\n\n{second}", f"{second}\n\n{first}")
    )
    assert changes(shelved, "foot-patrol@1.0", "foot-patrol").out.splitlines() == [
        "From foot-patrol@1.0 to foot-patrol: 2 changes; 1 of 86 words is new, 1 word was removed.",
        "  … Foot patrol [was: can; now: may] reduce crime in small …",
        "  [moved here from page 1: Nobody asked the people who live there what they thought of it.]",
    ]


def test_changes_are_data_too(shelved: Path) -> None:
    """As JSON, each with its kind and its words."""
    rewrite(shelved, BRIEFING, ("Two officers walk", "Three officers walk"))
    said = json.loads(changes(shelved, "foot-patrol@1.0", "--report", "json").out)
    assert (said["from"], said["to"]) == ("foot-patrol@1.0", "foot-patrol")
    assert said["measure"] == {"words": 86, "new": 1, "gone": 1, "moved": 0, "otherwise": 0}
    assert said["changes"] == [
        {
            **{"kind": "words", "was": "Two", "now": "Three", "before": "", "after": " officers walk the market"},
            **{"page": 0, "row": ""},
        }
    ]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("foot-patrol@2.0", "There is no version 2.0 of 'foot-patrol': kept are 1.0."),
        ("foot-patrol@", "'foot-patrol@' names no version: 'foot-patrol@1.0' is one that is kept, 'foot-patrol' the"),
        ("foot-patrl", "There is no briefing 'foot-patrl'."),
    ],
)
def test_what_is_not_there_is_told(shelved: Path, asked: str, told: str) -> None:
    said = changes(shelved, asked)
    assert (said.code, told in said.err) == (2, True)


def test_marked_copies_are_made_and_checked_in_every_format(shelved: Path) -> None:
    """They lie beside the briefing's own files, say of themselves what they are, and the next build leaves them."""
    rewrite(shelved, BRIEFING, ("can reduce crime", "may reduce crime"))
    said = changes(shelved, "foot-patrol@1.0", "--pdf", "--epub", "--html", "--txt")
    assert said.code == 0
    assert set(said.err.split("\n")) <= {
        "proofing",
        "cutting type",
        "binding",
        "pressing",
        "stamps",
        "drawing covers",
        "",
    }
    folder = shelved / "output/briefings/foot-patrol"
    names = [f"foot-patrol-changes-1.0-now.{end}" for end in ("pdf", "epub", "html", "txt")]
    assert [line.rpartition("/")[2] for line in said.out.splitlines()[-4:]] == names
    shown = pypdfium2.PdfDocument(folder / names[0])[0].get_textpage().get_text_range()
    assert "[was: can; now: may]" in " ".join(shown.split())
    assert "CHANGES 1.0 TO NOW" in shown
    for name in names[2:]:
        assert "CHANGES 1.0 TO NOW" in (folder / name).read_text("utf-8")
    assert libraries.here(shelved, "build", "--date", libraries.DATE).code == 1  # one number for two texts
    assert all((folder / name).is_file() for name in names)

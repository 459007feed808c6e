"""A correction that looks like more than one is doubted: by its numbers, its negations, its findings, its length."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.project import Said
from tests.support.resolve.kept_versions import FILES, published

pytestmark = pytest.mark.proof

BRIEFING = "briefings/patrol/briefing.md"
TEXT = FILES[BRIEFING]
Write = Callable[..., Path]
Run = Callable[..., Said]
LONG = "Officers walk the same streets for an hour every night, and write down whom they met and what they saw there. "


def revised(old: str, new: str, kind: str = "correction", body: str = LONG * 3) -> dict[str, str]:
    """The library with its briefing published as 1.0, and version 1.1 in which some words are others."""
    text = TEXT.replace("## What officers say", f"{body}\n\n## What officers say")
    before = FILES | {BRIEFING: text}
    entry = f", {{version: 1.1, date: 2024-02-01, kind: {kind}, summary: Mended., approved_by: Ann Bell}}]"
    after = text.replace("version: 1.0\n", "version: 1.1\n").replace(
        "approved_by: Ann Bell}]", f"approved_by: Ann Bell}}{entry}"
    )
    assert old in after
    return before | published(before) | {BRIEFING: after.replace(old, new)}


@pytest.mark.parametrize(
    ("old", "new", "doubt", "verb"),
    [
        ("for an hour every night", "for 2 hours every night", "2 is new", "check"),
        ("They like it.", "They do not like it.", "'not' is new", "ready"),
        (LONG, "", "% of its words are others", "check"),
    ],
    ids=["a number", "a negation", "many words"],
)
def test_a_correction_that_looks_like_more_is_doubted(
    library: Write, briefings: Run, old: str, new: str, doubt: str, verb: str
) -> None:
    project = library(revised(old, new))
    said = briefings(project, verb, "patrol", "--date", "2024-04-26").out
    (line,) = (one for one in said.splitlines() if "kind-doubtful" in one)
    assert line.startswith("source/briefings/patrol/briefing.md:9:")
    assert "Version 1.1 is called a correction, but " in line
    assert doubt in line


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [("walk the same streets", "walk the same roads", "correction"), ("for an hour", "for 2 hours", "substantive")],
    ids=["a word", "a change in substance"],
)
def test_a_slip_is_no_doubt(library: Write, briefings: Run, old: str, new: str, kind: str) -> None:
    project = library(revised(old, new, kind))
    assert "kind-doubtful" not in briefings(project, "check", "patrol", "--date", "2024-04-26").out

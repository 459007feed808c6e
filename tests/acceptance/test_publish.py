"""Versions kept for good: what is published, what is refused, and what a pack pinned to one is bound from."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support import libraries
from tests.support.outputs import page_texts
from tests.support.publishing import TEXT, files_of, publish, rewrite, text

LATER = pytest.mark.proof

SERIES = "title: Patrol\npractice_caveat: Not all examples have been evaluated.\nbriefings: [foot-patrol]\n"


@pytest.fixture
def shelved(tmp_path: Path) -> Path:
    """A library of one briefing in a series, and a pack that is pinned to its version 1.0."""
    return libraries.written(
        tmp_path / "library",
        {
            "briefings/foot-patrol.md": text(),
            "series/patrol.yaml": SERIES,
            "packs/nights.yaml": "title: Nights\nbriefings: [foot-patrol@1.0]\n",
        },
    )


def pack_of(project: Path) -> bytes:
    """The PDF of the pack, built anew."""
    built = libraries.here(project, "build", "nights", "--date", libraries.DATE, "--jobs", "1")
    assert built.code == 0, built.err
    return (project / "output/packs/nights/nights.pdf").read_bytes()


def words(pdf: Path) -> str:
    """The words of a PDF's pages."""
    return " ".join(" ".join(page_texts(pdf)).split())


@pytest.mark.proof
def test_a_pack_bound_from_a_kept_version_stays_the_same(shelved: Path, tmp_path: Path) -> None:
    """Whatever has been changed and published since: a word, a work, the caveat of the series; and without git."""
    said = publish(shelved)
    assert (said.code, said.out.splitlines()[-2][:28]) == (0, "foot-patrol@1.0 is published")
    before = pack_of(shelved)
    newer = "[{version: 1.1, date: 2024-01-09, kind: substantive, summary: A word., approved_by: Ann Bell}]"
    changed = text("1.1", TEXT.replace("can reduce", "often reduces"), f"history: {newer}")
    rewrite(shelved, "briefings/foot-patrol.md", (text(), changed))
    rewrite(shelved, "references/works.yaml", ("A study of beats", "A study of walked beats"))
    rewrite(shelved, "series/patrol.yaml", ("Not all examples", "Few examples"))
    assert publish(shelved).code == 0
    moved = tmp_path / "elsewhere"
    shutil.copytree(shelved / "source", moved / "source")
    assert pack_of(moved) == before
    rewrite(moved, "packs/nights.yaml", ("@1.0", "@1.1"))
    assert pack_of(moved) != before


@LATER
def test_one_word_changed_under_a_published_number_is_an_error_at_its_line(shelved: Path) -> None:
    """The paragraph is named, with what it says now; what it says of its own life may change."""
    assert publish(shelved).code == 0
    rewrite(
        shelved,
        "briefings/foot-patrol.md",
        ("the market square", "a market square"),
        ("---\ntitle", "---\nowner: Team\ntitle"),
    )
    said = libraries.here(shelved, "check", "--date", libraries.DATE)
    line = text().splitlines().index("::: {.practice ref=walking}") + 2  # one line was added above
    assert said.code == 1
    assert said.out.splitlines()[0] == (
        f"source/briefings/foot-patrol.md:{line}:1: error kept-differs: Version 1.0 is published, and the box "
        "'Two officers walk the market square.' was changed to 'Two officers walk a market square.'."
    )
    assert publish(shelved).code == 1


@LATER
def test_what_stands_against_publishing_is_told_and_overridden_by_name(shelved: Path) -> None:
    """A draft that nobody approved is refused; with a reason for each it is kept, and the record holds the reasons."""
    rewrite(
        shelved, "briefings/foot-patrol.md", ("status: published", "status: in-review"), ("approved_by: Ann Bell", "")
    )
    refused = publish(shelved)
    assert refused.code == 1
    assert [line.split(": ")[1] for line in refused.err.splitlines() if ": error " in line] == [
        "error publish-status",
        "error publish-unapproved",
    ]
    assert not (shelved / "source/versions").exists()
    why = ("--override", "publish-status=Needed for a trial", "--override", "publish-unapproved=Ann is away")
    assert publish(shelved, *why, "--override", "review-overdue=None").code == 2
    assert publish(shelved, *why).code == 0
    record = json.loads((shelved / "source/versions/foot-patrol/1.0/kept.json").read_text(encoding="utf-8"))
    assert [(one["code"], one["reason"]) for one in record["overridden"]] == [
        ("publish-status", "Needed for a trial"),
        ("publish-unapproved", "Ann is away"),
    ]
    assert record["overridden"][0]["said"][0].startswith("source/briefings/foot-patrol.md:4:9: 'foot-patrol' is in")


@LATER
def test_a_kept_version_is_reviewed_and_withdrawn_with_its_briefing(shelved: Path) -> None:
    """Its words are those of its day; that it was reviewed, or no longer holds, is said as it is now."""
    publish(shelved)
    review = ", {version: 1.0, date: 2024-02-03, kind: review-no-change, summary: Nothing new.}]"
    rewrite(shelved, "briefings/foot-patrol.md", ("}]\n---", f"}}{review}\n---"))
    pack_of(shelved)
    assert "Last reviewed 3 February 2024" in words(shelved / "output/packs/nights/nights.pdf")
    retired = "status: withdrawn\nwithdrawn_reason: The trial was never held."
    rewrite(shelved, "briefings/foot-patrol.md", ("status: published", retired))
    pack_of(shelved)
    assert "WITHDRAWN" in words(shelved / "output/packs/nights/nights.pdf")


@LATER
def test_publishing_again_does_nothing(shelved: Path) -> None:
    """The first day stays; a number below one that is published is refused."""
    publish(shelved)
    kept = files_of(shelved / "source/versions")
    again = publish(shelved, date="2024-05-05")
    assert (again.code, "since 2024-04-26; nothing to do" in again.out) == (0, True)
    assert files_of(shelved / "source/versions") == kept
    rewrite(shelved, "briefings/foot-patrol.md", ("version: 1.0", "version: 0.9"))
    assert "publish-number: Version 0.9 of 'foot-patrol' is lower than 1.0" in publish(shelved).err
    assert publish(shelved, "--override", "publish-number=It is so").code == 2

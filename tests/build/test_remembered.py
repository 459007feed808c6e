"""Nothing is made twice; whatever is lost or damaged is made again."""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import libraries
from tests.support.project import IMPRINT, Said

pytestmark = pytest.mark.proof


@pytest.fixture
def pair(built_pair: Path, tmp_path: Path) -> Path:
    """A library of two briefings and a pack, built, to change as a test likes."""
    return libraries.copied(built_pair, tmp_path / "pair")


Build = Callable[..., Said]


def source(project: Path, path: str) -> Path:
    return project / "source" / path


def work(result: Said) -> tuple[int, int]:
    """Return the numbers of texts pressed and of files bound."""
    numbers = re.search(r"(\d+) typeset, (\d+) bound", result.out)
    if not numbers:
        assert "nothing had changed" in result.out, result.err + result.out
    return (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)


def test_a_second_build_makes_nothing(pair: Path, build: Build) -> None:
    before = {path: path.stat().st_ino for path in (pair / "output").rglob("*.pdf")}
    result = build(pair)
    assert (result.code, work(result)) == (0, (0, 0))
    assert {path: path.stat().st_ino for path in (pair / "output").rglob("*.pdf")} == before


def test_one_changed_word_presses_one_briefing(pair: Path, build: Build) -> None:
    place = source(pair, "briefings/foot-patrol.md")
    place.write_text(place.read_text().replace("small places", "quiet places"))
    before = libraries.made(pair)
    assert work(build(pair)) == (1, 5)
    after = libraries.made(pair)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {
        *(f"briefings/foot-patrol/foot-patrol.{end}" for end in ("pdf", "epub", "html")),
        *(f"packs/nights/nights.{end}" for end in ("pdf", "epub")),
        "build.json",
    }


def test_a_removed_source_takes_its_files_with_it(pair: Path, build: Build) -> None:
    """Its files and its folder are deleted, but no file that the build did not make."""
    source(pair, "briefings/foot-patrol.md").unlink()
    source(pair, "packs/nights.yaml").write_text("title: Nights\nbriefings: [lighting]\n")
    source(pair, "briefings/lighting.md").write_text(libraries.briefing("Lamps matter.", "Lamps"))
    mine = pair / "output" / "briefings" / "notes.txt"
    mine.write_text("mine")
    result = build(pair)
    assert result.code == 0, result.err
    assert not (pair / "output" / "briefings" / "foot-patrol").exists()
    assert (pair / "output" / "briefings" / "lighting" / "lighting.pdf").is_file()
    assert mine.read_text() == "mine"


def test_a_format_no_longer_listed_is_deleted(pair: Path, build: Build) -> None:
    source(pair, "library.yaml").write_text(IMPRINT + "formats: [screen]\n")
    assert work(build(pair)) == (0, 0)
    folder = pair / "output" / "briefings"
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".pdf"}
    source(pair, "library.yaml").write_text(IMPRINT)
    assert work(build(pair)) == (0, 0)
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".pdf", ".epub", ".html"}


def test_a_damaged_output_is_whole_build(pair: Path, build: Build) -> None:
    path = pair / "output" / "briefings" / "lighting" / "lighting.pdf"
    content = path.read_bytes()
    path.write_bytes(content[:-9] + b"x" + content[-8:])
    assert build(pair).code == 0
    assert path.read_bytes() == content


DAMAGES = {
    "nothing": lambda record: b"",
    "half of it": lambda record: record[: len(record) // 2],
    "a list": lambda record: b"[]",
    "no list of files": lambda record: b'{"files": 3, "changing": 4, "produced": 5}',
    "no text": lambda record: b"\xff\xfe\x00",
    "lists in lists": lambda record: b"[" * 100_000,
    "a number of many digits": lambda record: record.replace(b'"bytes": 1', b'"bytes": ' + b"1" * 5_000, 1),
    "a number for a path": lambda record: re.sub(rb'"path": "[^"]+"', b'"path": 5', record, count=1),
    "no path": lambda record: re.sub(rb'"path": "[^"]+"', b'"path": ""', record, count=1),
    "a NUL in a path": lambda record: record.replace(b"lighting.pdf", b"light\\u0000ing.pdf", 1),
    "a list for a format": lambda record: record.replace(b'"format": "screen"', b'"format": []', 1),
    "a letter that is none": lambda record: record.replace(b'"source": "', b'"source": "\\ud800', 1),
    "a day that is none": lambda record: record.replace(libraries.DATE.encode(), b"2024-02-30"),
    "owners that are gone": lambda record: record.replace(b'"briefings/lighting"', b'"briefings/gone"'),
    "true for a number": lambda record: re.sub(rb'"pages": \d+', b'"pages": true', record),
    "a key too many": lambda record: record.replace(b'"owner"', b'"more": 1, "owner"', 1),
    "all rows changing": lambda record: record.replace(b'"files"', b'"changing"'),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_record_heals(pair: Path, build: Build, damage: Callable[[bytes], bytes]) -> None:
    """`build.json` is written again; nothing is pressed or deleted."""
    record = pair / "output" / "build.json"
    before = libraries.made(pair)
    record.write_bytes(damage(before["build.json"]))
    result = build(pair)
    assert (result.code, work(result)) == (0, (0, 0))
    assert "Deleted" not in result.out
    assert libraries.made(pair) == before


def test_a_row_of_a_file_that_is_not_there_goes(pair: Path, build: Build) -> None:
    """Even in a build of something else."""
    (pair / "output" / "briefings" / "lighting" / "lighting.pdf").unlink()
    assert build(pair, "foot-patrol").code == 0
    rows = json.loads((pair / "output" / "build.json").read_text())["files"]
    assert "briefings/lighting/lighting.pdf" not in {row["path"] for row in rows}
    assert "briefings/lighting/lighting.epub" in {row["path"] for row in rows}


def test_a_record_that_names_foreign_files_deletes_none(pair: Path, build: Build, tmp_path: Path) -> None:
    mine = tmp_path / "mine.pdf"
    mine.write_text("mine")
    record = pair / "output" / "build.json"
    text = record.read_text()
    for path in ("../../mine.pdf", str(mine), "../source/library.yaml"):
        record.write_text(text.replace("packs/nights/nights.epub", path).replace('"packs/nights"', '"packs/gone"'))
        assert build(pair).code == 0
    assert mine.read_text() == "mine"
    assert source(pair, "library.yaml").is_file()


def test_damaged_memories_are_made_build(pair: Path, build: Build) -> None:
    before = libraries.made(pair)
    for number, path in enumerate(sorted((pair / "output" / ".store").glob("??/*"))):
        path.write_bytes([b"", b"\x80\x05", path.read_bytes()[:-40], os.urandom(60)][number % 4])
    for path in (pair / "output").rglob("*.pdf"):
        path.unlink()
    result = build(pair)
    assert result.code == 0, result.err
    assert libraries.made(pair) == before


def test_a_file_where_a_folder_should_be_is_reported(pair: Path, build: Build) -> None:
    shutil.rmtree(pair / "output")
    (pair / "output").write_text("in the way")
    result = build(pair)
    assert result.code == 3
    assert "Traceback" not in result.err
    assert result.err.count("\n") == 1

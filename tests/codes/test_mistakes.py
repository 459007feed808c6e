"""Twelve mistakes in six files, told together: `tests/codes/twelve_mistakes.yaml` says which."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.support.project import ROOT, Said

pytestmark = pytest.mark.proof

DAY = "2026-11-25"
TABLE: list[dict[str, str]] = yaml.safe_load(
    (ROOT / "tests" / "codes" / "twelve_mistakes.yaml").read_text(encoding="utf-8")
)


def make(project: Path, mistake: dict[str, str]) -> None:
    """Make a mistake in a copy of the library."""
    file = project / mistake["file"]
    text = file.read_text(encoding="utf-8")
    assert text.count(mistake["old"]) == 1, mistake["old"]
    file.write_text(text.replace(mistake["old"], mistake["new"]), encoding="utf-8")


def _turn(path: str) -> int:
    folders = ("briefings", "handbook", "series", "packs")
    return folders.index(path.split("/")[1]) + 1 if path.split("/")[1] in folders else 0


def place(project: Path, mistake: dict[str, str]) -> tuple[str, int, int, str]:
    """Where the author finds a mistake that has been made: file, line, column, and its code."""
    text = (project / mistake["file"]).read_text(encoding="utf-8")
    assert text.count(mistake["at"]) == 1, mistake["at"]
    before = text[: text.index(mistake["at"])]
    return mistake["file"], before.count("\n") + 1, len(before) - before.rfind("\n"), mistake["code"]


def remarks(said: Said) -> set[tuple[str, int, int, str]]:
    """What a run of `check --report json` remarks on."""
    found = json.loads(said.out)["diagnostics"]
    return {(r["path"], r["line"], r["column"], r["code"]) for r in found}


def test_the_table_is_of_twelve_kinds_in_six_files() -> None:
    assert len({mistake["code"] for mistake in TABLE}) == len(TABLE) == 12
    assert len({mistake["file"] for mistake in TABLE}) == 6


def test_twelve_mistakes_are_told_in_one_run(sample: Path, briefings: Callable[..., Said]) -> None:
    """Every one at its line and column, nothing else, and the run fails without a traceback."""
    before = remarks(briefings(sample, "check", "--date", DAY, "--report", "json"))
    lines = {code for *_, code in before}
    assert not lines & {mistake["code"] for mistake in TABLE}
    for mistake in TABLE:
        make(sample, mistake)
    said = briefings(sample, "check", "--date", DAY, "--report", "json")
    old = {(path, code) for path, _, _, code in before}
    new = {remark for remark in remarks(said) if (remark[0], remark[3]) not in old}
    assert new == {place(sample, mistake) for mistake in TABLE}
    assert (said.code, said.err) == (1, "")


def test_the_twelve_are_told_in_the_order_of_their_places(sample: Path, briefings: Callable[..., Said]) -> None:
    """An author goes through a file from top to bottom, and first through the files that others rest on."""
    for mistake in TABLE:
        make(sample, mistake)
    said = briefings(sample, "check", "--date", DAY)
    places = [line.split(": ")[0].split(":") for line in said.out.splitlines() if not line.startswith(" ")]
    assert places == sorted(places, key=lambda p: (_turn(p[0]), p[0], int(p[1]), int(p[2])))
    assert said.out.count("    hint: ") == len(places)
    assert said.err.startswith("12 errors")

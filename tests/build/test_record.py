"""The record of what was made, `build.json`."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.build.output import Output, recorded_outputs, write_record

PDF = Output("briefings/a/a.pdf", "briefings/a", "screen", "0" * 64, 10, 2, "1" * 64, "2026-04-26")
EPUB = replace(PDF, path="briefings/a/a.epub", format="epub", content="2" * 64)


def test_the_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_record(tmp_path, (PDF, EPUB), date(2026, 4, 26), ())
    assert recorded_outputs(tmp_path) == (EPUB, PDF)


def test_a_record_from_before_is_read(tmp_path: Path) -> None:
    write_record(tmp_path, (PDF, EPUB), date(2026, 4, 26), ())
    path = tmp_path / "build.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    for row in said["files"]:
        row.pop("content", None)
    path.write_text(json.dumps(said), encoding="utf-8")
    assert recorded_outputs(tmp_path) == (replace(EPUB, content=""), PDF)


def test_a_file_with_a_fault_says_its_codes(tmp_path: Path) -> None:
    wrong = replace(PDF, faulty=("proof-foot", "proof-words"))
    write_record(tmp_path, (wrong, EPUB), date(2026, 4, 26), ())
    path = tmp_path / "build.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    assert [row.get("faulty") for row in said["files"]] == [None, ["proof-foot", "proof-words"]]
    assert recorded_outputs(tmp_path) == (EPUB, wrong)
    for codes in (["<b>"], [1], 7, "abc"):
        said["files"][1]["faulty"] = codes
        path.write_text(json.dumps(said), encoding="utf-8")
        assert recorded_outputs(tmp_path) == (EPUB,)

"""Every code of load is given by some small file, and says its words without a gap."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.core.messages import catalogue, present
from pipeline.load.library import load_library
from tests.support.project import ROOT

CASES: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "every_code.yaml").read_text("utf-8"))
OURS = set(tomllib.loads((ROOT / "pipeline" / "load" / "messages.toml").read_text("utf-8")))
ELSEWHERE = {"approve-words", "cite-unmarked", "kept-broken", "kept-unreadable", "layout-fault"} | {
    *("pack-insert", "pack-insert", "profile-unfit", "record-broken", "words-fault", "words-incomplete")
}
"""Codes that need more than a file: a kept version, a layout, a pack with its inserts."""


def test_there_is_a_case_for_every_code() -> None:
    assert {present(code) for code in CASES} == OURS - ELSEWHERE


@pytest.mark.parametrize("code", sorted(CASES))
def test_the_smallest_file_gives_the_code(code: str) -> None:
    case = dict(CASES[code])
    times = case.pop("repeat", 1)
    written: dict[str, str | None] = {"library.yaml": "title: L\npublisher: P\n"}
    for name, text in case.items():
        if name == "body":
            written["briefings/x.md"] = f"---\ntitle: T\nsummary: S\n---\n\n{text}\n"
        else:
            written[name] = text and text * times
    _, remarks = load_library({f"source/{name}": text.encode() for name, text in written.items() if text is not None})
    assert {r.code for r in remarks} == {present(code)}
    for remark in remarks:
        assert remark.severity is catalogue()[present(code)].severity
        assert remark.hint
        assert not set("{}") & set(remark.sentence) or code in (
            "attribute-syntax",
            "foreign-markup",
            "formula-definition",
            "latex-command",
        )

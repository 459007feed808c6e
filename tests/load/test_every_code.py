"""Every code of load is given by some small file, and says its words without a gap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.codes import TABLE, body, files
from pipeline.codes._code import CodeRow
from pipeline.load.library.library import load

CASES: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "every_code.yaml").read_text("utf-8"))
OURS = {row.name for area in (files, body) for row in vars(area).values() if isinstance(row, CodeRow)}


def test_there_is_a_case_for_every_code() -> None:
    assert set(CASES) == OURS


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
    _, remarks = load({f"source/{name}": text.encode() for name, text in written.items() if text is not None})
    assert {r.code for r in remarks} == {code}
    for remark in remarks:
        assert remark.severity is TABLE[code].severity
        assert remark.hint
        assert not set("{}") & set(remark.sentence) or code in (
            "attribute-syntax",
            "foreign-markup",
            "formula-definition",
            "latex-command",
        )

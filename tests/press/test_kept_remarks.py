"""What the engine remarks, told where its reader finds the words that it is about."""

from __future__ import annotations

from typing import Any

from pipeline.build.stages import Line
from pipeline.build.workers import Serial
from pipeline.codes import made
from pipeline.core.diagnostics import Place
from pipeline.model.manuscript import Manuscript, Metadata
from pipeline.model.sheets import Sheets

TEXT = Manuscript("briefing", (), Metadata("", "", "", ""), "", "", "")
REMARK = made.MISSING_GLYPH.at(Place("briefing/foot-patrol/screen", 3), character="漢", code="U+6F22")


class Shop:
    """A workshop that has pressed everything before."""

    def remembered(self, stage: str, kind: object, verb: str, work: object, jobs: list[Any], *how: object) -> Any:
        """The sheets of each text, with the same remark on each."""
        return tuple(Sheets(b"", 3, (), remarks=(REMARK,)) for _ in jobs), 0


def test_a_remark_on_a_kept_version_names_its_record() -> None:
    """The present PDF of the name holds other words; that on the present text stays at its page."""
    line = Line(Shop(), Serial())  # type: ignore[arg-type]  # as much of a workshop as is asked
    line.press([TEXT, TEXT], ["", "source/versions/foot-patrol/1.0/version.yaml"])
    assert [str(remark.place) for remark in line.end_round()] == [
        *("briefing/foot-patrol/screen:3:1", "source/versions/foot-patrol/1.0/version.yaml:1:1"),
    ]

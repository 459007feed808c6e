"""Layouts in which the engine breaks off as soon as it sets what they name."""

from pathlib import Path

from tests.support.project import ROOT

BREAKS_OFF = "letter-spacing: 1e9px"
"""A declaration that the engine reads, and that is more than its numbers hold."""


def breaking(project: Path, sheet: str, selector: str) -> None:
    """Give a project a style sheet of its own: the one that ships, and a rule that breaks the engine off."""
    own = project / "layouts" / sheet
    own.parent.mkdir(parents=True, exist_ok=True)
    shipped = (ROOT / "layouts" / sheet).read_text(encoding="utf-8")
    own.write_text(f"{shipped}\n{selector} {{ {BREAKS_OFF} }}\n", encoding="utf-8")

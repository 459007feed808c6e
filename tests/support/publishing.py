"""Texts that are published, rewritten and published again."""

from pathlib import Path

from pipeline.load.folders import LEDGER_FILE
from pipeline.load.register import CopyEntry
from pipeline.services.colleges.ledger import read_prepared_copies
from tests.support import libraries
from tests.support.project import Said

HISTORY = "history: [{version: 1.0, date: 2023-05-02, kind: first, summary: First version., approved_by: Ann Bell}]"
TEXT = (
    "Foot patrol can reduce crime in small places [@hughes2018].\n\n"
    "## Practice\n\n::: {.practice ref=walking}\nTwo officers walk the market square.\n:::\n"
)
EXAMPLE = "[{id: walking, name: Walking, force: Northmoor Police}]"


def text(version: str = "1.0", body: str = TEXT, more: str = HISTORY, **fields: str) -> str:
    """The source of a briefing that is published."""
    said = {"status": "published", "version": version, "first_published": "2023-05-02", "practice": EXAMPLE} | fields
    return libraries.briefing(body, **said).replace("---\n\n", f"{more}\n---\n\n", 1)


def publish(project: Path, *more: str, name: str = "foot-patrol", date: str = libraries.DATE) -> Said:
    """Publish a briefing."""
    return libraries.here(project, "publish", name, "--date", date, *more)


def rewrite(project: Path, path: str, *changes: tuple[str, str]) -> None:
    """Put other words into a source file."""
    file = project / "source" / path
    said = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in said
        said = said.replace(old, new)
    file.write_text(said, encoding="utf-8")


def files_of(folder: Path) -> dict[Path, bytes]:
    """Every file in a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def on_record(project: Path) -> list[CopyEntry]:
    """The copies that are on record."""
    return list(read_prepared_copies({LEDGER_FILE: (project / LEDGER_FILE).read_bytes()}))

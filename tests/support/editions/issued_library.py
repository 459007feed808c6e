"""A library of one published briefing and a pack that can be issued: its archive lies beside it."""

from pathlib import Path

from pipeline.proof import validators
from tests.support import libraries
from tests.support.project import Said
from tests.support.publishing import publish, rewrite, text

HOUSE = (
    "title: T\npublisher: P\narchive: ../archive\nformats: []\npractice_caveat: Not all was evaluated.\n"
    "licence: {id: CC-BY-4.0, name: Creative Commons Attribution}\n"
)
ARCHIVED = HOUSE.replace("../archive", "archive")
"""The same with its archive within the library, so that both are copied together."""
PACK = "title: Nights\nedition: Autumn 2024\nbriefings: [foot-patrol]\nformats: [text]\nfront: [contents]\n"
COLLEGES = "south: {name: South Tor, type: university, contact: post@south.example, formats: [screen, epub, text]}\n"
FILES = {
    "library.yaml": HOUSE,
    "briefings/foot-patrol.md": text(),
    "packs/nights.yaml": PACK,
    "colleges.yaml": COLLEGES,
}
BRIEFING = "briefings/foot-patrol.md"
DAYS = {"Autumn 2024": "2024-10-01", "Spring 2025": "2025-03-01", "Summer 2025": "2025-07-01"}
WITHOUT_VERAPDF = ("--override", "issue-proof=It is not on this machine")


def library(root: Path, **more: str) -> Path:
    """The library, its briefing published."""
    libraries.written(root, {**FILES, **more})
    said = publish(root)
    assert said.code == 0, said
    return root


def copied(project: Path, home: Path) -> Path:
    """The library and its archive again."""
    libraries.copied(project.parent / "archive", home / "archive")
    return libraries.copied(project, home / "library")


def issue(project: Path, day: str, *more: str, pdf: bool = False) -> Said:
    """Issue the pack. Where it has a PDF and veraPDF is not here, that is overridden."""
    why = WITHOUT_VERAPDF if pdf and not validators.verapdf_command() else ()
    return libraries.here(project, "issue", "nights", "--date", day, "--jobs", "1", *why, *more)


def next_edition(project: Path, before: str, after: str) -> None:
    """Give the pack another edition."""
    rewrite(project, "packs/nights.yaml", (f"edition: {before}", f"edition: {after}"))


def new_version(project: Path, version: str, summary: str, kind: str, *changes: tuple[str, str]) -> None:
    """Write another version of the briefing, and publish it."""
    path = project / "source" / BRIEFING
    said = path.read_text(encoding="utf-8")
    old = said.partition("\nversion: ")[2].partition("\n")[0]
    entry = f"{{version: {version}, date: 2024-01-09, kind: {kind}, summary: {summary}, approved_by: Ann Bell}}"
    rewrite(
        project,
        BRIEFING,
        (f"\nversion: {old}\n", f"\nversion: {version}\n"),
        ("Ann Bell}]", f"Ann Bell}}, {entry}]"),
        *changes,
    )
    done = publish(project)
    assert done.code == 0, done

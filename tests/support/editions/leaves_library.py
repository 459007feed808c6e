"""A library whose pack goes into ring binders: issued, changed, issued again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.support import libraries
from tests.support.editions.issued_library import FILES, HOUSE
from tests.support.editions.issued_library import issue as issued
from tests.support.project import Said
from tests.support.publishing import publish, rewrite, text

PACK = (
    "title: Nights\nedition: First\nbriefings: [foot-patrol, lamps, dogs, horses]\nformats: [screen, print]\n"
    "front: [cover, contents]\nback: [glossary]\n"
)
TEXTS = {"foot-patrol": 20, "lamps": 62, "dogs": 16, "horses": 220}
"""Its briefings, and of how many paragraphs each is."""


def body(about: str, paragraphs: int) -> str:
    """A text of so many paragraphs."""
    return "\n\n".join(
        f"{about} {n} was seen to be of use in a town where the market was quiet and the night was long."
        for n in range(paragraphs)
    )


def briefing(title: str, paragraphs: int) -> str:
    """The source of a published briefing."""
    return text(body=body(title, paragraphs), practice="[]").replace("title: Foot patrol", f"title: {title}")


def library(root: Path, texts: Mapping[str, int] = TEXTS, **more: str) -> Path:
    """The library, its briefings published; nothing is issued yet."""
    own = {f"briefings/{name}.md": briefing(name.capitalize(), many) for name, many in texts.items()}
    project = libraries.written(root, {**FILES, "library.yaml": HOUSE, "packs/nights.yaml": PACK, **own, **more})
    for name in texts:
        assert publish(project, name=name).code == 0
    return project


def issue(project: Path, edition: str, day: str) -> None:
    """Issue the pack under the name of an edition."""
    said = issued(project, day, "--edition", edition, pdf=True)
    assert said.code == 0, said


def renewed(project: Path, name: str, *changes: tuple[str, str], kind: str = "substantive") -> None:
    """Publish another version of a briefing."""
    entry = f"Ann Bell}}, {{version: 1.1, date: 2024-01-09, kind: {kind}, summary: More., approved_by: Ann Bell}}]"
    number = ("\nversion: 1.0\n", "\nversion: 1.1\n")
    rewrite(project, f"briefings/{name}.md", number, ("Ann Bell}]", entry), *changes)
    assert publish(project, name=name).code == 0


def named(project: Path, was: str, now: str) -> None:
    """Give the pack the name of its next edition."""
    rewrite(project, "packs/nights.yaml", (f"edition: {was}\n", f"edition: {now}\n"))


def replace(project: Path, *more: str) -> Said:
    """The words of the verb."""
    return libraries.here(project, "replace", "nights", "--date", "2025-01-02", *more)

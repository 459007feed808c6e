"""Page by page: whatever the contents, references and index of a pack name stands on the page that they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance import leads, shelf
from tests.conftest import ROOT
from tests.generated import generate

FULL = """title: Drug crimes
edition: Autumn 2026
front: [cover, contents, series, key-findings]
back: [references, glossary, index]
formats: [screen]
parts:
  - title: One
    briefings: [hot-spots-policing, focused-deterrence, police-led-diversion]
"""
TERMS = ("patrol", "market", "officers")


def faults(path: Path) -> Iterator[str]:
    """Everything that leads to another page than it says."""
    pack = leads.read(path)
    yield from leads.contents_faults(pack)
    yield from leads.references_faults(pack)
    if "-back.pack-index" in pack.places:
        yield from leads.index_faults(pack)


def test_every_link_of_the_sample_pack_leads_to_its_page(built: Path) -> None:
    """Contents and references, as they are built for everybody."""
    assert list(faults(built / "output" / "packs" / "drug-crimes" / "drug-crimes.pdf")) == []


def test_a_link_that_leads_astray_is_found(built: Path) -> None:
    """The checks are worth something: with every label one too high nothing is right."""
    pack = leads.read(built / "output" / "packs" / "drug-crimes" / "drug-crimes.pdf")
    pack.labels = [str(int(label) + 1) for label in pack.labels]
    assert len(list(leads.contents_faults(pack))) >= 7
    assert list(leads.references_faults(pack))


@pytest.mark.proof
def test_every_link_of_a_full_pack_leads_to_its_page(built_once: Callable[..., Path]) -> None:
    """With front sections that follow the contents, and an index."""

    def write(target: Path) -> None:
        import shutil

        shutil.copytree(ROOT / "source", target / "source", ignore=shutil.ignore_patterns("handbook"))
        (target / "source" / "packs" / "drug-crimes.yaml").write_text(FULL, "utf-8")
        shelf.remember(target, ROOT)

    root = built_once("full-pack", write, "--date", shelf.DATE, "drug-crimes")
    path = root / "output" / "packs" / "drug-crimes" / "drug-crimes.pdf"
    assert list(faults(path)) == []
    said = [lead.says for lead in leads.read(path).of("-front.contents")]
    assert said[:2] == ["Drug crimes", "Key findings"]


def write_fifty(target: Path) -> None:
    """Fifty generated briefings in one pack, with terms to be found in the index."""
    source = generate(target, 50) / "source"
    glossary = "".join(f"{word}:\n  term: {word.capitalize()}\n  meaning: An invented meaning.\n" for word in TERMS)
    (source / "glossary.yaml").write_text(glossary, "utf-8")
    for path in sorted((source / "briefings").glob("*.md")):
        text = path.read_text("utf-8")
        path.write_text(text.replace("\nversion:", f"\nglossary: [{', '.join(TERMS)}]\nversion:", 1), "utf-8")
    ids = ", ".join(path.stem for path in sorted((source / "briefings").glob("*.md")))
    pack = f"title: Fifty\nbriefings: [{ids}]\nback: [references, glossary, index]\nformats: [screen]\n"
    (source / "packs" / "pack.yaml").write_text(pack, "utf-8")


@pytest.mark.proof
def test_every_link_of_a_pack_of_fifty_leads_to_its_page(built_once: Callable[..., Path]) -> None:
    """Some hundred pages and thousands of links."""
    root = built_once("fifty", write_fifty, "--date", "2026-11-25", "--jobs", "2", "pack")
    path = root / "output" / "packs" / "pack" / "pack.pdf"
    assert list(faults(path)) == []
    pack = leads.read(path)
    assert len(pack.texts) > 120
    assert len({re.sub(r", page \d+$", "", lead.says) for lead in pack.of("-back.pack-index")}) >= len(TERMS)

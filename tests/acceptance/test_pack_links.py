"""Page by page: whatever the contents, references and index of a pack name stands on the page that they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance import leads
from tests.support import libraries
from tests.support.invented import MEMBERS, TERMS
from tests.support.project import ROOT

FULL = """title: Drug crimes
edition: Autumn 2026
front: [cover, contents, series, key-findings]
back: [references, glossary, index]
formats: [screen]
parts:
  - title: One
    briefings: [hot-spots-policing, focused-deterrence, police-led-diversion]
"""


def faults(path: Path) -> Iterator[str]:
    """Everything that leads to another page than it says."""
    pack = leads.read(path)
    yield from leads.contents_faults(pack)
    listed_in_full = "-back.pack-references" in pack.places
    yield from leads.references_faults(pack) if listed_in_full else leads.works_faults(pack)
    if "-back.pack-index" in pack.places:
        yield from leads.index_faults(pack)


def test_every_link_of_the_sample_pack_leads_to_its_page(built: Path) -> None:
    """Contents and works cited, as they are built for everybody."""
    assert list(faults(built / "output" / "packs" / "drug-crimes" / "drug-crimes.pdf")) == []


def test_a_link_that_leads_astray_is_found(built: Path) -> None:
    """The checks are worth something: with every label one too high nothing is right."""
    pack = leads.read(built / "output" / "packs" / "drug-crimes" / "drug-crimes.pdf")
    pack.labels = [str(int(label) + 1) for label in pack.labels]
    assert len(list(leads.contents_faults(pack))) >= 7
    assert list(leads.works_faults(pack))


@pytest.mark.proof
def test_every_link_of_a_full_pack_leads_to_its_page(built_once: Callable[..., Path]) -> None:
    def write(target: Path) -> None:
        import shutil

        shutil.copytree(ROOT / "source", target / "source", ignore=shutil.ignore_patterns("handbook"))
        (target / "source" / "packs" / "drug-crimes.yaml").write_text(FULL, "utf-8")
        libraries.remember(target, ROOT)

    root = built_once("full-pack", write, "--date", libraries.DATE, "drug-crimes")
    path = root / "output" / "packs" / "drug-crimes" / "drug-crimes.pdf"
    assert list(faults(path)) == []
    said = [lead.says for lead in leads.read(path).of("-front.contents")]
    assert said[:2] == ["Drug crimes", "Key findings"]


@pytest.mark.proof
def test_every_link_of_a_long_pack_leads_to_its_page(invented: Path) -> None:
    path = invented / "output" / "packs" / "pack" / "pack.pdf"
    assert list(faults(path)) == []
    pack = leads.read(path)
    assert len(pack.texts) > 2 * MEMBERS
    assert len({re.sub(r", page \d+$", "", lead.says) for lead in pack.of("-back.pack-index")}) >= len(TERMS)

"""Documents in the Markdown of ten kinds of authors: all that pandoc reads in them is on our pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proof.by_reader import Account, read_by_pandoc, read_by_us
from tests.proof.dialects import KINDS, Kind, bibliography, document
from tests.support import libraries
from tests.support.built_libraries import SAID
from tests.support.project import IMPRINT, sample
from tests.support.proof.rich_briefing import FIGURE

pytestmark = pytest.mark.proof

SEEDS = sample(range(1, 1000), 1, 6)
"""The documents of each kind."""
OURS = re.compile(r"^output/\S+: error \S+: .*$", re.MULTILINE)
"""An error at what was made: of sound source there is none."""
DOCUMENTS = [(kind, seed) for kind in KINDS for seed in SEEDS]


def name_of(kind: Kind, seed: int) -> str:
    """The name of a document."""
    return f"{kind.name}-{seed}"


each = pytest.mark.parametrize(("kind", "seed"), DOCUMENTS, ids=[name_of(*one) for one in DOCUMENTS])


def write(root: Path) -> None:
    """A library of all documents, and a pack of them."""
    source = root / "source"
    (source / "briefings").mkdir(parents=True)
    (source / "references").mkdir()
    (source / "packs").mkdir()
    (source / "library.yaml").write_text(IMPRINT + "formats: [screen, epub, html]\n", encoding="utf-8")
    (source / "references" / "works.bib").write_text(bibliography(), encoding="utf-8")
    for kind, seed in DOCUMENTS:
        folder = source / "briefings" / name_of(kind, seed)
        folder.mkdir()
        (folder / "fall.svg").write_text(FIGURE, encoding="utf-8")
        head = f"---\ntitle: A {kind.name}, {seed}\nsummary: One of a kind.\n---\n"
        (folder / "briefing.md").write_text(f"{head}\n{document(kind, seed)}", encoding="utf-8")
    members = ", ".join(name_of(kind, seed) for kind, seed in DOCUMENTS)
    (source / "packs" / "all.yaml").write_text(f"title: All\nbriefings: [{members}]\n", encoding="utf-8")


@pytest.fixture(scope="module")
def library(built_once: Callable[..., Path]) -> Path:
    """The documents, built."""
    return built_once("dialects", write, "--date", libraries.DATE, codes={0, 1})


def accounts(kind: Kind, library: Path, seed: int) -> tuple[Account, str, Account]:
    """What pandoc reads in a document, the letters of our page, and what it has."""
    name = name_of(kind, seed)
    page = library / "output" / "briefings" / name / f"{name}.html"
    return read_by_pandoc(document(kind, seed), kind.dialect), *read_by_us(page)


def test_nothing_made_is_wrong(library: Path) -> None:
    """No judge of ours blames what was made, nor the pack; the source alone has something to say."""
    said = (library / SAID).read_text(encoding="utf-8")
    assert OURS.findall(said) == []
    assert (library / "output" / "packs" / "all" / "all.pdf").is_file()


@each
def test_no_words_are_lost(kind: Kind, library: Path, seed: int) -> None:
    theirs, page, _ = accounts(kind, library, seed)
    assert [piece for piece in theirs.words if piece not in page] == []


@each
def test_nothing_is_miscounted(kind: Kind, library: Path, seed: int) -> None:
    theirs, _, ours = accounts(kind, library, seed)
    assert ours.things == theirs.things
    assert ours.cited == theirs.cited
    assert ours.numbers == theirs.numbers
    assert {address: ours.addresses[address] for address in theirs.addresses} == theirs.addresses

"""Slips, replacement leaves and approval sheets before the reference validator: as accessible as any other text."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest

from tests.support import libraries
from tests.support.editions.leaves_library import PACK, briefing, issue, library, named, renewed, replace
from tests.support.proof.reference_validators import judged
from tests.support.publishing import rewrite

pytestmark = pytest.mark.proof

RICH = """Lamps were mended on some streets.[^some] [Others](https://lamps.example/dark) were left dark.

[^some]: By lot.

| Beat | Calls | Thefts |
|:--|--:|--:|
| Market | 19 | 4 |
| Station | 25 | 25 |

: Calls by beat {#tbl-calls}

- On the square
- At the station

Lamps 3 was"""
DAY = ("--date", "2025-01-02")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The PDFs that are made of a correction: of a word in a line, one in a note, one in a table."""
    lamps = briefing("Lamps", 40).replace("Lamps 3 was", RICH)
    project = library(
        tmp_path_factory.mktemp("judged") / "library",
        {"foot-patrol": 8, "lamps": 0},
        **{"briefings/lamps.md": lamps, "packs/nights.yaml": PACK.replace("lamps, dogs, horses", "lamps")},
    )
    issue(project, "First", "2024-10-01")
    rewrite(
        project, "briefings/lamps.md", ("| 19 |", "| 18 |"), ("By lot", "By chance"), ("Lamps 30 was", "Lamps 30 is")
    )
    _done(project, "approve", "lamps", "--pdf", *DAY)
    renewed(project, "lamps", kind="correction")
    named(project, "First", "Second")
    issue(project, "Second", "2024-11-01")
    assert replace(project, "--from", "First").code == 0
    for more in ((), ("--two",)):
        _done(project, "slip", "lamps", "--from", "1.0", *DAY, *more)
    made = sorted((project / "output").glob("*/*/*-*.pdf"))
    return {path.name: path.read_bytes() for path in made}


def _done(project: Path, *arguments: str) -> None:
    said = libraries.here(project, *arguments)
    assert said.code == 0, said


def test_verapdf_finds_nothing(files: dict[str, bytes], tmp_path: Path) -> None:
    """Each that is read on a screen claims PDF/UA-1 and PDF/A-2a, and is; what is printed or cut apart claims none."""
    claims = {}
    for name, content in files.items():
        with pikepdf.open(io.BytesIO(content)) as pdf:
            packet = pdf.Root.Metadata.read_bytes()
        claims[name] = tuple(word in packet for word in (b"<pdfuaid:part>1<", b"<pdfaid:part>2<"))
    heard = {name: files[name] for name, claim in claims.items() if claim == (True, True)}
    assert sorted(heard) == ["lamps-approval-1.0.pdf", "lamps-slip-1.0-1.1.pdf", "nights-replace-1-2.pdf"]
    assert {claim for name, claim in claims.items() if name not in heard} == {(False, False)}
    assert judged(heard, tmp_path) == []

"""A small library as EPUB and web page, with what its build holds them to; and the same files changed by hand."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.build.checks import held_to
from pipeline.build.project import Project
from pipeline.build.run import make
from pipeline.cli.options import SHIPPED
from pipeline.core.digest import sha256
from pipeline.core.progress import Voice
from pipeline.model import formats
from pipeline.model.order import Order
from pipeline.proof.job import ParityJob
from pipeline.proof.parity.inspection import parity_proof
from pipeline.store.store import Store
from tests.support import libraries
from tests.support.press.cached_sheets import MEMORY
from tests.support.project import IMPRINT
from tests.support.proof.rich_briefing import FIGURE

LONG = "\n\n".join(
    f"Street {n} was walked by two officers for an hour a day, and what was reported there was counted for a year "
    f"before and for a year after; {n + 100} other streets like it were counted in the same way, and nobody who "
    f"counted had been told which of the two a street belonged to, so that hope could not colour what was seen."
    for n in range(1, 25)
)
BODY = f"""## What was done {{#done}}

Officers walked small places every day.[^one] They were asked to:

- walk the same streets
- write down what they saw

See [what came of it](#came), [alley gates](briefing:alley-gates#came) and
[the study's own page](https://example.org/foot-patrol).

## What came of it {{#came}}

Fewer crimes were reported [@hughes2018], and people were pleased.[^two]

Nobody asked the shops.

Nor the police.

![How reports fell](fall.svg){{#fig-fall alt="Reports fell by a third in a year"}}

| Place | Before | After |
|---|---:|---:|
| North | 30 | 20 |
| South | 40 | 41 |

: Reports a month {{#tbl-months}}

The sum is $a + b$ in all.

{LONG}

[^one]: Not on Sundays.
[^two]: Most of them.
"""
PACK = """title: Streets
briefings: [foot-patrol, alley-gates]
front: [cover, contents]
back: [references]
formats: [screen, epub, html]
"""
GATES = (
    "## What came of it {#came}\n\nGates were locked at night [@hughes2018]. See [foot patrol](briefing:foot-patrol).\n"
)
BRIEFING, BOOK, PAGE, PACK_PAGE = (
    "briefings/foot-patrol/foot-patrol.epub",
    "packs/streets/streets.epub",
    "briefings/foot-patrol/foot-patrol.html",
    "packs/streets/streets.html",
)


def source() -> dict[str, str | bytes]:
    """The library."""
    head = {"status": "published", "first_published": "2024-01-11", "version": "'1.0'"}
    return {
        "briefings/foot-patrol/briefing.md": libraries.briefing(BODY, **head),
        "briefings/foot-patrol/fall.svg": FIGURE,
        "briefings/alley-gates.md": libraries.briefing(GATES, **head, title="Alley gates"),
        "packs/streets.yaml": PACK,
        "library.yaml": IMPRINT + "notice: SAMPLE\n",
    }


@cache
def built() -> Mapping[str, ParityJob]:
    """Every EPUB and web page, with what it is held to."""
    with TemporaryDirectory() as folder:
        project = Project(libraries.written(Path(folder), source()), SHIPPED, Voice())
        project.store = Store(MEMORY)
        made = make(Order(produced=date(2024, 4, 26)), project, "tests")
        assert [d for d in made.remarks if not d.place.path.startswith("source/")] == []
        jobs = {}
        for output in made.outputs:
            kind = formats.format_row(output.format).kind
            if kind.marks_pages:
                content = (project.output / output.path).read_bytes()
                held = held_to(project.store, sha256(content))
                assert held
                assert held.promise
                jobs[output.path] = ParityJob(output.path, content, kind, held.promise)
    return jobs


def changed(path: str, pattern: str, instead: str, document: str = "foot-patrol.xhtml") -> ParityJob:
    """A file in which a pattern was replaced once, in one document of it."""
    job = built()[path]
    if job.kind == formats.PAGE:
        return replace(job, content=_changed(job.content, pattern, instead))
    files = members(job.content)
    (name,) = [name for name in files if name.endswith(document)]
    files[name] = _changed(files[name], pattern, instead)
    return replace(job, content=packed(files))


def _changed(content: bytes, pattern: str, instead: str) -> bytes:
    text, count = re.subn(pattern, instead, content.decode(), count=1, flags=re.DOTALL)
    assert count == 1, f"{pattern!r} is not there"
    return text.encode()


def members(book: bytes) -> dict[str, bytes]:
    """The files of an EPUB."""
    with zipfile.ZipFile(BytesIO(book)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Mapping[str, bytes]) -> bytes:
    """An EPUB of these files."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def said(job: ParityJob) -> list[str]:
    """What the proof says of a file: code and sentence."""
    return [f"{fault.code.removeprefix('proof-')}: {fault.sentence}" for fault in parity_proof(job)]


def told(job: ParityJob) -> list[str]:
    """What is said, without the words that every sentence of a code begins with."""
    return [re.sub(r"^(\S+): .*? (?=(under|before the first) )", r"\1: … ", line) for line in said(job)]

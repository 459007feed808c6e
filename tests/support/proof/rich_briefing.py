"""A briefing with one of everything, built in this process, with what its build holds its PDF to.

It is kept by text, code and tools, so that it is made once for all tests.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.build.checks import find_expected_file
from pipeline.build.project import Project
from pipeline.build.run import run_build
from pipeline.cli.options import SHIPPED
from pipeline.core.cache import Cache
from pipeline.core.digests import sha256
from pipeline.core.progress import ProgressReporter
from pipeline.model.formats import Order
from pipeline.proof.expected_content import ProofJob
from tests.support import libraries
from tests.support.press.cached_sheets import MEMORY

PATH = "briefings/foot-patrol/foot-patrol.pdf"
BOOK = "briefings/foot-patrol/foot-patrol.epub"
PAGE = "briefings/foot-patrol/foot-patrol.html"
FIGURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="#dddddd"/>'
    '<path d="M2 18L38 2" stroke="#333333"/></svg>'
)
WORDS = (
    "Patrols on foot were sent to small places for an hour a day, and what was reported there was counted for a year "
    "before and for a year after; other places like them were counted too. "
)
BODY = f"""## What was done {{#done}}

{WORDS * 4}[^one]

The officers were asked to:

- walk the same streets every day
- talk to whoever they met:
    1. people who live there
    2. people who work there part-time
- write down what they saw

{WORDS * 3}See [what came of it](#came) and [the study's own page](https://example.org/foot-patrol).

## What came of it {{#came}}

A third, or $\\frac{{10}}{{30}}$, of the reports were no longer made. [The list](#tbl-months) has the places.

### Near by {{#near}}

{WORDS * 5}[^two] It is *cited* in **full** [@hughes2018].

![How reports fell](fall.svg){{#fig-fall alt="Reports fell by a third in a year"}}

| Place | Before | After |
|---|---:|---:|
| North | 30 | 20 |
| South | 40 | 41 |

: Reports a month {{#tbl-months}}

{WORDS * 6}

[^one]: Not on Sundays.
[^two]: Counted by those who had not been told which places were which.
"""


def source() -> dict[str, str | bytes]:
    """The library."""
    text = libraries.briefing(BODY, status="published", first_published="2024-01-11", version="'1.0'")
    return {"briefings/foot-patrol/briefing.md": text, "briefings/foot-patrol/fall.svg": FIGURE}


@dataclass(frozen=True)
class Rich:
    """The files of the briefing, with what the PDF is held to."""

    pdf: ProofJob
    book: bytes
    page: bytes


@cache
def made() -> Rich:
    """The briefing, built."""
    with TemporaryDirectory() as folder:
        project = Project(libraries.written(Path(folder), source()), SHIPPED, ProgressReporter())
        project.store = Cache(MEMORY)
        built = run_build(Order(produced=date(2024, 4, 26)), project, "tests")
        assert [d for d in built.remarks if not d.place.path.startswith("source/")] == []
        pdf, book, page = ((project.output / path).read_bytes() for path in (PATH, BOOK, PAGE))
        held = find_expected_file(project.store, sha256(pdf))
    assert held
    return Rich(ProofJob(PATH, pdf, "screen", held.promise), book, page)


def rich() -> ProofJob:
    """The finished PDF with what it is held to."""
    return made().pdf

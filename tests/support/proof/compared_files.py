"""A small library as PDF, EPUB and web page, with what its build holds each file to; and the same files changed."""

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from pikepdf import Pdf

from pipeline.build.checks import find_expected_file
from pipeline.build.project import Project
from pipeline.build.run import run_build
from pipeline.cli.options import SHIPPED
from pipeline.core.cache import Cache
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.digests import sha256
from pipeline.core.progress import ProgressReporter
from pipeline.model.formats import Order, format_row
from pipeline.proof.expected_content import ProofJob
from pipeline.proof.inspection import check_epub, check_pdf, check_web_page
from tests.support import libraries
from tests.support.press.cached_sheets import MEMORY
from tests.support.project import IMPRINT
from tests.support.proof.rich_briefing import FIGURE

LONG = "\n\n".join(
    f"Street {n} was walked by two officers for an hour a day, and what was reported there was counted for a year "
    f"before and for a year after; {n + 100} other streets like it were counted in the same way."
    for n in range(1, 25)
)
BODY = """## What was done {#done}

Officers walked 12 beats in 2011, and crime fell.[^one] See [what came of it](#came),
[the study](https://example.org/one) and [alley gates](briefing:alley-gates#came).

1. Walk the streets.
2. Write down 13.5 hours.

- bread
- butter

## What came of it {#came}

Fewer crimes were reported [@hughes2018], and people were *pleased* [@bell2020].[^two]

### Numbers {#numbers}

| Place | Before | After |
|---|---:|---:|
| North | 120 | 101 |
| South | 40 | |

: Crimes a month {#tbl-crimes}

![How crime fell](fall.svg){#fig-fall alt="Reports fell by a third"}

```
if dark:
    walk()
```

The sum is $x^2$ in all.

LONG

[^one]: Most of these were small.
[^two]: Some came later.
"""
WORK = """- id: bell2020
  type: article-journal
  title: A later study of beats
  author: [{family: Bell, given: M}]
  issued: {date-parts: [[2020]]}
  container-title: Journal of Tests
"""
GATES = "## What came of it {#came}\n\nGates were locked. See [foot patrol](briefing:foot-patrol).\n"
PACK = """title: Streets
briefings: [foot-patrol, alley-gates]
front: [cover, contents]
back: [references]
formats: [screen, epub, html]
"""
BRIEFING, STREETS = "briefings/foot-patrol/foot-patrol", "packs/streets/streets"


def source() -> dict[str, str | bytes]:
    """The library."""
    head = {"status": "published", "first_published": "2024-01-11", "version": "'1.0'"}
    return {
        "briefings/foot-patrol/briefing.md": libraries.briefing(BODY.replace("LONG", LONG), **head),
        "briefings/foot-patrol/fall.svg": FIGURE,
        "briefings/alley-gates.md": libraries.briefing(GATES, **head, title="Alley gates"),
        "packs/streets.yaml": PACK,
        "references/later.yaml": WORK,
        "library.yaml": IMPRINT + "notice: SAMPLE\n",
    }


@cache
def built() -> Mapping[str, ProofJob]:
    """Every file with what it is held to."""
    with TemporaryDirectory() as folder:
        project = Project(libraries.written(Path(folder), source()), SHIPPED, ProgressReporter())
        project.store = Cache(MEMORY)
        made = run_build(Order(produced=date(2024, 4, 26)), project, "tests")
        assert [str(d) for d in made.remarks if not d.place.path.startswith("source/")] == []
        jobs = {}
        for output in made.outputs:
            content = (project.output / output.path).read_bytes()
            held = find_expected_file(project.store, sha256(content))
            assert held
            jobs[output.path] = ProofJob(output.path, content, format_row(output.format).variant, held.promise)
    return jobs


def proof(job: ProofJob) -> tuple[Diagnostic, ...]:
    """Messages of our own check of a file."""
    ends = {"pdf": check_pdf, "epub": check_epub, "html": check_web_page}
    return ends[job.path.rpartition(".")[2]](job)


def of_other_text(path: str, old: str, new: str) -> ProofJob:
    """A file, held to a text in which an expression was replaced."""
    job = built()[path]
    assert job.promise
    (passage,) = job.promise.passages
    (chapter,) = passage.chapters
    body = _changed(chapter.body.encode(), old, new).decode()
    passage = replace(passage, chapters=(replace(chapter, body=body),))
    return replace(job, promise=replace(job.promise, passages=(passage,)))


def changed(path: str, old: str, new: str) -> ProofJob:
    """A web page or an EPUB in which an expression was replaced once."""
    job = built()[path]
    if path.endswith(".html"):
        return replace(job, content=_changed(job.content, old, new))
    files = members(job.content)
    name = next(name for name in files if name.endswith(".xhtml") and re.search(old.encode(), files[name], re.DOTALL))
    return replace(job, content=packed(files | {name: _changed(files[name], old, new)}))


def _changed(content: bytes, old: str, new: str) -> bytes:
    text, count = re.subn(old, new, content.decode(), count=1, flags=re.DOTALL)
    assert count == 1, f"{old!r} is not there"
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


def changed_pdf(path: str, change: Callable[[Pdf], None]) -> ProofJob:
    """A PDF that was changed after it was bound."""
    job = built()[path]
    saved = BytesIO()
    with Pdf.open(BytesIO(job.content)) as pdf:
        change(pdf)
        pdf.save(saved)
    return replace(job, content=saved.getvalue())

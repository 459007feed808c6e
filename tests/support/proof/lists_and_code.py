"""A text of lists, code and a formula, in three editions."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.compose.page.formulas import formula
from pipeline.model.formats import PAGE
from pipeline.press.press import press
from pipeline.proof.job import ParityJob
from pipeline.proof.parity.promise import Promise, briefing_promise
from tests.support.press.manuscripts import manuscript
from tests.support.proof.finished_texts import DAY, IDENTITY, finished
from tests.support.proof.parity_jobs import members, packed

CODE = "if dark:\n    mend()\n\n    walk()\nelse:\n    wait(" + "north, " * 30 + ")"
BODY = (
    '<h1 id="title">Lamps</h1><ol id="a"><li id="b">Open</li></ol>'
    f'<pre id="c"><code>{CODE}</code></pre>'
    '<ol id="d" start="2"><li id="e">Paste</li><li id="f">Enter</li></ol>'
    f'<p id="g">Then {formula("x^2", False, "en-GB")} is known.</p>'
)
STYLE = "pre { white-space: pre-wrap; overflow-wrap: anywhere; width: 80mm }"


def jobs() -> tuple[ParityJob, ParityJob]:
    """The EPUB and the web page of the text."""
    text = manuscript(BODY, style=STYLE)
    return finished(text, press(text))


def changed(job: ParityJob, old: str, new: str) -> ParityJob:
    """A file in whose text some letters were replaced."""
    if job.kind == PAGE:
        return replace(job, content=re.sub(old, new, job.content.decode()).encode())
    files = members(job.content)
    (name,) = [name for name in files if name.endswith("lighting.xhtml")]
    files[name] = re.sub(old, new, files[name].decode()).encode()
    return replace(job, content=packed(files))


def promise(pages: int) -> Promise:
    """What a PDF of the text is held to."""
    return briefing_promise(manuscript(BODY, style=STYLE), pages, IDENTITY, DAY, None)

"""What finished PDFs hold beside their pages: the source and the works cited, and nothing that is not to be read."""

import json
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from pipeline.load.briefing import parse_briefing
from tests.support import libraries

SECRETS = ("Aldous Quill", "Perdita Vane", "Oswin Thrale", "kept-secret", "Inigo Marsh", "Jocasta Penhale")

PATROL = """---
# kept-secret-1
title: Foot patrol
summary: What walking a beat does to crime.  # kept-secret-2
owner: Inigo Marsh
authors: [Oswin Thrale]
reviewers: [Jocasta Penhale]
first_published: 2023-05-04
version: 1.0
status: published
history:
  - {version: 1.0, date: 2023-05-04, kind: first, summary: First published., approved_by: Aldous Quill}
key_finding: It can help. <!-- kept-secret-3 -->
editorial_notes:
  - {kind: source, text: "kept-secret-4: ask Perdita Vane"}
---

<!-- kept-secret-5 -->

Foot patrol can reduce crime [@hughes2018]. <!-- kept-secret-6 -->

[//]: # (kept-secret-7)
"""
WORKS = """- id: hughes2018
  type: article-journal
  title: A study of beats
  note: kept-secret-8
  author: [{family: Hughes, given: Ann}]
  issued: {date-parts: [[2018]]}
  custom: {status: confirmed, note: kept-secret-9}
- id: other2000
  type: book
  title: A book that nobody cites
"""
FILES = {
    "library.yaml": (
        "title: L\npublisher: Northmoor Institute\nformats: [screen]\npdf: {attach: [references, source]}\n"
    ),
    "references/works.yaml": WORKS,
    "briefings/foot-patrol.md": PATROL,
    "briefings/lighting.md": libraries.briefing(title="Street lighting"),
    "packs/streets.yaml": (
        "title: Streets\nbriefings: [lighting, foot-patrol]\nformats: [screen]\nattach: [source, references]\n"
    ),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A library that attaches all there is, built."""
    root: Path = libraries.written(tmp_path_factory.mktemp("attached"), FILES)
    done = libraries.here(root, "build", "--date", libraries.DATE, "--jobs", "1")
    assert done.code == 0, done.err + done.out
    return libraries.made(root)


def attached(content: bytes) -> dict[str, bytes]:
    """The files that a PDF holds."""
    with pikepdf.open(BytesIO(content)) as pdf:
        return {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()}


@pytest.mark.proof
def test_nobody_who_approved_and_no_note_is_anywhere(made: dict[str, bytes]) -> None:
    for name, content in made.items():
        opened = libraries.laid_open(content)
        assert [secret for secret in SECRETS if secret.encode() in opened] == [], name


@pytest.mark.proof
def test_a_briefing_holds_its_source_and_its_works(made: dict[str, bytes]) -> None:
    """The source can be built again; the works are those it cites."""
    files = attached(made["briefings/foot-patrol/foot-patrol.pdf"])
    assert list(files) == ["foot-patrol.md", "references.json"]
    again = parse_briefing("source/briefings/foot-patrol.md", files["foot-patrol.md"])
    assert again.remarks == ()
    assert again.briefing is not None
    assert again.briefing.fields.history[0].summary == "First published."
    assert again.briefing.fields.version == "1.0"
    assert files["foot-patrol.md"].rstrip().endswith(b"\n---\n\nFoot patrol can reduce crime [@hughes2018].")
    (work,) = json.loads(files["references.json"])
    assert (work["id"], work["author"][0]["family"]) == ("hughes2018", "Hughes")
    assert work.keys().isdisjoint({"note", "custom"})

"""A library with two colleges and two editions that were delivered, answered and recalled; people are named in it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from pipeline.colleges.disclosure.bag import INFO, MANIFEST, PAYLOAD, TAG_MANIFEST
from pipeline.colleges.ledger.kept import file_ledger
from tests.support import libraries
from tests.support.editions.issued_library import BRIEFING, HOUSE, PACK, library, next_edition
from tests.support.project import Said
from tests.support.publishing import HISTORY, text

PEOPLE = (
    *("Aisha Rahman", "Tom Okafor", "Ann Bell", "Kim Vale", "jane.roe", "Lee Hart", "Pat Moor", "Smith"),
    "Grey",
)
"""The people who are named in the library; of some, all that a reader could find."""
SECRET = "pl4nted-s3cret-of-a-server"
COLLEGES = """\
north:
  name: North Unit
  type: force-learning-unit
  licence_basis: licensed
  contact: jane.roe@north.example
  formats: [text]
  channels: {folder: ../in}
south:
  name: South Tor
  type: university
  licence_basis: licensed
  formats: [html]
  copies: 2
  channels: {folder: ../in, post: 'c/o Mrs Grey, School of Policing, Hill Road, South Tor'}
"""
NAMED = {
    "authors": "[Aisha Rahman]",
    "reviewers": "[Tom Okafor]",
    "owner": "Evidence desk",
    "editorial_notes": "[{kind: source-error, text: Ask Kim Vale about Table 2.}]",
}
FILES = {
    "library.yaml": HOUSE.replace("CC-BY-4.0", "NCCL"),
    "colleges.yaml": COLLEGES,
    "packs/nights.yaml": PACK.replace("formats: [text]", "formats: [text, html]"),
    BRIEFING: text(more=HISTORY, **NAMED),
}


def on(patch: pytest.MonkeyPatch, day: str) -> str:
    """Have it be noon of a day; gives the day."""
    from datetime import UTC, datetime

    moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
    patch.setenv("SOURCE_DATE_EPOCH", str(int(moment.timestamp())))
    return day


def done(project: Path, *arguments: str) -> Said:
    """Run a command that must go well."""
    said = libraries.here(project, *arguments)
    assert said.code == 0, said
    return said


def disclosed_library(root: Path, patch: pytest.MonkeyPatch) -> Path:
    """The library, with two years of what happened to it."""
    patch.setenv("BRIEFINGS_SMTP_PASSWORD", SECRET)
    (root / "in").mkdir(parents=True)
    project = library(root / "library", **FILES)
    on(patch, "2024-10-01")
    done(project, "issue", "nights", "--jobs", "1", "--by", "Lee Hart, head of evidence")
    on(patch, "2024-10-02")
    done(project, "deliver", "nights")
    on(patch, "2024-10-09")
    done(project, "acknowledge", delivery(project, "north"), "--how", "received")
    next_edition(project, "Autumn 2024", "Spring 2025")
    on(patch, "2025-03-01")
    done(project, "issue", "nights", "--jobs", "1", "--by", "Head of evidence")
    on(patch, "2025-03-02")
    done(project, "deliver", "nights", "--to", "north")
    done(project, "acknowledge", delivery(project, "north"), "--how", "replaced")
    on(patch, "2025-03-03")
    done(project, "deliver", "nights", "--to", "north", "--again", "Pat Moor asked for it")
    said = {"reason": f"535 {SECRET} of jane.roe@north.example"}
    file_ledger(project).add("2025-03-04T12:00:00Z", "failed", delivery(project, "north"), said)
    on(patch, "2026-02-01")
    done(project, "recall", "nights@Spring 2025", "--reason", "Dr Smith found a wrong figure in Table 2.")
    return project


def delivery(project: Path, college: str) -> str:
    """The id of the last delivery to a college."""
    events = file_ledger(project).events()
    return [one.subject for one in events if one.kind == "planned" and one.facts["college"] == college][-1]


def files_in(place: Path) -> dict[str, bytes]:
    """The files of a folder by path."""
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def packed_again(files: dict[str, bytes]) -> dict[str, bytes]:
    """A bag whose manifests are made anew, as somebody would who has changed it."""

    def sums(names: list[str]) -> bytes:
        return "".join(f"{hashlib.sha256(files[one]).hexdigest()}  {one}\n" for one in sorted(names)).encode()

    payload = [name for name in files if name.startswith(PAYLOAD)]
    size = f"Payload-Oxum: {sum(len(files[one]) for one in payload)}.{len(payload)}".encode()
    files = {**files, MANIFEST: sums(payload), INFO: re.sub(rb"Payload-Oxum: \d+\.\d+", size, files[INFO])}
    tags = [name for name in files if name not in payload and not name.startswith(TAG_MANIFEST)]
    return {**files, TAG_MANIFEST: sums(tags)}

"""Answers on files out of the records. Works without `output/`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pipeline.build.project import Project
from pipeline.cli.editions.answers import (
    DOUBT,
    NOT_CHECKED,
    Answer,
    Copies,
    Judgement,
    ask_records,
    by_bytes,
    copies_of,
    state_in_words,
    state_of_edition,
)
from pipeline.cli.editions.verifying_codes import editions_with, versions_with
from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.limited_process import BrokenOff, limited
from pipeline.core.printed_code import read_code
from pipeline.editions.issued.page_words import read_as_json
from pipeline.editions.issued.records import RecordsRead, read_records
from pipeline.model.words import in_words

_END = re.compile(rb"%%EOF\r?\n?")
"""The end of a PDF, or of what was added to one."""
_NOT_ISSUED = "not as issued. Its printed code, {code}, names this edition."
_NO_FILES = "cannot be said: no file of a version is on record. Its printed code, {code}, names this version."


_MOST_BYTES = 500_000_000
"""Bytes of a file that is read into memory."""


def answer_file(project: Project, place: Path) -> tuple[Answer, ...]:
    """The answers on a file: one on an issued file, else one for each edition or version that its codes name."""
    try:
        if place.stat().st_size > _MOST_BYTES:
            raise EnvironmentFailure(f"{place} is larger than {_MOST_BYTES // 1_000_000} MB: no edition is.")
        content = place.read_bytes()
    except OSError as refusal:
        raise EnvironmentFailure(f"{place} cannot be read: {refusal.strerror}.") from refusal
    records = read_records(project.files)
    copies = copies_of(project)
    if found := by_bytes(records, copies, content):
        whole = f"as issued, on {in_words(found.edition.record.issued)}."
        return (_on_issued(project, records, place, found, whole, "as-issued"),)
    if found := _signed_before(records, copies, content):
        whole = f"not as issued: a signature follows the issued file, and is {NOT_CHECKED}."
        return (_on_issued(project, records, place, found, whole, "unchecked"),)
    return _by_codes(project, records, place, content)


def _on_issued(project: Project, records: RecordsRead, place: Path, found: Judgement, whole: str, grade: str) -> Answer:
    """The answer on a file of an edition."""
    record = found.edition.record
    library = project.part_of_library({one.id for one in record.briefings})
    state = state_of_edition(project, library, records.chains[record.pack], found.edition)
    file = f" ({found.file.file})" if found.file else ""
    which = f"{record.title}, {record.edition}{file}{found.copy and f', {found.copy}'}"
    asked = ask_records(project, records, found.edition)
    if asked.whole:
        whole, grade = asked.whole, "unknown"
    now = state_in_words(state, asked.doubtful)
    return Answer(str(place), which, whole, now, grade, state.word, asked.doubtful, found.copy, asked.by)


def _signed_before(records: RecordsRead, copies: Iterable[Copies], content: bytes) -> Judgement | None:
    """The issued file with which a PDF begins that release 1 signed."""
    for end in (found.end() for found in _END.finditer(content) if content.startswith(b"%PDF")):
        issued = by_bytes(records, copies, content[:end])
        if issued and b"/ByteRange" in content[end:]:
            return issued
    return None


def _by_codes(project: Project, records: RecordsRead, place: Path, content: bytes) -> tuple[Answer, ...]:
    """The answers on a file that is not as issued: what the codes on its pages say that it is."""
    limit = project.limit("proof")
    try:
        said = json.loads(limited(read_as_json, content, limit.seconds, limit.memory))
    except BrokenOff as broken:
        said = str(broken)
    codes = [] if isinstance(said, str) else [read_code(each) for each in said]
    for named, whole in ((editions_with, _NOT_ISSUED), (versions_with, _NO_FILES)):
        answers = [(code, answer) for code in codes for answer in named(project, code)]
        if answers:
            return tuple(
                replace(one, asked=str(place), whole=whole.format(code=code), grade="by-code") for code, one in answers
            )
    if isinstance(said, str):
        whole = f"not as issued, and its pages cannot be read: {said.rstrip('.')}."
    elif codes:
        whole = f"not as issued, and its printed code is on no record here: {', '.join(map(str, codes))}."
    else:
        whole = "not as issued, and no code of ours is on its pages."
    doubt = f" {DOUBT}" if records.remarks else ""
    return (Answer(str(place), "no edition that is on record here", f"{whole}{doubt}", grade="unknown"),)

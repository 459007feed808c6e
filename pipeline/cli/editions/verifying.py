"""Answers on files out of the records. Works without `output/`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.build.project import Project
from pipeline.cli.colleges.state_now import state_of_edition
from pipeline.cli.editions.answers import DOUBT, NOT_CHECKED, Answer, ask_records, state_in_words
from pipeline.cli.editions.archived_pages import withdrawn_pages
from pipeline.cli.editions.verifying_codes import copy_by_code, copy_in_words, on_version
from pipeline.core.errors import EnvironmentFailure
from pipeline.core.limited_process import BrokenOff, limited
from pipeline.core.printed_code import PrintedCode, read_code
from pipeline.editions.issued.archive import Archive, archive_of
from pipeline.editions.issued.judging import FoundPages, Judgement, by_bytes, by_words, nearest
from pipeline.editions.issued.page_words import CannotBeRead, letters_of, page_letters, read_as_json
from pipeline.editions.issued.records import (
    RecordsRead,
    edition_code,
    read_records,
)
from pipeline.editions.issued.words_aside import copy_phrases, has_code, named_copy, words_aside
from pipeline.load.library.coded import coded_versions
from pipeline.load.library.folders import REGISTER
from pipeline.load.library.register import Entry, read_register
from pipeline.load.library.word_tables import wordbook
from pipeline.model.day import in_words


@dataclass(frozen=True, slots=True)
class ReadPages:
    """The pages of a file as they were read: their letters, and the codes on them."""

    pages: FoundPages
    codes: tuple[PrintedCode, ...]
    asides: Mapping[str, str]
    """The patterns of what is left out, by the path of the record that leaves it out."""


_END = re.compile(rb"%%EOF\r?\n?")
"""The end of a PDF, or of what was added to one."""


def answer_file(project: Project, place: Path) -> Answer:
    """The answer on a file."""
    try:
        content = place.read_bytes()
    except OSError as refusal:
        raise EnvironmentFailure(f"{place} cannot be read: {refusal.strerror}.") from refusal
    records = read_records(project.files)
    register = read_register(project.files.get(REGISTER, b""))[0]
    found = by_bytes(records, register, content) or _signed_before(records, register, content)
    if found is None:
        read = _read(project, records, place.name, content)
        found = read if isinstance(read, Judgement) else _by_words(project, records, read)
    if version := _version_by_code(project, found):
        return replace(version, asked=str(place))
    if found.edition is None:
        doubt = f" {DOUBT}" if records.remarks else ""
        return Answer(str(place), "no edition that is on record here", f"{found.said}.{doubt}", grade=found.grade)
    library = project.part_of_library({one.id for one in found.edition.record.briefings})
    chain = records.chains[found.edition.record.pack]
    state = state_of_edition(project, library, chain, found.edition, withdrawn_pages(project, library, found.edition))
    copy, unknown = copy_in_words(library, found.copy), ""
    if not copy and (code := _code_of_copy(found)):
        copy, unknown = copy_by_code(project, library, found.edition, code)
    file = f" ({found.file.file})" if found.file else ""
    which = f"{found.edition.record.title}, {found.edition.record.edition}{file}{copy and f', {copy}'}{unknown}"
    issued = f", on {in_words(found.edition.record.issued)}" if found.grade == "as-issued" else ""
    asked = ask_records(project, records, found.edition)
    whole, now = f"{found.said}{issued}.", state_in_words(state, asked.doubtful)
    grade: str = found.grade
    if asked.forged:
        whole, grade = f"cannot be said: the archive has another record of {found.edition.record.edition}.", "unknown"
    return Answer(str(place), which, whole, now, grade, state.word, asked.doubtful, copy, asked.by)


def _signed_before(records: RecordsRead, register: Iterable[Entry], content: bytes) -> Judgement | None:
    """The judgement on a PDF that release 1 signed: an issued file with a signature behind it, which is not checked."""
    for end in (found.end() for found in _END.finditer(content) if content.startswith(b"%PDF")):
        issued = by_bytes(records, register, content[:end])
        if issued and b"/ByteRange" in content[end:]:
            said = f"not as issued: a signature follows the issued file, and is {NOT_CHECKED}"
            return replace(issued, grade="signed", said=said)
    return None


def _code_of_copy(found: Judgement) -> PrintedCode | None:
    """The code of the copy that every page of an edition with such a code names; none where they name several."""
    own = edition_code(found.edition.record).text if found.edition else ""
    codes = [code for code in found.codes if code.text == own and code.copy]
    return codes[0] if len(codes) == 1 else None


def _version_by_code(project: Project, found: Judgement) -> Answer | None:
    """The answer on a file that bears the code of a kept version, and not that of the edition that it is nearest to."""
    symbols = {code.text for code in found.codes}
    if not symbols or (found.edition and edition_code(found.edition.record).text in symbols):
        return None
    held = [kept for kept in coded_versions(project.files) if kept.code.text in symbols]
    if len({kept.code.text for kept in held}) != 1:
        return None
    answer = on_version(project, held[0])
    which = f"{answer.which} (by the code on its pages)"
    return replace(answer, which=which, whole="cannot be said: no file of a version is on record.", grade="by-code")


def _read(project: Project, records: RecordsRead, name: str, content: bytes) -> ReadPages | Judgement:
    """The pages of a file whose bytes nobody knows; or that it cannot be read."""
    limit = project.limit("proof")
    try:
        said = json.loads(limited(read_as_json, content, limit.seconds, limit.memory))
    except BrokenOff as broken:
        said = str(broken)
    if isinstance(said, str):
        return Judgement("unknown", said=f"cannot be read: {said.rstrip('.')}")
    texts, codes = tuple(said[0]), tuple(map(read_code, said[1]))
    asides = dict(_asides(project, records, texts, codes))
    left = {pattern: letters_of(texts, pattern) for pattern in set(asides.values())}
    pages = FoundPages(name, letters_of(texts), {path: left[pattern] for path, pattern in asides.items()})
    return ReadPages(pages, codes, asides)


def _asides(
    project: Project, records: RecordsRead, texts: Sequence[str], codes: Sequence[PrintedCode]
) -> Iterator[tuple[str, str]]:
    """The pattern of what the record of an edition leaves out, by its path, where the texts may hold any of it."""
    library = project.part_of_library(())
    holders = [college.name for college in library.colleges.values()]
    today = copy_phrases(wordbook(project.layouts).of(library.imprint.fields.language))
    register = read_register(project.files.get(REGISTER, b""))[0]
    for one in records.every():
        code, record = edition_code(one.record), one.record
        phrases = record.copy_phrases or (today if record.numbered else None)
        if phrases is None and any(has_code(text, code) for text in texts):
            yield one.path, words_aside(None, code)
        elif phrases:
            own = [found.copy for found in codes if found.text == code.text]
            numbers = filter(None, own) if own else None
            given = [entry.copy_number for entry in register if entry.issue == (record.pack, record.edition)]
            copy = named_copy(phrases, texts, numbers, holders, given)
            yield one.path, words_aside(phrases, code, copy)


def _by_words(project: Project, records: RecordsRead, read: ReadPages) -> Judgement:
    """The judgement on a file by its words."""
    best = nearest(records, read.pages)
    if best is None:
        return Judgement("unknown", said="no page of it is a page of an edition", codes=read.codes)
    archive = archive_of(project.part_of_library(()).imprint.fields.archive, project.folder)
    letters = _issued_letters(archive, best[1].sha256, read.asides.get(best[0].path, ""))
    return replace(by_words(*best, read.pages, letters), codes=read.codes)


def _issued_letters(archive: Archive | None, digest: str, aside: str) -> tuple[str, ...]:
    """The letters of each page of a file as the archive has it; none where it has it no more, or is out of reach."""
    try:
        content = archive.file(digest) if archive else None
        return page_letters(content, aside) if content else ()
    except (EnvironmentFailure, CannotBeRead):
        return ()

"""Answers on codes out of the records. Works without `output/`."""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.build.project import Project
from pipeline.cli.editions.answers import (
    Answer,
    ask_records,
    copies_of,
    state_in_words,
    state_of_edition,
    state_of_version,
)
from pipeline.core.printed_code import PrintedCode, read_code
from pipeline.editions.issued.records import RecordFile, edition_code, read_records
from pipeline.load.versions import CodedVersion, coded_versions
from pipeline.model.source.versions import CODE_ALONE


def answers_code(project: Project, typed: str) -> tuple[Answer, ...]:
    """The answers on a code as it was typed: one for each edition and each version whose words have it."""
    code = read_code(typed)
    found = (*editions_with(project, code), *versions_with(project, code))
    return found or (Answer(str(code), "no text and no edition that is on record here", grade="unknown"),)


def editions_with(project: Project, code: PrintedCode) -> Iterator[Answer]:
    """The answers on a code for each edition that has it."""
    records = read_records(project.files)
    for one in records.every():
        if edition_code(one.record).text == code.text:
            library = project.part_of_library({briefing.id for briefing in one.record.briefings})
            chain = records.chains[one.record.pack]
            state = state_of_edition(project, library, chain, one)
            copy, unknown = _copy_by_code(project, one, code)
            which = f"{one.record.title}, {one.record.edition}{copy and f', {copy}'}{unknown}"
            asked = ask_records(project, records, one)
            now = state_in_words(state, asked.doubtful)
            yield Answer(str(code), which, asked.whole, now, "code", state.word, asked.doubtful, copy, asked.by)


def versions_with(project: Project, code: PrintedCode) -> Iterator[Answer]:
    """The answers on a code for each kept version that has it."""
    for kept in coded_versions(project.files):
        if kept.code.text == code.text:
            yield replace(_on_version(project, kept), asked=str(code))


def _copy_by_code(project: Project, one: RecordFile, code: PrintedCode) -> tuple[str, str]:
    """The number and the holder of the copy that a code is of; and if it is on no record, the words that say so."""
    if not code.copy:
        return "", ""
    found = (known.in_words(one.record.pack, one.record.edition, code.copy) for known in copies_of(project))
    copy = next(filter(None, found), "")
    return copy, "" if copy else f", copy {code.copy}, which is not in the ledger"


def _on_version(project: Project, kept: CodedVersion) -> Answer:
    """The answer on a kept version."""
    state = state_of_version(project, kept)
    which, by, other = f"{kept.title}, version {kept.version}", "", False
    if kept.approved_words:
        other = kept.approved_words != kept.digest
        by = f"the record here; its words are {'not ' if other else ''}those that were approved, by their SHA-256"
    elif kept.approved_code:
        by = f"the record here. {CODE_ALONE}"
    return Answer(str(kept.code), which, "", state_in_words(state, other), "code", state.word, other, by=by)

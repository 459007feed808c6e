"""Answers on what corrects printed copies or tells of it: leaves, folders with leaves, slips, marked copies."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from pipeline.build.project import Project
from pipeline.cli.colleges.state_now import state_of_edition
from pipeline.cli.editions.answers import Answer, state_in_words
from pipeline.cli.editions.archived_pages import issued_content, print_file, withdrawn_pages, withdrawn_texts
from pipeline.cli.editions.verifying_codes import on_version
from pipeline.core.printed_code import PrintedCode
from pipeline.core.tables import count
from pipeline.editions.issued.judging import FoundPages
from pipeline.editions.issued.page_words import letters_of, page_labels
from pipeline.editions.issued.records import RecordFile, RecordsRead, edition_code
from pipeline.editions.replacing.folder import FOLDER, FoundFolder, PrintedEdition, find_folder, judge_folder
from pipeline.editions.replacing.found import FoundLeaves, SheetWords, find_leaves, wrong_leaves
from pipeline.load.library.coded import CodedVersion, coded_versions
from pipeline.load.library.word_tables import wordbook
from pipeline.model.formats import PRINTED
from pipeline.model.source.kept import numbers
from pipeline.model.words import Words

_NUMBER = r"\d+\.\d+"
MOST_PAGES = 2
"""Pages of a slip."""


@dataclass(frozen=True, slots=True)
class ReadPages:
    """The pages of a file as they were read: their letters, and the codes on them."""

    pages: FoundPages
    codes: tuple[PrintedCode, ...]
    asides: Mapping[str, str]
    """The patterns of what is left out, by the path of the record that leaves it out."""


def on_correction(project: Project, records: RecordsRead, read: ReadPages) -> Answer | None:
    """The answer on a file that corrects printed copies, or tells of what has changed; none on any other."""
    words = wordbook(project.layouts).of(project.part_of_library(()).imprint.fields.language)
    sheets = SheetWords(words.say("replace-status"), words.phrases["page-of"][0])
    if folder := find_folder(records, read.pages, read.codes, sheets):
        return _on_folder(project, records, folder)
    if leaves := find_leaves(records, read.pages, read.codes, sheets):
        return _on_leaves(project, records, leaves)
    return _on_slip(project, records, read) or _on_marked(project, read)


def _on_folder(project: Project, records: RecordsRead, found: FoundFolder) -> Answer:
    """The answer on a folder whose leaves were replaced: it is held to the leaves that the archive has."""
    record = found.now.record
    ids = {one.id for each in (*found.others, found.now) for one in each.record.briefings}
    library = project.part_of_library(ids)
    pages = withdrawn_pages(project, library, found.now)
    state = state_of_edition(project, library, records.chains[record.pack], found.now, pages)
    doubtful = bool(records.remarks_on(record.pack))
    now, others = _printed(project, found.now), [one for one in map(partial(_printed, project), found.others) if one]
    if now is None or len(others) < len(found.others):
        grade, names = "other-words", " and ".join(f"'{one.record.edition}'" for one in (*found.others, found.now))
        said = f"{FOLDER}, with pages of {names}: which of them belong there, the archive alone can say"
    else:
        withdrawn = {name for one in found.others for name in withdrawn_texts(library, one)}
        judged = judge_folder(found, now, others, withdrawn)
        grade, said = "leaves" if judged.exact else "other-words", judged.said
    which = f"{record.title}, {record.edition}"
    return Answer("", which, f"{said}.", state_in_words(state, doubtful), grade, state.word, doubtful)


def _printed(project: Project, one: RecordFile) -> PrintedEdition | None:
    """An edition as it was printed; none where the archive has its print file no more."""
    from pipeline.editions.replacing.leaves import leaves_of  # which load what reads PDFs
    from pipeline.editions.replacing.sides import read_sides

    file = print_file(one)
    content = issued_content(project, file)
    return PrintedEdition(one, file, leaves_of(read_sides(content))) if file and content else None


def _on_leaves(project: Project, records: RecordsRead, found: FoundLeaves) -> Answer:
    """The answer on leaves: those that a holder needs are found again in the archive, if that is within reach."""
    record = found.now.record
    library = project.part_of_library({one.id for one in record.briefings})
    state = state_of_edition(project, library, records.chains[record.pack], found.now)
    doubtful = bool(records.remarks_on(record.pack))
    what = "leaves that turn" if found.pages else "the sheets of leaves that turn"
    which = f"{record.title}, {what} {found.was.record.edition} into {record.edition}"
    wanted, folios = (_wanted(project, found) if found.pages else None) or (None, ())
    wrong, many = wrong_leaves(found, wanted, folios), count(len(found.pages), "page")
    if wrong:
        grade, whole = "other-words", f"{wrong}."
    elif wanted is None:
        grade = "same-words"
        whole = f"each of its {many} behind the sheets is as issued; whether one is missing, the archive alone can say."
    else:
        grade, whole = "leaves", f"its {many} behind the sheets are as issued, and none is missing."
    only = f"Put them only into a folder whose cover has the code {edition_code(found.was.record)}."
    now = f"{state_in_words(state, doubtful)}{'' if wrong else f' {only}'}"
    return Answer("", which, whole, now, grade, state.word, doubtful)


def _wanted(project: Project, found: FoundLeaves) -> tuple[tuple[int, ...], tuple[str, ...]] | None:
    """The pages of the issued file that a holder needs, and its folios; none where the archive has it no more."""
    from pipeline.editions.replacing.instructions import sides_put_in
    from pipeline.editions.replacing.leaves import leaves_of, steps  # which load what reads PDFs
    from pipeline.editions.replacing.sides import read_sides

    old, new = (issued_content(project, print_file(one)) for one in (found.was, found.now))
    own = issued_content(project, found.file)
    if not old or not new or not own:
        return None
    before, after = (leaves_of(read_sides(content)) for content in (old, new))
    sides = [side for side in sides_put_in(steps(before, after)) if side.digest]
    folios = page_labels(own)
    if found.file.format in PRINTED:
        return tuple(side.page for side in sides), folios
    labels = {side.label for side in sides}
    return tuple(page for page, label in enumerate(folios, 1) if label in labels), folios


def _on_slip(project: Project, records: RecordsRead, read: ReadPages) -> Answer | None:
    """The answer on a slip, which bears the codes of two wordings of one text; the right one may be unpublished.

    Both stand on one of its pages.
    """
    symbols, pages = {code.text for code in read.codes}, read.pages.letters
    if len(symbols) != 2 or len(pages) > MOST_PAGES or not any(all(code in page for code in symbols) for page in pages):
        return None
    kept = {one.code.text: one for one in coded_versions(project.files) if one.code.text in symbols}
    issued = {edition_code(one.record).text for one in records.every()}
    held = sorted(kept.values(), key=lambda one: numbers(one.version))
    if not held or symbols & issued or len({one.id for one in held}) != 1:
        return None
    wrong, right = held[0], held[1] if held[1:] else None
    if right is None:
        which = f"{wrong.title}, a slip with the code of version {wrong.version}, and with one that is not on record"
        return Answer("", which, "cannot be said: its words are not on record.", grade="by-code")
    answer = on_version(project, right)
    return replace(
        answer,
        which=f"{right.title}, the slip that corrects version {wrong.version} to {right.version} (by the codes on it)",
        whole=f"cannot be said: slips are not on record. {_again(project, wrong, right, read.pages)}",
        grade="by-code",
    )


def _on_marked(project: Project, read: ReadPages) -> Answer | None:
    """The answer on a file that calls itself a marked copy on its first page; none on others."""
    words = wordbook(project.layouts).of(project.part_of_library(()).imprint.fields.language)
    first = next((text for text in read.pages.letters if text), "")
    present = _letters(words.say("marked-present").upper())
    status = _letters(words.phrases["marked-status"][0])
    pattern = re.escape(status).replace(r"\{was\}", rf"(?P<was>{_NUMBER})")
    found = re.search(pattern.replace(r"\{now\}", rf"(?P<now>{_NUMBER}|{re.escape(present)})"), first)
    if found is None or read.codes:
        return None
    was, now = found["was"], found["now"]
    held = [one for one in coded_versions(project.files) if one.version == was and _letters(f"{one.id} ·") in first]
    text = max(held, key=lambda one: len(one.id), default=None)
    of = f"{text.title}, a" if text else "a"
    newer = "" if now == present else f"@{now}"
    again = f", or make the copy again: 'briefings changes {text.id}@{was} {text.id}{newer} --pdf'" if text else ""
    to = "the present text" if now == present else now
    return Answer(
        "",
        f"{of} copy with the changes from {was} to {to} marked",
        "cannot be said: marked copies bear no code and are on no record. Verify the text itself, by the code on its "
        f"own pages{again}.",
        grade="marked",
    )


def _again(project: Project, wrong: CodedVersion, right: CodedVersion, pages: FoundPages) -> str:
    """Advice to make a slip again as it was made, and not over the one that was found."""
    words = wordbook(project.layouts).of(project.part_of_library(()).imprint.fields.language)
    said = _letters(words.say("produced"))
    days = [_day(words, text) for text in "".join(pages.letters).split(said)[1:]] if said else []
    on = days[0] if days else None
    again = f"briefings slip {wrong.id} --from {wrong.version} --to {right.version} --date {on or 'YYYY-MM-DD'}"
    again += " --two" if len(days) > 1 else ""
    how = "Make it again" if on else "Make it again, with the day that stands on it"
    return f"Put this file elsewhere first: the next one is written in its place. {how}, and compare: '{again}'."


def _day(words: Words, letters: str) -> date | None:
    """The day with which the letters of a page begin."""
    found = re.match(r"(\d{1,2})\D{1,30}?(\d{4})", letters)
    if found is None:
        return None
    day, year = int(found[1]), int(found[2])
    days = [date(year, month, day) for month in range(1, 13) if 1 <= day <= monthrange(year, month)[1]] if year else []
    return next((on for on in days if letters.startswith(_letters(words.day(on)))), None)


def _letters(said: str) -> str:
    return letters_of((said,))[0]

"""The verb accessibility: the report of an issued edition for those who must show, or know, whether it can be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import click

from pipeline.bind.epub.documents import EpubChapter
from pipeline.build.builder import Builder, make_beside
from pipeline.build.formats import MAKERS
from pipeline.build.graph import make_file
from pipeline.build.jobs import FileInputs
from pipeline.build.project import Project
from pipeline.build.recipes import FileRecipe
from pipeline.build.rules import PRESS
from pipeline.build.summary import MadeFiles
from pipeline.build.texts import BuildContext, Notes
from pipeline.cli.options import DAY, day_of
from pipeline.cli.outcome import Exit, Outcome, own_json, rendered
from pipeline.compose.accessibility import (
    AccessText,
    AllowedFault,
    FileHeld,
    FileVerdict,
    Together,
    access_identity,
    compose_access,
)
from pipeline.compose.design.style import compose_stamps
from pipeline.core.diagnostics import ordered
from pipeline.core.files import write_whole
from pipeline.core.sentences import count
from pipeline.load.words import wordbook
from pipeline.model.formats import FORMATS, OF_SERIES, USUAL_EDITION, Claim, Format, format_row, path_of
from pipeline.model.library import Library
from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import Identity, TypesetPages
from pipeline.model.source.briefing import Marking
from pipeline.model.source.pack import Pack, PackFields
from pipeline.model.source.record import FieldLocations
from pipeline.model.source.versions import RECORD, EditionRecord, Judged, VersionRecord, folder_of
from pipeline.proof.inspection import contents_of
from pipeline.proof.promise import briefing_promise
from pipeline.resolve.markings import highest, rank, shown
from pipeline.resolve.packs import pack_marking
from pipeline.services.editions.edition import read_with_texts, takers
from pipeline.services.editions.record import archived_files, library_then, record_named
from pipeline.services.editions.records import SavedRecord, edition_code, read_records

REPORTED: tuple[Format, ...] = (USUAL_EDITION, *OF_SERIES)
"""The formats of a report: the PDF for screens, and the web page."""


def make_report(project: Project, pack: Identity, said: AccessText, number: int, day: date) -> MadeFiles:
    """Make the report on an edition by its number, and put it beside the pack's own files.

    `pack` is the identity of the pack in that edition. The files are not among what a build lists as made.
    """
    return make_beside(project, lambda b: _made(b, pack, said, number, day))


async def _made(b: Builder, pack: Identity, said: AccessText, number: int, day: date) -> MadeFiles:
    identity, library, notes, files = access_identity(pack), b.project.loaded[0], Notes(), list[Path]()
    text = compose_access(identity, library.imprint, said, b.project.layouts)
    sheets = await b.result(PRESS, text)
    stamps = compose_stamps(library.imprint, b.project.layouts)
    shared = BuildContext(b.project.layouts, stamps, {}, day, frozenset(REPORTED), library)
    for kind in REPORTED:
        recipe = _recipe(text, sheets, identity, (kind, number), shared)
        if made := await make_file(b, recipe, shared, notes):
            place = b.project.output / recipe.path
            write_whole(place, made.file.read(), b.project.output)
            files.append(place)
    remarks = (*b.remarks, *sheets.remarks, *notes.of_engine, *notes.of_files)
    return MadeFiles(tuple(files), ordered(remarks))


def _recipe(
    text: Manuscript, sheets: TypesetPages, identity: Identity, asked: tuple[Format, int], shared: BuildContext
) -> FileRecipe:
    """The recipe of the report in a format, on the edition of that number."""
    kind, number = asked
    row, maker = FORMATS[kind], MAKERS[FORMATS[kind].kind]
    claim = Claim() if row.heard else None
    pages = sheets.pages if row.paged else 0
    parts = FileInputs(
        edition=row.edition,
        identity=identity,
        produced=shared.produced,
        addresses=(),
        claim=claim,
        profile=None,
        templates=shared.templates,
        text=text,
        chapters=lambda: tuple(map(EpubChapter, text.chapters)),
        images=tuple,
        sheets=sheets if row.paged else None,
    )
    job, owner = maker.job(parts), f"packs/{identity.id}"
    path = path_of(owner, kind).removesuffix(row.end)
    promise = briefing_promise(text, pages, identity, shared.produced)
    path = f"{path}-accessibility-{number}{row.end}"
    return FileRecipe(path, owner, kind, pages, "", job, maker.stamps(job), promise=promise)


_PLACE = re.compile(r"^\S+:\d+:\d+: ")
"""The place of a remark, which says nothing to those who have no source."""


@click.command("accessibility")
@click.argument("name", metavar="PACK")
@click.option("--edition", metavar="NAME", help="The edition that is meant (default: the last).")
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day on the report (default: today).")
@rendered("text", "json")
def verb(project: Project, name: str, edition: str | None, on: datetime | None) -> Outcome:
    """Make the accessibility report of an issued edition, as PDF and web page.

    It says which program of which release found what in which file, as the record of the edition has it; what the files
    claim and hold; what only a person can judge, with room for the answers; what falls short; and whom to ask for
    another format. Files come from the archive, and each is what the record says.
    """
    _, one = record_named(project, read_records(project.files), name, edition)
    files, faults = archived_files(project, one)
    if faults:
        told = {"made": [], "remarks": [fault.sentence for fault in faults]}
        return Outcome(faults, ["No report was made."], Exit.FAULTS, forms=own_json(told))
    day = day_of(on, project)
    said = access_text(project.loaded[0], one, files, day)
    made = make_report(project, pack_identity(project, one), said, one.record.number, day)
    told = {**asdict(said), "made": [*map(str, made.files)], "remarks": [remark.sentence for remark in made.remarks]}
    text = (*_lines(said), *(f"Report: {path}" for path in made.files))
    forms = own_json(told)
    return Outcome(made.remarks, text, made.exit_code, forms=forms, may_be_quiet=True, whole=False)


def access_text(library: Library, one: SavedRecord, files: Mapping[str, bytes], day: date) -> AccessText:
    """Everything that the report of a day says of an edition with these files."""
    record, asked = one.record, library.imprint.fields.accessibility
    pack = library.packs.get(record.pack)
    taken_by = takers(library, pack, day).values() if pack else ()
    taken = Counter(kind for one in taken_by for kind in one.formats)
    made: tuple[Format, ...] = tuple(file.format for file in record.files)
    return AccessText(
        title=record.title,
        edition=record.edition,
        issued=record.issued,
        code=str(edition_code(record)),
        files=tuple(
            FileHeld(
                name=file.file,
                format=file.format,
                pages=file.pages,
                contents=contents_of(files[file.file], file.format),
                verdicts=tuple(verdict for judge in record.judges for verdict in _verdicts(judge, file.file)),
            )
            for file in record.files
        ),
        together=tuple(_together(record)),
        allowed=tuple(
            AllowedFault(taken.reason, tuple(_PLACE.sub("", one) for one in taken.said)) for taken in record.overridden
        ),
        paper=tuple(kind for kind in made if FORMATS[kind].paged and not FORMATS[kind].heard),
        others=tuple(row.name for row in FORMATS.values() if row.meets and row.name not in made),
        inserts=tuple(insert.title for insert in record.inserts),
        evaluated_by=asked.evaluated_by if asked else "",
        evaluated=asked.evaluated if asked else None,
        report=asked.report or "" if asked else "",
        taken=tuple((kind, taken[kind]) for kind in FORMATS if kind in taken),
        needs=tuple(dict.fromkeys(need for taker in taken_by for need in taker.needs)),
    )


def _together(record: EditionRecord) -> Iterator[Together]:
    """Verdicts that belong to no single file: all of a judge in an older record, and what lies at none of its files."""
    for judge in record.judges:
        errors_left = judge.errors - sum(one.errors for one in judge.by_file)
        warnings_left = judge.warnings - sum(one.warnings for one in judge.by_file)
        if not judge.by_file or errors_left or warnings_left:
            yield Together(_named(judge), judge.files, errors_left, warnings_left)


def _verdicts(judge: Judged, name: str) -> Iterator[FileVerdict]:
    for seen in judge.by_file:
        if seen.file == name:
            yield FileVerdict(_named(judge), seen.errors, seen.warnings)


def _named(judge: Judged) -> str:
    return " ".join(filter(None, (judge.name, judge.release)))


def _lines(said: AccessText) -> Iterator[str]:
    """The report in short, for a terminal."""
    yield f"{said.title}, {said.edition}:"
    for file in said.files:
        claims = f"claims {', '.join(file.contents.claims)}" if file.contents.claims else "claims no standard"
        yield f"  {file.name} ({format_row(file.format).words}): {claims}"
        for one in file.verdicts:
            yield f"    {one.judge}: {count(one.errors, 'error')}, {count(one.warnings, 'warning')}"


def pack_identity(project: Project, one: SavedRecord) -> Identity:
    """The identity of a pack as an edition has it."""
    library, record = project.loaded[0], one.record
    imprint = library.imprint
    language = imprint.fields.language
    pack = project.loaded[0].packs.get(one.record.pack)
    bound = pack or Pack(one.record.pack, "", PackFields(title=one.record.title), FieldLocations(""))
    now = pack_marking(read_with_texts(*library_then(project, one, bound), one.record.issued))
    then = highest(_kept_markings(project, one), now)
    return Identity(
        id=record.pack,
        title=record.title,
        short_title=record.title,
        version="",
        words=wordbook(project.layouts).of(language),
        edition=record.edition,
        publisher=imprint.fields.publisher,
        language=language,
        statuses=record.statuses,
        marking=shown(highest((now, then), now) if rank(then) > rank(now) else now, imprint),
    )


def _kept_markings(project: Project, one: SavedRecord) -> Iterator[Marking]:
    """The markings of the kept versions of an edition, as their records have them."""
    for briefing in (briefing for briefing in one.record.briefings if briefing.kept):
        record = VersionRecord.model_validate_json(
            project.files[f"{folder_of(briefing.id, briefing.version)}/{RECORD}"]
        )
        if record.marking is not None:
            yield record.marking

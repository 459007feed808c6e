"""The verb accessibility: report how accessible the files of an issued edition are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import click

from pipeline.bind.chapters import ReflowingChapter
from pipeline.build.builder import PRESS, Builder, make_outside_build
from pipeline.build.formats import FORMAT_HANDLERS, FileInputs
from pipeline.build.graph import make_file
from pipeline.build.project import Project
from pipeline.build.recipes import FileRecipe
from pipeline.build.summary import MadeFiles
from pipeline.build.texts import BuildContext, CollectedRemarks
from pipeline.cli.options import DAY, production_day
from pipeline.cli.outcome import Exit, Outcome, json_form, verb_with_outcome
from pipeline.compose.accessibility import (
    AccessibilityReport,
    FileVerdict,
    OverriddenFault,
    ReportedFile,
    SharedVerdict,
    compose_accessibility_report,
    report_identity,
)
from pipeline.compose.design.style import compose_stamps
from pipeline.core.diagnostics import ordered
from pipeline.core.files import write_atomically
from pipeline.core.sentences import count_noun
from pipeline.load.words import phrase_table
from pipeline.model.formats import FORMATS, OF_SERIES, USUAL_VARIANT, Claim, Format, format_row, path_of
from pipeline.model.library import Library
from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import Identity, TypesetPages
from pipeline.model.source.briefing import Marking
from pipeline.model.source.pack import Pack, PackFields
from pipeline.model.source.record import FieldLocations
from pipeline.model.source.versions import RECORD, EditionRecord, Judged, VersionRecord, folder_of
from pipeline.proof.expected_content import expected_briefing
from pipeline.proof.inspection import count_contents
from pipeline.resolve.packs import pack_marking
from pipeline.resolve.protective_markings import highest_marking, marking_on_pages, marking_rank
from pipeline.services.editions.edition import list_pack_recipients, read_pack_with_texts
from pipeline.services.editions.record_chain import SavedRecord, edition_code, read_records
from pipeline.services.editions.record_verb import archived_files, library_as_issued, record_named

REPORTED: tuple[Format, ...] = (USUAL_VARIANT, *OF_SERIES)
"""The formats of a report: the PDF for screens and the web page."""


def make_report(project: Project, pack: Identity, report: AccessibilityReport, number: int, day: date) -> MadeFiles:
    """Make the report on the edition of a number, in the folder of the pack's own files.

    `pack` is the identity of the pack in that edition. A build does not list these files.
    """
    return make_outside_build(project, lambda b: _make(b, pack, report, number, day))


async def _make(b: Builder, pack: Identity, report: AccessibilityReport, number: int, day: date) -> MadeFiles:
    identity, library, notes, files = report_identity(pack), b.project.loaded[0], CollectedRemarks(), list[Path]()
    text = compose_accessibility_report(identity, library.imprint, report, b.project.layouts)
    sheets = await b.result(PRESS, text)
    stamps = compose_stamps(library.imprint, b.project.layouts)
    shared = BuildContext(b.project.layouts, stamps, {}, day, frozenset(REPORTED), library)
    for kind in REPORTED:
        recipe = _recipe(text, sheets, identity, kind, number, shared)
        if result := await make_file(b, recipe, shared, notes):
            path = b.project.output / recipe.path
            write_atomically(path, result.file.read(), b.project.output)
            files.append(path)
    remarks = (*b.remarks, *sheets.remarks, *notes.of_engine, *notes.of_files)
    return MadeFiles(tuple(files), ordered(remarks))


def _recipe(
    text: Manuscript, sheets: TypesetPages, identity: Identity, kind: Format, number: int, shared: BuildContext
) -> FileRecipe:
    """Return the recipe of the report in a format, on the edition of a number."""
    row, maker = FORMATS[kind], FORMAT_HANDLERS[FORMATS[kind].kind]
    claim = Claim() if row.heard else None
    pages = sheets.pages if row.paged else 0
    parts = FileInputs(
        variant=row.variant,
        identity=identity,
        produced=shared.produced,
        addresses=(),
        claim=claim,
        profile=None,
        templates=shared.templates,
        text=text,
        chapters=lambda: tuple(map(ReflowingChapter, text.chapters)),
        images=tuple,
        sheets=sheets if row.paged else None,
    )
    job, owner = maker.job(parts), f"packs/{identity.id}"
    path = path_of(owner, kind).removesuffix(row.end)
    promise = expected_briefing(text, pages, identity, shared.produced)
    path = f"{path}-accessibility-{number}{row.end}"
    return FileRecipe(path, owner, kind, pages, "", job, maker.stamps(job), promise=promise)


_PLACE = re.compile(r"^\S+:\d+:\d+: ")
"""The place of a remark, which means nothing to readers without the source."""


@click.command("accessibility")
@click.argument("name", metavar="PACK")
@click.option("--edition", metavar="NAME", help="The edition (default: the last).")
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day on the report (default: today).")
@verb_with_outcome("text", "json")
def verb(project: Project, name: str, edition: str | None, on: datetime | None) -> Outcome:
    """Make the accessibility report of an issued edition.

    A PDF and a web page: the results of each validator, what only a person can judge, known faults, and whom to ask
    for another format. All files come from the archive.
    """
    _, saved = record_named(project, read_records(project.files), name, edition)
    files, faults = archived_files(project, saved)
    if faults:
        values = {"made": [], "remarks": [fault.sentence for fault in faults]}
        return Outcome(faults, ["No report was made."], Exit.FAULTS, forms=json_form(values))
    day = production_day(on, project)
    report = access_text(project.loaded[0], saved, files, day)
    made = make_report(project, pack_identity(project, saved), report, saved.record.number, day)
    values = {
        **asdict(report),
        "made": [*map(str, made.files)],
        "remarks": [remark.sentence for remark in made.remarks],
    }
    text = (*_lines(report), *(f"Report: {path}" for path in made.files))
    forms = json_form(values)
    return Outcome(made.remarks, text, made.exit_code, forms=forms, may_be_quiet=True, whole=False)


def access_text(library: Library, saved: SavedRecord, files: Mapping[str, bytes], day: date) -> AccessibilityReport:
    """Collect the text of a report on an edition with these files."""
    record, settings = saved.record, library.imprint.fields.accessibility
    pack = library.packs.get(record.pack)
    recipients = list_pack_recipients(library, pack, day).values() if pack else ()
    taken = Counter(kind for recipient in recipients for kind in recipient.formats)
    formats: tuple[Format, ...] = tuple(file.format for file in record.files)
    return AccessibilityReport(
        title=record.title,
        edition=record.edition,
        issued=record.issued,
        code=str(edition_code(record)),
        files=tuple(
            ReportedFile(
                name=file.file,
                format=file.format,
                pages=file.pages,
                contents=count_contents(files[file.file], file.format),
                verdicts=tuple(verdict for judge in record.judges for verdict in _verdicts(judge, file.file)),
            )
            for file in record.files
        ),
        together=tuple(_together(record)),
        allowed=tuple(
            OverriddenFault(fault.reason, tuple(_PLACE.sub("", sentence) for sentence in fault.said))
            for fault in record.overridden
        ),
        paper=tuple(kind for kind in formats if FORMATS[kind].paged and not FORMATS[kind].heard),
        others=tuple(row.name for row in FORMATS.values() if row.meets and row.name not in formats),
        inserts=tuple(insert.title for insert in record.inserts),
        evaluated_by=settings.evaluated_by if settings else "",
        evaluated=settings.evaluated if settings else None,
        report=settings.report or "" if settings else "",
        taken=tuple((kind, taken[kind]) for kind in FORMATS if kind in taken),
        needs=tuple(dict.fromkeys(need for recipient in recipients for need in recipient.needs)),
    )


def _together(record: EditionRecord) -> Iterator[SharedVerdict]:
    """Yield the verdicts that belong to no single file: all in older records, and faults outside the files."""
    for judge in record.judges:
        errors_left = judge.errors - sum(verdict.errors for verdict in judge.by_file)
        warnings_left = judge.warnings - sum(verdict.warnings for verdict in judge.by_file)
        if not judge.by_file or errors_left or warnings_left:
            yield SharedVerdict(_name_judge(judge), judge.files, errors_left, warnings_left)


def _verdicts(judge: Judged, name: str) -> Iterator[FileVerdict]:
    for verdict in judge.by_file:
        if verdict.file == name:
            yield FileVerdict(_name_judge(judge), verdict.errors, verdict.warnings)


def _name_judge(judge: Judged) -> str:
    return " ".join(filter(None, (judge.name, judge.release)))


def _lines(report: AccessibilityReport) -> Iterator[str]:
    """Yield the report in short, for a terminal."""
    yield f"{report.title}, {report.edition}:"
    for file in report.files:
        claims = f"claims {', '.join(file.contents.claims)}" if file.contents.claims else "claims no standard"
        yield f"  {file.name} ({format_row(file.format).words}): {claims}"
        for verdict in file.verdicts:
            errors, warnings = count_noun(verdict.errors, "error"), count_noun(verdict.warnings, "warning")
            yield f"    {verdict.judge}: {errors}, {warnings}"


def pack_identity(project: Project, saved: SavedRecord) -> Identity:
    """Return the identity of a pack as it was in an edition."""
    library, record = project.loaded[0], saved.record
    imprint = library.imprint
    language = imprint.fields.language
    pack = library.packs.get(record.pack)
    pack = pack or Pack(record.pack, "", PackFields(title=record.title), FieldLocations(""))
    marking = pack_marking(read_pack_with_texts(*library_as_issued(project, saved, pack), record.issued))
    kept = highest_marking(_kept_markings(project, saved), marking)
    return Identity(
        id=record.pack,
        title=record.title,
        short_title=record.title,
        version="",
        words=phrase_table(project.layouts).of(language),
        edition=record.edition,
        publisher=imprint.fields.publisher,
        language=language,
        statuses=record.statuses,
        marking=marking_on_pages(
            highest_marking((marking, kept), marking) if marking_rank(kept) > marking_rank(marking) else marking,
            imprint,
        ),
    )


def _kept_markings(project: Project, saved: SavedRecord) -> Iterator[Marking]:
    """Yield the markings of the kept versions of an edition, from their records."""
    for briefing in (briefing for briefing in saved.record.briefings if briefing.kept):
        record = VersionRecord.model_validate_json(
            project.files[f"{folder_of(briefing.id, briefing.version)}/{RECORD}"]
        )
        if record.marking is not None:
            yield record.marking

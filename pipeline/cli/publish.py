"""The verb publish: a briefing built, proofed and judged, and its version kept for good."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import click

from pipeline.build.api import build
from pipeline.build.checks import PROOFED, inspected
from pipeline.build.output import turn
from pipeline.build.plan import refuse_unknown
from pipeline.build.project import Project
from pipeline.build.summary import Build
from pipeline.cli.editions.overriding import overridden
from pipeline.cli.options import DAY, day_of, overriding
from pipeline.cli.outcome import Outcome, rendered
from pipeline.core import sentences as tables
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, Place, Severity, UsageError, ordered
from pipeline.core.files import keep_names, name_beside, remove, write_whole
from pipeline.core.messages import message
from pipeline.editions.approvals import approval_faults, entry_of, is_by_code_alone
from pipeline.editions.kinds import kind_doubts
from pipeline.editions.read_back import read_back
from pipeline.editions.versions import Publishing, version_files
from pipeline.load.versions import tell_git
from pipeline.model.formats import Order, kind_of
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing, Status
from pipeline.model.source.versions import ATTRIBUTES, CODE_ALONE, Overridden, approval_of, folder_of, numbers, pin
from pipeline.resolve.citations.fill import partly_confirmed
from pipeline.resolve.citations.works import works_against
from pipeline.resolve.environment import environment_of
from pipeline.resolve.markings import may_be_made
from pipeline.resolve.reading import read_briefings
from pipeline.resolve.status import is_retired

FATAL = frozenset({"kept-differs", "publish-number", "publish-unmade", "publish-lost", "approve-words", "approve-code"})
"""Faults that no reason can override: one number would stand for two texts, or for none."""

_STANDING = frozenset({"review-overdue", "reference-unresolved", "kept-inherited-differs"})
"""Warnings that stand against publishing as errors do."""


@dataclass(frozen=True, slots=True)
class Published:
    """Result of the command: the pin and its folder, and the remarks that stand against it if it was refused."""

    pin: str
    folder: str
    against: tuple[Diagnostic, ...] = ()
    overridden: tuple[Overridden, ...] = ()
    earlier: date | None = None
    """Day on which the same text was kept before, if it was: then nothing is done."""
    retired: str = ""
    """The status of a text that no longer holds."""
    final: bool = False
    """Whether no reason overrides what stands against it."""
    files: tuple[str, ...] = ()
    """The files that were written, or would be, by their paths in the project."""
    beside: tuple[Diagnostic, ...] = ()
    """Warnings that do not stand against it."""
    by_code_alone: bool = False
    """Whether only the code of the approved words was compared."""


def keep(
    project: Project, name: str, produced: date, reasons: Mapping[str, str], only_asked: bool = False
) -> Published:
    """Keep the present version of a briefing, unless something stands against it. `reasons` override, by code.

    If it is only asked whether it could be, all is made and judged likewise, and nothing is written in `source/`.
    """
    library = project.loaded[0]
    briefing = chosen(library, name)
    version = briefing.fields.version
    folder = folder_of(name, version)
    built = build(Order((name,), (), produced), project)
    files = [project.output / output.path for output in built.outputs if kind_of(output.path) in PROOFED]
    proofed = inspected(project, files).remarks if files else ()
    built = replace(built, remarks=ordered((*built.remarks, *proofed)))
    reading = read_briefings(library, produced)[name]
    approval = approval_faults(reading, project.files.get(approval_of(name, version)))
    remarks = _against(library, briefing, built, (*approval, *works_against(reading)))
    others = (remark for remark in built.remarks if remark not in remarks)
    beside = ordered((*others, *partly_confirmed(reading), *kind_doubts(reading, project.files, library.kept_numbers)))
    known = library.kept.get(pin(name, version))
    fatal = FATAL | ({"kept-inherited-differs"} if known else frozenset())
    damaged = known is None and version in library.kept_numbers.get(name, ())
    final = damaged or any(remark.code in fatal for remark in remarks)
    if known and not final:
        retired = str(briefing.fields.status) if is_retired(briefing) else ""
        return Published(pin(name, version), folder, earlier=known.record.published, retired=retired, beside=beside)
    taken = overridden(remarks, reasons, FATAL, "publishing")
    if against := tuple(remark for remark in remarks if final or remark.code not in reasons):
        return Published(pin(name, version), folder, ordered(against), final=final, beside=beside)
    kept = version_files(reading, project.files, _publishing(briefing, produced, taken))
    if lost := tuple(read_back(reading, kept)):
        return Published(pin(name, version), folder, ordered(lost), final=True)
    if not only_asked:
        with turn(project):
            tell_git(project.folder / ATTRIBUTES)
            _write(project.folder / folder, kept)
    paths = tuple(f"{folder}/{path}" for path in kept)
    alone = is_by_code_alone(entry_of(briefing))
    return Published(pin(name, version), folder, (), taken, files=paths, beside=beside, by_code_alone=alone)


def chosen(library: Library, name: str) -> Briefing:
    """The briefing of that name. Packs are issued, and the handbook is of no version."""
    refuse_unknown(library, (name,))
    if name in library.packs or name in library.series:
        raise UsageError(f"'{name}' is no briefing: versions are kept of briefings, and packs are bound from them.")
    if name not in library.briefings:
        raise UsageError(f"'{name}' cannot be read; 'briefings check {name}' says why.")
    if library.briefings[name].manual:
        raise UsageError(f"'{name}' is a page of the handbook, of which no versions are kept.")
    return library.briefings[name]


def _against(
    library: Library, briefing: Briefing, built: Build, further: tuple[Diagnostic, ...]
) -> tuple[Diagnostic, ...]:
    """All that stands against publishing: mistakes, failed proofs, and what makes a text unfit to be kept."""
    fields, marks = briefing.fields, briefing.marks
    found = [remark for remark in built.remarks if remark.severity is Severity.ERROR or remark.code in _STANDING]
    if fields.status is not Status.PUBLISHED:
        hint = _left_as_it_is(library, briefing) if is_retired(briefing) else None
        found.append(message("publish-status", marks.at("status"), hint, name=briefing.id, status=fields.status))
    found += further
    if not _was_made(library, briefing, built):
        found.append(message("publish-unmade", Place(briefing.path), name=briefing.id))
    known = library.kept_numbers.get(briefing.id, ())
    last = known[-1] if known else ""
    if last and fields.version not in known and numbers(fields.version) < numbers(last):
        place = marks.at("version")
        found.append(message("publish-number", place, name=briefing.id, version=fields.version, last=last))
    return ordered(found)


def _left_as_it_is(library: Library, briefing: Briefing) -> str:
    """Advice on a text that no longer holds, instead of publishing it."""
    event = "withdrawal" if briefing.fields.status is Status.WITHDRAWN else "change of status"
    known = library.kept_numbers.get(briefing.id, ())
    if not known:
        return "Nothing is to be published: no version of it is kept."
    return (
        f"Nothing is to be published: a {event} needs no version of its own. Set the text and its version back to "
        f"{known[-1]}, the last that is kept; leave its status."
    )


def _was_made(library: Library, briefing: Briefing, built: Build) -> bool:
    """Whether anything came of the briefing: its marking allows it, and there is a sound file of it."""
    asked = library.imprint.fields.formats
    files = [output for output in built.outputs if output.owner == f"briefings/{briefing.id}" and not output.faulty]
    return may_be_made(environment_of(library), briefing) and bool(files or not asked)


def _publishing(briefing: Briefing, on: date, overridden: tuple[Overridden, ...]) -> Publishing:
    """The record of publishing a version."""
    found = entry_of(briefing)
    if found is None:
        return Publishing(on, None, overridden)
    entry = found.entry
    return Publishing(on, entry.approved_by, overridden, entry.approved_on, entry.approved_code, entry.approved_words)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder whole, beside its place and then into it; it is on the disk before it is said to be kept."""
    beside = Path(name_beside(folder.parent))
    try:
        for name, content in files.items():
            write_whole(beside / name, content, durable=True)
        beside.replace(folder)
        for above in (folder.parent, folder.parent.parent):
            keep_names(above)
    except OSError as refusal:
        raise EnvironmentFailure(f"{folder} cannot be written: {refusal.strerror}.") from refusal
    finally:
        remove(beside)


@click.command("publish")
@click.argument("name")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The day of publishing (default: today).")
@overriding("CODE=REASON", "Publish despite a remark; the reason is kept.")
@click.option("--dry-run", is_flag=True, help="Say what would be kept or stands against it, and keep nothing.")
@rendered("text", "json", "sarif", jobs=None)
def verb(project: Project, name: str, produced: datetime | None, reasons: dict[str, str], dry_run: bool) -> Outcome:
    """Keep the present version of a briefing for good, in source/versions/.

    It is built and proofed first. What is a draft, overdue, unapproved or wrong, or rests on a work that is
    unresolved or retracted, is refused.
    """
    done = keep(project, name, day_of(produced, project), reasons, only_asked=dry_run)
    return Outcome(done.against, _lines(done, dry_run), bool(done.against))


def _lines(done: Published, dry_run: bool) -> Iterator[str]:
    """The lines that say what came of it."""
    if done.against:
        hint = "" if done.final else " --override CODE=REASON keeps it all the same."
        yield f"Not published: {tables.tally(done.against)}.{hint}"
    elif done.retired:
        yield retired_words(done)
    elif done.earlier:
        yield f"{done.pin} is published since {done.earlier.isoformat()}; nothing to do."
    elif dry_run:
        yield f"{done.pin} would be kept; nothing was. These files would be written:"
        yield from (f"  {path}" for path in done.files)
    else:
        yield from (f"Kept despite {taken.code}: {taken.reason}" for taken in done.overridden)
        yield f"{done.pin} is published in {done.folder}."
        if done.by_code_alone:
            name = done.pin.partition("@")[0]
            yield f"{CODE_ALONE} To have the words compared: 'briefings approve {name}' before publishing."
        yield f"Commit source/versions; a pack binds it as '{done.pin}'."


def retired_words(done: Published) -> str:
    """That a text is kept and no longer holds."""
    since = done.earlier.isoformat() if done.earlier else ""
    return f"{done.pin} is published since {since} and {done.retired} now: there is nothing to publish."

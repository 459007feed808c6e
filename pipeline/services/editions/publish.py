"""The verbs publish and ready: build and proof a briefing, and keep its version for good."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
import yaml
from pydantic import BaseModel

from pipeline.build.api import build
from pipeline.build.checks import PROOFED_KINDS, proof_files
from pipeline.build.output import output_lock
from pipeline.build.plan import refuse_unknown_owners
from pipeline.build.project import Project
from pipeline.build.summary import BuildResult
from pipeline.cli.options import DAY, current_command_line, override_option, production_day
from pipeline.cli.outcome import Exit, Outcome, verb_with_outcome
from pipeline.core import sentences as tables
from pipeline.core.diagnostics import (
    Diagnostic,
    Diagnostics,
    EnvironmentFailure,
    Location,
    Severity,
    UsageError,
    failed,
    ordered,
)
from pipeline.core.digests import sha256
from pipeline.core.files import fsync_folder, remove_path, temporary_path, write_atomically
from pipeline.core.messages import message
from pipeline.core.printed_code import code_in_register, code_of
from pipeline.core.sentences import suggest_names
from pipeline.load.library import load_library
from pipeline.load.pictures.picture import picture_file
from pipeline.load.versions import read_all_kept_versions, write_gitattributes
from pipeline.model.bibliography import Reference, Verification
from pipeline.model.formats import Asset, Order, kind_of
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing, Status
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.source.versions import (
    ATTRIBUTES,
    CODE_ALONE,
    PRINTED,
    RECORD,
    WORDS,
    LinkedBriefing,
    Overridden,
    VersionRecord,
    approval_of,
    folder_of,
    numbers,
    version_ref,
)
from pipeline.resolve import environment as inherit
from pipeline.resolve.citations.fill import partly_confirmed_works
from pipeline.resolve.citations.works import works_that_forbid_publishing
from pipeline.resolve.environment import environment_of
from pipeline.resolve.protective_markings import marking_of, may_be_published
from pipeline.resolve.reading import BriefingView, pictures_in_text, texts_of_briefing, view_briefings
from pipeline.resolve.versions import briefings_linked_by_path, differences_in_file, differences_in_inherited_values
from pipeline.resolve.wording import compute_wording, draft_for_wording, wording_digest, write_wording
from pipeline.services.editions.approvals import corrections_change_little, find_approval, words_are_approved

# A kept version is a library of one briefing, with everything that its text uses, and a record. Files that authors
# wrote are kept unchanged. Shared lists are cut to the entries that the text uses, so that a change of another entry
# does not change the version.

SOURCE = "source/"
CITED = "references/cited.json"


def version_files(
    reading: BriefingView, files: Mapping[str, bytes], published: date, overridden: tuple[Overridden, ...] = ()
) -> dict[str, bytes]:
    """Return every file of a kept version by its path in its folder; `files` is `source/` by path.

    The record has the day of publishing, the approval in the briefing's history, and the faults overridden.
    """
    environment, briefing = reading.environment, reading.briefing
    approval = find_approval(briefing)
    entry = approval.entry if approval else None
    draft = draft_for_wording(reading)
    contents = {
        _inner(briefing.path): files[briefing.path],
        **{_inner(path): files[path] for path in pictures_of(reading)},
        "library.yaml": _yaml(_printed(environment.imprint)),
        **dict(_shared(reading)),
    }
    if draft.document.references:
        references = sorted(draft.document.references, key=lambda reference: reference.key)
        works = [dict(reference.csl) | _custom(reference) for reference in references]
        contents[CITED] = (json.dumps(works, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    contents[WORDS] = write_wording(reading, draft)
    digest = wording_digest(contents[WORDS])
    code = code_in_register(digest, environment.codes)
    record = VersionRecord(
        id=briefing.id,
        version=briefing.fields.version,
        title=briefing.fields.title,
        published=published,
        approved_by=entry and entry.approved_by,
        approved_on=entry and entry.approved_on,
        approved_code=entry and entry.approved_code,
        approved_words=entry and entry.approved_words,
        digest=digest,
        marking=marking_of(environment, briefing),
        overridden=overridden,
        leads_to=tuple(_led_to(reading)),
        code=str(code) if code != code_of(digest) else None,
        files={name: sha256(contents[name]) for name in sorted(contents)},
    )
    values = record.model_dump(mode="json", by_alias=True, exclude_none=True)
    contents[RECORD] = (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()
    return dict(sorted(contents.items()))


def pictures_of(reading: BriefingView) -> dict[str, Asset]:
    """Return the pictures that the texts and records of a version name, by path, duplicates included."""
    briefing, imprint = reading.briefing, reading.environment.imprint
    texts = [(text, briefing.path) for text in texts_of_briefing(briefing)]
    for owner in (reading.series, imprint):
        texts += [(text, owner.path) for text in (owner.method_note, owner.practice_caveat)] if owner else []
    paths = {picture_file(path, node.source) for text, path in texts for node in pictures_in_text(text)}
    paths |= {picture_file(briefing.path, record.file) for record in briefing.fields.figures}
    assets = reading.environment.assets
    return {path: assets[path] for path in sorted(filter(None, paths)) if path in assets}


def _inner(path: str) -> str:
    return path.removeprefix(SOURCE)


def _printed(imprint: LibrarySettings) -> dict[str, Any]:
    """Return the fields of `library.yaml` that are printed with a text, and the title that the file must have."""
    values = _dumped(imprint.fields)
    return {name: values[name] for name in ("title", *PRINTED) if name in values}


def _shared(reading: BriefingView) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the series and of the shared lists, cut to the entries that the text uses."""
    environment, fields = reading.environment, reading.briefing.fields
    if reading.series:
        values = _dumped(reading.series.fields)
        names = ("title", "method_note", "practice_caveat", "publisher", "licence")
        series = {name: values[name] for name in names if name in values} | {"briefings": [reading.briefing.id]}
        yield f"series/{reading.series.id}.yaml", _yaml(series)
    for name, ids in (
        ("glossary", set(fields.glossary)),
        ("organisations", set(_organisations(reading))),
        ("tags", {*fields.tags, *fields.audience}),
    ):
        all_records: Mapping[str, BaseModel] = getattr(environment, name)
        used: dict[str, Any] = {key: _dumped(record) for key, record in all_records.items() if key in ids}
        if name == "tags" and any(finding.area for finding in fields.evidence.findings):
            used = {"areas": [_dumped(area) for area in environment.areas], **used}
        if used:
            yield f"{name}.yaml", _yaml(used)


def _organisations(reading: BriefingView) -> Iterator[str]:
    """Yield the organisations that a text names: publishers, forces of its examples, and corporate authors."""
    environment, fields = reading.environment, reading.briefing.fields
    names = {fields.publisher, environment.imprint.fields.publisher, *(record.force for record in fields.practice)}
    names |= {reading.series.fields.publisher} if reading.series else set()
    people = {person.name.casefold() for person in (*fields.authors, *fields.reviewers)}
    for name, body in environment.organisations.items():
        if name in names or people & {alias.casefold() for alias in (body.name, body.short_name) if alias}:
            yield name


def _led_to(reading: BriefingView) -> Iterator[LinkedBriefing]:
    """Yield the related briefings and those linked to by path, with their current titles."""
    environment, briefing = reading.environment, reading.briefing
    for name in dict.fromkeys((*briefing.fields.related, *briefings_linked_by_path(reading))):
        other = environment.briefings.get(name)
        if other and name != briefing.id:
            address = inherit.address_of(other, environment.imprint) or None
            yield LinkedBriefing(id=name, title=other.fields.title, language=other.fields.language, address=address)


def _dumped(record: BaseModel) -> dict[str, Any]:
    return record.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _yaml(values: Mapping[str, Any]) -> bytes:
    return yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False, width=116).encode()


def _custom(work: Reference) -> dict[str, Any]:
    status = {} if work.verification is Verification.NOT_RECORDED else {"status": str(work.verification)}
    known = {"cited_as": str(work.cited_as)} if work.cited_as else {}
    return {"custom": {**status, **known}} if status or known else {}


def read_back(reading: BriefingView, files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """Read the files of a version back, and yield the differences from the text to be published."""
    briefing = reading.briefing
    version, place = briefing.fields.version, Location(briefing.path)
    folder, name = folder_of(briefing.id, version), version_ref(briefing.id, version)
    diagnostics = Diagnostics()
    by_path = {f"{folder}/{path}": content for path, content in files.items()}
    kept = read_all_kept_versions(by_path, frozenset({name}), load_library, diagnostics).kept.get(name)
    if kept is None:
        for remark in diagnostics.remarks:
            yield message("publish-lost", place, name=briefing.id, what=remark.sentence)
        return
    kept_reading = view_briefings(kept.library, reading.produced)[briefing.id]
    if compute_wording(kept_reading) != files[WORDS]:
        differences = (
            *differences_in_file(briefing, reading.environment.assets, kept),
            *differences_in_inherited_values(reading.environment, briefing, kept),
        )
        what = f"{differences[0].what}." if differences else "its wording is another."
        yield message("publish-lost", place, name=briefing.id, what=what)


def override_faults(
    remarks: Sequence[Diagnostic], reasons: Mapping[str, str], fatal: Collection[str], deed: str
) -> tuple[Overridden, ...]:
    """Return the remarks overridden, with the reasons. Raises `UsageError` if a reason has no remark."""
    codes = {remark.code for remark in remarks}
    for code in reasons:
        if code in fatal:
            raise UsageError(f"'{code}' cannot be overridden.")
        if code not in codes:
            hint = suggest_names(code, codes, "")
            raise UsageError(f"No problem with the code '{code}' blocks {deed}. {hint}".rstrip())
    return tuple(
        Overridden(
            code=code,
            reason=reason,
            said=tuple(f"{remark.place}: {remark.sentence}" for remark in remarks if remark.code == code),
        )
        for code, reason in sorted(reasons.items())
    )


FATAL = frozenset({"kept-differs", "publish-number", "not-built", "publish-lost", "approve-words", "approve-code"})
"""Faults that cannot be overridden: one number would mean two texts, or none."""

_STOPPING = frozenset({"review-overdue", "reference-unresolved", "kept-inherited-differs"})
"""Warnings that stop publishing like errors."""


@dataclass(frozen=True, slots=True)
class Published:
    """The result of publishing: the version and its folder, or the faults that stopped it."""

    pin: str
    folder: str
    faults: tuple[Diagnostic, ...] = ()
    overridden: tuple[Overridden, ...] = ()
    earlier: date | None = None
    """The day on which the same text was published before; then nothing is done."""
    retired: str = ""
    """The status of a text that is no longer in force."""
    is_final: bool = False
    """True if the faults cannot be overridden."""
    files: tuple[str, ...] = ()
    """The paths of the files that were written, or would be."""
    warnings: tuple[Diagnostic, ...] = ()
    """Warnings that do not stop publishing."""
    by_code_alone: bool = False
    """True if the approval names the code of the approved words but not their digest."""


def publish_version(
    project: Project, name: str, produced: date, reasons: Mapping[str, str], only_asked: bool = False
) -> Published:
    """Keep the current version of a briefing, unless faults stop it. `reasons` override faults by code.

    With `only_asked` it is built and proofed, but nothing is written in `source/`.
    """
    library = project.loaded[0]
    briefing = require_briefing(library, name)
    version = briefing.fields.version
    pin, folder = version_ref(name, version), folder_of(name, version)
    result = build(Order((name,), (), produced), project)
    files = [project.output / output.path for output in result.outputs if kind_of(output.path) in PROOFED_KINDS]
    proofed = proof_files(project, files).remarks if files else ()
    result = replace(result, remarks=ordered((*result.remarks, *proofed)))
    reading = view_briefings(library, produced)[name]
    of_approval = words_are_approved(reading, project.files.get(approval_of(name, version)))
    remarks = _faults(library, briefing, result, (*of_approval, *works_that_forbid_publishing(reading)))
    remaining = (remark for remark in result.remarks if remark not in remarks)
    doubts = corrections_change_little(reading, project.files, library.kept_numbers)
    others = ordered((*remaining, *partly_confirmed_works(reading), *doubts))
    known = library.kept.get(pin)
    fatal = FATAL | ({"kept-inherited-differs"} if known else frozenset())
    damaged = known is None and version in library.kept_numbers.get(name, ())
    is_final = damaged or any(remark.code in fatal for remark in remarks)
    if known and not is_final:
        retired = str(briefing.fields.status) if briefing.fields.status.is_retired else ""
        return Published(pin, folder, earlier=known.record.published, retired=retired, warnings=others)
    overridden_faults = override_faults(remarks, reasons, FATAL, "publishing")
    if faults := tuple(remark for remark in remarks if is_final or remark.code not in reasons):
        return Published(pin, folder, ordered(faults), is_final=is_final, warnings=others)
    kept = version_files(reading, project.files, produced, overridden_faults)
    if lost := tuple(read_back(reading, kept)):
        return Published(pin, folder, ordered(lost), is_final=True)
    if not only_asked:
        with output_lock(project):
            write_gitattributes(project.folder / ATTRIBUTES)
            _write(project.folder / folder, kept)
    paths = tuple(f"{folder}/{path}" for path in kept)
    approval = find_approval(briefing)
    alone = approval is not None and approval.is_by_code_alone
    return Published(pin, folder, (), overridden_faults, files=paths, warnings=others, by_code_alone=alone)


def require_briefing(library: Library, name: str) -> Briefing:
    """Return the briefing of a name. Raises `UsageError` for anything that has no versions."""
    refuse_unknown_owners(library, (name,))
    if name in library.packs or name in library.series:
        raise UsageError(f"'{name}' is not a briefing. Only briefings have versions.")
    if name not in library.briefings:
        raise UsageError(f"'{name}' cannot be read; 'briefings check {name}' says why.")
    if library.briefings[name].manual:
        raise UsageError(f"'{name}' is a page of the handbook, which has no versions.")
    return library.briefings[name]


def _faults(
    library: Library, briefing: Briefing, result: BuildResult, more: tuple[Diagnostic, ...]
) -> tuple[Diagnostic, ...]:
    """Return the faults that stop publishing: errors, failed proofs, and an unsuitable status or version."""
    fields, marks = briefing.fields, briefing.marks
    faults = [remark for remark in result.remarks if remark.severity is Severity.ERROR or remark.code in _STOPPING]
    if fields.status is not Status.PUBLISHED:
        hint = _left_as_it_is(library, briefing) if briefing.fields.status.is_retired else None
        faults.append(message("publish-status", marks.at("status"), hint, name=briefing.id, status=fields.status))
    faults += more
    formats = library.imprint.fields.formats
    made = [output for output in result.outputs if output.owner == f"briefings/{briefing.id}" and not output.faulty]
    if not may_be_published(environment_of(library), briefing) or (formats and not made):
        faults.append(message("not-built", Location(briefing.path), name=briefing.id, formats=""))
    kept_numbers = library.kept_numbers.get(briefing.id, ())
    last = kept_numbers[-1] if kept_numbers else ""
    if last and fields.version not in kept_numbers and numbers(fields.version) < numbers(last):
        place = marks.at("version")
        faults.append(message("publish-number", place, name=briefing.id, version=fields.version, last=last))
    return ordered(faults)


def _left_as_it_is(library: Library, briefing: Briefing) -> str:
    """Return advice on a text that is no longer in force, which is not published."""
    event = "withdrawal" if briefing.fields.status is Status.WITHDRAWN else "change of status"
    kept_numbers = library.kept_numbers.get(briefing.id, ())
    if not kept_numbers:
        return "There is nothing to publish: it has no published version."
    return (
        f"There is nothing to publish: a {event} needs no new version. Set text and version back to "
        f"{kept_numbers[-1]}, the last kept version, and leave the status."
    )


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder atomically and durably, by renaming a temporary one."""
    temporary = Path(temporary_path(folder.parent))
    try:
        for name, content in files.items():
            write_atomically(temporary / name, content, durable=True)
        temporary.replace(folder)
        for above in (folder.parent, folder.parent.parent):
            fsync_folder(above)
    except OSError as refusal:
        raise EnvironmentFailure(f"{folder} cannot be written: {refusal.strerror}.") from refusal
    finally:
        remove_path(temporary)


@click.command("publish")
@click.argument("name")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The day of publishing (default: today).")
@override_option("CODE=REASON", "Override a message; the record keeps the reason.")
@click.option("--dry-run", is_flag=True, help="Show objections and the files that would be kept; keep nothing.")
@verb_with_outcome("text", "json", "sarif", jobs=None)
def verb(project: Project, name: str, produced: datetime | None, reasons: dict[str, str], dry_run: bool) -> Outcome:
    """Publish the current version of a briefing.

    The briefing is built and checked first, and then kept in source/versions/. A draft is refused, and so is a text
    that is overdue, unapproved or faulty, or that cites a retracted work.
    """
    result = publish_version(project, name, production_day(produced, project), reasons, only_asked=dry_run)
    return Outcome(result.faults, _lines(result, dry_run), bool(result.faults))


def _lines(result: Published, dry_run: bool) -> Iterator[str]:
    if result.faults:
        hint = "" if result.is_final else " --override CODE=REASON keeps it all the same."
        yield f"Not published: {tables.count_diagnostics(result.faults)}.{hint}"
    elif result.retired:
        yield retired_words(result)
    elif result.earlier:
        yield f"{result.pin} is published since {result.earlier.isoformat()}; nothing to do."
    elif dry_run:
        yield f"{result.pin} would be kept; nothing was. These files would be written:"
        yield from (f"  {path}" for path in result.files)
    else:
        yield from (f"Kept despite {fault.code}: {fault.reason}" for fault in result.overridden)
        yield f"{result.pin} is published in {result.folder}."
        if result.by_code_alone:
            name = result.pin.partition("@")[0]
            yield f"{CODE_ALONE} To have the words compared: 'briefings approve {name}' before publishing."
        yield f"Commit source/versions; a pack binds it as '{result.pin}'."


def retired_words(result: Published) -> str:
    """Return the sentence on a text that is published but no longer in force."""
    since = result.earlier.isoformat() if result.earlier else ""
    return f"{result.pin} is published since {since} and {result.retired} now: there is nothing to publish."


@click.command("ready")
@click.argument("name")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="Check as of this day (default: today).")
@verb_with_outcome("text", "json", "sarif", jobs=None)
def ready_verb(project: Project, name: str, produced: datetime | None) -> Outcome:
    """Show what a briefing needs before it can be published.

    The briefing is built and checked as by 'publish', and nothing is kept. Errors prevent publication; warnings do
    not.
    """
    result = publish_version(project, name, production_day(produced, project), {}, only_asked=True)
    remarks = (*result.faults, *result.warnings)
    code = Exit.FAULTS if result.faults else partial(failed, remarks)
    return Outcome(remarks, [_readiness(result, current_command_line())], code, is_report=True)


def _readiness(result: Published, command: str) -> str:
    """Return a sentence on whether a briefing is ready, and what to type next."""
    if result.faults:
        return f"{result.pin} is not ready: {tables.count_diagnostics(result.faults)} to settle."
    if result.retired:
        return retired_words(result)
    if result.earlier:
        return f"{result.pin} is published since {result.earlier.isoformat()}, and nothing has changed."
    return f"{result.pin} is ready. Keep it with: {command} publish {result.pin.partition('@')[0]}"

"""The verbs publish and ready: a briefing built, inspected and judged, and its version kept for good."""

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
from pipeline.build.checks import PROOFED, inspected
from pipeline.build.output import output_lock
from pipeline.build.plan import refuse_unknown
from pipeline.build.project import Project
from pipeline.build.summary import Build
from pipeline.cli.options import DAY, day_of, overriding, typed_here
from pipeline.cli.outcome import Exit, Outcome, rendered
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
from pipeline.core.files import fsync_folder, name_beside, remove, write_whole
from pipeline.core.messages import message
from pipeline.core.printed_code import code_among, code_of
from pipeline.core.sentences import suggestion
from pipeline.load.library import load
from pipeline.load.pictures.picture import picture_file
from pipeline.load.versions import read_kept, write_gitattributes
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
from pipeline.resolve.citations.fill import partly_confirmed
from pipeline.resolve.citations.works import works_against
from pipeline.resolve.environment import environment_of
from pipeline.resolve.markings import marking_of, may_be_made
from pipeline.resolve.reading import BriefingView, bodies, pictures_in, read_briefings
from pipeline.resolve.status import is_retired
from pipeline.resolve.versions import inherited_differences, own_differences, texts_by_path
from pipeline.resolve.wording import drafted, wording, wording_digest, words_of
from pipeline.services.editions.approvals import approval_faults, entry_of, is_by_code_alone, kind_doubts

# The files of a kept version: a library of one briefing, with all that its text rests on, and the record of it. Files
# that authors wrote are kept as they are. What a text takes from lists that others share is kept as far as it takes
# it, so that a change elsewhere in them is no change here.

SOURCE = "source/"
CITED = "references/cited.json"


@dataclass(frozen=True, slots=True)
class Publishing:
    """Record of publishing a version: the day, the approver, and the objections overridden."""

    on: date
    approved_by: str | None = None
    overridden: tuple[Overridden, ...] = ()
    approved_on: date | None = None
    approved_code: str | None = None
    approved_words: str | None = None


def version_files(reading: BriefingView, files: Mapping[str, bytes], publishing: Publishing) -> dict[str, bytes]:
    """Every file of a kept version by its path in its folder; `files` are those of `source/`, by path."""
    environment, briefing = reading.environment, reading.briefing
    draft = drafted(reading)
    kept = {
        _inner(briefing.path): files[briefing.path],
        **{_inner(path): files[path] for path in pictures_of(reading)},
        "library.yaml": _yaml(_printed(environment.imprint)),
        **dict(_shared(reading)),
    }
    if draft.document.references:
        works = [dict(one.csl) | _custom(one) for one in sorted(draft.document.references, key=lambda one: one.key)]
        kept[CITED] = (json.dumps(works, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    kept[WORDS] = wording(reading, draft)
    digest = wording_digest(kept[WORDS])
    code = code_among(digest, environment.codes)
    record = VersionRecord(
        id=briefing.id,
        version=briefing.fields.version,
        title=briefing.fields.title,
        published=publishing.on,
        approved_by=publishing.approved_by,
        approved_on=publishing.approved_on,
        approved_code=publishing.approved_code,
        approved_words=publishing.approved_words,
        digest=digest,
        marking=marking_of(environment, briefing),
        overridden=publishing.overridden,
        leads_to=tuple(_led_to(reading)),
        code=str(code) if code != code_of(digest) else None,
        files={name: sha256(kept[name]) for name in sorted(kept)},
    )
    said = record.model_dump(mode="json", by_alias=True, exclude_none=True)
    kept[RECORD] = (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
    return dict(sorted(kept.items()))


def pictures_of(reading: BriefingView) -> dict[str, Asset]:
    """The pictures that the texts and records of a version name, by path: each file, though another has its bytes."""
    briefing, imprint = reading.briefing, reading.environment.imprint
    texts = [(text, briefing.path) for text in bodies(briefing)]
    for held in (reading.series, imprint):
        texts += [(text, held.path) for text in (held.method_note, held.practice_caveat)] if held else []
    named = {picture_file(path, node.source) for text, path in texts for node in pictures_in(text)}
    named |= {picture_file(briefing.path, record.file) for record in briefing.fields.figures}
    assets = reading.environment.assets
    return {path: assets[path] for path in sorted(filter(None, named)) if path in assets}


def _inner(path: str) -> str:
    return path.removeprefix(SOURCE)


def _printed(imprint: LibrarySettings) -> dict[str, Any]:
    """Fields of `library.yaml` that are part of the text, and the title that the file must have."""
    said = _dumped(imprint.fields)
    return {name: said[name] for name in ("title", *PRINTED) if name in said}


def _shared(reading: BriefingView) -> Iterator[tuple[str, bytes]]:
    """Files of the series and of the small lists, cut to the parts that the text uses."""
    environment, fields = reading.environment, reading.briefing.fields
    if reading.series:
        said = _dumped(reading.series.fields)
        kept = ("title", "method_note", "practice_caveat", "publisher", "licence")
        series = {name: said[name] for name in kept if name in said} | {"briefings": [reading.briefing.id]}
        yield f"series/{reading.series.id}.yaml", _yaml(series)
    for name, ids in (
        ("glossary", set(fields.glossary)),
        ("organisations", set(_organisations(reading))),
        ("tags", {*fields.tags, *fields.audience}),
    ):
        listed: Mapping[str, BaseModel] = getattr(environment, name)
        records: dict[str, Any] = {one: _dumped(record) for one, record in listed.items() if one in ids}
        if name == "tags" and any(finding.area for finding in fields.evidence.findings):
            records = {"areas": [_dumped(area) for area in environment.areas], **records}
        if records:
            yield f"{name}.yaml", _yaml(records)


def _organisations(reading: BriefingView) -> Iterator[str]:
    """The organisations that a text names: publisher, forces of its examples, authors that are bodies."""
    environment, fields = reading.environment, reading.briefing.fields
    named = {fields.publisher, environment.imprint.fields.publisher, *(record.force for record in fields.practice)}
    named |= {reading.series.fields.publisher} if reading.series else set()
    people = {person.name.casefold() for person in (*fields.authors, *fields.reviewers)}
    for name, body in environment.organisations.items():
        if name in named or people & {said.casefold() for said in (body.name, body.short_name) if said}:
            yield name


def _led_to(reading: BriefingView) -> Iterator[LinkedBriefing]:
    """The related titles and the texts that are linked to by a path, as they are called now."""
    environment, briefing = reading.environment, reading.briefing
    for name in dict.fromkeys((*briefing.fields.related, *texts_by_path(reading))):
        other = environment.briefings.get(name)
        if other and name != briefing.id:
            address = inherit.address_of(other, environment.imprint) or None
            yield LinkedBriefing(id=name, title=other.fields.title, language=other.fields.language, address=address)


def _dumped(record: BaseModel) -> dict[str, Any]:
    return record.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _yaml(said: Mapping[str, Any]) -> bytes:
    return yaml.safe_dump(dict(said), allow_unicode=True, sort_keys=False, width=116).encode()


def _custom(work: Reference) -> dict[str, Any]:
    status = {} if work.verification is Verification.NOT_RECORDED else {"status": str(work.verification)}
    known = {"cited_as": str(work.cited_as)} if work.cited_as else {}
    return {"custom": {**status, **known}} if status or known else {}


def read_back(reading: BriefingView, files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """Differences between the files of a version and the text to be published; `files` by path in its folder."""
    briefing = reading.briefing
    version, place = briefing.fields.version, Location(briefing.path)
    folder, name = folder_of(briefing.id, version), version_ref(briefing.id, version)
    diagnostics = Diagnostics()
    placed = {f"{folder}/{path}": content for path, content in files.items()}
    kept = read_kept(placed, frozenset({name}), load, diagnostics).kept.get(name)
    if kept is None:
        for remark in diagnostics.remarks:
            yield message("publish-lost", place, name=briefing.id, what=remark.sentence)
        return
    again = read_briefings(kept.library, reading.produced)[briefing.id]
    if words_of(again) != files[WORDS]:
        found = (
            *own_differences(briefing, reading.environment.assets, kept),
            *inherited_differences(reading.environment, briefing, kept),
        )
        what = f"{found[0].what}." if found else "its wording is another."
        yield message("publish-lost", place, name=briefing.id, what=what)


def overridden(
    remarks: Sequence[Diagnostic], reasons: Mapping[str, str], fatal: Collection[str], deed: str
) -> tuple[Overridden, ...]:
    """Remarks overridden, with the reasons. A reason for what does not stand against the deed is a slip of the pen."""
    stands = {remark.code for remark in remarks}
    for code in reasons:
        if code in fatal:
            raise UsageError(f"'{code}' cannot be overridden.")
        if code not in stands:
            hint = suggestion(code, stands, "")
            raise UsageError(f"Nothing with the code '{code}' stands against {deed}. {hint}".rstrip())
    return tuple(
        Overridden(
            code=code,
            reason=reason,
            said=tuple(f"{remark.place}: {remark.sentence}" for remark in remarks if remark.code == code),
        )
        for code, reason in sorted(reasons.items())
    )


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
    known = library.kept.get(version_ref(name, version))
    fatal = FATAL | ({"kept-inherited-differs"} if known else frozenset())
    damaged = known is None and version in library.kept_numbers.get(name, ())
    final = damaged or any(remark.code in fatal for remark in remarks)
    if known and not final:
        retired = str(briefing.fields.status) if is_retired(briefing) else ""
        return Published(
            version_ref(name, version), folder, earlier=known.record.published, retired=retired, beside=beside
        )
    taken = overridden(remarks, reasons, FATAL, "publishing")
    if against := tuple(remark for remark in remarks if final or remark.code not in reasons):
        return Published(version_ref(name, version), folder, ordered(against), final=final, beside=beside)
    kept = version_files(reading, project.files, _publishing(briefing, produced, taken))
    if lost := tuple(read_back(reading, kept)):
        return Published(version_ref(name, version), folder, ordered(lost), final=True)
    if not only_asked:
        with output_lock(project):
            write_gitattributes(project.folder / ATTRIBUTES)
            _write(project.folder / folder, kept)
    paths = tuple(f"{folder}/{path}" for path in kept)
    alone = is_by_code_alone(entry_of(briefing))
    return Published(version_ref(name, version), folder, (), taken, files=paths, beside=beside, by_code_alone=alone)


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
    asked = library.imprint.fields.formats
    files = [output for output in built.outputs if output.owner == f"briefings/{briefing.id}" and not output.faulty]
    if not may_be_made(environment_of(library), briefing) or (asked and not files):
        found.append(message("publish-unmade", Location(briefing.path), name=briefing.id))
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
            fsync_folder(above)
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


@click.command("ready")
@click.argument("name")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="Ask as on this day (default: today).")
@rendered("text", "json", "sarif", jobs=None)
def ready_verb(project: Project, name: str, produced: datetime | None) -> Outcome:
    """Say whether a briefing could be published as it stands, and what is missing.

    It is built and proofed as `publish` does it; nothing is kept. What stands against it is told as errors and
    warnings; other warnings of the text follow and stop nothing.
    """
    found = keep(project, name, day_of(produced, project), {}, only_asked=True)
    remarks = (*found.against, *found.beside)
    code = Exit.FAULTS if found.against else partial(failed, remarks)
    return Outcome(remarks, [_readiness(found, typed_here())], code, is_report=True)


def _readiness(found: Published, command: str) -> str:
    """Whether a briefing is ready, in a sentence, and what to type next."""
    if found.against:
        return f"{found.pin} is not ready: {tables.tally(found.against)} to settle."
    if found.retired:
        return retired_words(found)
    if found.earlier:
        return f"{found.pin} is published since {found.earlier.isoformat()}, and nothing has changed."
    return f"{found.pin} is ready. Keep it with: {command} publish {found.pin.partition('@')[0]}"

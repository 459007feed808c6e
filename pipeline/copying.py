"""Copies as the command prepares them: parcels for colleges, a job for the printer, rows in the register."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.build import WAITING, build
from pipeline.built import Build
from pipeline.codes import copies as codes
from pipeline.diagnostics import Diagnostic, Place, ordered
from pipeline.editions.copies import (
    Issue,
    Made,
    formats_lacking,
    parcel,
    printer_files,
    recipients,
    wanted,
    zipped,
)
from pipeline.editions.register import REGISTER, Entry, appended, read_register
from pipeline.errors import UsageError
from pipeline.model.briefing import Status
from pipeline.model.imprint import College
from pipeline.model.kept import pin
from pipeline.model.library import Library
from pipeline.model.pack import Pack
from pipeline.model.publication import Order
from pipeline.resolve.chosen import listed
from pipeline.resolve.dates import in_words
from pipeline.resolve.differences import own_differences
from pipeline.resolve.kept import marking_now
from pipeline.resolve.marking import marking_of
from pipeline.resolve.reading import lines_with_ways
from pipeline.resolve.taken import inherited_differences
from pipeline.scope import refuse_unknown
from pipeline.store import locked, write_whole
from pipeline.workshop import Workshop


@dataclass(frozen=True, slots=True)
class Prepared:
    """What came of it: the build, what stands against copies, and what was prepared where."""

    built: Build
    remarks: tuple[Diagnostic, ...] = ()
    colleges: tuple[str, ...] = ()
    printed: int = 0
    """Copies that the printer is asked for."""
    added: int = 0
    """Rows added to the register."""

    @property
    def refused(self) -> bool:
        """Whether nothing was prepared."""
        return not self.colleges


def prepare(shop: Workshop, name: str, produced: date, reasons: Mapping[str, str]) -> Prepared:
    """Build a pack and prepare its copies; an edition that was prepared before keeps its day and its bytes."""
    library = shop.loaded[0]
    pack = _chosen(library, name)
    entries, remarks = read_register(shop.files.get(REGISTER, b""))
    earlier = [entry for entry in entries if entry.issue == (pack.id, pack.fields.edition)]
    day = earlier[0].prepared if earlier else produced
    built = build(Order((name,), (), day), shop)
    takers = recipients(library, pack)
    against = (*remarks, *_against(library, pack, takers, reasons))
    if against or built.exit_code():
        return Prepared(built, ordered(against))
    issue = _issue(library, pack, day, reasons)
    files = _files(shop, built, pack)
    changed = tuple(_changed(issue, files, earlier))
    if changed:
        return Prepared(built, ordered(changed))
    with locked(shop.output, lambda: shop.voice.say(WAITING)):
        content = _register(shop)  # another run may have added rows while this one built
        earlier = [entry for entry in read_register(content)[0] if entry.issue == (pack.id, pack.fields.edition)]
        rows = tuple(_rows(issue, takers, files, earlier, max(day, produced)))
        if rows:
            write_whole(shop.project / REGISTER, appended(content, rows))
        _write(shop, issue, takers, files)
    printed = sum(college.copies for college in takers.values() if "print" in wanted(college, pack))
    lacking = tuple(_lacking(pack, takers))
    return Prepared(built, lacking, tuple(takers), printed, len(rows))


def _register(shop: Workshop) -> bytes:
    """The register as it stands now."""
    path = shop.project / REGISTER
    return path.read_bytes() if path.is_file() else b""


def _chosen(library: Library, name: str) -> Pack:
    refuse_unknown(library, (name,))
    if name not in library.packs or library.packs[name].manual:
        raise UsageError(f"'{name}' is no pack: copies are prepared of packs, the files of source/packs/.")
    return library.packs[name]


# What stands against it


def _against(
    library: Library, pack: Pack, takers: Mapping[str, College], reasons: Mapping[str, str]
) -> Iterator[Diagnostic]:
    marks = pack.marks
    if not pack.fields.edition:
        yield codes.COPIES_EDITION.at(marks.at())
    if not takers:
        yield codes.COPIES_NOBODY.at(marks.at("recipients"))
    if pack.fields.numbered or _is_sensitive(library, pack):
        yield codes.COPIES_NUMBERED.at(marks.at("numbered"))
    loose = dict(_unpublished(library, pack))
    for name in reasons:
        if name not in loose:
            raise UsageError(f"'{name}' needs no reason: it is published, or the pack does not hold it.")
    for name, version in loose.items():
        if name not in reasons:
            yield codes.COPIES_UNPUBLISHED.at(_line(pack, name), name=name, version=version)


def _is_sensitive(library: Library, pack: Pack) -> bool:
    """Whether a pack is marked OFFICIAL-SENSITIVE, by itself or by what it holds."""
    members = (library.briefings[name] for name in listed(pack) if name in library.briefings)
    pinned = (library.kept[line] for line in pack.lines if line in library.kept)
    series = (found.fields.marking for name in listed(pack) if (found := library.series_of(name)))
    markings = (
        *series,
        *(pack.fields.marking, library.imprint.fields.marking, *(marking_of(library, one) for one in members)),
        *(marking_now(library, one) for one in pinned),
    )
    return any(marking.sensitive for marking in markings if marking)


def _unpublished(library: Library, pack: Pack) -> Iterator[tuple[str, str]]:
    """The briefings of a pack that it would print otherwise than they are kept, with their versions."""
    for line in pack.lines:
        name, _, version = line.partition("@")
        briefing = library.briefings.get(name)
        if briefing is None:
            continue
        if briefing.fields.status in (Status.SUPERSEDED, Status.WITHDRAWN):
            yield name, version or briefing.fields.version
            continue
        if version:
            continue
        if briefing.fields.status is not Status.PUBLISHED:
            yield name, briefing.fields.version
            continue
        kept = library.kept.get(pin(line, briefing.fields.version))
        if (
            kept is None
            or own_differences(library, briefing, kept)
            or any(True for _ in inherited_differences(library, briefing, kept))
        ):
            yield line, briefing.fields.version


def _line(pack: Pack, name: str) -> Place:
    """Where a pack lists a briefing."""
    ways = (way for line, way in lines_with_ways(pack) if isinstance(line, str) and line.partition("@")[0] == name)
    return pack.marks.at(*next(ways, ()))


def _changed(issue: Issue, files: Iterable[Made], earlier: Iterable[Entry]) -> Iterator[Diagnostic]:
    """The files that are not what was prepared of the same edition before."""
    known = {(entry.format, entry.sha256) for entry in earlier}
    formats = {kind for kind, _ in known}
    for file in files:
        if file.format in formats and (file.format, file.sha256) not in known:
            place = issue.pack.marks.at("edition")
            yield codes.COPIES_CHANGED.at(
                place, edition=f"'{issue.edition}'", day=in_words(issue.produced), file=file.name
            )


def _lacking(pack: Pack, takers: Mapping[str, College]) -> Iterator[Diagnostic]:
    for name, college in takers.items():
        for kind in formats_lacking(college, pack):
            yield codes.COPIES_FORMAT.at(pack.marks.at("formats"), college=name, format=kind)


# Preparing


def _issue(library: Library, pack: Pack, day: date, reasons: Mapping[str, str]) -> Issue:
    versions = []
    for line in pack.lines:
        name, _, version = line.partition("@")
        briefing = library.kept[line].briefing if version else library.briefings[name]
        versions.append((name, briefing.fields.version, briefing.fields.title))
    edition = pack.fields.edition or ""
    return Issue(
        pack, pack.fields.title, edition, tuple(versions), day, library.imprint, tuple(sorted(reasons.items()))
    )


def _files(shop: Workshop, built: Build, pack: Pack) -> tuple[Made, ...]:
    """The files of the pack as the build has left them."""
    made = (
        Made(
            output.format,  # type: ignore[arg-type]  # the record has it as text
            output.path.rpartition("/")[2],
            (shop.output / output.path).read_bytes(),
            output.pages,
        )
        for output in built.outputs
        if output.owner == f"packs/{pack.id}"
    )
    return tuple(sorted(made, key=lambda file: pack.fields.formats.index(file.format)))


def _rows(
    issue: Issue,
    takers: Mapping[str, College],
    files: Sequence[Made],
    earlier: Sequence[Entry],
    today: date,
) -> Iterator[Entry]:
    """A row for all that is new in the register; where a college takes more copies than before, for those it lacks."""
    for name, college in takers.items():
        kinds = wanted(college, issue.pack)
        for file in files:
            if file.format not in kinds:
                continue
            asked = college.copies if file.format == "print" else 1
            had = sum(e.quantity for e in earlier if (e.college, e.format) == (name, file.format))
            if asked > had:
                yield Entry(
                    *(name, issue.pack.id, issue.edition, issue.pins, file.format, asked - had, 0, file.sha256, today),
                    issue.reasons,
                )


def _write(shop: Workshop, issue: Issue, takers: Mapping[str, College], files: Sequence[Made]) -> None:
    """The parcels and the printer's job, each folder anew."""
    for name, college in takers.items():
        kinds = wanted(college, issue.pack)
        held = parcel(issue, name, college, [file for file in files if file.format in kinds])
        folder = shop.output / "colleges" / name
        shutil.rmtree(folder / issue.folder, ignore_errors=True)
        for path, content in held.items():
            write_whole(folder / issue.folder / path, content)
        write_whole(folder / f"{issue.folder}.zip", zipped(issue.folder, held))
    copies = {n: c for n, c in takers.items() if c.copies and "print" in wanted(c, issue.pack)}
    for file in files:
        if file.format == "print" and copies:
            folder = shop.output / "printer" / issue.folder
            shutil.rmtree(folder, ignore_errors=True)
            for path, content in printer_files(issue, file, copies).items():
                write_whole(folder / path, content)

"""Copies as the command prepares them: parcels for colleges, a job for the printer, rows in the register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pipeline.bind.print.facts import print_facts
from pipeline.build.api import build, remember_copies
from pipeline.build.numbered_copies import Numbered, make_copies
from pipeline.build.output.lock import turn
from pipeline.build.planning.scope import refuse_unknown
from pipeline.build.project import Project
from pipeline.build.summary import Build
from pipeline.cli.colleges.letter_words import words_of_letters
from pipeline.cli.editions.chain_faults import pack_chain_faults
from pipeline.cli.editions.issued_copies import PackToCopy, issued_pack
from pipeline.cli.editions.left_parcels import tidied
from pipeline.cli.sealing.seal import project_seal, seal_faults
from pipeline.codes import copies as codes
from pipeline.compose.posting.parts import LetterPart
from pipeline.core.diagnostics import Diagnostic, Place, errors, ordered
from pipeline.core.digest import sha256
from pipeline.core.errors import EnvironmentFailure, UsageError
from pipeline.core.files import write_whole
from pipeline.core.staging import LaidOut
from pipeline.core.tables import files_in_words
from pipeline.editions.added import added
from pipeline.editions.copies import FinishedFile, Issue, name_in_parcel, recipients, wanted, words_of_copies, zipped
from pipeline.editions.numbers import Copy, code_of_copies, numbered_copies, numbered_only, numbering_faults
from pipeline.editions.objections import (
    clashes,
    lacking,
    objections,
    refuse_two_in_one,
    unmet_needs,
    without_contact,
    without_delivery,
)
from pipeline.editions.parcels import parcel
from pipeline.editions.printer import numbered_list, one_file
from pipeline.editions.sealing.manifest import UNSEALED, ParcelSeal
from pipeline.editions.since import changes_for
from pipeline.editions.states import state_of
from pipeline.editions.ticket import PrintJob, order_remarks
from pipeline.load.library.folders import REGISTER
from pipeline.load.library.register import Entry, appended, read_register
from pipeline.load.library.word_tables import wordbook
from pipeline.model.day import in_words
from pipeline.model.formats import PRINTED, any_printed
from pipeline.model.library import Library
from pipeline.model.order import Order
from pipeline.model.source.college import College, present_ids
from pipeline.model.source.pack import Pack
from pipeline.model.words import Words


@dataclass(frozen=True, slots=True)
class PreparedCopies:
    """Result of the command: the build, remarks that stand against copies, and copies with their places."""

    built: Build
    remarks: tuple[Diagnostic, ...] = ()
    colleges: tuple[str, ...] = ()
    printed: int = 0
    """Copies that the printer is asked for."""
    added: int = 0
    """Rows added to the register."""
    folder: str = ""
    """Name of the edition's folders."""
    issued: str = ""
    """The edition, where copies are made of what was issued."""

    @property
    def refused(self) -> bool:
        """Whether nothing was prepared."""
        return not self.colleges


@dataclass(frozen=True, slots=True)
class CopyJob:
    """Work of the command: an edition, for whom, out of which files, and copies of it prepared before."""

    issue: Issue
    takers: Mapping[str, College]
    files: tuple[FinishedFile, ...]
    earlier: tuple[Entry, ...]
    today: date
    copies: tuple[Copy, ...] = ()
    """The numbered copies, where they are numbered."""
    order: PrintJob | None = None
    """Order to the printer, if there is one."""
    words: Mapping[str, Words] = field(default_factory=dict)
    changes: Mapping[str, LetterPart] = field(default_factory=dict)
    """Changes for each college, in its words."""
    seal: ParcelSeal = UNSEALED

    def issue_for(self, name: str) -> Issue:
        """The edition as a college has it: with the reasons on record when it was first prepared for it."""
        first = next((entry for entry in self.earlier if entry.college == name), None)
        return replace(self.issue, overridden=first.reasons) if first else self.issue

    def printing(self) -> dict[str, College]:
        """The colleges that the printer sends copies to."""
        pack = self.issue.pack
        return {n: c for n, c in self.takers.items() if c.copies and any_printed(wanted(c, pack))}

    def with_order(self) -> CopyJob:
        """The job with what the printer is asked for."""
        master = next((file for file in self.files if file.format in PRINTED), None)
        if master is None or not (self.printing() or self.issue.pack.fields.print.spare):
            return self
        numbers: dict[str, list[int]] = {}
        for copy in (copy for copy in self.copies if copy.format in PRINTED):
            numbers.setdefault(copy.college, []).append(copy.number)
        order = PrintJob(self.issue, master, print_facts(master.content), self.printing(), numbers)
        asked = {name: college.copies for name, college in order.takers.items()}
        return replace(self, order=replace(order, added=added((*self.earlier, *self._printed_now()), asked)))

    def _printed_now(self) -> tuple[Entry, ...]:
        """The printed copies that no row stands for yet."""
        if not self.copies:
            return tuple(_rows(self))
        new = (copy for copy in self.copies if copy.format in PRINTED and not copy.sha256)
        return tuple(_row(self, copy, "") for copy in new)


def prepare(
    project: Project, name: str, produced: date, reasons: Mapping[str, str], strict: bool = False
) -> PreparedCopies:
    """Build a pack and prepare its copies; an edition that was prepared before keeps its day and its bytes.

    With `strict` warnings of the build stand against it too.
    """
    refuse_two_in_one(reasons)
    pack = _chosen(project.loaded[0], name)
    if broken := tuple(pack_chain_faults(project, project.files, name)):  # a build may bear an issued edition's name
        return PreparedCopies(Build((), (), ()), ordered(broken))
    if issued := issued_pack(project, pack):
        return prepare_issued(project, issued, produced, reasons)
    day = _first_day(read_register(register_of(project))[0], pack, produced)
    built = build(Order((name,), (), day), project)
    with turn(project):
        content = register_of(project)  # another run may have added rows while this one built
        entries, remarks = read_register(content, present_ids(project.loaded[0].colleges))
        if _first_day(entries, pack, produced) == day:
            library, today = project.loaded[0], max(day, produced)
            numbered = numbered_only(library, pack, day)
            against = (*errors(remarks), *against_copies(library, pack, numbered, entries, reasons, today))
            if against or built.exit_code(strict):
                return PreparedCopies(built, ordered((*against, *remarks)))
            words = wordbook(project.layouts).of(library.imprint.fields.language)
            files, altered = files_as_built(project, built, pack)
            whole = PackToCopy(library, issue_of(library, pack, day, reasons, words), files, numbered, altered)
            done = _prepared(project, built, whole, content, entries, today)
            return replace(done, remarks=ordered((*done.remarks, *remarks)))
    return prepare(project, name, produced, reasons, strict)  # that run has prepared the edition first, on its own day


def prepare_issued(project: Project, issued: PackToCopy, produced: date, reasons: Mapping[str, str]) -> PreparedCopies:
    """Prepare copies of an edition that was issued, out of its archived files: nothing is built."""
    pack, built = issued.issue.pack, Build((), (), ())
    with turn(project):
        content = register_of(project)
        entries, remarks = read_register(content, present_ids(issued.library.colleges))
        today = max(issued.issue.produced, produced)
        against = against_copies(issued.library, pack, issued.numbered, entries, reasons, today)
        if found := (*errors(remarks), *issued.faults, *against):
            return PreparedCopies(built, ordered((*found, *remarks)))
        whole = replace(issued, issue=replace(issued.issue, overridden=tuple(sorted(reasons.items()))))
        done = _prepared(project, built, whole, content, entries, today)
        return replace(done, remarks=ordered((*done.remarks, *remarks)), issued=issued.issue.edition)


def against_copies(
    library: Library, pack: Pack, numbered: bool, entries: Sequence[Entry], reasons: Mapping[str, str], today: date
) -> Iterator[Diagnostic]:
    """Reasons against copies of a pack, whatever its files are."""
    yield from objections(library, pack, recipients(library, pack, today), reasons, today)
    yield from clashes(pack, entries)
    yield from numbering_faults(pack, numbered, _of(entries, pack))
    yield from seal_faults(library)


def _prepared(
    project: Project, built: Build, whole: PackToCopy, content: bytes, entries: Sequence[Entry], today: date
) -> PreparedCopies:
    """Prepare what nothing stands against, and put it on record below the register's `content`."""
    library, issue, altered = whole.library, whole.issue, whole.faults
    files = tuple(replace(one, name=name_in_parcel(one.name, issue.pack.id, issue.edition)) for one in whole.files)
    pack, takers = issue.pack, recipients(library, issue.pack, today)
    words = words_of_letters(project, library, takers)
    changes = {n: changes_for(library, issue, entries, n, words[n]) for n in takers}
    job = CopyJob(issue, takers, files, _of(entries, pack), today, words=words, changes=changes)
    job = replace(job, seal=project_seal(project))
    if whole.numbered:
        job = replace(job, copies=numbered_copies(takers, pack, [file.format for file in files], job.earlier))
    else:
        altered = (*altered, *_changed(job))
    if altered:
        return PreparedCopies(built, ordered(altered))
    job = job.with_order()
    laid = LaidOut(project.output)
    try:
        rows, faults = _lay_out_numbered(project, job, library, laid) if whole.numbered else (_lay_out(job, laid), ())
        told = replace(built, remarks=ordered((*built.remarks, *faults)))
        if any(errors(faults)):
            return PreparedCopies(told)
        if rows:
            write_whole(project.folder / REGISTER, appended(content, rows), durable=True)
        laid.put()
    finally:
        laid.clear()
    left = tuple(tidied(project.output, issue, takers, job.order is not None))
    if not issue.record:
        remember_copies(told, pack.id, project)
    order = job.order
    said = (*left, *lacking(pack, takers), *(without_delivery(library, order.takers) if order else ()))
    said = (*said, *without_contact(library, pack, takers), *unmet_needs(library, pack, takers))
    said = (*said, *(order_remarks(order, today) if order else ()), *_unissued(issue))
    printed = order.asked + order.order.spare if order else 0
    return PreparedCopies(told, ordered(said), tuple(takers), printed, len(rows), issue.folder)


def _unissued(issue: Issue) -> Iterator[Diagnostic]:
    """The remark that an edition has no record, where the library has an archive and could issue it."""
    if issue.imprint.fields.archive and not issue.record:
        place = issue.pack.marks.at("edition")
        yield codes.COPIES_UNISSUED.at(place, edition=f"'{issue.edition}'", name=issue.pack.id)


def _first_day(entries: Iterable[Entry], pack: Pack, produced: date) -> date:
    """The day on the pages of an edition: that of its first copies, of a new one the day of this run."""
    return next((entry.prepared for entry in _of(entries, pack)), produced)


def _of(entries: Iterable[Entry], pack: Pack) -> tuple[Entry, ...]:
    """Record of an edition of a pack."""
    return tuple(entry for entry in entries if entry.issue == (pack.id, pack.fields.edition))


def register_of(project: Project) -> bytes:
    """The register as it stands now. One that two libraries share is refused: they would give the same numbers."""
    path = project.folder / REGISTER
    if path.is_symlink():
        raise EnvironmentFailure(
            f"{REGISTER} is a link. A register belongs to one library, as two would give the same copy numbers: put "
            "the file itself there."
        )
    return path.read_bytes() if path.is_file() else b""


def _chosen(library: Library, name: str) -> Pack:
    refuse_unknown(library, (name,))
    if name not in library.packs or library.packs[name].manual:
        raise UsageError(f"'{name}' is no pack: copies are prepared of packs, the files of source/packs/.")
    return library.packs[name]


def _changed(job: CopyJob) -> Iterator[Diagnostic]:
    """That files are not what was prepared of the same edition before."""
    known = {(entry.format, entry.sha256) for entry in job.earlier}
    formats = {kind for kind, _ in known}
    new = (file for file in job.files if file.format in formats and (file.format, file.sha256) not in known)
    yield from _other_bytes(job.issue, [file.name for file in new])


def _other_bytes(issue: Issue, files: Sequence[str]) -> Iterator[Diagnostic]:
    """One remark on all files that are not what was prepared before: mostly they have one cause."""
    if files:
        place, day = issue.pack.marks.at("edition"), in_words(issue.produced)
        said = files_in_words(files)
        yield codes.COPIES_CHANGED.at(place, edition=f"'{issue.edition}'", day=day, files=said)


def issue_of(library: Library, pack: Pack, day: date, reasons: Mapping[str, str], words: Words) -> Issue:
    """A pack as it is prepared on a day, with the reasons for what stands against it, and the words of its pages."""
    versions = []
    for line in pack.lines:
        name, _, version = line.partition("@")
        briefing = library.kept[line].briefing if version else library.briefings[name]
        versions.append((name, briefing.fields.version, briefing.fields.title))
    edition = pack.fields.edition or ""
    state, overridden = state_of(library, pack, day, words), tuple(sorted(reasons.items()))
    return Issue(pack, pack.fields.title, edition, tuple(versions), day, library.imprint, overridden, state)


def files_as_built(
    project: Project, built: Build, pack: Pack
) -> tuple[tuple[FinishedFile, ...], tuple[Diagnostic, ...]]:
    """The files of the pack as the build has left them, and which of them something else has touched since."""
    made, altered = [], []
    for output in (output for output in built.outputs if output.owner == f"packs/{pack.id}"):
        path = project.output / output.path
        content = path.read_bytes() if path.is_file() else b""
        if sha256(content) != output.sha256:
            altered.append(codes.COPIES_ALTERED.at(Place(f"output/{output.path}")))
        made.append(FinishedFile(output.format, path.name, content, output.pages))  # type: ignore[arg-type]  # text there
    return tuple(sorted(made, key=lambda file: pack.fields.formats.index(file.format))), tuple(altered)


def _rows(job: CopyJob) -> Iterator[Entry]:
    """A row for all that is new in the register; where a college takes more copies than before, for those it lacks."""
    issue = job.issue
    for name, college in job.takers.items():
        kinds = wanted(college, issue.pack)
        for file in (file for file in job.files if file.format in kinds):
            asked = college.copies if file.format in PRINTED else 1
            had = sum(e.quantity for e in job.earlier if (e.college, e.format) == (name, file.format))
            if asked > had:
                what = (name, issue.pack.id, issue.edition, issue.pins, file.format)
                yield Entry(*what, asked - had, 0, file.sha256, job.today, issue.reasons)


def _lay_out(job: CopyJob, laid: LaidOut) -> tuple[Entry, ...]:
    """Lay the parcels and the printer's job out beside their places; gives what is new for the register."""
    files = [file for file in job.files if file.format not in PRINTED]
    for name, college in job.takers.items():
        kinds = wanted(college, job.issue.pack)
        sent = [file for file in files if file.format in kinds]
        printed = () if any_printed(kinds) else None
        _lay_out_parcel(laid, job, name, sent, printed)
    if job.order:
        for path, content in one_file(job.order).items():
            laid.write(f"printer/{job.issue.folder}", path, content)
    return tuple(_rows(job))


def _lay_out_numbered(
    project: Project, job: CopyJob, library: Library, laid: LaidOut
) -> tuple[tuple[Entry, ...], tuple[Diagnostic, ...]]:
    """The same of numbered copies; and what is wrong with them, if anything is."""
    issue = job.issue
    made: dict[Copy, FinishedFile] = {}
    runs: list[FinishedFile] = []
    changed: list[str] = []

    def lay(copy: Copy, file: FinishedFile) -> None:
        if copy.sha256 not in ("", file.sha256):
            changed.append(file.name)
        laid.write(f"{_folder_of(copy)}/{issue.folder}", file.name, file.content)
        made[copy] = replace(file, content=b"", digest=file.sha256)

    def lay_run(file: FinishedFile) -> None:
        laid.write(f"printer/{issue.folder}", file.name, file.content)
        runs.append(replace(file, content=b"", digest=file.sha256))

    words = words_of_copies(wordbook(project.layouts).of(library.imprint.fields.language), issue)
    code = code_of_copies(library, issue)
    numbered = Numbered(library, issue.pack.id, issue.produced, job.files, job.takers, words, code)
    faults = make_copies(project, numbered, job.copies, lay, lay_run=lay_run)
    if any(errors(against := (*_other_bytes(issue, changed), *faults))):
        return (), against
    for name, college in job.takers.items():
        own = [copy for copy in job.copies if copy.college == name]
        place = f"colleges/{name}/{issue.folder}"
        here = (made[copy] for copy in own if copy.format not in PRINTED)
        sent = [replace(file, content=laid.read(place, file.name)) for file in here]
        numbers = [copy.number for copy in own if copy.format in PRINTED]
        printed = numbers if any_printed(wanted(college, issue.pack)) else None
        _lay_out_parcel(laid, job, name, sent, printed)
    if job.order:
        printing = [(copy.college, made[copy]) for copy in job.copies if copy.format in PRINTED]
        for path, content in numbered_list(replace(job.order, runs=tuple(runs)), printing).items():
            laid.write(f"printer/{issue.folder}", path, content)
    return tuple(_numbered_rows(job, made)), faults


def _folder_of(copy: Copy) -> str:
    return "printer" if copy.format in PRINTED else f"colleges/{copy.college}"


def _numbered_rows(job: CopyJob, made: Mapping[Copy, FinishedFile]) -> Iterator[Entry]:
    """A row for every copy that has none."""
    for copy in (copy for copy in job.copies if not copy.sha256):
        yield _row(job, copy, made[copy].sha256)


def _row(job: CopyJob, copy: Copy, digest: str) -> Entry:
    what = (copy.college, job.issue.pack.id, job.issue.edition, job.issue.pins, copy.format)
    return Entry(*what, 1, copy.number, digest, job.today, job.issue.reasons)


def _lay_out_parcel(
    laid: LaidOut, job: CopyJob, name: str, sent: Sequence[FinishedFile], printed: Sequence[int] | None
) -> None:
    """A parcel as a folder, and the same as an archive."""
    said = (job.words[name], printed, job.changes[name], job.seal)
    held = parcel(job.issue_for(name), name, job.takers[name], sent, *said)
    place = f"colleges/{name}/{job.issue.folder}"
    for path, content in held.items():
        laid.write(place, path, content)
    laid.write(f"{place}.zip", "", zipped(job.issue.folder, held))

"""Checks of finished files, cached; validators."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from pipeline.build import output as outputs
from pipeline.build.builder import Builder
from pipeline.build.formats import MAKERS
from pipeline.build.project import Project
from pipeline.build.rules import OTHERS, Failure, Rule
from pipeline.core.cache import Cache
from pipeline.core.diagnostics import Diagnostic, Diagnostics, EnvironmentFailure, Location, Remarks, UsageError
from pipeline.core.digests import sha256
from pipeline.core.messages import message
from pipeline.core.processes import Fault, reported_fault
from pipeline.core.sentences import count, enumerated
from pipeline.core.workers import PendingResult
from pipeline.model.formats import EPUB, FORMATS, PAGE, PDF, Format, format_row, kind_of, plain_format
from pipeline.model.sheets import MarginText
from pipeline.proof.pdf_checks import claims
from pipeline.proof.pdf_reader import can_be_read, reading
from pipeline.proof.promise import ExpectedContent, ExpectedFile, HeldOn, ProofJob, of_copy
from pipeline.proof.validators import EPUBCHECK, epubcheck_command, epubcheck_judged, vera_command, vera_judged

# Checks of a build, cached by what a file was bound from: another date has nothing inspected again. What a file is
# held to is kept under its digest, so that `briefings proof` can check it again, whatever it is called by then.

Key = tuple[str, str, ExpectedContent | None]
"""Key of a check's answer: the file's path, what it was bound from, and its promise, but for the day."""


@dataclass(frozen=True)
class File:
    """A finished file: its path as it is told, its digest, its format, and what it is held to, if that is known."""

    path: str
    sha256: str
    format: Format
    origin: str
    """The key of what it was bound from, the date left out; of a file from elsewhere its own digest."""
    promise: ExpectedContent | None = None
    outliers: tuple[MarginText, ...] = ()
    """Of a numbered pack what stands near the head and foot of its pages."""
    read: Callable[[], bytes] = field(default=bytes, repr=False, compare=False)
    """Gives its bytes."""

    @cached_property
    def key(self) -> Key:
        """The key of its answer."""
        return self.path, self.origin, undated(self.promise)


def undated(promise: ExpectedContent | None) -> ExpectedContent | None:
    """A promise without the day."""
    return replace(promise, produced=None) if promise else None


def hold(store: Cache, file: File) -> None:
    """Keep what a file is held to: under the file's digest for which day, and where the rest is kept for all days."""
    place = store.key("promise", file.sha256)
    on = HeldOn(hold_promise(store, file), file.promise.produced if file.promise else None)
    if store.find(place, HeldOn) != on:
        store.keep(place, on)


def hold_promise(store: Cache, file: File) -> str:
    """Keep what a file is held to on any day; gives where."""
    key = store.key("promise", file.key)
    store.keep_once(key, ExpectedFile(file.format, file.origin, undated(file.promise), file.outliers))
    return key


def hold_of_day(store: Cache, before: str, after: str, day: date) -> bool:
    """Keep that a file of another day is held to what the file of a digest is held to; whether that is known."""
    on = store.find(store.key("promise", before), HeldOn)
    if on is None or not store.holds(on.key):
        return False
    store.keep(store.key("promise", after), replace(on, produced=day if on.produced else None))
    return True


def hold_copy(store: Cache, copy: bytes, own: tuple[str, str], master: str) -> None:
    """Keep that a numbered copy is held to what the file of a digest is held to, and to its own words and code."""
    on = store.find(store.key("promise", master), HeldOn)
    if on:
        store.keep_once(store.key("promise", sha256(copy)), replace(on, copy=own[0], code=own[1]))


def expected_file_of(store: Cache, digest: str) -> ExpectedFile | None:
    """The promise of the file of a digest; nothing where that is not known."""
    on = store.find(store.key("promise", digest), HeldOn)
    held = store.find(on.key, ExpectedFile) if on else None
    if on is None or held is None:
        return None
    if held.promise is None:
        return held
    promise = replace(held.promise, produced=on.produced)
    return replace(held, promise=of_copy(promise, on.copy, on.code) if on.copy else promise)


async def checked(b: Builder, file: File) -> Remarks:
    """Faults of a file by our own check, which a build makes."""
    return await _answers(b, file, [MAKERS[FORMATS[file.format].kind].check])


async def proofed(b: Builder, file: File) -> Remarks:
    """The same, and what page-validation and outloud say of a PDF: they take longer, so only a proof asks them."""
    row = FORMATS[file.format]
    return await _answers(b, file, [MAKERS[row.kind].check, OTHERS if row.heard else None])


async def _answers(b: Builder, file: File, rules: Iterable[Rule[ProofJob, Remarks] | None]) -> Remarks:
    """Answers of checks, each cached by all that decides it but for the day."""
    weight = len(file.promise.passages) if file.promise else 1
    job = PendingResult(lambda: ProofJob(file.path, file.read(), FORMATS[file.format].edition, file.promise))

    async def answer(rule: Rule[ProofJob, Remarks]) -> Remarks:
        result = await b(rule, job, file.key, weight)
        if isinstance(result, Failure):
            fault = result.crash or Fault(result.sentence, "")
            b.report(reported_fault(Location(file.path), fault, "checked this file"))
            b.unchecked.add(file.path)
            return ()
        return result

    answers = await asyncio.gather(*(answer(rule) for rule in rules if rule))
    return tuple(remark for remarks in answers for remark in remarks)


# Inspection of finished files, by our own checks and by reference validators

Verdicts = dict[str, tuple[Diagnostic, ...]]
"""Remarks on files, by the path they are told by."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A validator: what it is called, the module that its verdicts are cached by, how it is called here, and asked."""

    name: str
    module: str
    call: tuple[str, ...]
    ask: Callable[[Sequence[str], Mapping[str, Path], str], Verdicts]
    manner: Callable[[bytes], str] = lambda content: ""
    """In what manner a file is judged: files of one manner are judged in one run."""


@dataclass(frozen=True, slots=True)
class Case:
    """A file to be judged: the path it is told by, where it lies, and its bytes."""

    path: str
    place: Path
    content: bytes


def judged(project: Project, judge: Judge, cases: Sequence[Case]) -> Iterator[Diagnostic]:
    """Remarks of a validator on files; one that broke off is asked again the next time."""
    new: dict[str, dict[str, Path]] = defaultdict(dict)
    keys = {}
    for case in cases:
        keys[case.path] = project.store.key(judge.module, judge.call, case.path, sha256(case.content))
        known = project.store.find(keys[case.path], tuple[Diagnostic, ...])
        if known is None:
            new[judge.manner(case.content)][case.path] = case.place
        else:
            yield from known
    if not new:
        return
    with project.progress.work():
        project.progress.started(judge.name, sum(map(len, new.values())))
        for manner, files in sorted(new.items()):
            for path, said in judge.ask(judge.call, files, manner).items():
                if not any(remark.code == "proof-validator-broke" for remark in said):
                    project.store.keep(keys[path], said, tuple[Diagnostic, ...])
                yield from said
                project.progress.done(judge.name)


PROOFED = (PDF, EPUB, PAGE)
"""The kinds of files that are proofed."""


@dataclass(frozen=True, slots=True)
class Proofed:
    """Diagnostics of so many files."""

    remarks: tuple[Diagnostic, ...]
    kinds: tuple[str, ...]
    """The files in words: '3 PDFs'."""
    judges: tuple[str, ...]
    """Names of the validators that looked at them."""


def inspected(project: Project, files: Sequence[Path]) -> Proofed:
    """Inspect the files named, or all that `build.json` lists. Raises `UsageError` where there is none."""
    diagnostics = Diagnostics()
    cases = tuple(_named(project, files) if files else _built(project, diagnostics))
    by_kind = {kind: [case for case in cases if kind_of(case.place.name) == kind] for kind in PROOFED}
    finished = {case.path: _file(project, case) for case in cases}

    async def proof_all(b: Builder) -> list[Remarks]:
        b.workers.start_all()
        return await asyncio.gather(*(proofed(b, file) for file in finished.values()))

    with project.workers() as workers, project.progress.work():
        for remarks in asyncio.run(proof_all(Builder(project, workers))):
            diagnostics.extend(remarks)
    unreadable = {remark.place.path for remark in diagnostics.remarks if remark.code == "proof-unreadable"}
    judges = ["our own checks", *(["page-validation", "outloud"] if by_kind[PDF] else [])]
    for judge, asked in (
        (
            Judge("veraPDF", "pipeline.proof.validators", vera_command(), vera_judged, _flavour),
            [case for case in by_kind[PDF] if FORMATS[finished[case.path].format].heard and can_be_read(case.content)],
        ),
        (
            Judge(EPUBCHECK, "pipeline.proof.validators", epubcheck_command(), epubcheck_judged),
            [case for case in by_kind[EPUB] if case.path not in unreadable],  # EPUBCheck would unpack a bomb
        ),
    ):
        if judge.call and asked:
            diagnostics.extend(judged(project, judge, asked))
            judges.append(judge.name)
        elif asked:
            diagnostics.report(missing_validator(judge.name, len(asked)))
    kinds = tuple(count(len(held), kind.name) for kind, held in by_kind.items() if held)
    return Proofed(diagnostics.remarks, kinds, tuple(judges))


def missing_validator(name: str, files: int) -> Diagnostic:
    """The remark that a validator is not here to look at so many files."""
    return message("proof-validator-missing", Location("output"), validator=name, count=count(files, "file"))


def _built(project: Project, diagnostics: Diagnostics) -> Iterator[Case]:
    """Every file of the record of the build. One that is gone, or is another one now, is told of."""
    listed = outputs.recorded(project.output)
    if not listed:
        raise UsageError(f"Nothing has been built in {project.output_name} yet: there is no file to proof.")
    for output in listed:
        place, path = project.output / output.path, f"output/{output.path}"
        try:
            content = place.read_bytes()
        except OSError:
            diagnostics.report(message("proof-gone", Location(path)))
            continue
        if sha256(content) != output.sha256:
            diagnostics.report(message("proof-changed", Location(path)))
        if kind_of(place.name) in PROOFED:
            yield Case(path, place, content)


def _named(project: Project, files: Sequence[Path]) -> Iterator[Case]:
    root = project.folder.resolve()
    for place in files:
        if kind_of(place.name) not in PROOFED:
            kinds = enumerated([kind.name for kind in PROOFED], "or")
            raise UsageError(f"'{place}' is no {kinds}: these are what can be proofed.")
        try:
            content = place.read_bytes()
        except OSError as refusal:
            raise EnvironmentFailure(f"{place} cannot be read: {refusal.strerror}.") from refusal
        inside = place.resolve()
        path = inside.relative_to(root).as_posix() if inside.is_relative_to(root) else place.as_posix()
        yield Case(path, place, content)


def _file(project: Project, case: Case) -> File:
    """The file with what its build held it to; without that, if it is none of ours, with what may be asked of any.

    One that has been changed since is held to the same as the one that was built in its place.
    """
    digest, read = sha256(case.content), lambda: case.content
    built = {f"output/{output.path}": output for output in outputs.recorded(project.output)}.get(case.path)
    row = format_row(built.format) if built else plain_format(kind_of(case.place.name) or PDF)
    held = expected_file_of(project.store, digest)
    if held:
        return File(case.path, digest, held.format, held.origin, held.promise, read=read)
    if built:
        before = expected_file_of(project.store, built.sha256)
        return File(case.path, digest, row.name, digest, before.promise if before else None, read=read)
    return File(case.path, digest, row.name, digest, read=read)


def _flavour(pdf: bytes) -> str:
    """Each file is held to all that it claims; one that does not claim to be accessible is held to PDF/UA-1."""
    with reading(pdf) as file:
        return "0" if file and any(claim.startswith("PDF/UA") for claim in claims(file)) else "ua1"

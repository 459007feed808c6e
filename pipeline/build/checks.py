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
from pipeline.build.builder import VALIDATE_PDF, Builder, BuildStep, Failure, check_step
from pipeline.build.formats import FORMAT_HANDLERS
from pipeline.build.project import Project
from pipeline.core.cache import Cache
from pipeline.core.diagnostics import Diagnostic, Diagnostics, EnvironmentFailure, Location, Remarks, UsageError
from pipeline.core.digests import sha256
from pipeline.core.faults import Fault, report_fault
from pipeline.core.messages import message
from pipeline.core.sentences import count_noun, join_names
from pipeline.core.workers import PendingResult
from pipeline.model.formats import EPUB, FORMATS, PDF, Format, format_row, kind_of, plain_format
from pipeline.model.sheets import MarginText
from pipeline.proof.expected_content import ExpectedContent, ExpectedContentKey, ExpectedFile, ProofJob, expected_copy
from pipeline.proof.pdf_checks import claimed_standards
from pipeline.proof.pdf_reader import is_readable_pdf, open_pdf
from pipeline.proof.validators import EPUBCHECK, epubcheck_command, run_epubcheck, run_verapdf, verapdf_command

# Checks of a build, cached by the file's input without the date: a new date checks nothing again. The expected content
# of a file, its promise, is kept under the file's digest, so that `briefings proof` can check it again, under any name.

CheckKey = tuple[str, str, ExpectedContent | None]
"""Key of a check's result: the file's path, its input, and its promise, without the day."""


@dataclass(frozen=True)
class FileToCheck:
    """A finished file: its path in remarks, its digest, its format, and its promise, if that is known."""

    path: str
    sha256: str
    format: Format
    origin: str
    """The key of its input without the date; for a file from elsewhere its own digest."""
    promise: ExpectedContent | None = None
    outliers: tuple[MarginText, ...] = ()
    """In a numbered pack, words near the head and foot of its pages."""
    read: Callable[[], bytes] = field(default=bytes, repr=False, compare=False)
    """Returns its bytes."""

    @cached_property
    def key(self) -> CheckKey:
        """The key of its results."""
        return self.path, self.origin, without_production_day(self.promise)


def without_production_day(promise: ExpectedContent | None) -> ExpectedContent | None:
    """Return a promise without the day."""
    return replace(promise, produced=None) if promise else None


def _promise_key(store: Cache, sha256: str) -> str:
    return store.key("promise", sha256)


def store_expected_content(store: Cache, file: FileToCheck) -> None:
    """Keep the promise of a file: its day under the file's digest, the rest once for all days."""
    key = store.key("promise", file.key)
    store.keep_once(key, ExpectedFile(file.format, file.origin, without_production_day(file.promise), file.outliers))
    day_key, held_on = (
        _promise_key(store, file.sha256),
        ExpectedContentKey(key, file.promise.produced if file.promise else None),
    )
    if store.find(day_key, ExpectedContentKey) != held_on:
        store.keep(day_key, held_on)


def store_expected_content_of_day(store: Cache, before: str, after: str, day: date) -> bool:
    """Keep the promise of the file `before` for the same file of another day, `after`; returns whether it is known."""
    held_on = store.find(_promise_key(store, before), ExpectedContentKey)
    if held_on is None or not store.holds(held_on.key):
        return False
    store.keep(_promise_key(store, after), replace(held_on, produced=day if held_on.produced else None))
    return True


def store_expected_content_of_copy(store: Cache, copy: bytes, line_and_code: tuple[str, str], master: str) -> None:
    """Keep the promise of the file `master` for a numbered copy, with the copy's own line and code."""
    held_on = store.find(_promise_key(store, master), ExpectedContentKey)
    if held_on:
        line, code = line_and_code
        store.keep_once(_promise_key(store, sha256(copy)), replace(held_on, copy=line, code=code))


def find_expected_file(store: Cache, digest: str) -> ExpectedFile | None:
    """Return the promise of the file with a digest; None if it is not known."""
    held_on = store.find(_promise_key(store, digest), ExpectedContentKey)
    expected = store.find(held_on.key, ExpectedFile) if held_on else None
    if held_on is None or expected is None or expected.promise is None:
        return expected
    promise = replace(expected.promise, produced=held_on.produced)
    return replace(expected, promise=expected_copy(promise, held_on.copy, held_on.code) if held_on.copy else promise)


async def run_own_checks(b: Builder, file: FileToCheck) -> Remarks:
    """Return the remarks of our own check on a file, which every build makes."""
    check = FORMAT_HANDLERS[FORMATS[file.format].kind].check
    return await _run_checks(b, file, [check_step(check)] if check else [])


async def _proof_file(b: Builder, file: FileToCheck) -> Remarks:
    """Return also the remarks of page-validation and outloud on a PDF, which take longer: only a proof asks them."""
    own = await run_own_checks(b, file)
    return (*own, *await _run_checks(b, file, [VALIDATE_PDF])) if FORMATS[file.format].heard else own


async def _run_checks(b: Builder, file: FileToCheck, steps: Iterable[BuildStep[ProofJob, Remarks]]) -> Remarks:
    """Run checks, each cached by its input without the day."""
    weight = len(file.promise.passages) if file.promise else 1
    job = PendingResult(lambda: ProofJob(file.path, file.read(), FORMATS[file.format].variant, file.promise))

    async def run_check(step: BuildStep[ProofJob, Remarks]) -> Remarks:
        result = await b(step, job, file.key, weight)
        if isinstance(result, Failure):
            fault = result.crash or Fault(result.sentence, "")
            b.report(report_fault(Location(file.path), fault, "checked this file"))
            b.unchecked.add(file.path)
            return ()
        return result

    results = await asyncio.gather(*(run_check(step) for step in steps))
    return tuple(remark for remarks in results for remark in remarks)


# Inspection of finished files, by our own checks and by reference validators

RemarksByPath = dict[str, tuple[Diagnostic, ...]]
"""Remarks on files, by path."""


@dataclass(frozen=True, slots=True)
class Validator:
    """A reference validator."""

    name: str
    command: tuple[str, ...]
    """Empty if it is not installed."""
    run: Callable[[Sequence[str], Mapping[str, Path], str], RemarksByPath]
    """Runs the command on files in one mode."""
    mode: Callable[[bytes], str] = lambda content: ""
    """Returns the mode in which a file is checked: files of one mode are checked in one run."""


@dataclass(frozen=True, slots=True)
class FileOnDisk:
    """A file to be checked: its path in remarks, where it is, and its bytes."""

    path: str
    place: Path
    content: bytes


_VALIDATORS = "pipeline.proof.validators"
"""The module that their results are cached by."""


def _validate(project: Project, validator: Validator, files: Sequence[FileOnDisk]) -> Iterator[Diagnostic]:
    """Run a validator on files; one that broke off is run again the next time."""
    unknown: dict[str, dict[str, Path]] = defaultdict(dict)
    keys = {}
    for file in files:
        keys[file.path] = project.store.key(_VALIDATORS, validator.command, file.path, sha256(file.content))
        known = project.store.find(keys[file.path], tuple[Diagnostic, ...])
        if known is None:
            unknown[validator.mode(file.content)][file.path] = file.place
        else:
            yield from known
    if not unknown:
        return
    with project.progress.work():
        project.progress.started(validator.name, sum(map(len, unknown.values())))
        for mode, paths in sorted(unknown.items()):
            for path, remarks in validator.run(validator.command, paths, mode).items():
                if not any(remark.code == "proof-validator-broke" for remark in remarks):
                    project.store.keep(keys[path], remarks, tuple[Diagnostic, ...])
                yield from remarks
                project.progress.done(validator.name)


PROOFED_KINDS = tuple(kind for kind, handler in FORMAT_HANDLERS.items() if handler.check)
"""Kinds of files that can be checked."""


@dataclass(frozen=True, slots=True)
class ProofResult:
    """Result of a proof."""

    remarks: tuple[Diagnostic, ...]
    kinds: tuple[str, ...]
    """The files in words, such as '3 PDFs'."""
    judges: tuple[str, ...]
    """Names of the validators that were run."""


def proof_files(project: Project, files: Sequence[Path]) -> ProofResult:
    """Check the named files, or all in `build.json`. Raises `UsageError` if there is none."""
    diagnostics = Diagnostics()
    to_proof = tuple(_named_files(project, files) if files else _built_files(project, diagnostics))
    by_kind = {kind: [file for file in to_proof if kind_of(file.place.name) == kind] for kind in PROOFED_KINDS}
    checked_files = {file.path: _file_of(project, file) for file in to_proof}

    async def proof_all(b: Builder) -> list[Remarks]:
        b.workers.start_all()
        return await asyncio.gather(*(_proof_file(b, file) for file in checked_files.values()))

    with project.workers() as workers, project.progress.work():
        for remarks in asyncio.run(proof_all(Builder(project, workers))):
            diagnostics.extend(remarks)
    unreadable = {remark.place.path for remark in diagnostics.remarks if remark.code == "proof-unreadable"}
    heard = {path for path, file in checked_files.items() if FORMATS[file.format].heard}
    pdfs = [file for file in by_kind[PDF] if file.path in heard and is_readable_pdf(file.content)]
    books = [file for file in by_kind[EPUB] if file.path not in unreadable]  # EPUBCheck would unpack a bomb
    validators = ["our own checks", *(["page-validation", "outloud"] if by_kind[PDF] else [])]
    for validator, to_validate in (
        (Validator("veraPDF", verapdf_command(), run_verapdf, _verapdf_flavour), pdfs),
        (Validator(EPUBCHECK, epubcheck_command(), run_epubcheck), books),
    ):
        if validator.command and to_validate:
            diagnostics.extend(_validate(project, validator, to_validate))
            validators.append(validator.name)
        elif to_validate:
            diagnostics.report(remark_missing_validator(validator.name, len(to_validate)))
    kinds = tuple(count_noun(len(files_of_kind), kind.name) for kind, files_of_kind in by_kind.items() if files_of_kind)
    return ProofResult(diagnostics.remarks, kinds, tuple(validators))


def remark_missing_validator(name: str, files: int) -> Diagnostic:
    """Return the remark that a validator is not installed to check so many files."""
    return message("proof-validator-missing", Location("output"), validator=name, count=count_noun(files, "file"))


def _built_files(project: Project, diagnostics: Diagnostics) -> Iterator[FileOnDisk]:
    """Yield every file in `build.json`; one that is missing or has changed is reported."""
    listed = outputs.recorded_outputs(project.output)
    if not listed:
        raise UsageError(f"Nothing has been built in {project.output_name} yet: there is no file to proof.")
    for output in listed:
        place, path = project.output / output.path, f"output/{output.path}"
        try:
            content = place.read_bytes()
        except OSError:
            diagnostics.report(message("proof-changed", Location(path)))
            continue
        if sha256(content) != output.sha256:
            diagnostics.report(message("proof-changed", Location(path)))
        if kind_of(place.name) in PROOFED_KINDS:
            yield FileOnDisk(path, place, content)


def _named_files(project: Project, files: Sequence[Path]) -> Iterator[FileOnDisk]:
    root = project.folder.resolve()
    for place in files:
        if kind_of(place.name) not in PROOFED_KINDS:
            kinds = join_names([kind.name for kind in PROOFED_KINDS], "or")
            raise UsageError(f"'{place}' is no {kinds}: these are what can be proofed.")
        try:
            content = place.read_bytes()
        except OSError as refusal:
            raise EnvironmentFailure(f"{place} cannot be read: {refusal.strerror}.") from refusal
        resolved = place.resolve()
        path = resolved.relative_to(root).as_posix() if resolved.is_relative_to(root) else place.as_posix()
        yield FileOnDisk(path, place, content)


def _file_of(project: Project, file: FileOnDisk) -> FileToCheck:
    """Return the file with its promise, if that is known.

    A built file that has been changed since has the promise of the file that was built there.
    """
    digest, read = sha256(file.content), lambda: file.content
    output = {f"output/{output.path}": output for output in outputs.recorded_outputs(project.output)}.get(file.path)
    row = format_row(output.format) if output else plain_format(kind_of(file.place.name) or PDF)
    expected = find_expected_file(project.store, digest)
    if expected:
        return FileToCheck(file.path, digest, expected.format, expected.origin, expected.promise, read=read)
    if output:
        built = find_expected_file(project.store, output.sha256)
        return FileToCheck(file.path, digest, row.name, digest, built.promise if built else None, read=read)
    return FileToCheck(file.path, digest, row.name, digest, read=read)


def _verapdf_flavour(pdf: bytes) -> str:
    """Check each file against all that it claims; one without a claim to be accessible against PDF/UA-1."""
    with open_pdf(pdf) as document:
        return "0" if document and any(claim.startswith("PDF/UA") for claim in claimed_standards(document)) else "ua1"

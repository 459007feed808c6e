"""Finished files inspected, by our own checks and by reference validators: those in few runs, cached by the file."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.build.builder import Builder
from pipeline.build.checks import File, held_to, proofed
from pipeline.build.output import outputs
from pipeline.build.project import Project
from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.digest import sha256
from pipeline.core.errors import EnvironmentFailure, UsageError
from pipeline.core.messages import message
from pipeline.core.tables import count
from pipeline.model.formats import EPUB, FORMATS, PAGE, PDF, format_row, kind_of, plain_format
from pipeline.proof.pdf_checks import claims
from pipeline.proof.pdf_reader import can_be_read, reading
from pipeline.proof.validators import EPUBCHECK, epubcheck_command, epubcheck_judged, vera_command, vera_judged

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
    with project.voice.work():
        project.voice.started(judge.name, sum(map(len, new.values())))
        for manner, files in sorted(new.items()):
            for path, said in judge.ask(judge.call, files, manner).items():
                if not any(remark.code == "proof-validator-broke" for remark in said):
                    project.store.keep(keys[path], said, tuple[Diagnostic, ...])
                yield from said
                project.voice.done(judge.name)


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
    desk = Desk()
    cases = tuple(_named(project, files) if files else _built(project, desk))
    by_kind = {kind: [case for case in cases if kind_of(case.place.name) == kind] for kind in PROOFED}
    finished = {case.path: _file(project, case) for case in cases}
    with project.workers() as workers, project.voice.work():
        desk.extend(asyncio.run(_checked(Builder(project, workers), tuple(finished.values()))))
    unreadable = {remark.place.path for remark in desk.remarks if remark.code == "proof-unreadable"}
    judges = ["our own checks", *(["page-validation", "outloud"] if by_kind[PDF] else [])]
    for judge, asked in (
        (
            Judge("veraPDF", "pipeline.proof.validators", vera_command(), vera_judged, _flavour),
            [case for case in by_kind[PDF] if FORMATS[finished[case.path].format].heard and can_be_read(case.content)],
        ),
        (
            Judge(
                EPUBCHECK,
                "pipeline.proof.validators",
                epubcheck_command(),
                epubcheck_judged,
            ),
            [case for case in by_kind[EPUB] if case.path not in unreadable],  # EPUBCheck would unpack a bomb
        ),
    ):
        if judge.call and asked:
            desk.extend(judged(project, judge, asked))
            judges.append(judge.name)
        elif asked:
            desk.report(missing_validator(judge.name, len(asked)))
    said = tuple(count(len(found), kind.name) for kind, found in by_kind.items() if found)
    return Proofed(desk.remarks, said, tuple(judges))


async def _checked(b: Builder, files: Sequence[File]) -> Iterator[Diagnostic]:
    """Faults of files."""
    b.workers.start_all()
    said = await asyncio.gather(*(proofed(b, file) for file in files))
    return (remark for remarks in said for remark in remarks)


def missing_validator(name: str, files: int) -> Diagnostic:
    """The remark that a validator is not here to look at so many files."""
    return message("proof-validator-missing", Place("output"), validator=name, count=count(files, "file"))


def _listed() -> str:
    """The kinds of files that can be proofed: 'PDF, EPUB or web page'."""
    *others, last = (kind.name for kind in PROOFED)
    return f"{', '.join(others)} or {last}"


def _built(project: Project, desk: Desk) -> Iterator[Case]:
    """Every file of the record of the build. One that is gone, or is another one now, is told of."""
    listed = outputs.recorded(project.output)
    if not listed:
        raise UsageError(f"Nothing has been built in {project.output_name} yet: there is no file to proof.")
    for output in listed:
        place, path = project.output / output.path, f"output/{output.path}"
        try:
            content = place.read_bytes()
        except OSError:
            desk.report(message("proof-gone", Place(path)))
            continue
        if sha256(content) != output.sha256:
            desk.report(message("proof-changed", Place(path)))
        if kind_of(place.name) in PROOFED:
            yield Case(path, place, content)


def _named(project: Project, files: Sequence[Path]) -> Iterator[Case]:
    root = project.folder.resolve()
    for place in files:
        if kind_of(place.name) not in PROOFED:
            raise UsageError(f"'{place}' is no {_listed()}: these are what can be proofed.")
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
    held = held_to(project.store, digest)
    if held:
        return File(case.path, digest, held.format, held.origin, held.promise, read=read)
    if built:
        before = held_to(project.store, built.sha256)
        return File(case.path, digest, row.name, digest, before.promise if before else None, read=read)
    return File(case.path, digest, row.name, digest, read=read)


def _flavour(pdf: bytes) -> str:
    """Each file is held to all that it claims; one that does not claim to be accessible is held to PDF/UA-1."""
    with reading(pdf) as file:
        return "0" if file and any(claim.startswith("PDF/UA") for claim in claims(file)) else "ua1"

"""`briefings proof`: what was built, or any PDF, inspected as it lies there, by our own checks and those of others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline import outputs
from pipeline.codes import proofs
from pipeline.diagnostics import Desk, Diagnostic, Place
from pipeline.digest import sha256
from pipeline.errors import EnvironmentFailure, UsageError
from pipeline.line import FEW, others_or_say
from pipeline.model.imprint import PDF_FORMATS, Edition
from pipeline.proof import vera
from pipeline.proof.job import TAGGED, ProofJob
from pipeline.proof.pdf import own_proof
from pipeline.proof.reading import can_be_read, reading
from pipeline.proof.standards import claims
from pipeline.report import count
from pipeline.workshop import Workshop

GET_VERA = "Run 'make proof', which brings its jar by Maven, or install veraPDF; Java 11 or later runs it."


@dataclass(frozen=True, slots=True)
class Proofed:
    """What was said of so many files."""

    remarks: tuple[Diagnostic, ...]
    files: int
    judges: tuple[str, ...]
    """Who looked at them."""


def proof(shop: Workshop, files: Sequence[Path]) -> Proofed:
    """Inspect the PDFs named, or all that `build.json` lists. Raises `UsageError` where there is none."""
    desk = Desk()
    found = dict(_named(shop, files) if files else _built(shop, desk))
    jobs = [_job(shop, path, content) for path, (_, content) in found.items()]
    tagged = [job for job in jobs if job.edition in TAGGED]
    readable = [job for job in tagged if can_be_read(job.pdf)]
    with shop.executor() as executor:
        own, _ = shop.remembered("proof", "proofing", own_proof, jobs, executor, FEW)
        others, _ = shop.remembered("others", "validating", others_or_say, tagged, executor)
    for said in (*own, *others):
        desk.extend(said)
    judges = ["our own checks", "page-validation", "outloud"]
    call = vera.command()
    if call and readable:
        desk.extend(_judged(shop, call, readable, {path: place for path, (place, _) in found.items()}))
        judges.append("veraPDF")
    elif readable:
        many = count(len(readable), "file")
        desk.report(proofs.VALIDATOR_MISSING.at(Place("output"), validator="veraPDF", count=many, how=GET_VERA))
    return Proofed(desk.remarks, len(jobs), tuple(judges))


def _built(shop: Workshop, desk: Desk) -> Iterator[tuple[str, tuple[Path, bytes]]]:
    """Every PDF of the record of the build. One that is gone, or is another one now, is told of."""
    listed = [output for output in outputs.recorded(shop.output) if output.format in PDF_FORMATS]
    if not listed:
        raise UsageError(f"Nothing has been built in {shop.output_name} yet: there is no PDF to proof.")
    for output in listed:
        place, path = shop.output / output.path, f"output/{output.path}"
        try:
            content = place.read_bytes()
        except OSError:
            desk.report(proofs.GONE.at(Place(path)))
            continue
        if sha256(content) != output.sha256:
            desk.report(proofs.CHANGED.at(Place(path)))
        yield path, (place, content)


def _named(shop: Workshop, files: Sequence[Path]) -> Iterator[tuple[str, tuple[Path, bytes]]]:
    root = shop.project.resolve()
    for place in files:
        if place.suffix.lower() != ".pdf":
            raise UsageError(f"'{place}' is no PDF; books and pages are looked at while they are built.")
        try:
            content = place.read_bytes()
        except OSError as refusal:
            raise EnvironmentFailure(f"{place} cannot be read: {refusal.strerror}.") from refusal
        inside = place.resolve()
        path = inside.relative_to(root).as_posix() if inside.is_relative_to(root) else place.as_posix()
        yield path, (place, content)


def _job(shop: Workshop, path: str, content: bytes) -> ProofJob:
    """The file with what its build held it to; without that, if it is none of ours, with what may be asked of any."""
    kept = shop.store.find(shop.store.key("promise", sha256(content)))
    if isinstance(kept, ProofJob):
        return replace(kept, path=path, pdf=content)
    made = {f"output/{output.path}": output.format for output in outputs.recorded(shop.output)}
    editions: tuple[Edition, ...] = PDF_FORMATS
    return ProofJob(path, content, next((edition for edition in editions if made.get(path) == edition), "screen"))


def _judged(
    shop: Workshop, call: Sequence[str], jobs: Sequence[ProofJob], places: dict[str, Path]
) -> Iterator[Diagnostic]:
    """What veraPDF says: remembered by the file, judged in as few runs as may be."""
    new: dict[str, dict[str, Path]] = {"0": {}, "ua1": {}}
    keys = {}
    for job in jobs:
        keys[job.path] = shop.store.key("vera", call, job.path, sha256(job.pdf))
        known = shop.store.find(keys[job.path])
        if known is None:
            new[_flavour(job.pdf)][job.path] = places[job.path]
        else:
            yield from known
    waiting = {flavour: files for flavour, files in new.items() if files}
    if not waiting:
        return
    with shop.voice.stage("veraPDF", sum(map(len, waiting.values()))) as tick:
        for flavour, files in waiting.items():
            for path, said in vera.judged(call, files, flavour).items():
                if not any(remark.code == proofs.VALIDATOR_BROKE.name for remark in said):
                    shop.store.keep(keys[path], said)
                yield from said
                tick()


def _flavour(pdf: bytes) -> str:
    """Each file is held to all that it claims; one that does not claim to be accessible is held to PDF/UA-1."""
    with reading(pdf) as file:
        return "0" if file and any(claim.startswith("PDF/UA") for claim in claims(file)) else "ua1"

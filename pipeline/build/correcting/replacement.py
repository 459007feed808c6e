"""The replacement of leaves as files: the sheets composed, pressed, bound and checked, the issued leaves put behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.bind.pdf.leaves import print_leaves, tagged_leaves
from pipeline.build.builder import Builder
from pipeline.build.checks import File, checked
from pipeline.build.formats import MAKERS
from pipeline.build.graph import make_file
from pipeline.build.kinds.pdf import PdfJob
from pipeline.build.materials import Materials
from pipeline.build.output.beside import make_beside
from pipeline.build.project import Project
from pipeline.build.recipes import Recipe
from pipeline.build.rules import PRESS
from pipeline.build.summary import MadeFiles
from pipeline.build.texts import Notes
from pipeline.compose.replacement import ReplacementText, compose_replacement, replacement_identity
from pipeline.compose.stamp import compose_stamps
from pipeline.core.diagnostics import Diagnostic, errors, ordered
from pipeline.core.digest import sha256
from pipeline.core.errors import PressFailure
from pipeline.core.files import write_whole
from pipeline.editions.replacing.leaves import PrintedSide
from pipeline.model.claim import Claim
from pipeline.model.formats import EDITIONS, FORMATS, PDF, PRINTED, USUAL_EDITION, Format, path_of
from pipeline.model.identity import Identity
from pipeline.proof.promise import briefing_promise


@dataclass(frozen=True, slots=True)
class ReplacementJob:
    """Leaves to be put together: what the sheets say, the issued files, and the sides that are printed."""

    pack: Identity
    """The identity of the pack in its new edition."""
    said: ReplacementText
    name: str
    """The numbers of the two editions, as its files are named: '1-2'."""
    sides: tuple[PrintedSide, ...]
    printed: bytes
    """The issued print file."""
    tagged: bytes | None
    """The issued PDF for screens, if the edition has one."""


def make_replacement(project: Project, job: ReplacementJob, day: date) -> MadeFiles:
    """Make the files, and put them beside the pack's own. They are not among what a build lists as made."""
    return make_beside(project, lambda b: _made(b, job, day))


async def _made(b: Builder, job: ReplacementJob, day: date) -> MadeFiles:
    files: list[Path] = []
    remarks: list[Diagnostic] = []
    wanted: tuple[Format, ...] = (*PRINTED, USUAL_EDITION) if job.tagged is not None else PRINTED
    for kind in wanted:
        recipe, notes = await _recipe(b, job, kind, day)
        sheets = await make_file(b, recipe, _shared(b.project, day, kind), notes)
        remarks += (*notes.of_engine, *notes.of_files)
        if sheets is None:
            continue
        if kind == USUAL_EDITION:
            content = _tagged(b.project, job, sheets.file.read(), recipe)
        else:
            content = print_leaves(sheets.file.read(), job.printed, [side.page for side in job.sides])
        remarks += await _judged(b, recipe, content)
        path = b.project.output / recipe.path
        write_whole(path, content, b.project.output)
        files.append(path)
    return MadeFiles(tuple(files), ordered((*b.remarks, *remarks)))


async def _recipe(b: Builder, job: ReplacementJob, kind: Format, day: date) -> tuple[Recipe, Notes]:
    """The recipe of the sheets alone. Raises `PressFailure` where they cannot be set."""
    row, imprint, notes = FORMATS[kind], b.project.loaded[0].imprint, Notes()
    identity = replacement_identity(job.pack, job.said)
    text = compose_replacement(identity, imprint, job.said, b.project.layouts, row.edition)
    sheets = await b.result(PRESS, text)
    notes.of_engine.extend(sheets.remarks)
    claim, profile = _claim(b.project, kind), b.project.loaded[0].profile
    made = PdfJob(
        metadata=text.metadata,
        identity=identity,
        produced=day,
        addresses=(),
        edition=row.edition,
        profile=profile.content if profile and EDITIONS[row.edition].inked else None,
        claim=claim,
        sheets=sheets,
    )
    owner = f"packs/{job.pack.id}"
    path = path_of(owner, kind).replace(f"{job.pack.id}{row.end}", f"{job.pack.id}-replace-{job.name}{row.end}")
    promise = briefing_promise(text, sheets.pages, identity, day, claim)
    stamps = MAKERS[PDF].stamps(made)
    return Recipe(path, owner, kind, sheets.pages, "", made, stamps, promise=promise), notes


def _claim(project: Project, kind: Format) -> Claim | None:
    return Claim(project.loaded[0].imprint.fields.pdf.standard) if FORMATS[kind].heard else None


def _tagged(project: Project, job: ReplacementJob, sheets: bytes, recipe: Recipe) -> bytes:
    """The sheets for screens with the leaves behind them, as far as they are printed on."""
    claim = _claim(project, USUAL_EDITION)
    if claim is None or job.tagged is None or not isinstance(recipe.job, PdfJob):
        raise PressFailure("The sheets for screens are no tagged PDF.")
    metadata = recipe.job.metadata
    labels = [side.label for side in job.sides if side.digest]
    return tagged_leaves(sheets, job.tagged, labels, metadata, claim, job.said.now.name)


async def _judged(b: Builder, recipe: Recipe, content: bytes) -> Sequence[Diagnostic]:
    """Errors of the whole file. Doubts about its leaves were answered, with their text at hand, at their issue."""
    digest = sha256(content)
    file = File(f"output/{recipe.path}", digest, recipe.format, digest, read=lambda: content)
    return tuple(errors(await checked(b, file)))


def _shared(project: Project, day: date, kind: Format) -> Materials:
    library = project.loaded[0]
    stamps = compose_stamps(library.imprint, project.layouts)
    return Materials(project.layouts, stamps, {}, day, frozenset({kind}), library)

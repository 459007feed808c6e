"""The accessibility report of an edition as files: composed, pressed, bound and checked as any other text."""

from datetime import date
from pathlib import Path

from pipeline.bind.epub.documents import EpubChapter
from pipeline.build.builder import Builder, make_beside
from pipeline.build.formats import MAKERS
from pipeline.build.graph import make_file
from pipeline.build.jobs import Parts
from pipeline.build.project import Project
from pipeline.build.recipes import Recipe
from pipeline.build.rules import PRESS
from pipeline.build.summary import MadeFiles
from pipeline.build.texts import Materials, Notes
from pipeline.compose.accessibility import AccessText, access_identity, compose_access
from pipeline.compose.design.style import compose_stamps
from pipeline.core.diagnostics import ordered
from pipeline.core.files import write_whole
from pipeline.model.formats import FORMATS, OF_SERIES, USUAL_EDITION, Claim, Format, path_of
from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import Identity, Sheets
from pipeline.proof.promise import briefing_promise

REPORTED: tuple[Format, ...] = (USUAL_EDITION, *OF_SERIES)
"""The formats of a report: the PDF for screens, and the web page."""


def make_report(project: Project, pack: Identity, said: AccessText, number: int, day: date) -> MadeFiles:
    """Make the report on an edition by its number, and put it beside the pack's own files.

    `pack` is the identity of the pack in that edition. The files are not among what a build lists as made.
    """
    return make_beside(project, lambda b: _made(b, pack, said, number, day))


async def _made(b: Builder, pack: Identity, said: AccessText, number: int, day: date) -> MadeFiles:
    identity, library, notes, files = access_identity(pack), b.project.loaded[0], Notes(), list[Path]()
    text = compose_access(identity, library.imprint, said, b.project.layouts)
    sheets = await b.result(PRESS, text)
    stamps = compose_stamps(library.imprint, b.project.layouts)
    shared = Materials(b.project.layouts, stamps, {}, day, frozenset(REPORTED), library)
    for kind in REPORTED:
        recipe = _recipe(text, sheets, identity, (kind, number), shared)
        if made := await make_file(b, recipe, shared, notes):
            place = b.project.output / recipe.path
            write_whole(place, made.file.read(), b.project.output)
            files.append(place)
    remarks = (*b.remarks, *sheets.remarks, *notes.of_engine, *notes.of_files)
    return MadeFiles(tuple(files), ordered(remarks))


def _recipe(
    text: Manuscript, sheets: Sheets, identity: Identity, asked: tuple[Format, int], shared: Materials
) -> Recipe:
    """The recipe of the report in a format, on the edition of that number."""
    kind, number = asked
    row, maker = FORMATS[kind], MAKERS[FORMATS[kind].kind]
    claim = Claim() if row.heard else None
    pages = sheets.pages if row.paged else 0
    parts = Parts(
        edition=row.edition,
        identity=identity,
        produced=shared.produced,
        addresses=(),
        claim=claim,
        profile=None,
        templates=shared.templates,
        text=text,
        chapters=lambda: tuple(map(EpubChapter, text.chapters)),
        images=tuple,
        sheets=sheets if row.paged else None,
    )
    job, owner = maker.job(parts), f"packs/{identity.id}"
    path = path_of(owner, kind).removesuffix(row.end)
    promise = briefing_promise(text, pages, identity, shared.produced)
    path = f"{path}-accessibility-{number}{row.end}"
    return Recipe(path, owner, kind, pages, "", job, maker.stamps(job), promise=promise)

"""A copy of a briefing with its changes marked, as PDF, EPUB or web page: pressed, bound and checked as any other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.build.builder import Builder, make_beside
from pipeline.build.graph import make_file
from pipeline.build.project import Project
from pipeline.build.recipes import Recipe, briefing_recipe
from pipeline.build.rules import PRESS
from pipeline.build.summary import MadeFiles
from pipeline.build.texts import Materials, Notes, at_their_files, reporting, source_of
from pipeline.build.versions import old_pages
from pipeline.compose.changes.marked_text import ApprovalNote, between, compose_changes, tells_a_move
from pipeline.compose.design.style import compose_stamps
from pipeline.core.diagnostics import Place, ordered
from pipeline.core.files import write_whole
from pipeline.model.formats import FORMATS, Format
from pipeline.model.publication import Publication
from pipeline.resolve.environment import address_of


@dataclass(frozen=True, slots=True)
class MarkedJob:
    """A marked copy to be made: of which texts, and, where it is a sheet for an approval, what that says."""

    old: Publication | None
    """The older text; none where no version is kept yet."""
    new: Publication
    approval: ApprovalNote | None = None

    @property
    def name(self) -> str:
        """Name of its files, without their ends."""
        was, now = self.old.identity.version if self.old else "", self.new.identity.version
        if self.approval:
            return f"{self.new.id}-approval-{now}"
        return f"{self.new.id}-changes-{was}-{'now' if was == now else now}"

    def as_marked(self) -> Publication:
        """The newer text with the identity of the copy: it is no version of its own, and says so on every page."""
        identity = self.new.identity
        if self.approval or not self.old:
            said = identity.words.say("approval-status")
        else:
            was, now = between(self.old, self.new)
            said = identity.words.say("marked-status", was=was, now=now.upper())
        return replace(
            self.new, identity=replace(identity, statuses=(said, *identity.statuses), code="", status_page="")
        )


def make_marked(project: Project, job: MarkedJob, formats: Sequence[Format], day: date) -> MadeFiles:
    """Make a marked copy in each of some formats, and put it beside the briefing's own files.

    Its pages say what it is. It is not among what a build lists as made.
    """
    return make_beside(project, lambda b: _made(b, job, formats, day))


async def _made(b: Builder, job: MarkedJob, formats: Sequence[Format], day: date) -> MadeFiles:
    files: list[Path] = []
    notes = Notes()
    for kind in formats:
        shared = _shared(b.project, day, kind)
        recipe = None
        with reporting(b, Place(source_of(job.new)), "press-failed"):
            recipe = await _recipe(b, job, kind, shared, notes)
        if recipe and (file := await make_file(b, recipe, shared, notes)):
            path = b.project.output / recipe.path
            write_whole(path, file.file.read(), b.project.output)
            files.append(path)
    remarks = (*b.remarks, *notes.of_files, *at_their_files(notes.of_engine, None))
    return MadeFiles(tuple(files), ordered(remarks))


async def _recipe(b: Builder, job: MarkedJob, kind: Format, shared: Materials, notes: Notes) -> Recipe:
    """The recipe of a marked copy. Raises `PressFailure` where its text cannot be set."""
    row, new = FORMATS[kind], job.as_marked()
    given = job.old, new, b.project.layouts, row.edition, job.approval
    text = compose_changes(*given)
    if job.old and tells_a_move(text):
        text = compose_changes(*given, await old_pages(b, job.old))
    sheets = await b.result(PRESS, replace(text, epub_style="", web_style=""))
    notes.of_engine.extend(sheets.remarks)
    materials = replace(shared, texts={row.edition: {new.id: text}}, pressed={row.edition: {new.id: sheets}})
    return replace(briefing_recipe(new, row, materials), path=f"briefings/{new.id}/{job.name}{row.end}")


def _shared(project: Project, day: date, kind: Format) -> Materials:
    library, _ = project.loaded
    stamps = compose_stamps(library.imprint, project.layouts)
    addresses = {name: address_of(one, library.imprint) for name, one in library.briefings.items()}
    rest = replace(library, briefings={}, series={}, packs={}, assets={})
    return Materials(project.layouts, stamps, addresses, day, frozenset({kind}), rest)

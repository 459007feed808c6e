"""The verb changes: how two versions of a briefing, or two editions of a pack, differ, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import click

from pipeline.build.builder import Builder, make_beside
from pipeline.build.graph import make_file
from pipeline.build.project import Project
from pipeline.build.recipes import FileRecipe, briefing_recipe
from pipeline.build.rules import PRESS
from pipeline.build.summary import MadeFiles
from pipeline.build.texts import BuildContext, Notes, at_their_files, reporting, source_of
from pipeline.build.versions import (
    TextChanges,
    changes_with_pages,
    lines_of,
    measured,
    old_pages,
    text_version,
    text_versions,
)
from pipeline.cli.options import DAY, F, day_of
from pipeline.cli.outcome import Outcome, own_json, rendered
from pipeline.compose.changes.marked_text import ApprovalNote, between, compose_changes, tells_a_move
from pipeline.compose.changes.marking import WordChange
from pipeline.compose.design.style import compose_stamps
from pipeline.core.diagnostics import Location, UsageError, ordered
from pipeline.core.files import write_whole
from pipeline.core.sentences import WordMeasure, count
from pipeline.load.folders import EDITIONS
from pipeline.model.formats import FORMATS, USUAL_EDITION, Format
from pipeline.model.publication import Publication
from pipeline.resolve.environment import address_of, environment_of
from pipeline.resolve.listing import changed_since_kept
from pipeline.resolve.packs import amendments
from pipeline.services.editions.record import edition_by
from pipeline.services.editions.records import SavedRecord, read_records

# A copy of a briefing with its changes marked, as PDF, EPUB or web page.


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
        with reporting(b, Location(source_of(job.new)), "press-failed"):
            recipe = await _recipe(b, job, kind, shared, notes)
        if recipe and (file := await make_file(b, recipe, shared, notes)):
            path = b.project.output / recipe.path
            write_whole(path, file.file.read(), b.project.output)
            files.append(path)
    remarks = (*b.remarks, *notes.of_files, *at_their_files(notes.of_engine, None))
    return MadeFiles(tuple(files), ordered(remarks))


async def _recipe(b: Builder, job: MarkedJob, kind: Format, shared: BuildContext, notes: Notes) -> FileRecipe:
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


def _shared(project: Project, day: date, kind: Format) -> BuildContext:
    library, _ = project.loaded
    stamps = compose_stamps(library.imprint, project.layouts)
    addresses = {name: address_of(one, library.imprint) for name, one in library.briefings.items()}
    rest = replace(library, briefings={}, series={}, packs={}, assets={})
    return BuildContext(project.layouts, stamps, addresses, day, frozenset({kind}), rest)


# Two editions of a pack compared, or an edition with the pack as it is now.

ComparedState = Literal["new", "gone", "changed", "same"]


@dataclass(frozen=True, slots=True)
class ComparedText:
    """A text of two editions: its versions, empty where one does not hold it, and its changes."""

    id: str
    title: str
    was: str
    now: str
    state: ComparedState
    reasons: tuple[str, ...] = ()
    """The summaries of its history on the versions in between."""
    changes: tuple[WordChange, ...] = ()
    measure: WordMeasure | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    """A text as an edition holds it: how it is named, its version, its title."""

    line: str
    version: str
    title: str


def is_pack(project: Project, name: str) -> bool:
    """Whether a name is that of a pack; of one that was issued that is known before the library is read."""
    records = f"{EDITIONS}/{name}/"
    return any(path.startswith(records) for path in project.files) or name in project.loaded[0].packs


def compared_packs(project: Project, old: str, new: str, day: date) -> tuple[ComparedText, ...]:
    """The texts of an edition and of another, or of the pack as it is now. Raises `UsageError`."""
    asked = (old, new, day, project.files, project.layouts)
    return project.store.remember(
        __name__, asked, tuple[ComparedText, ...], lambda: _compared_texts(project, old, new, day)
    )


def _compared_texts(project: Project, old: str, new: str, day: date) -> tuple[ComparedText, ...]:

    was, now = _held(project, old), _held(project, new)

    library = project.loaded[0]
    environment = environment_of(library)
    present = (name for name, one in now.items() if "@" not in one.line)
    changed = frozenset(name for name in present if changed_since_kept(environment, library.briefings[name]))
    other = [name for name in now if name in was and (was[name].version != now[name].version or name in changed)]
    texts = text_versions(project, [held[name].line for name in other for held in (was, now)], day)
    pairs = {name: (texts[was[name].line], texts[now[name].line]) for name in other}
    changes = dict(zip(pairs, changes_with_pages(project, list(pairs.values())), strict=True))
    found = [_compared(name, was.get(name), now[name], texts, changes.get(name)) for name in now]
    gone = [ComparedText(name, one.title, one.version, "", "gone") for name, one in was.items() if name not in now]
    return (*found, *gone)


def _compared(
    name: str, was: _Held | None, now: _Held, texts: Mapping[str, Publication], found: TextChanges | None
) -> ComparedText:
    if was is None:
        return ComparedText(name, now.title, "", now.version, "new")
    if found is None:
        return ComparedText(name, now.title, was.version, now.version, "same")
    reasons = tuple(one.summary for one in amendments(texts[now.line].briefing.fields, was.version, now.version))
    state: ComparedState = "changed" if found.changes or was.version != now.version else "same"
    return ComparedText(name, now.title, was.version, now.version, state, reasons, found.changes, found.measure)


def _held(project: Project, line: str) -> dict[str, _Held]:
    """The texts of 'pack@edition' by its record, or of 'pack' as it is now, by id and in order."""
    name, at, edition = line.partition("@")
    library = project.loaded[0]
    if at:
        record = record_by(project, name, edition).record
        return {one.id: _Held(one.pinned, one.version, one.title) for one in record.briefings}
    if name not in library.packs:
        raise UsageError(f"There is no pack '{name}' any more: name two editions of it.")
    found = {}
    for one in library.packs[name].lines:
        text, _, version = one.partition("@")
        if text in library.briefings:
            fields = library.briefings[text].fields
            found[text] = _Held(one, version or fields.version, fields.title)
    return found


def record_by(project: Project, pack: str, edition: str) -> SavedRecord:
    """The record of an edition by its name, or by its number. Raises `UsageError`."""
    return edition_by(read_records(project.files).chains.get(pack, ()), pack, edition)


MARKED = tuple(row for row in FORMATS.values() if row.edition == USUAL_EDITION)
"""The formats that a marked copy can be made in."""


def as_text(old: str, new: str, found: TextChanges) -> str:
    """The changes for a terminal."""
    if not found.changes:
        return f"{old} and {new} have the same words.\n"
    lines = [f"From {old} to {new}: {measured(found.changes, found.measure)}.", *lines_of(found.changes)]
    return "\n".join(lines) + "\n"


def packs_as_text(old: str, new: str, texts: Sequence[ComparedText]) -> str:
    """The changes of a pack for a terminal: a summary, then each text that is not the same."""
    many = {state: sum(one.state == state for one in texts) for state in ("changed", "new", "gone", "same")}
    said = [f"{number} {'the same' if state == 'same' else state}" for state, number in many.items() if number]
    lines = [f"From {old} to {new}, of {count(len(texts), 'text')}: {', '.join(said) or 'none'}."]
    for one in texts:
        match one.state:
            case "changed":
                how = f"{one.was} became {one.now}" if one.was != one.now else f"{one.now}, changed under its number"
                lines += ["", f"{one.title} ({one.id}), {how}: {measured(one.changes, one.measure)}."]
                lines += [*(f"  Reason: {reason}" for reason in one.reasons), *lines_of(one.changes)]
            case "new" | "gone":
                lines += ["", f"{one.title} ({one.id}), {one.now or one.was}: {one.state}."]
    return "\n".join(lines) + "\n"


def marked_copies(command: F) -> F:
    """Give a command an option for each format that a marked copy can be made in."""
    for row in reversed(MARKED):
        name = row.kind.end.removeprefix(".")
        command = click.option(f"--{name}", row.name, is_flag=True, help=f"Make a marked copy as {row.kind.name}.")(
            command
        )
    return command


def formats_of(wanted: Mapping[str, bool]) -> tuple[Format, ...]:
    """The formats whose options were given."""
    return tuple(row.name for row in MARKED if wanted[row.name])


def places_of(made: MadeFiles) -> Iterator[str]:
    """The places of marked copies, a line each."""
    return (f"Marked copy: {path}" for path in made.files)


@click.command("changes")
@click.argument("old")
@click.argument("new", required=False)
@marked_copies
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="Compose both as on this day (default: today).")
@rendered("text", "json", jobs=2)
def verb(project: Project, /, old: str, new: str | None, on: datetime | None, **wanted: bool) -> Outcome:
    """Say how two versions of a briefing differ, or two editions of a pack, word by word.

    ID@1.0 is a version that is kept, ID the text as it is now, which is meant where no second one is named. Of a pack
    "PACK@Autumn 2026" is an issued edition, also by its number, PACK@1, and PACK the pack as it is now. All is composed
    with the layouts of today, so only words differ; dates and the history of versions are left out.

    A marked copy is the newer text with every change told in words, and lies beside the briefing's own files; in the
    PDF a bar stands in the margin beside each line that has changed.
    """
    formats = formats_of(wanted)
    other, day = new or old.partition("@")[0], day_of(on, project)
    if is_pack(project, old.partition("@")[0]):
        if formats:
            raise click.UsageError("Marked copies are made of briefings: name one of them with its versions.")
        if old.partition("@")[0] != other.partition("@")[0]:
            raise click.UsageError("Two editions of one pack are compared: name the same pack twice.")
        texts = compared_packs(project, old, other, day)
        told = own_json({"from": old, "to": other, "texts": [asdict(one) for one in texts]})
        return Outcome(text=[packs_as_text(old, other, texts)], forms=told, may_be_quiet=True)
    before, after = (text_version(project, line, day) for line in (old, other))
    found = changes_with_pages(project, [(before, after)])[0]
    made = MadeFiles()
    if formats:
        made = make_marked(project, MarkedJob(before, after), formats, day)
    text = (as_text(old, other, found), *places_of(made))
    changes = [asdict(one) for one in found.changes]
    told = own_json({"from": old, "to": other, "changes": changes, "measure": asdict(found.measure)})
    return Outcome(made.remarks, text, made.exit_code, forms=told, may_be_quiet=True, whole=False)

"""The verb changes: compare two versions of a briefing, or two editions of a pack, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import click

from pipeline.build.builder import PRESS, Builder, make_outside_build
from pipeline.build.graph import make_file
from pipeline.build.project import Project
from pipeline.build.recipes import FileRecipe, briefing_recipe
from pipeline.build.summary import MadeFiles
from pipeline.build.texts import BuildContext, CollectedRemarks, move_to_files, report_failures, source_path_of
from pipeline.build.versions import (
    TextChanges,
    change_lines,
    compare_texts_with_pages,
    describe_changes,
    pages_by_element,
    resolve_text,
    resolve_texts,
)
from pipeline.cli.options import DAY, F, production_day
from pipeline.cli.outcome import Outcome, json_form, verb_with_outcome
from pipeline.compose.changes.marked_text import ApprovalNote, compared_versions, compose_changes, has_moved_parts
from pipeline.compose.changes.marking import WordChange
from pipeline.compose.design.style import compose_stamps
from pipeline.core.diagnostics import Location, UsageError, ordered
from pipeline.core.files import write_atomically
from pipeline.core.sentences import WordMeasure, count_noun
from pipeline.load.folders import EDITIONS_FOLDER
from pipeline.model.formats import FORMATS, USUAL_VARIANT, Format
from pipeline.model.publication import Publication
from pipeline.resolve.environment import address_of, environment_of
from pipeline.resolve.listing import has_changed_since_kept
from pipeline.resolve.packs import amendments_between
from pipeline.services.editions.record_chain import read_records
from pipeline.services.editions.record_verb import require_edition


@dataclass(frozen=True, slots=True)
class MarkedJob:
    """A copy of a briefing with its changes marked; with `approval` it is the sheet for an approval."""

    old: Publication | None
    """The older text; None if no version is kept yet."""
    new: Publication
    approval: ApprovalNote | None = None

    @property
    def name(self) -> str:
        """The name of its files, without extension."""
        old, new = self.old.identity.version if self.old else "", self.new.identity.version
        if self.approval:
            return f"{self.new.id}-approval-{new}"
        return f"{self.new.id}-changes-{old}-{'now' if old == new else new}"

    def as_marked(self) -> Publication:
        """Return the newer text with the identity of the copy, which states on every page that it is not a version."""
        identity = self.new.identity
        if self.approval or not self.old:
            status = identity.words.say("approval-status")
        else:
            old, new = compared_versions(self.old, self.new)
            status = identity.words.say("marked-status", was=old, now=new.upper())
        return replace(
            self.new, identity=replace(identity, statuses=(status, *identity.statuses), code="", status_page="")
        )


def make_marked(project: Project, job: MarkedJob, formats: Sequence[Format], day: date) -> MadeFiles:
    """Make a marked copy in some formats, in the folder of the briefing's own files.

    A build does not list these files.
    """
    return make_outside_build(project, lambda b: _make_formats(b, job, formats, day))


async def _make_formats(b: Builder, job: MarkedJob, formats: Sequence[Format], day: date) -> MadeFiles:
    files: list[Path] = []
    notes = CollectedRemarks()
    for kind in formats:
        shared = _shared(b.project, day, kind)
        recipe = None
        with report_failures(b, Location(source_path_of(job.new)), "press-failed"):
            recipe = await _recipe(b, job, kind, shared, notes)
        if recipe and (result := await make_file(b, recipe, shared, notes)):
            path = b.project.output / recipe.path
            write_atomically(path, result.file.read(), b.project.output)
            files.append(path)
    remarks = (*b.remarks, *notes.of_files, *move_to_files(notes.of_engine, None))
    return MadeFiles(tuple(files), ordered(remarks))


async def _recipe(
    b: Builder, job: MarkedJob, kind: Format, shared: BuildContext, notes: CollectedRemarks
) -> FileRecipe:
    """Return the recipe of a marked copy. Raises `TypesettingFailure` if its text cannot be typeset."""
    row, new = FORMATS[kind], job.as_marked()
    inputs = job.old, new, b.project.layouts, row.variant, job.approval
    text = compose_changes(*inputs)
    if job.old and has_moved_parts(text):
        text = compose_changes(*inputs, await pages_by_element(b, job.old))
    sheets = await b.result(PRESS, replace(text, epub_style="", web_style=""))
    notes.of_engine.extend(sheets.remarks)
    materials = replace(shared, texts={row.variant: {new.id: text}}, pressed={row.variant: {new.id: sheets}})
    return replace(briefing_recipe(new, row, materials), path=f"briefings/{new.id}/{job.name}{row.end}")


def _shared(project: Project, day: date, kind: Format) -> BuildContext:
    library, _ = project.loaded
    stamps = compose_stamps(library.imprint, project.layouts)
    addresses = {name: address_of(briefing, library.imprint) for name, briefing in library.briefings.items()}
    rest = replace(library, briefings={}, series={}, packs={}, assets={})
    return BuildContext(project.layouts, stamps, addresses, day, frozenset({kind}), rest)


ComparedState = Literal["new", "gone", "changed", "same"]


@dataclass(frozen=True, slots=True)
class ComparedText:
    """A text in two editions of a pack, its version in each, empty if an edition lacks it, and its changes."""

    id: str
    title: str
    was: str
    now: str
    state: ComparedState
    reasons: tuple[str, ...] = ()
    """The summaries of the history entries from one version to the other."""
    changes: tuple[WordChange, ...] = ()
    measure: WordMeasure | None = None


@dataclass(frozen=True, slots=True)
class _ListedText:
    """A text in an edition: its line in the pack, its version and its title."""

    line: str
    version: str
    title: str


def is_pack(project: Project, name: str) -> bool:
    """Return True if a name is a pack's; for an issued pack the library need not be read."""
    records = f"{EDITIONS_FOLDER}/{name}/"
    return any(path.startswith(records) for path in project.files) or name in project.loaded[0].packs


def compared_packs(project: Project, old: str, new: str, day: date) -> tuple[ComparedText, ...]:
    """Compare the texts of two editions of a pack, or of one with the current pack. Raises `UsageError`."""
    asked = (old, new, day, project.files, project.layouts)
    return project.store.remember(
        __name__, asked, tuple[ComparedText, ...], lambda: _compared_texts(project, old, new, day)
    )


def _compared_texts(project: Project, old: str, new: str, day: date) -> tuple[ComparedText, ...]:
    old_texts, new_texts = _texts_by_id(project, old), _texts_by_id(project, new)
    library = project.loaded[0]
    environment = environment_of(library)
    unpinned = (name for name, text in new_texts.items() if "@" not in text.line)
    changed = frozenset(name for name in unpinned if has_changed_since_kept(environment, library.briefings[name]))
    common = [name for name in new_texts if name in old_texts]
    differing = [name for name in common if old_texts[name].version != new_texts[name].version or name in changed]
    lines = [edition[name].line for name in differing for edition in (old_texts, new_texts)]
    texts = resolve_texts(project, lines, day)
    pairs = {name: (texts[old_texts[name].line], texts[new_texts[name].line]) for name in differing}
    changes = dict(zip(pairs, compare_texts_with_pages(project, list(pairs.values())), strict=True))
    compared = [_compared(name, old_texts.get(name), new_texts[name], texts, changes.get(name)) for name in new_texts]
    removed = {name: text for name, text in old_texts.items() if name not in new_texts}
    return (*compared, *(ComparedText(name, text.title, text.version, "", "gone") for name, text in removed.items()))


def _compared(
    name: str, old: _ListedText | None, new: _ListedText, texts: Mapping[str, Publication], changes: TextChanges | None
) -> ComparedText:
    if old is None:
        return ComparedText(name, new.title, "", new.version, "new")
    if changes is None:
        return ComparedText(name, new.title, old.version, new.version, "same")
    entries = amendments_between(texts[new.line].briefing.fields, old.version, new.version)
    reasons = tuple(entry.summary for entry in entries)
    state: ComparedState = "changed" if changes.changes or old.version != new.version else "same"
    return ComparedText(name, new.title, old.version, new.version, state, reasons, changes.changes, changes.measure)


def _texts_by_id(project: Project, edition_line: str) -> dict[str, _ListedText]:
    """Return the texts of 'pack@edition' from its record, or of the current pack, by id and in order."""
    name, separator, edition = edition_line.partition("@")
    library = project.loaded[0]
    if separator:
        chain = read_records(project.files).chains.get(name, ())
        record = require_edition(chain, name, edition).record
        return {line.id: _ListedText(line.pinned, line.version, line.title) for line in record.briefings}
    if name not in library.packs:
        raise UsageError(f"There is no pack '{name}' any more: name two editions of it.")
    texts = {}
    for line in library.packs[name].lines:
        text_id, _, version = line.partition("@")
        if text_id in library.briefings:
            fields = library.briefings[text_id].fields
            texts[text_id] = _ListedText(line, version or fields.version, fields.title)
    return texts


MARKED = tuple(row for row in FORMATS.values() if row.variant == USUAL_VARIANT)
"""The formats of marked copies."""


def as_text(old: str, new: str, changes: TextChanges) -> str:
    """Return the changes for a terminal."""
    if not changes.changes:
        return f"{old} and {new} have the same words.\n"
    lines = [
        f"From {old} to {new}: {describe_changes(changes.changes, changes.measure)}.",
        *change_lines(changes.changes),
    ]
    return "\n".join(lines) + "\n"


def packs_as_text(old: str, new: str, texts: Sequence[ComparedText]) -> str:
    """Return the changes of a pack for a terminal: a summary, then each text that differs."""
    counts = {state: sum(text.state == state for text in texts) for state in ("changed", "new", "gone", "same")}
    parts = [f"{number} {'the same' if state == 'same' else state}" for state, number in counts.items() if number]
    lines = [f"From {old} to {new}, of {count_noun(len(texts), 'text')}: {', '.join(parts) or 'none'}."]
    for text in texts:
        match text.state:
            case "changed":
                change = (
                    f"{text.was} became {text.now}" if text.was != text.now else f"{text.now}, changed under its number"
                )
                lines += ["", f"{text.title} ({text.id}), {change}: {describe_changes(text.changes, text.measure)}."]
                lines += [*(f"  Reason: {reason}" for reason in text.reasons), *change_lines(text.changes)]
            case "new" | "gone":
                lines += ["", f"{text.title} ({text.id}), {text.now or text.was}: {text.state}."]
    return "\n".join(lines) + "\n"


def marked_copies(command: F) -> F:
    """Add an option to a command for each format of marked copies."""
    for row in reversed(MARKED):
        name = row.kind.end.removeprefix(".")
        command = click.option(f"--{name}", row.name, is_flag=True, help=f"Make a marked copy as {row.kind.name}.")(
            command
        )
    return command


def formats_of(wanted: Mapping[str, bool]) -> tuple[Format, ...]:
    """Return the formats whose options were given."""
    return tuple(row.name for row in MARKED if wanted[row.name])


def places_of(result: MadeFiles) -> Iterator[str]:
    """Return the places of marked copies, a line each."""
    return (f"Marked copy: {path}" for path in result.files)


@click.command("changes")
@click.argument("old")
@click.argument("new", required=False)
@marked_copies
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="Compose both as of this day (default: today).")
@verb_with_outcome("text", "json", jobs=2)
def verb(project: Project, /, old: str, new: str | None, on: datetime | None, **wanted: bool) -> Outcome:
    """Compare two versions of a briefing or editions of a pack.

    ID@1.0 is a kept version, ID the current text (the default for NEW). For a pack, "PACK@Autumn 2026" or PACK@1 is
    an issued edition, PACK the current one. Both are composed with the current layouts, so only words differ. Dates
    and the history are left out.

    A marked copy is the newer text with every change marked; it is written next to the briefing's files.
    """
    formats = formats_of(wanted)
    other, day = new or old.partition("@")[0], production_day(on, project)
    if is_pack(project, old.partition("@")[0]):
        if formats:
            raise click.UsageError("Marked copies are made of briefings: name one of them with its versions.")
        if old.partition("@")[0] != other.partition("@")[0]:
            raise click.UsageError("Two editions of one pack are compared: name the same pack twice.")
        texts = compared_packs(project, old, other, day)
        values = json_form({"from": old, "to": other, "texts": [asdict(text) for text in texts]})
        return Outcome(text=[packs_as_text(old, other, texts)], forms=values, may_be_quiet=True)
    before, after = (resolve_text(project, line, day) for line in (old, other))
    differences = compare_texts_with_pages(project, [(before, after)])[0]
    result = MadeFiles()
    if formats:
        result = make_marked(project, MarkedJob(before, after), formats, day)
    text = (as_text(old, other, differences), *places_of(result))
    changes = [asdict(change) for change in differences.changes]
    values = json_form({"from": old, "to": other, "changes": changes, "measure": asdict(differences.measure)})
    return Outcome(result.remarks, text, result.exit_code, forms=values, may_be_quiet=True, whole=False)

"""The verb changes: how two versions of a briefing, or two editions of a pack, differ, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

import click

from pipeline.build.project import Project
from pipeline.build.summary import MadeFiles
from pipeline.build.versions import TextChanges, changes_with_pages, lines_of, measured, text_version
from pipeline.cli.editions.compared import ComparedText, compared_packs, is_pack
from pipeline.cli.options import DAY, F, day_of
from pipeline.cli.outcome import Outcome, own_json, rendered
from pipeline.core.sentences import count
from pipeline.model.formats import FORMATS, USUAL_EDITION, Format

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
        return _of_packs(project, old, other, day)
    before, after = (text_version(project, line, day) for line in (old, other))
    found = changes_with_pages(project, [(before, after)])[0]
    made = MadeFiles()
    if formats:
        from pipeline.build.comparing.marked import MarkedJob, make_marked  # which loads all that binds

        made = make_marked(project, MarkedJob(before, after), formats, day)
    text = (as_text(old, other, found), *places_of(made))
    changes = [asdict(one) for one in found.changes]
    told = own_json({"from": old, "to": other, "changes": changes, "measure": asdict(found.measure)})
    return Outcome(made.remarks, text, made.exit_code, forms=told, may_be_quiet=True, whole=False)


def _of_packs(project: Project, old: str, new: str, day: date) -> Outcome:
    if old.partition("@")[0] != new.partition("@")[0]:
        raise click.UsageError("Two editions of one pack are compared: name the same pack twice.")
    texts = compared_packs(project, old, new, day)
    told = own_json({"from": old, "to": new, "texts": [asdict(one) for one in texts]})
    return Outcome(text=[packs_as_text(old, new, texts)], forms=told, may_be_quiet=True)

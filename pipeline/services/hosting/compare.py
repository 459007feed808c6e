"""The verb compare: build the parts that a pull request touches, and write a comment."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import click

from pipeline.build import survey
from pipeline.build.api import build
from pipeline.build.output_lists import Length
from pipeline.build.project import Project
from pipeline.build.versions import TextChanges, change_lines, compare_texts, describe_changes
from pipeline.cli.options import DAY, SHIPPED, all_option, production_day
from pipeline.cli.outcome import Outcome, verb_with_outcome
from pipeline.core.diagnostics import Diagnostic, UsageError, errors, exit_code, ordered
from pipeline.core.digests import digest
from pipeline.core.files import write_atomically
from pipeline.core.progress import ProgressReporter
from pipeline.core.sentences import count_diagnostics, count_noun, fenced_block, inline_code
from pipeline.model.formats import Order
from pipeline.model.publication import Publication, Thing
from pipeline.resolve.resolve import resolve
from pipeline.services.hosting.reports import format_remarks_block

TouchedState = Literal["new", "changed", "gone", "cannot be read", "cannot be made"]


@dataclass(frozen=True, slots=True)
class TouchedThing:
    """A briefing, a pack or a series that a change touches."""

    owner: str
    """The owner of its files, such as 'briefings/foot-patrol'."""
    title: str
    version: str
    state: TouchedState
    changes: TextChanges | None = None
    """The changed words of a briefing; None if there are no two texts to compare."""

    @property
    def id(self) -> str:
        """Its id."""
        return self.owner.partition("/")[2]


def find_touched_things(before: Project, after: Project, day: date) -> tuple[TouchedThing, ...]:
    """Return the things that differ between two copies of a library, by kind and id, composed as on one day.

    A thing is gone if it has no file any more, and new if it had none before. A text or pack that cannot be read is
    neither.
    """
    old, new = _things_by_owner(before, day), _things_by_owner(after, day)
    restyled = before.layouts_digest != after.layouts_digest
    touched = []
    for owner in sorted({*old, *new}):
        before_change, now = old.get(owner), new.get(owner)
        identity = (now or old[owner]).identity
        state: TouchedState = "changed"
        changes = None
        if now is None:
            files = _source_files(after, owner)
            unread = files & after.loaded[0].unread
            state = "cannot be read" if unread else "cannot be made" if files else "gone"
        elif before_change is None:
            state = "changed" if _source_files(before, owner) else "new"
        elif not restyled and digest(before_change) == digest(now):
            continue
        elif isinstance(before_change, Publication) and isinstance(now, Publication):
            changes = compare_texts(after, before_change, now)
        touched.append(TouchedThing(owner, identity.title, identity.version, state, changes))
    return tuple(touched)


def _source_files(project: Project, owner: str) -> frozenset[str]:
    """Return the files that a thing is read from."""
    paths = (f"source/{owner}{end}" for end in (".md", "/briefing.md", ".yaml"))
    return frozenset(path for path in paths if path in project.files)


def _things_by_owner(project: Project, day: date) -> dict[str, Thing]:
    """Return everything that a library publishes, by owner; pages of a handbook count as their pack."""
    result = resolve(project.loaded[0], Order((), (), day), project.resolve_resources)
    return {thing.owner: thing for thing in result.everything if not (isinstance(thing, Publication) and thing.manual)}


COMMENT_FILE = "comment.md"
"""The name of the comment's file."""


@click.command("compare")
@click.argument("before", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The production date (default: today).")
@click.option("--jobs", type=click.IntRange(1), help="Number of processes (default: one per processor).")
@all_option
@verb_with_outcome("text", jobs=None)
def compare_verb(project: Project, before: Path, folder: Path, produced: datetime | None, whole: bool) -> Outcome:
    """Build texts that differ from another copy of the library.

    BEFORE is the earlier library, such as the target branch of a pull request. FOLDER must be new or empty. It gets
    the PDFs of all changed texts, and comment.md with pages, remarks and changes.
    """
    if not (before / "source").is_dir():
        raise UsageError(f"There is no library in {before}: no source/ was found.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists and is not an empty folder; choose another.")
    day = production_day(produced, project)
    touched = find_touched_things(Project(before, SHIPPED, ProgressReporter()), project, day)
    names = tuple(sorted(thing.id for thing in touched if thing.state in ("new", "changed")))
    built = build(Order(names, (), day), project) if names else None
    remarks = ordered((*survey.check_source(project, (), day), *(built.remarks if built else ())))
    write_atomically(folder / COMMENT_FILE, format_comment(touched, built.lengths if built else {}, remarks).encode())
    pdfs = [output.path for output in (built.outputs if built else ()) if output.path.endswith(".pdf")]
    for path in pdfs:
        write_atomically(folder / path, (project.output / path).read_bytes())
    note = (
        f"{count_noun(len(touched), 'thing')} touched; {count_noun(len(pdfs), 'PDF')} and {COMMENT_FILE} in {folder}."
    )

    def code(strict: bool) -> int:
        return max(built.exit_code(strict) if built else 0, exit_code(remarks, strict))

    return Outcome(remarks, exit=code, notes=[note], is_report=True, whole=whole)


COMMENT_BYTES = 50_000
"""Most bytes of a comment: hosts refuse one of more than 65,536 characters."""

MAX_LISTED = 100
"""Most things that are listed; the others are only counted."""

_MORE = "… there is more: 'briefings changes' shows all of a text that is kept"

_NOUNS = {"briefings": "briefing", "packs": "pack", "series": "series page"}


def format_comment(
    touched: Sequence[TouchedThing], lengths: Mapping[str, Length], remarks: Sequence[Diagnostic]
) -> str:
    """Return the comment: a summary, a line for each thing, changes and remarks to unfold."""
    parts = ["## This change to the briefings", f"{_summary(touched)} {_tally(remarks)}"]
    if touched:
        parts.append("\n".join(_touched_lines(touched, lengths)))
    changed = "\n\n".join(
        "\n".join((f"{thing.title} ({thing.id})", *change_lines(thing.changes.changes)))
        for thing in touched
        if thing.changes and thing.changes.changes
    )
    room = COMMENT_BYTES - sum(len(part.encode()) + 2 for part in parts)
    if changed:
        parts.append(_details("What has changed, word by word", _cut_to_block(changed, room // 2 - 200)))
    if remarks:
        room = COMMENT_BYTES - sum(len(part.encode()) + 2 for part in parts)
        parts.append(_details(f"Remarks: {count_diagnostics(remarks)}", format_remarks_block(remarks, room - 200)))
    return "\n\n".join(parts) + "\n"


def _tally(remarks: Sequence[Diagnostic]) -> str:
    counts = count_diagnostics(remarks)
    if any(errors(remarks)):
        return f"**{counts}**: what has an error is no more than a draft."
    return f"{counts[0].upper()}{counts[1:]}."


def _summary(touched: Sequence[TouchedThing]) -> str:
    numbers = Counter((_noun(thing), thing.state) for thing in touched)
    parts = ", ".join(f"{count_noun(number, noun)} {state}" for (noun, state), number in numbers.items())
    return f"{parts}." if parts else "No briefing, pack or series reads otherwise than before."


def _noun(thing: TouchedThing) -> str:
    return _NOUNS[thing.owner.partition("/")[0]]


def _touched_lines(touched: Sequence[TouchedThing], lengths: Mapping[str, Length]) -> Iterator[str]:
    """Yield a line for each of the first things, in no more than three fifths of the comment."""
    used = listed = 0
    for thing in touched[:MAX_LISTED]:
        line = _touched_line(thing, lengths)
        used += len(line.encode()) + 1
        if used > COMMENT_BYTES * 3 // 5:
            break
        listed += 1
        yield line
    if len(touched) > listed:
        yield f"- and {len(touched) - listed} more"


def _touched_line(thing: TouchedThing, lengths: Mapping[str, Length]) -> str:
    facts: list[str] = [thing.state]
    if thing.changes:
        changes = thing.changes.changes
        facts = [
            f"changed: {describe_changes(changes, thing.changes.measure)}" if changes else "changed around its words"
        ]
    if thing.owner in lengths:
        facts.append(str(lengths[thing.owner]))
    title = thing.title if len(thing.title) <= 200 else f"{thing.title[:200]}…"
    return f"- {inline_code(title)} ({_noun(thing)} {inline_code(thing.id)}): {'; '.join(facts)}"


def _cut_to_block(text: str, most: int) -> str:
    """Return the text as a block of Markdown of `most` bytes, with as many of its first lines as fit."""
    if len(fenced_block(text).encode()) <= most:
        return fenced_block(text)
    lines = text.split("\n")

    def first_lines(number: int) -> str:
        return fenced_block("\n".join((*lines[:number], _MORE)))

    fitting = bisect_right(range(len(lines)), most, key=lambda number: len(first_lines(number).encode()))
    return first_lines(max(0, fitting - 1))


def _details(label: str, content: str) -> str:
    return f"<details><summary>{label}</summary>\n\n{content}\n\n</details>"

"""The verb compare: what a proposed change touches, built, with an account of it."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import click

from pipeline.build import survey
from pipeline.build.api import build as make
from pipeline.build.output_lists import Length
from pipeline.build.project import Project
from pipeline.build.versions import TextChanges, change_lines, compare_texts, describe_changes
from pipeline.cli.options import DAY, SHIPPED, all_option, production_day
from pipeline.cli.outcome import Outcome, verb_with_outcome
from pipeline.core.diagnostics import Diagnostic, Severity, UsageError, exit_code, ordered
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
    """Whom its files belong to, such as 'briefings/foot-patrol'."""
    title: str
    version: str
    state: TouchedState
    changes: TextChanges | None = None
    """The changes of a briefing's words; nothing where there are no two texts to compare."""

    @property
    def id(self) -> str:
        """The id of the briefing, the pack or the series."""
        return self.owner.partition("/")[2]


def find_touched_things(before: Project, after: Project, day: date) -> tuple[TouchedThing, ...]:
    """The things that differ between two copies of a library, by kind and id, composed as on one day.

    Gone is what has no file any more, new what had none before. A text with a file that cannot be read, and a pack of
    which a member cannot, are neither.
    """
    old, new = _things(before, day), _things(after, day)
    restyled = before.layouts_digest != after.layouts_digest
    found = []
    for owner in sorted({*old, *new}):
        was, now = old.get(owner), new.get(owner)
        identity = (now or old[owner]).identity
        state: TouchedState = "changed"
        changes = None
        if now is None:
            files = _files(after, owner)
            unread = files & after.loaded[0].unread
            state = "cannot be read" if unread else "cannot be made" if files else "gone"
        elif was is None:
            state = "changed" if _files(before, owner) else "new"
        elif not restyled and digest(was) == digest(now):
            continue
        elif isinstance(was, Publication) and isinstance(now, Publication):
            changes = compare_texts(after, was, now)
        found.append(TouchedThing(owner, identity.title, identity.version, state, changes))
    return tuple(found)


def _files(project: Project, owner: str) -> frozenset[str]:
    """The files that a thing is read from, where there are any."""
    named = (f"source/{owner}{end}" for end in (".md", "/briefing.md", ".yaml"))
    return frozenset(path for path in named if path in project.files)


def _things(project: Project, day: date) -> dict[str, Thing]:
    """Everything that a library publishes, by owner; pages of a handbook count as their pack."""
    found = resolve(project.loaded[0], Order((), (), day), project.resolve_resources)
    return {thing.owner: thing for thing in found.everything if not (isinstance(thing, Publication) and thing.manual)}


ACCOUNT_FILE = "comment.md"
"""The name of the account."""


@click.command("compare")
@click.argument("before", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The date produced (default: today).")
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@all_option
@verb_with_outcome("text", jobs=None)
def verb(project: Project, before: Path, folder: Path, produced: datetime | None, whole: bool) -> Outcome:
    """Build what reads otherwise than in another copy of the library, and write an account of it.

    BEFORE is the library as it was, such as the branch that a proposed change is for. FOLDER, which must be new or
    empty, gets the PDFs of what has changed, and comment.md: pages, remarks, and the changes word by word.
    """
    if not (before / "source").is_dir():
        raise UsageError(f"There is no library in {before}: no source/ was found.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists and is not an empty folder; choose another.")
    day = production_day(produced, project)
    found = find_touched_things(Project(before, SHIPPED, ProgressReporter()), project, day)
    names = tuple(sorted(one.id for one in found if one.state in ("new", "changed")))
    built = make(Order(names, (), day), project) if names else None
    remarks = ordered((*survey.check_source(project, (), day), *(built.remarks if built else ())))
    write_atomically(folder / ACCOUNT_FILE, format_account(found, built.lengths if built else {}, remarks).encode())
    pdfs = [output.path for output in (built.outputs if built else ()) if output.path.endswith(".pdf")]
    for path in pdfs:
        write_atomically(folder / path, (project.output / path).read_bytes())
    told = f"{count_noun(len(found), 'thing')} touched; {count_noun(len(pdfs), 'PDF')} and {ACCOUNT_FILE} in {folder}."

    def code(strict: bool) -> int:
        return max(built.exit_code(strict) if built else 0, exit_code(remarks, strict))

    return Outcome(remarks, exit=code, notes=[told], is_report=True, whole=whole)


ACCOUNT_BYTES = 50_000
"""Bytes of an account: hosts refuse a comment of more than 65,536 characters."""

MAX_LISTED = 100
"""Things that are listed; more are only counted."""

_MORE = "… there is more: 'briefings changes' shows all of a text that is kept"

_NOUNS = {"briefings": "briefing", "packs": "pack", "series": "series page"}


def format_account(
    touched: Sequence[TouchedThing], lengths: Mapping[str, Length], remarks: Sequence[Diagnostic]
) -> str:
    """The account, within what a comment may hold: a summary, a line for each thing, changes and remarks to unfold."""
    parts = ["## This change to the briefings", f"{_summary(touched)} {_tally(remarks)}"]
    if touched:
        parts.append("\n".join(_list(touched, lengths)))
    changed = "\n\n".join(
        "\n".join((f"{one.title} ({one.id})", *change_lines(one.changes.changes)))
        for one in touched
        if one.changes and one.changes.changes
    )
    room = ACCOUNT_BYTES - sum(len(part.encode()) + 2 for part in parts)
    if changed:
        parts.append(_folded("What has changed, word by word", _cut(changed, room // 2 - 200)))
    if remarks:
        room = ACCOUNT_BYTES - sum(len(part.encode()) + 2 for part in parts)
        parts.append(_folded(f"Remarks: {count_diagnostics(remarks)}", format_remarks_block(remarks, room - 200)))
    return "\n\n".join(parts) + "\n"


def _tally(remarks: Sequence[Diagnostic]) -> str:
    said = count_diagnostics(remarks)
    if any(one.severity is Severity.ERROR for one in remarks):
        return f"**{said}**: what has an error is no more than a draft."
    return f"{said[0].upper()}{said[1:]}."


def _summary(touched: Sequence[TouchedThing]) -> str:
    numbers = Counter((_noun(one), one.state) for one in touched)
    parts = ", ".join(f"{count_noun(number, noun)} {state}" for (noun, state), number in numbers.items())
    return f"{parts}." if parts else "No briefing, pack or series reads otherwise than before."


def _noun(thing: TouchedThing) -> str:
    return _NOUNS[thing.owner.partition("/")[0]]


def _list(touched: Sequence[TouchedThing], lengths: Mapping[str, Length]) -> Iterator[str]:
    """A line for each of the first things, in no more than three fifths of the account."""
    taken = listed = 0
    for one in touched[:MAX_LISTED]:
        line = _line(one, lengths)
        taken += len(line.encode()) + 1
        if taken > ACCOUNT_BYTES * 3 // 5:
            break
        listed += 1
        yield line
    if len(touched) > listed:
        yield f"- and {len(touched) - listed} more"


def _line(one: TouchedThing, lengths: Mapping[str, Length]) -> str:
    facts: list[str] = [one.state]
    if one.changes:
        changes = one.changes.changes
        facts = [
            f"changed: {describe_changes(changes, one.changes.measure)}" if changes else "changed around its words"
        ]
    if one.owner in lengths:
        facts.append(str(lengths[one.owner]))
    title = one.title if len(one.title) <= 200 else f"{one.title[:200]}…"
    return f"- {inline_code(title)} ({_noun(one)} {inline_code(one.id)}): {'; '.join(facts)}"


def _cut(text: str, most: int) -> str:
    """The text as a block, or as many of its first lines as a block of so many bytes holds."""
    if len(fenced_block(text).encode()) <= most:
        return fenced_block(text)
    lines = text.split("\n")

    def first(number: int) -> str:
        return fenced_block("\n".join((*lines[:number], _MORE)))

    return first(max(0, bisect_right(range(len(lines)), most, key=lambda number: len(first(number).encode())) - 1))


def _folded(label: str, content: str) -> str:
    return f"<details><summary>{label}</summary>\n\n{content}\n\n</details>"

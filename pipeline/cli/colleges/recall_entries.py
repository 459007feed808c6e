"""Entries on the notices of a recall: that one was sent to a college, or that the college got it."""

from collections.abc import Sequence
from datetime import date

import click

from pipeline.cli.options import moment
from pipeline.colleges.holdings import WITHDRAWN
from pipeline.colleges.ledger.events import Event, instant
from pipeline.colleges.ledger.kept import Ledger
from pipeline.colleges.recall_progress import NOTICED, TOLD, AskedCollege, progress, tellings
from pipeline.colleges.recalls import recalls
from pipeline.colleges.receipts import AlreadyEntered
from pipeline.core.errors import UsageError
from pipeline.core.tables import count
from pipeline.model.day import in_words
from pipeline.resolve.nearest import did_you_mean


def refuse_copies(recall: str, how: str | None, copies: object) -> None:
    """Refuse what is said of copies: those are named by their deliveries."""
    if copies or how not in (None, TOLD, NOTICED):
        raise UsageError(
            f"What became of copies is said of their delivery, which the slip names: 'briefings holdings --recall "
            f"{recall}' lists those. Of {recall} itself say --how {TOLD} or --how {NOTICED}."
        )


def entered_of_recall(kept: Ledger, name: str, college: str | None, how: str | None, on: date, undo: int | None) -> int:
    """Enter that a college was told of a recall, or that it says so; or take such an entry back."""
    if undo is not None:
        _taken_back(kept, name, undo)
        return 0
    event = kept.add_after(instant(moment()), lambda known: entry_of_recall(known, name, college, how or "", on))
    click.echo(said_of_recall(event))
    events = kept.events()
    _tell_rest(progress(events, recalls(events)[name]))
    click.echo(f"If that is wrong: 'briefings acknowledge {name} --undo {event.number}'.")
    return 0


def entry_of_recall(
    known: Sequence[Event], name: str, college: str | None, how: str, on: date
) -> tuple[str, str, dict[str, str]]:
    """The event that a college was told of a recall, or that it says so. Raises `UsageError` where it cannot be."""
    recall = recalls(known)[name]
    asked = {one.college: one for one in progress(known, recall)}
    if not college:
        raise click.UsageError(f"Name the college: --college ID. {name} asks {', '.join(asked)}.")
    if college not in asked:
        raise UsageError(f"{name} asks nothing of '{college}'. {did_you_mean(college, asked, _asks(asked))}")
    if on < recall.on:
        raise UsageError(f"{name} was begun on {in_words(recall.on)}, after {in_words(on)}.")
    _refuse_twice(known, name, college, how, on)
    return how, name, {"college": college, "on": on.isoformat()}


def said_of_recall(event: Event) -> str:
    """The sentence on an entry about a notice."""
    day = in_words(event.day)
    said = f"told on {day}" if event.kind == TOLD else f"has the notice, as it says, since {day}"
    return f"{event.facts['college']}, {event.subject}: {said}."


def _refuse_twice(known: Sequence[Event], name: str, college: str, how: str, on: date) -> None:
    """Refuse the same entry of the same day: the first stands."""
    for event in tellings(known, name):
        if (event.kind, event.facts["college"], event.day) == (how, college, on):
            what = f"was told of {name} on" if how == TOLD else f"got the notice of {name} by"
            entry = f"is on record already, as entry {event.number}"
            raise AlreadyEntered(f"That {college} {what} {in_words(on)} {entry}.")


def _asks(asked: dict[str, AskedCollege]) -> str:
    return f"It asks {', '.join(asked)}."


def _tell_rest(asked: Sequence[AskedCollege]) -> None:
    """Say which colleges with open copies nobody has told yet."""
    rest = [one.college for one in asked if one.open and not one.is_told]
    if rest:
        click.echo(f"{count(len(rest), 'college')} not told yet: {', '.join(rest)}.")


def _taken_back(kept: Ledger, name: str, number: int) -> None:
    """Take back that a college was told; the ledger keeps both."""

    def said(known: Sequence[Event]) -> tuple[str, str, dict[str, int]]:
        if not any(event.number == number for event in tellings(known, name)):
            raise UsageError(f"{number} is not the number of an entry on a notice of {name} that stands.")
        return WITHDRAWN, name, {"event": number}

    kept.add_after(instant(moment()), said)
    click.echo(f"{name}: the entry {number} is taken back.")

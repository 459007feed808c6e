"""Recalls as `holdings` shows them: what was asked, who was told, what came back, and what is open."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import click

from pipeline.cli.options import show_remarks, show_table
from pipeline.codes import colleges as codes
from pipeline.colleges.holdings import Holding
from pipeline.colleges.ledger.events import Event
from pipeline.colleges.recall_progress import AskedCollege, answers_in_words, progress
from pipeline.colleges.recalls import Recall, number_of, recalls
from pipeline.core.diagnostics import Place
from pipeline.core.tables import count
from pipeline.load.library.folders import LEDGER
from pipeline.model.day import in_words

LISTED = ("recall", "of", "recalled", "colleges", "told", "copies", "open", "lifted", "reason")
ASKED = ("college", "copies", "told", "confirmed", "open", "answers")
OPEN = ("college", "pack", "edition", "format", "copy", "quantity", "state", "since", "delivery")
WHOLE = (*("recall", "of", "recalled", "reason", "answer by", "told", "confirmed"), *OPEN, "open", "briefings")
"""The columns of a table for programs: a row for copies with the same history."""


def show_recalls(form: str, events: Sequence[Event]) -> None:
    """Show every recall, with the sum of what is open."""
    rows = []
    for one in recalls(events).values():
        asked = progress(events, one)
        told = sum(each.is_told for each in asked)
        copies, left = (str(sum(many)) for many in (_copies(asked), (number_of(each.open) for each in asked)))
        day, lifted = one.on.isoformat(), f"{one.lifted_on}: {one.lifted}" if one.lifted else ""
        rows.append((one.name, one.of, day, str(len(asked)), str(told), copies, left, lifted, one.reason))
    if form == "text" and not rows:
        click.echo("Nothing was recalled, as far as the ledger knows.")
    else:
        show_table(form, LISTED, rows)


def _copies(asked: Sequence[AskedCollege]) -> Sequence[int]:
    return [each.copies for each in asked]


def show_recall(
    form: str, events: Sequence[Event], recall: Recall, wanted: Callable[[Holding], bool] | None = None
) -> bool:
    """Show a recall, or those copies of it that are wanted; gives whether some of them are open."""
    every = progress(events, recall)
    asked = every if wanted is None else tuple(filter(None, (_part(one, wanted) for one in every)))
    left, all_left = (number_of(copy for one in each for copy in one.open) for each in (asked, every))
    if all_left:
        remark = codes.RECALL_OPEN.at(Place(LEDGER), open=all_left, asked=sum(_copies(every)), name=recall.name)
        show_remarks((remark,))
    if form == "text":
        _show_text(recall, asked, left, all_left)
    else:
        show_table(form, WHOLE, [row for one in asked for row in _whole(recall, one)])
    return bool(left)


def _part(one: AskedCollege, wanted: Callable[[Holding], bool]) -> AskedCollege | None:
    """A college with those of its copies that are wanted; nothing where there are none."""
    out, done, gone = (tuple(copy for copy in those if wanted(copy)) for those in (one.open, one.answered, one.let_go))
    return replace(one, open=out, answered=done, let_go=gone) if out or done or gone else None


def _show_text(recall: Recall, asked: Sequence[AskedCollege], left: int, all_left: int) -> None:
    by = f" Answers are asked for by {in_words(recall.answer_by)}." if recall.answer_by else ""
    click.echo(f"{recall.name}: {recall.of}, recalled on {in_words(recall.on)}: {recall.reason}{by}")
    if recall.lifted_on:
        click.echo(f"It was lifted on {in_words(recall.lifted_on)}: {recall.lifted}")
    if asked:
        show_table("text", ASKED, [_asked(one) for one in asked])
    if left:
        click.echo("Still open:")
        show_table("text", OPEN, [_copy(copy) for one in asked for copy in one.open])
    elif all_left:
        click.echo(f"Nothing of {recall.name} is out there, but {count(all_left, 'copy', 'copies')} elsewhere.")
    elif not recall.lifted:
        click.echo(f"All copies of {recall.name} are accounted for.")


def _asked(one: AskedCollege) -> tuple[str, ...]:
    open_ones = str(number_of(one.open))
    return (one.college, str(one.copies), _days_told(one), _confirmed(one), open_ones, answers_in_words(one))


def _days_told(one: AskedCollege) -> str:
    """The days on which it was told; 'yes' of one that says that it has the notice, though nobody entered a day."""
    return ", ".join(day.isoformat() for day in one.told) or ("yes" if one.is_told else "no")


def _confirmed(one: AskedCollege) -> str:
    return one.confirmed.isoformat() if one.confirmed else ""


def _copy(one: Holding) -> tuple[str, ...]:
    number = str(one.copy) if one.copy else ""
    said = (one.college, one.pack, one.edition, one.format, number, str(one.quantity), one.state)
    return (*said, one.since.isoformat(), one.delivery)


def _whole(recall: Recall, one: AskedCollege) -> list[tuple[str, ...]]:
    by = recall.answer_by.isoformat() if recall.answer_by else ""
    head = (recall.name, recall.of, recall.on.isoformat(), recall.reason, by, _days_told(one), _confirmed(one))
    rows = [(copy, "yes") for copy in one.open] + [(copy, "no") for copy in (*one.answered, *one.let_go)]
    return [(*head, *_copy(copy), is_open, " ".join(copy.briefings)) for copy, is_open in rows]

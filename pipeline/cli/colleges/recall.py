"""The verb recall: take a text back from everybody who holds it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import click

from pipeline.build.project import Project
from pipeline.cli.colleges.ledger_access import ledger_to_write, past_day
from pipeline.cli.colleges.recall_notices import address_of, clear_notices, folder_of_notices, write_notices
from pipeline.cli.options import DAY, Shared, moment, open_project, shared
from pipeline.colleges.holdings import WITHDRAWN, Holding, is_paper
from pipeline.colleges.ledger.events import Event, instant, reason_in_words, renamed
from pipeline.colleges.ledger.kept import KeptLedger
from pipeline.colleges.recalls import (
    RECALLED,
    NamedWords,
    Recall,
    begun,
    copies_out,
    copies_under_way,
    issued_editions,
    number_of,
    planned_editions,
    published_versions,
    recalls,
    standing,
    still_open,
    tellings,
)
from pipeline.core.errors import UsageError
from pipeline.core.tables import count
from pipeline.editions.issued.records import read_records
from pipeline.model.day import in_words
from pipeline.model.library import Library
from pipeline.model.source.briefing import Status
from pipeline.model.source.college import present_ids
from pipeline.model.source.kept import pin
from pipeline.resolve.nearest import did_you_mean

Facts = Mapping[str, Any]
"""The facts of a recall, by the ledger as it is."""


@click.command("recall")
@click.argument("of", metavar="ID|ID@1.0|PACK|PACK@EDITION|RECALL")
@click.option("--reason", metavar="WORDS", help="The reason, as the colleges are to read it.")
@click.option("--instead", metavar="WORDS", help="A sentence on what comes instead, and when.")
@click.option("--by", "role", metavar="ROLE", help="The role that signs the notices, such as 'Head of evidence'.")
@click.option("--answer-by", type=DAY, metavar="YYYY-MM-DD", help="The day by which colleges are asked to answer.")
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day of the recall (default: today).")
@click.option("--lift", metavar="REASON", help="End a recall that was begun by mistake.")
@click.option("--dry-run", is_flag=True, help="Say who holds it, and write nothing.")
@shared
@click.pass_context
def verb(
    context: click.Context,
    of: str,
    reason: str | None,
    instead: str | None,
    role: str | None,
    answer_by: datetime | None,
    on: datetime | None,
    lift: str | None,
    dry_run: bool,
) -> int:
    """Take a briefing, a version of it, a pack or an edition back from everybody who holds it.

    Every college with copies is found in the ledger, and gets one notice, as mail and as text, in output/recalls/; so
    do those to whom copies may be on their way. It is delivered no more. You send the notices; say so, and what comes
    back, by `acknowledge`. `recall NAME` writes the notices of those again who have not answered.
    """
    project = open_project(Shared(context), 1)
    if (kept := ledger_to_write(project)) is None:
        return 1
    again, more = recalls(kept.events()).get(of), bool(reason or instead or role or answer_by or on)
    if lift is not None:
        if more:
            raise click.UsageError("--lift REASON ends a recall: leave the other options but --dry-run away.")
        return _lifted(project, kept, again, of, reason_in_words(lift), dry_run)
    if again:
        if more:
            raise UsageError(f"{of} stays as it was begun: leave the options away, or lift it and begin another.")
        return _written_again(project, kept, again, dry_run)
    day, by = past_day(on, project), answer_by.date() if answer_by else None
    if by and by < day:
        raise UsageError(f"--answer-by names {in_words(by)}, which is before the day of the notice, {in_words(day)}.")
    issued, published = issued_editions(read_records(project.files).every()), published_versions(project.loaded[0])
    why, then, who = (reason_in_words(words) for words in (reason, instead, role))

    def facts(known: Sequence[Event]) -> Facts:
        found = (*copies_out(known, of), *copies_under_way(known, of))
        return begun(of, why, day, found, issued, by, then, published, who)

    words = facts(kept.events())["words"]
    if not words:
        raise _nothing_of(of, kept.events(), project.loaded[0], issued)
    _refuse_before_issue(project, of, day, words)
    _refuse_standing(kept.events(), words)
    if dry_run:
        _show(project, kept, (*copies_out(kept.events(), of), *copies_under_way(kept.events(), of)))
        click.echo(f"It covers {', '.join(words)}. They would be asked for. Nothing was written.")
        return 0
    if not why:
        raise click.UsageError("A recall takes a reason, which the colleges read: --reason WORDS.")
    return _begun(project, kept, begin(kept, facts))


def _begun(project: Project, kept: KeptLedger, recall: Recall) -> int:
    """Write the notices of a recall that has begun, and say what is next."""
    total = _write(project, kept, recall)
    if total:
        click.echo(f"{recall.name} asks for {total}. The notices are in output/recalls/{recall.name}/.")
    else:
        click.echo(f"{recall.name} asks for 0 copies: nobody holds any, as far as the ledger knows.")
    click.echo(f"It covers {', '.join(recall.words)}: none of that is delivered any more.")
    for one in project.loaded[0].briefings.values():
        if one.fields.status is Status.PUBLISHED and pin(one.id, one.fields.version) in recall.words:
            click.echo(f"{one.id} {one.fields.version} is still in force: withdraw it, or publish a correction.")
    if total:
        _tell_next(recall)
    return 0


def _write(project: Project, kept: KeptLedger, recall: Recall) -> str:
    """Show what is open of a recall, and write its notices; gives the sum in words."""
    events = _present_events(project, kept)
    found = still_open(events, recall)
    total = _show(project, kept, found)
    write_notices(project, recall, found, events)
    return total


def _present_events(project: Project, kept: KeptLedger) -> tuple[Event, ...]:
    return renamed(kept.events(), present_ids(project.loaded[0].colleges))


def _refuse_before_issue(project: Project, of: str, day: date, words: Collection[str]) -> None:
    """Refuse a day on which nothing of it was issued yet; of what was never issued, on which it was not published."""
    every = (one.record for one in read_records(project.files).every())
    issued = [one.issued for one in every if not {f"{one.pack}@{one.edition}", *one.texts}.isdisjoint(words)]
    first = min(issued or (day for text, day in project.loaded[0].kept_on.items() if text in words), default=day)
    if day < first:
        done = "issued" if issued else "published"
        raise UsageError(f"'{of}' was {done} on {in_words(first)}, after {in_words(day)}.")


def _refuse_standing(events: Sequence[Event], words: Collection[str]) -> None:
    """Refuse to take the same words back twice."""
    if one := standing(recalls(events).values(), words):
        raise UsageError(
            f"{one.name} has taken {', '.join(words)} back since {in_words(one.on)}: 'briefings recall {one.name}' "
            "writes its notices again."
        )


def _tell_next(recall: Recall) -> None:
    """Say what is done next, in order."""
    for line in (
        "Next:",
        "  1. Send each college its notice, as mail or on paper, to the address above.",
        f"  2. Say so:  briefings acknowledge {recall.name} --how told",
        "  3. Enter what comes back:  briefings acknowledge DELIVERY --how destroyed",
        f"  4. Look:  briefings holdings --recall {recall.name}",
    ):
        click.echo(line)


def _written_again(project: Project, kept: KeptLedger, recall: Recall, dry_run: bool) -> int:
    """Write the notices again of those who have not answered; the others' go away."""
    if recall.lifted:
        click.echo(f"{recall.name} was lifted: {recall.lifted}")
        return 0
    if dry_run:
        _show(project, kept, still_open(_present_events(project, kept), recall))
        click.echo("Nothing was written.")
    elif total := _write(project, kept, recall):
        click.echo(f"{recall.name} still asks for {total}. The notices are in output/recalls/{recall.name}/.")
        _tell_next(recall)
    else:
        click.echo(f"All copies of {recall.name} are accounted for: nobody gets a notice.")
    return 0


def _lifted(project: Project, kept: KeptLedger, recall: Recall | None, of: str, reason: str, dry_run: bool) -> int:
    """End a recall that was begun by mistake; the ledger keeps both. Its notices go away."""
    events = _present_events(project, kept)
    if recall is None:
        raise UsageError(f"There is no recall '{of}'. {did_you_mean(of, recalls(events), '')}".rstrip())
    if not reason:
        raise click.UsageError("--lift takes the reason, which the ledger keeps.")
    if recall.lifted:
        raise UsageError(f"{recall.name} is lifted already: {recall.lifted}")
    told = sorted({str(event.facts["college"]) for event in tellings(events, recall.name)})
    whom = (
        f"Tell the colleges that were told: {', '.join(told)}." if told else "No college was told of it, by the ledger."
    )
    if dry_run:
        click.echo(f"{recall.name} would be lifted. {whom} Nothing was written.")
        return 0
    kept.add(instant(moment()), WITHDRAWN, recall.name, {"event": recall.number, "reason": reason})
    clear_notices(folder_of_notices(project, recall))
    click.echo(f"{recall.name} is lifted: {reason.rstrip('.')}. {whom} What it named may be delivered.")
    return 0


def _nothing_of(of: str, events: Sequence[Event], library: Library, issued: Iterable[NamedWords]) -> UsageError:
    """The reason why there is nothing to recall: a misspelt name, a work, or a text that nobody holds."""
    if of in library.bibliography and of not in library.briefings:
        return UsageError(
            f"'{of}' is a work, and works are not recalled. 'briefings cites {of}' lists who rests on it."
        )
    names = {*library.briefings, *library.packs, *recalls(events)}
    for pack, edition, briefings in (*planned_editions(events), *issued):
        names |= {pack, f"{pack}@{edition}", *briefings, *(text.partition("@")[0] for text in briefings)}
    if of in names:
        return UsageError(f"Nobody holds '{of}', as far as the ledger knows.")
    hint = did_you_mean(of, sorted(names), "'briefings list' and 'briefings holdings' name what there is.")
    return UsageError(f"There is no briefing, version, pack, edition or recall '{of}'. {hint}")


def _show(project: Project, kept: KeptLedger, found: Collection[Holding]) -> str:
    """Show the copies of each college, and where its notice goes, in order; gives the sum in words."""
    names = sorted({one.college for one in found})
    for name in names:
        those = [one for one in found if one.college == name]
        perhaps = number_of(one for one in those if one.state == "may be out")
        told = f", {perhaps} of them may be out" if perhaps else ""
        to = address_of(project.loaded[0], name, _present_events(project, kept))
        click.echo(f"  {name}: {count(number_of(those), 'copy', 'copies')}{told}{f' ({to})' if to else ''}")
    perhaps = [one for one in found if one.state == "may be out" and is_paper(one.format)]
    for name in dict.fromkeys(one.delivery for one in perhaps):
        click.echo(f"Delivery {name} may not have gone yet: keep it back, and say 'briefings settle {name} --not-sent'.")
    return f"{count(number_of(found), 'copy', 'copies')} at {count(len(names), 'college')}" if names else ""


def begin(kept: KeptLedger, facts: Callable[[Sequence[Event]], Facts]) -> Recall:
    """A new recall, on record; nothing is sent and no answer entered between the look at the ledger and its entry.

    Raises `UsageError` where another has taken the same back meanwhile.
    """

    def entry(known: Sequence[Event]) -> tuple[str, str, Facts]:
        _refuse_standing(known, facts(known)["words"])
        return RECALLED, f"recall-{len(recalls(known)) + 1}", facts(known)

    event = kept.add_after(instant(moment()), entry)
    return recalls((event,))[event.subject]

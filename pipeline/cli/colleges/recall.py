"""The verb recall: take a text back from everybody who holds it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import click

from pipeline.build.project import Project
from pipeline.cli.colleges.ledger_access import ledger_to_write, past_day
from pipeline.cli.colleges.recall_notices import address_of, clear_notices, folder_of_notices, write_notices
from pipeline.cli.options import DAY, Shared, moment, open_project, shared
from pipeline.colleges.holdings import WITHDRAWN, Holding, is_paper
from pipeline.colleges.ledger.events import Event, instant, reason_in_words
from pipeline.colleges.ledger.kept import Ledger
from pipeline.colleges.recall_progress import progress
from pipeline.colleges.recalled_texts import issued_editions, published_versions
from pipeline.colleges.recalls import (
    RECALLED,
    REMINDED,
    NamedWords,
    Recall,
    asked_otherwise,
    begun,
    copies_out,
    copies_under_way,
    number_of,
    planned_editions,
    recalls,
    standing,
    still_open,
    words_of,
)
from pipeline.core.errors import UsageError
from pipeline.core.tables import count
from pipeline.editions.issued.records import read_records
from pipeline.model.day import in_words
from pipeline.model.library import Library
from pipeline.model.source.briefing import Status
from pipeline.model.source.kept import pin
from pipeline.resolve.nearest import did_you_mean


@dataclass(frozen=True, slots=True)
class AskedRecall:
    """A recall as it is asked for."""

    of: str
    reason: str
    day: date
    answer_by: date | None = None
    instead: str = ""
    issued: tuple[NamedWords, ...] = field(default=(), repr=False)
    """The editions that were issued."""
    published: tuple[str, ...] = field(default=(), repr=False)
    """The versions of briefings that were published, issued or not."""
    by: str = ""
    """The role that signs the notices."""

    def facts(self, events: Sequence[Event]) -> Mapping[str, Any]:
        """The facts of the recall by what is in the ledger."""
        found = (*copies_out(events, self.of), *copies_under_way(events, self.of))
        more = (self.answer_by, self.instead, self.published, self.by)
        return begun(self.of, self.reason, self.day, found, self.issued, *more)


@click.command("recall")
@click.argument("of", metavar="ID|ID@1.0|PACK|PACK@EDITION|RECALL")
@click.option("--reason", metavar="WORDS", help="The reason, as the colleges are to read it.")
@click.option("--instead", metavar="WORDS", help="A sentence on what comes instead, and when.")
@click.option("--by", "role", metavar="ROLE", help="The role that signs the notices, such as 'Head of evidence'.")
@click.option("--answer-by", type=DAY, metavar="YYYY-MM-DD", help="The day by which colleges are asked to answer.")
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day of the recall, or of a reminder.")
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

    Every holder of any edition with it is found in the ledger, copy by copy, and gets one notice with a slip, in
    output/recalls/; so do those to whom copies may be on their way. It is delivered no more. You send the notices; say
    so, and what comes back, by `acknowledge`. `recall NAME` writes the notices of those again who have not answered.
    """
    project = open_project(Shared(context), 1)
    if (kept := ledger_to_write(project)) is None:
        return 1
    again = recalls(kept.events()).get(of)
    if lift is not None:
        if reason or instead or role or answer_by or on:
            raise click.UsageError("--lift REASON ends a recall: leave the other options but --dry-run away.")
        return _lifted(project, kept, again, of, reason_in_words(lift), dry_run)
    by, said = answer_by.date() if answer_by else None, [reason_in_words(words) for words in (reason, instead, role)]
    issued, published = issued_editions(read_records(project.files).every()), published_versions(project.loaded[0])
    asked = AskedRecall(of, said[0], past_day(on, project), by, said[1], issued, published, said[2])
    _refuse_days(asked)
    if again:
        return _reminded(project, kept, again, asked, dry_run)
    return _begun(project, kept, asked, dry_run)


def _refuse_days(asked: AskedRecall) -> None:
    """Refuse a day to answer that cannot be."""
    if asked.answer_by and asked.answer_by < asked.day:
        raise UsageError(
            f"--answer-by names {in_words(asked.answer_by)}, which is before the day of the notice, "
            f"{in_words(asked.day)}."
        )


def _begun(project: Project, kept: Ledger, asked: AskedRecall, dry_run: bool) -> int:
    """Begin a recall, or say whom it would ask."""
    events, library = kept.events(), project.loaded[0]
    words = asked.facts(events)["words"]
    if not words:
        raise _nobody(asked.of, events, library, asked.issued)
    _refuse_before_issue(project, asked, words)
    _refuse_standing(events, words)
    if dry_run:
        _shown((*copies_out(events, asked.of), *copies_under_way(events, asked.of)), library, events)
        _tell_words(words)
        click.echo("They would be asked for. Nothing was written.")
        return 0
    if not asked.reason:
        raise click.UsageError("A recall takes a reason, which the colleges read: --reason WORDS.")
    recall = begin(kept, asked)
    events = kept.events()
    found = still_open(events, recall)
    total = _shown(found, library, events)
    write_notices(project, recall, found)
    if found:
        click.echo(f"{recall.name} asks for {total}. The notices are in output/recalls/{recall.name}/.")
    else:
        click.echo(f"{recall.name} asks for 0 copies: nobody holds any, as far as the ledger knows.")
    _tell_words(recall.words)
    _tell_in_force(recall, library)
    _tell_paper(found)
    _tell_others(events, recall, found)
    if found:
        _tell_next(recall)
    return 0


def _tell_others(events: Sequence[Event], recall: Recall, found: Iterable[Holding]) -> None:
    """Say which other recalls ask for some of the same copies: their notices know nothing of this one."""
    same = {one.key for one in found}
    for one in recalls(events).values():
        if one.name != recall.name and not same.isdisjoint(copy.key for copy in still_open(events, one)):
            click.echo(
                f"{one.name} asks for some of the same copies: 'briefings recall {one.name}' writes its notices again, "
                "with what holds no more now."
            )


def _tell_words(words: Iterable[str]) -> None:
    """Say which versions and editions a recall covers: none of them goes out any more."""
    click.echo(f"It covers {', '.join(words)}: none of that is delivered any more.")


def _refuse_before_issue(project: Project, asked: AskedRecall, words: Collection[str]) -> None:
    """Refuse a day on which nothing of it was issued yet; of what was never issued, on which it was not published."""
    issued = [
        one.record.issued
        for one in read_records(project.files).every()
        if not {f"{one.record.pack}@{one.record.edition}", *one.record.texts}.isdisjoint(words)
    ]
    first = min(issued or (day for text, day in project.loaded[0].kept_on.items() if text in words), default=asked.day)
    if asked.day < first:
        done = "issued" if issued else "published"
        raise UsageError(f"'{asked.of}' was {done} on {in_words(first)}, after {in_words(asked.day)}.")


def _refuse_standing(events: Sequence[Event], words: Collection[str]) -> None:
    """Refuse to take the same words back twice."""
    if one := standing(recalls(events).values(), words):
        raise UsageError(
            f"{one.name} has taken {', '.join(words)} back since {in_words(one.on)}: 'briefings recall {one.name}' "
            "writes its notices again."
        )


def _tell_in_force(recall: Recall, library: Library) -> None:
    """Say which of the texts that are recalled still say of themselves that they hold."""
    for one in library.briefings.values():
        if one.fields.status is Status.PUBLISHED and pin(one.id, one.fields.version) in recall.words:
            click.echo(f"{one.id} {one.fields.version} is still in force: withdraw it, or publish a correction.")


def _tell_paper(found: Collection[Holding]) -> None:
    """Say which printed copies may not have gone yet, and what to do with them."""
    perhaps = [one for one in found if one.state == "may be out" and is_paper(one.format)]
    for name in dict.fromkeys(one.delivery for one in perhaps):
        own = [one for one in perhaps if one.delivery == name]
        many = count(number_of(own), "printed copy", "printed copies")
        click.echo(
            f"Delivery {name} to {own[0].college}, {many}, may not have gone yet: keep it back, at the printer too, "
            f"and then say 'briefings settle {name} --not-sent'."
        )


def _tell_next(recall: Recall) -> None:
    """Say what is done next, in order."""
    for line in (
        "Next:",
        "  1. Send each college its notice, as a file or on paper, to the address above.",
        f"  2. Say so:  briefings acknowledge {recall.name} --college ID --how told, or several:  --from FILE.csv",
        "  3. Enter what comes back:  briefings acknowledge DELIVERY --how destroyed",
        f"  4. Look:  briefings holdings --recall {recall.name}",
    ):
        click.echo(line)


def _reminded(project: Project, kept: Ledger, recall: Recall, asked: AskedRecall, dry_run: bool) -> int:
    """Write the notices again of those who have not answered; the others' go away. What is other now stays so."""
    events = kept.events()
    found = still_open(events, recall)
    if recall.lifted:
        click.echo(f"{recall.name} was lifted: {recall.lifted}")
        return 0
    if asked.reason:
        raise UsageError(
            f"{recall.name} keeps the reason with which it was begun: leave --reason away, or lift it and begin "
            "another."
        )
    if asked.day < recall.on:
        raise UsageError(f"{recall.name} was begun on {in_words(recall.on)}, after {in_words(asked.day)}.")
    total = _shown(found, project.loaded[0], events)
    if dry_run:
        click.echo("Nothing was written.")
        return 0
    otherwise = asked_otherwise(recall, asked.day, asked.answer_by, asked.instead, asked.by)
    if found and otherwise:
        recall = recalls((*events, kept.add_after(instant(moment()), lambda _: (REMINDED, recall.name, otherwise))))[
            recall.name
        ]
    write_notices(project, recall, found, again=asked.day)
    if not found:
        click.echo(f"All copies of {recall.name} are accounted for: there is nobody to remind.")
        return 0
    click.echo(f"{recall.name} still asks for {total}. The notices are in output/recalls/{recall.name}/.")
    _tell_paper(found)
    _tell_next(recall)
    return 0


def _lifted(project: Project, kept: Ledger, recall: Recall | None, of: str, reason: str, dry_run: bool) -> int:
    """End a recall that was begun by mistake; the ledger keeps both. Its notices, which say so no more, go away."""
    events = kept.events()
    if recall is None:
        raise UsageError(f"There is no recall '{of}'. {did_you_mean(of, recalls(events), '')}".rstrip())
    if not reason:
        raise click.UsageError("--lift takes the reason, which the ledger keeps.")
    if recall.lifted:
        raise UsageError(f"{recall.name} is lifted already: {recall.lifted}")
    told = [one.college for one in progress(events, recall) if one.is_told]
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


def _nobody(of: str, events: Sequence[Event], library: Library, issued: Iterable[NamedWords]) -> UsageError:
    """The reason why there is nothing to recall: a misspelt name, a work, or a text that nobody holds."""
    if of in library.bibliography and of not in library.briefings:
        return UsageError(
            f"'{of}' is a work, and works are not recalled. 'briefings cites {of}' lists who rests on it."
        )
    editions = (*planned_editions(events), *issued)
    known = {*library.briefings, *library.packs}
    if of.partition("@")[0] in known:
        return UsageError(f"Nobody holds '{of}', as far as the ledger knows.{_versions_held(of, events)}")
    names = {*known, *_names(editions), *recalls(events)}
    hint = did_you_mean(of, sorted(names), "'briefings list' and 'briefings holdings' name what there is.")
    return UsageError(f"There is no briefing, pack or recall '{of}'. {hint}")


def _names(editions: Iterable[NamedWords]) -> Iterable[str]:
    """The names by which something can be recalled."""
    for pack, edition, briefings in editions:
        yield from (pack, f"{pack}@{edition}", *briefings, *(text.partition("@")[0] for text in briefings))


def _versions_held(of: str, events: Sequence[Event]) -> str:
    """The other versions or editions of a name that are held: ' Colleges hold foot-patrol@1.0.'."""
    held = copies_out(events, of.partition("@")[0])
    those = words_of(of.partition("@")[0], ((one.pack, one.edition, one.briefings) for one in held))
    return f" Colleges hold {', '.join(those)}." if those else ""


def _shown(found: Collection[Holding], library: Library, events: Sequence[Event]) -> str:
    """Tell the copies of each college, and where its notice goes, in order; gives the sum in words."""
    names = sorted({one.college for one in found})
    for name in names:
        those = [one for one in found if one.college == name]
        perhaps = number_of(one for one in those if one.state == "may be out")
        told = f", {perhaps} of them may be out" if perhaps else ""
        to = address_of(library, name, events)
        click.echo(f"  {name}: {count(number_of(those), 'copy', 'copies')}{told}{f' ({to})' if to else ''}")
    if not names:
        return ""
    return f"{count(number_of(found), 'copy', 'copies')} at {count(len(names), 'college')}"


def begin(kept: Ledger, asked: AskedRecall) -> Recall:
    """A new recall, on record; nothing is sent and no answer entered between the look at the ledger and its entry.

    Raises `UsageError` where another has taken the same back meanwhile.
    """

    def said(known: Sequence[Event]) -> tuple[str, str, Any]:
        facts = asked.facts(known)
        _refuse_standing(known, facts["words"])
        return RECALLED, f"recall-{len(recalls(known)) + 1}", facts

    event = kept.add_after(instant(moment()), said)
    return recalls((event,))[event.subject]

"""The verb recall: take a text back from everybody who holds it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from pipeline.build.project import Project
from pipeline.cli.colleges.ledger_access import ledger_to_write, past_day
from pipeline.cli.colleges.recall_notices import address_of, clear_notices, folder_of_notices, write_notices
from pipeline.cli.options import DAY, moment
from pipeline.cli.outcome import Outcome, rendered, told_before_errors
from pipeline.colleges.holdings import WITHDRAWN, Holding
from pipeline.colleges.ledger.events import Event, instant, reason_in_words
from pipeline.colleges.ledger.kept import Ledger
from pipeline.colleges.recalls import (
    RECALLED,
    Recall,
    days_told,
    issued_editions,
    number_of,
    planned_editions,
    published_versions,
    recalls,
    still_open,
    words_of,
)
from pipeline.core.diagnostics import UsageError
from pipeline.core.sentences import count, did_you_mean
from pipeline.editions.issued.records import read_records
from pipeline.model.source.briefing import Status
from pipeline.model.source.versions import pin
from pipeline.model.words import in_words


@click.command("recall")
@click.argument("of", metavar="ID|ID@1.0|PACK|PACK@EDITION|RECALL")
@click.option("--reason", metavar="WORDS", help="The reason, as the colleges are to read it.")
@click.option("--instead", metavar="WORDS", help="A sentence on what comes instead, and when.")
@click.option("--by", "role", metavar="ROLE", help="The role that signs the notices, such as 'Head of evidence'.")
@click.option("--answer-by", type=DAY, metavar="YYYY-MM-DD", help="The day by which colleges are asked to answer.")
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day of the recall (default: today).")
@click.option("--lift", metavar="REASON", help="End a recall that was begun by mistake.")
@click.option("--dry-run", is_flag=True, help="Say who holds it, and write nothing.")
@rendered()
def verb(
    project: Project,
    of: str,
    reason: str | None,
    instead: str | None,
    role: str | None,
    answer_by: datetime | None,
    on: datetime | None,
    lift: str | None,
    dry_run: bool,
) -> Outcome:
    """Take a briefing, a version of it, a pack or an edition back from everybody who holds it.

    Every college with copies is found in the ledger, and gets one notice, as mail and as text, in output/recalls/; so
    do those to whom copies may be on their way. It is delivered no more. You send the notices; say so, and what comes
    back, by `acknowledge`. `recall NAME` writes the notices of those again who have not answered.
    """
    kept = ledger_to_write(project, dry_run)
    known, more = recalls(kept.events()), bool(reason or instead or role or answer_by or on)
    if more and (lift is not None or of in known):
        raise click.UsageError("A recall stays as it was begun: leave the other options but --dry-run away.")
    if lift is not None:
        return Outcome(text=[lifted(project, kept, of, reason_in_words(lift), dry_run)])
    if of in known:
        return Outcome(text=written(project, kept, known[of], dry_run))
    day, by = past_day(on, project), answer_by.date() if answer_by else None
    if by and by < day:
        raise UsageError(f"--answer-by names {in_words(by)}, which is before the day of the notice, {in_words(day)}.")
    said = {"reason": reason_in_words(reason), "instead": reason_in_words(instead), "by": reason_in_words(role)}
    words = _words(project, kept.events(), of)
    if dry_run:
        shown = _holders(project, kept.events(), still_open(kept.events(), Recall("", of, "", day, words)))
        covers = f"It covers {', '.join(words)}. They would be asked for. Nothing was written."
        return Outcome(text=[*shown, covers])
    if not said["reason"]:
        raise click.UsageError("A recall takes a reason, which the colleges read: --reason WORDS.")
    said |= {"answer_by": by.isoformat() if by else ""}
    facts = {"of": of, "on": day.isoformat(), "words": list(words), **{key: one for key, one in said.items() if one}}
    recall = begin(kept, facts)
    told = [f"{recall.name} covers {', '.join(words)}: none of that is delivered any more."]
    for one in project.loaded[0].briefings.values():
        if one.fields.status is Status.PUBLISHED and pin(one.id, one.fields.version) in words:
            told.append(f"{one.id} {one.fields.version} is still in force: withdraw it, or publish a correction.")
    with told_before_errors(text=told):
        return Outcome(text=[*told, *written(project, kept, recall, dry_run)])


def begin(kept: Ledger, facts: Mapping[str, Any]) -> Recall:
    """A new recall, on record. Raises `UsageError` where another has taken the same back, even a moment ago."""

    def entry(events: Sequence[Event]) -> tuple[str, str, Mapping[str, Any]]:
        known = recalls(events)
        for one in known.values():
            if not one.lifted and {*facts["words"]} <= {*one.words}:
                raise UsageError(
                    f"{one.name} has taken that back since {in_words(one.on)}: 'briefings recall {one.name}' "
                    "writes its notices again."
                )
        return RECALLED, f"recall-{len(known) + 1}", facts

    event = kept.add_after(instant(moment()), entry)
    return recalls((event,))[event.subject]


def _words(project: Project, events: Sequence[Event], of: str) -> tuple[str, ...]:
    """The versions and editions that a name means, of those that there are. Raises `UsageError` where there is none."""
    library = project.loaded[0]
    editions = (*planned_editions(events), *issued_editions(read_records(project.files).every()))
    versions = published_versions(library)
    if words := words_of(of, editions, versions):
        return words
    texts = {*versions, *(text for _, _, briefings in editions for text in briefings)}
    whole = {*texts, *(f"{pack}@{edition}" for pack, edition, _ in editions)}
    names = sorted(whole | {one.partition("@")[0] for one in whole} | {*recalls(events)})
    hint = did_you_mean(of, names, "'briefings list' and 'briefings holdings' name what there is.")
    raise UsageError(f"Nothing of '{of}' was ever published, issued or delivered. {hint}")


def written(project: Project, kept: Ledger, recall: Recall, dry_run: bool) -> list[str]:
    """Write the notices of those who have not answered, and take the others' away; gives who that is."""
    if recall.lifted:
        return [f"{recall.name} was lifted: {recall.lifted}"]
    events = kept.events()
    found = still_open(events, recall)
    shown = _holders(project, events, found)
    if dry_run:
        return [*shown, "Nothing was written."]
    write_notices(project, recall, found, events)
    if not found:
        return [f"Nobody holds anything of {recall.name}, as far as the ledger knows."]
    colleges = count(len({one.college for one in found}), "college")
    return [
        *shown,
        f"{recall.name} asks for {count(number_of(found), 'copy', 'copies')} at {colleges}.",
        f"Send the notices in output/recalls/{recall.name}/, and say so:",
        f"  briefings acknowledge {recall.name} --how told",
    ]


def _holders(project: Project, events: Sequence[Event], found: Collection[Holding]) -> Iterator[str]:
    """The number of copies at each college, and where its notice goes."""
    for name in sorted({one.college for one in found}):
        own = [one for one in found if one.college == name]
        perhaps = number_of(one for one in own if one.state == "may be out")
        told = f", {perhaps} of them may be out" if perhaps else ""
        to = address_of(project.loaded[0], name, events)
        yield f"  {name}: {count(number_of(own), 'copy', 'copies')}{told}{f' ({to})' if to else ''}"


def lifted(project: Project, kept: Ledger, of: str, reason: str, dry_run: bool) -> str:
    """End a recall that was begun by mistake; the ledger keeps both. Its notices go away. Gives what was done."""
    events = kept.events()
    recall = recalls(events).get(of)
    if recall is None:
        raise UsageError(f"There is no recall '{of}'. {did_you_mean(of, recalls(events), '')}".rstrip())
    if not reason:
        raise click.UsageError("--lift takes the reason, which the ledger keeps.")
    if recall.lifted:
        raise UsageError(f"{recall.name} is lifted already: {recall.lifted}")
    told = sorted(days_told(events, recall.name))
    whom = f"Tell the colleges that were told: {', '.join(told)}." if told else "No college was told of it."
    if dry_run:
        return f"{recall.name} would be lifted. {whom} Nothing was written."
    kept.add(instant(moment()), WITHDRAWN, recall.name, {"event": recall.number, "reason": reason})
    clear_notices(folder_of_notices(project, recall))
    return f"{recall.name} is lifted: {reason.rstrip('.')}. {whom} What it named may be delivered."

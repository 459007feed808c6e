"""The verb recall: take a text back from the colleges that hold it, with a notice to each."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from pipeline.build.project import Project
from pipeline.cli.options import DAY, now_utc
from pipeline.cli.outcome import Outcome, render_before_errors, verb_with_outcome
from pipeline.core.diagnostics import UsageError
from pipeline.core.sentences import count_noun, suggest_names
from pipeline.model.source.briefing import Status
from pipeline.model.source.versions import version_ref
from pipeline.model.words import format_date
from pipeline.services.colleges.holdings import MAY_BE_OUT, Holding
from pipeline.services.colleges.ledger import open_ledger_to_write, require_past_day
from pipeline.services.colleges.ledger_events import Event, EventKind, clean_reason, format_instant
from pipeline.services.colleges.ledger_stores import Ledger
from pipeline.services.colleges.recall_notices import clear_notices, find_notice_address, notice_folder, write_notices
from pipeline.services.colleges.recalls import (
    Recall,
    count_copies,
    find_covered_names,
    find_open_copies,
    find_told_days,
    list_issued_editions,
    list_planned_editions,
    list_published_versions,
    list_recalls,
)
from pipeline.services.editions.records import read_records


@click.command("recall")
@click.argument("of", metavar="ID|ID@1.0|PACK|PACK@EDITION|RECALL")
@click.option("--reason", metavar="WORDS", help="The reason, as the colleges are to read it.")
@click.option("--instead", metavar="WORDS", help="A sentence on what comes instead, and when.")
@click.option("--by", "role", metavar="ROLE", help="The role that signs the notices, such as 'Head of evidence'.")
@click.option("--answer-by", type=DAY, metavar="YYYY-MM-DD", help="The day by which colleges are asked to answer.")
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day of the recall (default: today).")
@click.option("--lift", metavar="REASON", help="End a recall that was begun by mistake.")
@click.option("--dry-run", is_flag=True, help="Say who holds it, and write nothing.")
@verb_with_outcome()
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
    ledger = open_ledger_to_write(project, dry_run)
    recalls, has_terms = list_recalls(ledger.events()), bool(reason or instead or role or answer_by or on)
    if has_terms and (lift is not None or of in recalls):
        raise click.UsageError("A recall stays as it was begun: leave the other options but --dry-run away.")
    if lift is not None:
        return Outcome(text=[lift_recall(project, ledger, of, clean_reason(lift), dry_run)])
    if of in recalls:
        return Outcome(text=write_open_notices(project, ledger, recalls[of], dry_run))
    day, by = require_past_day(on, project), answer_by.date() if answer_by else None
    if by and by < day:
        raise UsageError(
            f"--answer-by names {format_date(by)}, which is before the day of the notice, {format_date(day)}."
        )
    covered = _find_covered_names(project, ledger.events(), of)
    if dry_run:
        holdings = find_open_copies(ledger.events(), Recall("", of, "", day, covered))
        covers = f"It covers {', '.join(covered)}. They would be asked for. Nothing was written."
        return Outcome(text=[*_list_holders(project, ledger.events(), holdings), covers])
    texts = {"reason": clean_reason(reason), "instead": clean_reason(instead), "by": clean_reason(role)}
    if not texts["reason"]:
        raise click.UsageError("A recall takes a reason, which the colleges read: --reason WORDS.")
    texts["answer_by"] = by.isoformat() if by else ""
    facts = {
        "of": of,
        "on": day.isoformat(),
        "words": list(covered),
        **{key: text for key, text in texts.items() if text},
    }
    recall = begin_recall(ledger, facts)
    lines = [f"{recall.name} covers {', '.join(covered)}: none of that is delivered any more."]
    for briefing in project.loaded[0].briefings.values():
        version = briefing.fields.version
        if briefing.fields.status is Status.PUBLISHED and version_ref(briefing.id, version) in covered:
            lines.append(f"{briefing.id} {version} is still in force: withdraw it, or publish a correction.")
    with render_before_errors(text=lines):
        return Outcome(text=[*lines, *write_open_notices(project, ledger, recall, dry_run)])


def begin_recall(ledger: Ledger, facts: Mapping[str, Any]) -> Recall:
    """Record a new recall. Raises `UsageError` if another one covers all of it, even since a moment ago."""

    def create(events: Sequence[Event]) -> tuple[str, str, Mapping[str, Any]]:
        recalls = list_recalls(events)
        for recall in recalls.values():
            if not recall.lifted and {*facts["words"]} <= {*recall.covered}:
                raise UsageError(
                    f"{recall.name} has taken that back since {format_date(recall.on)}: 'briefings recall "
                    f"{recall.name}' writes its notices again."
                )
        return EventKind.RECALLED, f"recall-{len(recalls) + 1}", facts

    event = ledger.add_after(format_instant(now_utc()), create)
    return list_recalls((event,))[event.subject]


def _find_covered_names(project: Project, events: Sequence[Event], of: str) -> tuple[str, ...]:
    """Return the known versions and editions that a name covers. Raises `UsageError` if there are none."""
    editions = (*list_planned_editions(events), *list_issued_editions(read_records(project.files).every()))
    versions = list_published_versions(project.loaded[0])
    if covered := find_covered_names(of, editions, versions):
        return covered
    names = {*versions, *(text for _, _, briefings in editions for text in briefings)}
    names |= {f"{pack}@{edition}" for pack, edition, _ in editions}
    names |= {name.partition("@")[0] for name in names} | {*list_recalls(events)}
    hint = suggest_names(of, sorted(names), "'briefings list' and 'briefings holdings' name what there is.")
    raise UsageError(f"Nothing of '{of}' was ever published, issued or delivered. {hint}")


def write_open_notices(project: Project, ledger: Ledger, recall: Recall, dry_run: bool) -> list[str]:
    """Write the notices to colleges with open copies, and delete the others; return lines on what was done."""
    if recall.lifted:
        return [f"{recall.name} was lifted: {recall.lifted}"]
    events = ledger.events()
    holdings = find_open_copies(events, recall)
    holders = _list_holders(project, events, holdings)
    if dry_run:
        return [*holders, "Nothing was written."]
    write_notices(project, recall, holdings, events)
    if not holdings:
        return [f"Nobody holds anything of {recall.name}, as far as the ledger knows."]
    colleges = count_noun(len({holding.college for holding in holdings}), "college")
    return [
        *holders,
        f"{recall.name} asks for {count_noun(count_copies(holdings), 'copy', 'copies')} at {colleges}.",
        f"Send the notices in output/recalls/{recall.name}/, and say so:",
        f"  briefings acknowledge {recall.name} --how told",
    ]


def _list_holders(project: Project, events: Sequence[Event], holdings: Collection[Holding]) -> Iterator[str]:
    """Yield a line on the copies at each college, and where its notice goes."""
    for name in sorted({holding.college for holding in holdings}):
        copies = [holding for holding in holdings if holding.college == name]
        unsettled = count_copies(holding for holding in copies if holding.state == MAY_BE_OUT)
        may_be_out = f", {unsettled} of them may be out" if unsettled else ""
        to = find_notice_address(project.loaded[0], name, events)
        yield f"  {name}: {count_noun(count_copies(copies), 'copy', 'copies')}{may_be_out}{f' ({to})' if to else ''}"


def lift_recall(project: Project, ledger: Ledger, name: str, reason: str, dry_run: bool) -> str:
    """End a recall that was begun by mistake, and delete its notices; return a sentence on what was done."""
    events = ledger.events()
    recalls = list_recalls(events)
    recall = recalls.get(name)
    if recall is None:
        raise UsageError(f"There is no recall '{name}'. {suggest_names(name, recalls, '')}".rstrip())
    if not reason:
        raise click.UsageError("--lift takes the reason, which the ledger keeps.")
    if recall.lifted:
        raise UsageError(f"{recall.name} is lifted already: {recall.lifted}")
    told = sorted(find_told_days(events, recall.name))
    whom = f"Tell the colleges that were told: {', '.join(told)}." if told else "No college was told of it."
    if dry_run:
        return f"{recall.name} would be lifted. {whom} Nothing was written."
    ledger.add(format_instant(now_utc()), EventKind.WITHDRAWN, recall.name, {"event": recall.number, "reason": reason})
    clear_notices(notice_folder(project, recall))
    return f"{recall.name} is lifted: {reason.rstrip('.')}. {whom} What it named may be delivered."

"""The verb recall: take a text back from everybody who holds it."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import click

from pipeline.build.project import Project
from pipeline.cli.colleges.letter_words import words_of_letters
from pipeline.cli.colleges.opening import project_ledger
from pipeline.cli.options import DAY, Shared, colour, day_of, moment, open_project, shared
from pipeline.cli.reports import report
from pipeline.colleges.deliveries.letters import as_page
from pipeline.colleges.holdings import Holding
from pipeline.colleges.ledger.events import Event, instant
from pipeline.colleges.ledger.kept import KeptLedger
from pipeline.colleges.recalls import (
    RECALLED,
    Recall,
    begun,
    copies_out,
    copies_under_way,
    notice,
    number_of,
    recalls,
    still_open,
)
from pipeline.core.errors import UsageError
from pipeline.core.files import write_whole
from pipeline.core.tables import count
from pipeline.model.library import Library
from pipeline.model.words import Words


@click.command("recall")
@click.argument("of", metavar="ID|ID@1.0|PACK|PACK@EDITION|RECALL")
@click.option("--reason", metavar="WORDS", help="The reason, as the colleges are to read it.")
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day of the recall (default: today).")
@click.option("--dry-run", is_flag=True, help="Say who holds it, and write nothing.")
@shared
@click.pass_context
def verb(context: click.Context, of: str, reason: str | None, on: datetime | None, dry_run: bool) -> int:
    """Take a briefing, a version of it, a pack or an edition back from everybody who holds it.

    Every holder of any edition with it is found in the ledger, copy by copy, and gets one notice with a slip, in
    output/recalls/; so do those to whom copies may be on their way. What comes back is entered by `acknowledge`;
    `holdings --recall NAME` lists what is still out, and `recall NAME` writes the notices of those again.
    """
    project = open_project(Shared(context), 1)
    kept = project_ledger(project)
    if faults := kept.catch_up():
        click.echo(report.as_text(faults, colour(sys.stderr)), nl=False, err=True)
        return 1
    events = kept.ledger.events()
    again = recalls(events).get(of)
    found = still_open(events, again) if again else (*copies_out(events, of), *copies_under_way(events, of))
    if not found:
        accounted = f"All copies of {of} are accounted for."
        raise UsageError(accounted) if again else _nobody(of)
    if not (reason or again):
        raise click.UsageError("A recall takes a reason, which the colleges read: --reason WORDS.")
    recall = None if dry_run else again or begin(kept, of, reason or "", day_of(on, project))
    if recall:
        found = still_open(kept.ledger.events(), recall)
    holders = _shown(found)
    total = f"{count(number_of(found), 'copy', 'copies')} at {count(len(holders), 'college')}"
    if recall is None:
        click.echo(f"{total} would be asked for. Nothing was written.")
        return 0
    _write_notices(project, recall, holders)
    click.echo(f"{total} are asked for by {recall.name}. The notices are in output/recalls/{recall.name}/.")
    click.echo(
        f"'briefings acknowledge' enters an answer, 'briefings holdings --recall {recall.name}' lists what is out."
    )
    return 0


def _nobody(of: str) -> UsageError:
    return UsageError(f"Nobody holds '{of}', as far as the ledger knows.")


def _shown(found: Iterable[Holding]) -> dict[str, list[Holding]]:
    """The holdings of each college, told in order."""
    holders: dict[str, list[Holding]] = {}
    for one in sorted(found, key=lambda one: one.college):
        holders.setdefault(one.college, []).append(one)
    for college, those in holders.items():
        perhaps = number_of(one for one in those if one.state == "may be out")
        told = f", {perhaps} of them may be out" if perhaps else ""
        click.echo(f"  {college}: {count(number_of(those), 'copy', 'copies')}{told}")
    return holders


def begin(kept: KeptLedger, of: str, reason: str, day: date) -> Recall:
    """A new recall, on record; nothing is sent and no answer entered between the look at the ledger and its entry.

    Raises `UsageError` where nobody holds it any more.
    """

    def said(known: Sequence[Event]) -> tuple[str, str, Mapping[str, Any]]:
        found = (*copies_out(known, of), *copies_under_way(known, of))
        if not found:  # any more
            raise _nobody(of)
        return RECALLED, f"recall-{len(recalls(known)) + 1}", begun(of, " ".join(reason.split()), day, found)

    event = kept.add_after(instant(moment()), said)
    return recalls((event,))[event.subject]


def _write_notices(project: Project, recall: Recall, holders: Mapping[str, list[Holding]]) -> None:
    """Write the notice to each college, in its language: as plain text, and as a page that says which that is."""
    library, folder = project.loaded[0], project.folder / "output" / "recalls" / recall.name
    said = words_of_letters(project, library, holders)
    contact = library.imprint.fields.contact
    for college, found in holders.items():
        known, words = library.colleges.get(college), said[college]
        title = _title(recall.of, library, words)
        titles = {name: pack.fields.title for name, pack in library.packs.items()} | {recall.name: title}
        letter = notice(recall, known.name if known else college, found, titles, contact, words)
        write_whole(folder / f"{college}.txt", letter.encode())
        write_whole(folder / f"{college}.html", as_page(title, letter, words.language).encode())


def _title(of: str, library: Library, words: Words) -> str:
    """Title of what is recalled, with its version or edition."""
    name, _, which = of.partition("@")
    known = library.briefings.get(name) or library.packs.get(name)
    title = known.fields.title if known else name
    if not which:
        return title
    if name in library.briefings:
        return words.say("recall-title-version", title=title, version=which)
    return words.say("recall-title-edition", title=title, edition=which)

"""The verb recall: take a text back from the colleges that hold it, with a notice to each in output/recalls/."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from email.headerregistry import Group
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import click

from pipeline.build.project import Project
from pipeline.cli.options import DAY, now_utc
from pipeline.cli.outcome import Outcome, render_before_errors, verb_with_outcome
from pipeline.compose.design.style import standalone_page_style
from pipeline.core.diagnostics import UsageError
from pipeline.core.files import reject_links, write_atomically
from pipeline.core.sentences import count_noun, suggest_names
from pipeline.model.library import Library
from pipeline.model.source.briefing import Status
from pipeline.model.source.college import DeliverySettings, colleges_of
from pipeline.model.source.versions import version_ref
from pipeline.model.words import Phrases, format_date
from pipeline.services.colleges.holdings import MAY_BE_OUT, Holding, is_on_paper, list_deliveries
from pipeline.services.colleges.ledger import open_ledger_to_write, require_past_day
from pipeline.services.colleges.ledger_events import Event, EventKind, clean_reason, format_instant
from pipeline.services.colleges.ledger_stores import Ledger
from pipeline.services.colleges.letters import (
    LetterPart,
    add_copy_numbers,
    create_letter_mail,
    find_letter_words,
    format_as_text,
    format_letter_as_html,
    paragraph,
)
from pipeline.services.colleges.recalls import (
    Recall,
    count_copies,
    find_covered_names,
    find_notice_days,
    find_open_copies,
    list_issued_editions,
    list_planned_editions,
    list_published_versions,
    list_recalls,
)
from pipeline.services.editions.record_chain import SavedRecord, read_records


@click.command("recall")
@click.argument("of", metavar="ID|ID@1.0|PACK|PACK@EDITION|RECALL")
@click.option("--reason", metavar="WORDS", help="The reason, printed in the notice.")
@click.option("--instead", metavar="WORDS", help="A sentence about the replacement, printed in the notice.")
@click.option("--by", "role", metavar="ROLE", help="The role that signs the notices, such as 'Head of evidence'.")
@click.option("--answer-by", type=DAY, metavar="YYYY-MM-DD", help="The day by which colleges should answer.")
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day of the recall (default: today).")
@click.option("--lift", metavar="REASON", help="End a recall made by mistake; the ledger keeps the reason.")
@click.option("--dry-run", is_flag=True, help="List the holders, and write nothing.")
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
    """Recall a text, pack or edition from all who hold it.

    Finds every college that holds copies, or that may receive copies in transit, and writes a notice for each to
    output/recalls/. It will not be delivered again. Send the notices, then record this, and each answer, with
    'briefings acknowledge'. `recall NAME` writes the notices again for colleges that have not answered.
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
    """Write the notices to colleges with open copies, delete the others, and return lines on the changes."""
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
    """End a mistaken recall and delete its notices; return a sentence on the result."""
    events = ledger.events()
    recalls = list_recalls(events)
    recall = recalls.get(name)
    if recall is None:
        raise UsageError(f"There is no recall '{name}'. {suggest_names(name, recalls, '')}".rstrip())
    if not reason:
        raise click.UsageError("--lift takes the reason, which the ledger keeps.")
    if recall.lifted:
        raise UsageError(f"{recall.name} is lifted already: {recall.lifted}")
    notified = sorted(find_notice_days(events, recall.name))
    whom = f"Tell the colleges that were told: {', '.join(notified)}." if notified else "No college was told of it."
    if dry_run:
        return f"{recall.name} would be lifted. {whom} Nothing was written."
    ledger.add(format_instant(now_utc()), EventKind.WITHDRAWN, recall.name, {"event": recall.number, "reason": reason})
    clear_notices(notice_folder(project, recall))
    return f"{recall.name} is lifted: {reason.rstrip('.')}. {whom} What it named may be delivered."


# Notices, as text and as mail.


def map_titles(records: Iterable[SavedRecord], library: Library) -> Mapping[str, str]:
    """Map ids to the present titles of texts and packs, and versions and editions to the titles of their issue."""
    titles = {briefing.id: briefing.fields.title for briefing in library.briefings.values()}
    titles |= {pack.id: pack.fields.title for pack in library.packs.values()}
    for record in (saved.record for saved in records):
        issued = {f"{record.pack}@{record.edition}": record.title}
        issued |= {text.pinned: text.title for text in record.briefings}
        for name, title in issued.items():
            titles[name] = title
            titles.setdefault(name.partition("@")[0], title)
    return titles


@dataclass(frozen=True, slots=True)
class NoticeTerms:
    """The terms that all notices of a library share."""

    titles: Mapping[str, str]
    """The titles of texts and packs, by id, version and edition."""
    publisher: str = ""
    contact: str | None = None
    """Where the answer is sent: the library's contact."""
    return_to: str = ""
    """The address to which copies are returned; without one they are to be destroyed."""
    sender: str = ""
    """The mailbox that mails are from."""
    style: str = ""
    """The CSS of the mails."""

    def title(self, name: str) -> str:
        """Return the title of a text, a version, a pack or an edition."""
        id_ = name.partition("@")[0]
        return self.titles.get(name) or self.titles.get(id_, id_)


def compose_notice_title(recall: Recall, holdings: Sequence[Holding], terms: NoticeTerms, words: Phrases) -> str:
    """Compose the title of a notice: the recalled text or pack, with its version or edition."""
    title, which = terms.title(recall.of), recall.of.partition("@")[2]
    if which:
        is_text = any(recall.of in holding.briefings for holding in holdings)
        key = "recall-title-version" if is_text else "recall-title-edition"
        title = words.say(key, title=title, version=which, edition=which)
    return words.say("recall-title", title=title)


def compose_notice(
    recall: Recall, college: str, to: str, holdings: Sequence[Holding], terms: NoticeTerms, words: Phrases
) -> str:
    """Compose the notice to a college: what it holds, why it must not be used, and the lines for the answer.

    `words` are in the college's language; `to` is its mailbox or address.
    """
    signed = words.say("recall-by", role=recall.by or "_" * 30, publisher=terms.publisher)
    contact = terms.contact or words.say("recall-sender")
    lists = [
        LetterPart((words.say(key),), tuple(_list_copies(listed, terms, words)))
        for key, unsettled in (("recall-hold", False), ("recall-perhaps", True))
        if (listed := [holding for holding in holdings if (holding.state == MAY_BE_OUT) == unsettled])
    ]
    answers = [
        paragraph(*_compose_answer_lines(id_, [copy for copy in holdings if copy.delivery == id_], terms, words))
        for id_ in dict.fromkeys(holding.delivery for holding in holdings)
    ]
    parts = [
        paragraph(words.say("recall-from", publisher=terms.publisher) if terms.publisher else ""),
        paragraph(words.say("recall-to", college=college, date=words.day(recall.on)), to),
        paragraph(words.say("recall-reason", reason=recall.reason)),
        *lists,
        paragraph(recall.instead),
        paragraph(
            words.say("recall-ask-or-return" if terms.return_to else "recall-ask"),
            words.say("recall-answer-by", date=words.day(recall.answer_by)) if recall.answer_by else "",
        ),
        paragraph(signed if terms.publisher else ""),
        paragraph(words.say("recall-answer")),
        *answers,
        paragraph(words.say("recall-sign")),
        paragraph(
            words.say("recall-send", recall=recall.name, contact=contact),
            words.say("recall-return", address=terms.return_to) if terms.return_to else "",
        ),
    ]
    return format_as_text(parts)


def compose_notice_mail(recall: Recall, to: str, title: str, letter: str, language: str, terms: NoticeTerms) -> bytes:
    """Compose a notice as a draft message (RFC 5322) of the recall's day, for a mail program to send."""
    mail = create_letter_mail(
        title, letter, format_letter_as_html(title, letter, language, terms.style, terms.publisher)
    )
    mail["From"] = terms.sender or Group(terms.publisher, [])  # a group without a mailbox: RFC 6854
    if to:
        mail["To"] = to
    mail["Date"] = format_datetime(datetime.combine(recall.on, time(), UTC))
    mail["X-Unsent"] = "1"  # mail programs open it as a draft
    mail.set_boundary(f"=_{recall.name}")
    return mail.as_bytes()


def _list_copies(holdings: Sequence[Holding], terms: NoticeTerms, words: Phrases) -> Iterator[str]:
    """Describe the copies of each edition and format: 'Nights, Autumn 2026: printed, copies 3 to 26'."""
    for key in dict.fromkeys((holding.pack, holding.edition, holding.format) for holding in holdings):
        pack, edition, format_ = key
        alike = [holding for holding in holdings if (holding.pack, holding.edition, holding.format) == key]
        numbers = [holding.copy for holding in alike if holding.copy]
        copies = words.say("recall-paper" if is_on_paper(format_) else f"letter-{format_}")
        if numbers:
            copies = add_copy_numbers(copies, numbers, words)
        else:
            quantity = words.count("letter-many", count_copies(alike))
            copies = words.say("letter-numbered", what=copies, numbers=quantity)
        yield words.say("recall-of", title=terms.title(f"{pack}@{edition}"), edition=edition, copies=copies)


def _compose_answer_lines(
    delivery: str, holdings: Sequence[Holding], terms: NoticeTerms, words: Phrases
) -> Iterator[str]:
    """Compose the lines to answer for a delivery: one for each numbered copy, and one for all others."""
    yield words.say("post-delivery", id=delivery)
    yield from (f"  {line}" for line in _list_copies(holdings, terms, words))
    returned = "-or-returned" if terms.return_to else ""
    for holding in holdings:
        if holding.copy:
            yield f"  {words.say(f'recall-boxes{returned}', number=holding.copy)}"
    if any(not holding.copy for holding in holdings):
        yield f"  {words.say(f'recall-answers{returned}')}"


def find_notice_address(library: Library, name: str, events: Sequence[Event]) -> str:
    """Return where a notice to a college goes: its mailbox, else its postal address, or nothing.

    For a college that is no longer in the list, where its last copies went.
    """
    college = colleges_of(library.others).get(name)
    if college is None:
        facts = [delivery.facts for delivery in list_deliveries(events).values() if delivery.college == name]
        addresses = (str(plan.get("to", "")) for plan in reversed(facts) if plan.get("channel") in ("mail", "post"))
        return next(addresses, "")
    return str(college.contact or college.channels.mail or college.channels.post or college.delivery or "")


def write_notices(project: Project, recall: Recall, holdings: Collection[Holding], events: Sequence[Event]) -> None:
    """Write a notice to each college with open copies, and delete the others."""
    library = project.loaded[0]
    imprint, folder = library.imprint.fields, notice_folder(project, recall)
    by_college = {
        name: [holding for holding in holdings if holding.college == name]
        for name in sorted({holding.college for holding in holdings})
    }
    clear_notices(folder, by_college)
    settings = imprint.of(DeliverySettings)
    terms = NoticeTerms(
        map_titles(read_records(project.files).every(), library),
        imprint.publisher,
        imprint.contact,
        settings.return_to or "",
        settings.mail.sender if settings.mail else _mailbox(imprint.contact or ""),
        standalone_page_style(library.imprint, project.layouts),
    )
    for name, words in find_letter_words(project, library, by_college).items():
        college, to = colleges_of(library.others).get(name), find_notice_address(library, name, events)
        title = compose_notice_title(recall, by_college[name], terms, words)
        letter = compose_notice(recall, college.name if college else name, to, by_college[name], terms, words)
        mail = compose_notice_mail(recall, _mailbox(to), title, letter, words.language, terms)
        write_atomically(folder / f"{name}.txt", f"{title}\n\n{letter}".encode())
        write_atomically(folder / f"{name}.eml", mail)


def _mailbox(address: str) -> str:
    """Return an address if it is a mailbox, else nothing."""
    return address if "@" in address and len(address.split()) == 1 else ""


def notice_folder(project: Project, recall: Recall) -> Path:
    """Return the folder for the notices of a recall."""
    return project.folder / "output" / "recalls" / recall.name


def clear_notices(folder: Path, keep: Iterable[str] = ()) -> None:
    """Delete the notices to all colleges but some, and folders that are then empty."""
    reject_links(folder / "notice.txt")
    names = {f"{college}{suffix}" for college in keep for suffix in (".txt", ".eml")}
    for path in folder.glob("*.*") if folder.is_dir() else ():
        if path.name not in names and path.suffix in (".txt", ".eml", ".html"):
            path.unlink()
    for place in (folder, folder.parent):
        if place.is_dir() and not any(place.iterdir()):
            place.rmdir()

"""The verb recall: a text taken back from everybody who holds it, with a notice to each."""

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
from pipeline.cli.outcome import Outcome, rendered, told_before_errors
from pipeline.compose.design.style import page_style
from pipeline.core.diagnostics import UsageError
from pipeline.core.files import refuse_links, write_whole
from pipeline.core.sentences import count, suggestion
from pipeline.model.library import Library
from pipeline.model.source.briefing import Status
from pipeline.model.source.college import DeliverySettings, colleges_of
from pipeline.model.source.versions import version_ref
from pipeline.model.words import Phrases, format_date
from pipeline.services.colleges.events import Event, clean_reason, format_instant
from pipeline.services.colleges.holdings import WITHDRAWN, Holding, deliveries, is_on_paper
from pipeline.services.colleges.ledger import open_ledger_to_write, require_past_day
from pipeline.services.colleges.letters import (
    add_copy_numbers,
    as_page,
    create_letter_mail,
    find_letter_words,
    format_as_text,
)
from pipeline.services.colleges.recalls import (
    RECALLED,
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
from pipeline.services.colleges.stores import Ledger
from pipeline.services.colleges.takers import EMPTY_PART, LetterItem, LetterPart
from pipeline.services.editions.records import SavedRecord, read_records


def map_titles(records: Iterable[SavedRecord], library: Library) -> Mapping[str, str]:
    """The titles of texts and packs, by id now, and by version and edition as they were issued."""
    titles = {one.id: one.fields.title for one in library.briefings.values()}
    titles |= {one.id: one.fields.title for one in library.packs.values()}
    for record in (one.record for one in records):
        issued = {f"{record.pack}@{record.edition}": record.title}
        issued |= {text.pinned: text.title for text in record.briefings}
        for name, title in issued.items():
            titles[name] = title
            titles.setdefault(name.partition("@")[0], title)
    return titles


@dataclass(frozen=True, slots=True)
class NoticeTerms:
    """All that the notices of a library say beside the recall and the copies."""

    titles: Mapping[str, str]
    """The titles of texts and packs, by id, version and edition."""
    publisher: str = ""
    """The publisher, who calls the copies back."""
    contact: str | None = None
    """The place to which the answer is sent: the library's contact."""
    return_to: str = ""
    """The address to which copies are returned; without one they are only to be destroyed."""

    def title(self, name: str) -> str:
        """The title of a text, of a version, of a pack or of an edition."""
        known = name.partition("@")[0]
        return self.titles.get(name) or self.titles.get(known, known)


def compose_notice_title(recall: Recall, found: Sequence[Holding], terms: NoticeTerms, words: Phrases) -> str:
    """The title of a notice: what is recalled, with its version or edition."""
    title, which = terms.title(recall.of), recall.of.partition("@")[2]
    if which:
        is_text = any(recall.of in one.briefings for one in found)
        key = "recall-title-version" if is_text else "recall-title-edition"
        title = words.say(key, title=title, version=which, edition=which)
    return words.say("recall-title", title=title)


def compose_notice(
    recall: Recall, college: str, to: str, found: Sequence[Holding], terms: NoticeTerms, words: Phrases
) -> str:
    """The notice to a college: what it holds, why it must not be used, and the lines to answer by.

    `words` are those of the college's language; `to` is its mailbox or address.
    """
    head = words.say("recall-to", college=college, date=words.day(recall.on))
    parts = [
        LetterPart((words.say("recall-from", publisher=terms.publisher),)) if terms.publisher else EMPTY_PART,
        LetterPart((head, to) if to else (head,)),
        LetterPart((words.say("recall-reason", reason=recall.reason),)),
    ]
    for key, unsettled in (("recall-hold", False), ("recall-perhaps", True)):
        those = [one for one in found if (one.state == "may be out") == unsettled]
        if those:
            parts.append(LetterPart((words.say(key),), tuple(map(LetterItem, _listed(those, terms, words)))))
    parts.append(LetterPart((recall.instead,)) if recall.instead else EMPTY_PART)
    by = (words.say("recall-answer-by", date=words.day(recall.answer_by)),) if recall.answer_by else ()
    parts.append(LetterPart((words.say("recall-ask-or-return" if terms.return_to else "recall-ask"), *by)))
    signed = words.say("recall-by", role=recall.by or "_" * 30, publisher=terms.publisher)
    parts.append(LetterPart((signed,)) if terms.publisher else EMPTY_PART)
    parts.append(LetterPart((words.say("recall-answer"),)))
    for delivery in dict.fromkeys(one.delivery for one in found):
        own = [one for one in found if one.delivery == delivery]
        parts.append(LetterPart(tuple(_of_delivery(delivery, own, terms, words))))
    send = words.say("recall-send", recall=recall.name, contact=terms.contact or words.say("recall-sender"))
    back = (words.say("recall-return", address=terms.return_to),) if terms.return_to else ()
    parts += [LetterPart((words.say("recall-sign"),)), LetterPart((send, *back))]
    return format_as_text(parts)


def compose_notice_mail(
    recall: Recall, sender: str, to: str, title: str, letter: str, language: str, style: str, publisher: str
) -> bytes:
    """A notice as a message (RFC 5322) of the recall's day, for a mail program to send."""
    mail = create_letter_mail(title, letter, as_page(title, letter, language, style, publisher))
    mail["From"] = sender or Group(publisher, [])  # a group without a mailbox: RFC 6854
    if to:
        mail["To"] = to
    mail["Date"] = format_datetime(datetime.combine(recall.on, time(), UTC))
    mail["X-Unsent"] = "1"  # mail programs open it as a draft
    mail.set_boundary(f"=_{recall.name}")
    return mail.as_bytes()


def _listed(those: Sequence[Holding], terms: NoticeTerms, words: Phrases) -> Iterator[str]:
    """The copies, edition by edition and format by format: 'Nights, Autumn 2026: printed, copies 3 to 26'."""
    for pack, edition, kind in dict.fromkeys((one.pack, one.edition, one.format) for one in those):
        of = [one for one in those if (one.pack, one.edition, one.format) == (pack, edition, kind)]
        numbers = [one.copy for one in of if one.copy]
        copies = words.say("recall-paper" if is_on_paper(kind) else f"letter-{kind}")
        if numbers:
            copies = add_copy_numbers(copies, numbers, words)
        else:
            copies = words.say("letter-numbered", what=copies, numbers=words.count("letter-many", count_copies(of)))
        yield words.say("recall-of", title=terms.title(f"{pack}@{edition}"), edition=edition, copies=copies)


def _of_delivery(delivery: str, own: Sequence[Holding], terms: NoticeTerms, words: Phrases) -> Iterator[str]:
    """The lines to answer by for a delivery: one for each numbered copy, and one for all others."""
    yield words.say("post-delivery", id=delivery)
    yield from (f"  {line}" for line in _listed(own, terms, words))
    returned = "-or-returned" if terms.return_to else ""
    for one in own:
        if one.copy:
            yield f"  {words.say(f'recall-boxes{returned}', number=one.copy)}"
    if any(not one.copy for one in own):
        yield f"  {words.say(f'recall-answers{returned}')}"


def find_notice_address(library: Library, name: str, events: Sequence[Event]) -> str:
    """The place to which a notice for a college goes: its role mailbox, else where its copies go; nothing of most.

    Of a college that is no more among the colleges it is where its last copies went.
    """
    college = colleges_of(library.others).get(name)
    if college is None:
        gone = [one.facts for one in deliveries(events).values() if one.college == name]
        return next((str(one.get("to", "")) for one in reversed(gone) if one.get("channel") in ("mail", "post")), "")
    return str(college.contact or college.channels.mail or college.channels.post or college.delivery or "")


def write_notices(project: Project, recall: Recall, found: Collection[Holding], events: Sequence[Event]) -> None:
    """Write the notice to each college that has not answered for all; those of the others go away."""
    library = project.loaded[0]
    imprint, folder = library.imprint.fields, notice_folder(project, recall)
    holders = {name: [one for one in found if one.college == name] for name in sorted({one.college for one in found})}
    clear_notices(folder, holders)
    titles = map_titles(read_records(project.files).every(), library)
    settings = imprint.of(DeliverySettings)
    terms = NoticeTerms(titles, imprint.publisher, imprint.contact, settings.return_to or "")
    sender = settings.mail.sender if settings.mail else _mailbox(imprint.contact or "")
    style = page_style(library.imprint, project.layouts)
    for college, words in find_letter_words(project, library, holders).items():
        taker, to = colleges_of(library.others).get(college), find_notice_address(library, college, events)
        title = compose_notice_title(recall, holders[college], terms, words)
        letter = compose_notice(recall, taker.name if taker else college, to, holders[college], terms, words)
        mail = compose_notice_mail(
            recall, sender, _mailbox(to), title, letter, words.language, style, imprint.publisher
        )
        write_whole(folder / f"{college}.txt", f"{title}\n\n{letter}".encode())
        write_whole(folder / f"{college}.eml", mail)


def _mailbox(address: str) -> str:
    """An address, if it is one of mail."""
    return address if "@" in address and len(address.split()) == 1 else ""


def notice_folder(project: Project, recall: Recall) -> Path:
    """The folder in which the notices of a recall lie."""
    return project.folder / "output" / "recalls" / recall.name


def clear_notices(folder: Path, holders: Iterable[str] = ()) -> None:
    """Take the notices of all colleges away but these, who have not answered, and folders that are empty then."""
    refuse_links(folder / "notice.txt")
    wanted = {f"{name}{suffix}" for name in holders for suffix in (".txt", ".eml")}
    for path in folder.glob("*.*") if folder.is_dir() else ():
        if path.name not in wanted and path.suffix in (".txt", ".eml", ".html"):
            path.unlink()
    for left in (folder, folder.parent):
        if left.is_dir() and not any(left.iterdir()):
            left.rmdir()


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
    kept = open_ledger_to_write(project, dry_run)
    known, more = list_recalls(kept.events()), bool(reason or instead or role or answer_by or on)
    if more and (lift is not None or of in known):
        raise click.UsageError("A recall stays as it was begun: leave the other options but --dry-run away.")
    if lift is not None:
        return Outcome(text=[lift_recall(project, kept, of, clean_reason(lift), dry_run)])
    if of in known:
        return Outcome(text=write_open_notices(project, kept, known[of], dry_run))
    day, by = require_past_day(on, project), answer_by.date() if answer_by else None
    if by and by < day:
        raise UsageError(
            f"--answer-by names {format_date(by)}, which is before the day of the notice, {format_date(day)}."
        )
    said = {"reason": clean_reason(reason), "instead": clean_reason(instead), "by": clean_reason(role)}
    words = _words(project, kept.events(), of)
    if dry_run:
        shown = _holders(project, kept.events(), find_open_copies(kept.events(), Recall("", of, "", day, words)))
        covers = f"It covers {', '.join(words)}. They would be asked for. Nothing was written."
        return Outcome(text=[*shown, covers])
    if not said["reason"]:
        raise click.UsageError("A recall takes a reason, which the colleges read: --reason WORDS.")
    said |= {"answer_by": by.isoformat() if by else ""}
    facts = {"of": of, "on": day.isoformat(), "words": list(words), **{key: one for key, one in said.items() if one}}
    recall = begin_recall(kept, facts)
    told = [f"{recall.name} covers {', '.join(words)}: none of that is delivered any more."]
    for one in project.loaded[0].briefings.values():
        if one.fields.status is Status.PUBLISHED and version_ref(one.id, one.fields.version) in words:
            told.append(f"{one.id} {one.fields.version} is still in force: withdraw it, or publish a correction.")
    with told_before_errors(text=told):
        return Outcome(text=[*told, *write_open_notices(project, kept, recall, dry_run)])


def begin_recall(kept: Ledger, facts: Mapping[str, Any]) -> Recall:
    """A new recall, on record. Raises `UsageError` where another has taken the same back, even a moment ago."""

    def entry(events: Sequence[Event]) -> tuple[str, str, Mapping[str, Any]]:
        known = list_recalls(events)
        for one in known.values():
            if not one.lifted and {*facts["words"]} <= {*one.words}:
                raise UsageError(
                    f"{one.name} has taken that back since {format_date(one.on)}: 'briefings recall {one.name}' "
                    "writes its notices again."
                )
        return RECALLED, f"recall-{len(known) + 1}", facts

    event = kept.add_after(format_instant(now_utc()), entry)
    return list_recalls((event,))[event.subject]


def _words(project: Project, events: Sequence[Event], of: str) -> tuple[str, ...]:
    """The versions and editions that a name means, of those that there are. Raises `UsageError` where there is none."""
    library = project.loaded[0]
    editions = (*list_planned_editions(events), *list_issued_editions(read_records(project.files).every()))
    versions = list_published_versions(library)
    if words := find_covered_names(of, editions, versions):
        return words
    texts = {*versions, *(text for _, _, briefings in editions for text in briefings)}
    whole = {*texts, *(f"{pack}@{edition}" for pack, edition, _ in editions)}
    names = sorted(whole | {one.partition("@")[0] for one in whole} | {*list_recalls(events)})
    hint = suggestion(of, names, "'briefings list' and 'briefings holdings' name what there is.")
    raise UsageError(f"Nothing of '{of}' was ever published, issued or delivered. {hint}")


def write_open_notices(project: Project, kept: Ledger, recall: Recall, dry_run: bool) -> list[str]:
    """Write the notices of those who have not answered, and take the others' away; gives who that is."""
    if recall.lifted:
        return [f"{recall.name} was lifted: {recall.lifted}"]
    events = kept.events()
    found = find_open_copies(events, recall)
    shown = _holders(project, events, found)
    if dry_run:
        return [*shown, "Nothing was written."]
    write_notices(project, recall, found, events)
    if not found:
        return [f"Nobody holds anything of {recall.name}, as far as the ledger knows."]
    colleges = count(len({one.college for one in found}), "college")
    return [
        *shown,
        f"{recall.name} asks for {count(count_copies(found), 'copy', 'copies')} at {colleges}.",
        f"Send the notices in output/recalls/{recall.name}/, and say so:",
        f"  briefings acknowledge {recall.name} --how told",
    ]


def _holders(project: Project, events: Sequence[Event], found: Collection[Holding]) -> Iterator[str]:
    """The number of copies at each college, and where its notice goes."""
    for name in sorted({one.college for one in found}):
        own = [one for one in found if one.college == name]
        perhaps = count_copies(one for one in own if one.state == "may be out")
        told = f", {perhaps} of them may be out" if perhaps else ""
        to = find_notice_address(project.loaded[0], name, events)
        yield f"  {name}: {count(count_copies(own), 'copy', 'copies')}{told}{f' ({to})' if to else ''}"


def lift_recall(project: Project, kept: Ledger, of: str, reason: str, dry_run: bool) -> str:
    """End a recall that was begun by mistake; the ledger keeps both. Its notices go away. Gives what was done."""
    events = kept.events()
    recall = list_recalls(events).get(of)
    if recall is None:
        raise UsageError(f"There is no recall '{of}'. {suggestion(of, list_recalls(events), '')}".rstrip())
    if not reason:
        raise click.UsageError("--lift takes the reason, which the ledger keeps.")
    if recall.lifted:
        raise UsageError(f"{recall.name} is lifted already: {recall.lifted}")
    told = sorted(find_told_days(events, recall.name))
    whom = f"Tell the colleges that were told: {', '.join(told)}." if told else "No college was told of it."
    if dry_run:
        return f"{recall.name} would be lifted. {whom} Nothing was written."
    kept.add(format_instant(now_utc()), WITHDRAWN, recall.name, {"event": recall.number, "reason": reason})
    clear_notices(notice_folder(project, recall))
    return f"{recall.name} is lifted: {reason.rstrip('.')}. {whom} What it named may be delivered."

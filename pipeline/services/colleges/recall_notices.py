"""Notices of a recall to the colleges that hold copies, as text and as mail, in output/recalls/."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from email.headerregistry import Group
from email.utils import format_datetime
from pathlib import Path

from pipeline.build.project import Project
from pipeline.compose.design.style import standalone_page_style
from pipeline.core.files import reject_links, write_atomically
from pipeline.model.library import Library
from pipeline.model.source.college import DeliverySettings, colleges_of
from pipeline.model.words import Phrases
from pipeline.services.colleges.holdings import MAY_BE_OUT, Holding, is_on_paper, list_deliveries
from pipeline.services.colleges.ledger_events import Event
from pipeline.services.colleges.letters import (
    EMPTY_PART,
    LetterItem,
    LetterPart,
    add_copy_numbers,
    create_letter_mail,
    find_letter_words,
    format_as_text,
    format_letter_as_html,
)
from pipeline.services.colleges.recalls import Recall, count_copies
from pipeline.services.editions.records import SavedRecord, read_records


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
    """What all notices of a library have in common."""

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
    """Compose the title of a notice: what is recalled, with its version or edition."""
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
    head = words.say("recall-to", college=college, date=words.day(recall.on))
    parts = [
        LetterPart((words.say("recall-from", publisher=terms.publisher),)) if terms.publisher else EMPTY_PART,
        LetterPart((head, to) if to else (head,)),
        LetterPart((words.say("recall-reason", reason=recall.reason),)),
    ]
    for key, unsettled in (("recall-hold", False), ("recall-perhaps", True)):
        if listed := [holding for holding in holdings if (holding.state == MAY_BE_OUT) == unsettled]:
            parts.append(LetterPart((words.say(key),), tuple(map(LetterItem, _list_copies(listed, terms, words)))))
    parts.append(LetterPart((recall.instead,)) if recall.instead else EMPTY_PART)
    by = (words.say("recall-answer-by", date=words.day(recall.answer_by)),) if recall.answer_by else ()
    parts.append(LetterPart((words.say("recall-ask-or-return" if terms.return_to else "recall-ask"), *by)))
    signed = words.say("recall-by", role=recall.by or "_" * 30, publisher=terms.publisher)
    parts.append(LetterPart((signed,)) if terms.publisher else EMPTY_PART)
    parts.append(LetterPart((words.say("recall-answer"),)))
    for delivery in dict.fromkeys(holding.delivery for holding in holdings):
        delivered = [holding for holding in holdings if holding.delivery == delivery]
        parts.append(LetterPart(tuple(_compose_answer_lines(delivery, delivered, terms, words))))
    send = words.say("recall-send", recall=recall.name, contact=terms.contact or words.say("recall-sender"))
    back = (words.say("recall-return", address=terms.return_to),) if terms.return_to else ()
    parts += [LetterPart((words.say("recall-sign"),)), LetterPart((send, *back))]
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

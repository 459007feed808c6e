"""Notices of a recall: the letter to a college, with the lines that it answers by, as text and as a message. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from email.headerregistry import Group
from email.utils import format_datetime

from pipeline.colleges.deliveries.letters import as_page, in_two_forms
from pipeline.colleges.holdings import Holding, is_paper
from pipeline.colleges.recalls import Recall, number_of
from pipeline.compose.posting.parts import NOTHING, LetterItem, LetterPart
from pipeline.editions.issued.records import RecordFile
from pipeline.editions.letters import as_text, with_numbers
from pipeline.model.library import Library
from pipeline.model.words import Words


def titles_by_name(records: Iterable[RecordFile], library: Library) -> Mapping[str, str]:
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


def notice_title(recall: Recall, found: Sequence[Holding], terms: NoticeTerms, words: Words) -> str:
    """The title of a notice: what is recalled, with its version or edition."""
    title, which = terms.title(recall.of), recall.of.partition("@")[2]
    if which:
        is_text = any(recall.of in one.briefings for one in found)
        key = "recall-title-version" if is_text else "recall-title-edition"
        title = words.say(key, title=title, version=which, edition=which)
    return words.say("recall-title", title=title)


def notice(recall: Recall, college: str, to: str, found: Sequence[Holding], terms: NoticeTerms, words: Words) -> str:
    """The notice to a college: what it holds, why it must not be used, and the lines to answer by.

    `words` are those of the college's language; `to` is its mailbox or address.
    """
    head = words.say("recall-to", college=college, date=words.day(recall.on))
    parts = [
        LetterPart((words.say("recall-from", publisher=terms.publisher),)) if terms.publisher else NOTHING,
        LetterPart((head, to) if to else (head,)),
        LetterPart((words.say("recall-reason", reason=recall.reason),)),
    ]
    for key, unsettled in (("recall-hold", False), ("recall-perhaps", True)):
        those = [one for one in found if (one.state == "may be out") == unsettled]
        if those:
            parts.append(LetterPart((words.say(key),), tuple(map(LetterItem, _listed(those, terms, words)))))
    parts.append(LetterPart((recall.instead,)) if recall.instead else NOTHING)
    by = (words.say("recall-answer-by", date=words.day(recall.answer_by)),) if recall.answer_by else ()
    parts.append(LetterPart((words.say("recall-ask-or-return" if terms.return_to else "recall-ask"), *by)))
    signed = words.say("recall-by", role=recall.by or "_" * 30, publisher=terms.publisher)
    parts.append(LetterPart((signed,)) if terms.publisher else NOTHING)
    parts.append(LetterPart((words.say("recall-answer"),)))
    for delivery in dict.fromkeys(one.delivery for one in found):
        own = [one for one in found if one.delivery == delivery]
        parts.append(LetterPart(tuple(_of_delivery(delivery, own, terms, words))))
    send = words.say("recall-send", recall=recall.name, contact=terms.contact or words.say("recall-sender"))
    back = (words.say("recall-return", address=terms.return_to),) if terms.return_to else ()
    parts += [LetterPart((words.say("recall-sign"),)), LetterPart((send, *back))]
    return as_text(parts)


def notice_mail(
    recall: Recall, sender: str, to: str, title: str, letter: str, language: str, style: str, publisher: str
) -> bytes:
    """A notice as a message (RFC 5322) of the recall's day, for a mail program to send."""
    mail = in_two_forms(title, letter, as_page(title, letter, language, style, publisher))
    mail["From"] = sender or Group(publisher, [])  # a group without a mailbox: RFC 6854
    if to:
        mail["To"] = to
    mail["Date"] = format_datetime(datetime.combine(recall.on, time(), UTC))
    mail["X-Unsent"] = "1"  # mail programs open it as a draft
    mail.set_boundary(f"=_{recall.name}")
    return mail.as_bytes()


def _listed(those: Sequence[Holding], terms: NoticeTerms, words: Words) -> Iterator[str]:
    """The copies, edition by edition and format by format: 'Nights, Autumn 2026: printed, copies 3 to 26'."""
    for pack, edition, kind in dict.fromkeys((one.pack, one.edition, one.format) for one in those):
        of = [one for one in those if (one.pack, one.edition, one.format) == (pack, edition, kind)]
        numbers = [one.copy for one in of if one.copy]
        copies = words.say("recall-paper" if is_paper(kind) else f"letter-{kind}")
        if numbers:
            copies = with_numbers(copies, numbers, words)
        else:
            copies = words.say("letter-numbered", what=copies, numbers=words.count("letter-many", number_of(of)))
        yield words.say("recall-of", title=terms.title(f"{pack}@{edition}"), edition=edition, copies=copies)


def _of_delivery(delivery: str, own: Sequence[Holding], terms: NoticeTerms, words: Words) -> Iterator[str]:
    """The lines to answer by for a delivery: one for each numbered copy, and one for all others."""
    yield words.say("post-delivery", id=delivery)
    yield from (f"  {line}" for line in _listed(own, terms, words))
    returned = "-or-returned" if terms.return_to else ""
    for one in own:
        if one.copy:
            yield f"  {words.say(f'recall-boxes{returned}', number=one.copy)}"
    if any(not one.copy for one in own):
        yield f"  {words.say(f'recall-answers{returned}')}"

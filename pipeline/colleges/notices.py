"""Notices of a recall: the letter to a college, with the slip that it sends back, as text and as a message. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from email.utils import format_datetime

from pipeline.colleges.deliveries.letters import as_page, in_two_forms
from pipeline.colleges.holdings import Holding, is_paper
from pipeline.colleges.recalls import Recall, number_of
from pipeline.compose.posting.parts import NOTHING, LetterItem, LetterPart
from pipeline.editions.letters import as_text, with_numbers
from pipeline.model.library import Library
from pipeline.model.source.edition import EditionRecord
from pipeline.model.words import Words


@dataclass(frozen=True, slots=True)
class TitlesInCopies:
    """The titles that copies bear, by the records of their editions by pack and name; else those of the library."""

    records: Mapping[tuple[str, str], EditionRecord]
    library: Library

    def pack(self, one: Holding) -> str:
        """The title of the pack on these copies."""
        record, pack = self.records.get((one.pack, one.edition)), self.library.packs.get(one.pack)
        return record.title if record else pack.fields.title if pack else one.pack

    def text(self, one: Holding, text: str) -> str:
        """The title of a text in these copies."""
        record, name = self.records.get((one.pack, one.edition)), text.partition("@")[0]
        known = self.library.briefings.get(name)
        titles = {each.pinned: each.title for each in (record.briefings if record else ())}
        return titles.get(text, known.fields.title if known else name)

    def recalled(self, of: str, own: Sequence[Holding], words: Words) -> str:
        """The title of what is recalled, with its version or edition, as the copies of a college bear it."""
        name, _, which = of.partition("@")
        texts = [self.text(one, text) for one in own for text in one.briefings if of in (text, text.partition("@")[0])]
        packs = [self.pack(one) for one in own if of in (one.pack, f"{one.pack}@{one.edition}")]
        title = "; ".join(dict.fromkeys(texts or packs)) or name
        if not which:
            return title
        key = "recall-title-version" if texts else "recall-title-edition"
        return words.say(key, title=title, version=which, edition=which)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to a college."""

    title: str
    letter: str
    slip: str
    """The part that the college sends back."""

    @property
    def text(self) -> str:
        """The whole of it in plain text."""
        return f"{self.title}\n\n{self.letter}\n{self.slip}"

    def message(self, recall: Recall, sender: str, to: str, language: str, style: str, publisher: str) -> bytes:
        """The notice as a message (RFC 5322) of the recall's day, for a mail program to send."""
        page = as_page(self.title, self.letter, language, style, publisher, self.slip)
        mail = in_two_forms(self.title, self.text, page)
        mail["From"] = sender or f'"{publisher}":;'  # a group without a mailbox: RFC 6854
        if to:
            mail["To"] = to
        mail["Date"] = format_datetime(datetime.combine(recall.on, time(), UTC))
        mail["X-Unsent"] = "1"  # mail programs open it as a draft
        mail.set_boundary(f"=_{recall.name}")
        return mail.as_bytes()


@dataclass(frozen=True, slots=True)
class NoticeTerms:
    """All that a notice says beside the copies."""

    titles: TitlesInCopies
    publisher: str = ""
    """The publisher, who calls the copies back."""
    contact: str | None = None
    """The place to which the answer is sent: the library's contact."""
    return_to: str = ""
    """The address to which copies are returned; without one they are only to be destroyed."""


def notice(
    recall: Recall, college: str, to: str, found: Sequence[Holding], terms: NoticeTerms, words: Words
) -> Notice:
    """The notice to a college: what it holds, why it must not be used, and the slip to send back.

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
    slip = [LetterPart((words.say("recall-answer"),))]
    for delivery in dict.fromkeys(one.delivery for one in found):
        own = [one for one in found if one.delivery == delivery]
        slip.append(LetterPart(tuple(_of_delivery(delivery, own, terms, words))))
    send = words.say("recall-send", recall=recall.name, contact=terms.contact or words.say("recall-sender"))
    back = (words.say("recall-return", address=terms.return_to),) if terms.return_to else ()
    slip += [LetterPart((words.say("recall-sign"),)), LetterPart((send, *back))]
    title = words.say("recall-title", title=terms.titles.recalled(recall.of, found, words))
    return Notice(title, as_text(parts), as_text(slip))


def _listed(those: Sequence[Holding], terms: NoticeTerms, words: Words) -> Iterator[str]:
    """The copies, edition by edition and format by format: 'Nights, Autumn 2026: printed, copies 3 to 26'."""
    for pack, edition, kind in dict.fromkeys((one.pack, one.edition, one.format) for one in those):
        of = [one for one in those if (one.pack, one.edition, one.format) == (pack, edition, kind)]
        numbers = [one.copy for one in of if one.copy]
        said = words.say("recall-paper" if is_paper(kind) else f"letter-{kind}")
        if numbers:
            said = with_numbers(said, numbers, words)
        else:
            said = words.say("letter-numbered", what=said, numbers=words.count("letter-many", number_of(of)))
        yield words.say("recall-of", title=terms.titles.pack(of[0]), edition=edition, copies=said)


def _of_delivery(delivery: str, own: Sequence[Holding], terms: NoticeTerms, words: Words) -> Iterator[str]:
    """The lines of a delivery on the slip: what it is, and a line for each numbered copy, or one for all others."""
    yield words.say("post-delivery", id=delivery)
    yield from (f"  {line}" for line in _listed(own, terms, words))
    returned = "-or-returned" if terms.return_to else ""
    for one in own:
        if one.copy:
            yield f"  {words.say(f'recall-boxes{returned}', number=one.copy)}"
    if any(not one.copy for one in own):
        yield f"  {words.say(f'recall-answers{returned}')}"

"""Notices of a recall: the letter to a college, with the slip that it sends back. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.colleges.holdings import Holding, is_paper
from pipeline.colleges.recalls import Recall, number_of
from pipeline.compose.posting.parts import NOTHING, LetterItem, LetterPart
from pipeline.editions.letters import as_text, with_numbers
from pipeline.model.words import Words


@dataclass(frozen=True, slots=True)
class NoticeTerms:
    """All that a notice says beside the copies: titles, where the answer goes, and what may still be used."""

    title: str
    """The title of what is recalled, with its version or edition."""
    titles: Mapping[tuple[str, str], str]
    """The title of the pack on the copies, by pack and edition."""
    contact: str | None = None
    """The place to which the answer is sent: the library's contact."""
    others: bool = False
    """Whether the copies hold other texts, all of which may be used."""
    gone: tuple[str, ...] = ()
    """The titles of those other texts that hold no more either."""
    day: date | None = None
    """The day of this notice, where it is not the first that was written."""
    told: bool = False
    """Whether a notice was sent to the college before."""
    to: str = ""
    """The mailbox or the place of the college to which it goes."""
    publisher: str = ""
    """The publisher, who calls the copies back."""
    return_to: str = ""
    """The address to which copies are returned; without one they are only to be destroyed."""


def notice(recall: Recall, college: str, found: Sequence[Holding], terms: NoticeTerms, words: Words) -> str:
    """The letter to a college: what it holds, why it must not be used, and the slip to send back.

    `words` are those of the college's language.
    """
    second = (words.say("recall-second"),) if terms.told else ()
    to = words.say("recall-to", college=college, date=words.day(terms.day or recall.on))
    sender = (words.say("recall-from", publisher=terms.publisher),) if terms.publisher else ()
    parts = [
        LetterPart((*second, words.say("recall-title", title=terms.title))),
        LetterPart(sender),
        LetterPart((to, terms.to) if terms.to else (to,)),
        LetterPart((words.say("recall-reason", reason=recall.reason),)),
    ]
    for head, unsettled in (("recall-hold", False), ("recall-perhaps", True)):
        those = [one for one in found if (one.state == "may be out") == unsettled]
        if those:
            parts.append(LetterPart((words.say(head),), tuple(_listed(those, terms, words))))
    parts.append(LetterPart((recall.instead,)) if recall.instead else NOTHING)
    parts.append(LetterPart(tuple(_asked(recall, terms, words))))
    signed = words.say("recall-by", role=recall.by or "_" * 30, publisher=terms.publisher)
    parts += [LetterPart((signed,) if terms.publisher else ()), LetterPart((words.say("recall-answer"),))]
    for delivery in dict.fromkeys(one.delivery for one in found):
        own = [one for one in found if one.delivery == delivery]
        parts.append(LetterPart(tuple(_slip(delivery, own, terms, words))))
    send = words.say("recall-send", recall=recall.name, contact=terms.contact or words.say("recall-sender"))
    back = (words.say("recall-return", address=terms.return_to),) if terms.return_to else ()
    return as_text((*parts, LetterPart((words.say("recall-sign"),)), LetterPart((send, *back))))


def _asked(recall: Recall, terms: NoticeTerms, words: Words) -> Iterator[str]:
    """The lines on what to do: with a text in a pack, whether the other texts may be used."""
    yield words.say("recall-ask-or-return" if terms.return_to else "recall-ask")
    if terms.gone:
        yield words.say("recall-others-gone", titles="; ".join(terms.gone))
    elif terms.others:
        yield words.say("recall-others")
    if recall.answer_by:
        yield words.say("recall-answer-by", date=words.day(recall.answer_by))


def _listed(those: Sequence[Holding], terms: NoticeTerms, words: Words) -> Iterator[LetterItem]:
    """The copies, edition by edition and format by format: 'Nights, Autumn 2026: printed, copies 3 to 26'."""
    for pack, edition in dict.fromkeys((one.pack, one.edition) for one in those):
        of = [one for one in those if (one.pack, one.edition) == (pack, edition)]
        title = terms.titles.get((pack, edition), pack)
        for said in _copies(of, words):
            yield LetterItem(words.say("recall-of", title=title, edition=edition, copies=said))


def _copies(of: Sequence[Holding], words: Words) -> Iterator[str]:
    """The copies of an edition, format by format: 'printed, copies 3 to 26'."""
    for kind in dict.fromkeys(one.format for one in of):
        copies = [one for one in of if one.format == kind]
        numbers = [one.copy for one in copies if one.copy]
        key = "recall-paper" if is_paper(kind) else f"letter-{kind}"
        if numbers:
            yield with_numbers(words.say(key), numbers, words)
        else:
            many = words.count("letter-many", number_of(copies))
            yield words.say("letter-numbered", what=words.say(key), numbers=many)


def _slip(delivery: str, own: Sequence[Holding], terms: NoticeTerms, words: Words) -> Iterator[str]:
    """The lines of a delivery on the slip: what it is, and a line for each numbered copy, or one for all others."""
    yield words.say("post-delivery", id=delivery)
    for pack, edition in dict.fromkeys((one.pack, one.edition) for one in own):
        copies = "; ".join(_copies([one for one in own if (one.pack, one.edition) == (pack, edition)], words))
        title = terms.titles.get((pack, edition), pack)
        yield f"  {words.say('recall-of', title=title, edition=edition, copies=copies)}"
    for one in own:
        if one.copy:
            boxes = "recall-boxes-or-returned" if terms.return_to else "recall-boxes"
            yield f"  {words.say(boxes, number=one.copy)}"
    if any(not one.copy for one in own):
        yield f"  {words.say('recall-answers-or-returned' if terms.return_to else 'recall-answers')}"

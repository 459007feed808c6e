"""Printed copies: the letters and labels for those that you post. That they were sent a person says. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from pipeline.colleges.deliveries.plan import PlannedDelivery
from pipeline.colleges.holdings import LEAVES, Holding, is_paper
from pipeline.compose.language.words import enumerated
from pipeline.compose.posting.parts import NOTHING
from pipeline.compose.posting.posted import PostedLetter
from pipeline.core.tables import count
from pipeline.editions.copies import Issue
from pipeline.editions.letters import newest_at, numbers_said, with_numbers
from pipeline.editions.runs import numbers_in_words
from pipeline.editions.since import changes_since
from pipeline.model.library import Library
from pipeline.model.source.college import College
from pipeline.model.source.posting import Postage
from pipeline.model.words import Words

POST, LABELS = "post.pdf", "labels.txt"
"""Names of the file with letters and labels, and of that with the addresses alone."""


def posted_letter(
    library: Library,
    issue: Issue,
    one: PlannedDelivery,
    held: Iterable[Holding],
    words: tuple[Words, Words],
    day: date | None = None,
    recalled: Sequence[str] = (),
) -> PostedLetter:
    """The letter with printed copies that are posted; `held` are all holdings, `words` the college's and our own.

    `day` is that of the delivery, from which the time to answer is counted; `recalled` are the recalls that ask for
    some of the old copies.
    """
    postage = library.imprint.fields.post or Postage()
    college, (theirs, ours) = library.colleges[one.college], words
    old = held_of(one.college, one.pack, (one.edition, *one.newer), held)
    newest = max(old, key=lambda holding: holding.since, default=None)
    pins = newest.briefings if newest else ()
    numbers = [number for file in one.files for number in file.copies]
    quantity = sum(file.quantity for file in one.files)
    enclosed = theirs.count("letter-printed", quantity)
    accessible = library.imprint.fields.accessible_formats
    return PostedLetter(
        delivery=one.id,
        words=theirs,
        name=college.name,
        address=address_of(one),
        title=issue.title,
        edition=issue.edition,
        issued=issue.produced,
        enclosed=with_numbers(enclosed, numbers, theirs),
        label=ours.say("post-label", id=one.id, copies=_many(quantity, numbers, ours)),
        code=issue.code,
        status_page=issue.status_page,
        newer=one.newer[-1] if one.newer else "",
        changes=changes_since(library, issue, newest.edition, pins, theirs) if newest else NOTHING,
        held=tuple(copies_by_edition(old, theirs)),
        only_old=only_old(old, one, theirs),
        return_to=postage.return_to or "",
        answer_by=answer_by(postage, day),
        recalled=asked_too(recalled, theirs) if old and recalled else "",
        newest=newest_at(issue),
        numbered=bool(numbers),
        needs=college.access_needs,
        notes=(accessible,) if accessible else (),
    )


def asked_too(recalled: Sequence[str], words: Words) -> str:
    """The sentence that a notice of a recall asks for some of the old copies as well."""
    return words.say("letter-recalled", recalls=enumerated(words, tuple(recalled)))


def answer_by(postage: Postage, day: date | None) -> date | None:
    """The day by which a college is asked to answer, if the library sets one."""
    return day + timedelta(postage.answer_days) if day and postage.answer_days else None


def only_old(old: Iterable[Holding], one: PlannedDelivery, words: Words, phrase: str = "post-only-old") -> str:
    """The sentence that tells old copies from new ones, where they bear the same numbers; else nothing."""
    numbers = {number for file in one.files for number in file.copies}
    same = dict.fromkeys(copy.edition for copy in old if copy.copy in numbers)
    return words.say(phrase, old=enumerated(words, tuple(same)), new=one.edition) if same else ""


def held_of(college: str, pack: str, editions: Sequence[str], held: Iterable[Holding]) -> tuple[Holding, ...]:
    """The printed copies of a pack that a college holds, but for those of an edition that goes to it and newer ones."""
    return tuple(
        one
        for one in held
        if (one.college, one.pack, one.state) == (college, pack, "held")
        and is_paper(one.format)
        and one.format != LEAVES
        and one.edition not in editions
    )


def copies_by_edition(old: Sequence[Holding], words: Words) -> Iterable[tuple[str, str]]:
    """The copies of each edition in words, with their numbers, if they have some."""
    for edition in dict.fromkeys(holding.edition for holding in old):
        own = [holding for holding in old if holding.edition == edition]
        numbers = [holding.copy for holding in own if holding.copy]
        yield edition, numbers_said(numbers, words) if numbers else _many(sum(one.quantity for one in own), (), words)


def _many(quantity: int, numbers: Sequence[int], words: Words) -> str:
    return with_numbers(words.count("letter-many", quantity), numbers, words)


def address_of(one: PlannedDelivery) -> tuple[str, ...]:
    """The address of a delivery, part by part."""
    return tuple(part.strip() for part in one.to.split(","))


def labels(title: str, posted: Iterable[PlannedDelivery], colleges: Mapping[str, College]) -> bytes:
    """An address a delivery, what the parcel holds, and the delivery's id, which goes on the label too."""
    blocks = []
    for one in posted:
        about = ("", f"{title}: {copies_in_words(one)}", f"Delivery {one.id}")
        blocks.append("\n".join((colleges[one.college].name, *address_of(one), *about)))
    return ("\n\n----\n\n".join(blocks) + "\n").encode()


def copies_in_words(one: PlannedDelivery) -> str:
    """The number of copies in a delivery, and the numbers that they bear, if they have some."""
    numbers = [number for file in one.files for number in file.copies]
    printed = sum(file.quantity for file in one.files)
    said = count(printed, "copy", "copies")
    return f"{said}, {numbers_in_words(numbers)}" if numbers else said

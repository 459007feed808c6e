"""Printed copies: the labels for those that you post, and old ones in letters. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from pipeline.colleges.deliveries.plan import PlannedDelivery
from pipeline.colleges.holdings import LEAVES, Holding, is_paper
from pipeline.compose.language.words import enumerated
from pipeline.core.sentences import as_csv, count, numbers_in_words
from pipeline.editions.letters import numbers_said, with_numbers
from pipeline.model.source.college import College
from pipeline.model.source.posting import Postage
from pipeline.model.words import Words

LABELS = "labels.csv"
"""Name of the table with a row for each parcel that is posted, from which an office prints labels."""


def answer_by(postage: Postage, day: date | None) -> date | None:
    """The day by which a college is asked to answer, if the library sets one."""
    return day + timedelta(postage.answer_days) if day and postage.answer_days else None


def only_old(old: Iterable[Holding], one: PlannedDelivery, words: Words) -> str:
    """The sentence that tells old copies from new ones, where they bear the same numbers; else nothing."""
    numbers = {number for file in one.files for number in file.copies}
    same = dict.fromkeys(copy.edition for copy in old if copy.copy in numbers)
    return words.say("letter-only-old", old=enumerated(words, tuple(same)), new=one.edition) if same else ""


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


def labels(posted: Sequence[PlannedDelivery], colleges: Mapping[str, College]) -> bytes:
    """The table: the delivery, the college, its address line by line, and what the parcel holds."""
    lines = {one.id: address_of(one) for one in posted}
    most = max(map(len, lines.values()))
    heads = ("delivery", "college", "name", *(f"address {n}" for n in range(1, most + 1)), "edition", "copies")
    rows = [
        (one.id, one.college, colleges[one.college].name, *address, *("",) * (most - len(address)), one.edition, copies)
        for one in posted
        for address, copies in ((lines[one.id], copies_in_words(one)),)
    ]
    return as_csv(heads, rows).encode()


def copies_in_words(one: PlannedDelivery) -> str:
    """The number of copies in a delivery, and the numbers that they bear, if they have some."""
    numbers = [number for file in one.files for number in file.copies]
    printed = sum(file.quantity for file in one.files)
    said = count(printed, "copy", "copies")
    return f"{said}, {numbers_in_words(numbers)}" if numbers else said

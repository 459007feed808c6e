"""ISBNs and DOIs: each is the number of one publication and of no other."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.model.isbn import digits_of
from pipeline.model.source.briefing import BriefingHead
from pipeline.model.source.pack import Pack
from pipeline.resolve.environment import Environment


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as somebody wrote it for a publication."""

    kind: str
    written: str
    owner: str
    place: Place

    @property
    def known_by(self) -> tuple[str, str]:
        """Form that it is compared by: an ISBN may have hyphens, a DOI capitals."""
        return self.kind, digits_of(self.written) if self.kind == "ISBN" else self.written.casefold()


def numbers_are_of_one_publication(environment: Environment, chosen: Collection[str]) -> Iterator[Diagnostic]:
    """No two briefings or packs have one ISBN or DOI. Told at those chosen, and not at the first if all of them are."""
    alike: dict[tuple[str, str], list[_Number]] = defaultdict(list)
    things: tuple[BriefingHead | Pack, ...] = (*environment.briefings.values(), *environment.packs.values())
    for thing in things:
        for number in _numbers(thing):
            alike[number.known_by].append(number)
    for numbers in alike.values():
        first, *others = sorted(numbers, key=lambda number: number.owner in chosen)
        for number in others:
            if number.owner != first.owner and number.owner in chosen:
                yield message(
                    "number-shared",
                    number.place,
                    kind=number.kind,
                    number=number.written,
                    first=first.owner,
                    place=first.place,
                )


def _numbers(thing: BriefingHead | Pack) -> Iterator[_Number]:
    if thing.fields.doi:
        yield _Number("DOI", thing.fields.doi, thing.id, thing.marks.at("doi"))
    for edition, isbn in thing.fields.isbn.by_format:
        yield _Number("ISBN", isbn, thing.id, thing.marks.at("isbn", edition))

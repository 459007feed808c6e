"""Lengths of what was made: pages of briefings, sheets of packs, and what is not as long as it was. Pure, no files."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.build.output.outputs import Output
from pipeline.core.tables import count
from pipeline.model.formats import FORMATS, format_row


@dataclass(frozen=True, slots=True)
class Length:
    """The length of a briefing or a pack, on paper if it is printed."""

    owner: str
    pages: int
    before: int = 0
    """The pages that it had when it was made before; nothing where that is not known."""

    @property
    def id(self) -> str:
        """The id of the briefing or the pack."""
        return self.owner.partition("/")[2]

    @property
    def sheets(self) -> int:
        """The sheets that it takes printed on both sides."""
        return -(-self.pages // 2)

    @property
    def has_changed(self) -> bool:
        """Whether it is longer or shorter than before."""
        return bool(self.before) and self.before != self.pages

    @property
    def is_pack(self) -> bool:
        """Whether it is counted in sheets."""
        return self.owner.startswith("packs/")

    def __str__(self) -> str:
        pages = count(self.pages, "page")
        return f"{pages}, {count(self.sheets, 'sheet')}" if self.is_pack else pages


def lengths(outputs: Iterable[Output], before: Iterable[Output] = ()) -> Mapping[str, Length]:
    """The length of everything that has pages, by owner; `before` are the rows of an earlier build.

    Of several formats the printer's counts, else the first one that has pages or tells those of the PDF.
    """
    counted: dict[str, Output] = {}
    for output in sorted(outputs, key=_rank):
        if output.pages:
            counted.setdefault(output.owner, output)
    were = {output.path: output.pages for output in before}
    return {owner: Length(owner, it.pages, were.get(it.path, 0)) for owner, it in sorted(counted.items())}


def _rank(output: Output) -> tuple[bool, int]:
    row = format_row(output.format)
    return not row.printed, [*FORMATS].index(row.name)


MANY = 12
"""Things of which the longest is named."""

NAMED = 6
"""Things that are named as longer or shorter than before."""


def totals(found: Iterable[Length]) -> Iterator[str]:
    """Lines for a terminal: how much paper all of it is, and what is not as long as before."""
    held = tuple(found)
    briefings = _total([one for one in held if not one.is_pack], "briefing")
    packs = _total([one for one in held if one.is_pack], "pack")
    if len(held) > 1:
        yield f"Paper: {'; '.join(filter(None, (briefings, packs)))}."
    changed = sorted((one for one in held if one.has_changed), key=_change, reverse=True)
    if changed:
        said = [f"{one.id} {one.pages} (was {one.before})" for one in changed[:NAMED]]
        said += [f"and {len(changed) - NAMED} more"] if len(changed) > NAMED else []
        yield f"Pages, where they were more or fewer before: {', '.join(said)}."


def _change(one: Length) -> tuple[int, str]:
    return abs(one.pages - one.before), one.owner


def _total(found: list[Length], noun: str) -> str:
    """'5 briefings of 3 to 4 pages, 17 in all'; of many the longest is named."""
    if not found:
        return ""
    numbers = [one.sheets if one.is_pack else one.pages for one in found]
    least, most = min(numbers), max(numbers)
    span = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    unit = f"{'sheet' if found[0].is_pack else 'page'}{'' if span == '1' else 's'}"
    sides = " printed on both sides" if found[0].is_pack else ""
    whole = f", {sum(numbers):,} in all" if len(found) > 1 else ""
    longest = f" (most: {found[numbers.index(most)].id})" if len(found) > MANY else ""
    return f"{count(len(found), noun)} of {span} {unit}{sides}{whole}{longest}"

"""The numbers of the entries of a numbered list, as HTML counts them."""

from collections.abc import Iterable, Iterator
from typing import Protocol

UNNUMBERED = "unnumbered"
"""The class of an entry that has no number: it stood in an older text, and is gone from this one."""


class HasAttributes(Protocol):
    """An element of any kind of tree."""

    def get(self, key: str, default: str, /) -> str | None:
        """The value of an attribute."""


def first_number(listed: HasAttributes) -> int:
    """The number that a list begins with."""
    said = listed.get("start", "") or ""
    return int(said) if said.removeprefix("-").isdecimal() else 1


def is_unnumbered(entry: HasAttributes) -> bool:
    """Whether an entry has no number."""
    return UNNUMBERED in (entry.get("class", "") or "").split()


def item_numbers(listed: HasAttributes, entries: Iterable[HasAttributes]) -> Iterator[int | None]:
    """The number of each of the entries of a list, in order."""
    number = first_number(listed)
    for entry in entries:
        if is_unnumbered(entry):
            yield None
        else:
            yield number
            number += 1

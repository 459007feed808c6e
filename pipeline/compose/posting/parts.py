"""Parts of a letter, as plain text, a page and paper have them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LetterItem:
    """An item of a list in a letter, and the lines that explain it."""

    words: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterPart:
    """A paragraph of a letter, line by line, and the list below it."""

    lines: tuple[str, ...] = ()
    items: tuple[LetterItem, ...] = ()

    def text(self) -> Iterator[str]:
        """The lines of it in plain text."""
        yield from self.lines
        for item in self.items:
            yield f"- {item.words}"
            yield from (f"  {line}" for line in item.more)


NOTHING = LetterPart()

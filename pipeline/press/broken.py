"""Words that lines break between their letters, read off the engine's boxes."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

_ADDRESS = re.compile(r"[/@\\]|www\.|^10\.\d")
"""Characters of an address or a file path, which no word has: it may go on in the next line."""


class BrokenWords:
    """Joins the words at the ends of lines, box by box in the order of the text."""

    def __init__(self) -> None:
        self._begun, self._is_broken = "", False

    def add(self, text: str, end: str) -> str:
        """The word that ends in this text, if a line before has broken it. `end` is how this one ends."""
        first, *rest = text.split() or [""]
        word, broken = self._begun + first, self._is_broken
        if end and not rest:
            self._begun, self._is_broken = word, broken or end == "broken"
            return ""
        self._begun, self._is_broken = (rest[-1], end == "broken") if end else ("", False)
        return word if broken and not _ADDRESS.search(word) else ""


def broken_words(texts: Iterable[Any]) -> Iterator[str]:
    """The words that are broken in boxes of text."""
    words = BrokenWords()
    yield from filter(None, (words.add(box.text, line_end(box)) for box in texts))


def line_end(box: Any) -> str:
    """End of the line of a text box."""
    return getattr(getattr(box, "pango_layout", None), "line_end", "")

"""Words that somebody typed into the field of a citation: the field goes, and they would go with it."""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from unicodedata import normalize

from pipeline.word.citations.items import CitedItem

_WORD = re.compile(r"[^\W\d_]{3,}")
_FEWEST = 3
"""Words of other people a place must have, for one or two are a manager's own, such as 'quoted' or 'Retrieved'."""

_USUAL = frozenset(
    re.findall(
        r"\w+",
        "and others see also cited quoted ibid page pages chapter note accessed available retrieved from http https www"
        " com org doi vol volume eds edn edited the",
    )
)
"""Words that citations have beside those of works."""


def words_of_works(found: Sequence[tuple[CitedItem, ...]]) -> frozenset[str]:
    """All words that the works cited in a document have, and what stands before and behind them."""
    said = (text for items in found for item in items for text in (*_texts(item.record), item.prefix, item.suffix))
    return frozenset(word for text in said for word in _words(text))


def is_typed(shown: str, known: frozenset[str]) -> bool:
    """Whether most of the words that stood in a place are those of no work."""
    words = list(_words(shown))
    strange = [word for word in words if word not in known]
    return len(strange) >= _FEWEST and 2 * len(strange) > len(words)


def has_more(shown: str, items: Sequence[CitedItem], says: str) -> bool:
    """Whether a citation shows words that its manager did not write; `says` is what that wrote, if it says so."""
    if says and _letters(shown) == _letters(says):
        return False
    known = words_of_works([tuple(items)]) | frozenset(_words(says)) | _USUAL
    strange = [word for word in _words(shown) if word not in known]
    return len(strange) >= (1 if says else _FEWEST)


def _letters(text: str) -> str:
    return "".join(letter for letter in normalize("NFKC", text).casefold() if letter.isalnum())


def _words(text: str) -> Iterator[str]:
    yield from _WORD.findall(normalize("NFKC", text).casefold())


def _texts(record: Any) -> Iterator[str]:
    """All words in the values of a record."""
    if isinstance(record, str):
        yield record
    elif isinstance(record, dict):
        for value in record.values():
            yield from _texts(value)
    elif isinstance(record, list | tuple):
        for value in record:
            yield from _texts(value)

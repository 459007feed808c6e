"""Words on pages that say which copy they are of: what the digests of a record leave out, and no other words. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.core.printed_code import BEHIND, MOST_COPIES, PrintedCode
from pipeline.model.source.college import HOLDER
from pipeline.model.source.edition import CopyPhrases
from pipeline.model.words import Words
from pipeline.text.fitting import shortened
from pipeline.text.typography import typeset

_ANYBODY = r"[^\n]{1,120}?(?=\.?[ \t\r]*(?:\n|\Z))"
"""A name that ends its line, or the sentence that ends there."""

_MORE = "…"


@dataclass(frozen=True, slots=True)
class NamedCopy:
    """The number of a copy, and the name of its holder as its pages have it."""

    number: int
    holder: str


def copy_phrases(words: Words) -> CopyPhrases:
    """The phrases on copies as a table of words has them."""
    return CopyPhrases(unnumbered=words.phrases["unnumbered"][0], numbered=words.phrases["copy"][0])


def words_aside(said: CopyPhrases | None, code: PrintedCode, copy: NamedCopy | None = None) -> str:
    """The pattern of the words of an edition that are those of a copy.

    They are the symbols of its code behind those of its words and, in numbered copies, the words that a page belongs to
    none, or to this copy.
    """
    if said is None:
        return copy_symbols((code,))
    phrases = [said.unnumbered, *([_on_copy(said, copy)] if copy else [])]
    return "|".join((*map(_as_printed, phrases), copy_symbols((code,))))


def copy_symbols(codes: Iterable[PrintedCode]) -> str:
    """The pattern of the symbols of these codes that say which copy they are of; those of the words stay.

    They are found by the codes alone: the words around them may be others one day.
    """
    known = "|".join(f"(?<={begin}.{{{BEHIND}}})" for begin in sorted({str(code)[:-BEHIND] for code in codes}))
    return f"(?<=[0-9A-Z-])[0-9A-Z]{{{BEHIND}}}(?![0-9A-Z])(?:{known})" if known else "(?!)"


def has_code(text: str, code: PrintedCode) -> bool:
    """Whether the code of an edition, or of a copy of it, may stand in a text."""
    return str(code)[:-BEHIND] in text


def named_copy(
    said: CopyPhrases,
    texts: Sequence[str],
    numbers: Iterable[int] | None,
    holders: Iterable[str],
    given: Iterable[int] = (),
) -> NamedCopy | None:
    """The copy that pages say they are of.

    `numbers` are those that the codes on the pages name; nothing where they bear no code, empty where it is that of
    copies without a number of their own. `holders` are the names of those who may hold one. Where none of them is
    named, a holder may have had another name, if the copy of that number was `given` to somebody.
    """
    allowed, out = None if numbers is None else set(numbers), set(given)
    known = [one for one in _named(said, texts, holders) if _may_be(one.number, allowed)]
    others = (one for one in _named(said, texts, ()) if one.number in out and _may_be(one.number, allowed))
    found = Counter(known or others)
    return max(found, key=lambda one: (not one.holder.endswith(_MORE), found[one], one.holder), default=None)


def _may_be(number: int, allowed: set[int] | None) -> bool:
    """Whether a copy may have a number; codes name none beyond the greatest that they have room for."""
    return allowed is None or number in allowed or (not allowed and number > MOST_COPIES)


def _named(said: CopyPhrases, texts: Iterable[str], holders: Iterable[str]) -> Iterator[NamedCopy]:
    """Every copy that is named with one of the holders; of no holders any one whose name ends its line."""
    names = {"".join(form.split()): name for name in sorted(holders) for form in _forms(shortened(name, HOLDER))}
    if not names and not said.numbered.endswith("{holder}"):
        return
    forms = (form for name in names.values() for form in _forms(shortened(name, HOLDER)))
    longest = sorted(map(_in_lines, forms), key=lambda form: (-len(form), form))
    places = {"number": r"(?P<number>\d{1,6})", "holder": f"(?P<holder>{'|'.join(longest) or _ANYBODY})"}
    parts = re.split(r"\{(\w+)\}", said.numbered)
    pattern = "".join(places.pop(part, "") if n % 2 else _in_lines(part) for n, part in enumerate(parts))
    if places:
        return  # a phrase that lacks one of the two says nothing of a copy
    for found in (found for text in texts for found in re.finditer(pattern, text)):
        holder = "".join(found["holder"].split())
        yield NamedCopy(int(found["number"]), names.get(holder, found["holder"]))


def _on_copy(said: CopyPhrases, copy: NamedCopy) -> str:
    named = said.numbered.replace("{number}", str(copy.number))
    return named.replace("{holder}", shortened(copy.holder, HOLDER))


def _forms(words: str) -> tuple[str, ...]:
    """Words as they are said, and as they are set."""
    return tuple(dict.fromkeys(unicodedata.normalize("NFC", form) for form in (words, typeset(words))))


def _as_printed(words: str) -> str:
    """The pattern of words, whole or as far as a line has room for them."""
    forms = _forms(words)
    whole = sorted(map(_in_lines, forms), key=len, reverse=True)
    cut = [_in_lines(form[:end]) + _MORE for form in forms for end in range(len(form) - 1, len(form) // 4, -1)]
    return "|".join(dict.fromkeys((*whole, *cut)))


def _in_lines(words: str) -> str:
    """The pattern of words that may stand in several lines."""
    return r"\s+".join(map(re.escape, re.split(r"\s+", words)))

"""Judgement on a file by the records of editions: which edition it is of, and whether it is whole. Pure."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

from pipeline.core.digest import sha256
from pipeline.core.printed_code import PrintedCode
from pipeline.editions.issued.page_words import digests_of, is_spoilt
from pipeline.editions.issued.records import RecordFile, RecordsRead, edition_of
from pipeline.editions.runs import folios_in_words, numbers_in_words
from pipeline.load.library.register import Entry
from pipeline.model.formats import format_row, kind_of
from pipeline.model.source.edition import IssuedFile

Grade = Literal["as-issued", "signed", "same-words", "other-words", "unreadable", "by-code", "unknown"]

_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "MICRO", "FEMININE", "MASCULINE", "MODIFIER", "OHM")
"""First words of the names of letters that texts are written in, unless they say otherwise."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Judgement on a file: the edition, the file of it, whether it is whole, and whose copy it is."""

    grade: Grade
    edition: RecordFile | None = None
    file: IssuedFile | None = None
    said: str = ""
    """The grade in words."""
    copy: Entry | None = None
    """The row of the register that a numbered copy has."""
    codes: tuple[PrintedCode, ...] = ()
    """The codes that stand on its pages, where it was judged by its words."""


BLANK = sha256(b"")
"""The digest of a page without letters."""


def by_bytes(records: RecordsRead, register: Iterable[Entry], content: bytes) -> Judgement | None:
    """The judgement on a file whose bytes are on record; none on any other."""
    digest = sha256(content)
    for one in records.every():
        if file := one.file(digest):
            return Judgement("as-issued", one, file, "as issued")
    for entry in (entry for entry in register if entry.sha256 == digest):
        if edition := edition_of(records.chains.get(entry.pack, ()), entry.edition):
            file = next((file for file in edition.record.files if file.format == entry.format), None)
            return Judgement("as-issued", edition, file, "as issued", entry if entry.copy_number else None)
    return None


@dataclass(frozen=True, slots=True)
class FoundPages:
    """The pages of a file to be judged: its name and the letters of each page."""

    name: str
    letters: tuple[str, ...]
    left: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The letters where others are left out of them for an edition, by the path of its record."""

    def of(self, one: RecordFile) -> tuple[str, ...]:
        """The letters of each page, without those that the record of an edition leaves out."""
        return self.left.get(one.path, self.letters)


def nearest(records: RecordsRead, pages: FoundPages) -> tuple[RecordFile, IssuedFile] | None:
    """The file of an edition whose pages a file has, or most of them; else of the edition that its pages name."""
    kind, plain = kind_of(pages.name), digests_of(pages.letters)
    text = "".join(pages.letters).casefold()
    found = []
    for one in records.every():
        names = all(said in text for said in ("".join(one.record.edition.split()).casefold(), _plain(one.record.pack)))
        own = digests_of(pages.of(one)) if one.path in pages.left else plain
        for file in one.record.files:
            if kind in (None, format_row(file.format).kind):
                common = (Counter(own) & Counter(file.words)).total()
                found.append((_printed(file.words) == _printed(own), common, names, one.record.number, one, file))
    best = max(found, key=lambda each: each[:4], default=None)
    return (best[4], best[5]) if best and any(best[:3]) else None


def _printed(pages: tuple[str, ...]) -> tuple[str, ...]:
    """Letters or digests of pages without blank ones at the end: these are backs of leaves."""
    many = next((n for n in range(len(pages), 0, -1) if pages[n - 1] not in ("", BLANK)), 0)
    return pages[:many]


def _plain(pack: str) -> str:
    """A pack's id as the letters of a page have it, without hyphens."""
    return pack.replace("-", "")


def by_words(one: RecordFile, file: IssuedFile, pages: FoundPages, issued: Sequence[str] = ()) -> Judgement:
    """The judgement on a file by the letters of its pages; `issued` are those of the file as the archive has it."""
    letters = _printed(pages.of(one))
    digests, words = digests_of(letters), _printed(file.words)
    if digests == words:
        return Judgement(
            "same-words",
            one,
            file,
            "the same words in other bytes; pictures and what covers words were not compared",
        )
    wrong: list[int] = []
    missing: list[int] = []
    folios: dict[int, str] = {}
    """Those of pages of this file, as far as they stand for pages of the edition."""
    spoilt = True
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, words, digests, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        wrong += range(j1 + 1, j2 + 1)
        if j1 == j2:
            missing += range(i1 + 1, i2 + 1)
        same = i2 - i1 == j2 - j1
        if file.folios and same:
            folios |= dict(zip(range(j1 + 1, j2 + 1), file.folios[i1:i2], strict=True))
        then = issued[i1:i2] if same and len(issued) == len(file.words) else (None,) * (j2 - j1)
        spoilt &= same and all(_is_only_spoilt(now, was) for now, was in zip(letters[j1:j2], then, strict=True))
    if spoilt:
        where = _pages(wrong, folios)
        return Judgement("unreadable", one, file, f"cannot be read: a program has spoilt letters on {where}")
    if len(words) == len(digests) == 1 and not format_row(file.format).paged:
        return Judgement("other-words", one, file, "other words")
    parts = [f"other words on {_pages(wrong, folios)}"] if wrong else []
    if missing:
        named = [file.folios[page - 1] for page in missing] if file.folios else []
        gone = folios_in_words(named) if named else numbers_in_words(missing, "page", "pages")
        parts.append(f"{gone} of the edition {'is' if len(missing) == 1 else 'are'} missing")
    return Judgement("other-words", one, file, ", and ".join(parts))


def _pages(pages: Sequence[int], folios: Mapping[int, str]) -> str:
    """Pages of a file in words; those that have folios of their own by these: 'page 7-3 (12 in the file)'."""
    if not all(page in folios for page in pages):
        return numbers_in_words(pages, "page", "pages")
    printed = folios_in_words([folios[page] for page in pages])
    return f"{printed} ({numbers_in_words(pages, '', '').strip()} in the file)"


def _is_only_spoilt(now: str, was: str | None) -> bool:
    """Whether a page differs in letters alone that no text of ours has."""
    strange = {letter for letter in now if is_spoilt(letter) or _is_foreign(letter)} - set(was or "")
    if was is None:
        native = sum(letter.isalpha() and not _is_foreign(letter) for letter in now)
        return bool(strange) and native > len(now) / 2
    changes = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    put = [now[j1:j2] for tag, _, _, j1, j2 in changes if tag != "equal"]
    return bool(strange) and all(letters and set(letters) <= strange for letters in put)


def _is_foreign(letter: str) -> bool:
    return letter.isalpha() and not letter.isascii() and not unicodedata.name(letter, "").startswith(_SCRIPTS)

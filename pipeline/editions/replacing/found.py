"""Leaves as they are found in a file: from which edition to which, and whether they are those of the record. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.core.digest import sha256
from pipeline.core.printed_code import PrintedCode
from pipeline.editions.issued.judging import FoundPages
from pipeline.editions.issued.page_words import letters_of
from pipeline.editions.issued.records import RecordFile, RecordsRead, edition_code
from pipeline.editions.runs import folios_in_words, numbers_in_words
from pipeline.model.formats import EDITIONS, format_row
from pipeline.model.source.edition import IssuedFile


@dataclass(frozen=True, slots=True)
class SheetWords:
    """Words that each sheet before leaves bears: what it is, and at its end which page of how many."""

    heading: str
    page_of: str
    """With `{page}` and `{pages}`."""

    def are_on(self, letters: str) -> bool:
        """Whether a page bears the heading."""
        return letters_of((self.heading,))[0] in letters

    def numbers_on(self, letters: str) -> tuple[int, int] | None:
        """The number of a sheet and how many there are; none on any other page."""
        pattern = re.escape(letters_of((self.page_of,))[0])
        for place, group in ((r"\{page\}", r"(?P<page>\d+)"), (r"\{pages\}", r"(?P<pages>\d+)")):
            pattern = pattern.replace(place, group)
        found = re.search(f"{pattern}$", letters)
        return (int(found["page"]), int(found["pages"])) if found else None


@dataclass(frozen=True, slots=True)
class FoundLeaves:
    """Leaves that turn one edition into another, found in a file: its pages behind the sheets that bear words."""

    was: RecordFile
    now: RecordFile
    file: IssuedFile
    """The issued file that they are pages of."""
    pages: tuple[tuple[int, str], ...]
    """The number of each page in the file that was found, and the digest of its letters."""
    strange: tuple[int, ...] = ()
    """The pages before them that are no sheets."""
    missing: tuple[int, ...] = ()
    """The numbers of the sheets that are not there."""


def find_leaves(
    records: RecordsRead, found: FoundPages, codes: Sequence[PrintedCode], words: SheetWords
) -> FoundLeaves | None:
    """The leaves in a file, by the codes of two editions of one pack on its first sheet; none in other files."""
    symbols = {code.text for code in codes}
    named = {code: one for one in records.every() if (code := edition_code(one.record).text) in symbols}
    pair = sorted(named.items(), key=lambda each: each[1].record.number)
    if len(pair) != 2 or pair[0][1].record.pack != pair[1][1].record.pack:
        return None
    (before, was), (after, now) = pair
    own = [words.are_on(text) for text in found.letters]
    top = next((n for n, text in enumerate(found.letters) if own[n] and before in text and after in text), None)
    files = [file for file in now.record.files if _has_leaves(file)]
    if top is None or not files:
        return None
    leaf = (n for n, text in enumerate(found.letters) if n > top and not own[n] and after in text)
    first = next(leaf, len(found.letters))
    others = symbols - {before, after}
    strange = tuple(
        n + 1
        for n, text in enumerate(found.letters[:first])
        if text and (not own[n] or any(code in text for code in others))
    )
    pages = tuple((n, sha256(text.encode())) for n, text in enumerate(found.of(now), 1) if n > first and text)
    file = max(files, key=lambda one: len({digest for _, digest in pages} & set(one.words)))
    sheets = [found.letters[n] for n in range(first) if own[n] and n + 1 not in strange]
    return FoundLeaves(was, now, file, pages, strange, _missing(sheets, words))


def _missing(sheets: Sequence[str], words: SheetWords) -> tuple[int, ...]:
    """The numbers of the sheets that are not there, as far as those that are there say how many they are."""
    numbers = [numbers for text in sheets if (numbers := words.numbers_on(text))]
    many = max((pages for _, pages in numbers), default=0)
    there = {page for page, _ in numbers}
    return tuple(n for n in range(1, many + 1) if n not in there) if len(numbers) == len(sheets) else ()


def _has_leaves(file: IssuedFile) -> bool:
    row = format_row(file.format)
    return row.paged and not EDITIONS[row.edition].imposed


def wrong_leaves(found: FoundLeaves, wanted: Sequence[int] | None, folios: Sequence[str]) -> str:
    """Faults of leaves as the beginning of a sentence; nothing where there are none.

    `wanted` are the pages of the issued file that a holder needs, from 1, if they are known; `folios` its folios.
    """
    said = (
        [f"{numbers_in_words(found.missing, 'sheet', 'sheets')} {_be(found.missing)} missing"] if found.missing else []
    )
    if found.strange:
        sheet = "no sheet" if len(found.strange) == 1 else "no sheets"
        said.append(f"{numbers_in_words(found.strange, 'page', 'pages')} of the file {_be(found.strange)} {sheet}")
    if not found.pages:
        return ", and ".join(("these are sheets without leaves", *said))
    wrong, missing = _wrong_pages(found, wanted, folios)
    if wrong:
        said.append(f"other words on {numbers_in_words(wrong, 'page', 'pages')} of the file")
    if missing:
        said.append(f"{folios_in_words(missing)} {_be(missing)} missing")
    return ", and ".join(said)


def _be(those: Sequence[object]) -> str:
    return "is" if len(those) == 1 else "are"


def _wrong_pages(
    found: FoundLeaves, wanted: Sequence[int] | None, folios: Sequence[str]
) -> tuple[list[int], list[str]]:
    """The pages of the file that have other words than any leaf, and the folios of the leaves that are missing."""
    words, digests = found.file.words, [digest for _, digest in found.pages]
    if wanted is None:
        return [number for number, digest in found.pages if digest not in words], []
    wrong, missing = list[int](), list[str]()
    printed = [page for page in wanted if words[page - 1] != sha256(b"")]
    asked = [words[page - 1] for page in printed]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, asked, digests, autojunk=False).get_opcodes():
        if tag != "equal":
            wrong += [number for number, _ in found.pages[j1:j2]]
            missing += [folios[page - 1] for page in printed[i1:i2]] if j1 == j2 else []
    return wrong, missing

"""Leaves as they are found in a file: from which edition to which, and whether they are those of the record. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.core.digest import sha256
from pipeline.core.printed_code import PrintedCode
from pipeline.editions.copies import folios_in_words, numbers_in_words
from pipeline.editions.issued.judging import FoundPages
from pipeline.editions.issued.records import RecordFile, RecordsRead, edition_code
from pipeline.model.formats import EDITIONS, format_row
from pipeline.model.source.edition import IssuedFile


@dataclass(frozen=True, slots=True)
class FoundLeaves:
    """Leaves that turn one edition into another, found in a file: its pages behind the sheets that bear words."""

    was: RecordFile
    now: RecordFile
    file: IssuedFile
    """The issued file that they are pages of."""
    pages: tuple[tuple[int, str], ...]
    """The number of each page in the file that was found, and the digest of its letters."""


def find_leaves(records: RecordsRead, found: FoundPages, codes: Sequence[PrintedCode]) -> FoundLeaves | None:
    """The leaves in a file, by the codes of two editions of one pack that its sheets bear; none in any other file."""
    symbols = {code.text for code in codes}
    named = {code: one for one in records.every() if (code := edition_code(one.record).text) in symbols}
    pair = sorted(named.items(), key=lambda each: each[1].record.number)
    if len(pair) != 2 or pair[0][1].record.pack != pair[1][1].record.pack:
        return None
    (before, was), (after, now) = pair
    first = next((n for n, text in enumerate(found.letters) if after in text and before not in text), None)
    files = [file for file in now.record.files if _has_leaves(file)]
    if first is None or not files:
        return None
    pages = tuple((n, sha256(text.encode())) for n, text in enumerate(found.of(now), 1) if n > first and text)
    file = max(files, key=lambda one: len({digest for _, digest in pages} & set(one.words)))
    return FoundLeaves(was, now, file, pages)


def _has_leaves(file: IssuedFile) -> bool:
    row = format_row(file.format)
    return row.paged and not EDITIONS[row.edition].imposed


def wrong_leaves(found: FoundLeaves, wanted: Sequence[int] | None, folios: Sequence[str]) -> str:
    """Faults of leaves as the beginning of a sentence; nothing where there are none.

    `wanted` are the pages of the issued file that a holder needs, from 1, if they are known; `folios` its folios.
    """
    words, digests = found.file.words, [digest for _, digest in found.pages]
    if wanted is None:
        wrong = [number for number, digest in found.pages if digest not in words]
        return f"other words on {numbers_in_words(wrong, 'page', 'pages')} of the file" if wrong else ""
    wrong, missing = [], list[str]()
    printed = [page for page in wanted if words[page - 1] != sha256(b"")]
    asked = [words[page - 1] for page in printed]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, asked, digests, autojunk=False).get_opcodes():
        if tag != "equal":
            wrong += [number for number, _ in found.pages[j1:j2]]
            missing += [folios[page - 1] for page in printed[i1:i2]] if j1 == j2 else []
    said = [f"other words on {numbers_in_words(wrong, 'page', 'pages')} of the file"] if wrong else []
    if missing:
        said.append(f"{folios_in_words(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    return ", and ".join(said)

"""A folder whose leaves were replaced, found in a file: held to the list of the pages in force. Pure.

Each page of the last edition may be its own, or that of an earlier edition which has the same leaf.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.core.digest import sha256
from pipeline.core.printed_code import PrintedCode
from pipeline.editions.issued.judging import FoundPages
from pipeline.editions.issued.records import RecordFile, RecordsRead, edition_code
from pipeline.editions.replacing.found import SheetWords
from pipeline.editions.replacing.leaves import PaperLeaf, PrintedSide
from pipeline.editions.runs import folios_in_words, numbers_in_words
from pipeline.model.source.edition import IssuedFile

COVER = "the cover"
FOLDER = "a folder whose leaves were replaced"
BY_WORDS = "pictures are not compared"


@dataclass(frozen=True, slots=True)
class FoundFolder:
    """The pages of a folder with leaves of several editions of one pack; sheets and blank sides are left out."""

    now: RecordFile
    """The last of these editions."""
    others: tuple[RecordFile, ...]
    """The earlier ones."""
    pages: tuple[tuple[int, RecordFile | None, str], ...]
    """The number of each page in the file, the edition whose code it bears, and the digest of its letters."""


@dataclass(frozen=True, slots=True)
class PrintedEdition:
    """An edition as it was printed: its print file, and the leaves that were read off it."""

    record: RecordFile
    file: IssuedFile
    leaves: tuple[PaperLeaf, ...]

    def sides(self) -> Iterator[tuple[str, PrintedSide, PaperLeaf]]:
        """The sides that are printed on, each with the digest of its letters and its leaf."""
        return ((self.file.words[side.page - 1], side, leaf) for leaf in self.leaves for side in leaf if side.digest)


@dataclass(frozen=True, slots=True)
class JudgedFolder:
    """The judgement on a folder."""

    said: str
    exact: bool
    """Whether it holds what the list of pages in force says, and nothing else."""


def find_folder(
    records: RecordsRead, found: FoundPages, codes: Sequence[PrintedCode], words: SheetWords
) -> FoundFolder | None:
    """A folder whose pages bear the codes of several editions of one pack, and which begins with no sheet."""
    symbols = {code.text for code in codes}
    coded = [one for one in records.every() if edition_code(one.record).text in symbols]
    named = sorted(coded, key=lambda one: -len(edition_code(one.record).text))
    printed = [n for n, text in enumerate(found.letters) if text]
    if len(named) < 2 or not printed or words.are_on(found.letters[printed[0]]):
        return None
    codes_by_path = {one.path: edition_code(one.record).text for one in named}
    pages = []
    for n in (n for n in printed if not words.are_on(found.letters[n])):
        text = found.letters[n]
        own = next((one for one in named if codes_by_path[one.path] in text), None)
        letters = found.of(own)[n] if own else text
        pages.append((n + 1, own, sha256(letters.encode())))
    held = sorted({own.path: own for _, own, _ in pages if own}.values(), key=lambda one: one.record.number)
    if len(held) < 2 or len({one.record.pack for one in held}) > 1:
        return None
    return FoundFolder(held[-1], tuple(held[:-1]), tuple(pages))


def judge_folder(
    found: FoundFolder, now: PrintedEdition, others: Sequence[PrintedEdition], withdrawn: Collection[str] = ()
) -> JudgedFolder:
    """The judgement by the leaves of each edition; `withdrawn` are the ids of texts that must not be used."""
    wanted = list(now.sides())
    places = {digest: place for place, (digest, _, _) in enumerate(wanted)}
    by_side = {(leaf, side): place for place, (_, side, leaf) in enumerate(wanted)}
    stay, old = dict[str, int](), dict[str, tuple[PrintedEdition, PrintedSide]]()
    for one in others:
        for digest, side, leaf in one.sides():
            old[digest] = one, side
            if (leaf, side) in by_side:
                stay[digest] = by_side[leaf, side]
    taken = list[tuple[int, int, str]]()
    strange = list[int]()
    out = list[tuple[PrintedEdition, PrintedSide]]()
    for number, _, digest in found.pages:
        if (place := places.get(digest, stay.get(digest, -1))) >= 0:
            taken.append((place, number, digest))
        elif digest in old:
            out.append(old[digest])
        else:
            strange.append(number)
    wrong = [*_out(out, withdrawn), *_order(taken, wanted), *_missing(now, wanted, {place for place, _, _ in taken})]
    if strange:
        wrong.append(f"other words on {numbers_in_words(strange, 'page', 'pages')} of the file")
    staying = [old[digest] for _, _, digest in taken if digest not in places]
    if wrong:
        return JudgedFolder(f"{FOLDER}, and not as it should be: {'; '.join(wrong)}", False)
    kept = [_stay(name, [side for _, side in those]) for name, those in _by_edition(staying)]
    if not staying:
        return JudgedFolder(f"{FOLDER}: each page is as it should be, and none is missing; {BY_WORDS}", True)
    rest = f"all others are those of '{_edition(now)}', and none is missing; {BY_WORDS}"
    return JudgedFolder(f"{FOLDER}: {_and(kept)}, as they should be; {rest}", True)


def _out(out: Sequence[tuple[PrintedEdition, PrintedSide]], withdrawn: Collection[str]) -> Iterator[str]:
    """Pages that belong out, by the edition and the text that they are of."""
    for name, those in _by_edition(out):
        for text, own in groupby(those, key=lambda each: each[1].text):
            sides = list(own)
            title = next((one.title for one in sides[0][0].record.record.briefings if one.id == text), "")
            of = f" ('{title}'{', withdrawn' if text in withdrawn else ''})" if title else ""
            belong = "belongs" if len(sides) == 1 else "belong"
            yield f"{_folios([side for _, side in sides])} of '{name}'{of} {belong} out"


def _order(
    taken: Sequence[tuple[int, int, str]], wanted: Sequence[tuple[str, PrintedSide, PaperLeaf]]
) -> Iterator[str]:
    """Pages that stand there twice, and the first that does not stand behind the one before it."""
    seen, last = set[int](), -1
    for place, number, _ in taken:
        if place in seen:
            yield f"{_folios([wanted[place][1]])} is there twice, the second time as page {number} of the file"
        elif place < last:
            yield f"{_folios([wanted[place][1]])} is not in its place, but is page {number} of the file"
        seen.add(place)
        last = max(last, place)


def _missing(
    now: PrintedEdition, wanted: Sequence[tuple[str, PrintedSide, PaperLeaf]], there: Collection[int]
) -> Iterator[str]:
    gone = [side for place, (_, side, _) in enumerate(wanted) if place not in there]
    if gone:
        yield f"{_folios(gone)} of '{_edition(now)}' {'is' if len(gone) == 1 else 'are'} missing"


def _stay(edition: str, sides: Sequence[PrintedSide]) -> str:
    """Pages that stay: 'pages 3 and 4 are those of 'First''."""
    return f"{_folios(sides)} {'is that' if len(sides) == 1 else 'are those'} of '{edition}'"


def _by_edition(
    those: Sequence[tuple[PrintedEdition, PrintedSide]],
) -> Iterator[tuple[str, list[tuple[PrintedEdition, PrintedSide]]]]:
    grouped: dict[str, list[tuple[PrintedEdition, PrintedSide]]] = {}
    for one, side in those:
        grouped.setdefault(_edition(one), []).append((one, side))
    yield from grouped.items()


def _edition(one: PrintedEdition) -> str:
    return one.record.record.edition


def _folios(sides: Sequence[PrintedSide]) -> str:
    """Sides by their folios: 'the cover and page 2', 'pages 3 to 6'."""
    covers = [COVER for side in sides if _is_cover(side)]
    folios = [side.folio or side.label for side in sides if not _is_cover(side)]
    return _and([*covers, *([folios_in_words(folios)] if folios else [])])


def _is_cover(side: PrintedSide) -> bool:
    return side.page == 1 and not side.folio


def _and(said: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(said[:-1]), said[-1])))

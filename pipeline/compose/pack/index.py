"""The index of a pack: where its glossary's terms stand, and which briefings are about a tag."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from pipeline.compose.page.fragment import BLOCKS
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import PackPublication
from pipeline.model.sheets import FolioRun, Sheets

_NOT_READ = frozenset({"references", "glossary", "abbreviations", "about", "history", "tags", "related", "stamp"})
"""Parts of a briefing that say nothing of a subject: lists, and what the layout adds."""


@dataclass(frozen=True, slots=True)
class IndexPlace:
    """A page on which something is told: its number in the pack, its folio, the briefing, the anchor of the passage."""

    page: int
    folio: str
    briefing: str
    anchor: str = ""
    ends_range: bool = False
    """Whether it stands for all pages from the place before it on."""


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A word of the index with its pages in order, and other words to look under."""

    word: str
    places: tuple[IndexPlace, ...]
    see: tuple[str, ...] = ()


def index_entries(
    pack: PackPublication,
    texts: Mapping[str, Manuscript],
    sheets: Mapping[str, Sheets],
    folios: Mapping[str, FolioRun],
) -> tuple[IndexEntry, ...]:
    """The entries in alphabetical order. Texts, sheets and folios are those of the members, by id."""
    passages = [
        passage
        for member in pack.members
        for passage in _passages(member.id, texts[member.id], sheets[member.id], folios[member.id])
    ]
    terms = dict(pack.glossary)
    entries = [
        IndexEntry(
            term.term, _found(term.term, passages), tuple(terms[name].term for name in term.see if name in terms)
        )
        for term in terms.values()
    ]
    entries += [IndexEntry(label, places) for label, places in _tagged(pack, folios).items()]
    there: dict[str, IndexEntry] = {}
    for entry in entries:
        known = there.get(entry.word.casefold())
        if known is None:
            there[entry.word.casefold()] = entry
        else:
            there[entry.word.casefold()] = IndexEntry(known.word, _once((*known.places, *entry.places)), known.see)
    found = (
        replace(e, places=_in_ranges(e.places)) if pack.pack.by_briefing else e for e in there.values() if e.places
    )
    return tuple(sorted(found, key=lambda e: (_plain(e.word), e.word)))


def by_letter(entries: Iterable[IndexEntry]) -> tuple[tuple[str, tuple[IndexEntry, ...]], ...]:
    """The entries under their first letters; what begins with none stands first, under '#'."""
    letters: dict[str, list[IndexEntry]] = {}
    for entry in entries:
        first = _plain(entry.word)[:1].upper()
        letters.setdefault(first if first.isalpha() else "#", []).append(entry)
    return tuple((letter, tuple(letters[letter])) for letter in sorted(letters))


def _plain(word: str) -> str:
    """A word as an alphabet sees it: without accents and capitals."""
    flat = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in flat if not unicodedata.combining(c))


def _tagged(pack: PackPublication, folios: Mapping[str, FolioRun]) -> dict[str, tuple[IndexPlace, ...]]:
    found: dict[str, list[IndexPlace]] = {}
    for member in pack.members:
        for subject in member.subjects:
            found.setdefault(subject.label, []).append(_place(folios[member.id], 1, member.id))
    return {label: tuple(places) for label, places in found.items()}


@dataclass(frozen=True, slots=True)
class _Passage:
    """The words of one block and where they stand: how many of its characters each further page starts after."""

    briefing: str
    anchor: str
    words: str
    folios: FolioRun
    page: int
    """Its first page in the briefing."""
    breaks: tuple[int, ...]

    def place(self, at: int) -> IndexPlace:
        """The place of the character at an index of the words."""
        before = len("".join(self.words[:at].split()))
        page = self.page + sum(before >= offset for offset in self.breaks)
        return _place(self.folios, page, self.briefing, self.anchor)


def _place(folios: FolioRun, page: int, briefing: str, anchor: str = "") -> IndexPlace:
    """A place on a page of a briefing, counted from 1."""
    return IndexPlace(folios.first + page - 1, folios.folio(page), briefing, anchor)


def _passages(briefing: str, text: Manuscript, sheets: Sheets, folios: FolioRun) -> Iterator[_Passage]:
    """The blocks of a briefing that are about something."""
    pages = dict(sheets.targets)
    for chapter in text.chapters:
        root = etree.fromstring(f"<body>{chapter.body}</body>", etree.XMLParser(resolve_entities=False))
        for element in root.iter(*BLOCKS):
            name = element.get("id", "")
            if name not in pages or any(above.get("id") in _NOT_READ for above in (element, *element.iterancestors())):
                continue
            breaks = tuple(start.offset for start in sheets.starts if start.element == name and start.offset)
            yield _Passage(briefing, name, _own_words(element), folios, pages[name], breaks)


def _own_words(element: etree._Element, outermost: bool = True) -> str:
    """The words of a block without those of blocks within it."""
    if not outermost and (element.tag in BLOCKS or not isinstance(element.tag, str)):
        return " " + (element.tail or "")
    inner = "".join(_own_words(child, outermost=False) for child in element)
    drawn = isinstance(element.tag, str) and "}" in element.tag
    return ("" if drawn else (element.text or "") + inner) + ("" if outermost else element.tail or "")


def _found(term: str, passages: Iterable[_Passage]) -> tuple[IndexPlace, ...]:
    """The pages on which a term stands, alone or with the s of the plural, in small letters or capitals."""
    words = r"[\s\u00a0]+".join(re.escape(word) for word in term.split())
    wanted = re.compile(rf"(?<![\w-]){words}(?:e?s)?(?![\w-])", re.IGNORECASE)
    return _once(passage.place(hit.start()) for passage in passages for hit in wanted.finditer(passage.words))


def _in_ranges(places: Iterable[IndexPlace]) -> tuple[IndexPlace, ...]:
    """Three pages of a briefing and more, one after the other, as the first and the last of them: '7-3 to 7-5'."""
    runs: list[list[IndexPlace]] = []
    for place in places:
        if runs and (runs[-1][-1].briefing, runs[-1][-1].page + 1) == (place.briefing, place.page):
            runs[-1].append(place)
        else:
            runs.append([place])
    return tuple(
        place for run in runs for place in ([run[0], replace(run[-1], ends_range=True)] if len(run) > 2 else run)
    )


def _once(places: Iterable[IndexPlace]) -> tuple[IndexPlace, ...]:
    """Each page once, in order."""
    first: dict[int, IndexPlace] = {}
    for place in places:
        first.setdefault(place.page, place)
    return tuple(first[page] for page in sorted(first))

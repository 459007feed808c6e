"""The index of a pack: where its glossary's terms stand, and which briefings are about a tag."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from pipeline.compose.page.fragment import BLOCKS
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import PackPublication
from pipeline.model.sheets import TypesetPages

_NOT_READ = frozenset({"references", "glossary", "abbreviations", "about", "history", "tags", "related", "stamp"})
"""Parts of a briefing that say nothing of a subject: lists, and what the layout adds."""


@dataclass(frozen=True, slots=True)
class IndexPlace:
    """A page on which something is told: its folio, the briefing, the anchor of the passage."""

    folio: int
    briefing: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A word of the index with its pages in order, and other words to look under."""

    word: str
    places: tuple[IndexPlace, ...]
    see: tuple[str, ...] = ()


def index_entries(
    pack: PackPublication,
    texts: Mapping[str, Manuscript],
    sheets: Mapping[str, TypesetPages],
    firsts: Mapping[str, int],
) -> tuple[IndexEntry, ...]:
    """The entries in alphabetical order. Texts, sheets and first folios are those of the members, by id."""
    passages = [
        passage
        for member in pack.members
        for passage in _passages(member.id, texts[member.id], sheets[member.id], firsts[member.id])
    ]
    terms = dict(pack.glossary)
    entries = [
        IndexEntry(
            term.term, _found(term.term, passages), tuple(terms[name].term for name in term.see if name in terms)
        )
        for term in terms.values()
    ]
    entries += [
        IndexEntry(subject.label, (IndexPlace(firsts[member.id], member.id),))
        for member in pack.members
        for subject in member.subjects
    ]
    there: dict[str, IndexEntry] = {}
    for entry in entries:
        known = there.get(entry.word.casefold())
        if known is None:
            there[entry.word.casefold()] = entry
        else:
            there[entry.word.casefold()] = IndexEntry(known.word, _once((*known.places, *entry.places)), known.see)
    found = (entry for entry in there.values() if entry.places)
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


@dataclass(frozen=True, slots=True)
class _Passage:
    """The words of one block and where they stand: how many of its characters each further page starts after."""

    briefing: str
    anchor: str
    words: str
    folio: int
    """The folio of its first page."""
    breaks: tuple[int, ...]

    def place(self, at: int) -> IndexPlace:
        """The place of the character at an index of the words."""
        before = len("".join(self.words[:at].split()))
        folio = self.folio + sum(before >= offset for offset in self.breaks)
        return IndexPlace(folio, self.briefing, self.anchor)


def _passages(briefing: str, text: Manuscript, sheets: TypesetPages, first: int) -> Iterator[_Passage]:
    """The blocks of a briefing that are about something."""
    pages = dict(sheets.targets)
    for chapter in text.chapters:
        root = etree.fromstring(f"<body>{chapter.body}</body>", etree.XMLParser(resolve_entities=False))
        for element in root.iter(*BLOCKS):
            name = element.get("id", "")
            if name not in pages or any(above.get("id") in _NOT_READ for above in (element, *element.iterancestors())):
                continue
            breaks = tuple(start.offset for start in sheets.starts if start.element == name and start.offset)
            yield _Passage(briefing, name, _own_words(element), first + pages[name] - 1, breaks)


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


def _once(places: Iterable[IndexPlace]) -> tuple[IndexPlace, ...]:
    """Each page once, in order."""
    first: dict[int, IndexPlace] = {}
    for place in places:
        first.setdefault(place.folio, place)
    return tuple(first[page] for page in sorted(first))

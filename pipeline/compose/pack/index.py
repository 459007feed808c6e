"""The index of a pack: the pages of its glossary's terms, and the briefings with a tag."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from pipeline.compose.page.fragment import BLOCKS
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import PackPublication
from pipeline.model.sheets import TypesetPages

_NOT_INDEXED = frozenset({"references", "glossary", "abbreviations", "about", "history", "tags", "related", "stamp"})
"""Parts of a briefing without text on a subject: lists, and what the layout adds."""


@dataclass(frozen=True, slots=True)
class IndexPlace:
    """A page on a subject: its folio, the briefing, the anchor of the passage."""

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
    """Return the entries in alphabetical order. Texts, sheets and first folios are those of the members, by id."""
    passages = [
        passage
        for member in pack.members
        for passage in _passages(member.id, texts[member.id], sheets[member.id], firsts[member.id])
    ]
    terms = dict(pack.glossary)
    entries = [
        IndexEntry(
            term.term, _pages_with(term.term, passages), tuple(terms[name].term for name in term.see if name in terms)
        )
        for term in terms.values()
    ]
    entries += [
        IndexEntry(subject.label, (IndexPlace(firsts[member.id], member.id),))
        for member in pack.members
        for subject in member.subjects
    ]
    entries += [
        IndexEntry(word, _once(_place_of_heading(place, sheets, firsts) for place in places))
        for word, places in pack.pack.index
    ]
    by_word: dict[str, IndexEntry] = {}
    for entry in entries:
        first = by_word.setdefault(entry.word.casefold(), entry)
        if first is not entry:
            places = _once((*first.places, *entry.places))
            by_word[entry.word.casefold()] = IndexEntry(first.word, places, first.see)
    with_pages = (entry for entry in by_word.values() if entry.places)
    return tuple(sorted(with_pages, key=lambda entry: (_sort_key(entry.word), entry.word)))


def _place_of_heading(place: str, sheets: Mapping[str, TypesetPages], firsts: Mapping[str, int]) -> IndexPlace:
    """Return the page of a heading such as 'handbook-authors#figures', or of the first page of a briefing."""
    briefing, _, anchor = place.partition("#")
    pages = dict(sheets[briefing].targets)
    if anchor and anchor not in pages:
        anchor += "-text"  # resolving renames an anchor that composing uses itself
    return IndexPlace(firsts[briefing] + (pages[anchor] if anchor else 1) - 1, briefing, anchor)


def index_by_letter(entries: Iterable[IndexEntry]) -> tuple[tuple[str, tuple[IndexEntry, ...]], ...]:
    """Group the entries by their first letters; those that begin with none are first, under '#'."""
    letters: dict[str, list[IndexEntry]] = {}
    for entry in entries:
        first = _sort_key(entry.word)[:1].upper()
        letters.setdefault(first if first.isalpha() else "#", []).append(entry)
    return tuple((letter, tuple(letters[letter])) for letter in sorted(letters))


def _sort_key(word: str) -> str:
    """Return a word without accents and capitals."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@dataclass(frozen=True, slots=True)
class _Passage:
    """The words of one block, and its pages: `breaks` has the characters before each page but the first."""

    briefing: str
    anchor: str
    words: str
    folio: int
    """The folio of its first page."""
    breaks: tuple[int, ...]

    def place_of(self, index: int) -> IndexPlace:
        """Return the page of the character at an index."""
        before = len("".join(self.words[:index].split()))
        folio = self.folio + sum(before >= offset for offset in self.breaks)
        return IndexPlace(folio, self.briefing, self.anchor)


def _passages(briefing: str, text: Manuscript, sheets: TypesetPages, first: int) -> Iterator[_Passage]:
    """Yield the blocks of a briefing that may be on a subject."""
    pages = dict(sheets.targets)
    for chapter in text.chapters:
        root = etree.fromstring(f"<body>{chapter.body}</body>", etree.XMLParser(resolve_entities=False))
        for element in root.iter(*BLOCKS):
            name = element.get("id", "")
            is_left_out = any(parent.get("id") in _NOT_INDEXED for parent in (element, *element.iterancestors()))
            if name not in pages or is_left_out:
                continue
            breaks = tuple(start.offset for start in sheets.starts if start.element == name and start.offset)
            yield _Passage(briefing, name, _own_words(element), first + pages[name] - 1, breaks)


def _own_words(element: etree._Element, outermost: bool = True) -> str:
    """Return the words of a block, without nested blocks."""
    if not outermost and (element.tag in BLOCKS or not isinstance(element.tag, str)):
        return " " + (element.tail or "")
    inner = "".join(_own_words(child, outermost=False) for child in element)
    is_drawing = isinstance(element.tag, str) and "}" in element.tag
    return ("" if is_drawing else (element.text or "") + inner) + ("" if outermost else element.tail or "")


def _pages_with(term: str, passages: Iterable[_Passage]) -> tuple[IndexPlace, ...]:
    """Return the pages with a term, in the singular or the plural, in small letters or capitals."""
    words = r"[\s\u00a0]+".join(re.escape(word) for word in term.split())
    pattern = re.compile(rf"(?<![\w-]){words}(?:e?s)?(?![\w-])", re.IGNORECASE)
    return _once(passage.place_of(match.start()) for passage in passages for match in pattern.finditer(passage.words))


def _once(places: Iterable[IndexPlace]) -> tuple[IndexPlace, ...]:
    """Return each page once, in order."""
    first: dict[int, IndexPlace] = {}
    for place in places:
        first.setdefault(place.folio, place)
    return tuple(first[page] for page in sorted(first))

"""Typed citations and typed lists of works, matched to works."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.load.markdown.citations import split_locator
from pipeline.model.bibliography import normalise_doi
from pipeline.services.importing.cited_works import (
    SHORTEST_TITLE,
    UNKNOWN,
    CitationJudgement,
    Csl,
    ListedWorks,
    NamedWork,
    cited_names,
    compared_title,
    fold_name,
    judge_citation,
    named_work,
    stands_in,
    year_of,
)
from pipeline.services.importing.reference_managers import CitedItem, write_citation

_YEAR = re.compile(r"(?<![\w./-])(1[5-9]\d\d|20\d\d|n\.\s?d\.|n\.?d|in press|forthcoming)([a-z]?)(?![\w/]|-\d)")
_BRACKETS = re.compile(r"\(([^()\[\]\ue8f0]{0,600})\)|\[([^()\[\]\ue8f0]{0,600})\]")
_NUMBERS = re.compile(r"\[(\d{1,3}(?:\s?[-–,]\s?\d{1,3})*)\]")
_SHORT_FORM = re.compile(r"(?<=\w )[(\[]([A-Z]{2,8})[)\]](?=[,\s)\]])")
"""The short form after an organisation's name: its brackets are not a citation."""
_BEFORE_FIGURES = re.compile(
    r"(?:\b(?:CIs?|CrIs?|IQRs?|intervals?|ranges?|ranged|ranging|scales?|scores?|rated|minimum|maximum|min|max|between|eq|equations?"
    r"|fig|figures?|tables?|items?|questions?|steps?|pages?|sections?|notes?|paras?|paragraphs?|rows?|columns?|n|SD|SE)"
    r"|[\d=<>≤≥±~≈%×*/+−–-])[.,:;]?(?:\s(?:of|was|is|were|from|the|a))*[\s(]*\Z",
    re.IGNORECASE,
)
"""Words and signs before numbers in brackets that are a range or a place, not a citation."""
_NO_BREAK_SPACES = re.compile("[\u00a0\u2009\u202f]")
"""Spaces at which no line ends, and thin ones, as word processors and careful writers use."""
_WORD = re.compile(r"\S+")


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


_PARTICLES = _words("van von de del della der den di da dos du la le ter ten al el ap ab bin ibn zu")
_JOINS = _words("and & of for on the in")
_AND_OTHERS = _words("et al al. others colleagues ac eraill")
_LEAD_IN_WORDS = _words(
    "a according accordingly also although an and as because both but by compare conversely drs dr earlier even finally"
    " first following for from furthermore given here however in indeed interestingly later like meanwhile moreover"
    " more most next nonetheless notably or overall pc prof professor recently second see similarly since sir so"
    " specifically subsequently the third though thus to unlike when where whereas while with"
)
"""Words with a capital that begin a sentence, or precede a name, and are not names."""
_NO_PREFIX = re.compile(r"[\d\"“”=]|\w{30}")
"""Signs that are in no words such as 'see also'."""
_MAX_NAMES = 160
"""Letters before a bracket in which names are looked for."""


@dataclass(frozen=True, slots=True)
class TypedCitation:
    """Words that look like a citation: their place, how sure it is, and how it is written."""

    start: int
    end: int
    judgement: CitationJudgement
    words: str
    written: str = ""
    """The citation in the dialect, if it is sure."""


def find_typed_citations(text: str, works: Sequence[NamedWork], listed: ListedWorks) -> tuple[TypedCitation, ...]:
    """Return everything in a paragraph that looks like a citation, in order; unsure ones work by work."""
    citations: list[TypedCitation] = []
    text = _SHORT_FORM.sub(r" \1 ", _NO_BREAK_SPACES.sub(" ", text))
    reader = _Reader(works, listed)
    for brackets in _BRACKETS.finditer(text):
        inside = brackets[1] if brackets[1] is not None else brackets[2]
        year = _YEAR.search(inside)
        if year is None:
            continue
        lead = inside[: year.start()].strip(" ,")
        citations += reader.bracketed(inside, brackets) if lead else reader.narrative(text, inside, brackets)
    if listed.numbers:
        citations += _numbered(text, listed)
    return tuple(sorted(citations, key=lambda citation: citation.start))


def cites_numbers(text: str) -> bool:
    """Return whether a text has numbers in square brackets."""
    return bool(_NUMBERS.search(text))


def _numbered(text: str, listed: ListedWorks) -> Iterator[TypedCitation]:
    """Yield '[1, 3-5]' if every number is in the list."""
    for brackets in _NUMBERS.finditer(text):
        numbers: list[int] = []
        for part in re.split(r"\s?,\s?", brackets[1]):
            first, _, last = re.sub(r"\s?[-–]\s?", "-", part).partition("-")
            numbers += range(int(first), int(last or first) + 1) or [0]
        keys = tuple(listed.numbers.get(number, "") for number in numbers)
        if keys and all(keys):
            items = [CitedItem({})] * len(keys)
            if _BEFORE_FIGURES.search(text[max(0, brackets.start() - 40) : brackets.start()]):
                yield TypedCitation(brackets.start(), brackets.end(), CitationJudgement("near", keys), brackets[0])
                continue
            sure = CitationJudgement("sure", keys)
            yield TypedCitation(brackets.start(), brackets.end(), sure, brackets[0], write_citation(items, keys))


@dataclass(frozen=True, slots=True)
class _Reader:
    works: Sequence[NamedWork]
    listed: ListedWorks

    def _judged(self, names: str, year: re.Match[str]) -> CitationJudgement:
        known_year = "" if not year[1].isdigit() else year[1]
        return judge_citation(cited_names(names), known_year or "none", year[2], self.works, self.listed)

    def bracketed(self, inside: str, brackets: re.Match[str]) -> Iterator[TypedCitation]:
        """Yield '(see Braga and others, 2019, p 12; Eck, 2004, 2006)': sure ones written, others reported."""
        sure: list[tuple[str, CitedItem]] = []
        remaining: list[str] = []
        doubtful: list[str] = []
        for part in inside.split(";"):
            citations = tuple(self._works(part))
            unsure = [(words, judgement) for words, judgement, _ in citations if judgement.sureness != "sure"]
            for words, judgement in unsure:
                yield TypedCitation(brackets.start(), brackets.end(), judgement, words)
            if citations and not unsure:
                sure += [(judgement.keys[0], item) for _, judgement, item in citations]
            else:
                remaining.append(part.strip())
                doubtful += [part.strip()] if not citations and _YEAR.search(part) else []
        if sure:
            for words in doubtful:
                yield TypedCitation(brackets.start(), brackets.end(), UNKNOWN, words)
            keys = tuple(key for key, _ in sure)
            written = write_citation([item for _, item in sure], keys)
            stays = f" ({'; '.join(remaining)})" if remaining else ""
            judgement = CitationJudgement("sure", keys)
            yield TypedCitation(brackets.start(), brackets.end(), judgement, brackets[0], written + stays)

    def _works(self, part: str) -> Iterator[tuple[str, CitationJudgement, CitedItem]]:
        years, names, prefix = list(_YEAR.finditer(part)), "", ""
        for number, year in enumerate(years):
            before = part[years[number - 1].end() if number else 0 : year.start()].strip(" ,(")
            if not number:
                prefix, names = _without_prefix(before)
            elif before not in ("", "and", "&"):
                return  # words between two years: no list of years of one author
            if not _looks_named(names) or _NO_PREFIX.search(prefix):
                return
            end = years[number + 1].start() if number + 1 < len(years) else len(part)
            tail = part[year.end() : end].rstrip(" ,") if number + 1 == len(years) else ""
            locator, label, rest = split_locator(_as_locator(tail))
            item = CitedItem({}, "", locator, label, "" if number else prefix, rest.strip())
            words = f"{names}, {year[0]}" if number else part.strip()
            yield words, self._judged(names, year), item

    def narrative(self, text: str, inside: str, brackets: re.Match[str]) -> Iterator[TypedCitation]:
        """Yield 'Braga and others (2019, p 12)', with the names before the bracket."""
        start, names = _names_before(text, brackets.start())
        years = list(_YEAR.finditer(inside))
        if not names:
            return
        plain = re.sub(r"[’']s?$", "", names)
        judgements = [self._judged(plain, year) for year in years]
        if all(judgement.sureness == "unknown" for judgement in judgements) and not _surely_named(names):
            return
        between = [
            inside[year.end() : next_year.start()].strip(" ,;&") for year, next_year in itertools.pairwise(years)
        ]
        unsure = next((judgement for judgement in judgements if judgement.sureness != "sure"), None)
        words = text[start : brackets.end()]
        if unsure or any(part not in ("", "and") for part in between):
            judgement = unsure or CitationJudgement("near", tuple(key for each in judgements for key in each.keys))
            yield TypedCitation(start, brackets.end(), judgement, words)
            return
        locator, label, rest = split_locator(_as_locator(inside[years[-1].end() :].rstrip(" ,")))
        keys = tuple(judgement.keys[0] for judgement in judgements)
        is_in_text = len(keys) == 1 and plain == names
        items = [CitedItem({}, without_author=not is_in_text, in_text=is_in_text)] * (len(keys) - 1)
        items.append(CitedItem({}, "", locator, label, "", rest.strip(), not is_in_text, is_in_text))
        begin = start if is_in_text else brackets.start()
        yield TypedCitation(begin, brackets.end(), CitationJudgement("sure", keys), words, write_citation(items, keys))


def _as_locator(tail: str) -> str:
    """Return the words after a year, with a comma for a colon: ': 12' is a page."""
    return re.sub(r"^\s*:\s*(?=\d)", ", ", tail)


def _without_prefix(words: str) -> tuple[str, str]:
    """Split the words before a year into those that lead in, such as 'see also', and names."""
    for word in _WORD.finditer(words):
        if word[0][:1].isupper() or word[0].lower() in _PARTICLES:
            plain = word[0].strip(",.:").lower()
            if plain in _LEAD_IN_WORDS:
                continue
            return words[: word.start()].strip(" ,"), words[word.start() :]
    return "", words


def _looks_named(names: str) -> bool:
    """Return whether words may be names: few, with capitals, and without the end of a sentence."""
    words = names.split()
    small = [w for w in words if w[:1].islower() and w.lower().strip(",") not in _PARTICLES | _JOINS | _AND_OTHERS]
    has_capital = any(word[:1].isupper() for word in words)
    return has_capital and len(names) <= 120 and not small and not re.search(r"\d", names)


def _surely_named(names: str) -> bool:
    """Return whether names before '(2018)' are a citation even if no work has them."""
    return bool(re.search(r"\bet\.? al\b|\b(?:others|colleagues|eraill)\b|\w\s(?:and|&)\s[A-Z]", names))


def _names_before(text: str, end: int) -> tuple[int, str]:
    """Return the offset of the names before a bracket, and the names; empty if there are none."""
    least = max(0, end - _MAX_NAMES)
    run: list[re.Match[str]] = []
    for word in reversed(list(_WORD.finditer(text, least, end))):
        if (run and _ends_sentence(word[0])) or not _may_be_name(word[0]):
            break
        run.insert(0, word)
    while run and (run[0][0].strip(",") in _JOINS | _AND_OTHERS or run[0][0].strip(",.").lower() in _LEAD_IN_WORDS):
        run.pop(0)
    if not run or not any(word[0][:1].isupper() for word in run) or (run[0].start() == least > 0):
        return end, ""
    return run[0].start(), text[run[0].start() : end].strip(" ,")


def _ends_sentence(word: str) -> bool:
    """Return whether a sentence or a bracket ends with a word: words before it are not part of a name."""
    return word[-1] in '.!?:;)]”"' and not (word == "al." or len(word) <= 2 or re.fullmatch(r"(?:[A-Z]\.-?)+", word))


def _may_be_name(word: str) -> bool:
    bare = re.sub(r"[’']s$", "", word).strip(",.’'")
    return word[:1].isupper() or bare in _PARTICLES | _JOINS | _AND_OTHERS or word in _AND_OTHERS


_HEADING = re.compile(
    r"(?:\d+\.?\s+)?(?:list of )?(?:references?|bibliography|works cited|literature(?: cited)?|reference list|sources)"
    r"(?: cited| and notes)?:?",
    re.IGNORECASE,
)
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"]+")
_LETTER = re.compile(r"\b(?:1[5-9]|20)\d\d[a-z]\b")
_NUMBER = re.compile(r"[\[(]?(\d{1,3})[\]).]\s")
_BEFORE = re.compile(r"(?:\A|[.;)\]?!\"“‘'«]|(?:[)\]\d.]|\b[A-Z]{1,3}|\bal)[:,])[\s\"“‘'«(\[]*\Z")
"""The characters before a title: the end of names or of a year, or a quotation mark."""
_AFTER = re.compile(r"[\s)\]]*(?:\Z|[.,;?!\"”’'»(\[])")
"""The characters after a title. After a colon the title continues."""
_DATED = re.compile(r"\b(?:1[5-9]|20)\d\d[a-z]?\b|\bn\.?\s?d\.?\b|\bin press\b|\bforthcoming\b|https?://|www\.|\bdoi\b")
_NAME = r"(?:[^\W\d_a-z][\w’'.-]*|v[ao]n|d[eiu]r?|de[lnr]|l[ae]|ten?r?|al|and|&|of|for|the|on|et|others)"
_NAMED = re.compile(rf"(?:[\[(]?\d{{1,3}}[\]).]?\s+)?(?:{_NAME},?\s){{0,11}}{_NAME}\s?[.,;:(\[\"“‘]")
"""The names at the beginning of a reference."""
_MOST_LETTERS = 700
_USUAL_WORDS = frozenset(
    re.findall(
        r"\w+",
        "accessed available retrieved from online doi http https www last viewed visited cited press eds edn edition"
        " editor editors edited vol volume volumes issue number pages page chapter report paper working series"
        " journal and the for with others translated supplement suppl version revised reprint unpublished thesis"
        " dissertation presented conference proceedings published publisher article org com",
    )
)
"""Words of references that are not in records of works."""
_MOST_SMALL, _MOST_WORDS = 2, 10
"""Other words that a reference may have, with a small letter and in all; more are a note on the work."""


def heads_list(words: str) -> bool:
    """Return whether a heading begins a list of works."""
    return bool(_HEADING.fullmatch(words.strip()))


class TypedEntry(NamedTuple):
    """An entry of a typed list: its words, its number, and the key of its work if a file has that."""

    words: str
    number: int | None = None
    key: str = ""

    @property
    def is_reference(self) -> bool:
        """Whether it looks like a reference, or has a work."""
        dated = len(self.words) <= _MOST_LETTERS and _DATED.search(self.words)
        return bool(self.key or (dated and _NAMED.match(self.words)))


def listed_works(entries: Iterable[TypedEntry]) -> ListedWorks:
    """Return the letters and numbers in the entries of a list, and the references that are in no file."""
    letters: dict[str, tuple[str, ...]] = {}
    numbers: dict[int, str] = {}
    unknown: list[str] = []
    for entry in entries:
        if not entry.key:
            unknown.append(entry.words)
        elif lettered := _LETTER.search(entry.words):
            letters[lettered[0]] = (*letters.get(lettered[0], ()), entry.key)
        number_match = _NUMBER.match(entry.words)
        number = int(number_match[1]) if number_match else entry.number
        if number is not None:
            numbers[number] = entry.key if numbers.get(number, entry.key) == entry.key else ""
    return ListedWorks(letters, numbers, tuple(unknown))


class EntryMatcher:
    """Finds the works of entries."""

    def __init__(self, works: Mapping[str, Csl]) -> None:
        self._works = works
        self._dois = {doi: key for key, csl in works.items() if (doi := normalise_doi(str(csl.get("DOI") or "")))}
        self._titles = {key: title for key, csl in works.items() if len(title := compared_title(csl)) >= SHORTEST_TITLE}

    def entry(self, words: str, number: int | None = None) -> TypedEntry:
        """Return an entry with the key of its only work, or none. Two DOIs are two works."""
        dois = [doi for doi_text in _DOI.findall(words) if (doi := normalise_doi(doi_text.rstrip(").,;]")))]
        if key := next((self._dois[doi] for doi in dois if doi in self._dois), ""):
            return TypedEntry(words, number, key)
        pairs = [(letter, offset) for offset, sign in enumerate(words) for letter in fold_name(sign)]
        letters, offsets = "".join(letter for letter, _ in pairs), [offset for _, offset in pairs]
        keys = [
            key
            for key, title in self._titles.items()
            if title in letters
            and not (dois and self._works[key].get("DOI"))
            and self._is_of(words, key)
            and _is_whole(words, letters, offsets, title)
        ]
        longest = max((len(self._titles[key]) for key in keys), default=0)
        best = [key for key in keys if len(self._titles[key]) == longest]
        return TypedEntry(words, number, best[0] if len(best) == 1 else "")

    def is_bare(self, entry: TypedEntry) -> bool:
        """Return whether an entry is the reference to a work and little more."""
        if not entry.key:
            return False
        known = _words_in(self._works[entry.key]) | _USUAL_WORDS
        without_addresses = re.sub(r"(?:https?://|www\.|doi:|10\.\d{4,9}/)\S+", " ", entry.words)
        others = [word for word in re.findall(r"[^\W\d_]{3,}", without_addresses) if fold_name(word) not in known]
        return len(others) <= _MOST_WORDS and sum(word[0].islower() for word in others) <= _MOST_SMALL

    def _is_of(self, words: str, key: str) -> bool:
        """Return whether an entry has the year and the first author of a work."""
        csl = self._works[key]
        year = year_of(csl)
        if year and not re.search(rf"(?<!\d){year}(?!\d)", words):
            return False
        return any(stands_in(form, words) for form in named_work(key, csl).authors[0])


def _is_whole(words: str, letters: str, offsets: list[int], title: str) -> bool:
    """Return whether a title is in an entry as a whole, and not as part of another title."""
    place = letters.find(title)
    while place >= 0:
        start, end = offsets[place], offsets[place + len(title) - 1] + 1
        if _BEFORE.search(words[max(0, start - 12) : start]) and _AFTER.match(words, end):
            return True
        place = letters.find(title, place + 1)
    return False


def _words_in(value: object) -> frozenset[str]:
    if isinstance(value, Mapping):
        return frozenset[str]().union(*(_words_in(inner) for inner in value.values()))
    if isinstance(value, list | tuple):
        return frozenset[str]().union(*map(_words_in, value))
    return frozenset(map(fold_name, re.findall(r"[^\W\d_]+", str(value))))

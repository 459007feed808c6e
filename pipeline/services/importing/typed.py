"""Typed citations and typed lists of references, matched to works."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.load.markdown.citations import split_locator
from pipeline.model.bibliography import compared_doi
from pipeline.services.importing.managers import CitedItem, written_cluster
from pipeline.services.importing.works import (
    SHORTEST_TITLE,
    UNKNOWN,
    CitationJudgement,
    Csl,
    ListedWorks,
    NamedWork,
    cited_names,
    compared_title,
    folded,
    judge,
    named_work,
    stands_in,
    year_of,
)

_YEAR = re.compile(r"(?<![\w./-])(1[5-9]\d\d|20\d\d|n\.\s?d\.|n\.?d|in press|forthcoming)([a-z]?)(?![\w/]|-\d)")
_GROUP = re.compile(r"\(([^()\[\]\ue8f0]{0,600})\)|\[([^()\[\]\ue8f0]{0,600})\]")
_NUMBERS = re.compile(r"\[(\d{1,3}(?:\s?[-–,]\s?\d{1,3})*)\]")
_SHORT_FORM = re.compile(r"(?<=\w )[(\[]([A-Z]{2,8})[)\]](?=[,\s)\]])")
"""The short form of a body's name behind that: its brackets are none of a citation."""
_FIGURES = re.compile(
    r"(?:\b(?:CIs?|CrIs?|IQRs?|intervals?|ranges?|ranged|ranging|scales?|scores?|rated|minimum|maximum|min|max|between|eq|equations?"
    r"|fig|figures?|tables?|items?|questions?|steps?|pages?|sections?|notes?|paras?|paragraphs?|rows?|columns?|n|SD|SE)"
    r"|[\d=<>≤≥±~≈%×*/+−–-])[.,:;]?(?:\s(?:of|was|is|were|from|the|a))*[\s(]*\Z",
    re.IGNORECASE,
)
"""Words and signs behind which numbers in brackets are a range, or a place, and not a citation."""
_FIRM = re.compile("[\u00a0\u2009\u202f]")
"""Spaces at which no line ends, or thin ones, as word processors and careful writers put them."""
_WORD = re.compile(r"\S+")


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


_PARTICLES = _words("van von de del della der den di da dos du la le ter ten al el ap ab bin ibn zu")
_JOINS = _words("and & of for on the in")
_OTHERS = _words("et al al. others colleagues ac eraill")
_LEADS = _words(
    "a according accordingly also although an and as because both but by compare conversely drs dr earlier even finally"
    " first following for from furthermore given here however in indeed interestingly later like meanwhile moreover"
    " more most next nonetheless notably or overall pc prof professor recently second see similarly since sir so"
    " specifically subsequently the third though thus to unlike when where whereas while with"
)
"""Words with a capital that begin a sentence, or stand before a name, and are none."""
_NO_PREFIX = re.compile(r"[\d\"“”=]|\w{30}")
"""Signs that no words such as 'see also' have."""
_WINDOW = 160
"""Letters before a bracket in which names are looked for."""


@dataclass(frozen=True, slots=True)
class TypedCitation:
    """Something that looks like a citation: where it stands, how sure it is, and how it would be written."""

    start: int
    end: int
    judgement: CitationJudgement
    words: str
    written: str = ""
    """The citation in the dialect, where it is sure."""


def find_typed(text: str, works: Sequence[NamedWork], listed: ListedWorks) -> tuple[TypedCitation, ...]:
    """Everything in a paragraph that looks like a citation, in order; what is not sure is told work by work."""
    found: list[TypedCitation] = []
    text = _SHORT_FORM.sub(r" \1 ", _FIRM.sub(" ", text))
    reader = _Reader(works, listed)
    for group in _GROUP.finditer(text):
        inside = group[1] if group[1] is not None else group[2]
        year = _YEAR.search(inside)
        if year is None:
            continue
        lead = inside[: year.start()].strip(" ,")
        found += reader.bracketed(inside, group) if lead else reader.narrative(text, inside, group)
    if listed.numbers:
        found += _numbered(text, listed)
    return tuple(sorted(found, key=lambda one: one.start))


def cites_numbers(text: str) -> bool:
    """Whether some text has numbers in square brackets."""
    return bool(_NUMBERS.search(text))


def _numbered(text: str, listed: ListedWorks) -> Iterator[TypedCitation]:
    """'[1, 3-5]', where every number stands in the list."""
    for group in _NUMBERS.finditer(text):
        numbers: list[int] = []
        for part in re.split(r"\s?,\s?", group[1]):
            first, _, last = re.sub(r"\s?[-–]\s?", "-", part).partition("-")
            numbers += range(int(first), int(last or first) + 1) or [0]
        keys = tuple(listed.numbers.get(number, "") for number in numbers)
        if keys and all(keys):
            items = [CitedItem({})] * len(keys)
            if _FIGURES.search(text[max(0, group.start() - 40) : group.start()]):
                yield TypedCitation(group.start(), group.end(), CitationJudgement("near", keys), group[0])
                continue
            sure = CitationJudgement("sure", keys)
            yield TypedCitation(group.start(), group.end(), sure, group[0], written_cluster(items, keys))


@dataclass(frozen=True, slots=True)
class _Reader:
    works: Sequence[NamedWork]
    listed: ListedWorks

    def _judged(self, names: str, year: re.Match[str]) -> CitationJudgement:
        said = "" if not year[1].isdigit() else year[1]
        return judge(cited_names(names), said or "none", year[2], self.works, self.listed)

    def bracketed(self, inside: str, group: re.Match[str]) -> Iterator[TypedCitation]:
        """'(see Braga and others, 2019, p 12; Eck, 2004, 2006)': the sure ones written, the others told."""
        sure: list[tuple[str, CitedItem]] = []
        left: list[str] = []
        doubtful: list[str] = []
        for part in inside.split(";"):
            works = tuple(self._works(part))
            unsure = [(words, judgement) for words, judgement, _ in works if judgement.sureness != "sure"]
            for words, judgement in unsure:
                yield TypedCitation(group.start(), group.end(), judgement, words)
            if works and not unsure:
                sure += [(judgement.keys[0], item) for _, judgement, item in works]
            else:
                left.append(part.strip())
                doubtful += [part.strip()] if not works and _YEAR.search(part) else []
        if sure:
            for words in doubtful:
                yield TypedCitation(group.start(), group.end(), UNKNOWN, words)
            keys = tuple(key for key, _ in sure)
            written = written_cluster([item for _, item in sure], keys)
            stays = f" ({'; '.join(left)})" if left else ""
            yield TypedCitation(group.start(), group.end(), CitationJudgement("sure", keys), group[0], written + stays)

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

    def narrative(self, text: str, inside: str, group: re.Match[str]) -> Iterator[TypedCitation]:
        """'Braga and others (2019, p 12)': the run of names before the bracket."""
        start, names = _names_before(text, group.start())
        years = list(_YEAR.finditer(inside))
        if not names:
            return
        plain = re.sub(r"[’']s?$", "", names)
        judged = [self._judged(plain, year) for year in years]
        if all(one.sureness == "unknown" for one in judged) and not _surely_named(names):
            return
        between = [inside[one.end() : other.start()].strip(" ,;&") for one, other in itertools.pairwise(years)]
        unsure = next((one for one in judged if one.sureness != "sure"), None)
        words = text[start : group.end()]
        if unsure or any(part not in ("", "and") for part in between):
            judgement = unsure or CitationJudgement("near", tuple(key for one in judged for key in one.keys))
            yield TypedCitation(start, group.end(), judgement, words)
            return
        locator, label, rest = split_locator(_as_locator(inside[years[-1].end() :].rstrip(" ,")))
        keys = tuple(one.keys[0] for one in judged)
        alone = len(keys) == 1 and plain == names
        items = [CitedItem({}, without_author=not alone, in_text=alone)] * (len(keys) - 1)
        items.append(CitedItem({}, "", locator, label, "", rest.strip(), not alone, alone))
        begin = start if alone else group.start()
        yield TypedCitation(begin, group.end(), CitationJudgement("sure", keys), words, written_cluster(items, keys))


def _as_locator(tail: str) -> str:
    """The words behind a year, with a comma where a colon was typed: ': 12' is a page."""
    return re.sub(r"^\s*:\s*(?=\d)", ", ", tail)


def _without_prefix(words: str) -> tuple[str, str]:
    """Words before a year parted in two: those that lead in, such as 'see also', and names."""
    for word in _WORD.finditer(words):
        if word[0][:1].isupper() or word[0].lower() in _PARTICLES:
            plain = word[0].strip(",.:").lower()
            if plain in _LEADS:
                continue
            return words[: word.start()].strip(" ,"), words[word.start() :]
    return "", words


def _looks_named(names: str) -> bool:
    """Whether words may be names: few, with capitals, and nothing that ends a sentence."""
    words = names.split()
    small = [w for w in words if w[:1].islower() and w.lower().strip(",") not in _PARTICLES | _JOINS | _OTHERS]
    has_capital = any(word[:1].isupper() for word in words)
    return has_capital and len(names) <= 120 and not small and not re.search(r"\d", names)


def _surely_named(names: str) -> bool:
    """Whether a run of words before '(2018)' is a citation although nobody is known by it."""
    return bool(re.search(r"\bet\.? al\b|\b(?:others|colleagues|eraill)\b|\w\s(?:and|&)\s[A-Z]", names))


def _names_before(text: str, end: int) -> tuple[int, str]:
    """The offset of the run of names before a bracket, and the run; nothing where there is none."""
    least = max(0, end - _WINDOW)
    run: list[re.Match[str]] = []
    for word in reversed(list(_WORD.finditer(text, least, end))):
        if (run and _ends(word[0])) or not _may_be_name(word[0]):
            break
        run.insert(0, word)
    while run and (run[0][0].strip(",") in _JOINS | _OTHERS or run[0][0].strip(",.").lower() in _LEADS):
        run.pop(0)
    if not run or not any(word[0][:1].isupper() for word in run) or (run[0].start() == least > 0):
        return end, ""
    return run[0].start(), text[run[0].start() : end].strip(" ,")


def _ends(word: str) -> bool:
    """Whether a sentence ends with a word, or a bracket: what stands before belongs to no name."""
    return word[-1] in '.!?:;)]”"' and not (word == "al." or len(word) <= 2 or re.fullmatch(r"(?:[A-Z]\.-?)+", word))


def _may_be_name(word: str) -> bool:
    bare = re.sub(r"[’']s$", "", word).strip(",.’'")
    return word[:1].isupper() or bare in _PARTICLES | _JOINS | _OTHERS or word in _OTHERS


_HEADING = re.compile(
    r"(?:\d+\.?\s+)?(?:list of )?(?:references?|bibliography|works cited|literature(?: cited)?|reference list|sources)"
    r"(?: cited| and notes)?:?",
    re.IGNORECASE,
)
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"]+")
_LETTER = re.compile(r"\b(?:1[5-9]|20)\d\d[a-z]\b")
_NUMBER = re.compile(r"[\[(]?(\d{1,3})[\]).]\s")
_BEFORE = re.compile(r"(?:\A|[.;)\]?!\"“‘'«]|(?:[)\]\d.]|\b[A-Z]{1,3}|\bal)[:,])[\s\"“‘'«(\[]*\Z")
"""Signs before a title: the end of names or of a year, or a quotation mark."""
_BEHIND = re.compile(r"[\s)\]]*(?:\Z|[.,;?!\"”’'»(\[])")
"""Signs behind one. A colon is none: the title goes on."""
_DATED = re.compile(r"\b(?:1[5-9]|20)\d\d[a-z]?\b|\bn\.?\s?d\.?\b|\bin press\b|\bforthcoming\b|https?://|www\.|\bdoi\b")
_NAME = r"(?:[^\W\d_a-z][\w’'.-]*|v[ao]n|d[eiu]r?|de[lnr]|l[ae]|ten?r?|al|and|&|of|for|the|on|et|others)"
_NAMED = re.compile(rf"(?:[\[(]?\d{{1,3}}[\]).]?\s+)?(?:{_NAME},?\s){{0,11}}{_NAME}\s?[.,;:(\[\"“‘]")
"""The names with which a reference begins."""
_MOST_LETTERS = 700
_STOCK = frozenset(
    re.findall(
        r"\w+",
        "accessed available retrieved from online doi http https www last viewed visited cited press eds edn edition"
        " editor editors edited vol volume volumes issue number pages page chapter report paper working series"
        " journal and the for with others translated supplement suppl version revised reprint unpublished thesis"
        " dissertation presented conference proceedings published publisher article org com",
    )
)
"""Words that references have beside those of the work itself."""
_MOST_SMALL, _MOST_WORDS = 2, 10
"""So many words of its own a reference may have, with a small letter and in all; more are a note on the work."""


def heads_list(words: str) -> bool:
    """Whether a heading is that of a list of references."""
    return bool(_HEADING.fullmatch(words.strip()))


class TypedEntry(NamedTuple):
    """An entry of a typed list: its words, its number if it has one, and the key of its work if a file has that."""

    words: str
    number: int | None = None
    key: str = ""

    @property
    def is_reference(self) -> bool:
        """Whether it is a reference by its look, or is that of a work."""
        dated = len(self.words) <= _MOST_LETTERS and _DATED.search(self.words)
        return bool(self.key or (dated and _NAMED.match(self.words)))


def listed_works(entries: Iterable[TypedEntry]) -> ListedWorks:
    """Letters and numbers that the entries of a list say, and the references that are in no file."""
    letters: dict[str, tuple[str, ...]] = {}
    numbers: dict[int, str] = {}
    unknown: list[str] = []
    for entry in entries:
        if not entry.key:
            unknown.append(entry.words)
        elif lettered := _LETTER.search(entry.words):
            letters[lettered[0]] = (*letters.get(lettered[0], ()), entry.key)
        typed = _NUMBER.match(entry.words)
        number = int(typed[1]) if typed else entry.number
        if number is not None:
            numbers[number] = entry.key if numbers.get(number, entry.key) == entry.key else ""
    return ListedWorks(letters, numbers, tuple(unknown))


class EntryMatcher:
    """Finder of the works that entries are of."""

    def __init__(self, works: Mapping[str, Csl]) -> None:
        self._works = works
        self._dois = {doi: key for key, csl in works.items() if (doi := compared_doi(str(csl.get("DOI") or "")))}
        self._titles = {key: title for key, csl in works.items() if len(title := compared_title(csl)) >= SHORTEST_TITLE}

    def entry(self, words: str, number: int | None = None) -> TypedEntry:
        """An entry with the key of the one work that it is of, or none. With two DOIs there are two works."""
        dois = [doi for found in _DOI.findall(words) if (doi := compared_doi(found.rstrip(").,;]")))]
        if key := next((self._dois[doi] for doi in dois if doi in self._dois), ""):
            return TypedEntry(words, number, key)
        pairs = [(letter, at) for at, sign in enumerate(words) for letter in folded(sign)]
        letters, offsets = "".join(letter for letter, _ in pairs), [at for _, at in pairs]
        fits = [
            key
            for key, title in self._titles.items()
            if title in letters
            and not (dois and self._works[key].get("DOI"))
            and self._is_of(words, key)
            and _is_whole(words, letters, offsets, title)
        ]
        longest = max((len(self._titles[key]) for key in fits), default=0)
        best = [key for key in fits if len(self._titles[key]) == longest]
        return TypedEntry(words, number, best[0] if len(best) == 1 else "")

    def is_bare(self, entry: TypedEntry) -> bool:
        """Whether an entry is the reference to a work and little more."""
        if not entry.key:
            return False
        known = _words_in(self._works[entry.key]) | _STOCK
        without_addresses = re.sub(r"(?:https?://|www\.|doi:|10\.\d{4,9}/)\S+", " ", entry.words)
        more = [word for word in re.findall(r"[^\W\d_]{3,}", without_addresses) if folded(word) not in known]
        return len(more) <= _MOST_WORDS and sum(word[0].islower() for word in more) <= _MOST_SMALL

    def _is_of(self, words: str, key: str) -> bool:
        """Whether an entry has the year and the first author of a work."""
        csl = self._works[key]
        year = year_of(csl)
        if year and not re.search(rf"(?<!\d){year}(?!\d)", words):
            return False
        return any(stands_in(form, words) for form in named_work(key, csl).authors[0])


def _is_whole(words: str, letters: str, offsets: list[int], title: str) -> bool:
    """Whether a title stands in an entry as a whole one, and not as part of another."""
    at = letters.find(title)
    while at >= 0:
        start, end = offsets[at], offsets[at + len(title) - 1] + 1
        if _BEFORE.search(words[max(0, start - 12) : start]) and _BEHIND.match(words, end):
            return True
        at = letters.find(title, at + 1)
    return False


def _words_in(said: object) -> frozenset[str]:
    if isinstance(said, Mapping):
        return frozenset[str]().union(*(_words_in(inner) for inner in said.values()))
    if isinstance(said, list | tuple):
        return frozenset[str]().union(*map(_words_in, said))
    return frozenset(map(folded, re.findall(r"[^\W\d_]+", str(said))))

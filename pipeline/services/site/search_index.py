"""The search index, as MiniSearch reads it back (its serialised form, version 2), written without Node."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from pipeline.services.site.values import Catalogue

_ASIDE = frozenset({"about", "references", "stamp"})
"""The ids of parts that nobody looks for: the list of works, and what is said about the copy."""


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of a page, and those of its key finding; nothing where it has none."""

    words: str = ""
    key_finding: str = ""


def page_words(content: bytes) -> PageWords:
    """The words of a web page of ours."""
    root = etree.fromstring(content, etree.HTMLParser(encoding="utf-8"))
    main = root.find(".//main")
    if main is None:
        return PageWords()
    key = next((one for one in main.iter("section") if "key" in one.get("class", "").split()), ())
    finding = [one for one in key if one.tag in ("p", "ul", "ol") and one.get("class") != "verdict"]
    said = " ".join(" ".join("".join(map(str, one.itertext())) for one in finding).split())
    for part in [one for one in main.iter() if one.get("id") in _ASIDE]:
        behind = part.tail
        part.clear()
        part.tail = behind
    words = " ".join(map(str, main.itertext()))  # of cells that touch each is a word
    return PageWords(" ".join(words.split()), said)


# The index. From `file://` a browser refuses to fetch a file, and lets a script in: the index is one. Words are parted
# at white space and punctuation, as by MiniSearch.

FIELDS = ("title", "summary", "text")
STORED = ("title", "summary", "url")

Documents = Iterable[Mapping[str, str]]


@lru_cache(maxsize=4096)
def _is_gap(letter: str) -> bool:
    """Whether a character parts words."""
    return letter in "\n\r" or unicodedata.category(letter)[0] in "ZP"


def _pieces(text: str) -> list[str]:
    """The text parted; a piece at its ends may be empty."""
    gaps = sorted(letter for letter in set(text) if _is_gap(letter))
    return re.split(f"[{re.escape(''.join(gaps))}]+", text) if gaps else [text]


def documents(catalogue: Catalogue) -> Iterator[Mapping[str, str]]:
    """The texts, packs and printed codes that can be found, each with the page that it leads to."""
    for text in catalogue.texts:
        said = " ".join((text.key_finding, *(subject.title for subject in text.subjects), text.words))
        told = text.summary if text.holds else " · ".join((*text.statuses, text.summary))
        url = f"{text.id}/index.html"
        yield {"id": text.id, "title": text.title, "summary": told, "text": said, "url": url}
    for group in catalogue.groups:
        members = " ".join(member.title for member in group.members)
        url = f"{group.folder}/index.html"
        yield {"id": group.folder, "title": group.title, "summary": group.summary, "text": members, "url": url}
    say = catalogue.words.say
    for one in {one.page: one for one in catalogue.issued}.values():
        told = f"{say('code', code=one.code)}: {say(f'site-state-{one.state}')}"
        title = f"{one.coded.title}, {one.coded.name}"
        yield {"id": one.page, "title": title, "summary": told, "text": one.coded.code, "url": one.page}


def index_of(found: Documents) -> dict[str, object]:
    """The index of some documents."""
    postings: dict[str, dict[int, dict[int, int]]] = {}
    lengths: dict[int, list[int]] = {}
    average = [0.0] * len(FIELDS)
    held = list(found)
    for number, document in enumerate(held):
        lengths[number] = []
        for field, name in enumerate(FIELDS):
            pieces = _pieces(document[name])
            length = len(set(pieces))
            lengths[number].append(length)
            average[field] = (average[field] * number + length) / (number + 1)
            for term in filter(None, pieces):
                places = postings.setdefault(term.lower(), {}).setdefault(field, {})
                places[number] = places.get(number, 0) + 1
    return {
        "documentCount": len(held),
        "nextId": len(held),
        "documentIds": {str(number): document["id"] for number, document in enumerate(held)},
        "fieldIds": {name: number for number, name in enumerate(FIELDS)},
        "fieldLength": {str(number): each for number, each in lengths.items()},
        "averageFieldLength": average,
        "storedFields": {str(number): {key: one[key] for key in STORED} for number, one in enumerate(held)},
        "dirtCount": 0,
        "index": [
            [term, {str(field): places for field, places in postings[term].items()}] for term in sorted(postings)
        ],
        "serializationVersion": 2,
    }


def index_script(found: Documents) -> bytes:
    """The index as a script that a page loads."""
    said = json.dumps(index_of(found), ensure_ascii=False, separators=(",", ":"))
    return f"var SEARCH_INDEX = {said};\n".encode()

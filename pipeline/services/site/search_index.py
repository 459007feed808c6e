"""The search index, as MiniSearch reads it back (its serialised form, version 2), written without Node."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from pipeline.services.site.values import Catalogue

_NOT_INDEXED = frozenset({"about", "references", "stamp"})
"""Ids of parts that are not indexed: the list of works, and what is about the copy."""


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of a page, and of its key finding."""

    words: str = ""
    key_finding: str = ""


def page_words(content: bytes) -> PageWords:
    """Return the words of a web page of a text."""
    root = etree.fromstring(content, etree.HTMLParser(encoding="utf-8"))
    main = root.find(".//main")
    if main is None:
        return PageWords()
    section = next((each for each in main.iter("section") if "key" in each.get("class", "").split()), ())
    blocks = [block for block in section if block.tag in ("p", "ul", "ol") and block.get("class") != "verdict"]
    key_finding = " ".join(" ".join("".join(map(str, block.itertext())) for block in blocks).split())
    for part in [element for element in main.iter() if element.get("id") in _NOT_INDEXED]:
        tail = part.tail
        part.clear()
        part.tail = tail
    words = " ".join(map(str, main.itertext()))  # with blanks, because cells have none between them
    return PageWords(" ".join(words.split()), key_finding)


# The index is a script, because a browser loads scripts from `file://` but no other files. Words are split at white
# space and punctuation, as MiniSearch does.

FIELDS = ("title", "summary", "text")
STORED = ("title", "summary", "url")

Documents = Iterable[Mapping[str, str]]


@lru_cache(maxsize=4096)
def _is_separator(character: str) -> bool:
    return character in "\n\r" or unicodedata.category(character)[0] in "ZP"


def _split_words(text: str) -> list[str]:
    """Split a text into words; the first and the last may be empty, as MiniSearch counts them."""
    separators = sorted(character for character in set(text) if _is_separator(character))
    return re.split(f"[{re.escape(''.join(separators))}]+", text) if separators else [text]


def search_documents(catalogue: Catalogue) -> Iterator[Mapping[str, str]]:
    """Yield the texts, packs and printed codes to search for, each with its page."""
    for text in catalogue.texts:
        words = " ".join((text.key_finding, *(subject.title for subject in text.subjects), text.words))
        summary = text.summary if text.holds else " · ".join((*text.statuses, text.summary))
        url = f"{text.id}/index.html"
        yield {"id": text.id, "title": text.title, "summary": summary, "text": words, "url": url}
    for group in catalogue.groups:
        members = " ".join(member.title for member in group.members)
        url = f"{group.folder}/index.html"
        yield {"id": group.folder, "title": group.title, "summary": group.summary, "text": members, "url": url}
    say = catalogue.words.say
    for page, issued in {issued.page: issued for issued in catalogue.issued}.items():
        summary = f"{say('code', code=issued.code)}: {say(f'site-state-{issued.state}')}"
        title = f"{issued.coded.title}, {issued.coded.name}"
        yield {"id": page, "title": title, "summary": summary, "text": issued.coded.code, "url": page}


def build_search_index(indexed: Documents) -> dict[str, object]:
    """Return the index of some documents."""
    postings: dict[str, dict[int, dict[int, int]]] = {}
    lengths: dict[int, list[int]] = {}
    average = [0.0] * len(FIELDS)
    every = list(indexed)
    for number, document in enumerate(every):
        lengths[number] = []
        for field, name in enumerate(FIELDS):
            pieces = _split_words(document[name])
            length = len(set(pieces))
            lengths[number].append(length)
            average[field] = (average[field] * number + length) / (number + 1)
            for term in filter(None, pieces):
                places = postings.setdefault(term.lower(), {}).setdefault(field, {})
                places[number] = places.get(number, 0) + 1
    return {
        "documentCount": len(every),
        "nextId": len(every),
        "documentIds": {str(number): document["id"] for number, document in enumerate(every)},
        "fieldIds": {name: number for number, name in enumerate(FIELDS)},
        "fieldLength": {str(number): counts for number, counts in lengths.items()},
        "averageFieldLength": average,
        "storedFields": {str(n): {key: document[key] for key in STORED} for n, document in enumerate(every)},
        "dirtCount": 0,
        "index": [
            [term, {str(field): places for field, places in postings[term].items()}] for term in sorted(postings)
        ],
        "serializationVersion": 2,
    }


def index_script(indexed: Documents) -> bytes:
    """Return the index as a script that a page loads."""
    index = json.dumps(build_search_index(indexed), ensure_ascii=False, separators=(",", ":"))
    return f"var SEARCH_INDEX = {index};\n".encode()

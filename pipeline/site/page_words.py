"""Words of a finished web page: all of its text, for the search, and its key finding. Pure."""

from dataclasses import dataclass

from lxml import etree

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

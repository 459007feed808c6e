"""Words of a finished web page: all of its text, for the search, and its key finding. Pure."""

from dataclasses import dataclass

from lxml import etree

_TEXT = "//main//text()[not(ancestor::style or ancestor::*[@id='about' or @id='references' or @id='stamp'])]"
"""Words that a reader may look for: the list of works and what is said about the copy are left out."""
_KEY = "(//*[contains(concat(' ', @class, ' '), ' key ')])[1]/*[self::p or self::ul][not(@class='verdict')]//text()"


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of a page, and those of its key finding; nothing where it has none."""

    words: str = ""
    key_finding: str = ""


def page_words(content: bytes) -> PageWords:
    """The words of a web page of ours."""
    root = etree.fromstring(content, etree.HTMLParser(encoding="utf-8"))
    return PageWords(_joined(root, _TEXT), _joined(root, _KEY))


def _joined(root: etree._Element, path: str) -> str:
    found = root.xpath(path)
    return " ".join("".join(map(str, found if isinstance(found, list) else ())).split())

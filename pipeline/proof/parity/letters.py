"""Words of a text as they are compared: its letters, and what is said of its pictures."""

import re
import unicodedata
from xml.etree.ElementTree import Element

from pipeline.markup.body import local

_NO_LETTERS = re.compile(r"[\W_]+")


def letters(text: str) -> str:
    """The letters and digits of a text alone, small and in their plain form: what no line break can change."""
    if text.isascii():
        return (text if text.isalnum() else _NO_LETTERS.sub("", text)).lower()
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def description(picture: Element) -> str | None:
    """The words for a picture or a formula: None where it has none, empty for decoration."""
    attribute = {"img": "alt", "math": "alttext"}.get(local(picture))
    if attribute:
        return picture.get(attribute)
    return picture.get("aria-label") or next((kid.text for kid in picture if local(kid) == "title"), None)

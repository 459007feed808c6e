"""The parts of a page that plain text does not have, each with the reason."""

from collections.abc import Mapping
from typing import Any

LEFT_OUT: Mapping[str, str] = {
    "folio": "the number of a page, which plain text does not have",
    "on-pages": "the pages of the PDF that cite a work",
    "field-key": "what the marks on a cover mean, which plain text does not draw",
    "qr-box": "a code for a camera: the address that it holds stands above it in words",
    "ruled": "lines to write on",
    "index": "the index of a pack, which leads to pages",
}
"""Classes of what plain text leaves out."""

NOTE_NUMBER = "notenumber"
"""The class of the number before a note, which is a way back on other pages."""

_WAYS = frozenset({"doc-backlink", "doc-pagebreak"})


def is_left_out(element: Any) -> bool:
    """Whether plain text has nothing of an element: what is silent, what leads back, and marks of pages too.

    It may be an element of any library.
    """
    classes = element.get("class", "").split()
    silent = element.get("aria-hidden", "") == "true" or element.get("hidden", "no") != "no"
    way = element.get("role", "") in _WAYS and NOTE_NUMBER not in classes
    return silent or way or not LEFT_OUT.keys().isdisjoint(classes)

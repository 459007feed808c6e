"""Addresses in print: where one that is too long for its line may go on in the next.

A break is offered after the signs that part an address, but before a hyphen: at the end of a line programs take one
for the printer's, and whoever copies the address loses it. Nothing enters the text that is copied: a `wbr` holds no
character. Web pages and EPUBs have none, for a screen reader would pause there.
"""

import re
from itertools import pairwise

from lxml import etree

_ADDRESS = re.compile(r"(?:https?://|www\.|mailto:|doi:)\S+$|[^\s@]+@[^\s@]+$")
_SIGNS = re.compile(r"(?<=\w)(?:[/?&=_@]{1,20}|\.(?!\d))(?=\w\w)|(?<=\w\w)(?=-+\w\w)")
"""Breaks of an address. A stop before a figure parts no words, nor does a sign before a letter alone."""

LONGEST = 24
"""Letters without a sign that are kept together: so many have room on the narrowest line."""
KEY, KEY_PART = "signing-key", 14
"""The class of a public key in print, and the letters of it that are kept together."""


def break_addresses(root: etree._Element) -> None:
    """Offer breaks in every link whose words are its address, and in keys; none before the first sign after '://'."""
    for link in root.iter("a"):
        if link.text and len(link) == 0 and _ADDRESS.match(link.text):
            link.set("class", " ".join(dict.fromkeys([*link.get("class", "").split(), "address"])))
            if link.xpath("ancestor::*[@dir][1]/@dir") == ["rtl"]:
                link.set("dir", "ltr")  # a program that sets each part by itself would print the last one first
            _part(link, address_parts(link.text))
    for key in (span for span in root.iter("span") if span.get("class") == KEY and span.text):
        _part(key, [str(key.text)[at : at + KEY_PART] for at in range(0, len(str(key.text)), KEY_PART)])


def _part(element: etree._Element, parts: list[str]) -> None:
    element.text, *rest = parts
    for part in rest:
        etree.SubElement(element, "wbr").tail = part


def address_parts(address: str) -> list[str]:
    """An address in the parts between which a line may break."""
    start = address.find("://") + 3 if "://" in address else 0
    ends = [0, *(found.end() for found in _SIGNS.finditer(address, start)), len(address)]
    parts = [address[begin:end] for begin, end in pairwise(ends)]
    return [part[at : at + LONGEST] for part in parts for at in range(0, len(part), LONGEST)]

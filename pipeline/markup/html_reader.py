"""Reads a web page by the rules of HTML, as a browser does.

The library that knows the rules looks for the end of each name and value with a pattern, means to keep its patterns
and, by a slip, makes them anew each time. Here they are kept for it: half of its time goes into that.
"""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

import tinyhtml5
from tinyhtml5 import inputstream


class _Patterns(dict[tuple[Iterable[str], bool], re.Pattern[str]]):
    """For some characters the pattern of a run of them, or of anything else."""

    def __missing__(self, wanted: tuple[Iterable[str], bool]) -> re.Pattern[str]:
        characters, are_meant = wanted
        listed = "".join(f"\\x{ord(character):02x}" for character in sorted(characters))
        pattern = self[wanted] = re.compile(f"[{'' if are_meant else '^'}{listed}]+")
        return pattern


def read_html(page: bytes) -> Element:
    """The tree of a page, with names in no namespace."""
    if not isinstance(inputstream.characters_until_regex, _Patterns):
        inputstream.characters_until_regex = _Patterns()
    root: Element = tinyhtml5.parse(page, namespace_html_elements=False)
    return root

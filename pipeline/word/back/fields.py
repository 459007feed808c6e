"""Links and fields that a reviewer put into a document: where they lead, and what programs would make of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.word.document.names import Element, R, W

_SIMPLE, _CHARACTER = f"{W}fldSimple", f"{W}fldChar"
_INSTRUCTIONS = (f"{W}instrText", f"{W}delInstrText")
_LINK = re.compile(r'\s*HYPERLINK\s+(?:\\l\s+)?"?([^"\s]+)')
_CITATION = re.compile(r"\s*(?:ADDIN\s+(?:ZOTERO_ITEM|CSL_CITATION|EN\.CITE|Mendeley)|CITATION\b)")

StrangeContent = tuple[str, str]
"""Kind of some content, and its words."""


def link_of(node: Element, addresses: Mapping[str, str]) -> str:
    """The words of a `w:hyperlink` with its address: 'the walks (https://example.org/)'."""
    place = str(node.get(f"{W}anchor", ""))
    address = addresses.get(str(node.get(f"{R}id", "")), "") + (f"#{place}" if place else "")
    words = " ".join("".join(text.text or "" for text in node.iter(f"{W}t")).split())
    return words if address in ("", words) else f"{words} ({address})".strip()


class FieldReader:
    """Reads fields, whose instructions and words stand in many runs."""

    def __init__(self) -> None:
        self.open: list[list[str]] = []
        """Instructions and words of the fields that have not ended yet."""

    def read(self, node: Element) -> StrangeContent | None:
        """Take in an element; gives the field that it ends, if that is a link or a citation."""
        if node.tag == _SIMPLE:
            return _strange_content(
                str(node.get(f"{W}instr", "")), "".join(text.text or "" for text in node.iter(f"{W}t"))
            )
        if node.tag in _INSTRUCTIONS and self.open:
            self.open[-1][0] += node.text or ""
        elif node.tag == _CHARACTER and node.get(f"{W}fldCharType") == "begin":
            self.open.append(["", ""])
        elif node.tag == _CHARACTER and node.get(f"{W}fldCharType") == "end" and self.open:
            return _strange_content(*self.open.pop())
        return None

    def said(self, words: str) -> None:
        """Note words that stand in the fields that are open."""
        for one in self.open:
            one[1] += words


def _strange_content(instructions: str, words: str) -> StrangeContent | None:
    link, words = _LINK.match(instructions), words.strip()
    if link:
        return "a link", words if words == link[1] else f"{words} ({link[1]})".strip()
    return ("a citation", words) if _CITATION.match(instructions) else None

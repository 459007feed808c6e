"""Marks of other dialects, which are printed as they stand: reported where they are."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from markdown_it.token import Token

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.core.tables import cut_short
from pipeline.model.body import Inline, Link, Text

CAPTION = re.compile(r"(?:Table)?:[ \t]+\S")

_LINK = re.compile(r"\](?:\(| \((?=https?://|mailto:|www\.|#|briefing:))")
_EMPTY = re.compile(r"(?<![\w\]])\[\](?!\()(?=\S)|\[[^\]\w\s]?\(#[A-Za-z][\w:.-]*\)")
_NO_WORDS = "A cross-reference is written [](#id), without a space or another mark between."
_APART = "Take out the space between ] and (."


def remarks_on_marks(nodes: Sequence[Inline]) -> Iterator[Diagnostic]:
    """A remark for each link in the words that is none, but not in those of a link or of code."""
    for node, behind in zip_longest(nodes, nodes[1:]):
        if isinstance(node, Text):
            yield from _in_text(node)
            if isinstance(behind, Link) and node.text.endswith("] ("):
                yield message("link-syntax", _place(node, len(node.text) - 3), _APART)
        elif not isinstance(node, Link):
            yield from remarks_on_marks(getattr(node, "children", ()))


def _in_text(node: Text) -> Iterator[Diagnostic]:
    text = node.text
    for link in _LINK.finditer(text) if "](" in text or "] (" in text else ():
        yield message("link-syntax", _place(node, link.start()), _APART if " " in link[0] else None)
    for empty in _EMPTY.finditer(text) if "[]" in text or "(#" in text else ():
        yield message("link-syntax", _place(node, empty.start()), _NO_WORDS)


def picture_words(token: Token, caption: str, place: Place) -> Iterator[Diagnostic]:
    """Remarks on words of a picture that nobody sees: its title, and its caption where it stands within a line."""
    if title := str(token.attrs.get("title", "")):
        hint = "Write these words into the square brackets, or as its alt."
        yield message(
            "words-left-out", place, hint, words=cut_short(title), reason="a picture has a caption and no title"
        )
    if caption:
        hint = "Put the picture into a paragraph of its own: it then has its caption."
        reason = "within a line a picture has no caption"
        yield message("words-left-out", place, hint, words=cut_short(caption), reason=reason)


def _place(node: Text, offset: int) -> Place:
    return replace(node.place, column=node.place.column + offset)

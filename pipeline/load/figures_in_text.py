"""Figures: pictures that stand alone in their paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markdown_it.token import Token

from pipeline.load.addresses import figure_path
from pipeline.load.alternatives import NO_WORDS, told_alternative
from pipeline.load.draft import Draft
from pipeline.load.foreign_marks import picture_words
from pipeline.load.inlines import Inlines
from pipeline.load.places import Spots
from pipeline.model.body import (
    Attributes,
    Block,
    Figure,
    Inline,
    Placeholder,
    Text,
)


def read_figure(draft: Draft, tokens: Sequence[Token], spots: Spots) -> list[Block] | None:
    """The figures of a paragraph that holds pictures and nothing else, or None."""
    kinds = [t.type for t in tokens if not (t.type == "softbreak" or (t.type == "text" and not t.content.strip()))]
    if not kinds or kinds[0] != "image" or any(kind not in ("image", "attributes") for kind in kinds):
        return None
    found: list[Block] = []
    for number, token in enumerate(tokens):
        if token.type == "image":
            behind = tokens[number + 1] if number + 1 < len(tokens) else None
            found.append(_figure(draft, token, behind if behind and behind.type == "attributes" else None, spots))
    return found


def _figure(draft: Draft, token: Token, behind: Token | None, spots: Spots) -> Block:
    place = draft.place(spots, token.meta["at"])
    words = Inlines(draft, spots)
    attributes = words.attributes(behind, "alt")
    draft.desk.extend(picture_words(token, "", place))
    words.label = ""
    caption: tuple[Inline, ...] = words.read(token.children or ())
    if words.label and not attributes.id:
        attributes = replace(attributes, id=draft.claim(words.label, place))
    written = str(token.attrs.get("src", ""))
    source = figure_path(draft, written, place)
    decorative = "decorative" in attributes.classes
    alt = _alt(draft, attributes, source or written)
    if behind is not None and behind.meta["attributes"] is None:
        caption = (*caption, Placeholder(behind.content))
    if not decorative and not (alt := told_alternative(draft, alt, source or written, place)):
        alt, caption = NO_WORDS, (*caption, Text(" ", place), Placeholder("[no alternative text]"))
    return Figure(source or "", "" if decorative else alt, caption, attributes.id, None, decorative, place)


def _alt(draft: Draft, attributes: Attributes, source: str) -> str:
    return attributes.get("alt") or draft.alts.get(attributes.id or source, "") or draft.alts.get(source, "")

"""Figures: pictures that stand alone in their paragraph, and the width of each."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from markdown_it.token import Token

from pipeline.core.diagnostics import Place
from pipeline.core.messages import message
from pipeline.load.markdown.addresses import figure_path
from pipeline.load.markdown.attributes import FIGURE_KEYS, alt_of, unread_pairs
from pipeline.load.markdown.draft import Draft
from pipeline.load.markdown.inlines import Inlines
from pipeline.load.markdown.maths import label_id
from pipeline.load.markdown.places import Spots
from pipeline.load.slips.alternatives import NO_WORDS, told_alternative
from pipeline.load.slips.foreign_marks import picture_words
from pipeline.model.body import (
    Attributes,
    Block,
    Figure,
    Inline,
    Placeholder,
    Text,
    plain_text,
)

_BREAKS = ("softbreak", "hardbreak")
_OPTIONS = (*FIGURE_KEYS, "align", "class", "figclass", "figwidth", "scale", "loading")
"""Options of a figure of MyST; of those that are not ours a layout decides."""


def runs(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """The tokens of a paragraph divided into lines that hold a picture alone, and what stands between them."""
    lines: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += token.nesting
        if not depth and token.type in ("softbreak", "hardbreak"):
            lines.append([token])
        else:
            lines[-1].append(token)
    found: list[list[Token]] = []
    was_figure = True
    for line in lines:
        is_figure = _is_figure(line)
        if is_figure or was_figure:
            found.append(line if is_figure or not found else line[1:])
        else:
            found[-1] += line
        was_figure = is_figure
    return [run for run in found if run]


def _is_figure(tokens: Sequence[Token]) -> bool:
    kinds = [t.type for t in tokens if not (t.type in _BREAKS or (t.type == "text" and not t.content.strip()))]
    return bool(kinds) and kinds[0] == "image" and all(kind in ("image", "attributes") for kind in kinds)


def read_figure(draft: Draft, tokens: Sequence[Token], spots: Spots, within: bool = False) -> list[Block] | None:
    """The figures of a paragraph that holds pictures and nothing else, or None.

    `within`: of a line of a paragraph; where such a picture has no alternative text its words are that.
    """
    if not _is_figure(tokens):
        return None
    found: list[Block] = []
    for number, token in enumerate(tokens):
        if token.type == "image":
            behind = tokens[number + 1] if number + 1 < len(tokens) else None
            behind = behind if behind and behind.type == "attributes" else None
            found.append(_figure(draft, token, behind, spots, within))
    return found


def _figure(draft: Draft, token: Token, behind: Token | None, spots: Spots, within: bool) -> Block:
    place = draft.place(spots, token.meta["at"])
    words = Inlines(draft, spots)
    attributes = words.attributes(behind, *FIGURE_KEYS)
    draft.desk.extend(picture_words(token, "", place))
    words.label = ""
    caption: tuple[Inline, ...] = words.read(token.children or ())
    if words.label and not attributes.id:
        attributes = replace(attributes, id=draft.claim(words.label, place))
    written = str(token.attrs.get("src", ""))
    source = figure_path(draft, written, place)
    alt = alt_of(attributes) or _alt(draft, attributes, source or written)
    if within and not alt:
        alt, caption = " ".join(plain_text(caption).split()), ()
    if behind is not None and behind.meta["attributes"] is None:
        caption = (*caption, Placeholder(behind.content))
    return _finished(draft, _Picture(source, written, attributes, alt), caption, place)


class _Picture(NamedTuple):
    source: str | None
    written: str
    attributes: Attributes
    alt: str


def _finished(draft: Draft, picture: _Picture, caption: tuple[Inline, ...], place: Place) -> Figure:
    """The figure of a picture, with what stands for an alternative text that is missing."""
    attributes, alt = picture.attributes, picture.alt
    decorative = "decorative" in attributes.classes
    if not decorative and not (alt := told_alternative(draft, alt, picture.source or picture.written, place)):
        alt, caption = NO_WORDS, (*caption, Text(" ", place), Placeholder("[no alternative text]"))
    alt = "" if decorative else alt
    width = _width(draft, attributes, place)
    return Figure(picture.source or "", alt, caption, attributes.id, None, decorative, place, width=width)


def figure_of_directive(draft: Draft, token: Token, caption: tuple[Inline, ...]) -> Figure:
    """The figure of a directive of MyST. Its name is the id; what layouts decide is passed over."""
    place, said, written = draft.row(token), token.meta["options"], token.meta["path"]
    pairs = tuple((key, value) for key, value in said.items() if value and key not in ("name", "label"))
    name = said.get("name") or said.get("label") or ""
    attributes = Attributes(
        draft.claim(label_id(name), place) if name else "", tuple(said.get("class", "").split()), pairs
    )
    draft.desk.extend(unread_pairs(attributes, place, *_OPTIONS))
    source = figure_path(draft, written, place)
    alt = alt_of(attributes) or _alt(draft, attributes, source or written)
    return _finished(draft, _Picture(source, written, attributes, alt), caption, place)


def _alt(draft: Draft, attributes: Attributes, source: str) -> str:
    return draft.alts.get(attributes.id or source, "") or draft.alts.get(source, "")


def _width(draft: Draft, attributes: Attributes, place: Place) -> int:
    written = attributes.get("width")
    width = width_of(written)
    if width is None:
        hint = "Write it in per cent of the column of text, such as width=50%."
        reason = "it is no width that can be read"
        draft.desk.report(message("words-left-out", place, hint, words=f"width={written[:40]}", reason=reason))
    return width or 0


_WIDTH = re.compile(r"(?P<number>\d{1,5}(?:\.\d{1,4})?)(?P<unit>%|px|pt|mm|cm|in|em)?")
_MILLIMETRES = {"px": 25.4 / 96, "pt": 25.4 / 72, "mm": 1.0, "cm": 10.0, "in": 25.4, "em": 4.0}
MEASURE = 120.0
"""Millimetres of the column of text: 100 per cent."""
NARROWEST, WIDEST = 10, 100
"""Widths of a figure, in per cent of the measure."""
STEP = 5
"""Widths are multiples of this: each is a rule of the style sheets."""


def width_of(written: str) -> int | None:
    """A width in per cent, within bounds; 0 where none is written, None where it cannot be read."""
    if not written:
        return 0
    found = _WIDTH.fullmatch(written.strip())
    if found is None:
        return None
    number, unit = float(found["number"]), found["unit"] or "px"
    share = number if unit == "%" else 100 * number * _MILLIMETRES[unit] / MEASURE
    return STEP * round(min(WIDEST, max(NARROWEST, share)) / STEP)

"""Faults of a style sheet: pale text, type in sizes that cannot be changed, colours for a reader's whole page."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import tinycss2.color3

from pipeline.codes import books
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.proof.markup.style import ResolvedStyle, has_night, rules, shown

LEAST = 4.5
"""Of text and ground (WCAG 2.2, 1.4.3)."""

DAY, NIGHT = "#ffffff", "#14181a"
"""Grounds that text stands on where the sheet gives it none."""

_PAGE = frozenset({"body", "html", ":root", "*"})
_TYPE = ("font-size", "font", "line-height")
_FIXED = re.compile(r"(?<![\w.#-])\d*\.?\d+(?:px|pt|pc|cm|mm|in|q)\b", re.IGNORECASE)
_FREE = re.compile(r"(?:none|transparent|inherit|initial|unset|revert|currentcolor|canvas|canvastext)?", re.IGNORECASE)

ScreenColour = tuple[float, float, float]


def text_stands_out_from_its_ground(document: str, sheet: str, place: Place) -> Iterator[Diagnostic]:
    """By day, and by night where the sheet knows of night, every colour of text can be read on its ground."""
    for dark in (False, True) if has_night(sheet) else (False,):
        for selector, colour, ground in _pale(shown(sheet, dark), NIGHT if dark else DAY):
            yield books.CONTRAST.at(
                place,
                document=document,
                selector=selector,
                colour=_hex(colour),
                ground=_hex(ground),
                mode=" in the dark" if dark else "",
                contrast=f"{contrast(colour, ground):.1f}",
            )


@lru_cache(maxsize=32)
def _pale(seen: ResolvedStyle, usual: str) -> tuple[tuple[str, ScreenColour, ScreenColour], ...]:
    """Selectors whose colour cannot be read on its ground, with both."""
    page = _page_ground(seen, usual)
    found: list[tuple[str, ScreenColour, ScreenColour]] = []
    for selector, declared in seen.by_selector.items():
        ground = _ground(seen, declared, page) or page
        colour = _colour(seen, declared.get("color"), ground)
        if colour and contrast(colour, ground) < LEAST:
            found.append((selector, colour, ground))
    return tuple(found)


def _page_ground(seen: ResolvedStyle, usual: str) -> ScreenColour:
    """The ground of the whole page."""
    ground = _parsed(usual)
    assert ground is not None
    white = ground[:3]
    for selector in ("html", ":root", "body"):
        white = _ground(seen, seen.by_selector.get(selector, {}), white) or white
    return white


def _ground(seen: ResolvedStyle, declared: Mapping[str, tuple[Any, ...]], below: ScreenColour) -> ScreenColour | None:
    """The ground that a rule gives to its text, if it gives it one."""
    for name in ("background-color", "background"):
        if colour := _colour(seen, declared.get(name), below):
            return colour
    return None


def _colour(seen: ResolvedStyle, value: tuple[Any, ...] | None, ground: ScreenColour) -> ScreenColour | None:
    """A colour as it looks on a ground; nothing where it is the reader's or somebody else's."""
    for part in seen.parts(value) if value else ():
        if parsed := _parsed(part):
            red, green, blue, alpha = parsed
            mixed = tuple(
                alpha * own + (1 - alpha) * under for own, under in zip((red, green, blue), ground, strict=True)
            )
            return mixed if alpha else None  # type: ignore[return-value]
    return None


def _parsed(part: Any) -> tuple[float, float, float, float] | None:
    found = tinycss2.color3.parse_color(part)
    return tuple(found) if found and not isinstance(found, str) else None


def contrast(one: ScreenColour, other: ScreenColour) -> float:
    """Contrast of two colours, from 1 to 21 (WCAG 2.2: relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: ScreenColour) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hex(colour: ScreenColour) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


def type_follows_the_reader(document: str, sheet: str, place: Place) -> Iterator[Diagnostic]:
    """Type is measured in em, rem or %, never in points or dots."""
    seen = shown(sheet, dark=False)
    for rule in rules(sheet):
        for declared in rule.declarations:
            if declared.name in _TYPE and (found := _FIXED.search(seen.value(declared.value))):
                for selector in rule.selectors:
                    about = {"selector": selector, "property": declared.name, "size": found[0]}
                    yield books.SIZE.at(place, document=document, **about)


def the_page_is_the_reader_s(document: str, sheet: str, place: Place) -> Iterator[Diagnostic]:
    """No ground and no colour of text is set for the whole page."""
    for dark in (False, True):
        seen = shown(sheet, dark)
        for selector in sorted(_PAGE & set(seen.by_selector)):
            for name in ("color", "background", "background-color", "background-image"):
                value = seen.by_selector[selector].get(name, ())
                if not _FREE.fullmatch(seen.value(value)):
                    yield books.BODY.at(place, document=document, selector=selector, property=name)

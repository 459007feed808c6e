"""Faults of the typefaces that a library chooses or its layouts list, and their effects on the looks of a text."""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import yaml

from pipeline.compose.design.fallback import missing_package
from pipeline.compose.design.typeface import (
    CODE,
    FOUR,
    HEADINGS,
    Face,
    Family,
    absent,
    families,
    font_remarks,
    own_family,
    text_faces,
)
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.errors import EnvironmentFailure
from pipeline.core.messages import message
from pipeline.core.tables import enumerated
from pipeline.load.slips.near import near
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import FontFace
from pipeline.model.source.imprint import Imprint
from pipeline.text.fallback_fonts import is_installed
from pipeline.text.fonts import BOLD, Looks, font_looks, font_source

X_HEIGHT = 2.0
"""Millimetres that small letters are high at the least: those of the 12 points of clear print (RNIB)."""

_MM = 25.4 / 72
_SMALLEST = re.compile(r"--small:\s*([\d.]+)pt")
_FONTS = "fonts.yaml"
_WITHOUT = {
    "italic": ("italic", "Stressed words and titles of works are printed upright."),
    "bold": ("bold", "Headings, the heads of tables and strong words are not bold."),
    "bold_italic": ("bold italic", "Stressed words in headings are printed upright."),
}
"""Name of each face, and the looks of its words where it is missing."""


def typeface_remarks(imprint: Imprint, layouts: Layouts) -> Iterator[Diagnostic]:
    """Faults of the typeface that the library chooses and of those that the layouts list."""
    listed = families(layouts)
    yield from _chosen(imprint, listed)
    if imprint.fields.design.typeface:
        yield from _too_small(imprint, layouts)
    yield from script_remarks(imprint)
    if font_remarks(layouts):
        return  # told of the file itself
    for family, place in zip(listed, _places(layouts.files[_FONTS]), strict=True):
        if family.use not in (CODE, HEADINGS):
            yield from _lacking(family, lambda key, place=place: place)  # type: ignore[misc]


def _too_small(imprint: Imprint, layouts: Layouts) -> Iterator[Diagnostic]:
    """A typeface whose small letters are lower, in the smallest type of the layouts, than can be read by most."""
    found = _SMALLEST.search(layouts.files["tokens.css"])
    face = text_faces(imprint, layouts)[0]
    try:
        ems = font_looks(face.package, font_source(face.file)).x_height
    except EnvironmentFailure:
        return  # told elsewhere
    if found and ems and ems * float(found[1]) * _MM < X_HEIGHT - 0.005:
        height, size = ems * float(found[1]) * _MM, math.ceil(X_HEIGHT / _MM / ems * 2) / 2
        place = imprint.marks.at("design", "typeface")
        yield message(
            "typeface-too-small", place, name=face.family, size=found[1], height=f"{height:.2f}", needed=f"{size:g}"
        )


def script_remarks(imprint: Imprint, is_there: Callable[[str], bool] = is_installed) -> Iterator[Diagnostic]:
    """The scripts that a library asks for and the machine has no fonts of."""
    for number, script in enumerate(imprint.fields.design.scripts):
        if package := missing_package(script, is_there):
            place = imprint.marks.at("design", "scripts", number)
            yield message("script-missing", place, script=script, package=package)


def _chosen(imprint: Imprint, listed: tuple[Family, ...]) -> Iterator[Diagnostic]:
    chosen = imprint.fields.design.typeface
    if chosen is None:
        return
    place = imprint.marks.at("design", "typeface")
    if chosen.package:
        if gone := absent(chosen):
            key, reason = gone[0]
            yield message("typeface-missing", imprint.marks.at("design", "typeface", key), reason=reason)
        else:
            yield from _lacking(own_family(chosen), lambda key: imprint.marks.at("design", "typeface", key))
        return
    names = [family.name for family in listed if family.use != CODE]
    if chosen.family not in names:
        guess = near(chosen.family, names)
        known = f"Known {'are' if names[1:] else 'is'} {enumerated(names)}."
        hint = f"Did you mean '{guess[0]}'?" if guess else f"{known} For another, give its package and files."
        yield message("typeface-missing", place, hint, reason=f"layouts/fonts.yaml has no '{chosen.family}'.")


def _lacking(family: Family, place: Callable[[str], Place]) -> Iterator[Diagnostic]:
    """The faces that a family lacks; of what follows from another that is lacking nothing is said."""
    try:
        shown = [(face, font_looks(face.package, font_source(face.file))) for face in family.faces]
    except EnvironmentFailure:
        return  # told elsewhere, or when type is set
    lacks = [face.key for face in FOUR[1:] if not any(_is(one, looks, face) for one, looks in shown)]
    for key in lacks:
        if key != "bold_italic" or len(lacks) == 1:
            called, looks = _WITHOUT[key]
            yield message("typeface-lacks", place(key), name=family.name, face=called, consequence=looks)


def _is(given: FontFace, looks: Looks, wanted: Face) -> bool:
    """Whether a file that is given for a face looks like it."""
    if given.italic != wanted.italic or (given.weight >= BOLD) != (wanted.weight >= BOLD):
        return False
    return looks.italic >= wanted.italic and (looks.heaviest >= BOLD or wanted.weight < BOLD)


def _places(text: str) -> Iterable[Place]:
    """Place of each family in the file."""
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    return [Place(f"layouts/{_FONTS}", node.start_mark.line + 1, node.start_mark.column + 1) for node in root.value]

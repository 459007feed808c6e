"""Which faces a text is set in: the house's, the publisher's, or in large print the most legible that can set it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import yaml

from pipeline.codes import build as codes
from pipeline.diagnostics import Diagnostic
from pipeline.errors import EnvironmentFailure, LayoutFault
from pipeline.load.near import near
from pipeline.model.edition import Edition
from pipeline.model.fonts import ListedFamilies, ListedFamily
from pipeline.model.imprint import Imprint, Typeface
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import FontFace
from pipeline.typecase import common_characters, font_path

TEXT, CODE, LARGE_PRINT = "text", "code", "large-print"
"""What a family of `layouts/fonts.yaml` is for."""

_FOUR = (("regular", 400, False), ("italic", 400, True), ("bold", 700, False), ("bold_italic", 700, True))


@dataclass(frozen=True, slots=True)
class Family:
    """A family of type: its name in CSS, what it is for, its faces."""

    name: str
    use: str
    faces: tuple[FontFace, ...]


@dataclass(frozen=True, slots=True)
class Wardrobe:
    """The faces of one text: those of its words first, then those of code."""

    text: Family
    others: tuple[Family, ...] = ()

    @property
    def faces(self) -> tuple[FontFace, ...]:
        """Every face, in order."""
        return tuple(face for family in (self.text, *self.others) for face in family.faces)

    @property
    def css_name(self) -> str:
        """The family of the words, as a style sheet names it."""
        return f'"{self.text.name}"'


def families(layouts: Layouts) -> tuple[Family, ...]:
    """The families that `layouts/fonts.yaml` lists; the first is that of the text."""
    return _families(layouts.files["fonts.yaml"])


@lru_cache(maxsize=8)
def _families(text: str) -> tuple[Family, ...]:
    try:
        listed = ListedFamilies.model_validate(yaml.safe_load(text)).root
    except yaml.MarkedYAMLError as broken:
        line = broken.problem_mark.line + 1 if broken.problem_mark else 1
        raise LayoutFault("it is not YAML.", "layouts/fonts.yaml", line) from broken
    except (yaml.YAMLError, ValueError, RecursionError) as broken:  # a ValidationError is a ValueError
        raise LayoutFault(
            "each family needs family, package and faces, each face a weight and a file.", "layouts/fonts.yaml"
        ) from broken
    if not listed:
        raise LayoutFault("it lists no family.", "layouts/fonts.yaml")
    return tuple(map(_family, listed))


def _family(listed: ListedFamily) -> Family:
    faces = (FontFace(listed.family, face.weight, face.italic, listed.package, face.file) for face in listed.faces)
    return Family(listed.family, listed.for_, tuple(faces))


def wardrobe(imprint: Imprint, layouts: Layouts, edition: Edition = "screen", text: str | None = "") -> Wardrobe:
    """The faces of a text. In large print those of the family that is meant for it, if they hold every character.

    A text of None is any text: both families are given then, and what the first lacks the second sets.
    """
    listed = families(layouts)
    house = _chosen(imprint, listed) or listed[0]
    code = tuple(family for family in listed if family.use == CODE)
    large = next((family for family in listed if family.use == LARGE_PRINT), None) if edition == LARGE_PRINT else None
    if large is None or large.name == house.name:
        return Wardrobe(house, code)
    if text is None:
        return Wardrobe(large, (house, *code))
    held = common_characters((face.package, face.file) for face in large.faces)
    missing = any(ord(character) not in held for character in set(text) if character.isprintable())
    return Wardrobe(house if missing else large, code)


def text_faces(imprint: Imprint, layouts: Layouts) -> tuple[FontFace, ...]:
    """The fonts of running text: a character must be in all of them. Other families fall back on this one."""
    return wardrobe(imprint, layouts).text.faces


def coverage(faces: tuple[FontFace, ...]) -> frozenset[int]:
    """The code points that every one of the faces can print."""
    return common_characters((face.package, face.file) for face in faces)


def typeface_remarks(imprint: Imprint, layouts: Layouts) -> Iterator[Diagnostic]:
    """What is wrong with the typeface that the library chooses; the house's is used instead."""
    chosen = imprint.fields.design.typeface
    if chosen is None:
        return
    try:
        listed = families(layouts)
    except LayoutFault:
        return  # told of the file itself
    if chosen.package is None:
        names = [family.name for family in listed if family.use != CODE]
        if chosen.family not in names:
            place = imprint.marks.at("design", "typeface")
            guess = near(chosen.family, names)
            known = f"Known are {', '.join(names[:-1])} and {names[-1]}." if len(names) > 1 else f"Known is {names[0]}."
            hint = f"Did you mean '{guess[0]}'?" if guess else f"{known} For another, give its package and files."
            yield codes.TYPEFACE_UNKNOWN.at(place, hint, name=chosen.family)
        return
    for face, (key, _, _) in zip(_own(chosen).faces, _FOUR, strict=True):
        if reason := _absent(face):
            place = imprint.marks.at("design", "typeface", key)
            yield codes.TYPEFACE_MISSING.at(place, reason=reason)
            return


def _chosen(imprint: Imprint, listed: tuple[Family, ...]) -> Family | None:
    """The family that the library chooses, if it can be had."""
    chosen = imprint.fields.design.typeface
    if chosen is None:
        return None
    if chosen.package is None:
        return next((family for family in listed if family.name == chosen.family and family.use != CODE), None)
    own = _own(chosen)
    return None if any(map(_absent, own.faces)) else own


def _own(chosen: Typeface) -> Family:
    """A family by its package and files; a file that is not named is looked for under the usual name."""
    stem = chosen.family.replace(" ", "")
    faces = tuple(
        FontFace(
            *(chosen.family, weight, italic, chosen.package or ""),
            getattr(chosen, key) or f"{stem}-{key.title().replace('_', '')}.ttf",
        )
        for key, weight, italic in _FOUR
    )
    return Family(chosen.family, TEXT, faces)


def _absent(face: FontFace) -> str:
    """Why a face cannot be had, or nothing."""
    try:
        font_path(face.package, face.file)
    except EnvironmentFailure as absent:
        return str(absent)
    return ""

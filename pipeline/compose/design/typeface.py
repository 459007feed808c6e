"""Choice of the typefaces of a text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.compose.design.faces import Faces, borrowed, borrowed_characters
from pipeline.core.diagnostics import Diagnostic, Diagnostics, EnvironmentFailure
from pipeline.core.text.fonts import common_characters, face_file, font_looks, font_names
from pipeline.load.records import read_fonts
from pipeline.model.formats import EDITIONS, USUAL_EDITION, Edition, Layouts
from pipeline.model.manuscript import FontFace
from pipeline.model.source.library_file import LibrarySettings, ListedFamily, Typeface

TEXT, HEADINGS, CODE, LARGE_PRINT = "text", "headings", "code", "large-print"
"""Uses of a family in `layouts/fonts.yaml`."""

_FORMULA = re.compile(r"<math .*?</math>", re.DOTALL)
"""A formula in the markup of a text: it is drawn with a typeface of its own."""


@dataclass(frozen=True, slots=True)
class Face:
    """One of the four faces that a text needs: its key in `library.yaml`, its weight, its slant."""

    key: str
    weight: int
    italic: bool


REGULAR = Face("regular", 400, False)
FOUR = (REGULAR, Face("italic", 400, True), Face("bold", 700, False), Face("bold_italic", 700, True))


@dataclass(frozen=True, slots=True)
class Family:
    """A family of type: its name in CSS, what it is for, its faces."""

    name: str
    use: str
    faces: tuple[FontFace, ...]


def _house(name: str, use: str, package: str, *files: str) -> Family:
    """A family whose first four files are regular, italic, bold and bold italic."""
    faces = (FontFace(name, face.weight, face.italic, package, file) for face, file in zip(FOUR, files, strict=False))
    return Family(name, use, tuple(faces))


_ATKINSON = tuple(f"AtkinsonHyperlegible-{style}.ttf" for style in ("Regular", "Italic", "Bold", "BoldItalic"))
_SOURCE = tuple(
    f"SourceSans3{style}.ttf" for style in ("[wght]@400", "-Italic[wght]@400i", "[wght]@700", "-Italic[wght]@700i")
)
_SERIF = tuple(
    FontFace("Source Serif 4", 600, italic, "fontpkg_source_serif_4", f"SourceSerif4{file}.ttf")
    for italic, file in ((False, "[opsz,wght]@600"), (True, "-Italic[opsz,wght]@600i"))
)
HOUSE = (
    _house("Source Sans 3", TEXT, "fontpkg_source_sans_3", *_SOURCE),
    Family("Source Serif 4", HEADINGS, _SERIF),
    _house("IBM Plex Mono", CODE, "fontpkg_ibm_plex_mono", "IBMPlexMono-Regular.ttf"),
    _house("Atkinson Hyperlegible", LARGE_PRINT, "fontpkg_atkinson_hyperlegible", *_ATKINSON),
)
"""Families that stand in for a list which has a mistake."""


@dataclass(frozen=True, slots=True)
class FontSet:
    """Faces of one text: those of its words first, then those of code."""

    text: Family
    others: tuple[Family, ...] = ()
    fallback: tuple[Faces, ...] = ()
    """Fallback families for characters that those of the text lack."""

    @property
    def faces(self) -> tuple[FontFace, ...]:
        """Every face, in order."""
        own = (face for family in (self.text, *self.others) for face in family.faces)
        return (*own, *(face for faces in self.fallback for face in faces))

    @property
    def book_faces(self) -> tuple[FontFace, ...]:
        """The faces of a book for screens but those of its headings: they set all that its reader may change."""
        return tuple(face for face in self.faces if face not in self.head_faces)

    @property
    def head_faces(self) -> tuple[FontFace, ...]:
        """The faces of titles and of headings of sections, where these have a family of their own."""
        return tuple(face for family in self.others if family.use == HEADINGS for face in family.faces)

    @property
    def css_names(self) -> tuple[str, str]:
        """The families of words and of headings, each with its fallback families, as a style sheet names them."""
        names = [f'"{name}"' for name in (self.text.name, *(faces[0].family for faces in self.fallback))]
        heads = [f'"{family.name}"' for family in self.others if family.use == HEADINGS]
        return ", ".join(names), ", ".join((*heads, *names))

    def for_text(self, text: str, imprint: LibrarySettings) -> FontSet:
        """These faces with the fallback faces that a text needs."""
        return replace(self, fallback=borrowed(set(text), self.text.faces, imprint.fields.design.scripts))


def families(layouts: Layouts) -> tuple[Family, ...]:
    """The families that `layouts/fonts.yaml` lists, or after a mistake in it the house's; the first sets the text."""
    return _families(layouts.files["fonts.yaml"])[0] or HOUSE


def font_remarks(layouts: Layouts) -> tuple[Diagnostic, ...]:
    """Faults of `layouts/fonts.yaml`."""
    return _families(layouts.files["fonts.yaml"])[1]


@lru_cache(maxsize=8)
def _families(text: str) -> tuple[tuple[Family, ...], tuple[Diagnostic, ...]]:
    diagnostics = Diagnostics()
    return tuple(map(_family, read_fonts(text, diagnostics))), diagnostics.remarks


def _family(listed: ListedFamily) -> Family:
    name, package = listed.family, listed.package
    files = (face_file(package, face.file, face.weight, face.italic) for face in listed.faces)
    faces = (
        FontFace(name, face.weight, face.italic, package, file) for face, file in zip(listed.faces, files, strict=True)
    )
    return Family(name, listed.for_, tuple(faces))


def font_set(
    imprint: LibrarySettings, layouts: Layouts, edition: Edition = USUAL_EDITION, text: str | None = ""
) -> FontSet:
    """The faces of a text in markup; in large print the faces of its own family, if they have every character.

    Formulas do not count. Characters that no family of the library has are set in the fallback families of every text.
    A text of None means any text: then both families are given, and the second sets the characters that the first
    lacks.
    """
    text = _FORMULA.sub("", text) if text else text
    own = _own_font_set(imprint, layouts, edition, text)
    return own.for_text(text, imprint) if text else own


def _own_font_set(imprint: LibrarySettings, layouts: Layouts, edition: Edition, text: str | None) -> FontSet:
    """Headings have their own family only with the first family of text: a typeface that is chosen sets them too."""
    listed = families(layouts)
    house = _chosen(imprint, listed) or listed[0]
    uses = (CODE, HEADINGS) if house == listed[0] else (CODE,)
    others = tuple(family for family in listed if family.use in uses)
    code = tuple(family for family in others if family.use == CODE)
    large = next((family for family in listed if family.use == LARGE_PRINT), None) if EDITIONS[edition].large else None
    if large is None or large.name == house.name:
        return FontSet(house, others)
    if text is None:
        return FontSet(large, (house, *code))
    lacking = coverage(house.faces) - coverage(large.faces)
    return FontSet(house, others) if lacking.intersection(map(ord, set(text))) else FontSet(large, code)


def text_faces(imprint: LibrarySettings, layouts: Layouts) -> tuple[FontFace, ...]:
    """The fonts of running text: a character must be in all of them. Other families fall back on this one."""
    return font_set(imprint, layouts).text.faces


def coverage(faces: tuple[FontFace, ...]) -> frozenset[int]:
    """The code points that every one of the faces can print."""
    return common_characters((face.package, face.file) for face in faces)


def letters_of(imprint: LibrarySettings, layouts: Layouts) -> frozenset[int]:
    """The code points that a library can print: those of its text, and those that its texts fall back on."""
    return coverage(text_faces(imprint, layouts)) | borrowed_characters(imprint.fields.design.scripts)


def _chosen(imprint: LibrarySettings, listed: tuple[Family, ...]) -> Family | None:
    """The family that the library chooses, if it can be had."""
    chosen = imprint.fields.design.typeface
    if chosen is None:
        return None
    if chosen.package is None:
        return next(
            (family for family in listed if family.name == chosen.family and family.use not in (CODE, HEADINGS)), None
        )
    return None if absent(chosen) else own_family(chosen)


@lru_cache(maxsize=8)
def own_family(chosen: Typeface) -> Family:
    """A family by its package and files, with the faces that there are."""
    package = chosen.package or ""
    return Family(
        chosen.family,
        TEXT,
        tuple(
            FontFace(chosen.family, face.weight, face.italic, package, instance)
            for face in FOUR
            if (file := own_file(chosen, face)) and (instance := face_file(package, file, face.weight, face.italic))
        ),
    )


def own_file(chosen: Typeface, face: Face) -> str:
    """The file of a face: the one that is named for it, else one of a usual name that there is; nothing where none is.

    A variable file that is named for the same slant has every weight.
    """
    if named := getattr(chosen, face.key):
        return str(named)
    stem, slanted = chosen.family.replace(" ", ""), "-Italic" if face.italic else ""
    held = font_names(chosen.package or "")
    usual = [f"{stem}-{face.key.title().replace('_', '')}.{end}" for end in ("ttf", "otf")]
    varying = [name for name in held if re.fullmatch(rf"{re.escape(stem + slanted)}\[[^\]]*\]\.(ttf|otf)", name)]
    found = next((name for name in (*usual, *varying) if name in held), "")
    lighter = getattr(chosen, "italic" if face.italic else "regular") or ""
    return found or (lighter if lighter and face_file(chosen.package or "", lighter, 400, False) != lighter else "")


@lru_cache(maxsize=8)
def absent(chosen: Typeface) -> tuple[tuple[str, str], ...]:
    """Keys of a typeface whose package is not available, each with the reason."""
    found = []
    for face in FOUR:
        file = own_file(chosen, face)
        if file or face == REGULAR:
            try:
                font_looks(chosen.package or "", file or f"{chosen.family.replace(' ', '')}-Regular.ttf")
            except EnvironmentFailure as reason:
                found.append((face.key, str(reason)))
    return tuple(found)

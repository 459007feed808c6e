"""Typefaces of a text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.compose.design.faces import Faces, fallback_characters, fallback_families
from pipeline.core.diagnostics import Diagnostic, Diagnostics, EnvironmentFailure
from pipeline.core.text.fonts import common_characters, face_file, list_font_files, read_font_properties
from pipeline.load.records import read_fonts
from pipeline.model.formats import PDF_VARIANTS, USUAL_VARIANT, Layouts, PdfVariant
from pipeline.model.manuscript import FontFace
from pipeline.model.source.library_file import LibrarySettings, ListedFamily, Typeface

TEXT, HEADINGS, CODE, LARGE_PRINT = "text", "headings", "code", "large-print"
"""Uses of a family in `layouts/fonts.yaml`."""

_FORMULA = re.compile(r"<math .*?</math>", re.DOTALL)
"""A formula in markup: it has its own typeface."""


@dataclass(frozen=True, slots=True)
class Face:
    """One of the four faces of a text: its key in `library.yaml`, its weight, its slant."""

    key: str
    weight: int
    italic: bool


REGULAR = Face("regular", 400, False)
FOUR = (REGULAR, Face("italic", 400, True), Face("bold", 700, False), Face("bold_italic", 700, True))


@dataclass(frozen=True, slots=True)
class Family:
    """A family of type: its name in CSS, its use, its faces."""

    name: str
    use: str
    faces: tuple[FontFace, ...]


def _house(name: str, use: str, package: str, *files: str) -> Family:
    """Return a family by its files: regular, italic, bold, bold italic."""
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
USUAL_FAMILIES = (
    _house("Source Sans 3", TEXT, "fontpkg_source_sans_3", *_SOURCE),
    Family("Source Serif 4", HEADINGS, _SERIF),
    _house("IBM Plex Mono", CODE, "fontpkg_ibm_plex_mono", "IBMPlexMono-Regular.ttf"),
    _house("Atkinson Hyperlegible", LARGE_PRINT, "fontpkg_atkinson_hyperlegible", *_ATKINSON),
)
"""Families that replace a list with a mistake."""


@dataclass(frozen=True, slots=True)
class FontSet:
    """Faces of one text: first the faces of its words."""

    text: Family
    others: tuple[Family, ...] = ()
    fallback: tuple[Faces, ...] = ()
    """Families for characters that the text's family lacks."""

    @property
    def faces(self) -> tuple[FontFace, ...]:
        """All faces, in order."""
        own_faces = (face for family in (self.text, *self.others) for face in family.faces)
        return (*own_faces, *(face for faces in self.fallback for face in faces))

    @property
    def book_faces(self) -> tuple[FontFace, ...]:
        """The faces of an e-book without those of headings: its reader may change their typeface."""
        return tuple(face for face in self.faces if face not in self.head_faces)

    @property
    def head_faces(self) -> tuple[FontFace, ...]:
        """The faces of titles and headings of sections, if these have a family of their own."""
        return tuple(face for family in self.others if family.use == HEADINGS for face in family.faces)

    @property
    def css_names(self) -> tuple[str, str]:
        """The families of words and of headings with their fallback families, as lists in CSS."""
        names = [f'"{name}"' for name in (self.text.name, *(faces[0].family for faces in self.fallback))]
        heads = [f'"{family.name}"' for family in self.others if family.use == HEADINGS]
        return ", ".join(names), ", ".join((*heads, *names))

    def for_text(self, text: str, imprint: LibrarySettings) -> FontSet:
        """Return these faces with the fallback faces that a text needs."""
        return replace(self, fallback=fallback_families(set(text), self.text.faces, imprint.fields.design.scripts))


def listed_families(layouts: Layouts) -> tuple[Family, ...]:
    """Return the families in `layouts/fonts.yaml`, or `USUAL_FAMILIES` after a mistake in it; the first is for text."""
    return _families(layouts.files["fonts.yaml"])[0] or USUAL_FAMILIES


def font_remarks(layouts: Layouts) -> tuple[Diagnostic, ...]:
    """Report faults of `layouts/fonts.yaml`."""
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


def choose_fonts(
    imprint: LibrarySettings, layouts: Layouts, variant: PdfVariant = USUAL_VARIANT, text: str | None = ""
) -> FontSet:
    """Return the faces of a text in markup; in large print those for large print, if they have every character.

    Formulas do not count. Other characters have fallback families. A text of None means any text: then the set has both
    families, and the second is for characters that the first lacks.
    """
    text = _FORMULA.sub("", text) if text else text
    fonts = _own_font_set(imprint, layouts, variant, text)
    return fonts.for_text(text, imprint) if text else fonts


def _own_font_set(imprint: LibrarySettings, layouts: Layouts, variant: PdfVariant, text: str | None) -> FontSet:
    """Return a set without fallback. Headings have their own family only if the library chooses no typeface."""
    listed = listed_families(layouts)
    usual = _chosen_family(imprint, listed) or listed[0]
    uses = (CODE, HEADINGS) if usual == listed[0] else (CODE,)
    others = tuple(family for family in listed if family.use in uses)
    code = tuple(family for family in others if family.use == CODE)
    large = (
        next((family for family in listed if family.use == LARGE_PRINT), None) if PDF_VARIANTS[variant].large else None
    )
    if large is None or large.name == usual.name:
        return FontSet(usual, others)
    if text is None:
        return FontSet(large, (usual, *code))
    missing = common_points(usual.faces) - common_points(large.faces)
    return FontSet(usual, others) if missing.intersection(map(ord, set(text))) else FontSet(large, code)


def faces_of_text(imprint: LibrarySettings, layouts: Layouts) -> tuple[FontFace, ...]:
    """Return the faces of running text, on which other families fall back."""
    return choose_fonts(imprint, layouts).text.faces


def common_points(faces: tuple[FontFace, ...]) -> frozenset[int]:
    """Return the code points that all of the faces have."""
    return common_characters((face.package, face.file) for face in faces)


def printable_points(imprint: LibrarySettings, layouts: Layouts) -> frozenset[int]:
    """Return the code points that a library can print, with fallback faces."""
    return common_points(faces_of_text(imprint, layouts)) | fallback_characters(imprint.fields.design.scripts)


def _chosen_family(imprint: LibrarySettings, listed: tuple[Family, ...]) -> Family | None:
    """Return the family that the library chooses, if it is available."""
    chosen = imprint.fields.design.typeface
    if chosen is None:
        return None
    if chosen.package is None:
        return next(
            (family for family in listed if family.name == chosen.family and family.use not in (CODE, HEADINGS)), None
        )
    return None if unavailable_faces(chosen) else own_family(chosen)


@lru_cache(maxsize=8)
def own_family(chosen: Typeface) -> Family:
    """Return a family by its package and files, with the faces that exist."""
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
    """Return the file of a face: the one given for it, else a file with a usual name, else a variable one; or ''.

    A variable file that is given for the same slant has every weight.
    """
    if file := getattr(chosen, face.key):
        return str(file)
    stem, slant = chosen.family.replace(" ", ""), "-Italic" if face.italic else ""
    package = chosen.package or ""
    names = list_font_files(package)
    usual = [f"{stem}-{face.key.title().replace('_', '')}.{end}" for end in ("ttf", "otf")]
    variable = [name for name in names if re.fullmatch(rf"{re.escape(stem + slant)}\[[^\]]*\]\.(ttf|otf)", name)]
    if file := next((name for name in (*usual, *variable) if name in names), ""):
        return file
    lighter = getattr(chosen, "italic" if face.italic else "regular") or ""
    return lighter if lighter and face_file(package, lighter, 400, False) != lighter else ""


@lru_cache(maxsize=8)
def unavailable_faces(chosen: Typeface) -> tuple[tuple[str, str], ...]:
    """Return the keys of a typeface with files that are not available, each with the reason."""
    missing = []
    for face in FOUR:
        file = own_file(chosen, face)
        if file or face == REGULAR:
            try:
                read_font_properties(chosen.package or "", file or f"{chosen.family.replace(' ', '')}-Regular.ttf")
            except EnvironmentFailure as reason:
                missing.append((face.key, str(reason)))
    return tuple(missing)

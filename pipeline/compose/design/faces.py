"""Rules of fonts in style sheets, the fallback fonts of a text, letter by letter, and the fonts of an e-book."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import replace
from functools import cache

from pipeline.core.text.fonts import (
    CJK,
    COMMON_CHARACTERS,
    DEJAVU,
    NOTO,
    STIX,
    common_characters,
    font_characters,
    is_fallback,
    is_installed,
    read_font_licence,
    script_of,
)
from pipeline.model.manuscript import Chapter, FontFace, SubsetFont


def font_rules(faces: tuple[FontFace, ...]) -> str:
    """Return an `@font-face` rule for each face, by its `font:` address."""
    return "".join(
        font_rule(face.family, face.weight, face.italic, f"font:{face.package}/{face.file}") for face in faces
    )


def font_rule(family: str, weight: int, italic: bool, address: str) -> str:
    """Return the `@font-face` rule of a font at an address."""
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
        f'font-style: {"italic" if italic else "normal"}; src: url("{address}") }}\n'
    )


# A text gets the fallback faces that it needs. Fallback by script is for libraries that ask for it: some scripts need
# fonts that not every machine has, and run from right to left.

Faces = tuple[FontFace, ...]
"""The faces of one family."""


def _faces(family: str, package: str, *files: str) -> Faces:
    """Return a family by its files, from regular to bold, upright ones first."""
    return tuple(
        FontFace(
            f"Fallback {family}", 700 if "@700" in file or "Bold" in file else 400, "Italic" in file, package, file
        )
        for file in files
    )


def _noto(script: str) -> Faces:
    stem = f"NotoSans{script}[wght]"
    return _faces(f"Noto Sans {script}", NOTO, f"{stem}@400.ttf", f"{stem}@700.ttf")


def _cjk(number: int, name: str) -> Faces:
    """Return one of the collection's fonts. Each has all letters, in the forms of its language."""
    return _faces(f"Noto Sans CJK {name}", CJK, *(f"NotoSansCJK-{style}~{number}.ttc" for style in ("Regular", "Bold")))


_NOTO_SANS = _faces(
    "Noto Sans",
    NOTO,
    *("NotoSans[wght]@400.ttf", "NotoSans[wght]@700.ttf"),
    *("NotoSans-Italic[wght]@400i.ttf", "NotoSans-Italic[wght]@700i.ttf"),
)
_CHAIN: tuple[Faces, ...] = (
    _NOTO_SANS,
    _faces("DejaVu Sans", DEJAVU, "DejaVuSans.ttf"),
    _noto("Symbols"),
    _faces("STIX Two Math", STIX, "STIXTwoMath-Regular.ttf"),
    _faces("Noto Emoji", NOTO, "NotoEmoji[wght]@400.ttf"),
)
"""The fallback families of every text, in order."""

_SCRIPTS_BEFORE = {name: _noto(name.title()) for name in ("arabic", "hebrew", "devanagari")}
"""Scripts before the chain, which has some of their letters but cannot join them."""
_SCRIPTS_AFTER = {"japanese": _cjk(0, "Japanese"), "korean": _cjk(1, "Korean"), "chinese": _cjk(2, "Chinese")}
"""Scripts after the chain: their fonts also have signs, as wide as their letters."""


def missing_package(script: str, is_there: Callable[[str], bool] = is_installed) -> str:
    """Return the Debian package that a script needs, if it is not installed."""
    return CJK if script in _SCRIPTS_AFTER and not is_there(CJK) else ""


def _chain(scripts: Iterable[str]) -> Iterator[tuple[Faces, frozenset[int]]]:
    """Yield the fallback families in order, each with the characters that it is used for."""
    names = tuple(dict.fromkeys(scripts))
    for name in names:
        if name in _SCRIPTS_BEFORE:
            yield _SCRIPTS_BEFORE[name], _characters(_SCRIPTS_BEFORE[name])
    for faces in _CHAIN:
        yield faces, _without_scripts(faces)
    last = next((_SCRIPTS_AFTER[name] for name in names if name in _SCRIPTS_AFTER and not missing_package(name)), None)
    if last:
        yield last, _characters(last)


@cache
def _characters(faces: Faces) -> frozenset[int]:
    return common_characters((face.package, face.file) for face in faces)


@cache
def _without_scripts(faces: Faces) -> frozenset[int]:
    return frozenset(code for code in font_characters(faces[0].package, faces[0].file) if not script_of(code))


def fallback_characters(scripts: Iterable[str] = ()) -> frozenset[int]:
    """Return the code points of all fallback families, for a library that asks for some scripts."""
    return frozenset().union(*(characters for _, characters in _chain(scripts)))


FULL_REPERTOIRE = frozenset({"fontpkg_source_sans_3", "fontpkg_lato"})
"""Typefaces with every letter of the repertoire: for most texts no font has to be read."""


def fallback_families(characters: Iterable[str], own_faces: Faces, scripts: Iterable[str] = ()) -> tuple[Faces, ...]:
    """Return the fallback families that a text needs for characters that its own faces lack, in order."""
    rare = {character for character in characters if not character.isspace()}
    if own_faces and own_faces[0].package in FULL_REPERTOIRE:
        rare -= COMMON_CHARACTERS
    if not rare:
        return ()
    missing = set(map(ord, rare)) - common_characters((face.package, face.file) for face in own_faces)
    families = []
    for faces, available in _chain(scripts) if missing else ():
        if missing & available:
            families.append(faces)
            missing = missing - available
    return tuple(families)


ALL_NAMES = tuple(
    dict.fromkeys(faces[0].family for faces in (*_SCRIPTS_BEFORE.values(), *_CHAIN, *_SCRIPTS_AFTER.values()))
)
"""Names of all fallback families in order, for style sheets of any text."""


# Fonts of an e-book: the faces that its text uses, and the characters of each. A family of another name in the style
# sheets of `layouts/epub` gets no fonts.

TEXT_NAME, HEAD_NAME, CODE_NAME = "Book Text", "Book Head", "Book Code"
"""The families of text, of titles and headings of sections, and of code."""

_CODE = re.compile(r"<(?:code|pre|kbd|samp)\b")
_SLANTED = re.compile(r"<(?:em|i|cite|dfn|var)\b")
_HEAVY = r"(?:h[1-6]|th|dt|strong|b|caption)\b"
_SLANTED_IN_HEAVY = re.compile(rf"<{_HEAVY}(?:(?!</{_HEAVY}).)*?{_SLANTED.pattern}", re.DOTALL)
_HEAVY_IN_SLANTED = re.compile(r"<(em|i|cite|dfn|var)\b(?:(?!</\1>).)*?<(?:strong|b)\b", re.DOTALL)
_SLANTED_IN_HEAD = re.compile(rf"<h[12]\b(?:(?!</h[12]).)*?{_SLANTED.pattern}", re.DOTALL)
_SMALL_CAPS = re.compile(r"\bsmall-caps\b")


def characters_of_face(face: FontFace) -> frozenset[int]:
    """Return the code points that a face has."""
    return font_characters(face.package, face.file)


def choose_book_fonts(
    chapters: Iterable[Chapter],
    words: Iterable[str],
    faces: tuple[FontFace, ...],
    style: str,
    characters: Callable[[FontFace], Set[int]] = characters_of_face,
    heads: tuple[FontFace, ...] = (),
) -> tuple[SubsetFont, ...]:
    """Return a subset font of each face that the chapters use, in order; `words` are further text of the book.

    The first of `faces` is of the text's family, those of other families set code. A font without a known licence is
    left out: the text can be read without it. `characters` returns the code points of a face. `heads` are the faces of
    headings, which an e-book calls bold whatever their weight.
    """
    chapters = tuple(chapters)
    bodies = tuple(chapter.body for chapter in chapters)
    used = characters_used(chapters, words)
    unusual = "".join(sorted(used - COMMON_CHARACTERS))
    fallback = tuple(face for face in faces if is_fallback(face.package))
    own_faces = tuple(face for face in faces if face not in fallback)
    small_caps = any(map(_SMALL_CAPS.search, bodies))
    fonts: dict[tuple[str, int, bool], SubsetFont] = {}
    named = [(TEXT_NAME if face.family == faces[0].family else CODE_NAME, face) for face in own_faces]
    for name, face in (*named, *((HEAD_NAME, replace(face, weight=700)) for face in heads)):
        if name in style and read_font_licence(face.package) and _is_used(face, name, bodies):
            extra = _available(characters(face), unusual) if unusual else ""
            font = SubsetFont(face, name, extra, small_caps and name == TEXT_NAME)
            fonts.setdefault((name, face.weight, face.italic), font)
    missing = used - letters_of_text_faces(own_faces, characters)
    return (*fonts.values(), *(_fallback_fonts(fallback, missing, bodies, characters) if TEXT_NAME in style else ()))


def characters_used(chapters: Iterable[Chapter], words: Iterable[str]) -> set[str]:
    """Return the characters of a book's chapters and further text."""
    return set().union(*(chapter.body for chapter in chapters), *words)


def letters_of_text_faces(faces: Iterable[FontFace], characters: Callable[[FontFace], Set[int]]) -> set[str]:
    """Return the characters that all faces of the text's family have."""
    faces = tuple(faces)
    sets = [characters(face) for face in faces if face.family == faces[0].family]
    return set(map(chr, frozenset.intersection(*map(frozenset, sets)))) if sets else set()


def _fallback_fonts(
    faces: tuple[FontFace, ...], missing: Set[str], bodies: tuple[str, ...], characters: Callable[[FontFace], Set[int]]
) -> Iterator[SubsetFont]:
    """Return a subset font of each fallback face, with only the characters that are missing."""
    for family in dict.fromkeys(face.family for face in faces):
        family_faces = [face for face in faces if face.family == family]
        extra = _available(characters(family_faces[0]), "".join(sorted(missing)))
        missing = missing - set(extra)
        name = family.replace("Fallback", "Book")
        yield from (
            SubsetFont(face, name, extra, alone=True) for face in family_faces if extra and _is_used(face, name, bodies)
        )


def name_fallback_families(style: str, names: Iterable[str]) -> str:
    """Return a style sheet with a book's fallback families named after that of its text."""
    others = [name for name in dict.fromkeys(names) if name not in (TEXT_NAME, HEAD_NAME, CODE_NAME)]
    return style.replace(f'"{TEXT_NAME}"', ", ".join(f'"{name}"' for name in (TEXT_NAME, *others)))


def _is_used(face: FontFace, name: str, bodies: tuple[str, ...]) -> bool:
    """Whether the text uses the face. Upright faces always are: every text has a heading."""
    if name == CODE_NAME:
        return any(map(_CODE.search, bodies))
    if not face.italic:
        return True
    if name == HEAD_NAME:
        return any(map(_SLANTED_IN_HEAD.search, bodies))
    if face.weight < 600:
        return any(map(_SLANTED.search, bodies))
    return any(_SLANTED_IN_HEAVY.search(body) or _HEAVY_IN_SLANTED.search(body) for body in bodies)


def _available(code_points: Set[int], characters: str) -> str:
    """Return the characters that a face has."""
    return "".join(character for character in characters if ord(character) in code_points)

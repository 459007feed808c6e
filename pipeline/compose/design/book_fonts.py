"""Fonts of an e-book: the faces that its text uses, and the characters of each.

The names are those of the families in `layouts/epub`; a style sheet without these names gets no fonts.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import replace

from pipeline.core.text.fonts import COMMON_CHARACTERS, font_characters, is_fallback, read_font_licence
from pipeline.model.manuscript import Chapter, FontFace, SubsetFont

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
    own = tuple(face for face in faces if face not in fallback)
    small_caps = any(map(_SMALL_CAPS.search, bodies))
    fonts: dict[tuple[str, int, bool], SubsetFont] = {}
    named = [(TEXT_NAME if face.family == faces[0].family else CODE_NAME, face) for face in own]
    for name, face in (*named, *((HEAD_NAME, replace(face, weight=700)) for face in heads)):
        if name in style and read_font_licence(face.package) and _is_used(face, name, bodies):
            extra = _available(characters(face), unusual) if unusual else ""
            font = SubsetFont(face, name, extra, small_caps and name == TEXT_NAME)
            fonts.setdefault((name, face.weight, face.italic), font)
    missing = used - letters_of_text_faces(own, characters)
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

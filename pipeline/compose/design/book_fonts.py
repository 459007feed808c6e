"""Fonts of a book for screens: the faces that its text uses, and the characters of each.

The names are those that `layouts/epub` gives its families; a style sheet that does not name them gets no fonts.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import replace

from pipeline.core.text.fonts import REPERTOIRE, font_characters, font_licence, is_fallback
from pipeline.model.manuscript import Chapter, FontFace, SubsetFont

TEXT_NAME, HEAD_NAME, CODE_NAME = "Book Text", "Book Head", "Book Code"
"""The families of a book's words, of its titles and headings of sections, and of what is typed in it."""

_CODE = re.compile(r"<(?:code|pre|kbd|samp)\b")
_SLANTED = re.compile(r"<(?:em|i|cite|dfn|var)\b")
_HEAVY = r"(?:h[1-6]|th|dt|strong|b|caption)\b"
_SLANTED_IN_HEAVY = re.compile(rf"<{_HEAVY}(?:(?!</{_HEAVY}).)*?{_SLANTED.pattern}", re.DOTALL)
_HEAVY_IN_SLANTED = re.compile(r"<(em|i|cite|dfn|var)\b(?:(?!</\1>).)*?<(?:strong|b)\b", re.DOTALL)
_SLANTED_IN_HEAD = re.compile(rf"<h[12]\b(?:(?!</h[12]).)*?{_SLANTED.pattern}", re.DOTALL)
_SMALL_CAPS = re.compile(r"\bsmall-caps\b")


def characters_of(face: FontFace) -> frozenset[int]:
    """The code points that a face can print."""
    return font_characters(face.package, face.file)


def fonts_of_book(
    chapters: Iterable[Chapter],
    words: Iterable[str],
    faces: tuple[FontFace, ...],
    style: str,
    characters: Callable[[FontFace], Set[int]] = characters_of,
    heads: tuple[FontFace, ...] = (),
) -> tuple[SubsetFont, ...]:
    """A subset font of each face that the chapters use, in order; `words` are those of the book beside its chapters.

    The first of `faces` is of the family of the text, those of other families set what is typed. A font whose terms
    nobody knows is not enclosed: the text can be read without it. `characters` gives the code points that a face has.
    `heads` are those of headings, of whatever weight: a book says of them that they are bold.
    """
    chapters = tuple(chapters)
    bodies = tuple(chapter.body for chapter in chapters)
    used = letters_used(chapters, words)
    beyond = "".join(sorted(used - REPERTOIRE))
    own, borrowed = _parted(faces)
    small_caps = any(map(_SMALL_CAPS.search, bodies))
    found: dict[tuple[str, int, bool], SubsetFont] = {}
    named = [(TEXT_NAME if face.family == faces[0].family else CODE_NAME, face) for face in own]
    for name, face in (*named, *((HEAD_NAME, replace(face, weight=700)) for face in heads)):
        if name in style and font_licence(face.package) and _is_used(face, name, bodies):
            extra = _held(characters(face), beyond) if beyond else ""
            font = SubsetFont(face, name, extra, small_caps and name == TEXT_NAME)
            found.setdefault((name, face.weight, face.italic), font)
    lacking = used - letters_of(own, characters)
    return (*found.values(), *(_borrowed(borrowed, lacking, bodies, characters) if TEXT_NAME in style else ()))


def letters_used(chapters: Iterable[Chapter], words: Iterable[str]) -> set[str]:
    """The characters of a book's chapters, and of what it says beside them."""
    return set().union(*(chapter.body for chapter in chapters), *words)


def letters_of(faces: Iterable[FontFace], characters: Callable[[FontFace], Set[int]]) -> set[str]:
    """The characters that all faces of the text have."""
    faces = tuple(faces)
    sets = [characters(face) for face in faces if face.family == faces[0].family]
    return set(map(chr, frozenset.intersection(*map(frozenset, sets)))) if sets else set()


def _parted(faces: tuple[FontFace, ...]) -> tuple[tuple[FontFace, ...], tuple[FontFace, ...]]:
    """The faces of the book's own families, and those that it falls back on."""
    borrowed = tuple(face for face in faces if is_fallback(face.package))
    return tuple(face for face in faces if face not in borrowed), borrowed


def _borrowed(
    faces: tuple[FontFace, ...], lacking: Set[str], bodies: tuple[str, ...], characters: Callable[[FontFace], Set[int]]
) -> Iterator[SubsetFont]:
    """A subset font of each fallback face of the book, with the letters that it is needed for and no others."""
    for family in dict.fromkeys(face.family for face in faces):
        of_one = [face for face in faces if face.family == family]
        extra = _held(characters(of_one[0]), "".join(sorted(lacking)))
        lacking = lacking - set(extra)
        name = family.replace("Fallback", "Book")
        yield from (
            SubsetFont(face, name, extra, alone=True) for face in of_one if extra and _is_used(face, name, bodies)
        )


def with_fallback(style: str, names: Iterable[str]) -> str:
    """A style sheet with the families that a book falls back on named behind that of its text."""
    others = [name for name in dict.fromkeys(names) if name not in (TEXT_NAME, HEAD_NAME, CODE_NAME)]
    return style.replace(f'"{TEXT_NAME}"', ", ".join(f'"{name}"' for name in (TEXT_NAME, *others)))


def _is_used(face: FontFace, name: str, bodies: tuple[str, ...]) -> bool:
    """Whether the text wears the face. Upright ones of the text are always worn: every text has a heading."""
    if name == CODE_NAME:
        return any(map(_CODE.search, bodies))
    if not face.italic:
        return True
    if name == HEAD_NAME:
        return any(map(_SLANTED_IN_HEAD.search, bodies))
    if face.weight < 600:
        return any(map(_SLANTED.search, bodies))
    return any(_SLANTED_IN_HEAVY.search(body) or _HEAVY_IN_SLANTED.search(body) for body in bodies)


def _held(held: Set[int], characters: str) -> str:
    """Of some characters those that a face has."""
    return "".join(character for character in characters if ord(character) in held)

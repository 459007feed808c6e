"""Rules of fonts in style sheets, and the fallback fonts of a text, letter by letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

from pipeline.core.text.fonts import (
    CJK,
    COMMON_CHARACTERS,
    DEJAVU,
    NOTO,
    STIX,
    common_characters,
    font_characters,
    is_installed,
    script_of,
)
from pipeline.model.manuscript import FontFace


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


def fallback_families(characters: Iterable[str], own: Faces, scripts: Iterable[str] = ()) -> tuple[Faces, ...]:
    """Return the fallback families that a text needs for characters that its own faces lack, in order."""
    rare = {character for character in characters if not character.isspace()}
    if own and own[0].package in FULL_REPERTOIRE:
        rare -= COMMON_CHARACTERS
    if not rare:
        return ()
    missing = set(map(ord, rare)) - common_characters((face.package, face.file) for face in own)
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

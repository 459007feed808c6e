"""Fonts of a text: their rules in a style sheet, and the fonts that it falls back on, letter by letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from functools import cache

from pipeline.core.text.fonts import (
    CJK,
    DEJAVU,
    NOTO,
    REPERTOIRE,
    STIX,
    common_characters,
    font_characters,
    is_installed,
    script_of,
)
from pipeline.model.manuscript import FontFace


def font_rules(faces: tuple[FontFace, ...]) -> str:
    """An `@font-face` rule a font, each by its `font:` name."""
    return "".join(font_rule(f.family, f.weight, f.italic, f"font:{f.package}/{f.file}") for f in faces)


def font_rule(family: str, weight: int, italic: bool, address: str) -> str:
    """The `@font-face` rule of one font, which stands at an address."""
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
        f'font-style: {"italic" if italic else "normal"}; src: url("{address}") }}\n'
    )


# Fallback faces: a text gets those that it needs and no others. Fallback by script is for libraries that ask for it:
# some scripts need fonts that not every machine has, and run from right to left.

Faces = tuple[FontFace, ...]
"""The faces of one family."""


def _faces(family: str, package: str, *files: str) -> Faces:
    """A family whose files are given from regular to bold, the upright ones first."""
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
    """One of the collection's fonts: the letters that Chinese, Japanese and Korean share are written otherwise in each.

    Every one of them has the letters of all.
    """
    return _faces(f"Noto Sans CJK {name}", CJK, *(f"NotoSansCJK-{style}~{number}.ttc" for style in ("Regular", "Bold")))


_LETTERS = _faces(
    "Noto Sans",
    NOTO,
    *("NotoSans[wght]@400.ttf", "NotoSans[wght]@700.ttf"),
    *("NotoSans-Italic[wght]@400i.ttf", "NotoSans-Italic[wght]@700i.ttf"),
)
_CHAIN: tuple[Faces, ...] = (
    _LETTERS,
    _faces("DejaVu Sans", DEJAVU, "DejaVuSans.ttf"),
    _noto("Symbols"),
    _faces("STIX Two Math", STIX, "STIXTwoMath-Regular.ttf"),
    _faces("Noto Emoji", NOTO, "NotoEmoji[wght]@400.ttf"),
)
"""The families that every text falls back on, in order."""

_BEFORE = {name: _noto(name.title()) for name in ("arabic", "hebrew", "devanagari")}
"""Scripts that come before the chain, which has some of their letters without what joins them."""
_AFTER = {"japanese": _cjk(0, "Japanese"), "korean": _cjk(1, "Korean"), "chinese": _cjk(2, "Chinese")}
"""Scripts that come behind it: their fonts have signs too, as wide as their letters."""


def missing_package(script: str, is_there: Callable[[str], bool] = is_installed) -> str:
    """The Debian package that a script needs and the machine lacks, or nothing."""
    return CJK if script in _AFTER and not is_there(CJK) else ""


def _chain(scripts: Iterable[str]) -> Iterator[tuple[Faces, frozenset[int]]]:
    """The families of the chain in order, each with the characters that it may be asked for."""
    asked = tuple(dict.fromkeys(scripts))
    for name in asked:
        if name in _BEFORE:
            yield _BEFORE[name], _held(_BEFORE[name])
    for faces in _CHAIN:
        yield faces, _of_no_script(faces)
    last = next((_AFTER[name] for name in asked if name in _AFTER and not missing_package(name)), None)
    if last:
        yield last, _held(last)


@cache
def _held(faces: Faces) -> frozenset[int]:
    return common_characters((face.package, face.file) for face in faces)


@cache
def _of_no_script(faces: Faces) -> frozenset[int]:
    return frozenset(code for code in font_characters(faces[0].package, faces[0].file) if not script_of(code))


def borrowed_characters(scripts: Iterable[str] = ()) -> frozenset[int]:
    """The code points that the chain has, for a library that asks for some scripts."""
    return frozenset().union(*(held for _, held in _chain(scripts)))


def borrowed(characters: Iterable[str], own: Faces, scripts: Iterable[str] = ()) -> tuple[Faces, ...]:
    """The families of the chain that a text needs whose own faces lack some of its characters, in order."""
    rare = {character for character in characters if not character.isspace()}
    if own and own[0].package in WHOLE:
        rare -= REPERTOIRE
    return _rare(rare, own, scripts) if rare else ()


WHOLE = frozenset({"fontpkg_source_sans_3", "fontpkg_lato"})
"""Typefaces that have every letter of the repertoire, so that no font need be looked into for most texts."""


def _rare(characters: Set[str], own: Faces, scripts: Iterable[str]) -> tuple[Faces, ...]:
    wanted = set(map(ord, characters))
    lacking = wanted - common_characters((face.package, face.file) for face in own)
    found = []
    for faces, held in _chain(scripts) if lacking else ():
        if lacking & held:
            found.append(faces)
            lacking = lacking - held
    return tuple(found)


ALL_NAMES = tuple(dict.fromkeys(faces[0].family for faces in (*_BEFORE.values(), *_CHAIN, *_AFTER.values())))
"""The families of the whole chain, by name and in order, for style sheets that any text may be set with."""

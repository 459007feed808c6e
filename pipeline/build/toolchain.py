"""Which tools do the work: their versions, and the digest of our own code, stage by stage."""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pipeline import __version__
from pipeline.core.digest import digest, sha256
from pipeline.text.fallback_fonts import CJK, DEJAVU, NOTO, STIX, system_fonts

_HERE = Path(__file__).parent.parent

ENTRIES: Mapping[str, str] = {
    "parse": "load/library/briefing.py",
    "references": "load/library/references.py",
    "kept": "load/library/library.py",
    "zone": "load/yaml/documents.py",
    "picture": "load/pictures/picture.py",
    "insert": "bind/inserts/trial.py",
    "fit": "bind/inserts/inserts.py",
    "cite": "cite/citeproc.py",
    "compose": "compose/briefing.py",
    "press": "press/press.py",
    "stamp": "press/stamps.py",
    "cover": "press/cover.py",
    "cut": "press/subsetting.py",
    "bind": "build/bind_jobs.py",
    "promise": "proof/parity/promise.py",
    "proof": "proof/pdf/inspection.py",
    "proof-book": "proof/epub/inspection.py",
    "proof-page": "proof/markup/page.py",
    "openings": "proof/pdf/openings.py",
    "parity": "proof/parity/inspection.py",
    "others": "proof/validators/others.py",
    "vera": "proof/validators/vera.py",
    "epubcheck": "proof/validators/epubcheck.py",
}
"""The file that holds each remembered stage; what it imports decides the answer too."""

_FORMULAS = ("mathra", "math-core", "lxml")
_TEXT = ("PyYAML", "pydantic", "markdown-it-py", "mdit-py-plugins", "pypdfium2", "pillow", *_FORMULAS)
_WORKS = ("PyYAML", "pydantic", "pypandoc-binary", "bibtexparser", "rispy", *_FORMULAS)
_STYLE = ("tinycss2", "cssselect2")
_FACES = ("fonttools", "uharfbuzz")
_TYPE = ("weasyprint", "pydyf", *_FACES, "pikepdf", "pillow", *_STYLE, *_FORMULAS)
_FINISHED = ("pikepdf", "lxml", *_STYLE)

LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "parse": _TEXT,
    "references": _WORKS,
    "kept": (*_TEXT, *_WORKS, *_STYLE, "pikepdf", "page-validation"),
    "picture": ("pypdfium2", "pikepdf", "pillow", "lxml", "pydantic", *_STYLE),
    "zone": ("PyYAML", "pydantic"),
    "insert": ("pikepdf", "page-validation", "pypdfium2", "pillow", "weasyprint", "lxml"),
    "fit": ("pikepdf", "page-validation", "pypdfium2", "pillow", "weasyprint", "lxml"),
    "cite": ("pypandoc-binary", "lxml"),
    "compose": ("Jinja2", "MarkupSafe", "segno", "tinycss2", *_FACES, "PyYAML", "pydantic", *_FORMULAS, "tzdata"),
    "press": _TYPE,
    "stamp": _TYPE,
    "cover": (*_TYPE, "pypdfium2"),
    "cut": _FACES,
    "bind": (
        *("pikepdf", "EbookLib", "lxml", "weasyprint", "Jinja2", "MarkupSafe", "pillow", "tinycss2", *_FACES),
        *("pydantic", "tinyhtml5"),
    ),
    "promise": (),
    "proof": (*_FINISHED, "pillow", "page-validation", "pypdfium2"),
    "proof-book": _FINISHED,
    "proof-page": _FINISHED,
    "openings": _FINISHED,
    "parity": (*_FINISHED, "tinyhtml5", "MarkupSafe"),
    "vera": (),
    "epubcheck": ("epubcheck",),
    "others": (*_FINISHED, "page-validation", "outloud", "PyMuPDF", "fonttools"),
    "build": (
        *(*_TEXT, *_WORKS, *_TYPE, "EbookLib", "Jinja2", "MarkupSafe", "segno", "tinyhtml5"),
        *("page-validation", "outloud", "PyMuPDF"),
    ),
}
"""The libraries that decide it too: all that the stage's files import, and what those lean on. A promise is kept as it
was given: no library decides it."""


_SETTING = frozenset({"press", "stamp", "cover", "build"})
"""The stages that set type."""


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


_SCRIPTS = (".lua", ".java")
"""Code in other languages that lies beside what uses it."""


@cache
def code_digest(stage: str) -> str:
    """The digest of the code that a stage's answer depends on: all of it for a build, else what the stage imports."""
    return digest([(file.relative_to(_HERE), _file_digest(file)) for file in sorted(files_behind(stage))])


def files_behind(stage: str) -> set[Path]:
    """The files of code that a stage's answer depends on."""
    return _reached(_HERE / ENTRIES[stage]) if stage in ENTRIES else set(_ours())


@cache
def _ours() -> frozenset[Path]:
    """All files of code."""
    return frozenset(file for file in _HERE.rglob("*") if file.suffix in {".py", *_SCRIPTS})


def _reached(entry: Path) -> set[Path]:
    """A file of ours and all those it imports, however far round, with the scripts that lie beside them."""
    found: set[Path] = set()
    open_ends = {entry}
    while open_ends:
        files = open_ends - found
        found |= files
        open_ends = {other for file in files for other in _imports(file)}
    return found


@cache
def _scripts() -> Mapping[Path, tuple[Path, ...]]:
    """The scripts in each folder of code that has any."""
    scripts = [file for file in _ours() if file.suffix in _SCRIPTS]
    return {folder: tuple(s for s in scripts if s.parent == folder) for folder in {s.parent for s in scripts}}


@cache
def _file_digest(file: Path) -> str:
    return sha256(file.read_bytes())


@cache
def _imports(file: Path) -> frozenset[Path]:
    """The files of ours that one imports itself, and the scripts beside it."""
    found = set(_scripts().get(file.parent, ()))
    for package, names in _IMPORT.findall(file.read_text(encoding="utf-8")):
        folder = _HERE.joinpath(*package.split(".")[1:])
        found |= {folder.with_suffix(".py"), folder / "__init__.py"}
        found |= {folder / f"{name}.py" for name in re.findall(r"\w+", names)}
    return frozenset(found & _ours())


_IMPORT = re.compile(r"from (pipeline[\w.]*) import (\([^)]*\)|.*)")


@cache
def fonts() -> tuple[tuple[str, str], ...]:
    """The font packages installed, with their versions; of the system's as long as it is, which tells them apart."""
    found = [(name.replace("_", "-"), said) for name, said in sorted(_installed().items()) if name.startswith(_FONTS)]
    return (*found, *((CJK, said) for said in (system_fonts(CJK),) if said))


@cache
def versions(stage: str = "build") -> tuple[tuple[str, str], ...]:
    """The tools behind a stage, name and version, in order of name."""
    named = [(library, _version(library)) for library in dict.fromkeys(LIBRARIES[stage])]
    if stage in _SETTING:
        named += typesetting_libraries()
    if stage in {*_SETTING, "cut", "compose"}:
        named += fonts()
    if stage == "build":
        named.append(("briefings", __version__))
    return tuple(sorted(named, key=lambda pair: pair[0].lower()))


@cache
def stage_digest(stage: str) -> str:
    """What a stage's memory is keyed by beside its input: its code and its tools."""
    return digest(stage, code_digest(stage), versions(stage))

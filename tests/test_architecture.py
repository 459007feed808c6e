"""The shape of the code: the import ladder, file and function sizes, effects at the edge."""

from __future__ import annotations

import ast
import re
import runpy
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
import yaml

from pipeline.build.formats import MAKERS
from pipeline.core.ladder import LADDER
from pipeline.model.formats import EDITIONS, FORMATS, KINDS, STAMP_STYLES, Edition, Format, StampSheet

PIPELINE = Path(__file__).resolve().parent.parent / "pipeline"
FILES = sorted(PIPELINE.rglob("*.py"))
STEP = {room: height for height, rooms in enumerate(LADDER) for room in rooms}
STEP |= {"__init__": -1, "__main__": len(LADDER)}


@cache
def parsed(path: Path) -> ast.Module:
    """The program that a file holds."""
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module", autouse=True)
def forgotten() -> Iterator[None]:
    """Let go of all that was parsed, in the end."""
    yield
    parsed.cache_clear()


def room_of(path: Path) -> str:
    """The room a file belongs to: its folder in the package, or its own name."""
    parts = path.relative_to(PIPELINE).with_suffix("").parts
    return parts[0]


def imports_of(tree: ast.AST) -> Iterator[str]:
    """The rooms of the package that a file imports."""
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if node.module != "pipeline" else [f"pipeline.{a.name}" for a in node.names]
        for name in names:
            if name.startswith("pipeline."):
                yield name.split(".")[1]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(PIPELINE).as_posix())
def test_imports_run_downwards(path: Path) -> None:
    """A room imports only rooms below it on the ladder."""
    here = STEP[room_of(path)]
    tree = parsed(path)
    up = [room for room in imports_of(tree) if room in STEP and STEP[room] > here]
    up += [r for r in imports_of(tree) if r in STEP and STEP[r] == here and r != room_of(path)]
    assert not up, f"{path.name} imports upwards: {up}"


def test_nothing_but_rooms_lies_at_the_top() -> None:
    """A file has a room, and every room its rung."""
    assert {path.name for path in PIPELINE.glob("*.py")} == {"__init__.py", "__main__.py"}
    assert {room_of(path) for path in FILES} == set(STEP)


def test_the_ladder_has_at_most_twelve_rungs() -> None:
    """More of them nobody keeps in mind."""
    assert len(LADDER) <= 12


def test_the_handbook_draws_the_build_that_there_is() -> None:
    """Its page and picture are made from the code: `make handbook` writes them again."""
    made = runpy.run_path(str(PIPELINE.parent / ".setup" / "build_page.py"))
    handbook = PIPELINE.parent / "source" / "handbook"
    assert (handbook / "build.md").read_text(encoding="utf-8") == made["page"]()
    assert (handbook / "build.svg").read_text(encoding="utf-8") == made["picture"](made["named"]())


def test_the_handbook_names_files_that_there_are() -> None:
    """Every file of code that a page of the handbook names can be opened."""
    named = [
        (page.name, name)
        for page in sorted((PIPELINE.parent / "source/handbook").rglob("*.md"))
        for name in re.findall(r"`(?:pipeline/)?([a-z_]+/[a-z_/]+\.py)`", page.read_text(encoding="utf-8"))
    ]
    roots = (PIPELINE, PIPELINE.parent)
    assert [one for one in named if not any((root / one[1]).is_file() for root in roots)] == []
    assert len(named) > 20


def test_a_page_that_is_bound_links_to_none_that_is_not() -> None:
    """Pages for those who change the program are read where the code is; a link to one would lead out of the book."""
    handbook = PIPELINE.parent / "source" / "handbook"
    parts = yaml.safe_load((handbook / "pack.yaml").read_text(encoding="utf-8"))["parts"]
    bound = [page for part in parts for page in part["pages"]]
    led = [
        (page, name)
        for page in bound
        for name in re.findall(r"briefing:handbook-([a-z-]+)", (handbook / f"{page}.md").read_text(encoding="utf-8"))
    ]
    assert [one for one in led if one[1] not in {page.replace("/", "-") for page in bound}] == []
    assert len(led) > 20


def test_no_file_imports_in_a_circle() -> None:
    """No two files need each other, however far round."""
    needs: dict[str, set[str]] = {}
    for path in FILES:
        name = ".".join(path.relative_to(PIPELINE.parent).with_suffix("").parts).removesuffix(".__init__")
        tree = parsed(path)
        needs[name] = {n.module for n in tree.body if isinstance(n, ast.ImportFrom) and n.module} - {name}
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way, name))
        if name in done or name not in needs:
            return
        for other in sorted(needs[name]):
            visit(other, (*way, name))
        done.add(name)

    for name in sorted(needs):
        visit(name, ())


def test_the_faster_functions_have_one_door() -> None:
    """Others know what the `__init__` of `press/fast` names; one file installs it, which sets the engine up."""
    others = [path for path in FILES if path.parent != PIPELINE / "press" / "fast"]
    found = {
        path.relative_to(PIPELINE).as_posix(): node
        for path in others
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipeline.press.fast")
    }
    names = {path: {alias.name for alias in node.names} for path, node in found.items()}
    assert {node.module for node in found.values()} == {"pipeline.press.fast"}
    assert set().union(*names.values()) <= {"install", "released"}
    assert [path for path, named in names.items() if "install" in named] == ["press/engine/engine.py"]


def test_no_rule_and_no_publication_knows_the_library() -> None:
    """They are given a text and its environment, in which other briefings have no text."""
    files = [path for folder in ("rules", "publish") for path in (PIPELINE / "resolve" / folder).glob("*.py")]
    words = re.compile(r"\b(Library|read_library|read_briefings)\b")
    assert len(files) > 30
    assert [path.name for path in files if words.search(path.read_text(encoding="utf-8"))] == []


def test_a_wheel_holds_every_folder() -> None:
    """What `pyproject.toml` does not list is missing where the program is installed."""
    project = tomllib.loads((PIPELINE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(project["tool"]["setuptools"]["packages"])
    folders = {".".join(file.parent.relative_to(PIPELINE.parent).parts) for file in PIPELINE.rglob("__init__.py")}
    assert listed == folders | {"pipeline.shipped_layouts", "pipeline.shipped_handbook"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(PIPELINE).as_posix())
def test_rooms_are_small(path: Path) -> None:
    """A file has at most 400 lines, a function at most 50."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 50, f"{node.name} has {length} lines"


EDGE = {
    "core/limits.py",
    "store/store.py",
    "store/files.py",
    "core/isolation.py",
    "core/progress.py",
    "core/files.py",
    "core/staging.py",
    "editions/issued/archive.py",
    "editions/sealing/keys.py",
    "colleges/deliveries/folder.py",
    "colleges/deliveries/sftp.py",
    "colleges/ledger/database.py",
    "build/output/outputs.py",
    "__main__.py",
    "load/library/folders.py",
    "text/fonts.py",
    "codes/examples.py",
    "compose/language/flags.py",
    "proof/validators/epubcheck.py",
}
"""The files beside those of the command that may touch the world."""

CALLS = {"read_text", "read_bytes", "write_text", "write_bytes", "now", "today", "getenv", "unlink", "mkdir", "open"}
HARMLESS = {"self", "pikepdf", "Pdf", "Image", "zipfile", "io", "file", "stream"}
"""Objects in memory whose methods are called like those of files."""


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(PIPELINE).as_posix())
def test_effects_stay_at_the_edge(path: Path) -> None:
    """Only the edge reads or writes files, looks at the clock or the environment."""
    if room_of(path) != "cli":
        assert bool(effects_of(path)) == (path.relative_to(PIPELINE).as_posix() in EDGE), effects_of(path)


def effects_of(path: Path) -> list[str]:
    """The places of a module that touch the world."""
    found = []
    for node in ast.walk(parsed(path)):
        match node:
            case ast.Call(func=ast.Name(id="open" | "print" as name)):
                found.append(f"line {node.lineno}: {name}")
            case ast.Call(func=ast.Attribute(attr=name, value=owner)) if name in CALLS:
                last = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
                if last not in HARMLESS and not last[:1].isupper():
                    found.append(f"line {node.lineno}: {name}")
            case ast.Attribute(attr="environ"):
                found.append(f"line {node.lineno}: environ")
    return found


def test_tables_for_spreadsheets_are_written_in_one_place() -> None:
    """Where cells that would run are guarded; the register and the ledger are appended by themselves."""
    found = [path for path in FILES if "csv.writer" in path.read_text(encoding="utf-8")]
    places = {path.relative_to(PIPELINE).as_posix() for path in found}
    assert places == {"core/tables.py", "load/library/register.py", "colleges/ledger/table.py"}


def test_no_two_public_types_share_a_name() -> None:
    """A class or a type alias without an underscore is the only one of its name."""
    found: dict[str, list[str]] = {}
    for path in FILES:
        for node in parsed(path).body:
            for name in type_names(node):
                found.setdefault(name, []).append(path.relative_to(PIPELINE).as_posix())
    assert {name: paths for name, paths in found.items() if len(paths) > 1 and not name.startswith("_")} == {}


def type_names(node: ast.stmt) -> Iterator[str]:
    """The class or type alias that a statement at the top of a module defines, by the house's way of naming types."""
    match node:
        case ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=[ast.Name(id=name)]) if name[0].isupper() and not name.isupper():
            yield name


OTHER_WORDS = {
    "html": {
        "bind/frames.py": "an element",
        "bind/web/page.py": "a way of writing of lxml",
        "cli/options.py": "a form of reports",
        "cli/word/import.py": "a form of reports",
        "cli/word/returning.py": "a form of reports",
        "colleges/deliveries/letters.py": "a media type",
        "load/html/blocks.py": "a kind of block of markdown-it",
        "load/markdown/parser.py": "an option of markdown-it",
        "press/document.py": "an element",
        "press/stamps.py": "an element",
        "site/pages.py": "a way of writing of lxml",
    },
    "epub": {
        "build/kinds/epub.py": "a folder of layouts",
        "compose/pack/layout.py": "a folder of layouts",
        "markup/xhtml.py": "a prefix of names",
    },
    "print": {
        "editions/numbers.py": "a key of a pack",
        "editions/ticket.py": "a key of a pack",
        "load/pictures/profiles.py": "a key of the library",
        "press/engine/engine.py": "a medium of CSS",
        "proof/accounts.py": "a medium of CSS",
    },
    "screen": {"proof/accounts.py": "a medium of CSS"},
    "large-print": {
        "compose/design/typeface.py": "a use of a family of type",
        "model/source/fonts.py": "a use of a family of type",
        "model/source/identifiers.py": "a key of front matter",
    },
}
"""Where a word that is the name of a format means something else, and what."""

OF_FORMATS = re.compile(r"(?:^|[._])(?:kind|format|formats|edition|named|wanted)$")
"""The names of what holds the name of a format."""


def test_names_of_formats_stand_in_their_table_alone() -> None:
    """All that is known of a format is asked of its row. 'text' is a word for much else: it is compared with none."""
    found: dict[str, dict[str, int]] = {}
    for path in FILES:
        name = path.relative_to(PIPELINE).as_posix()
        tree = parsed(path)
        for node in ast.walk(tree) if name != "model/formats.py" else ():
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value in FORMATS.keys() - {"text"}
            ):
                found.setdefault(node.value, {})[name] = node.lineno
            elif isinstance(node, ast.Compare) and compares_a_format(node):
                found.setdefault("text", {})[name] = node.lineno
    assert {word: set(places) for word, places in found.items()} == {
        word: set(places) for word, places in OTHER_WORDS.items()
    }, found


def compares_a_format(node: ast.Compare) -> bool:
    """Whether 'text' is compared with what holds the name of a format."""
    sides = (node.left, *node.comparators)
    words = any(isinstance(side, ast.Constant) and side.value == "text" for side in sides)
    return words and any(OF_FORMATS.search(ast.unparse(side)) for side in sides)


def test_every_format_has_a_row_and_every_kind_a_maker() -> None:
    """The names that authors may write are those of the tables."""
    assert tuple(FORMATS) == tuple(name for part in get_args(Format) for name in (get_args(part) or (part,)))
    assert tuple(EDITIONS) == get_args(Edition)
    assert {row.stamps for row in EDITIONS.values()} == set(STAMP_STYLES) == set(get_args(StampSheet))
    assert set(MAKERS) == set(KINDS)

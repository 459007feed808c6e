"""The shape of the code: which folder may import which, no circles, and functions that fit on a screen."""

from __future__ import annotations

import ast
import re
import runpy
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import yaml

from pipeline.build.formats import FORMAT_HANDLERS
from pipeline.core.services import installed_services
from pipeline.model.formats import FORMATS, KINDS, PDF_VARIANTS, STAMP_STYLES, Format, PdfVariant, StampSheet

ROOT = Path(__file__).resolve().parent.parent
PATHS = sorted((ROOT / "pipeline").rglob("*.py"))

LAYERS = (
    ("core",),
    ("model",),
    ("load",),
    ("resolve",),
    ("compose",),
    ("press",),
    ("bind", "proof"),
    ("build",),
    ("cli",),
    ("services",),
    ("__main__",),
)
"""The folders of `pipeline/` from the ground up: each imports itself and those of the layers below."""

LEVEL = {folder: level for level, folders in enumerate(LAYERS) for folder in folders}


def module_of(path: Path) -> str:
    """The name by which a file is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(tree: ast.Module, names: set[str]) -> Iterator[tuple[int, str]]:
    """The modules of ours that a file imports, each with its line; `names` are those that there are."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom) and node.module in names:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from ((node.lineno, name) for name in (inner & names or {node.module}))


@pytest.fixture(scope="module")
def parsed() -> dict[Path, ast.Module]:
    """The code of every module."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in PATHS}


@pytest.fixture(scope="module")
def needs(parsed: dict[Path, ast.Module]) -> dict[str, list[str]]:
    """What every module imports."""
    modules = {module_of(path): tree for path, tree in parsed.items()}
    names = set(modules)
    return {name: sorted({other for _, other in imports_of(tree, names)} - {name}) for name, tree in modules.items()}


def test_imports_run_downwards(needs: dict[str, list[str]]) -> None:
    found = []
    for name, needed in needs.items():
        here = name.partition(".")[2].partition(".")[0]
        for other in needed if here else ():
            there = other.partition(".")[2].partition(".")[0]
            if there and there != here and LEVEL[there] >= LEVEL[here]:
                found.append(f"{name} imports {other}")
    assert found == []


def test_no_modules_import_one_another(needs: dict[str, list[str]]) -> None:
    """However far round, and under TYPE_CHECKING too."""
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path, name))
        if name not in done:
            for other in needs[name]:
                visit(other, (*path, name))
            done.add(name)

    for name in needs:
        visit(name, ())


def test_services_import_only_those_that_they_say(needs: dict[str, list[str]]) -> None:
    """Of `pipeline/cli` they import only options, outcome and reports."""
    known, found = installed_services(), []
    for name, needed in needs.items():
        here = re.match(r"pipeline\.services\.(\w+)", name)
        for other in needed if here else ():
            there = re.match(r"pipeline\.services\.(\w+)", other)
            foreign = there and there[1] not in (here[1], *known[here[1]].reads)
            if foreign or (
                other.startswith("pipeline.cli.") and other.split(".")[2] not in ("options", "outcome", "reports")
            ):
                found.append(f"{name} imports {other}")
    assert found == []


@pytest.mark.every_service
def test_the_picture_of_the_rooms_is_drawn_from_the_code() -> None:
    drawn = runpy.run_path(str(ROOT / ".setup" / "rooms_picture.py"))["picture"]()
    assert (ROOT / "source/handbook/rooms.svg").read_text(encoding="utf-8") == drawn, "make handbook draws it again"


def test_functions_have_at_most_sixty_lines(parsed: dict[Path, ast.Module]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}"
        for path, tree in parsed.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert found == []


@pytest.mark.every_service
def test_tables_for_spreadsheets_are_written_in_one_place() -> None:
    """There cells that a spreadsheet would run are guarded; the ledger only adds rows."""
    found = [
        path.relative_to(ROOT / "pipeline").as_posix() for path in PATHS if "csv.writer" in path.read_text("utf-8")
    ]
    assert found == ["core/sentences.py", "services/colleges/ledger_events.py"]


def test_every_format_has_a_row_and_every_kind_a_maker() -> None:
    assert tuple(FORMATS) == tuple(name for part in get_args(Format) for name in (get_args(part) or (part,)))
    assert tuple(PDF_VARIANTS) == get_args(PdfVariant)
    assert {row.stamps for row in PDF_VARIANTS.values()} == set(STAMP_STYLES) == set(get_args(StampSheet))
    assert set(FORMAT_HANDLERS) == set(KINDS)


@pytest.mark.every_service
def test_the_handbook_and_the_code_name_files_that_there_are() -> None:
    paths = [path for folder in ("pipeline", "tests", ".setup") for path in (ROOT / folder).rglob("*")]
    known = [f"/{path.relative_to(ROOT).as_posix()}" + "/" * path.is_dir() for path in paths]
    pages = [*(ROOT / "source/handbook").rglob("*.md"), *(ROOT / "pipeline").rglob("*.py")]
    named = [
        (page.name, name)
        for page in sorted(pages)
        for name in re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.py|pipeline/[a-z_/]+/)`", page.read_text(encoding="utf-8"))
    ]
    assert [(page, name) for page, name in named if not any(path.endswith(f"/{name}") for path in known)] == []


def test_a_page_that_is_bound_links_to_none_that_is_not() -> None:
    """Pages for those who change the program are read where the code is; a link to one would lead out of the book."""
    handbook = ROOT / "source" / "handbook"
    books = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in handbook.glob("*.yaml")]
    bound = {page for book in books for part in book["parts"] for page in part["pages"]}
    led = [
        (page, name)
        for page in sorted(bound)
        for name in re.findall(r"briefing:handbook-([a-z-]+)", (handbook / f"{page}.md").read_text(encoding="utf-8"))
    ]
    assert [one for one in led if one[1] not in {page.replace("/", "-") for page in bound}] == []


@pytest.mark.every_service
def test_a_wheel_holds_every_folder() -> None:
    """A folder that `pyproject.toml` does not list is missing where the program is installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = {".".join(path.parent.relative_to(ROOT).parts) for path in PATHS if path.name == "__init__.py"}
    listed = set(project["tool"]["setuptools"]["packages"])
    assert listed == folders | {"pipeline.shipped_layouts", "pipeline.shipped_handbook"}

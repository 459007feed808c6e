"""A program without some of its services: the line and the other services work on."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from pipeline.core.services import installed_services
from tests.support.editions.issued_library import library
from tests.support.project import ROOT

pytestmark = pytest.mark.proof

LINE = ("bind", "build", "cli", "compose", "core", "layouts", "load", "press", "proof", "resolve")
"""The folders of `tests/` that test the line."""
PARTS = ("pipeline", "layouts", "source", "tests", ".setup", ".bench", "Makefile", "README.md", "CHANGELOG.md")
FILES = ("pyproject.toml", "requirements.lock", "requirements-dev.lock", ".ci", "LICENSE")


def program_without(removed: set[str], folder: Path) -> Path:
    """A copy of the program without these services and those that import them."""
    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
    for name in (*PARTS, *FILES):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder / name)
    for name, service in installed_services().items():
        if removed & {name, *service.reads}:
            shutil.rmtree(folder / "pipeline/services" / name)
    return folder


def run(program: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python on the copy, in its folder."""
    environment = os.environ | {"PYTHONPATH": str(program)}
    return subprocess.run(
        [sys.executable, *command], cwd=program, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", sorted(installed_services()))
def test_texts_are_built_without_a_service(name: str, tmp_path: Path) -> None:
    """And its verbs are unknown, while those of the services that do not import it are listed."""
    program = program_without({name}, tmp_path / "program")
    project = library(tmp_path / "library")
    if name in ("editions", "colleges"):
        (project / "source/colleges.yaml").unlink()
    built = run(program, "-m", "pipeline", "--project", str(project), "build", "--date", "2024-10-01", "--jobs", "1")
    assert built.returncode == 0, built
    listed = run(program, "-m", "pipeline", "--help").stdout
    for other, service in installed_services().items():
        here = name not in (other, *service.reads)
        assert all((f"\n  {verb} " in listed) is here for verb in service.verbs), (other, listed)


def test_editions_are_issued_where_no_service_knows_colleges(tmp_path: Path) -> None:
    program = program_without({"colleges"}, tmp_path / "program")
    project = library(tmp_path / "library")
    (project / "source/colleges.yaml").unlink()
    for verb in (
        ["issue", "nights", "--date", "2024-10-01", "--jobs", "1"],
        ["verify", str(project / "output/packs/nights/nights.txt")],
        ["due"],
    ):
        done = run(program, "-m", "pipeline", "--project", str(project), *verb)
        assert done.returncode == 0, done
    assert run(program, "-m", "pipeline", "--project", str(project), "deliver").returncode == 2
    folder = run(program, "-m", "pipeline", "--project", str(project), "verify", str(project / "output"))
    assert (folder.returncode, "is a folder: name its files" in folder.stdout) == (1, True), folder


def test_the_line_stands_without_any_service(tmp_path: Path) -> None:
    """It builds the sample library, its tests can be imported, and those of building and commands pass."""
    program = program_without(set(installed_services()), tmp_path / "program")
    built = run(program, "-m", "pipeline", "build", "--format", "pdf", "--date", "2026-11-25")
    assert built.returncode == 0, built
    tests = [
        path.relative_to(program).as_posix()
        for path in sorted((program / "tests").rglob("test_*.py"))
        if path.relative_to(program).parts[1] in (*LINE, path.name) and not imports_service(path, program)
    ]
    run_too = [path for path in tests if path.startswith(("tests/build/", "tests/cli/"))]
    for options in (["--collect-only", "-q", *tests], ["-n", "2", "-m", "not proof and not every_service", *run_too]):
        tested = run(program, "-m", "pytest", *options)
        assert tested.returncode == 0, tested.stdout[-5000:]


@cache
def imports_service(path: Path, program: Path) -> bool:
    """True if a file of tests imports a service, itself or through helpers of tests."""
    return any(
        name.startswith("pipeline.services.")
        or (
            (helper := program / f"{name.replace('.', '/')}.py").is_file()
            and name.startswith("tests.")
            and imports_service(helper, program)
        )
        for name in imported(path)
    )


def imported(path: Path) -> Iterator[str]:
    """The names of modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)

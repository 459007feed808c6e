"""The shape of the tests: where they lie, what they share, and that what they test is what runs."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
TEST_FILES = sorted(path for path in TESTS.rglob("*.py") if "node_modules" not in path.parts)
NO_ROOMS = {"codes", "acceptance", "layouts", "reading", "support"}
"""Folders beside those of rooms: the whole command, its speed, its looks and its readers, and what tests share."""


def test_tests_lie_as_the_code_does() -> None:
    """Each in the folder of the room that it tests; at the top those of the code as a whole."""
    folders = {path.relative_to(TESTS).parts[0] for path in TEST_FILES if path.parent != TESTS}
    assert folders - NO_ROOMS <= {path.name for path in (TESTS.parent / "pipeline").iterdir()}
    whole = {"conftest.py", "test_architecture.py", "test_dependencies.py", "test_patterns.py", "test_tests.py"}
    assert {path.name for path in TEST_FILES if path.parent == TESTS} == whole


def test_tests_share_only_what_is_there_to_be_shared() -> None:
    """They import from `tests.support`, and helpers of their own folder: no other tests, and no `conftest`."""
    wrong = [
        f"{path.relative_to(TESTS).as_posix()} imports {name}"
        for path in TEST_FILES
        for name in imports_of_tests(path)
        if name.split(".")[1] not in {"support", path.relative_to(TESTS).parts[0]}
        or re.search(r"\.(test_|conftest\b)", name)
    ]
    assert not wrong, wrong


def test_the_mark_of_long_checks_stands_in_files_of_tests() -> None:
    """What reads as few files as it can looks for it there: see `pytest_ignore_collect`."""
    marked = [path for path in TEST_FILES if "mark.proof" in path.read_text(encoding="utf-8")]
    assert len(marked) > 50
    assert {path.name for path in marked if not path.name.startswith("test_")} <= {"conftest.py"}


def imports_of_tests(path: Path) -> Iterator[str]:
    """The modules of tests that a file imports, with the names that it takes from them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tests":
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "tests")


def test_no_test_exchanges_our_own_code() -> None:
    """What is tested is what runs: limits are arguments, and faults are made by real inputs.

    Calls are watched by `tests/support/calls.py`. What may be exchanged is of the machine: of a library, or of Python.
    """
    found = [
        f"{path.relative_to(TESTS).as_posix()}:{line}: {words}"
        for path in TEST_FILES
        for line, words in exchanged(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found, found


EXCHANGING = {"setattr", "delattr", "setitem", "delitem"}


def exchanged(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The lines of a file in which something takes the place of our own code, or may."""
    ours = names_of_ours(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[target, *_]) if name in EXCHANGING:
                said = target.value if isinstance(target, ast.Constant) else ast.unparse(target)
                if re.split(r"\W", str(said))[0] in ours:
                    yield node.lineno, ast.unparse(node)
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name))]) if name in ours:
                yield node.lineno, ast.unparse(node)
            case ast.ImportFrom(module="unittest.mock") | ast.Import(names=[ast.alias(name="unittest.mock")]):
                yield node.lineno, ast.unparse(node)


def names_of_ours(tree: ast.AST) -> set[str]:
    """The names by which a file knows code of the pipeline or of the tests."""
    found = {"pipeline", "tests"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("pipeline", "tests"):
            found |= {alias.asname or alias.name for alias in node.names}
    return found


def test_every_folder_of_tests_is_looked_into(pytestconfig: pytest.Config) -> None:
    """Pytest passes by folders of some names, and says nothing: `build` is one of them."""
    passed_by = pytestconfig.getini("norecursedirs")
    folders = {part for path in TEST_FILES for part in path.relative_to(TESTS).parts[:-1]}
    assert [name for name in folders if any(fnmatch(name, pattern) for pattern in passed_by)] == []

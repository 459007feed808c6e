"""What a stage's results are remembered by: the libraries listed for it are all that its code imports."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from pipeline.build import toolchain as tools
from pipeline.build.toolchain import LIBRARIES, files_behind

UNDECIDING = {
    "promise": "what a file is held to is kept as it was given; no library decides it",
    "click": "how the command is called",
    "rich": "how progress is shown",
    "distributed": "on which machine the work is done",
    "dask": "what is said of that",
}
"""Stages whose libraries do not matter, and libraries that decide no result; and why."""


def third_party(path: Path) -> Iterator[str]:
    """The packages of others that a file imports, at its head or later; what only type checkers read is left out."""
    open_ends: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while open_ends:
        node = open_ends.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            open_ends += node.orelse
            continue
        open_ends += ast.iter_child_nodes(node)
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (name.partition(".")[0] for name in names)


@pytest.mark.parametrize("stage", [stage for stage in LIBRARIES if stage not in UNDECIDING])
def test_a_stage_lists_every_library_that_its_code_imports(stage: str) -> None:
    """Or else another release of one would not be noticed, and what the old one said would go on being said."""
    imported = {name for path in files_behind(stage) if path.suffix == ".py" for name in third_party(path)}
    owners = metadata.packages_distributions()
    needed = {name: owners.get(name, [name]) for name in imported - sys.stdlib_module_names - {"pipeline"}}
    listed = {library.lower() for library in LIBRARIES[stage]} | UNDECIDING.keys()
    assert [name for name, own in sorted(needed.items()) if not listed & {one.lower() for one in own}] == []


def test_every_library_listed_is_one_that_is_installed() -> None:
    """A name that is wrong would have the version 'absent' for good."""
    for library in sorted({library for listed in LIBRARIES.values() for library in listed}):
        assert metadata.version(library)


def test_versions_are_those_that_the_libraries_say_themselves() -> None:
    """They are read off the names of their folders; of one that is not there it is said."""
    for library in sorted({name for names in LIBRARIES.values() for name in names}):
        assert tools._version(library) == metadata.version(library)
    assert tools._version("no-such-library") == "absent"

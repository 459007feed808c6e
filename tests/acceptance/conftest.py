"""The sample library, built once for a whole session; every worker of the session looks at the same files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Container
from pathlib import Path

import pytest

from pipeline.store.store import locked
from tests.acceptance import shelf
from tests.acceptance.attempts import attempt, loopback, secret
from tests.conftest import ROOT, Said
from tests.generated import indexed

__all__ = ["attempt", "loopback", "secret"]

SAID = "said.txt"
"""The file beside a built library that holds what its build said."""

PAIR: dict[str, str | bytes] = {
    "briefings/foot-patrol.md": shelf.briefing(),
    "briefings/lighting.md": shelf.briefing("Lamps matter [@hughes2018]. See [patrol](briefing:foot-patrol).", "Lamps"),
    "packs/nights.yaml": "title: Nights\nbriefings: [foot-patrol, lighting]\n",
}


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this session share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def built_once(session_folder: Path) -> Callable[..., Path]:
    """Build a library once in a session, whichever worker comes first; others wait. What was said is kept beside it."""

    def build(name: str, write: Callable[[Path], object], *arguments: str, codes: Container[int] = (0,)) -> Path:
        target = session_folder / name
        said = target / SAID
        with locked(session_folder / f"{name}-turn", lambda: None):
            if not said.exists():
                shutil.rmtree(target, ignore_errors=True)
                write(target)
                if "--jobs" in arguments:
                    done = shelf.run(target, "build", *arguments, timeout=1200)
                else:
                    done = shelf.here(target, "build", *shelf.alone(arguments))
                assert done.code in codes, done.err
                said.write_text(done.err + done.out, encoding="utf-8")
        return target

    return build


def copy_sample(target: Path) -> None:
    """The sources of the sample library alone."""
    shutil.copytree(ROOT / "source", target / "source")


def copy_with_memory(target: Path) -> None:
    """The sample library with what builds of it here have left in the store: it is kept by source, code and tools."""
    copy_sample(target)
    shelf.remember(target, ROOT)


@pytest.fixture(scope="session")
def built(built_once: Callable[..., Path]) -> Path:
    """The sample library with everything built, produced on 26 April 2024. Only to be looked at."""
    return built_once("sample-built", copy_with_memory, "--date", shelf.DATE, "--jobs", "2")


def write_pair(target: Path) -> None:
    """A library of two briefings and a pack."""
    shelf.written(target, PAIR)


@pytest.fixture(scope="session")
def built_pair(built_once: Callable[..., Path]) -> Path:
    """A library of two briefings and a pack, built. Only to be looked at."""
    return built_once("pair", write_pair, "--date", shelf.DATE, "--jobs", "2")


@pytest.fixture(scope="session")
def invented(built_once: Callable[..., Path]) -> Path:
    """Sixty invented briefings and a pack of fifty with an index, built. Only to be looked at."""
    return built_once("invented", indexed, "--date", shelf.DATE, "--jobs", "2")


def copy_pictured(target: Path) -> None:
    """The sources of the invented library of which pictures are kept: one of everything, in every edition."""
    shutil.copytree(ROOT / "tests" / "layouts" / "library" / "source", target / "source")


@pytest.fixture(scope="session")
def pictured(built_once: Callable[..., Path]) -> Path:
    """The library of which pictures are kept, with everything built, produced on the same day. Only to be looked at."""
    return built_once("pictured-built", copy_pictured, "--date", shelf.DATE, "--jobs", "2")


@pytest.fixture
def own(built: Path, tmp_path: Path) -> Path:
    """The built sample library again, to change as a test likes."""
    return shelf.copied(built, tmp_path / "own")


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Path]:
    """Write a small library."""

    def write(files: dict[str, str | bytes] | None = None, name: str = "small") -> Path:
        return shelf.written(tmp_path / name, files)

    return write


@pytest.fixture
def build() -> Callable[..., Said]:
    """Build a library, produced on 26 April 2024; in a process of its own where its world is another."""

    def run(project: Path, *arguments: str, **env: str) -> Said:
        date = () if any(a.startswith("--date") for a in arguments) else ("--date", shelf.DATE)
        if env or "--jobs" in arguments:
            return shelf.run(project, "build", *date, *shelf.alone(arguments), **env)
        return shelf.here(project, "build", *date, *shelf.alone(arguments))

    return run

"""The fixtures of all tests, the order in which tests run, and which of them a worker is given as one.

What is built once for a whole session is only looked at; every worker of the session looks at the same files.
"""

import os
import re
import shutil
from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import Any

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from pipeline.__main__ import guarded
from pipeline.core.cache import lock_folder
from tests.support import libraries
from tests.support.built_libraries import SAID, copy_everything, copy_pictured, copy_with_memory, write_pair
from tests.support.invented import indexed
from tests.support.processes import invent
from tests.support.project import IMPRINT, ROOT, SHARED, Said
from tests.support.warm_java.on_path import keep_java_warm


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` rewrites the expected words of tests that compare with a file; read the diff afterwards."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected words in the files of tests")


def pytest_configure(config: pytest.Config) -> None:
    """Validators written in Java are started once in a session, whose workers find them on PATH."""
    if not hasattr(config, "workerinput"):
        config.add_cleanup(keep_java_warm())


LAST = ("tests/press/test_generated.py", "tests/proof/test_generated.py")
"""Files of many tests of some seconds each: at the end they keep all workers busy. The later look at what the first
has pressed."""
APART = (
    *("tests/acceptance/test_pack_links.py", "tests/acceptance/test_publish.py", "tests/acceptance/test_same_bytes.py"),
    "tests/proof/test_validators.py",
    *(
        "tests/acceptance/test_bombs.py",
        "tests/build/test_turns.py",
        "tests/compose/test_mutated_layouts.py",
        "tests/press/test_long_words.py",
        "tests/codes/test_codes.py",
        "tests/load/test_hostile.py",
        "tests/codes/test_mistakes.py",
        "tests/load/test_slips.py",
        *LAST,
    ),
)
"""Files of which each test may go to any worker: none waits for what another has made for its file."""
ALL_LONG = re.compile(r"^pytestmark = (\[\s*)?pytest\.mark\.proof\b", re.MULTILINE)
"""Mark in a file of which every test is a long check."""


class ByFile(LoadScopeScheduling):
    """A file's tests go to one worker: what is made for a file is made once. They go in the order that they come in."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        """What is given to a worker as a whole: the file of a test, or the test."""
        file = nodeid.partition("::")[0]
        return nodeid if file in APART else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """How tests are given to workers."""
    return ByFile(config, log)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Whether a file need not be read: of `make proof`, that it has no long check; of `make test`, no other.

    To read all files takes as long as many tests. No mark is given outside the files of tests: see test_tests.py.
    """
    asked, name = config.getoption("markexpr", ""), collection_path.name
    if asked not in ("proof", "not proof") or not (name.startswith("test_") and name.endswith(".py")):
        return None
    text = collection_path.read_text(encoding="utf-8")
    needless = "mark.proof" not in text if asked == "proof" else ALL_LONG.search(text) is not None
    return needless or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long and can be given to any worker comes last."""
    items.sort(key=lambda item: LAST.index(file_of(item)) + 1 if file_of(item) in LAST else 0)


def file_of(item: pytest.Item) -> str:
    """The file that a test stands in, from the project's folder."""
    return item.nodeid.partition("::")[0]


@pytest.fixture
def library(tmp_path: Path) -> Callable[..., Path]:
    """Write a library: paths under `source/` with their text, on top of a valid `library.yaml`."""

    def write(files: Mapping[str, str | bytes] | None = None, name: str = "library") -> Path:
        root = tmp_path / name
        for path, text in ({"library.yaml": IMPRINT} | dict(files or {})).items():
            place = root / "source" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text if isinstance(text, bytes) else text.encode())
        return root

    return write


@pytest.fixture
def briefings(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run the command `briefings` with a project and arguments."""

    def run(project: Path, *arguments: str) -> Said:
        capsys.readouterr()
        code = guarded(["--project", str(project), *arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of the project's own sample library."""
    root = tmp_path / "sample"
    shutil.copytree(ROOT / "source", root / "source")
    return root


@pytest.fixture(scope="session")
def shared() -> Path:
    """The library of test inputs beside the project; where it is absent the test skips, saying so."""
    if not SHARED.is_dir():
        pytest.skip("the shared test inputs are not beside this checkout")
    return SHARED


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
        with lock_folder(session_folder / f"{name}-turn", lambda: None):
            if not said.exists():
                shutil.rmtree(target, ignore_errors=True)
                write(target)
                if "--jobs" in arguments:
                    done = libraries.run(target, "build", *arguments, timeout=1200)
                else:
                    done = libraries.here(target, "build", *libraries.alone(arguments))
                assert done.code in codes, done.err
                said.write_text(done.err + done.out, encoding="utf-8")
        return target

    return build


@pytest.fixture(scope="session")
def built(built_once: Callable[..., Path]) -> Path:
    """The sample library with everything built, produced on 26 April 2024. Only to be looked at."""
    return built_once("sample-built", copy_with_memory, "--date", libraries.DATE, "--jobs", "2")


@pytest.fixture(scope="session")
def built_pair(built_once: Callable[..., Path]) -> Path:
    """A library of two briefings and a pack, built. Only to be looked at."""
    return built_once("pair", write_pair, "--date", libraries.DATE, "--jobs", "2")


@pytest.fixture(scope="session")
def invented(built_once: Callable[..., Path]) -> Path:
    """Invented briefings and a pack of most of them with an index, built. Only to be looked at."""
    return built_once("invented", indexed, "--date", libraries.DATE, "--jobs", "2")


@pytest.fixture(scope="session")
def pictured(built_once: Callable[..., Path]) -> Path:
    """The library of which pictures are kept, with everything built, produced on the same day. Only to be looked at."""
    return built_once("pictured-built", copy_pictured, "--date", libraries.DATE, "--jobs", "2")


@pytest.fixture(scope="session")
def everything(built_once: Callable[..., Path]) -> Path:
    """A library that holds everything a page can hold, built for screens. Only to be looked at."""
    formats = ("--format", "epub", "--format", "html")
    return built_once("everything-built", copy_everything, "--date", libraries.DATE, "--jobs", "2", *formats)


@pytest.fixture(scope="session")
def finished(built_once: Callable[..., Path]) -> Path:
    """An invented library, built without being disturbed."""
    return built_once("undisturbed", invent, "--date", libraries.DATE)


@pytest.fixture
def own(built: Path, tmp_path: Path) -> Path:
    """The built sample library again, to change as a test likes."""
    return libraries.copied(built, tmp_path / "own")


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Path]:
    """Write a small library."""

    def write(files: dict[str, str | bytes] | None = None, name: str = "small") -> Path:
        return libraries.written(tmp_path / name, files)

    return write


@pytest.fixture
def build() -> Callable[..., Said]:
    """Build a library, produced on 26 April 2024; in a process of its own where its world is another."""

    def run(project: Path, *arguments: str, **env: Any) -> Said:
        date = () if any(a.startswith("--date") for a in arguments) else ("--date", libraries.DATE)
        if env or "--jobs" in arguments:
            return libraries.run(project, "build", *date, *libraries.alone(arguments), **env)
        return libraries.here(project, "build", *date, *libraries.alone(arguments))

    return run

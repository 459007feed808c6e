"""What all tests share: small libraries written to a folder, and the command run in this process."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from pipeline.__main__ import guarded

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

IMPRINT = "title: Evidence briefings\npublisher: Northmoor Institute\n"

REFERENCES = """- id: hughes2018
  type: article-journal
  title: A study of beats
  author:
    - {family: Hughes, given: Ann}
    - {family: Bell, given: Max}
    - {family: Hart, given: Kay}
  container-title: Journal of Tests
  issued: {date-parts: [[2018]]}
"""


@dataclass(frozen=True)
class Said:
    """What a run of the command said, and its exit code."""

    code: int
    out: str
    err: str


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` rewrites the expected words of tests that compare with a file; read the diff afterwards."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected words in the files of tests")


LAST = ("tests/press/test_generated.py", "tests/proof/test_generated.py", "tests/proof/test_page_starts.py")
"""Files of many tests of some seconds each: at the end they keep all workers busy. The later look at what the first
has pressed."""
APART = (
    *("tests/acceptance/test_pack_links.py", "tests/acceptance/test_publish.py", "tests/acceptance/test_same_bytes.py"),
    *("tests/press/test_random.py", "tests/proof/test_epub_faults.py", "tests/proof/test_validators.py"),
    *(
        "tests/build/test_turns.py",
        "tests/test_codes.py",
        "tests/test_hostile.py",
        "tests/test_mistakes.py",
        "tests/test_slips.py",
        *LAST,
    ),
)
"""Files of which each test may go to any worker: none waits for what another has made for its file."""


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

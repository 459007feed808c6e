"""The project that is tested, what every small library needs, and what a run of the command says."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
WHOLE = os.environ.get("PROOF") == "whole"
"""Whether this is `make proof-whole`, which looks at all that there is and takes hours."""
SEED = int(os.environ.get("SEED", "37"))
"""What chance begins with: `make proof-whole` takes another each time, and prints it."""
Case = TypeVar("Case")


def tries(name: str, share: int, whole: int) -> int:
    """How often `make proof` tries something: as the environment says under a name, else a share, or the whole."""
    return int(os.environ.get(name, whole if WHOLE else share))


def sample(cases: Sequence[Case], few: int, many: int | None = None) -> list[Case]:
    """A few of the cases, in their order, by the seed; `make proof-whole` takes many by another seed, or all."""
    number = min(len(cases), (many or len(cases)) if WHOLE else few)
    return [cases[place] for place in sorted(Random(SEED).sample(range(len(cases)), number))]


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


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of a folder by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@contextmanager
def soon(seconds: float = 5) -> Iterator[None]:
    """Fail if the body takes more processor time. Give it work that would take minutes if its time were not linear."""
    begun = time.process_time()
    yield
    assert time.process_time() - begun < seconds

"""Libraries that are built once for a whole session of tests."""

import shutil
from pathlib import Path

from tests.support import libraries
from tests.support.project import ROOT, WHOLE

SAID = "said.txt"
"""The file beside a built library that holds what its build said."""
LOOKED_AT = ("drug-crimes", "hot-spots-policing")
"""Of the sample library, what judges that take long look at: the pack holds each of its texts.

The book of the handbook takes longer than all others.
"""
PAIR: dict[str, str | bytes] = {
    "briefings/foot-patrol.md": libraries.briefing(),
    "briefings/lighting.md": libraries.briefing(
        "Lamps matter [@hughes2018]. See [patrol](briefing:foot-patrol).", "Lamps"
    ),
    "packs/nights.yaml": "title: Nights\nbriefings: [foot-patrol, lighting]\n",
}


def copy_sample(target: Path) -> None:
    """The sources of the sample library alone."""
    shutil.copytree(ROOT / "source", target / "source")


def copy_with_memory(target: Path) -> None:
    """The sample library with what builds of it here have left in the store: it is kept by source, code and tools."""
    copy_sample(target)
    libraries.remember(target, ROOT)


def write_pair(target: Path) -> None:
    """A library of two briefings and a pack."""
    libraries.written(target, PAIR)


def copy_everything(target: Path) -> None:
    """The sources of an invented library that holds everything a page can hold."""
    shutil.copytree(ROOT / "tests" / "reading" / "library" / "source", target / "source")


def copy_pictured(target: Path) -> None:
    """The sources of the invented library of which pictures are kept: one of everything, in every edition."""
    shutil.copytree(ROOT / "tests" / "layouts" / "library" / "source", target / "source")


def is_looked_at(name: str) -> bool:
    """Whether judges that take long look at a thing of the sample library: all of them in `make proof-whole`."""
    return WHOLE or name in LOOKED_AT

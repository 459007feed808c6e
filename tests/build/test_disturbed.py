"""Killed or interrupted at any moment a command leaves whole files under their names; run again it ends the same."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.build.disturbed import CLOCK, Scene, scene, tried
from tests.support import libraries
from tests.support.editions.issued_library import ARCHIVED, issue
from tests.support.project import sample
from tests.support.publishing import publish, rewrite, text

pytestmark = pytest.mark.proof

COLLEGES = """north: {name: Northmoor, type: university, formats: [print, screen], copies: 3, delivery: Quarry Lane}
south: {name: South Tor, type: university, formats: [screen, epub]}
"""
FILES: dict[str, str | bytes] = {
    "library.yaml": ARCHIVED.replace("formats: []", "formats: [html]"),
    "briefings/foot-patrol.md": text(review_by="2027-12-24"),
    "packs/nights.yaml": "title: Nights\nedition: Spring 2027\nbriefings: [foot-patrol]\nnumbered: true\n"
    "front: [cover]\nformats: [screen, print, epub]\n",
    "colleges.yaml": COLLEGES,
}
DAY, NEXT = "2026-11-25", "2026-11-26"


@pytest.fixture(autouse=True, scope="module")
def clock() -> Iterator[None]:
    """One moment for the entries of all ledgers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", CLOCK)
        yield


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scene, ...]:
    """Everything that writes: a first build, another date, copies and more of them, publishing, pruning."""
    root = tmp_path_factory.mktemp("scenes")
    empty = libraries.written(root / "empty", FILES)
    kept = libraries.copied(empty, root / "kept")
    assert publish(kept).code == 0
    (kept / "output").rename(root / "let go")
    build, copies = ("build", "--jobs", "2", "--date"), ("copies", "nights", "--jobs", "2", "--date", DAY)
    first = scene("first", kept, root, *build, DAY)
    another = scene("another date", first.after, root, *build, NEXT)
    issued = libraries.copied(first.after, root / "issued")
    assert issue(issued, DAY, pdf=True).code == 0
    some = scene("copies", issued, root, *copies)
    more = libraries.copied(some.after, root / "more")
    rewrite(more, "colleges.yaml", ("copies: 3", "copies: 5"))
    newer = libraries.copied(first.after, root / "newer")
    rewrite(newer, "briefings/foot-patrol.md", ("version: 1.0", "version: 1.1"))
    return (
        *(first, another, some, scene("more copies", more, root, *copies)),
        scene("publish", newer, root, "publish", "foot-patrol", "--date", DAY),
        scene("prune", another.after, root, "prune"),
    )


Try = Callable[[signal.Signals, list[int]], None]


@pytest.fixture
def trying(scenes: tuple[Scene, ...], tmp_path: Path) -> Try:
    def run(number: signal.Signals, seeds: list[int]) -> None:
        for seed in seeds:
            tried(scenes[seed % len(scenes)], tmp_path, seed, number)

    return run


def test_whatever_is_killed_leaves_old_files_or_new_ones(trying: Try) -> None:
    """And a record that is true; the next run ends as an undisturbed one does, with nothing left over."""
    trying(signal.SIGKILL, [seed for command in range(6) for seed in sample(range(command, 9_999, 6), 1, 50)])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whatever_is_interrupted_leaves_nothing_else(trying: Try, number: signal.Signals) -> None:
    trying(number, sample(range(10_000), 1, 50))

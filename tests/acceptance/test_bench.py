"""The library that `make bench` builds: the same briefings each time, and nothing wrong in them."""

from collections.abc import Callable
from pathlib import Path

from bench import library
from tests.support.project import Said, files_in


def test_a_library_is_the_same_each_time(tmp_path: Path) -> None:
    """And a larger one holds the same briefings, with others beside them."""
    first, again, larger = (
        files_in(library.write_library(tmp_path / name, count)) for name, count in (("a", 3), ("b", 3), ("c", 5))
    )
    assert first == again
    assert [name for name in first if "briefings" in name] == [
        f"source/briefings/briefing-000{number}/{file}" for number in range(3) for file in ("briefing.md", "chart.svg")
    ]
    assert {name: larger[name] for name in first if "briefings" in name} == {
        name: text for name, text in first.items() if "briefings" in name
    }


def test_a_library_has_nothing_wrong(tmp_path: Path, briefings: Callable[..., Said]) -> None:
    """Briefings, works, packs and colleges: the check says nothing, not even a warning."""
    root = library.write_library(tmp_path / "library", 3)
    assert library.write_packs(root, 3) == ("pack-00",)
    library.write_colleges(root, 2)
    said = briefings(root, "check")
    assert (said.code, said.out) == (0, ""), said.out

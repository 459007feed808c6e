"""Markdown cases that an editor can read: title, input and expected tree, parted by lines with a dot."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent / "fixtures"
_SPEC = importlib.util.spec_from_file_location("show", Path(__file__).parent / "show.py")
assert _SPEC is not None
assert _SPEC.loader is not None
_SHOW = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_SHOW)


def read_cases(path: Path) -> list[tuple[str, str, str]]:
    """Title, input and expected words of every case in a file."""
    parts = path.read_text(encoding="utf-8").split("\n.\n")
    return [(parts[n].strip(), parts[n + 1], parts[n + 2]) for n in range(0, len(parts) - 2, 3)]


CASES = [
    pytest.param(path, number, id=f"{path.stem}: {title}")
    for path in sorted(FIXTURES.glob("*.md"))
    for number, (title, _, _) in enumerate(read_cases(path))
]


@pytest.mark.parametrize(("path", "number"), CASES)
def test_markdown_becomes_the_tree_shown(path: Path, number: int, request: pytest.FixtureRequest) -> None:
    """What stands between the dots is what the reader of the source may rely on."""
    cases = read_cases(path)
    title, text, expected = cases[number]
    found = _SHOW.show(text + "\n")
    if request.config.getoption("--update-golden", default=False):
        cases[number] = (title, text, found)
        path.write_text("".join(f"{t}\n.\n{i}\n.\n{e}\n.\n\n" for t, i, e in cases), encoding="utf-8")
        return
    assert found == expected, "if what is found is right: pytest tests/load --update-golden, and read the diff"

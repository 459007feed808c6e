"""Markdown cases that an editor can read: title, input and expected tree, parted by lines with a dot."""

from pathlib import Path

import pytest

from tests.load.show import show
from tests.support.cases import read_cases

FIXTURES = Path(__file__).parent / "fixtures"


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
    found = show(text + "\n")
    if request.config.getoption("--update-golden", default=False):
        cases[number] = (title, text, found)
        path.write_text("".join(f"{t}\n.\n{i}\n.\n{e}\n.\n\n" for t, i, e in cases), encoding="utf-8")
        return
    assert found == expected, "if what is found is right: pytest tests/load --update-golden, and read the diff"

"""Where front matter cannot be read, what is wrong in the text below it is reported in the same run."""

import pytest

from pipeline.load.library import load_library
from tests.support.resolve.library_parts import rule_remarks

BODY = """Said [@nobody2020], see [x](#nowhere), [o](briefing:lamps) and [](#fig-a).

![A map](map.png){#fig-a alt="A map"}
"""
BODY_CODES = [*("cite-unknown-key", "link-unknown-anchor", "briefing-unknown", "figure-missing")]


def told(text: str) -> list[str]:
    """Line and code of everything told of a briefing, in a library with no works."""
    files = {"library.yaml": "title: L\npublisher: P\n", "briefings/x.md": text}
    library, remarks = load_library({f"source/{name}": content.encode() for name, content in files.items()})
    found = (*remarks, *rule_remarks(library))
    assert "x" in library.broken
    return sorted(f"{r.place.line} {r.code}" for r in found if r.place.path == "source/briefings/x.md")


def below(line: int) -> list[str]:
    """What is told of the body that begins on a line."""
    return [f"{line + 2 * (code == 'figure-missing')} {code}" for code in BODY_CODES]


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        (
            "title: T\nsummary: What: it does.\nversoin: 1\nupdated: 2023-13-40\n",
            ["3 yaml-syntax"],
        ),
        ("title: T\n  summary: x\nversoin: 1\n", ["3 yaml-syntax"]),
        ("title: 'T\nsummary: x\n", ["2 yaml-syntax"]),
        ("title: T: a\nsummary: S: b\nstatus: drafft\n", ["2 yaml-syntax"]),
        ("summary: S: b\n", ["2 yaml-syntax"]),
        ("title: T\nsummary: S\ntags: [a\nowner: Ann\n", ["4 yaml-syntax"]),
    ],
    ids=["two values", "indented", "an open quote", "two colons", "no title", "an open bracket"],
)  # fmt: skip
def test_the_body_is_told_too(front: str, expected: list[str]) -> None:
    """Each once, and nothing that only follows from what cannot be read."""
    text = f"---\n{front}---\n\n{BODY}"
    assert told(text) == sorted(expected + below(front.count("\n") + 4))

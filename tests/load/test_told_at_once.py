"""Where front matter cannot be read, all else that is wrong in the file is told in the same run."""

from __future__ import annotations

import pytest

from pipeline.load.library.library import load
from pipeline.resolve.examine import examine
from tests.support.resolve.library_parts import PRODUCED

BODY = """Said [@nobody2020], see [x](#nowhere), [o](briefing:lamps) and [](#fig-a). **struck

![A map](map.png){#fig-a alt="A map"}
"""
BODY_CODES = [
    *("cite-unknown-key", "link-unknown-anchor", "link-unknown-briefing", "markup-unknown", "figure-missing"),
]


def told(text: str) -> list[str]:
    """Line and code of everything told of a briefing, in a library with no works."""
    files = {"library.yaml": "title: L\npublisher: P\n", "briefings/x.md": text}
    library, remarks = load({f"source/{name}": content.encode() for name, content in files.items()})
    found = (*remarks, *examine(library, PRODUCED, frozenset()))
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
            ["3 yaml-syntax", "4 unknown-key", "5 date-wrong"],
        ),
        ("title: T\n  summary: x\nversoin: 1\n", ["3 yaml-syntax", "4 unknown-key"]),
        ("title: 'T\nsummary: x\n", ["2 yaml-syntax"]),
        ("title: T: a\nsummary: S: b\nstatus: drafft\n", ["2 yaml-syntax", "3 yaml-syntax", "4 value-wrong"]),
        ("summary: S: b\n", ["2 yaml-syntax"]),
        ("title: T\nsummary: S\ntags: [a\nowner: Ann\n", ["4 yaml-syntax"]),
    ],
    ids=["two values", "indented", "an open quote", "two colons", "no title", "an open bracket"],
)  # fmt: skip
def test_other_values_and_the_body_are_told_too(front: str, expected: list[str]) -> None:
    """Each once, and nothing that only follows from what cannot be read."""
    text = f"---\n{front}---\n\n{BODY}"
    assert told(text) == sorted(expected + below(front.count("\n") + 4))


def test_front_matter_without_an_end_is_no_reason_to_be_silent() -> None:
    """The text begins below the last line that can be a key."""
    text = f"---\ntitle: T\nsummary: S\nversoin: 1\n\n{BODY}"
    assert told(text) == sorted(["1 front-matter-open", "4 unknown-key", *below(6)])


def test_front_matter_without_a_beginning_is_read_for_its_mistakes() -> None:
    """A line '---' is missing above it."""
    text = f"title: T\nsummary: S\nversoin: 1\n---\n\n{BODY}"
    assert told(text) == sorted(["1 front-matter-missing", "3 unknown-key", *below(6)])


def test_a_text_alone_is_read_as_a_text() -> None:
    assert told(BODY) == sorted(["1 front-matter-missing", *below(1)])

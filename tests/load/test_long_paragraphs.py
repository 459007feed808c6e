"""A text is searched in one pass for all its marks, definitions or names."""

import pytest

from pipeline.core.diagnostics import Diagnostics, Location
from pipeline.load.briefing import parse_briefing, published_body
from pipeline.load.markdown.positions import RemarkCounter
from pipeline.load.markdown.reader import parse_body
from pipeline.load.markdown.remarks import count_comment_lines
from tests.support.project import soon


def test_lines_of_comments_are_read_once() -> None:
    """However many there are; one remark tells of all."""
    tally = RemarkCounter()
    with soon():
        count_comment_lines("\n".join(["% a remark"] * 40_000), lambda offset: Location("a.md", 1, 1), tally)
    assert len(list(tally.remarks())) == 1


@pytest.mark.proof
@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("".join(f"[k{n}]: https://a.example/{n}\n" for n in range(12_000)), "\n"),
        ("".join(f"[^k{n}]: x\n" for n in range(8_000)), "\n"),
        ("x<!-- y -->" * 9_000, "x" * 9_000 + "\n"),
    ],
    ids=["definitions", "notes", "comments"],
)
def test_passages_that_are_not_printed_are_found_in_one_pass(text: str, printed: str) -> None:
    """A search of the whole text for each would take minutes."""
    content = f"---\ntitle: T\n---\n{text}".encode()
    remarks = parse_briefing("a.md", content).remarks
    with soon():
        assert published_body("a.md", content, remarks) == printed


@pytest.mark.proof
def test_links_to_names_are_found_in_one_pass() -> None:
    """A search of the whole text for each name would take minutes."""
    with soon():
        parse_body("".join(f"(t{n})=\n\nWord.\n\n" for n in range(8_000)), "a.md", Diagnostics())


@pytest.mark.parametrize("text", ["a. one\nb. two\n---\n", "1. one\n   a. two\n   b. three\n"])
def test_lettered_lists_are_read_in_one_pass(text: str) -> None:
    with soon():
        parse_body(text * 2_500, "a.md", Diagnostics())

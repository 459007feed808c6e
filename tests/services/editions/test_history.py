"""An approval is entered in the entry it belongs to, and no other byte of the file changes."""

from datetime import date

import pytest

from pipeline.core.diagnostics import UsageError
from pipeline.services.editions.approvals import with_approval

DAY = date(2026, 11, 27)
PATH = "source/briefings/patrol.md"
BLOCK = """---
title: Foot patrol
history:
  - version: 1.0
    date: 2023-05-02
    kind: first
    summary: First published.
  - version: 1.1
    date: 2026-11-20
    kind: correction
    summary: >
      A number was put right
      in the table.
tags: [patrol]  # one is enough
---

Foot patrol can reduce crime.
"""
ADDED = """    approved_by: Head of evidence
    approved_on: 2026-11-27
    approved_code: 5ZK8D-R00YC
    approved_words: 'words/1:0a'
"""


def entered(text: str, number: int = 1, by: str = "Head of evidence") -> str:
    """A file with the approval of an entry."""
    return with_approval(text.encode(), PATH, number, by, DAY, "5ZK8D-R00YC", "words/1:0a").decode()


def test_it_is_put_at_the_end_of_its_entry() -> None:
    assert entered(BLOCK) == BLOCK.replace("tags:", f"{ADDED}tags:")
    assert entered(BLOCK, 0) == BLOCK.replace("  - version: 1.1", f"{ADDED}  - version: 1.1")


def test_an_entry_in_braces_stays_in_one_line() -> None:
    text = (
        "---\nhistory: [{version: 1.0, date: 2023-05-02, kind: first, summary: 'First, at last'}]  # so\n---\nWords.\n"
    )
    more = (
        "'First, at last', approved_by: Head of evidence, approved_on: 2026-11-27, approved_code: 5ZK8D-R00YC, "
        "approved_words: 'words/1:0a'}]  # so"
    )
    assert entered(text, 0) == text.replace("'First, at last'}]  # so", more)


def test_a_name_that_is_there_stays_as_it_is_written() -> None:
    quoted = BLOCK.replace("    kind: correction\n", '    approved_by: "Head of evidence"\n    kind: correction\n')
    assert entered(quoted) == quoted.replace("tags:", f"{ADDED.partition(chr(10))[2]}tags:")
    empty = BLOCK.replace("    kind: correction\n", "    approved_by:\n    kind: correction\n")
    assert "    approved_by: Head of evidence\n    kind: correction\n" in entered(empty)


def test_who_approved_it_by_name_stays_where_that_stands() -> None:
    """Only the day and the code are new; of an earlier approval they are replaced."""
    named = BLOCK.replace("    kind: correction\n", "    approved_by: Head of evidence\n    kind: correction\n")
    day_and_code = ADDED.partition("\n")[2]
    once = entered(named)
    assert once == named.replace("tags:", f"{day_and_code}tags:")
    older = once.replace("2026-11-27", "2026-11-21").replace("5ZK8D-R00YC", "5ZK8D-R07N1")
    assert entered(older) == once


@pytest.mark.parametrize(
    "by", ["Head of: evidence", "# 1", "Chief, evidence", "'Chief' constable", "Prif Gwnstabl Ŵyn"]
)
def test_a_role_is_quoted_where_it_must_be(by: str) -> None:
    assert entered(entered(BLOCK, by=by), by=by) == entered(BLOCK, by=by)
    assert entered("---\nhistory: [{version: 1.0}]\n---\n", 0, by).startswith(
        "---\nhistory: [{version: 1.0, approved_by: "
    )
    assert entered(BLOCK, by=by).startswith(BLOCK[: BLOCK.index("tags:")])


@pytest.mark.parametrize("change", [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text])
def test_ends_of_lines_and_a_byte_order_mark_stay(change: object) -> None:
    assert callable(change)
    assert entered(change(BLOCK)) == change(entered(BLOCK))


@pytest.mark.parametrize(
    "text",
    [BLOCK.replace("---\n", "---\r\n", 1), "history: [{version: 1.0}]\n"],
    ids=["two kinds of line ends", "no front matter"],
)
def test_what_has_no_sure_place_is_left_to_the_author(text: str) -> None:
    with pytest.raises(
        UsageError, match="write it into the entry yourself, approved_by: Head of evidence, approved_on"
    ):
        entered(text, 0)

"""What was published keeps its digest, though nodes learn to say more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.digest import digest
from pipeline.model.body import Block, Box, BoxKind, Figure, ListBlock, ListItem, Paragraph, Text

WORDS = (Paragraph((Text("Words."),)),)
BOX = Box(BoxKind.NOTE, WORDS)
LIST = ListBlock(True, (ListItem(WORDS),), 3)
FIGURE = Figure("a.svg", "Alt", (Text("C"),), "fig-a")


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (BOX, "00380394a8681577c57e630924d98d40cb84ce57d19d7ccf8e05db86f898b2f5"),
        (LIST, "30f679e55979ebef06b93a7f46a0cc329f06082a4bd278fa97340bb48a67579f"),
        (FIGURE, "f6c5f74858a4c63aa74a888ea1762e5ff110bb3b90d43fe92aea91d8a27f583f"),
    ],
    ids=["box", "list", "figure"],
)
def test_a_node_as_it_ever_was_has_the_digest_that_it_ever_had(node: Block, expected: str) -> None:
    """Boxes had no headings, lists no letters and figures no widths when the first texts were published."""
    assert digest(node) == expected


@pytest.mark.parametrize(
    ("node", "other"),
    [
        (BOX, replace(BOX, heading=(Text("T"),))),
        (LIST, replace(LIST, form="a.")),
        (ListItem(WORDS), ListItem(WORDS, done=False)),
        (ListItem(WORDS, done=True), ListItem(WORDS, done=False)),
        (FIGURE, replace(FIGURE, width=50)),
    ],
    ids=["box", "list", "task", "done", "figure"],
)
def test_what_a_later_field_says_counts(node: object, other: object) -> None:
    """A text that says more is another text."""
    assert digest(node) != digest(other)

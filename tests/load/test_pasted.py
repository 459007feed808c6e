"""What is pasted along from a PDF or a Word document is put right as a text is read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core.diagnostics import Diagnostics
from pipeline.load.text import read_text
from tests.support.project import Said


@pytest.mark.parametrize(
    ("pasted", "read"),
    [
        ("the ﬁrst eﬃcient ﬂow, oﬀ and waﬄe", "the first efficient flow, off and waffle"),
        ("inter\u00adventions", "interventions"),
        ("street\u200b level\u2060", "street level"),
        ("a plain line – with £5", "a plain line – with £5"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
    ids=["joined letters", "soft hyphen", "zero width", "plain", "joiners that a language needs"],
)
def test_pasted_characters_are_put_right(pasted: str, read: str) -> None:
    """Nothing is said of it: what readers see is what the author meant."""
    diagnostics = Diagnostics()
    assert read_text("source/briefings/patrol.md", pasted.encode(), diagnostics) == read
    assert not diagnostics.remarks


def test_a_text_pasted_from_a_pdf_builds(library: Callable[..., Path], briefings: Callable[..., Said]) -> None:
    page = "---\ntitle: The ﬁrst ﬂow\nsummary: Eﬃcient inter\u00adventions.\n---\n\nThe ﬁrst study\u200b was eﬃcient.\n"
    said = briefings(library({"briefings/patrol.md": page}), "build", "--format", "screen", "--jobs", "1")
    assert said.code == 0, said.err

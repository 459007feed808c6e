"""Blocks as XHTML: `fixtures/blocks.txt` holds title, Python of the blocks and the XHTML expected, dots between."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.compose.page.body import blocks
from pipeline.compose.page.fragment import sound
from pipeline.compose.page.galley import Galley
from pipeline.model import body as nodes
from tests.support.compose import samples
from tests.support.words import ENGLISH

FIXTURES = Path(__file__).parent / "fixtures" / "blocks.txt"


def cases() -> list[tuple[str, str, str]]:
    """Title, source, expected."""
    parts = FIXTURES.read_text("utf-8").split("\n.\n")
    return [(parts[i].strip(), parts[i + 1], parts[i + 2]) for i in range(0, len(parts) - 2, 3)]


@pytest.mark.parametrize(("title", "source", "expected"), cases(), ids=[case[0] for case in cases()])
def test_every_block_has_its_form(title: str, source: str, expected: str) -> None:
    """What the author wrote becomes this, with an id on every block."""
    names = {name: getattr(nodes, name) for name in nodes.__all__}
    names |= {"p": samples.paragraph, "bullets": samples.bullets, "heading": samples.heading}
    tree = eval(source.strip(), {}, names)
    markup, _ = sound(str(blocks(tree, Galley("#0f4c5c", ENGLISH))))
    assert markup.strip().replace("\u00a0", "&#160;") == expected.strip(), title

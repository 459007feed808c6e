"""An address without a link is told once: at its line of the source, and not again of the finished file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.acceptance import shelf
from tests.conftest import Said


def test_a_plain_address_is_told_at_its_line_alone(small: Callable[..., Path], briefings: Callable[..., Said]) -> None:
    """The file holds what the text says: nothing can be mended there."""
    body = "Write to ann@example.org.\n\nMore stands at https://example.org/plain."
    project = small({"briefings/patrol.md": shelf.briefing(body)})
    said = briefings(project, "build", "--format", "screen", "--date", shelf.DATE)
    assert (said.code, said.err.count("markup-unknown"), said.err.count("proof-")) == (0, 2, 0)

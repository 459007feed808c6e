"""An address that stands bare is a link, and nothing is told of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import libraries
from tests.support.project import Said


@pytest.mark.proof
def test_a_plain_address_is_a_link(small: Callable[..., Path], briefings: Callable[..., Said]) -> None:
    body = "Write to ann@example.org.\n\nMore stands at https://example.org/plain."
    project = small({"briefings/patrol.md": libraries.briefing(body)})
    said = briefings(project, "build", "--date", libraries.DATE)
    assert (said.code, said.err.count("markup-unknown"), said.err.count("proof-")) == (0, 0, 0)
    page = (project / "output/briefings/patrol/patrol.html").read_text(encoding="utf-8")
    bare = page.replace("<span>", "").replace("</span>", "")
    assert '<a href="mailto:ann@example.org" class="address">ann@example.org</a>' in bare
    assert '<a href="https://example.org/plain"' in page

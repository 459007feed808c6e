"""Copies refused before anything is built, and a register that another run extends while this one builds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance import shelf
from tests.conftest import Said

FILES: dict[str, str | bytes] = {
    "briefings/foot-patrol.md": shelf.briefing(),
    "packs/nights.yaml": "title: Nights\nedition: Spring 2027\nbriefings: [foot-patrol]\nfront: [contents]\n",
    "colleges.yaml": "north: {name: Northmoor Unit, type: university}\n",
}

Library = Callable[..., Path]
Run = Callable[..., Said]


@pytest.mark.parametrize("reason", ["See the note; lamps=lit", "A trial; foot-patrol=Yes"])
def test_a_reason_that_would_be_read_back_as_two_is_refused(library: Library, briefings: Run, reason: str) -> None:
    """At the command, before anything is built."""
    project = library(FILES)
    said = briefings(project, "build", "nights", "--copies", "--override", f"foot-patrol={reason}")
    end = reason.partition("; ")[2].partition("=")[0]
    assert (said.code, said.out) == (2, "")
    assert f"The reason for 'foot-patrol' holds '; {end}='" in said.err
    assert not (project / "output").exists()

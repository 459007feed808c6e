"""Bound files pass PDF/UA-1 and PDF/A-2a and read well, by validators that need no other runtime."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bind.compliance import compliant
from tests.support.bind.sheets import bound

"""Warnings that are accepted: bullets are painted after the words that they stand before in the tags."""


@pytest.mark.parametrize("profile", ["PDF_UA_1", "PDF_A_2A"])
def test_a_bound_briefing_passes(profile: str, tmp_path: Path) -> None:
    (tmp_path / "briefing.pdf").write_bytes(bound())
    assert compliant(tmp_path / "briefing.pdf", profile)

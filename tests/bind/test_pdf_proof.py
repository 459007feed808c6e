"""Bound files pass PDF/UA-1 and PDF/A-2a and read well, by validators that need no other runtime."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bind.compliance import compliant
from tests.support.bind.sheets import bound, pack

KNOWN = {"ORD-001"}
"""Warnings that are accepted: bullets are painted after the words that they stand before in the tags."""


@pytest.mark.parametrize("profile", ["PDF_UA_1", "PDF_A_2A"])
def test_a_bound_briefing_passes(profile: str, tmp_path: Path) -> None:
    (tmp_path / "briefing.pdf").write_bytes(bound())
    assert compliant(tmp_path / "briefing.pdf", profile)


@pytest.mark.proof
@pytest.mark.parametrize("profile", ["PDF_UA_1", "PDF_A_2A"])
def test_a_pack_passes(profile: str, tmp_path: Path) -> None:
    (tmp_path / "pack.pdf").write_bytes(pack())
    assert compliant(tmp_path / "pack.pdf", profile)


@pytest.mark.proof
@pytest.mark.parametrize("make", [bound, pack], ids=["briefing", "pack"])
def test_nothing_is_wrong_for_a_reader_who_listens(make: object, tmp_path: Path) -> None:
    """No error, and no warning but those that are known."""
    outloud = pytest.importorskip("outloud", reason="outloud is not installed")
    (tmp_path / "made.pdf").write_bytes(make())  # type: ignore[operator]
    found = outloud.check(str(tmp_path / "made.pdf")).findings
    assert {finding.rule for finding in found} <= KNOWN

"""The Java that tests keep warm: a validator that runs in it says what one says that was started anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pikepdf
import pytest

from pipeline.proof.validators import epubcheck, vera
from tests.support.proof.broken_epubs import PACKAGE, broken, gone
from tests.support.warm_java.on_path import path_without_warm_java


def broken_pdf(source: Path, target: Path) -> None:
    """A PDF that claims to be tagged, without its tags."""
    with pikepdf.open(source) as pdf:
        del pdf.Root.StructTreeRoot
        pdf.save(target)


def broken_epub(source: Path, target: Path) -> None:
    """An EPUB without its language."""
    target.write_bytes(broken(source.read_bytes(), gone(PACKAGE, "<dc:language.*?</dc:language>")))


@pytest.mark.proof
@pytest.mark.parametrize(
    ("validator", "end", "spoil"), [(vera, "pdf", broken_pdf), (epubcheck, "epub", broken_epub)], ids=["PDF", "EPUB"]
)
def test_a_warm_validator_says_what_a_cold_one_says(
    built_pair: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    validator: ModuleType,
    end: str,
    spoil: Callable[[Path, Path], None],
) -> None:
    if not validator.command():
        pytest.skip(f"the validator of {end} is not on this machine")
    files = {"good": built_pair / f"output/packs/nights/nights.{end}", "bad": tmp_path / f"bad.{end}"}
    spoil(files["good"], files["bad"])
    warm = [validator.judged(validator.command(), {name: files[name]}, "0") for name in ("bad", "good", "bad")]
    monkeypatch.setenv("PATH", path_without_warm_java())
    cold = validator.judged(validator.command(), files, "0")
    assert cold["bad"]
    assert not cold["good"]
    for said, name in zip(warm, ("bad", "good", "bad"), strict=True):
        assert set(said[name]) == set(cold[name])

"""EPUBCheck finds nothing to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.bind import books
from tests.support.proof.reference_validators import checked


@pytest.mark.proof
def test_epubcheck_has_no_error_and_no_warning(tmp_path: Path) -> None:
    kinds = (books.briefing, books.pack, books.formulas, books.welsh, books.bilingual, books.judged)
    assert checked({bind.__name__: bind() for bind in kinds}, tmp_path) == []

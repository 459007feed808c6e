"""A PDF before the judge of a standard."""

from pathlib import Path

import pytest


def compliant(path: Path, profile: str) -> bool:
    """Whether a file passes a standard."""
    page = pytest.importorskip("page", reason="page-validation is not installed")
    return bool(page.is_pdf_compliant(str(path), profile=getattr(page.ValidationProfile, profile)))

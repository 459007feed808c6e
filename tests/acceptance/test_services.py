"""A program without one of its services: the others work on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.editions.issued_library import library
from tests.support.project import ROOT

pytestmark = pytest.mark.proof


def test_editions_are_issued_where_no_service_knows_colleges(tmp_path: Path) -> None:
    project = library(tmp_path / "library")
    (project / "source/colleges.yaml").unlink()
    for name in ("pipeline", "layouts", "source/handbook"):
        shutil.copytree(ROOT / name, tmp_path / "program" / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(tmp_path / "program/pipeline/services/colleges")
    command = [sys.executable, "-m", "pipeline", "--project", str(project)]
    for verb in (
        ["issue", "nights", "--date", "2024-10-01", "--jobs", "1"],
        ["verify", str(project / "output/packs/nights/nights.txt")],
        ["due"],
    ):
        done = subprocess.run([*command, *verb], cwd=tmp_path / "program", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done
    refused = subprocess.run([*command, "deliver"], cwd=tmp_path / "program", capture_output=True, check=False)
    assert refused.returncode == 2

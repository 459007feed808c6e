"""The script that `make desk` brings: the same bytes wherever it is made, with the terms of all that is in it."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.services.preview.page import BUNDLE, SCRIPT_FOLDER
from tests.support.project import ROOT

SETUP = ROOT / ".setup"
LOCK = json.loads((SETUP / "desk" / "package-lock.json").read_text(encoding="utf-8"))


def made(folder: Path, **env: str) -> tuple[str, bytes]:
    """What the script says in a copy of its folder, and the file that it makes."""
    target = folder / BUNDLE
    said = subprocess.run(
        ["/bin/sh", folder / "desk.sh", target], capture_output=True, text=True, check=True, env=env or None
    )
    return said.stdout, target.read_bytes() if target.exists() else b""


def copied(folder: Path) -> Path:
    """A copy of what the script is made of, at another place."""
    shutil.copytree(SETUP / "desk", folder / "desk", symlinks=True)
    shutil.copy(SETUP / "desk.sh", folder)
    return folder


@pytest.mark.proof
def test_it_is_made_the_same_wherever_it_is_made(tmp_path: Path) -> None:
    if not shutil.which("npm"):
        pytest.skip("npm is not here, which brings CodeMirror")
    if not (SETUP / "desk" / "node_modules" / ".brought").is_file():
        pytest.skip("CodeMirror is not here: 'make desk' brings it, which needs npm")
    (said, first), (_, second) = (made(copied(tmp_path / name)) for name in ("here", "there and not here"))
    assert said == ""
    assert first == second == (SCRIPT_FOLDER / BUNDLE).read_bytes()
    head = first.decode().partition("\n*/\n")[0]
    brought = {
        path.removeprefix("node_modules/"): one["version"]
        for path, one in LOCK["packages"].items()
        if path and not one.get("dev")
    }
    assert dict(re.findall(r"^(@?[a-z/0-9-]+) (\d+\.\d+\.\d+)$", head, re.MULTILINE)) == brought
    assert head.count("Permission is hereby granted, free of charge") == len(brought)


def test_the_lock_names_every_package_by_its_hash_and_none_by_an_address() -> None:
    packages = {path: one for path, one in LOCK["packages"].items() if path}
    assert [path for path, one in packages.items() if not one["integrity"].startswith("sha512-")] == []
    assert [path for path, one in packages.items() if "resolved" in one] == []
    assert {one["license"] for one in packages.values()} == {"MIT"}

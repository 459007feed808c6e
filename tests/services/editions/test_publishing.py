"""What no reason can override: a version of which nothing was made is not kept."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.broken_layouts import breaking
from tests.support.project import Said
from tests.support.resolve.kept_versions import FILES, published

BRIEFING = "briefings/patrol/briefing.md"
Write = Callable[..., Path]
Run = Callable[..., Said]


def refused(said: Said) -> tuple[list[str], str]:
    """The codes that stand against it, and the last line."""
    told = [line.split()[2].rstrip(":") for line in said.err.splitlines() if ": error " in line]
    assert said.code == 1, said
    return told, said.out.splitlines()[-1]


@pytest.mark.parametrize("reasons", [(), ("--override", "marking-too-high=It must be")], ids=["plain", "overridden"])
def test_what_is_marked_too_high_is_never_kept(library: Write, briefings: Run, reasons: tuple[str, ...]) -> None:
    text = FILES[BRIEFING].replace("glossary:", "marking: {tier: SECRET}\nglossary:")
    project = library(FILES | {BRIEFING: text})
    codes, last = refused(briefings(project, "publish", "patrol", "--date", "2024-04-26", *reasons))
    assert codes == ["not-built", "marking-too-high"]
    assert last == "Not published: 2 errors."
    assert not (project / "source/versions").exists()


@pytest.mark.proof
def test_what_the_press_could_not_set_is_never_kept(library: Write, briefings: Run) -> None:
    project = library(FILES)
    breaking(project, "briefing/type.css", "h1")
    said = briefings(project, "publish", "patrol", "--date", "2024-04-26", "--override", "press-failed=So be it")
    assert refused(said) == (["not-built", "press-failed"], "Not published: 2 errors.")


def test_a_damaged_version_is_not_written_over(library: Write, briefings: Run) -> None:
    project = library(published(FILES | {"library.yaml": FILES["library.yaml"] + "formats: []\n"}))
    kept = project / "source/versions/patrol/1.0/glossary.yaml"
    kept.write_text("beat: {term: beat, meaning: a walk}\n", encoding="utf-8")
    why = ("--override", "kept-broken=It is better so")
    codes, last = refused(briefings(project, "publish", "patrol", "--date", "2024-04-26", *why))
    assert (codes, last) == (["kept-broken"], "Not published: 1 error.")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not on this machine")
def test_git_is_told_to_leave_kept_files_as_they_are(library: Write, briefings: Run, tmp_path: Path) -> None:
    """On a machine whose git gives every file other ends of lines, the seals are whole."""
    project = library(FILES | {"library.yaml": FILES["library.yaml"] + "formats: []\n"})
    assert briefings(project, "publish", "patrol", "--date", "2024-04-26").code == 0
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "Publish")
    git(tmp_path, "-c", "core.autocrlf=true", "clone", "-q", str(project), "clone")
    assert b"\r\n" in (tmp_path / "clone/source/library.yaml").read_bytes()
    assert "kept-broken" not in briefings(tmp_path / "clone", "check", "--date", "2024-04-26").out


def git(folder: Path, *arguments: str) -> None:
    """Run git, without the settings of this machine."""
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.environ["PATH"]}
    subprocess.run(["git", *arguments], cwd=folder, env=quiet, check=True, capture_output=True)

"""The program as others get it: a wheel in an environment of its own, the handbook it carries, a container."""

import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from pipeline import __version__
from tests.support.project import ROOT

SHORT = "title: Handbook\npages: [start, first-day]\nformats: [screen, epub]\n"
"""A handbook of two of its pages: all of them are bound wherever the checkout is built."""
CONTAINERFILE = ROOT / ".setup/Containerfile"


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program with an empty environment."""
    env = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), **environment}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=env, check=False, timeout=900)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `make wheel` makes, made of a copy of what git tracks."""
    folder = tmp_path_factory.mktemp("wheel")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, names.split("\0")):
        if name.split("/")[0] in {"pipeline", "layouts", "source", "pyproject.toml", "README.md", "LICENSE"}:
            (folder / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / "copy" / name)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(folder),
        str(folder / "copy"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"the tools that build a wheel cannot be had here: {done.stderr.splitlines()[-1:]}")
    return next(folder.glob("*.whl"))


@pytest.mark.proof
def test_the_wheel_says_who_and_on_what_terms(wheel: Path) -> None:
    """Name, release, licence with its text, authors, and the README."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        said = Parser().parsestr(archive.read(f"briefings-{__version__}.dist-info/METADATA").decode())
    assert (said["Name"], said["Version"], said["License-Expression"]) == (
        "briefings",
        __version__,
        "AGPL-3.0-or-later",
    )
    assert said["Author"] == "The authors of Briefings"
    assert said["Description-Content-Type"] == "text/markdown"
    assert f"briefings-{__version__}.dist-info/licenses/LICENSE" in names


@pytest.mark.proof
def test_the_wheel_carries_all_that_a_library_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    for folder, name in (("layouts", "shipped_layouts"), ("source/handbook", "shipped_handbook")):
        files = (path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file())
        assert {f"pipeline/{name}/{path.as_posix()}" for path in files if not path.name.startswith(".")} <= carried
    for starter in (ROOT / "pipeline/starter_library", ROOT / "pipeline/starter_hosts"):
        assert {path.relative_to(ROOT).as_posix() for path in starter.rglob("*") if path.is_file()} <= carried


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of the wheel, installed in an environment that finds what it needs in ours."""
    place = tmp_path_factory.mktemp("installed") / "env"
    venv.create(place, symlinks=True)
    packages = sysconfig.get_path("purelib", vars={"base": str(place), "platbase": str(place)})
    Path(packages, "needed.pth").write_text(sysconfig.get_path("purelib"))
    pip = (sys.executable, "-m", "pip", "--python", place / "bin/python")
    done = run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=place)
    assert done.returncode == 0, done.stderr
    Path(packages, "pipeline/shipped_handbook/pack.yaml").write_text(SHORT, encoding="utf-8")
    return place / "bin/briefings"


@pytest.mark.proof
def test_an_installed_program_starts_builds_and_has_its_handbook(program: Path, tmp_path: Path) -> None:
    """In an empty home, with nothing of the checkout on any path. The handbook is all that is left where it is made."""
    assert run(program, "--version", cwd=tmp_path).stdout == f"briefings, version {__version__}\n"
    assert run(program, "new", "library", cwd=tmp_path).returncode == 0
    built = run(program, "build", "--jobs", "1", cwd=tmp_path / "library" / "source")
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "library/output/packs/first-pack/first-pack.pdf").is_file()
    empty = tmp_path / "empty"
    empty.mkdir()
    made = run(program, "handbook", "there", cwd=empty, HOME=str(tmp_path))
    books = [f"there/{name}.{end}" for name in ("handbook-reference", "handbook") for end in ("epub", "pdf")]
    assert (made.returncode, made.stdout.split()) == (0, books)
    assert sorted(path.relative_to(empty).as_posix() for path in empty.rglob("*")) == ["there", *made.stdout.split()]


@pytest.mark.proof
def test_an_installed_program_gets_its_validators(program: Path, tmp_path: Path) -> None:
    """Without a Makefile; what cannot be brought is named, the report follows, and the command fails."""
    (tmp_path / "mvn").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "mvn").chmod(0o755)
    told = run(program, "doctor", "--get-validators", cwd=tmp_path, PATH=f"{tmp_path}:/usr/bin:/bin")
    assert "note: Maven could not bring org.verapdf.apps:greenfield-apps:" in told.stderr
    assert (told.returncode, "  veraPDF           missing\n" in told.stdout) == (3, True)
    assert "  EPUBCheck         5.3.0\n" in told.stdout


def test_the_container_file_is_in_order() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, "--no-color", CONTAINERFILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")

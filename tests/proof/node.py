"""Judges that come by npm, for the tests: Ace, axe and Nu.

Each is run once for many files, and what Ace, axe and Nu say of a file is remembered.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.cache import Cache
from pipeline.core.digests import digest, sha256
from pipeline.proof.validators import QUICK_START
from tests.support.project import ROOT, WHOLE
from tests.support.proof.reference_validators import MEMORY

TOOLS = ROOT / "tests" / "tools"
MODULES = ROOT / "tests" / "node_modules"
LOCK = ROOT / "tests" / "package-lock.json"
PATIENCE = "120000"
"""Milliseconds that a browser may take to start on a busy machine."""
Ask = Callable[[list[Path]], Iterable[tuple[str, ...]]]
"""The remarks of a validator on each file."""
NU = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
WAYS = 4
"""The ways in which a page is looked at: two widths in two schemes of colour."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def ace(books: Mapping[str, bytes], folder: Path) -> dict[str, list[str]]:
    """The findings of Ace on each book, after 'fail' if it fails; none if it passes."""
    reports, chromium = folder / "ace", browser()

    def asked(files: list[Path]) -> Iterable[tuple[str, ...]]:
        tool, values = TOOLS / "ace.mjs", (str(reports), *map(str, files))
        run_node(tool, *values, PUPPETEER_EXECUTABLE_PATH=chromium, ACE_TIMEOUT_INITIAL=PATIENCE)
        for number, _ in enumerate(files, 1):
            yield _findings(json.loads((reports / str(number) / "report.json").read_text(encoding="utf-8")))

    return _remembered("ace.mjs", books, folder, "epub", asked)


def axe(pages: Mapping[str, bytes], folder: Path) -> dict[str, list[str]]:
    """The findings of axe on each web page, in light and dark, wide and narrow."""
    chromium = browser()

    def asked(files: list[Path]) -> Iterable[tuple[str, ...]]:
        seen = json.loads(run_node(TOOLS / "page.mjs", *map(str, files), PUPPETEER_EXECUTABLE_PATH=chromium))
        values = {str(file): [entry for entry in seen if entry["file"] == str(file)] for file in files}
        assert all(len(ways) == WAYS for ways in values.values())
        return [
            tuple(f"{entry['width']} {entry['scheme']}: {fault}" for entry in ways for fault in entry["violations"])
            for ways in values.values()
        ]

    return _remembered("page.mjs", pages, folder, "html", asked)


def nu(pages: Mapping[str, bytes], folder: Path) -> dict[str, list[str]]:
    """The remarks of the Nu HTML Checker on each web page, without styles: it does not know `container-type`."""
    java = shutil.which("java")
    if not java or not NU.is_file():
        pytest.skip("Nu is not on this machine: `make proof` brings it by npm, and it needs Java")
    command = (java, *QUICK_START, "-Xss16m", "-jar", str(NU), "--format", "json", "--stdout", "--exit-zero-always")

    def asked(files: list[Path]) -> Iterable[tuple[str, ...]]:
        done = subprocess.run([*command, *map(str, files)], capture_output=True, check=True)
        output = json.loads(done.stdout)["messages"]
        heard: dict[str, list[str]] = {file.name: [] for file in files}
        for entry in output:
            if not entry["message"].startswith("CSS:"):
                heard[entry["url"].rpartition("/")[2]].append(entry["message"])
        return map(tuple, heard.values())

    return _remembered("nu", pages, folder, "html", asked)


def browser() -> str:
    """The path of Chromium; skips the test if there is none."""
    values = os.environ.get("PUPPETEER_EXECUTABLE_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not values:
        pytest.skip("no Chromium is on this machine: nothing is known of these files from what needs one")
    return values


def _remembered(tool: str, contents: Mapping[str, bytes], folder: Path, end: str, ask: Ask) -> dict[str, list[str]]:
    """The remarks of a validator on each file; files without a cached answer are checked in one run."""
    store, runners = Cache(MEMORY), sorted(TOOLS.glob("*.mjs"))
    version = (tool, WHOLE, *(runner.read_bytes() for runner in runners), LOCK.read_bytes())
    keys = {name: digest(*version, sha256(content)) for name, content in contents.items()}
    output = {name: store.find(key, tuple[str, ...]) for name, key in keys.items()}
    new = {name: contents[name] for name, known in output.items() if known is None}
    if new:
        for name, values in zip(new, ask(_written(new, folder, end)), strict=True):
            output[name] = values
            store.keep(keys[name], values, tuple[str, ...])
    return {name: list(values or ()) for name, values in output.items()}


def _findings(report: Mapping[str, Any]) -> tuple[str, ...]:
    """The outcome, unless it is a pass, and every assertion of any weight. Ace's exit code tells nothing."""
    values = [
        f"{part['earl:testSubject']['url']}: {fault['earl:test']['earl:impact']} {fault['earl:test']['dct:title']}: "
        f"{fault['earl:result'].get('html', '')[:200]}"
        for part in report["assertions"]
        for fault in part["assertions"]
    ]
    outcome = report["earl:result"]["earl:outcome"]
    return (*([] if outcome == "pass" else [str(outcome)]), *values)


def _written(contents: Mapping[str, bytes], folder: Path, end: str = "epub") -> list[Path]:
    files = [folder / f"{number}.{end}" for number, _ in enumerate(contents, 1)]
    for file, content in zip(files, contents.values(), strict=True):
        file.write_bytes(content)
    return files


def run_node(tool: Path, *arguments: str, **env: str) -> bytes:
    """The output of a tool of ours; skips the test if it cannot run."""
    node = shutil.which("node")
    if not node or not MODULES.is_dir():
        pytest.skip(
            f"{tool.stem} is not on this machine: `make proof` brings it by npm, where there is Node 20 or later"
        )
    done = subprocess.run([node, tool, *arguments], capture_output=True, env={**os.environ, **env}, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return done.stdout

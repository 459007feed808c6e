"""Ace, and the parser that Thorium reads with, for the tests: one run for many books; what Ace says is remembered."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.digest import digest, sha256
from pipeline.store.store import Store
from tests.support.project import ROOT
from tests.support.proof.reference_validators import MEMORY

TOOLS = ROOT / "tests" / "tools"
MODULES = ROOT / "tests" / "node_modules"
LOCK = ROOT / "tests" / "package-lock.json"
PATIENCE = "120000"
"""Milliseconds that a browser may take to start on a busy machine."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def ace(books: Mapping[str, bytes], folder: Path) -> dict[str, list[str]]:
    """What Ace finds wrong with each book: 'fail' and its findings; nothing where it passes with none."""
    browser = os.environ.get("PUPPETEER_EXECUTABLE_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not browser:
        pytest.skip("Ace needs a Chromium, and none is on this machine: nothing is known of these books from it")
    store, runner = Store(MEMORY), TOOLS / "ace.mjs"
    version = (runner.read_bytes(), LOCK.read_bytes())
    keys = {name: digest("ace", version, sha256(book)) for name, book in books.items()}
    said = {name: store.find(key, tuple[str, ...]) for name, key in keys.items()}
    new = [name for name, known in said.items() if known is None]
    if new:
        files = _written({name: books[name] for name in new}, folder)
        reports = folder / "ace"
        run_node(
            runner, str(reports), *map(str, files), PUPPETEER_EXECUTABLE_PATH=browser, ACE_TIMEOUT_INITIAL=PATIENCE
        )
        for number, name in enumerate(new, 1):
            report = json.loads((reports / str(number) / "report.json").read_text(encoding="utf-8"))
            said[name] = _findings(report)
            store.keep(keys[name], said[name], tuple[str, ...])
    return {name: list(found or ()) for name, found in said.items()}


def _findings(report: Mapping[str, Any]) -> tuple[str, ...]:
    """The outcome, unless it is a pass, and every assertion of any weight. Ace's exit code tells nothing."""
    found = [
        f"{part['earl:testSubject']['url']}: {fault['earl:test']['earl:impact']} {fault['earl:test']['dct:title']}: "
        f"{fault['earl:result'].get('html', '')[:200]}"
        for part in report["assertions"]
        for fault in part["assertions"]
    ]
    outcome = report["earl:result"]["earl:outcome"]
    return (*([] if outcome == "pass" else [str(outcome)]), *found)


@dataclass(frozen=True)
class Found:
    """What Thorium's parser finds in a book."""

    title: str
    languages: list[str]
    identifier: str
    authors: list[str]
    texts: list[str]
    contents: list[tuple[int, str, str]]
    """Depth, words and target of every line."""
    landmarks: list[str]
    pages: list[str]
    modes: list[str]
    features: list[str]
    hazards: list[str]


def thorium(books: Mapping[str, bytes], folder: Path) -> dict[str, Found]:
    """What Thorium's parser finds in each book."""
    said = json.loads(run_node(TOOLS / "thorium.mjs", *map(str, _written(books, folder))))
    found = [Found(**{**book, "contents": [tuple(line) for line in book["contents"]]}) for book in said]
    return dict(zip(books, found, strict=True))


def _written(books: Mapping[str, bytes], folder: Path) -> list[Path]:
    files = [folder / f"{number}.epub" for number, _ in enumerate(books, 1)]
    for file, book in zip(files, books.values(), strict=True):
        file.write_bytes(book)
    return files


def run_node(tool: Path, *arguments: str, **env: str) -> bytes:
    """What a tool of ours says; skips, saying so, where it cannot run."""
    node = shutil.which("node")
    if not node or not MODULES.is_dir():
        pytest.skip(
            f"{tool.stem} is not on this machine: `make proof` brings it by npm, where there is Node 20 or later"
        )
    done = subprocess.run([node, tool, *arguments], capture_output=True, env={**os.environ, **env}, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return done.stdout

"""The browser, as the tests of pages and books ask it: `tests/tools` in node, with the Chromium that is there."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import ROOT

TOOLS = ROOT / "tests" / "tools"
MODULES = ROOT / "tests" / "node_modules"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def told(tool: str, *arguments: str | Path) -> Any:
    """What a tool tells; the test skips, saying why, where the tool cannot run."""
    node = shutil.which("node")
    browser = os.environ.get("PUPPETEER_EXECUTABLE_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not browser:
        pytest.skip("there is no Chromium on this machine to open pages and books in")
    if not node or not (MODULES / "puppeteer-core").is_dir():
        pytest.skip("what drives the browser is not here: it needs Node 20, and `npm ci` in tests/")
    done = subprocess.run(
        [node, TOOLS / tool, *arguments],
        capture_output=True,
        env={**os.environ, "PUPPETEER_EXECUTABLE_PATH": browser},
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)

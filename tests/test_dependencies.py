"""What the handbook says the program is made of is what the lock file installs."""

import re
import subprocess
import sys

from tests.support.project import ROOT

PAGE = ROOT / "source/handbook/dependencies.md"


def test_the_page_is_what_the_target_makes() -> None:
    """Renewed by `make handbook`, never by hand; made in the environment of the lock file."""
    made = subprocess.run([sys.executable, ROOT / ".setup/dependencies.py"], capture_output=True, text=True, check=True)
    assert made.stdout == PAGE.read_text(encoding="utf-8"), "make handbook writes the page again"


def test_every_package_of_the_lock_stands_there_with_its_licence() -> None:
    """With its release; no licence is left empty, or said in a sentence."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    named = re.findall(r"^([a-z0-9.-]+)==([^\s;\\]+)", lock, re.MULTILINE)
    rows = re.findall(
        r"^\| ([a-z0-9.-]+) (\S+) \| ([^|]+) \| [^|]+ \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [row[:2] for row in rows] == named
    for name, _, licence in rows:
        assert re.match(r"\(?(A?GPL|MIT|BSD|Apache|CC0|MPL|OFL|PSF)-", licence) or licence.startswith(
            ("MIT", "(MIT")
        ), name

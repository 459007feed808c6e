"""The locale that workers have, on a machine whose own is Turkish."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

TURKISH = "tr_TR.UTF-8"


def locales_in(folder: Path) -> dict[str, str]:
    """The environment in which a folder's locales are known, once a Turkish one is made there; {} where none can be."""
    make = shutil.which("localedef")
    call = [make or "localedef", "-i", "tr_TR", "-f", "UTF-8", str(folder / TURKISH)]
    return (
        {"LOCPATH": str(folder)}
        if make and not subprocess.run(call, capture_output=True, check=False).returncode
        else {}
    )

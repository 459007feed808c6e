"""A server of PostgreSQL for a ledger, of its own on loopback."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.colleges.ports import PATIENCE, free_port

SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) if Path("/usr/lib/postgresql").is_dir() else []


def missing() -> str:
    """What is missing to start a server, if anything is."""
    if not SERVERS:
        return "PostgreSQL is not installed here"
    if os.getuid() == 0 and not shutil.which("runuser"):
        return "PostgreSQL does not run as root, and there is no 'runuser'"
    return ""


@contextmanager
def server() -> Iterator[str]:
    """A server of PostgreSQL while it lasts; gives its URL."""
    home = Path(tempfile.mkdtemp(prefix="pg"))
    port = free_port()
    folder = SERVERS[-1].parent
    data = home / "data"
    if os.getuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    _run(str(folder / "initdb"), "-D", str(data), "-U", "briefings", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = ("-w", "-t", str(PATIENCE), "-l", str(home / "log"), "-o", f"-p {port} -h 127.0.0.1 -k {home} -F")
    _run(str(folder / "pg_ctl"), "-D", str(data), *options, "start")
    try:
        yield f"postgresql://briefings@127.0.0.1:{port}/postgres"
    finally:
        _run(str(folder / "pg_ctl"), "-D", str(data), "-w", "-t", str(PATIENCE), "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def _run(*command: str) -> None:
    as_user = ("runuser", "-u", "postgres", "--") if os.getuid() == 0 else ()
    subprocess.run((*as_user, *command), check=True, capture_output=True, cwd="/", timeout=300)

"""Ports of this machine, for servers that must be told theirs."""

import os
import socket
import subprocess
import time
from contextlib import suppress
from itertools import count

FIRST, PORTS, EACH = 20_000, 12_000, 64
"""Ports below those that the system gives to whoever asks for any, and how many of them are for each process."""
PATIENCE = 120
"""Seconds after which a server that does not answer will not."""

_numbers = count()


def free_port() -> int:
    """A port that nobody has; the system gives it to nobody meanwhile."""
    while True:
        port = FIRST + (os.getpid() * EACH + next(_numbers)) % PORTS
        with suppress(OSError), socket.socket() as free:
            free.bind(("127.0.0.1", port))
            return port


def wait_for_server(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("the server does not answer")

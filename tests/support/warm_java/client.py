"""The program `java` of the tests: it has a Java that is kept warm run what a new one would be started for.

Run by itself: `client.py FOLDER PID JAVA ARGUMENT…`; needs nothing but Python.
"""

import fcntl
import hashlib
import os
import socket
import struct
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

SERVER = Path(__file__).with_name("Warm.java")


def main(folder: Path, owner: str, java: str, arguments: list[str]) -> None:
    """Run a program of a jar in the warm Java of that jar; all else, and where none can be had, in a new one."""
    program = next((n + 2 for n, word in enumerate(arguments) if word == "-cp"), len(arguments))
    if asked := arguments[program:]:
        place = folder / hashlib.sha256("\0".join(arguments[:program]).encode()).hexdigest()[:12]
        with suppress(OSError, EOFError), closing(connected(place, owner, java, arguments[:program])) as door:
            code, printed = answer(door, asked)
            sys.stdout.buffer.write(printed)
            sys.stdout.flush()
            os._exit(code)
    os.execv(java, [java, *arguments])


def answer(door: socket.socket, asked: list[str]) -> tuple[int, bytes]:
    """The exit code of a program and all that it printed."""
    words = "\0".join(asked).encode()
    door.sendall(struct.pack(">i", len(words)) + words)
    with door.makefile("rb") as said:
        if len(code := said.read(4)) < 4:
            raise EOFError
        return struct.unpack(">i", code)[0], said.read()


def connected(place: Path, owner: str, java: str, options: list[str]) -> socket.socket:
    """A way to the Java that listens at a place; the first who asks starts it."""
    with place.with_suffix(".lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):
            return reached(place)
        if place.with_suffix(".failed").exists():
            raise EOFError
        command = [java, "-Djava.security.manager=allow", *options, str(SERVER), str(place), owner]
        none = subprocess.DEVNULL
        server = subprocess.Popen(command, stdin=none, stdout=none, stderr=none, cwd="/", start_new_session=True)
        over = False
        while not over:
            time.sleep(0.05)
            over = server.poll() is not None  # as it is where another has come first
            with suppress(FileNotFoundError, ConnectionRefusedError):
                return reached(place)
        place.with_suffix(".failed").touch()
        raise EOFError


def reached(place: Path) -> socket.socket:
    """A way to who listens there."""
    door = socket.socket(socket.AF_UNIX)
    try:
        door.connect(str(place))
    except OSError:
        door.close()
        raise
    return door


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])

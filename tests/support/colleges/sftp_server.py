"""A server of SFTP on loopback: OpenSSH's own, with keys that were made for it."""

import asyncio
import getpass
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

from tests.support.colleges.ports import PATIENCE, free_port, wait_for_server

SSHD = Path("/usr/sbin/sshd")


def missing() -> str:
    """What is missing to start a server, if anything is."""
    return "" if SSHD.exists() else "OpenSSH's server is not installed here"


@dataclass(frozen=True)
class Server:
    """A server, while it runs."""

    port: int
    home: Path
    """The folder of its keys."""

    @property
    def host_key(self) -> str:
        """The key by which it is known."""
        return " ".join((self.home / "host.pub").read_text(encoding="utf-8").split()[:2])

    @property
    def key(self) -> str:
        """The path of a key that it lets in."""
        return str(self.home / "client")

    def address(self, folder: Path, port: int = 0) -> str:
        """The URL of a folder of this machine, by this server."""
        return f"sftp://{getpass.getuser()}@127.0.0.1:{port or self.port}{folder}"


def new_key(path: Path) -> None:
    """A key and its public one, without a passphrase."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)


@contextmanager
def sftp_server() -> Iterator[Server]:
    """A server while it lasts: it lets in who runs the tests, by one key."""
    home = Path(tempfile.mkdtemp(prefix="ssh"))
    for name in ("host", "client", "stranger"):
        new_key(home / name)
    (home / "allowed").write_bytes((home / "client.pub").read_bytes())
    port = free_port()
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    said = {
        "Port": port,
        "ListenAddress": "127.0.0.1",
        "HostKey": home / "host",
        "AuthorizedKeysFile": home / "allowed",
        "PidFile": home / "pid",
        "StrictModes": "no",
        "UsePAM": "no",
        "PermitRootLogin": "yes",
        "MaxStartups": 100,
        "Subsystem": "sftp internal-sftp",
    }
    (home / "config").write_text("".join(f"{name} {value}\n" for name, value in said.items()), encoding="utf-8")
    process = subprocess.Popen([str(SSHD), "-D", "-e", "-f", str(home / "config")], stderr=subprocess.DEVNULL)
    try:
        wait_for_server(port, process)
        yield Server(port, home)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def cut_after(port: int, size: int) -> Iterator[int]:
    """A line to a server that is cut once so many bytes went to it; gives the port of the line."""
    with socket.create_server(("127.0.0.1", 0)) as line:

        def carry(source: socket.socket, sink: socket.socket, left: Callable[[int], bool]) -> None:
            with suppress(OSError):
                while (piece := source.recv(1 << 14)) and left(len(piece)):
                    sink.sendall(piece)
            for end in (source, sink):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    near, _ = line.accept()
                    far = socket.create_connection(("127.0.0.1", port))
                    gone = [0]

                    def within(number: int, gone: list[int] = gone) -> bool:
                        gone[0] += number
                        return gone[0] <= size

                    threading.Thread(target=carry, args=(near, far, within), daemon=True).start()
                    threading.Thread(target=carry, args=(far, near, lambda _: True), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield line.getsockname()[1]
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


@contextmanager
def hanging_server() -> Iterator[tuple[int, str, list[str]]]:
    """A server of any password; gives its port, its key, and a list: at the acts that are put into it, it hangs."""
    hangs, ready, told = list[str](), threading.Event(), list[Any]()
    key = asyncssh.generate_private_key("ssh-ed25519")

    class Files(asyncssh.SFTPServer):
        async def open(self, *said: Any) -> Any:  # type: ignore[override]
            await _hung("open" in hangs)
            return super().open(*said)

        async def close(self, file: Any) -> None:  # type: ignore[override]
            await _hung("close" in hangs)
            super().close(file)

    class Door(asyncssh.SSHServer):
        def begin_auth(self, username: str) -> bool:
            return True

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return True

    async def serve() -> None:
        end = asyncio.Event()
        async with asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[key], server_factory=Door, sftp_factory=Files
        ) as server:
            told.extend((asyncio.get_running_loop(), end, server.get_port()))
            ready.set()
            await end.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    loop, end, port = told
    try:
        yield port, key.export_public_key().decode().strip(), hangs
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(10)


async def _hung(whether: bool) -> None:
    if whether:
        await asyncio.sleep(2 * PATIENCE)

"""Deliveries by SFTP: written next to their destination on the server, and renamed once.

The server must show the key in the library; otherwise nothing is sent, not even a name.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import asyncssh

from pipeline.services.colleges.transport import (
    RECEIPT,
    DeliveryFailed,
    HandOver,
    OutcomeUnknown,
    Parcel,
    ServerUnavailable,
    read_receipt,
    redact,
)

_Answer = TypeVar("_Answer")

_CHUNK_BYTES = 1 << 18
"""Bytes that are sent at once, with a patience of their own: the connection may be slow."""
_FULL = (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded)
_LOST = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.DisconnectError, ConnectionError)
_FAILURES = (asyncssh.Error, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class SftpTransport:
    """A folder on an SFTP server; each delivery becomes a folder in it."""

    address: str
    """Its URL, such as sftp://us@fellbrook.example/in; `/~/in` is in the user's home."""
    host_key: str
    """The public key that the server must show."""
    name: str
    """The name of a delivery's folder, before its id."""
    key: str = ""
    """The path of a private key file."""
    password: str = field(default="", repr=False)
    patience: float = 60
    """Seconds that an answer may take."""

    @property
    def where(self) -> str:
        """The server."""
        return urlsplit(self.address).netloc

    def prepare(self, parcel: Parcel) -> Callable[[], str]:
        """Write all files next to their destination."""
        connection = _Connection(self)
        try:
            connection.run(self._write(connection, parcel))
        except _FAILURES as failure:
            no_room = isinstance(failure, asyncssh.SFTPFailure) and not connection.has_room(parcel, self._root())
            described = self._describe_full() if no_room else self._describe(failure)
            connection.remove(self._draft(parcel.delivery))
            connection.close()
            raise described from None
        except BaseException:
            connection.close()
            raise
        return partial(self._commit, connection, parcel)

    def find(self, hand_over: HandOver) -> str | None:
        """Return the name of the folder in its place, by the same rules as `FolderTransport`."""
        connection = _Connection(self)
        try:
            return connection.run(self._find(connection, hand_over))
        except DeliveryFailed as failure:
            raise ServerUnavailable(failure.reason) from None
        except _FAILURES as failure:
            raise ServerUnavailable(self._describe(failure).reason) from None
        finally:
            connection.close()

    async def connect(self) -> asyncssh.SSHClientConnection:
        """Connect to the server, if it shows its key."""
        parts, host_key, keys = urlsplit(self.address), self._read_host_key(), [self._read_key()] if self.key else None
        return await asyncssh.connect(
            parts.hostname or "",
            parts.port or 22,
            username=unquote(parts.username or ""),
            password=self.password or None,
            client_keys=keys,
            known_hosts=([host_key], [], []),
            config=None,
            agent_path=None,
            connect_timeout=self.patience,
            login_timeout=self.patience,
        )

    async def _write(self, connection: "_Connection", parcel: Parcel) -> None:
        server, draft = await connection.sftp(), self._draft(parcel.delivery)
        if not await connection.wait(server.isdir(self._root())):
            raise DeliveryFailed("refused", f"The folder of {self.address} is not there")
        if await connection.wait(server.exists(draft)):
            await connection.wait(server.rmtree(draft))
        await connection.wait(server.mkdir(draft))
        for name, content in {**parcel.files, RECEIPT: parcel.receipt}.items():
            async with connection.opened(f"{draft}/{name}", "wb") as file:
                for start in range(0, len(content), _CHUNK_BYTES):
                    await connection.wait(file.write(content[start : start + _CHUNK_BYTES]))
                with suppress(asyncssh.SFTPOpUnsupported):
                    await connection.wait(file.fsync())

    def _commit(self, connection: "_Connection", parcel: Parcel) -> str:
        try:
            connection.run(self._rename(connection, parcel.delivery))
        except _FAILURES as failure:  # the server may have done it, and lost the answer
            connection.close()
            if name := self.find(parcel.hand_over):
                return name
            described = self._describe(failure)
            if described.kind == "hangs":  # and may still do it
                raise ServerUnavailable(described.reason) from None
            raise described from None
        finally:
            connection.close()
        return self.place(parcel.delivery).rpartition("/")[2]

    async def _rename(self, connection: "_Connection", delivery: str) -> None:
        server, draft, place = await connection.sftp(), self._draft(delivery), self.place(delivery)
        try:
            await connection.wait(server.posix_rename(draft, place))
        except asyncssh.SFTPOpUnsupported:
            await connection.wait(server.rename(draft, place))

    async def _find(self, connection: "_Connection", hand_over: HandOver) -> str | None:
        server, place = await connection.sftp(), self.place(hand_over.delivery)
        if await connection.wait(server.exists(self._draft(hand_over.delivery))):
            return None
        try:
            async with connection.opened(f"{place}/{RECEIPT}", "rb") as file:
                receipt = await connection.wait(file.read())
        except asyncssh.SFTPNoSuchFile:
            if not await connection.wait(server.isdir(self._root())):
                raise ServerUnavailable(f"The folder of {self.address} is not there") from None
            raise OutcomeUnknown(f"{hand_over.to} holds it no longer, and may have taken it in") from None
        assert isinstance(receipt, bytes), "it is opened as bytes"
        names = read_receipt(receipt, hand_over)
        complete = hand_over.receipt or all([await connection.wait(server.exists(f"{place}/{name}")) for name in names])
        if not names or not complete:
            raise OutcomeUnknown(f"{hand_over.to} does not hold all of it, and may have taken it in")
        return place.rpartition("/")[2]

    def _root(self) -> str:
        path = unquote(urlsplit(self.address).path)
        if not path or path == "/~" or path.startswith("/~/"):  # in the user's home
            return path[2:].strip("/") or "."
        return path.rstrip("/") or "/"

    def place(self, delivery: str) -> str:
        """Return the path of a delivery's folder on the server."""
        return f"{self._root().rstrip('/')}/{self.name}-{delivery}"

    def _draft(self, delivery: str) -> str:
        return f"{self._root().rstrip('/')}/.part-{delivery}"

    def _describe_full(self) -> DeliveryFailed:
        return DeliveryFailed("full", f"There is no room in the folder of {self.address}")

    def _describe(self, failure: BaseException) -> DeliveryFailed:
        """Describe a failure, without a secret that the server may have repeated."""
        if isinstance(failure, TimeoutError):
            return DeliveryFailed("hangs", f"No answer from {self.where} for {self.patience:g} seconds", passing=True)
        if isinstance(failure, asyncssh.HostKeyNotVerifiable | asyncssh.KeyExchangeFailed):
            return DeliveryFailed("host", f"The server {self.where} shows another key than the one in colleges.yaml")
        if isinstance(failure, asyncssh.PermissionDenied):
            return DeliveryFailed("refused", f"{self.address} refused {self._describe_secret()}")
        if isinstance(failure, _FULL):
            return self._describe_full()
        if isinstance(failure, _LOST) or not isinstance(failure, asyncssh.Error):
            words = redact(getattr(failure, "strerror", None) or str(failure), self.password)
            return DeliveryFailed("refused", f"{self.where} cannot be reached: {words}", passing=True)
        words = redact(str(failure), self.password)
        return DeliveryFailed("refused", f"The folder of {self.address} cannot be written: {words}")

    def _read_key(self) -> asyncssh.SSHKey:
        """Read our key. Messages do not repeat the content of its variable, which may be the key itself."""
        try:
            content = Path(self.key).expanduser().read_bytes()
        except (OSError, ValueError, RuntimeError):
            words = "The key file cannot be read: the variable that 'key' names must hold the path of a file"
            raise DeliveryFailed("refused", words) from None
        try:
            return asyncssh.import_private_key(content)
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, ValueError):
            raise DeliveryFailed("refused", "The key file holds no private key without a passphrase") from None

    def _read_host_key(self) -> asyncssh.SSHKey:
        try:
            return asyncssh.import_public_key(self.host_key)
        except (asyncssh.KeyImportError, ValueError):
            raise DeliveryFailed("refused", "'host_key' is the key of no server: 'ssh-keyscan' prints it") from None

    def _describe_secret(self) -> str:
        """Describe the secret that the server refused: the key by its fingerprint."""
        if not self.key:
            return "the password"
        return f"the key; ask them to allow {self._read_key().get_fingerprint()}"


class _Connection:
    """A connection to a server, on an event loop of its own, with a time limit for each answer."""

    def __init__(self, transport: SftpTransport) -> None:
        self._transport = transport
        self._runner = asyncio.Runner()
        self._open: tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient] | None = None

    def run(self, work: Coroutine[Any, Any, _Answer]) -> _Answer:
        """Run a coroutine to its end."""
        return self._runner.run(work)

    async def wait(self, answer: Awaitable[_Answer]) -> _Answer:
        """Wait for an answer within the time limit."""
        return await asyncio.wait_for(answer, self._transport.patience)

    async def sftp(self) -> asyncssh.SFTPClient:
        """Return the SFTP client, connected on first use."""
        if self._open is None:
            connection = await self.wait(self._transport.connect())
            self._open = connection, await self.wait(connection.start_sftp_client())
        return self._open[1]

    @asynccontextmanager
    async def opened(self, path: str, mode: str) -> AsyncIterator[asyncssh.SFTPClientFile]:
        """Open a file on the server. If it hangs, it is not closed: the connection ends anyway."""
        file = await self.wait((await self.sftp()).open(path, mode))
        try:
            yield file
        except asyncssh.Error:
            with suppress(*_FAILURES):
                await self.wait(file.close())
            raise
        await self.wait(file.close())

    def has_room(self, parcel: Parcel, root: str) -> bool:
        """Return false if the server reports too little room: most report a full disk as a general failure."""
        if self._open is None:
            return True
        size = sum(map(len, parcel.files.values()))
        try:
            room = self.run(self.wait(self._open[1].statvfs(root)))
        except _FAILURES:
            return True
        return int(room.bavail) * int(room.frsize) >= size

    def remove(self, folder: str) -> None:
        """Remove a draft, if the server allows it."""
        if self._open is not None:
            with suppress(*_FAILURES):
                self.run(self.wait(self._open[1].rmtree(folder)))

    def close(self) -> None:
        """Close the connection; calling it again does no harm."""
        if self._open is not None:
            self._open[0].abort()
            self._open = None
        self._runner.close()

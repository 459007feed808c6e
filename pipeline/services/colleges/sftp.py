"""Delivery by SFTP: written beside its place, on the disk of the server, and renamed once.

The server is known by the key that the library pins, and is told nothing if it shows another.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import asyncssh

from pipeline.core.digests import sha256
from pipeline.services.colleges.transport import (
    RECEIPT,
    DeliveryFailed,
    OutcomeUnknown,
    Parcel,
    ServerUnavailable,
    make_receipt,
    read_receipt,
    redact,
)

_Answer = TypeVar("_Answer")

_PIECE = 1 << 18
"""Bytes that are sent at once, each with its own patience: a line may be slow."""
_FULL = (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded)
_LOST = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.DisconnectError, ConnectionError)
_FAILURES = (asyncssh.Error, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class SftpTransport:
    """A folder on a server of SFTP, in which each delivery becomes a folder."""

    address: str
    """Its URL: sftp://us@fellbrook.example/in; `/~/in` is in the home of the user."""
    host_key: str
    """The public key that the server must show."""
    name: str
    """The name of the folder of a delivery, before its id."""
    key: str = ""
    """The path of the file of a private key."""
    password: str = ""
    patience: float = 60
    """Seconds that an answer may take."""

    def __repr__(self) -> str:
        """Its address alone: a password stands in no message and no traceback."""
        return f"SftpTransport({self.address})"

    @property
    def where(self) -> str:
        """The server."""
        return urlsplit(self.address).netloc

    def prepare(self, parcel: Parcel) -> Callable[[], str]:
        """Write the whole beside its place, as often as need be."""
        talk = _Talk(self)
        try:
            talk.run(self._write(talk, parcel))
        except _FAILURES as failure:
            full = isinstance(failure, asyncssh.SFTPFailure) and not talk.has_room(parcel, self._root())
            told = self._full() if full else self._failure(failure)
            talk.clear(self._beside(parcel.delivery))
            talk.close()
            raise told from None
        except BaseException:
            talk.close()
            raise
        return partial(self._put, talk, parcel)

    def find(self, delivery: str, to: str, handed_over: datetime | None = None, digest: str = "") -> str | None:
        """The folder in its place, if it holds the receipt of this delivery; as `FolderTransport` looks for it."""
        talk = _Talk(self)
        try:
            return talk.run(self._look(talk, delivery, to, digest))
        except DeliveryFailed as closed:
            raise ServerUnavailable(closed.reason) from None
        except _FAILURES as failure:
            raise ServerUnavailable(self._failure(failure).reason) from None
        finally:
            talk.close()

    async def connected(self) -> asyncssh.SSHClientConnection:
        """The server, if it shows its key, and lets us in by ours."""
        at, host_key, keys = urlsplit(self.address), self._host_key(), [self._own_key()] if self.key else None
        return await asyncssh.connect(
            at.hostname or "",
            at.port or 22,
            username=unquote(at.username or ""),
            password=self.password or None,
            client_keys=keys,
            known_hosts=([host_key], [], []),
            config=None,
            agent_path=None,
            connect_timeout=self.patience,
            login_timeout=self.patience,
        )

    async def _write(self, talk: "_Talk", parcel: Parcel) -> None:
        files, beside = await talk.files(), self._beside(parcel.delivery)
        if not await talk.within(files.isdir(self._root())):
            raise DeliveryFailed("refused", f"The folder of {self.address} is not there")
        if await talk.within(files.exists(beside)):
            await talk.within(files.rmtree(beside))
        await talk.within(files.mkdir(beside))
        for name, content in {**parcel.files, RECEIPT: make_receipt(parcel)}.items():
            async with talk.opened(f"{beside}/{name}", "wb") as file:
                for at in range(0, len(content), _PIECE):
                    await talk.within(file.write(content[at : at + _PIECE]))
                with suppress(asyncssh.SFTPOpUnsupported):
                    await talk.within(file.fsync())

    def _put(self, talk: "_Talk", parcel: Parcel) -> str:
        try:
            talk.run(self._rename(talk, parcel.delivery))
        except _FAILURES as failure:  # the server may have done it, and lost the answer
            talk.close()
            if found := self.find(parcel.delivery, parcel.to, digest=sha256(make_receipt(parcel))):
                return found
            told = self._failure(failure)
            if told.trouble == "hangs":  # and may do it yet
                raise ServerUnavailable(told.reason) from None
            raise told from None
        finally:
            talk.close()
        return self.place(parcel.delivery).rpartition("/")[2]

    async def _rename(self, talk: "_Talk", delivery: str) -> None:
        files, beside, place = await talk.files(), self._beside(delivery), self.place(delivery)
        try:
            await talk.within(files.posix_rename(beside, place))
        except asyncssh.SFTPOpUnsupported:
            await talk.within(files.rename(beside, place))

    async def _look(self, talk: "_Talk", delivery: str, to: str, digest: str) -> str | None:
        files, place = await talk.files(), self.place(delivery)
        if await talk.within(files.exists(self._beside(delivery))):
            return None
        try:
            async with talk.opened(f"{place}/{RECEIPT}", "rb") as file:
                said = await talk.within(file.read())
        except asyncssh.SFTPNoSuchFile:
            if not await talk.within(files.isdir(self._root())):
                raise ServerUnavailable(f"The folder of {self.address} is not there") from None
            raise OutcomeUnknown(f"{to} holds it no longer, and may have taken it in") from None
        assert isinstance(said, bytes), "it is opened as bytes"
        names = read_receipt(said, delivery, digest)
        if not names or not (digest or all([await talk.within(files.exists(f"{place}/{name}")) for name in names])):
            raise OutcomeUnknown(f"{to} does not hold all of it, and may have taken it in")
        return place.rpartition("/")[2]

    def _root(self) -> str:
        path = unquote(urlsplit(self.address).path)
        if not path or path == "/~" or path.startswith("/~/"):  # in the home of the user
            return path[2:].strip("/") or "."
        return path.rstrip("/") or "/"

    def place(self, delivery: str) -> str:
        """The path of the folder of a delivery on the server."""
        return f"{self._root().rstrip('/')}/{self.name}-{delivery}"

    def _beside(self, delivery: str) -> str:
        return f"{self._root().rstrip('/')}/.part-{delivery}"

    def _full(self) -> DeliveryFailed:
        return DeliveryFailed("full", f"There is no room in the folder of {self.address}")

    def _failure(self, failure: BaseException) -> DeliveryFailed:
        """The failure in words, without a secret that a server may have repeated."""
        if isinstance(failure, TimeoutError):
            return DeliveryFailed("hangs", f"No answer from {self.where} for {self.patience:g} seconds", passing=True)
        if isinstance(failure, asyncssh.HostKeyNotVerifiable | asyncssh.KeyExchangeFailed):
            return DeliveryFailed("host", f"The server {self.where} shows another key than the one in colleges.yaml")
        if isinstance(failure, asyncssh.PermissionDenied):
            return DeliveryFailed("refused", f"{self.address} refused {self._secret()}")
        if isinstance(failure, _FULL):
            return self._full()
        if isinstance(failure, _LOST) or not isinstance(failure, asyncssh.Error):
            words = redact(getattr(failure, "strerror", None) or str(failure), self.password)
            return DeliveryFailed("refused", f"{self.where} cannot be reached: {words}", passing=True)
        words = redact(str(failure), self.password)
        return DeliveryFailed("refused", f"The folder of {self.address} cannot be written: {words}")

    def _own_key(self) -> asyncssh.SSHKey:
        """Our key. What its variable holds is not told, as it may be the key itself."""
        try:
            content = Path(self.key).expanduser().read_bytes()
        except (OSError, ValueError, RuntimeError):
            words = "The key file cannot be read: the variable that 'key' names must hold the path of a file"
            raise DeliveryFailed("refused", words) from None
        try:
            return asyncssh.import_private_key(content)
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, ValueError):
            raise DeliveryFailed("refused", "The key file holds no private key without a passphrase") from None

    def _host_key(self) -> asyncssh.SSHKey:
        """The key that the server must show."""
        try:
            return asyncssh.import_public_key(self.host_key)
        except (asyncssh.KeyImportError, ValueError):
            raise DeliveryFailed("refused", "'host_key' is the key of no server: 'ssh-keyscan' prints it") from None

    def _secret(self) -> str:
        """The key that a server is to allow, by its fingerprint."""
        if not self.key:
            return "the password"
        return f"the key; ask them to allow {self._own_key().get_fingerprint()}"


class _Talk:
    """A talk with a server, from its first word to its last, each answer waited for with patience."""

    def __init__(self, transport: SftpTransport) -> None:
        self._transport = transport
        self._runner = asyncio.Runner()
        self._open: tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient] | None = None

    def run(self, what: Coroutine[Any, Any, _Answer]) -> _Answer:
        """Do something to its end."""
        return self._runner.run(what)

    async def within(self, what: Awaitable[_Answer]) -> _Answer:
        """An answer, if it comes in time."""
        return await asyncio.wait_for(what, self._transport.patience)

    async def files(self) -> asyncssh.SFTPClient:
        """The files of the server."""
        if self._open is None:
            connection = await self.within(self._transport.connected())
            self._open = connection, await self.within(connection.start_sftp_client())
        return self._open[1]

    @asynccontextmanager
    async def opened(self, path: str, mode: str) -> AsyncIterator[asyncssh.SFTPClientFile]:
        """A file of the server. One that hangs is not waited for again: the connection ends with the talk."""
        file = await self.within((await self.files()).open(path, mode))
        try:
            yield file
        except asyncssh.Error:
            with suppress(*_FAILURES):
                await self.within(file.close())
            raise
        await self.within(file.close())

    def has_room(self, parcel: Parcel, root: str) -> bool:
        """Whether there is room for a parcel, as far as the server tells: most call a full disk a failure."""
        if self._open is None:
            return True
        need = sum(map(len, parcel.files.values()))
        try:
            room = self.run(self.within(self._open[1].statvfs(root)))
        except _FAILURES:
            return True
        return int(room.bavail) * int(room.frsize) >= need

    def clear(self, folder: str) -> None:
        """Take away what was begun, if the server lets us."""
        if self._open is not None:
            with suppress(*_FAILURES):
                self.run(self.within(self._open[1].rmtree(folder)))

    def close(self) -> None:
        """Let go of the server; more than once does no harm."""
        if self._open is not None:
            self._open[0].abort()
            self._open = None
        self._runner.close()

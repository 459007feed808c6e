"""`colleges.yaml`: recipients, and the ways to them; and the keys of `library.yaml` that deliveries need."""

import base64
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.core.sentences import join_names
from pipeline.model.formats import Format
from pipeline.model.source.briefing import Language
from pipeline.model.source.posting import LedgerAddress, Mailbox, MailServer, Postage, PostalAddress
from pipeline.model.source.record import Day, FieldLocations, Line, Record, RecordList, Slug, StoreAddress, has_password
from pipeline.model.source.signing import Signing


def _no_switch(value: str) -> str:
    """Refuse what switches a setting on or off elsewhere."""
    if value.casefold() in ("true", "false", "yes", "no", "on", "off", "null", "none", "~"):
        raise ValueError(f"'{value}' is not an address")
    return value


FolderPath = Annotated[
    str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\r\n]*$"), AfterValidator(_no_switch)
]
"""The path of a folder of this machine, or of one that it reaches as a folder."""


_SFTP = re.compile(r"sftp://[^\s:/?#@]+@[^\s:/?#@\[\]]+(?::\d{1,5})?(?:/[^\s?#]*)?")


def _sftp(value: object) -> object:
    """An address of SFTP; what is refused is not repeated, as it may hold a password."""
    if isinstance(value, str) and not _SFTP.fullmatch(value.strip()):
        if has_password(value):
            raise ValueError("passwords do not belong in a file: name the variable of the environment that has it")
        raise ValueError("the address is none such as sftp://us@fellbrook.example/in")
    port = re.match(r"sftp://[^/]*:(\d+)", value.strip()) if isinstance(value, str) else None
    if port and not 1 <= int(port[1]) <= 65535:
        raise ValueError("a port is from 1 to 65535")
    return value


def _host_key(value: str) -> str:
    """A key that is whole: its parts, each behind its length, of which the first is the kind of key."""
    kind, _, said = value.partition(" ")
    parts, rest = list[bytes](), b""
    with suppress(ValueError):
        rest = base64.b64decode(said, validate=True)
    while len(rest) >= 4 and (end := 4 + int.from_bytes(rest[:4])) <= len(rest):
        parts, rest = [*parts, rest[4:end]], rest[end:]
    if rest or len(parts) < 2 or parts[0] != kind.encode():
        raise ValueError("the key of a server is not whole: copy everything that 'ssh-keyscan' prints after the name")
    return value


def _variable(value: object) -> object:
    """A name of a variable; what is refused is not repeated, as it may be the secret itself."""
    if isinstance(value, str) and not re.fullmatch(r"[A-Z][A-Z0-9_]{0,99}", value.strip()):
        raise ValueError("this is no name of a variable of the environment, such as BRIEFINGS_FELLBROOK_KEY")
    return value


SftpAddress = Annotated[Line, BeforeValidator(_sftp)]
"""The URL of a folder on a server of SFTP, with the name to sign in with, and without a password."""
HostKey = Annotated[
    str,
    StringConstraints(max_length=2000, pattern=r"^(ssh|ecdsa)-[a-z0-9-]+ [A-Za-z0-9+/]+={0,2}$"),
    AfterValidator(_host_key),
]
"""The public key of a server, as `ssh-keyscan` prints it behind the server's name."""
Variable = Annotated[Line, BeforeValidator(_variable)]
"""The name of a variable of the environment."""

HOLDER = 420
"""Points of type of 10 pt that the name of a holder may take: the cover has room for it."""


class SftpServer(Record):
    """A folder on a server of SFTP. Its password or the file of its key is named by a variable of the environment."""

    address: SftpAddress
    """The folder, such as `sftp://us@fellbrook.example/in`; each delivery becomes a folder in it."""
    host_key: HostKey
    """The key by which the server is known, as `ssh-keyscan` prints it: ssh-ed25519 and what follows. Ask the college
    whether it is theirs. A server that shows another gets nothing."""
    key: Variable | None = None
    """The variable of the environment that holds the path of your key file, such as BRIEFINGS_FELLBROOK_KEY."""
    password: Variable | None = None
    """The variable of the environment that holds your password there, where the server takes no key."""

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if bool(self.key) == bool(self.password):
            raise ValueError("name the variable of the environment that holds the secret by 'key' or by 'password'")
        return self

    @property
    def secret(self) -> str:
        """The variable of the environment that its secret is in."""
        return self.key or self.password or ""


FileChannel = Literal["folder", "sftp", "url", "mail"]
"""A channel for files. It is also the name of its key in `Channels`."""
PaperChannel = Literal["post", "printer"]
"""A channel for printed copies."""
ChannelName = FileChannel | PaperChannel
FOR_FILES: tuple[FileChannel, ...] = get_args(FileChannel)
FOR_PAPER: tuple[PaperChannel, ...] = get_args(PaperChannel)


class Channels(Record):
    """Ways to a college: one for its files, and one for its printed copies, `post` or `printer`."""

    mail: Mailbox | None = None
    """The mailbox of a role there that its files are sent to."""
    folder: FolderPath | None = None
    """The folder that its files are put into, from the library's folder on, such as `/mnt/fellbrook/in`; each delivery
    becomes a folder in it."""
    sftp: SftpServer | None = None
    """The server of SFTP that its files are put on."""
    url: StoreAddress | None = None
    """The folder in a store that its files are put into, such as `s3://fellbrook-in/briefings`, by what fsspec knows;
    each delivery becomes a folder in it."""
    post: PostalAddress | None = None
    """The postal address to which you send its printed copies, in one line."""
    printer: Mailbox | None = None
    """The mailbox of the printer that sends its printed copies to `delivery`."""

    @model_validator(mode="after")
    def _one_way_for_each(self) -> Self:
        for names, what in ((FOR_FILES, "files"), (FOR_PAPER, "printed copies")):
            named = [name for name in names if self.to(name)]
            if len(named) > 1:
                raise ValueError(f"{what} go one way: name '{named[0]}' or '{named[1]}', not both")
        return self

    def to(self, channel: ChannelName) -> str:
        """The address of a channel; nothing where it is not named."""
        said = getattr(self, channel)
        return said.address if isinstance(said, SftpServer) else said or ""


class Printer(Record):
    """The printer that the job of an edition goes to: its print PDF, its tables and the job ticket."""

    name: Line = "The printer"
    """The name of the printer, as letters and the page that checks a delivery say it."""
    channels: Channels
    """The way to it: `folder`, `sftp`, `url` or `mail`."""

    @model_validator(mode="after")
    def _a_way(self) -> Self:
        ways = join_names([f"'{name}'" for name in FOR_FILES], "or")
        if any(self.channels.to(name) for name in FOR_PAPER):
            raise ValueError(f"a job goes to the printer as files: by {ways}")
        if not any(self.channels.to(name) for name in FOR_FILES):
            raise ValueError(f"name the way to the printer: {ways}")
        return self


class DeliverySettings(Record):
    """Keys of `library.yaml` for deliveries and their ledger."""

    ledger: LedgerAddress | None = None
    """Where a team keeps the ledger of what left the house: the URL of a database of PostgreSQL, such as
    `postgresql://db.example/ledger`; its password is `BRIEFINGS_LEDGER_PASSWORD` in the environment, and goes to no
    host but `BRIEFINGS_LEDGER_HOST`. Without a URL the ledger is the file `source/ledger.csv`."""
    mail: MailServer | None = None
    """The server that `briefings deliver` sends mail by."""
    post: Postage | None = None
    """What letters ask for: where old copies go back to, and by when an answer is due."""
    printer: Printer | None = None
    """The printer, to whom `briefings deliver` hands the job of an edition; without it you do."""
    signing: Signing | None = None
    """The public keys by which anybody can check a delivery; every text and pack prints the one in use at its end."""

    @property
    def return_to(self) -> str | None:
        """The postal address that old printed copies go back to."""
        return self.post.return_to if self.post else None

    @property
    def public_keys(self) -> tuple[str, ...]:
        """The public keys of deliveries, the one in use first."""
        return (self.signing.key, *self.signing.earlier_keys) if self.signing else ()


class College(Record):
    """A recipient. No personal details beyond a role mailbox."""

    withdrawn = MappingProxyType({"updates": "Delete the line. Every college gets whole copies of a new edition."})

    name: Line
    """The name in full; a numbered copy says that this college holds it."""
    organisation: Slug | None = None
    """The organisation that the college belongs to."""
    type: Literal[
        "force-learning-unit", "university", "national-college", "agency", "hospital", "school", "council", "charity",
        "other",
    ]  # fmt: skip
    """The kind of recipient; kept on record, and nothing depends on it."""
    licence_basis: Literal["home-office-force", "licensed", "nccl", "permission", "none"] = "none"
    """The basis on which it may use the briefings: a force of the Home Office, a licence, the National College's
    own, a permission."""
    contact: Annotated[Line, AfterValidator(_no_switch)] | None = None
    """The mailbox of a role there, not of a person."""
    delivery: PostalAddress | None = None
    """Where printed copies go: a postal address in one line, such as Learning unit, Quarry Lane, Fellbrook."""
    channels: Channels = Channels()
    """Ways by which `briefings deliver` reaches it."""
    formats: tuple[Format, ...] = ()
    """The formats it wants; where it names none, all that a pack has for screens."""
    copies: int = Field(default=0, ge=0)
    """How many printed copies it takes of each pack."""
    language: Language | None = None
    """The language that the college works in: letters and notices to it take the words of its table."""
    formerly: tuple[Slug, ...] = ()
    """The ids that it had before: what the ledger has of them is its own."""
    until: Day | None = None
    """The last day on which it takes deliveries, where it has closed; its copies are still recalled."""
    access_needs: tuple[Line, ...] = ()
    """The needs of its readers, such as large print for 2 readers; the cover note repeats it."""


class Colleges(RecordList[College]):
    """`colleges.yaml`: recipients by id."""

    def faults(self, marks: FieldLocations) -> Iterator[Diagnostic]:
        """Errors of former ids that another college has: its copies would be counted twice."""
        taken = set(self.root)
        for name, college in self.root.items():
            for number, former in enumerate(college.formerly):
                if former in taken:
                    sentence = f"'{former}' is the id of another college, now or before."
                    yield message("value-wrong", marks.at(name, "formerly", number), sentence=sentence)
                taken.add(former)


def colleges_of(others: Mapping[str, Mapping[str, Record]]) -> Mapping[str, College]:
    """The colleges among the records that services add to a library."""
    return {name: one for name, one in others.get("colleges", {}).items() if isinstance(one, College)}


def present_ids(colleges: Mapping[str, College]) -> dict[str, str]:
    """The ids of colleges now, by the former ones."""
    return {former: name for name, one in colleges.items() for former in one.formerly}

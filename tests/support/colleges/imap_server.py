"""A server of IMAP on loopback: Dovecot, with one mailbox, into which a mail server of the tests puts copies."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.colleges.mail_server import Box
from tests.support.colleges.ports import free_port, wait_for_server

DOVECOT = Path("/usr/sbin/dovecot")
USER, PASSWORD, ADDRESS = "sent", "pl4nted-imap-s3cret", "sent@northmoor.example"
_OWNER = "dovecot"


def missing() -> str:
    """What is missing to start a server, if anything is."""
    if not DOVECOT.exists():
        return "Dovecot is not installed here"
    return "" if os.getuid() == 0 else "Dovecot is started as root only"


@dataclass
class CopyingBox(Box):
    """The box of a mail server that puts a copy into our mailbox of what it takes, if it was asked to."""

    maildir: Path
    late: bool = False
    """Whether copies are kept back."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        super().__init__()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The answer to the dot."""
        if self.takes and not self.late and ADDRESS in envelope.rcpt_tos:
            self.put(envelope)
        return await super().handle_DATA(server, session, envelope)

    def put(self, envelope: Envelope) -> None:
        """Put a message into the mailbox."""
        place = self.maildir / "new" / f"{next(self._numbers)}.test"
        place.write_bytes(envelope.original_content or b"")
        shutil.chown(place, _OWNER)


@contextmanager
def imap_server(pair: tuple[Path, Path]) -> Iterator[tuple[int, Path]]:
    """A server while it lasts; gives its port, and the folder of its mailbox."""
    home = Path(tempfile.mkdtemp(prefix="imap"))
    home.chmod(0o755)
    maildir = home / "mail"
    for folder in (maildir, *(maildir / name for name in ("new", "cur", "tmp"))):
        folder.mkdir()
        shutil.chown(folder, _OWNER, _OWNER)
    port = free_port()
    (home / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
    (home / "users").chmod(0o644)
    (home / "config").write_text(_config(home, pair, port), encoding="utf-8")
    process = subprocess.Popen([str(DOVECOT), "-F", "-c", str(home / "config")])
    try:
        wait_for_server(port, process)
        yield port, maildir
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(home, ignore_errors=True)


def _config(home: Path, pair: tuple[Path, Path], port: int) -> str:
    return f"""\
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{pair[0]}
ssl_key = <{pair[1]}
mail_location = maildir:{home}/mail
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = {home}/users
}}
userdb {{
  driver = static
  args = uid={_OWNER} gid={_OWNER} home={home}/mail
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
"""

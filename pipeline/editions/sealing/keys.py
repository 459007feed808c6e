"""Files of private keys: made once, for one person alone, and read. At the edge."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_ssh_private_key

from pipeline.core.diagnostics import EnvironmentFailure, UsageError
from pipeline.editions.sealing.signatures import SigningKey

SIGNING_KEY = "BRIEFINGS_SIGNING_KEY"
"""The variable of the environment that says where the private key is, or holds it."""
_BEGINS = "-----BEGIN"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def new_key(place: Path, library: Path | None) -> SigningKey:
    """Make a key and its file, which nobody else may read. Raises `UsageError` within a library and over a file."""
    if library:
        refuse_within(place, library)
    key = Ed25519PrivateKey.generate()
    content = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{place} is there already: a key is never written over another. Name a new file.") from None
    except OSError as refusal:
        raise EnvironmentFailure(f"{place} cannot be written: {refusal.strerror}.") from refusal
    try:
        with os.fdopen(file, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except OSError as refusal:
        with suppress(OSError):
            place.unlink()
        raise EnvironmentFailure(f"{place} cannot be written: {refusal.strerror}.") from refusal
    return SigningKey(key)


def refuse_within(place: Path, library: Path, called: str = "") -> None:
    """Raises `UsageError` for a place within the folder of a library, which others see and git may keep.

    `called` is said in its stead, where it may be no place but a key.
    """
    if place.resolve().is_relative_to(library.resolve()):
        where = f"{called or place} is in the library's folder"
        raise UsageError(f"{where}, which others see and git may keep: put the key somewhere else.")


def read_key(said: str, library: Path) -> SigningKey:
    """The private key that the variable names by its path, or holds. Raises `EnvironmentFailure`, without the key."""
    try:
        key = load_ssh_private_key(_content(said, library), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # which may repeat what they read
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise EnvironmentFailure(
            f"What {SIGNING_KEY} names is no Ed25519 key of OpenSSH without a password; 'briefings key new' makes one."
        )
    return SigningKey(key)


def _content(said: str, library: Path) -> bytes:
    """The bytes of the private key that the variable names by its path, or holds. Raises `EnvironmentFailure`.

    What the variable says is never repeated: a key without its first line looks like a path.
    """
    if said.lstrip().startswith(_BEGINS):
        return said.strip().encode() + b"\n"
    try:
        place = Path(said).expanduser()
        rights, content = place.stat().st_mode, place.read_bytes()
    except (OSError, RuntimeError) as refusal:  # of a home that nobody has
        why = getattr(refusal, "strerror", "") or "there is no such home"
        raise EnvironmentFailure(
            f"The key that {SIGNING_KEY} names cannot be read: {why}. It takes the path of a file, or the whole of a "
            f"key from its line '{_BEGINS} …' on."
        ) from None
    refuse_within(place, library, f"The file that {SIGNING_KEY} names")
    if rights & _OTHERS:
        raise EnvironmentFailure(
            f"Others may read the file that {SIGNING_KEY} names: 'chmod 600' makes the key yours alone."
        )
    return content

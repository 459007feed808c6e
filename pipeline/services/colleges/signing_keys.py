"""Keys that parcels are signed with: signatures in the form of minisign, files of private keys, and the verb key."""

import base64
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

import click
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_ssh_private_key

from pipeline.build.project import Project
from pipeline.cli.options import CommonOptions
from pipeline.cli.outcome import Outcome, verb_with_outcome
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, UsageError
from pipeline.core.messages import message
from pipeline.model.library import Library
from pipeline.model.source.college import DeliverySettings
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.source.signing import KIND, number_of_key, raw_key

# Signatures are read strictly: a signature is valid only if it is, byte for byte, what its key, numbers and comment
# are written as. Ed25519 has no chance in it, so the same content signed again has the same bytes.

_UNTRUSTED = "untrusted comment: signature of a delivery"
_TRUSTED = "trusted comment: "


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key of 32 bytes."""

    raw: bytes

    @property
    def number(self) -> bytes:
        """Its number in minisign's form."""
        return number_of_key(self.raw)

    @property
    def minisign(self) -> str:
        """The key as `minisign -P` takes it."""
        return base64.b64encode(KIND + self.number + self.raw).decode()

    def has_signed(self, signature: bytes, content: bytes) -> bool:
        """Return whether a signature is of this content, by this key."""
        from cryptography.exceptions import InvalidSignature  # loading takes long, and few commands sign
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, content)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, which is never shown."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """Its public key."""
        return PublicKey(self.private.public_key().public_bytes_raw())


def sign_as_minisign(key: SigningKey, content: bytes, comment: str) -> bytes:
    """Sign content and a comment; return the file that minisign writes."""
    signature = key.private.sign(content)
    return _format_signature(key.public, signature, comment, key.private.sign(signature + comment.encode()))


def verify_minisign(key: PublicKey, content: bytes, file: bytes) -> bool:
    """Return whether a file in minisign's form is the signature of content by a key."""
    try:
        _, first, third, fourth, _ = file.decode().split("\n")
        signature, of_comment = base64.b64decode(first)[10:], base64.b64decode(fourth)
    except ValueError:
        return False
    comment = third.removeprefix(_TRUSTED)
    valid = key.has_signed(signature, content) and key.has_signed(of_comment, signature + comment.encode())
    return valid and _format_signature(key, signature, comment, of_comment) == file


def _format_signature(key: PublicKey, signature: bytes, comment: str, of_comment: bytes) -> bytes:
    encoded = base64.b64encode(KIND + key.number + signature).decode()
    return "\n".join((_UNTRUSTED, encoded, _TRUSTED + comment, base64.b64encode(of_comment).decode(), "")).encode()


def list_public_keys(imprint: LibrarySettings) -> tuple[str, ...]:
    """Return the public keys of deliveries in `library.yaml`, the present one first."""
    return imprint.fields.of(DeliverySettings).public_keys


def read_public_keys(imprint: LibrarySettings) -> tuple[PublicKey, ...]:
    """Read the public keys of deliveries in `library.yaml`, the present one first."""
    return tuple(map(read_public_key, list_public_keys(imprint)))


def read_public_key(line: str) -> PublicKey:
    """Read a public key in minisign's form. Raises `ValueError`."""
    return PublicKey(raw_key(line))


# Files of private keys.

SIGNING_KEY = "BRIEFINGS_SIGNING_KEY"
"""The environment variable that has the path of the private key's file, or the key itself."""
_FIRST_LINE = "-----BEGIN"


def create_key(path: Path, library: Path | None) -> SigningKey:
    """Create a key and its file, readable only by its owner. Raises `UsageError` in a library and over a file."""
    if library:
        refuse_key_in_library(path, library)
    key = Ed25519PrivateKey.generate()
    content = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{path} already exists, and a key is never overwritten. Choose a new file.") from None
    except OSError as refusal:
        raise EnvironmentFailure(f"{path} cannot be written: {refusal.strerror}.") from refusal
    try:
        with os.fdopen(file, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except OSError as refusal:
        with suppress(OSError):
            path.unlink()
        raise EnvironmentFailure(f"{path} cannot be written: {refusal.strerror}.") from refusal
    return SigningKey(key)


def refuse_key_in_library(path: Path, library: Path, name: str = "") -> None:
    """Raise `UsageError` for a path in a library. The message has `name` in its place: the path may be a key."""
    if path.resolve().is_relative_to(library.resolve()):
        where = f"{name or path} is in the library's folder"
        raise UsageError(f"{where}, which others see and git may keep: put the key somewhere else.")


def read_signing_key(variable: str, library: Path) -> SigningKey:
    """Read the private key from the value of `SIGNING_KEY`. Raises `EnvironmentFailure`, without the key."""
    try:
        key = load_ssh_private_key(_read_key_file(variable, library), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # which may repeat what they read
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise EnvironmentFailure(
            f"What {SIGNING_KEY} names is no Ed25519 key of OpenSSH without a password; 'briefings key new' makes one."
        )
    return SigningKey(key)


def _read_key_file(variable: str, library: Path) -> bytes:
    """Return the content of the key's file. No message repeats the value: a key without its first line is no path."""
    if variable.lstrip().startswith(_FIRST_LINE):
        return variable.strip().encode() + b"\n"
    try:
        path = Path(variable).expanduser()
        mode, content = path.stat().st_mode, path.read_bytes()
    except (OSError, RuntimeError) as refusal:  # no home folder
        reason = getattr(refusal, "strerror", "") or "there is no such home"
        raise EnvironmentFailure(
            f"The key that {SIGNING_KEY} names cannot be read: {reason}. It takes the path of a file, or the whole of "
            f"a key from its line '{_FIRST_LINE} …' on."
        ) from None
    refuse_key_in_library(path, library, f"The file that {SIGNING_KEY} names")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise EnvironmentFailure(f"Other users can read the file that {SIGNING_KEY} names: run 'chmod 600' on it.")
    return content


def read_project_key(project: Project) -> SigningKey | None:
    """Read the private key of a library that names a public one. Raises `EnvironmentFailure` for another key."""
    signing = project.loaded[0].imprint.fields.of(DeliverySettings).signing
    if signing is None:
        return None
    key = read_signing_key(os.environ.get(SIGNING_KEY, ""), project.folder)
    if key.public.minisign != signing.key:
        raise EnvironmentFailure(
            f"The key that {SIGNING_KEY} names is not the one of library.yaml: its public half is "
            f"{key.public.minisign}, and 'signing:' names {signing.key}."
        )
    return key


def signing_key_is_set(library: Library) -> Iterator[Diagnostic]:
    """The environment has the private key of a library that names a public one."""
    if library.imprint.fields.of(DeliverySettings).signing and not os.environ.get(SIGNING_KEY):
        yield message("secret-missing", library.imprint.marks.key_at("signing"), variable=SIGNING_KEY)


@click.command("key")
@click.argument("act", metavar="new", type=click.Choice(["new"]))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@verb_with_outcome(library=False)
def verb(options: CommonOptions, act: str, file: Path | None) -> Outcome:
    """Make a key to sign deliveries with.

    Only you can read the file, and an existing file is never overwritten. Keep a copy offline: anyone with the file
    can sign in your name, and a lost key cannot be restored.
    """
    path = file or Path(click.get_app_dir("briefings")) / "signing.key"
    key = create_key(path, options.library).public
    text = (
        f"The private key is in {path}, which only you may read. Tell the command where it is:\n",
        f"    export {SIGNING_KEY}={quote(str(path.resolve()))}\n",
        "The public key goes into library.yaml:\n",
        f"    signing:\n      key: {key.minisign}",
    )
    return Outcome(text=["\n".join(text)])

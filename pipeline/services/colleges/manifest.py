"""The manifest of a parcel, the keys that sign it, and a parcel held to both."""

from __future__ import annotations

import base64
import json
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

import click
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_ssh_private_key

from pipeline.cli.options import CommonOptions
from pipeline.cli.outcome import Outcome, verb_with_outcome
from pipeline.core.diagnostics import EnvironmentFailure, UsageError
from pipeline.core.digests import sha256
from pipeline.model.formats import kind_of
from pipeline.model.source.college import DeliverySettings
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.source.signing import KIND, number_of_key, raw_key

# Signatures of a manifest in the form of minisign, by an Ed25519 key. The form is read strictly: a signature
# holds where it is, byte for byte, what its key and its numbers are written as. Ed25519 signs without chance, so what
# is signed again has the same bytes.

_UNTRUSTED = "untrusted comment: signature of a delivery"
_TRUSTED = "trusted comment: "


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: 32 bytes."""

    raw: bytes

    @property
    def number(self) -> bytes:
        """Its number in minisign's form."""
        return number_of_key(self.raw)

    @property
    def minisign(self) -> str:
        """The key as `minisign -P` takes it."""
        return base64.b64encode(KIND + self.number + self.raw).decode()

    def holds(self, signature: bytes, content: bytes) -> bool:
        """Whether a signature is of this content, by this key."""
        from cryptography.exceptions import InvalidSignature  # which takes long to load, and few commands sign
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, content)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, of which nothing is shown."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """The public key that belongs to it."""
        return PublicKey(self.private.public_key().public_bytes_raw())


def read_public_key(line: str) -> PublicKey:
    """A public key in minisign's form. Raises `ValueError` where it is none, or has another number than ours have."""
    return PublicKey(raw_key(line))


def sign_as_minisign(key: SigningKey, content: bytes, comment: str) -> bytes:
    """The signature as minisign writes it; the comment is signed too."""
    signature = key.private.sign(content)
    return _minisign_file(key.public, signature, comment, key.private.sign(signature + comment.encode()))


def verify_minisign(key: PublicKey, content: bytes, signed: bytes) -> bool:
    """Whether a file of minisign's form is the signature of this content by a key."""
    try:
        _, first, third, fourth, _ = signed.decode().split("\n")
        signature, of_comment = base64.b64decode(first)[10:], base64.b64decode(fourth)
    except ValueError:
        return False
    comment = third.removeprefix(_TRUSTED)
    whole = key.holds(signature, content) and key.holds(of_comment, signature + comment.encode())
    return whole and _minisign_file(key, signature, comment, of_comment) == signed


def _minisign_file(key: PublicKey, signature: bytes, comment: str, of_comment: bytes) -> bytes:
    first, second = (base64.b64encode(one).decode() for one in (KIND + key.number + signature, of_comment))
    return "\n".join((_UNTRUSTED, first, _TRUSTED + comment, second, "")).encode()


def list_public_keys(imprint: LibrarySettings) -> tuple[str, ...]:
    """The public keys of deliveries, as `library.yaml` has them, the one in use first."""
    return imprint.fields.of(DeliverySettings).public_keys


# Files of private keys.

SIGNING_KEY = "BRIEFINGS_SIGNING_KEY"
"""The variable of the environment that says where the private key is, or holds it."""
_BEGINS = "-----BEGIN"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def create_key(place: Path, library: Path | None) -> SigningKey:
    """Create a key and its file, readable only by its owner. Raises `UsageError` within a library and over a file."""
    if library:
        refuse_key_in_library(place, library)
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


def refuse_key_in_library(place: Path, library: Path, called: str = "") -> None:
    """Raise `UsageError` for a place within a library. `called` is said in its stead: the place may be a key."""
    if place.resolve().is_relative_to(library.resolve()):
        where = f"{called or place} is in the library's folder"
        raise UsageError(f"{where}, which others see and git may keep: put the key somewhere else.")


def read_signing_key(said: str, library: Path) -> SigningKey:
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
    except (OSError, RuntimeError) as refusal:  # no home folder
        why = getattr(refusal, "strerror", "") or "there is no such home"
        raise EnvironmentFailure(
            f"The key that {SIGNING_KEY} names cannot be read: {why}. It takes the path of a file, or the whole of a "
            f"key from its line '{_BEGINS} …' on."
        ) from None
    refuse_key_in_library(place, library, f"The file that {SIGNING_KEY} names")
    if rights & _OTHERS:
        raise EnvironmentFailure(
            f"Others may read the file that {SIGNING_KEY} names: 'chmod 600' makes the key yours alone."
        )
    return content


@click.command("key")
@click.argument("act", metavar="new", type=click.Choice(["new"]))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@verb_with_outcome(library=False)
def verb(options: CommonOptions, act: str, file: Path | None) -> Outcome:
    """Make a key that deliveries are signed with, outside the library, and print its public half.

    The file is yours alone, and nothing is written over another. Keep a copy where no network reaches it: whoever has
    it can sign in your name, and without it nobody can.
    """
    place = file or Path(click.get_app_dir("briefings")) / "signing.key"
    key = create_key(place, options.library).public
    text = (
        f"The private key is in {place}, which only you may read. Tell the command where it is:\n",
        f"    export {SIGNING_KEY}={quote(str(place.resolve()))}\n",
        "The public key goes into library.yaml:\n",
        f"    signing:\n      key: {key.minisign}",
    )
    return Outcome(text=["\n".join(text)])


# The manifest of a parcel, and a parcel compared with it.

MANIFEST_SCHEMA = "manifest/2"
MANIFEST = "manifest.json"
CHECKSUMS = "SHA256SUMS"
SIGNATURE = f"{MANIFEST}.minisig"
"""The signature of the manifest, where there is a key."""
SSH_SIGNATURE = f"{MANIFEST}.sig"
"""A second signature, in the form of OpenSSH, that parcels of release 1 have and that is not checked."""
SEALING_FILES = (MANIFEST, CHECKSUMS, SIGNATURE)
"""Files that say what a parcel holds, and are not listed in it."""
ISSUED_BYTES = "issued_bytes"
"""Key of a PDF that release 1 signed: the length of what was issued, with which it begins."""
CHECK_PAGE = "verify.html"
IGNORED_FILES = (SSH_SIGNATURE, "receipt.json", ".DS_Store", "Thumbs.db", "desktop.ini")
"""Files that a delivery or an operating system adds to a parcel; checks ignore them."""

_TYPES = {"json": "application/json"}
"""Media types of files that are no format's, by the end of their names."""


@dataclass(frozen=True, slots=True)
class ParcelSeal:
    """Means by which parcels are sealed."""

    event: str = ""
    """The hash of the last event of the ledger, where there is one."""
    key: SigningKey | None = None
    page: bytes = b""
    """The page that checks a parcel in a browser."""


UNSEALED = ParcelSeal()


def seal_parcel(said: Mapping[str, Any], files: Mapping[str, bytes], seal: ParcelSeal) -> dict[str, bytes]:
    """A parcel: its files, and what says which they are. `said` is the rest of the manifest.

    Of a file that `said` lists already more may be told than its bytes tell.
    """
    known = {one["file"]: one for one in said.get("files", ())}
    held = {name: content for name, content in files.items() if name not in SEALING_FILES}
    held |= {CHECK_PAGE: seal.page} if seal.page else {}
    listed = [{**known.get(name, {}), **_facts(name, held[name])} for name in sorted(held)]
    whole = {**said, "schema": MANIFEST_SCHEMA, "files": listed} | ({"event": seal.event} if seal.event else {})
    manifest = (json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
    comment = " ".join(f"{name}={said[name]}" for name in ("pack", "edition", "college") if name in said)
    signature = {SIGNATURE: sign_as_minisign(seal.key, manifest, comment)} if seal.key else {}
    return {**held, MANIFEST: manifest, CHECKSUMS: format_checksums(listed), **signature}


def reseal_parcel(files: Mapping[str, bytes], seal: ParcelSeal) -> dict[str, bytes]:
    """A parcel sealed again, where it has fewer files than it had, or others."""
    return seal_parcel(json.loads(files[MANIFEST]), files, seal)


def format_checksums(listed: list[dict[str, Any]]) -> bytes:
    """The SHA-256 of each file as `sha256sum -c` reads it."""
    return "".join(f"{one['sha256']}  {one['file']}\n" for one in listed).encode()


def is_manifest_of(content: bytes, pack: str, edition: str) -> bool:
    """Whether a file is the manifest of a parcel of this edition, as we write it."""
    try:
        said = json.loads(content)
        return said["schema"].startswith("manifest/") and (said["pack"], said["edition"]) == (pack, edition)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


def _facts(name: str, content: bytes) -> dict[str, Any]:
    return {"file": name, "media_type": media_type(name), "bytes": len(content), "sha256": sha256(content)}


def media_type(name: str) -> str:
    """The media type of a file, by the end of its name."""
    kind = kind_of(name)
    return kind.media_type if kind else _TYPES.get(name.rpartition(".")[2], "application/octet-stream")


CHANGED, MISSING, ADDED = "was changed", "is missing", "was added"


@dataclass(frozen=True, slots=True)
class ParcelCheck:
    """A parcel as it was found: what its manifest says, by which key, and what is not as it was sent."""

    said: Mapping[str, Any]
    """Nothing where the manifest is not ours, or cannot be read."""
    signed_by: PublicKey | None = None
    not_ours: str = ""
    """Reason why the manifest is not ours, in words that follow its name."""
    faults: tuple[tuple[str, str], ...] = ()
    """Files that are not as they were sent, each with what became of it."""

    @property
    def files(self) -> Mapping[str, Mapping[str, Any]]:
        """The files that the manifest lists, by name."""
        return {one["file"]: one for one in self.said.get("files", ())}


def check_parcel(files: Mapping[str, bytes], keys: Sequence[PublicKey]) -> ParcelCheck:
    """The state of a parcel, of which all files are given by name; `keys` are those of the publisher, if it has any.

    What a manifest says that is not signed by one of them counts for nothing.
    """
    manifest, signed = files.get(MANIFEST), files.get(SIGNATURE)
    if manifest is None:
        return ParcelCheck({}, not_ours=MISSING)
    if not keys and signed is not None:
        return ParcelCheck({}, not_ours="is signed, and library.yaml names no key ('signing:')")
    if keys and signed is None:
        return ParcelCheck({}, not_ours=f"is not signed: {SIGNATURE} {MISSING}")
    key = next((key for key in keys if verify_minisign(key, manifest, signed or b"")), None)
    if keys and key is None:
        return ParcelCheck({}, not_ours="is not signed by the publisher's key")
    said = _read(manifest)
    if said is None:
        return ParcelCheck({}, not_ours=f"is no {MANIFEST_SCHEMA} of ours")
    return ParcelCheck(said, key, faults=tuple(sorted(_faults(said, files))))


def _faults(said: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    listed = {one["file"]: one["sha256"] for one in said["files"]}
    for name, digest in listed.items():
        if name not in files:
            yield name, MISSING
        elif sha256(files[name]) != digest:
            yield name, CHANGED
    yield from ((name, ADDED) for name in files.keys() - listed.keys() - {*SEALING_FILES, *IGNORED_FILES})
    if files.get(CHECKSUMS) != format_checksums(said["files"]):
        yield CHECKSUMS, CHANGED if CHECKSUMS in files else MISSING


def _read(manifest: bytes) -> Mapping[str, Any] | None:
    """The words of a manifest, if it is of our form."""
    try:
        said = json.loads(manifest)
        whole = said["schema"] == MANIFEST_SCHEMA and all(
            isinstance(one["file"], str) and isinstance(one["sha256"], str) for one in said["files"]
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return said if whole else None

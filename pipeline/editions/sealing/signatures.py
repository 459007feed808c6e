"""Signatures of a manifest in the forms of minisign and of OpenSSH, both of one Ed25519 key. Pure.

Each form is read strictly: a signature holds where it is, byte for byte, what its key and its numbers are written as.
Ed25519 signs without chance, so what is signed again has the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model.source.signing import KIND, number_of_key, raw_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PURPOSE = "briefings-delivery"
"""The namespace of a signature by OpenSSH: it stands for a delivery and for nothing else."""

_UNTRUSTED = "untrusted comment: signature of a delivery"
_TRUSTED = "trusted comment: "
_SSH_KIND = b"ssh-ed25519"
_SSH_HEAD, _SSH_FOOT = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_SSH_LINE = 70
_LENGTH = 64
"""Bytes of a signature."""


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

    @property
    def ssh(self) -> str:
        """The key as a line of OpenSSH."""
        return f"ssh-ed25519 {base64.b64encode(_ssh_key(self.raw)).decode()}"

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


def read_public(line: str) -> PublicKey:
    """A public key in minisign's form. Raises `ValueError` where it is none, or has another number than ours have."""
    return PublicKey(raw_key(line))


def minisign_signature(key: SigningKey, content: bytes, comment: str) -> bytes:
    """The signature as minisign writes it; the comment is signed too."""
    signature = key.private.sign(content)
    return _minisign_file(key.public, signature, comment, key.private.sign(signature + comment.encode()))


def minisign_holds(key: PublicKey, content: bytes, signed: bytes) -> bool:
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


def ssh_signature(key: SigningKey, content: bytes) -> bytes:
    """The signature as `ssh-keygen -Y sign` writes it (PROTOCOL.sshsig of OpenSSH)."""
    return _ssh_file(key.public, key.private.sign(_ssh_signed(content)))


def ssh_holds(key: PublicKey, content: bytes, signed: bytes) -> bool:
    """Whether a file of OpenSSH's form is the signature of this content by a key."""
    try:
        blob = base64.b64decode("".join(signed.decode("ascii").split("\n")[1:-2]))
    except ValueError:
        return False
    signature = blob[-_LENGTH:]
    return key.holds(signature, _ssh_signed(content)) and _ssh_file(key, signature) == signed


def _ssh_signed(content: bytes) -> bytes:
    """The bytes that OpenSSH signs in place of a file."""
    return b"SSHSIG" + _ssh_purpose() + _ssh_string(hashlib.sha512(content).digest())


def _ssh_file(key: PublicKey, signature: bytes) -> bytes:
    blob = b"SSHSIG" + struct.pack(">I", 1) + _ssh_string(_ssh_key(key.raw)) + _ssh_purpose()
    blob += _ssh_string(_ssh_string(_SSH_KIND) + _ssh_string(signature))
    text = base64.b64encode(blob).decode()
    rows = [text[at : at + _SSH_LINE] for at in range(0, len(text), _SSH_LINE)]
    return "\n".join((_SSH_HEAD, *rows, _SSH_FOOT, "")).encode()


def _ssh_purpose() -> bytes:
    """The purpose, an empty field that is kept for later, and the name of the digest."""
    return _ssh_string(PURPOSE.encode()) + _ssh_string(b"") + _ssh_string(b"sha512")


def _ssh_key(raw: bytes) -> bytes:
    return _ssh_string(_SSH_KIND) + _ssh_string(raw)


def _ssh_string(content: bytes) -> bytes:
    """Bytes with their length before them."""
    return struct.pack(">I", len(content)) + content

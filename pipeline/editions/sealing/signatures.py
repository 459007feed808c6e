"""Signatures of a manifest in the form of minisign, by an Ed25519 key. Pure.

The form is read strictly: a signature holds where it is, byte for byte, what its key and its numbers are written as.
Ed25519 signs without chance, so what is signed again has the same bytes.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model.source.college import DeliverySettings
from pipeline.model.source.library_file import Imprint
from pipeline.model.source.signing import KIND, number_of_key, raw_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

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


def public_keys(imprint: Imprint) -> tuple[str, ...]:
    """The public keys of deliveries, as `library.yaml` has them, the one in use first."""
    return imprint.fields.of(DeliverySettings).public_keys

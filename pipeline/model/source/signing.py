"""`library.yaml`: the keys that deliveries are signed with. The private ones stand in no file of the library."""

import base64
from contextlib import suppress
from types import MappingProxyType
from typing import Annotated

from pydantic import BeforeValidator

from pipeline.core.digests import sha256
from pipeline.model.source.record import Line, Record

KIND = b"Ed"
"""Minisign's first kind, over the file itself: the newer one is over BLAKE2b, which no browser has."""


def number_of_key(raw: bytes) -> bytes:
    """The number of a public key in minisign's form: of its own bytes, so that it need not be kept."""
    return bytes.fromhex(sha256(raw))[:8]


def raw_key(line: str) -> bytes:
    """The 32 bytes of a public key in minisign's form, whose number says whether there is a slip in it.

    Raises `ValueError`.
    """
    whole = b""
    with suppress(ValueError):
        whole = base64.b64decode(line, validate=True)
    raw = whole[10:]
    if len(raw) != 32 or whole != KIND + number_of_key(raw) + raw:
        raise ValueError("this is no public key as 'briefings key new' prints it: RW and 54 letters, figures, + and /")
    return raw


def _is_ours(value: object) -> object:
    raw_key(value.strip() if isinstance(value, str) else "")
    return value


PublicKeyLine = Annotated[Line, BeforeValidator(_is_ours)]
"""A public key in minisign's form, made by `briefings key new`."""


class Signing(Record):
    """Public keys, by which deliveries are checked; `BRIEFINGS_SIGNING_KEY` in the environment names the private."""

    withdrawn = MappingProxyType({"certificate": "Delete the line. PDFs are no longer signed; the manifest is."})

    key: PublicKeyLine
    """The public key that deliveries are signed with now, as `briefings key new` prints it."""
    earlier_keys: tuple[PublicKeyLine, ...] = ()
    """The public keys that were used before: what they signed still verifies."""

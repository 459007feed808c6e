"""`library.yaml`: the keys that deliveries are signed with. The private ones stand in no file of the library."""

import base64
import hashlib
from typing import Annotated

from pydantic import BeforeValidator

from pipeline.model.source.record import Line, Record


def _is_ours(value: object) -> object:
    """A public key in minisign's form, whose number is that of its bytes: so a slip in it is noticed."""
    said = value.strip() if isinstance(value, str) else ""
    try:
        raw = base64.b64decode(said, validate=True)
    except ValueError:
        raw = b""
    if len(raw) != 42 or raw[:2] != b"Ed" or raw[2:10] != hashlib.sha256(raw[10:]).digest()[:8]:
        raise ValueError("this is no public key as 'briefings key new' prints it: RW and 54 letters, figures, + and /")
    return value


PublicKeyLine = Annotated[Line, BeforeValidator(_is_ours)]
"""A public key in minisign's form, made by `briefings key new`."""


class Signing(Record):
    """Public keys, by which deliveries are checked; `BRIEFINGS_SIGNING_KEY` in the environment names the private."""

    key: PublicKeyLine
    """The public key that deliveries are signed with now, as `briefings key new` prints it."""
    earlier_keys: tuple[PublicKeyLine, ...] = ()
    """The public keys that were used before: what they signed still verifies."""
    certificate: Line | None = None
    """The file of a certificate (PEM), from the library's folder on, by which the PDFs of deliveries are signed too;
    behind it those used before. `BRIEFINGS_CERTIFICATE_KEY` in the environment names the file of its private key."""

"""A small parcel, the key that seals it, another one, and everything that may happen to its bytes."""

from collections.abc import Iterator, Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipeline.services.colleges.parcels import ParcelSeal, render_check_page, seal_parcel
from pipeline.services.colleges.signing_keys import SigningKey
from tests.support.compose import samples
from tests.support.words import ENGLISH

KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))
SAID = {"pack": "nights", "edition": "Autumn 2026", "college": "south", "title": "Nights", "name": "South Tor"}
FILES = {"a.txt": b"Words.\n", "cover-note.txt": b"Nights\n"}


def page(key: SigningKey | None = KEY) -> bytes:
    """The page that checks parcels of a publisher."""
    signing = {"signing": {"key": key.public.minisign}} if key else {}
    return render_check_page(samples.imprint(**signing), samples.layouts(), ENGLISH)


def parcel(key: SigningKey | None = KEY, said: Mapping[str, str] = SAID) -> dict[str, bytes]:
    """The parcel, sealed."""
    return seal_parcel(said, FILES, ParcelSeal("e" * 64, key, page(key)))


def flips(content: bytes, each: int = 4) -> Iterator[bytes]:
    """The content with each of its bytes changed, in so many ways: one bit, all bits, a blank, the letter after it."""
    for at, byte in enumerate(content):
        ways = dict.fromkeys((byte ^ 1, byte ^ 255, 32, (byte + 1) % 256))
        for other in [way for way in ways if way != byte][:each]:
            yield content[:at] + bytes([other]) + content[at + 1 :]

"""The manifest of a parcel: each file with its size, media type and SHA-256; the same sums for other tools. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.core.digests import sha256
from pipeline.editions.sealing.signatures import SigningKey, minisign_signature
from pipeline.model.formats import kind_of

FORM = "manifest/2"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
MINISIGN = f"{MANIFEST}.minisig"
"""The signature of the manifest, where there is a key."""
SSH = f"{MANIFEST}.sig"
"""A second signature, in the form of OpenSSH, that parcels of release 1 have and that is not checked."""
ABOUT = (MANIFEST, SUMS, MINISIGN)
"""Files that say what a parcel holds, and are not listed in it."""
ISSUED_BYTES = "issued_bytes"
"""Key of a PDF that release 1 signed: the length of what was issued, with which it begins."""
CHECK_PAGE = "verify.html"
STRAY = (SSH, "receipt.json", ".DS_Store", "Thumbs.db", "desktop.ini")
"""Files that a delivery or a system puts beside those of a parcel: nobody takes them for ours."""

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


def sealed(said: Mapping[str, Any], files: Mapping[str, bytes], seal: ParcelSeal) -> dict[str, bytes]:
    """A parcel: its files, and what says which they are. `said` is the rest of the manifest.

    Of a file that `said` lists already more may be told than its bytes tell.
    """
    known = {one["file"]: one for one in said.get("files", ())}
    held = {name: content for name, content in files.items() if name not in ABOUT}
    held |= {CHECK_PAGE: seal.page} if seal.page else {}
    listed = [{**known.get(name, {}), **_facts(name, held[name])} for name in sorted(held)]
    whole = {**said, "schema": FORM, "files": listed} | ({"event": seal.event} if seal.event else {})
    manifest = _written(whole)
    return {
        **held,
        MANIFEST: manifest,
        SUMS: sums(listed),
        **(_signature(seal.key, manifest, said) if seal.key else {}),
    }


def _signature(key: SigningKey, manifest: bytes, said: Mapping[str, Any]) -> dict[str, bytes]:
    comment = " ".join(f"{name}={said[name]}" for name in ("pack", "edition", "college") if name in said)
    return {MINISIGN: minisign_signature(key, manifest, comment)}


def resealed(files: Mapping[str, bytes], seal: ParcelSeal) -> dict[str, bytes]:
    """A parcel sealed again, where it has fewer files than it had, or others."""
    return sealed(json.loads(files[MANIFEST]), files, seal)


def sums(listed: list[dict[str, Any]]) -> bytes:
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


def _written(said: Mapping[str, Any]) -> bytes:
    return (json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()

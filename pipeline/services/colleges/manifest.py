"""The manifest of a parcel, and the files by which a parcel is sealed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.core.digests import sha256
from pipeline.model.formats import kind_of
from pipeline.services.colleges.signing_keys import SigningKey, sign_as_minisign

MANIFEST_SCHEMA = "manifest/2"
MANIFEST = "manifest.json"
CHECKSUMS = "SHA256SUMS"
SIGNATURE = f"{MANIFEST}.minisig"
"""The signature of the manifest, if there is a key."""
SSH_SIGNATURE = f"{MANIFEST}.sig"
"""A second signature, in the form of OpenSSH, in parcels of release 1. It is not checked."""
SEALING_FILES = (MANIFEST, CHECKSUMS, SIGNATURE)
"""Files that are not listed in the manifest."""
ISSUED_BYTES = "issued_bytes"
"""The key in the row of a PDF that release 1 signed: the PDF begins with so many bytes that were issued."""
CHECK_PAGE = "verify.html"
IGNORED_FILES = (SSH_SIGNATURE, "receipt.json", ".DS_Store", "Thumbs.db", "desktop.ini")
"""Files that a delivery or an operating system adds to a parcel; checks ignore them."""

_MEDIA_TYPES = {"json": "application/json"}
"""Media types of files that are no format's, by the end of their names."""


@dataclass(frozen=True, slots=True)
class ParcelSeal:
    """What parcels are sealed with."""

    event: str = ""
    """The hash of the last event of the ledger, if there is one."""
    key: SigningKey | None = None
    page: bytes = b""
    """The page that checks a parcel in a browser."""


UNSEALED = ParcelSeal()


def seal_parcel(facts: Mapping[str, Any], files: Mapping[str, bytes], seal: ParcelSeal) -> dict[str, bytes]:
    """Return the files of a parcel with its manifest, its checksums, and the signature of the manifest.

    `facts` are the rest of the manifest. Its rows of `files` may have more than the bytes of a file tell.
    """
    rows = {row["file"]: row for row in facts.get("files", ())}
    listed = {name: content for name, content in files.items() if name not in SEALING_FILES}
    listed |= {CHECK_PAGE: seal.page} if seal.page else {}
    table = [rows.get(name, {}) | _file_row(name, listed[name]) for name in sorted(listed)]
    whole = {**facts, "schema": MANIFEST_SCHEMA, "files": table} | ({"event": seal.event} if seal.event else {})
    manifest = (json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
    comment = " ".join(f"{name}={facts[name]}" for name in ("pack", "edition", "college") if name in facts)
    signature = {SIGNATURE: sign_as_minisign(seal.key, manifest, comment)} if seal.key else {}
    return {**listed, MANIFEST: manifest, CHECKSUMS: format_checksums(table), **signature}


def reseal_parcel(files: Mapping[str, bytes], seal: ParcelSeal) -> dict[str, bytes]:
    """Seal a parcel again after some of its files were taken out or changed."""
    return seal_parcel(json.loads(files[MANIFEST]), files, seal)


def format_checksums(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Write the SHA-256 of each file as `sha256sum -c` reads it."""
    return "".join(f"{row['sha256']}  {row['file']}\n" for row in rows).encode()


def is_manifest_of(content: bytes, pack: str, edition: str) -> bool:
    """Return whether a file is a manifest of ours for a parcel of an edition."""
    try:
        facts = json.loads(content)
        return facts["schema"].startswith("manifest/") and (facts["pack"], facts["edition"]) == (pack, edition)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


def _file_row(name: str, content: bytes) -> dict[str, Any]:
    return {"file": name, "media_type": media_type(name), "bytes": len(content), "sha256": sha256(content)}


def media_type(name: str) -> str:
    """Return the media type of a file, by the end of its name."""
    kind = kind_of(name)
    return kind.media_type if kind else _MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream")

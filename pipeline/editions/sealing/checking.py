"""A parcel held to its manifest, and its manifest to the publisher's keys. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.core.digests import sha256
from pipeline.editions.sealing.manifest import ABOUT, FORM, MANIFEST, MINISIGN, STRAY, SUMS, sums
from pipeline.editions.sealing.signatures import PublicKey, minisign_holds

CHANGED, MISSING, ADDED = "was changed", "is missing", "was added"


@dataclass(frozen=True, slots=True)
class CheckedParcel:
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


def check_parcel(files: Mapping[str, bytes], keys: Sequence[PublicKey]) -> CheckedParcel:
    """The state of a parcel, of which all files are given by name; `keys` are those of the publisher, if it has any.

    What a manifest says that is not signed by one of them counts for nothing.
    """
    manifest, signed = files.get(MANIFEST), files.get(MINISIGN)
    if manifest is None:
        return CheckedParcel({}, not_ours=MISSING)
    if not keys and signed is not None:
        return CheckedParcel({}, not_ours="is signed, and library.yaml names no key ('signing:')")
    if keys and signed is None:
        return CheckedParcel({}, not_ours=f"is not signed: {MINISIGN} {MISSING}")
    key = next((key for key in keys if minisign_holds(key, manifest, signed or b"")), None)
    if keys and key is None:
        return CheckedParcel({}, not_ours="is not signed by the publisher's key")
    said = _read(manifest)
    if said is None:
        return CheckedParcel({}, not_ours=f"is no {FORM} of ours")
    return CheckedParcel(said, key, faults=tuple(sorted(_faults(said, files))))


def _faults(said: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    listed = {one["file"]: one["sha256"] for one in said["files"]}
    for name, digest in listed.items():
        if name not in files:
            yield name, MISSING
        elif sha256(files[name]) != digest:
            yield name, CHANGED
    yield from ((name, ADDED) for name in files.keys() - listed.keys() - {*ABOUT, *STRAY})
    if files.get(SUMS) != sums(said["files"]):
        yield SUMS, CHANGED if SUMS in files else MISSING


def _read(manifest: bytes) -> Mapping[str, Any] | None:
    """The words of a manifest, if it is of our form."""
    try:
        said = json.loads(manifest)
        whole = said["schema"] == FORM and all(
            isinstance(one["file"], str) and isinstance(one["sha256"], str) for one in said["files"]
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return said if whole else None

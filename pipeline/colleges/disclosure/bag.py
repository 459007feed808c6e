"""Bags of BagIt (RFC 8493): what stands around the files, and whether all of them are as they were packed. Pure."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from pipeline.core.digest import sha256

BAGIT, INFO = "bagit.txt", "bag-info.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
MINISIGN_TAGS, SSH_TAGS = f"{TAG_MANIFEST}.minisig", f"{TAG_MANIFEST}.sig"
"""The signatures of the last manifest, by which all files are signed."""
PAYLOAD = "data/"
_DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"(?P<digest>[0-9a-f]{64}) [ *](?P<path>.+)")
_STRAY = (".DS_Store", "Thumbs.db", "desktop.ini")
"""Files that a system puts into folders that it shows."""

CHANGED, MISSING, ADDED = "was changed", "is missing", "was added"


def tag_files(payload: Mapping[str, tuple[str, int]], info: Mapping[str, str]) -> dict[str, bytes]:
    """The files around a payload, of which SHA-256 and size are given by path: its manifests, and words on it."""
    size = sum(length for _, length in payload.values())
    said = {**info, "Payload-Oxum": f"{size}.{len(payload)}"}
    lines = "".join(f"{name}: {' '.join(said[name].split())}\n" for name in sorted(said))
    tags = {BAGIT: _DECLARED, INFO: lines.encode(), MANIFEST: _manifest({n: d for n, (d, _) in payload.items()})}
    return {**tags, TAG_MANIFEST: _manifest({name: sha256(content) for name, content in tags.items()})}


def _manifest(digests: Mapping[str, str]) -> bytes:
    return "".join(f"{digests[name]}  {_escaped(name)}\n" for name in sorted(digests)).encode()


def _escaped(path: str) -> str:
    """A path as a manifest has it (RFC 8493, 2.1.3)."""
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def bag_faults(files: Mapping[str, bytes]) -> tuple[tuple[str, str], ...]:
    """Files of a bag that are not as they were packed, each with what became of it; all files are given by path."""
    return tuple(_manifest_faults(files)) or tuple(_tag_faults(files))


def _manifest_faults(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    listed: dict[str, str] = {}
    for name, within in ((MANIFEST, True), (TAG_MANIFEST, False)):
        lines = _listed(files[name]) if name in files else None
        if lines is None:
            yield name, CHANGED if name in files else MISSING
            return
        listed |= {path: digest for path, digest in lines.items() if path.startswith(PAYLOAD) == within}
    for path, digest in listed.items():
        if path not in files:
            yield path, MISSING
        elif sha256(files[path]) != digest:
            yield path, CHANGED
    for path in (BAGIT, INFO, MANIFEST):
        if path not in listed:
            yield path, f"is not in {TAG_MANIFEST}"
    for path in listed:
        if not path.startswith(PAYLOAD) and path not in (BAGIT, INFO, MANIFEST):
            yield path, "is no file of a disclosure"
    for path in files.keys() - listed.keys() - {TAG_MANIFEST, MINISIGN_TAGS, SSH_TAGS}:
        if not is_stray(path):
            yield path, ADDED


def _tag_faults(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Files around the payload that say something else than it is."""
    if files.get(BAGIT, _DECLARED) != _DECLARED:
        yield BAGIT, "does not say what it should"
    packed = [content for path, content in files.items() if path.startswith(PAYLOAD) and not is_stray(path)]
    size = f"Payload-Oxum: {sum(map(len, packed))}.{len(packed)}".encode()
    if INFO in files and files[INFO].splitlines().count(size) != 1:
        yield INFO, "has another sum of bytes and files"


def is_stray(path: str) -> bool:
    """Whether a file is one that systems put into folders."""
    return path.rpartition("/")[2] in _STRAY


def _listed(manifest: bytes) -> dict[str, str] | None:
    """The SHA-256 of each file, by path; nothing where the manifest cannot be read."""
    try:
        lines = [_LINE.fullmatch(line) for line in manifest.decode().split("\n") if line]
    except UnicodeDecodeError:
        return None
    found = {unquote(line["path"]): line["digest"] for line in lines if line}
    return found if len(found) == len(lines) else None

"""The files of a commit, read from git's own store: loose objects, and packs (gitformat-pack, version 2).

No program is asked, so that none runs that somebody's configuration names.
"""

import hashlib
import mmap
import os
import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.store.git_tracked import commit_of, folders_of, home_of, read_number

_DELTAS = {6: "by offset", 7: "by name"}
_LINK, _TREE = b"120000", b"40000"
_LARGE = b"version https://git-lfs.github.com/spec/"
"""Beginning of a file that stands for a large one kept elsewhere."""


class _Missing(Exception):
    """The store does not have an object, or has it in a form of which nothing is known here."""


def committed_in(folder: Path) -> Mapping[str, bytes] | None:
    """The files of a folder in the commit that it was checked out from, by path, each with its name in git's store.

    Nothing where git does not keep the folder; none where its store cannot be read, or there is no git.
    """
    home, commit = home_of(folder), commit_of(folder)
    if home is None or commit is None:
        return None
    try:
        store = _Objects(folders_of(home)[1] / "objects", len(commit) // 2)
        tree = store.read(bytes.fromhex(commit)).split(b"\n", 1)[0].removeprefix(b"tree ")
        at: bytes | None = bytes.fromhex(tree.decode())
        for part in Path(os.path.realpath(folder)).relative_to(home.parent).parts:
            entries = {name: child for mode, name, child in store.entries(at) if mode == _TREE} if at else {}
            at = entries.get(os.fsencode(part))
        return dict(store.files(at, "")) if at else {}
    except (OSError, ValueError, IndexError, struct.error, zlib.error, _Missing):
        return None


def uncommitted(folder: Path, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The files of a folder, by path, that its commit does not hold as they are, and those that are gone since.

    Ends of lines count for nothing. Empty where git does not keep the folder, or nobody can say.
    """
    held = committed_in(folder)
    if not held:
        return ()
    other = [path for path, content in files.items() if not _is_held(folder, held.get(path), content)]
    other += [path for path in held if path not in files and not os.path.lexists(folder / path)]
    return tuple(sorted(other))


def _is_held(folder: Path, name: bytes | None, content: bytes) -> bool:
    if name is None:
        return False
    if name in (_name_of(content, len(name)), _name_of(content.replace(b"\r\n", b"\n"), len(name))):
        return True
    digest = hashlib.sha256(content).hexdigest().encode()
    return name == _name_of(b"%sv1\noid sha256:%s\nsize %d\n" % (_LARGE, digest, len(content)), len(name))


def _name_of(content: bytes, length: int) -> bytes:
    """The name of a file in git's store."""
    kind = hashlib.sha256 if length == hashlib.sha256().digest_size else hashlib.sha1
    return kind(b"blob %d\0%s" % (len(content), content)).digest()


class _Objects:
    """The objects of a repository, and of those that it borrows from."""

    def __init__(self, folder: Path, length: int) -> None:
        self.folders, self.length = [folder], length
        self._indexes: dict[Path, bytes] = {}
        borrowed = folder / "info/alternates"
        if borrowed.is_file():
            self.folders += [folder / line for line in borrowed.read_text(encoding="utf-8").splitlines() if line]

    def files(self, tree: bytes, begin: str) -> Iterator[tuple[str, bytes]]:
        """The files of a tree, however deep, without links."""
        for mode, name, child in self.entries(tree):
            path = f"{begin}{name.decode('utf-8', 'replace')}"
            if mode == _TREE:
                yield from self.files(child, f"{path}/")
            elif mode.startswith(b"100"):
                yield path, child

    def entries(self, tree: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
        """The entries of a tree: mode, name, and the name of the object."""
        said, at = self.read(tree), 0
        while at < len(said):
            end = said.index(0, at)
            mode, _, name = said[at:end].partition(b" ")
            at = end + 1 + self.length
            yield mode, name, said[end + 1 : at]

    def read(self, name: bytes) -> bytes:
        """The content of an object. Raises `_Missing`."""
        for folder in self.folders:
            loose = folder / name.hex()[:2] / name.hex()[2:]
            if loose.is_file():
                return zlib.decompress(loose.read_bytes()).partition(b"\0")[2]
            for index in sorted(folder.glob("pack/*.idx")):
                offset = _offset(self._index(index), name)
                if offset is not None:
                    with (
                        index.with_suffix(".pack").open("rb") as file,
                        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as pack,
                    ):
                        return self._packed(pack, offset)
        raise _Missing

    def _index(self, path: Path) -> bytes:
        if path not in self._indexes:
            self._indexes[path] = path.read_bytes()
        return self._indexes[path]

    def _packed(self, pack: mmap.mmap, start: int) -> bytes:
        """The content of an object in a pack, made of the one that it differs from if need be."""
        kind, at = pack[start] >> 4 & 7, start + 1
        while pack[at - 1] & 128:
            at += 1
        if kind not in _DELTAS:
            return _inflated(pack, at)
        if _DELTAS[kind] == "by offset":
            back, at = read_number(pack, at)
            return _changed(self._packed(pack, start - back), _inflated(pack, at))
        return _changed(self.read(pack[at : at + self.length]), _inflated(pack, at + self.length))


def _inflated(pack: mmap.mmap, at: int) -> bytes:
    machine, out = zlib.decompressobj(), []
    while not machine.eof:
        piece = pack[at : at + 2**16]
        if not piece:
            raise _Missing
        out.append(machine.decompress(piece))
        at += len(piece)
    return b"".join(out)


def _offset(index: bytes, name: bytes) -> int | None:
    """The place of an object in a pack, by its index."""
    magic, version = struct.unpack_from(">4sI", index)
    if (magic, version) != (b"\xfftOc", 2):
        raise _Missing
    (every,) = struct.unpack_from(">I", index, 8 + 255 * 4)
    names, length = 8 + 256 * 4, len(name)

    def named(place: int) -> bytes:
        return index[names + place * length : names + (place + 1) * length]

    place = bisect_left(range(every), name, key=named)
    if place == every or named(place) != name:
        return None
    offsets = names + every * (length + 4)
    (offset,) = struct.unpack_from(">I", index, offsets + 4 * place)
    if offset >> 31:
        (offset,) = struct.unpack_from(">Q", index, offsets + 4 * every + 8 * (offset & 0x7FFFFFFF))
    return int(offset)


def _changed(base: bytes, delta: bytes) -> bytes:
    """An object by the one that it differs from."""
    at = 0
    for _ in range(2):  # the sizes of both
        while delta[at] & 128:
            at += 1
        at += 1
    out = []
    while at < len(delta):
        order, at = delta[at], at + 1
        if not order & 128:
            out.append(delta[at : at + order])
            at += order
            continue
        numbers = [0, 0]
        for bit in range(7):
            if order & 1 << bit:
                numbers[bit // 4] |= delta[at] << 8 * (bit % 4)
                at += 1
        start, size = numbers[0], numbers[1] or 0x10000
        out.append(base[start : start + size])
    return b"".join(out)

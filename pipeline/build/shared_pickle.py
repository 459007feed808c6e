"""Values written as bytes and read again, but for what is at hand in both places: of that only which it is.

They are pickles, which can do whatever they like when they are read: for memory, and pipes between a process and a
copy of it. What comes from a file is read by `records`.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from io import BytesIO
from typing import Any


class Shared:
    """Objects that are named where they occur, and not written. Those of a `kind` are added as they are met."""

    def __init__(self, things: Iterable[object] = (), kind: type | None = None) -> None:
        self._things = list(things)
        self._numbers = {id(thing): number for number, thing in enumerate(self._things)}
        self._kind = kind

    def __reduce__(self) -> tuple[type[Shared], tuple[list[object], type | None]]:
        return Shared, (self._things, self._kind)

    def __getitem__(self, number: int) -> object:
        return self._things[number]

    def number_of(self, thing: object) -> int | None:
        """The number of an object that is shared; nothing for all else."""
        if type(thing) is self._kind and id(thing) not in self._numbers:
            self._numbers[id(thing)] = len(self._things)
            self._things.append(thing)
        return self._numbers.get(id(thing))


def written(value: object, shared: Shared) -> bytes:
    """A value as bytes."""
    to = BytesIO()
    _Writer(to, shared).dump(value)
    return to.getvalue()


def read_back(content: bytes, shared: Shared) -> Any:
    """The value that was written."""
    return _Reader(content, shared).load()


class _Writer(pickle.Pickler):
    def __init__(self, to: BytesIO, shared: Shared) -> None:
        super().__init__(to, protocol=5)
        self._shared = shared

    def persistent_id(self, thing: Any) -> int | None:
        """Which of the shared objects it is."""
        return self._shared.number_of(thing)


class _Reader(pickle.Unpickler):
    def __init__(self, content: bytes, shared: Shared) -> None:
        super().__init__(BytesIO(content))
        self._shared = shared

    def persistent_load(self, number: int) -> object:
        """The shared object of a number."""
        return self._shared[number]

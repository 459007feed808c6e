"""A store for one session: what earlier builds have left is read, and what is made stays in memory."""

from pathlib import Path
from typing import Any, TypeVar

from pipeline.store.store import Store

T = TypeVar("T")


class SessionStore(Store):
    """Results of a session. Nothing is written, so that a text that is typed leaves no results of each letter.

    A result is let go when it was not asked for in two rounds.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._young: dict[str, Any] = {}
        self._old: dict[str, Any] = {}

    def next_round(self) -> None:
        """Begin a round: what was not asked for in the last one is let go at the end of this one."""
        self._old, self._young = self._young, {}
        self.asked.clear()

    def find(self, key: str, kind: type[T]) -> T | None:
        """The result of a kind under a key, or None."""
        found: T | None = self._young[key] if key in self._young else self._old.get(key)
        if found is None:
            found = super().find(key, kind)
        if found is not None:
            self._young[key] = found
        return found

    def keep(self, key: str, result: T, kind: type[T] | None = None) -> None:
        """Remember a result under a key, for as long as it is asked for."""
        self._young[key] = result

    def holds(self, key: str) -> bool:
        """Whether there is a result under a key."""
        return key in self._young or key in self._old or super().holds(key)

    def _reject(self, path: Path) -> None:
        """Leave what is no result where it is: the next build takes it away."""

    def note_last(self, kind: str, key: str) -> None:
        """Note nothing: a session is no build."""

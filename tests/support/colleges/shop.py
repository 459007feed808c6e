"""A store that a URL names, `shop://`, which can fail in every way."""

from typing import Any

import fsspec
from fsspec.implementations.memory import MemoryFileSystem


class ShopFileSystem(MemoryFileSystem):
    """A store that tells in which order it was written, and that can fail in every way."""

    protocol = "shop"
    store: dict[str, Any] = {}
    pseudo_dirs: list[str] = [""]
    written: list[str] = []
    fails: list[Any] = []
    """What is done instead of writing, or before it."""
    closed: list[Exception] = []
    """Why nothing can be asked."""

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return MemoryFileSystem._strip_protocol(path.replace("shop://", "memory://"))  # type: ignore[no-any-return]

    def info(self, path: str, **more: Any) -> Any:
        """What is known of a file, unless nothing can be asked."""
        for failure in self.closed:
            raise failure
        return super().info(path, **more)

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **more: Any) -> None:
        """Write a file, unless it fails."""
        if self.fails and (failure := self.fails.pop(0)):
            failure(path)
        self.written.append(path.rpartition("/")[2])
        super().pipe_file(path, value, mode, **more)


fsspec.register_implementation("shop", ShopFileSystem, clobber=True)


def refusing(error: Exception) -> Any:
    """A failure of the store."""

    def fail(*said: Any, **more: Any) -> None:
        raise error

    return fail

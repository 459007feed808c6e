"""The reference validators for the tests: one run for many files, and what was said of a file is remembered."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from pipeline.core.cache import Cache
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.digests import sha256
from pipeline.proof import validators
from tests.support.press.cached_sheets import MEMORY

Ask = Callable[[Mapping[str, Path]], Mapping[str, tuple[Diagnostic, ...]]]


def judged(files: Mapping[str, bytes], folder: Path, flavour: str = "0") -> list[str]:
    """What veraPDF finds wrong; skips, saying so, where it cannot be had: that is no pass."""
    call = validators.verapdf_command()
    if not call:
        pytest.skip("veraPDF is not on this machine: nothing is known of these files from it")
    return _asked(
        validators.__name__,
        (call, flavour),
        files,
        folder,
        "pdf",
        lambda new: validators.run_verapdf(call, new, flavour),
    )


def checked(books: Mapping[str, bytes], folder: Path) -> list[str]:
    """What EPUBCheck finds wrong; skips, saying so, where it cannot be had: that is no pass."""
    call = validators.epubcheck_command()
    if not call:
        pytest.skip("EPUBCheck is not on this machine: nothing is known of these books from it")
    return _asked(validators.__name__, call, books, folder, "epub", lambda new: validators.run_epubcheck(call, new))


def _asked(
    module: str, manner: Sequence[object], files: Mapping[str, bytes], folder: Path, end: str, ask: Ask
) -> list[str]:
    store = Cache(MEMORY)
    keys = {name: store.key(module, manner, name, sha256(content)) for name, content in files.items()}
    said = {name: store.find(key, tuple[Diagnostic, ...]) for name, key in keys.items()}
    new = {}
    for name, known in said.items():
        if known is None:
            new[name] = folder / f"{len(new)}.{end}"
            new[name].write_bytes(files[name])
    for name, faults in ask(new).items() if new else ():
        said[name] = faults
        store.keep(keys[name], faults, tuple[Diagnostic, ...])
    return [str(fault) for faults in said.values() for fault in faults or ()]

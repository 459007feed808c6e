"""veraPDF for the tests: one run for many files, and what was said of a file is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.digest import sha256
from pipeline.proof import vera
from pipeline.store import Store
from tests.conftest import ROOT


def judged(files: Mapping[str, bytes], folder: Path, flavour: str = "0") -> list[str]:
    """What veraPDF finds wrong; skips, saying so, where it cannot be had: that is no pass."""
    call = vera.command()
    if not call:
        pytest.skip("veraPDF is not on this machine: nothing is known of these files from it")
    store = Store(ROOT / "output" / ".store")
    keys = {name: store.key("vera", call, name, flavour, sha256(pdf)) for name, pdf in files.items()}
    said = {name: store.find(key) for name, key in keys.items()}
    new = {}
    for name, known in said.items():
        if known is None:
            new[name] = folder / f"{len(new)}.pdf"
            new[name].write_bytes(files[name])
    for name, faults in vera.judged(call, new, flavour).items():
        said[name] = faults
        store.keep(keys[name], faults)
    return [str(fault) for faults in said.values() for fault in faults or ()]

"""What is remembered can be read again, whichever Python wrote it; and nothing else can."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path
from typing import Any

import pytest

from pipeline.diagnostics import Place, Severity
from pipeline.store import Store


class ByName:
    """Is written as Python 3.11.2 writes a member of an enumeration: by asking something for a name."""

    def __init__(self, asked: object, name: str) -> None:
        self._said = (asked, name)

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, self._said


def found(folder: Path, thing: ByName) -> object:
    """What a store gives that holds this."""
    content = pickle.dumps(thing)
    path = folder / "aa" / "11"
    path.parent.mkdir()
    path.write_bytes(hashlib.sha256(content).digest() + content)
    return Store(folder).find("aa11")


def test_a_member_that_is_written_by_name_is_read(tmp_path: Path) -> None:
    """Else nothing that holds one is remembered in Debian 12."""
    assert found(tmp_path, ByName(Severity, "ERROR")) is Severity.ERROR


@pytest.mark.parametrize("name", ["__subclasses__", "__init__", "path"])
def test_nothing_else_is_reached_by_name(name: str, tmp_path: Path) -> None:
    """A store from elsewhere cannot run code."""
    assert found(tmp_path, ByName(Place, name)) is None

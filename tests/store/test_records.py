"""Records are read back quickly, and are what they were."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field

import pytest

from pipeline.records import quickened


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Lamp:
    """A record as the line has many."""

    place: str
    lit: tuple[int, ...] = ()
    kind: Lamp | None = field(default=None, repr=False)


@dataclass
class Loose:
    """A record without slots."""

    place: str


class Own(dict[str, int]):
    """No record."""


LAMP = Lamp("quay", (1, 2), Lamp("pier"))


def test_what_is_written_and_read_is_the_same() -> None:
    """Before and after; each reads what the other wrote, and stays frozen."""
    before = pickle.dumps(LAMP, protocol=5)
    usual = Lamp.__setstate__  # type: ignore[attr-defined]
    assert quickened(Lamp) is Lamp
    assert Lamp.__setstate__ is not usual  # type: ignore[attr-defined]
    assert pickle.dumps(LAMP, protocol=5) == before
    again = pickle.loads(before)
    assert again == LAMP == copy.deepcopy(LAMP)
    with pytest.raises(FrozenInstanceError):
        again.place = "elsewhere"


def test_a_state_of_another_shape_is_refused() -> None:
    """As a record that was kept before it got a field."""
    quickened(Lamp)
    with pytest.raises(ValueError, match="shorter"):
        Lamp.__setstate__(object.__new__(Lamp), ["quay"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [Loose, Own])
def test_what_is_no_frozen_record_is_left_alone(kind: type) -> None:
    """It is written as Python writes it."""
    quickened(kind)
    assert "__setstate__" not in kind.__dict__

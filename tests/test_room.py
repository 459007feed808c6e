"""Deep calls have room: where they go up and down, no memory is taken and given back each time."""

from __future__ import annotations

import resource
import sys

import pytest

from pipeline.build.stack import with_room


def leaf(*given: int) -> int:
    """A call that needs some room."""
    a, b, c, d, e, f, g, h = given
    return a + b + c + d + e + f + g + h


def at_depth(depth: int) -> int:
    """The pages of memory that the system had to clear for two thousand calls so deep down."""
    if depth:
        return at_depth(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(2000):
        leaf(1, 2, 3, 4, 5, 6, 7, 8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def most(depths: int) -> int:
    """The most at any depth."""
    return max(map(at_depth, range(depths)))


@pytest.mark.skipif(sys.implementation.name != "cpython" or sys.platform != "linux", reason="measured on Linux")
def test_no_call_has_memory_cleared() -> None:
    """At no depth; without room there is one where nearly every call does."""
    with_room(most, 300)  # what is to stay is there after that
    assert with_room(most, 300) < 200
    assert most(300) > 1000


def test_what_is_done_there_is_given_back_or_fails_as_it_is() -> None:
    """It is a call like any other."""
    assert with_room(len, "abc") == 3
    with pytest.raises(ZeroDivisionError):
        with_room(lambda given: 1 // given, 0)

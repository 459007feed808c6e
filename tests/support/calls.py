"""Calls of a function while something else runs: watched, and changed in nothing.

The interpreter tells of every call. So what is tested is what runs, whoever calls it and by whatever name.
"""

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any


@dataclass
class Call:
    """The arguments of a call by their names, and its result once there is one."""

    given: dict[str, Any]
    result: Any = None


@contextmanager
def calls_of(function: Callable[..., Any], first: Callable[[], object] | None = None) -> Iterator[list[Call]]:
    """The calls of a function in this thread. As the first of them begins, something else may happen.

    If that raises an error, the call does, and none is watched after it. A generator is called each time it goes on.
    """
    code = inspect.unwrap(function).__code__
    calls: list[Call] = []
    at_work: dict[FrameType, Call] = {}

    def watch(frame: FrameType, event: str, value: Any) -> None:
        if frame.f_code is not code:
            return
        if event == "call":
            at_work[frame] = Call(dict(frame.f_locals))
            calls.append(at_work[frame])
            if first and len(calls) == 1:
                first()
        elif event == "return" and frame in at_work:
            at_work.pop(frame).result = value

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield calls
    finally:
        sys.setprofile(before)

"""Files that are made beside a build: they are not among what it lists as made."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from pipeline.build.builder import Builder
from pipeline.build.output.lock import turn
from pipeline.build.project import Project

T = TypeVar("T")


def make_beside(project: Project, make: Callable[[Builder], Coroutine[Any, Any, T]]) -> T:
    """Make something by rules of its own, in a turn at the output folder."""
    with turn(project), project.workers() as workers, project.voice.work():
        return asyncio.run(make(Builder(project, workers)))

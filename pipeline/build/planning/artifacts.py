"""The files that were made of a thing, as the cache keeps them: with remarks and date fields."""

from dataclasses import dataclass
from datetime import date

from pipeline.bind.fields import DateFields
from pipeline.build.output.outputs import Output
from pipeline.build.project import Project
from pipeline.core.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The files of a thing, what was said of them, their day, and the key of the build that made them."""

    outputs: tuple[Output, ...]
    remarks: tuple[Diagnostic, ...]
    build: str
    produced: date
    dated: tuple[DateFields, ...] = ()
    """Date fields of its files, if the day can be exchanged in all of them."""
    dated_by: str = ""
    """The key of the build that gave them this day, if another one made them."""

    @property
    def builds(self) -> frozenset[str]:
        """The builds that they rest on."""
        return frozenset(filter(None, (self.build, self.dated_by)))


class ArtifactIndex:
    """The artifacts of earlier builds by cache key, as far as their files are there. Each is looked up once.

    A file is taken to be there by its size; whoever leaves it alone has its bytes verified before the build is over.
    `thorough` verifies them at once.
    """

    def __init__(self, project: Project, thorough: bool = False) -> None:
        self._project = project
        self._is_there = Output.stands if thorough else Output.lies
        self._found: dict[str, Artifacts | None] = {}

    def find(self, key: str) -> Artifacts | None:
        """The artifacts under a key, if all their files are there."""
        if key not in self._found:
            self._found[key] = self._look(key)
        return self._found[key]

    def _look(self, key: str) -> Artifacts | None:
        store = self._project.store
        found = store.find(key, Artifacts)
        if found is None or not store.holds(found.build):
            return None
        return found if all(self._is_there(output, self._project.output) for output in found.outputs) else None

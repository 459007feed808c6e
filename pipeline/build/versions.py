"""A briefing as it is, or as it was kept under a number, resolved; two of them composed and compared."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.build.project import Project
from pipeline.compose.briefing import compose_briefing
from pipeline.compose.changes import mark_words, marked
from pipeline.core.diagnostics import Desk, Diagnostic, errors, failed
from pipeline.core.errors import PressFailure, UsageError
from pipeline.load.library.kept import read_kept
from pipeline.load.library.library import load
from pipeline.load.library.word_tables import wordbook
from pipeline.markup.changes.marking import WordChange
from pipeline.model.library import Library
from pipeline.model.order import Order
from pipeline.model.publication import Publication
from pipeline.model.source.pack import Pack, PackFields
from pipeline.model.source.record import Marks
from pipeline.resolve.nearest import did_you_mean
from pipeline.resolve.resolve import Resolution, resolve

_BOUND = "compared"
"""The id of a pack that only binds a kept version."""


@dataclass(frozen=True)
class MarkedCopies:
    """The marked copies that were made, and what was said of them."""

    files: tuple[Path, ...] = ()
    remarks: tuple[Diagnostic, ...] = ()

    def exit_code(self, strict: bool = False) -> int:
        """The exit code of a run: 4 where something could not be made as it should be."""
        return PressFailure.exit_code if any(errors(self.remarks)) else int(failed(self.remarks, strict))


def changes_between(project: Project, old: Publication, new: Publication) -> tuple[WordChange, ...]:
    """The changes from one text to another, in order. Dates and the history of versions are none."""

    def compared() -> tuple[WordChange, ...]:
        before, after = (compose_briefing(one, project.layouts).chapter.body for one in (old, new))
        return tuple(marked(before, after, mark_words(new.identity.words)).changes)

    module, texts = "pipeline.compose.changes", (old, new, project.layouts_digest)
    return project.store.remember(module, texts, tuple[WordChange, ...], compared)


def text_version(project: Project, line: str, day: date) -> Publication:
    """A text, by 'id' as it is now or by 'id@version' as it is kept. Raises `UsageError`."""
    name, at, number = line.partition("@")
    library = project.loaded[0]
    if at and not number:
        raise UsageError(
            f"'{line}' names no version: '{name}@1.0' is one that is kept, '{name}' the text as it is now."
        )
    if name not in library.briefings and name not in library.kept_numbers:
        raise UsageError(f"There is no briefing '{name}'. {did_you_mean(name, library.briefings, '')}".rstrip())
    publication = _kept(project, library, line, day) if number else _present(project, library, name, day)
    if publication is None:
        raise UsageError(f"'{line}' cannot be read, or is marked too high; 'briefings check {name}' says why.")
    return publication


def _present(project: Project, library: Library, name: str, day: date) -> Publication | None:
    return next(iter(_resolved(project, library, Order((name,), (), day)).publications), None)


def _kept(project: Project, library: Library, line: str, day: date) -> Publication | None:
    """A kept version, as a pack would bind it."""
    name, _, number = line.partition("@")
    known = library.kept_numbers.get(name, ())
    if number not in known:
        told = f"kept are {', '.join(known)}" if known else "no version of it is kept"
        raise UsageError(f"There is no version {number} of '{name}': {told}.")
    kept = {**library.kept, **read_kept(project.files, frozenset({line}), load, Desk()).kept}
    pack = Pack(_BOUND, "", PackFields(title=_BOUND, briefings=(line,)), Marks(""))
    found = _resolved(project, replace(library, packs={_BOUND: pack}, kept=kept), Order((_BOUND,), (), day))
    return next((member for one in found.packs for member in one.members), None)


def _resolved(project: Project, library: Library, order: Order) -> Resolution:
    words = wordbook(project.layouts)
    return resolve(library, order, project.cite, project.layouts.styles, project.coverage, words)

"""The desk between the thread that makes pages and the one that serves them: what is shown, and who looks on."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue

from pipeline.core.diagnostics import Place, Remarks
from pipeline.model.library import Library
from pipeline.model.words import Words
from pipeline.preview.pictures import PagePicture
from pipeline.preview.views import Target


@dataclass(frozen=True, slots=True)
class LiveText:
    """Pages or document of a target as a browser shows them, with its remarks."""

    round: int = 0
    """The number of the reading of the sources that it is of; 0 while nothing has been made."""
    turn: int = 0
    """Goes up with each change, so that whoever looks on knows what is new."""
    title: str = ""
    pages: tuple[PagePicture, ...] = ()
    different: tuple[int, ...] = ()
    """Numbers of the pages that look otherwise than before the last saving."""
    places: str = ""
    """The path, below that of the target, of the list of lines that the pages show."""
    changed: Place | None = None
    """The first line of the sources that the last saving changed."""
    document: str = ""
    """The path of the document in the frame, below that of the target; a digest is in it."""
    remarks: Remarks | None = None
    """None until they are known."""
    holds: bool = True
    """Whether it is of the sources as they are; else something in them kept it from being made again."""
    failure: str = ""
    """Reason why not, where no remark says so."""


NOTHING = LiveText()


@dataclass(frozen=True, slots=True)
class ServedFile:
    """Bytes to be served, with their media type."""

    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """A briefing or pack that can be shown."""

    name: str
    title: str
    is_pack: bool
    path: str = ""
    """The path of its source in the project."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The list of what there is, and the words of the page."""

    words: Words
    title: str = ""
    listed: tuple[Listed, ...] = ()
    library: Library | None = None
    """The library as it was read last, of which a form makes its offers."""

    def named(self, name: str) -> Listed | None:
        """The briefing or pack of this name, if there is one."""
        return next((one for one in self.listed if one.name == name), None)


class LiveDesk:
    """All that is shown, whoever looks on, and their wishes. Values are exchanged whole, so no thread sees a half."""

    def __init__(self, contents: Contents, wishes: SimpleQueue[str]) -> None:
        self.contents = contents
        self.wishes = wishes
        """A word whenever there may be something to do: why."""
        self.shown: dict[Target, LiveText] = {}
        self._files: dict[Target, tuple[Mapping[str, ServedFile], Mapping[str, ServedFile]]] = {}
        """The files of each target by paths below it: those of now, and those before, which may yet be asked for."""
        self._onlookers: Counter[Target] = Counter()
        self._waiting: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}

    def show(self, target: Target, shown: LiveText, files: Mapping[str, ServedFile] | None = None) -> None:
        """Show something else of a target, and tell all who look on."""
        if files is not None:
            self._files[target] = (files, self._files.get(target, ({}, {}))[0])
        self.shown[target] = shown
        for event, loop in tuple(self._waiting.items()):
            loop.call_soon_threadsafe(event.set)

    def file(self, target: Target, path: str) -> ServedFile | None:
        """A file of a target, if it is shown or was just before."""
        now, before = self._files.get(target, ({}, {}))
        return now.get(path) or before.get(path)

    def files_of(self, target: Target) -> Mapping[str, ServedFile]:
        """The files of a target that are shown."""
        return self._files.get(target, ({}, {}))[0]

    def wanted(self) -> tuple[Target, ...]:
        """The targets that somebody looks at."""
        return tuple(target for target, number in tuple(self._onlookers.items()) if number > 0)

    @contextmanager
    def looking(self, target: Target) -> Iterator[asyncio.Event]:
        """Look at a target; gives an event that is set when something may have changed."""
        event = asyncio.Event()
        self._waiting[event] = asyncio.get_running_loop()
        self._onlookers[target] += 1
        self.wishes.put("look")
        try:
            yield event
        finally:
            del self._waiting[event]
            self._onlookers[target] -= 1

    def forget_unseen(self) -> None:
        """Let go what nobody looks at any more."""
        wanted = set(self.wanted())
        for target in [one for one in self.shown if one not in wanted]:
            self.shown.pop(target, None)
            self._files.pop(target, None)

"""The desk between the thread that makes pages and the one that serves them: what is shown, and who looks on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from time import monotonic

from pipeline.core.diagnostics import Place, Remarks
from pipeline.model.library import Library
from pipeline.model.words import Words
from pipeline.preview.pictures import PagePicture
from pipeline.preview.views import Target

SEEN = 15.0
"""Seconds for which a target counts as seen after a browser asked for it: a visible page asks all the time."""


@dataclass(frozen=True, slots=True)
class LiveText:
    """Pages or document of a target as a browser shows them, with its remarks."""

    round: int = 0
    """The number of the reading of the sources that it is of; 0 while nothing has been made."""
    turn: int = 0
    """Number of this showing, counted over all targets; 0 while nothing is shown."""
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
    """Those in the text itself; None until they are known."""
    others: Remarks = ()
    """Those in other files."""
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
    """The library as it was read last, of which a text field makes its offers."""

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
        self._turn = 0
        self._asked: dict[Target, float] = {}

    def show(self, target: Target, shown: LiveText, files: Mapping[str, ServedFile] | None = None) -> None:
        """Show something else of a target."""
        if files is not None:
            self._files[target] = (files, self._files.get(target, ({}, {}))[0])
        self._turn += 1
        self.shown[target] = replace(shown, turn=self._turn)

    def file(self, target: Target, path: str) -> ServedFile | None:
        """A file of a target, if it is shown or was just before."""
        now, before = self._files.get(target, ({}, {}))
        return now.get(path) or before.get(path)

    def files_of(self, target: Target) -> Mapping[str, ServedFile]:
        """The files of a target that are shown."""
        return self._files.get(target, ({}, {}))[0]

    def wanted(self) -> tuple[Target, ...]:
        """The targets that somebody looks at: they were asked for a moment ago."""
        return tuple(target for target, at in tuple(self._asked.items()) if monotonic() - at < SEEN)

    def look(self, target: Target) -> None:
        """Look at a target, for a while."""
        is_new = target not in self.wanted()
        self._asked[target] = monotonic()
        if is_new:
            self.wishes.put("look")

    def forget_unseen(self) -> None:
        """Let go what nobody looks at any more."""
        wanted = set(self.wanted())
        for target in [one for one in self.shown if one not in wanted]:
            self.shown.pop(target, None)
            self._files.pop(target, None)

"""The state that the building thread and the serving thread share: what is shown, and what is being viewed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from queue import SimpleQueue
from time import monotonic

import pypdfium2

from pipeline.core.diagnostics import Location, Remarks
from pipeline.model.formats import EPUB, FORMATS, PAGE, PDF, PDF_VARIANTS, FileKind, Format, format_row
from pipeline.model.library import Library
from pipeline.model.words import Phrases


@dataclass(frozen=True, slots=True)
class LiveView:
    """A view of a text: its name in addresses and in the wordbook, and the format that it shows."""

    name: str
    format: Format
    of_packs: bool = True
    narrow: bool = False
    """True if its frame is as wide as a phone."""

    @property
    def label(self) -> str:
        """The key of its name in the wordbook."""
        return f"preview-view-{self.name}"

    @property
    def is_drawn(self) -> bool:
        """True if it shows pictures of pages; other views show a document in a frame."""
        return format_row(self.format).paged


def _format(kind: FileKind, large: bool = False) -> Format:
    """Return the first format of a kind of file, in large print or not."""
    rows = (row for row in FORMATS.values() if row.kind == kind and PDF_VARIANTS[row.variant].large == large)
    return next(rows).name


VIEWS: Mapping[str, LiveView] = {
    view.name: view
    for view in (
        LiveView("pages", _format(PDF)),
        LiveView("web", _format(PAGE), of_packs=False),
        LiveView("phone", _format(PAGE), of_packs=False, narrow=True),
        LiveView("large", _format(PDF, large=True)),
        LiveView("book", _format(EPUB), of_packs=False),
    )
}
"""The views in the order of their links, by name."""

FIRST = "pages"
"""The view that is opened first."""


@dataclass(frozen=True, slots=True)
class Target:
    """A briefing or pack in a format, which is shown in one or more views."""

    name: str
    format: Format


# An unchanged page keeps its name, so that it is neither encoded nor sent again.

SCALE = 110 / 72
"""Pixels for each point of the page."""

QUALITY = 88


@dataclass(frozen=True, slots=True)
class PagePicture:
    """The picture of a page: a digest of its pixels as its name, and its size."""

    name: str
    width: int
    height: int


def draw_pages(pdf: bytes, known: Mapping[str, bytes]) -> tuple[tuple[PagePicture, ...], dict[str, bytes]]:
    """Draw the pages of a PDF; return the pictures and their JPEGs by name. JPEGs in `known` are reused."""
    pages: list[PagePicture] = []
    jpegs: dict[str, bytes] = {}
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            bitmap = page.render(scale=SCALE)
            name = hashlib.blake2b(bytes(bitmap.buffer), digest_size=12).hexdigest()
            if name not in jpegs and name in known:
                jpegs[name] = known[name]
            elif name not in jpegs:
                out = BytesIO()
                bitmap.to_pil().convert("RGB").save(out, "JPEG", quality=QUALITY)
                jpegs[name] = out.getvalue()
            pages.append(PagePicture(name, bitmap.width, bitmap.height))
            bitmap.close()
            page.close()
    finally:
        document.close()
    return tuple(pages), jpegs


SEEN = 15.0
"""Seconds for which a target counts as viewed after a browser asked for it; visible pages keep asking."""


@dataclass(frozen=True, slots=True)
class LiveText:
    """The pages or document of a target that a browser shows, with its remarks."""

    round: int = 0
    """The number of the reading of the sources that it was built from; 0 if none was."""
    turn: int = 0
    """The number of this update, counted over all targets; 0 if nothing is shown."""
    title: str = ""
    pages: tuple[PagePicture, ...] = ()
    different: tuple[int, ...] = ()
    """Numbers of the pages that look different since the last save."""
    places: str = ""
    """The path, below the target, of the list of source lines on the pages."""
    changed: Location | None = None
    """The first line of the sources that the last save changed."""
    document: str = ""
    """The path of the document in the frame, below the target; it includes a digest."""
    remarks: Remarks | None = None
    """Remarks on the text itself; None until they are known."""
    others: Remarks = ()
    """Remarks on other files."""
    holds: bool = True
    """True if it shows the current sources; else faults in them prevented a new build."""
    failure: str = ""
    """The reason for that, if no remark gives it."""


NOTHING = LiveText()


@dataclass(frozen=True, slots=True)
class ServedFile:
    """Bytes to serve, with their media type."""

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
    """The list of everything that can be shown, and the words of the page."""

    words: Phrases
    title: str = ""
    listed: tuple[Listed, ...] = ()
    library: Library | None = None
    """The library as last read, for the completions of a text field."""

    def named(self, name: str) -> Listed | None:
        """Return the briefing or pack of a name, if there is one."""
        return next((listed for listed in self.listed if listed.name == name), None)


class LiveState:
    """What is shown, what is being viewed, and the queue of events. Values are replaced whole, for thread safety."""

    def __init__(self, contents: Contents, events: SimpleQueue[str]) -> None:
        self.contents = contents
        self.events = events
        """Gets a word for each thing that may need a build."""
        self.shown: dict[Target, LiveText] = {}
        self._files: dict[Target, tuple[Mapping[str, ServedFile], Mapping[str, ServedFile]]] = {}
        """The current and the previous files of each target by path, as browsers may still request previous ones."""
        self._turn = 0
        self._asked: dict[Target, float] = {}

    def show(self, target: Target, shown: LiveText, files: Mapping[str, ServedFile] | None = None) -> None:
        """Replace what is shown of a target."""
        if files is not None:
            self._files[target] = (files, self._files.get(target, ({}, {}))[0])
        self._turn += 1
        self.shown[target] = replace(shown, turn=self._turn)

    def file(self, target: Target, path: str) -> ServedFile | None:
        """Return a current or previous file of a target."""
        files, earlier = self._files.get(target, ({}, {}))
        return files.get(path) or earlier.get(path)

    def files_of(self, target: Target) -> Mapping[str, ServedFile]:
        """Return the current files of a target."""
        return self._files.get(target, ({}, {}))[0]

    def wanted(self) -> tuple[Target, ...]:
        """Return the targets that browsers asked for in the last seconds."""
        return tuple(target for target, time in tuple(self._asked.items()) if monotonic() - time < SEEN)

    def look(self, target: Target) -> None:
        """Note that a browser asked for a target."""
        is_new = target not in self.wanted()
        self._asked[target] = monotonic()
        if is_new:
            self.events.put("look")

    def forget_unseen(self) -> None:
        """Drop targets that are no longer viewed."""
        wanted = set(self.wanted())
        for target in [target for target in self.shown if target not in wanted]:
            self.shown.pop(target, None)
            self._files.pop(target, None)

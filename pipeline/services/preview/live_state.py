"""The desk between the thread that makes pages and the one that serves them: views, pictures, and who looks on."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from queue import SimpleQueue
from time import monotonic

import pypdfium2

from pipeline.core.diagnostics import Location, Remarks
from pipeline.model.formats import EDITIONS, EPUB, FORMATS, PAGE, PDF, FileKind, Format, format_row
from pipeline.model.library import Library
from pipeline.model.words import Phrases


@dataclass(frozen=True, slots=True)
class LiveView:
    """A view: its name in addresses and in the words of the house, and the format of which it shows a file."""

    name: str
    format: Format
    of_packs: bool = True
    narrow: bool = False
    """Whether its frame is as wide as a phone."""

    @property
    def label(self) -> str:
        """The key of its name in the words of the house."""
        return f"preview-view-{self.name}"

    @property
    def is_drawn(self) -> bool:
        """Whether it shows pictures of pages; the others show a document in a frame."""
        return format_row(self.format).paged


def _format(kind: FileKind, large: bool = False) -> Format:
    """The first format of a kind of file, in large letters or not."""
    rows = (row for row in FORMATS.values() if row.kind == kind and EDITIONS[row.edition].large == large)
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
    """A briefing or pack in a format: what is made, and shown in one view or in several."""

    name: str
    format: Format


# Pictures of pages. A page that looks as it did keeps its name, and is neither encoded nor sent again.

SCALE = 110 / 72
"""Dots of a picture for each point of the page."""

QUALITY = 88


@dataclass(frozen=True, slots=True)
class PagePicture:
    """The picture of a page: its name, which is a digest of its dots, and its size."""

    name: str
    width: int
    height: int


def draw_pages(pdf: bytes, known: Mapping[str, bytes]) -> tuple[tuple[PagePicture, ...], dict[str, bytes]]:
    """The pictures of a PDF's pages, and their JPEGs by name; those that are known are taken as they are."""
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


# The desk

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
    changed: Location | None = None
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

    words: Phrases
    title: str = ""
    listed: tuple[Listed, ...] = ()
    library: Library | None = None
    """The library as it was read last, of which a text field makes its offers."""

    def named(self, name: str) -> Listed | None:
        """The briefing or pack of this name, if there is one."""
        return next((one for one in self.listed if one.name == name), None)


class LiveState:
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

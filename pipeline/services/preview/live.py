"""The round of the live page: something was saved or somebody looks, and what they look at is made anew."""

import gc
import json
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import replace
from hashlib import blake2b
from io import BytesIO
from mimetypes import guess_type
from pathlib import Path, PurePath, PurePosixPath
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Protocol
from zipfile import ZipFile

from watchfiles import Change, watch

from pipeline.core.diagnostics import Location, PipelineError, Remarks
from pipeline.model.formats import EPUB, FileKind, Format, format_row
from pipeline.model.library import Library
from pipeline.model.sheets import SourceMark
from pipeline.model.words import Phrases
from pipeline.services.preview.live_state import (
    NOTHING,
    SCALE,
    Contents,
    Listed,
    LiveState,
    LiveText,
    PagePicture,
    ServedFile,
    Target,
    draw_pages,
)

SAVED, END = "saved", "end"
"""Words for the queue of wishes: a file was saved, and the live page is to end. Any other says that somebody looks."""


class TextMaker(Protocol):
    """Maker of texts, of one reading of the sources at a time."""

    @property
    def round(self) -> int:
        """The number of the last reading."""

    @property
    def words(self) -> Phrases:
        """The fixed words of the house."""

    @property
    def title(self) -> str:
        """The title of the library."""

    @property
    def library(self) -> Library:
        """The library of the last reading. Raises `PipelineError`."""

    def read(self) -> None:
        """Read the sources anew."""

    def texts(self) -> tuple[tuple[str, str, bool, str], ...]:
        """The id and the title of each text, whether it is a pack, and the path of its source."""

    def file(self, name: str, format: Format) -> tuple[str, bytes, tuple[SourceMark, ...]] | None:
        """The title of a text, its file in a format and the spots of its pages, or None. Raises `PipelineError`."""

    def changed(self, name: str) -> Location | None:
        """The first line of a text's source that the last saving changed."""

    def remarks(self, name: str, format: Format) -> tuple[Remarks, Remarks]:
        """Remarks in a text, and those in other files that it rests on. Raises `PipelineError`."""


def keep_live(diagnostics: LiveState, maker: TextMaker, settle: Callable[[], None] = lambda: None) -> None:
    """Make what is looked at, whenever there is something new, until the live page is to end.

    `settle` is called once, when the first pages have been made and the engines are loaded.
    """
    settled = False
    while (wishes := _heard(diagnostics.wishes)) and END not in wishes:
        if SAVED in wishes:
            maker.read()
            with suppress(PipelineError):  # a page that shows a text reports it
                diagnostics.contents = contents_of(maker)  # before the pages: a text field then asks for what is new
        for target in diagnostics.wanted():
            if diagnostics.shown.get(target, NOTHING).round != maker.round:
                make(diagnostics, maker, target)
        if SAVED in wishes:
            diagnostics.forget_unseen()
            gc.collect()
        if diagnostics.shown and not settled:
            settled = True
            settle()


def make(diagnostics: LiveState, maker: TextMaker, target: Target) -> None:
    """Make a target anew and show it; where it cannot be made, what is shown stays, and what is wrong is told.

    The pages are shown first and the remarks after them: these take a moment more.
    """
    before, failure = diagnostics.shown.get(target, NOTHING), ""
    try:
        made = maker.file(target.name, target.format)
    except PipelineError as wrong:
        made, failure = None, str(wrong)
    now = replace(before, round=maker.round, holds=made is not None, failure=failure, changed=None)
    if made is not None:
        now, files = _drawn(now, target, *made, diagnostics.files_of(target))
        now = replace(now, changed=maker.changed(target.name))
        diagnostics.show(target, now, files)
    found: tuple[Remarks, Remarks] = ((), ())
    try:
        found = maker.remarks(target.name, target.format)
    except PipelineError as wrong:
        now = replace(now, failure=failure or str(wrong))
    diagnostics.show(target, replace(now, remarks=found[0], others=found[1]))


def _drawn(
    shown: LiveText,
    target: Target,
    title: str,
    file: bytes,
    spots: Sequence[SourceMark],
    known: Mapping[str, ServedFile],
) -> tuple[LiveText, Mapping[str, ServedFile]]:
    """Pictures or document of a file, and what is served for them."""
    row = format_row(target.format)
    if not row.paged:
        document, files = framed(row.kind, target.name, file)
        return replace(shown, title=title, document=document), files
    pages, jpegs = draw_pages(file, {name: one.content for name, one in known.items()})
    had = {page.name for page in shown.pages}
    different = tuple(number for number, page in enumerate(pages, 1) if had and page.name not in had)
    places, listed = spot_list(spots, pages)
    files = {name: ServedFile("image/jpeg", jpeg) for name, jpeg in jpegs.items()}
    files[places] = ServedFile("application/json", listed)
    return replace(shown, title=title, pages=pages, different=different, places=places), files


def contents_of(maker: TextMaker) -> Contents:
    """The list of what there is to be shown."""
    return Contents(maker.words, maker.title, tuple(Listed(*text) for text in maker.texts()), maker.library)


def _heard(wishes: SimpleQueue[str]) -> set[str]:
    heard = {wishes.get()}
    with suppress(Empty):
        while True:
            heard.add(wishes.get_nowait())
    return heard


_MEDIA = {".xhtml": "application/xhtml+xml", ".css": "text/css", ".otf": "font/otf", ".ttf": "font/ttf"}


def framed(kind: FileKind, name: str, file: bytes) -> tuple[str, Mapping[str, ServedFile]]:
    """The path of the document that shows a file, and all files that it needs by their paths.

    A digest is the first part of each path: another file has others.
    """
    digest = blake2b(file, digest_size=12).hexdigest()
    if kind != EPUB:
        path = f"{digest}/{name}{kind.end}"
        return path, {path: ServedFile(f"{kind.media_type}; charset=utf-8", file)}
    with ZipFile(BytesIO(file)) as book:
        held = {f"{digest}/{path}": ServedFile(_media_type(path), book.read(path)) for path in book.namelist()}
    own = (path for path in held if PurePosixPath(path).stem == name and path.endswith(".xhtml"))
    return next(own, ""), held


def _media_type(path: str) -> str:
    return _MEDIA.get(PurePosixPath(path).suffix) or guess_type(path)[0] or "application/octet-stream"


PARTS = 10_000
"""Parts of the width and of the height of a page by which places are told."""


def spot_list(spots: Sequence[SourceMark], pages: Sequence[PagePicture]) -> tuple[str, bytes]:
    """A name, which is a digest, and the list: the files, and of each spot its page, box, file and line.

    A box has left, top, width and height in parts of the page.
    """
    paths = list(dict.fromkeys(spot.path for spot in spots))
    rows = []
    for spot in spots:
        if spot.page <= len(pages):
            wide, high = pages[spot.page - 1].width / SCALE, pages[spot.page - 1].height / SCALE
            top = high - spot.y - spot.height
            box = (spot.x / wide, top / high, spot.width / wide, spot.height / high)
            rows.append([spot.page, *(round(part * PARTS) for part in box), paths.index(spot.path), spot.line])
    listed = json.dumps({"paths": paths, "spots": rows}, separators=(",", ":"), ensure_ascii=False).encode()
    return f"places/{blake2b(listed, digest_size=12).hexdigest()}", listed


# The folders that texts and layouts are in

SETTLES, WAITS = 15, 120
"""Milliseconds in which nothing is saved before it counts as done, and the most that is waited for that."""

FOLDERS_CHECKED = 1000
"""Milliseconds between two checks for a new folder."""

WATCHED = ("source", "layouts")
"""The folders of a library that its pages are made of."""


def is_ours(change: Change, path: str) -> bool:
    """Whether a file is one that is read: not hidden, and not what an editor or Word keeps beside an open text."""
    name = PurePath(path).name
    return not name.startswith((".", "~$")) and not name.endswith(("~", ".swp", ".tmp"))


def start_watch(wishes: SimpleQueue[str], folder: Path, stop: Event) -> Thread:
    """Tell of everything that is saved, from a thread of its own, until it is to stop."""
    thread = Thread(target=_watch, args=(wishes, folder, stop, _existing(folder)), name="watch", daemon=True)
    thread.start()
    return thread


def _existing(folder: Path) -> Set[str]:
    return {str(folder / name) for name in WATCHED if (folder / name).is_dir()}


def _watch(wishes: SimpleQueue[str], folder: Path, stop: Event, folders: Set[str]) -> None:
    """Watch the folders that exist; start again when one of them is made or deleted."""
    polling = missed = False
    while not stop.is_set():
        try:
            for changes in watch(
                *folders,
                watch_filter=is_ours,
                debounce=WAITS,
                step=SETTLES,
                stop_event=stop,
                raise_interrupt=False,
                force_polling=polling,
                rust_timeout=FOLDERS_CHECKED,
                yield_on_timeout=True,  # an empty set, so that new folders are seen
            ):
                if changes or missed:
                    wishes.put(SAVED)
                missed = False
                if _existing(folder) != folders or {path for how, path in changes if how is Change.deleted} & folders:
                    break
        except FileNotFoundError:  # a folder was deleted just now
            pass
        except OSError:  # the system's limit of watched folders is reached: poll them
            polling = True
        folders, missed = _existing(folder), True

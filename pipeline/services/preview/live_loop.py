"""The loop of the live page: when a file is saved or a browser asks, build what is being viewed."""

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
from zipfile import ZipFile

from watchfiles import Change, watch

from pipeline.core.diagnostics import PipelineError, Remarks
from pipeline.model.formats import EPUB, FileKind, format_row
from pipeline.model.sheets import SourceMark
from pipeline.services.preview.live_builder import LiveBuilder, PreviewFile
from pipeline.services.preview.live_state import (
    NOTHING,
    SCALE,
    LiveState,
    LiveText,
    PagePicture,
    ServedFile,
    Target,
    draw_pages,
)

SAVED, END = "saved", "end"
"""Events: a file was saved, and the live page is to end. Any other means that a browser asked for a target."""


def run_live_loop(state: LiveState, builder: LiveBuilder, settle: Callable[[], None] = lambda: None) -> None:
    """Build what is being viewed, at each event, until the live page is to end.

    `settle` is called once, when the first pages are made and the engines are loaded.
    """
    is_settled = False
    while (events := _take_events(state.events)) and END not in events:
        if SAVED in events:
            builder.read()
            with suppress(PipelineError):  # the page of a text reports it
                state.contents = builder.contents()  # before the pages, so that a text field gets the new completions
        for target in state.wanted():
            if state.shown.get(target, NOTHING).round != builder.round:
                update(state, builder, target)
        if SAVED in events:
            state.forget_unseen()
            gc.collect()
        if state.shown and not is_settled:
            is_settled = True
            settle()


def update(state: LiveState, builder: LiveBuilder, target: Target) -> None:
    """Build and show a target; if that fails, keep the old pages and show the reason.

    The pages are shown before the remarks, which take a moment longer.
    """
    before, failure = state.shown.get(target, NOTHING), ""
    try:
        file = builder.file(target.name, target.format)
    except PipelineError as error:
        file, failure = None, str(error)
    text = replace(before, round=builder.round, holds=file is not None, failure=failure, changed=None)
    if file is not None:
        text, files = _show_file(text, target, file, state.files_of(target))
        text = replace(text, changed=builder.changed(target.name))
        state.show(target, text, files)
    remarks: tuple[Remarks, Remarks] = ((), ())
    try:
        remarks = builder.remarks(target.name, target.format)
    except PipelineError as error:
        text = replace(text, failure=failure or str(error))
    state.show(target, replace(text, remarks=remarks[0], others=remarks[1]))


def _show_file(
    shown: LiveText, target: Target, file: PreviewFile, known: Mapping[str, ServedFile]
) -> tuple[LiveText, Mapping[str, ServedFile]]:
    """Return the text with the pictures or the document of a file, and the files to serve."""
    row = format_row(target.format)
    if not row.paged:
        document, files = framed(row.kind, target.name, file.content)
        return replace(shown, title=file.title, document=document), files
    pages, jpegs = draw_pages(file.content, {name: picture.content for name, picture in known.items()})
    before = {page.name for page in shown.pages}
    different = tuple(number for number, page in enumerate(pages, 1) if before and page.name not in before)
    places, listed = spot_list(file.spots, pages)
    files = {name: ServedFile("image/jpeg", jpeg) for name, jpeg in jpegs.items()}
    files[places] = ServedFile("application/json", listed)
    return replace(shown, title=file.title, pages=pages, different=different, places=places), files


def _take_events(events: SimpleQueue[str]) -> set[str]:
    taken = {events.get()}
    with suppress(Empty):
        while True:
            taken.add(events.get_nowait())
    return taken


_MEDIA = {".xhtml": "application/xhtml+xml", ".css": "text/css", ".otf": "font/otf", ".ttf": "font/ttf"}


def framed(kind: FileKind, name: str, file: bytes) -> tuple[str, Mapping[str, ServedFile]]:
    """Return the path of the document that shows a file, and all files that it needs by path.

    The first part of each path is a digest of the file, so that browsers can cache them.
    """
    digest = blake2b(file, digest_size=12).hexdigest()
    if kind != EPUB:
        path = f"{digest}/{name}{kind.end}"
        return path, {path: ServedFile(f"{kind.media_type}; charset=utf-8", file)}
    with ZipFile(BytesIO(file)) as book:
        files = {f"{digest}/{path}": ServedFile(_media_type(path), book.read(path)) for path in book.namelist()}
    documents = (path for path in files if PurePosixPath(path).stem == name and path.endswith(".xhtml"))
    return next(documents, ""), files


def _media_type(path: str) -> str:
    return _MEDIA.get(PurePosixPath(path).suffix) or guess_type(path)[0] or "application/octet-stream"


PARTS = 10_000
"""Units of places on a page: parts of its width and height."""


def spot_list(spots: Sequence[SourceMark], pages: Sequence[PagePicture]) -> tuple[str, bytes]:
    """Return a path with a digest, and as JSON the files and the page, box, file and line of each source mark.

    A box has left, top, width and height in parts of the page.
    """
    paths = list(dict.fromkeys(spot.path for spot in spots))
    rows = []
    for spot in spots:
        if spot.page <= len(pages):
            width, height = pages[spot.page - 1].width / SCALE, pages[spot.page - 1].height / SCALE
            top = height - spot.y - spot.height
            box = (spot.x / width, top / height, spot.width / width, spot.height / height)
            rows.append([spot.page, *(round(part * PARTS) for part in box), paths.index(spot.path), spot.line])
    content = json.dumps({"paths": paths, "spots": rows}, separators=(",", ":"), ensure_ascii=False).encode()
    return f"places/{blake2b(content, digest_size=12).hexdigest()}", content


SETTLES, WAITS = 15, 120
"""Milliseconds without a change after which a save counts as done, and the longest wait for that."""

FOLDERS_CHECKED = 1000
"""Milliseconds between two checks for a new folder."""

WATCHED = ("source", "layouts")
"""The folders of a library that affect its pages."""


def is_ours(change: Change, path: str) -> bool:
    """Return True unless a file is hidden, or a temporary file of an editor or Word."""
    name = PurePath(path).name
    return not name.startswith((".", "~$")) and not name.endswith(("~", ".swp", ".tmp"))


def start_watch(events: SimpleQueue[str], folder: Path, stop: Event) -> Thread:
    """Start a thread that puts an event into the queue at every save, until `stop` is set."""
    thread = Thread(target=_watch, args=(events, folder, stop, _existing(folder)), name="watch", daemon=True)
    thread.start()
    return thread


def _existing(folder: Path) -> Set[str]:
    return {str(folder / name) for name in WATCHED if (folder / name).is_dir()}


def _watch(events: SimpleQueue[str], folder: Path, stop: Event, folders: Set[str]) -> None:
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
                    events.put(SAVED)
                missed = False
                if _existing(folder) != folders or {path for how, path in changes if how is Change.deleted} & folders:
                    break
        except FileNotFoundError:  # a folder was deleted just now
            pass
        except OSError:  # the system's limit of watched folders is reached: poll them
            polling = True
        folders, missed = _existing(folder), True

"""The verb preview: the live page of a text in the browser."""

import gc
import os
import signal
import socket
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from queue import SimpleQueue
from threading import Event, Lock
from types import FrameType

import click

from pipeline.build import survey
from pipeline.build.plan import refuse_unknown
from pipeline.cli.options import CommonOptions, day_of, open_project, shared
from pipeline.core.diagnostics import EnvironmentFailure, UsageError
from pipeline.core.files import write_whole
from pipeline.load.text import MOST_BYTES
from pipeline.services.preview.access import AccessControl
from pipeline.services.preview.form import FRAME as EDIT_FRAME
from pipeline.services.preview.form import EditSite, SourceRefused, StaleSource, digest_of
from pipeline.services.preview.live import END, contents_of, keep_live, start_watch
from pipeline.services.preview.live_builder import LiveBuilder
from pipeline.services.preview.live_state import LiveState
from pipeline.services.preview.page import ASSETS, BUNDLE, FOLDER, FRAME, SCRIPT_FOLDER, SCRIPTS, scripts_to_load
from pipeline.services.preview.server import EDITORS, LiveSite, Server, listen

PORT = 8642

NOTHING = "It has written nothing."

PLAIN = (
    "The text field is a plain one: 'make desk', in the folder of the program, brings one that completes what you type."
)


@click.command("preview")
@click.argument("name", required=False, metavar="[ID]")
@click.option("--port", type=click.IntRange(0, 65535), help=f"The port of the page (default: {PORT}, or a free one).")
@click.option(
    "--editor",
    type=click.Choice(tuple(EDITORS)),
    default="vscode",
    show_default=True,
    help="The editor that opens the place of a remark.",
)
@click.option("--edit", is_flag=True, help="Let texts be changed in the browser too.")
@shared
@click.pass_context
def verb(context: click.Context, name: str | None, port: int | None, editor: str, edit: bool) -> int:
    """Show a text live in the browser: its pages are made anew whenever it is saved.

    The page is for this machine and this browser alone: the address that is printed holds a secret. Nothing is written,
    neither into output/ nor anywhere else; with --edit only the text that you save there. Ctrl-C ends it.
    """
    options = CommonOptions(context)
    options.form("text")
    project = open_project(options, 1)
    listening = _listen(port)
    project.progress.say("Reading the library …")
    wishes, stop = SimpleQueue[str](), Event()
    watch = start_watch(wishes, project.folder, stop)  # from before the first reading, so that no saving is missed
    studio = LiveBuilder(project, day_of(None, project), survey.check)
    diagnostics = LiveState(contents_of(studio), wishes)
    if name and not diagnostics.contents.named(name):
        refuse_unknown(studio.project.loaded[0], (name,))
        raise UsageError(f"'{name}' is no briefing and no pack: these are what the live page shows.")
    door = AccessControl(listening.getsockname()[1], edits=edit)
    site = live_site(diagnostics, Path(project.folder), editor, edit=edit)
    server = Server(site, door, listening)
    with _ended_by_signal(lambda: diagnostics.wishes.put(END)):
        server.start()
        click.echo(f"Open {door.address(f'/of/{name}/' if name else '/')}")
        if not options.quiet:
            click.echo("It shows what you save, as soon as you save it. Ctrl-C ends it.")
            if edit and BUNDLE not in site.assets:
                click.echo(PLAIN)
        gc.set_threshold(50_000, 20, 100)  # it works after each round, when nobody waits
        keep_live(diagnostics, studio, _settle)
    stop.set()
    server.stop()
    watch.join(1)
    click.echo(f"The live page has ended. {'What you saved is written, and nothing else.' if edit else NOTHING}")
    return 0


def _settle() -> None:
    """Look no more at what the engines have left in memory: that takes longer than a page."""
    gc.collect()
    gc.freeze()


def live_site(
    diagnostics: LiveState, folder: Path, editor: str, *, edit: bool = False, scripts: Mapping[str, bytes] | None = None
) -> LiveSite:
    """The site of a desk, with a text field for the texts of a folder if they may be changed.

    `scripts` are those of the text field; unless they are given, those that lie there.
    """
    assets = {**page_assets(), **(text_scripts() if scripts is None else scripts)}
    names = scripts_to_load(assets)
    field = EditSite(diagnostics, LibrarySources(folder), assets[EDIT_FRAME].decode(), names) if edit else None
    return LiveSite(diagnostics, str(folder.resolve()), editor, assets, field)


def page_assets() -> Mapping[str, bytes]:
    """The files that the live page is made of, by their names, without the scripts of the text field."""
    return {name: (FOLDER / name).read_bytes() for name in (FRAME, EDIT_FRAME, *ASSETS) if name not in SCRIPTS}


def text_scripts() -> Mapping[str, bytes]:
    """The scripts of the text field that are there, by their names."""
    places = {name: SCRIPT_FOLDER / name for name in SCRIPTS}
    return {name: place.read_bytes() for name, place in places.items() if name != BUNDLE or place.is_file()}


def _listen(port: int | None) -> socket.socket:
    """A socket at the port asked for; at the usual one where none is, or if that is taken at a free one."""
    try:
        return listen(PORT if port is None else port)
    except OSError as refused:
        if port is None:
            return listen(0)
        raise EnvironmentFailure(f"Port {port} cannot be used: {refused.strerror}. Name another with --port.") from None


@contextmanager
def _ended_by_signal(end: Callable[[], object]) -> Iterator[None]:
    """Have Ctrl-C, or a request to end, come to an end in good order; a second one breaks off what is being made."""
    asked: list[int] = []

    def hear(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        end()
        if len(asked) > 1:
            raise KeyboardInterrupt

    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt:
        if not asked:
            raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


EDITED = {"briefings": ".md", "packs": ".yaml"}
"""The folders of `source/` that hold texts, and the end of their files."""


class LibrarySources:
    """Keeper of the texts below `source/`, of which nobody else in this process writes one meanwhile."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._lock = Lock()

    def read(self, path: str) -> bytes:
        """The bytes of a source. Raises `SourceRefused`."""
        return self._opened(path)[0]

    def save(self, path: str, digest: str, change: Callable[[bytes], bytes]) -> bytes:
        """Write a source, whole and beside, as it is after a change, if it is still that of a digest.

        Gives what was written. Raises `StaleSource` where it is another, and `SourceRefused`.
        """
        with self._lock:
            before, mode = self._opened(path)
            if digest_of(before) != digest:
                raise StaleSource(before)
            after = change(before)
            if len(after) > MOST_BYTES:
                raise SourceRefused("too-large")
            if after != before:
                now, mode = self._opened(path)  # somebody else may have saved while the change was made
                if now != before:
                    raise StaleSource(now)
                try:
                    write_whole(self._place(path), after, durable=True, mode=mode)
                except EnvironmentFailure:
                    raise SourceRefused("unwritable") from None
            return after

    def _place(self, path: str) -> Path:
        """The place of a text below `source/` to which no link leads."""
        parts = PurePosixPath(path).parts
        inside = parts[:1] == ("source",) and len(parts) > 2 and path.endswith(EDITED.get(parts[1], "/"))
        place = self._folder.joinpath(*parts)
        if not inside or ".." in parts or "\0" in path or place.resolve() != place:
            raise SourceRefused("elsewhere")
        return place

    def _opened(self, path: str) -> tuple[bytes, int]:
        """The bytes of a source, and the rights of its file."""
        try:
            handle = os.open(self._place(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            raise SourceRefused("gone") from None
        with os.fdopen(handle, "rb") as file:
            known = os.fstat(handle)
            if not stat.S_ISREG(known.st_mode):
                raise SourceRefused("elsewhere")
            if known.st_size > MOST_BYTES:
                raise SourceRefused("too-large")
            return file.read(), stat.S_IMODE(known.st_mode)

"""The verb preview: show a text live in the browser."""

import gc
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from types import FrameType

import click

from pipeline.build import survey
from pipeline.build.plan import refuse_unknown_owners
from pipeline.cli.options import CommonOptions, common_options, open_project, production_day
from pipeline.core.diagnostics import EnvironmentFailure, UsageError
from pipeline.services.preview.access import AccessControl
from pipeline.services.preview.edit_site import FRAME as EDIT_FRAME
from pipeline.services.preview.edit_site import EditSite, LibrarySources
from pipeline.services.preview.live_builder import LiveBuilder
from pipeline.services.preview.live_loop import END, run_live_loop, start_watch
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
@click.option("--port", type=click.IntRange(0, 65535), help=f"The port (default: {PORT}, or a free one).")
@click.option(
    "--editor",
    type=click.Choice(tuple(EDITORS)),
    default="vscode",
    show_default=True,
    help="The editor that opens the place of a message.",
)
@click.option("--edit", is_flag=True, help="Allow editing in the browser.")
@common_options
@click.pass_context
def verb(context: click.Context, name: str | None, port: int | None, editor: str, edit: bool) -> int:
    """Show a briefing in the browser, updated at each save.

    Only this browser on this machine can open the page: the printed address has a secret. Nothing is written,
    except a text that you save with --edit. End it with Ctrl-C.
    """
    options = CommonOptions(context)
    options.form("text")
    project = open_project(options, 1)
    listening = _listen(port)
    project.progress.say("Reading the library …")
    events, stop = SimpleQueue[str](), Event()
    watch = start_watch(events, project.folder, stop)  # before the first reading, so that no save is missed
    builder = LiveBuilder(project, production_day(None, project), survey.check_source)
    state = LiveState(builder.contents(), events)
    if name and not state.contents.named(name):
        refuse_unknown_owners(builder.project.loaded[0], (name,))
        raise UsageError(f"'{name}' is no briefing and no pack: these are what the live page shows.")
    access = AccessControl(listening.getsockname()[1], edits=edit)
    site = live_site(state, Path(project.folder), editor, edit=edit)
    server = Server(site, access, listening)
    with _ended_by_signal(lambda: state.events.put(END)):
        server.start()
        click.echo(f"Open {access.address(f'/of/{name}/' if name else '/')}")
        if not options.quiet:
            click.echo("It shows what you save, as soon as you save it. Ctrl-C ends it.")
            if edit and BUNDLE not in site.assets:
                click.echo(PLAIN)
        gc.set_threshold(50_000, 20, 100)  # collection runs after each round instead
        run_live_loop(state, builder, _settle)
    stop.set()
    server.stop()
    watch.join(1)
    click.echo(f"The live page has ended. {'What you saved is written, and nothing else.' if edit else NOTHING}")
    return 0


def _settle() -> None:
    """Exclude the loaded engines from garbage collection, which would take longer than a page."""
    gc.collect()
    gc.freeze()


def live_site(
    state: LiveState, folder: Path, editor: str, *, edit: bool = False, scripts: Mapping[str, bytes] | None = None
) -> LiveSite:
    """Return the site of a library, with text fields if texts may be changed.

    `scripts` are the scripts of the text field, by default those in the folder.
    """
    assets = {name: (FOLDER / name).read_bytes() for name in (FRAME, EDIT_FRAME, *ASSETS) if name not in SCRIPTS}
    assets |= text_scripts() if scripts is None else scripts
    names = scripts_to_load(assets)
    edit_site = EditSite(state, LibrarySources(folder), assets[EDIT_FRAME].decode(), names) if edit else None
    return LiveSite(state, str(folder.resolve()), editor, assets, edit_site)


def text_scripts() -> Mapping[str, bytes]:
    """Return the scripts of the text field that exist, by name."""
    paths = {name: SCRIPT_FOLDER / name for name in SCRIPTS}
    return {name: path.read_bytes() for name, path in paths.items() if name != BUNDLE or path.is_file()}


def _listen(port: int | None) -> socket.socket:
    """Return a socket at a port; by default at the usual one, or at a free one if that is taken."""
    try:
        return listen(PORT if port is None else port)
    except OSError as error:
        if port is None:
            return listen(0)
        raise EnvironmentFailure(f"Port {port} cannot be used: {error.strerror}. Name another with --port.") from None


@contextmanager
def _ended_by_signal(end: Callable[[], object]) -> Iterator[None]:
    """Call `end` at Ctrl-C or SIGTERM; a second signal interrupts the build."""
    signals: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        signals.append(number)
        end()
        if len(signals) > 1:
            raise KeyboardInterrupt

    handlers = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt:
        if not signals:
            raise
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)

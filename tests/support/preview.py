"""Live pages that are served: real servers on the loopback, and a browser's part played by httpx."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from queue import Queue, SimpleQueue
from threading import Event, Thread
from time import sleep
from typing import Any

import httpx

from pipeline.build import survey
from pipeline.build.project import Project
from pipeline.cli.options import SHIPPED
from pipeline.core.progress import ProgressReporter
from pipeline.services.preview.access import AccessControl
from pipeline.services.preview.live_builder import LiveBuilder
from pipeline.services.preview.live_loop import END, run_live_loop, start_watch
from pipeline.services.preview.live_state import LiveState
from pipeline.services.preview.preview import live_site
from pipeline.services.preview.server import Server, listen
from tests.support.libraries import DATE

PATIENCE = 120.0
"""Seconds after which a page that has not come will not come."""


@contextmanager
def served(
    state: LiveState, folder: Path = Path("/library"), *, edit: bool = False, assets: Mapping[str, bytes] | None = None
) -> Iterator[AccessControl]:
    """A server of a desk, by which texts may be changed if it is to `edit`; gives its access.

    `assets` are scripts of the text field, in place of those that lie there.
    """
    listening = listen(0)
    access = AccessControl(listening.getsockname()[1], edits=edit)
    server = Server(live_site(state, folder, "vscode", edit=edit, scripts=assets), access, listening)
    server.start()
    try:
        yield access
    finally:
        server.stop()


@contextmanager
def live_library(folder: Path, *, edit: bool = False) -> Iterator[AccessControl]:
    """A library shown live, as the command does it but for the signals that end it; gives its access."""
    builder = LiveBuilder(Project(folder, SHIPPED, ProgressReporter()), date.fromisoformat(DATE), survey.check_source)
    state, stop = LiveState(builder.contents(), SimpleQueue()), Event()
    maker = Thread(target=run_live_loop, args=(state, builder))
    watch = start_watch(state.events, folder, stop)
    maker.start()
    try:
        with served(state, folder, edit=edit) as access:
            yield access
    finally:
        stop.set()
        state.events.put(END)
        maker.join()
        watch.join()


@contextmanager
def browser(access: AccessControl) -> Iterator[httpx.Client]:
    """A browser in which the address of the page was opened."""
    with httpx.Client(base_url=f"http://127.0.0.1:{access.port}", timeout=PATIENCE) as client:
        assert client.get(access.address()).status_code == 303
        yield client


class Onlooker:
    """Somebody who looks at a text: all that the server tells."""

    def __init__(self, client: httpx.Client, place: str) -> None:
        self.client, self.place = client, place
        self.last: dict[str, Any] = {}
        """The last thing that was told and heard."""
        self._told: Queue[dict[str, Any]] = Queue()
        self._leaving = False
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        turn = 0
        with suppress(httpx.HTTPError, RuntimeError):  # the browser has been closed
            while not self._leaving:
                if told := self.client.get(f"{self.place}/news", params={"after": turn}).json():
                    turn = told["turn"]
                    self._told.put(told)
                sleep(0.02)

    def next(self, wanted: Any = lambda told: True) -> dict[str, Any]:
        """The next thing told that is as wanted."""
        while True:
            self.last = told = self._told.get(timeout=PATIENCE)
            if wanted(told):
                return told

    def leave(self) -> None:
        """Look away: nothing more is asked."""
        self._leaving = True

    def file(self, path: str) -> bytes:
        """A file that the page shows."""
        answer = self.client.get(f"{self.place}/files/{path}")
        assert answer.status_code == 200
        return answer.content

"""The server of the live page, which serves the shared state and opens no file."""

import socket
from asyncio import Transport
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from threading import Thread
from urllib.parse import quote

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from pipeline.core.diagnostics import Location
from pipeline.services.preview.access import FRAMED, AccessControl, Guarded
from pipeline.services.preview.edit_site import EditSite
from pipeline.services.preview.live_state import FIRST, NOTHING, VIEWS, LiveState, LiveView, Target
from pipeline.services.preview.page import ASSETS, FRAME, list_page, news_of, text_page, views_of

EDITORS: Mapping[str, str] = {
    "vscode": "vscode://file{path}:{line}:{column}",
    "vscodium": "vscodium://file{path}:{line}:{column}",
    "zed": "zed://file{path}:{line}:{column}",
    "jetbrains": "idea://open?file={path}&line={line}&column={column}",
    "sublime": "subl://open?url=file://{path}&line={line}&column={column}",
    "textmate": "txmt://open?url=file://{path}&line={line}&column={column}",
    "none": "",
}
"""The address patterns of editors, by name."""


PATH, LINE = "{path}", "{line}"
"""Placeholders in an address for the file, from the folder of the library on, and for the line."""


def line_address(editor: str, folder: str) -> str:
    """Return the address that opens a line of a source, with placeholders; empty without an editor."""
    path = f"/{quote(folder.strip('/'))}/{PATH}"
    return EDITORS[editor].format(path=path, line=LINE, column=1)


def editor_link(editor: str, folder: str, place: Location) -> str:
    """Return the address that opens a place in the sources; empty for other places, or without an editor."""
    if not place.path.startswith(("source/", "layouts/")):
        return ""
    path = f"/{quote(f'{folder}/{place.path}'.lstrip('/'))}"
    return EDITORS[editor].format(path=path, line=place.line, column=place.column)


OPENS = "/at/{line}/{path}"
"""The address of a line in the text field, with the placeholders of `line_address`."""

MOST_CONNECTIONS = 64
_numbers = count()


@dataclass(frozen=True)
class LiveSite:
    """The routes of the live page."""

    state: LiveState
    folder: str
    """The folder of the library, for links to an editor."""
    editor: str
    """The name of the editor."""
    assets: Mapping[str, bytes]
    """The files of the pages, by name."""

    edit: EditSite | None = None
    """The text fields, if texts may be changed."""

    def guarded(self, access: AccessControl) -> Guarded:
        """Return the application, with access control."""
        text = "/of/{name}/{view}"
        routes = (
            Route("/", self.list),
            Route("/of/{name}/", self.first),
            Route(text, self.text),
            Route(f"{text}/news", self.news),
            Route(f"{text}/files/{{path:path}}", self.file),
            Route("/at/{line:int}/{path:path}", self.at),
            Route("/own/{name}", self.own),
            Route("/favicon.ico", self.icon),
            *(self.edit.routes if self.edit else ()),
        )
        return Guarded(Starlette(routes=routes), access)

    async def list(self, request: Request) -> Response:
        """Return the list of everything that can be shown."""
        return HTMLResponse(list_page(self._frame, self.state.contents))

    async def first(self, request: Request) -> Response:
        """Redirect to the first view of a text."""
        name = request.path_params["name"]
        return RedirectResponse(f"/of/{name}/{FIRST}" if self.state.contents.named(name) else "/", 303)

    async def text(self, request: Request) -> Response:
        """Return a text in a view."""
        listed, view = self.state.contents.named(request.path_params["name"]), _view(request)
        if listed is None or view not in views_of(listed):
            return _nothing()
        opens = OPENS if self.edit else line_address(self.editor, self.folder)
        with_edit = self.edit is not None and bool(listed.path)
        return HTMLResponse(text_page(self._frame, self.state.contents, listed, view, opens, with_edit=with_edit))

    async def news(self, request: Request) -> Response:
        """Return what to show of a text, or null if the browser shows it already.

        It never waits, as all tabs of a browser share six connections to a server.
        """
        target = self._target(request)
        if target is None:
            return _nothing()
        self.state.look(target)
        text = self.state.shown.get(target, NOTHING)
        is_current = str(text.turn) in (str(NOTHING.turn), request.query_params.get("after"))
        return JSONResponse(None if is_current else news_of(text, self.state.contents.words, self._address))

    async def file(self, request: Request) -> Response:
        """Return a picture, or a file of a document in a frame."""
        target, path = self._target(request), request.path_params["path"]
        file = self.state.file(target, path) if target else None
        if file is None:
            return _nothing()
        guard = {} if file.media_type.startswith("image/") else {"Content-Security-Policy": FRAMED}
        return Response(file.content, media_type=file.media_type, headers=guard)

    async def at(self, request: Request) -> Response:
        """Redirect to the address that opens a line of a source."""
        address = self._address(Location(request.path_params["path"], request.path_params["line"], 1))
        return RedirectResponse(address, 303) if address else _nothing()

    def _address(self, place: Location) -> str:
        """Return the address that opens a place: a text field, or else an editor; may be empty."""
        for listed in self.state.contents.listed if self.edit else ():
            if listed.path == place.path:
                return f"/edit/{listed.name}?line={place.line}&column={place.column}"
        return editor_link(self.editor, self.folder, place)

    async def own(self, request: Request) -> Response:
        """Return a style sheet or script of the pages."""
        name = request.path_params["name"]
        exists = name in ASSETS and name in self.assets
        return Response(self.assets[name], media_type=ASSETS[name]) if exists else _nothing()

    async def icon(self, request: Request) -> Response:
        """Answer that there is no icon, for which browsers ask unprompted."""
        return Response(status_code=204)

    @property
    def _frame(self) -> str:
        return self.assets[FRAME].decode()

    def _target(self, request: Request) -> Target | None:
        view = _view(request)
        return Target(request.path_params["name"], view.format) if view else None


def _view(request: Request) -> LiveView | None:
    return VIEWS.get(request.path_params["view"])


def _nothing() -> Response:
    return PlainTextResponse("There is nothing here.", 404)


def listen(port: int) -> socket.socket:
    """Open a loopback socket at a port; 0 means a free port. Raises `OSError` if the port is taken."""
    return socket.create_server(("127.0.0.1", port))


class Connection(H11Protocol):
    """A connection; if there are too many, the oldest idle one is closed for a new one."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Accept the connection."""
        self.number = next(_numbers)
        if len(self.connections) >= MOST_CONNECTIONS - 2:  # the server refuses more than these
            connections = (one for one in self.connections if isinstance(one, Connection))
            idle = [connection for connection in connections if connection.is_idle]
            for connection in sorted(idle, key=lambda connection: connection.number)[:1]:
                self.connections.discard(connection)
                connection.transport.abort()
        super().connection_made(transport)

    @property
    def is_idle(self) -> bool:
        """True if no request is complete, or the last one was answered."""
        return self.cycle is None or self.cycle.response_complete


class Server:
    """The server, in its own thread; pages are built in the main thread, where time limits work."""

    def __init__(self, site: LiveSite, access: AccessControl, listening: socket.socket) -> None:
        config = uvicorn.Config(
            site.guarded(access),
            log_level="critical",
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            limit_concurrency=MOST_CONNECTIONS,
            http=Connection,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, args=([listening],), name="server", daemon=True)

    def start(self) -> None:
        """Start to answer; earlier requests wait in the socket."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering."""
        self._server.should_exit = True
        self._thread.join(3)

"""The server of the live page: it gives out what lies on the desk, and opens no file."""

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
from pipeline.services.preview.form import EditSite
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
"""Addresses that each editor opens, by its name."""


PATH, LINE = "{path}", "{line}"
"""Places in an address for the file, from the folder of the library on, and for the line."""


def line_address(editor: str, folder: str) -> str:
    """The address that opens a line of a source, with places for the file and the line; nothing without an editor."""
    path = f"/{quote(folder.strip('/'))}/{PATH}"
    return EDITORS[editor].format(path=path, line=LINE, column=1)


def editor_link(editor: str, folder: str, place: Location) -> str:
    """The address that opens a place of the sources; nothing for a place elsewhere, or where no editor is named."""
    if not place.path.startswith(("source/", "layouts/")):
        return ""
    path = f"/{quote(f'{folder}/{place.path}'.lstrip('/'))}"
    return EDITORS[editor].format(path=path, line=place.line, column=place.column)


OPENS = "/at/{line}/{path}"
"""The address of a line in the text field, with places as in the address of an editor."""

MOST_CONNECTIONS = 64
_numbers = count()


@dataclass(frozen=True)
class LiveSite:
    """The addresses of the live page, and what stands behind each."""

    diagnostics: LiveState
    folder: str
    """The folder of the library, for links that open an editor there."""
    editor: str
    """The name of that editor."""
    assets: Mapping[str, bytes]
    """The files that the pages are made of, by their names."""

    edit: EditSite | None = None
    """The text field in which texts are changed, if they may be."""

    def guarded(self, door: AccessControl) -> Guarded:
        """The site behind its door."""
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
        return Guarded(Starlette(routes=routes), door)

    async def list(self, request: Request) -> Response:
        """The list of all that can be shown."""
        return HTMLResponse(list_page(self._frame, self.diagnostics.contents))

    async def first(self, request: Request) -> Response:
        """The way to the first view of a text."""
        name = request.path_params["name"]
        return RedirectResponse(f"/of/{name}/{FIRST}" if self.diagnostics.contents.named(name) else "/", 303)

    async def text(self, request: Request) -> Response:
        """A text in a view."""
        one, view = self.diagnostics.contents.named(request.path_params["name"]), _view(request)
        if one is None or view not in views_of(one):
            return _nothing()
        opens = OPENS if self.edit else line_address(self.editor, self.folder)
        with_edit = self.edit is not None and bool(one.path)
        return HTMLResponse(text_page(self._frame, self.diagnostics.contents, one, view, opens, with_edit=with_edit))

    async def news(self, request: Request) -> Response:
        """What there is to show of a text, or null where the browser shows it already.

        The answer waits for nothing: a browser keeps six connections to a server, which all its tabs share.
        """
        target = self._target(request)
        if target is None:
            return _nothing()
        self.diagnostics.look(target)
        shown = self.diagnostics.shown.get(target, NOTHING)
        is_known = str(shown.turn) in (str(NOTHING.turn), request.query_params.get("after"))
        return JSONResponse(None if is_known else news_of(shown, self.diagnostics.contents.words, self._address))

    async def file(self, request: Request) -> Response:
        """A picture, or a document of a frame."""
        target, path = self._target(request), request.path_params["path"]
        found = self.diagnostics.file(target, path) if target else None
        if found is None:
            return _nothing()
        guard = {} if found.media_type.startswith("image/") else {"Content-Security-Policy": FRAMED}
        return Response(found.content, media_type=found.media_type, headers=guard)

    async def at(self, request: Request) -> Response:
        """The way to what opens a line of a source."""
        address = self._address(Location(request.path_params["path"], request.path_params["line"], 1))
        return RedirectResponse(address, 303) if address else _nothing()

    def _address(self, place: Location) -> str:
        """The address that opens a place: the text field if texts may be changed, else the editor; may be empty."""
        for one in self.diagnostics.contents.listed if self.edit else ():
            if one.path == place.path:
                return f"/edit/{one.name}?line={place.line}&column={place.column}"
        return editor_link(self.editor, self.folder, place)

    async def own(self, request: Request) -> Response:
        """Style sheet and script of the pages."""
        name = request.path_params["name"]
        is_there = name in ASSETS and name in self.assets
        return Response(self.assets[name], media_type=ASSETS[name]) if is_there else _nothing()

    async def icon(self, request: Request) -> Response:
        """The answer to a browser that looks for an icon by itself: there is none."""
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
    """A socket of the loopback at a port; at 0 the system chooses one. Raises `OSError` where it is taken."""
    return socket.create_server(("127.0.0.1", port))


class Connection(H11Protocol):
    """A connection. Where there are very many, the oldest that asks for nothing makes room for a new one."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Take it on."""
        self.number = next(_numbers)
        if len(self.connections) >= MOST_CONNECTIONS - 2:  # the server refuses what comes behind these
            idle = [one for one in self.connections if isinstance(one, Connection) and one.is_idle]
            for one in sorted(idle, key=lambda one: one.number)[:1]:
                self.connections.discard(one)
                one.transport.abort()
        super().connection_made(transport)

    @property
    def is_idle(self) -> bool:
        """True if no request came whole, or the last one was answered."""
        return self.cycle is None or self.cycle.response_complete


class Server:
    """The server in a thread of its own: that of the command makes the pages, where limits of time hold."""

    def __init__(self, site: LiveSite, door: AccessControl, listening: socket.socket) -> None:
        config = uvicorn.Config(
            site.guarded(door),
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
        """Begin to answer: what is asked for meanwhile waits in the socket."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.should_exit = True
        self._thread.join(3)

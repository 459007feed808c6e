"""The door of the live page: who may ask for what. Everybody but the browser that was given the address is refused.

Listening on the loopback alone keeps other machines out, but not other pages in the same browser: a name of theirs may
be made to lead here, and any page may ask for a picture. So the name that is asked for, the page that asks and a cookie
must all be right.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, QueryParams
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY = 64 * 1024
"""The most bytes that a request may bring that changes nothing."""

SAVE = re.compile(r"/edit/[^/]+/save")
"""The address of a save, the one thing that may be posted, and only where texts are edited."""

SAVED_BODY = 16_000_000
"""The most bytes of a save: twice those that a source may have, as some letters take two in JSON."""

ENTER = "/enter"

OWN = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site of a request by this page itself, and of an address that somebody has typed or opened."""

_STYLES = "style-src 'self'"

_PAGES = (
    f"default-src 'none'; img-src 'self'; {_STYLES}; script-src 'self'; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_GUARDS = {
    "Content-Security-Policy": _PAGES,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Headers of every answer, unless it brings its own."""

FRAMED = (
    "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)
"""Policy of a text in its frame: it is shown as it is, styles in it included, and runs nothing."""


def policy_for_styles(nonce: str) -> str:
    """Policy of a page of ours in which a script makes style sheets, of which it knows the nonce."""
    return _PAGES.replace(_STYLES, f"{_STYLES} 'nonce-{nonce}'")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Refusal of a request: the status of the answer, and a sentence."""

    status: int
    sentence: str


@dataclass(frozen=True, slots=True)
class AccessControl:
    """The port, and two secrets: one in the address that is printed, the other in the cookie that it is good for."""

    port: int
    edits: bool = False
    """Whether texts may be saved."""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    ticket: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def cookie(self) -> str:
        """The name of the cookie: browsers do not tell ports apart."""
        return f"preview-{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """The two names by which the page may be asked for."""
        return frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"})

    def address(self, path: str = "/") -> str:
        """The address that opens the door, and leads on to a path."""
        return f"http://127.0.0.1:{self.port}{ENTER}?key={self.key}&to={path}"

    def refusal(self, method: str, path: str, headers: Mapping[str, str]) -> Refusal | None:
        """Reason to refuse a request; None for one that may come in. The names of headers are in small letters."""
        host = headers.get("host", "")
        if host not in self.hosts:
            return Refusal(421, "This page answers to 127.0.0.1 and localhost only.")
        if headers.get("origin", f"http://{host}") != f"http://{host}":
            return Refusal(403, "Another page may not ask here.")
        if headers.get("sec-fetch-site", "none") not in OWN:
            return Refusal(403, "Another page may not ask here. Copy the address into a new tab.")
        saves = self.edits and method == "POST" and SAVE.fullmatch(path) is not None
        if method not in ("GET", "HEAD") and not saves:
            return Refusal(405, "Nothing can be changed here.")
        if saves:  # our page says where it comes from, and sends JSON
            if "origin" not in headers or headers.get("sec-fetch-site", "same-origin") != "same-origin":
                return Refusal(403, "Another page may not ask here.")
            if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
                return Refusal(415, "A save comes from the page itself.")
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers or not length.isdecimal() or int(length) > (SAVED_BODY if saves else BODY):
            return Refusal(413, "That is too much.")
        if path != ENTER and not self.knows(headers.get("cookie", "")):
            return Refusal(403, "Open the address that the command has printed.")
        return None

    def knows(self, cookies: str) -> bool:
        """Whether the cookie is among those that a browser sends."""
        try:
            sent = SimpleCookie(cookies).get(self.cookie)
        except CookieError:
            return False
        return sent is not None and secrets.compare_digest(sent.value.encode(), self.ticket.encode())

    def enter(self, query: QueryParams) -> Response:
        """The answer to who brings the address: the cookie, and the way on to a page of ours."""
        if not secrets.compare_digest(query.get("key", "").encode(), self.key.encode()):
            return PlainTextResponse("Open the address that the command has printed.", 403)
        to = query.get("to", "/")
        inside = to.startswith("/") and not to.startswith(("//", "/\\"))
        answer = RedirectResponse(to if inside else "/", 303)
        answer.set_cookie(self.cookie, self.ticket, httponly=True, samesite="strict", path="/")
        return answer


class Guarded:
    """An application behind a door: what is refused does not come to it, and its answers have the headers of guard."""

    def __init__(self, app: ASGIApp, door: AccessControl) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                brought = {name.lower() for name, _ in message["headers"]}
                more = ((name.lower().encode(), value.encode()) for name, value in _GUARDS.items())
                message = {**message, "headers": [*message["headers"], *(one for one in more if one[0] not in brought)]}
            await send(message)

        answer: ASGIApp = self._app
        refused = self._door.refusal(scope["method"], scope["path"], Headers(scope=scope))
        if refused:
            answer = PlainTextResponse(refused.sentence, refused.status)
        elif scope["path"] == ENTER:
            answer = self._door.enter(QueryParams(scope["query_string"]))
        await answer(scope, receive, guarded)

"""Access to the live page: only the browser that opened the printed address is let in.

Listening on the loopback keeps other machines out, but not other pages in the same browser: their names can be made to
resolve to this machine (DNS rebinding), and any page can request a picture. So the host, the origin and a cookie must
all be right.
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
"""Most bytes of a request that changes nothing."""

SAVE = re.compile(r"/edit/[^/]+/save")
"""The address of a save, the only request that may be a POST, and only with --edit."""

SAVED_BODY = 16_000_000
"""Most bytes of a save: twice the limit of a source, as some letters take two bytes in JSON."""

ENTER = "/enter"

OWN = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site of requests by this page, and of addresses that the user typed or opened."""

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
"""Headers of every response that does not set its own."""

FRAMED = (
    "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)
"""Policy of a text in its frame: its inline styles are applied, and no script runs."""


def policy_for_styles(nonce: str) -> str:
    """Return the policy of a page whose script adds style sheets with a nonce."""
    return _PAGES.replace(_STYLES, f"{_STYLES} 'nonce-{nonce}'")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The refusal of a request: the status of the response, and a sentence."""

    status: int
    sentence: str


@dataclass(frozen=True, slots=True)
class AccessControl:
    """The port, and two secrets: the key in the printed address, and the ticket in the cookie."""

    port: int
    edits: bool = False
    """True if texts may be saved."""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    ticket: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def cookie(self) -> str:
        """The name of the cookie, which has the port, as browsers share cookies between ports."""
        return f"preview-{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """The two hosts that requests may name."""
        return frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"})

    def address(self, path: str = "/") -> str:
        """Return the address that sets the cookie and redirects to a path."""
        return f"http://127.0.0.1:{self.port}{ENTER}?key={self.key}&to={path}"

    def refusal(self, method: str, path: str, headers: Mapping[str, str]) -> Refusal | None:
        """Return the refusal of a request; None if it is allowed. Header names are in lower case."""
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
        if saves:  # our page names its origin, and sends JSON
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
        """Return True if our cookie is among those of a request."""
        try:
            sent = SimpleCookie(cookies).get(self.cookie)
        except CookieError:
            return False
        return sent is not None and secrets.compare_digest(sent.value.encode(), self.ticket.encode())

    def enter(self, query: QueryParams) -> Response:
        """Answer a request with the key: set the cookie, and redirect to a page of ours."""
        if not secrets.compare_digest(query.get("key", "").encode(), self.key.encode()):
            return PlainTextResponse("Open the address that the command has printed.", 403)
        target = query.get("to", "/")
        is_ours = target.startswith("/") and not target.startswith(("//", "/\\"))
        answer = RedirectResponse(target if is_ours else "/", 303)
        answer.set_cookie(self.cookie, self.ticket, httponly=True, samesite="strict", path="/")
        return answer


class Guarded:
    """An application that only allowed requests reach; its responses have the security headers."""

    def __init__(self, app: ASGIApp, access: AccessControl) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message["headers"]}
                guards = ((name.lower().encode(), value.encode()) for name, value in _GUARDS.items())
                missing = [guard for guard in guards if guard[0] not in names]
                message = {**message, "headers": [*message["headers"], *missing]}
            await send(message)

        answer: ASGIApp = self._app
        refused = self._access.refusal(scope["method"], scope["path"], Headers(scope=scope))
        if refused:
            answer = PlainTextResponse(refused.sentence, refused.status)
        elif scope["path"] == ENTER:
            answer = self._access.enter(QueryParams(scope["query_string"]))
        await answer(scope, receive, guarded)

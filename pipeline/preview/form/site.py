"""The addresses of the form: its page, and the save."""

import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from pipeline.load.edits.change import Unchangeable
from pipeline.preview.desk import Listed, LiveDesk
from pipeline.preview.door import policy_for_styles
from pipeline.preview.form.keeper import SourceKeeper, SourceRefused, StaleSource, digest_of
from pipeline.preview.form.offers import offers_of
from pipeline.preview.form.page import FormFrame, form_page, places_of, whole_page
from pipeline.preview.form.saving import SaveWish, after, parts_of, wish_of

REMEMBERED = 64
"""Sources that are remembered as they were when a form was made of them, so that both versions can be shown."""

VersionLine = tuple[str, bool]
"""A line of a version, and whether the other has it not."""


@dataclass(frozen=True)
class FormSite:
    """The form of the texts on a desk, whose sources a keeper has."""

    desk: LiveDesk
    keeper: SourceKeeper
    frame: str
    """The page that stands around the form."""
    scripts: tuple[str, ...] = ()
    """The scripts of the text field, by their names; none where it is a plain one."""
    _bases: OrderedDict[str, bytes] = field(default_factory=OrderedDict)

    @property
    def routes(self) -> Sequence[Route]:
        """The addresses, and what stands behind each."""
        return (
            Route("/edit/{name}", self.form),
            Route("/edit/{name}/whole", self.whole),
            Route("/edit/{name}/save", self.save, methods=["POST"]),
            Route("/edit/{name}/offers", self.offers),
        )

    def form(self, request: Request) -> Response:
        """The form of a text; all of its source in one field where its front matter cannot be read."""
        return self._page(request, whole=False)

    def whole(self, request: Request) -> Response:
        """All of the source of a text in one field."""
        return self._page(request, whole=True)

    def _page(self, request: Request, *, whole: bool) -> Response:
        one = self._text(request)
        if one is None:
            return PlainTextResponse("There is nothing here.", 404)
        try:
            content = self.keeper.read(one.path)
            content.decode()
        except SourceRefused as refused:
            return PlainTextResponse(self._refusal(refused), 403)
        except UnicodeDecodeError:
            return PlainTextResponse(self._say("not-text"), 403)
        digest = self._remember(content)
        parts = None if whole else parts_of(content, is_pack=one.is_pack)
        frame = FormFrame(self.frame, self.desk.contents.words, self.scripts, secrets.token_urlsafe(16))
        if parts is None:
            page = whole_page(frame, one, content, digest, is_asked_for=whole)
        else:
            page = form_page(frame, one, parts, digest)
        guard = {"Content-Security-Policy": policy_for_styles(frame.nonce)} if self.scripts else {}
        return HTMLResponse(page, headers=guard)

    def offers(self, request: Request) -> Response:
        """All that may be offered to whoever types in a text, out of the library as it was read last."""
        one, library = self._text(request), self.desk.contents.library
        if one is None or library is None:
            return _told(404, "There is nothing here.")
        return JSONResponse(offers_of(library, one.name, is_pack=one.is_pack))

    async def save(self, request: Request) -> Response:
        """The answer to a save: the new digest and places, or why it was not saved."""
        one, wish = self._text(request), wish_of(await request.body())
        if one is None:
            return _told(404, "There is nothing here.")
        if wish is None:
            return _told(400, "This is no save.")
        return await run_in_threadpool(self._saved, one, wish)

    def _saved(self, one: Listed, wish: SaveWish) -> Response:
        try:
            now = self.keeper.save(one.path, wish.digest, lambda before: after(wish, before, is_pack=one.is_pack))
        except StaleSource as stale:
            return self._clash(one, wish, stale.content)
        except SourceRefused as refused:
            return _told(403, self._refusal(refused))
        except Unchangeable as refused:
            which = ", ".join(str(step + 1 if isinstance(step, int) else step) for step in refused.args[0])
            return _told(422, self._say("unchangeable", which=which))
        except UnicodeDecodeError:
            return _told(403, self._say("not-text"))
        parts = parts_of(now, is_pack=one.is_pack)
        told = {"digest": self._remember(now), "line": parts.body_line if parts else 1}
        places = places_of(parts, is_pack=one.is_pack) if parts else {}
        return JSONResponse({**told, "places": places, "sentence": self._say("saved")})

    def _clash(self, one: Listed, wish: SaveWish, now: bytes) -> Response:
        """Both versions: the source as it is, and as it would be had nobody else changed it."""
        base = self._bases.get(wish.digest)
        mine = None
        if base is not None:
            try:
                mine = after(wish, base, is_pack=one.is_pack).decode()
            except (Unchangeable, UnicodeDecodeError):
                mine = None
        theirs = now.decode("utf-8", "replace")
        rows = _side_by_side(theirs, mine if mine is not None else wish.text or wish.body or "")
        told = {"digest": self._remember(now), "theirs": rows[0], "mine": rows[1], "text": mine}
        return JSONResponse({**told, "sentence": self._say("stale")}, 412)

    def _text(self, request: Request) -> Listed | None:
        one = self.desk.contents.named(request.path_params["name"])
        return one if one and one.path else None

    def _remember(self, content: bytes) -> str:
        digest = digest_of(content)
        self._bases[digest] = content
        self._bases.move_to_end(digest)
        while len(self._bases) > REMEMBERED:
            self._bases.popitem(last=False)
        return digest

    def _refusal(self, refused: SourceRefused) -> str:
        return self._say(str(refused))

    def _say(self, key: str, **put: object) -> str:
        return self.desk.contents.words.say(f"preview-edit-{key}", **put)


def _told(status: int, sentence: str) -> Response:
    told: Mapping[str, str] = {"sentence": sentence}
    return JSONResponse(told, status)


def _side_by_side(one: str, other: str) -> tuple[list[VersionLine], list[VersionLine]]:
    """The lines of two versions, each with whether it stands in the one alone."""
    rows = [text.replace("\r\n", "\n").split("\n") for text in (one, other)]
    lone = [[True] * len(side) for side in rows]
    for at, to, size in SequenceMatcher(None, rows[0], rows[1], autojunk=False).get_matching_blocks():
        lone[0][at : at + size] = lone[1][to : to + size] = [False] * size
    left, right = (list(zip(texts, marks, strict=True)) for texts, marks in zip(rows, lone, strict=True))
    return left, right

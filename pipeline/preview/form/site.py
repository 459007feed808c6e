"""The addresses of the text field: its page, what it completes, and the save."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Annotated

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from pipeline.model.words import Words
from pipeline.preview.desk import Listed, LiveDesk
from pipeline.preview.door import policy_for_styles
from pipeline.preview.form.keeper import SourceKeeper, SourceRefused, StaleSource, digest_of
from pipeline.preview.form.offers import offers_of
from pipeline.preview.frame import filled

FRAME = "edit.html"
"""The file that stands around the text field."""

VersionLine = tuple[str, bool]
"""A line of a version, and whether the other has it not."""

_BOM = "\ufeff"


class SaveWish(BaseModel):
    """A save as the page asks for it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    """Digest of the file that the page shows."""
    text: str
    """The whole file."""


@dataclass(frozen=True)
class EditSite:
    """The text fields of the texts on a desk, whose sources a keeper has."""

    desk: LiveDesk
    keeper: SourceKeeper
    frame: str
    """The page that stands around the text field."""
    scripts: tuple[str, ...] = ()
    """The scripts of the text field, by their names; none where it is a plain one."""

    @property
    def routes(self) -> Sequence[Route]:
        """The addresses, and what stands behind each."""
        return (
            Route("/edit/{name}", self.page),
            Route("/edit/{name}/save", self.save, methods=["POST"]),
            Route("/edit/{name}/offers", self.offers),
        )

    def page(self, request: Request) -> Response:
        """The page with all of the source of a text in one field."""
        one = self._text(request)
        if one is None:
            return PlainTextResponse("There is nothing here.", 404)
        try:
            content = self.keeper.read(one.path)
            text = content.decode("utf-8-sig")
        except SourceRefused as refused:
            return PlainTextResponse(self._say(str(refused)), 403)
        except UnicodeDecodeError:
            return PlainTextResponse(self._say("not-text"), 403)
        nonce = secrets.token_urlsafe(16)
        script = Markup('<script src="/own/{}" nonce="{}" defer></script>\n')
        page = filled(
            self.frame,
            self.desk.contents.words,
            title=one.title,
            place=f"/edit/{one.name}",
            of=f"/of/{one.name}/",
            path=one.path,
            digest=digest_of(content),
            scripts=Markup("").join(script.format(name, nonce) for name in self.scripts),
            field=_text_field(self.desk.contents.words, one, text, has_keys=bool(self.scripts)),
            **{"edit-line": self._say("line", line="{line}")},
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": policy_for_styles(nonce)} if self.scripts else {})

    def offers(self, request: Request) -> Response:
        """All that may be offered to whoever types in a text, out of the library as it was read last."""
        one, library = self._text(request), self.desk.contents.library
        if one is None or library is None:
            return _told(404, "There is nothing here.")
        return JSONResponse(offers_of(library, one.name, is_pack=one.is_pack))

    async def save(self, request: Request) -> Response:
        """The answer to a save: the new digest, or why it was not saved."""
        one = self._text(request)
        if one is None:
            return _told(404, "There is nothing here.")
        try:
            wish = SaveWish.model_validate_json(await request.body())
        except ValidationError:
            return _told(400, "This is no save.")
        return await run_in_threadpool(self._saved, one, wish)

    def _saved(self, one: Listed, wish: SaveWish) -> Response:
        try:
            now = self.keeper.save(one.path, wish.digest, lambda before: exchanged(before, wish.text))
        except StaleSource as stale:
            theirs, mine = _side_by_side(stale.content.decode("utf-8", "replace"), wish.text)
            told = {"digest": digest_of(stale.content), "theirs": theirs, "mine": mine}
            return JSONResponse({**told, "sentence": self._say("stale")}, 412)
        except SourceRefused as refused:
            return _told(403, self._say(str(refused)))
        except UnicodeDecodeError:
            return _told(403, self._say("not-text"))
        return JSONResponse({"digest": digest_of(now), "sentence": self._say("saved")})

    def _text(self, request: Request) -> Listed | None:
        one = self.desk.contents.named(request.path_params["name"])
        return one if one and one.path else None

    def _say(self, key: str, **put: object) -> str:
        return self.desk.contents.words.say(f"preview-edit-{key}", **put)


def exchanged(content: bytes, text: str) -> bytes:
    """The bytes of a file with another text: its byte order mark and the end of its first line stay.

    Raises `UnicodeDecodeError` of a file that is not in UTF-8.
    """
    whole = content.decode()
    mark = _BOM if whole.startswith(_BOM) else ""
    first = whole.find("\n")
    end = "\r\n" if first > 0 and whole[first - 1] == "\r" else "\r" if first < 0 and "\r" in whole else "\n"
    return (mark + _plain(text.removeprefix(_BOM)).replace("\n", end)).encode()


def _text_field(words: Words, one: Listed, text: str, *, has_keys: bool) -> Markup:
    """The field of the whole file, with a list for remarks below it."""
    keys = Markup('<p id="text-keys" class="hint">{}</p>').format(words.say("preview-edit-keys"))
    return Markup(
        '<section class="text" data-of="{}" data-offers="{}"><h2><label for="text" id="text-label">{}</label></h2>'
        '{}<textarea id="text" spellcheck="true" aria-describedby="text-said">\n{}</textarea>'
        '<ul id="text-said" class="said"></ul></section>'
    ).format(
        "yaml" if one.is_pack else "whole",
        words.say("preview-edit-offers"),
        words.say("preview-edit-text"),
        keys if has_keys else "",
        _plain(text),
    )


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _told(status: int, sentence: str) -> Response:
    told: Mapping[str, str] = {"sentence": sentence}
    return JSONResponse(told, status)


def _side_by_side(one: str, other: str) -> tuple[list[VersionLine], list[VersionLine]]:
    """The lines of two versions, each with whether it stands in the one alone."""
    rows = [_plain(text).split("\n") for text in (one.removeprefix(_BOM), other)]
    lone = [[True] * len(side) for side in rows]
    for at, to, size in SequenceMatcher(None, rows[0], rows[1], autojunk=False).get_matching_blocks():
        lone[0][at : at + size] = lone[1][to : to + size] = [False] * size
    left, right = (list(zip(texts, marks, strict=True)) for texts, marks in zip(rows, lone, strict=True))
    return left, right

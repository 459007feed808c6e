"""The addresses of the text field: its page, what it completes, and the save."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Annotated, Any, Protocol

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from pipeline.load.markdown.block_rules import MARKS
from pipeline.load.markdown.citations import is_target
from pipeline.load.yaml.schema import schemas
from pipeline.model.bibliography import Reference
from pipeline.model.body import BoxKind, Equation, EquationLabel, Figure, Heading, Table, plain_text
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing
from pipeline.model.words import Phrases
from pipeline.resolve.reading import anchors, by_kind
from pipeline.services.preview.access import policy_for_styles
from pipeline.services.preview.live_state import Listed, LiveState
from pipeline.services.preview.page import filled


class SourceRefused(Exception):
    """A source that is not read or written: its name in the words of the house."""


class StaleSource(Exception):
    """A source that has changed since it was read: its bytes as they are."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.content = content


class SourceWriter(Protocol):
    """Keeper of the sources of a library, of which it gives one at a time."""

    def read(self, path: str) -> bytes:
        """The bytes of a source. Raises `SourceRefused`."""

    def save(self, path: str, digest: str, change: Callable[[bytes], bytes]) -> bytes:
        """Write a source as it is after a change, if it is still that of a digest; gives what was written.

        Raises `StaleSource` where it is another, and `SourceRefused`.
        """


def digest_of(content: bytes) -> str:
    """The digest of a source by which a save says what it is a change of: its SHA-256."""
    return sha256(content).hexdigest()


FRAME = "edit.html"
"""The file that stands around the text field."""

VersionLine = tuple[str, bool]
"""A line of a version, and whether the other has it not."""

_BOM = "\ufeff"


class SaveRequest(BaseModel):
    """A save as the page asks for it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    """Digest of the file that the page shows."""
    text: str
    """The whole file."""


@dataclass(frozen=True)
class EditSite:
    """The text fields of the texts on a desk, whose sources a keeper has."""

    diagnostics: LiveState
    keeper: SourceWriter
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
            self.diagnostics.contents.words,
            title=one.title,
            place=f"/edit/{one.name}",
            of=f"/of/{one.name}/",
            path=one.path,
            digest=digest_of(content),
            scripts=Markup("").join(script.format(name, nonce) for name in self.scripts),
            field=_text_field(self.diagnostics.contents.words, one, text, has_keys=bool(self.scripts)),
            **{"edit-line": self._say("line", line="{line}")},
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": policy_for_styles(nonce)} if self.scripts else {})

    def offers(self, request: Request) -> Response:
        """All that may be offered to whoever types in a text, out of the library as it was read last."""
        one, library = self._text(request), self.diagnostics.contents.library
        if one is None or library is None:
            return _told(404, "There is nothing here.")
        return JSONResponse(offers_of(library, one.name, is_pack=one.is_pack))

    async def save(self, request: Request) -> Response:
        """The answer to a save: the new digest, or why it was not saved."""
        one = self._text(request)
        if one is None:
            return _told(404, "There is nothing here.")
        try:
            wish = SaveRequest.model_validate_json(await request.body())
        except ValidationError:
            return _told(400, "This is no save.")
        return await run_in_threadpool(self._saved, one, wish)

    def _saved(self, one: Listed, wish: SaveRequest) -> Response:
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
        one = self.diagnostics.contents.named(request.path_params["name"])
        return one if one and one.path else None

    def _say(self, key: str, **put: object) -> str:
        return self.diagnostics.contents.words.say(f"preview-edit-{key}", **put)


def exchanged(content: bytes, text: str) -> bytes:
    """The bytes of a file with another text: its byte order mark and the end of its first line stay.

    Raises `UnicodeDecodeError` of a file that is not in UTF-8.
    """
    whole = content.decode()
    mark = _BOM if whole.startswith(_BOM) else ""
    first = whole.find("\n")
    end = "\r\n" if first > 0 and whole[first - 1] == "\r" else "\r" if first < 0 and "\r" in whole else "\n"
    return (mark + _plain(text.removeprefix(_BOM)).replace("\n", end)).encode()


def _text_field(words: Phrases, one: Listed, text: str, *, has_keys: bool) -> Markup:
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
    return JSONResponse({"sentence": sentence}, status)


def _side_by_side(one: str, other: str) -> tuple[list[VersionLine], list[VersionLine]]:
    """The lines of two versions, each with whether it stands in the one alone."""
    rows = [_plain(text).split("\n") for text in (one.removeprefix(_BOM), other)]
    lone = [[True] * len(side) for side in rows]
    for at, to, size in SequenceMatcher(None, rows[0], rows[1], autojunk=False).get_matching_blocks():
        lone[0][at : at + size] = lone[1][to : to + size] = [False] * size
    left, right = (list(zip(texts, marks, strict=True)) for texts, marks in zip(rows, lone, strict=True))
    return left, right


WORKS, TAGS, TEXTS, TERMS = "works", "tags", "texts", "terms"

LISTED: Mapping[str, str] = {
    "source": WORKS,
    "sources": WORKS,
    "references": WORKS,
    "tags": TAGS,
    "audience": TAGS,
    "related": TEXTS,
    "superseded_by": TEXTS,
    "briefings": TEXTS,
    "glossary": TERMS,
}
"""The list out of which a value may be, by its key."""

_Node = Mapping[str, Any]

_SHORT = 90
"""Characters of what a work is called."""


def offers_of(library: Library, name: str, *, is_pack: bool) -> Mapping[str, object]:
    """All offers of a library for the text of a name, as JSON knows it."""
    every = (one for one in library.briefings.values() if not one.manual)
    own = None if is_pack else library.briefings.get(name)
    return {
        "keys": key_offers(is_pack=is_pack),
        WORKS: [(key, work_name(one)) for key, one in library.bibliography.entries.items()],
        TAGS: [(name, one.label) for name, one in library.tags.items()],
        TEXTS: [(one.id, one.fields.title) for one in every],
        TERMS: [(name, one.term) for name, one in library.glossary.items()],
        "boxes": [*("{.practice ref=}" if kind is BoxKind.PRACTICE else kind.value for kind in BoxKind), *MARKS],
        **(_own_offers(own) if own else {}),
    }


def _own_offers(own: Briefing) -> Mapping[str, object]:
    """Offers of a text itself: its practice examples, the places that a link may lead to, and what has a number."""
    kinds = by_kind((own.body,))
    headings = {one.id: plain_text(one.children) for one in kinds.get(Heading, ())}
    counted = (one.id for kind in (Figure, Table, Equation, EquationLabel, Heading) for one in kinds.get(kind, ()))
    return {
        "practices": [(one.id, one.name) for one in own.fields.practice],
        "places": [(one, headings.get(one, "")) for one in sorted(anchors(kinds))],
        "numbered": [(one, headings.get(one, "")) for one in counted if is_target(one)],
    }


def key_offers(*, is_pack: bool) -> Mapping[str, Any]:
    """The keys of a front matter, each with what the schema says of it and the keys below it.

    Below a mapping with names of its own, they stand under `*`.
    """
    schema = schemas()["pack.json" if is_pack else "briefing.json"]
    return _keys(schema, schema)


def work_name(work: Reference) -> str:
    """Author, year and title of a work, cut where they are long."""
    names = [one.get("family") or one.get("literal") or "" for one in work.csl.get("author") or () if _is_record(one)]
    who = f"{names[0]} …" if len(names) > 2 else ", ".join(filter(None, names))
    issued: Any = work.csl.get("issued")
    days = issued.get("date-parts") if _is_record(issued) else None
    year = str(days[0][0]) if days and days[0] else ""
    name = ". ".join(filter(None, (", ".join(filter(None, (who, year))), work.title)))
    return name if len(name) <= _SHORT else f"{name[: _SHORT - 1].rstrip()}…"


def _is_record(value: Any) -> bool:
    return isinstance(value, Mapping)


def _keys(schema: _Node, record: _Node) -> dict[str, Any]:
    return {name: _key(schema, below, LISTED.get(name)) for name, below in record["properties"].items()}


def _key(schema: _Node, node: _Node, listed: str | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {"says": node.get("description", "")}
    value = _first_kind(schema, node)
    entry = _first_kind(schema, value["items"]) if value.get("type") == "array" else value
    if "enum" in entry:
        told["choices"] = entry["enum"]
    if listed:
        told["listed"] = listed
    if "properties" in entry:
        told["keys"] = _keys(schema, entry)
    elif isinstance(below := entry.get("additionalProperties"), dict):
        told["keys"] = {"*": _key(schema, below)}
    return told


def _first_kind(schema: _Node, node: _Node) -> _Node:
    """The first kind that a value may be of, behind references."""
    if "$ref" in node:
        return _first_kind(schema, schema["$defs"][node["$ref"].rpartition("/")[2]])
    choices = node.get("allOf", node.get("anyOf", ()))
    return _first_kind(schema, choices[0]) if choices else node

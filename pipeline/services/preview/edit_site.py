"""The text field of the live page: its page, its completions and its saves."""

import os
import secrets
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import Annotated, Any

from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.digests import sha256
from pipeline.core.files import write_atomically
from pipeline.load.markdown.block_rules import EVIDENCE_MARKS
from pipeline.load.markdown.citations import looks_like_target
from pipeline.load.text import MOST_BYTES
from pipeline.load.yaml.schema import json_schemas
from pipeline.model.bibliography import Reference
from pipeline.model.body import BoxKind, Equation, EquationLabel, Figure, Heading, Table, plain_text
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing
from pipeline.model.words import Phrases
from pipeline.resolve.citations.works import year_of
from pipeline.resolve.reading import anchors_in, nodes_by_kind
from pipeline.services.preview.access import policy_for_styles
from pipeline.services.preview.live_state import Listed, LiveState
from pipeline.services.preview.page import fill_frame


class SourceRefused(Exception):
    """A source is not read or written; the argument is the key of the reason in the wordbook."""


class StaleSource(Exception):
    """A source has changed since it was read; `content` has its current bytes."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.content = content


EDITED = {"briefings": ".md", "packs": ".yaml"}
"""The folders of `source/` that hold texts, and the extension of their files."""


class LibrarySources:
    """Reads and writes the texts below `source/`, with a lock within this process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._lock = Lock()

    def read(self, path: str) -> bytes:
        """Return the bytes of a source. Raises `SourceRefused`."""
        return self._read(path)[0]

    def save(self, path: str, digest: str, change: Callable[[bytes], bytes]) -> bytes:
        """Change and atomically write a source, and return its new bytes.

        Raises `StaleSource` if it no longer has the digest, and `SourceRefused`.
        """
        with self._lock:
            before, mode = self._read(path)
            if sha256(before) != digest:
                raise StaleSource(before)
            after = change(before)
            if len(after) > MOST_BYTES:
                raise SourceRefused("too-large")
            if after != before:
                current, mode = self._read(path)  # another program may have saved meanwhile
                if current != before:
                    raise StaleSource(current)
                try:
                    write_atomically(self._file(path), after, durable=True, mode=mode)
                except EnvironmentFailure:
                    raise SourceRefused("unwritable") from None
            return after

    def _file(self, path: str) -> Path:
        """Return the file of a text below `source/`. Raises `SourceRefused` for symbolic links and other files."""
        parts = PurePosixPath(path).parts
        is_text = parts[:1] == ("source",) and len(parts) > 2 and path.endswith(EDITED.get(parts[1], "/"))
        file = self._folder.joinpath(*parts)
        if not is_text or ".." in parts or "\0" in path or file.resolve() != file:
            raise SourceRefused("elsewhere")
        return file

    def _read(self, path: str) -> tuple[bytes, int]:
        """Return the bytes of a source, and the mode of its file."""
        try:
            handle = os.open(self._file(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            raise SourceRefused("gone") from None
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise SourceRefused("elsewhere")
            if status.st_size > MOST_BYTES:
                raise SourceRefused("too-large")
            return file.read(), stat.S_IMODE(status.st_mode)


FRAME = "edit.html"
"""The HTML frame of the text field."""

VersionLine = tuple[str, bool]
"""A line of a version, and whether the other version lacks it."""

_BOM = "\ufeff"


class SaveRequest(BaseModel):
    """A save that the page requests."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    """The digest of the file that the page shows."""
    text: str
    """The whole file."""


@dataclass(frozen=True)
class EditSite:
    """The routes of the text fields."""

    state: LiveState
    sources: LibrarySources
    frame: str
    """The HTML frame of the text field."""
    scripts: tuple[str, ...] = ()
    """The names of the scripts of the text field; none if it is a plain one."""

    @property
    def routes(self) -> Sequence[Route]:
        """The addresses and their handlers."""
        return (
            Route("/edit/{name}", self.page),
            Route("/edit/{name}/save", self.save, methods=["POST"]),
            Route("/edit/{name}/offers", self.offers),
        )

    def page(self, request: Request) -> Response:
        """Return the page with the source of a text in a field."""
        listed = self._text(request)
        if listed is None:
            return PlainTextResponse("There is nothing here.", 404)
        try:
            content = self.sources.read(listed.path)
            text = content.decode("utf-8-sig")
        except SourceRefused as refused:
            return PlainTextResponse(self._say(str(refused)), 403)
        except UnicodeDecodeError:
            return PlainTextResponse(self._say("not-text"), 403)
        nonce = secrets.token_urlsafe(16)
        script = Markup('<script src="/own/{}" nonce="{}" defer></script>\n')
        page = fill_frame(
            self.frame,
            self.state.contents.words,
            title=listed.title,
            place=f"/edit/{listed.name}",
            of=f"/of/{listed.name}/",
            path=listed.path,
            digest=sha256(content),
            scripts=Markup("").join(script.format(name, nonce) for name in self.scripts),
            field=_text_field(self.state.contents.words, listed, text, has_keys=bool(self.scripts)),
            **{"edit-line": self._say("line", line="{line}")},
        )
        return HTMLResponse(page, headers={"Content-Security-Policy": policy_for_styles(nonce)} if self.scripts else {})

    def offers(self, request: Request) -> Response:
        """Return the completions for a text, from the library as last read."""
        listed, library = self._text(request), self.state.contents.library
        if listed is None or library is None:
            return _say_in_json(404, "There is nothing here.")
        return JSONResponse(offers_of(library, listed.name, is_pack=listed.is_pack))

    async def save(self, request: Request) -> Response:
        """Save a text; answer with the new digest, or the reason why it was not saved."""
        listed = self._text(request)
        if listed is None:
            return _say_in_json(404, "There is nothing here.")
        try:
            request_to_save = SaveRequest.model_validate_json(await request.body())
        except ValidationError:
            return _say_in_json(400, "This is no save.")
        return await run_in_threadpool(self._saved, listed, request_to_save)

    def _saved(self, listed: Listed, request: SaveRequest) -> Response:
        try:
            content = self.sources.save(listed.path, request.digest, lambda before: exchanged(before, request.text))
        except StaleSource as stale:
            theirs, mine = _side_by_side(stale.content.decode("utf-8", "replace"), request.text)
            body = {"digest": sha256(stale.content), "theirs": theirs, "mine": mine}
            return JSONResponse({**body, "sentence": self._say("stale")}, 412)
        except SourceRefused as refused:
            return _say_in_json(403, self._say(str(refused)))
        except UnicodeDecodeError:
            return _say_in_json(403, self._say("not-text"))
        return JSONResponse({"digest": sha256(content), "sentence": self._say("saved")})

    def _text(self, request: Request) -> Listed | None:
        listed = self.state.contents.named(request.path_params["name"])
        return listed if listed and listed.path else None

    def _say(self, key: str, **put: object) -> str:
        return self.state.contents.words.say(f"preview-edit-{key}", **put)


def exchanged(content: bytes, text: str) -> bytes:
    """Replace the text of a file, but not its byte order mark or kind of line ends.

    Raises `UnicodeDecodeError` if the file is not in UTF-8.
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


def _say_in_json(status: int, sentence: str) -> Response:
    return JSONResponse({"sentence": sentence}, status)


def _side_by_side(text: str, other: str) -> tuple[list[VersionLine], list[VersionLine]]:
    """Return the lines of two versions, each with whether the other version lacks it."""
    rows = [_plain(text).split("\n") for text in (text.removeprefix(_BOM), other)]
    lone = [[True] * len(side) for side in rows]
    for start, other_start, size in SequenceMatcher(None, rows[0], rows[1], autojunk=False).get_matching_blocks():
        lone[0][start : start + size] = lone[1][other_start : other_start + size] = [False] * size
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
"""The list of completions for the value of a key."""

_Node = Mapping[str, Any]

_SHORT = 90
"""Most characters of a work's name."""


def offers_of(library: Library, name: str, *, is_pack: bool) -> Mapping[str, object]:
    """Return the completions for a text, for JSON."""
    briefings = (briefing for briefing in library.briefings.values() if not briefing.manual)
    own = None if is_pack else library.briefings.get(name)
    return {
        "keys": key_offers(is_pack=is_pack),
        WORKS: [(key, work_name(work)) for key, work in library.bibliography.entries.items()],
        TAGS: [(name, tag.label) for name, tag in library.tags.items()],
        TEXTS: [(briefing.id, briefing.fields.title) for briefing in briefings],
        TERMS: [(name, entry.term) for name, entry in library.glossary.items()],
        "boxes": [
            *("{.practice ref=}" if kind is BoxKind.PRACTICE else kind.value for kind in BoxKind),
            *EVIDENCE_MARKS,
        ],
        **(_own_offers(own) if own else {}),
    }


def _own_offers(own: Briefing) -> Mapping[str, object]:
    """Return the completions from a text itself: its practice examples, the targets of links, and numbered things."""
    kinds = nodes_by_kind((own.body,))
    headings = {heading.id: plain_text(heading.children) for heading in kinds.get(Heading, ())}
    numbered = (node.id for kind in (Figure, Table, Equation, EquationLabel, Heading) for node in kinds.get(kind, ()))
    return {
        "practices": [(example.id, example.name) for example in own.fields.practice],
        "places": [(id_, headings.get(id_, "")) for id_ in sorted(anchors_in(kinds))],
        "numbered": [(id_, headings.get(id_, "")) for id_ in numbered if looks_like_target(id_)],
    }


def key_offers(*, is_pack: bool) -> Mapping[str, Any]:
    """Return the keys of a front matter, each with its description and the keys below it.

    The keys of a mapping with free names are under `*`.
    """
    schema = json_schemas()["pack.json" if is_pack else "briefing.json"]
    return _keys(schema, schema)


def work_name(work: Reference) -> str:
    """Return the authors, year and title of a work, shortened."""
    people = [person for person in work.csl.get("author") or () if isinstance(person, Mapping)]
    names = [person.get("family") or person.get("literal") or "" for person in people]
    who = f"{names[0]} …" if len(names) > 2 else ", ".join(filter(None, names))
    name = ". ".join(filter(None, (", ".join(filter(None, (who, year_of(work)))), work.title)))
    return name if len(name) <= _SHORT else f"{name[: _SHORT - 1].rstrip()}…"


def _keys(schema: _Node, record: _Node) -> dict[str, Any]:
    return {name: _key(schema, node, LISTED.get(name)) for name, node in record["properties"].items()}


def _key(schema: _Node, node: _Node, list_name: str | None = None) -> dict[str, Any]:
    values: dict[str, Any] = {"says": node.get("description", "")}
    value = _first_kind(schema, node)
    entry = _first_kind(schema, value["items"]) if value.get("type") == "array" else value
    if "enum" in entry:
        values["choices"] = entry["enum"]
    if list_name:
        values["listed"] = list_name
    if "properties" in entry:
        values["keys"] = _keys(schema, entry)
    elif isinstance(additional := entry.get("additionalProperties"), dict):
        values["keys"] = {"*": _key(schema, additional)}
    return values


def _first_kind(schema: _Node, node: _Node) -> _Node:
    """Return the first type that a value may have, with references resolved."""
    if "$ref" in node:
        return _first_kind(schema, schema["$defs"][node["$ref"].rpartition("/")[2]])
    choices = node.get("allOf", node.get("anyOf", ()))
    return _first_kind(schema, choices[0]) if choices else node

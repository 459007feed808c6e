"""Saves as the form asks for them, and the bytes that come of each."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.load.edits.change import Unchangeable
from pipeline.load.edits.source import EditableSource, ValueChange, changed_source, exchanged, read_source
from pipeline.load.yaml.known_keys import known_keys
from pipeline.model.source.briefing import BriefingFields
from pipeline.model.source.pack import PackFields
from pipeline.model.source.record import KeyPath

_Way = Annotated[tuple[Annotated[str, Field(max_length=200)] | Annotated[int, Field(ge=0)], ...], Field(max_length=20)]


class SaveWish(BaseModel):
    """A save as the form asks for it: of which text, and either its values and body or the whole of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    """That of the text that the form was made of."""
    changes: Annotated[tuple[tuple[_Way, str | None], ...], Field(max_length=5000)] = ()
    """A path into the front matter each, and the words that are to stand there, or nothing."""
    body: str | None = None
    """The text below the front matter, if it has changed."""
    text: str | None = None
    """The whole file, where that was edited."""


def wish_of(request: bytes) -> SaveWish | None:
    """The save that a request asks for; None where it is no such thing."""
    try:
        wish = SaveWish.model_validate_json(request)
    except ValidationError:
        return None
    return wish if all(way for way, _ in wish.changes) else None


def after(wish: SaveWish, content: bytes, *, is_pack: bool) -> bytes:
    """The bytes of a source as a save leaves it. Raises `Unchangeable` with the path that cannot be changed."""
    if wish.text is not None:
        return exchanged(content, wish.text)
    source = parts_of(content, is_pack=is_pack)
    if source is None:
        raise Unchangeable(("body",))
    usual = _usual_keys_of_packs if is_pack else _usual_keys
    changes = [ValueChange(way, value) for way, value in wish.changes]
    return changed_source(source, changes, None if is_pack else wish.body, usual).content


def parts_of(content: bytes, *, is_pack: bool) -> EditableSource | None:
    """The parts of a source that the form shows; None where its front matter cannot be read."""
    source = read_source(content, is_yaml=is_pack)
    return source if source and (source.values is None or isinstance(source.values, dict)) else None


def _usual_keys(way: KeyPath) -> Sequence[str]:
    return known_keys(BriefingFields, way)


def _usual_keys_of_packs(way: KeyPath) -> Sequence[str]:
    return known_keys(PackFields, way)

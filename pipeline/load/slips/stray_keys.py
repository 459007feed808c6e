"""Keys at the margin that were meant for the entry above them."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel

from pipeline.codes import files as codes
from pipeline.core.diagnostics import Diagnostic
from pipeline.load.yaml.known_keys import known_keys
from pipeline.model.source.record import KeyPath, Marks

Where = TypeVar("Where")


class Strays(NamedTuple):
    """The entry that some keys at the margin belong to, and these keys in their order."""

    owner: KeyPath
    keys: tuple[str, ...]


def strays_in(model: type[BaseModel], plain: Mapping[str, Any], marks: Marks) -> Iterator[Strays]:
    """The keys at the margin that the model has not there, but in the record above them, which lacks them."""
    owner: KeyPath = ()
    found: list[str] = []
    for key in sorted(plain, key=lambda key: marks.keys.get((key,), (0, 0))):
        if owner and _belongs(model, plain, owner, key):
            found.append(key)
            continue
        if found:
            yield Strays(owner, tuple(found))
        owner, found = _last_record(model, plain, key), []
    if found:
        yield Strays(owner, tuple(found))


def _last_record(model: type[BaseModel], plain: Mapping[str, Any], key: str) -> KeyPath:
    """The way to the record under a key, or to the last of its list; empty where there is none."""
    value = plain[key]
    if key not in known_keys(model, ()):
        return ()
    if isinstance(value, list) and value and isinstance(value[-1], dict):
        return (key, len(value) - 1)
    return (key,) if isinstance(value, dict) and value else ()


def _belongs(model: type[BaseModel], plain: Mapping[str, Any], owner: KeyPath, key: str) -> bool:
    above = plain[str(owner[0])]
    record = above[owner[1]] if len(owner) > 1 else above
    return key not in known_keys(model, ()) and key in known_keys(model, owner) and key not in record


def disclosed_facts(strays: Strays, marks: Marks) -> Diagnostic:
    """The remark on such keys: once, at the first of them."""
    owner = strays.owner
    places = [place for way, place in marks.keys.items() if way[:-1] == owner]
    first = min(places, default=(0, 3))
    in_braces = marks.entries.get(owner, first) != first
    names = [f"'{key}'" for key in strays.keys]
    many = len(names) > 1
    written = f"{', '.join(names[:-1])} and {names[-1]} belong" if many else f"{names[0]} belongs"
    above = f"the entry of '{owner[0]}' above" if len(owner) > 1 else f"'{owner[0]}' above"
    them = "them" if many else "it"
    do = f"write {them} into its braces" if in_braces else f"indent {them} by {first[1] - 1} spaces"
    hint = f"{written} to {above}: {do}."
    return codes.UNKNOWN_KEY.at(marks.key_at(strays.keys[0]), hint, key=strays.keys[0])


def moved(strays: Strays, plain: dict[str, Any], marks: Marks) -> Marks:
    """Move such keys into their entry, and the marks of what they hold with them."""
    above = plain[str(strays.owner[0])]
    record = above[strays.owner[1]] if len(strays.owner) > 1 else above
    for key in strays.keys:
        record[key] = plain.pop(key)
    return Marks(marks.path, _below(strays, marks.entries), _below(strays, marks.keys), _below(strays, marks.comments))


def _below(strays: Strays, places: Mapping[KeyPath, Where]) -> dict[KeyPath, Where]:
    return {(*strays.owner, *way) if way[:1] and way[0] in strays.keys else way: at for way, at in places.items()}

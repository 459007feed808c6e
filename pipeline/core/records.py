"""Serialisation of values as bytes: data only, never code.

The kind of a value decides how it is written: a record as the values of its fields, a union as the number of a member
and its value, a mapping as pairs. So the bytes name no class, function or module, and the reader says which kind it
expects: no bytes can yield anything but values of that kind. A record is made of its fields alone. Neither its
constructor nor a validator is called.

The form is JSON, followed by the longer texts and the bytes that values hold, each once: equal ones are one object
again after reading.
"""

import json
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin

from pipeline.core.record_fields import fields_of, kinds_of
from pipeline.core.record_readers import OWN, Aside, Foreign, reader_of, refuse

__all__ = ["Foreign", "kept_as", "read", "written"]

T = TypeVar("T")

MOST = 64 * 1024**2
"""Greatest size of the JSON in bytes; its values may take twenty times as much memory."""

SHORT = 8
"""Greatest length of a text that is written in place, in characters."""

_STRAY = "surrogatepass"
"""Encoding of lone surrogates, which an author may write by an escape in YAML."""

_HEAD = 4
"""Bytes of the length of the JSON."""


class _Writing:
    """Longer texts and bytes of a value that is being written, each with its number."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}
        self.contents: dict[bytes, int] = {}


Write = Callable[[Any, _Writing], Any]


def written(value: T, kind: type[T]) -> bytes:
    """A value of a kind as bytes. Raises TypeError if it is of another."""
    aside = _Writing()
    plain = writer_of(cast(Any, kind))(value, aside)
    texts = "".join(aside.texts).encode("utf-8", _STRAY)
    head = json.dumps(
        [plain, len(texts), list(map(len, aside.texts)), list(map(len, aside.contents))], separators=(",", ":")
    ).encode()
    return b"".join((len(head).to_bytes(_HEAD, "big"), head, texts, *aside.contents))


def read(content: bytes, kind: type[T], most: int = MOST) -> T:
    """The value of a kind from its bytes. Raises `Foreign` for any other bytes."""
    try:
        end = _HEAD + int.from_bytes(content[:_HEAD], "big")
        _hold(end <= most)
        plain, taken, texts, contents = json.loads(content[_HEAD:end])
        _hold(set(map(type, (taken, *texts, *contents))) <= {int} and min(taken, *texts, *contents, 0) == 0)
        said = content[end : end + taken].decode("utf-8", _STRAY)
        _hold(sum(texts) == len(said) and end + taken + sum(contents) == len(content))
        aside = Aside(_cut(said, texts), _cut(content, contents, end + taken))
        return cast(T, reader_of(cast(Any, kind))(plain, aside))
    except (ValueError, TypeError, LookupError, RecursionError, OverflowError) as wrong:
        raise Foreign(str(wrong)) from wrong


def _cut(whole: Any, lengths: Iterable[int], begin: int = 0) -> list[Any]:
    """Slices of the given lengths, one after the other."""
    return [whole[first:last] for first, last in pairwise(accumulate(lengths, initial=begin))]


def _hold(true: bool) -> None:
    if not true:
        refuse()


@cache
def writer_of(kind: Any) -> Write:
    """Writer of the values of a kind."""
    if kind in _OWN:
        return _OWN[kind]
    origin, members = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return writer_of(members[0])
    if origin is Literal:
        return _one_of({value: value for value in members})
    if origin in (Union, types.UnionType):
        return _union(members)
    if origin is tuple and members[1:] != (...,):
        return _fixed(members)
    if origin in (tuple, frozenset):
        return _many(origin, members[0])
    if origin in (Mapping, dict):
        return _mapping(*members)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _one_of({member: member.value for member in kind})
    if is_dataclass(kind) or hasattr(kind, "model_fields"):
        return _record(kind)
    raise TypeError(f"{kind} cannot be written")


def kept_as(kind: type[T], form: Any, plainly: Callable[[T], Any], again: Callable[[Any], T]) -> None:
    """Have the values of a class written as the value of a form that one function makes of them, and another reads."""

    def write(value: Any, aside: _Writing) -> Any:
        _be(value, kind)
        return writer_of(form)(plainly(value), aside)

    _OWN[kind] = write
    OWN[kind] = lambda plain, aside: again(reader_of(form)(plain, aside))


def _be(value: Any, *kinds: type) -> None:
    if type(value) not in kinds:
        raise TypeError(f"{value!r:.80} is no {' or '.join(kind.__name__ for kind in kinds)}")


def _itself(*kinds: type) -> Write:
    """Of values that JSON knows."""

    def same(value: Any, aside: object) -> Any:
        _be(value, *kinds)
        return value

    return same


def _text(value: Any, aside: _Writing) -> Any:
    _be(value, str)
    return value if len(value) < SHORT else aside.texts.setdefault(value, len(aside.texts))


def _content(value: Any, aside: _Writing) -> Any:
    _be(value, bytes)
    return aside.contents.setdefault(value, len(aside.contents))


def _day(value: Any, aside: object) -> str:
    _be(value, date)
    return cast(date, value).isoformat()


def _anything(value: Any, aside: object) -> Any:
    """Writes any JSON value; mappings become pairs behind a mark, sequences follow other marks."""
    if type(value) is list:
        return ["[", *(_anything(part, aside) for part in value)]
    if type(value) is tuple:
        return ["(", *(_anything(part, aside) for part in value)]
    if type(value) is dict:
        return ["{", *([_anything(key, aside), _anything(part, aside)] for key, part in value.items())]
    _be(value, str, int, float, bool, types.NoneType)
    return value


_OWN: dict[Any, Write] = {
    str: _text,
    bytes: _content,
    int: _itself(int),
    float: _itself(float, int),
    bool: _itself(bool),
    types.NoneType: _itself(types.NoneType),
    date: _day,
    Any: _anything,
}


def _one_of(names: Mapping[Any, Any]) -> Write:
    """Of a few values that are named: members of an enumeration, or words."""
    classes = set(map(type, names))

    def write(value: Any, aside: object) -> Any:
        _be(value, *classes)
        if value not in names:
            raise TypeError(f"{value!r} is none of {tuple(names)}")
        return names[value]

    return write


def _later(kinds: Iterable[Any]) -> Callable[[], tuple[Write, ...]]:
    """The writers of some kinds, made when they are first needed: a record may hold others of its class."""
    return cache(lambda: tuple(map(writer_of, kinds)))


def _union(members: Sequence[Any]) -> Write:
    """Writer of a union: a value that is not None follows the number of its kind, if there is more than one."""
    kinds = [kind for kind in members if kind is not types.NoneType]
    numbers = {get_origin(kind) or kind: number for number, kind in enumerate(kinds)}
    optional, alone, writers = len(kinds) < len(members), len(kinds) == 1, _later(kinds)

    def write(value: Any, aside: _Writing) -> Any:
        if value is None and optional:
            return None
        if alone:
            return writers()[0](value, aside)
        number = numbers.get(type(value))
        if number is None:
            raise TypeError(f"{value!r:.80} is none of {members}")
        return [number, writers()[number](value, aside)]

    return write


def _fixed(members: Sequence[Any]) -> Write:
    """Of tuples of so many values, each of its own kind."""
    writers = _later(members)

    def write(value: Any, aside: _Writing) -> Any:
        _be(value, tuple)
        return [put(part, aside) for put, part in zip(writers(), value, strict=True)]

    return write


def _many(holder: type, kind: Any) -> Write:
    """Writer of tuples or sets of any length with values of one kind. Texts and numbers are written in place."""
    writers = _later((kind,))

    def write(value: Any, aside: _Writing) -> list[Any]:
        _be(value, holder)
        if kind in (str, int):
            for part in set(map(type, value)) - {kind}:
                raise TypeError(f"{part.__name__} is no {kind.__name__}")
            return list(value)
        put = writers()[0]
        return [put(part, aside) for part in value]

    return write


def _mapping(key: Any, kind: Any) -> Write:
    """Of mappings."""
    pairs = _many(tuple, tuple[key, kind])

    def write(value: Any, aside: _Writing) -> Any:
        _be(value, dict)
        return pairs(tuple(value.items()), aside)

    return write


def _record(kind: Any) -> Write:
    """Of records: the values of their fields in order; of pydantic, after the numbers of the fields that were given."""
    names = fields_of(kind)
    writers = cache(lambda: tuple(map(writer_of, kinds_of(kind))))
    values = _getter(names)
    model = not is_dataclass(kind)

    def write(value: Any, aside: _Writing) -> Any:
        _be(value, kind)
        own = [put(part, aside) for put, part in zip(writers(), values(value), strict=True)]
        if not model:
            return own
        return [[number for number, name in enumerate(names) if name in value.model_fields_set], *own]

    return write


def _getter(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Function that gives the values of some fields, in order."""
    return attrgetter(*names) if len(names) > 1 else lambda value: tuple(getattr(value, name) for name in names)

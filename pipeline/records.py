"""Values as bytes and back: data and nothing that does.

The kind of a value decides how it is written: a record as the values of its fields, a union as the number of a member
and its value, a mapping as pairs. So no name of a class, function or module stands in what is written, and whoever
reads it says which kind it must be: nothing but values of that kind can come of any bytes. A record is made of its
fields alone. Neither its constructor nor a validator is called.

The form is JSON, and behind it stand the longer texts and the bytes that values hold, each once: what is equal is
one object again when it is read.
"""

from __future__ import annotations

import inspect
import json
import sys
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, cast, get_args, get_origin

T = TypeVar("T")

MOST = 64 * 1024**2
"""Bytes of JSON that are read: what it says may take twenty times as much."""

SHORT = 8
"""Characters of a text that stands where it is used."""

_STRAY = "surrogatepass"
"""How halves of characters are written, which an author may come to by an escape in YAML."""

_HEAD = 4
"""Bytes that tell how long the JSON is."""


class Foreign(ValueError):
    """The bytes are no value of the kind that was asked for."""


class _Writing:
    """What a value that is being written has put aside."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}
        self.contents: dict[bytes, int] = {}


class _Reading(NamedTuple):
    """What a value that is being read has put aside."""

    texts: list[str]
    contents: list[bytes]


Write = Callable[[Any, _Writing], Any]
Read = Callable[[Any, _Reading], Any]


class Form(NamedTuple):
    """How the values of a kind are written, as JSON knows it, and read."""

    write: Write
    read: Read


def written(value: T, kind: type[T]) -> bytes:
    """A value of a kind as bytes. Raises TypeError if it is of another."""
    aside = _Writing()
    plain = form_of(cast(Any, kind)).write(value, aside)
    texts = "".join(aside.texts).encode("utf-8", _STRAY)
    head = json.dumps(
        [plain, len(texts), list(map(len, aside.texts)), list(map(len, aside.contents))], separators=(",", ":")
    ).encode()
    return b"".join((len(head).to_bytes(_HEAD, "big"), head, texts, *aside.contents))


def read(content: bytes, kind: type[T], most: int = MOST) -> T:
    """The value of a kind that was written. Raises `Foreign` for whatever is none."""
    try:
        end = _HEAD + int.from_bytes(content[:_HEAD], "big")
        _hold(end <= most)
        plain, taken, texts, contents = json.loads(content[_HEAD:end])
        _hold(set(map(type, (taken, *texts, *contents))) <= {int} and min(taken, *texts, *contents, 0) == 0)
        said = content[end : end + taken].decode("utf-8", _STRAY)
        _hold(sum(texts) == len(said) and end + taken + sum(contents) == len(content))
        aside = _Reading(_cut(said, texts), _cut(content, contents, end + taken))
        return cast(T, form_of(cast(Any, kind)).read(plain, aside))
    except (ValueError, TypeError, LookupError, RecursionError, OverflowError) as wrong:
        raise Foreign(str(wrong)) from wrong


def _cut(whole: Any, lengths: Iterable[int], begin: int = 0) -> list[Any]:
    """What stands one behind the other."""
    return [whole[first:last] for first, last in pairwise(accumulate(lengths, initial=begin))]


def _hold(true: bool) -> None:
    if not true:
        raise Foreign


@cache
def form_of(kind: Any) -> Form:
    """How the values of a kind are written and read."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    origin, members = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return form_of(members[0])
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
        return _one_of({member.value: member for member in kind})
    if is_dataclass(kind):
        return _record(kind)
    if hasattr(kind, "model_fields"):
        return _model(kind)
    raise TypeError(f"{kind} cannot be written")


def kept_as(kind: type[T], form: Any, plainly: Callable[[T], Any], again: Callable[[Any], T]) -> None:
    """Have the values of a class written as the value of a form that one function makes of them, and another reads."""

    def write(value: Any, aside: _Writing) -> Any:
        _be(value, kind)
        return form_of(form).write(plainly(value), aside)

    _PLAIN[kind] = Form(write, lambda plain, aside: again(form_of(form).read(plain, aside)))


def _be(value: Any, *kinds: type) -> None:
    if type(value) not in kinds:
        raise TypeError(f"{value!r:.80} is no {' or '.join(kind.__name__ for kind in kinds)}")


def _itself(*kinds: type) -> Form:
    """Of values that JSON knows."""

    def same(value: Any, aside: object) -> Any:
        _be(value, *kinds)
        return value

    return Form(same, same)


def _write_text(value: Any, aside: _Writing) -> Any:
    _be(value, str)
    return value if len(value) < SHORT else aside.texts.setdefault(value, len(aside.texts))


def _read_text(plain: Any, aside: _Reading) -> Any:
    if type(plain) is str:
        return plain
    return _aside(plain, aside.texts)


def _write_content(value: Any, aside: _Writing) -> Any:
    _be(value, bytes)
    return aside.contents.setdefault(value, len(aside.contents))


def _aside(number: Any, things: list[Any]) -> Any:
    _be(number, int)
    _hold(number >= 0)
    return things[number]


def _write_day(value: Any, aside: _Writing) -> str:
    _be(value, date)
    return cast(date, value).isoformat()


def _write_any(value: Any, aside: _Writing) -> Any:
    """Whatever JSON knows, its mappings as pairs behind a mark and its sequences behind another."""
    if type(value) is list:
        return ["[", *(_write_any(part, aside) for part in value)]
    if type(value) is tuple:
        return ["(", *(_write_any(part, aside) for part in value)]
    if type(value) is dict:
        return ["{", *([_write_any(key, aside), _write_any(part, aside)] for key, part in value.items())]
    _be(value, str, int, float, bool, types.NoneType)
    return value


def _read_any(plain: Any, aside: _Reading) -> Any:
    if type(plain) is not list:
        _be(plain, str, int, float, bool, types.NoneType)
        return plain
    mark, *parts = plain
    if mark == "{":
        return {_read_any(key, aside): _read_any(part, aside) for key, part in parts}
    _hold(mark in ("[", "("))
    values = (_read_any(part, aside) for part in parts)
    return list(values) if mark == "[" else tuple(values)


_PLAIN: dict[Any, Form] = {
    str: Form(_write_text, _read_text),
    bytes: Form(_write_content, lambda plain, aside: _aside(plain, aside.contents)),
    int: _itself(int),
    float: _itself(float, int),
    bool: _itself(bool),
    types.NoneType: _itself(types.NoneType),
    date: Form(_write_day, lambda plain, aside: date.fromisoformat(plain)),
    Any: Form(_write_any, _read_any),
}


def _one_of(values: Mapping[Any, Any]) -> Form:
    """Of a few values that are named: members of an enumeration, or words."""
    names = {value: name for name, value in values.items()}

    def write(value: Any, aside: object) -> Any:
        if value not in names or type(value) is not type(values[names[value]]):
            raise TypeError(f"{value!r} is none of {tuple(names)}")
        return names[value]

    return Form(write, lambda plain, aside: values[plain])


def _later(kinds: Iterable[Any]) -> Callable[[], tuple[Form, ...]]:
    """The forms of some kinds, found when they are first needed: a record may hold others of its class."""
    return cache(lambda: tuple(map(form_of, kinds)))


def _union(members: Sequence[Any]) -> Form:
    """Of values of several kinds: what is not None stands behind the number of its kind, if there is more than one."""
    kinds = [kind for kind in members if kind is not types.NoneType]
    numbers = {get_origin(kind) or kind: number for number, kind in enumerate(kinds)}
    optional, alone, forms = len(kinds) < len(members), len(kinds) == 1, _later(kinds)

    def write(value: Any, aside: _Writing) -> Any:
        if value is None and optional:
            return None
        if alone:
            return forms()[0].write(value, aside)
        number = numbers.get(type(value))
        if number is None:
            raise TypeError(f"{value!r:.80} is none of {members}")
        return [number, forms()[number].write(value, aside)]

    def read_it(plain: Any, aside: _Reading) -> Any:
        if plain is None and optional:
            return None
        if alone:
            return forms()[0].read(plain, aside)
        number, value = plain
        _be(number, int)
        _hold(number >= 0)
        return forms()[number].read(value, aside)

    return Form(write, read_it)


def _fixed(members: Sequence[Any]) -> Form:
    """Of tuples of so many values, each of its own kind."""
    forms = _later(members)

    def write(value: Any, aside: _Writing) -> Any:
        _be(value, tuple)
        return [form.write(part, aside) for form, part in zip(forms(), value, strict=True)]

    def read_it(plain: Any, aside: _Reading) -> Any:
        _be(plain, list)
        return tuple([form.read(part, aside) for form, part in zip(forms(), plain, strict=True)])

    return Form(write, read_it)


def _many(holder: type, kind: Any) -> Form:
    """Of tuples or sets of any number of values of one kind."""
    if kind in (str, int):

        def as_they_are(value: Any, aside: object) -> list[Any]:
            _be(value, holder)
            _hold(set(map(type, value)) <= {kind})
            return list(value)

        def again(plain: Any, aside: object) -> Any:
            _be(plain, list)
            _hold(set(map(type, plain)) <= {kind})
            return holder(plain)

        return Form(as_they_are, again)
    forms = _later((kind,))

    def write(value: Any, aside: _Writing) -> list[Any]:
        _be(value, holder)
        put = forms()[0].write
        return [put(part, aside) for part in value]

    def read_it(plain: Any, aside: _Reading) -> Any:
        _be(plain, list)
        get = forms()[0].read
        return holder([get(part, aside) for part in plain])

    return Form(write, read_it)


def _mapping(key: Any, kind: Any) -> Form:
    """Of mappings."""
    pairs = _many(tuple, tuple[key, kind])

    def write(value: Any, aside: _Writing) -> Any:
        _be(value, dict)
        return pairs.write(tuple(value.items()), aside)

    return Form(write, lambda plain, aside: dict(pairs.read(plain, aside)))


def _record(kind: Any) -> Form:
    """Of records of a class: the values of its fields in order."""
    names = tuple(field.name for field in fields(kind))
    values, fill, forms = _getter(names), _filler(kind, names), _later(_kinds(kind, names))

    def write(value: Any, aside: _Writing) -> Any:
        _be(value, kind)
        return [form.write(part, aside) for form, part in zip(forms(), values(value), strict=True)]

    def read_it(plain: Any, aside: _Reading) -> Any:
        _be(plain, list)
        made = object.__new__(kind)
        fill(made, [form.read(part, aside) for form, part in zip(forms(), plain, strict=True)])
        return made

    return Form(write, read_it)


def _model(kind: Any) -> Form:
    """Of records of pydantic, which is not loaded for this: the same, and the numbers of the fields that were given."""
    names = tuple(kind.model_fields)
    values, forms = _getter(names), _later(_kinds(kind, names))

    def write(value: Any, aside: _Writing) -> Any:
        _be(value, kind)
        given = [number for number, name in enumerate(names) if name in value.model_fields_set]
        return [given, *(form.write(part, aside) for form, part in zip(forms(), values(value), strict=True))]

    def read_it(plain: Any, aside: _Reading) -> Any:
        given, *parts = plain
        made = object.__new__(kind)
        own = [form.read(part, aside) for form, part in zip(forms(), parts, strict=True)]
        object.__setattr__(made, "__dict__", dict(zip(names, own, strict=True)))
        object.__setattr__(made, "__pydantic_fields_set__", {names[number] for number in given})
        object.__setattr__(made, "__pydantic_extra__", None)
        object.__setattr__(made, "__pydantic_private__", None)
        return made

    return Form(write, read_it)


def _getter(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the values of some fields, in order."""
    return attrgetter(*names) if len(names) > 1 else lambda value: tuple(getattr(value, name) for name in names)


def _filler(kind: type, names: Sequence[str]) -> Callable[[Any, list[Any]], None]:
    """What sets the fields of a new record: its slots, which takes a third of the time, or all that it has."""
    slots = [getattr(kind, name, None) for name in names]
    if not all(isinstance(slot, types.MemberDescriptorType) for slot in slots):
        return lambda made, own: made.__dict__.update(zip(names, own, strict=True))
    puts = [slot.__set__ for slot in slots]  # type: ignore[union-attr]

    def fill(made: Any, own: list[Any]) -> None:
        for put, value in zip(puts, own, strict=True):
            put(made, value)

    return fill


def _kinds(kind: type, names: Sequence[str]) -> list[Any]:
    """The kinds of some fields of a class, as it or one that it is derived from declares them."""
    said = {}
    for parent in reversed(kind.__mro__):
        known = vars(sys.modules[parent.__module__])
        for name, declared in inspect.get_annotations(parent).items():
            if name in names:
                said[name] = eval(declared, known) if isinstance(declared, str) else declared
    return [said[name] for name in names]

"""Serialisation of dataclasses (msgspec)."""

import inspect
import json
import sys
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from itertools import accumulate, count, pairwise
from operator import attrgetter
from typing import Annotated, Any, Literal, NamedTuple, NoReturn, TypeVar, Union, cast, get_args, get_origin


def fields_of(kind: Any) -> tuple[str, ...]:
    """The names of a record's fields, of a dataclass or of pydantic, which is not loaded for this."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else tuple(kind.model_fields)


def attribute_reader(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return a function that gives the values of some fields, in order."""
    return attrgetter(*names) if len(names) > 1 else lambda value: tuple(getattr(value, name) for name in names)


def kinds_of(kind: Any) -> list[Any]:
    """The kinds of a record's fields, as its class or one that it is derived from declares them."""
    kinds = {}
    for parent in reversed(kind.__mro__):
        known = vars(sys.modules[parent.__module__])
        for name, declared in inspect.get_annotations(parent).items():
            kinds[name] = eval(declared, known) if isinstance(declared, str) else declared
    return [kinds[name] for name in fields_of(kind)]


# Readers. As `dataclasses` does with constructors, a function is written for each kind: most fields are texts and
# numbers, which it checks in place. Only names of our own fields get into it, and nothing of what is read.


class UnreadableRecord(ValueError):
    """Bytes that are no value of the expected kind."""


class Aside(NamedTuple):
    """Longer texts and bytes that a value refers to by number."""

    texts: list[str]
    contents: list[bytes]


Reader = Callable[[Any, Aside], Any]

_SIMPLE = {int: "int", bool: "bool", types.NoneType: "NoneType"}


def refuse(value: object = None) -> NoReturn:
    """Say that something is not as it was written."""
    raise UnreadableRecord(f"{value!r:.80}")


def put_aside(number: Any, things: list[Any]) -> Any:
    """A text or bytes by its number."""
    return things[number] if type(number) is int and number >= 0 else refuse(number)


def _day(plain: Any) -> date:
    return date.fromisoformat(plain)


def read_any(plain: Any, aside: Aside) -> Any:
    """Reads any JSON value; mappings are pairs behind a mark, sequences follow other marks."""
    if type(plain) is not list:
        return refuse(plain) if type(plain) is dict else plain
    mark, *parts = plain
    if mark == "{":
        return {read_any(key, aside): read_any(part, aside) for key, part in parts}
    values = [read_any(part, aside) for part in parts]
    return values if mark == "[" else tuple(values) if mark == "(" else refuse(mark)


OWN: dict[Any, Reader] = {Any: read_any}
"""The readers of kinds that are read in a way of their own."""


def held_to(kind: Any, true: Callable[[Any], bool]) -> None:
    """Have records of a class read only if something is true of them, as what is done with one may reach further."""
    plainly = _when_needed(kind)

    def read(plain: Any, aside: Aside) -> Any:
        made = plainly(plain, aside)
        return made if true(made) else refuse(made)

    OWN[kind] = read


@cache
def reader_of(kind: Any) -> Reader:
    """Reader of the values of a kind."""
    if kind in OWN:
        return OWN[kind]
    if is_dataclass(kind) or hasattr(kind, "model_fields"):
        return _when_needed(kind)
    names: dict[str, Any] = {}
    expression = _Expressions(names).of(kind, "plain")
    return _function(f"    return {expression}\n", names)


def _when_needed(kind: Any) -> Reader:
    """The reader of a record, made when it is first needed: a record may hold others of its class."""
    make = cache(_of_dataclass if is_dataclass(kind) else _of_model)
    return lambda plain, aside: make(kind)(plain, aside)


def _function(body: str, names: dict[str, Any]) -> Reader:
    names |= {"refuse": refuse, "put_aside": put_aside, "NoneType": types.NoneType}
    exec(f"def read(plain, aside):\n{body}", names)
    made: Reader = names["read"]
    return made


def _of_dataclass(kind: Any) -> Reader:
    fields = fields_of(kind)
    names: dict[str, Any] = {"new": object.__new__, "kind": kind}
    expressions = _Expressions(names)
    lines, last = _unpacking(fields), []
    for field, declared in zip(fields, kinds_of(kind), strict=True):
        slot = getattr(kind, field, None)
        value = expressions.of(declared, f"v_{field}")
        if isinstance(slot, types.MemberDescriptorType):
            names[f"put_{field}"] = slot.__set__
            last.append(f"    put_{field}(made, {value})\n")
        else:
            last.append(f"    made.__dict__[{field!r}] = {value}\n")
    return _function(f"{lines}    made = new(kind)\n{''.join(last)}    return made\n", names)


def _unpacking(fields: Iterable[str]) -> str:
    parts = "".join(f"v_{field}, " for field in fields)
    return f"    if type(plain) is not list: refuse(plain)\n    [{parts}] = plain\n"


def _of_model(kind: Any) -> Reader:
    """Reader of a pydantic record, whose values follow the numbers of the fields that were set."""
    fields = fields_of(kind)
    names: dict[str, Any] = {"new": object.__new__, "kind": kind, "set_": object.__setattr__, "fields": fields}
    expressions = _Expressions(names)
    values = [
        f"{field!r}: {expressions.of(declared, f'v_{field}')}"
        for field, declared in zip(fields, kinds_of(kind), strict=True)
    ]
    return _function(
        f"{_unpacking(('given_', *fields))}    made = new(kind)\n"
        f"    set_(made, '__dict__', {{{', '.join(values)}}})\n"
        "    set_(made, '__pydantic_fields_set__', {put_aside(number, fields) for number in v_given_})\n"
        "    set_(made, '__pydantic_extra__', None)\n    set_(made, '__pydantic_private__', None)\n    return made\n",
        names,
    )


class _Expressions:
    """Puts together what reads a value; what it names besides is noted."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        self._numbers = count()

    def of(self, kind: Any, value: str) -> str:
        """Expression that reads the value of a variable."""
        if kind is str:
            return f"({value} if type({value}) is str else put_aside({value}, aside.texts))"
        if kind is bytes:
            return f"put_aside({value}, aside.contents)"
        if kind in _SIMPLE:
            return f"({value} if type({value}) is {_SIMPLE[kind]} else refuse({value}))"
        if kind is float:
            return f"({value} if type({value}) in (float, int) else refuse({value}))"
        if kind is date:
            return f"{self._named(_day)}({value})"
        origin, members = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self.of(members[0], value)
        if kind not in OWN and (origin in (Literal, tuple, frozenset, Mapping, dict, Union, types.UnionType)):
            return self._compound(origin, members, value)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return f"{self._named({member.value: member for member in kind})}[{value}]"
        if kind not in OWN and not is_dataclass(kind) and not hasattr(kind, "model_fields"):
            raise TypeError(f"{kind} cannot be read")
        return f"{self._named(reader_of(kind))}({value}, aside)"

    def _compound(self, origin: Any, members: tuple[Any, ...], value: str) -> str:
        if origin is Literal:
            return f"{self._named({member: member for member in members})}[{value}]"
        if origin in (Union, types.UnionType):
            return self._union(members, value)
        if origin in (Mapping, dict):
            return f"dict({self.of(tuple[tuple[members], ...], value)})"  # type: ignore[valid-type]
        if origin is tuple and members[1:] != (...,):
            return f"{self._named(_fixed(members))}({value}, aside)"
        part, holder = self._new("e"), "tuple" if origin is tuple else "frozenset"
        parts = f"({value} if type({value}) is list else refuse({value}))"
        if members[0] in (str, int):
            return f"{self._named(_alike(members[0], holder))}({value})"
        return f"{holder}([{self.of(members[0], part)} for {part} in {parts}])"

    def _union(self, members: tuple[Any, ...], value: str) -> str:
        kinds = [kind for kind in members if kind is not types.NoneType]
        read = self.of(kinds[0], value) if len(kinds) == 1 else f"{self._named(_chosen(kinds))}({value}, aside)"
        return f"(None if {value} is None else {read})" if len(kinds) < len(members) else read

    def _named(self, thing: Any) -> str:
        name = self._new("n")
        self._names[name] = thing
        return name

    def _new(self, letter: str) -> str:
        return f"{letter}{next(self._numbers)}"


def _alike(kind: type, holder: str) -> Callable[[Any], Any]:
    """Reader of a sequence of texts or numbers, which are written in place."""
    make = tuple if holder == "tuple" else frozenset
    only = {kind}

    def read(plain: Any) -> Any:
        return make(plain) if type(plain) is list and set(map(type, plain)) <= only else refuse(plain)

    return read


def _fixed(members: tuple[Any, ...]) -> Reader:
    """Reader of a tuple of fixed length, each value of its own kind."""
    fields = [str(number) for number in range(len(members))]
    names: dict[str, Any] = {}
    expressions = _Expressions(names)
    values = "".join(f"{expressions.of(kind, f'v_{field}')}, " for field, kind in zip(fields, members, strict=True))
    return _function(f"{_unpacking(fields)}    return ({values})\n", names)


def _chosen(kinds: list[Any]) -> Reader:
    """Reader of a value of a union, which follows the number of its kind."""
    readers = dict(enumerate(map(reader_of, kinds)))

    def read(plain: Any, aside: Aside) -> Any:
        if type(plain) is not list:
            refuse(plain)
        number, value = plain
        return readers[number](value, aside)

    return read


# Writers. The kind of a value decides how it is written: a record as the values of its fields, a union as the number
# of a member and its value, a mapping as pairs. The bytes name no class, function or module, and the reader says which
# kind it expects, so no bytes can yield anything else. Neither a constructor nor a validator is called. The form is
# JSON, followed by the longer texts and bytes, each once.

__all__ = ["UnreadableRecord", "kept_as", "read", "written"]

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
    """The value of a kind from its bytes. Raises `UnreadableRecord` for any other bytes."""
    try:
        end = _HEAD + int.from_bytes(content[:_HEAD], "big")
        _hold(end <= most)
        plain, taken, texts, contents = json.loads(content[_HEAD:end])
        _hold(set(map(type, (taken, *texts, *contents))) <= {int} and min(taken, *texts, *contents, 0) == 0)
        text = content[end : end + taken].decode("utf-8", _STRAY)
        _hold(sum(texts) == len(text) and end + taken + sum(contents) == len(content))
        aside = Aside(_cut(text, texts), _cut(content, contents, end + taken))
        return cast(T, reader_of(cast(Any, kind))(plain, aside))
    except (ValueError, TypeError, LookupError, RecursionError, OverflowError) as wrong:
        raise UnreadableRecord(str(wrong)) from wrong


def _cut(whole: Any, lengths: Iterable[int], begin: int = 0) -> list[Any]:
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
        return _fixed_written(members)
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


def _day_written(value: Any, aside: object) -> str:
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
    date: _day_written,
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


def _fixed_written(members: Sequence[Any]) -> Write:
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
    pairs = _many(tuple, tuple[key, kind])

    def write(value: Any, aside: _Writing) -> Any:
        _be(value, dict)
        return pairs(tuple(value.items()), aside)

    return write


def _record(kind: Any) -> Write:
    """Of records: the values of their fields in order; of pydantic, after the numbers of the fields that were given."""
    names = fields_of(kind)
    writers = cache(lambda: tuple(map(writer_of, kinds_of(kind))))
    values = attribute_reader(names)
    model = not is_dataclass(kind)

    def write(value: Any, aside: _Writing) -> Any:
        _be(value, kind)
        own = [put(part, aside) for put, part in zip(writers(), values(value), strict=True)]
        if not model:
            return own
        return [[number for number, name in enumerate(names) if name in value.model_fields_set], *own]

    return write

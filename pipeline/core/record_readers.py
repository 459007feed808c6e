"""Readers of values that were written by their kind, made out of the declarations of records.

As `dataclasses` does with constructors, a reader is put together as a function for each kind: most fields are texts and
numbers, which it looks at in place. Only names of our own fields get into it, and nothing of what is read.
"""

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from itertools import count
from typing import Annotated, Any, Literal, NamedTuple, NoReturn, Union, get_args, get_origin

from pipeline.core.record_fields import fields_of, kinds_of


class Foreign(ValueError):
    """Bytes that are no value of the expected kind."""


class Aside(NamedTuple):
    """Longer texts and bytes that a value refers to by number."""

    texts: list[str]
    contents: list[bytes]


Reader = Callable[[Any, Aside], Any]

_SIMPLE = {int: "int", bool: "bool", types.NoneType: "NoneType"}


def refuse(value: object = None) -> NoReturn:
    """Say that something is not as it was written."""
    raise Foreign(f"{value!r:.80}")


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

    def read(plain: Any, aside: Aside) -> Any:
        return make(kind)(plain, aside)

    return read


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

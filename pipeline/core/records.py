"""Serialisation of dataclasses and pydantic records.

The reader says which type it expects, and the bytes name no class, function or module, so they cannot yield anything
else. A record is written as the values of its fields, a union as the number of a member and its value, a mapping as
pairs. The form is JSON, followed by the longer texts and bytes, each once. No constructor or validator is called.
"""

import inspect
import json
import sys
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache, partial
from itertools import accumulate, count, pairwise
from typing import Annotated, Any, Literal, NamedTuple, NoReturn, TypeVar, Union, cast, get_args, get_origin

T = TypeVar("T")

MAX_JSON_BYTES = 64 * 1024**2
"""Greatest size of the JSON in bytes; its values may take twenty times as much memory."""

_SHORT = 8
"""A text of fewer characters is written in place."""

_LONE_SURROGATES = "surrogatepass"
"""Error handler for lone surrogates, which an author may write by an escape in YAML."""

_LENGTH_BYTES = 4
"""Bytes of the length of the JSON, which comes first."""


class UnreadableRecord(ValueError):
    """Bytes that are no value of the expected type."""


class LongValues(NamedTuple):
    """Longer texts and bytes that a value refers to by number."""

    texts: list[str]
    contents: list[bytes]


class LongValueNumbers(NamedTuple):
    """Longer texts and bytes of a value that is being written, each with its number."""

    texts: dict[str, int]
    contents: dict[bytes, int]


def encode_record(value: T, kind: type[T]) -> bytes:
    """Return the bytes of a value. Raises TypeError if it is of another type."""
    long = LongValueNumbers({}, {})
    plain = codec_of(cast(Any, kind)).write(value, long)
    texts = "".join(long.texts).encode("utf-8", _LONE_SURROGATES)
    head = [plain, len(texts), list(map(len, long.texts)), list(map(len, long.contents))]
    json_bytes = json.dumps(head, separators=(",", ":")).encode()
    return b"".join((len(json_bytes).to_bytes(_LENGTH_BYTES, "big"), json_bytes, texts, *long.contents))


def decode_record(content: bytes, kind: type[T], most: int = MAX_JSON_BYTES) -> T:
    """Return the value of a type from its bytes. Raises `UnreadableRecord` for any other bytes."""
    try:
        end = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "big")
        _require(end <= most)
        plain, size, text_lengths, content_lengths = json.loads(content[_LENGTH_BYTES:end])
        numbers = (size, *text_lengths, *content_lengths)
        _require(set(map(type, numbers)) <= {int} and min(numbers) >= 0)
        text = content[end : end + size].decode("utf-8", _LONE_SURROGATES)
        _require(sum(text_lengths) == len(text) and end + size + sum(content_lengths) == len(content))
        long = LongValues(_split(text, text_lengths), _split(content, content_lengths, end + size))
        result: T = codec_of(cast(Any, kind)).read(plain, long)
        return result
    except (ValueError, TypeError, LookupError, RecursionError, OverflowError) as error:
        raise UnreadableRecord(str(error)) from error


def _split(whole: Any, lengths: Iterable[int], begin: int = 0) -> list[Any]:
    return [whole[first:last] for first, last in pairwise(accumulate(lengths, initial=begin))]


def _require(condition: bool) -> None:
    if not condition:
        raise UnreadableRecord("the lengths are wrong")


# Codecs. As `dataclasses` does with constructors, a reader and a writer are compiled for each type: most fields are
# texts and numbers, which they check in place. Only names of our own fields get into that code, and no input.


class Codec(NamedTuple):
    """The reader and the writer of a type: between its values and JSON, with the longer values apart."""

    read: Callable[[Any, Any], Any]
    write: Callable[[Any, Any], Any]


_CUSTOM: dict[Any, Codec] = {}
"""The codecs of types that are not written as their fields, or that are checked."""


def encode_as(kind: type[T], form: Any, to_form: Callable[[T], Any], from_form: Callable[[Any], T]) -> None:
    """Write the values of a class in the form of another type."""

    def write(value: Any, long: LongValueNumbers) -> Any:
        return codec_of(form).write(to_form(value if type(value) is kind else reject(value)), long)

    _CUSTOM[kind] = Codec(lambda plain, long: from_form(codec_of(form).read(plain, long)), write)


def check_when_decoded(kind: Any, condition: Callable[[Any], bool]) -> None:
    """Reject records of a class that do not meet a condition when they are read."""
    codec = _compiled_later(partial(_record_source, kind))

    def read(plain: Any, long: LongValues) -> Any:
        record = codec.read(plain, long)
        return record if condition(record) else reject(record)

    _CUSTOM[kind] = Codec(read, codec.write)


@cache
def codec_of(kind: Any) -> Codec:
    """Return the codec of a type. Raises TypeError if it has none."""
    return _CUSTOM.get(kind) or _compiled_later(partial(_record_source if _is_record(kind) else _value_source, kind))


def _is_record(kind: Any) -> bool:
    return is_dataclass(kind) or hasattr(kind, "model_fields")


def field_names(kind: Any) -> tuple[str, ...]:
    """The names of the fields of a dataclass or of a pydantic record. Pydantic is not loaded for this."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else tuple(kind.model_fields)


def _field_types(kind: Any) -> list[Any]:
    """The types of a record's fields, as its class or a parent declares them."""
    field_types = {}
    for parent in reversed(kind.__mro__):
        scope = vars(sys.modules[parent.__module__])
        for name, declared in inspect.get_annotations(parent).items():
            field_types[name] = eval(declared, scope) if isinstance(declared, str) else declared
    return [field_types[name] for name in field_names(kind)]


@dataclass(frozen=True)
class _Source:
    """Source text of a codec: the lines of two functions, and the objects that they name."""

    reader: Sequence[str]
    writer: Sequence[str]
    names: dict[str, Any]

    def compile(self, lines: Sequence[str]) -> Callable[[Any, Any], Any]:
        """Return the function with these lines."""
        scope = {**globals(), **self.names}
        exec("\n    ".join(("def convert(value, long):", *lines)), scope)
        function: Callable[[Any, Any], Any] = scope["convert"]
        return function


def _compiled_later(generate: Callable[[], _Source]) -> Codec:
    """Return a codec that is compiled at its first use: a record may contain others of its type.

    Reader and writer are compiled apart, because most commands only read.
    """
    source = cache(generate)
    reader = cache(lambda: source().compile(source().reader))
    writer = cache(lambda: source().compile(source().writer))
    return Codec(lambda value, long: reader()(value, long), lambda value, long: writer()(value, long))


def _value_source(kind: Any) -> _Source:
    expressions = _Expressions()
    reader, writer = expressions.of(kind)
    return _Source([f"return {reader.format('value')}"], [f"return {writer.format('value')}"], expressions.names)


def _tuple_source(members: tuple[Any, ...]) -> _Source:
    """Source of the codec of a tuple of fixed length, each value of its own type."""
    expressions = _Expressions()
    variables = [f"v_{number}" for number in range(len(members))]
    readers, writers = expressions.of_variables(variables, members)
    return _Source(
        [*_unpack("list", variables), f"return ({''.join(f'{reader}, ' for reader in readers)})"],
        [*_unpack("tuple", variables), f"return [{', '.join(writers)}]"],
        expressions.names,
    )


def _unpack(holder: str, variables: Sequence[str]) -> tuple[str, str]:
    return f"if type(value) is not {holder}: reject(value)", f"[{', '.join(variables)}] = value"


def _record_source(kind: Any) -> _Source:
    """Source of the codec of a record; a pydantic one begins with the numbers of the fields that were set."""
    names = field_names(kind)
    variables = [f"v_{name}" for name in names]
    expressions = _Expressions(kind=kind, new=object.__new__)
    readers, writers = expressions.of_variables(variables, _field_types(kind))
    if is_dataclass(kind):
        first = []
        assignments = [expressions.assign(name, reader) for name, reader in zip(names, readers, strict=True)]
    else:
        first = ["v_set_"]
        expressions.names |= {"names": names, "set_": object.__setattr__}
        writers.insert(0, "[number for number, name in enumerate(names) if name in value.model_fields_set]")
        values = ", ".join(f"{name!r}: {reader}" for name, reader in zip(names, readers, strict=True))
        assignments = [
            f"set_(record, '__dict__', {{{values}}})",
            "set_(record, '__pydantic_fields_set__', {item_at(number, names) for number in v_set_})",
            "set_(record, '__pydantic_extra__', None)",
            "set_(record, '__pydantic_private__', None)",
        ]
    read_fields = (f"{variable} = value.{name}" for variable, name in zip(variables, names, strict=True))
    return _Source(
        [*_unpack("list", [*first, *variables]), "record = new(kind)", *assignments, "return record"],
        ["if type(value) is not kind: reject(value)", *read_fields, f"return [{', '.join(writers)}]"],
        expressions.names,
    )


def _checked(name: str) -> str:
    """Expression for a value of a type that is its own JSON."""
    return f"({{0}} if type({{0}}) is {name} else reject({{0}}))"


_IN_PLACE: dict[Any, tuple[str, str]] = {
    **{kind: (_checked(name), _checked(name)) for kind, name in ((int, "int"), (bool, "bool"))},
    types.NoneType: (_checked("type(None)"), _checked("type(None)")),
    float: ("({0} if type({0}) in (float, int) else reject({0}))",) * 2,
    str: (
        "({0} if type({0}) is str else item_at({0}, long.texts))",
        f"({{0}} if type({{0}}) is str and len({{0}}) < {_SHORT} else number_text({{0}}, long.texts))",
    ),
    bytes: ("item_at({0}, long.contents)", "number_content({0}, long.contents)"),
    date: ("date.fromisoformat({0})", "({0}.isoformat() if type({0}) is date else reject({0}))"),
    Any: ("read_any({0})", "write_any({0})"),
}
"""The expressions that read and write a value of a simple type, with `{0}` for the value."""


class _Expressions:
    """Builds the expressions that read and write values, and collects the objects that they name."""

    def __init__(self, **names: Any) -> None:
        self.names = names
        self._numbers = count()

    def of(self, kind: Any) -> tuple[str, str]:
        """Return the expressions that read and write a value of a type, with `{0}` for the value."""
        origin, members = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self.of(members[0])
        if kind in _CUSTOM or _is_record(kind):
            return self._call(codec_of(kind))
        if kind in _IN_PLACE:
            return _IN_PLACE[kind]
        if origin is Literal:
            classes, values = self._name(set(map(type, members))), self._name(members)
            check = f"({{0}} if type({{0}}) in {classes} and {{0}} in {values} else reject({{0}}))"
            return check, check
        if origin in (Union, types.UnionType):
            return self._union(members)
        if origin is tuple and members[1:] != (...,):
            return self._call(_compiled_later(partial(_tuple_source, members)))
        if origin in (tuple, frozenset):
            return self._collection(origin.__name__, members[0])
        if origin in (Mapping, dict):
            return self._collection("dict", tuple[members])  # type: ignore[valid-type]
        if isinstance(kind, type) and issubclass(kind, Enum):
            reader = f"{self._name({member.value: member for member in kind})}[{{0}}]"
            return reader, f"({{0}}._value_ if type({{0}}) is {self._name(kind)} else reject({{0}}))"
        raise TypeError(f"{kind} has no codec")

    def of_variables(self, variables: Iterable[str], kinds: Iterable[Any]) -> tuple[list[str], list[str]]:
        """Return the expressions that read each of some variables, and those that write them."""
        pairs = [(variable, self.of(kind)) for variable, kind in zip(variables, kinds, strict=True)]
        return [pair[0].format(v) for v, pair in pairs], [pair[1].format(v) for v, pair in pairs]

    def assign(self, name: str, expression: str) -> str:
        """Return the statement that sets a field of a new dataclass instance, frozen or not."""
        slot = getattr(self.names["kind"], name, None)
        if isinstance(slot, types.MemberDescriptorType):
            return f"{self._name(slot.__set__)}(record, {expression})"
        return f"record.__dict__[{name!r}] = {expression}"

    def _collection(self, holder: str, member: Any) -> tuple[str, str]:
        """Expressions for a collection of any length. Texts and numbers are written in place."""
        if member in (str, int):
            classes = self._name({member})
            return f"{holder}(uniform({{0}}, list, {classes}))", f"list(uniform({{0}}, {holder}, {classes}))"
        item, (reader, writer) = self._new("item"), self.of(member)
        items = _checked("dict") + ".items()" if holder == "dict" else _checked(holder)
        return (
            f"{holder}([{reader.format(item)} for {item} in {_checked('list')}])",
            f"[{writer.format(item)} for {item} in {items}]",
        )

    def _union(self, members: tuple[Any, ...]) -> tuple[str, str]:
        kinds = [kind for kind in members if kind is not types.NoneType]
        reader, writer = self.of(kinds[0]) if len(kinds) == 1 else self._call(_union_codec(kinds))
        if len(kinds) == len(members):
            return reader, writer
        return f"(None if {{0}} is None else {reader})", f"(None if {{0}} is None else {writer})"

    def _call(self, codec: Codec) -> tuple[str, str]:
        return f"{self._name(codec.read)}({{0}}, long)", f"{self._name(codec.write)}({{0}}, long)"

    def _name(self, thing: Any) -> str:
        name = self._new("name")
        self.names[name] = thing
        return name

    def _new(self, stem: str) -> str:
        return f"{stem}_{next(self._numbers)}"


def _union_codec(kinds: list[Any]) -> Codec:
    """Return the codec of a union: a value follows the number of its type."""
    codecs = dict(enumerate(map(codec_of, kinds)))
    numbers = {get_origin(kind) or kind: number for number, kind in enumerate(kinds)}

    def read(plain: Any, long: LongValues) -> Any:
        number, value = plain if type(plain) is list else reject(plain)
        return codecs[number].read(value, long)

    def write(value: Any, long: LongValueNumbers) -> list[Any]:
        number = numbers.get(type(value))
        return reject(value) if number is None else [number, codecs[number].write(value, long)]

    return Codec(read, write)


# What the compiled functions call


def reject(value: object) -> NoReturn:
    """Raise TypeError for a value that is not of the type that is read or written."""
    raise TypeError(f"{value!r:.80} is of another type")


def item_at(number: Any, items: Any) -> Any:
    """Return the item with a number."""
    return items[number] if type(number) is int and number >= 0 else reject(number)


def number_text(value: Any, texts: dict[str, int]) -> int:
    """Return the number of a longer text."""
    return texts.setdefault(value, len(texts)) if type(value) is str else reject(value)


def number_content(value: Any, contents: dict[bytes, int]) -> int:
    """Return the number of bytes."""
    return contents.setdefault(value, len(contents)) if type(value) is bytes else reject(value)


def uniform(values: Any, holder: Any, classes: set[type]) -> Any:
    """Return a collection of texts or numbers whose items are all of the same class."""
    return values if type(values) is holder and set(map(type, values)) <= classes else reject(values)


def read_any(plain: Any) -> Any:
    """Read any JSON value; mappings are pairs after a mark, sequences follow other marks."""
    if type(plain) is not list:
        return reject(plain) if type(plain) is dict else plain
    mark, *parts = plain
    if mark == "{":
        return {read_any(key): read_any(part) for key, part in parts}
    values = [read_any(part) for part in parts]
    return values if mark == "[" else tuple(values) if mark == "(" else reject(mark)


def write_any(value: Any) -> Any:
    """Write any JSON value; mappings become pairs after a mark, sequences follow other marks."""
    if type(value) is list:
        return ["[", *map(write_any, value)]
    if type(value) is tuple:
        return ["(", *map(write_any, value)]
    if type(value) is dict:
        return ["{", *([write_any(key), write_any(part)] for key, part in value.items())]
    return value if type(value) in (str, int, float, bool, types.NoneType) else reject(value)

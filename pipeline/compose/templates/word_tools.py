"""The filters, tests and methods of words that a template may use: a closed list, counted beforehand."""

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, cast

from jinja2 import TemplateRuntimeError, Undefined, pass_context
from jinja2.tests import TESTS as JINJAS
from markupsafe import Markup, escape

from pipeline.compose.templates import grammar
from pipeline.compose.templates.meter import METER, SCAN, loops

_PRINTED = frozenset({str, Markup, int, float, bool, type(None), date})
_LARGEST = 10**15

_Text = str | Markup


def printed(value: object) -> Any:
    """A value that can stand in a page. Raises `TemplateRuntimeError`."""
    if type(value) in _PRINTED or isinstance(value, Undefined):
        return value  # what is undefined says so itself
    raise TemplateRuntimeError("this is not words or a number, so it cannot be printed; name a part of it")


def words_of(value: object) -> _Text:
    """A value as words."""
    shown = printed(value)
    return shown if isinstance(shown, str) else str(shown)


def joined(context: Any, pieces: Iterable[object], between: object = "") -> _Text:
    """The words of some values, one after the other; where one of them is markup the others are escaped."""
    said = [words_of(piece) for piece in pieces]
    gap = words_of(between)
    METER.get().make(sum(map(len, said)) + len(gap) * max(len(said) - 1, 0))
    if any(isinstance(one, Markup) for one in said):
        return Markup(escape(gap).join(map(escape, said)))
    return gap.join(said)


def _join(context: Any, value: Any, between: object = "", attribute: str | None = None) -> _Text:
    """The things in a list, or a part of each, as words."""
    return joined(context, _mapped(context, value, attribute=attribute) if attribute else _items(value), between)


def _cut(context: Any, value: Any, start: Any, stop: Any, step: Any) -> Any:
    """A piece of words or of a list."""
    if not isinstance(value, str | list | tuple) or any(
        type(end) not in (int, type(None)) for end in (start, stop, step)
    ):
        raise TemplateRuntimeError("only words and lists can be cut into pieces, at whole numbers")
    METER.get().make(len(value))
    return value[start:stop:step]


def _weighed(context: Any, value: Any) -> Any:
    """A value that is compared."""
    METER.get().scan(value)
    return value


def _held(context: Any, value: Any) -> Any:
    """A value that is put into a list."""
    if isinstance(value, list | tuple | dict):
        raise TemplateRuntimeError("a list cannot be put into another by name")
    return value


def _items(value: Any) -> Any:
    """Items of a list; each one counts as a turn."""
    return loops(value)


def _mapped(context: Any, value: Any, *, attribute: str) -> list[Any]:
    """A part of each thing in a list."""
    return [_part(context, one, attribute) for one in _items(value)]


def _part(context: Any, value: Any, way: str) -> Any:
    for name in words_of(way).split("."):
        value = context.environment.getattr(value, name)
    return value


def _chosen(keep: bool) -> Callable[..., list[Any]]:
    def chosen(context: Any, value: Any, test: str = "", *given: Any) -> list[Any]:
        holds: Callable[..., Any] = TESTS.get(test, bool) if test else bool
        if test and test not in TESTS:
            raise TemplateRuntimeError(f"there is no test '{test}'")
        return [one for one in _items(value) if bool(holds(one, *given)) is keep]

    return chosen


def _sorted(context: Any, value: Any, reverse: bool = False, attribute: str | None = None) -> list[Any]:
    found = list(_items(sorted(value) if isinstance(value, set | frozenset) else value))
    METER.get().make(sum(len(one) for one in found if isinstance(one, str)))
    key = (lambda one: _folded(_part(context, one, attribute))) if attribute else _folded
    return sorted(found, key=key, reverse=bool(reverse))


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _reversed(context: Any, value: Any) -> Any:
    if isinstance(value, str):
        METER.get().make(len(value))
        return value[::-1]
    return list(_items(value))[::-1]


def _ends(last: bool) -> Callable[..., Any]:
    def end(context: Any, value: Any) -> Any:
        loops(value)
        found = list(value)
        return found[-1 if last else 0] if found else context.environment.undefined("there is nothing in this list")

    return end


def _length(context: Any, value: Any) -> int:
    if isinstance(value, Undefined) or not hasattr(value, "__len__"):
        raise TemplateRuntimeError("only words and lists have a length")
    return len(value)


def _default(context: Any, value: Any, instead: Any = "", also_empty: bool = False) -> Any:
    return instead if isinstance(value, Undefined) or (also_empty and not value) else value


def _number(context: Any, value: Any, instead: int = 0) -> int:
    if type(value) in (int, float):
        return int(value)
    try:
        return int(words_of(value)[:15])
    except ValueError:
        return instead


def _rounded(context: Any, value: Any, digits: int = 0) -> float:
    if type(value) not in (int, float) or type(digits) is not int or abs(digits) > 15:
        raise TemplateRuntimeError("only numbers can be rounded")
    return round(float(value), digits)


def _text(work: Callable[[_Text], _Text]) -> Callable[..., _Text]:
    def worked(context: Any, value: Any) -> _Text:
        said = words_of(value)
        METER.get().make(len(said))
        return work(said)

    return worked


def _replaced(said: _Text, old: object, new: object, count: int = -1) -> _Text:
    looked_for, instead = words_of(old), words_of(new)
    times = said.count(looked_for)
    METER.get().make(len(said) + times * len(instead) + len(said) // SCAN)
    return said.replace(looked_for, instead, count)


def _split(said: _Text, at: str | None = None, times: int = -1) -> list[Any]:
    meter = METER.get()
    meter.scan(said)
    most = meter.room(len(said) if times < 0 else times)
    found = said.split(at, most)
    meter.turn(len(found))
    meter.make(len(said))
    return list(found)


def _joined_by(said: _Text, pieces: Iterable[object]) -> _Text:
    return joined(None, loops(pieces), said)  # type: ignore[arg-type]


def _plainly(name: str, makes: bool = True) -> Callable[..., Any]:
    """A method of words that gives no more than these are long."""

    def method(said: _Text, *given: object) -> Any:
        METER.get().make(len(said) if makes else len(said) // SCAN)
        return getattr(said, name)(*map(words_of, given))

    return method


_SHORTENING = ("strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "partition", "rpartition")
_CASING = ("upper", "lower", "title", "capitalize", "casefold")
_LOOKING = ("startswith", "endswith", "find", "count", "isdigit", "isupper", "islower")

TEXT_METHODS: Mapping[str, Callable[..., Any]] = {
    **{name: _plainly(name) for name in (*_SHORTENING, *_CASING)},
    **{name: _plainly(name, makes=False) for name in _LOOKING},
    "replace": _replaced,
    "split": _split,
    "join": _joined_by,
}
"""The methods of words, by name."""

_OURS: Mapping[str, Callable[..., Any]] = {
    grammar.COUNTED: lambda context, value: loops(value),
    grammar.JOINED: joined,
    grammar.CUT: _cut,
    grammar.WEIGHED: _weighed,
    grammar.HELD: _held,
    "join": _join,
    "length": _length,
    "count": _length,
    "list": lambda context, value: list(_items(value)),
    "map": _mapped,
    "select": _chosen(True),
    "reject": _chosen(False),
    "sort": _sorted,
    "unique": lambda context, value: list(dict.fromkeys(_items(value))),
    "reverse": _reversed,
    "first": _ends(last=False),
    "last": _ends(last=True),
    "default": _default,
    "d": _default,
    "int": _number,
    "round": _rounded,
    "upper": _text(lambda said: said.upper()),
    "lower": _text(lambda said: said.lower()),
    "title": _text(lambda said: said.title()),
    "capitalize": _text(lambda said: said.capitalize()),
    "trim": _text(lambda said: said.strip()),
    "string": _text(lambda said: said),
    "escape": _text(escape),
    "e": _text(escape),
    "replace": lambda context, value, *given: _replaced(words_of(value), *given),
}


def _with_context(work: Callable[..., Any]) -> Callable[..., Any]:
    given: Callable[..., Any] = pass_context(work)
    return given


FILTERS: Mapping[str, Callable[..., Any]] = {name: _with_context(work) for name, work in _OURS.items()}
"""The filters, by name. Each is given the context, so that none is worked out before the template is filled."""

_COMPARING = (
    "eq",
    "==",
    "equalto",
    "ne",
    "!=",
    "lt",
    "<",
    "lessthan",
    "le",
    "<=",
    "gt",
    ">",
    "greaterthan",
    "ge",
    ">=",
)
_OTHERS = ("defined", "undefined", "none", "in", "odd", "even", "true", "false", "string", "number")


def _weighing(name: str) -> Callable[..., Any]:
    """A test of the interpreter's, whose cost is counted."""
    holds = cast(Callable[..., Any], JINJAS[name])

    def test(value: Any, *given: Any) -> Any:
        for one in (value, *given):
            METER.get().scan(one)
        return holds(value, *given)

    return test


TESTS: Mapping[str, Callable[..., Any]] = {name: _weighing(name) for name in (*_COMPARING, *_OTHERS)}
"""The tests, by name."""


def reckoned(sign: str, left: Any, right: Any) -> Any:
    """Two numbers put together, or with '+' two texts or lists. Raises `TemplateRuntimeError`."""
    numbers = all(type(one) in (int, float) for one in (left, right))
    if numbers and sign in _NUMBERS:
        if sign in ("/", "//", "%") and right == 0:
            raise TemplateRuntimeError("a number is divided by nought")
        made = _NUMBERS[sign](left, right)
        if abs(made) > _LARGEST:
            raise TemplateRuntimeError("the number that comes out is too large")
        return made
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        return joined(None, (left, right))
    if sign == "+" and isinstance(left, list | tuple) and isinstance(right, list | tuple):
        METER.get().turn(len(left) + len(right))
        return [*left, *right]
    raise TemplateRuntimeError(f"'{sign}' is for numbers; words are put together with '~'")


_NUMBERS: Mapping[str, Callable[[Any, Any], Any]] = {
    **{"+": operator.add, "-": operator.sub, "*": operator.mul},
    **{"/": operator.truediv, "//": operator.floordiv, "%": operator.mod},
}

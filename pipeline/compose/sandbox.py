"""Sandbox of templates, the views that they see, and what it refuses."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import partial
from types import BuiltinMethodType, MethodType
from typing import Any, cast

from jinja2 import StrictUndefined, TemplateRuntimeError, TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.environment import TemplateModule
from jinja2.filters import FILTERS
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS
from markupsafe import Markup, escape

from pipeline.compose.language import words as worded
from pipeline.compose.language.words import put
from pipeline.core.sentences import close_matches
from pipeline.model.words import PLACE, Phrases

_MARK = re.compile("\ue000([^\ue000]*):([0-9]+)\ue001")


@dataclass(frozen=True, slots=True)
class _Mark:
    """From this offset on the text is that of a line of a template."""

    offset: int
    name: str
    line: int


def put_marks(tree: nodes.Template, name: str) -> None:
    """Put a mark before each line of text that a template holds."""
    for data in tree.find_all(nodes.TemplateData):
        lines = data.data.splitlines(keepends=True)
        data.data = "".join(f"\ue000{name}:{data.lineno + n}\ue001{line}" for n, line in enumerate(lines))


def without_marks(text: str) -> tuple[str, tuple[_Mark, ...]]:
    """The text without its marks, and these."""
    marks, kept, end = [], [], 0
    length = 0
    for found in _MARK.finditer(text):
        kept.append(text[end : found.start()])
        length += len(kept[-1])
        marks.append(_Mark(length, found[1], int(found[2])))
        end = found.end()
    return "".join((*kept, text[end:])), tuple(marks)


# Views

PLAIN = frozenset({str, Markup, int, float, bool, type(None), date})
"""Types that a page can print."""

_WORKED_OUT: Mapping[str, tuple[str, ...]] = {
    "Publication": ("id", "key", "tags", "manual", "retired"),
    "PackPublication": ("id", "order"),
    "Metadata": ("authors", "keywords"),
    "Isbns": ("by_format",),
    "Catalogue": ("in_force",),
    "CataloguedText": ("reads", "holds"),
    "SitePage": ("root",),
}
"""Properties that are shown beside the fields of a record, by the name of its class: who binds loads no library."""


class View:
    """A record as a template sees it: its fields, and nothing that can be called or changed."""

    __slots__ = ("_record",)
    _record: Any

    def __init__(self, record: object) -> None:
        object.__setattr__(self, "_record", record)

    def __getattr__(self, name: str) -> Any:
        if name not in names_of(type(self._record)):
            raise AttributeError(name)
        return view(getattr(self._record, name))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a view does not change")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and self._record is other._record

    def __hash__(self) -> int:
        return id(self._record)

    def __dir__(self) -> list[str]:
        return sorted(names_of(type(self._record)))


class TableView(Mapping[Any, Any]):
    """A mapping as a template sees it."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Mapping[Any, Any]) -> None:
        self._entries = entries

    def __getitem__(self, key: Any) -> Any:
        if key in self._entries:
            return view(self._entries[key])
        if default := getattr(self._entries, "default_factory", None):
            return view(default())
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[Any]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def view(value: Any) -> Any:
    """A value as templates may have it, made as deep as somebody looks; undefined if no template may."""
    kind = type(value)
    if kind in PLAIN or kind is View or kind is TableView:
        return value
    if isinstance(value, Enum):
        return view(value.value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple | list):
        return tuple(map(view, value))
    if isinstance(value, set | frozenset):
        return frozenset(map(view, value))
    if isinstance(value, Mapping):
        return TableView(value)
    return View(value) if names_of(kind) else StrictUndefined("a template cannot show this")


_NAMES: dict[type, frozenset[str]] = {}


def names_of(kind: type) -> frozenset[str]:
    """The names of what a view of such a record has; none if it is no record."""
    if kind in _NAMES:
        return _NAMES[kind]
    own: tuple[str, ...] = ()
    if is_dataclass(kind):
        own = tuple(field.name for field in fields(kind))
    elif hasattr(kind, "model_fields"):
        own = tuple(kind.model_fields)
    every = (*own, *_WORKED_OUT.get(kind.__name__, ())) if own else ()
    return _NAMES.setdefault(kind, frozenset(name for name in every if not name.startswith("_")))


# Jinja's immutable sandbox refuses what is known to be dangerous. Here each type also has a list of the attributes that
# a template may use, and turns of loops and characters made are counted, as the preview has no other limit.

_LARGEST = 10**15
_LOOP = "index index0 revindex revindex0 first last length depth depth0 previtem nextitem cycle changed"
_TEXT = (
    "split join replace strip lstrip rstrip removeprefix removesuffix partition rpartition startswith endswith find "
    "count upper lower title capitalize casefold isdigit isupper islower"
)
_ATTRIBUTES: Mapping[type, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        str: _TEXT,
        Markup: _TEXT,
        dict: "items keys values get",
        TableView: "items keys values get",
        date: "year month day",
        LoopContext: _LOOP,
        BlockReference: "super",
    }.items()
}
_OPEN = (View, TemplateModule, TemplateReference)
"""Types whose names without an underscore are all for templates."""

_KEPT_FILTERS = "length count list map select reject sort unique reverse first last default d int round"
_TEXT_FILTERS = "upper lower title capitalize trim string escape e"
_KEPT_TESTS = (
    "defined undefined none in odd even true false string number "
    "eq == equalto ne != lt < lessthan le <= gt > greaterthan ge >="
)
_TICKED, _JOINED, _HELD = "turns of", "words of", "part of"
"""Filters that no template can write, as their names have spaces."""


class Budget:
    """What one filling of a template may cost: turns of loops and calls, and characters made."""

    def __init__(self, turns: int, length: int) -> None:
        self._turns = self._most_turns = turns
        self._length = self._most_length = length

    def turn(self) -> None:
        """Count a turn. Raises `TemplateRuntimeError` if there are too many."""
        self._turns -= 1
        if self._turns < 0:
            raise TemplateRuntimeError(f"the template ran too long ({self._most_turns:,} turns of loops and calls)")

    def make(self, length: int) -> None:
        """Count characters before they are made. Raises `TemplateRuntimeError` if there are too many."""
        self._length -= length
        if self._length < 0:
            raise TemplateRuntimeError(f"the template makes more than {self._most_length:,} characters")


BUDGET: ContextVar[Budget] = ContextVar("budget")
"""The budget of the filling that is under way."""

SPOKEN: ContextVar[Phrases | None] = ContextVar("spoken", default=None)
"""The fixed words of the template that is being filled."""


def printed(value: Any) -> Any:
    """A value that can stand in a page. Raises `TemplateRuntimeError`."""
    if type(value) in PLAIN or isinstance(value, Undefined):
        return value  # what is undefined raises its own error
    raise TemplateRuntimeError("this is not words or a number, so it cannot be printed; name a part of it")


def _text(value: Any) -> str:
    shown = printed(value)
    return shown if isinstance(shown, str) else str(shown)


def _joined(pieces: Iterable[Any], between: Any = "") -> str:
    """Values as words, one after the other; if one of them is markup the others are escaped."""
    texts, gap = [_text(piece) for piece in _ticked(pieces)], _text(between)
    BUDGET.get().make(sum(map(len, texts)) + len(gap) * len(texts))
    if any(isinstance(text, Markup) for text in (*texts, gap)):
        return Markup(escape(gap).join(map(escape, texts)))
    return gap.join(texts)


def _replaced(text: Any, old: Any, new: Any, count: int = -1) -> str:
    text, old, new = _text(text), _text(old), _text(new)
    BUDGET.get().make(len(text) + text.count(old) * len(new))
    return cast(str, text.replace(old, new, count))


def _ticked(value: Any) -> Iterator[Any]:
    """The items of a loop, each counted. Raises `TemplateRuntimeError` if it is no list."""
    if isinstance(value, Undefined):
        iter(value)  # raises its own error
    if isinstance(value, set | frozenset):
        raise TemplateRuntimeError("this list has no order; sort it first")
    if not isinstance(value, Iterable):
        raise TemplateRuntimeError("a for loop needs a list")
    budget = BUDGET.get()

    def items() -> Iterator[Any]:
        for item in value:
            budget.turn()
            yield item

    return items()


def _held(value: Any) -> Any:
    """A part of a list: a list there must be written out, so that none doubles itself."""
    if isinstance(value, list | tuple | dict):
        raise TemplateRuntimeError("a list cannot be put into another by name")
    return value


@pass_context
def _join(context: Context, value: Any, between: Any = "", attribute: str | None = None) -> str:
    parts = FILTERS["map"](context, value, attribute=attribute) if attribute else value
    return _joined(parts, between)


def _of_text(work: Callable[..., Any]) -> Callable[..., Any]:
    """A filter of Jinja that is given words alone."""
    return lambda value, *given: work(_text(value), *given)


class _Missing(StrictUndefined):
    """What is not there: an error as soon as a template uses it, with the nearest name that is."""

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        name = str(self._undefined_name)[:60]
        if not isinstance(self._undefined_obj, View):
            return f"there is no '{name}' here"
        guess = close_matches(name, dir(self._undefined_obj))
        return f"there is no '{name}' here" + (f"; did you mean '{guess[0]}'?" if guess else "")


class _House:
    """`words` in a template: what the house says, in the language of the text."""

    _FUNCTIONS = frozenset(
        (
            *("amendment", "conditions", "counted", "long_date", "pages", "plain", "read_time", "sentence"),
            *("study_count", "together"),
        )
    )
    _PHRASES: Mapping[str, str] = {
        "AMENDMENTS": "amended-",
        "EVALUATED": "evaluated-",
        "FORMATS": "format-",
        "RATINGS": "rated-",
        "RESULTS": "result-",
    }

    def __getattr__(self, name: str) -> Any:
        words = SPOKEN.get()
        if words is None:
            raise AttributeError(name)
        if name in ("say", "count"):
            return partial(_say if name == "say" else _count, words)
        if name in self._FUNCTIONS:
            return partial(_worded, getattr(worded, name), words)
        if start := self._PHRASES.get(name):
            return TableView(
                {key.removeprefix(start): p[0] for key, p in words.phrases.items() if key.startswith(start)}
            )
        raise AttributeError(name)


def _say(words: Phrases, key: str, /, **into: object) -> Markup:
    """A phrase of the house with what is given in its places."""
    return put(words, _known(words, key, into), **into)


def _count(words: Phrases, key: str, number: int, /, **into: object) -> str:
    """A phrase of the house in the form that goes with a number."""
    return words.count(_known(words, key, {"n": number, **into}), number, **into)


def _worded(work: Callable[..., str], words: Phrases, /, *given: Any, **named: Any) -> str:
    """A function of the house's words, which is given words, numbers and days alone."""
    for one in (*given, *named.values()):
        for part in one if isinstance(one, list | tuple) else (one,):
            printed(part)
    return work(words, *given, **named)


def _known(words: Phrases, key: str, into: Mapping[str, object]) -> str:
    """A key, if there are words for it and something for each of their places."""
    if key in words.phrases:
        if lacking := sorted(set(PLACE.findall(words.phrases[key][0])) - into.keys()):
            raise TemplateRuntimeError(f"the words '{key}' have a place '{lacking[0]}', and nothing is put into it")
        return key
    guess = close_matches(str(key)[:60], words.phrases)
    hint = f"; did you mean '{guess[0]}'?" if guess else ""
    raise TemplateRuntimeError(f"no words go by the name '{str(key)[:60]}' here{hint}")


_CALLED = (Macro, BlockReference, LoopContext, Undefined, partial, MethodType, BuiltinMethodType)
"""Types of what a template may call: of methods it reaches those alone that `_ATTRIBUTES` lists."""


class SandboxedTemplates(ImmutableSandboxedEnvironment):
    """Templates of layouts: everything escaped, nothing undefined, no way to run code, and an end to every loop."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops = frozenset({"+", "-"})

    def __init__(self, loader: Any, traced: bool = False) -> None:
        self._traced = traced
        super().__init__(
            loader=loader,
            autoescape=True,
            undefined=_Missing,
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,
            finalize=printed,
        )
        self.filters = {name: FILTERS[name] for name in _KEPT_FILTERS.split()}
        self.filters |= {name: _of_text(FILTERS[name]) for name in _TEXT_FILTERS.split()}
        self.filters |= {"join": _join, "replace": _replaced, _TICKED: _ticked, _JOINED: _joined, _HELD: _held}
        self.tests = {name: TESTS[name] for name in _KEPT_TESTS.split()}
        self.globals = {"words": _House()}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The template with its counters. Raises `TemplateSyntaxError`."""
        tree = super()._parse(source, name, filename)
        if self._traced:
            put_marks(tree, name or "")
        for node in tree.find_all((nodes.ScopedEvalContextModifier, nodes.NSRef)):
            raise TemplateSyntaxError("escaping cannot be turned off", node.lineno, name, filename)
        return cast(nodes.Template, _counted(tree))

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        """The pieces of a page in one, counted as they come."""
        held, budget = [], BUDGET.get()
        for piece in pieces:
            budget.make(len(piece))
            held.append(piece)
        return "".join(held)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """True if a template may use an attribute of a value."""
        return attr in _ATTRIBUTES.get(type(obj), ()) or (
            not attr.startswith("_") and isinstance(obj, (*_OPEN, _House))
        )

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:
        """An attribute that no template may use is missing."""
        return self.undefined(obj=obj, name=attribute)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """The result of a macro, of a block, of `words`, or of a method of words or tables."""
        if not isinstance(__obj, _CALLED):
            raise TemplateRuntimeError("only macros, the words of the house and a few methods of words can be called")
        BUDGET.get().turn()
        text, name = getattr(__obj, "__self__", None), getattr(__obj, "__name__", "")
        if isinstance(text, str) and name in ("join", "replace"):
            return _joined(args[0], text) if name == "join" else _replaced(text, *args)
        return __context.call(__obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Two numbers put together, or with '+' two texts or lists. Raises `TemplateRuntimeError`."""
        if operator != "**" and all(type(one) in (int, float) for one in (left, right)):
            if operator in ("/", "//", "%") and right == 0:
                raise TemplateRuntimeError("division by zero")
            made = self.binop_table[operator](left, right)
            if abs(made) > _LARGEST:
                raise TemplateRuntimeError("the number is too large")
            return made
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return _joined((left, right))
        if operator == "+" and isinstance(left, list | tuple) and isinstance(right, list | tuple):
            return [*_ticked(left), *_ticked(right)]
        raise TemplateRuntimeError(f"'{operator}' is for numbers; words are put together with '~'")

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        """A number with a sign."""
        return self.call_binop(context, operator, 0, arg)


def _counted(node: nodes.Node) -> nodes.Node:
    """A node and all in it, with counters where the interpreter has none."""
    for name, value in node.iter_fields():
        if isinstance(value, nodes.Node):
            setattr(node, name, _counted(value))
        elif isinstance(value, list):
            setattr(node, name, [_counted(one) if isinstance(one, nodes.Node) else one for one in value])
    match node:
        case nodes.For():
            node.iter = _filtered(node.iter, _TICKED)
        case nodes.Concat():
            return _filtered(nodes.List(node.nodes, lineno=node.lineno), _JOINED)
        case nodes.List() | nodes.Tuple() if getattr(node, "ctx", "load") == "load":
            node.items = [_filtered(one, _HELD) for one in node.items]
        case nodes.Pair():
            node.value = _filtered(node.value, _HELD)
    return node


def _filtered(node: nodes.Node, name: str) -> nodes.Expr:
    if name == _HELD and isinstance(node, nodes.Const | nodes.List | nodes.Tuple | nodes.Dict):
        return node  # written out
    made = nodes.Filter(cast(nodes.Expr, node), name, [], [], None, None, lineno=node.lineno)
    return cast(nodes.Expr, made.set_environment(node.environment))  # type: ignore[arg-type]

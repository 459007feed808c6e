"""Sandbox of templates, and the views of records that they see."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
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
from pipeline.compose.language.words import fill_phrase
from pipeline.core.sentences import close_matches
from pipeline.model.words import PLACEHOLDER, Phrases

# Views

PRINTABLE = frozenset({str, Markup, int, float, bool, type(None), date})
"""Types that a page can print."""

_PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "Publication": ("id", "key", "tags", "manual", "retired"),
    "PackPublication": ("id", "order"),
    "Metadata": ("authors", "keywords"),
    "Isbns": ("by_format",),
    "Catalogue": ("in_force",),
    "CataloguedText": ("reads", "holds"),
    "SitePage": ("root",),
}
"""Properties in the view of a record, by the name of its class: binding imports no class of the library."""


class View:
    """A record as a template sees it: only its fields, which cannot be called or changed."""

    __slots__ = ("_record",)
    _record: Any

    def __init__(self, record: object) -> None:
        object.__setattr__(self, "_record", record)

    def __getattr__(self, name: str) -> Any:
        if name not in names_of(type(self._record)):
            raise AttributeError(name)
        return view_of(getattr(self._record, name))

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
            return view_of(self._entries[key])
        if default := getattr(self._entries, "default_factory", None):
            return view_of(default())
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[Any]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def view_of(value: Any) -> Any:
    """Return a value as templates see it, undefined if none may. Views of parts are made on access."""
    kind = type(value)
    if kind in PRINTABLE or kind is View or kind is TableView:
        return value
    if isinstance(value, Enum):
        return view_of(value.value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple | list):
        return tuple(map(view_of, value))
    if isinstance(value, set | frozenset):
        return frozenset(map(view_of, value))
    if isinstance(value, Mapping):
        return TableView(value)
    return View(value) if names_of(kind) else StrictUndefined("a template cannot show this")


_NAMES: dict[type, frozenset[str]] = {}


def names_of(kind: type) -> frozenset[str]:
    """Return the names in the view of a record of a type; none if it is no record."""
    if kind in _NAMES:
        return _NAMES[kind]
    own: tuple[str, ...] = ()
    if is_dataclass(kind):
        own = tuple(field.name for field in fields(kind))
    elif hasattr(kind, "model_fields"):
        own = tuple(kind.model_fields)
    every = (*own, *_PROPERTIES.get(kind.__name__, ())) if own else ()
    return _NAMES.setdefault(kind, frozenset(name for name in every if not name.startswith("_")))


# Jinja's immutable sandbox refuses what is known to be dangerous. Here each type also has a list of the attributes that
# a template may use, and loops and characters are counted, as the preview has no other limit.

_LARGEST_NUMBER = 10**15
_LOOP_NAMES = "index index0 revindex revindex0 first last length depth depth0 previtem nextitem cycle changed"
_STRING_METHODS = (
    "split join replace strip lstrip rstrip removeprefix removesuffix partition rpartition startswith endswith find "
    "count upper lower title capitalize casefold isdigit isupper islower"
)
_ATTRIBUTES: Mapping[type, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        str: _STRING_METHODS,
        Markup: _STRING_METHODS,
        dict: "items keys values get",
        TableView: "items keys values get",
        date: "year month day",
        LoopContext: _LOOP_NAMES,
        BlockReference: "super",
    }.items()
}
_OPEN = (View, TemplateModule, TemplateReference)
"""Types with attributes that are all for templates, unless they begin with an underscore."""

_KEPT_FILTERS = "length count list map select reject sort unique reverse first last default d int round"
_TEXT_FILTERS = "upper lower title capitalize trim string escape e"
_KEPT_TESTS = (
    "defined undefined none in odd even true false string number "
    "eq == equalto ne != lt < lessthan le <= gt > greaterthan ge >="
)
_COUNTED, _JOINED, _SINGLE = "turns of", "words of", "part of"
"""Filters that no template can name, because of the spaces."""


class Budget:
    """Limits for filling a template: turns of loops and calls, and characters."""

    def __init__(self, turns: int, length: int) -> None:
        self._turns = self._most_turns = turns
        self._length = self._most_length = length

    def count_turn(self) -> None:
        """Count a turn. Raises `TemplateRuntimeError` if there are too many."""
        self._turns -= 1
        if self._turns < 0:
            raise TemplateRuntimeError(f"the template ran too long ({self._most_turns:,} turns of loops and calls)")

    def count_characters(self, length: int) -> None:
        """Count characters before they are produced. Raises `TemplateRuntimeError` if there are too many."""
        self._length -= length
        if self._length < 0:
            raise TemplateRuntimeError(f"the template makes more than {self._most_length:,} characters")


BUDGET: ContextVar[Budget] = ContextVar("budget")
"""The budget of the template that is being filled."""

PHRASES: ContextVar[Phrases | None] = ContextVar("phrases", default=None)
"""The phrases of the template that is being filled."""


def printed(value: Any) -> Any:
    """Return a value that a page can print. Raises `TemplateRuntimeError`."""
    if type(value) in PRINTABLE or isinstance(value, Undefined):
        return value  # an undefined value raises its own error
    raise TemplateRuntimeError("this is not words or a number, so it cannot be printed; name a part of it")


def _text(value: Any) -> str:
    value = printed(value)
    return value if isinstance(value, str) else str(value)


def _joined(values: Iterable[Any], separator: Any = "") -> str:
    """Join values as text; if one of them is markup the others are escaped."""
    texts, separator = [_text(value) for value in _counted_items(values)], _text(separator)
    BUDGET.get().count_characters(sum(map(len, texts)) + len(separator) * len(texts))
    if any(isinstance(text, Markup) for text in (*texts, separator)):
        return Markup(escape(separator).join(map(escape, texts)))
    return cast(str, separator.join(texts))


def _replaced(text: Any, old: Any, new: Any, count: int = -1) -> str:
    text, old, new = _text(text), _text(old), _text(new)
    BUDGET.get().count_characters(len(text) + text.count(old) * len(new))
    return cast(str, text.replace(old, new, count))


def _counted_items(value: Any) -> Iterator[Any]:
    """Return the items of a loop, each counted. Raises `TemplateRuntimeError` if it is no list."""
    if isinstance(value, Undefined):
        iter(value)  # raises its own error
    if isinstance(value, set | frozenset):
        raise TemplateRuntimeError("this list has no order; sort it first")
    if not isinstance(value, Iterable):
        raise TemplateRuntimeError("a for loop needs a list")
    budget = BUDGET.get()

    def items() -> Iterator[Any]:
        for item in value:
            budget.count_turn()
            yield item

    return items()


def _single(value: Any) -> Any:
    """Return a part of a list, which may not be a list by name: such lists could double their size in a loop."""
    if isinstance(value, list | tuple | dict):
        raise TemplateRuntimeError("a list cannot be put into another by name")
    return value


@pass_context
def _join(context: Context, value: Any, separator: Any = "", attribute: str | None = None) -> str:
    parts = FILTERS["map"](context, value, attribute=attribute) if attribute else value
    return _joined(parts, separator)


def _text_filter(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter of Jinja that gets text alone."""
    return lambda value, *arguments: function(_text(value), *arguments)


class _Missing(StrictUndefined):
    """A missing value: an error when a template uses it, with the most similar name."""

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        name = str(self._undefined_name)[:60]
        if not isinstance(self._undefined_obj, View):
            return f"there is no '{name}' here"
        guess = close_matches(name, dir(self._undefined_obj))
        return f"there is no '{name}' here" + (f"; did you mean '{guess[0]}'?" if guess else "")


class _TemplateWords:
    """`words` in a template: the phrases, in the language of the text."""

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
        words = PHRASES.get()
        if words is None:
            raise AttributeError(name)
        if name in ("say", "count"):
            return partial(_say if name == "say" else _count, words)
        if name in self._FUNCTIONS:
            return partial(_worded, getattr(worded, name), words)
        if prefix := self._PHRASES.get(name):
            keys = (key for key in words.phrases if key.startswith(prefix))
            return TableView({key.removeprefix(prefix): words.phrases[key][0] for key in keys})
        raise AttributeError(name)


def _say(words: Phrases, key: str, /, **into: object) -> Markup:
    """Return a phrase with values in its places."""
    return fill_phrase(words, _checked_key(words, key, into), **into)


def _count(words: Phrases, key: str, number: int, /, **into: object) -> str:
    """Return a phrase in the form for a number."""
    return words.count(_checked_key(words, key, {"n": number, **into}), number, **into)


def _worded(function: Callable[..., str], words: Phrases, /, *arguments: Any, **named: Any) -> str:
    """Call a function of phrases with text, numbers and days alone."""
    for argument in (*arguments, *named.values()):
        for part in argument if isinstance(argument, list | tuple) else (argument,):
            printed(part)
    return function(words, *arguments, **named)


def _checked_key(words: Phrases, key: str, into: Mapping[str, object]) -> str:
    """Return a key, if it has a phrase and there is a value for each place. Raises `TemplateRuntimeError`."""
    if key in words.phrases:
        if missing := sorted(set(PLACEHOLDER.findall(words.phrases[key][0])) - into.keys()):
            raise TemplateRuntimeError(f"the words '{key}' have a place '{missing[0]}', and nothing is put into it")
        return key
    guess = close_matches(str(key)[:60], words.phrases)
    hint = f"; did you mean '{guess[0]}'?" if guess else ""
    raise TemplateRuntimeError(f"no words go by the name '{str(key)[:60]}' here{hint}")


_CALLABLE = (Macro, BlockReference, LoopContext, Undefined, partial, MethodType, BuiltinMethodType)
"""Types that a template may call; it only reaches the methods that `_ATTRIBUTES` lists."""


class SandboxedTemplates(ImmutableSandboxedEnvironment):
    """Templates of layouts: text is escaped, undefined values are errors, no code runs, and every loop ends."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops = frozenset({"+", "-"})

    def __init__(self, loader: Any) -> None:
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
        self.filters |= {name: _text_filter(FILTERS[name]) for name in _TEXT_FILTERS.split()}
        self.filters |= {
            "join": _join,
            "replace": _replaced,
            _COUNTED: _counted_items,
            _JOINED: _joined,
            _SINGLE: _single,
        }
        self.tests = {name: TESTS[name] for name in _KEPT_TESTS.split()}
        self.globals = {"words": _TemplateWords()}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Return the template with counters. Raises `TemplateSyntaxError`."""
        tree = super()._parse(source, name, filename)
        for node in tree.find_all((nodes.ScopedEvalContextModifier, nodes.NSRef)):
            raise TemplateSyntaxError("escaping cannot be turned off", node.lineno, name, filename)
        return cast(nodes.Template, _with_counters(tree))

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        """Join the pieces of a page, counted one by one."""
        page, budget = [], BUDGET.get()
        for piece in pieces:
            budget.count_characters(len(piece))
            page.append(piece)
        return "".join(page)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Return whether a template may use an attribute of a value."""
        return attr in _ATTRIBUTES.get(type(obj), ()) or (
            not attr.startswith("_") and isinstance(obj, (*_OPEN, _TemplateWords))
        )

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:
        """Return a missing value for an attribute that no template may use."""
        return self.undefined(obj=obj, name=attribute)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a macro, a block, `words`, or a method of text or tables."""
        if not isinstance(__obj, _CALLABLE):
            raise TemplateRuntimeError("only macros, the words of the house and a few methods of words can be called")
        BUDGET.get().count_turn()
        text, name = getattr(__obj, "__self__", None), getattr(__obj, "__name__", "")
        if isinstance(text, str) and name in ("join", "replace"):
            return _joined(args[0], text) if name == "join" else _replaced(text, *args)
        return __context.call(__obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Apply an operator to two numbers, or '+' to two texts or lists. Raises `TemplateRuntimeError`."""
        if operator != "**" and all(type(operand) in (int, float) for operand in (left, right)):
            if operator in ("/", "//", "%") and right == 0:
                raise TemplateRuntimeError("division by zero")
            number = self.binop_table[operator](left, right)
            if abs(number) > _LARGEST_NUMBER:
                raise TemplateRuntimeError("the number is too large")
            return number
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return _joined((left, right))
        if operator == "+" and isinstance(left, list | tuple) and isinstance(right, list | tuple):
            return [*_counted_items(left), *_counted_items(right)]
        raise TemplateRuntimeError(f"'{operator}' is for numbers; words are put together with '~'")

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        """Apply a sign to a number."""
        return self.call_binop(context, operator, 0, arg)


def _with_counters(node: nodes.Node) -> nodes.Node:
    """Return a node and its children with counters, where the interpreter has none."""
    for name, value in node.iter_fields():
        if isinstance(value, nodes.Node):
            setattr(node, name, _with_counters(value))
        elif isinstance(value, list):
            children = [_with_counters(child) if isinstance(child, nodes.Node) else child for child in value]
            setattr(node, name, children)
    match node:
        case nodes.For():
            node.iter = _filtered(node.iter, _COUNTED)
        case nodes.Concat():
            return _filtered(nodes.List(node.nodes, lineno=node.lineno), _JOINED)
        case nodes.List() | nodes.Tuple() if getattr(node, "ctx", "load") == "load":
            node.items = [_filtered(item, _SINGLE) for item in node.items]
        case nodes.Pair():
            node.value = _filtered(node.value, _SINGLE)
    return node


def _filtered(node: nodes.Node, name: str) -> nodes.Expr:
    if name == _SINGLE and isinstance(node, nodes.Const | nodes.List | nodes.Tuple | nodes.Dict):
        return node  # written out
    filtered = nodes.Filter(cast(nodes.Expr, node), name, [], [], None, None, lineno=node.lineno)
    return cast(nodes.Expr, filtered.set_environment(node.environment))  # type: ignore[arg-type]

"""The interpreter of templates, closed: what is not named here can be neither read nor called.

Jinja's own sandbox refuses what is known to be dangerous. This one knows the few kinds of things that a template is
given, what each has, and what may be called; of everything else nothing is reachable.
"""

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from datetime import date
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, Template, TemplateRuntimeError, TemplateSyntaxError, Undefined, nodes
from jinja2.environment import TemplateModule
from jinja2.runtime import BlockReference, LoopContext, Macro, TemplateReference
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from pipeline.compose.language import words as worded
from pipeline.compose.language.house import put
from pipeline.compose.templates.grammar import closed
from pipeline.compose.templates.meter import METER, loops
from pipeline.compose.templates.origins import put_marks
from pipeline.compose.templates.views import ABSENT, TableView, View, entries, entry, part, parts
from pipeline.compose.templates.word_tools import FILTERS, TESTS, TEXT_METHODS, printed, reckoned
from pipeline.load.slips.near import near
from pipeline.model.words import PLACE, Words

_LOOP = frozenset({
    *("index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0", "previtem", "nextitem"),
})  # fmt: skip
_LOOP_CALLS = ("cycle", "changed")
_DATE = frozenset({"year", "month", "day"})
_KEYS = (str, Markup, int, float, bool, type(None))


class _Named:
    """Something of ours that a template may call, by what it does."""

    __slots__ = ("_work",)

    def __init__(self, work: Callable[..., Any]) -> None:
        self._work = work


def _pairs(table: Mapping[Any, Any] | TableView) -> list[tuple[Any, Any]]:
    return list(entries(table) if isinstance(table, TableView) else table.items())


_TABLE_METHODS: Mapping[str, Callable[..., Any]] = {
    "items": _pairs,
    "keys": lambda table: [key for key, _ in _pairs(table)],
    "values": lambda table: [value for _, value in _pairs(table)],
    "get": lambda table, key, instead=None: instead if (found := _under(table, key)) is ABSENT else found,
}


SPOKEN: ContextVar[Words | None] = ContextVar("spoken", default=None)
"""The fixed words of the template that is being filled."""


def _say(words: Words, key: str, /, **into: object) -> Markup:
    """A phrase of the house with what is given in its places."""
    return put(words, _known(words, key, into), **into)


def _count(words: Words, key: str, number: int, /, **into: object) -> str:
    """A phrase of the house in the form that goes with a number."""
    return words.count(_known(words, key, {"n": number, **into}), number, **into)


def _known(words: Words, key: str, into: Mapping[str, object]) -> str:
    """A key, if there are words for it and something for each of their places."""
    if key in words.phrases:
        lacking = sorted(set(PLACE.findall(words.phrases[key][0])) - into.keys())
        if lacking:
            raise TemplateRuntimeError(f"the words '{key}' have a place '{lacking[0]}', and nothing is put into it")
        return key
    guess = near(str(key)[:60], words.phrases)
    hint = f"; did you mean '{guess[0]}'?" if guess else ""
    raise TemplateRuntimeError(f"no words go by the name '{str(key)[:60]}' here{hint}")


def _word(words: Words, work: Callable[..., str]) -> _Named:
    """A function of the house's words, which says something of words, numbers and days alone."""

    def said(*given: Any, **named: Any) -> str:
        for one in (*given, *named.values()):
            for part_of_it in one if isinstance(one, list | tuple) else (one,):
                printed(part_of_it)
        return work(words, *given, **named)

    return _Named(said)


_FUNCTIONS: Mapping[str, Callable[..., str]] = {
    "say": _say,
    "count": _count,
    "amendment": worded.amendment,
    "conditions": worded.conditions,
    "counted": worded.counted,
    "long_date": worded.long_date,
    "pages": worded.pages,
    "plain": worded.plain,
    "read_time": worded.read_time,
    "sentence": worded.sentence,
    "study_count": worded.study_count,
    "together": worded.together,
}
_PHRASES: Mapping[str, str] = {
    "AMENDMENTS": "amended-",
    "EVALUATED": "evaluated-",
    "FORMATS": "format-",
    "RATINGS": "rated-",
    "RESULTS": "result-",
}
"""The parts of `words` in a template: functions, each named here, and tables of the phrases that begin alike."""


def _of_words(name: str) -> Any:
    """The part of `words` under a name, or `ABSENT`."""
    words = SPOKEN.get()
    if words is not None and name in _FUNCTIONS:
        return _word(words, _FUNCTIONS[name])
    if words is not None and name in _PHRASES:
        start = _PHRASES[name]
        own = {key.removeprefix(start): said[0] for key, said in words.phrases.items() if key.startswith(start)}
        return TableView(own)
    return ABSENT


WORDS = TableView({})
"""A stand-in for `words` in a template; `_of_words` has what it has."""


class ClosedEnvironment(SandboxedEnvironment):
    """Templates of layouts: everything escaped, nothing undefined, no way to run code, and an end to every loop."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops = frozenset({"+", "-"})

    def __init__(self, loader: BaseLoader, traced: bool = False) -> None:
        self._traced = traced
        super().__init__(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,
            finalize=printed,
        )
        self.filters = dict(FILTERS)
        self.tests = dict(TESTS)
        self.globals = {"words": WORDS}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The template in the part of the grammar that is allowed. Raises `TemplateSyntaxError`."""
        tree = super()._parse(source, name, filename)
        try:
            if self._traced:
                put_marks(tree, name or "")
            return closed(tree, FILTERS, TESTS)
        except TemplateSyntaxError as refused:
            raise TemplateSyntaxError(str(refused.message), refused.lineno, name, filename) from None

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        """The pieces of a page in one, counted as they come."""
        held, meter = [], METER.get()
        for piece in pieces:
            meter.make(len(piece))
            held.append(piece)
        return "".join(held)

    def get_template(self, name: str | Template, *rest: Any, **more: Any) -> Template:
        """A template of the layouts; each that is included is counted."""
        METER.get().turn()
        return super().get_template(name, *rest, **more)

    def select_template(self, names: Iterable[str | Template], *rest: Any, **more: Any) -> Template:
        """The first of some templates that there is."""
        METER.get().turn()
        return super().select_template(names, *rest, **more)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A part of a thing by its name."""
        found = _part(obj, attribute)
        return self._nothing(obj, attribute) if found is ABSENT else found

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An entry of a table or list, a letter of words, or a part by its name."""
        found = _under(obj, argument)
        if found is ABSENT and isinstance(argument, str):
            found = _part(obj, str(argument))
        return self._nothing(obj, argument) if found is ABSENT else found

    def _nothing(self, obj: Any, name: Any) -> Undefined:
        """Undefined value for a missing part: an error as soon as a template uses it."""
        said = str(name)[:60] if type(name) in _KEYS else "this"
        if isinstance(obj, View) and isinstance(name, str):
            guess = near(said, parts(obj))
            return self.undefined(f"there is no '{said}' here" + (f"; did you mean '{guess[0]}'?" if guess else ""))
        return self.undefined(f"there is no '{said}' here")

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Result of a call of a macro or block, of the words of the house, or of a method of a string."""
        kind, meter = type(__obj), METER.get()
        if kind is Macro or kind is BlockReference:
            meter.enter()
            try:
                return __context.call(__obj, *args, **kwargs)
            finally:
                meter.leave()
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        if kind is LoopContext:
            meter.enter()
            try:
                return __obj(*map(loops, args))
            finally:
                meter.leave()
        if kind is _Named:
            meter.turn()
            made = __obj._work(*args, **kwargs)
            meter.scan(made)
            return made
        if isinstance(__obj, Undefined):
            return __obj()  # says what is missing
        raise TemplateRuntimeError("only macros, the words of the house and a few methods of words can be called")

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Two values reckoned together."""
        return reckoned(operator, left, right)

    def call_unop(self, context: Any, operator: str, arg: Any) -> Any:
        """A number with a sign."""
        return reckoned(operator, 0, arg)


def _part(thing: Any, name: str) -> Any:
    """Attribute of a value, or `ABSENT`. Every kind of value that has attributes is listed here."""
    kind = type(thing)
    if kind is View:
        return part(thing, name)
    if thing is WORDS:
        return _of_words(name)
    if kind is TableView or kind is dict:
        method = _TABLE_METHODS.get(name)
        return _Named(_bound(method, thing)) if method else _under(thing, name)
    if kind is str or kind is Markup:
        return _Named(_bound(TEXT_METHODS[name], thing)) if name in TEXT_METHODS else ABSENT
    if kind is LoopContext:
        if name in _LOOP_CALLS:
            return _Named(getattr(thing, name))
        return getattr(thing, name) if name in _LOOP else ABSENT
    if kind is date:
        return getattr(thing, name) if name in _DATE else ABSENT
    return _inner(thing, name)


def _inner(thing: Any, name: str) -> Any:
    """Attribute of an object of the template engine, or `ABSENT`."""
    if isinstance(thing, Undefined):
        return thing._fail_with_undefined_error()
    if name.startswith("_"):
        return ABSENT
    kind = type(thing)
    if kind is TemplateModule:
        return vars(thing).get(name, ABSENT)
    if kind is TemplateReference:
        try:
            return thing[name]
        except KeyError:
            return ABSENT
    return thing.super if kind is BlockReference and name == "super" else ABSENT


def _bound(method: Callable[..., Any], thing: Any) -> Callable[..., Any]:
    return lambda *given, **named: method(thing, *given, **named)


def _under(thing: Any, key: Any) -> Any:
    """Item of a table, list or string by key or index, or `ABSENT`."""
    kind = type(thing)
    if type(key) not in _KEYS:
        return ABSENT
    if thing is WORDS:
        return ABSENT
    if kind is TableView:
        return entry(thing, key)
    if kind is dict:
        return thing.get(key, ABSENT)
    if kind in (list, tuple, str, Markup) and type(key) is int:
        return thing[key] if -len(thing) <= key < len(thing) else ABSENT
    if isinstance(thing, Undefined):
        return thing._fail_with_undefined_error()
    return ABSENT

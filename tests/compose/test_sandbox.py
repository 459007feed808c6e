"""A template never runs code, never reads what it was not given, and never works without end."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path

import pytest
from markupsafe import Markup
from pydantic import BaseModel

from pipeline.compose.briefing import compose_briefing
from pipeline.compose.sandbox import View, view_of
from pipeline.compose.templates import fill_template, syntax_fault
from pipeline.core.diagnostics import LayoutFault
from pipeline.model.formats import Layouts
from pipeline.model.manuscript import Metadata
from pipeline.model.publication import PackPublication, Publication
from pipeline.model.source.record import Isbns
from tests.support.compose import samples
from tests.support.words import ENGLISH

PAGE = "briefing/briefing.html.j2"
METADATA, ISBNS = Metadata("a", "A", "en", "B"), Isbns(epub="9780306406157")
DAY = date(2024, 5, 1)
PICKLED = r'"cposix\nsystem\n(S\'touch {}\'\ntR."'

RUN = {
    "a pickle in a record": "{{ publication.briefing.fields.parse_raw(PICKLE, proto='pickle', allow_pickle=True) }}",
    "a file through a record": "{{ publication.briefing.fields.parse_file('/etc/passwd') }}",
    "a record's class": "{{ publication.briefing.fields.__class__.parse_raw('') }}",
    "a record's model": "{{ publication.briefing.fields.model_fields }}",
    "the record behind a view": "{{ publication._record }}",
    "its name in pieces": "{{ publication['_rec' ~ 'ord'] }}",
    "the mapping behind a table": "{{ folios._entries }}",
    "a method of a record": "{{ publication.briefing.fields.model_dump() }}",
    "a class of words": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "the class as an item": "{{ ''['__class__'] }}",
    "the class in pieces": "{{ ''['__cla' ~ 'ss__'] }}",
    "a filter that reads names": "{{ ''|attr('__class__') }}",
    "a map of names": "{{ ['']|map('attr', '__class__')|list }}",
    "a map of parts": "{{ ['']|map(attribute='__class__')|list }}",
    "a sort by a name": "{{ ['', 'a']|sort(attribute='__class__') }}",
    "a join by a name": "{{ ['']|join(attribute='__class__') }}",
    "a selection by a name": "{{ ['']|selectattr('__class__')|list }}",
    "a group by a name": "{{ ['']|groupby('__class__') }}",
    "a test of filters": "{{ 'attr' is filter }}",
    "the module of the house's words": "{{ words.TYPE_CHECKING }}",
    "what the module imports": "{{ words.Result }}",
    "a function of the module that is not named": "{{ words.measured(publication) }}",
    "the globals of a function": "{{ words.long_date.__globals__ }}",
    "the work of a function": "{{ words.long_date._work }}",
    "the globals of a macro": "{% macro m() %}{% endmacro %}{{ m.__globals__ }}",
    "the function of a macro": "{% macro m() %}{% endmacro %}{{ m._func }}",
    "the interpreter of a macro": "{% macro m() %}{% endmacro %}{{ m._environment }}",
    "the context behind self": "{{ self._TemplateReference__context }}",
    "self's class": "{{ self.__init__.__globals__ }}",
    "the loop's class": "{% for a in 'b' %}{{ loop.__init__.__globals__ }}{% endfor %}",
    "the loop's iterator": "{% for a in 'b' %}{{ loop._iterator }}{% endfor %}",
    "the loop's interpreter": "{% for a in 'b' %}{{ loop._undefined }}{% endfor %}",
    "what is not defined": "{{ nothing.__init__.__globals__ }}",
    "what is not defined, called": "{{ nothing('id') }}",
    "the class of nothing": "{{ (nothing|default(none)).__class__ }}",
    "words formatted": "{{ '{0.__class__}'.format(publication) }}",
    "words formatted by a map": "{{ '{a.__class__}'.format_map({'a': publication}) }}",
    "markup formatted": "{{ text.format(publication) }}",
    "a percent sign": "{{ '%s' % publication }}",
    "a format filter": "{{ '%s'|format(publication) }}",
    "a caller's frame": "{% macro m() %}{{ caller.__code__ }}{% endmacro %}{% call m() %}{% endcall %}",
    "a caller of one's own": "{% macro m() %}{{ caller('id') }}{% endmacro %}{{ m(caller='id') }}",
    "an import's module": "{% import 'briefing/facts.html.j2' as facts %}{{ facts.__dict__ }}",
    "an import's stream": "{% import 'briefing/facts.html.j2' as facts %}{{ facts._body_stream }}",
    "a range": "{{ range(3) }}",
    "a namespace": "{% set n = namespace(a=1) %}",
    "a joiner": "{{ joiner()._fail }}",
    "a cycler": "{{ cycler('a').__init__.__globals__ }}",
    "lipsum's globals": "{{ lipsum.__globals__['os'].popen('id') }}",
    "a dictionary's class": "{{ dict(a=1).__class__ }}",
    "a dictionary that is changed": "{% set a = {'b': 1} %}{{ a.update({'c': 2}) }}",
    "a list that is changed": "{% set a = ['b'] %}{{ a.append('c') }}",
    "the interpreter": "{{ environment.loader }}",
    "the context": "{{ context.environment }}",
    "stars in a call": "{{ words.long_date(*text) }}",
    "a statement of an extension": "{% do [].append(1) %}",
    "a debugger": "{% debug %}",
    "escaping turned off": "{% autoescape false %}{{ text }}{% endautoescape %}",
    "words that are called markup": "{{ '<b>'|safe }}",
    "a file outside": "{% include '/etc/passwd' %}",
    "a file above": "{% include '../../source/library.yaml' %}",
    "a style sheet as a template": "{% include 'tokens.css' %}",
    "a template of nobody's": "{% extends 'nobody.j2' %}",
    "a day's methods": "{{ day.strftime('%Y') }}",
    "bytes": "{{ ''.encode('utf-8').__class__ }}",
    "a translation": "{{ 'a'.translate({97: publication}) }}",
    "a whole record": "{{ publication }}",
    "a whole table": "{{ words.FORMATS }}",
    "a function printed": "{{ words.long_date }}",
    "a function in words": "{{ 'a' ~ words.long_date }}",
    "a macro in words": "{% macro m() %}{% endmacro %}{{ ['a', m]|join }}",
    "a record in the house's words": "{{ words.pages([publication]) }}",
    "a macro in the house's words": "{% macro m() %}{% endmacro %}{{ words.counted(2, m, m) }}",
    "an import printed": "{% import 'briefing/facts.html.j2' as facts %}{{ facts }}",
    "a loop printed": "{% for a in 'b' %}{{ loop }}{% endfor %}",
    "self printed": "{{ self }}",
    "a set's order": "{% for a in some %}{{ a }}{% endfor %}",
}
"""Ways to run code, to read what was not given, or to print what differs from one run to the next."""

WORK = {
    "loops in loops": "{% for a in text %}{% for b in text %}{% for c in text %}{% endfor %}{% endfor %}{% endfor %}",
    "words doubled": "".join("{% set a = (a|default('ab')) ~ (a|default('ab')) %}" for _ in range(40)),
    "words added": "{% set a = 'a' %}" + "{% set a = a + a %}" * 40,
    "lists added": "{% set a = [1] %}" + "{% set a = a + a %}" * 40,
    "lists in lists": "{% set a = [1] %}" + "{% set a = [a, a] %}" * 40 + "{{ a == a }}",
    "blocks doubled": "{% set a %}ab{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 40,
    "replaced again and again": "{% set a = 'aa' %}" + "{% set a = a.replace('a', a) %}" * 9,
    "joined again and again": "{% set a = 'aa' %}" + "{% set a = a.join(a.split('a')) ~ a %}" * 40,
    "a factor": "{{ 'a' * 10 ** 9 }}",
    "a power": "{{ 9 ** 9 ** 9 }}",
    "a large number": "{{ 9999999999 * 9999999999 }}",
    "centred": "{{ 'a'.center(10000000000) }}",
    "filled with noughts": "{{ 'a'.zfill(10000000000) }}",
    "indented": "{{ 'a'|indent(10000000000) }}",
    "a macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "macros that double": "".join(
        f"{{% macro m{n}() %}}{{{{ m{n - 1}() }}}}{{{{ m{n - 1}() }}}}{{% endmacro %}}" for n in range(1, 30)
    ).replace("{{ m0() }}", "x")
    + "{{ m29() }}",
    "a template that includes itself": f"{{% include '{PAGE}' %}}",
    "a loop that calls itself": "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "a block that calls itself": "{% block b %}{{ self.b() }}{% endblock %}",
    "asked for ever": "{% for a in text %}{% for b in text %}{{ 'zz' is in(long) }}{% endfor %}{% endfor %}",
    "searched for ever": "{% for a in text %}{% for b in text %}{{ 'zz' in long }}{% endfor %}{% endfor %}",
    "brackets": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "negations": "{{ " + "not " * 5000 + "1 }}",
    "tags in tags": "{% if 1 %}" * 2000 + "{% endif %}" * 2000,
    "loops in loops too deep": "{% for a in [1] %}" * 25 + "{% endfor %}" * 25,
    "filters in filters": "{{ 1" + "|int" * 5000 + " }}",
    "the interpreter's own argument": "{% for a in 'b' %}{{ words.plain('a', _loop_vars={}) }}{% endfor %}",
    "an argument twice, spelt otherwise": "{{ words.plain(slug='a', ﬂug='b', flug='c') }}",
    "an argument twice": "{{ words.plain(slug='a', slug='b') }}",
    "a long number": "{{ " + "9" * 6000 + " }}",
}
"""Ways to work without end, to fill all memory, or to break the code that a template is compiled to."""


def filled(text: str, **values: object) -> str:
    """A template of the layouts that ship, filled, whose second line is a text."""
    layouts = Layouts({**samples.layouts().files, PAGE: f"<p>\n{text}\n</p>"})
    given: dict[str, object] = {
        "publication": samples.publication(),
        "text": Markup("<b>words</b>" * 100),
        "long": "a" * 100_000,
        "folios": {"a": 1},
        "some": {"a", "b"},
        "day": DAY,
        "words": ENGLISH,
    }
    return fill_template(layouts, PAGE, given | values, turns=100_000, length=2_000_000)


@pytest.mark.parametrize("payload", RUN.values(), ids=list(RUN))
def test_no_template_reaches_beyond_what_it_is_given(payload: str, tmp_path: Path) -> None:
    canary = tmp_path / "ran"
    with pytest.raises(LayoutFault) as told:
        filled(payload.replace("PICKLE", PICKLED.format(canary)))
    assert (told.value.path, told.value.line) == (f"layouts/{PAGE}", 2)
    assert_in_words(told.value.sentence)
    assert not canary.exists()


@pytest.mark.proof
@pytest.mark.parametrize("payload", WORK.values(), ids=list(WORK))
def test_no_template_works_without_end(payload: str) -> None:
    with pytest.raises(LayoutFault) as told:
        filled(payload)
    assert told.value.path == f"layouts/{PAGE}"
    assert_in_words(told.value.sentence)


def assert_in_words(sentence: str) -> None:
    """No name of a type, an address in memory or an exception is shown to an author."""
    for word in ("object", "Error", "pipeline", " at 0x", "NoneType", "View", "str'", "Markup"):
        assert word not in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("payload", "said"),
    {
        "{{ 1 / 0 }}": "division by zero.",
        "{{ 1 + 'a' }}": "'+' is for numbers; words are put together with '~'.",
        "{{ publication.titel }}": "there is no 'titel' here.",
        "{{ publication.identity.titel }}": "there is no 'titel' here; did you mean 'title'?",
        "{{ nobody }}": "there is no 'nobody' here.",
        "{{ ''|attr('a') }}": "No filter named 'attr'.",
        "{{ 1 is callable }}": "No test named 'callable'.",
        "{% include 'nobody.j2' %}": "there is no template 'nobody.j2' in the layouts.",
        "{% for a in 5 %}{% endfor %}": "a for loop needs a list.",
        "{% for a, b in [1] %}{% endfor %}": "two things here do not go together, such as words and a number.",
        "{{ 1 < 'a' }}": "two things here do not go together, such as words and a number.",
        "{% macro m() %}{% endmacro %}{{ m(1) }}": "macro 'm' takes not more than 0 argument(s).",
        "{{ words.amendment('sold', '') }}": "two things here do not go together, such as words and a number.",
        f"{{% include '{PAGE}' %}}": "it goes into itself without end, or is too deep in brackets.",
        "{% for a in long %}{% endfor %}{{ 1 }}{% for a in long %}{% endfor %}":
            "the template ran too long (100,000 turns of loops and calls).",
    }.items(),
)  # fmt: skip
def test_a_slip_is_told_in_a_sentence(payload: str, said: str) -> None:
    with pytest.raises(LayoutFault) as told:
        filled(payload)
    assert (told.value.line, told.value.sentence) == (2, said)


@pytest.mark.parametrize(
    ("payload", "expected"),
    {
        "{{ publication.id }} {{ publication.identity.version }}": "street-lighting 1.2",
        "{{ publication.dates[0].on.year + 1 }}": "2023",
        "{{ words.long_date(day) }}, {{ words.read_time(3) }}": "1 May 2024, 3 mins read",
        "{{ words.FORMATS['print'] }}": "print",
        "{{ words.say('page-of', page=2, pages=text[:3]) }}, {{ words.count('minutes', 1) }}"
        "": "Page 2 of <b>, 1 minute",
        "{% for a in 'bc' %}{{ loop.index }}{{ loop.cycle('x', 'y') }}{{ a }}{% endfor %}": "1xb2yc",
        "{% for key, value in {'a': 1, 'b': 2}.items() %}{{ key }}{{ value }}{% endfor %}": "a1b2",
        "{{ folios.a }}{{ folios['a'] }}{{ folios.get('b', 7) }}{{ 'a' in folios }}": "117True",
        "{{ ['b', 'a']|sort|join(', ') }}{{ ['a', '', 'a']|select|unique|list|length }}": "a, b1",
        "{{ ['a', 'b']|reject('in', ['a'])|join }}{{ 'abcd'[1:3] }}{{ 'abc'[-1] }}{{ 'ab'|upper }}": "bbcc" + "AB",
        "{{ nothing|default('else') }}{{ publication.nothing is defined }}": "elseFalse",
        "{{ '<' ~ text[:3] }}": "&lt;<b>",
        "{% macro m(a) %}[{{ a }}{{ caller() }}]{% endmacro %}{% call m('x') %}y{% endcall %}": "[xy]",
        "{{ 7 // 2 }}{{ 7 % 2 }}{{ -1 }}{{ 'a'.replace('a', '<') }}": "31-1&lt;",
        "{% block b %}in {{ 'block' }}{% endblock %}": "in block",
        "{% for a in [['b', 'c']] %}{% for d in a %}{{ d }}{% endfor %}{% endfor %}": "bc",
        "{% for a in 'b' recursive %}{{ a }}{{ loop('') }}{% endfor %}": "b",
        "{{ some|sort|join }}": "ab",
    }.items(),
)  # fmt: skip
def test_what_templates_need_they_have(payload: str, expected: str) -> None:
    assert filled(payload).split("\n", 1)[1].removesuffix("</p>").strip() == expected


def test_a_template_may_go_on_from_another_of_the_layouts() -> None:
    on = "{% extends 'a.j2' %}{% block b %}{{ super() }}b{% endblock %}"
    assert fill_template(Layouts({"a.j2": "<{% block b %}a{% endblock %}>", "b.j2": on}), "b.j2", {}) == "<ab>"


@pytest.mark.parametrize("name", ['x"+str(1)+"y.j2', "x'y.j2", "x\ny.j2", "é.j2", "a b.j2", "{{ 1 }}.j2"])
def test_the_name_of_a_template_is_plain(name: str) -> None:
    layouts = Layouts({name: "{{ 'a' if b }}", "b.j2": f"{{% include {name!r} %}}"})
    fault = syntax_fault(name, "")
    assert fault is not None
    assert fault.sentence.startswith("its name may have letters")
    for asked in (name, "b.j2"):
        with pytest.raises(LayoutFault, match="there is no template"):
            fill_template(layouts, asked, {"b": False})


def records(value: object, seen: dict[type, object]) -> dict[type, object]:
    """One record of each kind within a value."""
    if (is_dataclass(value) or isinstance(value, BaseModel)) and type(value) not in seen:
        seen[type(value)] = value
        names = [f.name for f in fields(value)] if is_dataclass(value) else list(type(value).model_fields)  # type: ignore[arg-type]
        for name in names:
            records(getattr(value, name), seen)
    elif isinstance(value, tuple | list):
        for one in value:
            records(one, seen)
    elif isinstance(value, Mapping):
        records(tuple(value.values()), seen)
    return seen


def test_views_hold_values_alone() -> None:
    plain = (str, int, float, bool, type(None), type(DAY), View)
    found = records((samples.publication(), samples.pack(), samples.series()), {})
    assert len(found) > 30
    for record in found.values():
        seen = view_of(record)
        assert type(seen) is View
        assert not [name for name in ("parse_raw", "parse_file", "model_dump", "json") if name in dir(seen)]
        for name in dir(seen):
            value = getattr(seen, name)
            for one in value if isinstance(value, tuple | frozenset) else (value,):
                assert isinstance(one, plain) or type(one).__name__ in ("TableView", "tuple", "object"), (record, name)
                assert not isinstance(one, BaseModel)


def test_views_hold_what_is_worked_out() -> None:
    seen = {type(one): set(dir(view_of(one))) for one in (samples.publication(), samples.pack(), METADATA, ISBNS)}
    assert seen[Publication] >= {"id", "key", "tags", "manual", "identity"}
    assert seen[PackPublication] >= {"id", "order", "members"}
    assert seen[Metadata] >= {"authors", "keywords", "title"}
    assert seen[Isbns] >= {"by_format", "epub"}


def test_a_view_does_not_change() -> None:
    seen = view_of(samples.publication())
    with pytest.raises(AttributeError):
        seen.identity = 1


def test_the_layouts_that_ship_are_filled_within_the_bounds() -> None:
    """A briefing takes some thousands of turns and characters, so the bounds stop nobody's work."""
    assert compose_briefing(samples.publication(), samples.layouts()).chapter.body

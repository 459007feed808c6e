"""Regular expressions that meet foreign text do not blow up: at worst each letter is looked at with each other.

Every pattern of the pipeline is read as the engine reads it. Each of its repetitions is drawn out to a long line, in
every way that the pattern allows one, and left to fail at the end. What is cubic takes many seconds for that, and what
is exponential for ever: either is broken off.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from pipeline.core.limits import Limit, LimitReached, break_off_after
from tests.support.project import ROOT

LONG = 700
"""Letters of a line."""

MOST = Limit(seconds=1, memory=100_000)
"""A line takes some thousandths of a second, even where each letter is looked at with each other."""

CALLS = frozenset({"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"})
ENDS = ("", "\x00", "!", "\n", ">")
NOT_HERE = {"pipeline.__main__"}


@cache
def patterns() -> dict[str, re.Pattern[Any]]:
    """Every pattern of the pipeline by its place: those of modules, and those that stand in a call."""
    found: dict[str, re.Pattern[Any]] = {}
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if name in NOT_HERE:
            continue
        text = path.read_text(encoding="utf-8")
        if "import re\n" not in text:
            continue
        for held, value in vars(import_module(name)).items():
            if isinstance(value, re.Pattern):
                found[f"{name}.{held}"] = value
        for node in ast.walk(ast.parse(text)):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="re"), attr=call), args=[ast.Constant(str(said)), *_]
                ):
                    if call in CALLS and call != "compile":
                        whole = rf"(?:{said})\Z" if call == "fullmatch" else said
                        found[f"{name}:{node.lineno}"] = re.compile(rf"\A{whole}" if "match" in call else whole)
    return found


def letter(kind: Any, value: Any) -> str:
    """A letter that a set or a class has."""
    match kind:
        case op.LITERAL:
            return chr(value)
        case op.RANGE:
            return chr(value[0])
        case op.CATEGORY:
            whole = {op.CATEGORY_DIGIT: "1", op.CATEGORY_SPACE: " ", op.CATEGORY_WORD: "a", op.CATEGORY_NOT_WORD: "-"}
            return whole.get(value, "a")
    return "a"


def one_of(choices: list[Any]) -> str:
    """A letter of a set; of one that is named by what it has not, one that it has."""
    if choices and choices[0][0] == op.NEGATE:
        barred = re.compile("[" + "".join(f"\\u{ord(letter(*one)):04x}" for one in choices[1:]) + "]")
        return next(sign for sign in "a1 -.x\n\t" if not barred.match(sign))
    return letter(*choices[0])


def drawn(tree: Any, target: Any, branch: int) -> str:
    """A text that the tree matches, in which the repetition that is meant is as long as can be."""
    return "".join(part(kind, value, target, branch) for kind, value in tree)


def part(kind: Any, value: Any, target: Any, branch: int) -> str:
    """The same of one node."""
    match kind:
        case op.LITERAL:
            return chr(value)
        case op.NOT_LITERAL:
            return "a" if value != ord("a") else "b"
        case op.ANY:
            return "a"
        case op.IN:
            return one_of(value)
        case op.BRANCH:
            return drawn(value[1][branch % len(value[1])], target, branch)
        case op.SUBPATTERN:
            return drawn(value[-1], target, branch)
        case op.ATOMIC_GROUP:
            return drawn(value, target, branch)
        case op.MAX_REPEAT | op.MIN_REPEAT | op.POSSESSIVE_REPEAT:
            least, _, inner = value
            once = drawn(inner, target, branch) or "a"
            return once * (LONG // len(once)) if inner is target else once * min(max(least, 1), 50)
    return ""


def repetitions(tree: Any) -> Iterator[Any]:
    """What is repeated without end, or very often, anywhere in a tree."""
    for kind, value in tree:
        match kind:
            case op.MAX_REPEAT | op.MIN_REPEAT | op.POSSESSIVE_REPEAT:
                if value[1] == op.MAXREPEAT or value[1] > 50:
                    yield value[2]
                yield from repetitions(value[2])
            case op.BRANCH:
                for one in value[1]:
                    yield from repetitions(one)
            case op.SUBPATTERN:
                yield from repetitions(value[-1])
            case op.ATOMIC_GROUP:
                yield from repetitions(value)


def lines(pattern: re.Pattern[Any]) -> Iterator[Any]:
    """Long lines that a pattern almost matches."""
    tree = _parser.parse(pattern.pattern, pattern.flags)
    for repeated in repetitions(tree):
        for branch in range(2):
            line = drawn(tree, repeated, branch)
            alone = drawn([(op.MAX_REPEAT, (1, op.MAXREPEAT, repeated))], repeated, branch)
            for text in dict.fromkeys((line, line[:-1], alone)):
                for end in ENDS:
                    yield (
                        (text + end).encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text + end
                    )


def blows_up(pattern: re.Pattern[Any]) -> str:
    """The beginning of a line that a pattern cannot be searched in, if there is one."""
    for line in lines(pattern):
        try:
            with break_off_after(MOST):
                pattern.search(line)
        except LimitReached:
            return repr(line[:60])
    return ""


@pytest.mark.proof
def test_no_pattern_takes_more_for_each_letter_of_a_longer_line() -> None:
    found = {place: blows_up(pattern) for place, pattern in patterns().items()}
    assert {place: line for place, line in found.items() if line} == {}


@pytest.mark.proof
@pytest.mark.parametrize("blown", [r"(a+)+$", r"(a|a)*!", r"(\w+\s?)*$", r"\s*(.*?)\s*,\s*$"])
def test_what_blows_up_is_found(blown: str) -> None:
    """Nested repetitions, choices that overlap, and neighbours that take each other's letters."""
    pattern = re.compile(blown)
    assert blows_up(pattern)


@pytest.mark.every_service
@pytest.mark.parametrize(
    ("place", "line"),
    {
        "services.importing.typed_lines._NO_CITATIONS": "`" * 60_000 + "a",
        "services.comments.source_edits._LAST_MARKS": " " * 60_000 + "a",
        "services.importing.cited_works._AND_OTHERS": " " * 60_000 + "a",
        "services.importing.briefing_writer._AFFILIATION": "1" * 60_000 + "a",
        "core.printed_code._LABEL": " " * 30_000 + "CODE" + " " * 30_000 + "-",
        "compose.design.tokens._TOKEN": "-" * 60_000,
        "compose.design.tokens._LENGTH": "-" * 60_000,
    }.items(),
)
def test_long_lines_of_one_letter_are_searched_at_once(place: str, line: str) -> None:
    pattern = patterns()[f"pipeline.{place}"]
    with break_off_after(MOST):
        pattern.search(line)

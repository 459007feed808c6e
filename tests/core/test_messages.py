"""Every message that the program names is in the tables of the rooms, with just the fields that it is given."""

import ast
import re
from collections.abc import Iterator
from string import Formatter

from pipeline.core.diagnostics import FAULT
from pipeline.core.messages import catalogue
from tests.support.project import ROOT

SOURCES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "pipeline").rglob("*.py"))
}
Call = tuple[str, str, ast.Call]


def named(node: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def calls() -> Iterator[Call]:
    """Every call of `message` that says the name of its kind, with its place in the sources."""
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "message":
                yield from ((f"{path}:{node.lineno}", name, node) for name in named(node.args[0]))


CALLS = [one for one in calls() if not one[0].startswith("pipeline/services/colleges/mail_transport.py:")]
"""Without those of mail: there a message is one that is sent."""


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def keys_of(path: str, holder: ast.expr) -> set[str]:
    """The words in the dictionaries that a file gives a name to: among them are the keys of `**name`."""
    name = ast.unparse(holder)
    lines = [node for node in ast.walk(SOURCES[path]) if isinstance(node, ast.Assign | ast.AnnAssign)]
    return {key for node in lines if re.match(rf"{name}\b", ast.unparse(node)) for key in named(node)}


def misgiven(path: str, name: str, call: ast.Call) -> set[str]:
    """Fields that a call lacks, or has for nothing; a dictionary may have more, for other messages."""
    given = {one.arg for one in call.keywords if one.arg} - {"hint", "validator"}
    held = {key for one in call.keywords if not one.arg for key in keys_of(path, one.value)}
    has_hint = len(call.args) > 2 or any(one.arg == "hint" for one in call.keywords)
    kind = catalogue()[name]
    says, does = fields(kind.says) - {"validator"}, fields(kind.do) - {"validator"}
    return (given - says - does) | ((says if has_hint else says | does) - given - held)


def test_every_message_that_is_said_is_in_the_tables() -> None:
    assert [(place, name) for place, name, _ in CALLS if name not in catalogue()] == []


def test_every_message_gets_just_its_fields() -> None:
    found = [(place, name, misgiven(place.partition(":")[0], name, call)) for place, name, call in CALLS]
    assert [one for one in found if one[2]] == []


def test_every_message_is_said() -> None:
    compared = {
        id(one)
        for tree in SOURCES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) or (isinstance(node, ast.Call) and ast.unparse(node.func) == "frozenset")
        for one in ast.walk(node)
    }
    said = {
        node.value
        for tree in SOURCES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and id(node) not in compared
    }
    assert sorted(set(catalogue()) - said - {FAULT}) == []


def test_no_two_messages_have_one_name() -> None:
    """A table that another hides would never be explained."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "pipeline").rglob("messages.toml")]
    assert sum(len(re.findall(r"^\[", text, re.MULTILINE)) for text in texts) == len(catalogue())

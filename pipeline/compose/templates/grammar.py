"""The part of Jinja's grammar that templates may use, and counters put where the interpreter has none."""

import math
import unicodedata
from collections import Counter
from collections.abc import Collection
from typing import cast

from jinja2 import TemplateSyntaxError, nodes

DEPTH = 60
"""Brackets, filters and tags within one another."""

COUNTED, JOINED, CUT, WEIGHED, HELD = "turns of", "words of", "piece of", "weight of", "part of"
"""Filters of ours: no template can write their names, as they have spaces."""

_ALLOWED = frozenset({
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.Getattr, nodes.Getitem),
    *(nodes.Slice, nodes.Call, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or),
    *(nodes.Not, nodes.CondExpr, nodes.For, nodes.If, nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.With),
    *(nodes.Block, nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport, nodes.Assign, nodes.AssignBlock),
    *(nodes.Concat, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg, nodes.Pos),
    *(nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair, nodes.Keyword, nodes.Scope),
})  # fmt: skip
"""Nodes allowed in a template. Extensions add no tags: none is loaded."""

_CALLED: dict[type[nodes.Node], str] = {
    nodes.ScopedEvalContextModifier: "escaping cannot be turned off",
    nodes.NSRef: "a name cannot be given to a part of something",
    nodes.Pow: "'**' is not known here",
}
_SPECIAL = frozenset({"varargs", "kwargs"})
_CALLS = (nodes.Call, nodes.Filter, nodes.Test)


def closed(tree: nodes.Template, filters: Collection[str], tests: Collection[str]) -> nodes.Template:
    """The template with its counters. Raises `TemplateSyntaxError` at whatever no template may hold."""
    pending: list[tuple[nodes.Node, int, int]] = [(tree, 0, 1)]
    while pending:
        node, depth, around = pending.pop()
        line = getattr(node, "lineno", None) or around
        reason = _fault(node, filters, tests)
        if depth > DEPTH:
            reason = "brackets, filters or tags are too deep within one another"
        if reason:
            raise TemplateSyntaxError(reason, line)
        pending += [(child, depth + 1, line) for child in node.iter_child_nodes()]
    tree.body = [_counted(node) for node in tree.body]
    return tree


def _fault(node: nodes.Node, filters: Collection[str], tests: Collection[str]) -> str:
    """Why a template may not hold this; nothing where it may."""
    kind = type(node)
    if kind not in _ALLOWED:
        return _CALLED.get(kind, "this is not known here")
    if isinstance(node, nodes.Name) and (node.name.startswith("_") or node.name in _SPECIAL):
        return f"the name '{node.name}' is not known here"
    if isinstance(node, nodes.Const) and isinstance(node.value, float) and not math.isfinite(node.value):
        return "this number is too large"
    if isinstance(node, nodes.Filter) and node.name not in filters:
        return f"there is no filter '{node.name}'"
    if isinstance(node, nodes.Test) and node.name not in tests:
        return f"there is no test '{node.name}'"
    return _fault_of_call(node) if isinstance(node, _CALLS) else ""


def _fault_of_call(node: nodes.Call | nodes.Filter | nodes.Test) -> str:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        return "'*' is not known in a call"
    names = Counter(unicodedata.normalize("NFKC", str(pair.key)) for pair in node.kwargs)
    if wrong := [name for name, times in names.items() if times > 1 or name.startswith("_")]:
        return f"a call cannot be given '{wrong[0]}' like this"
    return ""


def _counted(node: nodes.Node) -> nodes.Node:
    """A node and all in it, counters put in."""
    for name, value in node.iter_fields():
        if isinstance(value, nodes.Node):
            setattr(node, name, _counted(value))
        elif isinstance(value, list):
            setattr(node, name, [_counted(one) if isinstance(one, nodes.Node) else one for one in value])
    match node:
        case nodes.For():
            node.iter = _filtered(cast(nodes.Expr, node.iter), COUNTED)
        case nodes.Concat():
            return _filtered(nodes.List(node.nodes, lineno=node.lineno), JOINED)
        case nodes.Getitem(arg=nodes.Slice() as cut):
            ends = [end or nodes.Const(None, lineno=node.lineno) for end in (cut.start, cut.stop, cut.step)]
            return _filtered(node.node, CUT, ends)
        case nodes.Compare():
            node.expr = _filtered(node.expr, WEIGHED)
        case nodes.Operand():
            node.expr = _filtered(node.expr, WEIGHED)
        case nodes.List() | nodes.Tuple() if getattr(node, "ctx", "load") == "load":
            node.items = [_held(one) for one in node.items]
        case nodes.Pair():
            node.key, node.value = _held(node.key), _held(node.value)
    return node


def _held(node: nodes.Expr) -> nodes.Expr:
    """A part of a list: a list there must be written out, so that none doubles itself."""
    literal = isinstance(node, nodes.Const | nodes.List | nodes.Tuple | nodes.Dict)
    return node if literal else _filtered(node, HELD)


def _filtered(node: nodes.Expr, name: str, arguments: list[nodes.Expr] | None = None) -> nodes.Filter:
    made = nodes.Filter(node, name, arguments or [], [], None, None, lineno=node.lineno)
    return made.set_environment(node.environment)  # type: ignore[return-value, arg-type]

"""Words that stand in a document for what is locked in it: citations, links, calls of notes and the like."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from pipeline.model import body as tree
from pipeline.model.bibliography import Bibliography
from pipeline.model.body import plain_text, walk
from pipeline.model.words import Words

_MOST_NAMES = 2
"""More authors than these are 'and others'."""


def labels(body: tree.Body, works: Bibliography, name: Callable[[str, int], str]) -> Callable[[tree.Inline], str]:
    """The words for each locked part of a text's lines; `name` is what the house calls its second figure or table.

    Whether there are any depends on the text alone.
    """
    named = dict(_names(body, name))

    def label(node: tree.Inline) -> str:
        match node:
            case tree.CitationGroup():
                return _citation(node, works)
            case tree.CrossReference(target=target) | tree.NumberReference(target=target):
                return plain_text(node.children) or named.get(target, target)
            case tree.Link():
                return "".join(map(label, node.children)) or node.href or "[]"
            case tree.FootnoteCall():
                return f"[{node.number}]"
            case tree.Image():
                return node.alt
            case tree.LineBreak():
                return "\n"
            case tree.Emphasis() | tree.Strong() | tree.Span() | tree.Marked():
                return "".join(map(label, node.children))
            case _:
                return plain_text(node)

    return label


def house_labels(works: Bibliography, words: Words) -> Callable[[tree.Body], Callable[[tree.Inline], str]]:
    """Return the labels of a body, with the house's names of figures and tables."""
    return partial(labels, works=works, name=lambda kind, number: words.say(kind, number=number))


def _names(body: tree.Body, name: Callable[[str, int], str]) -> Iterator[tuple[str, str]]:
    """Names that references give to figures, tables, equations and headings, by their ids."""
    counted = {"figure": 0, "table": 0}
    for node in walk(body):
        match node:
            case tree.Figure() | tree.Table() if node.id:
                kind = "figure" if isinstance(node, tree.Figure) else "table"
                counted[kind] += 1
                yield node.id, name(kind, counted[kind])
            case tree.Heading():
                yield node.id, plain_text(node.children)
            case tree.Equation() if node.id:
                yield node.id, plain_text(node.children)
            case _:
                pass


def _citation(group: tree.CitationGroup, works: Bibliography) -> str:
    if group.narrative:
        one = group.citations[0]
        rest = _rest(one)
        year = ", ".join(filter(None, (_year(works, one.key), *rest)))
        return f"{_authors(works, one.key)} ({year})" if year else _authors(works, one.key)
    return f"({'; '.join(_one(citation, works) for citation in group.citations)})"


def _one(citation: tree.Citation, works: Bibliography) -> str:
    authors = "" if citation.suppress_author else _authors(works, citation.key)
    said = ", ".join(filter(None, (authors, _year(works, citation.key), *_rest(citation))))
    return " ".join(filter(None, (citation.prefix.strip(), said)))


def _rest(citation: tree.Citation) -> tuple[str, ...]:
    locator = f"{citation.label} {citation.locator}" if citation.locator else ""
    return locator, citation.suffix.strip(" ,")


def _csl(works: Bibliography, key: str) -> Mapping[str, Any]:
    return works[key].csl if key in works else {}


def _authors(works: Bibliography, key: str) -> str:
    csl = _csl(works, key)
    people: Sequence[Mapping[str, Any]] = csl.get("author") or csl.get("editor") or ()
    names = [str(one.get("family") or one.get("literal") or one.get("given") or "") for one in people]
    if not names:
        return str(csl.get("title", "")) or key
    return " and ".join(names) if len(names) <= _MOST_NAMES else f"{names[0]} and others"


def _year(works: Bibliography, key: str) -> str:
    issued = _csl(works, key).get("issued") or {}
    parts = issued.get("date-parts") or ((),)
    return str(parts[0][0]) if parts[0] else str(issued.get("literal", ""))

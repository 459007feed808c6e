"""References to figures, tables and headings that are written as citations, `@fig-x`, as Quarto has them."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from typing import Any

from pipeline.load.markdown.citations import is_target
from pipeline.model.body import Citation, CitationGroup, CrossReference, Figure, Text

_KIND = re.compile(r"(?:fig|figure|tbl|tab|table|eq|eqn|equation|sec|section)s?\.?", re.IGNORECASE)
"""Words before a reference that stand for its own: 'Fig. @fig-x' is 'Fig. 2'."""
_NUMBER = re.compile(r"\d+")


def refers(citation: Citation, ids: Container[str], works: Container[str]) -> bool:
    """True if a citation refers to something of the text itself: it has that id, and no work has the key."""
    return is_target(citation.key) and citation.key in ids and citation.key not in works and not citation.locator


def speaking(nodes: Iterable[Any]) -> frozenset[str]:
    """The ids of those headings, figures, tables and formulas that have a number or words to be referred to by."""
    return frozenset(node.id for node in nodes if node.id and not (isinstance(node, Figure) and node.decorative))


def referred(group: CitationGroup, words: Mapping[str, str], works: Container[str]) -> tuple[Any, ...] | None:
    """The nodes for works cited together of which some are figures and the like; None where all are works.

    `words` are those by which each thing of the text is referred to, by id.
    """
    spoken = {target for target, said in words.items() if said}
    things = [one for one in group.citations if refers(one, spoken, works)]
    if not things:
        return None
    cited = tuple(one for one in group.citations if one not in things)
    shown: list[Any] = []
    for one in things:
        shown += [Text("; ", one.place)] if shown else []
        shown += _reference(one, words[one.key])
    if not cited:
        return _bracketed(shown, group) if any(one.prefix and not _is_kind(one.prefix) for one in things) else (*shown,)
    rest = replace(group, citations=cited, narrative=group.narrative and group.citations[0] is cited[0])
    if group.narrative and not rest.narrative:
        return (*shown, Text(" ", group.place), rest)
    return (rest, Text(" ", group.place), *_bracketed(shown, group))


def _is_kind(words: str) -> bool:
    return bool(_KIND.fullmatch(words.strip()))


def _reference(one: Citation, said: str) -> list[Any]:
    """A reference with the words that its author put before and behind it."""
    number = _NUMBER.search(said)
    if number and (one.suppress_author or _is_kind(one.prefix)):
        said = number[0]
    before = [Text(f"{one.prefix.rstrip()} ", one.place)] if one.prefix.strip() else []
    behind = [Text(one.suffix, one.place)] if one.suffix.strip() else []
    return [*before, CrossReference(one.key, (Text(said, one.place),), one.place), *behind]


def _bracketed(shown: list[Any], group: CitationGroup) -> tuple[Any, ...]:
    return (Text("(", group.place), *shown, Text(")", group.place))

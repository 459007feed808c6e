"""Cross-references and links: numbers, words and targets."""

import re
import unicodedata
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import unquote

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import catalogue, message
from pipeline.core.sentences import suggest_names
from pipeline.load.markdown.citations import looks_like_target
from pipeline.load.markdown.links import (
    candidate_ids,
    is_text_path,
    resolve_text_path,
    shorten_own_link,
    without_anchor,
)
from pipeline.model import body as tree
from pipeline.model.body import (
    Citation,
    CitationGroup,
    CrossReference,
    Figure,
    Text,
    plain_text,
    rebuild_children,
    rebuild_nodes,
    walk_nodes,
)
from pipeline.model.words import Phrases
from pipeline.resolve.environment import Environment
from pipeline.resolve.names import unknown_briefing
from pipeline.resolve.reading import (
    COMPOSED_ANCHORS,
    NAMED_KINDS,
    NodeIndex,
    avoid_composed_anchor,
    group_nodes_by_kind,
)

# References written like citations, as in Quarto: `@fig-x`

_KIND = re.compile(r"(?:fig|figure|tbl|tab|table|eq|eqn|equation|sec|section)s?\.?", re.IGNORECASE)
"""Words before a reference that replace its own: 'Fig. @fig-x' is printed as 'Fig. 2'."""
_NUMBER = re.compile(r"\d+")


def is_reference(citation: Citation, ids: Container[str], works: Container[str]) -> bool:
    """True if a citation means an id of the text, and no work."""
    return (
        looks_like_target(citation.key) and citation.key in ids and citation.key not in works and not citation.locator
    )


def referable_ids(nodes: Iterable[Any]) -> frozenset[str]:
    """The ids of headings, figures, tables and formulas that a reference can name."""
    return frozenset(node.id for node in nodes if node.id and not (isinstance(node, Figure) and node.decorative))


def fill_references(group: CitationGroup, words: Mapping[str, str], works: Container[str]) -> tuple[Any, ...] | None:
    """Replace the references among works that are cited together; None if all are works.

    `words` has the words for each thing of the text, by id.
    """
    named = {target for target, text in words.items() if text}
    references = [citation for citation in group.citations if is_reference(citation, named, works)]
    if not references:
        return None
    cited = tuple(citation for citation in group.citations if citation not in references)
    opening, closing = Text("(", group.place), Text(")", group.place)
    nodes: list[Any] = []
    for reference in references:
        nodes += [Text("; ", reference.place)] if nodes else []
        text, number = words[reference.key], _NUMBER.search(words[reference.key])
        if number and (reference.suppress_author or _is_kind(reference.prefix)):
            text = number[0]
        nodes += [Text(f"{reference.prefix.rstrip()} ", reference.place)] if reference.prefix.strip() else []
        nodes.append(CrossReference(reference.key, (Text(text, reference.place),), reference.place))
        nodes += [Text(reference.suffix, reference.place)] if reference.suffix.strip() else []
    if not cited:
        has_words = any(reference.prefix and not _is_kind(reference.prefix) for reference in references)
        return (opening, *nodes, closing) if has_words else (*nodes,)
    rest = replace(group, citations=cited, narrative=group.narrative and group.citations[0] is cited[0])
    if group.narrative and not rest.narrative:
        return (*nodes, Text(" ", group.place), rest)
    return (rest, Text(" ", group.place), opening, *nodes, closing)


def _is_kind(words: str) -> bool:
    return bool(_KIND.fullmatch(words.strip()))


PLACEHOLDER_CLASS = "figure-not-shown"
"""The class of the placeholder for a figure that cannot be shown."""


def split_target(href: str) -> tuple[str, str]:
    """Split 'briefing:ID#anchor' into the id and the anchor."""
    name, _, anchor = href.removeprefix("briefing:").partition("#")
    return name, anchor


_COUNTED = re.compile(r"(.+)-(\d+)")


def known_anchor(anchor: str, known: Collection[str]) -> str:
    """Return the known anchor with the same letters and digits, if there is only one.

    GitHub's anchor for 'A & B' is `#a--b`, and for the second such heading `#a--b-1`, which is `a-b-2` here.
    """
    if anchor in known:
        return anchor
    plain = unquote(anchor)
    counted = _COUNTED.fullmatch(plain)
    names = [plain, f"{counted[1]}-{int(counted[2]) + 1}"] if counted else [plain]
    for letters in map(_letters, names):
        if matches := [name for name in known if _letters(name) == letters and name not in COMPOSED_ANCHORS]:
            return matches[0] if len(matches) == 1 else anchor
    return anchor


def _letters(name: str) -> str:
    flat = unicodedata.normalize("NFKD", name.lower().removeprefix("section-"))
    return "".join(filter(str.isalnum, flat))


# Rules


def cross_references_lead_somewhere(nodes: NodeIndex) -> Iterator[Diagnostic]:
    """Every cross-reference has a target that has words or a number."""
    named = frozenset(node.id for kind in NAMED_KINDS for node in nodes.kinds.get(kind, ()))
    references: tuple[tree.CrossReference | tree.NumberReference, ...] = nodes.every(tree.CrossReference)
    for reference in (*references, *nodes.every(tree.NumberReference)):
        target = known_anchor(reference.target, nodes.anchors)
        if target not in nodes.anchors:
            yield _no_anchor(reference.target, nodes.anchors, reference.place)
        elif target not in named:
            yield message("link-without-words", reference.place, anchor=reference.target)


def links_in_the_text_lead_somewhere(nodes: NodeIndex) -> Iterator[Diagnostic]:
    """Every link '#id' has a target in the same text."""
    for link in nodes.every(tree.Link):
        anchor = link.href.removeprefix("#")
        if anchor != link.href and known_anchor(anchor, nodes.anchors) not in nodes.anchors:
            yield _no_anchor(anchor, nodes.anchors, link.place)


def _no_anchor(anchor: str, known: frozenset[str], place: Location) -> Diagnostic:
    hint = suggest_names(anchor, known - COMPOSED_ANCHORS, "") or None
    return message("link-unknown-anchor", place, hint, where="this text", anchor=anchor)


def links_to_briefings_lead_somewhere(environment: Environment, nodes: NodeIndex) -> Iterator[Diagnostic]:
    """Every link 'briefing:ID#anchor' has a target in this library."""
    for link in nodes.every(tree.Link):
        href = _resolved_href(link, environment)
        if not href.startswith("briefing:"):
            continue
        name, anchor = split_target(href)
        if name in environment.broken:
            continue
        if name not in environment.briefings:
            yield unknown_briefing(name, environment.briefings, link.place)
        elif anchor and known_anchor(anchor, environment.anchors[name]) not in environment.anchors[name]:
            known = environment.anchors[name] - COMPOSED_ANCHORS
            hint = suggest_names(anchor, known, "Use the id of a heading, figure or table of that briefing.")
            where = f"the briefing '{name}'"
            yield message("link-unknown-anchor", link.place, hint=hint, where=where, anchor=anchor)


def paths_lead_to_texts(environment: Environment, nodes: NodeIndex) -> Iterator[Diagnostic]:
    """Every link by a path leads to a text. Reported once for each missing text."""
    lost: dict[tuple[str, ...], list[tree.Link]] = {}
    for link in nodes.every(tree.Link):
        href = _resolved_href(link, environment)
        if not href.startswith(("#", "briefing:")) and is_text_path(href):
            lost.setdefault(candidate_ids(href, link.place.path), []).append(link)
    for names, links in lost.items():
        more = len(links) - 1
        others = "" if not more else "; one more link leads there" if more == 1 else f"; {more} more links lead there"
        # Texts that the path may mean, by its last step and then by more of it.
        nearest = (suggest_names(name, environment.briefings, "") for name in reversed(names))
        hint = f"{next(filter(None, nearest), '')} {catalogue()['link-unknown-text'].do}".strip()
        yield message("link-unknown-text", links[0].place, hint, path=without_anchor(links[0].href), more=others)


def _resolved_href(link: tree.Link, environment: Environment) -> str:
    """Return the address of a link; 'briefing:ID' for a path to a briefing."""
    href = resolve_text_path(link.href, link.place.path, environment.briefings)
    return resolve_text_path(href, link.place.path, environment.broken)


# Filling in

Anchors = Mapping[str, frozenset[str] | None]
"""Anchors of each briefing; None if the briefing cannot be read, which is reported there."""


def number_figures_and_tables(parts: tuple[Any, ...]) -> tuple[Any, ...]:
    """Number the figures, tables and equations that have an id or a caption, in order."""
    if not any(isinstance(node, tree.Figure | tree.Table | tree.Equation) for node in walk_nodes(parts)):
        return parts
    figures, tables, equations = count(1), count(1), count(1)

    def change(node: Any) -> tuple[Any, ...] | None:
        match node:
            case tree.Figure():
                is_numbered = (node.id or node.caption) and not node.decorative
                return (replace(node, number=next(figures)) if is_numbered else node,)
            case tree.Table():
                return (replace(node, number=next(tables)) if node.id or node.caption else node,)
            case tree.Equation() if node.id:
                return (rebuild_children(replace(node, number=next(equations)), change),)
            case tree.EquationLabel():
                return (replace(node, number=next(equations)) if node.id and not node.tag else node,)
        return None

    return rebuild_nodes(parts, change)


def reference_words(
    parts: tuple[Any, ...], phrases: Phrases, composed: Iterable[str] = COMPOSED_ANCHORS
) -> dict[str, str]:
    """Return the words of references to each heading, figure, table and equation, by id.

    `composed` are the anchors that composing adds to this text.
    """
    words: dict[str, str] = dict.fromkeys(composed, "")
    kinds = group_nodes_by_kind(parts)
    for node in (node for kind in (tree.Span, tree.Division) for node in kinds.get(kind, ()) if node.attributes.id):
        words[node.attributes.id] = "[figure]" if PLACEHOLDER_CLASS in node.attributes.classes else ""
    for heading in kinds.get(tree.Heading, ()):
        words[heading.id] = plain_text(heading.children)
    for kind, name in ((tree.Figure, "figure"), (tree.Table, "table"), (tree.Equation, "equation")):
        for node in kinds.get(kind, ()):
            if node.id:
                words[node.id] = phrases.say(name, number=node.number) if node.number else ""
    for label in kinds.get(tree.EquationLabel, ()):
        if label.id:
            words[label.id] = phrases.say("equation", number=label.tag or label.number)
    words.update((avoid_composed_anchor(name), "") for name in COMPOSED_ANCHORS if words.get(name))
    return words


def reference_numbers(parts: tuple[Any, ...]) -> dict[str, str]:
    """Return the numbers of figures, tables and equations, or their own labels, by id."""
    kinds = group_nodes_by_kind(parts)
    numbers = {
        node.id: str(node.number)
        for kind in (tree.Figure, tree.Table, tree.Equation)
        for node in kinds.get(kind, ())
        if node.id and node.number
    }
    labels = {node.id: node.tag or str(node.number) for node in kinds.get(tree.EquationLabel, ()) if node.id}
    return numbers | labels


def fill_number(node: tree.NumberReference, words: Mapping[str, str], numbers: Mapping[str, str]) -> tuple[Any, ...]:
    """Fill in the number of a target; if it has none its words, or a placeholder."""
    number = numbers.get(node.target)
    if number is None:
        return fill_reference(tree.CrossReference(node.target, (), node.place), words)
    return (replace(node, children=(tree.Text(f"({number})" if node.bracketed else number, node.place),)),)


def fill_reference(node: tree.CrossReference, words: Mapping[str, str]) -> tuple[Any, ...]:
    """Fill in the words of a cross-reference, or a placeholder."""
    node = replace(node, target=known_anchor(node.target, words))
    text = words.get(node.target, "")
    if not text:
        problem = "has no words" if node.target in words else "not found"
        return (tree.Placeholder(f"[#{node.target}: {problem}]"),)
    return (replace(node, children=(tree.Text(text, node.place),)),)


def resolve_link(node: tree.Link, words: Mapping[str, str], briefings: Anchors, change: Any) -> tuple[Any, ...]:
    """Resolve a link; one that leads nowhere becomes its words and a placeholder."""
    href = resolve_text_path(node.href, node.place.path, briefings)
    href = href if href == node.href else shorten_own_link(href, node.place.path)
    href = _to_known_anchor(href, words, briefings)
    link: tree.Link = replace(rebuild_children(node, change), href=href)
    if _leads_somewhere(href, words, briefings):
        return (link,)
    return (*link.children, tree.Text(" ", node.place), tree.Placeholder(f"[{node.href}: not found]"))


def _to_known_anchor(href: str, words: Mapping[str, str], briefings: Anchors) -> str:
    """Replace the anchor of an address by the known one, an author's heading first."""
    name, anchor = split_target(href) if href.startswith("briefing:") else ("", href.removeprefix("#"))
    known = (briefings.get(name) or ()) if name else words
    if not anchor or not href.startswith(("#", "briefing:")):
        return href
    moved = avoid_composed_anchor(anchor)
    anchor_now = moved if anchor in COMPOSED_ANCHORS and moved in known else known_anchor(anchor, known)
    return f"{href.removesuffix(anchor)}{anchor_now}"


def _leads_somewhere(href: str, words: Mapping[str, str], briefings: Anchors) -> bool:
    if href.startswith("#"):
        return href[1:] in words
    if not href.startswith("briefing:"):
        return not is_text_path(href)
    name, anchor = split_target(href)
    known = briefings.get(name)
    return name in briefings and (not anchor or known is None or anchor in known)

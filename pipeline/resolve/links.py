"""Cross-references and links, numbered and checked."""

import re
import unicodedata
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import unquote

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import catalogue, message
from pipeline.core.sentences import suggestion
from pipeline.load.markdown.citations import is_target
from pipeline.load.markdown.links import is_text_path, names_of, resolve_text_path, target_of, within
from pipeline.model import body as tree
from pipeline.model.body import (
    Citation,
    CitationGroup,
    CrossReference,
    Figure,
    Text,
    plain_text,
    rebuild,
    rebuilt_below,
    walk,
)
from pipeline.model.words import Phrases
from pipeline.resolve.environment import Environment
from pipeline.resolve.reading import MADE_ANCHORS, NAMED_KINDS, NodeIndex, out_of_the_way, sorted_by_kind

# References written as citations, `@fig-x`, as Quarto has them

_KIND = re.compile(r"(?:fig|figure|tbl|tab|table|eq|eqn|equation|sec|section)s?\.?", re.IGNORECASE)
"""Words before a reference that stand for its own: 'Fig. @fig-x' is 'Fig. 2'."""
_NUMBER = re.compile(r"\d+")


def refers(citation: Citation, ids: Container[str], works: Container[str]) -> bool:
    """True if a citation refers to something of the text itself: it has that id, and no work has the key."""
    return is_target(citation.key) and citation.key in ids and citation.key not in works and not citation.locator


def referable_ids(nodes: Iterable[Any]) -> frozenset[str]:
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
        said, number = words[one.key], _NUMBER.search(words[one.key])
        if number and (one.suppress_author or _is_kind(one.prefix)):
            said = number[0]
        shown += [Text(f"{one.prefix.rstrip()} ", one.place)] if one.prefix.strip() else []
        shown.append(CrossReference(one.key, (Text(said, one.place),), one.place))
        shown += [Text(one.suffix, one.place)] if one.suffix.strip() else []
    if not cited:
        return _bracketed(shown, group) if any(one.prefix and not _is_kind(one.prefix) for one in things) else (*shown,)
    rest = replace(group, citations=cited, narrative=group.narrative and group.citations[0] is cited[0])
    if group.narrative and not rest.narrative:
        return (*shown, Text(" ", group.place), rest)
    return (rest, Text(" ", group.place), *_bracketed(shown, group))


def _is_kind(words: str) -> bool:
    return bool(_KIND.fullmatch(words.strip()))


def _bracketed(shown: list[Any], group: CitationGroup) -> tuple[Any, ...]:
    return (Text("(", group.place), *shown, Text(")", group.place))


STAND_IN = "figure-not-shown"
"""The class of what stands for a figure that cannot be shown."""


def split_target(href: str) -> tuple[str, str]:
    """The briefing and the anchor that 'briefing:ID#anchor' names."""
    name, _, anchor = href.removeprefix("briefing:").partition("#")
    return name, anchor


_COUNTED = re.compile(r"(.+)-(\d+)")


def known_as(anchor: str, known: Collection[str]) -> str:
    """The anchor as it is known, or the one with the same letters and digits, as other programs write it.

    GitHub makes `#a--b` of 'A & B', and `#a--b-1` of the second such heading, which is `a-b-2` here.
    """
    if anchor in known:
        return anchor
    plain = unquote(anchor)
    names = [plain, *(f"{found[1]}-{int(found[2]) + 1}" for found in (_COUNTED.fullmatch(plain),) if found)]
    for letters in map(_letters, names):
        if alike := [name for name in known if _letters(name) == letters and name not in MADE_ANCHORS]:
            return alike[0] if len(alike) == 1 else anchor
    return anchor


def _letters(name: str) -> str:
    flat = unicodedata.normalize("NFKD", name.lower().removeprefix("section-"))
    return "".join(filter(str.isalnum, flat))


# Rules


def cross_references_lead_somewhere(passage: NodeIndex) -> Iterator[Diagnostic]:
    """Every cross-reference has a target with words to show."""
    speaking = frozenset(node.id for kind in NAMED_KINDS for node in passage.kinds.get(kind, ()))
    references: tuple[tree.CrossReference | tree.NumberReference, ...] = passage.every(tree.CrossReference)
    for reference in (*references, *passage.every(tree.NumberReference)):
        target = known_as(reference.target, passage.anchors)
        if target not in passage.anchors:
            yield _no_anchor(reference.target, passage.anchors, reference.place)
        elif target not in speaking:
            yield message("link-without-words", reference.place, anchor=reference.target)


def links_in_the_text_lead_somewhere(passage: NodeIndex) -> Iterator[Diagnostic]:
    """Every link '#id' has a target in the same text."""
    for link in passage.every(tree.Link):
        anchor = link.href.removeprefix("#")
        if anchor != link.href and known_as(anchor, passage.anchors) not in passage.anchors:
            yield _no_anchor(anchor, passage.anchors, link.place)


def _no_anchor(anchor: str, known: frozenset[str], place: Location) -> Diagnostic:
    hint = suggestion(anchor, known - MADE_ANCHORS, "") or None
    return message("link-unknown-anchor", place, hint, where="this text", anchor=anchor)


def links_to_briefings_lead_somewhere(environment: Environment, passage: NodeIndex) -> Iterator[Diagnostic]:
    """Every link 'briefing:ID#anchor' has a target in this library."""
    for link in passage.every(tree.Link):
        href = _meant(link, environment)
        if not href.startswith("briefing:"):
            continue
        name, anchor = split_target(href)
        if name in environment.broken:
            continue
        if name not in environment.briefings:
            hint = suggestion(name, environment.briefings, "Briefings live in source/briefings/.")
            yield message("briefing-unknown", link.place, hint=hint, name=name)
        elif anchor and known_as(anchor, environment.anchors[name]) not in environment.anchors[name]:
            known = environment.anchors[name] - MADE_ANCHORS
            hint = suggestion(anchor, known, "Use the id of a heading, figure or table of that briefing.")
            where = f"the briefing '{name}'"
            yield message("link-unknown-anchor", link.place, hint=hint, where=where, anchor=anchor)


def paths_lead_to_texts(environment: Environment, passage: NodeIndex) -> Iterator[Diagnostic]:
    """Every path that a link has instead of an address is that of a text; told once for each text that is not there."""
    lost: dict[tuple[str, ...], list[tree.Link]] = {}
    for link in passage.every(tree.Link):
        href = _meant(link, environment)
        if not href.startswith(("#", "briefing:")) and is_text_path(href):
            lost.setdefault(names_of(href, link.place.path), []).append(link)
    for names, links in lost.items():
        more = len(links) - 1
        others = "" if not more else "; one more link leads there" if more == 1 else f"; {more} more links lead there"
        # The texts that the path may have meant, by its last step and then by more of it.
        near = (suggestion(name, environment.briefings, "") for name in reversed(names))
        hint = f"{next(filter(None, near), '')} {catalogue()['link-unknown-text'].do}".strip()
        yield message("link-unknown-text", links[0].place, hint, path=target_of(links[0].href), more=others)


def _meant(link: tree.Link, environment: Environment) -> str:
    """The address of a link, of a path the briefing that it means, whether that can be read or not."""
    href = resolve_text_path(link.href, link.place.path, environment.briefings)
    return resolve_text_path(href, link.place.path, environment.broken)


# Filling in

Anchors = Mapping[str, frozenset[str] | None]
"""Anchors of each briefing; None where the briefing cannot be read, and its error is told there."""


def number_figures(parts: tuple[Any, ...]) -> tuple[Any, ...]:
    """The parts with figures, tables and equations numbered: those with an id or a caption, in order."""
    if not any(isinstance(node, tree.Figure | tree.Table | tree.Equation) for node in walk(parts)):
        return parts
    figures, tables, equations = count(1), count(1), count(1)

    def change(node: Any) -> tuple[Any, ...] | None:
        if isinstance(node, tree.Figure):
            return (replace(node, number=next(figures)),) if _counts(node) and not node.decorative else (node,)
        if isinstance(node, tree.Table):
            return (replace(node, number=next(tables)),) if _counts(node) else (node,)
        if isinstance(node, tree.Equation) and node.id:
            node = replace(node, number=next(equations))
            return (rebuilt_below(node, change),)
        if isinstance(node, tree.EquationLabel):
            return (replace(node, number=next(equations)),) if node.id and not node.tag else (node,)
        return None

    return rebuild(parts, change)


def _counts(node: tree.Figure | tree.Table) -> bool:
    return bool(node.id or node.caption)


def targets(parts: tuple[Any, ...], fixed: Phrases, made: Iterable[str] = MADE_ANCHORS) -> dict[str, str]:
    """The words with which each heading, figure, table and equation is referred to, by id; '' for other anchors.

    `made` are the anchors that composing makes for this text.
    """
    words: dict[str, str] = dict.fromkeys(made, "")
    kinds = sorted_by_kind(parts)
    for node in (node for kind in (tree.Span, tree.Division) for node in kinds.get(kind, ()) if node.attributes.id):
        words[node.attributes.id] = "[figure]" if STAND_IN in node.attributes.classes else ""
    for heading in kinds.get(tree.Heading, ()):
        words[heading.id] = plain_text(heading.children)
    for kind, name in ((tree.Figure, "figure"), (tree.Table, "table"), (tree.Equation, "equation")):
        words.update(
            (node.id, fixed.say(name, number=node.number) if node.number else "")
            for node in kinds.get(kind, ())
            if node.id
        )
    words.update(
        (node.id, fixed.say("equation", number=node.tag or node.number))
        for node in kinds.get(tree.EquationLabel, ())
        if node.id
    )
    words.update((out_of_the_way(name), "") for name in MADE_ANCHORS if words.get(name))
    return words


def numbers_of(parts: tuple[Any, ...]) -> dict[str, str]:
    """The number of each figure, table and equation that has one, by id; an author's own sign is one."""
    kinds = sorted_by_kind(parts)
    found = {
        node.id: str(node.number)
        for kind in (tree.Figure, tree.Table, tree.Equation)
        for node in kinds.get(kind, ())
        if node.id and node.number
    }
    labels = {node.id: node.tag or str(node.number) for node in kinds.get(tree.EquationLabel, ()) if node.id}
    return found | labels


def filled_number(node: tree.NumberReference, words: Mapping[str, str], numbers: Mapping[str, str]) -> tuple[Any, ...]:
    """The reference with the number of what it leads to; with its words where that has none, or a placeholder."""
    number = numbers.get(node.target)
    if number is None:
        return filled_reference(tree.CrossReference(node.target, (), node.place), words)
    return (replace(node, children=(tree.Text(f"({number})" if node.bracketed else number, node.place),)),)


def filled_reference(node: tree.CrossReference, words: Mapping[str, str]) -> tuple[Any, ...]:
    """The cross-reference with its words, or a placeholder."""
    node = replace(node, target=known_as(node.target, words))
    said = words.get(node.target, "")
    if not said:
        what = "has no words" if node.target in words else "not found"
        return (tree.Placeholder(f"[#{node.target}: {what}]"),)
    return (replace(node, children=(tree.Text(said, node.place),)),)


def checked_link(node: tree.Link, words: Mapping[str, str], briefings: Anchors, change: Any) -> tuple[Any, ...]:
    """The link, or its words and a placeholder where it leads nowhere."""
    href = resolve_text_path(node.href, node.place.path, briefings)
    href = href if href == node.href else within(href, node.place.path)
    href = _followed(href, words, briefings)
    below: tree.Link = replace(rebuilt_below(node, change), href=href)
    if _leads_somewhere(href, words, briefings):
        return (below,)
    return (*below.children, tree.Text(" ", node.place), tree.Placeholder(f"[{node.href}: not found]"))


def _followed(href: str, words: Mapping[str, str], briefings: Anchors) -> str:
    """The address of an author's heading, even where composing makes an anchor of the same name."""
    name, anchor = split_target(href) if href.startswith("briefing:") else ("", href.removeprefix("#"))
    known = (briefings.get(name) or ()) if name else words
    if not anchor or not href.startswith(("#", "briefing:")):
        return href
    moved = out_of_the_way(anchor)
    found = moved if anchor in MADE_ANCHORS and moved in known else known_as(anchor, known)
    return f"{href.removesuffix(anchor)}{found}"


def _leads_somewhere(href: str, words: Mapping[str, str], briefings: Anchors) -> bool:
    if href.startswith("#"):
        return href[1:] in words
    if href.startswith("briefing:"):
        name, anchor = split_target(href)
        if name not in briefings:
            return False
        known = briefings[name]
        return not anchor or known is None or anchor in known
    return not is_text_path(href)

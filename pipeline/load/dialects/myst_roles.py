"""Roles of MyST and Sphinx that mean what Markdown can say: {math}, {ref}, {numref}, {eq} and {cite} before code."""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from pipeline.core.diagnostics import Place
from pipeline.load.markdown.citations import is_key
from pipeline.load.markdown.maths import label_id
from pipeline.model.body import Citation, CitationGroup, CrossReference, Inline, Link, NumberReference, Text

_Places = Callable[[int], Place]
"""Function that gives the place of a character, counted from the beginning of a role."""

_ROLE = re.compile(
    r"\{(?P<name>math|ref|numref|eq|cite(?::[a-z]{1,7})?)\}(?P<ticks>`{1,3})(?!`)(?P<said>[^`]{1,2000})(?P=ticks)(?!`)"
)
_WITH_WORDS = re.compile(r"(?P<words>[^<>]*\S)\s*<(?P<target>[^<>\s][^<>]*)>", re.DOTALL)
_NUMBER = re.compile(r"%s|\{number\}")
_CITED = {"cite": (False, False), "cite:p": (False, False), "cite:t": (True, False), "cite:yearpar": (False, True)}
"""Whether a citation stands in the running text, and whether its authors are left out."""


def role(state: StateInline, silent: bool) -> bool:
    """A role with its code; {math} is a formula."""
    if state.src[state.pos] != "{":
        return False
    found = _ROLE.match(state.src, state.pos, state.posMax)
    if found is None or (found["name"].startswith("cite") and found["name"] not in _CITED):
        return False
    if not silent and found["name"] == "math":
        token = state.push("mathematics", "", 0)
        token.content = f"${found['said']}$"
        token.meta["at"] += found.start("said") - state.pos - 1
    elif not silent:
        token = state.push("role", "", 0)
        token.content, token.info = found[0], found["name"]
    state.pos = found.end()
    return True


def read_role(token: Token, place: _Places, is_target: Callable[[str], bool]) -> list[Inline] | None:
    """Inlines of a role; None if its target is not in the text or it holds no keys."""
    found = _ROLE.fullmatch(token.content)
    if found is None:
        return None
    if token.info in _CITED:
        return _citations(token.info, found, place)
    with_words = _WITH_WORDS.fullmatch(found["said"].strip())
    target = label_id(with_words["target"] if with_words else found["said"])
    if not is_target(target):
        return None
    if with_words:
        return _in_words(token.info, target, with_words["words"], place(0))
    if token.info == "eq":
        return [NumberReference(target, True, (), place(0))]
    return [CrossReference(target, (), place(0))]


def _in_words(name: str, target: str, words: str, place: Place) -> list[Inline]:
    """The author's own words for a target, with its number among them where they ask for it."""
    before, *behind = _NUMBER.split(words) if name == "numref" else [words]
    if not behind:
        return [Link(f"#{target}", (Text(words, place),), "", place)]
    made: list[Inline] = [Text(before, place)] if before else []
    for part in behind:
        made.append(NumberReference(target, False, (), place))
        made += [Text(part, place)] if part else []
    return made


def _citations(name: str, found: re.Match[str], place: _Places) -> list[Inline] | None:
    narrative, no_author = _CITED[name]
    works: list[Citation] = []
    at = found.start("said")
    for part in found["said"].split(","):
        key = part.strip()
        if not is_key(key):
            return None
        works.append(Citation(key, suppress_author=no_author, place=place(at + part.index(key))))
        at += len(part) + 1
    if not narrative:
        return [CitationGroup(tuple(works), False, place(0))]
    made: list[Inline] = []
    for work in works:
        made += [Text(", ", work.place)] if made else []
        made.append(CitationGroup((work,), True, work.place))
    return made

"""Inline syntax that the dialect adds to CommonMark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from markdown_it.rules_inline import image as commonmark_image
from markdown_it.token import Token

# Its rules do not say where in the words a link begins, which a remark needs.
from mdit_py_plugins.gfm_autolink._match import match_any_email, match_http, match_www

from pipeline.core.diagnostics import Location
from pipeline.core.text.tex import DEFINES, FORMULA_ENVIRONMENTS, read_definition
from pipeline.load.markdown.attributes import attributes_at
from pipeline.load.markdown.citations import is_key, read_bracketed, read_narrative
from pipeline.load.markdown.lists import ExampleNumbers
from pipeline.load.markdown.maths import label_id
from pipeline.load.markdown.rules import PlacedState, inline_rule, memory_of, words_begin_at
from pipeline.model.body import Citation, CitationGroup, CrossReference, Inline, Link, NumberReference, Text, TextRole

_WORDS = (
    r"\\(?:text(?:rm|bf|it|sf|tt|normal|up)?|[mh]box|tag\*?|f?colorbox(?:\{[^{}$`]*+\}){1,2})"
    r"\{(?:[^{}\\`]|\\.|\{[^{}`]*+\})*+\}"
)
"""Words in a formula, which may hold dollar signs of their own."""
_MATHS = re.compile(
    rf"\$\$(?=[^$])(?:{_WORDS}|[^$\\`]|\\.)*+\$\$|\$(?=[^\s$])(?:{_WORDS}|[^$\\`]|\\.)*+(?<!\s)\$(?!\d)", re.DOTALL
)
_SPACED = re.compile(r"\$(?=[^$\n`]*\\[A-Za-z])(?! *[\d.,]+ )[^$\n`]+\$(?!\d)")
"""A formula with spaces inside its dollar signs: no price has a command of TeX."""
_PRICE = re.compile(r"[A-Za-z]\$\d|[A-Z]\$(?:k|m|bn)\b|\w\$[),;:/]")
"""A sign of a currency with the character before it: `US$5`, `US$m`, `5$,`."""
_AMOUNT = re.compile(
    r"\$\d(?=[^$]*(?:[\w.,%)]\s+\(?[A-Za-z]{2}|\([^()$]*\$))[^$\\^_{}=<>+*|]*"
    r"(?:\b(?:US|AU|NZ|CA|HK)|(?:\d|\bin|\() ?[ACSR]|\([^()$\\]*\d|\bto \d+)\$"
)
"""`$10m (2010 US$`: words and no TeX between an amount and the sign of a currency, or an amount with its sign last."""
_BEFORE_BRACES = re.compile(r"[ \t]+(?=\{#)")
_COMMAND = re.compile(r"\\(?P<name>[A-Za-z]{2,})\*?(?:\[[^\]\n]{0,200}\])?(?:\{[^{}\n]{0,400}\})+")
_ENVIRONMENT = re.compile(r"\\begin\{(?P<name>[A-Za-z]+\*?)\}.*?\\end\{(?P=name)\}", re.DOTALL)
_LONGEST_DEFINITION = 2_000
"""Greatest length of a definition, in characters."""
_FARTHEST = 20_000
"""Greatest length of an environment, in characters."""
_BEFORE_ATTRIBUTES = ("image", "link_close", "code_inline", "span_close", "mathematics")


@inline_rule("[@-")
def citation(state: PlacedState) -> Iterator[int]:
    """Read `[@key]`, `@key [p 12]` or `-@key`."""
    text, start, end = state.src, state.pos, state.posMax
    cluster = None
    if text[start] != "[":
        if text.startswith(("@", "-@"), start):
            cluster = read_narrative(text, start, end, state.brackets())
    elif state.has_at:
        cluster = read_bracketed(text, start, end, state.brackets())
    if cluster is None:
        return
    key = cluster.works[0].key
    # '(@good)' below a list with this label calls an example by its name: it is its number.
    if cluster.narrative and (example := memory_of(state.env, ExampleNumbers).numbers.get(key)):
        yield start + len(key) + 1
        state.push("text_special", "", 0).content = str(example)
        return
    yield cluster.end
    behind = text[cluster.end : cluster.end + 2]
    state.push("citation", "", 0).meta.update(cluster=cluster, base=state.base, behind=behind)


@inline_rule("$")
def mathematics(state: PlacedState) -> Iterator[int]:
    """Read `$…$` and `$$…$$`, told from prices as Pandoc does; never over code, nor after `US$5`."""
    text, start, end = state.src, state.pos, state.posMax
    if _PRICE.match(text, max(0, start - 1), end) or _AMOUNT.match(text, start, end):
        return
    match = _MATHS.match(text, start, end) or _SPACED.match(text, start, end)
    if match:
        yield _before_braces(state, match.end()) if match[0].startswith("$$") else match.end()
        state.push("mathematics", "", 0).content = match[0]


def _before_braces(state: PlacedState, end: int) -> int:
    """Return the offset of attributes that follow a formula after spaces, or else the end of the formula."""
    space = _BEFORE_BRACES.match(state.src, end, state.posMax)
    return space.end() if space else end


@inline_rule("\\")
def latex(state: PlacedState) -> Iterator[int]:
    r"""Read `\command{…}` and `\begin{…}…\end{…}`."""
    text, start, end = state.src, state.pos, state.posMax
    if definition := _find_definition(state):
        yield start + len(definition)
        state.push("definition", "", 0).content = definition
    elif match := _ENVIRONMENT.match(text, start, min(end, start + _FARTHEST)):
        is_formula = match["name"].rstrip("*") in FORMULA_ENVIRONMENTS
        yield _before_braces(state, match.end()) if is_formula else match.end()
        token = state.push("mathematics" if is_formula else "environment", "", 0)
        token.content, token.info = match[0], match["name"]
    elif match := _COMMAND.match(text, start, end):
        yield match.end()
        token = state.push("latex", "", 0)
        token.content, token.info = match[0], match["name"]


def _find_definition(state: PlacedState) -> str:
    """Return the definition of a command that begins here; '' if none does."""
    start, end = state.pos, state.posMax
    match = DEFINES.match(state.src, start, end)
    if match is None:
        return ""
    near = state.src[start : min(end, start + _LONGEST_DEFINITION)]
    definition = read_definition(near, 0)
    if definition is None:
        return ""
    is_meant = len(match["how"]) > len("gdef")  # 'C:\\def' and 'let' may be words
    return near[: definition[2]] if is_meant or _stands_alone(state, start, start + definition[2]) else ""


def _stands_alone(state: PlacedState, start: int, end: int) -> bool:
    """Return True if a line holds only definitions."""
    after = state.src.find("\n", end, state.posMax)
    behind = state.src[end : after if after >= 0 else state.posMax].lstrip()
    before = state.src[state.src.rfind("\n", 0, start) + 1 : start].strip()
    return all(not words or DEFINES.match(words) for words in (before, behind))


@inline_rule("[")
def note_call(state: PlacedState) -> Iterator[int]:
    """Read `[^label]`, whether or not there is such a note."""
    start = state.pos
    if not state.src.startswith("[^", start):
        return
    close = state.src.find("]", start, min(state.posMax, start + 100))
    label = state.src[start + 2 : close]
    if close >= 0 and label and not any(character.isspace() for character in label):
        yield close + 1
        state.push("note_call", "", 0).meta["label"] = label


@inline_rule("^")
def inline_note(state: PlacedState) -> Iterator[int]:
    """Read `^[A note in its place.]`."""
    if state.src.startswith("^[", state.pos):
        yield from _read_bracketed(state, state.pos + 1, "note")


@inline_rule("[")
def span(state: PlacedState) -> Iterator[int]:
    """Read `[words]{lang=cy}`."""
    if state.src.find("]{", state.pos) >= 0:
        yield from _read_bracketed(state, state.pos, "span")


def _read_bracketed(state: PlacedState, start: int, name: str) -> Iterator[int]:
    """Read words in brackets into tokens of this name; a span needs attributes behind its brackets."""
    end, close = state.posMax, state.md.helpers.parseLinkLabel(state, start)
    if close < 0 or (name == "span" and attributes_at(state.src, close + 1) is None):
        return
    yield close + 1
    state.push(f"{name}_open", "", 1)
    state.pos, state.posMax = start + 1, close
    state.md.inline.tokenize(state)
    state.push(f"{name}_close", "", -1)
    state.posMax = end


@inline_rule("{", skips=False)
def attributes(state: PlacedState) -> Iterator[int]:
    """Read `{#id .class}` directly behind a picture, a link, code or a span."""
    start = state.pos
    if state.src.startswith("{:", start) or state.has_pending():
        return
    if not state.tokens or state.tokens[-1].type not in _BEFORE_ATTRIBUTES:
        return
    found = attributes_at(state.src, start)
    if found and found[1] <= state.posMax:
        yield found[1]
        token = state.push("attributes", "", 0)
        token.meta["attributes"] = found[0]
        token.content = state.src[start : found[1]]


def image(state: PlacedState, silent: bool) -> bool:
    """Read a picture, the words of its caption with places of their own."""
    if state.src[state.pos] != "!":
        return False
    with words_begin_at(state, state.base + state.pos + 2):
        return bool(commonmark_image(state, silent))


_PLAIN = re.compile(r"[^\W_]+|[-+−][0-9]+")
_VALUE = re.compile(
    r"""(?:[-+]?[0-9][0-9.,]*|["'][^"']{0,30}["']|true|false|none|null|[a-z])(?![\w'])""", re.IGNORECASE
)
"""A value that code compares with: a number, a quoted word, the name of one letter."""
_CODE = r"`[^`]{0,400}`"
_WITHIN = rf"(?:\\.|{_CODE}|[^\\`])" + "{1,2000}?"
_PAIRS = {
    "~~": (TextRole.DELETED, re.compile(rf"~~(?=[^\s~]){_WITHIN}(?<=[^\s~])~~(?!~)", re.DOTALL)),
    "==": (TextRole.HIGHLIGHTED, re.compile(rf"(?<![\w=])==(?=[^\s=]){_WITHIN}(?<=[^\s=])==(?![\w=])", re.DOTALL)),
    "~": (TextRole.SUBSCRIPT, re.compile(r"(?<=[\w)\]])~(?:\\[ -~]|[^\s~\\{}]){1,100}~(?!~)")),
    "^": (TextRole.SUPERSCRIPT, re.compile(r"\^(?:\\[ -~]|[^\s^\\{}]){1,100}\^")),
}


@inline_rule("~^=", skips=False)
def marked_words(state: PlacedState) -> Iterator[int]:
    """Read words with a role of their own. In subscripts and superscripts a space needs a backslash before it."""
    text, start, end = state.src, state.pos, state.posMax
    mark = text[start] * 2 if text[start] in "~=" and text.startswith(text[start] * 2, start) else text[start]
    role, pattern = _PAIRS.get(mark, (None, None))
    match = pattern.match(text, start, end) if pattern else None
    if role is None or match is None or (len(mark) == 1 and _is_a_sum(text, *match.span())):
        return
    if mark == "==" and _is_a_comparison(text, *match.span()):
        return
    yield match.end()
    was_narrow = state.narrow
    state.push("marked_open", "", 1).info = role
    state.pos, state.posMax, state.narrow = start + len(mark), match.end() - len(mark), len(mark) == 1
    state.md.inline.tokenize(state)
    state.push("marked_close", "", -1)
    state.posMax, state.narrow = end, was_narrow


def _is_a_comparison(text: str, start: int, end: int) -> bool:
    """Return True if two marks compare values, as in 'if a ==1 and b== 2'."""
    before, behind = text[max(0, start - 2) : start], text[end : end + 40]
    has_gaps = before[:1].isalnum() and before[1:].isspace() and behind[:1].isspace()
    return has_gaps and bool(_VALUE.match(text, start + 2, end) and _VALUE.match(behind.lstrip()))


def _is_a_sum(text: str, start: int, end: int) -> bool:
    """Return True if two marks belong to two figures, as in x^2+y^2 and 10^3–10^4 typed without a space."""
    behind = text[end : end + 1]
    return (behind.isalnum() or behind in ("{", "-", "−")) and not _PLAIN.fullmatch(text, start + 1, end - 1)


@inline_rule("\\")
def escaped_space(state: PlacedState) -> Iterator[int]:
    """Read a space behind a backslash within subscripts or superscripts."""
    if state.narrow and state.src.startswith("\\ ", state.pos):
        yield state.pos + 2
        state.push("text_special", "", 0).content = "\u00a0"


_SCHEME = re.compile(r"(?:https?|mailto)\Z", re.IGNORECASE)
_MAILBOX = re.compile(r"[A-Za-z0-9.+_-]{1,64}\Z")
_HOST = re.compile(r"^(?:https?://|mailto:)[^\s/?#]")
_ENDS = re.compile(r"[“”„‘’«»…—，。、]|'s?(?![\w/?#=&%-])|\s")
"""Marks that end an address, though GitHub's rules let some of them in."""
_LONGEST_ADDRESS = 2_000
"""Greatest length of an address, in characters."""


@inline_rule(":@w", skips=False)
def bare_address(state: PlacedState) -> Iterator[int]:
    """Read `https://…`, `www.…`, `mailto:…` or `name@example.org`, outside links and code."""
    if state.linkLevel:
        return
    sign = state.src[state.pos]
    words = state.src[state.pos : min(state.posMax, state.pos + _LONGEST_ADDRESS)]
    if stop := _ENDS.search(words):
        words = words[: stop.start()]
    before = ""
    if sign == "w":
        match = match_www(words)
    else:
        scheme = (_SCHEME if sign == ":" else _MAILBOX).search(state.pending[-64:])
        if scheme is None:
            return
        before = scheme[0]
        match = _match_address(before + words, sign)
    start = state.pos - len(before)
    character = state.src[start - 1] if start else " "
    if match is None or not _HOST.search(match[0]) or character.isalnum() or character in "/.@+-_=&#?%":
        return
    address, length = match
    yield start + length
    if before:
        state.pending = state.pending[: -len(before)]
    state.pos = start
    token = state.push("link_open", "a", 1)
    token.attrs, token.markup, token.info = {"href": address}, "bare", "auto"
    state.push("text", "", 0).content = state.src[start : start + length]
    state.push("link_close", "a", -1)


def _match_address(words: str, sign: str) -> tuple[str, int] | None:
    """Return the address that words begin with, and its length in them."""
    if sign == "@":
        return match_any_email(words, 0, None)
    scheme, _, rest = words.partition(":")
    address = f"{scheme.lower()}:{rest}"
    return match_any_email(address, len("mailto:"), "mailto") if scheme.lower() == "mailto" else match_http(address)


_Places = Callable[[int], Location]
"""Function that gives the place of a character, counted from the beginning of a role."""

_ROLE = re.compile(
    r"\{(?P<name>math|ref|numref|eq|cite(?::[a-z]{1,7})?)\}(?P<ticks>`{1,3})(?!`)(?P<code>[^`]{1,2000})(?P=ticks)(?!`)"
)
_WITH_WORDS = re.compile(r"(?P<words>[^<>]*\S)\s*<(?P<target>[^<>\s][^<>]*)>", re.DOTALL)
_NUMBER = re.compile(r"%s|\{number\}")
_CITED = {"cite": (False, False), "cite:p": (False, False), "cite:t": (True, False), "cite:yearpar": (False, True)}
"""Whether a citation is part of the sentence, and whether its authors are left out."""


@inline_rule("{")
def role(state: PlacedState) -> Iterator[int]:
    """Read a role with its code; {math} is a formula."""
    match = _ROLE.match(state.src, state.pos, state.posMax)
    if match is None or (match["name"].startswith("cite") and match["name"] not in _CITED):
        return
    yield match.end()
    if match["name"] == "math":
        token = state.push("mathematics", "", 0)
        token.content = f"${match['code']}$"
        token.meta["at"] += match.start("code") - state.pos - 1
    else:
        token = state.push("role", "", 0)
        token.content, token.info = match[0], match["name"]


def read_role(token: Token, place: _Places, is_target: Callable[[str], bool]) -> list[Inline] | None:
    """Return the inlines of a role; None if its target is not in the text, or it holds no keys."""
    match = _ROLE.fullmatch(token.content)
    if match is None:
        return None
    if token.info in _CITED:
        return _read_citations(token.info, match, place)
    with_words = _WITH_WORDS.fullmatch(match["code"].strip())
    target = label_id(with_words["target"] if with_words else match["code"])
    if not is_target(target):
        return None
    if with_words:
        return _read_words(token.info, target, with_words["words"], place(0))
    if token.info == "eq":
        return [NumberReference(target, True, (), place(0))]
    return [CrossReference(target, (), place(0))]


def _read_words(name: str, target: str, words: str, place: Location) -> list[Inline]:
    """Return the author's own words for a target, with its number in them where they ask for it."""
    before, *behind = _NUMBER.split(words) if name == "numref" else [words]
    if not behind:
        return [Link(f"#{target}", (Text(words, place),), "", place)]
    inlines: list[Inline] = [Text(before, place)] if before else []
    for part in behind:
        inlines.append(NumberReference(target, False, (), place))
        inlines += [Text(part, place)] if part else []
    return inlines


def _read_citations(name: str, match: re.Match[str], place: _Places) -> list[Inline] | None:
    narrative, no_author = _CITED[name]
    works: list[Citation] = []
    at = match.start("code")
    for part in match["code"].split(","):
        key = part.strip()
        if not is_key(key):
            return None
        works.append(Citation(key, suppress_author=no_author, place=place(at + part.index(key))))
        at += len(part) + 1
    if not narrative:
        return [CitationGroup(tuple(works), False, place(0))]
    inlines: list[Inline] = []
    for work in works:
        inlines += [Text(", ", work.place)] if inlines else []
        inlines.append(CitationGroup((work,), True, work.place))
    return inlines

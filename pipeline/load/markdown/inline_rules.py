"""Inline syntax that the dialect adds to CommonMark."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import image as commonmark_image
from markdown_it.token import Token

# Its rules do not say where in the words a link begins, which a remark needs.
from mdit_py_plugins.gfm_autolink._match import match_any_email, match_http, match_www

from pipeline.core.diagnostics import Location
from pipeline.core.text.tex import DEFINES, NUMBERED, definition_at
from pipeline.load.markdown import citations
from pipeline.load.markdown.attributes import attributes_at
from pipeline.load.markdown.citations import Brackets, find_brackets, is_key
from pipeline.load.markdown.maths import label_id
from pipeline.load.markdown.positions import known
from pipeline.model.body import Citation, CitationGroup, CrossReference, Inline, Link, NumberReference, Text, TextRole


class PlacedState(StateInline):
    """State of markdown-it's inline rules that records the offset of each token in its block."""

    def __init__(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self.base: int = known(self).base
        self.pending_at = 0
        self.has_at = "@" in src
        self.narrow = False
        """True while lowered or raised words are read."""
        self._brackets: Brackets | None = None

    def brackets(self) -> Brackets:
        """Closing brackets of these words, by the opening ones."""
        if self._brackets is None:
            self._brackets = find_brackets(self.src)
        return self._brackets

    def has_pending(self) -> bool:
        """True if words are not yet made a token."""
        return bool(self._pending or self._pending_buffer)

    def append_pending(self, text: str) -> None:
        """Add words, and record the offset of the first."""
        if not self._pending and not self._pending_buffer:
            self.pending_at = self.pos
        self._pending_buffer.append(text)

    @property
    def pending(self) -> str:
        """Words not yet made a token."""
        if self._pending_buffer:
            self._pending += "".join(self._pending_buffer)
            self._pending_buffer = []
        return self._pending

    @pending.setter
    def pending(self, value: str) -> None:
        if value and not getattr(self, "_pending", ""):
            self.pending_at = self.pos
        self._pending = value
        self._pending_buffer = []

    def pushPending(self) -> Token:
        """A token of the pending words, with their offset."""
        token = super().pushPending()
        token.meta["at"] = self.base + self.pending_at
        return token

    def push(self, ttype: str, tag: str, nesting: Any) -> Token:
        """A token with the current offset."""
        token = super().push(ttype, tag, nesting)
        token.meta["at"] = self.base + self.pos
        return token


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
"""Characters of what a command is defined by."""
_FARTHEST = 20_000
"""Greatest length of an environment, in characters."""
_BEFORE_ATTRIBUTES = ("image", "link_close", "code_inline", "span_close", "mathematics")


def citation(state: PlacedState, silent: bool) -> bool:
    """`[@key]`, `@key [p 12]`, `-@key`."""
    text, start, end = state.src, state.pos, state.posMax
    first = text[start]
    if first == "[":
        cluster = citations.bracketed(text, start, end, state.brackets()) if state.has_at else None
    elif first == "@" or (first == "-" and text.startswith("-@", start)):
        cluster = citations.narrative(text, start, end, state.brackets())
    else:
        return False
    if cluster is None:
        return False
    if cluster.narrative and (example := known(state).examples.get(cluster.works[0].key)):
        if not silent:  # the number of an example that is called by its name: '(@good)' below a list with this label
            state.push("text_special", "", 0).content = str(example)
        state.pos += len(cluster.works[0].key) + 1
        return True
    if not silent:
        behind = text[cluster.end : cluster.end + 2]
        state.push("citation", "", 0).meta.update(cluster=cluster, base=state.base, behind=behind)
    state.pos = cluster.end
    return True


def mathematics(state: PlacedState, silent: bool) -> bool:
    """`$…$` and `$$…$$`, as Pandoc tells them from prices; never over code, nor after `US$5`."""
    start = state.pos
    if state.src[start] != "$" or _PRICE.match(state.src, max(0, start - 1), state.posMax):
        return False
    if _AMOUNT.match(state.src, start, state.posMax):
        return False
    found = _MATHS.match(state.src, start, state.posMax) or _SPACED.match(state.src, start, state.posMax)
    if not found:
        return False
    if not silent:
        state.push("mathematics", "", 0).content = found[0]
    state.pos = found.end()
    if found[0].startswith("$$") and (space := _BEFORE_BRACES.match(state.src, state.pos, state.posMax)):
        state.pos = space.end()
    return True


def latex(state: PlacedState, silent: bool) -> bool:
    r"""`\command{…}` and `\begin{…}…\end{…}`."""
    start = state.pos
    if state.src[start] != "\\":
        return False
    if how := DEFINES.match(state.src, start, state.posMax):
        near = state.src[start : min(state.posMax, start + _LONGEST_DEFINITION)]
        defined = definition_at(near, 0)
        is_meant = len(how["how"]) > len("gdef")  # 'C:\\def' and 'let' may be words
        if defined and (is_meant or _stands_alone(state, start, start + defined[2])):
            if not silent:
                state.push("definition", "", 0).content = near[: defined[2]]
            state.pos += defined[2]
            return True
    found = _ENVIRONMENT.match(state.src, start, min(state.posMax, start + _FARTHEST))
    kind = ("mathematics" if found["name"].rstrip("*") in NUMBERED else "environment") if found else "latex"
    found = found or _COMMAND.match(state.src, start, state.posMax)
    if not found:
        return False
    if not silent:
        token = state.push(kind, "", 0)
        token.content, token.info = found[0], found["name"]
    state.pos = found.end()
    if kind == "mathematics" and (space := _BEFORE_BRACES.match(state.src, state.pos, state.posMax)):
        state.pos = space.end()
    return True


def _stands_alone(state: PlacedState, start: int, end: int) -> bool:
    """Whether definitions are all that stands in a line."""
    after = state.src.find("\n", end, state.posMax)
    behind = state.src[end : after if after >= 0 else state.posMax].lstrip()
    line = state.src[state.src.rfind("\n", 0, start) + 1 : start].strip()
    return all(not beside or DEFINES.match(beside) for beside in (line, behind))


def note_call(state: PlacedState, silent: bool) -> bool:
    """`[^label]`, whether or not there is such a note."""
    start = state.pos
    if not state.src.startswith("[^", start):
        return False
    close = state.src.find("]", start, min(state.posMax, start + 100))
    label = state.src[start + 2 : close]
    if close < 0 or not label or any(c.isspace() for c in label):
        return False
    if not silent:
        state.push("note_call", "", 0).meta["label"] = label
    state.pos = close + 1
    return True


def inline_note(state: PlacedState, silent: bool) -> bool:
    """`^[A note in its place.]`."""
    if not state.src.startswith("^[", state.pos):
        return False
    return _bracketed(state, silent, state.pos + 1, "note", None)


def span(state: PlacedState, silent: bool) -> bool:
    """`[words]{lang=cy}`."""
    if state.src[state.pos] != "[" or state.src.find("]{", state.pos) < 0:
        return False
    return _bracketed(state, silent, state.pos, "span", "{")


def _bracketed(state: PlacedState, silent: bool, start: int, name: str, after: str | None) -> bool:
    end, first = state.posMax, state.pos
    close = state.md.helpers.parseLinkLabel(state, start)
    if close < 0 or (after and state.src[close + 1 : close + 2] != after):
        return False
    if after and attributes_at(state.src, close + 1) is None:
        return False
    if not silent:
        state.pos = first
        state.push(f"{name}_open", "", 1)
        state.pos, state.posMax = start + 1, close
        state.md.inline.tokenize(state)
        state.push(f"{name}_close", "", -1)
    state.pos, state.posMax = close + 1, end
    return True


def attributes(state: PlacedState, silent: bool) -> bool:
    """`{#id .class}` directly behind a picture, a link, code or a span."""
    start = state.pos
    if state.src[start] != "{" or state.src.startswith("{:", start) or silent or state.has_pending():
        return False
    if not state.tokens or state.tokens[-1].type not in _BEFORE_ATTRIBUTES:
        return False
    found = attributes_at(state.src, start)
    if found is None or found[1] > state.posMax:
        return False
    token = state.push("attributes", "", 0)
    token.meta["attributes"] = found[0]
    token.content = state.src[start : found[1]]
    state.pos = found[1]
    return True


def image(state: PlacedState, silent: bool) -> bool:
    """A picture, the words of its caption with places of their own."""
    if state.src[state.pos] != "!":
        return False
    before, known(state).base = known(state).base, state.base + state.pos + 2
    try:
        return bool(commonmark_image(state, silent))
    finally:
        known(state).base = before


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


def marked_words(state: PlacedState, silent: bool) -> bool:
    """Words with a role of their own. A space in lowered or raised words needs a backslash before it."""
    if silent or state.src[state.pos] not in "~^=":
        return False
    first = state.src[state.pos]
    mark = first * 2 if first in "~=" and state.src.startswith(first * 2, state.pos) else first
    if mark not in _PAIRS:
        return False
    role, pattern = _PAIRS[mark]
    found = pattern.match(state.src, state.pos, state.posMax)
    if found is None or (len(mark) == 1 and _is_a_sum(state.src, *found.span())):
        return False
    if mark == "==" and _is_a_comparison(state.src, *found.span()):
        return False
    start, end, outer = state.pos, state.posMax, state.narrow
    state.push("marked_open", "", 1).info = role
    state.pos, state.posMax, state.narrow = start + len(mark), found.end() - len(mark), len(mark) == 1
    state.md.inline.tokenize(state)
    state.push("marked_close", "", -1)
    state.pos, state.posMax, state.narrow = found.end(), end, outer
    return True


def _is_a_comparison(text: str, start: int, end: int) -> bool:
    """Whether two marks compare values, as in 'if a ==1 and b== 2'."""
    before, behind = text[max(0, start - 2) : start], text[end : end + 40]
    beside = before[:1].isalnum() and before[1:].isspace() and behind[:1].isspace()
    return beside and bool(_VALUE.match(text, start + 2, end) and _VALUE.match(behind.lstrip()))


def _is_a_sum(text: str, start: int, end: int) -> bool:
    """Whether two marks belong to two figures, as in x^2+y^2 and 10^3–10^4 typed without a space."""
    behind = text[end : end + 1]
    return (behind.isalnum() or behind in ("{", "-", "−")) and not _PLAIN.fullmatch(text, start + 1, end - 1)


def held_space(state: PlacedState, silent: bool) -> bool:
    """A space behind a backslash within lowered or raised words."""
    if not state.narrow or not state.src.startswith("\\ ", state.pos):
        return False
    if not silent:
        state.push("text_special", "", 0).content = "\u00a0"
    state.pos += 2
    return True


_SCHEME = re.compile(r"(?:https?|mailto)\Z", re.IGNORECASE)
_MAILBOX = re.compile(r"[A-Za-z0-9.+_-]{1,64}\Z")
_HOST = re.compile(r"^(?:https?://|mailto:)[^\s/?#]")
_ENDS = re.compile(r"[“”„‘’«»…—，。、]|'s?(?![\w/?#=&%-])|\s")
"""Marks that end an address, though GitHub's rules let some of them in."""
_LONGEST_ADDRESS = 2_000
"""Characters of an address."""


def bare_address(state: StateInline, silent: bool) -> bool:
    """`https://…`, `www.…`, `mailto:…` or `name@example.org`, outside links and code."""
    first = state.src[state.pos]
    if silent or first not in ":@w" or state.linkLevel:
        return False
    end = min(state.posMax, state.pos + _LONGEST_ADDRESS)
    if first == "w":
        back, found = 0, match_www(_uncut(state.src[state.pos : end]))
    else:
        before = state.pending
        scheme = (_SCHEME if first == ":" else _MAILBOX).search(before[-64:])
        if scheme is None:
            return False
        back = len(scheme[0])
        found = _match(scheme[0] + _uncut(state.src[state.pos : end]), first)
    start = state.pos - back
    before_it = state.src[start - 1] if start else " "
    if found is None or not _HOST.search(found[0]) or before_it.isalnum() or before_it in "/.@+-_=&#?%":
        return False
    _link(state, start, found[0], state.src[start : start + found[1]], back)
    return True


def _uncut(words: str) -> str:
    """The words as far as an address may reach: to a typographic mark, or to 's at its end."""
    found = _ENDS.search(words)
    return words[: found.start()] if found else words


def _match(words: str, sign: str) -> tuple[str, int] | None:
    if sign == "@":
        return match_any_email(words, 0, None)
    scheme, _, rest = words.partition(":")
    plain = f"{scheme.lower()}:{rest}"
    return match_any_email(plain, len("mailto:"), "mailto") if scheme.lower() == "mailto" else match_http(plain)


def _link(state: StateInline, start: int, address: str, words: str, back: int) -> None:
    if back:
        state.pending = state.pending[:-back]
    state.pos = start
    opened = state.push("link_open", "a", 1)
    opened.attrs, opened.markup, opened.info = {"href": address}, "bare", "auto"
    state.push("text", "", 0).content = words
    state.push("link_close", "a", -1)
    state.pos = start + len(words)


_Places = Callable[[int], Location]
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


def _in_words(name: str, target: str, words: str, place: Location) -> list[Inline]:
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

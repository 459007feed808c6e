"""Inline syntax that the dialect adds to CommonMark: citations, notes, attributes, spans, mathematics."""

import re

from markdown_it.rules_inline import image as commonmark_image

from pipeline.load.dialects.lettered_lists import EXAMPLES
from pipeline.load.markdown import citations
from pipeline.load.markdown.attributes import attributes_at
from pipeline.load.markdown.placed_state import PlacedState
from pipeline.text.tex.macros import DEFINES, definition_at
from pipeline.text.tex.numbering import NUMBERED

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
    if cluster.narrative and (example := state.env.get(EXAMPLES, {}).get(cluster.works[0].key)):
        return _example(state, cluster.works[0].key, example, silent)
    if not silent:
        state.push("citation", "", 0).meta.update(
            cluster=cluster, base=state.base, behind=text[cluster.end : cluster.end + 2]
        )
    state.pos = cluster.end
    return True


def _example(state: PlacedState, name: str, number: int, silent: bool) -> bool:
    """The number of an example that is called by its name: '(@good)' below a list with this label."""
    if not silent:
        state.push("text_special", "", 0).content = str(number)
    state.pos += len(name) + 1
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
    before = state.env.get("base", 0)
    state.env["base"] = state.base + state.pos + 2
    try:
        return bool(commonmark_image(state, silent))
    finally:
        state.env["base"] = before

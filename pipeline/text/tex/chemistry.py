r"""Chemical formulas, `\ce{…}` of mhchem, as TeX: formulas, charges, isotopes, states, bonds and arrows.

Not covered: `\ce` within `\ce`, variables without a dollar sign, `\bond`, quoted words, `<-->` and `<=>>`.
"""

import re
from collections.abc import Callable, Mapping

from pipeline.text.tex.scan import FormulaRefused, group_end

_CE = re.compile(r"\\ce\s*(?=\{)")
_GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_ARROWS: Mapping[str, tuple[str, str]] = {
    "->": ("longrightarrow", "xrightarrow"),
    "<-": ("longleftarrow", "xleftarrow"),
    "<->": ("longleftrightarrow", "xleftrightarrow"),
    "<=>": ("rightleftharpoons", "xrightleftharpoons"),
}
"""Each as a sign of its own, and with words above and below it."""
_TOKEN = re.compile(
    rf"""(?P<arrow><=>|<->|->|<-(?!-))(?:\[(?P<above>[^\[\]]*)\])?(?:\[(?P<below>[^\[\]]*)\])?
    |(?P<falls>(?<=\s)v(?=\s|\Z)|\(v\))|(?P<rises>(?<=\s)\^(?=\s|\Z)|\(\^\))
    |\^(?P<raised>{_GROUP}|\d*[+-]|\d+|\w+)|_(?P<lowered>{_GROUP}|\d+|[A-Za-z])
    |(?P<count>(?<![A-Za-z)\]}}\d])\d+(?:[./]\d+)?)|(?P<index>\d+)
    |(?P<charge>(?<=[A-Za-z)\]}}\d])[+-](?=\s|[)\],]|\([a-z]{{1,4}}\)|\Z))
    |(?P<bond>(?<=[A-Za-z)\]}}\d])[-=\#](?=[A-Za-z(\[]))|(?P<joined>\s*[*.·]\s*)
    |(?P<letters>[A-Za-z]+)|(?P<bracket>[()\[\]])|(?P<plus>[+,])|(?P<space>\s+)
    |\$(?P<formula>[^$]*)\$|(?P<raw>\\(?:[A-Za-z]+(?:{_GROUP})?|.))|(?P<group>{_GROUP})""",
    re.VERBOSE,
)
_INDEX = re.compile(rf"\$(?P<formula>[^$]*)\$|(?P<raw>\\(?:[A-Za-z]+(?:{_GROUP})?|.))|(?P<letters>[A-Za-z]+)")
"""Tokens of an index or a charge; the rest is written as it is."""
_BONDS = {"-": "{-}", "=": "{=}", "#": r"{\equiv}"}
_WRITTEN: Mapping[str, Callable[[str], str]] = {
    "falls": lambda _: r"\downarrow ",
    "rises": lambda _: r"\uparrow ",
    "raised": lambda text: f"^{{{_upright(text)}}}",
    "lowered": lambda text: f"_{{{_upright(text)}}}",
    "count": lambda text: rf"\tfrac{{{text.replace('/', '}{')}}}\," if "/" in text else rf"{text}\,",
    "index": lambda text: f"_{{{text}}}",
    "charge": lambda text: f"^{{{_upright(text)}}}",
    "bond": _BONDS.__getitem__,
    "joined": lambda _: r"\cdot ",
    "letters": lambda text: rf"\mathrm{{{text}}}",
    "group": lambda text: f"{{{_as_tex(text[1:-1])}}}",
    "space": lambda _: " ",
}
"""TeX for each kind of token; all others are written as they are."""


def with_chemistry(tex: str) -> str:
    r"""The TeX with every `\ce{…}` written out. Raises `FormulaRefused` where one cannot be read."""
    kept, position = [], 0
    for found in _CE.finditer(tex):
        end = group_end(tex, found.end())
        if found.start() >= position and end > 0:
            written = _as_tex(tex[found.end() + 1 : end - 1].strip())
            before = tex[position : found.start()]
            kept += [before, f"{{{written}}}" if before.rstrip().endswith(("^", "_")) else written]
            position = end
    return "".join((*kept, tex[position:]))


def _as_tex(text: str) -> str:
    written, position = [], 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None or token.end() == position:
            raise FormulaRefused(rf"\ce does not know '{text[position : position + 12]}'")
        kind = str(token.lastgroup)
        if token["arrow"]:
            written.append(_arrow(token["arrow"], token["above"] or "", token["below"] or ""))
        else:
            if kind in ("raised", "lowered") and not re.search(r"[A-Za-z)\]}\d]\Z", text[:position]):
                written.append("{}")
            written.append(_WRITTEN.get(kind, str)(token[kind]))
        position = token.end()
    return "".join(written)


def _arrow(sign: str, above: str, below: str) -> str:
    plain, with_words = _ARROWS[sign]
    if not above and not below:
        return rf"\{plain} "
    return rf"\{with_words}{f'[{_as_tex(below)}]' if below else ''}{{{_as_tex(above)}}}"


def _upright(text: str) -> str:
    """An index or a charge; a sign alone would be said as 'from the right'."""
    text = text[1:-1] if text.startswith("{") else text
    return rf"\mathord{{{text}}}" if text in ("+", "-") else _INDEX.sub(_index_part, text)


def _index_part(token: re.Match[str]) -> str:
    return _WRITTEN.get(str(token.lastgroup), str)(token[str(token.lastgroup)])

r"""Chemical formulas, `\ce{…}` of mhchem, as TeX: formulas, charges, isotopes, states, bonds and arrows.

Not covered: `\ce` within `\ce`, variables without a dollar sign, `\bond`, quoted words, `<-->` and `<=>>`.
"""

import re
from collections.abc import Callable, Mapping

from pipeline.core.text.tex import FormulaRefused, end_of_group

_CE = re.compile(r"\\ce\s*(?=\{)")
_GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_ARROWS: Mapping[str, tuple[str, str]] = {
    "->": ("longrightarrow", "xrightarrow"),
    "<-": ("longleftarrow", "xleftarrow"),
    "<->": ("longleftrightarrow", "xleftrightarrow"),
    "<=>": ("rightleftharpoons", "xrightleftharpoons"),
}
"""Command of each arrow alone, and with text above and below it."""
_CHEMISTRY_TOKEN = re.compile(
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
"""Tokens of an index or a charge; the rest is copied."""
_BONDS = {"-": "{-}", "=": "{=}", "#": r"{\equiv}"}
_TEX_OF: Mapping[str, Callable[[str], str]] = {
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
"""TeX for each kind of token; other tokens are copied."""


def write_out_chemistry(tex: str) -> str:
    r"""Write out every `\ce{…}`. Raises `FormulaRefused` if one cannot be read."""
    kept, position = [], 0
    for command in _CE.finditer(tex):
        end = end_of_group(tex, command.end())
        if command.start() >= position and end > 0:
            formula = _as_tex(tex[command.end() + 1 : end - 1].strip())
            before = tex[position : command.start()]
            kept += [before, f"{{{formula}}}" if before.rstrip().endswith(("^", "_")) else formula]
            position = end
    return "".join((*kept, tex[position:]))


def _as_tex(text: str) -> str:
    parts, position = [], 0
    while position < len(text):
        token = _CHEMISTRY_TOKEN.match(text, position)
        if token is None or token.end() == position:
            raise FormulaRefused(rf"\ce does not know '{text[position : position + 12]}'")
        kind = str(token.lastgroup)
        if token["arrow"]:
            parts.append(_arrow(token["arrow"], token["above"] or "", token["below"] or ""))
        else:
            if kind in ("raised", "lowered") and not re.search(r"[A-Za-z)\]}\d]\Z", text[:position]):
                parts.append("{}")
            parts.append(_TEX_OF.get(kind, str)(token[kind]))
        position = token.end()
    return "".join(parts)


def _arrow(sign: str, above: str, below: str) -> str:
    alone, with_text = _ARROWS[sign]
    if not above and not below:
        return rf"\{alone} "
    return rf"\{with_text}{f'[{_as_tex(below)}]' if below else ''}{{{_as_tex(above)}}}"


def _upright(text: str) -> str:
    """Return an index or a charge in upright type; a sign alone would be spoken as 'from the right'."""
    text = text[1:-1] if text.startswith("{") else text
    if text in ("+", "-"):
        return rf"\mathord{{{text}}}"
    return _INDEX.sub(lambda token: _TEX_OF.get(str(token.lastgroup), str)(token[str(token.lastgroup)]), text)

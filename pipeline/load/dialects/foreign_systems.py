"""Marks that other programs fill in or obey: printed as they stand or left out, and reported once a text and system."""

import re
from typing import NamedTuple

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from pipeline.core.diagnostics import Place
from pipeline.load.dialects.told_once import Tally
from pipeline.load.html.tags import short


class _System(NamedTuple):
    words: str
    hint: str
    printed: bool = True


_FILLED = "Nothing fills it in here: write what it stands for, or delete it."
SYSTEMS = {
    "role": _System(
        "a role of MyST or Sphinx",
        "Write [](#id) for a figure, table or heading, [words](briefing:id) for another text, $x$ for a formula.",
    ),
    "kramdown": _System("an instruction for kramdown", "Delete it.", False),
    "shortcode": _System("a shortcode of Hugo or Quarto", _FILLED),
    "value": _System("a value of Liquid, Jinja or the like", _FILLED),
    "tag": _System("a tag of Liquid, Jinja or the like", _FILLED),
    "erb": _System("a tag of ERB", _FILLED),
    "layout": _System(
        "a command of LaTeX for the look of pages",
        "Delete it. Pages, lines and contents are made by the layout.",
        False,
    ),
}
_FOREIGN = re.compile(
    r"\{\{(?P<shortcode>[<%]).{0,600}?[>%]\}\}|\{\{(?P<value>[^{}]{1,400})\}\}|\{%(?P<tag>.{1,600}?)%\}"
    r"|\{(?P<kramdown>::/?[ \t]*[A-Za-z][^{}\n]{0,200}|:/[^{}\n]{0,200}"
    r"|:[ \t]*(?:[.#][A-Za-z]|toc\b|[A-Za-z-]{1,30}=[\"'])[^{}\n]{0,200})\}"
    r"|<%(?P<erb>.{1,600}?)%>|\{(?P<role>[A-Za-z][\w:+.-]*)\}(?=`)"
    r"|\\(?P<layout>(?:newpage|pagebreak|clearpage|noindent|newline|linebreak|maketitle|tableofcontents|centering|onehalfspacing"
    r"|(?:big|med|small)skip|[hv]fill)(?![A-Za-z])|[hv]space\*?\{[^{}\n]{0,40}\})[ \t]*",
    re.DOTALL,
)
_PARTS = re.compile(r"\\(?:newline|linebreak|hfill|hspace)")
"""Commands that stand between words as a space does."""


def foreign(state: StateInline, silent: bool) -> bool:
    """`{{ value }}`, `{% tag %}`, `{{< shortcode >}}`, `<%= ruby %>`, `{role}` before code, LaTeX such as newpage."""
    if state.src[state.pos] not in "{<\\":
        return False
    found = _FOREIGN.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        token = state.push("foreign", "", 0)
        token.content, token.info = found[0], str(found.lastgroup)
    state.pos = found.end()
    return True


def printed_words(tally: Tally, token: Token, place: Place) -> str:
    """The words that stand for such a mark, which is taken note of."""
    system = SYSTEMS[token.info]
    fate = "printed as you typed it" if system.printed else "left out"
    tally.count(
        "foreign-markup", token.info, place, system.hint, text=short(token.content), what=system.words, fate=fate
    )
    return token.content if system.printed else " " if _PARTS.match(token.content) else ""

"""Formulas: TeX read once, told as MathML, as words and as a drawing. The only room that knows the two libraries.

mathra draws and speaks; math-core writes MathML Core. A formula that either does not know is refused, so that every
format shows the same. Both read a string and write a string: no file, no network, no clock, no font of the machine.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

import mathra
from lxml import etree
from math_core import LatexError, LatexToMathML

LONGEST = 2000
"""Characters of one formula."""

_MATHML = LatexToMathML(xml_namespace=True, annotation=True, fancy_error=False)
_LANGUAGES = {str(known["code"]).lower(): str(known["code"]) for known in mathra.locales()}
_STYLES = ("displaystyle", "scriptlevel")
_FACES = {"b": "bold", "i": "italic", "em": "italic", "code": "monospace"}
_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_ESCAPED = re.compile(r"\\.|%", re.DOTALL)
_SET_APART = re.compile(r"\\(begin|end)\{(align|gather|split|equation)\*?\}")
_INNER = {"align": "{aligned}", "split": "{aligned}", "gather": "{gathered}"}
_WORD = re.compile(r"\\math(?:rm|it|sf|bf)\{([A-Za-z]{3,})\}")
_AT_COLUMN = re.compile(r"column (\d+): ")
_AT_OFFSET = re.compile(r"(\d+): ")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]+;")
_SIZE = re.compile(r'width="([\d.]+)em" height="([\d.]+)em"')
_FILES = "reads or writes files"
_MACROS = "defines or changes commands: write out what it stands for"
_COLOUR = "sets a colour, which says nothing to many readers"
_ROOM = "sets room or size, which the layout decides"
_NUMBER = "is about numbers, which {#eq-name} behind a formula gives and [](#eq-name) refers to"
_UNSEEN = "draws what browsers and readers of EPUB leave out"
_ADDRESS = "makes a link, which [$x$](address) does"
_REFUSED = {
    _FILES: "input include includegraphics openin openout read write immediate special usepackage",
    _MACROS: "def gdef edef xdef let futurelet newcommand renewcommand providecommand DeclareMathOperator"
    " newenvironment catcode csname expandafter loop",
    _COLOUR: "color textcolor colorbox fcolorbox definecolor",
    _ROOM: "hspace vspace kern mkern hskip mskip vskip rule raisebox vcenter tiny small large Large LARGE huge Huge",
    _NUMBER: "label tag ref eqref nonumber notag",
    _UNSEEN: "boxed fbox cancel bcancel xcancel sout enclose",
    _ADDRESS: "href url",
}
_WHY_NOT = {command: why for why, commands in _REFUSED.items() for command in commands.split()}


class FormulaRefused(ValueError):
    """A formula that cannot be set: `reason` says why in our words, `offset` is the character that it is about."""

    def __init__(self, reason: str, offset: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.offset = reason, offset


def read_formula(tex: str, display: bool) -> tuple[str, str, float]:
    """The TeX as it is kept, the formula in one line of plain characters, and its width in em.

    Raises `FormulaRefused`.
    """
    if len(tex) > LONGEST:
        raise FormulaRefused(f"it has {len(tex)} characters, and a formula may have {LONGEST}")
    for found in _COMMAND.finditer(tex):
        if found[1] in _WHY_NOT:
            raise FormulaRefused(f"\\{found[1]} {_WHY_NOT[found[1]]}", found.start())
    kept = _SET_APART.sub(lambda m: f"\\{m[1]}{_INNER[m[2]]}" if m[2] in _INNER else "", tex.strip())
    kept = _ESCAPED.sub(lambda m: r"\%" if m[0] == "%" else m[0], kept)
    words = str(_made(kept, display, "en")["text"])
    width = width_of(kept, display)
    if not words.strip() or not width:
        raise FormulaRefused("it is empty")
    mathml(kept, display)
    return kept, words, width


def width_of(tex: str, display: bool) -> float:
    """The width of the formula in em."""
    size = _SIZE.search(_made(tex, display, "en")["svg"])
    return float(size[1]) if size else 0.0


@lru_cache(maxsize=1024)
def mathml(tex: str, display: bool) -> str:
    """The formula as MathML Core with its TeX beside it, as a `math` element. Raises `FormulaRefused`."""
    try:
        written: str = _MATHML.convert_with_local_state(tex, displaystyle=display)
    except LatexError as flaw:
        raise FormulaRefused(*_told(str(flaw), _AT_OFFSET, 0)) from flaw
    return _plain(_ENTITY.sub(lambda m: html.unescape(m[0]), written))


def _plain(written: str) -> str:
    """The MathML as EPUB 3.3 takes it: MathML 3, whose rows and fractions know no style of their own."""
    if "<mtext><" not in written and not any(f" {name}=" in written for name in _STYLES):
        return written
    root = etree.fromstring(written)
    for text in list(root.iter(f"{_NAMESPACE}mtext")):
        _set_face(text)
    for table in root.iter(f"{_NAMESPACE}mtable"):
        etree.strip_attributes(table, "scriptlevel")
    for element in list(root.iter(f"{_NAMESPACE}mrow", f"{_NAMESPACE}mfrac")):
        style = {name: str(element.attrib.pop(name)) for name in _STYLES if name in element.attrib}
        parent = element.getparent()
        if style and parent is not None:
            around = etree.Element(f"{_NAMESPACE}mstyle", style)
            parent.replace(element, around)
            around.append(element)
    plain: str = etree.tostring(root, encoding="unicode")
    return plain


def _set_face(text: etree._Element) -> None:
    """Have a text say by its attribute in what face it is, in which MathML 3 says it, and not by elements of HTML."""
    faces = [_FACES[name] for part in text.iter() if (name := etree.QName(part).localname) in _FACES]
    etree.strip_tags(text, f"{_NAMESPACE}*")
    if faces:
        text.set("mathvariant", "bold-italic" if {"bold", "italic"} <= set(faces) else faces[-1])


def spoken(tex: str, display: bool, language: str) -> tuple[str, str]:
    """The formula in words, and the language of the words: the text's, or English where the library speaks no such."""
    tag = language.lower()
    code = _LANGUAGES.get(tag) or _LANGUAGES.get({"pt": "pt-br"}.get(tag.split("-")[0], tag.split("-")[0]))
    said = _made(_WORD.sub(_as_word, tex), display, code or "en")["speech"]
    words = "".join(_sign(letter) for letter in said)
    return " ".join(words.split()), language if code else "en"


def drawing(tex: str, display: bool) -> str:
    """The formula as SVG: outlines in `currentColor`, sizes in em, `vertical-align` puts it on the line."""
    return str(_made(tex, display, "en")["svg"])


@lru_cache(maxsize=1024)
def _made(tex: str, display: bool, language: str) -> mathra.Result:
    try:
        made = mathra.render(tex, language, display=display, strict=True)
    except ValueError as flaw:
        raise FormulaRefused(*_told(str(flaw), _AT_COLUMN, 1)) from flaw
    return made


def _told(said: str, at: re.Pattern[str], first: int) -> tuple[str, int]:
    """What a library said, in our words, and the character that it is about."""
    found = at.match(said)
    offset = int(found[1]) - first if found else 0
    words = (said[found.end() :] if found else said).strip().rstrip(".")
    if unknown := re.search(r"(?:unsupported|Unknown) (command|environment):? \"?([^\"\s]+)\"?", words):
        return f"the {unknown[1]} {unknown[2]} is not known", offset
    if glyph := re.search(r"no '(.)' character \((U\+[0-9A-F]+)\)", words):
        return f"the typeface of formulas has no '{glyph[1]}' ({glyph[2]})", offset
    return words[:1].lower() + words[1:], offset


def _as_word(name: re.Match[str]) -> str:
    """A name of several letters is said as a word, but initials such as OR letter by letter."""
    return name[0] if name[1].isupper() else f"\\text{{{name[1]}}}"


def _sign(letter: str) -> str:
    """A sign of mathematics that was left as it is, by its name in Unicode."""
    if ord(letter) < 128 or unicodedata.category(letter) not in ("Sm", "So", "Ps", "Pe"):
        return letter
    return f" {unicodedata.name(letter, letter).lower().removesuffix(' operator').removesuffix(' sign')} "

"""Formulas: TeX read once, told as MathML, as words and as a drawing. The only room that knows the two libraries.

mathra draws and speaks; math-core writes MathML Core. A formula that either does not know is refused, so that every
format shows the same. Both read a string and write a string: no file, no network, no clock, no font of the machine.
"""

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import mathra
from lxml import etree
from math_core import LatexError, LatexToMathML

from pipeline.text.tex.breaking import in_lines, with_folded_words
from pipeline.text.tex.chemistry import with_chemistry
from pipeline.text.tex.macros import BUILT_IN, LONGEST, Macro, Macros, expand, take_definitions
from pipeline.text.tex.numbering import Row, in_parts, take_numbers
from pipeline.text.tex.rewriting import plain
from pipeline.text.tex.scan import FormulaRefused

_LAST = re.compile(r"(?<!\\)((?:\\\\)*+)\\\Z")
"""The backslash of a space at the end."""
_COMMENT = re.compile(r"(?:(?<=\n)|(?<=\\\\))([ \t]*)%[^\n]*|\A%[^\n]*(?=\n)")
"""A remark of the author's in a line of its own or behind a row; anywhere else % is a sign."""
_ESCAPED = re.compile(r"\\.|%", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ReadTeX:
    """An author's TeX, read: the formula, the names of its rows, its definitions, and whether it sets colours.

    `unreadable` are definitions that are left out.
    """

    tex: str
    rows: tuple[Row, ...]
    definitions: Mapping[str, Macro]
    coloured: bool
    unreadable: Sequence[str] = ()


def read_tex(written: str, macros: Macros) -> ReadTeX:
    """The TeX of a formula, with all commands of the author's own written out. Raises `FormulaRefused`."""
    rest, definitions, unreadable = take_definitions(
        _LAST.sub(r"\1", _COMMENT.sub(lambda remark: remark[1] or "", written))
    )
    expanded = with_chemistry(expand(rest, {**BUILT_IN, **macros, **definitions}))
    without, rows = take_numbers(_ESCAPED.sub(lambda m: r"\%" if m[0] == "%" else m[0], expanded))
    tex, coloured = plain(without)
    return ReadTeX(tex.strip(), rows, definitions, coloured, unreadable)


__all__ = [
    "FormulaRefused",
    "Macros",
    "ReadTeX",
    "Row",
    "broken",
    "drawing",
    "mathml",
    "read_formula",
    "row_heights",
    "spoken",
    "width_of",
]

_MATHML = LatexToMathML(xml_namespace=True, annotation=True, fancy_error=False, allow_unreliable_rendering=True)
_LANGUAGES = {str(known["code"]).lower(): str(known["code"]) for known in mathra.locales()}
_STYLES = ("displaystyle", "scriptlevel")
_FACES = {"b": "bold", "i": "italic", "em": "italic", "code": "monospace"}
_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_WORD = re.compile(r"\\math(?:rm|it|sf|bf)\{([A-Za-z]{3,})\}")
_AT_COLUMN = re.compile(r"column (\d+): ")
_AT_OFFSET = re.compile(r"(\d+): ")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]+;")
_SIZE = re.compile(r'width="([\d.]+)em" height="([\d.]+)em"')
_SHARES = (0.9, 0.6, 0.4, 0.25)
"""Of the width of a line: how wide words in a formula may be, tried one after the other."""
_FILES = "reads or writes files"
_MACROS = "defines or changes commands: write out what it stands for"
_ROOM = "sets room or size, which the layout decides"
_NUMBER = "refers to another formula: write it outside the dollar signs"
_UNSEEN = "draws what browsers and readers of EPUB leave out"
_ADDRESS = "makes a link, which [$x$](address) does"
_REFUSED = {
    _FILES: "input include includegraphics openin openout read write immediate special usepackage",
    _MACROS: "def gdef edef xdef let futurelet newcommand renewcommand providecommand DeclareMathOperator"
    " newenvironment catcode csname expandafter loop",
    _ROOM: "rule raisebox vcenter raise scalebox resizebox",
    _NUMBER: "ref eqref autoref cref",
    _UNSEEN: "boxed fbox cancel bcancel xcancel sout enclose",
    _ADDRESS: "href url",
}
_WHY_NOT = {command: why for why, commands in _REFUSED.items() for command in commands.split()}


def read_formula(written: str, display: bool, macros: Macros = MappingProxyType({})) -> tuple[ReadTeX, str, float]:
    """The formula as it is kept, the same in one line of plain characters, and its width in em.

    `macros` are the author's own commands. Where the TeX only defines such, there are no words and no width.
    Raises `FormulaRefused`.
    """
    if len(written) > LONGEST:
        raise FormulaRefused(f"it has {len(written):,} characters, and a formula may have {LONGEST:,}")
    read = read_tex(written.strip(), macros)
    if (read.definitions or read.unreadable) and not read.tex.strip():
        return read, "", 0.0
    for found in _COMMAND.finditer(read.tex):
        if found[1] in _WHY_NOT:
            raise FormulaRefused(f"\\{found[1]} {_WHY_NOT[found[1]]}", _origin(written, read.tex, found.start()))
    try:
        words = str(_made(read.tex, display, "en")["text"])
        width = width_of(read.tex, display)
        if not words.strip() or not width:
            raise FormulaRefused("it is empty")
        mathml(read.tex, display)
    except FormulaRefused as refused:
        offset = _origin(written, read.tex, refused.offset)
        raise FormulaRefused(refused.reason, offset, refused.command) from refused
    return read, words, width


def _origin(written: str, tex: str, offset: int) -> int:
    """Offset in the formula as written of an offset in the stored one; 0 if there is none."""
    written = written.strip()
    if tex == written:
        return offset
    command = _COMMAND.match(tex, offset)
    near = command[0] if command else tex[offset : offset + 1]
    return max(0, written.find(near)) if near else 0


def width_of(tex: str, display: bool) -> float:
    """The width of the formula in em."""
    size = _SIZE.search(_made(tex, display, "en")["svg"])
    return float(size[1]) if size else 0.0


def broken(tex: str, display: bool, room: float, words: bool = True) -> tuple[str, tuple[int, ...]]:
    """The formula in lines of at most `room` em, as far as it can be broken, and the number of lines of each row.

    `words`: those in it are broken over lines too, where nothing else helps.
    """
    counts: tuple[int, ...] = (1,)
    narrowest, tried, least = tex, "", width_of(tex, display)

    def width(piece: str) -> float:
        return _size_of(piece, display)[0]

    for limit in (least, *(share * room for share in _SHARES if words)):
        folded = with_folded_words(tex, limit, width)
        made, numbers = in_lines(folded, room, width) if folded != tried else ("", ())
        tried = folded
        if 0 < width(made) < least:
            narrowest, counts, least = made, numbers, width(made)
        if least <= room:
            break
    return narrowest, counts


def row_heights(tex: str) -> tuple[float, ...]:
    """The height of each row of a formula set apart, in em, with its part of the room between them."""
    parts = in_parts(tex)
    around = f"{{{parts.name}}}"
    rows = [f"\\begin{around}{row}\\end{around}" if parts.name else row for row in parts.rows]
    alone = [_size_of(row, True)[1] or 1.0 for row in rows]
    between = max(0.0, (_size_of(tex, True)[1] or 1.0) - sum(alone)) / len(alone)
    return tuple(round(height + between, 2) for height in alone)


def _size_of(tex: str, display: bool) -> tuple[float, float]:
    """The width and height of a part of a formula in em; nothing of one that is empty."""
    try:
        size = _SIZE.search(_made(tex, display, "en")["svg"])
    except FormulaRefused:
        return 0.0, 0.0
    return (float(size[1]), float(size[2])) if size else (0.0, 0.0)


@lru_cache(maxsize=1024)
def mathml(tex: str, display: bool) -> str:
    """The formula as MathML Core with its TeX beside it, as a `math` element. Raises `FormulaRefused`."""
    try:
        written: str = _MATHML.convert_with_local_state(tex, displaystyle=display)
    except LatexError as flaw:
        raise _refused(str(flaw), _AT_OFFSET, 0) from flaw
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
        raise _refused(str(flaw), _AT_COLUMN, 1) from flaw
    return made


def _refused(said: str, at: re.Pattern[str], first: int) -> FormulaRefused:
    """A library's refusal in our words, with the character that it is about."""
    found = at.match(said)
    offset = int(found[1]) - first if found else 0
    words = (said[found.end() :] if found else said).strip().rstrip(".")
    if unknown := re.search(r"(?:unsupported|Unknown) (command|environment):? \"?([^\"\s]+)\"?", words):
        command = unknown[2] if unknown[1] == "command" else ""
        return FormulaRefused(f"the {unknown[1]} {unknown[2]} is not known", offset, command)
    if glyph := re.search(r"no '(.)' character \((U\+[0-9A-F]+)\)", words):
        return FormulaRefused(f"the typeface of formulas has no '{glyph[1]}' ({glyph[2]})", offset)
    return FormulaRefused(words[:1].lower() + words[1:], offset)


def _as_word(name: re.Match[str]) -> str:
    """A name of several letters is said as a word, but initials such as OR letter by letter."""
    return name[0] if name[1].isupper() else f"\\text{{{name[1]}}}"


def _sign(letter: str) -> str:
    """A sign of mathematics that was left as it is, by its name in Unicode."""
    if unicodedata.category(letter) == "Nd":
        return str(unicodedata.digit(letter))
    if ord(letter) < 128 or unicodedata.category(letter) not in ("Sm", "So", "Ps", "Pe"):
        return letter
    return f" {unicodedata.name(letter, letter).lower().removesuffix(' operator').removesuffix(' sign')} "

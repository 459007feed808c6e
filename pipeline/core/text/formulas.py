"""Formulas: TeX to MathML, words and drawings.

mathra draws and speaks; math-core writes MathML Core. A formula that either rejects is rejected, so that every format
shows the same.
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

from pipeline.core.text.chemistry import write_out_chemistry
from pipeline.core.text.formula_lines import break_into_lines, fold_text
from pipeline.core.text.tex import (
    BUILT_IN,
    MAX_TEX_LENGTH,
    FormulaRefused,
    Macro,
    Macros,
    RowLabels,
    expand_macros,
    extract_definitions,
    extract_labels,
    normalise_tex,
    split_formula,
)

_FINAL_BACKSLASH = re.compile(r"(?<!\\)((?:\\\\)*+)\\\Z")
"""The backslash of a space at the end."""
_COMMENT = re.compile(r"(?:(?<=\n)|(?<=\\\\))([ \t]*)%[^\n]*|\A%[^\n]*(?=\n)")
"""A comment in a line of its own or after a row; anywhere else % is a percent sign."""
_ESCAPED = re.compile(r"\\.|%", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ParsedTeX:
    """An author's TeX, parsed and with all the author's commands expanded."""

    tex: str
    rows: tuple[RowLabels, ...]
    """The labels of its rows."""
    definitions: Mapping[str, Macro]
    """The commands that it defines."""
    coloured: bool
    """True if it set colours, which are left out."""
    unreadable: Sequence[str] = ()
    """Definitions that cannot be read, and are left out."""


def _parse_tex(source: str, macros: Macros) -> ParsedTeX:
    """Parse the TeX of a formula. Raises `FormulaRefused`."""
    without_comments = _COMMENT.sub(lambda comment: comment[1] or "", source)
    rest, definitions, unreadable = extract_definitions(_FINAL_BACKSLASH.sub(r"\1", without_comments))
    expanded = write_out_chemistry(expand_macros(rest, {**BUILT_IN, **macros, **definitions}))
    escaped = _ESCAPED.sub(lambda sign: r"\%" if sign[0] == "%" else sign[0], expanded)
    unnumbered, rows = extract_labels(escaped)
    tex, coloured = normalise_tex(unnumbered)
    return ParsedTeX(tex.strip(), rows, definitions, coloured, unreadable)


_MATHML = LatexToMathML(xml_namespace=True, annotation=True, fancy_error=False, allow_unreliable_rendering=True)
_LANGUAGES = {str(locale["code"]).lower(): str(locale["code"]) for locale in mathra.locales()}
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
"""Shares of the line's width that text in a formula may take, in the order in which they are tried."""
_REJECTED = {
    "reads or writes files": "input include includegraphics openin openout read write immediate special usepackage",
    "defines or changes commands: write the formula without them": "def gdef edef xdef let futurelet newcommand"
    " renewcommand providecommand DeclareMathOperator newenvironment catcode csname expandafter loop",
    "sets room or size, which the layout decides": "rule raisebox vcenter raise scalebox resizebox",
    "refers to another formula: write it outside the dollar signs": "ref eqref autoref cref",
    "draws what browsers and readers of EPUB leave out": "boxed fbox cancel bcancel xcancel sout enclose",
    "makes a link, which [$x$](address) does": "href url",
}
_REASONS = {command: reason for reason, commands in _REJECTED.items() for command in commands.split()}


def read_formula(source: str, display: bool, macros: Macros = MappingProxyType({})) -> tuple[ParsedTeX, str, float]:
    """Return a formula parsed, in one line of plain characters, and its width in em.

    `macros` are the author's own commands. TeX that only defines commands has no plain characters and no width.
    Raises `FormulaRefused`.
    """
    if len(source) > MAX_TEX_LENGTH:
        raise FormulaRefused(f"it has {len(source):,} characters, and a formula may have {MAX_TEX_LENGTH:,}")
    parsed = _parse_tex(source.strip(), macros)
    if (parsed.definitions or parsed.unreadable) and not parsed.tex.strip():
        return parsed, "", 0.0
    for command in _COMMAND.finditer(parsed.tex):
        if command[1] in _REASONS:
            offset = _source_offset(source, parsed.tex, command.start())
            raise FormulaRefused(f"\\{command[1]} {_REASONS[command[1]]}", offset)
    try:
        text = str(_render(parsed.tex, display, "en")["text"])
        width = formula_width(parsed.tex, display)
        if not text.strip() or not width:
            raise FormulaRefused("it is empty")
        format_mathml(parsed.tex, display)
    except FormulaRefused as error:
        offset = _source_offset(source, parsed.tex, error.offset)
        raise FormulaRefused(error.reason, offset, error.command) from error
    return parsed, text, width


def _source_offset(source: str, tex: str, offset: int) -> int:
    """Return the offset in the author's TeX of an offset in the parsed TeX; 0 if it is not found."""
    source = source.strip()
    if tex == source:
        return offset
    command = _COMMAND.match(tex, offset)
    token = command[0] if command else tex[offset : offset + 1]
    return max(0, source.find(token)) if token else 0


def formula_width(tex: str, display: bool) -> float:
    """Return the width of a formula in em."""
    return _size(tex, display)[0]


def fit_formula(tex: str, display: bool, room: float, words: bool = True) -> tuple[str, tuple[int, ...]]:
    """Break a formula into lines of at most `room` em, as far as possible; also return the lines of each row.

    With `words`, its text is broken into lines too if nothing else helps.
    """
    counts: tuple[int, ...] = (1,)
    narrowest, last_folded, least = tex, "", formula_width(tex, display)

    def width(piece: str) -> float:
        return _part_size(piece, display)[0]

    for limit in (least, *(share * room for share in _SHARES if words)):
        folded = fold_text(tex, limit, width)
        lines, line_counts = break_into_lines(folded, room, width) if folded != last_folded else ("", ())
        last_folded = folded
        if 0 < width(lines) < least:
            narrowest, counts, least = lines, line_counts, width(lines)
        if least <= room:
            break
    return narrowest, counts


def formula_row_heights(tex: str) -> tuple[float, ...]:
    """Return the height of each row of a displayed formula in em, with its share of the space between them."""
    parts = split_formula(tex)
    name = f"{{{parts.name}}}"
    rows = [f"\\begin{name}{row}\\end{name}" if parts.name else row for row in parts.rows]
    heights = [_part_size(row, True)[1] or 1.0 for row in rows]
    gap = max(0.0, (_part_size(tex, True)[1] or 1.0) - sum(heights)) / len(heights)
    return tuple(round(height + gap, 2) for height in heights)


def _size(tex: str, display: bool) -> tuple[float, float]:
    """Return the width and height of a formula in em."""
    size = _SIZE.search(_render(tex, display, "en")["svg"])
    return (float(size[1]), float(size[2])) if size else (0.0, 0.0)


def _part_size(tex: str, display: bool) -> tuple[float, float]:
    """Return the width and height of a part of a formula in em; 0 for an empty part."""
    try:
        return _size(tex, display)
    except FormulaRefused:
        return 0.0, 0.0


@lru_cache(maxsize=1024)
def format_mathml(tex: str, display: bool) -> str:
    """Return a formula as a `math` element of MathML Core, with its TeX as annotation. Raises `FormulaRefused`."""
    try:
        element: str = _MATHML.convert_with_local_state(tex, displaystyle=display)
    except LatexError as error:
        raise _translate_error(str(error), _AT_OFFSET, 0) from error
    return _as_mathml3(_ENTITY.sub(lambda entity: html.unescape(entity[0]), element))


def _as_mathml3(mathml_core: str) -> str:
    """Return MathML 3, as EPUB 3.3 requires: rows and fractions have no style of their own."""
    if "<mtext><" not in mathml_core and not any(f" {name}=" in mathml_core for name in _STYLES):
        return mathml_core
    root = etree.fromstring(mathml_core)
    for text in list(root.iter(f"{_NAMESPACE}mtext")):  # MathML 3 has an attribute for the face, not HTML elements
        faces = [_FACES[name] for part in text.iter() if (name := etree.QName(part).localname) in _FACES]
        etree.strip_tags(text, f"{_NAMESPACE}*")
        if faces:
            text.set("mathvariant", "bold-italic" if {"bold", "italic"} <= set(faces) else faces[-1])
    for table in root.iter(f"{_NAMESPACE}mtable"):
        etree.strip_attributes(table, "scriptlevel")
    for element in list(root.iter(f"{_NAMESPACE}mrow", f"{_NAMESPACE}mfrac")):
        style = {name: str(element.attrib.pop(name)) for name in _STYLES if name in element.attrib}
        parent = element.getparent()
        if style and parent is not None:
            wrapper = etree.Element(f"{_NAMESPACE}mstyle", style)
            parent.replace(element, wrapper)
            wrapper.append(element)
    mathml3: str = etree.tostring(root, encoding="unicode")
    return mathml3


def speak_formula(tex: str, display: bool, language: str) -> tuple[str, str]:
    """Return a formula in words, and the language of the words: the text's, or English if mathra lacks it."""
    tag = language.lower()
    code = _LANGUAGES.get(tag) or _LANGUAGES.get({"pt": "pt-br"}.get(tag.split("-")[0], tag.split("-")[0]))
    tex = _WORD.sub(lambda name: name[0] if name[1].isupper() else f"\\text{{{name[1]}}}", tex)  # OR is read O R
    words = "".join(map(_name_sign, _render(tex, display, code or "en")["speech"]))
    return " ".join(words.split()), language if code else "en"


def draw_formula(tex: str, display: bool) -> str:
    """Return a formula as SVG: outlines in `currentColor`, sizes in em, `vertical-align` puts it on the baseline."""
    return str(_render(tex, display, "en")["svg"])


@lru_cache(maxsize=1024)
def _render(tex: str, display: bool, language: str) -> mathra.Result:
    try:
        return mathra.render(tex, language, display=display, strict=True)
    except ValueError as error:
        raise _translate_error(str(error), _AT_COLUMN, 1) from error


def _translate_error(message: str, position: re.Pattern[str], first: int) -> FormulaRefused:
    """Return a library's error in our words. `position` finds the position in it, which counts from `first`."""
    found = position.match(message)
    offset = int(found[1]) - first if found else 0
    words = (message[found.end() :] if found else message).strip().rstrip(".")
    if unknown := re.search(r"(?:unsupported|Unknown) (command|environment):? \"?([^\"\s]+)\"?", words):
        command = unknown[2] if unknown[1] == "command" else ""
        return FormulaRefused(f"the {unknown[1]} {unknown[2]} is not known", offset, command)
    if glyph := re.search(r"no '(.)' character \((U\+[0-9A-F]+)\)", words):
        return FormulaRefused(f"the typeface of formulas has no '{glyph[1]}' ({glyph[2]})", offset)
    return FormulaRefused(words[:1].lower() + words[1:], offset)


def _name_sign(letter: str) -> str:
    """Replace a mathematical sign that mathra left as it is by its name in Unicode."""
    if unicodedata.category(letter) == "Nd":
        return str(unicodedata.digit(letter))
    if ord(letter) < 128 or unicodedata.category(letter) not in ("Sm", "So", "Ps", "Pe"):
        return letter
    return f" {unicodedata.name(letter, letter).lower().removesuffix(' operator').removesuffix(' sign')} "

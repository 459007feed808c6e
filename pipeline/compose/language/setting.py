"""Typography brought to a page: each run of words within a block is set as one, in the manner of its language.

Marks (quotation marks, rules, ranges) and no-break spaces reach the words of a page and nothing else: code,
formulae, addresses and ids stay as they are. Alternative texts and labels get their marks, and plain spaces.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from lxml import etree

from pipeline.markup.body import SVG
from pipeline.text.spacing import NO_BREAK, OPAQUE, keep_together, let_break, split
from pipeline.text.typography import Typographer, has_british_marks, is_english, typeset

_BREAKS = frozenset(
    {
        "article", "section", "header", "footer", "main", "nav", "aside", "div", "p",
        "h1", "h2", "h3", "h4", "h5", "h6",
        "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "figure", "figcaption", "hr", "br",
        "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
    }
)  # fmt: skip
"""Elements at whose edges a run of words begins and ends."""
_AS_TYPED = frozenset({"code", "pre", "kbd", "samp", "abbr", "math", "script", "style"})
_WORDS_IN = ("alt", "title", "aria-label", "data-label")
_LINE_END = re.compile(r"(?<=\S)\n(?=\S)")


@dataclass(slots=True)
class _Piece:
    """A piece of a run: where its text stands, and what may be done with it."""

    element: etree._Element
    tail: bool
    language: str
    typed: bool = False
    """Left as typed: code, a formula, the number of a note."""
    listed: bool = False
    """Of an entry of a reference list, whose marks the citation style has set."""
    drawn: bool = False
    """Of a drawing: a line does not break there."""

    @property
    def text(self) -> str:
        """The words of the piece."""
        return str((self.element.tail if self.tail else self.element.text) or "")

    def put(self, text: str) -> None:
        """Change them."""
        if self.tail:
            self.element.tail = text
        else:
            self.element.text = text

    @property
    def width(self) -> int:
        """Letters of code; anything else that is no text counts as one."""
        return max(1, len("".join(map(str, self.element.itertext())))) if self.element.tag == "code" else 1

    @property
    def is_gap(self) -> bool:
        """Whether it is the space between two of the layout's spans: they may stand on lines of their own."""
        following = self.element.getnext()
        spans = self.tail and self.element.tag == "span" and following is not None and following.tag == "span"
        return spans and self.text.isspace()


def set_words(root: etree._Element, language: str) -> None:
    """Set every run of words below an element, in place."""
    for element in root.iter():
        if isinstance(element.tag, str) and any(name in element.attrib for name in _WORDS_IN):
            _set_labels(element, language)
    for run in _runs(root, language):
        _set_marks(run)
        _set_spaces(run)


def _set_labels(element: etree._Element, language: str) -> None:
    spoken = next((str(e.get("lang")) for e in (element, *element.iterancestors()) if e.get("lang")), language)
    for name in _WORDS_IN:
        said = element.get(name)
        if said and not _is_formula(element):
            element.set(name, typeset(str(said), spoken))


def _is_formula(element: etree._Element) -> bool:
    return "math" in str(element.get("class", "")) or str(element.tag).endswith("math")


def _runs(root: etree._Element, language: str) -> Iterator[list[_Piece]]:
    runs: list[list[_Piece]] = [[]]
    _gather(root, language, False, runs)
    return (run for run in runs if run)


def _gather(element: etree._Element, language: str, listed: bool, runs: list[list[_Piece]]) -> None:
    """Put the pieces of an element's words into runs, the last of which is open."""
    language = str(element.get("lang") or language)
    listed = listed or "references" in str(element.get("class", "")).split()
    drawn = str(element.tag).startswith(SVG)
    if element.text:
        runs[-1].append(_Piece(element, False, language, listed=listed, drawn=drawn))
    for child in element:
        breaks = child.tag in _BREAKS or str(child.tag).startswith(SVG)
        if breaks:
            runs.append([])
        if _stays_as_typed(child):
            runs[-1].append(_Piece(child, False, language, typed=True))
        elif isinstance(child.tag, str):
            _gather(child, language, listed, runs)
        if breaks:
            runs.append([])
        if child.tail:
            runs[-1].append(_Piece(child, True, language, listed=listed, drawn=drawn))


def _stays_as_typed(element: etree._Element) -> bool:
    name = etree.QName(element).localname if isinstance(element.tag, str) else ""
    note = str(element.get("role", "")) in ("doc-noteref", "doc-backlink")
    return name in _AS_TYPED or name == "img" or note or _is_formula(element) or element.get("class") == "placeholder"


def _set_marks(run: list[_Piece]) -> None:
    typographer = Typographer()
    for piece in run:
        if piece.typed:
            said = "".join(map(str, piece.element.itertext()))
            is_word = piece.element.tag in ("img", "a") or not said
            typographer.pass_over("x" if is_word else said)
        elif piece.listed or not has_british_marks(piece.language):
            typographer.pass_over(piece.text)
        else:
            set_ = typographer.set(piece.text)
            if set_ != piece.text:
                piece.put(set_)


def _set_spaces(run: list[_Piece]) -> None:
    """A line's end as typed is a space; and some spaces keep their words together."""
    texts = [OPAQUE * piece.width if piece.typed or piece.drawn else piece.text for piece in run]
    whole = let_break(_LINE_END.sub(" ", "".join(texts)))
    if " " not in whole:
        return
    letters = list(whole)
    english = "".join(
        text if _is_english(piece) else OPAQUE * len(text) for piece, text in zip(run, _cut(whole, texts), strict=True)
    )
    parts = split(english)
    starts = [0, *accumulate(map(len, parts))]
    for place in keep_together(parts, names=run[0].listed):
        letters[starts[place]] = NO_BREAK
    for piece, text in zip(run, _cut("".join(letters), texts), strict=True):
        if not (piece.typed or piece.drawn or piece.is_gap) and text != piece.text:
            piece.put(text)


def _cut(whole: str, like: list[str]) -> Iterator[str]:
    """A text cut into pieces as long as others."""
    start = 0
    for piece in like:
        yield whole[start : start + len(piece)]
        start += len(piece)


def _is_english(piece: _Piece) -> bool:
    return not (piece.typed or piece.drawn) and is_english(piece.language)

"""Remarks on marks and lines of other programs, which are printed as typed."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from markdown_it.token import Token

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import catalogue, message
from pipeline.core.sentences import count, cut_short
from pipeline.load.markdown.positions import TYPED, RemarkCounter
from pipeline.load.markdown.rules import PlacedState, inline_rule
from pipeline.model.body import Code, Inline, Link, Text

# Marks that other programs fill in or obey.


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


@inline_rule("{<\\")
def foreign(state: PlacedState) -> Iterator[int]:
    """Read `{{ value }}`, `{% tag %}`, `{{< shortcode >}}`, `<%= ruby %>`, `{role}` before code, or LaTeX for pages."""
    if match := _FOREIGN.match(state.src, state.pos, state.posMax):
        yield match.end()
        token = state.push("foreign", "", 0)
        token.content, token.info = match[0], str(match.lastgroup)


def printed_words(counter: RemarkCounter, token: Token, place: Location) -> str:
    """The words that stand for such a mark, which is taken note of."""
    system = SYSTEMS[token.info]
    fate = TYPED if system.printed else "left out"
    counter.count_foreign(token.info, place, system.hint, token.content, system.words, fate)
    return token.content if system.printed else " " if _PARTS.match(token.content) else ""


# Marks of notes, wikis and site builders among the words.


class _Program(NamedTuple):
    what: str
    hint: str
    pattern: str


_PROGRAMS = {
    "wiki": _Program(
        "a link of Obsidian or a wiki",
        "Write [words](briefing:ID) for a text, and ![Caption](file.svg) with its alt for a picture.",
        r"(?<!\w)!?\[\[(?!\d+\])[^\[\]\n]{1,200}\]\]",
    ),
    "private": _Program(
        "a comment of Obsidian",
        "Delete it, or write it as <!-- a remark -->, which is not printed.",
        r"%%(?=\S)(?:(?!%%).){1,400}%%|^%%$",
    ),
    "short_name": _Program(
        "a short name for a sign", "Type the sign itself.", r"(?<![\w:]):[a-z][a-z0-9_+-]{1,40}:(?![\w:])"
    ),
    "myst": _Program("a break of MyST", "Delete it.", r"^\+{3}(?: \{.{0,200}\})?$"),
    "critic": _Program(
        "a change in CriticMarkup",
        "Accept it or reject it.",
        r"\{(?:\+\+|--|>>)(?:(?![+<-]{2}\}).){1,400}(?:\+\+|--|<<)\}",
    ),
}
_COMMENT = re.compile(r"%(?=[ \t]|$)(?!.*%$)")
_SHARE = re.compile(r"%[ \t]+of\b")
_COMMENT_HINT = (
    "Delete the line, or write it as <!-- a remark -->, which is not printed. If readers need it, begin it with \\%."
)
_APART = re.compile(r"`[^`]*`|\$[^$]*\$")
"""Code and formulas, in which a line begins with any mark and a stroke divides no cells."""
_ANY = re.compile("|".join(f"(?P<{name}>{program.pattern})" for name, program in _PROGRAMS.items()))


def foreign_words(nodes: Sequence[Inline], counter: RemarkCounter, begins: bool = True) -> None:
    """Take note of such marks in words, but not in those of a link; `begins` tells whether a line begins with them."""
    for node, behind in zip_longest(nodes, nodes[1:]):
        if isinstance(node, Text):
            words = node.text.removesuffix("\n")
            for mark in _ANY.finditer(words if begins else f"\0{words}"):
                name, at = str(mark.lastgroup), mark.start() - (not begins)
                is_role = name == "short_name" and isinstance(behind, Code) and at + len(mark[0]) == len(words)
                what, hint = SYSTEMS["role"][:2] if is_role else _PROGRAMS[name][:2]
                counter.count_foreign("role" if is_role else name, _place(node, at), hint, mark[0], what)
        elif not isinstance(node, Link):
            foreign_words(getattr(node, "children", ()), counter, False)
        begins = isinstance(node, Text) and node.text.endswith("\n")


def comment_lines(content: str, place: Callable[[int], Location], counter: RemarkCounter) -> None:
    """Take note of lines of a paragraph that begin with '% ', where a line of the file begins with it too.

    Within an entry or a quotation it is a share, as it is below a number or before 'of' where a sentence goes on.
    `place` is where a character of the paragraph stands.
    """
    if "%" not in content:
        return
    at, before = 0, ""
    plain = _APART.sub(lambda found: re.sub(r".", "\0", found[0]), content)
    for typed, line in zip(content.split("\n"), plain.split("\n"), strict=True):
        goes_on = before[-1:].isdigit() or (before and _SHARE.match(line))
        if _COMMENT.match(line) and not goes_on and place(at).column == 1:
            counter.count_foreign("comment", place(at), _COMMENT_HINT, typed, "a comment of MyST or LaTeX")
        at, before = at + len(line) + 1, line.rstrip()


# Marks of other dialects.

CAPTION = re.compile(r"(?:Table)?:[ \t]+\S")

_LINK = re.compile(r"\](?:\(| \((?=https?://|mailto:|www\.|#|briefing:))")
_EMPTY = re.compile(r"(?<![\w\]])\[\](?!\()(?=\S)|\[[^\]\w\s]?\(#[A-Za-z][\w:.-]*\)")
_NO_WORDS = "A cross-reference is written [](#id), without a space or another mark between."
_NO_SPACE = "Take out the space between ] and (."


def remarks_on_marks(nodes: Sequence[Inline]) -> Iterator[Diagnostic]:
    """A remark for each link in the words that is none, but not in those of a link or of code."""
    for node, behind in zip_longest(nodes, nodes[1:]):
        if isinstance(node, Text):
            text = node.text
            for link in _LINK.finditer(text) if "](" in text or "] (" in text else ():
                yield message("link-syntax", _place(node, link.start()), _NO_SPACE if " " in link[0] else None)
            for empty in _EMPTY.finditer(text) if "[]" in text or "(#" in text else ():
                yield message("link-syntax", _place(node, empty.start()), _NO_WORDS)
            if isinstance(behind, Link) and node.text.endswith("] ("):
                yield message("link-syntax", _place(node, len(node.text) - 3), _NO_SPACE)
        elif not isinstance(node, Link):
            yield from remarks_on_marks(getattr(node, "children", ()))


def picture_words(token: Token, caption: str, place: Location) -> Iterator[Diagnostic]:
    """Remarks on words of a picture that nobody sees: its title, and its caption where it stands within a line."""
    if title := str(token.attrs.get("title", "")):
        hint, reason = (
            "Write these words into the square brackets, or as its alt.",
            "a picture has a caption and no title",
        )
        yield message("words-left-out", place, hint, words=cut_short(title), reason=reason)
    if caption:
        hint = "Put the picture into a paragraph of its own: it then has its caption."
        reason = "within a line a picture has no caption"
        yield message("words-left-out", place, hint, words=cut_short(caption), reason=reason)


def _place(node: Text, offset: int) -> Location:
    return replace(node.place, column=node.place.column + offset)


# Lines that were meant as a heading, a table or the end of a block.

_GRID = re.compile(r"\+(?:[-=:]+\+)+")
_HEADING = re.compile(r"(?P<mark>#{2,6})(?P<words>[^\s#].{0,30})|(?P<many>#{7,})(?:\s|$)")
_DASHES = re.compile(r"\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
_LISTED = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)]|[a-zA-Z][.)])[ \t]+[*_\[\"“(]{0,3}[^\W_]")
_LISTED_WORDS = re.compile(r"[ \t]*(?:(?P<bullet>[-*+])|\d{1,9}[.)])[ \t]+[^\W\d_]+,? [^\W_]")
"""An entry of a list that begins with two words, as few lines of a program do."""


def line_marks(content: str, place: Callable[[int], Location]) -> Iterator[Diagnostic]:
    """Remarks on a paragraph's lines: '##Words', a line of dashes under no head of a table.

    `place` is where a character of the paragraph stands.
    """
    above = ""
    for number, (start, words) in enumerate(_lines(content)):
        if words[:2] == "##" and (found := _HEADING.match(words)):
            kept = "or a backslash before them to keep them as they are."
            hint = f"For a heading, put a space after {found['mark']}, {kept}" if found["mark"] else "Use 2 to 6 marks."
            yield message("markup-unknown", place(start), hint, text=found[0])
        elif not number and _GRID.fullmatch(words):
            yield message("table-typed", place(start))
        elif "|" in words and "--" in words and _DASHES.fullmatch(words):
            reason = f"it has {_cells(words)}, and the line above it {_cells(above)}"
            reason = reason if "|" in above else "no head with '|' stands directly above it"
            yield message("table-broken", place(start), reason=reason)
        above = words


def _lines(content: str) -> Iterator[tuple[int, str]]:
    """The words of each line of a paragraph, with the offset at which they begin."""
    at = 0
    for line in content.split("\n"):
        yield at + len(line) - len(line.lstrip()), line.strip()
        at += len(line) + 1


def _cells(line: str) -> str:
    return count(line.strip().strip("|").count("|") + 1, "cell")


def fence_remarks(token: Token, rest: str, lines: Sequence[str], place: Location) -> Iterator[Diagnostic]:
    """Remarks on a block of code: that it never ends, and that words behind the language are not printed."""
    if token.type != "fence" or token.map is None:
        return
    first, end = token.map
    last = lines[min(end, len(lines)) - 1].lstrip("> \t").rstrip()
    if end - 1 <= first or not last.startswith(token.markup) or last.strip(token.markup[0]):
        yield message("code-open", place, mark=token.markup)
    if rest:
        hint = "Write these words above the block, or delete them."
        reason = "behind the three marks stands the language of the code alone"
        yield message("words-left-out", place, hint, words=cut_short(rest), reason=reason)


def is_list_as_code(token: Token, before: str) -> bool:
    """Whether a block of indented lines was meant as a list; `before` is the kind of token before it.

    It begins like an entry directly behind a list, or all its lines are entries alike.
    """
    if token.type != "code_block" or not token.content.strip():  # an empty `<pre>`
        return False
    lines = [line for line in token.content.split("\n") if line.strip()]
    if _LISTED.match(lines[0]) and before in ("bullet_list_close", "ordered_list_close"):
        return True
    entries = [_LISTED_WORDS.match(line) for line in lines]
    return len(lines) > 1 and len({entry and entry["bullet"] for entry in entries}) == 1 and all(entries)


def open_comment(token: Token, place: Location) -> Iterator[Diagnostic]:
    """A remark on a comment that has no end: how much it takes with it."""
    if "-->" not in token.content:
        below = sum(bool(line.strip()) for line in token.content.split("\n")[1:])
        yield message("comment-open", place, lines=count(below, "line"))


# Lists and tables as other programs have them, which make a paragraph here.

_BULLET = re.compile(
    "([\u00b7\u2022\u2023\u2043\u2219\u25a0\u25aa\u25ab\u25b6\u25ba\u25cb\u25cf\u25e6\u27a2\uf0a7\uf0b7])[ \t]*\\S"
    r"|(o)(?=\t[ \t]*\S)"
)
"""A bullet, or the hollow one as it comes from Word; with a space after it 'o' is a word of many languages."""
_DASH = re.compile(r"([–−])[ \t]+\S|(-)(?=[^\W\d_])")
"""A bullet only where another line begins with it too: a dash may happen to be the first in its line."""
_HELD = re.compile("([-+*]|[0-9]{1,9}[.)])[\u00a0\u2007\u202f]\\s*\\S")
"""A bullet or a number with a no-break space after it, which makes no list."""

_HELD_HINT = "A no-break space follows it, as other programs set it: type an ordinary space instead."
_HYPHEN_HINT = f"{catalogue()['pasted-bullet'].do} To keep the sign, put a backslash before it."
_PIPE = re.compile(r"(?<!\\)\|")
_DASHED = re.compile(r"[|: \t]*-[-|: \t]*")
_STROKES = "Put a line '{dashes}' below its head, and '|' before, between and after the cells of each line."


def pasted_bullets(content: str, quoted: bool, place: Callable[[int], Location]) -> Iterator[Diagnostic]:
    """A remark on the first bullet of another program in a paragraph; `place` is that of a character of it.

    In a quotation a dash stands before who said it.
    """
    lines = content.split("\n")
    for number, (start, words) in enumerate(_lines(content)):
        if held := _HELD.match(words):
            yield message("pasted-bullet", place(start), _HELD_HINT, bullet=held[1])
            return
        if bullet := _bullet(lines, number, quoted):
            yield message("pasted-bullet", place(start), _HYPHEN_HINT if bullet == "-" else None, bullet=bullet)
            return


def _bullet(lines: list[str], number: int, quoted: bool) -> str:
    """The bullet that a line begins with; a dash only where the line below begins with it too.

    Where a list may begin, in the first line or after a colon, it may be any line further down: entries run over.
    """
    if found := _BULLET.match(lines[number].strip()):
        return found[1] or found[2]
    sign = "" if quoted else _dash(lines[number])
    begins = number == 0 or lines[number - 1].rstrip().endswith(":")
    end = len(lines) if begins else number + 2
    return sign if sign and any(_dash(line) == sign for line in lines[number + 1 : end]) else ""


def _dash(line: str) -> str:
    """The dash or hyphen that a line begins with as with a bullet."""
    found = _DASH.match(line.strip())
    return found[0][0] if found else ""


def typed_tables(content: str, place: Callable[[int], Location]) -> Iterator[Diagnostic]:
    """A remark on the first of some lines that begin with '|', as rows of a table do."""
    lines = [*_lines(_APART.sub(lambda found: re.sub(r"[^\n]", "x", found[0]), content))]
    if any("|" in row and _DASHED.fullmatch(row) for _, row in lines):
        return  # reported as a table whose dashes do not fit
    for (start, row), (_, below) in zip(lines, [*lines[1:], (0, "")], strict=True):
        pipes = len(_PIPE.findall(row))
        alone = len(lines) == 1 and row.endswith("|") and pipes > 2
        if row[:1] == "|" and (below[:1] == "|" or alone):
            dashes = "|" + "---|" * (pipes - row.endswith("|"))
            yield message("table-typed", place(start), _STROKES.format(dashes=dashes))
            return

"""Remarks on syntax of other programs, which is printed as typed."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from markdown_it.token import Token

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import catalogue, message
from pipeline.core.sentences import count_noun, truncate
from pipeline.load.markdown.positions import TYPED, RemarkCounter
from pipeline.load.markdown.rules import PlacedState, inline_rule
from pipeline.model.body import Code, Inline, Link, Text

# Marks that other programs replace or carry out.


class _ForeignMark(NamedTuple):
    what: str
    hint: str
    is_printed: bool = True


_FILLED = "The program does not fill it in: write the value, or delete it."
_MARKS = {
    "role": _ForeignMark(
        "a role of MyST or Sphinx",
        "Write [](#id) for a figure, table or heading, [words](briefing:id) for another text, $x$ for a formula.",
    ),
    "kramdown": _ForeignMark("an instruction for kramdown", "Delete it.", False),
    "shortcode": _ForeignMark("a shortcode of Hugo or Quarto", _FILLED),
    "value": _ForeignMark("a value of Liquid, Jinja or the like", _FILLED),
    "tag": _ForeignMark("a tag of Liquid, Jinja or the like", _FILLED),
    "erb": _ForeignMark("a tag of ERB", _FILLED),
    "layout": _ForeignMark(
        "a command of LaTeX for the look of pages",
        "Delete it. The layout makes pages, lines and contents.",
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
_SEPARATORS = re.compile(r"\\(?:newline|linebreak|hfill|hspace)")
"""Commands that separate words as a space does."""


@inline_rule("{<\\")
def foreign(state: PlacedState) -> Iterator[int]:
    """Read `{{ value }}`, `{% tag %}`, `{{< shortcode >}}`, `<%= ruby %>`, `{role}` before code, or LaTeX for pages."""
    if match := _FOREIGN.match(state.src, state.pos, state.posMax):
        yield match.end()
        token = state.push("foreign", "", 0)
        token.content, token.info = match[0], str(match.lastgroup)


def printed_words(counter: RemarkCounter, token: Token, place: Location) -> str:
    """Count a mark of another program, and return the words that are printed for it."""
    mark = _MARKS[token.info]
    fate = TYPED if mark.is_printed else "left out"
    counter.count_foreign(token.info, place, mark.hint, token.content, mark.what, fate)
    return token.content if mark.is_printed else " " if _SEPARATORS.match(token.content) else ""


# Marks of note-taking programs, wikis and site builders within text.


class _TextMark(NamedTuple):
    what: str
    hint: str
    pattern: str


_TEXT_MARKS = {
    "wiki": _TextMark(
        "a link of Obsidian or a wiki",
        "Write [words](briefing:ID) for a text, and ![Caption](file.svg) with its alt for a picture.",
        r"(?<!\w)!?\[\[(?!\d+\])[^\[\]\n]{1,200}\]\]",
    ),
    "private": _TextMark(
        "a comment of Obsidian",
        "Delete it, or write it as <!-- a remark -->, which is not printed.",
        r"%%(?=\S)(?:(?!%%).){1,400}%%|^%%$",
    ),
    "short_name": _TextMark(
        "a short name for a sign", "Type the sign itself.", r"(?<![\w:]):[a-z][a-z0-9_+-]{1,40}:(?![\w:])"
    ),
    "myst": _TextMark("a break of MyST", "Delete it.", r"^\+{3}(?: \{.{0,200}\})?$"),
    "critic": _TextMark(
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
_CODE = re.compile(r"`[^`]*`|\$[^$]*\$")
"""Code and formulas, in which no mark counts."""
_ANY_TEXT_MARK = re.compile("|".join(f"(?P<{name}>{mark.pattern})" for name, mark in _TEXT_MARKS.items()))


def count_text_marks(nodes: Sequence[Inline], counter: RemarkCounter, begins_line: bool = True) -> None:
    """Count such marks in text, but not in the text of a link; `begins_line`: whether a line begins with the nodes."""
    for node, behind in zip_longest(nodes, nodes[1:]):
        if isinstance(node, Text):
            words = node.text.removesuffix("\n")
            for mark in _ANY_TEXT_MARK.finditer(words if begins_line else f"\0{words}"):
                name, at = str(mark.lastgroup), mark.start() - (not begins_line)
                is_role = name == "short_name" and isinstance(behind, Code) and at + len(mark[0]) == len(words)
                what, hint = _MARKS["role"][:2] if is_role else _TEXT_MARKS[name][:2]
                counter.count_foreign("role" if is_role else name, _place(node, at), hint, mark[0], what)
        elif not isinstance(node, Link):
            count_text_marks(getattr(node, "children", ()), counter, False)
        begins_line = isinstance(node, Text) and node.text.endswith("\n")


def count_comment_lines(content: str, place: Callable[[int], Location], counter: RemarkCounter) -> None:
    """Count lines of a paragraph that begin with '% ' at the beginning of a line of the file.

    In an entry or a quotation it is a share, and also below a number or before 'of' if a sentence goes on.
    `place` returns the place of a character of the paragraph.
    """
    if "%" not in content:
        return
    at, before = 0, ""
    plain = _CODE.sub(lambda code: re.sub(r".", "\0", code[0]), content)
    for text, line in zip(content.split("\n"), plain.split("\n"), strict=True):
        goes_on = before[-1:].isdigit() or (before and _SHARE.match(line))
        if _COMMENT.match(line) and not goes_on and place(at).column == 1:
            counter.count_foreign("comment", place(at), _COMMENT_HINT, text, "a comment of MyST or LaTeX")
        at, before = at + len(line) + 1, line.rstrip()


# Marks of other dialects.

CAPTION = re.compile(r"(?:Table)?:[ \t]+\S")

_LINK = re.compile(r"\](?:\(| \((?=https?://|mailto:|www\.|#|briefing:))")
_EMPTY = re.compile(r"(?<![\w\]])\[\](?!\()(?=\S)|\[[^\]\w\s]?\(#[A-Za-z][\w:.-]*\)")
_NO_WORDS = "A cross-reference is written [](#id), without a space or another mark between."
_NO_SPACE = "Take out the space between ] and (."


def remarks_on_marks(nodes: Sequence[Inline]) -> Iterator[Diagnostic]:
    """Yield a remark for each faulty link in text, but not in the text of a link or code."""
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
    """Yield remarks on words of a picture that are not printed: its title, and its caption if it is within a line."""
    if title := str(token.attrs.get("title", "")):
        hint, reason = (
            "Write these words into the square brackets, or as its alt.",
            "a picture has a caption and no title",
        )
        yield message("words-left-out", place, hint, words=truncate(title), reason=reason)
    if caption:
        hint = "Put the picture into a separate paragraph, where it can have a caption."
        reason = "within a line a picture has no caption"
        yield message("words-left-out", place, hint, words=truncate(caption), reason=reason)


def _place(node: Text, offset: int) -> Location:
    return replace(node.place, column=node.place.column + offset)


# Faulty lines of headings, tables and blocks.

_PIPES = "Put a line '|---|---|' below its head, and '|' before, between and after the cells of each line."
_GRID = re.compile(r"\+(?:[-=:]+\+)+")
_HEADING = re.compile(r"(?P<mark>#{2,6})(?P<words>[^\s#].{0,30})|(?P<many>#{7,})(?:\s|$)")
_DASHES = re.compile(r"\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
_LISTED = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)]|[a-zA-Z][.)])[ \t]+[*_\[\"“(]{0,3}[^\W_]")
_LISTED_WORDS = re.compile(r"[ \t]*(?:(?P<bullet>[-*+])|\d{1,9}[.)])[ \t]+[^\W\d_]+,? [^\W_]")
"""An entry of a list that begins with two words, unlike most lines of a program."""


def line_marks(content: str, place: Callable[[int], Location]) -> Iterator[Diagnostic]:
    """Yield remarks on a paragraph's lines: '##Words', or a line of dashes without the head of a table.

    `place` returns the place of a character of the paragraph.
    """
    above = ""
    for number, (start, words) in enumerate(_lines(content)):
        if words[:2] == "##" and (heading := _HEADING.match(words)):
            kept = "or keep the marks with a backslash."
            hint = (
                f"For a heading, put a space after {heading['mark']}, {kept}"
                if heading["mark"]
                else "Use 2 to 6 marks."
            )
            yield message("markup-unknown", place(start), hint, text=heading[0])
        elif not number and _GRID.fullmatch(words):
            yield message("table-typed", place(start), _PIPES, reason="a table is not drawn with '+'")
        elif "|" in words and "--" in words and _DASHES.fullmatch(words):
            reason = f"the line of dashes has {_count_cells(words)}, and the line above it {_count_cells(above)}"
            reason = reason if "|" in above else "no head with '|' is directly above the line of dashes"
            yield message("table-typed", place(start), reason=reason)
        above = words


def _lines(content: str) -> Iterator[tuple[int, str]]:
    """Yield the words of each line of a paragraph, with the offset at which they begin."""
    at = 0
    for line in content.split("\n"):
        yield at + len(line) - len(line.lstrip()), line.strip()
        at += len(line) + 1


def _count_cells(line: str) -> str:
    return count_noun(line.strip().strip("|").count("|") + 1, "cell")


def fence_remarks(token: Token, rest: str, lines: Sequence[str], place: Location) -> Iterator[Diagnostic]:
    """Yield remarks on a block of code that never ends, and on words behind its language."""
    if token.type != "fence" or token.map is None:
        return
    first, end = token.map
    last = lines[min(end, len(lines)) - 1].lstrip("> \t").rstrip()
    if end - 1 <= first or not last.startswith(token.markup) or last.strip(token.markup[0]):
        yield message("block-open", place, what="block of code", fate="", mark=token.markup)
    if rest:
        hint = "Write these words above the block, or delete them."
        reason = "only the language can follow the three marks"
        yield message("words-left-out", place, hint, words=truncate(rest), reason=reason)


def is_list_as_code(token: Token, before: str) -> bool:
    """Return True if a block of indented lines is probably a list; `before` is the kind of the token before it.

    It begins like an entry directly behind a list, or all its lines are entries of the same kind.
    """
    if token.type != "code_block" or not token.content.strip():  # an empty `<pre>`
        return False
    lines = [line for line in token.content.split("\n") if line.strip()]
    if _LISTED.match(lines[0]) and before in ("bullet_list_close", "ordered_list_close"):
        return True
    entries = [_LISTED_WORDS.match(line) for line in lines]
    return len(lines) > 1 and len({entry and entry["bullet"] for entry in entries}) == 1 and all(entries)


def open_comment(token: Token, place: Location) -> Iterator[Diagnostic]:
    """Yield a remark on a comment that has no end, with the number of lines that it hides."""
    if "-->" not in token.content:
        below = sum(bool(line.strip()) for line in token.content.split("\n")[1:])
        fate = f", and {count_noun(below, 'line')} below it are not printed"
        yield message("block-open", place, "Put '-->' where it ends, or delete '<!--'.", what="comment", fate=fate)


# Lists and tables of other programs, which are paragraphs here.

_BULLET = re.compile(
    "([\u00b7\u2022\u2023\u2043\u2219\u25a0\u25aa\u25ab\u25b6\u25ba\u25cb\u25cf\u25e6\u27a2\uf0a7\uf0b7])[ \t]*\\S"
    r"|(o)(?=\t[ \t]*\S)"
)
"""A bullet, or Word's hollow one; with a space after it 'o' is a word in many languages."""
_DASH = re.compile(r"([–−])[ \t]+\S|(-)(?=[^\W\d_])")
"""A bullet only if another line begins with it too: a dash may be the first in its line by chance."""
_WITH_FIXED_SPACE = re.compile("([-+*]|[0-9]{1,9}[.)])[\u00a0\u2007\u202f]\\s*\\S")
"""A bullet or a number with a no-break space after it, which is no list."""

_FIXED_SPACE_HINT = "A no-break space follows it, as other programs set it: type an ordinary space instead."
_HYPHEN_HINT = f"{catalogue()['pasted-bullet'].do} To keep the sign, put a backslash before it."
_PIPE = re.compile(r"(?<!\\)\|")
_DASHED = re.compile(r"[|: \t]*-[-|: \t]*")


def pasted_bullets(content: str, quoted: bool, place: Callable[[int], Location]) -> Iterator[Diagnostic]:
    """Yield a remark on the first bullet of another program in a paragraph.

    In a quotation a dash is before the speaker's name. `place` returns the place of a character of the paragraph.
    """
    lines = content.split("\n")
    for number, (start, words) in enumerate(_lines(content)):
        if match := _WITH_FIXED_SPACE.match(words):
            yield message("pasted-bullet", place(start), _FIXED_SPACE_HINT, bullet=match[1])
            return
        if bullet := _find_bullet(lines, number, quoted):
            yield message("pasted-bullet", place(start), _HYPHEN_HINT if bullet == "-" else None, bullet=bullet)
            return


def _find_bullet(lines: list[str], number: int, quoted: bool) -> str:
    """Return the bullet that a line begins with; a dash only if the line below begins with it too.

    Where a list may begin, in the first line or after a colon, it may be any line below, as entries have several lines.
    """
    if bullet := _BULLET.match(lines[number].strip()):
        return bullet[1] or bullet[2]
    dash = "" if quoted else _find_dash(lines[number])
    may_begin = number == 0 or lines[number - 1].rstrip().endswith(":")
    end = len(lines) if may_begin else number + 2
    return dash if dash and any(_find_dash(line) == dash for line in lines[number + 1 : end]) else ""


def _find_dash(line: str) -> str:
    """Return the dash or hyphen that a line begins with."""
    dash = _DASH.match(line.strip())
    return dash[0][0] if dash else ""


def typed_tables(content: str, place: Callable[[int], Location]) -> Iterator[Diagnostic]:
    """Yield a remark on the first of some lines that begin with '|', like rows of a table."""
    lines = [*_lines(_CODE.sub(lambda code: re.sub(r"[^\n]", "x", code[0]), content))]
    if any("|" in row and _DASHED.fullmatch(row) for _, row in lines):
        return  # reported as a table whose dashes do not fit
    for (start, row), (_, below) in zip(lines, [*lines[1:], (0, "")], strict=True):
        pipes = len(_PIPE.findall(row))
        is_alone = len(lines) == 1 and row.endswith("|") and pipes > 2
        if row[:1] == "|" and (below[:1] == "|" or is_alone):
            dashes = "|" + "---|" * (pipes - row.endswith("|"))
            reason = "there is no line of dashes below the head"
            yield message("table-typed", place(start), _PIPES.replace("|---|---|", dashes), reason=reason)
            return

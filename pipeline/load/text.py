"""Text of a file: bytes to text, merge conflict markers, front matter and body."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.messages import message
from pipeline.core.text.fonts import find_direction_characters, remove_direction_characters
from pipeline.core.text.typography import PASTED_CHARACTERS

MOST_BYTES = 8_000_000
MOST_CHARACTERS = 100_000
"""Greatest number in one line."""
_MOST_LETTERS = 5_000
"""Greatest number in one word."""
_MOST_MARKS = 50
"""Greatest number of marks on one letter."""

_LONG_WORD = re.compile(rf"(?<!\w)\w{{{_MOST_LETTERS + 1},}}")
_SIGNS = re.compile(rf"[^\x00-\x7f\w\s]{{{_MOST_MARKS + 1},}}")
"""Signs in a row, which may be combining marks."""

INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufeff]")
"""Characters that no text may hold."""
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_SAVE = "Save it again with the encoding UTF-8"
_NAMES = {"\u2028": "a line separator", "\u2029": "a paragraph separator", "\ufeff": "a byte order mark"}


def read_text(path: str, content: bytes, diagnostics: Diagnostics) -> str | None:
    r"""Return the text of a file with `\n` for line ends and no byte order mark; None after a remark."""
    if len(content) > MOST_BYTES:
        length, limit = f"{len(content) / 1e6:.1f}", MOST_BYTES // 1_000_000
        diagnostics.report(
            message("file-too-large", Location(path), whole="file", length=length, parts="MB", limit=limit)
        )
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason, hint = _guess_encoding(content, error.start)
        diagnostics.report(message("file-unreadable", _place_of(path, content, error.start), hint, reason=reason))
        return None
    if "\x00" in text:
        place = _place_of(path, content, content.index(b"\x00"))
        diagnostics.report(
            message("file-unreadable", place, reason="it has a zero byte here, as pictures and archives do")
        )
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(PASTED_CHARACTERS)
    if not text.strip():
        diagnostics.report(message("file-unreadable", Location(path), "Write it, or delete it.", reason="it is empty"))
        return None
    # The body of a briefing can be read in spite of conflicts.
    if not path.endswith(".md") and find_conflict_lines(text, path, diagnostics):
        return None
    for start, size, whole, parts, limit in _find_too_long(text):
        place = Location(path, text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))
        diagnostics.report(message("file-too-large", place, whole=whole, length=size, parts=parts, limit=limit))
        return None
    for number, column, character in find_direction_characters(text):
        diagnostics.report(direction_remark(character, Location(path, number, column)))
    text = remove_direction_characters(text, " ")
    for number, line in enumerate(text.split("\n") if INVISIBLE.search(text) else (), 1):
        for invisible in INVISIBLE.finditer(line):
            report_invisible(invisible[0], Location(path, number, invisible.start() + 1), diagnostics)
    return INVISIBLE.sub(" ", text)


def _guess_encoding(content: bytes, offset: int) -> tuple[str, str | None]:
    """Return why bytes are not UTF-8, and a hint, from the encoding that they seem to be in."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "it is in UTF-16", f"{_SAVE}."
    with suppress(UnicodeDecodeError):
        if not _BINARY.search(content):
            letter = content[offset : offset + 1].decode("cp1252")
            hint = "In VS Code: 'Reopen with Encoding', Western (Windows 1252), then 'Save with Encoding', UTF-8."
            reason = f"it seems to be in Windows-1252, in which the character here is '{letter}'"
            return reason, f"{_SAVE}. {hint}"
    return "the letter here is not in UTF-8", None


def _find_too_long(text: str) -> Iterator[tuple[int, int, str, str, int]]:
    """Yield lines, words and letters that are too long: offset, size, what it is, its parts and their limit."""
    if len(text) > MOST_CHARACTERS:
        for line in re.finditer(".+", text):
            if len(line[0]) > MOST_CHARACTERS:
                yield line.start(), len(line[0]), "line", "characters", MOST_CHARACTERS
    for word in _LONG_WORD.finditer(text):
        yield word.start(), len(word[0]), "word", "letters", _MOST_LETTERS
    for signs in _SIGNS.finditer(text):
        for is_mark, run in groupby(signs[0], lambda sign: unicodedata.category(sign)[0] in "MC"):
            if is_mark and (count := sum(unicodedata.category(sign)[0] == "M" for sign in run)) > _MOST_MARKS:
                yield signs.start(), count, "letter", "marks", _MOST_MARKS


def direction_remark(character: str, place: Location, hint: str | None = None) -> Diagnostic:
    """Return the remark on a character that changes the order of letters."""
    return message("direction-character", place, hint, name=unicodedata.name(character))


def without_invisible(words: str, place: Location, diagnostics: Diagnostics) -> str:
    """Return words with a space for each invisible character, all reported at one place."""
    for *_, character in find_direction_characters(words):
        diagnostics.report(direction_remark(character, place))
    for invisible in INVISIBLE.finditer(words):
        report_invisible(invisible[0], place, diagnostics)
    return INVISIBLE.sub(" ", remove_direction_characters(words, " "))


def report_invisible(character: str, place: Location, diagnostics: Diagnostics) -> None:
    """Report an invisible character at a place."""
    name = _NAMES.get(character) or unicodedata.name(character, f"U+{ord(character):04X}")
    diagnostics.report(message("control-character", place, name=name))


def _place_of(path: str, content: bytes, offset: int) -> Location:
    before = content[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    start = before.rfind(b"\n") + 1
    column = len(before[start:].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")) + 1
    return Location(path, before.count(b"\n") + 1, column)


# Merge conflicts, front matter.

_CONFLICT_MARK = re.compile(r"(?:<{7}|>{7}|\|{7})(?= \S|$)|={7}$", re.MULTILINE)
_FENCE = re.compile(r"(?P<fence>(?P<tick>`|~)(?P=tick){2,})")


def find_conflict_lines(text: str, path: str, diagnostics: Diagnostics, line: int = 1) -> tuple[int, ...]:
    """Return the numbers, from 0, of the lines with git's conflict markers; report each conflict where it begins.

    Lines in a fenced block of Markdown are no conflict: they show one.
    """
    if not ("<<<<<<<" in text or ">>>>>>>" in text):
        return ()
    numbers: list[int] = []
    fence, in_conflict, above = "", False, ""
    for number, words in enumerate(text.split("\n")):
        words = words.rstrip()
        if path.endswith(".md") and (opened := _FENCE.match(words.lstrip())):
            fence = "" if fence and words.lstrip().startswith(fence) else fence or opened["fence"]
        mark = _CONFLICT_MARK.match(words) if not fence else None
        is_quotation = not in_conflict and words.startswith(">") and above.startswith(">")
        above = words
        if mark is None or is_quotation or (mark[0][0] in "=|" and not in_conflict):
            continue
        if mark[0][0] == "<" or not in_conflict:
            diagnostics.report(message("merge-mark", Location(path, line + number)))
        in_conflict = mark[0][0] != ">"
        numbers.append(number)
    return tuple(numbers)


def empty_lines(text: str, numbers: tuple[int, ...]) -> str:
    """Return the text with these lines empty, so that the others keep their places."""
    if not numbers:
        return text
    lines = text.split("\n")
    for number in numbers:
        lines[number] = ""
    return "\n".join(lines)


_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_FRONT_MATTER_LINE = re.compile(r"[\w-]+:|[ \t\-}\]]|#(?!#)")
_OPENING = re.compile(r"[ \t]*(?:-{2,}|[–—]-?|\+{3,})[ \t]*$")
"""A line that begins front matter, or looks like one."""
FIRST_LINE = 2
"""Number of the line that front matter begins on."""


@dataclass(frozen=True, slots=True)
class SplitText:
    """A file's front matter and body, and the lines that they begin on."""

    front: str
    body: str
    body_line: int


def split_front_matter(text: str, path: str, diagnostics: Diagnostics) -> SplitText | None:
    """Return the parts of a file; None after a remark."""
    first, _, rest = text.partition("\n")
    if first.rstrip() != "---":
        diagnostics.report(_describe_missing(text, path))
        return None
    end = _END.search(rest)
    faulty = _find_faulty_end(rest[: end.start() if end else None].split("\n"))
    if faulty or end is None:
        hint = "Put a line '---' after the last key."
        if faulty:
            hint = f"Write '---' instead of '{faulty[1].strip()}' in line {faulty[0] + FIRST_LINE}."
        reason = ": it begins here and never ends"
        diagnostics.report(message("front-matter-missing", Location(path), hint, reason=reason))
        return None
    front = rest[: end.start()]
    return SplitText(front, rest[end.end() + 1 :], FIRST_LINE + front.count("\n") + 1)


def _find_faulty_end(lines: Sequence[str]) -> tuple[int, str] | None:
    """Return the line, with its number, that should end front matter but is faulty; None if a text begins before."""
    for number, line in enumerate(lines):
        if _END.match(line) or (line[:1] not in (" ", "\t") and _OPENING.match(line)):
            return number, line
        if line.strip() and not _FRONT_MATTER_LINE.match(line):
            break
    return None


def _describe_missing(text: str, path: str) -> Diagnostic:
    """Return the remark on a file whose first line is not '---'."""
    above = text[: len(text) - len(text.lstrip())].count("\n")
    line = text.split("\n")[above]
    place, hint = Location(path, above + 1), None
    if line.startswith("<<<<<<< "):
        return message("merge-mark", place)
    if above and line.rstrip() == "---":
        place, hint = Location(path), "Delete the empty line above the first '---'."
    elif line.rstrip() == "+++":
        hint = "It is TOML: write '---' for both lines '+++', and 'title: …' for 'title = …'."
    elif _OPENING.match(line):
        hint = f"Write '---' instead of '{line.strip()}'."
    elif re.match(r"[A-Za-z][\w-]*:(?: |$)", line):
        hint = f"Put a line '---' above '{line.strip()[:40]}'."
    elif titled := _TITLED.match(line):
        written = f"'title: {titled['title']}' and 'summary: …'"
        fate = "The heading may stay." if titled["mark"] == "#" else "Delete the lines that begin with '%'."
        hint = f"Begin the file with a line '---', then {written}, then a line '---'. {fate}"
    else:
        place = Location(path)
    return message("front-matter-missing", place, hint, reason="")


_TITLED = re.compile(r"(?P<mark>[#%])[ \t]+(?P<title>\w[^:#*_`<>{}\[\]\\'\"\n]{0,80})$")
"""A heading or a line of Pandoc's with the title, in words that need no quotation marks in YAML."""

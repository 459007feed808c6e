"""Bytes to text, or a sentence saying why not."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.messages import message
from pipeline.core.text.fonts import direction_characters, without_direction_characters
from pipeline.core.text.typography import PASTED
from pipeline.load.yaml.front_matter import find_conflict_lines

MOST_BYTES = 8_000_000
MOST_CHARACTERS = 100_000
"""In one line."""
_MOST_LETTERS = 5_000
"""In one word."""
_MOST_MARKS = 50
"""On one letter."""

_LONG_WORD = re.compile(rf"(?<!\w)\w{{{_MOST_LETTERS + 1},}}")
_SIGNS = re.compile(rf"[^\x00-\x7f\w\s]{{{_MOST_MARKS + 1},}}")
"""Signs in a row, which may be marks."""

INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufeff]")
"""Characters that no text may hold."""
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_SAVE = "Save it again with the encoding UTF-8"
_NAMES = {"\u2028": "a line separator", "\u2029": "a paragraph separator", "\ufeff": "a byte order mark"}


def read_text(path: str, content: bytes, diagnostics: Diagnostics) -> str | None:
    r"""The text of a file with `\n` for line ends and no byte order mark, or None after a remark."""
    if len(content) > MOST_BYTES:
        length, limit = f"{len(content) / 1e6:.1f}", MOST_BYTES // 1_000_000
        diagnostics.report(
            message("file-too-large", Location(path), whole="file", length=length, parts="MB", limit=limit)
        )
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        reason, hint = _encoding(content, wrong.start)
        diagnostics.report(message("file-not-text", _place(path, content, wrong.start), hint, reason=reason))
        return None
    if "\x00" in text:
        place = _place(path, content, content.index(b"\x00"))
        diagnostics.report(
            message("file-not-text", place, reason="it holds a zero byte here, as pictures and archives do")
        )
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(PASTED)
    if not text.strip():
        diagnostics.report(message("file-empty", Location(path)))
        return None
    if not path.endswith(".md") and find_conflict_lines(
        text, path, diagnostics
    ):  # of a briefing its body can be read all the same
        return None
    for start, size, whole, parts, most in _too_long(text):
        place = Location(path, text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))
        diagnostics.report(message("file-too-large", place, whole=whole, length=size, parts=parts, limit=most))
        return None
    for number, column, character in direction_characters(text):
        diagnostics.report(direction_character(character, Location(path, number, column)))
    text = without_direction_characters(text, " ")
    for number, line in enumerate(text.split("\n") if INVISIBLE.search(text) else (), 1):
        for invisible in INVISIBLE.finditer(line):
            tell_invisible(invisible[0], Location(path, number, invisible.start() + 1), diagnostics)
    return INVISIBLE.sub(" ", text)


def _encoding(content: bytes, offset: int) -> tuple[str, str | None]:
    """Why bytes are not UTF-8, and what to do; that they are of an encoding that programs use only where it fits."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "it is in UTF-16", f"{_SAVE}."
    with suppress(UnicodeDecodeError):
        if not _BINARY.search(content):
            letter = content[offset : offset + 1].decode("cp1252")
            hint = "In VS Code: 'Reopen with Encoding', Western (Windows 1252), then 'Save with Encoding', UTF-8."
            reason = f"it seems to be in Windows-1252, in which the character here is '{letter}'"
            return reason, f"{_SAVE}. {hint}"
    return "the letter here is not in UTF-8", None


def _too_long(text: str) -> Iterator[tuple[int, int, str, str, int]]:
    """Where each line, word or letter stands that has more than it may have, and what it has."""
    if len(text) > MOST_CHARACTERS:
        for line in re.finditer(".+", text):
            if len(line[0]) > MOST_CHARACTERS:
                yield line.start(), len(line[0]), "line", "characters", MOST_CHARACTERS
    for word in _LONG_WORD.finditer(text):
        yield word.start(), len(word[0]), "word", "letters", _MOST_LETTERS
    for signs in _SIGNS.finditer(text):
        for is_mark, run in groupby(signs[0], lambda sign: unicodedata.category(sign)[0] in "MC"):
            if is_mark and (many := sum(unicodedata.category(sign)[0] == "M" for sign in run)) > _MOST_MARKS:
                yield signs.start(), many, "letter", "marks", _MOST_MARKS


def direction_character(character: str, place: Location, hint: str | None = None) -> Diagnostic:
    """Return the remark on a character that changes the order of letters."""
    return message("direction-character", place, hint, name=unicodedata.name(character))


def without_invisible(words: str, place: Location, diagnostics: Diagnostics) -> str:
    """Return words with a space for each invisible character, all reported at one place."""
    for *_, character in direction_characters(words):
        diagnostics.report(direction_character(character, place))
    for found in INVISIBLE.finditer(words):
        tell_invisible(found[0], place, diagnostics)
    return INVISIBLE.sub(" ", without_direction_characters(words, " "))


def tell_invisible(character: str, place: Location, diagnostics: Diagnostics) -> None:
    """Say that an invisible character stands at a place."""
    name = _NAMES.get(character) or unicodedata.name(character, f"U+{ord(character):04X}")
    diagnostics.report(message("control-character", place, name=name))


def _place(path: str, content: bytes, offset: int) -> Location:
    before = content[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    start = before.rfind(b"\n") + 1
    column = len(before[start:].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")) + 1
    return Location(path, before.count(b"\n") + 1, column)

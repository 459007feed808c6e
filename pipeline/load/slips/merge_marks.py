"""Lines that git leaves where it could not bring two versions of a text together."""

import re

from pipeline.core.diagnostics import Desk, Place
from pipeline.core.messages import message

_MARK = re.compile(r"(?:<{7}|>{7}|\|{7})(?= \S|$)|={7}$", re.MULTILINE)
_FENCE = re.compile(r"(?P<fence>(?P<tick>`|~)(?P=tick){2,})")


def merge_marks(text: str, path: str, desk: Desk, line: int = 1) -> tuple[int, ...]:
    """The numbers, from 0, of the lines of a text that git has left; each conflict is reported where it begins.

    Text in a fenced block of Markdown is no conflict: it shows one.
    """
    if not ("<<<<<<<" in text or ">>>>>>>" in text):
        return ()
    found: list[int] = []
    fence, within, above = "", False, ""
    for number, words in enumerate(text.split("\n")):
        words = words.rstrip()
        if path.endswith(".md") and (opened := _FENCE.match(words.lstrip())):
            fence = "" if fence and words.lstrip().startswith(fence) else fence or opened["fence"]
        mark = _MARK.match(words) if not fence else None
        is_quotation = not within and words.startswith(">") and above.startswith(">")
        above = words
        if mark is None or is_quotation or (mark[0][0] in "=|" and not within):
            continue
        if mark[0][0] == "<" or not within:
            desk.report(message("merge-mark", Place(path, line + number)))
        within = mark[0][0] != ">"
        found.append(number)
    return tuple(found)


def without_lines(text: str, numbers: tuple[int, ...]) -> str:
    """The text with nothing on those lines, so that all others keep their places."""
    if not numbers:
        return text
    lines = text.split("\n")
    for number in numbers:
        lines[number] = ""
    return "\n".join(lines)

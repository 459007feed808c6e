"""Front matter and body of a file; merge conflict markers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.messages import message

_MARK = re.compile(r"(?:<{7}|>{7}|\|{7})(?= \S|$)|={7}$", re.MULTILINE)
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
        mark = _MARK.match(words) if not fence else None
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

"""Front matter and body of a file, merge conflict markers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.messages import message

_MARK = re.compile(r"(?:<{7}|>{7}|\|{7})(?= \S|$)|={7}$", re.MULTILINE)
_FENCE = re.compile(r"(?P<fence>(?P<tick>`|~)(?P=tick){2,})")


def merge_marks(text: str, path: str, diagnostics: Diagnostics, line: int = 1) -> tuple[int, ...]:
    """The numbers, from 0, of the lines of a text that git has left; each conflict is reported where it begins.

    Text in a fenced block of Markdown is no conflict: it shows one.
    """
    if not ("<<<<<<<" in text or ">>>>>>>" in text):
        return ()
    numbers: list[int] = []
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
            diagnostics.report(message("merge-mark", Location(path, line + number)))
        within = mark[0][0] != ">"
        numbers.append(number)
    return tuple(numbers)


def without_lines(text: str, numbers: tuple[int, ...]) -> str:
    """The text with nothing on those lines, so that all others keep their places."""
    if not numbers:
        return text
    lines = text.split("\n")
    for number in numbers:
        lines[number] = ""
    return "\n".join(lines)


_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_OF_FRONT_MATTER = re.compile(r"[\w-]+:|[ \t\-}\]]|#(?!#)")
OPENING = re.compile(r"[ \t]*(?:-{2,}|[–—]-?|\+{3,})[ \t]*$")
"""A line that is, or was meant as, the one that front matter begins with."""
FIRST_LINE = 2
"""The line of the file that front matter begins on."""


@dataclass(frozen=True, slots=True)
class SplitText:
    """A file's front matter and body, and the lines that they begin on."""

    front: str
    body: str
    body_line: int


def split_front_matter(text: str, path: str, diagnostics: Diagnostics) -> SplitText | None:
    """The parts of a file, or None after a remark."""
    first, _, rest = text.partition("\n")
    if first.rstrip() != "---":
        diagnostics.report(_missing(text, path))
        return None
    end = _END.search(rest)
    if meant := _meant_end(rest[: end.start() if end else None].split("\n")):
        number, line = meant
        hint = f"Write '---' instead of '{line.strip()}' in line {number + FIRST_LINE}."
        diagnostics.report(message("front-matter-open", Location(path), hint))
        return None
    if end is None:
        diagnostics.report(message("front-matter-open", Location(path)))
        return None
    front = rest[: end.start()]
    return SplitText(front, rest[end.end() + 1 :], FIRST_LINE + front.count("\n") + 1)


def _meant_end(lines: Sequence[str]) -> tuple[int, str] | None:
    """The line, with its number, that was meant to end front matter; none once words of a text have begun."""
    for number, line in enumerate(lines):
        if _END.match(line) or (line[:1] not in (" ", "\t") and OPENING.match(line)):
            return number, line
        if line.strip() and not _OF_FRONT_MATTER.match(line):
            break
    return None


def _missing(text: str, path: str) -> Diagnostic:
    """Diagnostic on a file whose first line is not '---', or has only empty lines above it."""
    above = text[: len(text) - len(text.lstrip())].count("\n")
    line = text.split("\n")[above]
    if line.startswith("<<<<<<< "):
        return message("merge-mark", Location(path, above + 1))
    if above and line.rstrip() == "---":
        return message(
            "front-matter-missing", Location(path), "Delete what stands above the first '---': an empty line."
        )
    if line.rstrip() == "+++":
        return message("front-matter-missing", Location(path, above + 1), _TOML)
    if OPENING.match(line):
        return message("front-matter-missing", Location(path, above + 1), f"Write '---' instead of '{line.strip()}'.")
    if re.match(r"[A-Za-z][\w-]*:(?: |$)", line):
        return message(
            "front-matter-missing", Location(path, above + 1), f"Put a line '---' above '{line.strip()[:40]}'."
        )
    if titled := _TITLED.match(line):
        written = f"'title: {titled['title']}' and 'summary: …'"
        fate = "The heading may stay." if titled["mark"] == "#" else "Delete the lines that begin with '%'."
        hint = f"Begin the file with a line '---', then {written}, then a line '---'. {fate}"
        return message("front-matter-missing", Location(path, above + 1), hint)
    return message("front-matter-missing", Location(path))


_TOML = "It is TOML: write '---' for both lines '+++', and 'title: …' for 'title = …'."
_TITLED = re.compile(r"(?P<mark>[#%])[ \t]+(?P<title>\w[^:#*_`<>{}\[\]\\'\"\n]{0,80})$")
"""A heading or a line of pandoc's that says the title, in words that need no marks in YAML."""

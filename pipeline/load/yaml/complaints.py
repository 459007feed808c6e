"""Errors of the YAML parser in an author's words."""

import re
from collections.abc import Mapping

import yaml

Sentence = tuple[str, str | None, tuple[int, int]]
"""The mistake, its remedy, and a line and column from 0."""

_Table = Mapping[str, tuple[str, str]]
"""A sentence and a hint by some words of the parser's complaint."""

_BACKSLASH = (
    "A backslash within double quotation marks begins a code, and this is not one.",
    "Put the value in single quotation marks, or write two backslashes for one.",
)
_APART = (
    "This does not go with what stands above it.",
    "Indent keys of one record equally; after a closing quotation mark nothing may follow.",
)
_HERE: _Table = {
    "escape": _BACKSLASH,
    "hexdecimal": _BACKSLASH,
    "nesting depth": ("Brackets stand too deep inside each other here.", "Write the values out plainly."),
    "cannot start any token": ("A value cannot begin with '{found}'.", "Put the value in quotation marks."),
    "comment or line break": (
        "A value cannot begin with '{mark}' and have words behind it.",
        "Put the value in quotation marks, or begin its words on the next line.",
    ),
    "expected '-'": (
        "A list ends here without a line that says why.",
        "Begin every entry with '- ', all equally far in.",
    ),
    "expected key": _APART,
    "document start": _APART,
}
"""Complaints about the character at hand."""
_WHERE_BEGUN: _Table = {
    "could not find expected ':'": ("There is no colon after this key.", "Write 'key: value'."),
    "alias": ("A value cannot begin with '{found}'.", "Put it in quotation marks."),
    "anchor": ("A value cannot begin with '{found}'.", "Put it in quotation marks."),
    "tag": ("A value cannot begin with '!'.", "Put the value in quotation marks."),
    "directive": ("A line cannot begin with '%'.", "Put the value in quotation marks."),
}
"""Complaints about what began further up."""

_NO_SPACE = re.compile(r"(?P<key>[ \t]*(?:- )?[A-Za-z][\w-]*:)(?=[^\s:/\\])(?P<value>.*)")
_QUOTED = re.compile(r"""[ \t]*(?:- )?(?:[\w-]+:[ \t]+)?(?P<value>"[^"]*"|'(?:[^']|'')*')""")


def syntax_words(wrong: yaml.MarkedYAMLError, text: str) -> Sentence:
    """A sentence, a hint and a line and column from 0 for a parser's complaint."""
    problem, about = str(wrong.problem or ""), str(wrong.context or "")
    where = wrong.problem_mark or wrong.context_mark
    row, column = (where.line, where.column) if where else (0, 0)
    begun = (wrong.context_mark.line, wrong.context_mark.column) if wrong.context_mark else (row, column)
    lines = text.split("\n")
    line = lines[row] if row < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "This line is indented with a tab.", "Indent with spaces, two to a level.", (row, line.index("\t"))
    if "mapping values are not allowed" in problem:
        return _no_space(lines, row) or _colon(line, column, row)
    if "quoted scalar" in about and "escape" not in problem and "hexdecimal" not in problem:
        return "The quotation mark here is never closed.", "Put the same mark after the last word.", begun
    if ("flow sequence" in about or "flow mapping" in about) and not _known(_HERE, problem):
        end = "]" if "sequence" in about else "}"
        hint = f"Put a comma between the parts and '{end}' after the last."
        return f"The list in brackets that begins here is not closed by '{end}'.", hint, begun
    if "could not find expected ':'" in problem and (said := _no_space(lines, begun[0] + 1)):
        return said
    if ("expected key" in problem or "document start" in problem) and (said := _ended_by_quote(line, column, row)):
        return said
    marks = {"mark": max("|>", key=line[:column].rfind), "found": line[column : column + 1]}
    if known := _known(_HERE, problem):
        return known[0].format(**marks), known[1], (row, column)
    if known := _known(_WHERE_BEGUN, problem, about):
        return known[0].format(found=line[begun[1] : begun[1] + 1]), known[1], begun
    return f"This is not YAML: {problem or about}.", None, (row, column)


def _known(table: _Table, *complaints: str) -> tuple[str, str] | None:
    """The sentence and the hint of the first row whose words stand in a complaint."""
    return next((said for words, said in table.items() if any(words in one for one in complaints)), None)


def _no_space(lines: list[str], row: int) -> Sentence | None:
    """Sentence on a key without a space behind its colon in the nearest line above `row`; None if there is none."""
    above = next((n for n in range(row - 1, -1, -1) if lines[n : n + 1] and lines[n].strip()), -1)
    found = _NO_SPACE.fullmatch(lines[above]) if above >= 0 else None
    if not found:
        return None
    hint = f"Write '{found['key'].strip()} {found['value'].strip()}'."
    return "A space is missing after the colon.", hint, (above, found.end("key"))


def _ended_by_quote(line: str, column: int, row: int) -> Sentence | None:
    """Sentence on a quotation mark within a value that has ended it; None if there is none."""
    found = _QUOTED.match(line[:column])
    if not found or line[found.end() : column].strip():
        return None
    word = re.split(r"\W", found["value"][:-1])[-1] + line[found.end() - 1 : found.end()] + line[column:].split(" ")[0]
    place = (row, found.end() - 1)
    if found["value"].startswith("'"):
        whole = line[found.start("value") + 1 :].rstrip().removesuffix("'")
        hint = "Put the value in double quotation marks" + (f': "{whole}".' if '"' not in whole else ".")
        return f"The apostrophe in {word} ends the value.", hint, place
    hint = 'Put a backslash before each " within the value, or use single quotation marks there.'
    return "The quotation mark here ends the value, and words follow it.", hint, place


def _colon(line: str, column: int, row: int) -> Sentence:
    key, _, value = line.strip().partition(": ")
    if ": " in value or value.endswith(":"):
        return "A value that holds a colon must stand in quotation marks.", _quoted(key, value), (row, column)
    return (
        "This key is indented, but nothing above it can hold it.",
        ("Indent keys of one record equally; a key with parts below has nothing after its colon."),
        (row, len(line) - len(line.lstrip())),
    )


def _quoted(key: str, value: str) -> str:
    mark = '"' if '"' not in value else "'"
    return f"Write it as {key}: {mark}{value}{mark}" if mark not in value else "Put the value in quotation marks."

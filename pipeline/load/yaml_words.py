"""What a YAML parser complains of, in an author's words."""

from __future__ import annotations

import yaml


def syntax_words(wrong: yaml.MarkedYAMLError, text: str) -> tuple[str, str | None, tuple[int, int]]:
    """A sentence, a hint and a line and column from 0 for a parser's complaint."""
    problem, about = str(wrong.problem or ""), str(wrong.context or "")
    mark = wrong.problem_mark or wrong.context_mark
    row, column = (mark.line, mark.column) if mark else (0, 0)
    begun = (wrong.context_mark.line, wrong.context_mark.column) if wrong.context_mark else (row, column)
    lines = text.split("\n")
    line = lines[row] if row < len(lines) else ""
    found = line[column : column + 1]
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "This line is indented with a tab.", "Indent with spaces, two to a level.", (row, line.index("\t"))
    if "mapping values are not allowed" in problem:
        return _colon(line, column, row)
    if "escape" in problem or "hexdecimal" in problem:
        return (
            "A backslash within double quotation marks begins a code, and this is not one.",
            ("Put the value in single quotation marks, or write two backslashes for one."),
            (row, column),
        )
    if "nesting depth" in problem:
        return "Brackets stand too deep inside each other here.", "Write the values out plainly.", (row, column)
    if "quoted scalar" in about:
        return "The quotation mark here is never closed.", "Put the same mark after the last word.", begun
    if "flow sequence" in about or "flow mapping" in about:
        end = "]" if "sequence" in about else "}"
        hint = f"Put a comma between the parts and '{end}' after the last."
        return f"The list in brackets that begins here is not closed by '{end}'.", hint, begun
    if "cannot start any token" in problem:
        return f"A value cannot begin with '{found}'.", "Put the value in quotation marks.", (row, column)
    if "could not find expected ':'" in problem:
        return "There is no colon after this key.", "Write 'key: value'.", begun
    if "expected '-'" in problem:
        return (
            "A list ends here without a line that says why.",
            "Begin every entry with '- ', all equally far in.",
            (row, column),
        )
    if "expected key" in problem or "document start" in problem:
        return (
            "This does not go with what stands above it.",
            ("Indent keys of one record equally; after a closing quotation mark nothing may follow."),
            (row, column),
        )
    if "alias" in about or "anchor" in about or "alias" in problem:
        return f"A value cannot begin with '{line[begun[1] : begun[1] + 1]}'.", "Put it in quotation marks.", begun
    if "tag" in about or "tag" in problem:
        return "A value cannot begin with '!'.", "Put the value in quotation marks.", begun
    if "directive" in about:
        return "A line cannot begin with '%'.", "Put the value in quotation marks.", begun
    return f"This is not YAML: {problem or about}.", None, (row, column)


def _colon(line: str, column: int, row: int) -> tuple[str, str | None, tuple[int, int]]:
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

"""YAML with the places of values, and readable syntax errors."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from pipeline.core.diagnostics import Diagnostics, Location
from pipeline.core.messages import message
from pipeline.core.sentences import truncate
from pipeline.load.text import without_invisible
from pipeline.load.yaml.fill import KEY, check_tag, find_cut_words, unreadable_marking, unused_anchor
from pipeline.model.source.record import FieldLocations, KeyPath

# Errors of the parser in an author's words.

SyntaxFault = tuple[str, str | None, tuple[int, int]]
"""A sentence, a hint, and a line and column from 0."""

_Table = Mapping[str, tuple[str, str]]
"""Sentences and hints by words of the parser's message."""

_BACKSLASH = (
    "A backslash within double quotation marks begins a code, and this is not one.",
    "Put the value in single quotation marks, or write two backslashes for one.",
)
_APART = (
    "This does not fit the lines above it.",
    "Indent keys of one record equally; after a closing quotation mark nothing may follow.",
)
_AT_CHARACTER: _Table = {
    "escape": _BACKSLASH,
    "hexdecimal": _BACKSLASH,
    "nesting depth": ("Brackets are nested too deeply here.", "Write the values without brackets and aliases."),
    "cannot start any token": ("A value cannot begin with '{found}'.", "Put the value in quotation marks."),
    "comment or line break": (
        "A value cannot begin with '{mark}' and continue on that line.",
        "Put the value in quotation marks, or begin its words on the next line.",
    ),
    "expected '-'": (
        "A list ends here without a line that says why.",
        "Begin every entry with '- ', all equally far in.",
    ),
    "expected key": _APART,
    "document start": _APART,
}
"""Messages about the character that the parser is at."""
_FURTHER_UP: _Table = {
    "could not find expected ':'": ("There is no colon after this key.", "Write 'key: value'."),
    "alias": ("A value cannot begin with '{found}'.", "Put it in quotation marks."),
    "anchor": ("A value cannot begin with '{found}'.", "Put it in quotation marks."),
    "tag": ("A value cannot begin with '!'.", "Put the value in quotation marks."),
    "directive": ("A line cannot begin with '%'.", "Put the value in quotation marks."),
}
"""Messages about what begins further up."""

_NO_SPACE = re.compile(r"(?P<key>[ \t]*(?:- )?[A-Za-z][\w-]*:)(?=[^\s:/\\])(?P<value>.*)")
_QUOTED = re.compile(r"""[ \t]*(?:- )?(?:[\w-]+:[ \t]+)?(?P<value>"[^"]*"|'(?:[^']|'')*')""")


def describe_error(error: yaml.MarkedYAMLError, text: str) -> SyntaxFault:
    """Describe an error of the parser."""
    problem, context = str(error.problem or ""), str(error.context or "")
    mark = error.problem_mark or error.context_mark
    row, column = (mark.line, mark.column) if mark else (0, 0)
    begin = (error.context_mark.line, error.context_mark.column) if error.context_mark else (row, column)
    lines = text.split("\n")
    line = lines[row] if row < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "This line is indented with a tab.", "Indent with spaces, two to a level.", (row, line.index("\t"))
    if "mapping values are not allowed" in problem:
        return _missing_space(lines, row) or _unquoted_colon(line, column, row)
    if "quoted scalar" in context and "escape" not in problem and "hexdecimal" not in problem:
        return "The quotation mark here is never closed.", "Put the same mark after the last word.", begin
    if ("flow sequence" in context or "flow mapping" in context) and not _look_up(_AT_CHARACTER, problem):
        end = "]" if "sequence" in context else "}"
        hint = f"Put a comma between the parts and '{end}' after the last."
        return f"The list in brackets that begins here is not closed by '{end}'.", hint, begin
    if "could not find expected ':'" in problem and (fault := _missing_space(lines, begin[0] + 1)):
        return fault
    if ("expected key" in problem or "document start" in problem) and (fault := _inner_quote(line, column, row)):
        return fault
    signs = {"mark": max("|>", key=line[:column].rfind), "found": line[column : column + 1]}
    if known := _look_up(_AT_CHARACTER, problem):
        return known[0].format(**signs), known[1], (row, column)
    if known := _look_up(_FURTHER_UP, problem, context):
        return known[0].format(found=line[begin[1] : begin[1] + 1]), known[1], begin
    return f"This is not YAML: {problem or context}.", None, (row, column)


def _look_up(table: _Table, *messages: str) -> tuple[str, str] | None:
    """Return the sentence and the hint of the first row whose words are in a message."""
    return next((row for words, row in table.items() if any(words in text for text in messages)), None)


def _missing_space(lines: list[str], row: int) -> SyntaxFault | None:
    """Describe a key without a space behind its colon in the nearest line above `row`; None if there is none."""
    above = next((n for n in range(row - 1, -1, -1) if lines[n : n + 1] and lines[n].strip()), -1)
    match = _NO_SPACE.fullmatch(lines[above]) if above >= 0 else None
    if not match:
        return None
    hint = f"Write '{match['key'].strip()} {match['value'].strip()}'."
    return "A space is missing after the colon.", hint, (above, match.end("key"))


def _inner_quote(line: str, column: int, row: int) -> SyntaxFault | None:
    """Describe a quotation mark within a value that ends it; None if there is none."""
    match = _QUOTED.match(line[:column])
    if not match or line[match.end() : column].strip():
        return None
    word = re.split(r"\W", match["value"][:-1])[-1] + line[match.end() - 1 : match.end()] + line[column:].split(" ")[0]
    place = (row, match.end() - 1)
    if match["value"].startswith("'"):
        whole = line[match.start("value") + 1 :].rstrip().removesuffix("'")
        hint = "Put the value in double quotation marks" + (f': "{whole}".' if '"' not in whole else ".")
        return f"The apostrophe in {word} ends the value.", hint, place
    hint = 'Put a backslash before each " within the value, or use single quotation marks there.'
    return "The quotation mark here ends the value, and words follow it.", hint, place


def _unquoted_colon(line: str, column: int, row: int) -> SyntaxFault:
    key, _, value = line.strip().partition(": ")
    if ": " in value or value.endswith(":"):
        mark = '"' if '"' not in value else "'"
        hint = f"Write it as {key}: {mark}{value}{mark}" if mark not in value else "Put the value in quotation marks."
        return "A value with a colon needs quotation marks.", hint, (row, column)
    return (
        "This key is indented, but the line above cannot have keys below it.",
        ("Indent keys of one record equally; a key with parts below has nothing after its colon."),
        (row, len(line) - len(line.lstrip())),
    )


# Values with their places.

Plain = Any
"""A mapping, a list, text or None."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOTHING = frozenset(("", "~", "null", "Null", "NULL"))
_DEEPEST = 40
_MOST_VALUES = 200_000
_COMMENT_INSTEAD = re.compile(r":[ \t]+(#\S.*)")


def read_yaml(text: str, path: str, diagnostics: Diagnostics, line: int = 1) -> tuple[Plain, FieldLocations] | None:
    """Return the value of a YAML text that begins on `line` of its file, and its locations; None after an error."""
    try:
        return _Reader(path, diagnostics, line - 1, text.split("\n")).read(yaml.parse(text, Loader=_LOADER))
    except _Refused as refused:
        diagnostics.report(refused.args[0])
    except yaml.MarkedYAMLError as error:
        sentence, hint, (row, column) = describe_error(error, text)
        diagnostics.report(message("yaml-syntax", Location(path, row + line, column + 1), hint, sentence=sentence))
    except yaml.YAMLError as error:
        diagnostics.report(message("yaml-syntax", Location(path, line), sentence=f"This is not YAML ({error})."))
    return None


class _Refused(Exception):
    """Raised with a diagnostic."""


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being read."""

    is_list: bool
    content: Any
    key_path: KeyPath
    anchor: str | None
    awaits_value: bool = False
    key: str = ""
    """Begins with a zero character if the key is repeated: its value is read, but not kept."""


class _Reader:
    """Builds values from the parser's events instead of its tree, so that no file is too deep for recursion."""

    def __init__(self, path: str, diagnostics: Diagnostics, above: int, lines: Sequence[str]) -> None:
        self.path, self.diagnostics, self.above, self.lines = path, diagnostics, above, lines
        self.entries: dict[KeyPath, tuple[int, int]] = {}
        self.keys: dict[KeyPath, tuple[int, int]] = {}
        self.comments: dict[KeyPath, tuple[int, int, str]] = {}
        self.anchors: dict[str, Any] = {}
        self.unused: dict[str, Location] = {}
        """Anchors of texts without an alias, which may be part of the text."""
        self.open_anchors: list[str] = []
        self.stack: list[_Frame] = []
        self.root: Any = None
        self.values = 0

    def read(self, events: Iterator[Any]) -> tuple[Plain, FieldLocations]:
        documents = 0
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self.scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self.begin(event, kind is yaml.SequenceStartEvent)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self.end()
            elif kind is yaml.AliasEvent:
                self.alias(event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self.diagnostics.report(message("yaml-many-documents", self.place(event)))
                    break
        self.diagnostics.extend(unused_anchor(name, place) for name, place in self.unused.items())
        return self.root, FieldLocations(self.path, self.entries, self.keys, self.comments)

    def place(self, event: Any) -> Location:
        return Location(self.path, event.start_mark.line + 1 + self.above, event.start_mark.column + 1)

    def key_path(self) -> KeyPath:
        if not self.stack:
            return ()
        frame = self.stack[-1]
        return (*frame.key_path, len(frame.content) if frame.is_list else frame.key)

    def scalar(self, event: Any) -> None:
        frame = self.stack[-1] if self.stack else None
        if diagnostic := check_tag(event, self.place(event)):
            raise _Refused(diagnostic)
        if frame is not None and not frame.is_list and not frame.awaits_value:
            self.begin_key(frame, event)
            return
        value = None if event.implicit[0] and event.value in _NOTHING else self.visible(event)
        is_repeated = frame is not None and frame.key.startswith("\x00")
        if value is not None and not is_repeated and (cut := find_cut_words(event, self.lines)):
            self.comments[self.key_path()] = (event.end_mark.line + 1 + self.above, cut[0] + 1, cut[1])
        self.put(value, event)
        if event.anchor:
            self.anchors[event.anchor] = value
            self.unused[event.anchor] = self.place(event)

    def visible(self, event: Any) -> str:
        """Return the words of a scalar, with a space for each invisible character that an escape has made."""
        return without_invisible(event.value, self.place(event), self.diagnostics)

    def begin_key(self, frame: _Frame, event: Any) -> None:
        frame.key, frame.awaits_value = self.visible(event), True
        key_path = (*frame.key_path, frame.key)
        if key_path in self.keys:
            first = self.keys[key_path][0]
            repeated = message("yaml-duplicate-key", self.place(event), key=frame.key, line=first)
            self.diagnostics.report(unreadable_marking(repeated, "") if key_path[0] == KEY else repeated)
            frame.key = f"\x00{self.values}"
        else:
            mark = event.start_mark
            self.keys[key_path] = (mark.line + 1 + self.above, mark.column + 1)

    def put(self, value: Any, event: Any) -> None:
        """Put a value into the innermost frame."""
        self.values += 1
        if self.values > _MOST_VALUES:
            raise self.too_large(event, _MOST_VALUES, "values")
        mark = event.start_mark
        key_path = self.key_path()
        frame = self.stack[-1] if self.stack else None
        if value is None and key_path in self.keys:
            self.entries[key_path] = self.keys[key_path]
            self.report_comment(key_path, mark.line)
        elif not (frame and frame.key.startswith("\x00")):
            self.entries[key_path] = (mark.line + 1 + self.above, mark.column + 1)
        if frame is None:
            self.root = value
        elif frame.is_list:
            frame.content.append(value)
        else:
            if not frame.key.startswith("\x00"):
                frame.content[frame.key] = value
            frame.awaits_value = False

    def report_comment(self, key_path: KeyPath, row: int) -> None:
        """Report a comment in place of a key's value."""
        line, column = self.keys[key_path]
        words = self.lines[line - 1 - self.above][column - 1 :] if row == line - 1 - self.above else ""
        if comment := _COMMENT_INSTEAD.search(words):
            place, cut = Location(self.path, line, column), comment[1].rstrip().replace('"', "'")
            hint = f'Put it in quotation marks: "{cut}".'
            reason = f"an unquoted # begins a comment, so '{key_path[-1]}' has no value"
            self.diagnostics.report(message("value-cut", place, hint, words=truncate(cut), reason=reason))

    def begin(self, event: Any, is_list: bool) -> None:
        outer = self.stack[-1] if self.stack else None
        if outer is not None and not outer.is_list and not outer.awaits_value:
            sentence, hint = "A key must be a word, not a list or a mapping.", "Put the key in quotation marks."
            raise _Refused(message("yaml-syntax", self.place(event), hint, sentence=sentence))
        if len(self.stack) >= _DEEPEST:
            raise self.too_large(event, _DEEPEST, "levels of lists and keys")
        frame = _Frame(is_list, [] if is_list else {}, self.key_path(), event.anchor)
        self.put(frame.content, event)
        self.stack.append(frame)
        if event.anchor:
            self.open_anchors.append(event.anchor)

    def end(self) -> None:
        frame = self.stack.pop()
        if frame.anchor:
            self.open_anchors.remove(frame.anchor)
            self.anchors[frame.anchor] = frame.content

    def alias(self, event: Any) -> None:
        name = event.anchor
        frame = self.stack[-1] if self.stack else None
        if name in self.open_anchors:
            raise self.bad_alias(event, "it is inside the value that it would copy")
        if name not in self.anchors:
            raise self.bad_alias(event, f"nothing above it is marked '&{name}'")
        if frame is not None and not frame.is_list and not frame.awaits_value:
            raise self.bad_alias(event, "a key cannot be a copy")
        self.unused.pop(name, None)
        self.put(self.copy(self.anchors[name], event), event)

    def too_large(self, event: Any, limit: int, parts: str) -> _Refused:
        size = {"whole": "file", "length": f"more than {limit}", "parts": parts, "limit": str(limit)}
        return _Refused(
            message("file-too-large", self.place(event), "Write the values without brackets and aliases.", **size)
        )

    def bad_alias(self, event: Any, reason: str) -> _Refused:
        hint = "Put the words in quotation marks, or write the value out."
        sentence = f"'*{event.anchor}' is a copy of another value, but {reason}."
        return _Refused(message("yaml-syntax", self.place(event), hint, sentence=sentence))

    def copy(self, value: Any, event: Any, depth: int = 0) -> Any:
        """Copy an anchor's value and count its size, so that aliases of aliases cannot grow without limit."""
        if depth > _DEEPEST:
            raise self.too_large(event, _DEEPEST, "levels of lists and keys")
        if isinstance(value, dict | list):
            self.values += len(value)
            if self.values > _MOST_VALUES:
                raise self.too_large(event, _MOST_VALUES, "values")
        if isinstance(value, dict):
            return {key: self.copy(part, event, depth + 1) for key, part in value.items()}
        if isinstance(value, list):
            return [self.copy(part, event, depth + 1) for part in value]
        return value

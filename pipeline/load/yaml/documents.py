"""YAML with positions and readable parse errors."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from pipeline.core.diagnostics import Diagnostics, Location
from pipeline.core.messages import message
from pipeline.load.text import without_invisible
from pipeline.load.yaml.fill import KEY, comment_behind, foreign_tag, unreadable, unused_anchor
from pipeline.model.source.record import FieldLocations, KeyPath

# Errors of the parser in an author's words.

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
        mark = '"' if '"' not in value else "'"
        hint = f"Write it as {key}: {mark}{value}{mark}" if mark not in value else "Put the value in quotation marks."
        return "A value that holds a colon must stand in quotation marks.", hint, (row, column)
    return (
        "This key is indented, but nothing above it can hold it.",
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
    """The value of a YAML text that begins on `line` of its file, with marks; None after a syntax error."""
    try:
        return _Reader(path, diagnostics, line - 1, text.split("\n")).read(yaml.parse(text, Loader=_LOADER))
    except _Refused as refused:
        diagnostics.report(refused.args[0])
    except yaml.MarkedYAMLError as wrong:
        sentence, hint, mark = syntax_words(wrong, text)
        row, column = mark
        diagnostics.report(message("yaml-syntax", Location(path, row + line, column + 1), hint, sentence=sentence))
    except yaml.YAMLError as wrong:
        diagnostics.report(message("yaml-syntax", Location(path, line), sentence=f"This is not YAML ({wrong})."))
    return None


class _Refused(Exception):
    """Raised with a diagnostic."""


@dataclass(slots=True)
class _Frame:
    """A mapping or list being read: where it is, what it holds, the key that waits for its value."""

    is_list: bool
    holds: Any
    way: KeyPath
    anchor: str | None
    waiting: bool = False
    key: str = ""
    """Begins with a zero character where the key stands a second time: its value is read, but not kept."""


class _Reader:
    """Builds values from the parser's events, not its tree: nothing here calls itself, so no file can be too deep."""

    def __init__(self, path: str, diagnostics: Diagnostics, above: int, lines: Sequence[str]) -> None:
        self.path, self.diagnostics, self.above, self.lines = path, diagnostics, above, lines
        self.entries: dict[KeyPath, tuple[int, int]] = {}
        self.keys: dict[KeyPath, tuple[int, int]] = {}
        self.comments: dict[KeyPath, tuple[int, int, str]] = {}
        self.anchors: dict[str, Any] = {}
        self.unused: dict[str, Location] = {}
        """Anchors of words that nothing has copied yet, which may be words themselves."""
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

    def way(self) -> KeyPath:
        if not self.stack:
            return ()
        frame = self.stack[-1]
        return (*frame.way, len(frame.holds) if frame.is_list else frame.key)

    def scalar(self, event: Any) -> None:
        frame = self.stack[-1] if self.stack else None
        if refused := foreign_tag(event, self.place(event)):
            raise _Refused(refused)
        if frame is not None and not frame.is_list and not frame.waiting:
            self.begin_key(frame, event)
            return
        value = None if event.implicit[0] and event.value in _NOTHING else self.visible(event)
        doubled = frame is not None and frame.key.startswith("\x00")
        if value is not None and not doubled and (cut := comment_behind(event, self.lines)):
            self.comments[self.way()] = (event.end_mark.line + 1 + self.above, cut[0] + 1, cut[1])
        self.put(value, event)
        if event.anchor:
            self.anchors[event.anchor] = value
            self.unused[event.anchor] = self.place(event)

    def visible(self, event: Any) -> str:
        """Return the words of a scalar, with a space for each invisible character that an escape has made."""
        return without_invisible(event.value, self.place(event), self.diagnostics)

    def begin_key(self, frame: _Frame, event: Any) -> None:
        frame.key, frame.waiting = self.visible(event), True
        way = (*frame.way, frame.key)
        if way in self.keys:
            first = self.keys[way][0]
            doubled = message("yaml-duplicate-key", self.place(event), key=frame.key, line=first)
            self.diagnostics.report(unreadable(doubled, "") if way[0] == KEY else doubled)
            frame.key = f"\x00{self.values}"
        else:
            mark = event.start_mark
            self.keys[way] = (mark.line + 1 + self.above, mark.column + 1)

    def put(self, value: Any, event: Any) -> None:
        """Lay a value into the innermost frame."""
        self.values += 1
        if self.values > _MOST_VALUES:
            raise self.too_large(event, _MOST_VALUES, "values")
        mark = event.start_mark
        way = self.way()
        frame = self.stack[-1] if self.stack else None
        if value is None and way in self.keys:
            self.entries[way] = self.keys[way]
            self.comment_instead(way, mark.line)
        elif not (frame and frame.key.startswith("\x00")):
            self.entries[way] = (mark.line + 1 + self.above, mark.column + 1)
        if frame is None:
            self.root = value
        elif frame.is_list:
            frame.holds.append(value)
        else:
            if not frame.key.startswith("\x00"):
                frame.holds[frame.key] = value
            frame.waiting = False

    def comment_instead(self, way: KeyPath, row: int) -> None:
        """Say so where a comment stands in the place of a key's value."""
        line, column = self.keys[way]
        words = self.lines[line - 1 - self.above][column - 1 :] if row == line - 1 - self.above else ""
        if found := _COMMENT_INSTEAD.search(words):
            place = Location(self.path, line, column)
            self.diagnostics.report(
                message("key-empty", place, key=way[-1], comment=found[1].rstrip().replace('"', "'"))
            )

    def begin(self, event: Any, is_list: bool) -> None:
        outer = self.stack[-1] if self.stack else None
        if outer is not None and not outer.is_list and not outer.waiting:
            sentence, hint = "A key must be a word, not a list or a mapping.", "Put the key in quotation marks."
            raise _Refused(message("yaml-syntax", self.place(event), hint, sentence=sentence))
        if len(self.stack) >= _DEEPEST:
            raise self.too_large(event, _DEEPEST, "levels of lists and keys")
        frame = _Frame(is_list, [] if is_list else {}, self.way(), event.anchor)
        self.put(frame.holds, event)
        self.stack.append(frame)
        if event.anchor:
            self.open_anchors.append(event.anchor)

    def end(self) -> None:
        frame = self.stack.pop()
        if frame.anchor:
            self.open_anchors.remove(frame.anchor)
            self.anchors[frame.anchor] = frame.holds

    def alias(self, event: Any) -> None:
        name = event.anchor
        frame = self.stack[-1] if self.stack else None
        if name in self.open_anchors:
            raise self.no_copy(event, "it stands inside the value that it would copy")
        if name not in self.anchors:
            raise self.no_copy(event, f"nothing above it is marked '&{name}'")
        if frame is not None and not frame.is_list and not frame.waiting:
            raise self.no_copy(event, "a key cannot be a copy")
        self.unused.pop(name, None)
        self.put(self.copy(self.anchors[name], event), event)

    def too_large(self, event: Any, limit: int, parts: str) -> _Refused:
        size = {"whole": "file", "length": f"more than {limit}", "parts": parts, "limit": str(limit)}
        return _Refused(message("file-too-large", self.place(event), "Write the values out plainly.", **size))

    def no_copy(self, event: Any, reason: str) -> _Refused:
        return _Refused(message("yaml-alias", self.place(event), name=event.anchor, reason=reason))

    def copy(self, value: Any, event: Any, depth: int = 0) -> Any:
        """A copy of an anchor's value, its size counted, so that aliases of aliases cannot grow without end."""
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

"""Words of a YAML value that YAML takes for something else: a comment, a mark to copy from, a type."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.core.tables import cut_short
from pipeline.model.source.record import KeyPath, Marks

_COMMENT = re.compile(r"(?P<gap>[ \t]+)(?P<words>#.*)")
_MEANT = re.compile(r"#+(?:[ \t!]|$)")
_REASON = "what follows an unquoted # is a comment"
_OWN_TAG = "tag:yaml.org,2002:"


def comment_behind(event: Any, lines: Sequence[str]) -> tuple[int, str] | None:
    """Text that an unquoted # cuts from a value: its column from 0 and its words; None if nothing is cut.

    A comment that is meant as one stands two spaces behind the value and has a space behind its #.
    """
    if event.style or event.end_mark.line >= len(lines):
        return None
    found = _COMMENT.match(lines[event.end_mark.line], event.end_mark.column)
    if not found or (found["gap"] != " " and _MEANT.match(found["words"])):
        return None
    return found.start("words"), found["words"].rstrip(" \t")


def cut_values(value: Any, marks: Marks, is_text: Callable[[KeyPath], bool]) -> Iterator[Diagnostic]:
    """A remark for each value for readers that a # has cut; `is_text` says which ways lead to words for readers."""
    for way, (line, column, words) in marks.comments.items():
        if is_text(way):
            whole = _quoted(f"{_at(value, way)} {words}")
            hint = f"Put all of it in quotation marks, {whole}; put two spaces before a comment that is meant."
            place = Place(marks.path, line, column)
            yield message("value-cut", place, hint, words=cut_short(words), reason=_REASON)


def _at(value: Any, way: KeyPath) -> str:
    """The words at the end of a way; nothing under a key that stands a second time, whose value is not kept."""
    for step in way:
        if isinstance(value, dict) and step not in value:
            return ""
        value = value[step]
    return value if isinstance(value, str) else ""


def _quoted(words: str) -> str:
    mark = "'" if '"' in words else '"'
    return f"{mark}{words}{mark}" if mark not in words and len(words) <= 60 else f"{mark}…{mark}"


def foreign_tag(event: Any, place: Place) -> Diagnostic | None:
    """Diagnostic on a value that begins with '!', which YAML takes for the name of a type."""
    tag = str(event.tag or "")
    if not tag or tag.startswith(_OWN_TAG):
        return None
    return message("yaml-syntax", place, "Put the value in quotation marks.", sentence="A value cannot begin with '!'.")


def unused_anchor(name: str, place: Place) -> Diagnostic:
    """Diagnostic on '&name' before words, an anchor that no alias uses."""
    hint = "A value cannot begin with '&': put all of it in quotation marks."
    return message("value-cut", place, hint, words=f"&{name}", reason="what begins with & marks a value to be copied")

"""An approval entered in the history of a briefing's file. No other byte of the file changes."""

import re
from datetime import date
from typing import Any

import yaml

from pipeline.core.diagnostics import Desk, UsageError
from pipeline.load.yaml.front_matter import split_front_matter

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MARK = b"\xef\xbb\xbf"
"""The byte order mark with which some editors begin a file."""


def with_approval(source: bytes, path: str, number: int, by: str, on: date, code: str, digest: str) -> bytes:
    """The file with an approval in an entry of its history, by its place from 0. Raises `UsageError`."""
    said = {"approved_by": by, "approved_on": on.isoformat(), "approved_code": code, "approved_words": digest}
    try:
        whole = _whole(source, path, number, said)
    except (UnicodeDecodeError, yaml.YAMLError):
        whole = None
    if whole is None:
        lines = ", ".join(f"{name}: {value}" for name, value in said.items())
        raise UsageError(f"The approval cannot be entered in {path}: write it into the entry yourself, {lines}.")
    return whole


def _whole(source: bytes, path: str, number: int, said: dict[str, str]) -> bytes | None:
    """The file with the approval; None where it would read otherwise than meant."""
    mark = _MARK if source.startswith(_MARK) else b""
    text = source.removeprefix(_MARK).decode()
    end = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    split = split_front_matter(plain, path, Desk())
    if split is None or plain.replace("\n", end) != text:
        return None
    front = _entered(split.front, number, said)
    expected = _read(split.front)
    expected["history"][number].update(said)
    if _read(front) != expected:
        return None
    start = plain.index("\n") + 1
    return mark + (plain[:start] + front + plain[start + len(split.front) :]).replace("\n", end).encode()


def _entered(front: str, number: int, said: dict[str, str]) -> str:
    """Front matter with the approval: values that are there replaced, and what is missing put at the entry's end."""
    entry = _entry(front, number)
    there = {key.value: value for key, value in entry.value}
    missing = [f"{name}: {_scalar(value)}" for name, value in said.items() if name not in there]
    if missing and entry.flow_style:
        end = max(value.end_mark.index for value in there.values())
        front = f"{front[:end]}, {', '.join(missing)}{front[end:]}"
    elif missing:
        end = front.find("\n", max(value.end_mark.index for value in there.values()) - 1) + 1 or len(front)
        indent = " " * entry.value[0][0].start_mark.column
        front = front[:end] + "".join(f"{indent}{line}\n" for line in missing) + front[end:]
    for name in reversed([name for name in there if name in said]):  # from the end, so that places before it hold
        node = there[name]
        if node.value != said[name]:
            start, end = node.start_mark.index, node.end_mark.index
            front = front[:start] + (" " if start == end else "") + _scalar(said[name]) + front[end:]
    return front


def _entry(front: str, number: int) -> Any:
    """The node of an entry of the history."""
    document: Any = yaml.compose(front, Loader=yaml.SafeLoader)
    return next(value for key, value in document.value if key.value == "history").value[number]


def _scalar(value: str) -> str:
    """A value as an author would write it: a day without quotation marks."""
    if _DAY.fullmatch(value):
        return value
    return yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=10_000).strip()[1:-1]


def _read(front: str) -> Any:
    return yaml.load(front, Loader=yaml.BaseLoader)

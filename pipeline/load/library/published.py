"""The Markdown of a briefing as readers may have it: with nothing in it that is not printed.

Comments, scripts, notes that nothing calls and addresses that nothing uses go. Where they stand is what parsing has
told already.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pipeline.codes import body as codes
from pipeline.core.diagnostics import Desk, Diagnostic
from pipeline.load.library.text import read_text
from pipeline.load.markdown.html import LOST
from pipeline.load.markdown.reader import hidden_places
from pipeline.load.yaml.front_matter import split_front_matter
from pipeline.model.library import KeptVersion
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.imprint import Imprint
from pipeline.model.source.pack import Pack

_OPEN = re.compile(rf"<!--|<(?P<name>{'|'.join(sorted(LOST))})\b[^>]*>", re.IGNORECASE)
_CLOSE = re.compile(rf"-->|</(?P<name>{'|'.join(sorted(LOST))})>", re.IGNORECASE)
_TO_THE_END = frozenset({"", "script", "style", "textarea"})
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FENCE = re.compile(r" {0,3}(```|~~~)")
_LABEL = re.compile(r"\[((?:\\.|[^\\\[\]])+)\]")
_DEFINITION = re.compile(rf" {{0,3}}(?!\[[\^@]){_LABEL.pattern}:[ \t]*\S")
_NOTE = re.compile(r" {0,3}\[\^[^\]]+\]:")


def published_bodies(
    files: Mapping[str, bytes],
    briefings: Mapping[str, Briefing],
    remarks: Iterable[Diagnostic],
    imprint: Imprint,
    packs: Mapping[str, Pack],
    kept: Mapping[str, KeptVersion],
) -> dict[str, str]:
    """The body of every briefing by id, and of kept versions by 'id@version', if any file is to hold its source."""
    asked = (imprint.fields.pdf.attach, *(pack.fields.attach for pack in packs.values()))
    if not any("source" in attach for attach in asked):
        return {}
    told = _by_file(remarks)
    written = {name: briefing.path for name, briefing in briefings.items() if not briefing.manual}
    present = {name: published_body(path, files[path], told.get(path, ())) for name, path in written.items()}
    return present | {name: _kept_body(version, files) for name, version in kept.items()}


def _by_file(remarks: Iterable[Diagnostic]) -> dict[str, list[Diagnostic]]:
    told: dict[str, list[Diagnostic]] = {}
    for remark in remarks:
        told.setdefault(remark.place.path, []).append(remark)
    return told


def _kept_body(kept: KeptVersion, files: Mapping[str, bytes]) -> str:
    """The body of a kept version, whose folder has the shape of `source/`."""
    path = kept.briefing.path
    content = files[f"{kept.folder}/{path.removeprefix('source/')}"]
    return published_body(path, content, _by_file(kept.remarks).get(path, ()))


def published_body(path: str, content: bytes, remarks: Iterable[Diagnostic]) -> str:
    """Text below the front matter, as readers may have it. `remarks` are those of parsing."""
    desk = Desk()
    text = read_text(path, content, desk)
    parts = split_front_matter(text, path, desk) if text is not None else None
    if text is None or parts is None:
        return ""
    lines = parts.body.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    told = {(r.place.line - parts.body_line, r.place.column - 1, r.code) for r in remarks}
    told |= {(place.line - 1, place.column - 1, "") for place in hidden_places(parts.body)}
    here = sorted(spot for spot in told if 0 <= spot[0] < len(lines))
    gone = list(_hidden(parts.body, lines, starts, here))
    return "".join(_left(parts.body, sorted([*gone, *_unused(parts.body, lines, starts)]))).strip("\n") + "\n"


def without_comments(words: str) -> str:
    """A value of the front matter without comments."""
    return _COMMENT.sub("", words).strip() if "<!--" in words else words


_Span = tuple[int, int]


def _hidden(body: str, lines: list[str], starts: list[int], told: list[tuple[int, int, str]]) -> Iterator[_Span]:
    """Spans of the passages that parsing reported as not printed."""
    closes: dict[str, list[re.Match[str]]] = defaultdict(list)
    for close in _CLOSE.finditer(body):
        closes[(close["name"] or "").lower()].append(close)
    for row, column, code in told:
        if not code:
            found = _OPEN.search(body, starts[row] + column, starts[row + 1])
            if found:
                yield found.start(), _end(body, found, lines[row], closes)
        elif code in (codes.FOOTNOTE_UNUSED.name, codes.FOOTNOTE_DUPLICATE.name):
            yield starts[row], starts[_last_row(lines, row) + 1]


def _end(body: str, found: re.Match[str], line: str, closes: Mapping[str, list[re.Match[str]]]) -> int:
    """Offset of the end of a hidden element; the rest of the line belongs to it if its tag begins the line."""
    name = (found["name"] or "").lower()
    ends = closes.get(name, [])
    number = bisect_left(ends, found.end(), key=re.Match.start)
    if number == len(ends):
        return len(body) if name in _TO_THE_END else found.end()
    end = ends[number].end()
    begins_line = line.lstrip(" \t>-*+0123456789.)").startswith(found[0])
    after = body.find("\n", end)
    if not name and body[end : after if after >= 0 else None].strip():
        return end
    return (after if after >= 0 else len(body)) if begins_line else end


def _last_row(lines: list[str], row: int) -> int:
    """The last line of a note that begins on a line: lines follow it, and after an empty line indented ones."""
    last = row
    for number in range(row + 1, len(lines)):
        if not lines[number].strip():
            continue
        if _NOTE.match(lines[number]) or (number > last + 1 and not lines[number].startswith(("    ", "\t"))):
            break
        last = number
    return last


def _unused(body: str, lines: list[str], starts: list[int]) -> Iterator[_Span]:
    """Addresses given a name that nothing uses: a common way to hide a remark."""
    fence, uses = "", Counter(label.casefold() for label in _LABEL.findall(body))
    for row, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        found = None if fence else _DEFINITION.match(line)
        if found and uses[found[1].casefold()] == 1:
            yield starts[row], starts[row + 1]


def _left(body: str, gone: list[_Span]) -> Iterator[str]:
    """Passages outside the spans."""
    at = 0
    for start, end in gone:
        yield body[at : max(at, start)]
        at = max(at, end)
    yield body[at:]

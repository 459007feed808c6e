"""One briefing or handbook page, read from its file; its source for readers."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import PurePosixPath

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.messages import message
from pipeline.load.markdown.html import UNPRINTABLE_TAGS
from pipeline.load.markdown.maths import DeclaredMacros
from pipeline.load.markdown.reader import find_hidden_places, parse_body, read_field
from pipeline.load.pictures.picture import picture_file, relative_path
from pipeline.load.text import (
    FIRST_LINE,
    SplitText,
    empty_lines,
    find_conflict_lines,
    read_text,
    split_front_matter,
)
from pipeline.load.yaml.documents import read_yaml
from pipeline.load.yaml.fill import LONGEST, Filled, fill, slugify
from pipeline.model.body import Body, Figure, Image, walk_nodes
from pipeline.model.library import PublishedVersion
from pipeline.model.source.briefing import Briefing, BriefingFields, FieldTexts, ManualPageFields
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.source.pack import Pack


def read_head(path: str, content: bytes, name: str) -> Briefing | None:
    """Return a briefing without its text; None if its front matter cannot be read. Nothing is reported."""
    diagnostics = Diagnostics()
    text = read_text(path, content, diagnostics)
    parts = split_front_matter(text, path, diagnostics) if text is not None else None
    if parts is None or find_conflict_lines(parts.front, path, diagnostics, FIRST_LINE):
        return None
    filled = briefing_fields(parts, path, name, diagnostics)
    return Briefing(name, path, filled.model, filled.locations) if filled else None


def briefing_fields(parts: SplitText, path: str, name: str, diagnostics: Diagnostics) -> Filled[BriefingFields] | None:
    """Return the fields of a briefing; None after a remark."""
    read = read_yaml(parts.front, path, diagnostics, FIRST_LINE)
    if read is None:
        return None
    value, locations = read
    title = value.get("title") if isinstance(value, dict) else None
    # A briefing without a summary still builds, as a draft, with its title as the summary.
    spare = {"summary": " ".join(title.split())} if isinstance(title, str) and title.strip() else {}
    filled = fill(BriefingFields, value, locations, diagnostics, spare)
    if filled and filled.model.id not in (None, name):
        diagnostics.report(message("id-differs", locations.at("id"), id=filled.model.id, name=name))
    return filled


def manual_fields(parts: SplitText, path: str, diagnostics: Diagnostics) -> Filled[BriefingFields] | None:
    """Return the fields of a page of the handbook; None after a remark."""
    read = read_yaml(parts.front, path, diagnostics, FIRST_LINE)
    page = fill(ManualPageFields, *read, diagnostics) if read else None
    if page is None:
        return None
    title = page.model.title
    return Filled(BriefingFields(title=title, summary=page.model.summary or title), page.locations)


MOST_LETTERS = 1_000_000
"""Greatest length of a text: about a thousand pages."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
BRIEFINGS_FOLDER, HANDBOOK_FOLDER = "source/briefings/", "source/handbook/"


@dataclass(frozen=True, slots=True)
class ParsedBriefing:
    """Result of parsing a file: the briefing, or None if its front matter could not be read, and all remarks."""

    briefing: Briefing | None
    remarks: tuple[Diagnostic, ...]
    pictures: tuple[tuple[str, Location], ...] = ()
    """The pictures that its texts name, each with its place."""
    loose: Body | None = None
    """The body of a file whose front matter could not be read."""


def briefing_id(path: str) -> str:
    """Return the id of a briefing or handbook page from its path."""
    if path.startswith(HANDBOOK_FOLDER):
        inner = path.removeprefix(HANDBOOK_FOLDER).removesuffix(".md")
        return "handbook-" + inner.replace("/", "-")
    file = PurePosixPath(path)
    return file.parent.name if file.name == "briefing.md" else file.stem


def parse_briefing(path: str, content: bytes, macros: DeclaredMacros = ()) -> ParsedBriefing:
    """Return the briefing of a file, and remarks on it; `macros` are the library's commands for formulas."""
    diagnostics = Diagnostics()
    read = _read(path, content, diagnostics, macros)
    if not isinstance(read, Briefing):
        return ParsedBriefing(None, diagnostics.remarks, _pictures((read,) if read else ()), read)
    texts = read.texts
    bodies = (read.body, texts.key_finding, texts.recommendation, texts.method_note)
    others = (body for _, body in (*texts.caveats, *texts.descriptions))
    return ParsedBriefing(read, diagnostics.remarks, _pictures((*bodies, *others)))


def _pictures(bodies: tuple[Body, ...]) -> tuple[tuple[str, Location], ...]:
    return tuple((node.source, node.place) for node in walk_nodes(bodies) if isinstance(node, Figure | Image))


def _read(path: str, content: bytes, diagnostics: Diagnostics, macros: DeclaredMacros) -> Briefing | Body | None:
    """Return the briefing; only its body if its front matter cannot be read."""
    text = read_text(path, content, diagnostics)
    if text is None:
        return None
    parts = split_front_matter(text, path, diagnostics)
    if parts is None:
        return None
    name = briefing_id(path)
    if not _ID.fullmatch(name) or len(name) > LONGEST:
        shown = PurePosixPath(path).stem if not path.endswith("/briefing.md") else name
        diagnostics.report(message("file-name", Location(path), name=shown, better=slugify(shown) or "drug-markets"))
        name = slugify(name)
    manual = path.startswith(HANDBOOK_FOLDER)
    filled: Filled[BriefingFields] | None = None
    if not find_conflict_lines(parts.front, path, diagnostics, FIRST_LINE):
        filled = manual_fields(parts, path, diagnostics) if manual else briefing_fields(parts, path, name, diagnostics)
    given = ((f, " ".join(f.alt.split())) for f in (filled.model.figures if filled else ()) if f.alt)
    alts = {name: alt for f, alt in given for name in (f.id, relative_path(picture_file(path, f.file) or f.file, path))}
    if len(parts.body) > MOST_LETTERS:
        sentence = f"This text has {len(parts.body):,} letters; the limit is {MOST_LETTERS:,}."
        hint = "Divide it into several briefings, and bind them as a pack."
        diagnostics.report(message("job-too-large", Location(path, parts.body_line), hint, sentence=sentence))
        return None
    conflicts = find_conflict_lines(parts.body, path, diagnostics, parts.body_line)
    title = filled.model.title if filled else ""
    plain = empty_lines(parts.body, conflicts)
    body = parse_body(plain, path, diagnostics, parts.body_line, title=title, alts=alts, macros=macros)
    if filled is None or not name:
        return body
    texts = _read_field_texts(filled, text.split("\n"), diagnostics, macros)
    return Briefing(name, path, filled.model, filled.locations, manual, body, texts)


def _read_field_texts(
    filled: Filled[BriefingFields], lines: Sequence[str], diagnostics: Diagnostics, macros: DeclaredMacros
) -> FieldTexts:
    fields = filled.model
    read = partial(read_field, marks=filled.locations, lines=lines, diagnostics=diagnostics, macros=macros)
    return FieldTexts(
        read(fields.key_finding, ("key_finding",)),
        read(fields.recommendation, ("recommendation",)),
        read(fields.evidence.method_note, ("evidence", "method_note")),
        tuple(
            (example.id, read(example.caveat, ("practice", number, "caveat")))
            for number, example in enumerate(fields.practice)
            if example.caveat
        ),
        tuple(
            (figure.id, read(figure.long_description, ("figures", number, "long_description")))
            for number, figure in enumerate(fields.figures)
            if figure.long_description
        ),
    )


# The source of a text for readers.

_OPEN = re.compile(rf"<!--|<(?P<name>{'|'.join(sorted(UNPRINTABLE_TAGS))})\b[^>]*>", re.IGNORECASE)
_CLOSE = re.compile(rf"-->|</(?P<name>{'|'.join(sorted(UNPRINTABLE_TAGS))})>", re.IGNORECASE)
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
    imprint: LibrarySettings,
    packs: Mapping[str, Pack],
    kept: Mapping[str, PublishedVersion],
) -> dict[str, str]:
    """Return the bodies of briefings by id, and of kept versions by 'id@version', if any file attaches its source."""
    attached = (imprint.fields.pdf.attach, *(pack.fields.attach for pack in packs.values()))
    if not any("source" in attach for attach in attached):
        return {}
    by_file = _by_file(remarks)
    paths = {name: briefing.path for name, briefing in briefings.items() if not briefing.manual}
    bodies = {name: published_body(path, files[path], by_file.get(path, ())) for name, path in paths.items()}
    for name, version in kept.items():
        path = version.briefing.path
        content = files[f"{version.folder}/{path.removeprefix('source/')}"]  # its folder has the shape of `source/`
        bodies[name] = published_body(path, content, _by_file(version.remarks).get(path, ()))
    return bodies


def _by_file(remarks: Iterable[Diagnostic]) -> dict[str, list[Diagnostic]]:
    by_file: dict[str, list[Diagnostic]] = defaultdict(list)
    for remark in remarks:
        by_file[remark.place.path].append(remark)
    return by_file


def published_body(path: str, content: bytes, remarks: Iterable[Diagnostic]) -> str:
    """Return the text below the front matter for readers; `remarks` are those of parsing.

    Comments, scripts, notes without a call and addresses without a use are removed.
    """
    diagnostics = Diagnostics()
    text = read_text(path, content, diagnostics)
    parts = split_front_matter(text, path, diagnostics) if text is not None else None
    if parts is None:
        return ""
    body = parts.body
    lines = body.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    spots = {(r.place.line - parts.body_line, r.place.column - 1, r.code) for r in remarks}
    spots |= {(place.line - 1, place.column - 1, "") for place in find_hidden_places(body)}
    inside = sorted(spot for spot in spots if 0 <= spot[0] < len(lines))
    kept, at = [], 0
    for start, end in sorted([*_find_hidden(body, lines, starts, inside), *_find_unused(lines, starts)]):
        kept.append(body[at : max(at, start)])
        at = max(at, end)
    return ("".join(kept) + body[at:]).strip("\n") + "\n"


def without_html_comments(words: str) -> str:
    """Return a value of the front matter without comments."""
    return _COMMENT.sub("", words).strip() if "<!--" in words else words


def _find_hidden(
    body: str, lines: list[str], starts: list[int], spots: list[tuple[int, int, str]]
) -> Iterator[tuple[int, int]]:
    """Yield spans of the passages that parsing reported as not printed."""
    closes: dict[str, list[re.Match[str]]] = defaultdict(list)
    for close in _CLOSE.finditer(body):
        closes[(close["name"] or "").lower()].append(close)
    for row, column, code in spots:
        if not code:
            if opening := _OPEN.search(body, starts[row] + column, starts[row + 1]):
                yield opening.start(), _end_of_hidden(body, opening, lines[row], closes)
        elif code in ("footnote-unused", "footnote-duplicate"):
            yield starts[row], starts[_last_row(lines, row) + 1]


def _end_of_hidden(body: str, opening: re.Match[str], line: str, closes: Mapping[str, list[re.Match[str]]]) -> int:
    """Return the offset behind a hidden element, or behind its line if its tag begins the line."""
    name = (opening["name"] or "").lower()
    ends = closes.get(name, [])
    number = bisect_left(ends, opening.end(), key=re.Match.start)
    if number == len(ends):
        return len(body) if name in _TO_THE_END else opening.end()
    end = ends[number].end()
    begins_line = line.lstrip(" \t>-*+0123456789.)").startswith(opening[0])
    after = body.find("\n", end)
    if not name and body[end : after if after >= 0 else None].strip():
        return end
    return (after if after >= 0 else len(body)) if begins_line else end


def _last_row(lines: list[str], row: int) -> int:
    """Return the last line of a note: its lines follow directly, or are indented after an empty line."""
    last = row
    for number in range(row + 1, len(lines)):
        if not lines[number].strip():
            continue
        if _NOTE.match(lines[number]) or (number > last + 1 and not lines[number].startswith(("    ", "\t"))):
            break
        last = number
    return last


def _find_unused(lines: list[str], starts: list[int]) -> Iterator[tuple[int, int]]:
    """Yield spans of unused definitions of addresses, a common way to hide a remark."""
    fence, uses = "", Counter(label.casefold() for label in _LABEL.findall("\n".join(lines)))
    for row, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        definition = None if fence else _DEFINITION.match(line)
        if definition and uses[definition[1].casefold()] == 1:
            yield starts[row], starts[row + 1]

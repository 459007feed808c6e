"""One briefing, or one page of the handbook, from its file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.messages import message
from pipeline.load.library.heads import briefing_fields, manual_fields
from pipeline.load.library.text import read_text
from pipeline.load.markdown.maths import Declared
from pipeline.load.markdown.reader import parse_body
from pipeline.load.pictures.paths import picture_file, way_to
from pipeline.load.slips.merge_marks import merge_marks, without_lines
from pipeline.load.yaml.documents import Filled
from pipeline.load.yaml.front_matter import FIRST_LINE, split_front_matter
from pipeline.load.yaml.texts import read_field
from pipeline.load.yaml.value_words import LONGEST, as_id
from pipeline.model.body import Body, Figure, Image, walk
from pipeline.model.source.briefing import Briefing, BriefingFields, FieldTexts

MOST_LETTERS = 1_000_000
"""So many letters a text may have: that is a thousand pages."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
BRIEFINGS, HANDBOOK = "source/briefings/", "source/handbook/"


@dataclass(frozen=True, slots=True)
class ParsedBriefing:
    """Result of parsing a file: the briefing, unless its front matter could not be read, and all remarks."""

    briefing: Briefing | None
    remarks: tuple[Diagnostic, ...]
    pictures: tuple[tuple[str, Place], ...] = ()
    """The pictures that its texts name, each with its place."""
    loose: Body | None = None
    """The body of a file whose front matter could not be read."""


def briefing_id(path: str) -> str:
    """The id that a briefing's or handbook page's path gives."""
    if path.startswith(HANDBOOK):
        inner = path.removeprefix(HANDBOOK).removesuffix(".md")
        return "handbook-" + inner.replace("/", "-")
    where = PurePosixPath(path)
    return where.parent.name if where.name == "briefing.md" else where.stem


def parse_briefing(path: str, content: bytes, macros: Declared = ()) -> ParsedBriefing:
    """The briefing of a file, with every mistake in it reported; `macros` are the library's commands for formulas."""
    desk = Desk()
    read = _read(path, content, desk, macros)
    if isinstance(read, Briefing):
        return ParsedBriefing(read, desk.remarks, tuple(_pictures(_bodies(read))))
    return ParsedBriefing(None, desk.remarks, tuple(_pictures((read,))) if read else (), read)


def _bodies(briefing: Briefing) -> tuple[Body, ...]:
    texts = briefing.texts
    bodies = (briefing.body, texts.key_finding, texts.recommendation, texts.method_note)
    return (*bodies, *(body for _, body in (*texts.caveats, *texts.descriptions)))


def _pictures(bodies: tuple[Body, ...]) -> Iterator[tuple[str, Place]]:
    for node in walk(bodies):
        if isinstance(node, Figure | Image):
            yield node.source, node.place


def _read(path: str, content: bytes, desk: Desk, macros: Declared) -> Briefing | Body | None:
    """The briefing; where its front matter cannot be read the body alone."""
    text = read_text(path, content, desk)
    if text is None:
        return None
    parts = split_front_matter(text, path, desk)
    if parts is None:
        return None
    name = briefing_id(path)
    if not _ID.fullmatch(name) or len(name) > LONGEST:
        shown = PurePosixPath(path).stem if not path.endswith("/briefing.md") else name
        desk.report(message("file-name", Place(path), name=shown, better=as_id(shown) or "drug-markets"))
        name = as_id(name)
    manual = path.startswith(HANDBOOK)
    filled: Filled[BriefingFields] | None = None
    whole = not merge_marks(parts.front, path, desk, FIRST_LINE)
    if whole:
        filled = manual_fields(parts, path, desk) if manual else briefing_fields(parts, path, name, desk)
    alts = _alts(filled.model, path) if filled else {}
    if len(parts.body) > MOST_LETTERS:
        sentence = f"This text has {len(parts.body):,} letters; the most is {MOST_LETTERS:,}."
        hint = "Divide it into several briefings, and bind them as a pack."
        desk.report(message("job-too-large", Place(path, parts.body_line), hint, sentence=sentence))
        return None
    left = merge_marks(parts.body, path, desk, parts.body_line)
    title = filled.model.title if filled else ""
    plain = without_lines(parts.body, left)
    body = parse_body(plain, path, desk, parts.body_line, title=title, alts=alts, macros=macros)
    if filled is None or not name:
        return body
    texts = _texts(filled, text.split("\n"), desk, macros)
    return Briefing(name, path, filled.model, filled.marks, manual, body, texts)


def _alts(fields: BriefingFields, path: str) -> Mapping[str, str]:
    """Alternative texts that the front matter gives, by figure and by file."""
    given = ((f, " ".join(f.alt.split())) for f in fields.figures if f.alt)
    return {name: alt for f, alt in given for name in (f.id, way_to(picture_file(path, f.file) or f.file, path))}


def _texts(filled: Filled[BriefingFields], lines: Sequence[str], desk: Desk, macros: Declared) -> FieldTexts:
    fields = filled.model
    read = partial(read_field, marks=filled.marks, lines=lines, desk=desk, macros=macros)
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

"""Fields of EPUBs, web pages and plain text: words that only the bindery writes, exchanged where they stand."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time
from io import BytesIO
from typing import NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZipFile

from pipeline.bind.epub.archive import exchange_members
from pipeline.bind.stamps.produced import produced_words
from pipeline.bind.stamps.running import copy_words
from pipeline.bind.variable.fields import Exchange, Values
from pipeline.bind.web.furniture import css_string
from pipeline.core.errors import PressFailure
from pipeline.text.filling import filled

PACKAGE = "EPUB/content.opf"


class TextField(NamedTuple):
    """A field as some parts of a file say it."""

    parts: str
    """The end of the names of these parts."""
    said: Callable[[Values], str]
    """The words for its value, and what stands around them."""
    times: int | None
    """Number of times that they stand there; None where that is not known: once or more."""


def exchange_books(job: Exchange) -> Iterator[bytes]:
    """EPUBs: the sentence, the entries of the package, the times of the archive. All else keeps its packed bytes."""
    with ZipFile(BytesIO(job.content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.endswith((".xhtml", PACKAGE))}
    job = _as_said(job, *parts.values())
    fields = (
        TextField(PACKAGE, lambda values: f">{values.produced.isoformat()}T00:00:00Z</meta>", 1),
        TextField(PACKAGE, lambda values: f">{escape(values.copy)}</meta>", 1),
        _sentence(job, ".xhtml"),
    )
    for after in job.after:
        new = _exchanged(job, parts, fields, after)
        changed = {name: part for name, part in new.items() if part != parts[name]}
        yield exchange_members(job.content, changed, datetime.combine(after.produced, time()))


def exchange_pages(job: Exchange) -> Iterator[bytes]:
    """Web pages: the sentence, and what the page says at its head on paper."""
    style, end, text = job.content.partition(b"</style>")
    job = _as_said(job, text)
    day = TextField("style", lambda values: css_string(job.words.short_day(values.produced))[:-1], 1)
    copy = TextField("style", lambda values: css_string(copy_words(values.copy, job.words.language))[1:-1], None)
    code = TextField("style", lambda values: css_string(values.code)[1:-1], 1)
    heads = (day, *(one for one in (copy, code) if one.said(job.before).encode() in style))
    for after in job.after:
        _says_no_more(job, after)
        page = _exchanged(job, {"style": style, "text": text}, (*heads, _sentence(job, "text")), after)
        yield page["style"] + end + page["text"]


def exchange_texts(job: Exchange) -> Iterator[bytes]:
    """Plain text: the lines of the sentence."""
    job = _as_said(job, job.content)
    ends = () if job.dated else ("",)  # behind the day may stand a code
    lines = TextField("", lambda values: "\n".join(("", *filled(_said(job, values)), *ends)), _sentences(job))
    for after in job.after:
        yield _exchanged(job, {"": job.content}, (lines,), after)[""]


def _says_no_more(job: Exchange, after: Values) -> None:
    """A layout of the project's own may say the day elsewhere, and in other words."""
    day, words = job.before.produced, job.words
    often = {words.short_day(day): 1, words.day(day): _sentences(job), day.isoformat(): 0}
    if day != after.produced and any(job.content.count(said.encode()) != times for said, times in often.items()):
        raise PressFailure("The page names the day elsewhere too.")


def _sentence(job: Exchange, parts: str) -> TextField:
    end = "" if job.dated else "<"  # behind the day may stand a code
    return TextField(parts, lambda values: f">{escape(_said(job, values))}{end}", _sentences(job))


def _sentences(job: Exchange) -> int | None:
    return job.dated.sentences if job.dated else None


def _said(job: Exchange, values: Values) -> str:
    return produced_words(job.words, values.produced, values.copy, values.code)


def _as_said(job: Exchange, *parts: bytes) -> Exchange:
    """The exchange without codes, where the file says none: it was made before pages bore them."""
    symbols = job.before.code.rpartition(" ")[2].encode()  # a line of plain text may end before them
    if any(symbols in part for part in parts):
        return job
    before, *after = (replace(values, code="") for values in (job.before, *job.after))
    return replace(job, before=before, after=tuple(after))


def _exchanged(
    job: Exchange, parts: Mapping[str, bytes], fields: Iterable[TextField], after: Values
) -> dict[str, bytes]:
    """The parts with other values. Raises `PressFailure` where one does not stand as often as it should."""
    done = dict(parts)
    for field in fields:
        old, new = (field.said(values).encode() for values in (job.before, after))
        if old == new:
            continue
        within = [name for name in parts if name.endswith(field.parts)]
        found = sum(done[name].count(old) for name in within)
        if found < 1 if field.times is None else found != field.times:
            raise PressFailure(f"{found} times the file says '{old.decode().strip()}', where the bindery puts it.")
        done |= {name: done[name].replace(old, new) for name in within}
    return done

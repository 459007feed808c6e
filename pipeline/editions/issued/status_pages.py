"""Status pages: for every code that was ever issued a page that says what it is of, and whether that is current. Pure.

A page has no script and fetches nothing, names no holder, and is small enough for any host and any telephone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from markupsafe import Markup

from pipeline.core.documents.xhtml import lone_page
from pipeline.core.printed_code import PrintedCode
from pipeline.editions.issued.now import NowWord, StateNow
from pipeline.model.words import in_words

PLACE = "v"
"""The folder of the pages, below the library's address: a QR code in capitals is a small one."""

MOST_REASONS = 8
"""Reasons that a page tells; of more it says how many."""

_MEANING: Mapping[NowWord, str] = {
    "current": "It is the last one that was issued, and nothing in it was withdrawn, corrected or recalled.",
    "uncertain": "Ask before you rely on it.",
    "superseded": "Another has taken its place: use that one.",
    "corrected": "It has a mistake that has been put right since: use the corrected one.",
    "withdrawn": "Do not use it any more.",
    "recalled": "Stop using it. If you hold it and got no notice, ask the publisher for one.",
}

_STYLE = """\
:root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif }
body { max-width: 36rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem }
h2 { font-size: 2rem; line-height: 1.2; margin: 1.5rem 0 .25rem; border-top: 2px solid; padding-top: 1rem }
footer { border-top: 1px solid; margin-top: 2rem; padding-top: .5rem }
code { font: inherit; letter-spacing: .08em }"""

_FOOT = Markup("""{publisher}. The code is <code>{code}</code>, of a numbered copy one that begins with the
same {many} symbols. This page was written on {day}.{contact}""")


@dataclass(frozen=True, slots=True)
class Coded:
    """A thing that a code was printed on: an edition of a pack, or a version of a briefing."""

    code: str
    """The symbols of its words."""
    title: str
    name: str
    """The name of the edition, or the number of the version, in words."""
    on: date
    """The day on which it was issued or published."""
    now: StateNow


def status_pages(things: Iterable[Coded], publisher: str, contact: str, day: date) -> Iterator[tuple[str, bytes]]:
    """The pages, each with its path, in small letters and in capitals. Things that share a code share a page."""
    for code, those in groupby(sorted(things, key=lambda one: (one.code, one.title, one.on)), key=lambda one: one.code):
        page = _page(code, tuple(those), publisher, contact, day)
        for folder in (code.casefold(), code):
            yield f"{PLACE}/{folder}/index.html", page


def _page(code: str, things: tuple[Coded, ...], publisher: str, contact: str, day: date) -> bytes:
    ask = f" Questions: {contact}" if contact else ""
    title = f"{things[0].title}: {things[0].now.word}"
    foot = _FOOT.format(publisher=publisher, code=PrintedCode(code), many=len(code), day=in_words(day), contact=ask)
    return lone_page(title, _STYLE, Markup("\n").join(map(_thing, things)), foot).encode()


def _thing(one: Coded) -> Markup:
    sentences = (*_shown(one.now.reasons), *one.now.steps)
    reasons = Markup("\n").join(Markup("<p>{}</p>").format(sentence) for sentence in sentences)
    return Markup("<h1>{}</h1>\n<p>{}, of {}</p>\n<h2>{}</h2>\n<p>{}</p>\n{}").format(
        one.title, one.name, in_words(one.on), one.now.word.capitalize(), _MEANING[one.now.word], reasons
    )


def _shown(reasons: tuple[str, ...]) -> Iterator[str]:
    yield from reasons[:MOST_REASONS]
    if len(reasons) > MOST_REASONS:
        yield f"And {len(reasons) - MOST_REASONS} more of its texts have changed."

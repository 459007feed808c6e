"""The slip that corrects a printed copy: each place in the older version, what stands there, what to read instead."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.compose.briefing import compose_briefing
from pipeline.compose.changes import parsed_body
from pipeline.compose.design.style import joined, paged_style
from pipeline.compose.design.typeface import font_set
from pipeline.compose.language.house import speaking
from pipeline.compose.page.fragment import identified, set_page
from pipeline.compose.page.metadata import briefing_metadata
from pipeline.markup.changes.errata import ErrataText, Erratum, find_errata
from pipeline.model.formats import EDITIONS, USUAL_EDITION, Edition
from pipeline.model.identity import Identity
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Chapter, Manuscript
from pipeline.model.publication import Publication
from pipeline.model.sheets import LinePlace
from pipeline.model.source.briefing import Amendment
from pipeline.model.words import Words

PAGE: Edition = next(row.name for row in EDITIONS.values() if row.cover == "A5")
"""The edition whose pages, A5, the slip has: its sizes of type, its rooms for running lines."""

TEMPLATE, SHEET = "correcting/slip.html.j2", "correcting/correcting.css"


@dataclass(frozen=True, slots=True)
class SlipEntry:
    """One line of a slip: the place in words, the words that stand there, and those to be read, if any."""

    where: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class SlipText:
    """Everything that a slip says beside the text it is of."""

    was: str
    """The version that it corrects."""
    title: str
    """The title of that version."""
    wrong: str
    """The code of the words of that version."""
    code: str
    """The code of the words that are right."""
    entries: tuple[SlipEntry, ...]
    reasons: tuple[Amendment, ...]
    on: date
    """The day of the version that is right."""
    unsaid: bool = False
    """Whether something differs that no slip can say, such as where links lead."""


def errata_text(old: Publication, new: Publication, layouts: Layouts) -> tuple[Manuscript, ErrataText]:
    """The older text as it is set today, each place of an erratum marked in it; and the errata."""
    was, now = compose_briefing(old, layouts, USUAL_EDITION), compose_briefing(new, layouts, USUAL_EDITION)
    found = find_errata(parsed_body(was.chapter.body), parsed_body(now.chapter.body))
    body, bookmarks = identified(found.text)
    bare = replace(was, epub_style="", web_style="")
    return replace(bare, chapters=(replace(was.chapter, body=body, bookmarks=bookmarks),)), found


def slip_entries(errata: Sequence[Erratum], places: Sequence[LinePlace], words: Words) -> tuple[SlipEntry, ...]:
    """The lines of a slip. What is only set or linked otherwise is none."""
    pairs = sorted(zip(errata, places, strict=True), key=lambda pair: pair[1].page)
    quoted = ((place, one.quoted(place.words)) for one, place in pairs if one.said)
    return tuple(SlipEntry(where(place, words, said[0]), *said) for place, said in quoted)


def where(place: LinePlace, words: Words, quoted: str) -> str:
    """A place on a page in words: 'Page 3, line 4:'. Words that stand twice in a row are found by their column."""
    kind: str = place.column if place.kind == "line" and place.column else place.kind
    if kind == "row" and place.head and place.row.count(quoted) > 1:
        kind = "cell"
    return words.say(f"slip-{kind}", page=place.page, line=place.line, within=place.within, head=place.head)


def slip_identity(new: Publication) -> Identity:
    """The identity of a slip: that of the text in its right version, and on every page that it is a slip."""
    identity = new.identity
    words = identity.words
    return replace(
        identity,
        title=words.say("slip-title"),
        short_title=identity.short_title or identity.title,
        statuses=(*identity.statuses, words.say("slip-status")),
    )


def compose_slip(new: Publication, slip: SlipText, layouts: Layouts) -> Manuscript:
    """A slip as a text of its own, on pages of A5."""
    identity, imprint = slip_identity(new), new.imprint
    words, language = identity.words, identity.language
    values = {
        "words": words,
        "house": speaking(words, language),
        "identity": identity,
        "title": slip.title,
        "was": slip.was,
        "now": identity.version,
        "on": slip.on,
        "errata": slip.entries,
        "entries": slip.reasons,
        "wrong": slip.wrong,
        "code": slip.code,
        "unsaid": slip.unsaid,
        "address": identity.address,
        "publisher": identity.publisher or imprint.fields.publisher,
    }
    markup, bookmarks = set_page(layouts, TEMPLATE, values, language)
    title = f"{words.say('slip-title')} {words.say('slip-to', title=slip.title, version=slip.was)}"
    metadata = replace(briefing_metadata(new), title=title, conformance=None)
    fonts = font_set(imprint, layouts, PAGE, markup)
    return Manuscript(
        layout="briefing",
        chapters=(Chapter(new.id, title, markup, bookmarks),),
        metadata=metadata,
        style=paged_style("briefing", imprint, layouts, fonts, PAGE) + joined((SHEET,), layouts),
        epub_style="",
        web_style="",
        fonts=fonts.faces,
        edition=PAGE,
    )

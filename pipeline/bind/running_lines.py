"""Running lines: content, overlap, production date."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from lxml import etree

from pipeline.compose.language.direction import runs_rtl
from pipeline.core.documents.xhtml import elements
from pipeline.core.text.typography import typeset
from pipeline.core.text.wrapping import shortened, width
from pipeline.model.formats import (
    BY_STAMPS,
    EDITIONS,
    RUNNING,
    SLOTS,
    USUAL_EDITION,
    USUAL_STAMPS,
    Edition,
    StampSheet,
    StampSpace,
)
from pipeline.model.manuscript import StampText
from pipeline.model.sheets import Identity
from pipeline.model.words import Phrases

SLOT = 'data-slot="produced"'
"""Sign of the place that a text keeps for the sentence."""


def produced_words(words: Phrases, produced: date, copy: str = "", code: str = "") -> str:
    """'This copy produced 26 April 2024', and of a numbered copy: '. Copy 7, held by Northmoor Learning Unit.'.

    Where no page has a foot the words of the code follow: '. Code 5ZK8D-R07N1.'.
    """
    said = [words.say("produced", date=words.day(produced)), *filter(None, (copy, code))]
    return ". ".join(said) + ("." if said[1:] else "")


def code_words(identity: Identity) -> str:
    """'Code 5ZK8D-R00YC', or nothing."""
    return identity.words.say("code", code=identity.code) if identity.code else ""


def produced_here(identity: Identity, produced: date) -> str:
    """The sentence as a file without pages says it: with which copy it is, and with its code."""
    return produced_words(identity.words, produced, identity.copy, code_words(identity))


def fill_produced(root: etree._Element, identity: Identity, produced: date, whole: bool = True) -> bool:
    """Fill the slot with the date produced; whether there was one. A slot of another name is taken out.

    Copy and code are said where the text is the `whole`, or the pack's own.
    """
    said = produced_here(identity, produced) if whole else produced_words(identity.words, produced)
    filled = False
    for slot in [element for element in elements(root) if element.get("data-slot")]:
        if slot.get("data-slot") == "produced":
            slot.text, filled = said, True
            del slot.attrib["data-slot"]
        elif (parent := slot.getparent()) is not None:
            parent.remove(slot)
    return filled


LEAST = 8
"""Letters of a title below which it is left out."""

LEAST_ID = 10
"""Letters of an id that are never cut."""

USUAL_CODE = "WWWWW-WWWWW"
"""Symbols of a code that shares its first ones with no other."""

APART = 2
"""Points between two lines that share one, at the least: words are measured as rather too wide."""


def running_lines(
    identity: Identity, produced: date, folio: str, pack: Identity | None = None, sheet: StampSheet = USUAL_STAMPS
) -> tuple[StampText, ...]:
    """The lines of one page. In a pack the marking is the pack's, and the page says the pack's edition too."""
    whole = pack or identity
    rooms = BY_STAMPS[sheet].rooms
    status = _status(whole, identity, rooms.status, rooms.status_size)
    beside_status = rooms.head - (width(status, rooms.status_size) + APART if status else 0)
    beside_folio = rooms.line - width(folio, rooms.size) - APART if rooms.foot <= rooms.line else rooms.foot
    foot = _foot(identity, pack, min(rooms.foot, beside_folio), rooms.size)
    said = {
        "marking-top": whole.marking,
        "head-date": identity.words.short_day(produced),
        "head-title": _head(identity, pack, foot, min(rooms.title, beside_status), rooms.size),
        "copy": copy_words(whole.copy, whole.language, rooms),
        "status": status,
        "code": code_words(whole),
        "foot-id": foot,
        "folio": folio,
        **_marking_at_foot(whole, rooms),
    }
    rtl = runs_rtl(identity.language)
    return tuple(StampText(slot.name, said[slot.name], sheet, rtl) for slot in RUNNING if said.get(slot.name))


def redated(line: StampText, produced: date, words: Phrases) -> StampText:
    """A line that bears the date, bearing another."""
    said = produced_words(words, produced) if SLOTS[line.slot].in_text else words.short_day(produced)
    return replace(line, text=said)


def cover_lines(lines: Iterable[StampText]) -> tuple[StampText, ...]:
    """Of a page's lines those that a cover carries."""
    return tuple(line for line in lines if SLOTS[line.slot].on_cover)


def page_lines(
    identity: Identity, produced: date, pages: int, edition: Edition = USUAL_EDITION
) -> tuple[tuple[StampText, ...], ...]:
    """The lines of every page of a briefing, page by page."""
    folios = (identity.words.say("page-of", page=page, pages=pages) for page in range(1, pages + 1))
    return tuple(running_lines(identity, produced, folio, sheet=EDITIONS[edition].stamps) for folio in folios)


def produced_line(words: Phrases, produced: date, edition: Edition = USUAL_EDITION) -> StampText:
    """The sentence for the slot of the stamp block."""
    return StampText("produced", produced_words(words, produced), EDITIONS[edition].stamps, runs_rtl(words.language))


def copy_line(identity: Identity, produced: date, edition: Edition = USUAL_EDITION) -> StampText:
    """The sentences for the slot on the cover of a numbered pack: when it was produced, which copy it is, and whose."""
    said = produced_words(identity.words, produced, identity.copy)
    return StampText("produced-copy", said, EDITIONS[edition].stamps, runs_rtl(identity.words.language))


def _marking_at_foot(whole: Identity, rooms: StampSpace) -> dict[str, str]:
    """The marking by its slot: in the middle of its line, or where it would meet the code, at the right.

    Which code it is decides nothing but by its length: a numbered copy has the marking where the others have it.
    """
    widest = width(whole.words.say("code", code="W" * len(whole.code)), rooms.size)
    apart = widest + APART if whole.code else 0
    if not apart or rooms.line - width(whole.marking, rooms.status_size) >= 2 * apart:
        return {"marking-bottom": whole.marking}
    return {"marking-beside" if len(whole.code) <= len(USUAL_CODE) else "marking-beside-long": whole.marking}


def copy_lines(identity: Identity, produced: date, edition: Edition = USUAL_EDITION) -> tuple[StampText, ...]:
    """The lines of a pack that say which copy it is: that of its pages, that of the cover, and its code."""
    row, rtl = EDITIONS[edition], runs_rtl(identity.language)
    head = StampText("copy", copy_words(identity.copy, identity.language, row.rooms), row.stamps, rtl)
    code = StampText("code", code_words(identity), row.stamps, rtl)
    return head, copy_line(identity, produced, edition), *((code,) if code.text else ())


def copy_words(copy: str, language: str, rooms: StampSpace = BY_STAMPS[USUAL_STAMPS].rooms) -> str:
    """Words of a numbered copy on itself, as far as its line has room for them."""
    return shortened(typeset(copy, language), rooms.copy, rooms.status_size)


def briefing_stamps(
    identity: Identity, produced: date, pages: int, edition: Edition = USUAL_EDITION
) -> tuple[StampText, ...]:
    """Every stamp that a briefing of so many pages needs, once."""
    lines = page_lines(identity, produced, pages, edition)
    return tuple(
        dict.fromkeys((*(line for page in lines for line in page), produced_line(identity.words, produced, edition)))
    )


def _status(whole: Identity, identity: Identity, room: float, size: float) -> str:
    """All statuses; where they have no room, without what supersedes a text, unless enough of its title can be read."""
    brief = dict(pair for one in (whole, identity) for pair in _statuses(one, whole.words))
    said, least = typeset(" · ".join(brief)), typeset(" · ".join(brief.values()))
    cut = shortened(said, room, size)
    superseded = len(whole.words.stem("superseded-by")) - len(whole.words.say("superseded"))
    if cut == said or len(cut) > len(least) + superseded + LEAST:
        return cut
    # a long notice is cut, and not that it is a draft
    shortest, draft = [typeset(status) for status in brief.values()], whole.words.say("draft")
    if draft in shortest[1:2]:
        behind = f" · {draft} ·…" if shortest[2:] else f" · {draft}"
        shortest[0] = shortened(shortest[0], room - width(behind, size), size)
    return shortened(" · ".join(shortest), room, size)


def _statuses(identity: Identity, words: Phrases) -> Iterator[tuple[str, str]]:
    """Its statuses in the words of a page, each with the least that may be said: no title of what supersedes it."""
    own = identity.words
    known = {own.say(key): words.say(key) for key in ("draft", "due-for-review", "withdrawn", "superseded")}
    for status in identity.statuses:
        if status.startswith(own.stem("superseded-by")):
            title = status.removeprefix(own.stem("superseded-by"))
            yield words.say("superseded-by", title=title), words.say("superseded")
        else:
            yield (known.get(status, status),) * 2


def _head(identity: Identity, pack: Identity | None, foot: str, room: float, size: float) -> str:
    """The title of a text; before it that of its pack, if the foot does not say it and both have room."""
    title = _title(identity)
    if pack is not None and pack.id != identity.id and _title(pack)[:LEAST] not in foot:
        both = f"{_title(pack)} · {title}"
        title = both if width(both, size) <= room else title
    return shortened(title, room, size)


def _title(identity: Identity) -> str:
    """The short title of a text or a pack, as it is printed."""
    return typeset(identity.short_title or identity.title, identity.language)


def _foot(identity: Identity, pack: Identity | None, room: float, size: float) -> str:
    """Id, version and edition; the title of the pack as far as there is room, or not where that is little.

    If the others have no room, the id is cut and not the edition.
    """
    version = identity.words.say("version", number=identity.version) if identity.version else ""
    if pack is None or pack.id == identity.id:
        return _whole_but_the_id(identity.id, (version, identity.edition), room, size)
    in_one = pack.edition.replace(" ", "\u00a0")
    edition = f", {in_one}" if in_one else ""
    named = " · ".join(filter(None, (identity.id, version, identity.edition)))
    left = room - width(f"{named} · {edition}", size)
    title = _title(pack)
    cut = shortened(title, left, size)
    if cut != title and len(cut) <= LEAST:
        return _whole_but_the_id(identity.id, (version, identity.edition, in_one), room, size)
    return f"{named} · {cut}{edition}"


def _whole_but_the_id(id: str, rest: Iterable[str], room: float, size: float) -> str:
    """An id and what follows it; the id gives up what room the rest needs, but for its beginning."""
    after = "".join(f" · {words}" for words in rest if words)
    least = width(f"{id[:LEAST_ID]}…", size)
    return shortened(f"{shortened(id, max(room - width(after, size), least), size)}{after}", room, size)

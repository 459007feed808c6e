"""Pressed sheets, stamps and a small pack for the tests of the PDF bindery."""

from collections.abc import Iterable
from datetime import date
from functools import cache

from pipeline.bind.chapters import BindContext
from pipeline.bind.pdf.briefing import bind_briefing_pdf
from pipeline.bind.pdf.pack import bind_pack_pdf, first_folios, list_pack_stamps
from pipeline.bind.running_lines import list_briefing_stamps
from pipeline.model.formats import USUAL, Claim
from pipeline.model.manuscript import Bookmark, Chapter, Manuscript, Metadata, StampText, Subject
from pipeline.model.sheets import Identity, Section, TypesetPages
from pipeline.press.press import press
from pipeline.press.stamps import press_stamps
from tests.support.press.manuscripts import FACES, STAMP, STYLE, briefing, metadata
from tests.support.words import ENGLISH

DAY = date(2024, 4, 26)
PACK = Identity(
    *("streets", "Safer streets", "Safer streets", "", ENGLISH),
    edition="Autumn 2026",
    statuses=("SAMPLE",),
    marking="OFFICIAL-SENSITIVE",
)
SUBJECTS = (Subject("lamps"), Subject("burglary"))
RECORD = Metadata("streets", "Safer streets", "en-GB", "Northmoor Institute", "Autumn 2026")
COVER = '<h1 id="title">Safer streets</h1><p class="slot" id="slot-produced" data-slot="produced"></p>'
CONTENTS = (
    '<h1 id="heading">Contents</h1><ol id="o">'
    '<li id="i"><p id="e"><a href="briefing:lighting">Street lighting</a> page 3</p></li>'
    '<li id="j"><p id="f"><a href="briefing:foot-patrol">Foot patrol</a> page 7</p></li></ol>'
)


def identity(name: str, title: str, **more: object) -> Identity:
    """What the pages of a briefing say."""
    return Identity(name, title, title, "1.0", ENGLISH, statuses=("SAMPLE", "DRAFT"), **more)  # type: ignore[arg-type]


LIGHTING = identity("lighting", "Street lighting")
PATROL = identity("foot-patrol", "Foot patrol")


@cache
def lighting() -> TypesetPages:
    """The sheets of a briefing that links to another."""
    return press(briefing(created="2022-10-19", modified="2023-01-02", subjects=SUBJECTS, version="1.0"))


@cache
def patrol() -> TypesetPages:
    """The sheets of that other briefing, with the same ids inside."""
    return press(briefing(6, 3, id="foot-patrol", title="Foot patrol"))


@cache
def stamp(text: StampText) -> bytes:
    """A stamp, pressed once for all tests."""
    return press_stamps(STAMP, (text,))[0]


def stamps(texts: Iterable[StampText]) -> dict[StampText, bytes]:
    """The stamps with their lines."""
    return {text: stamp(text) for text in texts}


def bound(
    day: date = DAY,
    addresses: dict[str, str] | None = None,
    whose: Identity = LIGHTING,
    claim: Claim | None = USUAL,
) -> bytes:
    """The bound briefing."""
    sheets = lighting()
    record = metadata(created="2022-10-19", modified="2023-01-02", subjects=SUBJECTS, version="1.0")
    lines = stamps(list_briefing_stamps(whose, day, sheets.pages))
    return bind_briefing_pdf(sheets, BindContext(record, whose, day, addresses or {}), lines, claim=claim)


@cache
def sections() -> tuple[Section, ...]:
    """Front matter and two briefings."""
    chapters = (
        Chapter("cover", "Cover", COVER, (Bookmark(1, "title", "Cover"),)),
        Chapter("contents", "Contents", CONTENTS, (Bookmark(1, "heading", "Contents"),)),
    )
    front = press(Manuscript("pack", chapters, RECORD, STYLE, "", "", FACES))
    firsts = first_folios([front.pages, lighting().pages, patrol().pages])
    return (
        Section("front", "Front matter", front, firsts[0], "front"),
        Section("lighting", "Street lighting", lighting(), firsts[1], "briefing", LIGHTING),
        Section("foot-patrol", "Foot patrol", patrol(), firsts[2], "briefing", PATROL),
    )


def pack(day: date = DAY, claim: Claim | None = USUAL, of: tuple[Section, ...] = ()) -> bytes:
    """The bound pack, of these sections or of the usual ones."""
    held = of or sections()
    lines = stamps(list_pack_stamps(held, PACK, day))
    outside = {"alley-gates": "https://b.example/alley-gates"}
    return bind_pack_pdf(held, BindContext(RECORD, PACK, day, outside), lines, claim=claim)

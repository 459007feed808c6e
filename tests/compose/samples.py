"""Invented publications for the tests of compose: no force, study or figure here is real."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.model.body import (
    Align,
    Body,
    Box,
    BoxKind,
    CitationLink,
    CitedText,
    Emphasis,
    EvidenceMark,
    Footnote,
    FootnoteCall,
    Heading,
    Inline,
    Link,
    ListBlock,
    ListItem,
    Paragraph,
    Table,
    Text,
)
from pipeline.model.briefing import Amendment, Briefing, BriefingFields, Copyright, Licence
from pipeline.model.evidence import Base, Change, Evidence, Finding, Measure, Practice, Result, Split
from pipeline.model.imprint import Imprint, LibraryFields, Series, SeriesFields, Term
from pipeline.model.layouts import Layouts
from pipeline.model.pack import Pack, PackFields
from pipeline.model.publication import (
    Dated,
    EvidenceBase,
    FindingRow,
    Identity,
    PackPart,
    PackPublication,
    PracticeExample,
    Publication,
    ReferenceEntry,
    RelatedTitle,
    SeriesPublication,
    SourceLink,
)
from pipeline.model.record import Marks

ROOT = Path(__file__).resolve().parents[2] / "layouts"
ENTRIES = {
    "ashdown2019": (
        "Ashdown and others, 2019",
        "Ashdown P, Birk T and Cole M (2019) ",
        "Street lighting and night-time burglary: A systematic review",
        " Sample Journal of Place, volume 7, pages 12–40. ",
        "https://doi.org/10.5555/sample.2019.7",
    ),
    "birk2014": (
        "Birk and Dunmore, 2014",
        "Birk T and Dunmore H (2014) ",
        "Does brighter mean safer?",
        " Invented Reviews, volume 3, pages 88–97. ",
        "https://doi.org/10.5555/sample.2014.3",
    ),
    "cole2021": (
        "Cole, 2021",
        "Cole M (2021) ",
        "Part-night lighting in four towns",
        " Example Institute, working paper 12. ",
        "https://example.org/papers/a-rather-long-address/part-night-lighting-in-four-towns",
    ),
}


def layouts() -> Layouts:
    """The layouts that ship."""
    files = {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
        for path in sorted(ROOT.rglob("*"))
        if path.suffix in {".j2", ".css", ".yaml"}
    }
    return Layouts(files)


def paragraph(*words: Inline | str) -> Paragraph:
    """A paragraph of words and inlines."""
    return Paragraph(tuple(Text(w) if isinstance(w, str) else w for w in words))


def body(*blocks: Any) -> Body:
    """A body of blocks; a bare string is a paragraph."""
    return Body(tuple(paragraph(b) if isinstance(b, str) else b for b in blocks))


def bullets(*words: str) -> ListBlock:
    """A tight list."""
    return ListBlock(False, tuple(ListItem((paragraph(w),)) for w in words))


def heading(level: int, words: str) -> Heading:
    """A heading whose id is its words."""
    return Heading(level, words.lower().replace(" ", "-"), (Text(words),))


def cite(*calls: tuple[str, int]) -> CitedText:
    """'(Ashdown and others, 2019; Cole, 2021)' with its links."""
    parts: list[Inline] = [Text("(")]
    for place, (key, occurrence) in enumerate(calls):
        parts += [Text("; ")] if place else []
        parts.append(CitationLink(key, occurrence, (Text(ENTRIES[key][0]),)))
    return CitedText((*parts, Text(")")))


def entry(key: str, occurrences: int, unresolved: bool = False) -> ReferenceEntry:
    """An entry of the list."""
    short, names, title, rest, address = ENTRIES[key]
    children = (Text(f"{names}‘{title}’."), Text(rest), Link(address, (Text(address),)))
    return ReferenceEntry(key, children, short, occurrences, unresolved)


def imprint(**changes: Any) -> Imprint:
    """An invented publisher."""
    fields = {
        "title": "Evidence briefings",
        "publisher": "Northmoor Institute",
        "contact": "briefings@northmoor.example",
        "accessible_formats": "For large print, or another format, write to briefings@northmoor.example",
        "notice": "SAMPLE",
    }
    return Imprint("source/library.yaml", LibraryFields(**(fields | changes)), Marks("source/library.yaml"))


FINDINGS = (
    Finding(
        id="burglary",
        outcome="Burglary",
        intervention=("brighter lamps", "new lamps"),
        studies=6,
        result=Result.MIXED,
        split=(
            Split(
                studies=2,
                result=Result.FAVOURABLE,
                measures=(Measure(name="burglaries", change="down"), Measure(name="attempts", change="down")),
            ),
            Split(studies=4, result=Result.UNFAVOURABLE, measures=(Measure(name="theft from vehicles", change="up"),)),
        ),
        sources=("ashdown2019",),
    ),
    Finding(
        id="violence",
        outcome="Violence at night",
        intervention=("new lamps",),
        studies=3,
        result=Result.INCONCLUSIVE,
        wording="no unequivocal evidence",
        sources=("ashdown2019",),
    ),
    Finding(
        id="fear",
        outcome="Fear of crime",
        intervention=("brighter lamps",),
        studies=4,
        result=Result.FAVOURABLE,
        sources=("ashdown2019",),
    ),
    Finding(
        id="collisions",
        outcome="Road collisions",
        intervention=("part-night lighting",),
        studies=1,
        result=Result.NO_EFFECT,
        sources=("ashdown2019",),
    ),
    Finding(
        id="cost",
        outcome="Cost to forces",
        intervention=("part-night lighting",),
        studies=0,
        result=Result.NO_STUDIES,
        sources=("ashdown2019",),
    ),
    Finding(
        id="displacement",
        outcome="Crime in nearby streets",
        intervention=("brighter lamps",),
        result=Result.LITTLE_EVIDENCE,
        outside_base=True,
        sources=("birk2014",),
    ),
    Finding(
        id="sleep",
        outcome="Sleep",
        intervention=("new lamps",),
        studies=1,
        result=Result.ASSOCIATED,
        change=Change(measure="hours of sleep", of="residents", within="12 months"),
        sources=("ashdown2019",),
    ),
    Finding(
        id="calls",
        outcome="Calls to police",
        intervention=("brighter lamps",),
        result=Result.UNFAVOURABLE,
        outside_base=True,
        sources=("cole2021",),
        via="ashdown2019",
    ),
)


def text() -> Body:
    """A text with most of what an author writes."""
    blocks = (
        heading(2, "Brighter and new lamps"),
        paragraph(
            "There’s an assumption that lighting a street makes it safer, because people who "
            "might offend can be seen. There’s a further assumption that it will as a result:"
        ),
        bullets(
            "reduce burglary and theft", "draw more people into the street after dark", "make residents feel safer"
        ),
        paragraph(
            "A systematic review suggests that the evidence is limited ",
            cite(("ashdown2019", 1)),
            ". From the individual studies there are mixed findings.",
            FootnoteCall("a", 1),
        ),
        heading(3, "Impact on burglary"),
        paragraph(
            "Six studies examined the impact of brighter lamps on burglary, with mixed results. "
            "Two of them suggest that brighter lamps are associated with:"
        ),
        bullets("fewer burglaries of homes", "fewer attempts reported by residents"),
        paragraph(
            "The other four suggest that theft from vehicles rises where streets are brighter, "
            "although none of them could rule out that people parked there more often once the "
            "lamps had been replaced ",
            cite(("birk2014", 1), ("cole2021", 1)),
            ".",
        ),
        heading(3, "Impact on fear of crime"),
        paragraph(
            "Four studies asked residents how safe they felt. All found that people felt ",
            Emphasis((Text("safer"),)),
            " after the change, and two that the difference lasted for more than a year. The "
            "questions were asked by the councils that had paid for the lamps.",
        ),
        Table(
            head=((Text("Town"),), (Text("Lamps"),), (Text("Before"),), (Text("After"),)),
            rows=tuple(
                tuple((Text(c),) for c in row)
                for row in (
                    ("Eastholm", "412", "61.0", "72.5"),
                    ("Wraxby", "1,080", "58.5", "66.0"),
                    ("Long Marren", "96", "70.2", "71.0"),
                )
            ),
            aligns=(Align.LEFT, Align.RIGHT, Align.RIGHT, Align.RIGHT),
            id="tbl-safe",
            number=1,
            caption=(Text("Residents who felt safe after dark, per cent"),),
        ),
        heading(3, "Other impact"),
        paragraph(
            "Alongside the limited evidence on effectiveness, part-night lighting – lamps off "
            "from midnight to five – has been studied once. It found no effect on collisions ",
            cite(("cole2021", 2)),
            ". See also ",
            Link("briefing:patrol-at-night", (Text("Patrol at night"),)),
            ".",
        ),
        heading(2, "Example of relevant practice"),
        Box(
            BoxKind.PRACTICE,
            (
                paragraph(
                    "The council and the neighbourhood team replaced lamps in eleven streets with the "
                    "most burglaries. The objective is to:"
                ),
                bullets(
                    "light the backs of terraces, where entry is gained", "tell residents beforehand what will change"
                ),
            ),
            ref="lantern",
        ),
        Box(BoxKind.NOTE, (paragraph("Councils own most street lamps. A force can ask, but cannot decide."),)),
    )
    note = Footnote("a", 1, (paragraph("Mixed: studies of one outcome that point in different directions."),))
    return Body(blocks, (note,))


def publication(**changes: Any) -> Publication:
    """A whole briefing; keyword arguments replace its parts."""
    fields = BriefingFields(
        title="Street lighting and burglary at night",
        short_title="Street lighting",
        summary="What brighter lamps, new lamps and part-night lighting do to burglary and to fear of crime.",
        first_published=date(2022, 10, 19),
        reviewed=date(2024, 3, 4),
        evidence_to=date(2021, 12, 31),
        version="1.2",
        status="published",
        owner="Evidence team",
        history=(
            Amendment(
                version="1.2",
                date=date(2024, 3, 4),
                kind="review-no-change",
                summary="No new studies found",
                approved_by="A N Other",
            ),
            Amendment(
                version="1.2",
                date=date(2023, 2, 1),
                kind="correction",
                summary="Table 1: Wraxby’s figures",
                approved_by="A N Other",
            ),
            Amendment(version="1.0", date=date(2022, 10, 19), kind="first", summary="First edition"),
        ),
    )
    address = "https://northmoor.example/briefings/street-lighting"
    base = Base(source="ashdown2019", type="systematic-review", studies=13, documents=18)
    evidence = Evidence(base=base, strength="limited", overall=Result.INCONCLUSIVE, findings=FINDINGS)
    rows = tuple(
        FindingRow(
            f,
            tuple(SourceLink(k, ENTRIES[k][0]) for k in f.sources),
            SourceLink(f.via, ENTRIES[f.via][0]) if f.via else None,
        )
        for f in FINDINGS
    )
    practice = Practice(
        id="lantern",
        name="Operation Lantern",
        force="wraxby",
        evaluated="no",
        checked_on=date(2024, 2, 9),
        stage="Ended",
    )
    parts: dict[str, Any] = {
        "identity": Identity(
            id="street-lighting",
            title=fields.title,
            short_title="Street lighting",
            version="1.2",
            publisher="Northmoor Institute",
            statuses=("SAMPLE",),
            address=address,
        ),
        "briefing": Briefing("street-lighting", "source/briefings/street-lighting.md", fields, Marks("x"), text()),
        "imprint": imprint(),
        "series": Series(
            "places",
            "source/series/places.yaml",
            SeriesFields(title="Crime in public places", briefings=("street-lighting",)),
            Marks("x"),
        ),
        "body": text(),
        "key_finding": body(
            "Brighter street lamps make people feel safer. Whether they reduce burglary is not "
            "settled: the studies point both ways."
        ),
        "recommendation": body(
            "Do not rely on lighting alone. Ask who is in the street after dark, and who should be."
        ),
        "method_note": body(
            "The evidence comes from a search that was not systematic. It is not a review of all "
            "research, nor a formal assessment of its quality."
        ),
        "evidence": EvidenceBase(evidence, rows, "limited", Result.INCONCLUSIVE),
        "practice": (
            PracticeExample(
                practice, "Wraxby Constabulary", body("Examples of practice have not all been independently evaluated.")
            ),
        ),
        "references": (entry("ashdown2019", 1), entry("birk2014", 1, unresolved=True), entry("cole2021", 2)),
        "dates": (
            Dated("First published", date(2022, 10, 19), "19 October 2022"),
            Dated("Last reviewed", date(2024, 3, 4), "4 March 2024"),
            Dated("Evidence to", date(2021, 12, 31), "31 December 2021"),
        ),
        "review_by": Dated("Next review", date(2027, 3, 4), "4 March 2027"),
        "words": 493,
        "read_minutes": 3,
        "tags": ("Burglary", "Places and design"),
        "abbreviations": (("ANPR", "automatic number plate recognition"), ("LED", "light-emitting diode")),
        "glossary": (
            (
                "part-night-lighting",
                Term(term="Part-night lighting", meaning="Lamps that are switched off for some hours of the night."),
            ),
        ),
        "related": (RelatedTitle("patrol-at-night", "Patrol at night"),),
        "licence": Licence(
            id="open",
            name="Sample Open Licence",
            version="1.0",
            url="https://example.org/licence",
            conditions="Not for sale.",
        ),
        "copyright": Copyright(holder="Northmoor Institute", year=2022),
    }
    return Publication(**(parts | changes))


__all__ = [
    "EvidenceMark",
    "body",
    "bullets",
    "cite",
    "entry",
    "heading",
    "imprint",
    "layouts",
    "paragraph",
    "publication",
]


def member(id: str, title: str, summary: str) -> Publication:
    """A briefing beside the whole one."""
    whole = publication()
    fields = whole.briefing.fields.model_copy(update={"title": title, "summary": summary})
    return replace(
        whole,
        identity=replace(whole.identity, id=id, title=title, short_title=title),
        briefing=replace(whole.briefing, id=id, fields=fields),
    )


def pack(**fields: Any) -> PackPublication:
    """A pack of three briefings in two parts."""
    members = (
        publication(),
        member(
            "patrol-at-night", "Patrol at night", "Whether patrols on foot after dark do what they are asked to do."
        ),
        member("lamps-in-parks", "Lamps in parks", "What lighting a park does to the streets beside it."),
    )
    said = {"title": "Light and dark", "subtitle": "What lamps do to crime, and to the fear of it", "cover": "evidence"}
    asked = PackFields(**(said | {"back": ("references", "acronyms")} | fields))
    listed = tuple(replace(entry(key, 1), cited_by=("street-lighting", "lamps-in-parks")) for key in ENTRIES)
    return PackPublication(
        identity=Identity(
            "light-and-dark", "Light and dark", "Light and dark", "", edition="Autumn 2026", statuses=("SAMPLE",)
        ),
        pack=Pack("light-and-dark", "source/packs/light-and-dark.yaml", asked, Marks("x")),
        imprint=imprint(),
        parts=(
            PackPart("In the street", ("street-lighting", "patrol-at-night")),
            PackPart("In the park", ("lamps-in-parks",)),
        ),
        members=members,
        references=listed,
    )


def series() -> SeriesPublication:
    """A series of two."""
    fields = SeriesFields(title="Crime in public places", summary="What changes in a place do to the crime in it.")
    known = Series("places", "source/series/places.yaml", fields, Marks("x"), landing=body("Each briefing takes one."))
    return SeriesPublication(
        Identity("places", fields.title, fields.title, ""), known, imprint(), (publication(), pack().members[1])
    )

"""Invented publications for the tests of compose: no force, study or figure here is real."""

from dataclasses import replace
from datetime import date
from typing import Any

from lxml import etree

from pipeline.model.formats import Layouts
from pipeline.model.manuscript import Subject
from pipeline.model.publication import (
    EvidenceBase,
    FindingRow,
    LabelledDate,
    PackPart,
    PackPublication,
    PracticeExample,
    Publication,
    RelatedTitle,
    SeriesPublication,
    SourceLink,
)
from pipeline.model.result import Result
from pipeline.model.sheets import Identity
from pipeline.model.source.briefing import Amendment, Briefing, BriefingFields, Copyright, Licence
from pipeline.model.source.evidence import Base, Evidence, Practice
from pipeline.model.source.library_file import LibraryFields, LibrarySettings, Series, SeriesFields, Term
from pipeline.model.source.pack import Pack, PackFields
from pipeline.model.source.record import FieldLocations
from tests.support.compose.street_lamps import ENTRIES, FINDINGS, body, bullets, cite, entry, heading, paragraph, text
from tests.support.project import ROOT
from tests.support.words import ENGLISH


def layouts() -> Layouts:
    """The layouts that ship."""
    files = {
        path.relative_to(ROOT / "layouts").as_posix(): path.read_text("utf-8")
        for path in sorted((ROOT / "layouts").rglob("*"))
        if path.suffix in {".j2", ".css", ".yaml"}
    }
    return Layouts(files)


def imprint(**changes: Any) -> LibrarySettings:
    """An invented publisher."""
    fields = {
        "title": "Evidence briefings",
        "publisher": "Northmoor Institute",
        "contact": "briefings@northmoor.example",
        "accessible_formats": "For large print, or another format, write to briefings@northmoor.example",
        "notice": "SAMPLE",
    }
    return LibrarySettings(
        "source/library.yaml", LibraryFields(**(fields | changes)), FieldLocations("source/library.yaml")
    )


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
            words=ENGLISH,
            publisher="Northmoor Institute",
            statuses=("SAMPLE",),
            address=address,
        ),
        "briefing": Briefing(
            "street-lighting", "source/briefings/street-lighting.md", fields, FieldLocations("x"), body=text()
        ),
        "imprint": imprint(),
        "series": Series(
            "places",
            "source/series/places.yaml",
            SeriesFields(title="Crime in public places", briefings=("street-lighting",)),
            FieldLocations("x"),
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
        "references": (entry("ashdown2019"), entry("birk2014", unresolved=True), entry("cole2021")),
        "dates": (
            LabelledDate("First published", date(2022, 10, 19), "19 October 2022"),
            LabelledDate("Last reviewed", date(2024, 3, 4), "4 March 2024"),
            LabelledDate("Evidence to", date(2021, 12, 31), "31 December 2021"),
        ),
        "review_by": LabelledDate("Next review", date(2027, 3, 4), "4 March 2027"),
        "words": 493,
        "read_minutes": 3,
        "subjects": (Subject("Burglary"), Subject("Places and design")),
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
    listed = tuple(replace(entry(key), cited_by=("street-lighting", "lamps-in-parks")) for key in ENTRIES)
    return PackPublication(
        identity=Identity(
            *("light-and-dark", "Light and dark", "Light and dark", "", ENGLISH),
            edition="Autumn 2026",
            statuses=("SAMPLE",),
        ),
        pack=Pack("light-and-dark", "source/packs/light-and-dark.yaml", asked, FieldLocations("x")),
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
    known = Series(
        "places", "source/series/places.yaml", fields, FieldLocations("x"), landing=body("Each briefing takes one.")
    )
    return SeriesPublication(
        Identity("places", fields.title, fields.title, "", ENGLISH),
        known,
        imprint(),
        (publication(), pack().members[1]),
    )


__all__ = [
    "FINDINGS",
    "body",
    "bullets",
    "cite",
    "entry",
    "heading",
    "imprint",
    "layouts",
    "member",
    "pack",
    "paragraph",
    "publication",
    "series",
]


def words(element: etree._Element | None) -> str:
    """The words of an element, white space closed up."""
    assert element is not None
    return " ".join("".join(map(str, element.itertext())).split())

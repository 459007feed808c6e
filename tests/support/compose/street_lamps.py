"""What the invented briefing on street lamps says: works, findings, text."""

from typing import Any

from pipeline.model.body import (
    Align,
    Body,
    Box,
    BoxKind,
    CitationLink,
    CitedText,
    Emphasis,
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
from pipeline.model.publication import ReferenceEntry
from pipeline.model.result import Result
from pipeline.model.source.evidence import Change, Finding, Measure, Split

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


def entry(key: str, unresolved: bool = False) -> ReferenceEntry:
    """An entry of the list."""
    short, names, title, rest, address = ENTRIES[key]
    children = (Text(f"{names}‘{title}’."), Text(rest), Link(address, (Text(address),)))
    return ReferenceEntry(key, children, short, unresolved)


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

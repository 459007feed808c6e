"""A catalogue that has something of every kind, and its site, made without a build."""

from datetime import date

from pipeline.compose.design.style import site_style
from pipeline.core.printed_code import PrintedCode
from pipeline.model.publication import LabelledDate
from pipeline.model.source.briefing import Amendment
from pipeline.services.colleges.parcels import render_check_page
from pipeline.services.editions.status import CodedEdition, CurrentState, StateWord, status_pages
from pipeline.services.site.site import SCRIPT_FOLDER, SEARCH_SCRIPTS, generated_site_files
from pipeline.services.site.values import (
    Catalogue,
    CataloguedGroup,
    CataloguedText,
    Download,
    GroupMember,
    IssuedName,
    News,
    SitePlace,
)
from tests.support.compose import samples
from tests.support.words import ENGLISH

DAY = date(2026, 11, 28)
SAID = "Officers who walk a market at night see less of it than they hear, and write down what they hear"
WORDS = SAID.split()
ENDS = {"screen": ".pdf", "large-print": "-large-print.pdf", "epub": ".epub", "html": ".html", "text": ".txt"}


def _files(name: str, *formats: str) -> tuple[Download, ...]:
    ends = [(one, f"{name}/{name}{ENDS[one]}") for one in formats]
    return tuple(
        Download(one, f"briefings/{path}", path, 84_000 + 999_000 * n, n) for n, (one, path) in enumerate(ends)
    )


def issued(code: str, title: str, name: str, word: StateWord = "superseded") -> IssuedName:
    """A version or an edition that was issued, in a state."""
    state = CurrentState(word, ("Version 2.0 is published since.",))
    page = f"v/{code.casefold()}/index.html"
    return IssuedName(
        name, DAY, str(PrintedCode(code)), page, word, CodedEdition(code, title, name, DAY, state), frozenset()
    )


def entry(version: str, day: str, kind: str, summary: str) -> Amendment:
    """An entry of a history."""
    return Amendment(version=version, date=day, kind=kind, summary=summary)


def _text(number: int) -> CataloguedText:
    name = f"text-{number}"
    history = (
        entry("1.1", "2024-05-01", "correction", "A table was put right."),
        entry("1.0", "2023-05-02", "first", "First version."),
    )
    return CataloguedText(
        id=name,
        title=f"{WORDS[number % len(WORDS)].title()} and the place, {number}",
        sorted_as=f"{WORDS[number % len(WORDS)].title()} and the place, {number}",
        summary="What walking a beat does to crime in small places, and to the people who live there.",
        version="1.1",
        status="published",
        statuses=("DUE FOR REVIEW",),
        language="en-GB",
        publisher="Northmoor Institute",
        address=f"https://briefings.northmoor.example/{name}",
        verdict="Mixed overall, evidence limited",
        minutes=3,
        dates=(LabelledDate("First published", date(2023, 5, 2), "2 May 2023"),),
        review=LabelledDate("Next review", date(2027, 5, 2), "2 May 2027"),
        published=date(2023, 5, 2),
        modified=date(2024, 5, 1),
        subjects=(SitePlace("patrol", "Patrol"), SitePlace("harm", "Harm and violence")),
        packs=(SitePlace("nights", "Nights"),),
        series=(SitePlace("series--walking", "Walking"),),
        related=(SitePlace("text-0", "Another"),),
        history=history,
        versions=(issued(f"5ZK8D{number % 10}", "Text", "1.0"),),
        files=_files(name, "screen", "large-print", "epub", "text"),
        licence="https://creativecommons.org/licenses/by/4.0/",
        key_finding="Foot patrol can reduce crime in small places.",
        words=" ".join(WORDS[(number * 7 + place * 3) % len(WORDS)] for place in range(1000)),
    )


def catalogue(many: int = 4) -> Catalogue:
    """The catalogue, with so many texts; one of them is withdrawn, in Welsh, and names another."""
    texts = [_text(number) for number in range(many)]
    withdrawn = CataloguedText(
        id="cyrffyw", title="Cyrffyw", sorted_as="Cyrffyw", summary="Beth mae cyrffyw yn ei wneud.", version="1.0",
        status="withdrawn", statuses=("WITHDRAWN",), language="cy", publisher="Northmoor Institute", address="",
        reason="It rests on an error.", successor=SitePlace("text-0", texts[0].title),
        history=(entry("1.0", "2022-01-09", "first", "First version."),),
    )  # fmt: skip
    numbers = CataloguedText(
        id="twenty", title="20 mph", sorted_as="20 mph", summary="What slower streets do.", version="1.0",
        status="published", statuses=(), language="en-GB", publisher="Northmoor Institute", address="",
    )  # fmt: skip
    every = sorted((*texts, withdrawn, numbers), key=lambda one: one.sorted_as.casefold())
    members = (*(GroupMember(one.title, one.id, one.version) for one in texts[:3]), GroupMember("A draft", "", "0.1"))
    pack = CataloguedGroup(
        "nights", "Nights", "What works in the dark", True, "nights", members, "Autumn 2026", ("DRAFT",),
        editions=(issued("WWKM3C", "Nights", "Autumn 2025", "corrected"),), files=_files("nights", "screen", "epub"),
    )  # fmt: skip
    deep = CataloguedGroup("deep", "Deep nights", "", True, "deep", members, numbered=True)
    series = CataloguedGroup("walking", "Walking", "On foot", False, "series--walking", members[:1])
    news = [News(text, entry) for text in every for entry in text.history]
    return Catalogue(
        title="Evidence briefings", subtitle="What research says", publisher="Northmoor Institute", language="en-GB",
        words=ENGLISH, day=DAY, address="https://briefings.northmoor.example", notice="SAMPLE",
        contact="briefings@northmoor.example", accessible_formats="Write to formats@northmoor.example",
        known_limits=("Charts from before 2020 have short descriptions.",),
        keys=(f"RW{'Q' * 54}", f"RW{'Z' * 54}"), texts=tuple(every), packs=(pack, deep),
        series=(series,), subjects=(SitePlace("harm", "Harm and violence"), SitePlace("patrol", "Patrol")),
        news=tuple(sorted(news, key=lambda one: -one.entry.date.toordinal())), by_id={one.id: one for one in every},
    )  # fmt: skip


def site(many: int = 4) -> dict[str, bytes]:
    """Its site by path; of the files that are handed out each has its name alone."""
    made, imprint, layouts = catalogue(many), samples.imprint(), samples.layouts()
    scripts = {name: (SCRIPT_FOLDER / name).read_bytes() for name in SEARCH_SCRIPTS if (SCRIPT_FOLDER / name).is_file()}
    files = dict(generated_site_files(made, layouts, site_style(imprint, layouts), scripts))
    files["verify.html"] = render_check_page(imprint, layouts, ENGLISH)
    files |= status_pages(made.coded, made.publisher, made.contact, made.day)
    handed_out = [
        *(file for one in made.texts for file in one.files),
        *(file for one in made.groups for file in one.files),
    ]
    return files | {file.path: file.path.encode() for file in handed_out}

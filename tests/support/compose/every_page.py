"""Pages of every kind with everything that they may hold, for whoever asks which of it a style sheet means.

Most are those of two libraries that are built once in a session. What neither has is composed here.
"""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from lxml import etree, html

from pipeline.bind.chapters import ReflowingChapter
from pipeline.bind.web import bind_pack_web_page, bind_web_page
from pipeline.build.checks import find_expected_file
from pipeline.build.output import recorded_outputs
from pipeline.compose.accessibility import (
    AccessibilityReport,
    FileVerdict,
    OverriddenFault,
    ReportedFile,
    SharedVerdict,
    compose_accessibility_report,
    report_identity,
)
from pipeline.compose.briefing import compose_briefing
from pipeline.compose.changes.marked_text import ApprovalNote, compose_changes
from pipeline.compose.cover import compose_briefing_cover, compose_pack_cover
from pipeline.compose.language.direction import direct_blocks
from pipeline.compose.pack.matter import compose_back, compose_front
from pipeline.compose.page.body import set_body
from pipeline.compose.page.chapter import ChapterContext
from pipeline.core.cache import Cache
from pipeline.core.diagnostics import Diagnostics
from pipeline.core.documents.xhtml import read_html
from pipeline.load.markdown.reader import parse_body
from pipeline.model.body import Body, Equation, EquationLabel, Figure, Formula
from pipeline.model.formats import Asset, FileContents
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import PackPart, PackPublication, Publication
from pipeline.model.sheets import PageStart
from pipeline.model.source.briefing import Amendment
from pipeline.press.concessions import CLOSER_ATTRIBUTE, GROW_ATTRIBUTE, REFLOW_ATTRIBUTE, SPREAD_ATTRIBUTE
from pipeline.press.engine.formulas import BELOW_ATTRIBUTE, draw_formulas
from pipeline.press.press import FIT_ATTRIBUTE, FIT_STEPS
from pipeline.services.colleges.letters import format_letter_as_html
from tests.support.bind import books
from tests.support.compose import samples
from tests.support.editions import sealing
from tests.support.editions.sealing import KEY
from tests.support.project import ROOT
from tests.support.site_catalogue import site
from tests.support.words import ENGLISH

LAYOUTS = samples.layouts()
AMENDED = Amendment(version="2.0", date="2024-05-01", kind="substantive", summary="Counted anew.")
LOGO = Asset("source/mark.svg", "image/svg+xml", "0" * 64, b"<svg xmlns='http://www.w3.org/2000/svg'/>")


def on_paper(bodies: Iterable[str]) -> Iterator[Element]:
    """Composed bodies as the press sets them: formulas drawn, the rung of the ladder, and tables that change marked."""
    for number, markup in enumerate(bodies):
        root = ElementTree.fromstring(f"<html><body>{markup}</body></html>")
        draw_formulas(tuple(root.iter()))
        root.set(FIT_ATTRIBUTE, [*FIT_STEPS][number % len(FIT_STEPS)])
        for block in root.iter():
            if "equation" in block.get("class", "").split():
                block.set(BELOW_ATTRIBUTE, "")
            if "table" in block.get("class", "").split():
                for mark in (GROW_ATTRIBUTE, SPREAD_ATTRIBUTE, CLOSER_ATTRIBUTE, REFLOW_ATTRIBUTE):
                    block.set(mark, "true")
        yield root


def on_screens(bodies: Iterable[str]) -> Iterator[Element]:
    """Composed bodies as they stand in books and on web pages."""
    return (ElementTree.fromstring(f"<html><body>{markup}</body></html>") for markup in bodies)


def web_pages(project: Path) -> Iterator[Element]:
    """The web pages of a built library."""
    for path in sorted((project / "output").glob("*/*/*.html")):
        yield _parsed(path.read_bytes())


def web_page_of_a_pack() -> Element:
    """The web page of a pack that has no contents of its own: the frame lists its parts."""
    whole = samples.pack()
    chapter = ReflowingChapter(compose_briefing(whole.members[0], LAYOUTS).chapter, (PageStart(1, "title", 0),))
    addresses = {member.id: "https://e.example/" for member in whole.members}
    return _parsed(bind_pack_web_page((chapter,), books.context(whole.identity, addresses=addresses), "", ()))


def web_page_without_a_dateline() -> Element:
    """The web page of a text that says neither its status nor the day produced: the frame says both."""
    text = books.manuscript(books.BODY.replace(' data-slot="produced"', ""))
    return _parsed(bind_web_page(text, books.context(), books.STARTS))


def documents(project: Path) -> Iterator[Element]:
    """The documents of the books of a built library."""
    for path in sorted((project / "output").glob("*/*/*.epub")):
        with zipfile.ZipFile(path) as book:
            yield from (ElementTree.fromstring(book.read(name)) for name in book.namelist() if name.endswith(".xhtml"))


def composed(project: Path) -> Iterator[str]:
    """The bodies that the files of a built library were made of."""
    store = Cache(project / "output" / ".store")
    for output in recorded_outputs(project / "output"):
        held = find_expected_file(store, output.sha256)
        for passage in held.promise.passages if held and held.promise else ():
            yield from (chapter.body for chapter in passage.chapters)


def check_page_filled() -> Element:
    """The page that checks a parcel, with a line of its answer."""
    row = b"<tbody><tr><th>a.txt</th><td>as sent</td></tr></tbody>"
    link = b"<p><a href='https://n.example/'>Current</a></p></main>"
    return _parsed(sealing.page().replace(b"<tbody></tbody>", row).replace(b"</main>", link))


def recall_notice() -> Element:
    """The page of a notice of a recall."""
    return _parsed(format_letter_as_html("Recall", "Stop.", "en", "p {}", "Northmoor Institute").encode())


def covers() -> Iterator[str]:
    """Covers of books: with few findings, with many, without them, with a logo; of a pack, of a manual."""
    imprint = samples.imprint(design={"logo": {"file": "mark.svg", "alt": "Northmoor Institute"}})
    bare = samples.publication(evidence=None, imprint=imprint, assets=(LOGO,))
    known, pack = samples.publication().evidence, samples.pack()
    assert known
    shown = [samples.publication(evidence=replace(known, rows=rows)) for rows in (known.rows[:3], known.rows * 3)]
    yield from _bodies(*(compose_briefing_cover(one, LAYOUTS) for one in (bare, *shown)))
    yield from _bodies(*(compose_pack_cover(one, LAYOUTS) for one in (pack, _manual(pack))))


def _manual(pack: PackPublication) -> PackPublication:
    return replace(pack, pack=replace(pack.pack, manual=True))


def written() -> Iterator[str]:
    """The bodies of whatever authors write: of a text with every construct, and of those that reading is tried with."""
    whole = (ROOT / "tests/layouts/every_construct.md").read_text(encoding="utf-8")
    yield from _briefing(body=parse_body(whole, "x.md", Diagnostics()))
    long_word = "## Places\n\n### Counterurbanisation\n\n[Da 🎉]{lang=cy}\n"  # too long to hang beside its text
    yield from _briefing(body=parse_body(long_word, "x.md", Diagnostics()))
    yield from _briefing(key_finding=Body())  # the verdict stands beside the evidence
    for path in sorted((ROOT / "tests/load/fixtures").glob("*.md")):
        for text in path.read_text(encoding="utf-8").split("\n.\n")[1::3]:
            yield str(set_body(parse_body(text, "x.md", Diagnostics()), ChapterContext("#0f4c5c", ENGLISH)))


OLD = "1. Lamps\n2. Walks\n3. Beats\n\nIt fell by 20% then.\n"
NEW = "1. Lamps\n2. Beats\n\nIt fell by 20 % then.\n"
HANDBOOK = """<article class="manual"><div class="text"><div class="opening h2"><h2>Verbs</h2>
<div class="table"><table><tbody><tr><td><code>check</code></td><td>Says what is wrong.</td></tr></tbody></table></div>
<div class="table brief"><table><tbody><tr><td>check</td><td>Says what is wrong.</td></tr></tbody></table></div>
<div class="table third"><table><tbody><tr><td>check</td><td>It is wrong.</td></tr></tbody></table></div>
<div class="table halved"><table><tbody><tr><td><code>check</code></td><td>It is wrong.</td></tr></tbody></table></div>
</div></div></article>"""
"""A page of the handbook: tables of what is typed, right below their heading."""


def _ending_in(said: str) -> Publication:
    """The sample with more at its end."""
    one = samples.publication()
    return replace(
        one, body=replace(one.body, blocks=(*one.body.blocks, *parse_body(said, "x.md", Diagnostics()).blocks))
    )


def marked() -> Iterator[str]:
    """A marked copy in which paragraphs have moved, an item and a blank have changed, and the sheet for an approval."""
    old, new = (_ending_in(said) for said in (OLD, NEW))
    first, second, *others = new.body.blocks
    fields = new.briefing.fields.model_copy(update={"history": (*new.briefing.fields.history, AMENDED)})
    briefing = replace(new.briefing, fields=fields)
    new = replace(new, briefing=briefing, body=replace(new.body, blocks=(*others, first, second)))
    for note in (None, ApprovalNote("5ZK8D-R00YC", ("A heading ends in a full stop.",))):
        yield compose_changes(old, new, samples.layouts(), approval=note).chapter.body


def reported() -> Manuscript:
    """The accessibility report of an edition."""
    one, day, verdict = samples.publication(), date(2024, 5, 1), FileVerdict("outloud 0.2.1", 0, 1)
    held = ReportedFile("nights.pdf", "screen", 3, FileContents(("PDF/UA-1",), 2, 2, 1, 1), (verdict,))
    said = AccessibilityReport(
        "Nights", "First", day, "WWKM3-C07X7", (held,), (SharedVerdict("veraPDF", 1, 0, 0),),
        (OverriddenFault("It is known.", ("It is late.",)),), ("print",), ("large-print",), ("Timetable",),
        "Hanna Price, Lantern Access", day, "https://northmoor.example/a", (("screen", 2),), ("large print",),
    )  # fmt: skip
    return compose_accessibility_report(report_identity(one.identity), one.imprint, said, LAYOUTS)


def from_right_to_left(bodies: Iterable[str]) -> Iterator[str]:
    """Bodies as they are in a text in Arabic, with their parts in English."""
    for markup in bodies:
        root = etree.fromstring(f'<div dir="rtl">{markup}</div>')
        direct_blocks(root, "ar")
        yield etree.tostring(root, encoding="unicode")


def unusual() -> Iterator[str]:
    """Bodies of briefings and packs that few libraries have."""
    fields = samples.publication().briefing.fields
    asked = samples.bullets("Ask.")
    told = samples.body("Lamps help.", asked, replace(asked, ordered=True))
    withdrawn = fields.model_copy(update={"withdrawn_reason": "The lamps are gone."})
    briefing = replace(samples.publication().briefing, fields=withdrawn)
    yield from _briefing(briefing=briefing, key_finding=told, recommendation=told)
    figures = [Figure("asset:00", "A line", described=name) for name in ("lamps", "dark")]
    figures += [Figure("asset:00", "A line", width=width) for width in range(10, 101, 5)]
    described = tuple((name, samples.body("It is dark.")) for name in ("lamps", "dark"))
    long = replace(asked, ordered=True, start=100_000, form="(1)")
    yield from _briefing(body=Body((*figures, long, *_formulas())), descriptions=described)
    yield from _packs()
    signed = replace(samples.pack(), imprint=samples.imprint(signing={"key": KEY.public.minisign}))
    yield from _bodies(compose_front(signed, {}, LAYOUTS))
    yield from marked()
    yield HANDBOOK
    yield reported().chapter.body


def _formulas() -> Iterator[Equation]:
    """Formulas with names beside their rows, from the lowest row to the highest."""
    for depth in range(9):
        row = r"\frac{a}{" * depth + "." + "}" * depth
        rows = f"\\begin{{align}}{row} \\\\ .\\end{{align}}"
        yield Equation((Formula(rows, "", True), EquationLabel("", None, "A"), EquationLabel("", None, "B")))


def _packs() -> Iterator[str]:
    whole = samples.pack(back=("works-in-full",))
    yield from _bodies(compose_back(whole, {}, LAYOUTS))
    for count, title in product((9, 16, 24, 36), ("Light", "Light and dark " * 5, "Light and dark " * 14)):
        members = tuple(samples.member(f"lamps-{n}", f"Lamps in street {n}", "What lamps do.") for n in range(count))
        parts = (PackPart("", tuple(member.id for member in members)),)
        identity = replace(whole.identity, title=title.strip())
        large = replace(whole, identity=identity, members=members, parts=parts)
        yield from _bodies(compose_front(large, dict.fromkeys(parts[0].briefings, "5"), LAYOUTS))
    plain = samples.pack(subtitle=None, cover="plain")
    identity = replace(plain.identity, edition="")
    for known in (identity, replace(identity, statuses=()), replace(identity, copy="Copy 7, held by Northmoor")):
        yield from _bodies(compose_front(replace(plain, identity=known), {}, LAYOUTS))


def _briefing(**changes: Any) -> Iterator[str]:
    return _bodies(compose_briefing(samples.publication(**changes), LAYOUTS))


def _bodies(*manuscripts: Manuscript) -> Iterator[str]:
    yield from (chapter.body for manuscript in manuscripts for chapter in manuscript.chapters)


def _parsed(page: bytes) -> Element:
    return ElementTree.fromstring(html.tostring(html.fromstring(page), method="xml", encoding="unicode"))


def of_a_site() -> Iterator[Element]:
    """The pages of a catalogue, and the form that the script of its search makes."""
    yield from (read_html(content) for path, content in site().items() if path.endswith(".html"))
    yield from on_screens(['<form class="search-form"><label>Words</label><input/></form>'])

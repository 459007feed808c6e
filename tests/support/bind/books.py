"""A small briefing and a small pack, as compose would hand them to the bindery. All of it is invented."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from pipeline.bind.chapters import BindContext, ReflowingChapter
from pipeline.bind.epub.book import bind_epub
from pipeline.compose.page.inlines import set_formula
from pipeline.model.formats import Asset, Layouts
from pipeline.model.manuscript import (
    NO_ASSETS,
    Bookmark,
    Chapter,
    Conformance,
    Credit,
    EpubAssets,
    Manuscript,
    Metadata,
    Subject,
)
from pipeline.model.sheets import Identity, PageStart
from tests.support.formulas import FORMULAS
from tests.support.project import ROOT
from tests.support.words import ENGLISH

PRODUCED = date(2024, 4, 26)

CHART = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><title>Two bars</title>'
    b'<rect width="10" height="20"/><rect x="20" width="10" height="12"/></svg>'
)
FIGURE = Asset("source/briefings/marking/bars.svg", "image/svg+xml", hashlib.sha256(CHART).hexdigest(), CHART)

BODY = f"""
<header id="b1"><hgroup><h1 id="title">Cycle marking</h1><p id="summary" role="doc-subtitle">What marking cycles does
to theft.</p></hgroup>
<p class="stamp" id="b2">First published 19 October 2022 · 3 mins read · Version 1.0</p>
<p class="slot" id="slot-produced" data-slot="produced"></p></header>
<h2 id="found">What was found</h2>
<p id="b3">Marking may reduce theft (<a role="doc-biblioref" class="citation" id="cite-okafor2023-1"
href="#ref-okafor2023">Okafor and others, 2023</a>).<a role="doc-noteref" id="fnref-1" href="#fn-1">1</a> See also
<a href="briefing:lighting#found">better lighting</a> and <a href="briefing:patrol">patrol</a>.</p>
<ul id="b4"><li id="b5">One force marked every cycle.</li><li id="b6">Another did not.</li></ul>
<p id="b7"><svg class="mark mark-favourable" aria-hidden="true" viewBox="0 0 8 8"><path d="M0 8L4 0L8 8z"/></svg>
Favourable</p>
<figure id="fig-bars"><img src="asset:{FIGURE.sha256}" alt="Theft fell by two fifths."/>
<figcaption id="b8">Figure 1: Thefts before and after</figcaption></figure>
<div class="table" role="region" tabindex="0" aria-labelledby="b9" id="b10"><table id="tbl-thefts">
<caption id="b9">Table 1: Thefts</caption><thead><tr><th scope="col" id="b11">Area</th><th scope="col" id="b12">Thefts
</th></tr></thead><tbody><tr><th scope="row" id="b13">North</th><td id="b14">12</td></tr></tbody></table></div>
<h2 id="next">What to do next</h2>
<p id="b15">Mark cycles, and count.</p>
<section role="doc-bibliography" id="references" aria-labelledby="references-heading">
<h2 id="references-heading">References
</h2><ul role="list" class="references" id="b16"><li id="ref-okafor2023">Okafor, C. and others (2023) ‘Cycle marking’
<span class="backlinks"><a role="doc-backlink" aria-label="Back to citation 1 of Okafor and others, 2023"
href="#cite-okafor2023-1"><svg aria-hidden="true" viewBox="0 0 8 8"><path d="M0 8L8 0"/></svg>
</a></span></li></ul></section>
<section id="notes" aria-labelledby="notes-heading"><h2 id="notes-heading">Notes</h2>
<aside role="doc-footnote" id="fn-1"><p id="b17">In one study only. <a role="doc-backlink" href="#fnref-1"
aria-label="Back to the text">Back</a></p></aside></section>
"""

BOOKMARKS = (
    Bookmark(1, "title", "Cycle marking"),
    Bookmark(2, "found", "What was found"),
    Bookmark(2, "next", "What to do next"),
    Bookmark(2, "references-heading", "References"),
    Bookmark(2, "notes-heading", "Notes"),
)

LIGHTING = (Bookmark(1, "title", "Better lighting"), Bookmark(2, "found", "What was found"))

METADATA = Metadata(
    id="marking",
    title="Cycle marking",
    language="en-GB",
    publisher="Northmoor Institute",
    version="1.0",
    credits=(
        Credit("Aisha Rahman", "Rahman, Aisha"),
        Credit("Tom O’Brien", "O’Brien, Tom"),
        Credit("Siân ap Gwilym", "ap Gwilym, Siân", "reviewer"),
    ),
    description="What marking cycles does to theft.",
    subjects=(Subject("Cycles"), Subject("Theft", "https://subjects.example/", "T12")),
    created="2022-10-19",
    modified="2024-02-01",
    rights="© 2024 Northmoor Institute",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    address="https://example.org/briefings/marking",
    doi="10.1234/marking",
    isbns=(("screen", "978-0-00-000000-2"), ("epub", "978-0-00-000001-9")),
    series="Property crime",
    series_position=2,
)
IDENTITY = Identity("marking", "Cycle marking", "Cycle marking", "1.0", ENGLISH, statuses=("SAMPLE", "DRAFT"))
PLAIN = Identity("marking", "Cycle marking", "Cycle marking", "1.0", ENGLISH)
STYLE = "body { margin: 5%; } .page-status { font-weight: bold; }"
STARTS = (
    PageStart(1, "title", 0),
    PageStart(2, "b3", len("Markingmay")),
    PageStart(3, "b6", 0),
    PageStart(4, "tbl-thefts", 0),
    PageStart(5, "next", 0),
)
CHAPTER = Chapter("marking", "Cycle marking", BODY, BOOKMARKS, landmark="bodymatter")


def layouts() -> Layouts:
    """The layouts that ship."""
    folder = ROOT / "layouts"
    return Layouts({p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in sorted(folder.rglob("*.j2"))})


def context(
    identity: Identity = IDENTITY, metadata: Metadata = METADATA, addresses: Mapping[str, str] = MappingProxyType({})
) -> BindContext:
    """The context of a book or a page."""
    return BindContext(metadata, identity, PRODUCED, addresses, layouts())


def manuscript(body: str = BODY) -> Manuscript:
    """The briefing as one manuscript."""
    chapter = Chapter("marking", "Cycle marking", body, BOOKMARKS, landmark="bodymatter")
    return Manuscript("briefing", (chapter,), METADATA, "", STYLE, STYLE, images=(FIGURE,))


def briefing(
    body: str = BODY,
    *,
    bookmarks: tuple[Bookmark, ...] = BOOKMARKS,
    starts: tuple[PageStart, ...] = STARTS,
    metadata: Metadata = METADATA,
    style: str = STYLE,
    assets: EpubAssets = NO_ASSETS,
) -> bytes:
    """The EPUB of one briefing."""
    chapter = Chapter("marking", "Cycle marking", body, bookmarks, landmark="bodymatter")
    addresses = {"lighting": "https://example.org/briefings/lighting"}
    return bind_epub(
        (ReflowingChapter(chapter, starts),), context(IDENTITY, metadata, addresses), style, (FIGURE,), assets
    )


def pack(assets: EpubAssets = NO_ASSETS) -> bytes:
    """The EPUB of a pack: title page, contents, two briefings, merged references."""
    other = '<h1 id="title">Better lighting</h1><h2 id="found">What was found</h2><p id="b1">It helps.</p>'
    cover = '<section id="b1" role="doc-cover" aria-labelledby="title"><h1 id="title">Property crime</h1></section>'
    contents = (
        '<nav id="b1" role="doc-toc" aria-labelledby="h"><h1 id="h">Contents</h1><ol id="b2">'
        '<li id="b3"><a href="briefing:marking">Cycle marking</a> 3</li>'
        '<li id="b4"><a href="briefing:lighting">Better lighting</a> 9</li></ol></nav>'
    )
    merged = (
        '<section role="doc-bibliography" id="references" aria-labelledby="h"><h1 id="h">References</h1>'
        '<ul role="list" id="b1"><li id="ref-okafor2023">Okafor, C. and others (2023)'
        ' <a href="briefing:marking#ref-okafor2023">Cycle marking</a></li></ul></section>'
    )
    chapters = (
        ReflowingChapter(
            Chapter("title-page", "Property crime", cover, (), "frontmatter"), (PageStart(1, "title", 0),)
        ),
        ReflowingChapter(
            Chapter("contents", "Contents", contents, (), "frontmatter", "toc"), (PageStart(1, "h", 0),), 2
        ),
        ReflowingChapter(CHAPTER, STARTS, 3),
        ReflowingChapter(
            Chapter("lighting", "Better lighting", other, LIGHTING),
            (PageStart(1, "title", 0),),
            9,
        ),
        ReflowingChapter(
            Chapter("pack-references", "References", merged, (), "backmatter", "bibliography"),
            (PageStart(1, "h", 0),),
            11,
        ),
    )
    metadata = Metadata("property", "Property crime", "en-GB", "Northmoor Institute", subtitle="Two briefings")
    identity = Identity("property", "Property crime", "Property crime", "", ENGLISH, edition="Autumn 2026")
    return bind_epub(chapters, context(identity, metadata), STYLE, (FIGURE,), assets)


def welsh() -> bytes:
    """The EPUB of a briefing in Welsh with a heading of the house, which is English."""
    body = (
        '<h1 id="title">Marcio beiciau</h1><h2 id="key" lang="en-GB" xml:lang="en-GB">Key finding</h2>'
        '<p id="b1">Gall marcio leihau lladrata.</p><h2 id="next">Beth nesaf</h2>'
    )
    marks = (
        Bookmark(1, "title", "Marcio beiciau"),
        Bookmark(2, "key", "Key finding"),
        Bookmark(2, "next", "Beth nesaf"),
    )
    return briefing(
        body, bookmarks=marks, starts=(PageStart(1, "title", 0),), metadata=replace(METADATA, language="cy")
    )


def bilingual() -> bytes:
    """The EPUB of a pack whose second briefing is in Welsh."""
    chapters = tuple(
        ReflowingChapter(Chapter(name, title, f'<h1 id="title">{title}</h1><p id="b1">{words}</p>'), language=language)
        for name, title, words, language in (
            ("lighting", "Better lighting", "It helps.", "en-GB"),
            ("goleuadau", "Goleuadau gwell", "Mae’n helpu.", "cy"),
        )
    )
    return bind_epub(chapters, context(PLAIN), STYLE, ())


def judged() -> bytes:
    """The EPUB of a briefing that somebody has judged."""
    claim = Conformance("WCAG 2.2 Level AA", "Hanna Price", "2024-03-01", "https://example.org/report", "CPACC")
    return briefing(metadata=replace(METADATA, conformance=claim))


def formulas() -> bytes:
    """The EPUB of a text that holds every formula of the tests, within a line and apart."""
    lines = "".join(
        f"<p>{set_formula(tex, False, 'en-GB')}</p><p>{set_formula(tex, True, 'cy')}</p>" for tex in FORMULAS
    )
    return bind_one("formulas", f"<section><h1>Formulas</h1>{lines}</section>")


def bind_one(name: str, body: str) -> bytes:
    """The EPUB of one chapter of front matter."""
    chapter = Chapter(name, "Title", body, (), "frontmatter")
    return bind_epub((ReflowingChapter(chapter),), context(PLAIN), STYLE, ())

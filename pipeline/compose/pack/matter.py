"""Front and back matter of a pack, composed last: it names the folios of what it points to."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.compose.briefing import licence_name, pack_metadata
from pipeline.compose.design.style import EPUB, WEB, paged_style, screen_style, web_style
from pipeline.compose.design.tokens import accent, logo
from pipeline.compose.design.typeface import font_set
from pipeline.compose.evidence import legend, verdict
from pipeline.compose.language.words import lang_attribute, measure, pages
from pipeline.compose.layouts import in_its_layout, told_where_it_is
from pipeline.compose.pack import evidence_map
from pipeline.compose.pack.index import IndexEntry, by_letter
from pipeline.compose.pack.sections import findings_of, gaps, landing, outcomes, register, ruled_lines, worded_gap
from pipeline.compose.page.body import body
from pipeline.compose.page.boxes import known_of, work_status
from pipeline.compose.page.chapter import ChapterContext, chapter_context, key_anchor, xml_text
from pipeline.compose.page.drawings import qr_of
from pipeline.compose.page.fragment import set_page
from pipeline.compose.page.inlines import inlines
from pipeline.core.diagnostics import LayoutFault
from pipeline.model.formats import EDITIONS, USUAL_EDITION, Asset, Edition, Layouts
from pipeline.model.manuscript import Chapter, Manuscript
from pipeline.model.publication import InsertedPages, PackPublication
from pipeline.model.result import Result

Folios = Mapping[str, str]

MOST_NAMED = 8
"""The most briefings that a cover in large print names below their parts."""


def compose_front(
    pack: PackPublication, folios: Folios, layouts: Layouts, edition: Edition = USUAL_EDITION
) -> Manuscript:
    """A pack's front matter; the contents print the folio of every briefing that `folios` holds.

    `folios` has the page of each briefing by its id, of an anchor in it by 'id#anchor', of a section of the back
    matter by its name, and of one of the front matter by '-front#' and its name.
    """
    return _matter(pack, "front", PackContext(folios, layouts, edition=edition))


def compose_back(
    pack: PackPublication,
    folios: Folios,
    layouts: Layouts,
    cited: Mapping[str, tuple[str, ...]] | None = None,
    edition: Edition = USUAL_EDITION,
    index: tuple[IndexEntry, ...] = (),
    ways: Mapping[str, tuple[str, ...]] | None = None,
) -> Manuscript:
    """A pack's back matter: the merged references and what else it asks for and has something to show.

    `cited` holds the folios on which a briefing cites a work, by 'briefing#anchor of the key'; `index` the entries of
    the index; `ways` the anchors of the citations of each work in the briefings that have no list of their own, named
    like `cited`.
    """
    return _matter(pack, "back", PackContext(folios, layouts, cited or {}, index, ways or {}, edition))


def compose_insert(
    pack: PackPublication, insert: InsertedPages, layouts: Layouts, edition: Edition = USUAL_EDITION
) -> Manuscript:
    """Page in place of an insert where a finished PDF cannot be bound: its title, and where to find it."""
    house = lang_attribute(pack.identity.words, pack.identity.language)
    own = in_its_layout(pack.pack.fields.layout, layouts)
    with told_where_it_is(pack.pack.fields.layout, layouts):
        values = {"title": insert.title, "house": house, "words": pack.identity.words}
        markup, bookmarks = set_page(own, "pack/insert.html.j2", values, pack.identity.language)
    chapter = Chapter(insert.name, insert.title, markup, bookmarks)
    return _manuscript(pack, (chapter,), own, edition)


@dataclass(frozen=True, slots=True)
class PackContext:
    """Values that the sections of a pack share, beside the pack itself."""

    folios: Folios
    layouts: Layouts
    cited: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    index: tuple[IndexEntry, ...] = ()
    ways: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    edition: Edition = USUAL_EDITION


def _matter(pack: PackPublication, end: Literal["front", "back"], setup: PackContext) -> Manuscript:
    layout = pack.pack.fields.layout
    own = replace(setup, layouts=in_its_layout(layout, setup.layouts))
    with told_where_it_is(layout, setup.layouts):
        names = _names(pack, end, setup.edition)
        pairs = zip(names, ("", *names), strict=False)
        chapters = [chapter for name, before in pairs for chapter in _chapters(name, pack, end, own, before)]
    return _manuscript(pack, tuple(chapters), own.layouts, setup.edition)


def _cover(pack: PackPublication, setup: PackContext) -> dict[str, object]:
    size, look = evidence_map.cover_look(pack, setup.edition)
    page = EDITIONS[setup.edition].cover
    known = evidence_map.evidence_map(pack, setup.folios, _chapter_context(pack, setup), look, page) if look else None
    titles = {member.id: member.identity.title for member in pack.members}
    is_named = EDITIONS[setup.edition].large and pack.pack.fields.cover == "evidence" and len(titles) <= MOST_NAMED
    return {
        "map": known,
        "size": size,
        "logo": logo(pack.imprint, _assets(pack)),
        "titles": titles,
        "named": is_named and not known and any(part.title for part in pack.parts),
    }


def _map(pack: PackPublication, setup: PackContext) -> dict[str, object]:
    return {"map": evidence_map.evidence_map(pack, setup.folios, _chapter_context(pack, setup))}


def _imprint(pack: PackPublication, setup: PackContext) -> dict[str, object]:
    licence = pack.imprint.fields.licence
    return {"qr": qr_of(pack.identity), "licence": licence_name(licence) if licence else ""}


def _how_to_use(pack: PackPublication, setup: PackContext) -> dict[str, object]:
    reviewed = all(member.review_by for member in pack.members if not member.manual)
    return {"field": legend(tuple(Result), _colour(pack, setup), pack.identity.words), "reviewed": reviewed}


def _contents(pack: PackPublication, setup: PackContext) -> dict[str, object]:
    colour = _colour(pack, setup)
    return {
        "members": {member.id: member for member in pack.members},
        "verdicts": {one.id: verdict(one.evidence, pack.identity.words, colour) for one in pack.members},
        "about": "imprint" not in pack.pack.fields.front and not pack.pack.manual,
        **_imprint(pack, setup),
        "inserts": {insert.name: insert.title for insert in pack.inserts},
        "opening": listed_sections(pack, "front", setup.edition),
        "sections": listed_sections(pack, "back", setup.edition),
    }


def _key_findings(pack: PackPublication, setup: PackContext) -> dict[str, object]:
    findings = []
    for member in pack.members:
        chapter = chapter_context(member, _colour(pack, setup), elsewhere=f"briefing:{member.id}")
        said = body(member.key_finding, chapter)
        if said:
            findings.append((member, said, body(member.recommendation, chapter)))
    return {"findings": findings}


def _references(pack: PackPublication, setup: PackContext) -> dict[str, object]:
    chapter = _chapter_context(pack, setup)
    listed = [
        (
            key_anchor(entry.key),
            inlines(entry.children, chapter) + known_of(entry, chapter),
            entry.cited_by,
            xml_text(entry.short),
        )
        for entry in pack.references
    ]
    sharing = {member.id for member in pack.members if member.listed_in}
    return {
        "entries": listed,
        "titles": {member.id: member.identity.title for member in pack.members},
        "sharing": sharing,
        "only_list": len(sharing) == len(pack.members),
        "alike": len({entry.short for entry in pack.references}) < len(pack.references),
        "ways": defaultdict(tuple, setup.ways),
    }


def _works(pack: PackPublication, setup: PackContext) -> dict[str, object]:
    """The works by their short forms. Those of the same names stand by year: full ones go by all their authors."""
    alike = {short for short, times in Counter(entry.short for entry in pack.references).items() if times > 1}
    names = [entry.short.rpartition(",")[0] for entry in pack.references]
    entries = sorted(pack.references, key=lambda entry: (names.index(entry.short.rpartition(",")[0]), entry.short))
    return {
        "works": [
            (
                key_anchor(entry.key),
                entry.cited_by,
                xml_text(entry.short),
                xml_text(entry.title) * (entry.short in alike),
            )
            for entry in entries
        ],
        "become": {key_anchor(entry.key): work_status(entry, _chapter_context(pack, setup)) for entry in entries},
        "titles": {member.id: member.identity.title for member in pack.members},
    }


def acronyms(pack: PackPublication) -> tuple[tuple[str, str], ...]:
    """Every short form of the members once, in alphabetical order."""
    return tuple(sorted({pair for member in pack.members for pair in member.abbreviations}))


def _terms(pack: PackPublication) -> list[tuple[str, str, str]]:
    """The terms of the glossary, and the short forms unless they have a section of their own: id, word, meaning."""
    terms = [(f"term-{id}", term.term, term.meaning) for id, term in pack.glossary]
    fields = pack.pack.fields
    if "acronyms" not in (*fields.front, *fields.back):
        terms += [("", short, full) for short, full in acronyms(pack)]
    return sorted(terms, key=lambda one: one[1].casefold())


def _register(pack: PackPublication, setup: PackContext) -> dict[str, object]:
    return {"examples": register(pack, setup.folios, _colour(pack, setup))}


def _outcomes(pack: PackPublication, setup: PackContext) -> dict[str, object]:
    return {"table": outcomes(pack, setup.folios, _chapter_context(pack, setup)), "has_gaps": bool(gaps(pack))}


def _gaps(pack: PackPublication, setup: PackContext) -> dict[str, object]:
    chapter = _chapter_context(pack, setup)
    return {"gaps": [(member, [worded_gap(row, chapter) for row in rows]) for member, rows in gaps(pack)]}


def _colour(pack: PackPublication, setup: PackContext) -> str:
    return accent(pack.imprint, setup.layouts, setup.edition)


def _chapter_context(pack: PackPublication, setup: PackContext) -> ChapterContext:
    words = pack.identity.words
    return ChapterContext(_colour(pack, setup), words, house=lang_attribute(words, pack.identity.language))


def listed_sections(
    pack: PackPublication, end: Literal["front", "back"], edition: Edition
) -> tuple[tuple[str, str], ...]:
    """The sections that the contents list, name of chapter and title: all at the back, at the front what follows."""
    names = _names(pack, end, edition)
    if end == "front":
        names = names[names.index("contents") + 1 :] if "contents" in names else []
    return tuple((_called(called, end), title) for name in names for called, title in _titles(name, pack))


def _names(pack: PackPublication, end: Literal["front", "back"], edition: Edition) -> list[str]:
    """The sections of an end that have something to show, each once, in order."""
    fields = pack.pack.fields
    listed = {"works-in-full": "references", "references": "works" if fields.references == "each" else "references"}
    names = [listed.get(name, name) for name in (fields.front if end == "front" else fields.back)]
    if end == "front" and evidence_map.follows_contents(pack, edition):
        names.insert(names.index("contents" if "contents" in names else "cover") + 1, evidence_map.SECTION)
    return [name for name in dict.fromkeys(names) if name in SECTIONS and SECTIONS[name].has(pack)]


def _called(name: str, end: Literal["front", "back"]) -> str:
    """Name of the chapter of a section."""
    return f"pack-{name}" if end == "back" else NAMES.get(name, name)


Pieces = Callable[[PackPublication, PackContext], dict[str, object]]
"""Function that gives the values of a section's template, beside the pack."""


@dataclass(frozen=True, slots=True)
class _Section:
    """A section of a pack's front or back matter: title, landmark, what its template needs, whether there is any."""

    title: str
    """The key of its words."""
    pieces: Pieces = lambda pack, setup: {}
    landmark: str = ""
    has: Callable[[PackPublication], object] = lambda pack: True
    runs_on: bool = False
    """True if it is short: at the back such sections follow each other on a page."""


def _changes(pack: PackPublication, setup: PackContext) -> dict[str, object]:
    changed = pack.changes.changed if pack.changes else ()
    measures = {one.id: measure(pack.identity.words, one.measure) for one in changed if one.measure}
    return {"changed": pack.changes, "measures": measures}


SECTIONS: dict[str, _Section] = {
    "cover": _Section("title-page", _cover),
    "imprint": _Section("about-pack", _imprint),
    "how-to-use": _Section("how-to-use", _how_to_use),
    "contents": _Section("contents", _contents, "toc"),
    "key-findings": _Section("key-findings", _key_findings),
    "series": _Section("series", has=lambda pack: pack.series),
    "practice-register": _Section(
        "practice-register", _register, has=lambda pack: any(m.practice for m in pack.members)
    ),
    "evidence-map": _Section("evidence-map", _map, has=evidence_map.has_findings),
    "evidence-by-outcome": _Section("evidence-by-outcome", _outcomes, has=findings_of),
    "evidence-gaps": _Section("evidence-gaps", _gaps, has=gaps),
    "changes": _Section("changes", _changes, has=lambda pack: pack.changes),
    "works": _Section("works-cited", _works, has=lambda pack: pack.references, runs_on=True),
    "references": _Section("references", _references, "bibliography", lambda pack: pack.references),
    "glossary": _Section(
        "glossary", lambda pack, setup: {"terms": _terms(pack)}, has=lambda pack: pack.glossary, runs_on=True
    ),
    "acronyms": _Section("abbreviations", lambda pack, setup: {"acronyms": acronyms(pack)}, has=acronyms, runs_on=True),
    "index": _Section("index", lambda pack, setup: {"letters": by_letter(setup.index)}, "index"),
    "note-pages": _Section("note-pages", lambda pack, setup: {"ruled": ruled_lines()}),
}
"""The sections that a pack may have, at either end."""

NAMES = {"cover": "title-page"}
"""Sections whose chapters go by another name: in a book for screens the cover is a picture, and this one follows it."""


def _titles(name: str, pack: PackPublication) -> tuple[tuple[str, str], ...]:
    """The chapters of a section, name and title: one, but for series, each of which has its own."""
    if name == "series":
        return tuple((f"series-{series.identity.id}", series.identity.title) for series in pack.series)
    return ((name, pack.identity.words.say(SECTIONS[name].title)),)


def _chapters(
    name: str, pack: PackPublication, end: Literal["front", "back"], setup: PackContext, before: str
) -> Iterator[Chapter]:
    section = SECTIONS[name]
    for number, (known, title) in enumerate(_titles(name, pack)):
        values: dict[str, object] = {
            "house": lang_attribute(pack.identity.words, pack.identity.language),
            "words": pack.identity.words,
            "cited": {name: pages(pack.identity.words, on) for name, on in setup.cited.items() if on},
            **(landing(pack.series[number], _colour(pack, setup)) if name == "series" else section.pieces(pack, setup)),
        }
        template = f"pack/{name}.html.j2"
        values |= {"pack": pack, "folios": setup.folios, "title": title}
        markup, bookmarks = set_page(setup.layouts, template, values, pack.identity.language)
        if name == "cover" and pack.identity.copy and 'data-slot="produced"' not in markup:
            raise LayoutFault("a cover of numbered copies keeps a place for their number.", f"layouts/{template}")
        runs_on = end == "back" and bool(before) and section.runs_on and SECTIONS[before].runs_on
        yield Chapter(_called(known, end), title, markup, bookmarks, f"{end}matter", section.landmark, runs_on)


def _assets(pack: PackPublication) -> tuple[Asset, ...]:
    """The pictures of all members, and of the series that the pack opens with, each once."""
    held = (*(member.assets for member in pack.members), *(series.assets for series in pack.series))
    return tuple({asset.sha256: asset for assets in held for asset in assets}.values())


def _manuscript(pack: PackPublication, chapters: tuple[Chapter, ...], layouts: Layouts, edition: Edition) -> Manuscript:
    fonts = font_set(pack.imprint, layouts, edition, "".join(chapter.body for chapter in chapters))
    return Manuscript(
        layout="pack",
        chapters=chapters,
        metadata=pack_metadata(pack),
        style=paged_style("pack", pack.imprint, layouts, fonts, edition),
        epub_style=screen_style(EPUB, pack.imprint, layouts),
        web_style=web_style(WEB, "pack", pack.imprint, layouts),
        fonts=fonts.faces,
        images=_assets(pack),
        edition=edition,
    )

"""Front and back matter of a pack, composed last, because it has the folios of what it refers to."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Literal

from markupsafe import Markup

from pipeline.compose.briefing import licence_name, pack_metadata
from pipeline.compose.design.style import EPUB_SHEETS, WEB_SHEETS, paged_style, screen_style, web_style
from pipeline.compose.design.tokens import accent_colour, logo_markup
from pipeline.compose.design.typeface import choose_fonts
from pipeline.compose.evidence import counted_result, mark_legend, mark_with_word, outcome_rows, set_verdict
from pipeline.compose.language.words import evaluated, lang_attribute, measure, pages, rated
from pipeline.compose.layouts import faults_in_pack_layout, with_pack_layout
from pipeline.compose.pack.evidence_map import SECTION as MAP_SECTION
from pipeline.compose.pack.evidence_map import cover_look, evidence_map, has_findings, map_follows_contents
from pipeline.compose.pack.index import IndexEntry, index_by_letter
from pipeline.compose.page.body import set_blocks, set_body, set_notes
from pipeline.compose.page.boxes import entry_status, reference_entries, work_status
from pipeline.compose.page.chapter import (
    ChapterContext,
    chapter_context,
    element,
    key_anchor,
    pack_context,
    series_context,
    xml_text,
)
from pipeline.compose.page.drawings import identity_qr
from pipeline.compose.page.figures import region
from pipeline.compose.page.fragment import fill_page
from pipeline.compose.page.inlines import set_inlines
from pipeline.core.diagnostics import LayoutFault
from pipeline.model.body import Heading, plain_text
from pipeline.model.formats import PDF_VARIANTS, USUAL_VARIANT, Asset, Layouts, PdfVariant
from pipeline.model.manuscript import Chapter, Manuscript
from pipeline.model.publication import (
    FindingRow,
    InsertedPages,
    PackPublication,
    Publication,
    SeriesPublication,
)
from pipeline.model.result import Result

Folios = Mapping[str, str]
End = Literal["front", "back"]

MOST_NAMED = 8
"""The most briefings that a cover in large print names below their parts."""


def compose_front(
    pack: PackPublication, folios: Folios, layouts: Layouts, variant: PdfVariant = USUAL_VARIANT
) -> Manuscript:
    """Compose a pack's front matter; the contents print the folio of every briefing that `folios` has.

    `folios` has the page of each briefing by its id, of an anchor in it by 'id#anchor', of a section of the back
    matter by its name, and of one of the front matter by '-front#' and its name.
    """
    return _matter("front", PackContext(pack, folios, layouts, variant=variant))


def compose_back(
    pack: PackPublication,
    folios: Folios,
    layouts: Layouts,
    cited: Mapping[str, tuple[str, ...]] | None = None,
    variant: PdfVariant = USUAL_VARIANT,
    index: tuple[IndexEntry, ...] = (),
    citations: Mapping[str, tuple[str, ...]] | None = None,
) -> Manuscript:
    """Compose a pack's back matter: the merged references, and the other sections that have something to show.

    `cited` has the folios on which a briefing cites a work, by 'briefing#anchor of the key'; `index` the entries of
    the index; `citations` the anchors of each work's citations in briefings without a list of their own, with the keys
    of `cited`.
    """
    return _matter("back", PackContext(pack, folios, layouts, cited or {}, index, citations or {}, variant))


def compose_insert(
    pack: PackPublication, insert: InsertedPages, layouts: Layouts, variant: PdfVariant = USUAL_VARIANT
) -> Manuscript:
    """Compose the page in place of an insert whose PDF cannot be bound in: its title, and where to find it."""
    house = lang_attribute(pack.identity.words, pack.identity.language)
    with faults_in_pack_layout(pack.pack.fields.layout, layouts):
        layouts = with_pack_layout(pack.pack.fields.layout, layouts)
        values = {"title": insert.title, "house": house, "words": pack.identity.words}
        markup, bookmarks = fill_page(layouts, "pack/insert.html.j2", values, pack.identity.language)
    return _manuscript(pack, (Chapter(insert.name, insert.title, markup, bookmarks),), layouts, variant)


@dataclass(frozen=True, slots=True)
class PackContext:
    """A pack, and what its sections need to know of its pages."""

    pack: PackPublication
    folios: Folios
    layouts: Layouts
    cited: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    index: tuple[IndexEntry, ...] = ()
    citations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    variant: PdfVariant = USUAL_VARIANT

    @property
    def accent(self) -> str:
        """The accent colour."""
        return accent_colour(self.pack.imprint, self.layouts, self.variant)

    def new_chapter(self) -> ChapterContext:
        """Return the context of a section."""
        return pack_context(self.pack, self.accent)

    def chapter_of(self, member: Publication) -> ChapterContext:
        """Return the context of words of a member that a section repeats."""
        return chapter_context(member, self.accent, anchors_in=f"briefing:{member.id}")

    @property
    def titles(self) -> dict[str, str]:
        """The titles of the members, by id."""
        return {member.id: member.identity.title for member in self.pack.members}


def _matter(end: End, context: PackContext) -> Manuscript:
    pack, layout = context.pack, context.pack.pack.fields.layout
    with faults_in_pack_layout(layout, context.layouts):
        context = replace(context, layouts=with_pack_layout(layout, context.layouts))
        names = _section_names(pack, end, context.variant)
        pairs = zip(names, ("", *names), strict=False)
        chapters = [chapter for name, before in pairs for chapter in _chapters(name, end, context, before)]
    return _manuscript(pack, tuple(chapters), context.layouts, context.variant)


def _manuscript(
    pack: PackPublication, chapters: tuple[Chapter, ...], layouts: Layouts, variant: PdfVariant
) -> Manuscript:
    fonts = choose_fonts(pack.imprint, layouts, variant, "".join(chapter.body for chapter in chapters))
    return Manuscript(
        layout="pack",
        chapters=chapters,
        metadata=pack_metadata(pack),
        style=paged_style("pack", pack.imprint, layouts, fonts, variant),
        epub_style=screen_style(EPUB_SHEETS, pack.imprint, layouts),
        web_style=web_style(WEB_SHEETS, "pack", pack.imprint, layouts),
        fonts=fonts.faces,
        images=_assets(pack),
        variant=variant,
    )


def _assets(pack: PackPublication) -> tuple[Asset, ...]:
    """Return the pictures of all members, and of the series that the pack opens with, each once."""
    groups = (*(member.assets for member in pack.members), *(series.assets for series in pack.series))
    return tuple({asset.sha256: asset for assets in groups for asset in assets}.values())


# Values of the sections' templates

OPEN_RESULTS = (Result.NO_STUDIES, Result.LITTLE_EVIDENCE, Result.INCONCLUSIVE)
"""Results that leave a question open, the widest gap first."""

OUTCOME_HEADS = ("outcome", "what-studies-found", "briefing")
"""The heads of the columns of the findings of all briefings, by their keys."""

RULED_LINES = 22
"""Lines on a page for notes: A4 has room for so many."""
_RULED_LINE = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" class="ruled" viewBox="0 0 100 10" preserveAspectRatio="none" '
    'aria-hidden="true" focusable="false">'
    '<path d="M0 9.8H100" fill="none" stroke="#767676" stroke-width=".3"/></svg>'
)
"""A line to write on: a screen reader skips it, and it goes on over the page."""


def _cover(context: PackContext) -> dict[str, object]:
    pack, variant = context.pack, PDF_VARIANTS[context.variant]
    size, look = cover_look(pack, context.variant)
    map_values = evidence_map(pack, context.folios, context.new_chapter(), look, variant.cover) if look else None
    is_named = variant.large and pack.pack.fields.cover == "evidence" and len(pack.members) <= MOST_NAMED
    return {
        "map": map_values,
        "size": size,
        "logo": logo_markup(pack.imprint, _assets(pack)),
        "titles": context.titles,
        "named": is_named and not map_values and any(part.title for part in pack.parts),
    }


def _imprint(context: PackContext) -> dict[str, object]:
    licence = context.pack.imprint.fields.licence
    return {"qr": identity_qr(context.pack.identity), "licence": licence_name(licence) if licence else ""}


def _how_to_use(context: PackContext) -> dict[str, object]:
    reviewed = all(member.review_by for member in context.pack.members if not member.manual)
    return {"field": mark_legend(tuple(Result), context.accent, context.pack.identity.words), "reviewed": reviewed}


def _contents(context: PackContext) -> dict[str, object]:
    pack, colour = context.pack, context.accent
    return {
        "members": {member.id: member for member in pack.members},
        "verdicts": {member.id: set_verdict(member.evidence, pack.identity.words, colour) for member in pack.members},
        "about": "imprint" not in pack.pack.fields.front and not pack.pack.manual,
        **_imprint(context),
        "inserts": {insert.name: insert.title for insert in pack.inserts},
        "headings": {member.id: _headings(member) for member in pack.members} if pack.pack.manual else {},
        "opening": listed_sections(pack, "front", context.variant),
        "sections": listed_sections(pack, "back", context.variant),
    }


def _headings(member: Publication) -> list[tuple[str, str]]:
    """Return id and words of the headings of level 2."""
    headings = (block for block in member.body.blocks if isinstance(block, Heading) and block.level == 2)
    return [(heading.id, plain_text(heading.children)) for heading in headings]


def _key_findings(context: PackContext) -> dict[str, object]:
    findings = []
    for member in context.pack.members:
        chapter = context.chapter_of(member)
        if key_finding := set_body(member.key_finding, chapter):
            findings.append((member, key_finding, set_body(member.recommendation, chapter)))
    return {"findings": findings}


def _practice_register(context: PackContext) -> dict[str, object]:
    """Return every practice example, by name, each with its caveat.

    A `spot` is 'briefing#anchor', or the briefing alone if the box of the example has no anchor.
    """
    examples, words = [], context.pack.identity.words
    for member in context.pack.members:
        chapter = context.chapter_of(member)
        for example in member.practice:
            box = f"{member.id}#practice-{example.record.id}"
            values = {
                "member": member,
                "spot": box if box in context.folios else member.id,
                "example": example,
                "rating": rated(words, example.record),
                "evaluation": evaluated(words, example.record),
                "caveat": set_blocks(example.caveat.blocks, chapter),
            }
            examples.append((example.record.name.casefold(), values))
    return {"examples": [values for _, values in sorted(examples, key=itemgetter(0))]}


def _findings_of(pack: PackPublication) -> list[tuple[Publication, FindingRow]]:
    """Return every finding of a pack with its briefing, by outcome, then in the order of the pack."""
    findings = [(member, row) for member in pack.members if member.evidence for row in member.evidence.rows]
    return sorted(findings, key=lambda pair: pair[1].finding.outcome.casefold())


def _outcomes(context: PackContext) -> dict[str, object]:
    """Set the findings of all briefings in one table, by outcome, each with a link to the table that it is in."""
    chapter, findings = context.new_chapter(), _findings_of(context.pack)
    cells = iter([_cells(member, row, context.folios, chapter) for member, row in findings])  # in the order of the rows
    heads = (element("th", chapter.words.say(key), scope="col") for key in OUTCOME_HEADS)
    table = region(
        element("tr", *heads, lang=chapter.phrase_language),
        outcome_rows(tuple(row for _, row in findings), chapter, lambda row: next(cells)),
        chapter,
        identity="outcomes",
        classes=("outcomes", "wordy"),
        heading="evidence-by-outcome-heading",
    )
    return {"table": table, "has_gaps": bool(_open_findings(context.pack))}


def _cells(member: Publication, row: FindingRow, folios: Mapping[str, str], chapter: ChapterContext) -> Markup:
    text = counted_result(row.finding, chapter)
    if row.finding.outside_base:
        text += Markup(" ({})").format(chapter.in_phrase_lang(chapter.words.say("outside-the-review")))
    page = Markup("")
    if folio := folios.get(f"{member.id}#evidence-table", folios.get(member.id)):
        words = chapter.words.say("page", page=folio)
        page = element("span", ", ", words, class_="on-pages", lang=chapter.phrase_language)
    link = element("a", member.identity.short_title, href=f"briefing:{member.id}#evidence-table")
    retired = chapter.in_phrase_lang(f" ({chapter.words.say(member.retired)})") if member.retired else ""
    return element("td", text) + element("td", link, retired, page)


def _open_findings(pack: PackPublication) -> list[tuple[Publication, list[FindingRow]]]:
    """Return the findings that leave a question open, by briefing."""
    members = []
    for member in pack.members:
        rows = member.evidence.rows if member.evidence else ()
        if open_rows := [row for result in OPEN_RESULTS for row in rows if row.finding.result is result]:
            members.append((member, open_rows))
    return members


def _gaps(context: PackContext) -> dict[str, object]:
    """Set 'No studies: Violence (police-led arrests)' for each finding that leaves a question open."""
    chapter, gaps = context.new_chapter(), []
    for member, rows in _open_findings(context.pack):
        sentences = []
        for finding in (row.finding for row in rows):
            studied = ", ".join(map(xml_text, finding.intervention))
            places = {"outcome": xml_text(finding.outcome), "studied": studied}
            mark = mark_with_word(finding.result, chapter)
            sentences.append(chapter.phrase("gap-of" if studied else "gap", result=mark, **places))
        gaps.append((member, sentences))
    return {"gaps": gaps}


def _references(context: PackContext) -> dict[str, object]:
    pack, chapter = context.pack, context.new_chapter()
    entries = [
        (
            key_anchor(entry.key),
            set_inlines(entry.children, chapter) + entry_status(entry, chapter),
            entry.cited_by,
            xml_text(entry.short),
        )
        for entry in pack.references
    ]
    sharing = {member.id for member in pack.members if member.listed_in}
    return {
        "entries": entries,
        "titles": context.titles,
        "sharing": sharing,
        "only_list": len(sharing) == len(pack.members),
        "alike": len({entry.short for entry in pack.references}) < len(pack.references),
        "ways": defaultdict(tuple, context.citations),
    }


def _works(context: PackContext) -> dict[str, object]:
    """Return the works sorted by short form, then by year."""
    references, chapter = context.pack.references, context.new_chapter()
    counts = Counter(entry.short for entry in references)
    names = [entry.short.rpartition(",")[0] for entry in references]
    entries = sorted(references, key=lambda entry: (names.index(entry.short.rpartition(",")[0]), entry.short))
    works = []
    for entry in entries:
        title = xml_text(entry.title) if counts[entry.short] > 1 else ""
        works.append((key_anchor(entry.key), entry.cited_by, xml_text(entry.short), title))
    become = {key_anchor(entry.key): work_status(entry, chapter) for entry in entries}
    return {"works": works, "become": become, "titles": context.titles}


def acronyms(pack: PackPublication) -> tuple[tuple[str, str], ...]:
    """Return every short form of the members once, in alphabetical order."""
    return tuple(sorted({pair for member in pack.members for pair in member.abbreviations}))


def _glossary(context: PackContext) -> dict[str, object]:
    """Return the terms of the glossary, and the short forms unless they have a section: id, word, meaning."""
    pack, fields = context.pack, context.pack.pack.fields
    terms = [(f"term-{id}", term.term, term.meaning) for id, term in pack.glossary]
    if "acronyms" not in (*fields.front, *fields.back):
        terms += [("", short, full) for short, full in acronyms(pack)]
    return {"terms": sorted(terms, key=lambda row: row[1].casefold())}


def _changes(context: PackContext) -> dict[str, object]:
    changes, words = context.pack.changes, context.pack.identity.words
    changed = changes.changed if changes else ()
    return {"changed": changes, "measures": {text.id: measure(words, text.measure) for text in changed if text.measure}}


def _series(series: SeriesPublication, accent: str) -> dict[str, object]:
    """Return a series' landing text with its notes and references, in this order."""
    chapter = series_context(series, accent, level=1)
    return {
        "series": series,
        "landing": set_body(series.series.landing, chapter),
        "notes": set_notes(series.series.landing.footnotes, chapter),
        "references": reference_entries(chapter),
    }


# Sections


@dataclass(frozen=True, slots=True)
class _Section:
    """A section of a pack's front or back matter."""

    title: str
    """The key of its words."""
    values: Callable[[PackContext], dict[str, object]] = lambda context: {}
    """Return the values of its template, without those of every section."""
    landmark: str = ""
    has: Callable[[PackPublication], object] = lambda pack: True
    """Whether there is anything to show."""
    runs_on: bool = False
    """Whether it is short: at the back such sections follow each other on a page."""


SECTIONS: dict[str, _Section] = {
    "cover": _Section("title-page", _cover),
    "imprint": _Section("about-pack", _imprint),
    "how-to-use": _Section("how-to-use", _how_to_use),
    "contents": _Section("contents", _contents, "toc"),
    "key-findings": _Section("key-findings", _key_findings),
    "series": _Section("series", has=lambda pack: pack.series),
    "practice-register": _Section(
        "practice-register", _practice_register, has=lambda pack: any(member.practice for member in pack.members)
    ),
    "evidence-map": _Section(
        "evidence-map",
        lambda context: {"map": evidence_map(context.pack, context.folios, context.new_chapter())},
        has=has_findings,
    ),
    "evidence-by-outcome": _Section("evidence-by-outcome", _outcomes, has=_findings_of),
    "evidence-gaps": _Section("evidence-gaps", _gaps, has=_open_findings),
    "changes": _Section("changes", _changes, has=lambda pack: pack.changes),
    "works": _Section("works-cited", _works, has=lambda pack: pack.references, runs_on=True),
    "references": _Section("references", _references, "bibliography", lambda pack: pack.references),
    "glossary": _Section("glossary", _glossary, has=lambda pack: pack.glossary, runs_on=True),
    "acronyms": _Section(
        "abbreviations", lambda context: {"acronyms": acronyms(context.pack)}, has=acronyms, runs_on=True
    ),
    "index": _Section("index", lambda context: {"letters": index_by_letter(context.index)}, "index"),
    "note-pages": _Section("note-pages", lambda context: {"ruled": Markup("\n").join([_RULED_LINE] * RULED_LINES)}),
}
"""The sections that a pack may have, at either end."""

CHAPTER_NAMES = {"cover": "title-page"}
"""Chapters whose name is not that of the section: in an e-book the cover is a picture, and this chapter follows."""


def listed_sections(pack: PackPublication, end: End, variant: PdfVariant) -> tuple[tuple[str, str], ...]:
    """Return chapter and title of the sections in the contents: all of the back, of the front those that follow."""
    names = _section_names(pack, end, variant)
    if end == "front":
        names = names[names.index("contents") + 1 :] if "contents" in names else []
    return tuple((_chapter_name(each, end), title) for name in names for each, title in _titles(name, pack))


def _section_names(pack: PackPublication, end: End, variant: PdfVariant) -> list[str]:
    """Return the sections of an end that have something to show, each once, in order."""
    fields = pack.pack.fields
    in_full = {"works-in-full": "references", "references": "works" if fields.references == "each" else "references"}
    names = [in_full.get(name, name) for name in (fields.front if end == "front" else fields.back)]
    if end == "front" and map_follows_contents(pack, variant):
        names.insert(names.index("contents" if "contents" in names else "cover") + 1, MAP_SECTION)
    return [name for name in dict.fromkeys(names) if name in SECTIONS and SECTIONS[name].has(pack)]


def _chapter_name(name: str, end: End) -> str:
    return f"pack-{name}" if end == "back" else CHAPTER_NAMES.get(name, name)


def _titles(name: str, pack: PackPublication) -> tuple[tuple[str, str], ...]:
    """Return name and title of the chapters of a section: one, but in the section of series one for each series."""
    if name == "series":
        return tuple((f"series-{series.identity.id}", series.identity.title) for series in pack.series)
    return ((name, pack.identity.words.say(SECTIONS[name].title)),)


def _chapters(name: str, end: End, context: PackContext, before: str) -> Iterator[Chapter]:
    section, pack, identity = SECTIONS[name], context.pack, context.pack.identity
    for number, (chapter_name, title) in enumerate(_titles(name, pack)):
        own = _series(pack.series[number], context.accent) if name == "series" else section.values(context)
        values: dict[str, object] = {
            "house": lang_attribute(identity.words, identity.language),
            "words": identity.words,
            "cited": {key: pages(identity.words, folios) for key, folios in context.cited.items() if folios},
            **own,
        }
        template = f"pack/{name}.html.j2"
        values |= {"pack": pack, "folios": context.folios, "title": title}
        markup, bookmarks = fill_page(context.layouts, template, values, identity.language)
        if name == "cover" and identity.copy and 'data-slot="produced"' not in markup:
            raise LayoutFault("a cover of numbered copies keeps a place for their number.", f"layouts/{template}")
        runs_on = end == "back" and bool(before) and section.runs_on and SECTIONS[before].runs_on
        chapter_name = _chapter_name(chapter_name, end)
        yield Chapter(chapter_name, title, markup, bookmarks, f"{end}matter", section.landmark, runs_on)

"""A briefing as a manuscript of one chapter. A handbook page is title and body alone."""

from markupsafe import Markup

from pipeline.compose.design.style import EPUB, WEB, drawn, paged_style, screen_style, web_style
from pipeline.compose.design.tokens import accent, logo
from pipeline.compose.design.typeface import font_set
from pipeline.compose.evidence.section import evidence
from pipeline.compose.evidence.verdict import verdict
from pipeline.compose.page.body import blocks, body, notes
from pipeline.compose.page.boxes import unplaced
from pipeline.compose.page.figures import descriptions
from pipeline.compose.page.fragment import set_page
from pipeline.compose.page.galley import Galley, galley_of
from pipeline.compose.page.metadata import briefing_metadata, licence_name
from pipeline.compose.page.references import entries
from pipeline.compose.qr import qr_of
from pipeline.model.body import EvidenceMark, walk
from pipeline.model.formats import EDITIONS, USUAL_EDITION, Edition
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Chapter, Manuscript
from pipeline.model.publication import Publication


def compose_briefing(
    publication: Publication, layouts: Layouts, edition: Edition = USUAL_EDITION, with_places: bool = False
) -> Manuscript:
    """A briefing in the layout 'briefing', in the style of an edition of the PDF.

    `with_places`: its words carry the lines of the sources that they stand in, as the live page needs them.
    """
    galley = galley_of(publication, accent(publication.imprint, layouts, edition))
    galley.across = EDITIONS[edition].across
    galley.manual = publication.manual
    galley.with_places = with_places
    name = "briefing/manual.html.j2" if publication.manual else "briefing/briefing.html.j2"
    values = {"publication": publication, "words": publication.identity.words, **pieces(publication, galley)}
    markup, bookmarks = set_page(layouts, name, values, publication.identity.language)
    chapter = Chapter(publication.id, publication.identity.title, markup, bookmarks, landmark="bodymatter")
    fonts = font_set(publication.imprint, layouts, edition, markup)
    style = paged_style("briefing", publication.imprint, layouts, fonts, edition)
    return Manuscript(
        layout="briefing",
        chapters=(chapter,),
        metadata=briefing_metadata(publication),
        style=style + drawn(publication.assets, edition),
        epub_style=screen_style(EPUB, publication.imprint, layouts),
        web_style=web_style(WEB, "briefing", publication.imprint, layouts),
        fonts=fonts.faces,
        images=publication.assets,
        edition=edition,
    )


def _terms(publication: Publication) -> tuple[tuple[str, str, str], ...]:
    """Abbreviations and terms in one alphabetical list: anchor, term, meaning."""
    listed = [("", short, full) for short, full in publication.abbreviations]
    listed += [(f"term-{name}", term.term, term.meaning) for name, term in publication.glossary]
    return tuple(sorted(listed, key=lambda entry: entry[1].casefold()))


def pieces(publication: Publication, galley: Galley) -> dict[str, object]:
    """The parts of a briefing's page as XHTML, set in reading order: citations are numbered so."""
    galley.level = 2
    key_finding = body(publication.key_finding, galley)
    recommendation = body(publication.recommendation, galley)
    galley.verdict_set = bool(key_finding)
    placed = any(isinstance(node, EvidenceMark) and not node.plot for node in walk(publication.body.blocks))
    glance = Markup("") if placed else evidence(galley)
    galley.level = 2 if key_finding or recommendation or glance else 1
    text = body(publication.body, galley)
    examples = unplaced(galley, blocks)
    ending = notes(publication.body.footnotes, galley)
    return {
        "key_finding": key_finding,
        "recommendation": recommendation,
        "evidence": glance,
        "text": text,
        "practice": examples,
        "descriptions": descriptions(galley, blocks),
        "notes": ending,
        "method": blocks(publication.method_note.blocks, galley),
        "references": entries(galley),
        "terms": _terms(publication),
        "verdict": verdict(galley.evidence, galley.words, galley.accent),
        "qr": qr_of(publication.identity),
        "house": galley.house,
        "logo": logo(publication.imprint, publication.assets),
        "licence": licence_name(publication.licence) if publication.licence else "",
    }

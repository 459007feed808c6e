"""A series' landing page, for the web."""

from pipeline.compose.design.style import EPUB, SERIES, SERIES_PRINTED, paged_style, screen_style, web_style
from pipeline.compose.design.tokens import accent, logo
from pipeline.compose.design.typeface import font_set
from pipeline.compose.evidence.verdict import verdict
from pipeline.compose.language.house import speaking
from pipeline.compose.page.body import blocks, body, notes
from pipeline.compose.page.fragment import set_page
from pipeline.compose.page.galley import Galley, by_name, galley_of
from pipeline.compose.page.metadata import series_metadata
from pipeline.compose.page.references import entries
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Chapter, Manuscript
from pipeline.model.publication import SeriesPublication


def compose_series(series: SeriesPublication, layouts: Layouts) -> Manuscript:
    """The landing page: what the series is, its briefings with their key findings and verdicts, how it was made."""
    colour = accent(series.imprint, layouts)
    house = speaking(series.identity.words, series.identity.language)
    galley = Galley(
        colour,
        series.identity.words,
        references=series.references,
        house=house,
        level=2,
        pictures=by_name(series.assets),
    )
    known = series.series
    members = [
        (
            member,
            verdict(member.evidence, series.identity.words, colour),
            body(member.key_finding, galley_of(member, colour, elsewhere=f"briefing:{member.id}")),
        )
        for member in series.members
    ]
    values = {
        "series": series,
        "words": series.identity.words,
        "house": house,
        "members": members,
        "landing": body(known.landing, galley),
        "method": blocks((known.method_note or series.imprint.method_note).blocks, galley),
        "caveat": blocks((known.practice_caveat or series.imprint.practice_caveat).blocks, galley),
        "notes": notes(known.landing.footnotes, galley),
        "publication": series,
        "references": entries(galley),
        "logo": logo(series.imprint, series.assets),
    }
    markup, bookmarks = set_page(layouts, "web/series.html.j2", values, series.identity.language)
    fonts = font_set(series.imprint, layouts, text=markup)
    return Manuscript(
        layout="series",
        chapters=(Chapter(series.identity.id, series.identity.title, markup, bookmarks, landmark="bodymatter"),),
        metadata=series_metadata(series),
        style=paged_style("briefing", series.imprint, layouts, fonts),
        epub_style=screen_style(EPUB, series.imprint, layouts),
        web_style=web_style(SERIES, "briefing", series.imprint, layouts, SERIES_PRINTED),
        fonts=fonts.faces,
        images=series.assets,
    )

"""The sheets before leaves that are replaced: instructions, pages in force, what has gone, and what to return."""

from dataclasses import dataclass, replace
from datetime import date

from pipeline.compose.design.style import joined, paged_style
from pipeline.compose.design.typeface import font_set
from pipeline.compose.language.house import speaking
from pipeline.compose.page.fragment import set_page
from pipeline.compose.slip import SHEET
from pipeline.model.formats import EDITIONS, Edition
from pipeline.model.identity import Identity
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Chapter, Manuscript, Metadata
from pipeline.model.source.imprint import Imprint
from pipeline.text.typography import FIXED_HYPHEN

TEMPLATE, ON_PAPER = "correcting/replacement.html.j2", "correcting/replacement-paper.css"

REVISIONS = 5
"""Empty lines in the record of revisions."""


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A line of the instruction sheet: where, what to take out, what to put in; either of these may be nothing."""

    where: str
    out: str
    into: str


@dataclass(frozen=True, slots=True)
class EffectivePages:
    """A text of the new edition in the list of pages in force: its version, and its folios by the day they bear."""

    title: str
    version: str
    fresh: str
    """The folios of the leaves that are put in."""
    kept: str
    """Those of the leaves that stay."""
    why: str = ""
    """The reason for the new ones, in words."""


@dataclass(frozen=True, slots=True)
class GoneText:
    """A text that has left the pack: its title and version there, why in a sentence, and its folios there in words."""

    title: str
    version: str
    why: str
    pages: str = ""


@dataclass(frozen=True, slots=True)
class NamedEdition:
    """An edition by its name, its day and its code."""

    name: str
    on: date
    code: str


@dataclass(frozen=True, slots=True)
class ReplacementText:
    """Everything that the sheets say of two editions of a pack."""

    title: str
    """The title of the pack."""
    was: NamedEdition
    now: NamedEdition
    steps: tuple[ToldStep, ...]
    pages: tuple[EffectivePages, ...]
    gone: tuple[GoneText, ...]
    taken_out: int
    """Leaves that are taken out."""
    put_in: int
    """Leaves that are put in."""
    leaves: int
    """Leaves of the new edition."""
    between: str = ""
    """The names of the editions between the two, in words."""
    numbered: bool = False
    """Whether copies of the old edition bear numbers."""
    stapled: bool = False
    """Whether copies of it may be booklets."""


def replacement_identity(identity: Identity, said: ReplacementText) -> Identity:
    """The identity of the sheets: the pack's in its new edition, and on every page what they are."""
    words = identity.words
    return replace(
        identity,
        title=words.say("replace-title"),
        short_title=said.title,
        edition=said.now.name,
        version="",
        statuses=(*identity.statuses, words.say("replace-status")),
    )


def _with_fixed_hyphens(said: ReplacementText) -> ReplacementText:
    """The same, with folios such as 7-3 that typography takes for no range."""

    def fixed(text: str) -> str:
        return text.replace("-", FIXED_HYPHEN)

    steps = tuple(ToldStep(fixed(one.where), fixed(one.out), fixed(one.into)) for one in said.steps)
    pages = tuple(replace(one, fresh=fixed(one.fresh), kept=fixed(one.kept)) for one in said.pages)
    gone = tuple(replace(one, pages=fixed(one.pages)) for one in said.gone)
    return replace(said, steps=steps, pages=pages, gone=gone)


def compose_replacement(
    identity: Identity, imprint: Imprint, said: ReplacementText, layouts: Layouts, edition: Edition
) -> Manuscript:
    """The sheets as a text of their own, in the style of an edition of the PDF. `identity` is that of the sheets."""
    words, language = identity.words, identity.language
    row = EDITIONS[edition]
    told = _with_fixed_hyphens(said)
    values = {
        "words": words,
        "house": speaking(words, language),
        "identity": identity,
        "said": told,
        "revisions": tuple(range(REVISIONS)),
        "contact": imprint.fields.contact or identity.publisher or imprint.fields.publisher,
    }
    markup, bookmarks = set_page(layouts, TEMPLATE, values, language)
    markup = markup.replace(FIXED_HYPHEN, "-")
    title = f"{identity.title}: {words.say('replace-of', title=said.title, was=said.was.name, now=said.now.name)}"
    fonts = font_set(imprint, layouts, edition, markup)
    sheets = (SHEET, ON_PAPER) if row.both_sides else (SHEET,)
    return Manuscript(
        layout="briefing",
        chapters=(Chapter(identity.id, identity.title, markup, bookmarks),),
        metadata=Metadata(
            id=identity.id,
            title=title,
            language=language,
            publisher=identity.publisher or imprint.fields.publisher,
            version=said.now.name,
            modified=said.now.on.isoformat(),
        ),
        style=paged_style("briefing", imprint, layouts, fonts, edition) + joined(sheets, layouts),
        epub_style="",
        web_style="",
        fonts=fonts.faces,
        edition=edition,
    )

"""The accessibility report of an issued edition: what was judged by which program, and what only a person can judge."""

from dataclasses import dataclass, replace
from datetime import date

from pipeline.compose.design.style import WEB, joined, paged_style, web_style
from pipeline.compose.design.typeface import font_set
from pipeline.compose.language.words import lang_attribute
from pipeline.compose.page.fragment import set_page
from pipeline.model.formats import USUAL_EDITION, FileContents, Format, Layouts
from pipeline.model.manuscript import Chapter, Manuscript, Metadata
from pipeline.model.sheets import Identity
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.words import Phrases

TEMPLATE, SHEET = "pack/accessibility.html.j2", "correcting/correcting.css"

QUESTIONS = ("pictures", "order", "tables", "links", "sight", "use", "plain")
"""Questions that only a person can judge, by the phrases `report-judge-…`."""


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """Errors and warnings of a judge in a file."""

    judge: str
    """Its name and release, as far as that is known."""
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class Together:
    """Errors and warnings of a judge in so many files together, where the record does not say in which."""

    judge: str
    files: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class FileHeld:
    """A file of an edition: what it says of itself, what is in it, and what was found in it."""

    name: str
    format: Format
    pages: int
    contents: FileContents
    verdicts: tuple[FileVerdict, ...]


@dataclass(frozen=True, slots=True)
class AllowedFault:
    """Objections that were overridden at the issue: the reason that was given, and each sentence."""

    reason: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccessText:
    """Everything that the report says."""

    title: str
    """The title of the pack."""
    edition: str
    issued: date
    code: str
    files: tuple[FileHeld, ...]
    together: tuple[Together, ...]
    allowed: tuple[AllowedFault, ...]
    paper: tuple[Format, ...]
    """The formats of the edition that are for paper, and cannot be heard."""
    others: tuple[Format, ...]
    """The formats that may be asked for."""
    inserts: tuple[str, ...]
    """Titles of the pages of others that were bound in."""
    evaluated_by: str
    """The person or body that judged the EPUBs of the library, if anybody did."""
    evaluated: date | None
    report: str
    """The address of that evaluation."""
    taken: tuple[tuple[Format, int], ...]
    """Formats that colleges take today, each with the number of colleges."""
    needs: tuple[str, ...]
    """Needs that colleges have told of their readers; no college is named."""


def access_identity(identity: Identity) -> Identity:
    """The identity of the report: that of the pack in its edition, under its own title."""
    return replace(identity, title=identity.words.say("report-title"), short_title=identity.title, version="")


def _listed(words: Phrases, formats: tuple[Format, ...]) -> str:
    return ", ".join(words.say(f"format-{kind}") for kind in formats)


def compose_access(identity: Identity, imprint: LibrarySettings, said: AccessText, layouts: Layouts) -> Manuscript:
    """The report as a text of its own, for a PDF and a web page. `identity` is that of the report."""
    words, language = identity.words, identity.language
    values = {
        "words": words,
        "house": lang_attribute(words, language),
        "identity": identity,
        "said": said,
        "questions": QUESTIONS,
        "paper": _listed(words, said.paper),
        "others": _listed(words, said.others),
        "taken": ", ".join(f"{words.say(f'format-{kind}')} ({many})" for kind, many in said.taken),
        "inserts": "; ".join(said.inserts),
        "contact": imprint.fields.contact or identity.publisher or imprint.fields.publisher,
    }
    markup, bookmarks = set_page(layouts, TEMPLATE, values, language)
    fonts = font_set(imprint, layouts, USUAL_EDITION, markup)
    return Manuscript(
        layout="briefing",
        chapters=(Chapter(identity.id, identity.title, markup, bookmarks),),
        metadata=Metadata(
            id=identity.id,
            title=words.say("report-of", title=said.title, edition=said.edition),
            language=language,
            publisher=identity.publisher or imprint.fields.publisher,
            version=said.edition,
            modified=said.issued.isoformat(),
        ),
        style=paged_style("briefing", imprint, layouts, fonts, USUAL_EDITION) + joined((SHEET,), layouts),
        epub_style="",
        web_style=web_style((*WEB, SHEET), "briefing", imprint, layouts, SHEET),
        fonts=fonts.faces,
        edition=USUAL_EDITION,
    )

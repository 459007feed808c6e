"""The accessibility report of an issued edition: what programs found, and what only a person can judge."""

from dataclasses import dataclass, replace
from datetime import date

from pipeline.compose.design.style import WEB_SHEETS, join_sheets, paged_style, web_style
from pipeline.compose.design.typeface import choose_fonts
from pipeline.compose.language.words import lang_attribute
from pipeline.compose.page.fragment import fill_page
from pipeline.model.formats import USUAL_VARIANT, FileContents, Format, Layouts
from pipeline.model.manuscript import Chapter, Manuscript, Metadata
from pipeline.model.sheets import Identity
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.words import Phrases

TEMPLATE, SHEET = "pack/accessibility.html.j2", "correcting/correcting.css"

QUESTIONS = ("pictures", "order", "tables", "links", "sight", "use", "plain")
"""Questions for a person, by the phrases `report-judge-…`."""


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """Errors and warnings that a program found in a file."""

    judge: str
    """Name of the program, and its release if known."""
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class SharedVerdict:
    """Errors and warnings that a program found in several files, if the record does not say in which."""

    judge: str
    files: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class ReportedFile:
    """A file of an edition: its claims and contents, and the verdicts on it."""

    name: str
    format: Format
    pages: int
    contents: FileContents
    verdicts: tuple[FileVerdict, ...]


@dataclass(frozen=True, slots=True)
class OverriddenFault:
    """Problems that were overridden at the issue: the reason given, and the sentence of each."""

    reason: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccessibilityReport:
    """The content of the report."""

    title: str
    """The title of the pack."""
    edition: str
    issued: date
    code: str
    files: tuple[ReportedFile, ...]
    together: tuple[SharedVerdict, ...]
    allowed: tuple[OverriddenFault, ...]
    paper: tuple[Format, ...]
    """The formats of the edition that are for paper, and that no screen reader reads."""
    others: tuple[Format, ...]
    """The formats that readers may ask for."""
    inserts: tuple[str, ...]
    """Titles of the inserts."""
    evaluated_by: str
    """The person or body that evaluated the EPUBs of the library, or nothing."""
    evaluated: date | None
    report: str
    """The address of that evaluation."""
    taken: tuple[tuple[Format, int], ...]
    """Formats that colleges receive today, each with the number of colleges."""
    needs: tuple[str, ...]
    """Needs of readers that colleges have reported; no college is named."""


def report_identity(identity: Identity) -> Identity:
    """Return the identity of the report: that of the pack in its edition, with the report's title."""
    return replace(identity, title=identity.words.say("report-title"), short_title=identity.title, version="")


def _format_names(words: Phrases, formats: tuple[Format, ...]) -> str:
    return ", ".join(words.say(f"format-{kind}") for kind in formats)


def compose_accessibility_report(
    identity: Identity, imprint: LibrarySettings, report: AccessibilityReport, layouts: Layouts
) -> Manuscript:
    """Compose the report, for a PDF and a web page. `identity` is that of the report."""
    words, language = identity.words, identity.language
    values = {
        "words": words,
        "house": lang_attribute(words, language),
        "identity": identity,
        "said": report,
        "questions": QUESTIONS,
        "paper": _format_names(words, report.paper),
        "others": _format_names(words, report.others),
        "taken": ", ".join(f"{words.say(f'format-{kind}')} ({count})" for kind, count in report.taken),
        "inserts": "; ".join(report.inserts),
        "contact": imprint.fields.contact or identity.publisher or imprint.fields.publisher,
    }
    markup, bookmarks = fill_page(layouts, TEMPLATE, values, language)
    fonts = choose_fonts(imprint, layouts, USUAL_VARIANT, markup)
    return Manuscript(
        layout="briefing",
        chapters=(Chapter(identity.id, identity.title, markup, bookmarks),),
        metadata=Metadata(
            id=identity.id,
            title=words.say("report-of", title=report.title, edition=report.edition),
            language=language,
            publisher=identity.publisher or imprint.fields.publisher,
            version=report.edition,
            modified=report.issued.isoformat(),
        ),
        style=paged_style("briefing", imprint, layouts, fonts, USUAL_VARIANT) + join_sheets((SHEET,), layouts),
        epub_style="",
        web_style=web_style((*WEB_SHEETS, SHEET), "briefing", imprint, layouts, SHEET),
        fonts=fonts.faces,
        variant=USUAL_VARIANT,
    )

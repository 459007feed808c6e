"""Files as Retraction Watch has them, of invented rows."""

import csv
import io
from collections.abc import Iterable

HEADS = (
    *("Record ID", "Title", "Subject", "Institution", "Journal", "Publisher", "Country", "Author", "URLS"),
    *("ArticleType", "RetractionDate", "RetractionDOI", "RetractionPubMedID", "OriginalPaperDate", "OriginalPaperDOI"),
    *("OriginalPaperPubMedID", "RetractionNature", "Reason", "Paywalled", "Notes", ""),
)
"""The columns, of which the last has no name."""

RETRACTION, BACK, CONCERN, CORRECTION = "Retraction", "Reinstatement", "Expression of concern", "Correction"
PATH = "references/retractions/retraction_watch.csv"


def row(
    day: str, nature: str, doi: str = "unavailable", pubmed: str = "0", notice: str = "", reason: str = ""
) -> tuple[str, ...]:
    """The cells of a notice on a work; the day has the month first."""
    return (
        *("1", 'A study of "beats", and of walks', "(SOC) Criminology;", "Northmoor University", "Journal of Tests"),
        *("Invented Press", "United Kingdom", "Ann Hughes;Max Bell", "", "Research Article;", f"{day} 0:00", notice),
        *("0", "1/1/2000 0:00", doi, pubmed, nature, reason, "No", "", ""),
    )


def watch_file(*rows: Iterable[str]) -> str:
    """A whole file."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows((HEADS, *rows))
    return out.getvalue()

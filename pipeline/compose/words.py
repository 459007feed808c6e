"""The house's words for what the records say: results, ratings, kinds of change, dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model.result import Result

if TYPE_CHECKING:
    from pipeline.model.evidence import Change, Measure, Split
from pipeline.model.day import in_words

long_date = in_words
"""'19 October 2022', for the templates."""

RESULTS: dict[Result, str] = {
    Result.FAVOURABLE: "Favourable",
    Result.UNFAVOURABLE: "Unfavourable",
    Result.MIXED: "Mixed",
    Result.NO_EFFECT: "No effect",
    Result.INCONCLUSIVE: "Inconclusive",
    Result.LITTLE_EVIDENCE: "Little evidence",
    Result.ASSOCIATED: "Associated",
    Result.NO_STUDIES: "No studies",
}

EVALUATED = {
    "yes": "Independently evaluated",
    "no": "Not independently evaluated",
    "unknown": "Not known whether independently evaluated",
}

RATINGS = {
    "worked": "Worked",
    "promising": "Promising",
    "new-or-innovative": "New or innovative",
    "did-not-work": "Did not work",
    "untested": "Untested",
    "not-stated": "Not rated",
}

FORMATS = {
    "screen": "PDF",
    "print": "print",
    "large-print": "large print",
    "booklet": "booklet",
    "epub": "EPUB",
}
"""What readers call the formats that may have an ISBN."""

AMENDMENTS = {
    "first": "First published",
    "substantive": "Changed in substance",
    "correction": "Corrected",
    "review-no-change": "Reviewed, no change",
}


def plain(slug: str) -> str:
    """A hyphenated word as readers say it: 'systematic review'."""
    return slug.replace("-", " ")


def sentence(words: str) -> str:
    """The words with a capital at the start."""
    return words[:1].upper() + words[1:]


def together(labels: tuple[str, ...]) -> str:
    """'Student officer, trainer': labels as one line, with one capital; a short form keeps its own."""
    return ", ".join(
        label[:1].lower() + label[1:] if place and label[1:2].islower() else label for place, label in enumerate(labels)
    )


def counted(number: int, one: str, many: str) -> str:
    """'1 study', '13 studies', '1,240 studies'."""
    return f"{number:,} {one if number == 1 else many}"


def amendment(kind: str, summary: str) -> str:
    """'Corrected. Table 1'; the kind alone where the summary says no more."""
    said = AMENDMENTS[kind]
    return said if summary.strip(" .").casefold() == said.casefold() else f"{said}. {summary}"


def conditions(said: str | None) -> str:
    """What a licence asks for, without the full stop at its end; 'none' asks for nothing."""
    asked = (said or "").strip().rstrip(".")
    return "" if asked.casefold() in ("none", "no", "no conditions") else asked


def read_time(minutes: int) -> str:
    """'3 mins read'."""
    return "1 min read" if minutes == 1 else f"{minutes} mins read"


def study_count(studies: int | None) -> str:
    """How many studies, as the evidence table says it: a gap is 'none', silence 'not counted'."""
    match studies:
        case None:
            return "not counted"
        case 0:
            return "none"
        case _:
            return f"{studies:,}"


def measured(measure: Measure) -> str:
    """'mortality down'; the bare name where no direction is stated."""
    match measure.change:
        case "up" | "down":
            return f"{measure.name} {measure.change}"
        case "none":
            return f"no change in {measure.name}"
        case _:
            return measure.name


def split_part(part: Split, studies: int | None) -> str:
    """'2 of 6 favourable: mortality down, ambulance call-outs down'; '2 favourable' where all were not counted."""
    total = f" of {studies:,}" if studies is not None else ""
    said = f"{part.studies:,}{total} {RESULTS[part.result].lower()}"
    if part.intervention:
        said += f" ({part.intervention})"
    if part.measures:
        said += ": " + ", ".join(measured(m) for m in part.measures)
    return said


def change_in_words(change: Change) -> str:
    """'Street-level purity of heroin within 12 months: direction not stated'."""
    said = change.measure
    if change.of:
        said += f" of {change.of}"
    if change.within:
        said += f" within {change.within}"
    direction = {"up": "up", "down": "down", "none": "no change", "not-stated": "direction not stated"}
    return f"{sentence(said)}: {direction[change.direction]}"


def pages(folios: tuple[int, ...]) -> str:
    """'page 4', 'pages 4 and 6', 'pages 4, 6 and 9'."""
    numbers = [str(folio) for folio in folios]
    if len(numbers) == 1:
        return f"page {numbers[0]}"
    return f"pages {', '.join(numbers[:-1])} and {numbers[-1]}"

"""The house's words for what the records say: results, ratings, kinds of change, dates."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pipeline.model.result import Result
from pipeline.text.typography import is_english

if TYPE_CHECKING:
    from pipeline.model.source.evidence import Change, Measure, Practice, Split
    from pipeline.model.words import Words


def result(words: Words, found: Result | str) -> str:
    """A result as a line of its own says it: 'No effect'."""
    return words.say(f"result-{found}")


def result_within(words: Words, found: Result | str) -> str:
    """A result as a sentence says it: 'no effect'."""
    return words.say(f"within-{found}")


def evaluated(words: Words, record: Practice) -> str:
    """'Independently evaluated'."""
    return words.say(f"evaluated-{record.evaluated}")


def rated(words: Words, record: Practice) -> str:
    """'Worked', 'Worked, by the What Works Centre'."""
    rating = words.say(f"rated-{record.rating}")
    return words.say("rated-by", rating=rating, who=record.rated_by) if record.rated_by else rating


def long_date(words: Words, on: date) -> str:
    """'19 October 2022'."""
    return words.day(on)


def plain(words: Words, slug: str) -> str:
    """A hyphenated word as readers say it: 'systematic review'."""
    return slug.replace("-", " ")


def sentence(words: Words, said: str) -> str:
    """The words with a capital at the start."""
    return said[:1].upper() + said[1:]


def together(words: Words, labels: tuple[str, ...]) -> str:
    """'Student officer, trainer': labels as one line, in English with one capital; a short form keeps its own."""
    if not is_english(words.language):
        return ", ".join(labels)
    return ", ".join(
        label[:1].lower() + label[1:] if place and label[1:2].islower() else label for place, label in enumerate(labels)
    )


def counted(words: Words, number: int, one: str, many: str) -> str:
    """'1 study', '13 studies', '1,240 studies': for a layout's own words; those of the house have `count`."""
    return f"{words.number(number)} {one if number == 1 else many}"


def amendment(words: Words, kind: str, summary: str) -> str:
    """'Corrected. Table 1'; the kind alone where the summary says no more."""
    said = words.say(f"amended-{kind}")
    if summary.strip(" .").casefold() == said.casefold():
        return said
    return words.say("amended", kind=said, summary=summary)


def conditions(words: Words, said: str | None) -> str:
    """Conditions of a licence without the final full stop; empty for 'none'."""
    asked = (said or "").strip().rstrip(".")
    return "" if asked.casefold() in ("none", "no", "no conditions") else asked


def read_time(words: Words, minutes: int) -> str:
    """'3 mins read'."""
    return words.count("read-time", minutes)


def study_count(words: Words, studies: int | None) -> str:
    """Number of studies as the evidence table prints it: 'none' for a gap, 'not counted' if nobody counted."""
    match studies:
        case None:
            return words.say("not-counted")
        case 0:
            return words.say("none")
        case _:
            return words.number(studies)


def measured(words: Words, measure: Measure) -> str:
    """'mortality down'; the bare name where no direction is stated."""
    if measure.change == "not-stated":
        return measure.name
    return words.say(f"change-{measure.change}", name=measure.name)


def split_part(words: Words, part: Split, studies: int | None) -> str:
    """'2 of 6 favourable: mortality down, ambulance call-outs down'; '2 favourable' where all were not counted."""
    found = {"n": words.number(part.studies), "result": result_within(words, part.result)}
    if studies is None:
        said = words.say("studies-with-result", **found)
    else:
        said = words.say("of-studies-with-result", all=words.number(studies), **found)
    if part.intervention:
        said += f" ({part.intervention})"
    if part.measures:
        said += ": " + ", ".join(measured(words, m) for m in part.measures)
    return said


def change_in_words(words: Words, change: Change) -> str:
    """'Street-level purity of heroin within 12 months: direction not stated'."""
    said = change.measure
    if change.of:
        said = words.say("measure-of", measure=said, of=change.of)
    if change.within:
        said = words.say("measure-within", measure=said, within=change.within)
    return f"{sentence(words, said)}: {words.say(f'direction-{change.direction}')}"


def pages(words: Words, folios: tuple[int, ...]) -> str:
    """'page 4', 'pages 4 and 6', 'pages 4, 6 and 9'."""
    numbers = [str(folio) for folio in folios]
    if len(numbers) == 1:
        return words.say("page", page=numbers[0])
    return words.say("pages", pages=words.say("and", first=", ".join(numbers[:-1]), last=numbers[-1]))

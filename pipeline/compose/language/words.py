"""Phrases for results, ratings, changes and dates of records."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from pipeline.core.text.typography import is_english
from pipeline.model.result import Result
from pipeline.model.words import PLACEHOLDER, Phrases

if TYPE_CHECKING:
    from pipeline.core.sentences import WordMeasure
    from pipeline.model.source.evidence import Change, Measure, Practice, Split
    from pipeline.model.words import Phrases


def phrase_language(words: Phrases, language: str) -> str:
    """Return the language of phrases in a text in another language, else ''."""
    base = words.language
    return "" if base.partition("-")[0].casefold() == language.partition("-")[0].casefold() else base


def lang_attribute(words: Phrases, language: str) -> Markup:
    """Return the language attributes of phrases in a text in another language, else nothing."""
    base = phrase_language(words, language)
    return Markup(' lang="{0}" xml:lang="{0}"').format(base) if base else Markup()


def fill_phrase(words: Phrases, key: str, /, **into: object) -> Markup:
    """Return a phrase with parts of a page, or words, in its places."""
    pieces = PLACEHOLDER.split(words.phrases[key][0])  # every second one is a place
    return Markup("").join(
        escape(into.get(piece, "")) if number % 2 else escape(piece) for number, piece in enumerate(pieces)
    )


def result(words: Phrases, kind: Result | str) -> str:
    """Return a result for a line of its own: 'No effect'."""
    return words.say(f"result-{kind}")


def result_within(words: Phrases, kind: Result | str) -> str:
    """Return a result for a sentence: 'no effect'."""
    return words.say(f"within-{kind}")


def evaluated(words: Phrases, record: Practice) -> str:
    """Return 'Independently evaluated'."""
    return words.say(f"evaluated-{record.evaluated}")


def rated(words: Phrases, record: Practice) -> str:
    """Return 'Worked', 'Worked, by the What Works Centre'."""
    rating = words.say(f"rated-{record.rating}")
    return words.say("rated-by", rating=rating, who=record.rated_by) if record.rated_by else rating


def measure(words: Phrases, change: WordMeasure) -> str:
    """Return '12 of its 1,240 words are new; 9 words were removed.'."""
    clauses = [words.count("changes-words-new", change.new, all=words.number(change.words))] if change.new else []
    clauses += [words.count("changes-words-gone", change.gone)] if change.gone else []
    clauses += [words.count("changes-parts-moved", change.moved)] if change.moved else []
    return f"{'; '.join(clauses) or words.say('changes-otherwise' if change.otherwise else 'changes-no-word')}."


def long_date(words: Phrases, day: date) -> str:
    """Return '19 October 2022'."""
    return words.day(day)


def plain(words: Phrases, slug: str) -> str:
    """Return a hyphenated word without hyphens: 'systematic review'."""
    return slug.replace("-", " ")


def sentence(words: Phrases, text: str) -> str:
    """Return a text with a capital at the start."""
    return text[:1].upper() + text[1:]


def together(words: Phrases, labels: tuple[str, ...]) -> str:
    """Return 'Student officer, trainer': labels as one line, in English with one capital but for short forms."""
    if not is_english(words.language):
        return ", ".join(labels)
    return ", ".join(
        label[:1].lower() + label[1:] if number and label[1:2].islower() else label
        for number, label in enumerate(labels)
    )


def counted(words: Phrases, number: int, one: str, many: str) -> str:
    """Return '1 study', '13 studies', '1,240 studies': for a layout's own words; phrases have `count`."""
    return f"{words.number(number)} {one if number == 1 else many}"


def amendment(words: Phrases, kind: str, summary: str) -> str:
    """Return 'Corrected. Table 1'; the kind alone if the summary repeats it."""
    kind = words.say(f"amended-{kind}")
    if summary.strip(" .").casefold() == kind.casefold():
        return kind
    return words.say("amended", kind=kind, summary=summary)


def conditions(words: Phrases, text: str | None) -> str:
    """Return the conditions of a licence without the final full stop; empty for 'none'."""
    text = (text or "").strip().rstrip(".")
    return "" if text.casefold() in ("none", "no", "no conditions") else text


def read_time(words: Phrases, minutes: int) -> str:
    """Return '3 mins read'."""
    return words.count("read-time", minutes)


def study_count(words: Phrases, studies: int | None) -> str:
    """Return the number of studies for a cell: 'none' for a gap, 'not counted' if unknown."""
    match studies:
        case None:
            return words.say("not-counted")
        case 0:
            return words.say("none")
        case _:
            return words.number(studies)


def changed(words: Phrases, name: str, change: str) -> str:
    """Return 'mortality down'; the name alone if no direction is stated."""
    return name if change == "not-stated" else words.say(f"change-{change}", name=name)


def measured(words: Phrases, measures: tuple[Measure, ...]) -> str:
    """Return 'mortality, ambulance call-outs down; help-seeking up': measures by change."""
    by_change: dict[str, list[str]] = {}
    for measure in measures:
        by_change.setdefault(measure.change, []).append(measure.name)
    return "; ".join(changed(words, ", ".join(names), change) for change, names in by_change.items())


def split_part(words: Phrases, part: Split) -> str:
    """Return '2 favourable (seizure): mortality, ambulance call-outs down'."""
    text = words.say("studies-with-result", n=words.number(part.studies), result=result_within(words, part.result))
    if part.intervention:
        text += f" ({part.intervention})"
    return f"{text}: {measured(words, part.measures)}" if part.measures else text


def change_in_words(words: Phrases, change: Change) -> str:
    """Return 'crime down', 'street-level purity of heroin within 12 months, direction not stated'."""
    text = words.say("measure-of", measure=change.measure, of=change.of) if change.of else change.measure
    text = changed(words, text, change.direction)
    if change.within:
        text = words.say("measure-within", measure=text, within=change.within)
    return f"{text}, {words.say('direction-not-stated')}" if change.direction == "not-stated" else text


def enumerated(words: Phrases, names: tuple[str, ...]) -> str:
    """Return 'arrest', 'arrest and seizure', 'arrest, seizure and incarceration'."""
    *others, last = names
    return words.say("and", first=", ".join(others), last=last) if others else last


def pages(words: Phrases, folios: tuple[str, ...]) -> str:
    """Return 'page 4', 'pages 4 and 6', 'pages 7-3, 7-5 and 9-1'."""
    text = enumerated(words, folios)
    return words.say("page", page=text) if len(folios) == 1 else words.say("pages", pages=text)

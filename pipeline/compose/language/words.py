"""Phrases for what records say."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from pipeline.core.text.typography import is_english
from pipeline.model.result import Result
from pipeline.model.words import PLACE, Phrases

if TYPE_CHECKING:
    from pipeline.core.sentences import WordMeasure
    from pipeline.model.source.evidence import Change, Measure, Practice, Split
    from pipeline.model.words import Phrases


def lang_attribute(words: Phrases, language: str) -> Markup:
    """The attributes that say which language the words of the house are in, where the text is in another."""
    own = words.language
    if own.partition("-")[0].casefold() == language.partition("-")[0].casefold():
        return Markup()
    return Markup(' lang="{0}" xml:lang="{0}"').format(own)


def put(words: Phrases, key: str, /, **into: object) -> Markup:
    """The phrase of a key with parts of a page, or words, put into its places."""
    pieces = PLACE.split(words.phrases[key][0])  # every second one is a place
    return Markup("").join(
        escape(into.get(piece, "")) if number % 2 else escape(piece) for number, piece in enumerate(pieces)
    )


# Words for results, ratings, kinds of change and dates


def result(words: Phrases, found: Result | str) -> str:
    """A result as a line of its own says it: 'No effect'."""
    return words.say(f"result-{found}")


def result_within(words: Phrases, found: Result | str) -> str:
    """A result as a sentence says it: 'no effect'."""
    return words.say(f"within-{found}")


def evaluated(words: Phrases, record: Practice) -> str:
    """'Independently evaluated'."""
    return words.say(f"evaluated-{record.evaluated}")


def rated(words: Phrases, record: Practice) -> str:
    """'Worked', 'Worked, by the What Works Centre'."""
    rating = words.say(f"rated-{record.rating}")
    return words.say("rated-by", rating=rating, who=record.rated_by) if record.rated_by else rating


def measure(words: Phrases, of: WordMeasure) -> str:
    """'12 of its 1,240 words are new; 9 words are gone.'."""
    clauses = [words.count("changes-words-new", of.new, all=words.number(of.words))] if of.new else []
    clauses += [words.count("changes-words-gone", of.gone)] if of.gone else []
    clauses += [words.count("changes-parts-moved", of.moved)] if of.moved else []
    return f"{'; '.join(clauses) or words.say('changes-otherwise' if of.otherwise else 'changes-no-word')}."


def long_date(words: Phrases, on: date) -> str:
    """'19 October 2022'."""
    return words.day(on)


def plain(words: Phrases, slug: str) -> str:
    """A hyphenated word as readers say it: 'systematic review'."""
    return slug.replace("-", " ")


def sentence(words: Phrases, said: str) -> str:
    """The words with a capital at the start."""
    return said[:1].upper() + said[1:]


def together(words: Phrases, labels: tuple[str, ...]) -> str:
    """'Student officer, trainer': labels as one line, in English with one capital; a short form keeps its own."""
    if not is_english(words.language):
        return ", ".join(labels)
    return ", ".join(
        label[:1].lower() + label[1:] if place and label[1:2].islower() else label for place, label in enumerate(labels)
    )


def counted(words: Phrases, number: int, one: str, many: str) -> str:
    """'1 study', '13 studies', '1,240 studies': for a layout's own words; those of the house have `count`."""
    return f"{words.number(number)} {one if number == 1 else many}"


def amendment(words: Phrases, kind: str, summary: str) -> str:
    """'Corrected. Table 1'; the kind alone where the summary says no more."""
    said = words.say(f"amended-{kind}")
    if summary.strip(" .").casefold() == said.casefold():
        return said
    return words.say("amended", kind=said, summary=summary)


def conditions(words: Phrases, said: str | None) -> str:
    """Conditions of a licence without the final full stop; empty for 'none'."""
    asked = (said or "").strip().rstrip(".")
    return "" if asked.casefold() in ("none", "no", "no conditions") else asked


def read_time(words: Phrases, minutes: int) -> str:
    """'3 mins read'."""
    return words.count("read-time", minutes)


def study_count(words: Phrases, studies: int | None) -> str:
    """Number of studies in a cell of its own: 'none' for a gap, 'not counted' if nobody counted."""
    match studies:
        case None:
            return words.say("not-counted")
        case 0:
            return words.say("none")
        case _:
            return words.number(studies)


def changed(words: Phrases, name: str, change: str) -> str:
    """'mortality down'; the bare name where no direction is stated."""
    return name if change == "not-stated" else words.say(f"change-{change}", name=name)


def measured(words: Phrases, measures: tuple[Measure, ...]) -> str:
    """'mortality, ambulance call-outs down; help-seeking up': measures by their change."""
    named: dict[str, list[str]] = {}
    for measure in measures:
        named.setdefault(measure.change, []).append(measure.name)
    return "; ".join(changed(words, ", ".join(names), change) for change, names in named.items())


def split_part(words: Phrases, part: Split) -> str:
    """'2 favourable (seizure): mortality, ambulance call-outs down'."""
    said = words.say("studies-with-result", n=words.number(part.studies), result=result_within(words, part.result))
    if part.intervention:
        said += f" ({part.intervention})"
    return f"{said}: {measured(words, part.measures)}" if part.measures else said


def change_in_words(words: Phrases, change: Change) -> str:
    """'crime down', 'street-level purity of heroin within 12 months, direction not stated'."""
    said = words.say("measure-of", measure=change.measure, of=change.of) if change.of else change.measure
    said = changed(words, said, change.direction)
    if change.within:
        said = words.say("measure-within", measure=said, within=change.within)
    return f"{said}, {words.say('direction-not-stated')}" if change.direction == "not-stated" else said


def enumerated(words: Phrases, names: tuple[str, ...]) -> str:
    """'arrest', 'arrest and seizure', 'arrest, seizure and incarceration'."""
    *others, last = names
    return words.say("and", first=", ".join(others), last=last) if others else last


def pages(words: Phrases, folios: tuple[str, ...]) -> str:
    """'page 4', 'pages 4 and 6', 'pages 7-3, 7-5 and 9-1'."""
    said = enumerated(words, folios)
    return words.say("page", page=said) if len(folios) == 1 else words.say("pages", pages=said)

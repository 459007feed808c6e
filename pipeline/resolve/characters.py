"""Characters that the fonts lack."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any
from unicodedata import category, name, normalize

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.processes import blamed_on
from pipeline.core.services import hooked
from pipeline.core.text.fonts import RANGES, in_letters, script_of
from pipeline.model.body import Citation, Code, CodeBlock, Inline, Placeholder, Text
from pipeline.model.library import Library
from pipeline.model.source.record import Record, Role, Step
from pipeline.resolve.citations.fill import listed
from pipeline.resolve.environment import Environment
from pipeline.resolve.reading import BriefingView, NodeIndex, place_in

Coverage = frozenset[int]
"""The code points that all text fonts have. None at all: not asked."""


def point(character: str) -> str:
    """'U+5B57'."""
    return f"U+{ord(character):04X}"


def is_missing(character: str, coverage: Coverage) -> bool:
    """Whether a character must be drawn and the fonts have no letter for it."""
    if character in "\n\t" or character in VARIANTS:
        return False
    kind = category(character)
    return kind == "Co" or (kind != "Cf" and ord(character) not in coverage)  # PDF/A refuses private use (Co)


VARIANTS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
"""Ask for another drawing of the letter before them, mostly in colours: they are not printed, and nothing is lost."""


def all_there(text: str, coverage: Coverage) -> bool:
    """Whether a text is printed as it stands: the fonts have every letter of it."""
    if not coverage or (text.isascii() and text.isprintable()):
        return True
    return not any(is_missing(one, coverage) or one in VARIANTS for one in set(normalize("NFC", text)))


def _plain(text: str) -> str:
    """A text as it is printed if the fonts have every letter of it."""
    return "".join(character for character in normalize("NFC", text) if character not in VARIANTS)


def shown(text: str, coverage: Coverage) -> str:
    """The text with each missing character shown by its number: '[U+5B57]'. Keys and flags are shown in letters."""
    text = in_letters(text)
    if all_there(text, coverage):
        return text
    return "".join(f"[{point(c)}]" if is_missing(c, coverage) else c for c in _plain(text))


def mark_missing(text: Text, coverage: Coverage) -> tuple[Inline, ...] | None:
    """The text with a placeholder for each missing character, or None if it is printed as it stands."""
    if all_there(text.text, coverage):
        return None
    made: list[Inline] = []
    run = ""
    for character in _plain(text.text):
        if not is_missing(character, coverage):
            run += character
            continue
        made += [Text(run, text.place)] if run else []
        made.append(Placeholder(f"[{point(character)}]"))
        run = ""
    return (*made, Text(run, text.place)) if run else tuple(made)


# Rules


def _remarks(found: Iterator[tuple[str, Callable[[int], Location]]], coverage: Coverage) -> Iterator[Diagnostic]:
    """One remark for each missing character of some texts, where it first stands; for a script that is missing, one."""
    first: dict[str, Location] = {}
    for text, place in found:
        if all_there(text, coverage):
            continue
        composed = normalize("NFC", text)
        for offset, character in enumerate(text):
            if character not in first and is_missing(character, coverage) and character in composed:
                first[character] = place(offset)
    missing = {character: _script(character) for character in first}
    of_script = Counter(missing.values())
    for character, script in missing.items():
        others = of_script.pop(script, 0) - 1 if script else 0
        if others >= 0:
            yield _remark(character, first[character], script, others)


def _script(character: str) -> str:
    """The script of a letter: one to ask for, or else its code in Unicode. None for Latin letters and signs."""
    from fontTools.unicodedata import script  # takes a tenth of a second: not needed where no letter is missing

    code = script(character)
    return script_of(ord(character)) or ("" if code in ("Latn", "Zinh", "Zyyy", "Zzzz") else code)


def _remark(character: str, place: Location, script: str, others: int) -> Diagnostic:
    said = name(character, "a character without a name").lower()
    more = f", nor for {others} more of its script" if others else ""
    hint = f"Ask for its script under 'design' in library.yaml: 'scripts: [{script}]'." if script in RANGES else None
    seen = character if character.isprintable() else "?"
    return message("character-without-glyph", place, hint, character=seen, name=said, point=point(character), more=more)


def _still(place: Location) -> Callable[[int], Location]:
    return lambda _: place


def texts_have_their_letters(passage: NodeIndex, coverage: Coverage) -> Iterator[Diagnostic]:
    """The fonts have a letter for every character of a text."""
    words: tuple[Text | Code, ...] = (*passage.every(Text), *passage.every(Code))
    in_lines = ((node.text, partial(place_in, node)) for node in words)
    in_blocks = ((block.text, _still(block.place)) for block in passage.every(CodeBlock))
    return _remarks(chain(in_lines, in_blocks), coverage)


def fields_have_their_letters(
    record: Record, place: Callable[..., Location], coverage: Coverage
) -> Iterator[Diagnostic]:
    """The fonts have a letter for every character of a file's fields."""
    return _remarks(((text, _still(place(*way))) for text, way in written_words(record, ())), coverage)


def written_words(value: Any, way: tuple[Step, ...]) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Every value of a record that is printed as it stands, with the way to it."""
    if type(value) is str:
        yield value, way
    elif isinstance(value, Record):
        for key, field in type(value).model_fields.items():
            if Role.UNPRINTED not in field.metadata:
                yield from written_words(getattr(value, key), (*way, key))
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from written_words(below, (*way, key))
    elif isinstance(value, tuple):
        for index, below in enumerate(value):
            yield from written_words(below, (*way, index))


def lists_have_their_letters(environment: Environment, coverage: Coverage) -> Iterator[Diagnostic]:
    """The fonts have a letter for every character of the glossary, the tags, the organisations and of services."""
    lists: tuple[tuple[str, Mapping[str, Record]], ...] = (
        ("glossary", environment.glossary),
        ("tags", environment.tags),
        ("tags", {area.id: area for area in environment.areas}),
        ("organisations", environment.organisations),
    )
    for file, records in lists:
        place = Location(f"source/{file}.yaml")
        words = ((text, _still(place)) for record in records.values() for text, _ in written_words(record, ()))
        yield from _remarks(words, coverage)
    for _, printed in hooked("printed_words"):
        yield from _remarks(((text, _still(place)) for text, place in printed(environment)), coverage)


def references_have_their_letters(reading: BriefingView, coverage: Coverage) -> Iterator[Diagnostic]:
    """The fonts have a letter for every character of the works that are listed."""
    known = reading.environment.bibliography
    used = {citation.key for citation in reading.passage.every(Citation)}
    for key in sorted(used.union(listed(reading.briefing))):
        if key in known:
            reference = known[key]
            words = ((text, _still(reference.place)) for text in _strings(reference.csl))
            yield from _remarks(words, coverage)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, below in value.items():
            if key not in ("custom", "abstract", "note", "keyword", "annote"):
                yield from _strings(below)
    elif isinstance(value, list | tuple):
        for below in value:
            yield from _strings(below)


# Shown by their number


def shown_library(library: Library, coverage: Coverage) -> Library:
    """The library with each missing character of its files' fields shown by its number (texts are seen to later)."""
    if not coverage:
        return library

    def things(of: Mapping[str, Any]) -> Any:
        made = {}
        for key, thing in of.items():
            with blamed_on(thing.path):
                fields = _shown_record(thing.fields, coverage)
                made[key] = thing if fields is thing.fields else replace(thing, fields=fields)
        return made if any(made[key] is not thing for key, thing in of.items()) else of

    imprint = _shown_record(library.imprint.fields, coverage)
    changed = {
        **{key: things(getattr(library, key)) for key in ("briefings", "series", "packs")},
        **{key: _shown_mapping(getattr(library, key), coverage) for key in ("glossary", "tags", "organisations")},
        "areas": _shown_value(library.areas, coverage),
        "imprint": library.imprint if imprint is library.imprint.fields else replace(library.imprint, fields=imprint),
    }
    return replace(library, **changed) if any(v is not getattr(library, k) for k, v in changed.items()) else library


def _shown_record(record: Record, coverage: Coverage) -> Any:
    """The record with each missing character of its words shown by its number."""
    changed = {}
    for key in type(record).model_fields:
        before = getattr(record, key)
        after = _shown_value(before, coverage)
        if after is not before:
            changed[key] = after
    return record.model_copy(update=changed) if changed else record


def _shown_value(value: Any, coverage: Coverage) -> Any:
    if type(value) is str:
        return shown(value, coverage)
    if isinstance(value, Record):
        return _shown_record(value, coverage)
    if isinstance(value, tuple):
        after = tuple(_shown_value(part, coverage) for part in value)
        return after if any(a is not b for a, b in zip(after, value, strict=True)) else value
    if isinstance(value, dict):
        return _shown_mapping(value, coverage)
    return value


def _shown_mapping(value: Mapping[Any, Any], coverage: Coverage) -> Any:
    after = {key: _shown_value(part, coverage) for key, part in value.items()}
    return after if any(after[key] is not part for key, part in value.items()) else value

"""Characters that the fonts lack: rules that report them, and their numbers in place of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from unicodedata import category, normalize
from unicodedata import name as unicode_name

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.faults import blame_faults_on
from pipeline.core.messages import message
from pipeline.core.services import Hook
from pipeline.core.text.fonts import SCRIPT_RANGES, script_of, spell_keycaps_and_flags
from pipeline.model.body import Citation, Code, CodeBlock, Inline, Placeholder, Text
from pipeline.model.library import Library
from pipeline.model.source.record import KeyPath, Record, Role
from pipeline.resolve.citations.fill import works_to_list
from pipeline.resolve.environment import Environment
from pipeline.resolve.reading import BriefingView, NodeIndex, place_in

PRINTED_WORDS: Hook[Callable[[Environment], Iterable[tuple[str, Location]]]] = Hook("printed_words")

Coverage = frozenset[int]
"""The code points that all text fonts have. If it is empty, characters are not checked."""

VARIANTS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
"""Variation selectors: they ask for another drawing of the letter before them and may be dropped."""


def code_point(character: str) -> str:
    """'U+5B57'."""
    return f"U+{ord(character):04X}"


def is_missing(character: str, coverage: Coverage) -> bool:
    """True if a character has to be drawn and the fonts lack it."""
    if character in "\n\t" or character in VARIANTS:
        return False
    kind = category(character)
    return kind == "Co" or (kind != "Cf" and ord(character) not in coverage)  # PDF/A refuses private use (Co)


def is_covered(text: str, coverage: Coverage) -> bool:
    """True if a text can be printed as it is."""
    if not coverage or (text.isascii() and text.isprintable()):
        return True
    return not any(is_missing(letter, coverage) or letter in VARIANTS for letter in set(normalize("NFC", text)))


def _composed(text: str) -> str:
    return "".join(character for character in normalize("NFC", text) if character not in VARIANTS)


def replace_missing_characters(text: str, coverage: Coverage) -> str:
    """Replace each missing character by its number, '[U+5B57]', and pictures of keys and flags by letters."""
    text = spell_keycaps_and_flags(text)
    if is_covered(text, coverage):
        return text
    return "".join(f"[{code_point(c)}]" if is_missing(c, coverage) else c for c in _composed(text))


def mark_missing(text: Text, coverage: Coverage) -> tuple[Inline, ...] | None:
    """Replace missing characters by placeholders; None if there are none."""
    if is_covered(text.text, coverage):
        return None
    pieces: list[Inline] = []
    run = ""
    for character in _composed(text.text):
        if not is_missing(character, coverage):
            run += character
            continue
        pieces += [Text(run, text.place)] if run else []
        pieces.append(Placeholder(f"[{code_point(character)}]"))
        run = ""
    return (*pieces, Text(run, text.place)) if run else tuple(pieces)


# Rules

PlaceOf = Callable[[int], Location]
"""The location of a character of a text, by its offset."""


def _report_missing(texts: Iterable[tuple[str, PlaceOf]], coverage: Coverage) -> Iterator[Diagnostic]:
    """Report each missing character once; characters of one script share a message."""
    first: dict[str, Location] = {}
    for text, place_of in texts:
        if is_covered(text, coverage):
            continue
        composed = normalize("NFC", text)
        for offset, character in enumerate(text):
            if character not in first and is_missing(character, coverage) and character in composed:
                first[character] = place_of(offset)
    scripts = {character: _script(character) for character in first}
    of_script = Counter(scripts.values())
    for character, script in scripts.items():
        others = of_script.pop(script, 0) - 1 if script else 0
        if others >= 0:
            yield _without_glyph(character, first[character], script, others)


def _script(character: str) -> str:
    """Return the script of a letter, or its Unicode code; '' for Latin and for signs."""
    from fontTools.unicodedata import script  # takes a tenth of a second: not needed if no letter is missing

    code = script(character)
    return script_of(ord(character)) or ("" if code in ("Latn", "Zinh", "Zyyy", "Zzzz") else code)


def _without_glyph(character: str, place: Location, script: str, others: int) -> Diagnostic:
    hint = f"Ask for its script under 'design' in library.yaml: 'scripts: [{script}]'."
    fields = {
        "character": character if character.isprintable() else "?",
        "name": unicode_name(character, "a character without a name").lower(),
        "point": code_point(character),
        "more": f", nor for {others} more of its script" if others else "",
    }
    return message("character-without-glyph", place, hint if script in SCRIPT_RANGES else None, **fields)


def _all_at(place: Location) -> PlaceOf:
    return lambda _: place


def texts_have_their_letters(nodes: NodeIndex, coverage: Coverage) -> Iterator[Diagnostic]:
    """The fonts have every character of a text."""
    words: tuple[Text | Code, ...] = (*nodes.every(Text), *nodes.every(Code))
    in_lines = [(node.text, partial(place_in, node)) for node in words]
    in_blocks = [(block.text, _all_at(block.place)) for block in nodes.every(CodeBlock)]
    return _report_missing([*in_lines, *in_blocks], coverage)


def fields_have_their_letters(
    record: Record, place: Callable[..., Location], coverage: Coverage
) -> Iterator[Diagnostic]:
    """The fonts have every character of a file's fields."""
    return _report_missing(((text, _all_at(place(*path))) for text, path in written_words(record)), coverage)


def lists_have_their_letters(environment: Environment, coverage: Coverage) -> Iterator[Diagnostic]:
    """The fonts have every character of the small lists."""
    lists: tuple[tuple[str, Iterable[Record]], ...] = (
        ("glossary", environment.glossary.values()),
        ("tags", environment.tags.values()),
        ("tags", environment.areas),
        ("organisations", environment.organisations.values()),
    )
    for file, records in lists:
        place = _all_at(Location(f"source/{file}.yaml"))
        yield from _report_missing(((text, place) for record in records for text, _ in written_words(record)), coverage)
    for printed_words in PRINTED_WORDS:
        yield from _report_missing(((text, _all_at(place)) for text, place in printed_words(environment)), coverage)


_UNPRINTED_CSL = frozenset({"custom", "abstract", "note", "keyword", "annote"})


def references_have_their_letters(view: BriefingView, coverage: Coverage) -> Iterator[Diagnostic]:
    """The fonts have every character of the works that are listed."""
    works = view.environment.bibliography
    cited = {citation.key for citation in view.passage.every(Citation)}
    for key in sorted(cited.union(works_to_list(view.briefing))):
        if key in works:
            place = _all_at(works[key].place)
            csl = {name: value for name, value in works[key].csl.items() if name not in _UNPRINTED_CSL}
            yield from _report_missing(((text, place) for text, _ in written_words(csl)), coverage)


# Walks over the values of records


def _children(value: Any) -> Iterator[tuple[str | int, Any]]:
    """Yield the values in a record, mapping or list, each after its key."""
    if isinstance(value, Record):
        fields = type(value).model_fields
        yield from ((key, getattr(value, key)) for key, field in fields.items() if Role.UNPRINTED not in field.metadata)
    elif isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from enumerate(value)


def written_words(value: Any, path: KeyPath = ()) -> Iterator[tuple[str, KeyPath]]:
    """Every text in a value that is printed, with the path of its keys."""
    if type(value) is str:
        yield value, path
    for key, child in _children(value):
        yield from written_words(child, (*path, key))


def _shown_in(value: Any, coverage: Coverage) -> Any:
    """Apply `replace_missing_characters` to every text in a value; the same object if nothing changed."""
    if type(value) is str:
        return replace_missing_characters(value, coverage)
    before: Mapping[Any, Any] = {}
    if isinstance(value, Record):
        before = {key: getattr(value, key) for key in type(value).model_fields}
    elif isinstance(value, Mapping):
        before = value
    elif isinstance(value, tuple):
        before = dict(enumerate(value))
    after = {key: _shown_in(child, coverage) for key, child in before.items()}
    changed = {key: child for key, child in after.items() if child is not before[key]}
    if not changed:
        return value
    if isinstance(value, Record):
        return value.model_copy(update=changed)
    return after if isinstance(value, Mapping) else tuple(after.values())


_LISTS = ("glossary", "tags", "organisations", "areas")


def show_missing_in_library(library: Library, coverage: Coverage) -> Library:
    """Apply `replace_missing_characters` to all fields of a library; texts are changed when they are drafted."""
    if not coverage:
        return library

    def shown_source(source: Any) -> Any:
        with blame_faults_on(source.path):
            fields = _shown_in(source.fields, coverage)
            return source if fields is source.fields else replace(source, fields=fields)

    changed: dict[str, Any] = {name: _shown_in(getattr(library, name), coverage) for name in _LISTS}
    changed["imprint"] = shown_source(library.imprint)
    for name in ("briefings", "series", "packs"):
        before: Mapping[str, Any] = getattr(library, name)
        after = {key: shown_source(source) for key, source in before.items()}
        changed[name] = after if any(after[key] is not source for key, source in before.items()) else before
    is_changed = any(value is not getattr(library, name) for name, value in changed.items())
    return replace(library, **changed) if is_changed else library

"""YAML values into models, with diagnostics."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, RootModel, ValidationError

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.messages import message
from pipeline.core.sentences import close_matches, cut_short
from pipeline.model.library import Library
from pipeline.model.source.record import FieldLocations, KeyPath, Line, Markdown, Record, Role, Step

# Markings that cannot be read.

KEY = "marking"
_SOMEWHERE = re.compile(rb"^[ \t]*[\"']?marking", re.MULTILINE)


def is_meant(way: KeyPath, key: str, known: Iterable[str]) -> bool:
    """Whether a value at the end of a way, or a key of the record there, is a marking or was meant for one."""
    if way:
        return way[0] == KEY
    if key == KEY:
        return True
    names = tuple(known)
    return (
        bool(key)
        and key not in names
        and KEY in names
        and (KEY in key.casefold() or close_matches(key, names) == [KEY])
    )


def unreadable(told: Diagnostic, value: Any) -> Diagnostic:
    """Diagnostic on a value, reworded for a marking; the likely intention is the hint."""
    hint = "Write {tier: OFFICIAL, sensitive: true}." if "sensitive" in str(value).casefold() else None
    return message("marking-unreadable", told.place, hint, reason=told.sentence)


def withheld(library: Library, files: Mapping[str, bytes], remarks: Iterable[Diagnostic]) -> frozenset[str]:
    """The ids of what may not be made: what has a marking that cannot be read, and what would inherit one."""
    unmarked = {remark.place.path for remark in remarks if remark.code == "marking-unreadable"}
    unmarked |= {path for path in library.unread if _SOMEWHERE.search(files.get(path, b""))}
    all_unmarked = library.imprint.path in unmarked
    lost_series = any(path.startswith("source/series/") and path in library.unread for path in unmarked)
    ids = {pack.id for pack in library.packs.values() if pack.path in unmarked}
    for series in library.series.values():
        if series.path in unmarked or (all_unmarked and series.fields.marking is None):
            ids.add(series.id)
    alone = (kept.briefing for kept in library.kept.values() if kept.id not in library.briefings)
    for briefing in (*library.briefings.values(), *alone):
        heading = library.series_of(briefing.id)
        from_library = all_unmarked and not (heading and heading.fields.marking)
        from_series = heading.id in ids if heading else lost_series and not briefing.manual
        inherits = briefing.fields.marking is None and (from_library or from_series)
        if briefing.path in unmarked or inherits:
            ids.add(briefing.id)
    return frozenset(ids)


# Words that YAML takes for something else: a comment, an anchor, a type.

_COMMENT = re.compile(r"(?P<gap>[ \t]+)(?P<words>#.*)")
_MEANT = re.compile(r"#+(?:[ \t!]|$)")


def comment_behind(event: Any, lines: Sequence[str]) -> tuple[int, str] | None:
    """Text that an unquoted # cuts from a value: its column from 0 and its words; None if nothing is cut.

    A comment that is meant as one stands two spaces behind the value and has a space behind its #.
    """
    if event.style or event.end_mark.line >= len(lines):
        return None
    found = _COMMENT.match(lines[event.end_mark.line], event.end_mark.column)
    if not found or (found["gap"] != " " and _MEANT.match(found["words"])):
        return None
    return found.start("words"), found["words"].rstrip(" \t")


def cut_values(value: Any, marks: FieldLocations, is_text: Callable[[KeyPath], bool]) -> Iterator[Diagnostic]:
    """A remark for each value for readers that a # has cut; `is_text` says which ways lead to words for readers."""
    for way, (line, column, words) in marks.comments.items():
        if is_text(way):
            whole = f"{_at(value, way)} {words}"
            mark = "'" if '"' in whole else '"'
            quoted = f"{mark}{whole}{mark}" if mark not in whole and len(whole) <= 60 else f"{mark}…{mark}"
            hint = f"Put all of it in quotation marks, {quoted}; put two spaces before a comment that is meant."
            place, reason = Location(marks.path, line, column), "what follows an unquoted # is a comment"
            yield message("value-cut", place, hint, words=cut_short(words), reason=reason)


def _at(value: Any, way: KeyPath) -> str:
    """The words at the end of a way; nothing under a key that stands a second time, whose value is not kept."""
    for step in way:
        if isinstance(value, dict) and step not in value:
            return ""
        value = value[step]
    return value if isinstance(value, str) else ""


def foreign_tag(event: Any, place: Location) -> Diagnostic | None:
    """Diagnostic on a value that begins with '!', which YAML takes for the name of a type."""
    tag = str(event.tag or "")
    if not tag or tag.startswith("tag:yaml.org,2002:"):
        return None
    return message("yaml-syntax", place, "Put the value in quotation marks.", sentence="A value cannot begin with '!'.")


def unused_anchor(name: str, place: Location) -> Diagnostic:
    """Diagnostic on '&name' before words, an anchor that no alias uses."""
    hint = "A value cannot begin with '&': put all of it in quotation marks."
    return message("value-cut", place, hint, words=f"&{name}", reason="what begins with & marks a value to be copied")


# Faults of a value.

_PATTERNS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": ("an id", "Use lower-case letters, digits and single hyphens{better}."),
    r"^[a-z0-9]+(-[a-z0-9]+)*(@\d{1,6}\.\d{1,6})?$": (
        "the id of a briefing",
        "Write the id, and if one version is meant '@' and the version: drug-markets@1.0.",
    ),
    r"^[^\r\n]*$": ("one line", "Write it on one line, without '|' or '>'."),
    r"^\d{1,6}\.\d{1,6}$": ("a version", "Write two numbers with a stop between, such as 1.0 or 1.10."),
    r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$": ("a language tag", "Write it as en-GB or cy."),
    r"^https?://[^\s]+$": ("a web address", "Write it in full, from https:// on."),
    r"^https://[^\s/?#:@.][^\s?#]*$": (
        "the address of pages",
        "Write it in full, from https:// and the host on, without '?' or '#': https://northmoor.example/v.",
    ),
    r"^(AAT|BIC|BISAC|CLC|CLIL|DDC|EuroVoc|LCSH|MEDTOP|NDC|Thema|UDC|WGS|https?://\S+)$": (
        "a scheme of subjects",
        "Write Thema, LCSH, BISAC or another name of the handbook's list, or the web address of the scheme.",
    ),
    r"^[^\s@<>,;:\"]+@[A-Za-z0-9.-]+$": ("the address of a mailbox", "Write it as learning@fellbrook.example."),
    r"^(ssh|ecdsa)-[a-z0-9-]+ [A-Za-z0-9+/]+={0,2}$": (
        "the key of a server",
        "Write it as 'ssh-keyscan' prints it behind the server's name: ssh-ed25519 and what follows.",
    ),
    r"^[A-Za-z0-9.-]+$": ("the name of a server", "Write its name alone, such as smtp.northmoor.example."),
    r"^WCAG 2\.[0-2] Level A{1,3}$": ("a level of WCAG", "Write it as WCAG 2.2 Level AA."),
    r"^10\.\d{4,9}/\S+$": ("a DOI", "Write it from '10.' on, such as 10.1234/abc."),
    r"^[0-9a-f]{64}$": ("a SHA-256", "Leave it as the program has written it: 64 figures and letters from a to f."),
    r"^#[0-9a-fA-F]{6}$": ("a colour", "Write # and six digits, such as '#1d4f91', in quotation marks."),
    r"^[A-Za-z0-9][A-Za-z0-9._,=\[\]-]*$": ("the name of a file", "Write it as in the package: Lato-Regular.ttf."),
    r"^[A-Za-z][A-Za-z0-9 ]*$": ("the name of a typeface", "Write letters, digits and spaces, such as Source Sans 3."),
    r"^fontpkg_[a-z0-9_]+$": ("a font package", "Write the name that Python imports, such as fontpkg_lato."),
}


def value_words(
    place: Location, name: str, value: Any, kind: str, told: Mapping[str, Any], in_list: bool = False
) -> Diagnostic:
    """The diagnostic for a value that a model refused."""
    called = name.replace("_", " ")
    if (kind.startswith("date") or "not a day" in str(told.get("msg"))) and not isinstance(value, dict | list):
        return message("date-wrong", place, _date_hint(value), value=_shown(value))
    if kind == "value_error":
        said = str(told["msg"]).removeprefix("Value error, ").rstrip(".")
        return message("value-wrong", place, sentence=said[:1].upper() + said[1:] + ".")
    sentence, hint = _words(called, value, kind, told, in_list)
    return message("value-wrong", place, hint, sentence=sentence)


def space_is_missing(value: Any, known: Collection[str]) -> str:
    """Hint for a known key without a space after its colon; empty for all other values."""
    key, _, words = str(value).partition(":") if isinstance(value, str) else ("", "", "")
    return f"A space is missing after the colon: '{key}: {_shown(words)}'." if words.strip() and key in known else ""


def _words(called: str, value: Any, kind: str, told: Mapping[str, Any], in_list: bool) -> tuple[str, str | None]:
    shown = _shown(value)
    match kind:
        case "enum" | "literal_error":
            choices = re.findall(r"'([^']*)'", str(told.get("expected", "")))
            article = "an" if called[:1] in "aeiou" else "a"
            wanted = f"known under '{called}'" if in_list else f"{article} {called}"
            return f"'{shown}' is not {wanted}.", f"One of: {', '.join(choices)}."
        case "string_pattern_mismatch":
            noun, hint = _PATTERNS.get(str(told.get("pattern")), (f"a good {called}", "See the handbook."))
            slug = slugify(str(value))
            return f"'{shown}' is not {noun}.", hint.format(better=f": {slug}" if slug else "")
        case "string_too_short":
            return f"'{called}' is empty.", "Write it, or delete the line."
        case "string_too_long":
            return f"'{called}' has {len(str(value)):,} letters; the most is {told.get('max_length'):,}.", "Shorten it."
        case "too_short":
            return f"'{called}' has no entries.", "Add one with '- '."
        case "string_type":
            if value is None:
                return f"An entry of '{called}' is empty.", "Write it after the '- ', or delete the '- '."
            return f"'{called}' should be text, but is {_form(value)}.", "Write words only, in quotes if need be."
        case "tuple_type" | "list_type":
            return f"'{called}' should be a list.", "Write one entry to a line after '- '."
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"'{called}' should hold 'key: value' lines, but is {_form(value)}.", None
        case "int_parsing" | "int_type" | "int_from_float":
            return f"'{shown}' is not a whole number.", f"Write '{called}' in digits."
        case "int_parsing_size":
            return f"'{called}' is too large.", f"Correct '{called}'."
        case "bool_parsing" | "bool_type":
            return f"'{shown}' is neither true nor false.", "Write true or false."
        case "greater_than" | "greater_than_equal":
            least = f"{'more than' if kind == 'greater_than' else 'at least'} {told.get('gt', told.get('ge'))}"
            return f"'{called}' is too small: {shown}.", f"It must be {least}."
    if kind.startswith("date"):
        return f"'{called}' should be a date, but is {_form(value)}.", "Write it as 2022-10-19."
    return f"'{shown}' cannot be used for '{called}'.", None


def _shown(value: Any) -> str:
    return cut_short(_form(value) if isinstance(value, dict | list) or value is None else " ".join(str(value).split()))


def _form(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "empty" if value is None else "plain text"


LONGEST = 150
"""Characters that an id may have: what is made of it has a longer name, and a parcel that of the edition in it."""


def slugify(words: str) -> str:
    """The words as an id: lower-case letters, digits, single hyphens, and not too many of them."""
    flat = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", flat))[:LONGEST].strip("-")


def _date_hint(value: Any) -> str | None:
    parts = re.findall(r"\d+", str(value))
    if len(parts) == 3 and len(parts[2]) == 4:
        day, month, year = (int(part) for part in parts)
        if day <= 31 and month <= 12:
            return f"Write year, month, day: {year:04d}-{month:02d}-{day:02d}."
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value).strip()):
        return "There is no such day. Write year, month, day, such as 2022-10-19."
    return None


# The keys and kinds of models.


@lru_cache(maxsize=256)
def known_keys(model: type[BaseModel], way: KeyPath) -> tuple[str, ...]:
    """The keys of the mapping at the end of a way into the model, in the order of the model."""
    models = _models_at(model, way) or (model,)
    return tuple(dict.fromkeys(field.alias or name for kind in models for name, field in kind.model_fields.items()))


def instead_of(model: type[BaseModel], way: KeyPath, key: str) -> str:
    """What to do instead of a key that an earlier release read; empty if no release has withdrawn it."""
    found = (record.withdrawn.get(key, "") for record in _models_at(model, way) if issubclass(record, Record))
    return next(filter(None, found), "")


def shape_of(model: type[BaseModel], way: KeyPath) -> str:
    """Required keys of the record at the end of a path: '{kind: …, text: …}'; empty if no record belongs there."""
    for found in _models_at(model, way):
        needed = [field.alias or name for name, field in found.model_fields.items() if field.is_required()]
        if needed:
            return "{" + ", ".join(f"{name}: …" for name in needed) + "}"
    return ""


def choices_at(model: type[BaseModel], way: KeyPath) -> tuple[str, ...]:
    """The words that a value may be, where a closed list has them; nothing elsewhere."""
    choices: dict[str, None] = {}
    for kind in _kinds_at(model, way):
        if get_origin(kind) is Literal:
            choices |= dict.fromkeys(map(str, get_args(kind)))
        elif isinstance(kind, type) and issubclass(kind, Enum):
            choices |= dict.fromkeys(str(choice.value) for choice in kind)
    return tuple(choices)


def is_for_readers(model: type[BaseModel], way: KeyPath) -> bool:
    """Whether a value holds free words: no date, number, id, address or word out of a closed list."""
    return any(kind in (Line, Markdown) for kind in _kinds_at(model, way))


def _kinds_at(kind: Any, way: KeyPath) -> Iterator[Any]:
    """The kinds that a value at the end of a way may be of, each as the model names it."""
    for one in _alternatives(kind):
        if not way:
            yield one
        elif isinstance(one, type) and issubclass(one, BaseModel):
            yield from _below_record(one, way)
        elif get_origin(one) is dict:
            yield from _kinds_at(get_args(one)[1], way[1:])
        elif get_origin(one) is tuple and isinstance(way[0], int):
            yield from _kinds_at(get_args(one)[0], way[1:])


def _below_record(model: type[BaseModel], way: KeyPath) -> Iterator[Any]:
    for name, field in model.model_fields.items():
        told = [one for one in field.metadata if not isinstance(one, Role)]
        whole = Annotated[(field.annotation, *told)] if told else field.annotation
        if issubclass(model, RootModel):
            yield from _kinds_at(whole, way)
        elif way[0] in (name, field.alias):
            yield from _kinds_at(whole, way[1:])


def _alternatives(kind: Any) -> Iterator[Any]:
    """The kinds that one kind is made of: those of a union, and what else a validator takes."""
    if get_origin(kind) in (Union, UnionType):
        for one in get_args(kind):
            yield from _alternatives(one)
    elif get_origin(kind) is Annotated and get_origin(kind.__origin__) in (Union, UnionType):
        yield from _alternatives(kind.__origin__)
    elif get_origin(kind) is Annotated and isinstance(kind.__metadata__[0], BeforeValidator):
        yield from _alternatives(kind.__origin__)
        yield from _alternatives(kind.__metadata__[0].json_schema_input_type)
    else:
        yield kind


def _models_at(model: type[BaseModel], way: KeyPath) -> tuple[type[BaseModel], ...]:
    models: tuple[type[BaseModel], ...] = (model,)
    for step in way:
        if isinstance(step, str):
            fields = [(name, field) for outer in models for name, field in outer.model_fields.items()]
            here = [field.annotation for name, field in fields if name == "root" or step in (name, field.alias)]
            models = tuple(inner for annotation in here for inner in _models_in(annotation))
    return models


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


# Plain values into models; what does not fit is reported and left out, the rest is kept.

M = TypeVar("M", bound=BaseModel)

_MOST_PASSES = 12
_MOST_NAMED = 10
_NO_RECORD = ("model_type", "model_attributes_type", "tuple_type", "list_type")


@dataclass(frozen=True, slots=True)
class Filled(Generic[M]):
    """A model and the marks of what it holds (entries left out are no longer counted)."""

    model: M
    marks: FieldLocations


@dataclass(frozen=True, slots=True)
class _Fault:
    way: KeyPath
    """The value that is wrong; of a missing or unknown key the mapping that should or does hold it."""
    key: str
    kind: str
    told: Mapping[str, Any]
    on_key: bool = False
    """Whether it is the key that is wrong, not what it holds."""


def fill(
    model: type[M], value: Any, marks: FieldLocations, diagnostics: Diagnostics, spare: Mapping[str, Any] | None = None
) -> Filled[M] | None:
    """The model filled from a mapping, every mistake reported; None where what is left does not make one.

    A wrong value is left out and its default stands in, or `spare`'s for a key at the top.
    """
    if not isinstance(value, dict):
        diagnostics.report(message("yaml-not-a-mapping", marks.at(), found=_form(value)))
        return None
    diagnostics.extend(cut_values(value, marks, lambda way: is_for_readers(model, way)))
    plain = _without_nothing(value, model)
    if KEY in model.model_fields and isinstance(plain.get(KEY), dict):
        plain[KEY] = value[KEY]  # a part of a marking that is left empty is no marking
    reports = _Reports(model)
    try:
        for _ in range(_MOST_PASSES):
            try:
                return Filled(model.model_validate(plain), marks)
            except ValidationError as wrong:
                faults = _faults(plain, wrong)
            for fault in faults:
                reports.add(plain, fault, marks)
            ways = {_dropped(plain, fault, spare or {}) for fault in faults} - {None}
            if () in ways:
                return None
            marks = _without(plain, [way for way in ways if way], marks)
        return None
    finally:
        diagnostics.extend(reports.diagnostics)


class _Reports:
    """One diagnostic for each fault of a value, but none for a fault that follows from a value left out before."""

    def __init__(self, model: type[BaseModel]) -> None:
        self.model = model
        self.diagnostics: list[Diagnostic] = []
        self._hints: list[str] = []
        self._left_out: dict[Location, dict[str, int]] = {}
        """The diagnostic of each value left out, by its key, for each mapping around such values."""

    def add(self, plain: Any, fault: _Fault, marks: FieldLocations) -> None:
        """Report a fault; if it follows from an earlier one, add to the hint of that one what is left out."""
        names = fault.key if fault.kind == "missing" else str(fault.told["msg"])
        earlier = self._left_out.get(marks.at(*fault.way), {})
        number = next((number for key, number in earlier.items() if _names_key(key, names)), None)
        if number is None:
            number = len(self.diagnostics)
            told = _remark(self.model, plain, fault, marks)
            if KEY in self.model.model_fields and is_meant(fault.way, fault.key, known_keys(self.model, ())):
                told = unreadable(told, plain.get(fault.way[0] if fault.way else fault.key))
            self.diagnostics.append(told)
            self._hints.append(told.hint)
        if not fault.way or fault.kind == "extra_forbidden":
            return
        if fault.kind == "missing" or isinstance(_value_at(plain, fault.way), dict | list):
            name = fault.way[-1]
            gone = f"'{name}'" if isinstance(name, str) else f"this entry of '{_name(fault.way)}'"
            hint = f"{self._hints[number]} Until then {gone} is left out."
            self.diagnostics[number] = replace(self.diagnostics[number], hint=hint)
        self._left_out.setdefault(marks.at(*fault.way[:-1]), {})[str(fault.way[-1])] = number


def _names_key(key: str, message: str) -> bool:
    """True if a message speaks of a key."""
    return bool(re.search(rf"\b{re.escape(key)}\b", message))


def _without_nothing(value: Any, model: type[BaseModel], way: KeyPath = ()) -> Any:
    """The value without keys that hold nothing: `publisher:` alone is as good as not written.

    A key that is not known stays, for it may be words of a text.
    """
    if isinstance(value, dict):
        return {
            key: _without_nothing(part, model, (*way, key))
            for key, part in value.items()
            if part is not None or key not in known_keys(model, way)
        }
    if isinstance(value, list):
        return [_without_nothing(part, model, (*way, number)) for number, part in enumerate(value)]
    return value


def _faults(plain: Any, wrong: ValidationError) -> list[_Fault]:
    """One fault a value: where a value may be of several kinds, those of the kind it looks like."""
    found: dict[tuple[KeyPath, str], _Fault] = {}
    for error in wrong.errors(include_url=False, include_input=False):
        way, key = _way_in(plain, error["loc"], error["type"])
        here = _value_at(plain, way)
        if not key and isinstance(here, dict) and error["type"] == "string_type":
            continue
        told = {**error.get("ctx", {}), "msg": error["msg"]}
        fault = _Fault(way, key, error["type"], told, error["loc"][-1:] == ("[key]",))
        if (way, key) not in found or found[way, key].kind == "model_type":
            found[way, key] = fault
    return list(found.values())


def _way_in(plain: Any, loc: KeyPath, kind: str) -> tuple[KeyPath, str]:
    """The way to the value complained of, without the names of alternatives; and the key missing or unknown."""
    way: list[Step] = []
    here: Any = plain
    is_key = kind in ("missing", "extra_forbidden")
    for step in loc[:-1] if is_key else loc:
        in_list = isinstance(here, list) and isinstance(step, int) and step < len(here)
        if in_list or (isinstance(here, dict) and step in here):
            here = here[step]
            way.append(step)
    return tuple(way), str(loc[-1]) if is_key else ""


def _value_at(plain: Any, way: KeyPath) -> Any:
    for step in way:
        plain = plain[step]
    return plain


def _keys_in_words(key: str, known: Sequence[str]) -> str:
    """Return a sentence with all keys that are known; of more than ten, with the nearest three and where all are."""
    if len(known) <= _MOST_NAMED:
        return f"Known keys: {', '.join(known)}."
    nearest = ", ".join(get_close_matches(key, known, 3, 0))
    return f"The nearest keys are {nearest}. The page 'Keys' of the handbook lists all."


def _remark(model: type[BaseModel], plain: Any, fault: _Fault, marks: FieldLocations) -> Diagnostic:
    if fault.kind == "extra_forbidden":
        if instead := instead_of(model, fault.way, fault.key):
            return message("key-withdrawn", marks.key_at(*fault.way, fault.key), instead, keys=f"'{fault.key}'")
        known, present = known_keys(model, fault.way), _value_at(plain, fault.way)
        guess = close_matches(fault.key, known)
        hint = f"Did you mean '{guess[0]}'?" if guess else _keys_in_words(fault.key, known)
        if not guess and " " in fault.key:
            hint = "If these words belong to a value, put all of it in quotation marks: a comma ends a value in braces."
        hint = space_is_missing(fault.key, known) or hint_elsewhere(fault.key, known, present) or hint
        return message("unknown-key", marks.key_at(*fault.way, fault.key), hint, key=fault.key)
    if fault.kind == "missing":
        where, whole = f" in '{_name(fault.way)}'" if fault.way else "", (*fault.way, fault.key)
        if whole in marks.keys:
            sentence = f"'{fault.key}' is empty."
            return message("value-wrong", marks.key_at(*whole), "Write it after the colon.", sentence=sentence)
        choices = choices_at(model, whole)
        one_of = f"Add a line '{fault.key}: …' with one of: {', '.join(choices)}." if choices else None
        return message("field-missing", marks.at(*fault.way), one_of, key=fault.key, where=where)
    if fault.on_key:
        return value_words(marks.key_at(*fault.way), "id", fault.way[-1], fault.kind, fault.told)
    in_list = bool(fault.way) and isinstance(fault.way[-1], int)
    value = _value_at(plain, fault.way)
    place = marks.at(*fault.way)
    if fault.kind == "value_error" and isinstance(value, dict):
        named = [marks.key_at(*fault.way, key) for key in value if _names_key(key, str(fault.told["msg"]))]
        place = max(named, default=place)
    told = value_words(place, _name(fault.way), value, fault.kind, fault.told, in_list)
    shape = shape_of(model, fault.way) if fault.kind in _NO_RECORD else ""
    if fault.kind in _NO_RECORD and (hint := space_is_missing(value, known_keys(model, fault.way))):
        return replace(told, hint=hint)
    if not shape:
        is_words = fault.kind in ("tuple_type", "list_type") and isinstance(value, str)
        return replace(told, hint="Write […, …], or one entry to a line after '- '.") if is_words else told
    is_list = in_list or fault.kind in ("tuple_type", "list_type")
    return replace(told, hint=f"Write '- {shape}', one entry to a line." if is_list else f"Write '{shape}'.")


def _name(way: KeyPath) -> str:
    names = [step for step in way if isinstance(step, str)]
    return names[-1] if names else "record"


def _dropped(plain: Any, fault: _Fault, spare: Mapping[str, Any]) -> KeyPath | None:
    """Path to remove for a fault; the empty path means everything, None means that a spare value is used instead."""
    if fault.kind == "extra_forbidden":
        return (*fault.way, fault.key)
    if not fault.way and fault.kind == "missing":
        if fault.key in spare:
            plain[fault.key] = spare[fault.key]
            return None
        return ()
    if len(fault.way) == 1 and fault.way[0] in spare:
        plain[fault.way[0]] = spare[str(fault.way[0])]
        return None
    return fault.way


def _without(plain: Any, ways: list[KeyPath], marks: FieldLocations) -> FieldLocations:
    """Leave values out; in lists the entries after them move up, and their marks with them."""
    gone: dict[KeyPath, list[int]] = {}
    named = set(marks.left_out)
    for way in sorted(ways, key=lambda w: [(s, "") if isinstance(s, int) else (-1, s) for s in w], reverse=True):
        try:
            value = _value_at(plain, way[:-1]).pop(way[-1])
        except (KeyError, IndexError, TypeError, AttributeError):
            continue
        if isinstance(way[-1], int):
            gone.setdefault(way[:-1], []).insert(0, way[-1])
            if isinstance(value, dict) and "id" in value:
                named.add((_name(way), str(value["id"])))
    if not gone:
        return marks
    return FieldLocations(
        marks.path, _moved_up(marks.entries, gone), _moved_up(marks.keys, gone), left_out=frozenset(named)
    )


def _moved_up(
    places: Mapping[KeyPath, tuple[int, int]], gone: Mapping[KeyPath, list[int]]
) -> dict[KeyPath, tuple[int, int]]:
    moved = ((_new_way(way, gone), place) for way, place in places.items())
    return {way: place for way, place in moved if way is not None}


def _new_way(way: KeyPath, gone: Mapping[KeyPath, list[int]]) -> KeyPath | None:
    """The way to a value once entries of lists are gone; None if it is gone itself."""
    new: list[Step] = []
    for depth, step in enumerate(way):
        out = gone.get(way[:depth], ())
        if isinstance(step, int) and out:
            before = bisect_left(out, step)
            if before < len(out) and out[before] == step:
                return None
            step -= before
        new.append(step)
    return tuple(new)


_MEANT_KEYS: Mapping[str, str] = {
    **dict.fromkeys(("description", "abstract", "excerpt", "subtitle"), "summary"),
    **dict.fromkeys(("author", "by"), "authors"),
    **dict.fromkeys(("date", "published"), "first_published"),
    **dict.fromkeys(("lastmod", "last_modified_at", "modified"), "updated"),
    **dict.fromkeys(("last_reviewed_on", "last_reviewed"), "reviewed"),
    **dict.fromkeys(("keywords", "categories"), "tags"),
    "lang": "language",
    "license": "licence",
}


def hint_elsewhere(key: str, known: Container[str], present: Container[str]) -> str:
    """Hint on a key of another program; empty if the key is not known to be one."""
    meant = _MEANT_KEYS.get(key) if "key_finding" in known else None  # which only briefings have
    if not meant:
        return ""
    return f"Delete it: '{meant}' says it here." if meant in present else f"The key for it is '{meant}' here."

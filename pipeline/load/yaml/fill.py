"""YAML values into models, with a remark for each mistake."""

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
from pipeline.core.sentences import close_matches, truncate
from pipeline.model.library import Library
from pipeline.model.source.record import FieldLocations, KeyPath, Line, Markdown, Record, Role, Step

# Markings that cannot be read.

KEY = "marking"
_MARKING_LINE = re.compile(rb"^[ \t]*[\"']?marking", re.MULTILINE)


def is_marking(key_path: KeyPath, key: str, known: Iterable[str]) -> bool:
    """Return True if a value, or a key of the record at this path, is a marking or looks like one."""
    if key_path:
        return key_path[0] == KEY
    if key == KEY:
        return True
    names = tuple(known)
    return (
        bool(key)
        and key not in names
        and KEY in names
        and (KEY in key.casefold() or close_matches(key, names) == [KEY])
    )


def unreadable_marking(diagnostic: Diagnostic, value: Any) -> Diagnostic:
    """Reword a diagnostic for a marking; the hint is what the author probably means."""
    hint = "Write {tier: OFFICIAL, sensitive: true}." if "sensitive" in str(value).casefold() else None
    return message("marking-unreadable", diagnostic.place, hint, reason=diagnostic.sentence)


def find_withheld(library: Library, files: Mapping[str, bytes], remarks: Iterable[Diagnostic]) -> frozenset[str]:
    """Return the ids of texts, series and packs that have, or would inherit, a marking that cannot be read."""
    unmarked = {remark.place.path for remark in remarks if remark.code == "marking-unreadable"}
    unmarked |= {path for path in library.unread if _MARKING_LINE.search(files.get(path, b""))}
    all_unmarked = library.imprint.path in unmarked
    lost_series = any(path.startswith("source/series/") and path in library.unread for path in unmarked)
    ids = {pack.id for pack in library.packs.values() if pack.path in unmarked}
    for series in library.series.values():
        if series.path in unmarked or (all_unmarked and series.fields.marking is None):
            ids.add(series.id)
    only_kept = (kept.briefing for kept in library.kept.values() if kept.id not in library.briefings)
    for briefing in (*library.briefings.values(), *only_kept):
        series_of_text = library.series_of(briefing.id)
        from_library = all_unmarked and not (series_of_text and series_of_text.fields.marking)
        from_series = series_of_text.id in ids if series_of_text else lost_series and not briefing.manual
        inherits = briefing.fields.marking is None and (from_library or from_series)
        if briefing.path in unmarked or inherits:
            ids.add(briefing.id)
    return frozenset(ids)


# Words that are syntax in YAML: a comment, an anchor, a type.

_COMMENT = re.compile(r"(?P<gap>[ \t]+)(?P<words>#.*)")
_PLAIN_COMMENT = re.compile(r"#+(?:[ \t!]|$)")


def find_cut_words(event: Any, lines: Sequence[str]) -> tuple[int, str] | None:
    """Return the text that an unquoted # cuts from a value, with its column from 0; None if it cuts nothing.

    Two spaces before the # and one behind it make it a comment.
    """
    if event.style or event.end_mark.line >= len(lines):
        return None
    comment = _COMMENT.match(lines[event.end_mark.line], event.end_mark.column)
    if not comment or (comment["gap"] != " " and _PLAIN_COMMENT.match(comment["words"])):
        return None
    return comment.start("words"), comment["words"].rstrip(" \t")


def find_cut_values(value: Any, locations: FieldLocations, is_text: Callable[[KeyPath], bool]) -> Iterator[Diagnostic]:
    """Yield a remark for each text that a # has cut; `is_text` tells which paths lead to text for readers."""
    for key_path, (line, column, words) in locations.comments.items():
        if is_text(key_path):
            whole = f"{_text_at(value, key_path)} {words}"
            mark = "'" if '"' in whole else '"'
            quoted = f"{mark}{whole}{mark}" if mark not in whole and len(whole) <= 60 else f"{mark}…{mark}"
            hint = f"Put all of it in quotation marks, {quoted}. If you mean a comment, put two spaces before #."
            place, reason = Location(locations.path, line, column), "an unquoted # begins a comment"
            yield message("value-cut", place, hint, words=truncate(words), reason=reason)


def _text_at(value: Any, key_path: KeyPath) -> str:
    """Return the text at a path; '' under a repeated key, whose value is not kept."""
    for step in key_path:
        if isinstance(value, dict) and step not in value:
            return ""
        value = value[step]
    return value if isinstance(value, str) else ""


def check_tag(event: Any, place: Location) -> Diagnostic | None:
    """Return a remark on a value that begins with '!', which YAML reads as the name of a type."""
    tag = str(event.tag or "")
    if not tag or tag.startswith("tag:yaml.org,2002:"):
        return None
    return message("yaml-syntax", place, "Put the value in quotation marks.", sentence="A value cannot begin with '!'.")


def unused_anchor(name: str, place: Location) -> Diagnostic:
    """Return the remark on '&name' before a text, an anchor that no alias uses."""
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
        "Copy the line that 'ssh-keyscan' prints, from ssh-ed25519 on.",
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


def _wrong_value(place: Location, name: str, value: Any, fault: "_Fault", in_list: bool = False) -> Diagnostic:
    """Return the remark on a value that a model refused; `name` is its key."""
    kind, details = fault.kind, fault.details
    if (kind.startswith("date") or "not a day" in str(details.get("msg"))) and not isinstance(value, dict | list):
        return message("date-wrong", place, _date_hint(value), value=_shorten(value))
    if kind == "value_error":
        sentence = str(details["msg"]).removeprefix("Value error, ").rstrip(".")
        return message("value-wrong", place, sentence=sentence[:1].upper() + sentence[1:] + ".")
    sentence, hint = _describe_fault(name.replace("_", " "), value, kind, details, in_list)
    return message("value-wrong", place, hint, sentence=sentence)


def _missing_space_hint(value: Any, known: Collection[str]) -> str:
    """Return the hint for a known key without a space after its colon; '' for other values."""
    key, _, words = str(value).partition(":") if isinstance(value, str) else ("", "", "")
    return f"A space is missing after the colon: '{key}: {_shorten(words)}'." if words.strip() and key in known else ""


_SENTENCES: Mapping[str, tuple[str, str | None]] = {
    "string_too_short": ("'{name}' is empty.", "Write it, or delete the line."),
    "string_too_long": ("'{name}' has {length:,} letters; the limit is {max_length:,}.", "Shorten it."),
    "too_short": ("'{name}' has no entries.", "Add one with '- '."),
    "string_type": ("'{name}' should be text, but is {type}.", "Write words only, in quotes if need be."),
    **dict.fromkeys(
        ("tuple_type", "list_type"), ("'{name}' should be a list.", "Write one entry to a line after '- '.")
    ),
    **dict.fromkeys(
        ("model_type", "model_attributes_type", "dict_type"),
        ("'{name}' should hold 'key: value' lines, but is {type}.", None),
    ),
    **dict.fromkeys(
        ("int_parsing", "int_type", "int_from_float"), ("'{shown}' is not a whole number.", "Write '{name}' in digits.")
    ),
    "int_parsing_size": ("'{name}' is too large.", "Correct '{name}'."),
    **dict.fromkeys(("bool_parsing", "bool_type"), ("'{shown}' is neither true nor false.", "Write true or false.")),
    "greater_than": ("'{name}' is too small: {shown}.", "It must be more than {gt}."),
    "greater_than_equal": ("'{name}' is too small: {shown}.", "It must be at least {ge}."),
}
"""Sentences and hints by pydantic's name of an error."""


def _describe_fault(
    name: str, value: Any, kind: str, details: Mapping[str, Any], in_list: bool
) -> tuple[str, str | None]:
    """Return a sentence and a hint for an error of pydantic."""
    shown, kind_of_value = _shorten(value), _describe_type(value)
    if kind in ("enum", "literal_error"):
        choices = re.findall(r"'([^']*)'", str(details.get("expected", "")))
        article = "an" if name[:1] in "aeiou" else "a"
        wanted = f"known under '{name}'" if in_list else f"{article} {name}"
        return f"'{shown}' is not {wanted}.", f"One of: {', '.join(choices)}."
    if kind == "string_pattern_mismatch":
        noun, hint = _PATTERNS.get(str(details.get("pattern")), (f"a good {name}", "See the handbook."))
        slug = slugify(str(value))
        return f"'{shown}' is not {noun}.", hint.format(better=f": {slug}" if slug else "")
    if kind == "string_type" and value is None:
        return f"An entry of '{name}' is empty.", "Write it after the '- ', or delete the '- '."
    if kind.startswith("date"):
        return f"'{name}' should be a date, but is {kind_of_value}.", "Write it as 2022-10-19."
    sentence, advice = _SENTENCES.get(kind, ("'{shown}' cannot be used for '{name}'.", None))
    fields = {**details, "name": name, "shown": shown, "type": kind_of_value, "length": len(str(value))}
    return sentence.format(**fields), advice and advice.format(**fields)


def _shorten(value: Any) -> str:
    return truncate(
        _describe_type(value) if isinstance(value, dict | list) or value is None else " ".join(str(value).split())
    )


def _describe_type(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "empty" if value is None else "plain text"


LONGEST = 150
"""Greatest length of an id: the names of files made from it are longer."""


def slugify(words: str) -> str:
    """Return words as an id: lower-case letters, digits and single hyphens."""
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
def known_keys(model: type[BaseModel], key_path: KeyPath) -> tuple[str, ...]:
    """Return the keys of the mapping at a path into the model, in the order of the model."""
    models = _models_at(model, key_path) or (model,)
    return tuple(dict.fromkeys(field.alias or name for kind in models for name, field in kind.model_fields.items()))


def _withdrawn_hint(model: type[BaseModel], key_path: KeyPath, key: str) -> str:
    """Return the hint for a key that an earlier release read; '' for other keys."""
    hints = (record.withdrawn.get(key, "") for record in _models_at(model, key_path) if issubclass(record, Record))
    return next(filter(None, hints), "")


def _required_keys(model: type[BaseModel], key_path: KeyPath) -> str:
    """Return the required keys of the record at a path: '{kind: …, text: …}'; '' if no record belongs there."""
    for record in _models_at(model, key_path):
        required = [field.alias or name for name, field in record.model_fields.items() if field.is_required()]
        if required:
            return "{" + ", ".join(f"{name}: …" for name in required) + "}"
    return ""


def _choices_at(model: type[BaseModel], key_path: KeyPath) -> tuple[str, ...]:
    """Return the words of a closed list that a value may be; nothing for other values."""
    choices: dict[str, None] = {}
    for kind in _kinds_at(model, key_path):
        if get_origin(kind) is Literal:
            choices |= dict.fromkeys(map(str, get_args(kind)))
        elif isinstance(kind, type) and issubclass(kind, Enum):
            choices |= dict.fromkeys(str(choice.value) for choice in kind)
    return tuple(choices)


def _is_free_text(model: type[BaseModel], key_path: KeyPath) -> bool:
    """Return True for a text; False for a date, number, id, address or word from a closed list."""
    return any(kind in (Line, Markdown) for kind in _kinds_at(model, key_path))


def _kinds_at(kind: Any, key_path: KeyPath) -> Iterator[Any]:
    """Yield the types that a value at a path may have, as the model names them."""
    for type_ in _alternatives(kind):
        if not key_path:
            yield type_
        elif isinstance(type_, type) and issubclass(type_, BaseModel):
            yield from _kinds_in_record(type_, key_path)
        elif get_origin(type_) is dict:
            yield from _kinds_at(get_args(type_)[1], key_path[1:])
        elif get_origin(type_) is tuple and isinstance(key_path[0], int):
            yield from _kinds_at(get_args(type_)[0], key_path[1:])


def _kinds_in_record(model: type[BaseModel], key_path: KeyPath) -> Iterator[Any]:
    for name, field in model.model_fields.items():
        metadata = [part for part in field.metadata if not isinstance(part, Role)]
        whole = Annotated[(field.annotation, *metadata)] if metadata else field.annotation
        if issubclass(model, RootModel):
            yield from _kinds_at(whole, key_path)
        elif key_path[0] in (name, field.alias):
            yield from _kinds_at(whole, key_path[1:])


def _alternatives(kind: Any) -> Iterator[Any]:
    """Yield the types of a union, and what a validator accepts besides."""
    if get_origin(kind) in (Union, UnionType):
        for part in get_args(kind):
            yield from _alternatives(part)
    elif get_origin(kind) is Annotated and get_origin(kind.__origin__) in (Union, UnionType):
        yield from _alternatives(kind.__origin__)
    elif get_origin(kind) is Annotated and isinstance(kind.__metadata__[0], BeforeValidator):
        yield from _alternatives(kind.__origin__)
        yield from _alternatives(kind.__metadata__[0].json_schema_input_type)
    else:
        yield kind


def _models_at(model: type[BaseModel], key_path: KeyPath) -> tuple[type[BaseModel], ...]:
    """Return the models of a value at a path, or of the entries of a list there."""
    return tuple(inner for kind in _kinds_at(model, key_path) for inner in _models_in(kind))


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


# Plain values into models. Values that do not fit are reported and left out.

M = TypeVar("M", bound=BaseModel)

_MOST_PASSES = 12
_ONE_KEY_A_LINE = "Write one key to a line, with a colon and a space after it."
_MOST_NAMED = 10
"""Greatest number of keys that a hint lists."""
_NOT_A_RECORD = ("model_type", "model_attributes_type", "tuple_type", "list_type")


@dataclass(frozen=True, slots=True)
class Filled(Generic[M]):
    """A model and the locations of what it holds (entries left out are no longer counted)."""

    model: M
    locations: FieldLocations


@dataclass(frozen=True, slots=True)
class _Fault:
    key_path: KeyPath
    """Path to the wrong value, or to the mapping around a missing or unknown key."""
    key: str
    """The missing or unknown key; else ''."""
    kind: str
    """Pydantic's name for the error."""
    details: Mapping[str, Any]
    on_key: bool = False
    """Whether the last key of the path is wrong, not its value."""


def fill(
    model: type[M],
    value: Any,
    locations: FieldLocations,
    diagnostics: Diagnostics,
    spare: Mapping[str, Any] | None = None,
) -> Filled[M] | None:
    """Fill a model from a mapping and report every mistake; return None if too much is wrong.

    A wrong value is left out, so that its default is used, or the value of `spare` for a key at the top.
    """
    if not isinstance(value, dict):
        sentence = f"This should be 'key: value' lines, but is {_describe_type(value)}."
        diagnostics.report(message("yaml-syntax", locations.at(), _ONE_KEY_A_LINE, sentence=sentence))
        return None
    diagnostics.extend(find_cut_values(value, locations, lambda key_path: _is_free_text(model, key_path)))
    plain = _without_empty_keys(value, model)
    if KEY in model.model_fields and isinstance(plain.get(KEY), dict):
        plain[KEY] = value[KEY]  # with an empty part it is not a marking
    reports = _FaultReports(model)
    try:
        for _ in range(_MOST_PASSES):
            try:
                return Filled(model.model_validate(plain), locations)
            except ValidationError as wrong:
                faults = _find_faults(plain, wrong)
            for fault in faults:
                reports.add(plain, fault, locations)
            key_paths = {_path_to_remove(plain, fault, spare or {}) for fault in faults} - {None}
            if () in key_paths:
                return None
            locations = _remove_values(plain, [key_path for key_path in key_paths if key_path], locations)
        return None
    finally:
        diagnostics.extend(reports.diagnostics)


class _FaultReports:
    """A diagnostic for each fault, except for faults that follow from a value that was left out."""

    def __init__(self, model: type[BaseModel]) -> None:
        self.model = model
        self.diagnostics: list[Diagnostic] = []
        self._hints: list[str] = []
        self._left_out: dict[Location, dict[str, int]] = {}
        """Numbers of the diagnostics of values left out, by key, by the place of the mapping around them."""

    def add(self, plain: Any, fault: _Fault, locations: FieldLocations) -> None:
        """Report a fault; if it follows from an earlier one, add to its hint what is left out."""
        names = fault.key if fault.kind == "missing" else str(fault.details["msg"])
        earlier = self._left_out.get(locations.at(*fault.key_path), {})
        number = next((number for key, number in earlier.items() if _names_key(key, names)), None)
        if number is None:
            number = len(self.diagnostics)
            diagnostic = _describe(self.model, plain, fault, locations)
            if KEY in self.model.model_fields and is_marking(fault.key_path, fault.key, known_keys(self.model, ())):
                value = plain.get(fault.key_path[0] if fault.key_path else fault.key)
                diagnostic = unreadable_marking(diagnostic, value)
            self.diagnostics.append(diagnostic)
            self._hints.append(diagnostic.hint)
        if not fault.key_path or fault.kind == "extra_forbidden":
            return
        if fault.kind == "missing" or isinstance(_value_at(plain, fault.key_path), dict | list):
            name = fault.key_path[-1]
            part = f"'{name}'" if isinstance(name, str) else f"this entry of '{_last_key(fault.key_path)}'"
            hint = f"{self._hints[number]} Until then {part} is left out."
            self.diagnostics[number] = replace(self.diagnostics[number], hint=hint)
        self._left_out.setdefault(locations.at(*fault.key_path[:-1]), {})[str(fault.key_path[-1])] = number


def _names_key(key: str, message: str) -> bool:
    """Return True if a message names a key."""
    return bool(re.search(rf"\b{re.escape(key)}\b", message))


def _without_empty_keys(value: Any, model: type[BaseModel], key_path: KeyPath = ()) -> Any:
    """Return a value without known keys that have no value, such as `publisher:`.

    An unknown key stays, as it may be part of a text.
    """
    if isinstance(value, dict):
        return {
            key: _without_empty_keys(part, model, (*key_path, key))
            for key, part in value.items()
            if part is not None or key not in known_keys(model, key_path)
        }
    if isinstance(value, list):
        return [_without_empty_keys(part, model, (*key_path, number)) for number, part in enumerate(value)]
    return value


def _find_faults(plain: Any, wrong: ValidationError) -> list[_Fault]:
    """Return one fault for each value. If it may have several types, those of the type that it looks like."""
    faults: dict[tuple[KeyPath, str], _Fault] = {}
    for error in wrong.errors(include_url=False, include_input=False):
        key_path, key = _path_of_error(plain, error["loc"], error["type"])
        if not key and isinstance(_value_at(plain, key_path), dict) and error["type"] == "string_type":
            continue
        details = {**error.get("ctx", {}), "msg": error["msg"]}
        fault = _Fault(key_path, key, error["type"], details, error["loc"][-1:] == ("[key]",))
        if (key_path, key) not in faults or faults[key_path, key].kind == "model_type":
            faults[key_path, key] = fault
    return list(faults.values())


def _path_of_error(plain: Any, loc: KeyPath, kind: str) -> tuple[KeyPath, str]:
    """Return the path to a wrong value, without pydantic's names of alternatives, and the missing or unknown key."""
    key_path: list[Step] = []
    value: Any = plain
    is_key = kind in ("missing", "extra_forbidden")
    for step in loc[:-1] if is_key else loc:
        in_list = isinstance(value, list) and isinstance(step, int) and step < len(value)
        if in_list or (isinstance(value, dict) and step in value):
            value = value[step]
            key_path.append(step)
    return tuple(key_path), str(loc[-1]) if is_key else ""


def _value_at(plain: Any, key_path: KeyPath) -> Any:
    for step in key_path:
        plain = plain[step]
    return plain


def _list_keys(key: str, known: Sequence[str]) -> str:
    """Return a sentence with all known keys; if there are more than ten, with the nearest three."""
    if len(known) <= _MOST_NAMED:
        return f"Known keys: {', '.join(known)}."
    nearest = ", ".join(get_close_matches(key, known, 3, 0))
    return f"The nearest keys are {nearest}. The page 'Keys' of the handbook lists all."


def _describe(model: type[BaseModel], plain: Any, fault: _Fault, locations: FieldLocations) -> Diagnostic:
    """Return the diagnostic for a fault."""
    if fault.kind == "extra_forbidden":
        place = locations.key_at(*fault.key_path, fault.key)
        if instead := _withdrawn_hint(model, fault.key_path, fault.key):
            return message("key-withdrawn", place, instead, keys=f"'{fault.key}'")
        known, present = known_keys(model, fault.key_path), _value_at(plain, fault.key_path)
        guess = close_matches(fault.key, known)
        hint = f"Did you mean '{guess[0]}'?" if guess else _list_keys(fault.key, known)
        if not guess and " " in fault.key:
            hint = "If these words belong to a value, put all of it in quotation marks: a comma ends a value in braces."
        hint = _missing_space_hint(fault.key, known) or _foreign_key_hint(fault.key, known, present) or hint
        return message("unknown-key", place, hint, key=fault.key)
    if fault.kind == "missing":
        where, whole = f" in '{_last_key(fault.key_path)}'" if fault.key_path else "", (*fault.key_path, fault.key)
        if whole in locations.keys:
            sentence = f"'{fault.key}' is empty."
            return message("value-wrong", locations.key_at(*whole), "Write it after the colon.", sentence=sentence)
        choices = _choices_at(model, whole)
        one_of = f"Add a line '{fault.key}: …' with one of: {', '.join(choices)}." if choices else None
        return message("field-missing", locations.at(*fault.key_path), one_of, key=fault.key, where=where)
    if fault.on_key:
        return _wrong_value(locations.key_at(*fault.key_path), "id", fault.key_path[-1], fault)
    in_list = bool(fault.key_path) and isinstance(fault.key_path[-1], int)
    value = _value_at(plain, fault.key_path)
    place = locations.at(*fault.key_path)
    if fault.kind == "value_error" and isinstance(value, dict):
        named = [locations.key_at(*fault.key_path, key) for key in value if _names_key(key, str(fault.details["msg"]))]
        place = max(named, default=place)
    diagnostic = _wrong_value(place, _last_key(fault.key_path), value, fault, in_list)
    if fault.kind not in _NOT_A_RECORD:
        return diagnostic
    if hint := _missing_space_hint(value, known_keys(model, fault.key_path)):
        return replace(diagnostic, hint=hint)
    is_list = fault.kind in ("tuple_type", "list_type")
    if keys := _required_keys(model, fault.key_path):
        hint = f"Write '- {keys}', one entry to a line." if in_list or is_list else f"Write '{keys}'."
        return replace(diagnostic, hint=hint)
    if is_list and isinstance(value, str):
        return replace(diagnostic, hint="Write […, …], or one entry to a line after '- '.")
    return diagnostic


def _last_key(key_path: KeyPath) -> str:
    names = [step for step in key_path if isinstance(step, str)]
    return names[-1] if names else "record"


def _path_to_remove(plain: Any, fault: _Fault, spare: Mapping[str, Any]) -> KeyPath | None:
    """Return the path to remove for a fault: () for everything, None after a spare value is put in."""
    if fault.kind == "extra_forbidden":
        return (*fault.key_path, fault.key)
    if not fault.key_path and fault.kind == "missing":
        if fault.key in spare:
            plain[fault.key] = spare[fault.key]
            return None
        return ()
    if len(fault.key_path) == 1 and fault.key_path[0] in spare:
        plain[fault.key_path[0]] = spare[str(fault.key_path[0])]
        return None
    return fault.key_path


def _remove_values(plain: Any, key_paths: list[KeyPath], locations: FieldLocations) -> FieldLocations:
    """Remove values; return the locations with the following entries of lists moved up."""
    removed: dict[KeyPath, list[int]] = {}
    named = set(locations.left_out)
    for key_path in sorted(
        key_paths, key=lambda w: [(s, "") if isinstance(s, int) else (-1, s) for s in w], reverse=True
    ):
        try:
            value = _value_at(plain, key_path[:-1]).pop(key_path[-1])
        except (KeyError, IndexError, TypeError, AttributeError):
            continue
        if isinstance(key_path[-1], int):
            removed.setdefault(key_path[:-1], []).insert(0, key_path[-1])
            if isinstance(value, dict) and "id" in value:
                named.add((_last_key(key_path), str(value["id"])))
    if not removed:
        return locations
    return FieldLocations(
        locations.path,
        _move_up(locations.entries, removed),
        _move_up(locations.keys, removed),
        left_out=frozenset(named),
    )


def _move_up(
    places: Mapping[KeyPath, tuple[int, int]], removed: Mapping[KeyPath, list[int]]
) -> dict[KeyPath, tuple[int, int]]:
    moved = ((_new_path(key_path, removed), place) for key_path, place in places.items())
    return {key_path: place for key_path, place in moved if key_path is not None}


def _new_path(key_path: KeyPath, removed: Mapping[KeyPath, list[int]]) -> KeyPath | None:
    """Return the path to a value after entries of lists are removed; None if it is removed itself."""
    new: list[Step] = []
    for depth, step in enumerate(key_path):
        numbers = removed.get(key_path[:depth], ())
        if isinstance(step, int) and numbers:
            before = bisect_left(numbers, step)
            if before < len(numbers) and numbers[before] == step:
                return None
            step -= before
        new.append(step)
    return tuple(new)


_FOREIGN_KEYS: Mapping[str, str] = {
    **dict.fromkeys(("description", "abstract", "excerpt", "subtitle"), "summary"),
    **dict.fromkeys(("author", "by"), "authors"),
    **dict.fromkeys(("date", "published"), "first_published"),
    **dict.fromkeys(("lastmod", "last_modified_at", "modified"), "updated"),
    **dict.fromkeys(("last_reviewed_on", "last_reviewed"), "reviewed"),
    **dict.fromkeys(("keywords", "categories"), "tags"),
    "lang": "language",
    "license": "licence",
}


def _foreign_key_hint(key: str, known: Container[str], present: Container[str]) -> str:
    """Return the hint on a key of another program; '' for other keys."""
    meant = _FOREIGN_KEYS.get(key) if "key_finding" in known else None  # only briefings have it
    if not meant:
        return ""
    return f"Delete it: '{meant}' says it here." if meant in present else f"The key for it is '{meant}' here."

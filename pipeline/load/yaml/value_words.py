"""Faults of a value, in an author's words. Never a type's name."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from pipeline.codes import files as codes
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.tables import cut_short

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
    place: Place, name: str, value: Any, kind: str, told: Mapping[str, Any], in_list: bool = False
) -> Diagnostic:
    """The diagnostic for a value that a model refused."""
    called = name.replace("_", " ")
    if (kind.startswith("date") or "not a day" in str(told.get("msg"))) and not isinstance(value, dict | list):
        return codes.DATE_WRONG.at(place, _date_hint(value), value=_shown(value))
    if kind == "value_error":
        said = str(told["msg"]).removeprefix("Value error, ").rstrip(".")
        return codes.VALUE_WRONG.at(place, sentence=said[:1].upper() + said[1:] + ".")
    sentence, hint = _words(called, value, kind, told, in_list)
    return codes.VALUE_WRONG.at(place, hint, sentence=sentence)


def space_is_missing(value: Any, known: Collection[str]) -> str:
    """Hint for a known key without a space after its colon; empty for all other values."""
    key, _, words = str(value).partition(":") if isinstance(value, str) else ("", "", "")
    return f"A space is missing after the colon: '{key}: {_shown(words)}'." if words.strip() and key in known else ""


def _words(called: str, value: Any, kind: str, told: Mapping[str, Any], in_list: bool) -> tuple[str, str | None]:
    shown = _shown(value)
    match kind:
        case "enum" | "literal_error":
            choices = re.findall(r"'([^']*)'", str(told.get("expected", "")))
            return _not_chosen(shown, called, in_list), f"One of: {', '.join(choices)}."
        case "string_pattern_mismatch":
            noun, hint = _PATTERNS.get(str(told.get("pattern")), (f"a good {called}", "See the handbook."))
            return f"'{shown}' is not {noun}.", hint.format(better=_better(value))
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
            least = told.get("gt", told.get("ge"))
            return f"'{called}' is too small: {shown}.", (
                f"It must be {'more than' if kind == 'greater_than' else 'at least'} {least}."
            )
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


def _not_chosen(shown: str, called: str, in_list: bool) -> str:
    return f"'{shown}' is not known under '{called}'." if in_list else f"'{shown}' is not {_article(called)}."


def _article(called: str) -> str:
    return f"an {called}" if called[:1] in "aeiou" else f"a {called}"


def _better(value: Any) -> str:
    slug = as_id(str(value))
    return f": {slug}" if slug else ""


LONGEST = 150
"""Characters that an id may have: what is made of it has a longer name, and a parcel that of the edition in it."""


def as_id(words: str) -> str:
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

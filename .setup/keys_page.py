"""Prints the handbook's page of keys: every key of every file, out of the JSON Schemas that editors complete with.

`make handbook` runs it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, takewhile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.load.yaml.schema import json_schemas  # noqa: E402

Schema = Mapping[str, Any]

FILES: Mapping[str, tuple[str, str]] = {
    "library.json": ("library", "`source/library.yaml`"),
    "briefing.json": ("briefing", "Front matter of a briefing"),
    "series.json": ("series", "`source/series/*.yaml`"),
    "pack.json": ("pack", "`source/packs/*.yaml`"),
    "organisations.json": ("organisations", "`source/organisations.yaml`"),
    "colleges.json": ("colleges", "`source/colleges.yaml`"),
    "glossary.json": ("glossary", "`source/glossary.yaml`"),
    "tags.json": ("tags", "`source/tags.yaml`"),
    "references.json": ("references", "`source/references/*.yaml`"),
    "fonts.json": ("fonts", "`layouts/fonts.yaml`"),
    "handbook-pack.json": ("handbook-pack", "`source/handbook/*.yaml`"),
    "handbook-page.json": ("handbook-page", "Front matter of a handbook page"),
    "kept.json": ("kept", "`source/versions/*/*/kept.json`"),
    "edition.json": ("edition", "`source/editions/*/001-*.json`"),
}
"""The schemas in the order of the page: each with its anchor, after 'keys-', and its heading."""

_CALLED = {
    "Isbns": "ISBNs",
    "Pdf": "Claims of the PDFs",
    "Print": "Printing, for all packs",
    "PackPrint": "Printing, for one pack",
    "Base": "Evidence base",
    "LedTo": "Other briefing",
    "Custom": "Custom record",
    "IssuedBriefing": "Briefing of an edition",
    "IssuedFile": "File of an edition",
    "IssuedInsert": "Insert of an edition",
    "Judged": "Verdict of a judge",
}
"""Headings of records whose own name is too short for one."""

_WORDS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "an id",
    r"^[a-z0-9]+(-[a-z0-9]+)*(@\d{1,6}\.\d{1,6})?$": "an id, or an id with `@` and a version",
    r"^\d{1,6}\.\d{1,6}$": "a version, such as 1.0",
    r"^[^\r\n]*$": "one line",
    r"^[0-9a-f]{64}$": "a SHA-256 in hexadecimal",
    r"^words/1:[0-9a-f]{64}$": "`words/1:` and a SHA-256 in hexadecimal",
    r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$": "a language tag, such as `en-GB`",
    r"^https?://[^\s]+$": "a web address in full",
    r"^https://[^\s/?#:@.][^\s?#]*$": "a web address in full, from `https://` on",
    r"^#[0-9a-fA-F]{6}$": "a colour, such as `#1f4e79`",
    r"^fontpkg_[a-z0-9_]+$": "a name that begins with `fontpkg_`",
    r"^[A-Za-z0-9][A-Za-z0-9._,=\[\]-]*$": "the name of a file, such as `Lato-Regular.ttf`",
    r"^[A-Za-z][A-Za-z0-9 ]*$": "the name of a family, in letters, figures and spaces",
    r"^[^\s@<>,;:\"]+@[A-Za-z0-9.-]+$": "the address of a mailbox",
    r"^[A-Za-z0-9.-]+$": "the name of a server",
    r"^(ssh|ecdsa)-[a-z0-9-]+ [A-Za-z0-9+/]+={0,2}$": "the key of a server, such as `ssh-ed25519 AAAAC3…`",
    r"^WCAG 2\.[0-2] Level A{1,3}$": "`WCAG 2.0`, `2.1` or `2.2` and `Level A`, `AA` or `AAA`",
    r"^(AAT|BIC|BISAC|CLC|CLIL|DDC|EuroVoc|LCSH|MEDTOP|NDC|Thema|UDC|WGS|https?://\S+)$": (
        "`AAT`, `BIC`, `BISAC`, `CLC`, `CLIL`, `DDC`, `EuroVoc`, `LCSH`, `MEDTOP`, `NDC`, `Thema`, `UDC`, `WGS`, "
        "or the web address of another scheme"
    ),
}
"""An author's words for the form that a pattern matches."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A record and where it stands: the way of keys that lead to it, in each file."""

    schema: Schema
    ways: tuple[str, ...]


def keys_page(schemas: Mapping[str, Schema]) -> str:
    """The page: the keys of each file and below them those of each kind of record in it."""
    places = {name: _places(schemas[name]) for name in FILES}
    shared = [name for found in places.values() for name in found]
    several = [name for name in dict.fromkeys(shared) if shared.count(name) > 1]
    lines = ["---", "title: Keys", "summary: Every key of every file that you write.", "---", "", _PREFACE]
    for name, (anchor, heading) in FILES.items():
        own = {kind: place for kind, place in places[name].items() if kind not in several}
        lines += [f"## {heading} {{#keys-{anchor}}}", "", *_file(schemas[name], own)]
    lines += ["## Records in several files {#keys-records}", ""]
    for kind in several:
        ways = tuple(dict.fromkeys(way for found in places.values() if kind in found for way in found[kind].ways))
        first = next(name for name in FILES if kind in places[name])
        lines += _record(kind, _Place(places[first][kind].schema, ways), schemas[first]["$defs"])
    return "\n".join(lines).rstrip() + "\n"


_PREFACE = """<!-- Made from the models that read the files, by `make handbook`: do not edit it here. -->

An editor with the JSON Schemas, which `briefings schema`
writes, shows the same words while you type. A key that is needed must be there; all others may be left
out, and 'Otherwise' says what holds then.

Where nothing else is said, write text: one line of it, or Markdown where readers get whole paragraphs. A record is a
key with keys of its own below it: 'see' leads to them. Numbers are whole, days are written as 2026-04-26, and
what begins with 'Whether' is `true` or `false`.
"""


def anchor_of(kind: str) -> str:
    """The anchor of a kind of record: 'keys-figure-record'."""
    return "keys-" + _parted(kind).lower().replace(" ", "-")


def heading_of(kind: str) -> str:
    """Heading of a kind of record: 'Figure record'."""
    return _CALLED.get(kind) or _parted(kind).capitalize()


def _parted(kind: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind)


def _link(kind: str) -> str:
    """Link to the keys of a kind of record."""
    said = heading_of(kind)
    return f"a record: [{said if said[:2].isupper() else said[0].lower() + said[1:]}](#{anchor_of(kind)})"


def _file(schema: Schema, own: Mapping[str, _Place]) -> Iterator[str]:
    """The keys of a file, or what its list holds, and then its records."""
    yield from (f"{schema['description']}", "")
    if schema.get("properties"):
        yield from _keys(schema, schema.get("$defs", {}))
    for kind, place in own.items():
        yield from _record(kind, place, schema.get("$defs", {}))


def _record(kind: str, place: _Place, kinds: Schema) -> Iterator[str]:
    under = ", ".join(f"`{way}`" for way in place.ways if way)
    described = place.schema["description"]
    yield from (f"### {heading_of(kind)} {{#{anchor_of(kind)}}}", "")
    yield from (f"Under {under}. {described}" if under else f"Of each entry. {described}", "")
    yield from _keys(place.schema, kinds)


def _keys(schema: Schema, kinds: Schema) -> Iterator[str]:
    """A record's keys, in the order of its model: what each is for, what to write, and what holds without it."""
    needed, forms = schema.get("required", ()), {k: _written(v, kinds) for k, v in schema["properties"].items()}
    for form, keys in _runs(forms):
        if form:
            yield from (f"For each {'of these ' * (len(keys) < len(forms))}write {form}.", "")
        for key in keys:
            value = schema["properties"][key]
            said = [value["description"]]
            told = _TOLD.get(forms[key])
            said += [] if forms[key] in (*_PLAIN, form) or (told and told.search(said[0])) else [_asked(forms[key])]
            default = _default(value.get("default")) if key not in needed else ""
            said += [f"Otherwise\u00a0{default}."] if default else []
            yield f"- `{key}`{' (needed)' if key in needed else ''}: {' '.join(said)}"
        yield ""


def _asked(form: str) -> str:
    """Sentence on what to write for a key: of records only the link to their keys."""
    found = re.fullmatch(r"a (list of records|record): (\[[^]]*\]\([^)]*\))", form)
    if not found:
        return f"Write {form}."
    return f"See\u00a0{found[2]}." if found[1] == "record" else f"Write a list; see\u00a0{found[2]}."


def _runs(forms: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Keys in their order: at the end, by forms, those that share one with two others beside them."""
    runs = [(form, list(keys)) for form, keys in groupby(forms, forms.__getitem__)]
    shared = list(takewhile(lambda run: len(run[1]) > 2 and run[0] not in _PLAIN, reversed(runs)))[::-1]
    first = [key for _, keys in runs[: len(runs) - len(shared)] for key in keys]
    yield from [("", first), *shared] if first else shared


_PLAIN = ("one line", "text", "Markdown")
"""Forms that every author knows, so that no key repeats them."""


_TOLD = {"a date": re.compile(r"\b[Dd]ay\b"), "`true` or `false`": re.compile("^Whether ")}
"""Forms that a description may tell by itself, by the words that do."""


def _default(value: Any) -> str:
    """Default of a key; nothing if it has none."""
    if value is None or value == [] or isinstance(value, dict):
        return ""
    if isinstance(value, list):
        return ", ".join(f"`{one}`" for one in value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _written(node: Schema, kinds: Schema) -> str:
    """Form of a value, in an author's words."""
    if "$ref" in node:
        kind = node["$ref"].rpartition("/")[2]
        return _written(kinds[kind], kinds) if "enum" in kinds[kind] else _link(kind)
    if "allOf" in node:
        return _written(node["allOf"][0], kinds)
    if "anyOf" in node:
        forms = [form for form in node["anyOf"] if form.get("type") != "null"]
        return ", or ".join(dict.fromkeys(_written(form, kinds) for form in forms))
    if "enum" in node or "const" in node:
        return _listed([f"`{word}`" for word in node.get("enum", [node.get("const")])], "or")
    if node.get("type") == "array":
        words = node["items"].get("enum")
        return "a list of " + _listed([f"`{w}`" for w in words], "and") if words else _list(node, kinds)
    if node.get("type") == "object":
        value = node.get("additionalProperties") or next(iter(node["patternProperties"].values()))
        return f"names, each with {_written(value, kinds)}"
    return _scalar(node)


def _list(node: Schema, kinds: Schema) -> str:
    entry = _written(node["items"], kinds)
    if entry in ("one line", "text", "an id"):
        return "a list of ids" if entry == "an id" else "a list"
    return (
        entry.replace("a record:", "a list of records:", 1)
        if entry.startswith("a record:")
        else f"a list, each entry {entry}"
    )


def _listed(words: list[str], last: str) -> str:
    """Words in a row: '`a`, `b` or `c`'."""
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _scalar(node: Schema) -> str:
    kinds = node["type"] if isinstance(node["type"], list) else [node["type"]]
    if kinds[0] == "boolean":
        return "`true` or `false`"
    if kinds[0] == "integer":
        return " ".join(("a number", *_bounds(node)))
    if node.get("format") == "date":
        return "a date"
    if "pattern" in node:
        return _WORDS[node["pattern"]]
    return "Markdown" if node.get("minLength") else "text"


def _bounds(node: Schema) -> Iterator[str]:
    """The least and the most that a number may be."""
    if "minimum" in node or "exclusiveMinimum" in node:
        yield f"from\u00a0{node['minimum'] if 'minimum' in node else node['exclusiveMinimum'] + 1}"
    if "maximum" in node:
        yield f"to\u00a0{node['maximum']}"


def _places(schema: Schema) -> dict[str, _Place]:
    """The kinds of record in a file that have keys, in the order in which its keys lead to them."""
    kinds: Mapping[str, Schema] = schema.get("$defs", {})
    found: dict[str, list[str]] = {}

    def follow(node: Any, way: str) -> None:
        for kind, where in _led_to(node, way):
            known = kind in found
            if where not in found.setdefault(kind, []):
                found[kind].append(where)
            if not known:
                follow(kinds[kind], where)

    follow({key: value for key, value in schema.items() if key != "$defs"}, "")
    return {k: _Place(_keyed(kinds[k]), tuple(ways)) for k, ways in found.items() if _keyed(kinds[k])}


def _keyed(schema: Schema) -> Schema:
    """The record of a kind, or the one among its forms that has keys; nothing for a closed list of words."""
    for one in (schema, *schema.get("anyOf", ())):
        if one.get("properties"):
            return {**one, "description": schema["description"]}
    return {}


def _led_to(node: Any, way: str) -> Iterator[tuple[str, str]]:
    """The kinds that a part of a schema names, each with the keys that lead there."""
    if isinstance(node, list):
        for part in node:
            yield from _led_to(part, way)
    elif isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"].rpartition("/")[2], way
        for key, value in node.items():
            if key == "properties":
                for name, part in value.items():
                    yield from _led_to(part, f"{way}: {name}" if way else name)
            elif key not in ("$ref", "default", "description", "enum"):
                yield from _led_to(value, way)


if __name__ == "__main__":
    sys.stdout.write(keys_page(json_schemas()))

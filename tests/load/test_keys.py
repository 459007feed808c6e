"""Every key of every file: the handbook's table, the schemas' descriptions and what is read agree.

`tests/load/keys/` is a library in which every key is used. To add a key, add it to its model with a docstring, use it
there, and run `make handbook`.
"""

import re
import runpy
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from pipeline.compose.design.typeface import listed_families
from pipeline.core.diagnostics import Severity
from pipeline.core.messages import styles
from pipeline.load.library import load_library
from pipeline.load.yaml.schema import json_schemas
from pipeline.model.formats import Layouts
from pipeline.model.source.library_file import Rules
from tests.load.editors_yaml import EditorsLoader
from tests.support.bind.foreign_pdfs import good
from tests.support.bind.profiles import toy_profile
from tests.support.project import ROOT

HERE = Path(__file__).parent / "keys"
SCHEMAS = json_schemas()

PAGE = runpy.run_path(str(ROOT / ".setup" / "keys_page.py"))

Used = set[tuple[str, str]]
"""The kinds of record and their keys; the record at the top of a file bears the name of its schema."""

PAGES: Mapping[str, str] = {
    "library.json": "source/library.yaml",
    "briefing.json": "source/briefings/**/*.md",
    "series.json": "source/series/*.yaml",
    "pack.json": "source/packs/*.yaml",
    "organisations.json": "source/organisations.yaml",
    "colleges.json": "source/colleges.yaml",
    "glossary.json": "source/glossary.yaml",
    "tags.json": "source/tags.yaml",
    "references.json": "source/references/works.yaml",
    "fonts.json": "layouts/fonts.yaml",
    "handbook-pack.json": "source/handbook/pack.yaml",
    "handbook-page.json": "source/handbook/start.md",
    "kept.json": "kept.json",
    "edition.json": "edition.json",
}


def values(name: str) -> Iterator[Any]:
    """What the files of a schema hold, as an editor reads them."""
    for path in sorted(HERE.glob(PAGES[name])):
        text = path.read_text(encoding="utf-8")
        text = text.split("\n---\n")[0].removeprefix("---\n") if path.suffix == ".md" else text
        yield without_nothing(yaml.load(text, Loader=EditorsLoader))


def without_nothing(value: Any) -> Any:
    """The value without keys that are left empty, as it is read."""
    if isinstance(value, dict):
        return {key: without_nothing(part) for key, part in value.items() if part is not None}
    return [without_nothing(part) for part in value] if isinstance(value, list) else value


def records(schema: Mapping[str, Any], top: str) -> dict[str, Mapping[str, Any]]:
    """Every record of a schema that has keys, by name."""
    found = {}
    for name, record in ((top, schema), *schema.get("$defs", {}).items()):
        for form in (record, *record.get("anyOf", ())):
            if form.get("properties"):
                found[name] = form["properties"]
    return found


def listed(name: str) -> Used:
    """Every key that a schema has."""
    return {(kind, key) for kind, keys in records(SCHEMAS[name], name).items() for key in keys}


def used(name: str) -> Used:
    """Every key that the files use."""
    schema = SCHEMAS[name]
    return {pair for value in values(name) for pair in keys_of(value, schema, schema.get("$defs", {}), name)}


def keys_of(value: Any, node: Any, kinds: Mapping[str, Any], kind: str = "") -> Iterator[tuple[str, str]]:
    """The keys of a value, each with the record that it belongs to."""
    if "$ref" in node:
        kind = node["$ref"].rpartition("/")[2]
        node = kinds[kind]
    for form in (form for key in ("allOf", "anyOf", "oneOf") for form in node.get(key, ())):
        yield from keys_of(value, form, kinds, kind)
    if isinstance(value, list):
        for part in value:
            yield from keys_of(part, node.get("items", {}), kinds)
    elif isinstance(value, dict):
        known = node.get("properties", {})
        for key, part in value.items():
            if key in known:
                yield kind, key
            forms = (known.get(key), node.get("additionalProperties"), *node.get("patternProperties", {}).values())
            yield from keys_of(part, next((form for form in forms if isinstance(form, dict)), {}), kinds)


USED = {pair for name in SCHEMAS for pair in used(name)}
"""Every key that any of the files uses: a record of several files need not be whole in each."""


@pytest.mark.every_service
@pytest.mark.parametrize("name", list(SCHEMAS))
def test_the_files_use_every_key(name: str) -> None:
    validator = jsonschema.Draft7Validator(SCHEMAS[name])
    assert [e.message for value in values(name) for e in validator.iter_errors(value)] == []
    assert sorted(listed(name) - USED) == []


@pytest.fixture(scope="module")
def everything() -> dict[str, bytes]:
    """The files that use every key, by path."""
    files = {p.relative_to(HERE).as_posix(): p.read_bytes() for p in sorted(HERE.rglob("*")) if p.is_file()}
    return files | {"source/press.icc": toy_profile(), "source/packs/timetable.pdf": good()}


def wrong(files: Mapping[str, bytes]) -> list[str]:
    """The errors in the files of a library."""
    _, remarks = load_library({path: content for path, content in files.items() if path.startswith("source/")})
    return [str(remark) for remark in remarks if remark.severity is Severity.ERROR]


@pytest.mark.every_service
def test_every_key_of_the_files_is_read(everything: dict[str, bytes]) -> None:
    assert wrong(everything) == []
    assert listed_families(Layouts({"fonts.yaml": everything["layouts/fonts.yaml"].decode()}))


@pytest.mark.every_service
@pytest.mark.parametrize("name", sorted(set(PAGES) - {"kept.json", "edition.json", "fonts.json"}))
def test_a_key_that_stands_in_no_table_is_refused(everything: dict[str, bytes], name: str) -> None:
    path = next(path for path in everything if fnmatch(path, PAGES[name]))
    first = re.compile(rb"^( *(- )?)(title|name|term|label|id): ", re.MULTILINE)
    lead = first.search(everything[path])[1].replace(b"-", b" ")  # type: ignore[index]  # each has one
    stray = first.sub(lambda found: b"%sxyzzy: 1\n%s%s: " % (found[1], lead, found[3]), everything[path], count=1)
    (error, *_) = wrong(everything | {path: stray})
    assert error.startswith(f"{path}:")
    assert "'xyzzy'" in error


@pytest.mark.parametrize("name", list(SCHEMAS))
def test_every_key_says_what_it_is_for(name: str) -> None:
    for keys in records(SCHEMAS[name], name).values():
        for key, value in keys.items():
            said = value["description"]
            assert re.fullmatch(r"[A-Z].*[.]", said), f"{key}: {said}"
            assert " ".join(said.split()) == said
            assert said.rstrip(".").casefold().replace("the ", "") != key.replace("_", " ").casefold()
            assert not re.search(r"\b(None|True|False|tuple|dict|str)\b", said)


@pytest.mark.every_service
def test_the_handbook_has_every_key() -> None:
    """With the description that an editor shows; `make handbook` writes the page again."""
    page = (ROOT / "source" / "handbook" / "keys.md").read_text(encoding="utf-8")
    assert page == PAGE["keys_page"](SCHEMAS), "make handbook writes the page again"
    assert set(PAGE["FILES"]) == set(SCHEMAS) == set(PAGES)
    for name in SCHEMAS:
        for keys in records(SCHEMAS[name], name).values():
            for key, value in keys.items():
                said = rf"^- `{key}`( \(needed\))?: {re.escape(value['description'])}"
                assert re.search(said, page, re.MULTILINE), f"{key} of {name}"


def test_the_handbook_has_every_closed_list() -> None:
    page = (ROOT / "source" / "handbook" / "keys.md").read_text(encoding="utf-8")
    words = {str(word) for schema in SCHEMAS.values() for word in closed(schema)}
    assert len(words) > 100
    assert [word for word in sorted(words) if f"`{word}`" not in page] == []


def closed(node: Any) -> Iterator[str]:
    """The words of all closed lists in a schema."""
    if isinstance(node, dict):
        yield from node["enum"] if isinstance(node.get("enum"), list) else ()
        for part in node.values():
            yield from closed(part)
    elif isinstance(node, list):
        for part in node:
            yield from closed(part)


def test_every_remark_of_style_has_a_key() -> None:
    """Add a field to `Rules` in `model/source/library_file.py`."""
    assert {field.alias for field in Rules.model_fields.values()} - {None} == set(styles())

"""The JSON Schemas that editors complete and check with."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from pipeline.load.yaml.schema import json_schemas
from tests.load.editors_yaml import EditorsLoader

SCHEMAS = json_schemas()


@pytest.mark.parametrize("name", list(SCHEMAS))
def test_every_schema_is_valid_and_closed(name: str) -> None:
    schema = SCHEMAS[name]
    jsonschema.Draft7Validator.check_schema(schema)
    assert schema["$schema"].endswith("draft-07/schema#")
    assert schema["title"]
    assert schema["description"]
    for kind, definition in (("", schema), *schema.get("$defs", {}).items()):
        if definition.get("properties"):
            assert definition["additionalProperties"] is (kind == "Custom")  # whose other keys are the author's


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ({"title": "T", "summary": "S"}, True),
        ({"title": "T", "summary": "S", "status": "published", "updated": "2022-10-19"}, True),
        ({"title": "T"}, False),
        ({"title": "T", "summary": "S", "titel": "x"}, False),
        ({"title": "T", "summary": "S", "status": "gone"}, False),
    ],
)
def test_the_schema_of_a_briefing_agrees_with_the_reader(value: Any, valid: bool) -> None:
    """What the editor underlines, `check` reports."""
    assert jsonschema.Draft7Validator(SCHEMAS["briefing.json"]).is_valid(value) is valid


SOURCE = Path(__file__).resolve().parents[2] / "source"


@pytest.mark.every_service
@pytest.mark.parametrize(
    ("schema", "files"),
    [
        *((name, f"{name}.yaml") for name in ("library", "organisations", "colleges", "glossary", "tags")),
        ("series", "series/*.yaml"),
        ("pack", "packs/*.yaml"),
        ("references", "references/*.yaml"),
        ("handbook-pack", "handbook/pack.yaml"),
        ("briefing", "briefings/*.md"),
    ],
)
def test_the_sample_library_is_valid_in_an_editor(schema: str, files: str) -> None:
    validator = jsonschema.Draft7Validator(SCHEMAS[f"{schema}.json"])
    for path in sorted(SOURCE.glob(files)):
        text = path.read_text(encoding="utf-8")
        text = text.split("\n---\n")[0].removeprefix("---\n") if path.suffix == ".md" else text
        value = yaml.load(text, Loader=EditorsLoader)
        assert [f"{path.name}: {e.json_path} {e.message}" for e in validator.iter_errors(value)] == []


@pytest.mark.every_service
def test_the_schemas_in_the_sample_library_are_the_present_ones() -> None:
    """`briefings schema` has been run since the models last changed, so that editors complete what load accepts."""
    folder = Path(__file__).parents[2] / "source" / ".schema"
    kept = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}
    assert kept == json_schemas()

"""The verb schema: JSON Schemas of all source files, for editors."""

import json
from pathlib import Path

import click

from pipeline.cli.options import Shared
from pipeline.cli.outcome import Outcome, rendered
from pipeline.core.files import write_whole
from pipeline.core.tables import count
from pipeline.load.yaml.schema import schemas


@click.command("schema")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@rendered(library=False)
def verb(options: Shared, folder: Path | None) -> Outcome:
    """Write the JSON Schemas of all source files into a folder (default: source/.schema)."""
    target = folder or options.project / "source" / ".schema"
    return Outcome(text=[f"{count(write_schemas(target), 'schema')} written to {target}"])


def write_schemas(folder: Path) -> int:
    """Write the JSON Schema of every kind of source file; gives how many."""
    made = schemas()
    for name, schema in made.items():
        content = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        write_whole(folder / name, content.encode())
    return len(made)

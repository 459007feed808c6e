"""The file of the works that a document brought along."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

_HEAD = """# Works that came with a document. Nobody has checked them yet: compare each with the work itself, and say
# under 'custom' what was found, such as 'status: confirmed'.
"""


def references_file(works: Mapping[str, Mapping[str, Any]]) -> str:
    """The works as CSL-YAML, in order of key."""
    entries = [works[key] for key in sorted(works)]
    return _HEAD + yaml.safe_dump(
        {"references": entries}, allow_unicode=True, sort_keys=False, width=110, default_flow_style=None
    )


def imported_addresses(files: Mapping[str, bytes]) -> dict[str, str]:
    """Keys of works by the address that they were imported from, out of the library's files of references."""
    found: dict[str, str] = {}
    for path, content in files.items():
        if path.startswith("source/references/") and path.endswith(".yaml") and b"imported_from" in content:
            found |= {address: key for key, address in _imported(content)}
    return found


def _imported(content: bytes) -> Iterator[tuple[str, str]]:
    try:
        read = yaml.safe_load(content)
    except yaml.YAMLError:
        return
    entries = read.get("references") if isinstance(read, dict) else read
    for entry in entries if isinstance(entries, list) else ():
        custom = entry.get("custom") if isinstance(entry, dict) else None
        if isinstance(custom, dict) and isinstance(custom.get("imported_from"), str):
            yield str(entry.get("id")), custom["imported_from"]

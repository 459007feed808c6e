"""A citation as a reference manager left it: works as CSL has them, with their addresses in the manager."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class CitedItem:
    """One work of a citation: its record, its address in the manager, and what the author said of this use."""

    record: Mapping[str, Any] = field(hash=False)
    address: str = ""
    locator: str = ""
    label: str = "page"
    prefix: str = ""
    suffix: str = ""
    without_author: bool = False
    in_text: bool = False
    """Whether the author's name is part of the sentence."""


def is_record(record: Mapping[str, Any]) -> bool:
    """Whether a record says which work it is of: by a title, or by names."""
    title, people = record.get("title"), record.get("author")
    if isinstance(title, str) and title.strip():
        return True
    named = [person for person in people if isinstance(person, Mapping)] if isinstance(people, list) else []
    return any(isinstance(person.get(part), str) for person in named for part in ("family", "literal"))


def items_of_csl(cluster: Mapping[str, Any], manager: str = "") -> tuple[CitedItem, ...]:
    """The works of a citation in CSL-JSON; `manager` is the beginning of addresses where items have only an id."""
    found = cluster.get("citationItems")
    return tuple(_item(item, manager) for item in found if isinstance(item, dict)) if isinstance(found, list) else ()


def _item(item: Mapping[str, Any], manager: str) -> CitedItem:
    record = item.get("itemData")
    record = record if isinstance(record, dict) else {}
    addresses = item.get("uris") or item.get("uri") or ()
    addresses = [addresses] if isinstance(addresses, str) else addresses
    address = str(next(iter(addresses), "")) if isinstance(addresses, list | tuple) else ""
    if not address and manager and record.get("id"):
        address = f"{manager}{record['id']}"
    return CitedItem(
        record,
        address,
        _text(item, "locator"),
        _text(item, "label") or "page",
        _text(item, "prefix"),
        _text(item, "suffix"),
        item.get("suppress-author") is True,
    )


def _text(item: Mapping[str, Any], name: str) -> str:
    said = item.get(name)
    return " ".join(str(said).split()) if isinstance(said, str | int | float) and not isinstance(said, bool) else ""

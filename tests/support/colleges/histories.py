"""Histories of deliveries, as a ledger tells them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipeline.services.colleges.ledger_events import Event, create_event

FIRST_DAY = date(2026, 1, 1)
AT = "2027-01-01T09:00:00Z"
EDITIONS = ("Autumn 2026", "Spring 2027", "Summer 2027")


@dataclass
class Written:
    """Events as they are added."""

    events: list[Event] = field(default_factory=list)

    def add(self, kind: str, subject: str, facts: Mapping[str, Any]) -> None:
        """One more, written down on a day long after those that it tells of."""
        self.events.append(create_event(self.events[-1] if self.events else None, AT, kind, subject, facts))

    def send(self, delivery: str, facts: Mapping[str, Any], on: str) -> None:
        """A delivery, planned and sent on a day."""
        self.add("planned", delivery, facts)
        self.add("sent", delivery, {"on": on})


def planned(college: str, edition: str, files: list[dict[str, Any]], before: str = "") -> dict[str, Any]:
    """The facts of a delivery."""
    what = {"what": "leaves", "from": before} if before else {"what": "whole"}
    texts = [f"lamps@{EDITIONS.index(edition) + 1}.0"]
    way = {"code": "C", "channel": "folder", "to": "in"}
    return {"college": college, "pack": "nights", "edition": edition, "record": edition, **way, **what} | {
        "files": files,
        "briefings": texts,
    }


def file(kind: str, quantity: int = 1, copies: tuple[int, ...] = ()) -> dict[str, Any]:
    """A file of a delivery."""
    more = {"name": "nights", "sha256": "0" * 64, "bytes": 1}
    return {"format": kind, "quantity": quantity, "copies": list(copies), **more}


def deliveries_of_years(number: int) -> Written:
    """So many events: deliveries to 50 colleges in turn, each planned and sent."""
    events = Written()
    for n in range(number // 2):
        facts = planned(f"college-{n % 50}", "Autumn 2026", [file("print", 24), file("text")])
        events.send(f"delivery{n}", facts, f"2026-{n % 12 + 1:02}-01")
    return events

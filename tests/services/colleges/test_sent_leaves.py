"""Leaves that an earlier release sent, in a plan: they stand for whole copies."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipeline.model.source.college import College
from pipeline.services.colleges.delivery_plan import plan_deliveries
from pipeline.services.colleges.holdings import Delivery
from tests.support.colleges.shipments import shipment

SOUTH = College(name="South Tor", type="university", formats=("print",), copies=5, channels={"post": "Hill Road"})  # type: ignore[arg-type]
FILE = {"format": "print", "name": "leaves.pdf", "sha256": "", "bytes": 0, "quantity": 3, "copies": []}
FACTS: dict[str, Any] = {"college": "south", "pack": "nights", "edition": "Second", "code": "C", "briefings": []}
FACTS |= {"record": shipment().saved.sha256, "channel": "post", "to": "Hill Road", "files": [FILE]}
LEAVES = Delivery("d2", FACTS | {"what": "leaves", "from": "First"}, "sent", date(2024, 12, 1))


@pytest.mark.parametrize(("state", "copies"), [("sent", [3, 2]), ("planned", [5]), ("failed", [5])])
def test_leaves_that_were_sent_stand_for_as_many_copies(state: str, copies: list[int]) -> None:
    planned = plan_deliveries(shipment(), {"south": SOUTH}, (replace(LEAVES, state=state),))
    assert [one.files[0].quantity for one in planned] == copies
    assert planned[-1].state == "new"

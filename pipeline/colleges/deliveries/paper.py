"""Printed copies: the labels for those that you post. That they were sent a person says. Pure."""

from collections.abc import Iterable, Mapping

from pipeline.colleges.deliveries.plan import PlannedDelivery
from pipeline.core.tables import count
from pipeline.editions.copies import numbers_in_words
from pipeline.model.source.college import College

LABELS = "labels.txt"


def labels(title: str, posted: Iterable[PlannedDelivery], colleges: Mapping[str, College]) -> bytes:
    """An address a delivery, what the parcel holds, and the delivery's id, which goes on the label too."""
    blocks = []
    for one in posted:
        address = [part.strip() for part in one.to.split(",")]
        lines = [colleges[one.college].name, *address, "", f"{title}: {copies_in_words(one)}", f"Delivery {one.id}"]
        blocks.append("\n".join(lines))
    return ("\n\n----\n\n".join(blocks) + "\n").encode()


def copies_in_words(one: PlannedDelivery) -> str:
    """The number of copies in a delivery, and the numbers that they bear, if they have some."""
    numbers = [number for file in one.files for number in file.copies]
    printed = sum(file.quantity for file in one.files)
    said = count(printed, "copy", "copies")
    return f"{said}, {numbers_in_words(numbers)}" if numbers else said

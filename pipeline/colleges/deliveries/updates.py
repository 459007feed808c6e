"""Updates by a college's choice: replacement leaves for the printed copies that it holds, or whole copies. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.colleges.deliveries.paper import held_of
from pipeline.colleges.deliveries.plan import Shipment, is_of, leaves_under_way, number_of_leaves
from pipeline.colleges.holdings import LEAVES, Delivery, Holding
from pipeline.editions.copies import wanted
from pipeline.model.formats import PRINTED, any_printed
from pipeline.model.source.college import College


@dataclass(frozen=True, slots=True)
class WantedLeaves:
    """Printed copies of an older edition, which a college would turn into the new one by leaves."""

    college: str
    was: str
    """The name of the older edition."""
    quantity: int


@dataclass(frozen=True, slots=True)
class WholeInstead:
    """A college that chose leaves and gets whole copies, or files, and why."""

    college: str
    why: str


def wanted_leaves(
    shipment: Shipment, takers: Mapping[str, College], known: Sequence[Delivery], held: Sequence[Holding]
) -> Iterator[WantedLeaves | WholeInstead]:
    """The leaves that are still to be planned for colleges that chose them, and why others get none."""
    for name, college in takers.items():
        if college.updates != LEAVES:
            continue
        if not (college.copies and any_printed(wanted(college, shipment.pack))):
            yield WholeInstead(name, "takes no printed copies, and files cannot be replaced by leaves")
            continue
        under_way = leaves_under_way(shipment, name, college, known)
        left = college.copies - number_of_leaves(under_way) - _whole(shipment, name, known)
        if left <= 0:
            continue
        old = held_of(name, shipment.one.record.pack, (shipment.one.record.edition,), held)
        if shipment.one.record.numbered:
            yield WholeInstead(name, "gets numbered copies of this edition, and leaves would bear no number")
        elif not old:
            yield WholeInstead(name, "holds no older edition on paper")
        else:
            yield from _of_each(name, old, left, _to_be_put_in(under_way, held))


def _of_each(college: str, old: Iterable[Holding], left: int, there: Mapping[str, int]) -> Iterator[WantedLeaves]:
    """The editions from the newest on, each with as many copies as are held and wanted, and have no leaves coming."""
    newest = sorted(old, key=lambda one: one.since, reverse=True)
    for edition in dict.fromkeys(one.edition for one in newest):
        own = sum(one.quantity for one in newest if one.edition == edition)
        quantity = min(left, max(own - there.get(edition, 0), 0))
        left -= quantity
        if quantity:
            yield WantedLeaves(college, edition, quantity)


def _to_be_put_in(leaves: Iterable[Delivery], held: Sequence[Holding]) -> Mapping[str, int]:
    """The leaves for each older edition that are on their way, or there and not put in yet."""
    found: dict[str, int] = {}
    for one in leaves:
        there = sum(copy.quantity for copy in held if (copy.delivery, copy.state) == (one.id, "held"))
        found[one.into] = found.get(one.into, 0) + (there if one.state == "sent" else number_of_leaves((one,)))
    return found


def _whole(shipment: Shipment, college: str, known: Iterable[Delivery]) -> int:
    """The whole printed copies of an edition that are under way to a college already."""
    own = [one for one in known if one.facts["college"] == college and is_of(one, shipment) and not one.into]
    first = [one for one in own if not one.facts.get("again")]
    return sum(quantity for one in first for kind, _, quantity in one.copies() if kind in PRINTED)

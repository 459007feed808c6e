"""Weight and postage of printed copies that are posted, by the table of the library. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.colleges.deliveries.plan import PlannedDelivery
from pipeline.core.tables import count
from pipeline.model.formats import Format
from pipeline.model.source.posting import Postage


@dataclass(frozen=True, slots=True)
class Weighed:
    """Printed copies as the post takes them."""

    sheets: int
    grammes: int
    """Weight of all parcels, with their wrapping."""
    parcels: int
    pence: int | None
    """The postage; none where one copy alone is too heavy for the table."""

    @property
    def words(self) -> str:
        """The weight and the postage, as the plan shows them."""
        several = f", {count(self.parcels, 'parcel')}" if self.parcels > 1 else ""
        price = "too heavy for 'post:'" if self.pence is None else f"£{self.pence / 100:.2f}"
        return f"{count(self.sheets, 'sheet')}, {_weight(self.grammes)}{several}, {price}"


def weighed(one: PlannedDelivery, pages: Mapping[Format, int], tariff: Postage) -> Weighed:
    """A delivery by post: as many copies in each parcel as the table allows. A sheet has two pages."""
    copies = [-(-pages.get(file.format, 0) // 2) for file in one.files for _ in range(file.quantity)]
    limit = tariff.steps[-1].up_to
    parcels: list[int] = []
    for sheets in copies:
        grammes = sheets * tariff.sheet
        if not parcels or parcels[-1] + grammes > limit:
            parcels.append(tariff.wrapping)
        parcels[-1] += grammes
    prices = [next((step.pence for step in tariff.steps if weight <= step.up_to), None) for weight in parcels]
    known = [price for price in prices if price is not None]
    pence = sum(known) if len(known) == len(prices) else None
    return Weighed(sum(copies), sum(parcels), len(parcels), pence)


def in_all(each: Iterable[Weighed]) -> str:
    """The line that sums them up."""
    every = tuple(each)
    pence = [one.pence for one in every]
    known = sum(one for one in pence if one is not None)
    price = f"£{known / 100:.2f}" + (", and what is too heavy" if None in pence else "")
    parcels = count(sum(one.parcels for one in every), "parcel")
    return f"By post: {parcels}, {_weight(sum(one.grammes for one in every))}, {price} in all."


def _weight(grammes: int) -> str:
    return f"{grammes / 1000:.1f} kg" if grammes >= 1000 else f"{grammes} g"

"""Weight and postage of what is posted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.colleges.deliveries.plan import PlannedDelivery, PlannedFile
from pipeline.colleges.deliveries.postage import in_all, weighed
from pipeline.model.source.posting import Postage
from tests.support.colleges.deliveries import planned

TARIFF = Postage.model_validate(
    {"sheet": 5, "wrapping": 40, "steps": [{"up_to": 750, "pence": 290}, {"up_to": 2000, "pence": 449}]}
)


def posted(copies: int) -> PlannedDelivery:
    """Printed copies that are posted."""
    file = PlannedFile("print", "nights-print.pdf", "", 0, copies)
    return replace(planned(1, "post", "Quarry Lane")[0], files=(file,))


@pytest.mark.parametrize(
    ("copies", "pages", "said"),
    [
        (1, 39, "20 sheets, 140 g, £2.90"),
        (7, 40, "140 sheets, 740 g, £2.90"),
        (8, 40, "160 sheets, 840 g, £4.49"),
        (24, 40, "480 sheets, 2.5 kg, 2 parcels, £7.39"),
        (2, 1000, "1000 sheets, 5.1 kg, 2 parcels, too heavy for 'post:'"),
    ],
)
def test_copies_are_weighed_in_as_few_parcels_as_the_table_allows(copies: int, pages: int, said: str) -> None:
    """A sheet has two pages, and every parcel its wrapping."""
    assert weighed(posted(copies), {"print": pages}, TARIFF).words == said


def test_all_of_it_is_summed_up() -> None:
    light, heavy = weighed(posted(24), {"print": 40}, TARIFF), weighed(posted(1), {"print": 1000}, TARIFF)
    assert in_all((light, light)) == "By post: 4 parcels, 5.0 kg, £14.78 in all."
    assert in_all((light, heavy)) == "By post: 3 parcels, 5.0 kg, £7.39, and what is too heavy in all."


def test_steps_go_from_light_to_heavy() -> None:
    """One that can never be reached is a slip of the pen."""
    steps = [{"up_to": 750, "pence": 290}, {"up_to": 100, "pence": 165}]
    with pytest.raises(ValueError, match="from light to heavy"):
        Postage.model_validate({"steps": steps})

"""A library with one pack and one college, the new edition of that pack, and the old one that the college holds."""

from dataclasses import replace
from datetime import date

from pipeline.model.source.college import College
from pipeline.services.colleges.holdings import Holding
from pipeline.services.colleges.recipients import PreparedEdition
from tests.support.resolve.kept_versions import FILES, loaded

LIBRARY = replace(
    loaded(FILES | {"packs/p.yaml": "title: Nights\nedition: Spring 2027\nbriefings: [patrol]\n"}),
    others={"colleges": {"south": College(name="South Tor", type="university", copies=2)}},
)
ISSUE = PreparedEdition(
    LIBRARY.packs["p"], "Nights", "Spring 2027", (("patrol", "1.0", "Foot patrol"),), date(2027, 3, 1), LIBRARY.imprint
)
AUTUMN = Holding(
    "south", "p", "Autumn 2026", "print", 0, 2, ("lamps@1.0",), "d1", "held", date(2026, 10, 1), record="r1"
)

"""Colleges that take a pack, and what they would miss."""

from collections.abc import Mapping

from pipeline.core.diagnostics import Diagnostic
from pipeline.model.formats import Format
from pipeline.model.library import Library
from pipeline.model.source.college import College
from pipeline.model.source.library_file import LibraryFields, LibrarySettings
from pipeline.model.source.pack import Pack, PackFields
from pipeline.model.source.record import FieldLocations
from pipeline.services.colleges import recipients

SOUTH = College(name="South Tor", type="university", formats=("screen",))
EAST = College(name="East Agency", type="agency", contact="post@east.example", access_needs=("Braille for 1 reader",))
MARKS = FieldLocations(
    "source/colleges.yaml",
    {("east", "access_needs", 0): (9, 5)},
    {("south",): (1, 1), ("east",): (8, 1), ("east", "access_needs"): (9, 3)},
)


def told(takers: Mapping[str, College], check: str, *formats: Format) -> list[Diagnostic]:
    """What is told of the takers of a pack that has some formats."""
    library = Library(
        LibrarySettings(
            "", LibraryFields(title="Briefings", publisher="Northmoor Institute"), FieldLocations("source/library.yaml")
        ),
        list_marks={"colleges": MARKS},
    )
    fields = PackFields(title="Nights", edition="Spring 2027", briefings=("patrol",), formats=formats or ("screen",))
    pack = Pack("nights", "source/packs/nights.yaml", fields, FieldLocations("source/packs/nights.yaml"))
    return list(getattr(recipients, check)(library, pack, takers))

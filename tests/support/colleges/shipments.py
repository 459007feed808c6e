"""A shipment: the second edition of a pack, in print and as text."""

from datetime import date

from pipeline.model.source.versions import EditionRecord
from pipeline.services.colleges.delivery_plan import Shipment
from pipeline.services.editions.record_chain import SavedRecord
from tests.support.resolve.kept_versions import FILES, loaded

LIBRARY = loaded(
    FILES | {"packs/nights.yaml": "title: Nights\nedition: Second\nbriefings: [patrol]\nformats: [print, text]\n"}
)


def shipment(numbered: bool = False) -> Shipment:
    """The second edition of the pack, in print and as text."""
    files = [
        {"file": f"nights{end}", "format": kind, "sha256": "a" * 64, "bytes": 9, "pages": 2, "words": ()}
        for kind, end in (("print", "-print.pdf"), ("text", ".txt"))
    ]
    record = EditionRecord.model_construct(
        pack="nights", edition="Second", number=2, code="C", numbered=numbered, briefings=(),
        title="Nights", previous="", issued=date(2024, 11, 1), words="w" * 64,
        files=tuple(type("F", (), one)() for one in files),
    )  # fmt: skip
    return Shipment(SavedRecord("source/editions/nights/002.json", b"", record), LIBRARY.packs["nights"])

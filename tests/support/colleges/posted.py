"""Letters as they are posted: of a first edition, of one that takes the place of another, and in another language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pipeline.compose.posting.parts import LetterItem, LetterPart
from pipeline.compose.posting.posted import PostedLetter
from tests.support.words import ENGLISH

SOUTH = PostedLetter(
    delivery="oldkmsnh",
    words=ENGLISH,
    name="South Tor University, School of Policing",
    address=("School of Policing", "Hill Road", "South Tor"),
    title="Nights",
    edition="Spring 2025",
    issued=date(2025, 3, 1),
    enclosed="2 printed copies, copies 3 and 4",
    label="Delivery oldkmsnh, 2 copies, copies 3 and 4",
    code="WWKM3-C07X7",
    status_page="https://northmoor.example/v/wwkm3c",
    changes=LetterPart(
        ("What has changed since Autumn 2024, which you had:",),
        (
            LetterItem("Foot patrol: version 1.0 became 2.0", ("2.0, 9 January 2025: Table 2 was counted anew.",)),
            LetterItem("Dogs: no longer in the pack"),
        ),
    ),
    held=(("Autumn 2024", "copies 1 and 2"),),
    only_old="Destroy only those whose cover says Autumn 2024; keep those that say Spring 2025.",
    return_to="Northmoor Institute, 1 Hill Road, Northmoor",
    answer_by=date(2025, 3, 29),
    numbered=True,
    needs=("large print for 2 readers",),
    notes=("For large print, or another format, write to briefings@northmoor.example.",),
)
NORTH = replace(
    SOUTH,
    delivery="abcd2345",
    name="Northmoor Unit",
    address=("Learning unit", "Room 4", "North Block", "Quarry Lane", "Northmoor", "NM1 2AB"),
    enclosed="24 printed copies",
    label="Delivery abcd2345, 24 copies",
    changes=LetterPart(),
    held=(),
    only_old="",
    return_to="",
    answer_by=None,
    numbered=False,
    needs=(),
    notes=(),
)

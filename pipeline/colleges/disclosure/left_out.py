"""Things that a disclosure leaves out: those that nobody keeps, and those outside of the choice. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.colleges.disclosure.choice import Concerned, Sources
from pipeline.colleges.recalls import RECALLED
from pipeline.core.tables import count

_LINES = "other lines of the register of copies"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A thing that was left out, why, and the SHA-256 by which it can be known, where it has one."""

    what: str
    why: str
    sha256: str = ""


def not_kept(found: Concerned) -> Iterator[LeftOut]:
    """Everything that was made for a delivery or a recall and that no archive has; and slips, which people signed."""
    numbered = sum(bool(file["copies"]) for one in found.deliveries for file in one.facts["files"])
    if numbered:
        why = "Each was made of the issued file for its holder, and sent; its SHA-256 is in the plan of its delivery."
        yield LeftOut(count(numbered, "numbered copy", "numbered copies"), why)
    if leaves := sum(bool(one.into) for one in found.deliveries):
        why = "They were made of the files of the edition, and are not kept; its plan says into which copies they go."
        yield LeftOut(f"The leaves of {count(leaves, 'delivery', 'deliveries')}", why)
    if found.deliveries:
        why = "They were made for the delivery, and are not kept; what was sent with them is in its plan."
        many = count(len(found.deliveries), "delivery", "deliveries")
        yield LeftOut(f"Letters, labels, manifests and signatures of {many}", why)
    if recalls := sum(event.kind == RECALLED for event in found.events):
        why = "They were made of what is told here of the recall, and are not kept."
        yield LeftOut(f"The notices of {count(recalls, 'recall')}", why)
    for name in sorted({text for one in found.records for text in {*one.record.texts} - {*one.record.kept_texts}}):
        yield LeftOut(f"The version {name}", "It was issued without being published: no version was kept.")
    for event in found.events:
        if scan := event.facts.get("scan"):
            why = "Slips are signed by people. The archive has it by its SHA-256."
            yield LeftOut(f"The slip of event {event.number}", why, str(scan))


def outside(sources: Sources, found: Concerned) -> Iterator[LeftOut]:
    """Everything on record outside of the choice, by number, but for events and records, whose hashes are given."""
    packs = len(sources.chains.keys() - {one.record.pack for one in found.records})
    for many, what, several in (
        (packs, "other pack with editions", "other packs with editions"),
        (len(sources.kept) - len(found.versions), "other kept version", "other kept versions"),
        (len(sources.register) - len(found.prepared), "other line of the register of copies", _LINES),
    ):
        if many:
            yield LeftOut(count(many, what, several), "Outside of the choice.")

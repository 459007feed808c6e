"""A pack bound from pressed briefings: joined, numbered, stamped with the pack's own running lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from pipeline.bind.pdf.attachments import attach
from pipeline.bind.pdf.close import close
from pipeline.bind.pdf.join import Joint, Leaves
from pipeline.bind.pdf.links import PdfDestination, lead_pdf_links
from pipeline.bind.pdf.record import label_pages, record
from pipeline.bind.pdf.stamps import Overlay, PressedStamps, fill_slot, stamp_pages
from pipeline.bind.stamps.running import copy_line, cover_lines, produced_line, running_lines
from pipeline.model.claim import USUAL, Claim
from pipeline.model.formats import EDITIONS, USUAL_EDITION, Edition
from pipeline.model.identity import Identity
from pipeline.model.manuscript import Metadata, StampText
from pipeline.model.sheets import Section, SectionKind

BESIDE = "../../briefings/{id}/{id}.pdf"
"""Path of a briefing's own PDF, seen from a pack."""

OWN_NAMES: frozenset[SectionKind] = frozenset({"briefing", "insert"})
"""Kinds of sections that are linked to by their own names, and have entries of their own in the outline."""


def folios(pages: Sequence[int], recto: bool = False) -> tuple[int, ...]:
    """The first folio of sections of so many pages; on a right-hand page if it must be, then blanks are counted."""
    firsts, free = [], 1
    for count in pages:
        first = free + 1 if recto and free % 2 == 0 else free
        firsts.append(first)
        free = first + count
    return tuple(firsts)


def prefix_of(section: Section) -> str:
    """Prefix of its destinations and ids: an id, or, for matter of the pack's own, a name that can be no id."""
    return section.name if section.kind in OWN_NAMES else f"-{section.name}"


def section_lines(
    section: Section, pack: Identity, produced: date, edition: Edition = USUAL_EDITION
) -> Iterator[tuple[StampText, ...]]:
    """The running lines of a section, page by page."""
    identity = section.identity or pack
    alike = running_lines(identity, produced, "0", pack, EDITIONS[edition].stamps)  # but for the folio
    for page in range(section.sheets.pages):
        folio = str(section.first + page)
        lines = (replace(line, text=folio) if line.slot == "folio" else line for line in alike)
        yield cover_lines(lines) if section.cover and page == 0 else tuple(lines)


def pack_stamps(
    sections: Sequence[Section], pack: Identity, produced: date, edition: Edition = USUAL_EDITION
) -> tuple[StampText, ...]:
    """Every stamp that a pack needs, once."""
    lines = [line for section in sections for page in section_lines(section, pack, produced, edition) for line in page]
    copy = (copy_line(pack, produced, edition),) if pack.copy else ()
    spoken = {own.words.language: own.words for own in (pack, *(section.identity or pack for section in sections))}
    said = (produced_line(words, produced, edition) for words in spoken.values())
    return tuple(dict.fromkeys((*lines, *said, *copy)))


def bind_pack(
    sections: Sequence[Section],
    identity: Identity,
    metadata: Metadata,
    produced: date,
    stamps: PressedStamps,
    addresses: Mapping[str, str],
    edition: Edition = USUAL_EDITION,
    claim: Claim | None = USUAL,
) -> bytes:
    """The finished pack at the size of its page; without a claim it makes none.

    `stamps` holds what `pack_stamps` asks for.
    """
    joint = Joint()
    firsts, lines = list[int](), list[tuple[StampText, ...]]()
    both_sides = EDITIONS[edition].both_sides
    for section in sections:
        while both_sides and len(joint.pdf.pages) < section.first - 1:
            joint.add_blank()
            lines.append(())
        firsts.append(len(joint.pdf.pages))
        own_entry, outside = section.kind in OWN_NAMES, section.kind == "insert"
        joint.add(Leaves(prefix_of(section), section.title, section.sheets.pdf, own_entry, outside))
        lines += section_lines(section, identity, produced, edition)
    with joint.close() as pdf:
        lead_pdf_links(pdf, addresses, BESIDE, _way(joint))
        overlay = Overlay(pdf, stamps)
        for section, first_page in zip(sections, firsts, strict=True):
            for slot in section.sheets.slots:
                if slot.name == "produced":
                    says_copy = section.cover and identity.copy
                    words = (section.identity or identity).words
                    said = produced_line(words, produced, edition)
                    line = copy_line(identity, produced, edition) if says_copy else said
                    fill_slot(overlay, slot, line, joint.ids, first_page, f"{prefix_of(section)}.")
        stamp_pages(overlay, lines)
        record(pdf, metadata, claim, edition, identity.copy)
        attach(pdf, claim.attachments if claim else (), produced)
        label_pages(pdf, _labelled(sections, firsts, both_sides))
        return close(pdf, claim, joint.ids)


def _labelled(sections: Sequence[Section], firsts: Sequence[int], both_sides: bool) -> Iterator[tuple[int, int]]:
    """The pages, counted from 0, from which labels begin anew; those of blank pages go on from the pages before."""
    labelled = [(page, section.first) for page, section in zip(firsts, sections, strict=True)]
    yield from labelled[:1] if both_sides else labelled  # with all blanks bound, one run goes through the pack


def _way(joint: Joint) -> PdfDestination:
    """Leads to a briefing of the pack, or its back matter: to the anchor where it has it, else to its first page."""

    def way(briefing: str, anchor: str) -> str | None:
        alone = anchor.partition(".")[2] if briefing.startswith("-") else ""  # matter of one chapter does not name it
        for name in (f"{briefing}.{anchor}", f"{briefing}.{alone}", briefing):
            if name in joint.destinations and briefing in joint.destinations:
                return name
        return None

    return way

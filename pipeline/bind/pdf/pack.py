"""A pack's PDF: joined sections, ownership of tags."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, String

from pipeline.bind.pdf.briefing import attach, lead_pdf_links
from pipeline.bind.pdf.record import finish_pdf, label_pages, record
from pipeline.bind.pdf.stamps import Overlay, PressedStamps, fill_slot, stamp_pages
from pipeline.bind.running_lines import copy_line, cover_lines, produced_line, running_lines
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.pdf import (
    OutlineItem,
    child_elements,
    children,
    name_tree,
    named_leaf,
    number_tree,
    read_bookmarks,
    read_ids,
    take_headed,
    write_bookmarks,
)
from pipeline.model.formats import EDITIONS, USUAL, USUAL_EDITION, Claim, Edition
from pipeline.model.manuscript import Metadata, StampText
from pipeline.model.sheets import Identity, Section, SectionKind

# Joining tagged PDFs: every section keeps its tags, links and outline under a Part of its own. The usual ways of
# joining lose the tags, or keep them and point one section's content at another's elements, which validators do not
# notice: the proof of the file looks for that (`proof/pdf_checks.py`).

_BOXES = ("/MediaBox", "/BleedBox", "/TrimBox")


@dataclass(frozen=True, slots=True)
class Leaves:
    """One PDF to be joined: `name` is unique and becomes the prefix of its destinations and ids."""

    name: str
    title: str
    pdf: bytes
    own_entry: bool = True
    """Whether the outline has one entry for it, with its own outline below; else its outline stands as it is."""
    from_outside: bool = False
    """Whether it is no sheets of ours: what it says of itself is not believed."""


class PackJoiner:
    """A pack while it is joined. `destinations` names every place a link may lead to."""

    def __init__(self) -> None:
        self.pdf = Pdf.new()
        self.root = self.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.document = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=self.root))
        self.parts: list[Object] = []
        self.numbers: list[Any] = []
        self.base = 0
        self.destinations: dict[str, Object] = {}
        self.ids: dict[str, Object] = {}
        """The tag of each id."""
        self.outline: list[OutlineItem] = []

    def add(self, leaves: Leaves) -> None:
        """Append one section."""
        with Pdf.open(BytesIO(leaves.pdf)) as source:
            first_page = len(self.pdf.pages)
            names = dict(name_tree(source.Root.get("/Names", Dictionary()).get("/Dests")))
            ids = read_ids(source)
            headed = None if leaves.from_outside else take_headed(source)
            if headed is None:
                _make_unique_throughout(source, f"{leaves.name}.", self.base, names)
            else:
                _make_unique(source, f"{leaves.name}.", self.base, names, (*ids.values(), *headed))
            self._add_tree(source, leaves, names, ids)
            top = self.pdf.pages[first_page].obj
            self.destinations[leaves.name] = Array([top, Name.XYZ, None, top.MediaBox[3], None])
            self._add_outline(source, leaves, first_page)

    def add_blank(self) -> None:
        """Append an empty page of the size of the last one."""
        before = self.pdf.pages[-1].obj
        boxes = {key: Array(list(before[key])) for key in _BOXES if key in before}
        self.pdf.pages.append(Page(Dictionary({**boxes, "/Type": Name.Page, "/Resources": Dictionary()})))

    def _add_tree(self, source: Pdf, leaves: Leaves, names: dict[str, Any], ids: dict[str, Any]) -> None:
        """Pages first, then all the rest in one copy: what is shared stays shared and finds the copied pages."""
        tree = source.Root.StructTreeRoot
        owners = number_tree(tree.ParentTree)
        for page in source.pages:
            self.pdf.pages.append(page)
        bundle = Dictionary(
            Kids=Array(children(tree.K[0])),
            Owners=Array([owner for _, owner in owners]),
            Spots=Array(list(names.values())),
            Named=Array([element for _, element in sorted(ids.items())]),
        )
        copy = self.pdf.copy_foreign(source.make_indirect(bundle))
        part = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Part, P=self.document, K=copy.Kids, T=String(leaves.title))
        )
        for kid in child_elements(part):
            kid.P = part
        self.parts.append(part)
        for (number, _), owner in zip(owners, copy.Owners, strict=True):
            self.numbers += [number + self.base, owner]
        spots = {f"{leaves.name}.{name}": spot for name, spot in zip(names, list(copy.Spots), strict=True)}
        if leaves.name in self.destinations or not self.destinations.keys().isdisjoint(spots):
            raise TypesettingFailure(f"Two parts have places of the same name: '{leaves.title}' and one before it.")
        self.destinations |= spots
        self.ids |= {str(element.ID): element for element in copy.Named}
        self.base += max((number for number, _ in owners), default=-1) + 1

    def _add_outline(self, source: Pdf, leaves: Leaves, first_page: int) -> None:
        marks = read_bookmarks(source, first_page)
        if not leaves.own_entry:
            self.outline += marks
            return
        top = float(self.pdf.pages[first_page].mediabox[3])
        alone = len(marks) == 1 and marks[0].title == leaves.title
        self.outline.append(
            OutlineItem(leaves.title, first_page, 0, top, marks[0].kids if alone else marks, closed=True)
        )

    def destination(self, briefing: str, anchor: str) -> str | None:
        """A place of a briefing of the pack, or its back matter: the anchor where it has it, else its first page."""
        alone = anchor.partition(".")[2] if briefing.startswith("-") else ""  # matter of one chapter does not name it
        for name in (f"{briefing}.{anchor}", f"{briefing}.{alone}", briefing):
            if name in self.destinations and briefing in self.destinations:
                return name
        return None

    def close(self) -> Pdf:
        """The joined file, its trees in place."""
        self.document.K = Array(self.parts)
        self.root.K = Array([self.document])
        self.root.ParentTree = self.pdf.make_indirect(Dictionary(Nums=Array(self.numbers)))
        self.root.ParentTreeNextKey = self.base
        self.pdf.Root.StructTreeRoot = self.root
        self.pdf.Root.Names = Dictionary(Dests=named_leaf(self.destinations.items()))
        self.pdf.Root.PageMode = Name.UseOutlines
        write_bookmarks(self.pdf, self.outline)
        return self.pdf


def _make_unique(source: Pdf, prefix: str, base: int, names: dict[str, Any], elements: tuple[Object, ...]) -> None:
    """Prefix ids and destinations, shift the numbers of the parent tree.

    `elements` are those that have an id or name others by theirs, of which sheets of ours keep lists.
    """
    for element in {element.objgen: element for element in elements}.values():
        _prefix_element(element, prefix)
    for page in source.pages:
        _shift(page.obj, "/StructParents", base)
        for annotation in page.obj.get("/Annots", ()):
            _lead(annotation, prefix, names)
            _shift(annotation, "/StructParent", base)


def _make_unique_throughout(source: Pdf, prefix: str, base: int, names: dict[str, Any]) -> None:
    """The same for a PDF from outside, of which every object is looked at."""
    for thing in source.objects:
        if not isinstance(thing, Dictionary):
            continue
        kind = thing.get("/Type")
        if kind == Name.StructElem:  # which has no number of its own (ISO 32000-1, table 323)
            _prefix_element(thing, prefix)
            continue
        if kind == Name.Annot:
            _lead(thing, prefix, names)
        _shift(thing, "/StructParent", base)
        _shift(thing, "/StructParents", base)


def _lead(annotation: Object, prefix: str, names: dict[str, Any]) -> None:
    """Let a link within its part lead to the place under the name it has in the pack."""
    place = annotation.get("/Dest")
    if isinstance(place, String) and (name := str(place)) in names:
        annotation.Dest = String(prefix + name)


def _shift(thing: Object, key: str, base: int) -> None:
    """Move a number of the parent tree behind those of the parts before."""
    if base and (number := thing.get(key)) is not None:
        thing[key] = int(number) + base


def _prefix_element(element: Object, prefix: str) -> None:
    if (identity := element.get("/ID")) is not None:
        element.ID = String(prefix + str(identity))
    own: Any = element.get("/A")
    if own is None:
        return
    for attributes in own if isinstance(own, Array) else (own,):
        if isinstance(attributes, Dictionary) and "/Headers" in attributes:
            attributes.Headers = Array([String(prefix + str(header)) for header in attributes.Headers])


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
    joint = PackJoiner()
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
        lead_pdf_links(pdf, addresses, BESIDE, joint.destination)
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
        labels = [(page, section.first) for page, section in zip(firsts, sections, strict=True)]
        label_pages(pdf, labels[:1] if both_sides else labels)  # with all blanks bound, one run goes through the pack
        return finish_pdf(pdf, claim, joint.ids)

"""Join sections into a pack's PDF and keep their tags, links and outlines.

Every section keeps its tags, links and outline under a Part of its own. The usual ways of joining lose the tags, or
keep them and point one section's content at another section's elements. Validators do not notice; our own check does
(`proof/pdf_checks.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, String

from pipeline.bind.chapters import BindContext
from pipeline.bind.pdf.briefing import finish_pdf, lead_pdf_links
from pipeline.bind.pdf.stamps import Overlay, PressedStamps, fill_slot, stamp_pages
from pipeline.bind.pdf.written_file import make_blank_page
from pipeline.bind.running_lines import lines_on_cover, produced_line, running_lines
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.pdf import (
    OutlineItem,
    name_tree_of,
    pop_header_cells,
    read_bookmarks,
    read_name_tree,
    read_number_tree,
    read_structure_ids,
    structure_child_elements,
    structure_children,
    write_bookmarks,
)
from pipeline.model.formats import PDF_VARIANTS, USUAL, USUAL_VARIANT, Claim, PdfVariant
from pipeline.model.manuscript import StampText
from pipeline.model.sheets import Identity, Section, SectionKind


@dataclass(frozen=True, slots=True)
class JoinedPdf:
    """One PDF to be joined; `name` is unique and prefixes its destinations and ids."""

    name: str
    title: str
    pdf: bytes
    own_entry: bool = True
    """True if the outline gets one entry for the part, with the part's own outline below it."""
    from_outside: bool = False
    """True if the PDF is not ours, so that its lists of ids cannot be trusted."""


class PackJoiner:
    """A pack while parts are added; `destinations` has every target that a link may have."""

    def __init__(self) -> None:
        self.pdf = Pdf.new()
        self.root = self.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.document = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=self.root))
        self.parts: list[Object] = []
        self.parent_tree: list[Any] = []
        self.base = 0
        self.destinations: dict[str, Object] = {}
        self.ids: dict[str, Object] = {}
        """Structure elements by id."""
        self.outline: list[OutlineItem] = []

    def add(self, part: JoinedPdf) -> None:
        """Append one part."""
        with Pdf.open(BytesIO(part.pdf)) as source:
            first_page = len(self.pdf.pages)
            names = dict(read_name_tree(source.Root.get("/Names", Dictionary()).get("/Dests")))
            ids = read_structure_ids(source)
            headed = None if part.from_outside else pop_header_cells(source)
            if headed is None:
                _make_unique_throughout(source, f"{part.name}.", self.base, names)
            else:
                _make_unique(source, f"{part.name}.", self.base, names, (*ids.values(), *headed))
            self._add_tree(source, part, names, ids)
            top = self.pdf.pages[first_page].obj
            self.destinations[part.name] = Array([top, Name.XYZ, None, top.MediaBox[3], None])
            self._add_outline(source, part, first_page)

    def _add_tree(self, source: Pdf, part: JoinedPdf, names: dict[str, Any], ids: dict[str, Any]) -> None:
        """Append pages and tags.

        The pages come first. The rest is copied in one bundle, so that shared objects stay shared and refer to the
        copied pages.
        """
        tree = source.Root.StructTreeRoot
        owners = read_number_tree(tree.ParentTree)
        for page in source.pages:
            self.pdf.pages.append(page)
        bundle = Dictionary(
            Kids=Array(structure_children(tree.K[0])),
            Owners=Array([owner for _, owner in owners]),
            Targets=Array(list(names.values())),
            Named=Array([element for _, element in sorted(ids.items())]),
        )
        copy = self.pdf.copy_foreign(source.make_indirect(bundle))
        part_element = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Part, P=self.document, K=copy.Kids, T=String(part.title))
        )
        for kid in structure_child_elements(part_element):
            kid.P = part_element
        self.parts.append(part_element)
        for (number, _), owner in zip(owners, copy.Owners, strict=True):
            self.parent_tree += [number + self.base, owner]
        prefixed_names = (f"{part.name}.{name}" for name in names)
        destinations = dict(zip(prefixed_names, list(copy.Targets), strict=True))
        if part.name in self.destinations or not self.destinations.keys().isdisjoint(destinations):
            raise TypesettingFailure(f"Two parts have places of the same name: '{part.title}' and one before it.")
        self.destinations |= destinations
        self.ids |= {str(element.ID): element for element in copy.Named}
        self.base += max((number for number, _ in owners), default=-1) + 1

    def _add_outline(self, source: Pdf, part: JoinedPdf, first_page: int) -> None:
        marks = read_bookmarks(source, first_page)
        if not part.own_entry:
            self.outline += marks
            return
        top = float(self.pdf.pages[first_page].mediabox[3])
        kids = marks[0].kids if len(marks) == 1 and marks[0].title == part.title else marks
        self.outline.append(OutlineItem(part.title, first_page, 0, top, kids, closed=True))

    def destination(self, briefing: str, anchor: str) -> str | None:
        """Return the destination of an anchor in a briefing or in the back matter, else of its first page."""
        own_anchor = anchor.partition(".")[2] if briefing.startswith("-") else ""  # a single chapter has no prefix
        for name in (f"{briefing}.{anchor}", f"{briefing}.{own_anchor}", briefing):
            if name in self.destinations and briefing in self.destinations:
                return name
        return None

    def close(self) -> Pdf:
        """Return the joined file, with its structure tree, names and outline."""
        self.document.K = Array(self.parts)
        self.root.K = Array([self.document])
        self.root.ParentTree = self.pdf.make_indirect(Dictionary(Nums=Array(self.parent_tree)))
        self.root.ParentTreeNextKey = self.base
        self.pdf.Root.StructTreeRoot = self.root
        self.pdf.Root.Names = Dictionary(Dests=name_tree_of(self.destinations.items()))
        self.pdf.Root.PageMode = Name.UseOutlines
        write_bookmarks(self.pdf, self.outline)
        return self.pdf


def _make_unique(source: Pdf, prefix: str, base: int, names: dict[str, Any], elements: tuple[Object, ...]) -> None:
    """Prefix ids and destinations, and shift the keys of the parent tree.

    `elements` are the structure elements that have an id or refer to one; sheets of ours list them.
    """
    for element in {element.objgen: element for element in elements}.values():
        _prefix_element(element, prefix)
    for page in source.pages:
        _shift_key(page.obj, "/StructParents", base)
        for annotation in page.obj.get("/Annots", ()):
            _prefix_link(annotation, prefix, names)
            _shift_key(annotation, "/StructParent", base)


def _make_unique_throughout(source: Pdf, prefix: str, base: int, names: dict[str, Any]) -> None:
    """Do the same for a PDF from outside, by looking at every object."""
    for object_ in source.objects:
        if not isinstance(object_, Dictionary):
            continue
        kind = object_.get("/Type")
        if kind == Name.StructElem:  # which has no number of its own (ISO 32000-1, table 323)
            _prefix_element(object_, prefix)
            continue
        if kind == Name.Annot:
            _prefix_link(object_, prefix, names)
        _shift_key(object_, "/StructParent", base)
        _shift_key(object_, "/StructParents", base)


def _prefix_link(annotation: Object, prefix: str, names: dict[str, Any]) -> None:
    """Prefix the destination of a link within its part."""
    destination = annotation.get("/Dest")
    if isinstance(destination, String) and (name := str(destination)) in names:
        annotation.Dest = String(prefix + name)


def _shift_key(object_: Object, key: str, base: int) -> None:
    """Move a key of the parent tree behind the keys of earlier parts."""
    if base and (value := object_.get(key)) is not None:
        object_[key] = int(value) + base


def _prefix_element(element: Object, prefix: str) -> None:
    if (element_id := element.get("/ID")) is not None:
        element.ID = String(prefix + str(element_id))
    attribute_lists: Any = element.get("/A")
    for attributes in attribute_lists if isinstance(attribute_lists, Array) else (attribute_lists,):
        if isinstance(attributes, Dictionary) and "/Headers" in attributes:
            attributes.Headers = Array([String(prefix + str(header)) for header in attributes.Headers])


_SIBLING_PDF = "../../briefings/{id}/{id}.pdf"
"""Path from a pack's PDF to the PDF of a briefing."""

_NAMED_KINDS: frozenset[SectionKind] = frozenset({"briefing", "insert"})
"""Kinds of sections that links name directly and that have an entry of their own in the outline."""


def first_folios(pages: Sequence[int], recto: bool = False) -> tuple[int, ...]:
    """Return the first folio of each section, given the sections' page counts.

    With `recto`, each section starts on a right-hand page, and blank pages are counted.
    """
    firsts, next_folio = [], 1
    for count in pages:
        first = next_folio + 1 if recto and next_folio % 2 == 0 else next_folio
        firsts.append(first)
        next_folio = first + count
    return tuple(firsts)


def prefix_of(section: Section) -> str:
    """Return the prefix of a section's destinations and ids.

    It is the id of a briefing or an insert; for the pack's own sections it begins with '-', which no id does.
    """
    return section.name if section.kind in _NAMED_KINDS else f"-{section.name}"


def section_running_lines(
    section: Section, pack: Identity, produced: date, variant: PdfVariant = USUAL_VARIANT
) -> Iterator[tuple[StampText, ...]]:
    """Yield the running lines of each page of a section."""
    identity = section.identity or pack
    usual_lines = running_lines(identity, produced, "0", pack, PDF_VARIANTS[variant].stamps)  # but for the folio
    for page in range(section.sheets.pages):
        folio = str(section.first + page)
        lines = (replace(line, text=folio) if line.slot == "folio" else line for line in usual_lines)
        yield lines_on_cover(lines) if section.cover and page == 0 else tuple(lines)


def list_pack_stamps(
    sections: Sequence[Section], pack: Identity, produced: date, variant: PdfVariant = USUAL_VARIANT
) -> tuple[StampText, ...]:
    """List every stamp that a pack needs, once."""
    pages = (page for section in sections for page in section_running_lines(section, pack, produced, variant))
    lines = [line for page in pages for line in page]
    copy_stamps = (produced_line(pack.words, produced, variant, pack.copy),) if pack.copy else ()
    identities = (pack, *(section.identity or pack for section in sections))
    words_by_language = {identity.words.language: identity.words for identity in identities}
    produced_lines = (produced_line(words, produced, variant) for words in words_by_language.values())
    return tuple(dict.fromkeys((*lines, *produced_lines, *copy_stamps)))


def bind_pack_pdf(
    sections: Sequence[Section],
    context: BindContext,
    stamps: PressedStamps,
    variant: PdfVariant = USUAL_VARIANT,
    claim: Claim | None = USUAL,
) -> bytes:
    """Return the finished PDF. `stamps` has a page for each text that `list_pack_stamps` lists."""
    pack, produced = context.identity, context.produced
    joiner = PackJoiner()
    first_pages, lines = list[int](), list[tuple[StampText, ...]]()
    both_sides = PDF_VARIANTS[variant].both_sides
    for section in sections:
        while both_sides and len(joiner.pdf.pages) < section.first - 1:
            joiner.pdf.pages.append(Page(make_blank_page(joiner.pdf.pages[-1].obj)))
            lines.append(())
        first_pages.append(len(joiner.pdf.pages))
        own_entry, from_outside = section.kind in _NAMED_KINDS, section.kind == "insert"
        joiner.add(JoinedPdf(prefix_of(section), section.title, section.sheets.pdf, own_entry, from_outside))
        lines += section_running_lines(section, pack, produced, variant)
    with joiner.close() as pdf:
        lead_pdf_links(pdf, context.addresses, _SIBLING_PDF, joiner.destination)
        overlay = Overlay(pdf, stamps)
        for section, first_page in zip(sections, first_pages, strict=True):
            for slot in section.sheets.slots:
                if slot.name == "produced":
                    copy = pack.copy if section.cover else ""
                    words = pack.words if copy else (section.identity or pack).words
                    line = produced_line(words, produced, variant, copy)
                    fill_slot(overlay, slot, line, joiner.ids, first_page, f"{prefix_of(section)}.")
        stamp_pages(overlay, lines)
        firsts = [(page, section.first) for page, section in zip(first_pages, sections, strict=True)]
        # with blank pages bound, the folios run through the whole pack
        return finish_pdf(pdf, context, variant, claim, firsts=firsts[:1] if both_sides else firsts, ids=joiner.ids)

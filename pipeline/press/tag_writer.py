"""Write our tags in place of WeasyPrint's while it writes a PDF (ISO 32000-1, 14.7 and 14.8)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, chain
from typing import Any
from xml.etree.ElementTree import Element

import pydyf
from weasyprint import pdf as engine_pdf

from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.pdf import HEADER_CELLS
from pipeline.press.page_map import LinkArea, PageContent, collect_content
from pipeline.press.tags import PdfTag, Tagger

_original_add_tags = engine_pdf.add_tags


@contextmanager
def write_our_tags(root: Element) -> Iterator[list[int]]:
    """Write our tags into PDFs in the block; yield the page of every picture without alt text."""
    undescribed: list[int] = []

    def add_tags(pdf: Any, document: Any, version: object, streams: Sequence[Any]) -> None:
        content = collect_content(document.pages, [stream._tags for stream in streams])
        tagger = Tagger(root[1], content)
        TagWriter(pdf, streams, content, tagger).write()
        _flatten_graphics_states(pdf.objects)
        undescribed.extend(tagger.undescribed)

    engine_pdf.add_tags = add_tags
    try:
        yield undescribed
    finally:
        engine_pdf.add_tags = _original_add_tags


class TagWriter:
    """Writes the tags of one document into the PDF that WeasyPrint is about to finish."""

    def __init__(self, pdf: Any, streams: Sequence[Any], content: PageContent, tagger: Tagger) -> None:
        self.pdf = pdf
        self.streams = streams
        self.content = content
        self.tagger = tagger
        self.pages = pdf.page_references
        self.owners_by_page: list[list[bytes | None]] = [[None] * len(stream._tags) for stream in streams]
        self.links: list[bytes] = []
        self.cells_with_headers: list[bytes] = []
        self.ids: dict[str, bytes] = {}

    def write(self) -> None:
        """Write the structure tree, the parent tree and the tree of ids; turn all other content into artifacts."""
        self._remove_stray_links()
        root = self._add(pydyf.Dictionary({"Type": "/StructTreeRoot"}))
        document = self._write_tag(self.tagger.document, root.reference)
        parent_tree = pydyf.Array()
        for page, owners in enumerate(self.owners_by_page):
            parent_tree += [page, pydyf.Array(owner or "null" for owner in owners)]
            self._mark_artifacts(page, owners)
        for number, owner in enumerate(self.links, start=len(self.pages)):
            parent_tree += [number, owner]
        root["K"] = pydyf.Array([document])
        root["ParentTree"] = self._add(pydyf.Dictionary({"Nums": parent_tree})).reference
        root["ParentTreeNextKey"] = len(self.pages) + len(self.links)
        if self.ids:
            root["IDTree"] = self._index_ids().reference
        self.pdf.catalog["StructTreeRoot"] = root.reference
        self.pdf.catalog[HEADER_CELLS[1:]] = pydyf.Array(self.cells_with_headers)
        self.pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
        self.pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})

    def _index_ids(self) -> pydyf.Dictionary:
        """Return the tree of ids (14.7.2): one leaf, sorted by the bytes in the file."""
        encoded = {name: name.encode() if name.isascii() else f"\ufeff{name}".encode("utf-16-be") for name in self.ids}
        ids = sorted(encoded, key=encoded.__getitem__)
        names = pydyf.Array(part for name in ids for part in (pydyf.String(name), self.ids[name]))
        limits = pydyf.Array((pydyf.String(ids[0]), pydyf.String(ids[-1])))
        leaf = self._add(pydyf.Dictionary({"Limits": limits, "Names": names}))
        return self._add(pydyf.Dictionary({"Kids": pydyf.Array([leaf.reference])}))

    def _add(self, object_: Any) -> Any:
        self.pdf.add_object(object_)
        return object_

    def _write_tag(self, tag: PdfTag, parent: bytes) -> bytes:
        element = self._add(pydyf.Dictionary({"Type": "/StructElem", "S": f"/{tag.kind}", "P": parent}))
        reference: bytes = element.reference
        page = next((kid.page for kid in tag.kids if not isinstance(kid, PdfTag)), None)
        if page is not None:
            element["Pg"] = self.pages[page]
        kids = pydyf.Array()
        for kid in tag.kids:
            if isinstance(kid, PdfTag):
                kids.append(self._write_tag(kid, reference))
            elif isinstance(kid, LinkArea):
                kids.append(self._write_area(kid, reference, tag.link_text))
            else:
                self.owners_by_page[kid.page][kid.number] = reference
                reference_to_mark = pydyf.Dictionary({"Type": "/MCR", "Pg": self.pages[kid.page], "MCID": kid.number})
                kids.append(kid.number if kid.page == page else reference_to_mark)
        element["K"] = kids
        for name, value in tag.attributes.items():
            if name == "A":
                element["A"] = attributes = pydyf.Dictionary(value)
                if "Headers" in value:
                    attributes["Headers"] = pydyf.Array(map(pydyf.String, value["Headers"]))
                    self.cells_with_headers.append(reference)
                if "BBox" in value:
                    attributes["BBox"] = pydyf.Array(value["BBox"])
            else:
                element[name] = pydyf.String(value)
            if name == "ID":
                self.ids[value] = reference
        return reference

    def _write_area(self, area: LinkArea, owner: bytes, link_text: str) -> pydyf.Dictionary:
        area.annotation["Contents"] = pydyf.String(link_text)
        area.annotation["StructParent"] = len(self.pages) + len(self.links)
        area.annotation["F"] = 4
        self.links.append(owner)
        return pydyf.Dictionary({"Type": "/OBJR", "Obj": area.annotation.reference, "Pg": self.pages[area.page]})

    def _remove_stray_links(self) -> None:
        """Remove annotations that belong to no link: in decorations and repeated table heads."""
        areas = [*chain(*self.content.areas.values()), *self.content.stray_links]
        references_by_page: dict[int, set[bytes]] = {}
        for area in areas:
            if id(area.annotation) not in self.tagger.tagged_areas:
                references_by_page.setdefault(area.page, set()).add(area.annotation.reference)
        if not references_by_page:
            return
        objects = {object_.reference: object_ for object_ in self.pdf.objects if isinstance(object_, pydyf.Dictionary)}
        for page, references in references_by_page.items():
            annotations = objects[self.pages[page]]["Annots"]
            annotations[:] = [reference for reference in annotations if reference not in references]

    def _mark_artifacts(self, page: int, owners: Sequence[bytes | None]) -> None:
        """Turn marked content without a tag into artifacts (14.8.2.2)."""
        untagged = {number for number, owner in enumerate(owners) if owner is None}
        stream = self.streams[page].stream
        for index in range(2, len(stream)) if untagged else ():
            if stream[index] == b"BDC" and isinstance(stream[index - 1], pydyf.Dictionary):
                number = stream[index - 1].get("MCID")
                if number in untagged:
                    untagged.discard(number)
                    stream[index - 2 : index + 1] = ["/Artifact", self._artifact_type(page, number), b"BDC"]
        if untagged:
            raise TypesettingFailure("The engine writes marked content in another way than it did: review the tagging.")

    def _artifact_type(self, page: int, number: int) -> pydyf.Dictionary:
        """Return the type of an artifact: header or footer, repeated content, or layout."""
        margin_box = self.content.margin_marks.get((page, number))
        if margin_box:
            subtype = {"@top": "/Header", "@bottom": "/Footer"}.get(margin_box.split("-")[0])
            return pydyf.Dictionary({"Type": "/Pagination", **({"Subtype": subtype} if subtype else {})})
        is_repeated = (page, number) in self.content.repeated_marks
        return pydyf.Dictionary({"Type": "/Pagination" if is_repeated else "/Layout"})


_MAX_DEPTH = 24
"""Of the 28 graphics states that the standard allows, this leaves room for what the bindery draws around a page."""


def _flatten_graphics_states(objects: Sequence[Any]) -> None:
    """Remove redundant graphics states from streams that nest them too deeply."""
    for object_ in objects:
        if isinstance(object_, pydyf.Stream) and object_.stream.count(b"q") > _MAX_DEPTH:
            depths = accumulate((line == b"q") - (line == b"Q") for line in object_.stream)
            if max(depths) > _MAX_DEPTH:
                object_.stream[:] = _without_redundant_states(object_.stream)


def _without_redundant_states(lines: Sequence[Any]) -> list[Any]:
    """Remove states that last to the end of an outer state, which ends them anyway.

    A drawing with nested groups has one for each group.
    """
    open_states: list[int] = []
    removed: set[int] = set()
    inner: tuple[int, int] | None = None
    for number, line in enumerate(lines):
        if line == b"q":
            open_states.append(number)
        elif line == b"Q" and open_states:
            removed.update(inner or ())
            inner = open_states.pop(), number
            continue
        if line != b"EMC":
            inner = None
    return [line for number, line in enumerate(lines) if number not in removed]

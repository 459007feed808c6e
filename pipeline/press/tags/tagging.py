"""The engine's own tags are replaced by ours while it writes a PDF (ISO 32000-1, 14.7 and 14.8)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from xml.etree.ElementTree import Element

import pydyf
from weasyprint import pdf as engine_pdf

from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.pdf import HEADED
from pipeline.press.tags.elements import PdfTag
from pipeline.press.tags.page_content import LinkArea, PageContent, harvest
from pipeline.press.tags.structure import Tagger

_ENGINES = engine_pdf.add_tags


@contextmanager
def our_tags(root: Element) -> Iterator[list[int]]:
    """Write the tags of a text into PDFs in the block. Yields the page of every picture without a description."""
    undescribed: list[int] = []

    def add_tags(pdf: Any, document: Any, version: object, streams: Sequence[Any]) -> None:
        found = harvest(document.pages, [stream._tags for stream in streams])
        tagger = Tagger(root[1], found)
        TagWriter(pdf, streams, found, tagger).write()
        flatten_states(pdf.objects)
        undescribed.extend(tagger.undescribed)

    engine_pdf.add_tags = add_tags
    try:
        yield undescribed
    finally:
        engine_pdf.add_tags = _ENGINES


class TagWriter:
    """Writes the tags of one document into the PDF that the engine is about to close."""

    def __init__(self, pdf: Any, streams: Sequence[Any], found: PageContent, tagger: Tagger) -> None:
        self.pdf = pdf
        self.streams = streams
        self.found = found
        self.tagger = tagger
        self.pages = pdf.page_references
        self.owners: list[list[bytes | None]] = [[None] * len(stream._tags) for stream in streams]
        self.links: list[bytes] = []
        self.headed: list[bytes] = []
        self.ids: dict[str, bytes] = {}

    def write(self) -> None:
        """The tree of tags, who owns what, where each id is, and silence for all the rest."""
        self._drop_stray_links()
        root = self._add(pydyf.Dictionary({"Type": "/StructTreeRoot"}))
        document = self._write_tag(self.tagger.document, root.reference)
        numbers = pydyf.Array()
        for page, owners in enumerate(self.owners):
            numbers += [page, pydyf.Array(owner or "null" for owner in owners)]
            self._silence(page, owners)
        for number, link in enumerate(self.links, start=len(self.pages)):
            numbers += [number, link]
        root["K"] = pydyf.Array([document])
        root["ParentTree"] = self._add(pydyf.Dictionary({"Nums": numbers})).reference
        root["ParentTreeNextKey"] = len(self.pages) + len(self.links)
        if self.ids:
            root["IDTree"] = self._index_ids().reference
        self.pdf.catalog["StructTreeRoot"] = root.reference
        self.pdf.catalog[HEADED[1:]] = pydyf.Array(self.headed)
        self.pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
        self.pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})

    def _index_ids(self) -> pydyf.Dictionary:
        """The tree of the tags that have an id (14.7.2), a single leaf, sorted by the bytes in the file."""
        written = {said: said.encode() if said.isascii() else f"\ufeff{said}".encode("utf-16-be") for said in self.ids}
        ids = sorted(written, key=written.__getitem__)
        names = pydyf.Array(part for said in ids for part in (pydyf.String(said), self.ids[said]))
        limits = pydyf.Array((pydyf.String(ids[0]), pydyf.String(ids[-1])))
        leaf = self._add(pydyf.Dictionary({"Limits": limits, "Names": names}))
        return self._add(pydyf.Dictionary({"Kids": pydyf.Array([leaf.reference])}))

    def _add(self, thing: Any) -> Any:
        self.pdf.add_object(thing)
        return thing

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
                kids.append(self._write_area(kid, reference, tag.says))
            else:
                self.owners[kid.page][kid.number] = reference
                marked = pydyf.Dictionary({"Type": "/MCR", "Pg": self.pages[kid.page], "MCID": kid.number})
                kids.append(kid.number if kid.page == page else marked)
        element["K"] = kids
        for name, said in tag.about.items():
            element[name] = _attributes(said) if name == "A" else pydyf.String(said)
            if name == "ID":
                self.ids[said] = reference
            if name == "A" and "Headers" in said:
                self.headed.append(reference)
        return reference

    def _write_area(self, area: LinkArea, owner: bytes, says: str) -> pydyf.Dictionary:
        area.annotation["Contents"] = pydyf.String(says)
        area.annotation["StructParent"] = len(self.pages) + len(self.links)
        area.annotation["F"] = 4
        self.links.append(owner)
        return pydyf.Dictionary({"Type": "/OBJR", "Obj": area.annotation.reference, "Pg": self.pages[area.page]})

    def _drop_stray_links(self) -> None:
        """Rectangles that belong to no link: in decoration, in a table head that is printed again."""
        areas = [area for several in self.found.areas.values() for area in several] + self.found.stray
        gone: dict[int, set[bytes]] = {}
        for area in areas:
            if id(area.annotation) not in self.tagger.led:
                gone.setdefault(area.page, set()).add(area.annotation.reference)
        if not gone:
            return
        objects = {thing.reference: thing for thing in self.pdf.objects if isinstance(thing, pydyf.Dictionary)}
        for page, references in gone.items():
            annotations = objects[self.pages[page]]["Annots"]
            annotations[:] = [reference for reference in annotations if reference not in references]

    def _silence(self, page: int, owners: Sequence[bytes | None]) -> None:
        """Marked content that no tag owns becomes an artifact (14.8.2.2)."""
        silent = {number for number, owner in enumerate(owners) if owner is None}
        stream = self.streams[page].stream
        for at in range(2, len(stream)) if silent else ():
            if stream[at] == b"BDC" and isinstance(stream[at - 1], pydyf.Dictionary):
                number = stream[at - 1].get("MCID")
                if number in silent:
                    silent.discard(number)
                    stream[at - 2 : at + 1] = ["/Artifact", self._kind(page, number), b"BDC"]
        if silent:
            raise TypesettingFailure("The engine writes marked content in another way than it did: review the tagging.")

    def _kind(self, page: int, number: int) -> pydyf.Dictionary:
        """Whether an artifact is a running line (and which), printed again, or part of the layout alone."""
        margin = self.found.margins.get((page, number))
        if margin:
            where = {"@top": "/Header", "@bottom": "/Footer"}.get(margin.split("-")[0])
            return pydyf.Dictionary({"Type": "/Pagination", **({"Subtype": where} if where else {})})
        again = (page, number) in self.found.repeated
        return pydyf.Dictionary({"Type": "/Pagination" if again else "/Layout"})


def _attributes(said: dict[str, Any]) -> pydyf.Dictionary:
    attributes = pydyf.Dictionary(said)
    if "Headers" in said:
        attributes["Headers"] = pydyf.Array(map(pydyf.String, said["Headers"]))
    if "BBox" in said:
        attributes["BBox"] = pydyf.Array(said["BBox"])
    return attributes


DEEPEST = 24
"""Of the 28 that the standard gives, what leaves room for what the bindery lays around a page."""


def flatten_states(things: Sequence[Any]) -> None:
    """Make the streams of a PDF flat, where they are too deep."""
    for thing in things:
        if isinstance(thing, pydyf.Stream) and thing.stream.count(b"q") > DEEPEST < _depth(thing.stream):
            thing.stream[:] = _flat(thing.stream)


def _depth(lines: Sequence[Any]) -> int:
    depth = deepest = 0
    for line in lines:
        depth += (line == b"q") - (line == b"Q")
        deepest = max(deepest, depth)
    return deepest


def _flat(lines: Sequence[Any]) -> list[Any]:
    """The lines without states that are kept to the very end of another: when that ends, both have ended.

    A drawing of groups in groups has one such for each.
    """
    kept: list[int] = []
    gone: set[int] = set()
    inner: tuple[int, int] | None = None
    for number, line in enumerate(lines):
        if line == b"q":
            kept.append(number)
        elif line == b"Q" and kept:
            gone.update(inner or ())
            inner = kept.pop(), number
            continue
        if line != b"EMC":
            inner = None
    return [line for number, line in enumerate(lines) if number not in gone]

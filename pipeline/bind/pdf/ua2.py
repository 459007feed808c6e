"""PDF/UA-2 out of a finished PDF/UA-1: the tags of PDF 2.0, and links that lead to tags (ISO 14289-2, ISO 32000-2)."""

from collections.abc import Iterator, Mapping
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pipeline.pdf.tree import child_elements, name_tree, number_tree, walk

_NAMESPACE = "http://iso.org/pdf2/ssn"

_OF_PDF_2 = frozenset({
    *("/Document", "/Part", "/Sect", "/Div", "/Aside", "/NonStruct", "/P", "/Title", "/FENote", "/Lbl", "/Span", "/Em"),
    *("/Strong", "/Link", "/L", "/LI", "/LBody", "/Table", "/TR", "/TH", "/TD", "/THead", "/TBody", "/TFoot"),
    *("/Caption", "/Figure", "/Formula", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6"),
})  # fmt: skip
"""Types of the namespace of PDF 2.0 (ISO 32000-2, 14.8.4). Others, such as TOC, are of that of PDF 1.7."""

_WORDS = frozenset({"/Span", "/Code", "/Link", "/Reference", "/Lbl", "/LBody"})
"""Types that are too small a part for a link to lead to."""


def raise_to_ua2(pdf: Pdf, places: Mapping[str, Object]) -> None:
    """Rewrite tags, links and outline. `places` are the tags that hold what the named destinations lead to."""
    tree = pdf.Root.StructTreeRoot
    document = tree.K[0]
    namespace = pdf.make_indirect(Dictionary(Type=Name.Namespace, NS=String(_NAMESPACE)))
    tree.Namespaces = Array([namespace])
    tree.RoleMap = Dictionary(FENote=Name.Note)  # for readers that know no namespaces
    leads = Leads(pdf, places, document)
    leads.lead_links()
    leads.lead_outline()
    for element in list(walk(document)):
        _retag(element)
        if str(element.S) in _OF_PDF_2:
            element.NS = namespace
    _tie(pdf, leads)


class Leads:
    """Destinations of a file's links and bookmarks: pages for readers of PDF 1.7, tags for others."""

    def __init__(self, pdf: Pdf, places: Mapping[str, Object], document: Object) -> None:
        self.pdf = pdf
        self.document = document
        self.spots = dict(name_tree(pdf.Root.get("/Names", Dictionary()).get("/Dests")))
        self.elements = {name: _whole(element) for name, element in places.items()}
        self.led: list[tuple[Object, Object]] = []
        """Every link within the file with its tag."""
        self.at: dict[tuple[Any, ...], Object] = {}
        for name, spot in self.spots.items():
            element = self.elements.get(name)
            if element is not None and (_key(spot) not in self.at or str(element.S).startswith("/H")):
                self.at[_key(spot)] = element

    def lead_links(self) -> None:
        """Every link within the file leads to a tag too (ISO 32000-2, 12.3.2.3)."""
        for page in self.pdf.pages:
            for link in page.obj.get("/Annots", ()):
                if isinstance(link.get("/Dest"), String):
                    name = str(link.Dest)
                    target = self.elements.get(name, self.document)
                    link.A = _action(link.Dest, self.spots[name], target)
                    del link.Dest
                    self.led.append((link, target))

    def lead_outline(self) -> None:
        """Every bookmark leads to the tag of its heading too."""
        outline = self.pdf.Root.get("/Outlines")
        todo = [outline.First] if outline is not None and "/First" in outline else []
        while todo:
            item = todo.pop()
            spot = item.get("/Dest")
            if isinstance(spot, Array):
                item.A = _action(spot, spot, self.at.get(_key(spot), self.document))
                del item.Dest
            todo += [item[key] for key in ("/Next", "/First") if key in item]


def _action(spot: Object, place: Object, element: Object) -> Dictionary:
    return Dictionary(S=Name.GoTo, D=spot, SD=Array([element, *list(place)[1:]]))


def _key(spot: Any) -> tuple[Any, ...]:
    """A place on a page: bookmarks and destinations do not write the same numbers the same way."""
    return (spot[0].objgen, *(round(float(part or 0), 2) for part in list(spot)[2:4]))


def _whole(element: Object) -> Object:
    """The paragraph, heading or entry that an element begins or is part of."""
    while str(element.S) in _WORDS and "/P" in element and "/S" in element.P:
        element = element.P
    return element


def _retag(element: Object) -> None:
    """Types and attributes that PDF 2.0 has others for."""
    if Name.Note == element.S:
        element.S = Name.FENote
        element.A = Dictionary(O=Name.FENote, NoteType=Name.Footnote)
    elif Name.Div == element.S and any(Name.Caption == kid.S for kid in child_elements(element)):
        element.S = Name.Sect  # to PDF 2.0 a Div is air: the caption would stand among what is around it
    elif element.S == Name.L and _has_labels(element):
        attributes = element.get("/A")
        if isinstance(attributes, Dictionary) and attributes.get("/ListNumbering") == Name("/None"):
            attributes.ListNumbering = Name.Description


def _has_labels(element: Object) -> bool:
    return any(Name.Lbl == kid.S for entry in child_elements(element) for kid in child_elements(entry))


def _tie(pdf: Pdf, leads: Leads) -> None:
    """Calls and notes name each other, and entries of contents name their targets (ISO 14289-2, 8.2.5.8 and 14)."""
    owners = dict(number_tree(pdf.Root.StructTreeRoot.ParentTree))
    calls: dict[tuple[int, int], list[Object]] = {}
    notes: dict[tuple[int, int], Object] = {}
    for link, target in leads.led:
        tag = owners[int(link.StructParent)]
        note = target if Name.FENote == target.S else target.P
        entry = next((above for above in _above(tag) if above.S == Name.TOCI), None)
        if entry is not None:
            entry.Ref = Array([target])
        elif note.get("/S") == Name.FENote and all(above.objgen != note.objgen for above in _above(tag)):
            notes[note.objgen] = note
            calls.setdefault(note.objgen, []).append(tag)
            tag.Ref = Array([note])
    for number, note in notes.items():
        note.Ref = Array(calls[number])


def _above(element: Object) -> Iterator[Any]:
    """An element and those it stands in."""
    while "/S" in element:
        yield element
        element = element.P

"""Twenty-one ways to break a good tagged PDF, one fault each: our proof must see every one of them."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from pikepdf import Dictionary, Name, Pdf, Stream, String

from pipeline.bind.pdf.written_file import normalise_pdf
from pipeline.core.documents.pdf import save_deterministic, walk_structure

Break = Callable[[Pdf], None]


def elements(pdf: Pdf, *kinds: str) -> Iterator[Any]:
    """The structure elements of some kinds, in reading order."""
    return (element for element in walk_structure(pdf.Root.StructTreeRoot.K[0]) if str(element.S)[1:] in kinds)


def metadata(pdf: Pdf, old: bytes, new: bytes) -> None:
    """Change the XMP as text."""
    packet = pdf.Root.Metadata
    assert isinstance(packet, Stream)
    packet.write(packet.read_bytes().replace(old, new))


def holders(pdf: Pdf, key: str) -> list[Any]:
    """The dictionaries of the file that have a key."""
    return [thing for thing in pdf.objects if isinstance(thing, Dictionary) and key in thing]


def picture_without_words(pdf: Pdf) -> None:
    """A figure that says nothing."""
    del next(elements(pdf, "Figure"))["/Alt"]


def no_language(pdf: Pdf) -> None:
    """A file that does not say what language it is in."""
    del pdf.Root["/Lang"]


def no_title(pdf: Pdf) -> None:
    """A file without a name."""
    del pdf.docinfo["/Title"]
    metadata(pdf, b"dc:title", b"dc:titlx")


def file_name_shown(pdf: Pdf) -> None:
    """A window that shows the file's name in place of its title."""
    del pdf.Root["/ViewerPreferences"]


def heading_skipped(pdf: Pdf) -> None:
    """A title of the fourth level."""
    next(elements(pdf, "H1")).S = Name.H4


def untagged_mark(pdf: Pdf) -> None:
    """Something painted that is neither tagged nor an artifact."""
    page = pdf.pages[0]
    page.contents_coalesce()
    page.obj.Contents = pdf.make_stream(page.obj.Contents.read_bytes() + b"\n0 0 10 10 re f")


def silent_links(pdf: Pdf) -> None:
    """Links that do not say where they lead."""
    for page in pdf.pages:
        for annotation in page.obj.get("/Annots", ()):
            if "/Contents" in annotation:
                del annotation["/Contents"]


def links_are_spans(pdf: Pdf) -> None:
    """Links that the tags do not know."""
    for element in list(elements(pdf, "Link")):
        element.S = Name.Span


def cells_without_heads(pdf: Pdf) -> None:
    """A table whose cells do not say what heads them."""
    for element in elements(pdf, "TH", "TD"):
        attributes = element.get("/A")
        for owned in [attributes] if isinstance(attributes, Dictionary) else list(attributes or ()):
            for key in ("/Scope", "/Headers"):
                if key in owned:
                    del owned[key]


def heads_are_cells(pdf: Pdf) -> None:
    """A table whose head is a row like others. No validator looks for it."""
    for element in list(elements(pdf, "TH")):
        element.S = Name.TD


def foreign_tag(pdf: Pdf) -> None:
    """A tag that no standard knows."""
    next(elements(pdf, "P")).S = Name.Paragraph


def entries_without_list(pdf: Pdf) -> None:
    """Entries of no list."""
    next(elements(pdf, "L")).S = Name.Div


def notes_share_an_id(pdf: Pdf) -> None:
    """Two notes of one name."""
    for element in elements(pdf, "Note"):
        element.ID = String("n")


def not_marked(pdf: Pdf) -> None:
    """A file that does not say that it is tagged."""
    del pdf.Root["/MarkInfo"]


def no_tab_order(pdf: Pdf) -> None:
    """Pages whose links come in any order."""
    for page in pdf.pages:
        if "/Tabs" in page.obj:
            del page.obj["/Tabs"]


def letters_unknown(pdf: Pdf) -> None:
    """Fonts that do not say what their glyphs stand for."""
    for font in holders(pdf, "/ToUnicode"):
        del font["/ToUnicode"]


def fonts_outside(pdf: Pdf) -> None:
    """Fonts that the file does not hold."""
    for descriptor in (*holders(pdf, "/FontFile2"), *holders(pdf, "/FontFile3")):
        for key in ("/FontFile2", "/FontFile3"):
            if key in descriptor:
                del descriptor[key]


def no_parent_tree(pdf: Pdf) -> None:
    """Marks that nobody owns."""
    del pdf.Root.StructTreeRoot["/ParentTree"]


def no_tags(pdf: Pdf) -> None:
    """No structure at all."""
    del pdf.Root["/StructTreeRoot"]


def pages_share_a_number(pdf: Pdf) -> None:
    """Every page's marks are taken for the first page's. Only the reference validator sees it."""
    for page in pdf.pages:
        page.obj.StructParents = 0


BREAKS: tuple[Break, ...] = (
    *(picture_without_words, no_language, no_title, file_name_shown, heading_skipped, untagged_mark),
    *(silent_links, links_are_spans, cells_without_heads, heads_are_cells, foreign_tag, entries_without_list),
    *(notes_share_an_id, not_marked, no_tab_order, letters_unknown, fonts_outside, no_parent_tree, no_tags),
    pages_share_a_number,
)


def broken(pdf: bytes, break_: Break) -> bytes:
    """A file broken in one way."""
    with Pdf.open(BytesIO(pdf)) as file:
        break_(file)
        return normalise_pdf(
            save_deterministic(file)
        )  # as a finished file is: no stream ends by chance as its line does


def changed(pdf: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """A file whose fonts say something else of their glyphs."""
    with Pdf.open(BytesIO(pdf)) as file:
        for font in holders(file, "/ToUnicode"):
            font.ToUnicode.write(change(font.ToUnicode.read_bytes()))
        saved = BytesIO()
        file.save(saved)
        return saved.getvalue()

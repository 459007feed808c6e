"""Finished PDFs as others might send them: a good one, and what can be wrong with it."""

import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Encryption, Name, Pdf, String

from tests.support.bind.sheets import bound
from tests.support.load import metadata_pictures

Change = Callable[[Pdf], object]

OUTSIDE = {"foot-patrol": "https://b.example/foot-patrol", "alley-gates": "https://b.example/alley-gates"}


@cache
def good() -> bytes:
    """A tagged PDF of A4 pages with headings, a table, links to addresses and links within it."""
    return bound(addresses=OUTSIDE)


def changed(*changes: Change, encryption: Encryption | None = None) -> bytes:
    """The good one with something done to it."""
    with Pdf.open(BytesIO(good())) as pdf:
        for change in changes:
            change(pdf)
        output = BytesIO()
        pdf.save(output, encryption=encryption or False, deterministic_id=encryption is None)
        return output.getvalue()


def runs_a_program(pdf: Pdf) -> None:
    """JavaScript when it is opened."""
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def starts_programs(pdf: Pdf) -> None:
    """A link that starts another program."""
    link(pdf).A = Dictionary(S=Name.Launch, F=String("calc.exe"))


def hides_a_program(pdf: Pdf) -> None:
    """JavaScript behind another action, deep in an object of its own."""
    action = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("1")))
    link(pdf).A = Dictionary(S=Name.URI, URI=String("https://b.example/"), Next=Array([action]))


def acts_by_itself(pdf: Pdf) -> None:
    """An action when a page is opened."""
    pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.URI, URI=String("https://b.example/")))


def holds_a_file(pdf: Pdf) -> None:
    """An attachment."""
    pdf.attachments["list.txt"] = b"names"


def holds_a_form(pdf: Pdf) -> None:
    """A field to fill in."""
    field = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("name")))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


def has_a_note(pdf: Pdf) -> None:
    """A reader's note over a page."""
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), Contents=String("?"))
    page = pdf.pages[0].obj
    page.Annots = Array([*page.get("/Annots", ()), pdf.make_indirect(note)])


def links_to_a_file(pdf: Pdf) -> None:
    """A link to something on the maker's machine."""
    link(pdf).A = Dictionary(S=Name.URI, URI=String("file:///etc/hosts"))


def has_no_tags(pdf: Pdf) -> None:
    """Untagged."""
    del pdf.Root.StructTreeRoot


def says_no_language(pdf: Pdf) -> None:
    """Nobody can read it aloud."""
    del pdf.Root.Lang


def lacks_a_font(pdf: Pdf) -> None:
    """A font that is only named."""
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and "/FontFile2" in thing:
            del thing.FontFile2


def is_of_size(width: float, height: float) -> Change:
    """Every page of another size."""

    def change(pdf: Pdf) -> None:
        for page in pdf.pages:
            for key in ("/MediaBox", "/TrimBox", "/BleedBox"):
                page.obj[key] = Array([0, 0, width, height])

    return change


def is_turned(pdf: Pdf) -> None:
    """Every page lies on its side."""
    for page in pdf.pages:
        page.obj.Rotate = 90


def is_drawn_badly(pdf: Pdf) -> None:
    """More is given back than was kept."""
    pdf.pages[0].obj.Contents = pdf.make_stream(b"Q Q")


def leaves_a_mark_open(pdf: Pdf) -> None:
    """Marked content of the second page has no end."""
    pdf.pages[1].contents_add(b"/Artifact BMC")


def ends_no_mark(pdf: Pdf) -> None:
    """Marked content of the second page ends twice."""
    pdf.pages[1].contents_add(b"EMC")


def tags_a_drawing(pdf: Pdf) -> None:
    """A form on the first page has marks of its own in the tree of tags."""
    form = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]), StructParents=99)
    pdf.pages[0].obj.Resources.XObject["/Drawing"] = form


def swaps_its_marks(pdf: Pdf) -> None:
    """Two marks of the first page name each other's tags."""
    nums = pdf.Root.StructTreeRoot.ParentTree.Nums
    nums[1][0], nums[1][1] = nums[1][1], nums[1][0]


def leads_nowhere(pdf: Pdf) -> None:
    """A link within the file names no place of it."""
    there = link(pdf)
    del there.A
    there.Dest = String("nowhere")


def forgets_a_page(pdf: Pdf) -> None:
    """A tag does not say on which page its words stand."""
    heading = next(element for element in elements(pdf) if element.S == Name.H1)
    del heading.Pg


def skips_a_heading(pdf: Pdf) -> None:
    """A first heading of the third level, which PDF/UA forbids."""
    for element in elements(pdf):
        if element.S == Name.H1:
            element.S = Name.H3


def calls_things_otherwise(pdf: Pdf) -> None:
    """Types of its own with a role map, attributes by class, and a tree that is one element and no list."""
    root = pdf.Root.StructTreeRoot
    root.RoleMap = Dictionary(Titel=Name.Kop, Kop=Name.H1)
    for element in elements(pdf):
        if element.S == Name.H1:
            element.S = Name.Titel
        if element.S == Name.TH and isinstance(element.get("/A"), Dictionary):
            root.ClassMap = Dictionary(Head=element.A)
            del element.A
            element.C = Name.Head
    root.K = root.K[0]


def elements(pdf: Pdf) -> list[Any]:
    """Every structure element."""
    return [thing for thing in pdf.objects if isinstance(thing, Dictionary) and "/S" in thing and "/P" in thing]


def link(pdf: Pdf) -> Any:
    """A link to an address."""
    for page in pdf.pages:
        for annotation in page.obj.get("/Annots", ()):
            if "/A" in annotation:
                return annotation
    raise AssertionError("no link")


def draws_under_our_names(pdf: Pdf) -> None:
    """A form on the first page called as the line on copies is, with another of such a name within it."""
    inner = pdf.make_stream(b"9 9 30 30 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 50, 50]))
    inner.Resources = Dictionary()
    form = pdf.make_stream(b"/copy-screen Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 50, 50]))
    form.Resources = Dictionary(XObject=Dictionary({"/copy-screen": inner}))
    page = pdf.pages[0]
    page.obj.Resources.XObject["/copy-screen"] = form
    page.contents_add(b"/Artifact BMC q 1 0 0 1 300 200 cm /copy-screen Do Q EMC")


def names_its_head(pdf: Pdf) -> None:
    """A head of a table has an id of another kind, by which its cells name it."""
    cells = [cell for cell in elements(pdf) if cell.S == Name.TD and "/Headers" in cell.get("/A", ())]
    before = str(cells[0].A.Headers[0])
    next(head for head in elements(pdf) if str(head.get("/ID", "")) == before).ID = String("head")
    for cell in cells:
        cell.A.Headers = Array([String("head") if str(name) == before else name for name in cell.A.Headers])


def notes_things_for_its_makers(pdf: Pdf) -> None:
    """What programs and people have left in its drawings, its fonts and its tags."""
    note = Dictionary(Note=String("secret"))
    drawing = pdf.pages[0].obj.Resources.XObject["/Stamp0"]
    drawing.PieceInfo, drawing.LastModified = Dictionary(Editor=Dictionary(Private=note)), String("D:2020 secret")
    drawing.Metadata = pdf.make_stream(b"<secret/>", Type=Name.Metadata, Subtype=Name.XML)
    for font in (thing for thing in pdf.objects if isinstance(thing, Dictionary) and "/FontFile2" in thing):
        font.FontFile2.Metadata = drawing.Metadata
    for element in (one for one in elements(pdf) if one.S == Name.H1):
        element.Editor, element.R = note, 7
        element.A = Array([Dictionary(O=Name.UserProperties, P=Array([Dictionary(N=String("secret"), V=1)]))])


def shows_noted_photographs(pdf: Pdf) -> None:
    """Photographs with notes in their files: a JPEG, a JPEG packed once more, a JPEG 2000 and its bare codestream."""
    jpx = metadata_pictures.file(metadata_pictures.photograph(), "JPEG2000", comment=metadata_pictures.SECRET)
    box = (8 + len(metadata_pictures.XMP)).to_bytes(4) + b"uuid" + metadata_pictures.XMP
    at = jpx.index(b"jp2h") - 4
    bare = metadata_pictures.file(
        metadata_pictures.photograph(), "JPEG2000", comment=metadata_pictures.SECRET, no_jp2=True
    )
    pictures = {
        "/Jpeg": (metadata_pictures.jpeg(), Name.DCTDecode),
        "/Packed": (zlib.compress(metadata_pictures.jpeg()), Array([Name.FlateDecode, Name.DCTDecode])),
        "/Jpx": (jpx[:at] + box + jpx[at:], Name.JPXDecode),
        "/Bare": (bare, Name.JPXDecode),
    }
    held = pdf.pages[0].obj.Resources.XObject
    for name, (content, filters) in pictures.items():
        kind = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 24, "Height": 16, "BitsPerComponent": 8}
        held[name] = pdf.make_stream(content, **kind, ColorSpace=Name.DeviceRGB, Filter=filters)

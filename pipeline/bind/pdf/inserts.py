"""Finished PDFs from outside bound into a pack."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pypdfium2
from pikepdf import (
    Array,
    ContentStreamInlineImage,
    ContentStreamInstruction,
    Dictionary,
    Matrix,
    Name,
    Object,
    Page,
    Pdf,
    Stream,
    String,
    parse_content_stream,
    unparse_content_stream,
)

from pipeline.bind.print.print_file import prepress
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.pdf import (
    Rectangle,
    child_elements,
    children,
    index_ids,
    name_tree,
    save_deterministic,
    walk,
    wrong_mappings,
)
from pipeline.core.limited_process import BrokenOff, limited
from pipeline.load.pictures.pdf_files import A4, direct_dictionaries, insert_fault, size, turned
from pipeline.load.pictures.photos import without_notes
from pipeline.model.formats import EDITIONS, USUAL_EDITION, Edition
from pipeline.model.sheets import MarginText, PageStart, TypesetPages

_PRIVATE = ("/PieceInfo", "/Metadata", "/LastModified")
"""Keys of any dictionary that say how, when and with what it was made (ISO 32000-1, 14.3.2 and 14.5)."""

ELEMENT = frozenset({"/Type", "/S", "/P", "/K", "/Pg", "/ID", "/A", "/C", "/Lang", "/T", "/Alt", "/E", "/ActualText"})
"""The keys of a structure element that a reader knows (ISO 32000-1, table 323), but for the number of its revision."""

OWNERS = frozenset({"/Layout", "/List", "/PrintField", "/Table"})
"""Owners of attributes that say how an element is read (ISO 32000-1, table 327): not programs, nor users."""

_JPX_NOTES = frozenset((b"uuid", b"uinf", b"xml ", b"jp2i"))
"""Boxes of a JPEG 2000 that show nothing (ISO/IEC 15444-1, table I.2)."""
_JPX_COMMENT, _JPX_TILE = 0xFF64, 0xFF90


def drop_private(pdf: Pdf) -> None:
    """Drop the private keys of all that a file holds, and what is noted in its pictures."""
    for thing in pdf.objects:
        for held in direct_dictionaries(thing):
            for key in _PRIVATE:
                if key in held:
                    del held[key]
        if isinstance(thing, Stream) and thing.get("/Subtype") == Name.Image:
            _drop_notes(pdf, thing)


def _drop_notes(pdf: Pdf, image: Any) -> None:
    """Drop what is noted in the file of a photograph: Exif, XMP, comments. Its dots stay as they are."""
    filters, parameters = _listed(image.get("/Filter")), _listed(image.get("/DecodeParms"))
    kind = str(filters[-1]) if filters else ""
    if kind not in ("/DCTDecode", "/JPXDecode"):
        return
    packed = image.read_raw_bytes()
    if filters[:-1]:
        stream = Stream(pdf, packed)
        stream.Filter, stream.DecodeParms = Array(filters[:-1]), Array(parameters[:-1] or [None] * len(filters[:-1]))
        packed = stream.read_bytes()
    plain = without_notes(packed) if kind == "/DCTDecode" else b"".join(_jpx(packed))
    if plain != packed:
        last = parameters[-1] if len(parameters) == len(filters) else None
        image.write(plain, filter=Name(kind), decode_parms=last)


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, Array) else [value]


def _jpx(content: bytes) -> Iterator[bytes]:
    """The boxes of a JPEG 2000 that show something (ISO/IEC 15444-1, annex I); or its bare codestream."""
    if not content.startswith(b"\0\0\0\x0cjP  "):
        yield _codestream(content)
        return
    at = 0
    while at + 8 <= len(content):
        length, kind, head = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8], 8
        if length == 1:
            length, head = int.from_bytes(content[at + 8 : at + 16]), 16
        end = at + length if length else len(content)
        if kind == b"jp2c":
            drawn = _codestream(content[at + head : end])
            yield (b"\0\0\0\0" if not length else (len(drawn) + 8).to_bytes(4)) + kind + drawn
        elif kind not in _JPX_NOTES:
            yield content[at:end]
        at = max(end, at + 8)


def _codestream(content: bytes) -> bytes:
    """A codestream without the comments of its main header (ISO/IEC 15444-1, A.9.2)."""
    kept, at = [content[:2]], 2
    while at + 4 <= len(content):
        marker, length = int.from_bytes(content[at : at + 2]), int.from_bytes(content[at + 2 : at + 4])
        if marker == _JPX_TILE or marker < 0xFF00:
            break
        if marker != _JPX_COMMENT:
            kept.append(content[at : at + 2 + length])
        at += 2 + length
    return b"".join((*kept, content[at:]))


def ink_boxes(pdf: bytes) -> Iterator[tuple[Rectangle, ...]]:
    """The boxes of everything that is drawn on each page: words, lines, pictures."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            yield tuple(_box(*drawn.get_bounds()) for drawn in page.get_objects(max_depth=1))
    finally:
        document.close()


def _box(left: float, bottom: float, right: float, top: float) -> Rectangle:
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


# What `load.insert_faults` refuses is not here any more. Of the rest only pages, tags, and links are taken over: no
# record, outline, action or layer of the file gets into the pack.

HEADING = "insert-heading"
"""The id in the text that stands for an insert where it cannot be bound: its pages start there."""

_AS_IT_IS = 3.0
"""Points by which a page may differ from the pack's and still be taken for the same size."""
_NEAR = 120.0
"""Points from the edge within which running lines of any layout stand."""
_BOXES = ("/MediaBox", "/BleedBox", "/TrimBox")
_KEPT = {"/Type", "/Parent", "/Resources", "/Contents", "/StructParents", "/Annots", "/Group"}
_LINK = {"/Type", "/Subtype", "/Rect", "/QuadPoints", "/A", "/Dest", "/Contents", "/StructParent"}
"""Keys of a page and of a link that are kept."""


NamedBoxes = tuple[tuple[str, Rectangle], ...]
"""The boxes of a page by their keys: medium, bleed and trim, as far as it has them."""


def page_boxes(pdf: bytes) -> NamedBoxes:
    """The boxes of the first page of a pressed text: all pages of its edition have the same."""
    with Pdf.open(BytesIO(pdf)) as pressed:
        page = pressed.pages[0].obj
        return tuple((key, _inserts_box(page[key])) for key in _BOXES if key in page)


def _inserts_box(array: Any) -> Rectangle:
    left, bottom, right, top = (float(part) for part in array)
    return left, bottom, right, top


@dataclass(frozen=True, slots=True)
class InsertJob:
    """An insert to be fitted into an edition whose pages have these boxes."""

    title: str
    content: bytes = field(repr=False)
    boxes: NamedBoxes
    edition: Edition = USUAL_EDITION
    profile: bytes | None = field(default=None, repr=False)
    numbered: bool = False
    """Whether the pages of the pack say which copy they are of."""

    @property
    def room(self) -> tuple[float, float]:
        """Points at the head and at the foot of its pages that are the running lines'."""
        row = EDITIONS[self.edition]
        head, foot = row.insert_room or (0, 0)
        return row.insert_head_of_copies if self.numbered else head, foot


class InsertRefused(Exception):
    """Why an insert cannot be bound."""


def fit_insert(job: InsertJob) -> TypesetPages:
    """The sheets of an insert. Raises `TypesettingFailure` where it cannot be bound, or printed, after all."""
    try:
        sheets = fitted(job)
    except InsertRefused as reason:
        raise TypesettingFailure(f"The insert '{job.title}' cannot be bound: {reason}.") from reason
    if EDITIONS[job.edition].inked:
        _try_the_press(sheets.pdf, job)
    return sheets


def fitted(job: InsertJob) -> TypesetPages:
    """The sheets of an insert, before the printer's inks are tried. Raises `InsertRefused`."""
    try:
        with Pdf.open(BytesIO(job.content)) as pdf:
            moved, outliers = _fit_pages(pdf, job)
            _name_destinations(pdf, moved)
            _plain_tags(pdf, moved)
            index_ids(pdf)
            if wrong_mappings(pdf)[1]:
                raise InsertRefused("words on its pages belong to other tags than its tags say")
            for key in set(pdf.Root.keys()) - {"/Type", "/Pages", "/StructTreeRoot", "/Names"}:
                del pdf.Root[key]
            drop_private(pdf)
            made, pages = save_deterministic(pdf), len(pdf.pages)
    except InsertRefused:
        raise
    except Exception as broken:
        raise InsertRefused("its pages or its tags are not built as those of a PDF should be") from broken
    starts = tuple(PageStart(page, HEADING, 0) for page in range(1, pages + 1))
    return TypesetPages(made, pages, starts, outliers=outliers)


def _try_the_press(pdf: bytes, job: InsertJob) -> None:
    """A failure to put an insert into inks is told of the insert, not of the pack."""
    try:
        prepress(pdf, job.profile, date(2000, 1, 1))
    except TypesettingFailure as failure:
        raise TypesettingFailure(f"The insert '{job.title}' cannot be printed. {failure}") from failure
    except Exception as broken:
        raise TypesettingFailure(f"The insert '{job.title}' cannot be put into the printer's inks.") from broken


# Pages


Moved = dict[tuple[int, int], Matrix]
"""Transformation of each page's content, by the page's object."""


def _fit_pages(pdf: Pdf, job: InsertJob) -> tuple[Moved, tuple[MarginText, ...]]:
    """Bring every page to its size; gives how what stood on each was moved, and what stands near its head and foot."""
    moved, outliers = {}, list[MarginText]()
    boxes = dict(job.boxes)
    trim = boxes.get("/TrimBox", boxes["/MediaBox"])
    for number, (page, drawn) in enumerate(zip(pdf.pages, ink_boxes(job.content), strict=True), 1):
        way = _way(page, drawn, trim, job.room)
        edge = _moved_box(_inserts_box(page.cropbox), way)
        for shown in drawn:
            left, bottom, right, top = _within(_moved_box(shown, way), edge)
            if left < right and bottom < top and (top > trim[3] - _NEAR or bottom < trim[1] + _NEAR):
                outliers.append(MarginText(job.title, number, left, bottom, right - left, top - bottom))
        redraw(pdf, page, way)
        for annotation in page.obj.get("/Annots", ()):
            _move_link(annotation, way)
        for key in set(page.obj.keys()) - _KEPT:
            del page.obj[key]
        for key, box in boxes.items():
            page.obj[key] = Array([_exact(part) for part in box])
        page.obj.Tabs = Name.S
        moved[page.obj.objgen] = way
    return moved, tuple(outliers)


def _within(box: Rectangle, edge: Rectangle) -> Rectangle:
    return max(box[0], edge[0]), max(box[1], edge[1]), min(box[2], edge[2]), min(box[3], edge[3])


def _way(page: Page, drawn: tuple[Rectangle, ...], trim: Rectangle, room: tuple[float, float]) -> Matrix:
    """From the page as it is to its place: at its own size where the running lines are clear of it, else between them.

    No page is made larger.
    """
    box = [float(part) for part in page.cropbox]
    corner = min(box[0], box[2]), min(box[1], box[3])
    width, height = size(page)
    upright = {
        0: Matrix(),
        90: Matrix(0, -1, 1, 0, 0, height),
        180: Matrix(-1, 0, 0, -1, width, height),
        270: Matrix(0, 1, -1, 0, width, 0),
    }
    flat = Matrix().translated(-corner[0], -corner[1]) @ upright[turned(page)]
    wide, high = trim[2] - trim[0], trim[3] - trim[1]
    head, foot = room
    same = abs(width - wide) <= _AS_IT_IS and abs(height - high) <= _AS_IT_IS
    shown = [_moved_box(one, flat) for one in drawn]
    if same and all(one[3] <= height - head and one[1] >= foot for one in shown):
        return flat @ Matrix().translated(trim[0], trim[1])
    free = high - head - foot
    scale = min(1.0, wide / width, free / height)
    left, bottom = (wide - scale * width) / 2, foot + (free - scale * height) / 2
    return flat @ Matrix(scale, 0, 0, scale, trim[0] + left, trim[1] + bottom)


def _move_link(link: Any, way: Matrix) -> None:
    """A link where its words have gone; of what it says only what a link needs."""
    link.Rect = Array([_exact(part) for part in _moved_box(_inserts_box(link.Rect), way)])
    if "/QuadPoints" in link:
        numbers = [float(part) for part in link.QuadPoints]
        points = [way.transform((numbers[i], numbers[i + 1])) for i in range(0, len(numbers), 2)]
        link.QuadPoints = Array([_exact(part) for point in points for part in point])
    for key in set(link.keys()) - _LINK:
        del link[key]
    link.Type = Name.Annot
    link.F = 4
    link.Border = Array([0, 0, 0])


def _moved_box(box: Rectangle, way: Matrix) -> Rectangle:
    left, bottom, right, top = box
    corners = [way.transform(point) for point in ((left, bottom), (left, top), (right, bottom), (right, top))]
    across, up = [point[0] for point in corners], [point[1] for point in corners]
    return min(across), min(up), max(across), max(up)


def _exact(part: Any) -> Any:
    """A number as it is written."""
    return Decimal(f"{float(part):.4f}")


# Links within the insert


def _name_destinations(pdf: Pdf, moved: Moved) -> None:
    """Every link within the insert leads to a name, as joining wants it; every other to its address alone."""
    known = dict(name_tree(pdf.Root.get("/Names", Dictionary()).get("/Dests")))
    known |= dict(pdf.Root.get("/Dests", Dictionary()).items())
    named: dict[str, Object] = {}
    for page in pdf.pages:
        for link in page.obj.get("/Annots", ()):
            action = link.get("/A")
            if action is not None and action.S == Name.URI:
                link.A = Dictionary(S=Name.URI, URI=String(str(action.URI)))
                continue
            spot = _spot(link.get("/Dest") if action is None else action.get("/D"), known)
            if spot is None or spot[0].objgen not in moved:
                raise InsertRefused("it has a link that leads nowhere")
            name = f"place-{len(named) + 1}"
            named[name] = _moved_spot(spot, moved[spot[0].objgen])
            link.Dest = String(name)
            if "/A" in link:
                del link.A
    leaf = [part for name in sorted(named) for part in (String(name), named[name])]
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array(leaf)))


def _spot(target: Any, known: dict[str, Any]) -> Any:
    """The place that a destination names: the page, and where on it."""
    for _ in range(3):
        if isinstance(target, Array):
            return target if len(target) and isinstance(target[0], Dictionary) else None
        if isinstance(target, Dictionary):
            target = target.get("/D")
        elif target is not None:
            target = known.get(str(target))
    return None


def _moved_spot(spot: Any, way: Matrix) -> Object:
    page, kind = spot[0], str(spot[1]) if len(spot) > 1 else ""
    box = [float(part) for part in page.MediaBox]
    left, top = box[0], box[3]
    if kind == "/XYZ" and len(spot) > 3 and spot[3] is not None:
        left, top = way.transform((float(spot[2] or 0), float(spot[3])))
    return Array([page, Name.XYZ, _exact(left), _exact(top), None])


# Tags


def _plain_tags(pdf: Pdf, moved: Moved) -> None:
    """One document of elements in standard types that keep their attributes and say their language themselves."""
    root = pdf.Root.StructTreeRoot
    roles = {str(name): str(role) for name, role in root.get("/RoleMap", Dictionary()).items()}
    classes = root.get("/ClassMap", Dictionary())
    top = children(root)
    document: Any = top[0] if len(top) == 1 and str(top[0].S) == "/Document" else None
    if document is None:
        document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root, K=Array(top)))
        for kid in child_elements(document):
            kid.P = document
    for element in walk(document):
        for key in set(element.keys()) - ELEMENT:
            del element[key]
        element.Type = Name.StructElem
        element.S = Name(_standard(str(element.S), roles))
        attributes = list(_attributes(element, classes))
        for attribute in attributes:
            if "/BBox" in attribute and "/Pg" in element and element.Pg.objgen in moved:
                box = _moved_box(_inserts_box(attribute.BBox), moved[element.Pg.objgen])
                attribute.BBox = Array([_exact(part) for part in box])
        for key in ("/A", "/C"):
            if key in element:
                del element[key]
        if attributes:
            element.A = attributes[0] if len(attributes) == 1 else Array(attributes)
    for kid in child_elements(document):
        if "/Lang" not in kid:
            kid.Lang = document.get("/Lang") or pdf.Root.Lang
    root.K = Array([document])
    for key in set(root.keys()) - {"/Type", "/K", "/ParentTree"}:
        del root[key]


def _standard(name: str, roles: dict[str, str]) -> str:
    for _ in range(len(roles)):
        name = roles.get(name, name)
    return name


def _attributes(element: Any, classes: Any) -> Iterator[Any]:
    """The attributes of an element, those of its classes among them; without the numbers of revisions."""
    named = element.get("/C")
    held = [element.get("/A")]
    held += [classes.get(str(name)) for name in _listed(named) if isinstance(name, Name)]
    for attributes in (one for some in held for one in _listed(some)):
        if isinstance(attributes, Dictionary) and str(attributes.get("/O")) in OWNERS:
            yield Dictionary(dict(attributes.items()))


def redraw(pdf: Pdf, page: Page, way: Matrix) -> None:
    """Draw the page's own operators moved, and cut off at its old edge."""
    page.contents_coalesce()
    drawn: list[Any] = list(parse_content_stream(page))
    own = page.obj.Contents.read_bytes() if "/Contents" in page.obj else b""
    if names := _rename(pdf, page):
        own = unparse_content_stream([_named(one, names) for one in drawn])
    depth = sum((str(one.operator) == "q") - (str(one.operator) == "Q") for one in drawn)
    left, bottom, right, top = (float(part) for part in page.cropbox)
    numbers = " ".join(f"{part:.6f}" for part in (way.a, way.b, way.c, way.d, way.e, way.f))
    edge = f"{left:.4f} {bottom:.4f} {right - left:.4f} {top - bottom:.4f}"
    begin = f"q\n{numbers} cm\n{edge} re W n\n".encode()
    page.obj.Contents = pdf.make_stream(begin + own + b"\nQ" * (depth + 1) + b"\n")


def _rename(pdf: Pdf, page: Page) -> dict[str, Name]:
    """Give what the page draws names of an insert, in resources of its own; gives the new ones by the old."""
    before: Any = page.obj.get("/Resources", Dictionary())
    things = dict(before.get("/XObject", Dictionary()).items())
    names = {old: Name(f"/In{number}") for number, old in enumerate(sorted(things))}
    _keep_for_forms(pdf, before, things)
    own = Dictionary({key: value for key, value in before.items() if key != "/XObject"})
    own.XObject = Dictionary({str(names[old]): thing for old, thing in things.items()})
    page.obj.Resources = own
    return names


def _keep_for_forms(pdf: Pdf, resources: Object, things: dict[str, Any]) -> None:
    """A form without resources of its own draws with those of its page (ISO 32000-1, 7.8.3): under their old names."""
    for form in things.values():
        if isinstance(form, Stream) and form.get("/Subtype") == Name.Form and "/Resources" not in form:
            form.Resources = pdf.make_indirect(Dictionary(dict(resources.items())))
            _keep_for_forms(pdf, resources, things)


def _named(
    one: ContentStreamInstruction | ContentStreamInlineImage, names: dict[str, Name]
) -> ContentStreamInstruction | ContentStreamInlineImage:
    if str(one.operator) != "Do" or str(one.operands[0]) not in names:
        return one
    return ContentStreamInstruction([names[str(one.operands[0])]], one.operator)


PAGE = (0.0, 0.0, *A4)


SECONDS, MEGABYTES = 60, 1000
"""Limit of a trial: one of forty pages takes some seconds."""


def insert_trial(content: bytes) -> str:
    """Why a PDF cannot be bound in, as the end of a sentence; it is tried in a process of its own."""
    try:
        return limited(tried, content, SECONDS, MEGABYTES).decode()
    except BrokenOff as broken:
        return f"it cannot be read through: {str(broken)[:1].lower()}{str(broken)[1:-1]}"


def tried(content: bytes) -> bytes:
    """The same, tried here; nothing where the PDF can be bound in: it was fitted to A4."""
    if fault := insert_fault(content):
        return fault.encode()
    try:
        fitted(InsertJob("", content, (("/MediaBox", PAGE), ("/TrimBox", PAGE))))
    except InsertRefused as reason:
        return str(reason).encode()
    return b""

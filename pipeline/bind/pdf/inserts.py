"""Fit finished PDFs from outside into the pages of a pack.

`load` has refused PDFs that are unsafe or not tagged (`insert_fault`). Of the others, only pages, tags and links are
taken over: no metadata, outline, action or layer of the file gets into the pack.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import chain
from typing import Any

import pypdfium2
from pikepdf import (
    Array,
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

from pipeline.bind.print.print_file import make_print_file
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.pdf import (
    Rectangle,
    count_wrong_parents,
    read_name_tree,
    save_deterministic,
    structure_child_elements,
    structure_children,
    walk_structure,
    write_id_index,
)
from pipeline.core.limits import BrokenOff, run_limited
from pipeline.load.pictures.pdf_files import A4_SIZE, direct_dictionaries, insert_fault, page_rotation, size_of_page
from pipeline.load.pictures.photos import remove_photo_metadata
from pipeline.model.formats import PDF_VARIANTS, USUAL_VARIANT, PdfVariant
from pipeline.model.sheets import MarginText, PageStart, TypesetPages

_PRIVATE_KEYS = ("/PieceInfo", "/Metadata", "/LastModified")
"""Keys that say how, when and with which program something was made (ISO 32000-1, 14.3.2 and 14.5)."""

_ELEMENT_KEYS = frozenset(
    f"/{key}" for key in ("Type", "S", "P", "K", "Pg", "ID", "A", "C", "Lang", "T", "Alt", "E", "ActualText")
)
"""Keys of a structure element that readers use (ISO 32000-1, table 323), without the revision number."""

_ATTRIBUTE_OWNERS = frozenset({"/Layout", "/List", "/PrintField", "/Table"})
"""Owners of attributes that say how an element is read (ISO 32000-1, table 327), not programs or users."""

_JPX_METADATA_BOXES = frozenset((b"uuid", b"uinf", b"xml ", b"jp2i"))
"""Boxes of a JPEG 2000 file that show nothing (ISO/IEC 15444-1, table I.2)."""
_JPX_COMMENT, _JPX_TILE = 0xFF64, 0xFF90


def _remove_private_data(pdf: Pdf) -> None:
    """Remove private keys from all objects, and metadata from pictures."""
    for object_ in pdf.objects:
        for dictionary in direct_dictionaries(object_):
            for key in _PRIVATE_KEYS:
                if key in dictionary:
                    del dictionary[key]
        if isinstance(object_, Stream) and object_.get("/Subtype") == Name.Image:
            _remove_image_metadata(pdf, object_)


def _remove_image_metadata(pdf: Pdf, image: Any) -> None:
    """Remove Exif, XMP and comments from a photograph; its pixels stay as they are."""
    filters, parameters = _as_list(image.get("/Filter")), _as_list(image.get("/DecodeParms"))
    kind = str(filters[-1]) if filters else ""
    if kind not in ("/DCTDecode", "/JPXDecode"):
        return
    packed = image.read_raw_bytes()
    if filters[:-1]:
        stream = Stream(pdf, packed)
        stream.Filter, stream.DecodeParms = Array(filters[:-1]), Array(parameters[:-1] or [None] * len(filters[:-1]))
        packed = stream.read_bytes()
    plain = remove_photo_metadata(packed) if kind == "/DCTDecode" else b"".join(_visible_jpx_boxes(packed))
    if plain != packed:
        last = parameters[-1] if len(parameters) == len(filters) else None
        image.write(plain, filter=Name(kind), decode_parms=last)


def _as_list(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, Array) else [value]


def _visible_jpx_boxes(content: bytes) -> Iterator[bytes]:
    """Yield the boxes of a JPEG 2000 file that show something (ISO/IEC 15444-1, annex I), or its bare codestream."""
    if not content.startswith(b"\0\0\0\x0cjP  "):
        yield _without_comments(content)
        return
    offset = 0
    while offset + 8 <= len(content):
        length, kind, header_length = int.from_bytes(content[offset : offset + 4]), content[offset + 4 : offset + 8], 8
        if length == 1:
            length, header_length = int.from_bytes(content[offset + 8 : offset + 16]), 16
        end = offset + length if length else len(content)
        if kind == b"jp2c":
            codestream = _without_comments(content[offset + header_length : end])
            yield (b"\0\0\0\0" if not length else (len(codestream) + 8).to_bytes(4)) + kind + codestream
        elif kind not in _JPX_METADATA_BOXES:
            yield content[offset:end]
        offset = max(end, offset + 8)


def _without_comments(content: bytes) -> bytes:
    """Return a codestream without the comments of its main header (ISO/IEC 15444-1, A.9.2)."""
    kept, offset = [content[:2]], 2
    while offset + 4 <= len(content):
        marker, length = int.from_bytes(content[offset : offset + 2]), int.from_bytes(content[offset + 2 : offset + 4])
        if marker == _JPX_TILE or marker < 0xFF00:
            break
        if marker != _JPX_COMMENT:
            kept.append(content[offset : offset + 2 + length])
        offset += 2 + length
    return b"".join((*kept, content[offset:]))


def drawn_boxes(pdf: bytes) -> Iterator[tuple[Rectangle, ...]]:
    """Yield the boxes of everything that each page draws: words, lines, pictures."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        for page in document:
            yield tuple(_box_around(object_.get_bounds()) for object_ in page.get_objects(max_depth=1))


def _box_around(edges: Iterable[Any]) -> Rectangle:
    """Return the box between two corners, whichever is first."""
    x, y, other_x, other_y = map(float, edges)
    return min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)


_PLACEHOLDER_ID = "insert-heading"
"""Id in the text that replaces an insert where PDFs cannot be bound; its pages start there."""

_SAME_SIZE = 3.0
"""Points by which a page may differ from the pack's page and still count as the same size."""
_NEAR_EDGE = 120.0
"""Points from the edge in which running lines of any layout are placed."""
_BOXES = ("/MediaBox", "/BleedBox", "/TrimBox")
_PAGE_KEYS = {"/Type", "/Parent", "/Resources", "/Contents", "/StructParents", "/Annots", "/Group"}
_LINK_KEYS = {"/Type", "/Subtype", "/Rect", "/QuadPoints", "/A", "/Dest", "/Contents", "/StructParent"}
"""Keys of a page and of a link that are kept."""


NamedBoxes = tuple[tuple[str, Rectangle], ...]
"""The boxes of a page by key: media, bleed and trim box, as far as it has them."""


def read_page_boxes(pdf: bytes) -> NamedBoxes:
    """Return the boxes of the first page of a typeset text; all pages of its variant have the same."""
    with Pdf.open(BytesIO(pdf)) as typeset:
        page = typeset.pages[0].obj
        return tuple((key, _to_rectangle(page[key])) for key in _BOXES if key in page)


def _to_rectangle(array: Any) -> Rectangle:
    left, bottom, right, top = map(float, array)
    return left, bottom, right, top


def _to_array(numbers: Iterable[Any]) -> Array:
    return Array([Decimal(f"{float(number):.4f}") for number in numbers])


@dataclass(frozen=True, slots=True)
class InsertJob:
    """An insert to be fitted into a PDF whose pages have these boxes."""

    title: str
    content: bytes = field(repr=False)
    boxes: NamedBoxes
    variant: PdfVariant = USUAL_VARIANT
    profile: bytes | None = field(default=None, repr=False)
    numbered: bool = False
    """True if the pack's pages say which copy they belong to."""

    @property
    def room(self) -> tuple[float, float]:
        """Points at the head and at the foot of a page that running lines need."""
        row = PDF_VARIANTS[self.variant]
        head, foot = row.insert_room or (0, 0)
        return row.insert_head_of_copies if self.numbered else head, foot


class InsertRefused(Exception):
    """The reason why an insert cannot be bound."""


def fit_insert(job: InsertJob) -> TypesetPages:
    """Return an insert as typeset pages.

    Raises:
        TypesettingFailure: if the insert cannot be bound or printed.
    """
    try:
        sheets = _fit_pages_and_tags(job)
    except InsertRefused as reason:
        raise TypesettingFailure(f"The insert '{job.title}' cannot be bound: {reason}.") from reason
    if PDF_VARIANTS[job.variant].inked:  # so that a failure names the insert and not the pack
        try:
            make_print_file(sheets.pdf, job.profile, date(2000, 1, 1))
        except TypesettingFailure as failure:
            raise TypesettingFailure(f"The insert '{job.title}' cannot be printed. {failure}") from failure
        except Exception as error:
            raise TypesettingFailure(f"The insert '{job.title}' cannot be put into the printer's inks.") from error
    return sheets


def _fit_pages_and_tags(job: InsertJob) -> TypesetPages:
    """Return an insert as typeset pages, without trying a printer's inks. Raises `InsertRefused`."""
    try:
        with Pdf.open(BytesIO(job.content)) as pdf:
            matrices, outliers = _fit_pages(pdf, job)
            _name_destinations(pdf, matrices)
            _simplify_tags(pdf, matrices)
            write_id_index(pdf)
            if count_wrong_parents(pdf)[1]:
                raise InsertRefused("words on its pages belong to other tags than its tags say")
            for key in set(pdf.Root.keys()) - {"/Type", "/Pages", "/StructTreeRoot", "/Names"}:
                del pdf.Root[key]
            _remove_private_data(pdf)
            content, pages = save_deterministic(pdf), len(pdf.pages)
    except InsertRefused:
        raise
    except Exception as error:
        raise InsertRefused("its pages or its tags are not built as those of a PDF should be") from error
    starts = tuple(PageStart(page, _PLACEHOLDER_ID, 0) for page in range(1, pages + 1))
    return TypesetPages(content, pages, starts, outliers=outliers)


# Pages


PageMatrices = dict[tuple[int, int], Matrix]
"""Transformation of each page's content, by the page's object number."""


def _fit_pages(pdf: Pdf, job: InsertJob) -> tuple[PageMatrices, tuple[MarginText, ...]]:
    """Fit every page; return how each was transformed, and what is near its head and foot."""
    matrices, outliers = {}, list[MarginText]()
    boxes = dict(job.boxes)
    trim = boxes.get("/TrimBox", boxes["/MediaBox"])
    for number, (page, drawn) in enumerate(zip(pdf.pages, drawn_boxes(job.content), strict=True), 1):
        matrix = _page_matrix(page, drawn, trim, job.room)
        edge = _transform_box(_to_rectangle(page.cropbox), matrix)
        for box in drawn:
            moved = _transform_box(box, matrix)
            left, bottom = max(moved[0], edge[0]), max(moved[1], edge[1])
            right, top = min(moved[2], edge[2]), min(moved[3], edge[3])
            if left < right and bottom < top and (top > trim[3] - _NEAR_EDGE or bottom < trim[1] + _NEAR_EDGE):
                outliers.append(MarginText(job.title, number, left, bottom, right - left, top - bottom))
        _redraw_page(pdf, page, matrix)
        for annotation in page.obj.get("/Annots", ()):
            _move_link(annotation, matrix)
        for key in set(page.obj.keys()) - _PAGE_KEYS:
            del page.obj[key]
        for key, page_box in boxes.items():
            page.obj[key] = _to_array(page_box)
        page.obj.Tabs = Name.S
        matrices[page.obj.objgen] = matrix
    return matrices, tuple(outliers)


def _page_matrix(page: Page, drawn: tuple[Rectangle, ...], trim: Rectangle, room: tuple[float, float]) -> Matrix:
    """Return the matrix that moves a page to its place.

    A page of the pack's size keeps its size if its content leaves room for the running lines; else it is scaled to fit
    between them. No page is enlarged.
    """
    left, bottom, _right, _top = _box_around(page.cropbox)
    width, height = size_of_page(page)
    rotations = {
        0: Matrix(),
        90: Matrix(0, -1, 1, 0, 0, height),
        180: Matrix(-1, 0, 0, -1, width, height),
        270: Matrix(0, 1, -1, 0, width, 0),
    }
    to_origin = Matrix().translated(-left, -bottom) @ rotations[page_rotation(page)]
    trim_width, trim_height = trim[2] - trim[0], trim[3] - trim[1]
    head, foot = room
    is_same_size = abs(width - trim_width) <= _SAME_SIZE and abs(height - trim_height) <= _SAME_SIZE
    boxes = [_transform_box(box, to_origin) for box in drawn]
    if is_same_size and all(box[3] <= height - head and box[1] >= foot for box in boxes):
        return to_origin @ Matrix().translated(trim[0], trim[1])
    free_height = trim_height - head - foot
    scale = min(1.0, trim_width / width, free_height / height)
    left, bottom = (trim_width - scale * width) / 2, foot + (free_height - scale * height) / 2
    return to_origin @ Matrix(scale, 0, 0, scale, trim[0] + left, trim[1] + bottom)


def _move_link(link: Any, matrix: Matrix) -> None:
    """Move a link with its words, and keep only the keys that a link needs."""
    link.Rect = _to_array(_transform_box(_to_rectangle(link.Rect), matrix))
    if "/QuadPoints" in link:
        numbers = iter(map(float, link.QuadPoints))
        link.QuadPoints = _to_array(
            part for point in zip(numbers, numbers, strict=True) for part in matrix.transform(point)
        )
    for key in set(link.keys()) - _LINK_KEYS:
        del link[key]
    link.Type = Name.Annot
    link.F = 4
    link.Border = Array([0, 0, 0])


def _transform_box(box: Rectangle, matrix: Matrix) -> Rectangle:
    left, bottom, right, top = box
    corners = [matrix.transform(point) for point in ((left, bottom), (left, top), (right, bottom), (right, top))]
    across, up = zip(*corners, strict=True)
    return min(across), min(up), max(across), max(up)


# Links within the insert


def _name_destinations(pdf: Pdf, matrices: PageMatrices) -> None:
    """Give each link within the insert a named destination, which joining needs; others keep their address."""
    destinations = dict(read_name_tree(pdf.Root.get("/Names", Dictionary()).get("/Dests")))
    destinations |= dict(pdf.Root.get("/Dests", Dictionary()).items())
    named: dict[str, Object] = {}
    for page in pdf.pages:
        for link in page.obj.get("/Annots", ()):
            action = link.get("/A")
            if action is not None and action.S == Name.URI:
                link.A = Dictionary(S=Name.URI, URI=String(str(action.URI)))
                continue
            destination = _resolve_destination(link.get("/Dest") if action is None else action.get("/D"), destinations)
            if destination is None or destination[0].objgen not in matrices:
                raise InsertRefused("it has a link that leads nowhere")
            name = f"place-{len(named) + 1}"
            named[name] = _transform_destination(destination, matrices[destination[0].objgen])
            link.Dest = String(name)
            if "/A" in link:
                del link.A
    leaf = [part for name in sorted(named) for part in (String(name), named[name])]
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array(leaf)))


def _resolve_destination(target: Any, destinations: dict[str, Any]) -> Any:
    """Return the array of a destination: the page, and the position on it."""
    for _ in range(3):
        if isinstance(target, Array):
            return target if len(target) and isinstance(target[0], Dictionary) else None
        if isinstance(target, Dictionary):
            target = target.get("/D")
        elif target is not None:
            target = destinations.get(str(target))
    return None


def _transform_destination(destination: Any, matrix: Matrix) -> Object:
    page, kind = destination[0], str(destination[1]) if len(destination) > 1 else ""
    left, _bottom, _right, top = _to_rectangle(page.MediaBox)
    if kind == "/XYZ" and len(destination) > 3 and destination[3] is not None:
        left, top = matrix.transform((float(destination[2] or 0), float(destination[3])))
    return Array([page, Name.XYZ, *_to_array((left, top)), None])


# Tags


def _simplify_tags(pdf: Pdf, matrices: PageMatrices) -> None:
    """Reduce the tags to one Document of standard types, with their attributes and languages."""
    root = pdf.Root.StructTreeRoot
    roles = {str(name): str(role) for name, role in root.get("/RoleMap", Dictionary()).items()}
    classes = root.get("/ClassMap", Dictionary())
    top = structure_children(root)
    document: Any = top[0] if len(top) == 1 and str(top[0].S) == "/Document" else None
    if document is None:
        document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root, K=Array(top)))
        for kid in structure_child_elements(document):
            kid.P = document
    for element in walk_structure(document):
        for key in set(element.keys()) - _ELEMENT_KEYS:
            del element[key]
        element.Type = Name.StructElem
        kind = str(element.S)
        for _ in range(len(roles)):
            kind = roles.get(kind, kind)
        element.S = Name(kind)
        attributes = list(_attributes(element, classes))
        for attribute in attributes:
            if "/BBox" in attribute and "/Pg" in element and element.Pg.objgen in matrices:
                box = _transform_box(_to_rectangle(attribute.BBox), matrices[element.Pg.objgen])
                attribute.BBox = _to_array(box)
        for key in ("/A", "/C"):
            if key in element:
                del element[key]
        if attributes:
            element.A = attributes[0] if len(attributes) == 1 else Array(attributes)
    for kid in structure_child_elements(document):
        if "/Lang" not in kid:
            kid.Lang = document.get("/Lang") or pdf.Root.Lang
    root.K = Array([document])
    for key in set(root.keys()) - {"/Type", "/K", "/ParentTree"}:
        del root[key]


def _attributes(element: Any, classes: Any) -> Iterator[Any]:
    """Yield the attributes of an element and of its classes, without revision numbers."""
    class_names = [name for name in _as_list(element.get("/C")) if isinstance(name, Name)]
    attribute_lists = [element.get("/A"), *(classes.get(str(name)) for name in class_names)]
    for attributes in chain.from_iterable(map(_as_list, attribute_lists)):
        if isinstance(attributes, Dictionary) and str(attributes.get("/O")) in _ATTRIBUTE_OWNERS:
            yield Dictionary(dict(attributes.items()))


def _redraw_page(pdf: Pdf, page: Page, matrix: Matrix) -> None:
    """Draw the page's operators transformed, and clipped to its old edge."""
    page.contents_coalesce()
    instructions: list[Any] = list(parse_content_stream(page))
    content = page.obj.Contents.read_bytes() if "/Contents" in page.obj else b""
    operators = [str(instruction.operator) for instruction in instructions]
    if names := _rename_xobjects(pdf, page):
        for index, operator in enumerate(operators):
            if operator == "Do" and (name := names.get(str(instructions[index].operands[0]))):
                instructions[index] = ContentStreamInstruction([name], instructions[index].operator)
        content = unparse_content_stream(instructions)
    depth = operators.count("q") - operators.count("Q")
    left, bottom, right, top = _to_rectangle(page.cropbox)
    numbers = " ".join(f"{part:.6f}" for part in (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f))
    clip = f"{left:.4f} {bottom:.4f} {right - left:.4f} {top - bottom:.4f}"
    prologue = f"q\n{numbers} cm\n{clip} re W n\n".encode()
    page.obj.Contents = pdf.make_stream(prologue + content + b"\nQ" * (depth + 1) + b"\n")


def _rename_xobjects(pdf: Pdf, page: Page) -> dict[str, Name]:
    """Give the page's XObjects names of an insert, in resources of its own; return the new names by old ones."""
    resources: Any = page.obj.get("/Resources", Dictionary())
    xobjects = dict(resources.get("/XObject", Dictionary()).items())
    names = {old: Name(f"/In{number}") for number, old in enumerate(sorted(xobjects))}
    _inherit_resources(pdf, resources, xobjects)
    renamed = Dictionary({key: value for key, value in resources.items() if key != "/XObject"})
    renamed.XObject = Dictionary({str(names[old]): xobject for old, xobject in xobjects.items()})
    page.obj.Resources = renamed
    return names


def _inherit_resources(pdf: Pdf, resources: Object, xobjects: dict[str, Any]) -> None:
    """Give forms without resources those of their page, under the old names (ISO 32000-1, 7.8.3)."""
    for form in xobjects.values():
        if isinstance(form, Stream) and form.get("/Subtype") == Name.Form and "/Resources" not in form:
            form.Resources = pdf.make_indirect(Dictionary(dict(resources.items())))
            _inherit_resources(pdf, resources, xobjects)


_A4_BOX = (0.0, 0.0, *A4_SIZE)

_TRIAL_SECONDS, _TRIAL_MEGABYTES = 60, 1000
"""Limits of a trial: an insert of forty pages takes some seconds."""


def find_insert_problem(content: bytes) -> str:
    """Return why a PDF cannot be bound, as the end of a sentence; '' if it can. Runs in a process of its own."""
    try:
        return run_limited(find_insert_fault, content, _TRIAL_SECONDS, _TRIAL_MEGABYTES).decode()
    except BrokenOff as error:
        return f"it cannot be read through: {str(error)[:1].lower()}{str(error)[1:-1]}"


def find_insert_fault(content: bytes) -> bytes:
    """Do the same in this process, by fitting the PDF to A4."""
    if fault := insert_fault(content):
        return fault.encode()
    try:
        _fit_pages_and_tags(InsertJob("", content, (("/MediaBox", _A4_BOX), ("/TrimBox", _A4_BOX))))
    except InsertRefused as reason:
        return str(reason).encode()
    return b""

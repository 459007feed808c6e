"""A finished PDF is bound into a pack with its tags, and nothing of it stands where the running lines are."""

import zlib
from dataclasses import replace
from functools import cache
from io import BytesIO

import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

from pipeline.bind.chapters import BindContext
from pipeline.bind.pdf.inserts import InsertJob, drawn_boxes, find_insert_fault, fit_insert, read_page_boxes
from pipeline.bind.pdf.pack import bind_pack_pdf, list_pack_stamps
from pipeline.bind.running_lines import FieldReplacement, FieldValues, list_copy_stamps
from pipeline.build.formats import exchange
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.pdf import (
    count_wrong_parents,
    read_name_tree,
    read_structure_ids,
    structure_child_elements,
    walk_structure,
)
from pipeline.model.formats import PDF_VARIANTS
from pipeline.model.sheets import Section, TypesetPages
from tests.support.bind import foreign_pdfs
from tests.support.bind.sheets import DAY, PACK, RECORD, lighting, sections, stamps
from tests.support.load import metadata_pictures
from tests.support.press.manuscripts import annotations, page_texts
from tests.support.words import ENGLISH


def drawn_by_forms(content: bytes, page: int) -> str:
    """What the forms within the forms of a page draw."""
    with Pdf.open(BytesIO(content)) as pdf:
        forms = pdf.pages[page].obj.Resources.XObject.as_dict().values()
        inner = [form for form in forms for form in form.Resources.get("/XObject", Dictionary()).as_dict().values()]
        return " ".join(form.read_bytes().decode("latin-1") for form in inner)


A4 = (595.275591, 841.889764)


def fitted(*changes: foreign_pdfs.Change) -> TypesetPages:
    """The insert among pages of A4."""
    return fit_insert(InsertJob("Timetable", foreign_pdfs.changed(*changes), read_page_boxes(lighting().pdf)))


@cache
def pack(change: foreign_pdfs.Change = lambda pdf: None, copy: str = "") -> bytes:
    """The small pack with an insert at its end."""
    front, *between = sections()
    last, identity = between[-1], replace(PACK, copy=copy)
    insert = Section(
        *("pack-insert-1", "Timetable", fitted(change), last.first + last.sheets.pages + 1, "insert"),
        replace(PACK, title="Timetable", short_title="Timetable"),
    )
    parts = (replace(front, cover=bool(copy)), *between, insert)
    return bind_pack_pdf(parts, BindContext(RECORD, identity, DAY, {}), stamps(list_pack_stamps(parts, identity, DAY)))


def kinds(pdf: Pdf) -> list[str]:
    """The types of the tags of the last part."""
    part = structure_child_elements(pdf.Root.StructTreeRoot.K[0])[-1]
    return [str(element.S)[1:] for element in walk_structure(part)]


def test_a_page_of_the_same_size_stays_as_it_is() -> None:
    clear = fit_insert(InsertJob("Timetable", lighting_alone(), read_page_boxes(lighting().pdf)))
    before = [box for page in drawn_boxes(lighting_alone()) for box in page]
    after = [box for page in drawn_boxes(clear.pdf) for box in page]
    assert after == [pytest.approx(box, abs=0.01) for box in before]


def lighting_alone() -> bytes:
    """The sheets of a briefing, which have no running lines."""
    with Pdf.open(BytesIO(lighting().pdf)) as pdf:
        pdf.Root.Lang = "en-GB"
        for page in pdf.pages:
            if "/Annots" in page.obj:
                page.obj.Annots = [link for link in page.obj.Annots if "/Dest" in link]
        output = BytesIO()
        pdf.save(output)
        return output.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        foreign_pdfs.is_of_size(*A4),
        foreign_pdfs.is_of_size(420, 595),
        foreign_pdfs.is_of_size(842, 595),
        foreign_pdfs.is_of_size(612, 792),
        foreign_pdfs.is_turned,
    ],
    ids=["with lines of its own", "A5", "A4 on its side", "Letter", "turned"],
)
def test_the_running_lines_are_clear_of_it(change: foreign_pdfs.Change) -> None:
    sheets = fitted(change)
    head, foot = PDF_VARIANTS["screen"].insert_room or (0, 0)
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        assert all([float(part) for part in page.obj.TrimBox] == pytest.approx([0, 0, *A4]) for page in pdf.pages)
        assert not any("/Rotate" in page.obj for page in pdf.pages)
    for page in pypdfium2.PdfDocument(sheets.pdf):
        drawn = page.render(scale=1).to_pil().convert("L")
        strips = [drawn.crop((0, 0, 595, head - 1)), drawn.crop((0, 842 - foot + 1, 595, 842))]
        assert [strip.getextrema() for strip in strips] == [(255, 255)] * 2
        assert drawn.getextrema()[0] < 128


def test_its_tags_are_joined_with_the_others() -> None:
    with Pdf.open(BytesIO(pack())) as pdf:
        parts = structure_child_elements(pdf.Root.StructTreeRoot.K[0])
        assert str(parts[-1].T) == "Timetable"
        assert {"H1", "H2", "P", "Table", "TH", "TD", "Link"} <= set(kinds(pdf))
        assert count_wrong_parents(pdf)[1] == 0
        with pdf.open_outline() as outline:
            assert outline.root[-1].title == "Timetable"


def test_its_own_words_for_tags_become_the_standard_s() -> None:
    with Pdf.open(BytesIO(pack(foreign_pdfs.calls_things_otherwise))) as pdf:
        assert "H1" in kinds(pdf)
        assert "/RoleMap" not in pdf.Root.StructTreeRoot
        last = structure_child_elements(pdf.Root.StructTreeRoot.K[0])[-1]
        heads = [element for element in walk_structure(last) if element.S == Name.TH]
        assert heads
        assert all("/A" in head and "/C" not in head for head in heads)
        assert all(str(kid.Lang) == "en-GB" for kid in structure_child_elements(last))


def test_its_cells_still_name_their_heads() -> None:
    with Pdf.open(BytesIO(pack(foreign_pdfs.names_its_head))) as pdf:
        ids = read_structure_ids(pdf)
        last = structure_child_elements(pdf.Root.StructTreeRoot.K[0])[-1]
        cells = [cell.A for cell in walk_structure(last) if cell.S == Name.TD and "/Headers" in cell.get("/A", ())]
        assert cells
        assert all(ids[str(head)].S == Name.TH for cell in cells for head in cell.Headers)


def test_its_links_lead_where_they_led() -> None:
    links = [link for _, link in annotations(pack())]
    ways = [link["way"] for link in links]
    assert "https://b.example/foot-patrol#findings" in ways
    inner = [name for name in ways if name.startswith("pack-insert-1.place-")]
    with Pdf.open(BytesIO(pack())) as pdf:
        places = dict(read_name_tree(pdf.Root.Names.Dests))
        pages = [page.obj.objgen for page in pdf.pages]
        led = {pages.index(places[name][0].objgen) for name in inner}
    insert = range(len(pages) - fitted().pages, len(pages))
    assert inner
    assert led <= set(insert)


def test_nothing_of_the_file_comes_in_but_pages_tags_and_links() -> None:
    with Pdf.open(BytesIO(fitted().pdf)) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages", "/StructTreeRoot", "/Names"}
        assert set(pdf.Root.StructTreeRoot.keys()) == {"/Type", "/K", "/ParentTree", "/IDTree"}
        assert set(pdf.Root.Names.keys()) == {"/Dests"}


def test_what_its_makers_noted_for_themselves_stays_behind() -> None:
    assert "secret" in all_of(foreign_pdfs.changed(foreign_pdfs.notes_things_for_its_makers))
    sheets = fitted(foreign_pdfs.notes_things_for_its_makers)
    assert "secret" not in all_of(sheets.pdf)
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        heading = next(element for element in walk_structure(pdf.Root.StructTreeRoot.K[0]) if element.S == Name.H1)
        assert set(heading.keys()) <= {"/Type", "/S", "/P", "/K", "/Pg", "/ID"}


def test_what_is_noted_in_its_photographs_stays_behind() -> None:
    noted = foreign_pdfs.shows_noted_photographs
    before, after = foreign_pdfs.changed(noted), fitted(noted).pdf
    assert [metadata_pictures.tells(file) for file in photographs(before)] == [True] * 4
    assert [metadata_pictures.tells(file) for file in photographs(after)] == [False] * 4
    pixels = [sorted(Image.open(BytesIO(file)).tobytes() for file in photographs(pdf)) for pdf in (before, after)]
    assert pixels[0] == pixels[1]


def photographs(content: bytes) -> list[bytes]:
    """The files of the photographs on the first page, unpacked."""
    with Pdf.open(BytesIO(content)) as pdf:
        xobjects = pdf.pages[0].obj.Resources.XObject.as_dict().values()
        images = [(image.read_raw_bytes(), image.Filter) for image in xobjects if image.get("/Subtype") == Name.Image]
        return [zlib.decompress(file) if isinstance(packing, Array) else file for file, packing in images]


def all_of(content: bytes) -> str:
    """Every object of a file, and every stream of XML."""
    with Pdf.open(BytesIO(content)) as pdf:
        written = [obj.unparse(resolved=True) for obj in pdf.objects]
        written += [obj.read_bytes() for obj in pdf.objects if isinstance(obj, Stream) and "/Subtype" in obj]
        return b" ".join(written).decode("latin-1")


def test_it_keeps_drawings_that_are_called_as_stamps_are() -> None:
    last = " ".join(page_texts(pack())[-1].split())
    assert "lighting · Version 1.0" in last
    assert "Page 3 of 3" in last
    assert "streets · Autumn 2026" in last


def test_copies_leave_its_drawings_alone() -> None:
    master = pack(foreign_pdfs.draws_under_our_names, "No number")
    lines = list_copy_stamps(replace(PACK, copy="Copy 7"), DAY)
    after = FieldValues(DAY, "Copy 7", tuple(stamps(lines).items()))
    (copy,) = exchange(FieldReplacement(master, "screen", ENGLISH, FieldValues(DAY, "No number"), (after,)))
    texts = page_texts(copy)
    assert "Copy 7" in texts[-1]
    assert "9 9 30 30 re f" in drawn_by_forms(copy, len(texts) - fitted().pages)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("swaps_its_marks", "words on its pages belong to other tags than its tags say"),
        ("leads_nowhere", "it has a link that leads nowhere"),
        ("forgets_a_page", "its pages or its tags are not built as those of a PDF should be"),
    ],
)
def test_what_cannot_be_bound_is_told_when_its_pack_is_read(fault: str, reason: str) -> None:
    change = getattr(foreign_pdfs, fault)
    assert find_insert_fault(foreign_pdfs.changed(change)).decode() == reason
    with pytest.raises(TypesettingFailure, match=f"The insert 'Timetable' cannot be bound: {reason}"):
        fitted(change)

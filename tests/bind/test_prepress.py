"""The print file: inks alone, exact boxes, the printer's profile, and nothing that is not printed."""

import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from pikepdf import Dictionary, Name, Pdf, Stream

from pipeline.bind.pdf.record import write_metadata
from pipeline.bind.print.print_file import make_print_file
from pipeline.model.sheets import TypesetPages
from pipeline.press.press import press
from pipeline.proof.print_checks import check_print_pdf
from tests.support.bind.colours import BLEED, DAY, KINDS, colours, operators, spaces
from tests.support.bind.profiles import profiles, toy_profile
from tests.support.bind.sheets import bound, pack
from tests.support.press.manuscripts import manuscript, metadata, page_texts

Profile = Callable[[], bytes]
MM = 72 / 25.4

every_profile = pytest.mark.parametrize("profile", profiles())


@cache
def printed(with_profile: bool = True) -> bytes:
    """The sheet of all colours as a print file."""
    return make_print_file(colours(), toy_profile() if with_profile else None, DAY)


def test_the_sheet_of_colours_is_worth_its_name() -> None:
    assert {"rg", "RG", "cs", "scn"} <= operators(colours())
    assert {"DeviceRGB", "DeviceGray", "DeviceCMYK"} <= spaces(colours())
    assert len(KINDS) == 11


@every_profile
def test_nothing_is_painted_in_colours_of_the_screen(profile: Profile) -> None:
    file = make_print_file(colours(), profile(), DAY)
    assert operators(file) == {"k", "K", "g", "cs", "scn", "CS", "SCN"}
    assert spaces(file) == {"DeviceCMYK", "DeviceGray"}
    assert check_print_pdf(file, "print.pdf") == ()


def test_without_a_profile_everything_is_grey_and_nothing_is_claimed() -> None:
    file = printed(with_profile=False)
    assert operators(file) == {"g", "G", "cs", "scn", "CS", "SCN"}
    assert spaces(file) == {"DeviceGray"}
    assert b"PDF/X" not in file
    with Pdf.open(BytesIO(file)) as pdf:
        assert "/OutputIntents" not in pdf.Root
    assert check_print_pdf(file, "print.pdf") == ()


@pytest.mark.parametrize(("width", "height"), [(210, 297), (148, 210)])
@pytest.mark.parametrize("bleed", ["", BLEED])
def test_boxes_are_exact(width: int, height: int, bleed: str) -> None:
    size = f"@page {{ size: {width}mm {height}mm; margin: 10mm }}{bleed}"
    file = make_print_file(press(manuscript("<p id='p'>Words.</p>", size)).pdf, toy_profile(), DAY)
    with Pdf.open(BytesIO(file)) as pdf:
        page = pdf.pages[0].obj
        for name, beyond in (("/TrimBox", 0), ("/BleedBox", 3), ("/MediaBox", 12)):
            box = [float(part) for part in page[name]]
            expected = [-beyond * MM, -beyond * MM, (width + beyond) * MM, (height + beyond) * MM]
            assert box == pytest.approx(expected, abs=0.001)
        assert "/CropBox" not in page


@pytest.mark.parametrize(("language", "lefts"), [("en-GB", [-15, -9]), ("ar", [-9, -15])])
def test_pages_move_away_from_where_they_are_bound(language: str, lefts: list[int]) -> None:
    body = '<p id="p">One.</p><p id="q" style="break-before: page">Two.</p>'
    file = make_print_file(press(manuscript(body, language=language)).pdf, None, DAY, gutter=3)
    with Pdf.open(BytesIO(file)) as pdf:
        assert [float(page.mediabox[0]) / MM for page in pdf.pages] == pytest.approx(lefts, abs=0.01)


def ink_at(pdf: bytes, x: float, y: float) -> tuple[int, ...]:
    """The colour of a point of the first page, in millimetres from the trimmed corner at the top left."""
    page = pypdfium2.PdfDocument(pdf)[0]
    picture = page.render(scale=200 / 72).to_pil().convert("RGB")
    return tuple(picture.getpixel((round((x + 12) * 200 / 25.4), round((y + 12) * 200 / 25.4))))


def test_what_is_printed_to_the_edge_reaches_through_the_bleed() -> None:
    paper = (255, 255, 255)
    assert ink_at(printed(), 100, -2.5) != paper
    assert ink_at(printed(), -2.5, 5) != paper
    assert ink_at(printed(), 100, -3.6) == paper
    assert ink_at(printed(), 212.5, 5) != paper


def test_crop_marks_stand_off_the_bleed_on_every_plate() -> None:
    assert max(ink_at(printed(), -8, 0)) < 200
    assert max(ink_at(printed(), 0, -8)) < 200
    assert max(ink_at(printed(), 210, 305)) < 200
    assert ink_at(printed(), -4.5, 0) == (255, 255, 255)
    with Pdf.open(BytesIO(printed())) as pdf:
        space = pdf.pages[0].obj.Resources.ColorSpace.PressAll
        assert (space[0], space[1], space[2]) == (Name.Separation, Name.All, Name.DeviceCMYK)


def test_the_file_says_for_which_press_it_is_made() -> None:
    with Pdf.open(BytesIO(printed())) as pdf:
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == Name.GTS_PDFX
        assert str(intent.OutputConditionIdentifier) == str(intent.Info) == "Toy press"
        assert intent.DestOutputProfile.read_bytes() == toy_profile()
        packet = pdf.Root.Metadata.read_bytes().decode()
        information = {key: str(value) for key, value in pdf.trailer.Info.items()}
    assert "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>" in packet
    assert "<pdf:Trapped>False</pdf:Trapped>" in packet
    assert "<xmp:CreateDate>2022-10-19</xmp:CreateDate>" in packet
    assert "pdfuaid" not in packet
    assert "pdfaid" not in packet
    assert information["/Trapped"] == "/False"
    assert (information["/CreationDate"], information["/ModDate"]) == ("D:20221019", "D:20230102")
    assert printed().startswith(b"%PDF-1.6")


@pytest.mark.parametrize("colour", [True, False], ids=["in colour", "grey"])
def test_no_file_was_changed_before_it_was_made(colour: bool) -> None:
    """Of a pack nobody says when it was published: the day of its texts' last change gives way to that of the copy."""
    with Pdf.open(BytesIO(press(manuscript("<p id='p'>Words.</p>")).pdf)) as pdf:
        write_metadata(pdf, metadata(modified="2023-01-02"))
        pdf.save(output := BytesIO())
    with Pdf.open(BytesIO(make_print_file(output.getvalue(), toy_profile() if colour else None, DAY))) as pdf:
        packet = pdf.Root.Metadata.read_bytes().decode()
        information = {key: str(value) for key, value in pdf.trailer.Info.items()}
    assert (information["/CreationDate"], information["/ModDate"]) == ("D:20240426", "D:20240426")
    assert re.findall("<xmp:ModifyDate>(.*)</", packet) == (["2024-04-26"] if colour else [])


def test_the_id_follows_the_content() -> None:
    def identity(file: bytes) -> str:
        return re.findall(rb"DocumentID>uuid:([0-9a-f-]{36})<", file)[0].decode()

    other = make_print_file(press(manuscript("<p id='p'>Words.</p>")).pdf, toy_profile(), DAY)
    assert identity(printed()) == identity(make_print_file(colours(), toy_profile(), DAY))
    assert identity(printed()) != identity(other)


def test_nothing_is_left_that_is_not_printed() -> None:
    file = make_print_file(bound(), toy_profile(), DAY)
    with Pdf.open(BytesIO(file)) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages", "/PageLabels", "/Lang", "/Metadata", "/OutputIntents"}
        for page in pdf.pages:
            assert set(page.obj.keys()) <= {
                *("/Type", "/Parent", "/MediaBox", "/TrimBox", "/BleedBox", "/Resources", "/Contents")
            }
            assert b"BDC" not in page.obj.Contents.read_bytes()
    assert page_texts(file) == page_texts(bound())


def test_a_pack_with_blank_pages_prints() -> None:
    file = make_print_file(pack(), toy_profile(), DAY)
    assert check_print_pdf(file, "pack.pdf") == ()
    assert page_texts(file) == page_texts(pack())


def test_solid_black_letters_are_printed_over_what_is_below() -> None:
    """And nothing else is: a light bar under black words shows no white outline."""
    with Pdf.open(BytesIO(make_print_file(bound(), toy_profile(), DAY))) as pdf:
        page = pdf.pages[0].obj
        content = page.Contents.read_bytes()
        assert page.Resources.ExtGState.PressOver.op
        assert not page.Resources.ExtGState.PressApart.op
    assert content.count(b"/PressOver gs") == content.count(b"/PressApart gs") > 0
    with Pdf.open(BytesIO(make_print_file(bound(), None, DAY))) as pdf:
        assert b"PressOver" not in pdf.pages[0].obj.Contents.read_bytes()


def test_masks_of_light_are_grey() -> None:
    """A luminosity mask in inks would mask by the wrong light."""
    with Pdf.open(BytesIO(printed())) as pdf:
        used = [obj.Resources for obj in pdf.objects if isinstance(obj, Stream) and "/Resources" in obj]
        states = [s for resources in used for s in resources.get("/ExtGState", Dictionary()).as_dict().values()]
        masks = [state.SMask for state in states if "/SMask" in state]
        assert masks
        assert {str(mask.G.Group.CS) for mask in masks if Name.Luminosity == mask.S} == {"/DeviceGray"}


def test_the_stops_of_a_gradient_stay_where_they_are() -> None:
    with Pdf.open(BytesIO(printed())) as pdf:
        functions = [obj.Function for obj in pdf.objects if isinstance(obj, Dictionary) and "/ShadingType" in obj]
        bounds = [[float(part) for part in f.Bounds] for f in functions if int(f.FunctionType) == 3]
    assert [0.3, 0.6] in bounds
    assert [0.5, 0.5] in bounds


def test_photographs_stay_photographs() -> None:
    with Pdf.open(BytesIO(printed())) as pdf:
        pictures = [image for image in pdf.objects if isinstance(image, Stream) and image.get("/Subtype") == Name.Image]
        photographs = sorted(str(image.ColorSpace) for image in pictures if image.Filter == Name.DCTDecode)
    assert photographs == ["/DeviceCMYK", "/DeviceCMYK", "/DeviceGray"]


def coverage(pdf: bytes, folder: Path) -> list[float]:
    """How much of the first page each plate covers, within its trim, as Ghostscript separates it."""
    (folder / "print.pdf").write_bytes(pdf)
    command = ["gs", "-q", "-dUseTrimBox", "-dLastPage=1", "-r72", "-o", "-", "-sDEVICE=inkcov", "print.pdf"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return [float(part) for part in run.stdout.split()[:4]]


@pytest.mark.skipif(not shutil.which("gs"), reason="Ghostscript is not on this machine")
def test_words_are_on_the_black_plate_alone(tmp_path: Path) -> None:
    sheets: TypesetPages = press(
        manuscript("<p id='p'>Black words.</p><p id='q' style='color:#474c50'>Grey words.</p>")
    )
    cyan, magenta, yellow, key = coverage(make_print_file(sheets.pdf, toy_profile(), DAY), tmp_path)
    assert (cyan, magenta, yellow) == (0, 0, 0)
    assert key > 0
    assert coverage(printed(), tmp_path)[0] > 0

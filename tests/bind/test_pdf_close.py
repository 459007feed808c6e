"""What is done last to a PDF that claims a standard."""

import hashlib
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from pipeline.bind.chapters import BindContext
from pipeline.bind.pdf.briefing import bind_briefing_pdf, pictures
from pipeline.bind.running_lines import list_briefing_stamps
from pipeline.model.formats import Asset
from pipeline.press.press import press
from tests.bind.compliance import compliant
from tests.support.bind import sheets
from tests.support.bind.sheets import DAY, LIGHTING, stamps
from tests.support.press.manuscripts import MARKS, manuscript, metadata

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 60" width="100" height="60" role="img" '
    'aria-label="A plan">'
    '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/><stop offset="1" stop-color="blue" '
    'stop-opacity=".2"/></linearGradient></defs><rect width="60" height="40" fill="url(#g)"/>'
    '<circle cx="60" cy="30" r="25" fill="green" opacity=".4"/></svg>'
)


def picture(mode: str) -> Asset:
    """A picture of a gradient."""
    shade = Image.linear_gradient("L").resize((20, 12))
    out = BytesIO()
    Image.merge(mode, [shade] * len(mode)).save(out, "PNG")
    return Asset(f"{mode}.png", "image/png", hashlib.sha256(out.getvalue()).hexdigest(), out.getvalue())


@pytest.fixture(scope="module")
def bound() -> bytes:
    """A briefing with a picture that is half transparent, one of greys and a drawing that lets others shine through."""
    images = tuple(picture(mode) for mode in ("RGBA", "L", "LA"))
    body = "".join(f'<p><img src="asset:{image.sha256}" alt="A street"/></p>' for image in images)
    body = f'<h1 id="title">Street lighting</h1>{body}<p>{DRAWING}</p><h2 id="findings">Findings</h2><p>Words.</p>'
    pressed = press(manuscript(body, images=images, bookmarks=MARKS))
    lines = stamps(list_briefing_stamps(LIGHTING, DAY, pressed.pages))
    return bind_briefing_pdf(pressed, BindContext(metadata(), LIGHTING, DAY, {}), lines)


def test_no_picture_asks_to_be_smoothed(bound: bytes) -> None:
    """Nor does the mask of one (ISO 19005-2, 6.2.8)."""
    with pikepdf.open(BytesIO(bound)) as pdf:
        images = list(pictures(pdf))
        assert len(images) == 5
        assert not any("/Interpolate" in image for image in images)


@pytest.mark.parametrize("profile", ["PDF_UA_1", "PDF_A_2A"])
def test_pictures_and_drawings_that_shine_through_pass(bound: bytes, profile: str, tmp_path: Path) -> None:
    (tmp_path / "briefing.pdf").write_bytes(bound)
    assert compliant(tmp_path / "briefing.pdf", profile)


@pytest.mark.parametrize("profile", ["PDF_UA_1", "PDF_A_2A"])
def test_a_bound_briefing_passes(profile: str, tmp_path: Path) -> None:
    (tmp_path / "briefing.pdf").write_bytes(sheets.bound())
    assert compliant(tmp_path / "briefing.pdf", profile)

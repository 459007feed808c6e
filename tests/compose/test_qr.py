"""The one QR code of a text: of its status page, else of its address; close where capitals lead to the same page."""

from dataclasses import replace
from typing import Any

import pytest
import segno

from pipeline.compose.briefing import compose_briefing
from pipeline.compose.pack.matter import compose_front
from pipeline.compose.page.drawings import QUIET_ZONE, identity_qr, qr_drawing
from tests.support.compose import samples

ADDRESS = "https://p.example/lighting"
PAGE = "https://p.example/v/5zk8dr"
CLOSE = "https://p.example/V/5zk8dr"
IDENTITY = samples.publication().identity


def side(address: str) -> str:
    """The side of the code of what is written, with the white around it."""
    return f'viewBox="0 0 {len(segno.make_qr(address, error="m", boost_error=False).matrix) + 2 * QUIET_ZONE} '


@pytest.mark.parametrize(
    ("page", "written"),
    [
        (PAGE, PAGE),
        (CLOSE, "HTTPS://P.EXAMPLE/V/5ZK8DR"),
        ("https://p.example/5zk8dr", "HTTPS://P.EXAMPLE/5ZK8DR"),
        ("https://p.example:8443/V/~2/5zk8dr", "https://p.example:8443/V/~2/5zk8dr"),
    ],
)
def test_capitals_are_written_where_they_lead_to_the_same_page(page: str, written: str) -> None:
    made = identity_qr(replace(IDENTITY, address=ADDRESS, status_page=page))
    assert made == qr_drawing(page, written)
    assert side(written) in made
    assert f"<title>QR code of the address {page}</title>" in made


def test_without_a_status_page_it_is_that_of_the_address() -> None:
    assert identity_qr(replace(IDENTITY, address=ADDRESS, status_page="")) == qr_drawing(ADDRESS)
    assert identity_qr(replace(IDENTITY, address="", status_page="")) == ""


def coded(thing: Any) -> Any:
    """A text or a pack with a status page."""
    return replace(thing, identity=replace(thing.identity, address=ADDRESS, code="5ZK8D-R00YC", status_page=PAGE))


def test_a_briefing_and_a_pack_say_the_address_to_type_beside_the_one_code() -> None:
    briefing = compose_briefing(coded(samples.publication()), samples.layouts()).chapter.body
    pack = compose_front(coded(samples.pack()), {}, samples.layouts())
    (imprint,) = [chapter.body for chapter in pack.chapters if "QR code" in chapter.body]
    for text in (briefing, imprint):
        assert text.count("<title>QR code of the address ") == 1
        assert f'<a class="address" href="{PAGE}">' in text
        assert f"QR code of the address {PAGE}<" in text
        assert "5ZK8D-R00YC" not in text
    assert "is current at" in briefing
    assert "Check whether this edition is current at" in imprint

"""Where addresses may break."""

import pytest
from lxml import etree

from pipeline.compose.page.fragment import break_addresses


def parts(address: str) -> list[str]:
    """The parts of a link whose words are an address."""
    root = etree.fromstring(f'<p><a href="{address}">{address}</a></p>')
    break_addresses(root)
    assert "".join(map(str, root.itertext())) == address  # what is copied is what was written
    (link,) = root
    return [link.text or "", *(wbr.tail or "" for wbr in link)]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://doi.org/10.1016/j.drugpo.2018.03.005", ["https://doi.", "org/", "10.1016/j.", "drugpo.2018.03.005"]),
        ("https://x.example/a?one=two", ["https://x.", "example/a?", "one=", "two"]),
        ("https://x.example/a-b-policy", ["https://x.", "example/a-b-policy"]),
        ("https://x.example/hot-spots-policing", ["https://x.", "example/", "hot", "-spots", "-policing"]),
        ("formats@northmoor.example", ["formats@", "northmoor.", "example"]),
        ("evidence-team@northmoor.example", ["evidence", "-team@", "northmoor.", "example"]),
    ],
)
def test_an_address_parts_at_its_signs(address: str, expected: list[str]) -> None:
    assert parts(address) == expected


def test_a_key_is_cut_into_equal_parts() -> None:
    root = etree.fromstring(f'<p><span class="signing-key">{"RW" * 28}</span></p>')
    break_addresses(root)
    (key,) = root
    assert [key.text, *(wbr.tail for wbr in key)] == ["RW" * 7] * 4

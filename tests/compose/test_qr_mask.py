"""The mask of a QR code: the one that the library chooses, whatever the address, in codes of every size."""

from __future__ import annotations

import random

import segno

from pipeline.compose.qr_mask import modules


def test_the_mask_is_that_of_the_library() -> None:
    """Module by module, for addresses of 20 to 400 letters."""
    dice = random.Random(18004)
    sides = set()
    for length in range(20, 400, 4):
        address = "".join(dice.choice("abcdefghijklmnopqrstuvwxyz-./0123456789") for _ in range(length))
        expected = ["".join(map(str, row)) for row in segno.make_qr(address, error="m", boost_error=False).matrix]
        assert list(modules(address)) == expected, address
        sides.add(len(expected))
    assert len(sides) > 12

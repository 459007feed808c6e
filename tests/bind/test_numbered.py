"""Numbered copies of a PDF: from a template, or each written anew where that cannot be found again."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any

import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from pipeline.bind.print.record import save_plain
from pipeline.bind.variable.numbered import ROOM, Numbering
from pipeline.build.formats import number
from tests.bind.masters import HEAD, master, stamps
from tests.support.pixels import drawn

COPIES = ("Copy 7", "Copy 3")


def numbering(content: bytes, *copies: str) -> Numbering:
    """Copies of a file: the bar of each is ten times as wide as its number says."""
    return Numbering(content, "print", copies, "No number", tuple(stamps(10 * int(one[-1])) for one in copies))


def with_the_gap_of_the_template() -> bytes:
    """A file that holds, elsewhere, just what the template keeps a place with."""
    with Pdf.open(BytesIO(master())) as pdf:
        gap = zlib.compress(f"% /{HEAD}".encode().ljust(ROOM) + b" ", 0)
        odd = pdf.make_stream(gap, Filter=Name.FlateDecode)
        pdf.pages[1].obj.Resources.Properties.Odd = odd
        return save_plain(pdf)


@pytest.mark.parametrize("content", [master, with_the_gap_of_the_template], ids=["any file", "a place found twice"])
def test_copies_that_are_written_anew_are_the_same_copies(content: Any) -> None:
    """They show the same and say the same; one does not know what was made before it."""
    job = numbering(content(), *COPIES)
    quick, anew = number(numbering(master(), *COPIES)), number(job, from_template=False)
    assert anew == number(job, from_template=False)
    assert anew[1] == number(numbering(content(), "Copy 3"), from_template=False)[0]
    assert [drawn(copy) for copy in anew] == [drawn(copy) for copy in quick]
    assert [said(copy) for copy in anew] == [said(copy) for copy in quick]
    assert len({identifier(copy) for copy in (*anew, *quick)}) == 4


def test_a_place_that_is_found_twice_has_its_copies_written_anew() -> None:
    """Nothing is guessed."""
    job = numbering(with_the_gap_of_the_template(), *COPIES)
    assert number(job) == number(job, from_template=False)
    plain = numbering(master(), *COPIES)
    assert number(plain) != number(plain, from_template=False)


def said(copy: bytes) -> bytes:
    """The record of a copy, without the room that a template leaves in it."""
    with Pdf.open(BytesIO(copy)) as pdf:
        return b"".join(pdf.Root.Metadata.read_bytes().split())


def identifier(copy: bytes) -> bytes:
    """The identifier of a copy."""
    with Pdf.open(BytesIO(copy)) as pdf:
        return bytes(pdf.trailer.ID[1])


def test_a_form_that_needs_more_room_than_the_template_has_is_written_anew() -> None:
    """Whatever it draws."""
    wide = Pdf.new()
    page = wide.add_blank_page(page_size=(200, 200)).obj
    page.Contents = wide.make_stream(b"0 g 20 20 70 10 re f\n" * 400)
    page.Resources, page.MediaBox = Dictionary(), Array([0, 0, 200, 200])
    output = BytesIO()
    wide.save(output)
    (head, _), (cover, sheet) = stamps(70)
    job = Numbering(master(), "print", ("Copy 7",), "No number", (((head, output.getvalue()), (cover, sheet)),))
    assert drawn(number(job)[0]) == drawn(number(numbering(master(), "Copy 7"))[0])

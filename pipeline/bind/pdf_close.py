"""The last of a PDF before it leaves the bindery: its ids, its edition of PDF, its bytes."""

from __future__ import annotations

from collections.abc import Mapping

from pikepdf import Object, Pdf

from pipeline.bind.pdf_ua2 import raise_to_ua2
from pipeline.bind.stream_ends import mend_stream_ends
from pipeline.model.claim import Claim
from pipeline.press.finish import save
from pipeline.press.tree import index_ids


def close(pdf: Pdf, claim: Claim | None, places: Mapping[str, Object]) -> bytes:
    """The finished file. One that claims PDF/UA-2 is PDF 2.0, every other PDF 1.7."""
    version = "1.7"
    if claim and claim.standard == "ua-2":
        raise_to_ua2(pdf, places)
        version = "2.0"
    index_ids(pdf)
    return mend_stream_ends(save(pdf, version))

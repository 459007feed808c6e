"""Stamps as values: what a pressed line is made of, so that it can be put into any file without reading it again.

A pack of 150 pages has as many folios, and most of them stand in every other pack too.
"""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any

from pikepdf import Dictionary, Pdf

MOST = 4096
"""Stamps that a process knows at a time; each takes about a kilobyte."""

Fonts = tuple[tuple[str, bytes], ...]
"""The fonts of a form: their names in it, and the digest of what each is."""


@dataclass(frozen=True, slots=True)
class PlainForm:
    """A stamp as a form: its operators, its dictionary without the fonts, and these."""

    content: bytes
    dictionary: bytes
    fonts: Fonts


_known: dict[bytes, PlainForm | None] = {}


def plain_form(sheet: bytes) -> PlainForm | None:
    """The form of a pressed stamp; None for one that has more to it than words set from TrueType fonts."""
    key = sha256(sheet).digest()
    if key not in _known:
        if len(_known) >= MOST:
            _known.clear()
        _known[key] = _read(sheet)
    return _known[key]


def _read(sheet: bytes) -> PlainForm | None:
    with Pdf.open(BytesIO(sheet)) as stamp:
        stream: Any = stamp.pages[0].as_form_xobject()
        used = stream.get("/Resources", Dictionary())
        fonts = [(name, face_of(font)) for name, font in used.get("/Font", Dictionary()).as_dict().items()]
        resources = {name: thing.unparse(resolved=True) for name, thing in used.items() if name != "/Font"}
        own = {name: thing.unparse() for name, thing in stream.items() if name not in ("/Length", "/Resources")}
        dictionary = _written({**own, "/Resources": _written(resources)})
        faces = tuple((name, face) for name, face in sorted(fonts) if face is not None)
        if len(faces) < len(fonts) or b" 0 R" in dictionary:
            return None
        return PlainForm(stream.read_bytes(), dictionary, faces)


def _written(entries: dict[str, bytes]) -> bytes:
    return b"<< %b >>" % b" ".join(b"%b %b" % (name.encode(), said) for name, said in sorted(entries.items()))


def face_of(font: Any) -> bytes | None:
    """The digest of a TrueType font, its widths and what its letters mean; None for one of another kind."""
    below = font.DescendantFonts[0]
    if "/FontFile2" not in below.FontDescriptor:
        return None
    file = below.FontDescriptor.FontFile2.read_raw_bytes()
    parts = (str(font.BaseFont).encode(), file, below.W.unparse(), font.ToUnicode.read_raw_bytes())
    return sha256(b"".join(sha256(part).digest() for part in parts)).digest()

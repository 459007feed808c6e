"""What the print edition needs to know of its printer."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.codes import house as codes
from pipeline.diagnostics import Diagnostic
from pipeline.model.library import Library


def the_printer_is_known(library: Library) -> Iterator[Diagnostic]:
    """Where a print edition is listed, the library names the profile of the press."""
    imprint = library.imprint
    if imprint.fields.print.profile:
        return
    if "print" in imprint.fields.formats:
        yield codes.PRINT_NO_PROFILE.at(imprint.marks.at("formats", imprint.fields.formats.index("print")))
    elif any("print" in pack.fields.formats for pack in library.packs.values()):
        yield codes.PRINT_NO_PROFILE.at(imprint.marks.at("print"))

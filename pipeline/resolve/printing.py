"""What the print edition needs to know of its printer."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.codes import house as codes
from pipeline.diagnostics import Diagnostic
from pipeline.model.imprint import Imprint
from pipeline.model.library import Library
from pipeline.model.pack import Pack


def the_printer_is_known(library: Library) -> Iterator[Diagnostic]:
    """Where a print edition is listed, the library names the profile of the press; told once, at the first list."""
    imprint = library.imprint
    if imprint.fields.print.profile:
        return
    lists: tuple[Imprint | Pack, ...] = (imprint, *library.packs.values())
    for listed in lists:
        if "print" in listed.fields.formats:
            yield codes.PRINT_NO_PROFILE.at(listed.marks.at("formats", listed.fields.formats.index("print")))
            return

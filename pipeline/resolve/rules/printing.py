"""What the print edition needs to know of its printer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.codes import house as codes
from pipeline.core.diagnostics import Diagnostic
from pipeline.model.imprint import Imprint
from pipeline.model.pack import Pack


def the_printer_is_known(imprint: Imprint, packs: Iterable[Pack]) -> Iterator[Diagnostic]:
    """Where the library or one of these packs lists a print edition, the library names the profile of the press.

    Told once, at the first list.
    """
    if imprint.fields.print.profile:
        return
    lists: tuple[Imprint | Pack, ...] = (imprint, *packs)
    for listed in lists:
        if "print" in listed.fields.formats:
            yield codes.PRINT_NO_PROFILE.at(listed.marks.at("formats", listed.fields.formats.index("print")))
            return

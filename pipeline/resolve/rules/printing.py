"""Facts of the printer that the print edition needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.codes import house as codes
from pipeline.core.diagnostics import Diagnostic
from pipeline.model.source.imprint import Imprint
from pipeline.model.source.pack import Pack


def the_printer_is_known(imprint: Imprint, packs: Iterable[Pack]) -> Iterator[Diagnostic]:
    """The library names the profile of the press where it, or one of these packs, lists a print edition.

    Told once, at the first list.
    """
    if imprint.fields.print.profile:
        return
    lists: tuple[Imprint | Pack, ...] = (imprint, *packs)
    for listed in lists:
        if "print" in listed.fields.formats:
            yield codes.PRINT_NO_PROFILE.at(listed.marks.at("formats", listed.fields.formats.index("print")))
            return

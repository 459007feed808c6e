"""Facts of the printer that the print edition needs."""

from collections.abc import Iterable, Iterator
from itertools import islice

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.model.formats import FORMATS
from pipeline.model.source.imprint import Imprint
from pipeline.model.source.pack import Pack


def the_printer_is_known(imprint: Imprint, packs: Iterable[Pack]) -> Iterator[Diagnostic]:
    """The library names the profile of the press where it, or one of these packs, lists a print edition.

    Told once, at the first list.
    """
    if imprint.fields.print.profile:
        return
    lists: tuple[Imprint | Pack, ...] = (imprint, *packs)
    places = (
        listed.marks.at("formats", place)
        for listed in lists
        for place, kind in enumerate(listed.fields.formats)
        if FORMATS[kind].printed
    )
    for place in islice(places, 1):
        yield message("print-no-profile", place)

"""Numbers that an author types before the entries of a list and that are not printed, as a list counts on by one."""

from collections.abc import Sequence

from markdown_it.token import Token

from pipeline.codes import body as codes
from pipeline.load.markdown.draft import Draft


def tell_other_numbers(draft: Draft, entries: Sequence[Token], start: int) -> None:
    """Take note of the first entry with another number than is printed. Where all have the same number it counts."""
    typed = [entry.info for entry in entries]
    if not all(number.isdecimal() for number in typed) or len(set(typed)) == 1:
        return
    for printed, entry in enumerate(entries, start):
        if int(entry.info) != printed:
            draft.tally.count(codes.LIST_NUMBER, "", draft.row(entry), typed=entry.info, printed=printed)
            return

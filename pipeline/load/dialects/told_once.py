"""Remarks that are made once a text and kind, at the first place, with how often there is more of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message


@dataclass(slots=True)
class _Kind:
    place: Place
    fields: dict[str, object]
    hint: str | None
    count: int = 1


class Tally:
    """Counts what is found of each kind while a text is read."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str], _Kind] = {}

    def count(self, code: str, kind: str, place: Place, hint: str | None = None, **fields: object) -> None:
        """Count one more of a kind; the first in the file is the one that is reported."""
        known = self._kinds.get((code, kind))
        if known is None:
            self._kinds[code, kind] = _Kind(place, fields, hint)
            return
        known.count += 1
        if place < known.place:
            known.place, known.fields, known.hint = place, fields, hint

    def remarks(self) -> Iterator[Diagnostic]:
        """One remark for each kind. The sentences of their codes have room for `more`."""
        for (code, _), kind in self._kinds.items():
            more = f" (and {kind.count - 1:,} more)" if kind.count > 1 else ""
            yield message(code, kind.place, kind.hint, more=more, **kind.fields)

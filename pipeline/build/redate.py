"""Files of another day: they are given the new day instead of being bound again.

A briefing or pack that has not changed since the last build differs from its files in the date produced alone. Where
the date is in places that can be found again, it is exchanged there.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from pipeline.bind.pdf.stamps import read_stamp_box
from pipeline.bind.running_lines import DateFields, FieldReplacement, FieldValues, redate_line
from pipeline.build import output as outputs
from pipeline.build.builder import REDATE, Builder, Failure, StampLayouts
from pipeline.build.checks import store_expected_content_of_day
from pipeline.build.formats import FORMAT_HANDLERS, Seal, exchange, seal_of
from pipeline.build.output import Output
from pipeline.build.recipes import FileRecipe
from pipeline.build.up_to_date import Artifacts
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.digests import tool_versions
from pipeline.core.workers import PendingResult
from pipeline.load.words import phrase_table
from pipeline.model.formats import PDF_VARIANTS, SLOTS, format_row
from pipeline.model.manuscript import StampText
from pipeline.model.words import Phrases


def date_fields_in(recipe: FileRecipe) -> DateFields | None:
    """Return where a file shows the date produced; None if the date cannot be exchanged there."""
    return FORMAT_HANDLERS[recipe.job.kind].dated(recipe.job, recipe.path)


class Redater:
    """Gives finished files another day."""

    def __init__(self, b: Builder, layouts: StampLayouts, printer: bytes | None) -> None:
        self._b, self._layouts = b, layouts
        self._store, self._folder, self._wordbook = b.store, b.project.output, phrase_table(b.project.layouts)
        self._printer = printer
        """The colour profile of print PDFs."""

    async def redate(self, things: Mapping[str, Artifacts], day: date, build: str) -> dict[str, Artifacts]:
        """Give the files of other days this day; returns the artifacts of things for which that succeeded.

        `build` is the key of the build that asks.
        """
        try:
            sheets = await self._stamp_sheets(things.values(), day)
        except TypesettingFailure:
            return {}  # all are bound again, which reports the stamp that cannot be typeset
        alike = {owner: made for owner, made in things.items() if self._stamps_have_same_size(made, day, sheets)}
        pairs = [(artifacts, output) for artifacts in alike.values() for output in artifacts.outputs]
        outputs.mark_changing(self._folder, (output for _, output in pairs), day, tool_versions())
        results = await asyncio.gather(*(self._redate_file(made, output, day, sheets) for made, output in pairs))
        redated = dict(filter(None, results))
        outputs.add_to_record(self._folder, redated.values(), day, tool_versions())
        return {
            owner: replace(made, outputs=tuple(redated[out] for out in made.outputs), produced=day, dated_by=build)
            for owner, made in alike.items()
            if redated.keys() >= set(made.outputs)
        }

    async def _redate_file(
        self, artifacts: Artifacts, output: Output, day: date, sheets: Mapping[StampText, bytes]
    ) -> tuple[Output, Output] | None:
        """Replace a file by the file of this day; returns both, or None if that failed."""
        async with self._b.live:
            job = PendingResult(lambda: self._job(artifacts, output, day, sheets))
            result = await self._b(REDATE, job, (output, day))
        if isinstance(result, Failure):
            return None
        content, seal = result
        if not store_expected_content_of_day(self._store, output.sha256, seal.sha256, day):
            return None  # the promise of the old file is no longer known
        new = replace(output, sha256=seal.sha256, bytes=seal.bytes, content=seal.content, produced=day.isoformat())
        outputs.write(self._folder, new, content)
        return output, new

    async def _stamp_sheets(self, things: Iterable[Artifacts], day: date) -> Mapping[StampText, bytes]:
        """Typeset the stamps of both days."""
        texts = {
            redate_line(stamp, stamp_day, self._words(fields))
            for artifacts in things
            for fields in artifacts.date_fields
            for stamp in fields.stamps
            for stamp_day in (artifacts.produced, day)
        }
        return await self._b.stamps(self._layouts, sorted(texts, key=lambda text: (text.sheet, text.slot, text.text)))

    def _stamps_have_same_size(self, artifacts: Artifacts, day: date, sheets: Mapping[StampText, bytes]) -> bool:
        """Return whether the new date in page heads takes the same room: otherwise it might cover words."""
        pairs = {
            (redate_line(stamp, artifacts.produced, words), redate_line(stamp, day, words))
            for fields in artifacts.date_fields
            for stamp in fields.stamps
            if not SLOTS[stamp.slot].in_text
            for words in (self._words(fields),)
        }
        return all(read_stamp_box(sheets[before]) == read_stamp_box(sheets[after]) for before, after in pairs)

    def _words(self, fields: DateFields) -> Phrases:
        return self._wordbook.of(fields.language)

    def _job(
        self, artifacts: Artifacts, output: Output, day: date, sheets: Mapping[StampText, bytes]
    ) -> FieldReplacement:
        fields = next(fields for fields in artifacts.date_fields if fields.path == output.path)
        words = self._words(fields)

        def values(produced: date) -> FieldValues:
            stamps = (redate_line(stamp, produced, words) for stamp in fields.stamps)
            return FieldValues(produced, stamps=tuple((stamp, sheets[stamp]) for stamp in stamps))

        row = format_row(output.format)
        printer = self._printer if PDF_VARIANTS[row.variant].inked else None
        before, after = values(artifacts.produced), (values(day),)
        return FieldReplacement(
            outputs.read_output(self._folder, output), row.name, words, before, after, fields, printer, output.sha256
        )


def with_another_day(job: FieldReplacement) -> tuple[bytes, Seal]:
    """Return the file of another day, and its seal. Raises `TypesettingFailure`."""
    (content,) = exchange(job)
    return content, seal_of(content)

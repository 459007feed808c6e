"""Files of another day that stand: they are given the new day instead of being bound again.

A briefing and a pack that have not changed since the last build differ from what stands of them in the date produced
alone. Where that is said in places that can be found again, those are exchanged.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from pipeline.bind.fields import DateFields, Exchange, Values
from pipeline.bind.pdf.stamps import stamp_box
from pipeline.bind.running_lines import redated
from pipeline.build import output as outputs
from pipeline.build.builder import Builder, StampLayouts
from pipeline.build.checks import hold_of_day
from pipeline.build.formats import MAKERS, exchange
from pipeline.build.jobs import Seal, sealed
from pipeline.build.output import Output
from pipeline.build.recipes import FileRecipe
from pipeline.build.rules import REDATE, Failure
from pipeline.build.up_to_date import Artifacts
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.digests import tools
from pipeline.core.workers import PendingResult
from pipeline.load.words import wordbook
from pipeline.model.formats import EDITIONS, SLOTS, format_row
from pipeline.model.manuscript import StampText
from pipeline.model.words import Phrases


def dated_in(recipe: FileRecipe) -> DateFields | None:
    """The places of a file that bear the date produced; None for one in which they cannot be exchanged."""
    return MAKERS[recipe.job.kind].dated(recipe.job, recipe.path)


class Redater:
    """Gives finished files another day."""

    def __init__(self, b: Builder, layouts: StampLayouts, printer: bytes | None) -> None:
        self._b, self._project, self._layouts = b, b.project, layouts
        self._printer = printer
        """The colour profile of print editions."""

    async def redate(self, things: Mapping[str, Artifacts], day: date, build: str) -> dict[str, Artifacts]:
        """Files made on other days, as of this day and in their places, but for those that have to be bound.

        `build` is the key of the build that asks.
        """
        try:
            sheets = await self._sheets(things.values(), day)
        except TypesettingFailure:
            return {}  # all are bound anew, and whatever cannot be typeset is told then
        alike = {owner: made for owner, made in things.items() if self._stand_alike(made, day, sheets)}
        asked = [(made, output) for made in alike.values() for output in made.outputs]
        outputs.announce(self._project.output, (output for _, output in asked), day, tools())
        pairs = await asyncio.gather(*(self._given(made, output, day, sheets) for made, output in asked))
        given = dict(filter(None, pairs))
        outputs.add_to_record(self._project.output, given.values(), day, tools())
        return {
            owner: replace(made, outputs=tuple(given[out] for out in made.outputs), produced=day, dated_by=build)
            for owner, made in alike.items()
            if given.keys() >= set(made.outputs)
        }

    async def _given(
        self, made: Artifacts, output: Output, day: date, sheets: Mapping[StampText, bytes]
    ) -> tuple[Output, Output] | None:
        """A file and the file of this day in its place."""
        async with self._b.live:
            result = await self._b(REDATE, PendingResult(lambda: self._job(made, output, day, sheets)), (output, day))
        if isinstance(result, Failure):
            return None
        content, seal = result
        if not hold_of_day(self._project.store, output.sha256, seal.sha256, day):
            return None  # it is not known any more what the old file was held to
        new = replace(output, sha256=seal.sha256, bytes=seal.bytes, content=seal.content, produced=day.isoformat())
        outputs.write(self._project.output, new, content)
        return output, new

    async def _sheets(self, things: Iterable[Artifacts], day: date) -> Mapping[StampText, bytes]:
        texts = {
            redated(place, on, self._words(dated))
            for made in things
            for dated in made.dated
            for place in dated.stamps
            for on in (made.produced, day)
        }
        return await self._b.stamps(self._layouts, sorted(texts, key=lambda text: (text.sheet, text.slot, text.text)))

    def _stand_alike(self, made: Artifacts, day: date, sheets: Mapping[StampText, bytes]) -> bool:
        """Whether the date at the head of pages takes the room that it took: else it might cover what it did not."""
        heads = {
            (redated(place, made.produced, words), redated(place, day, words))
            for dated in made.dated
            for place in dated.stamps
            if not SLOTS[place.slot].in_text
            for words in (self._words(dated),)
        }
        return all(stamp_box(sheets[before]) == stamp_box(sheets[after]) for before, after in heads)

    def _words(self, dated: DateFields) -> Phrases:
        return wordbook(self._project.layouts).of(dated.language)

    def _job(self, made: Artifacts, output: Output, day: date, sheets: Mapping[StampText, bytes]) -> Exchange:
        dated = next(dated for dated in made.dated if dated.path == output.path)
        words = self._words(dated)

        def values(produced: date) -> Values:
            stamps = (redated(place, produced, words) for place in dated.stamps)
            return Values(produced, stamps=tuple((stamp, sheets[stamp]) for stamp in stamps))

        row = format_row(output.format)
        printer = self._printer if EDITIONS[row.edition].inked else None
        content, days = outputs.content(self._project.output, output), (values(made.produced), values(day))
        return Exchange(content, row.name, words, days[0], days[1:], dated, printer, output.sha256)


def with_another_day(job: Exchange) -> tuple[bytes, Seal]:
    """The file of another day with what is known of it. Raises `TypesettingFailure`."""
    (content,) = exchange(job)
    return content, sealed(content)

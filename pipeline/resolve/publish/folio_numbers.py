"""Numbers of briefings in the folios of a pack: those on record, then the next ones in order of the pack."""

from collections import Counter
from collections.abc import Iterator

from pipeline.model.source.pack import Insert
from pipeline.resolve.reading import PackReading, lines_with_ways


def folio_numbers(binding: PackReading) -> dict[str, int]:
    """Every number of a pack whose folios run by briefing, also those of briefings that are gone; by what has it.

    That is the id of a briefing, or the file of an insert. A number is on record from the first edition with the
    briefing on, and never given to another. Until then a briefing has the next free one, in order of the pack.
    """
    if not binding.pack.by_briefing:
        return {}
    numbers = dict(binding.environment.folio_numbers.get(binding.pack.id, {}))
    free = max(numbers.values(), default=0) + 1
    for name in numbered_parts(binding):
        if name not in numbers:
            numbers[name], free = free, free + 1
    return numbers


def numbered_parts(binding: PackReading) -> Iterator[str]:
    """The parts of a pack that have a number, each once: briefings that are there, and inserts by their files.

    A file that is bound in again is another part: 'timetable.pdf', 'timetable.pdf (2)'.
    """
    there = {reading.briefing.id for reading in binding.present}
    inserts = Counter[str]()
    for line, _ in lines_with_ways(binding.pack):
        if isinstance(line, Insert):
            inserts[line.insert] += 1
            times = inserts[line.insert]
            yield line.insert if times == 1 else f"{line.insert} ({times})"
        elif (name := line.partition("@")[0]) in there:
            there.remove(name)
            yield name

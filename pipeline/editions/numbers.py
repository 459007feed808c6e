"""Copy numbers: unique in an edition of a pack, never given again, never moved. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.core.text.wrapping import shortened
from pipeline.editions.copies import wanted
from pipeline.load.register import Entry
from pipeline.model.formats import FORMATS, Format
from pipeline.model.source.college import HOLDER, College
from pipeline.model.source.pack import Pack
from pipeline.model.words import Words


@dataclass(frozen=True, slots=True)
class Copy:
    """A numbered copy: whose, in which format, and the digest of its bytes if it was prepared before."""

    college: str
    format: Format
    number: int
    sha256: str = ""

    def words(self, college: College, fixed: Words) -> str:
        """Words of the copy line: 'Copy 7, held by Northmoor Learning Unit'."""
        return fixed.say("copy", number=self.number, holder=shortened(college.name, HOLDER))

    def file(self, name: str) -> str:
        """File name of the copy, from that of the pack's file: 'nights-copy-007.pdf'."""
        stem, _, end = name.rpartition(".")
        return f"{stem}-copy-{self.number:03}.{end}"


def numbered_copies(
    takers: Mapping[str, College], pack: Pack, kinds: Sequence[Format], earlier: Sequence[Entry]
) -> tuple[Copy, ...]:
    """The copies of each college, in order: one of each format for screens, and as many printed ones as it takes.

    What is on record keeps its number. What is new takes the next free ones: after the highest that was ever given.
    """
    free = max((entry.copy_number for entry in earlier), default=0) + 1
    copies: list[Copy] = []
    for name, college in takers.items():
        for kind in (kind for kind in wanted(college, pack) if kind in kinds):
            asked = college.copies if FORMATS[kind].printed else 1
            had = sorted((e.copy_number, e.sha256) for e in earlier if (e.college, e.format) == (name, kind))
            copies += [Copy(name, kind, number, digest) for number, digest in had[:asked]]
            for _ in range(asked - len(had)):
                copies.append(Copy(name, kind, free))
                free += 1
    return tuple(copies)


def cover_faults(pack: Pack, numbered: bool) -> Iterator[Diagnostic]:
    """Why no edition with numbered copies can be issued: nothing would say which copy it is."""
    if numbered and pack.fields.front[:1] != ("cover",):
        yield message("copies-cover", pack.marks.at("front"))


def spare_faults(pack: Pack, numbered: bool) -> Iterator[Diagnostic]:
    """Why copies with numbers cannot be ordered: some would have no holder."""
    if numbered and pack.fields.print.spare:
        yield message("copies-spare", pack.marks.at("print", "spare"))

"""Copy numbers: unique in an edition of a pack, never given again, never moved. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.codes import copies as codes
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.printed_code import PrintedCode, read_code
from pipeline.editions.bindings import read_with_texts
from pipeline.editions.copies import Issue, wanted
from pipeline.load.library.register import Entry
from pipeline.model.formats import FORMATS, Format
from pipeline.model.library import Library
from pipeline.model.source.college import HOLDER, College
from pipeline.model.source.pack import Pack
from pipeline.model.words import Words
from pipeline.resolve.publish.bound import is_numbered
from pipeline.resolve.wording.codes import coded_pack, text_digests
from pipeline.text.fitting import shortened


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


def numbered_only(library: Library, pack: Pack, day: date) -> bool:
    """Whether a pack goes out in numbered copies only."""
    return is_numbered(read_with_texts(library, pack, day))


def code_of_copies(library: Library, issue: Issue) -> PrintedCode | None:
    """The code of an edition: of one that was issued as its record has it, else as the pages of its pack bear it."""
    if issue.record:
        return read_code(issue.code)
    binding = read_with_texts(library, issue.pack, issue.produced)
    code, _ = coded_pack(binding, text_digests(binding.environment, binding.present))
    return read_code(code) if code else None


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


def numbering_faults(pack: Pack, numbered: bool, earlier: Sequence[Entry]) -> Iterator[Diagnostic]:
    """Why copies cannot be numbered, or not be without numbers."""
    if numbered and pack.fields.front[:1] != ("cover",):
        yield codes.COPIES_COVER.at(pack.marks.at("front"))
    if numbered and pack.fields.print.spare:
        yield codes.COPIES_SPARE.at(pack.marks.at("print", "spare"))
    if any((entry.copy_number > 0) != numbered for entry in earlier):
        was, now = ("without", "with") if numbered else ("with", "without")
        yield codes.COPIES_NUMBERED.at(pack.marks.at("numbered"), edition=f"'{earlier[0].edition}'", was=was, now=now)

"""Tracked edits by the thousand, and whether what is accepted of them is what the document says."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.load.briefing import briefing_id
from pipeline.load.folders import read_files
from pipeline.services.comments.blocks import SentBlock, read_text_blocks
from pipeline.services.comments.paragraphs import read_returned_paragraphs
from pipeline.services.comments.returned_document import ReturnedDocument, read_returned_document
from pipeline.services.importing.docx_package import W, parse_xml
from tests.support.libraries import here
from tests.support.project import ROOT
from tests.support.word.reviewing import DANA, RHYS, ReviewedFile
from tests.support.word.rounds import FILES

TYPED = (
    *("often", "in most forces,", "a", "2 of", "clearly", "(see above)", "“so called”", "café", "*", "[note]", "it’s"),
    *("a | b", "1. one", "# x", "- x", "@home", "{x}", "$5 or $6", "_so_", "<b>", "&amp;", ":::", "http://a.example/b"),
    *("~x~", "==x==", "`x`", "^2^", "\\", "...", "--", "!", "[@braga2019]", "[^1]", "![x](y)", "www.example.org", ">"),
)
FIXED = re.compile(
    r"\[[^\[\]\n]*(?<!\\)@[^\[\]]*\](?!\()|(?<!\\)\]\([^)]*\)|(?<!\\)\{[#.][^}\n]*\}|(?<!\\)\[\^[\w-]+\]"
)
"""Citations, addresses, attributes and calls of notes."""


Documents = Mapping[str, tuple[str, bytes, Mapping[str, bytes]]]
"""Of each briefing its path, its document, and the files of its library."""


def documents(root: Path, *names: str) -> Documents:
    """Documents of briefings of the sample library, or of all, and of one with everything."""
    files = {path: content for path, content in read_files(ROOT).items() if "/handbook" not in path}
    files |= {f"source/{path}": text.encode() for path, text in FILES.items()}
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    texts = [path for path in files if path.startswith("source/briefings/") and path.endswith(".md")]
    paths = {briefing_id(path): path for path in texts if not names or briefing_id(path) in names}
    assert here(root, "comment", *paths).code == 0
    kept = read_files(root)
    return {name: (path, (root / f"output/comment/{name}.docx").read_bytes(), kept) for name, path in paths.items()}


@dataclass
class Edits:
    """Random edits to a document, and what must be told of them."""

    random: random.Random
    document: ReviewedFile
    expected: Counter[str] = field(default_factory=Counter)
    apart: set[int] = field(default_factory=set)
    """Blocks that were split or deleted."""

    def make(self, many: int) -> None:
        """Insert, delete and replace words, then do some other things in paragraphs that were left alone."""
        runs = [run for run in self.document.runs() if len(run.findtext("{*}t")) > 4]
        self.random.shuffle(runs)
        taken = set()
        for run in runs[:many]:
            taken.add(run.getparent())
            self.words(run)
        rest = [r for r in runs[many:] if r.getparent() not in taken and " " in r.findtext("{*}t").strip()]
        for run in rest[: self.random.randrange(3)]:
            if run.getparent() not in taken and next(run.iterancestors("{*}tc"), None) is None:
                taken.add(run.getparent())
                self.structure(run)

    def words(self, run: object) -> None:
        """Change some words of a run."""
        text = run.findtext("{*}t")  # type: ignore[attr-defined]
        start = self.random.randrange(len(text) + 1)
        end = min(len(text), start + self.random.choice((0, 1, 5, 20, 60)))
        new = (
            self.random.choice(TYPED) + self.random.choice(("", " "))
            if self.random.random() < 0.7 or start == end
            else ""
        )
        self.document.change_at(
            run, start, end, self.random.choice(("", " ")) + new if new else "", self.random.choice((DANA, RHYS))
        )

    def structure(self, run: object) -> None:
        """Split or delete the paragraph of a run, or put one behind it."""
        words = run.findtext("{*}t").strip()  # type: ignore[attr-defined]
        paragraph = run.getparent()  # type: ignore[attr-defined]
        mark = paragraph.find("{*}bookmarkStart")
        if self.document.paragraph(words) is not paragraph or paragraph.find("{*}pPr/{*}rPr") is not None:
            return
        if mark is None or not mark.get(f"{W}name").startswith("_b"):
            return  # the second half of one that was split
        kind = self.random.choice(("split", "new", "deleted"))
        self.apart.add(int(re.match(r"_b(\d+)_", mark.get(f"{W}name"))[1]))  # type: ignore[index]
        behind = words[words.index(" ") + 1 :]
        if kind == "split" and self.document.run(behind) is run:
            self.document.split(behind, self.random.choice((DANA, "")))
            self.expected["split"] += 1
        elif kind == "new":
            self.document.add(words, "A paragraph that is new.")
            self.expected["inserted"] += 1
        elif kind == "deleted" and len(list(paragraph.iter("{*}sdt"))) == 0:
            self.document.delete(words)
            self.expected["took"] += 1


def plainly(words: str) -> str:
    """Words with straight quotes and single spaces, as the house writes them."""
    straight = words.translate({**dict.fromkeys(map(ord, "“”"), '"'), **dict.fromkeys(map(ord, "‘’"), "'")})
    return " ".join(straight.split())


def said_by_document(content: bytes) -> dict[int, str]:
    """The words of each block of a document with every change accepted; what is locked is a sign."""
    file = ReviewedFile(content)
    found: dict[int, str] = {}
    for paragraph in read_returned_paragraphs(parse_xml(file.parts["word/document.xml"])):
        letters, lock = [], None
        for character in paragraph.characters:
            if character.lock is not None:
                letters += ["\0"] * (character.lock != lock)
            elif character.revision.state != "deleted":
                letters.append(character.letter)
            lock = character.lock
        if paragraph.bookmarks and paragraph.bookmarks[0].kind == "b":
            found[paragraph.bookmarks[0].number] = plainly("".join(letters))
    return found


def said_by_source(path: str, content: bytes) -> dict[int, str]:
    """The same of the source."""
    text = read_text_blocks(path, content)
    assert text is not None
    shown = ("".join("\0" if unit.lock else unit.seen for unit in block.units if unit.seen) for block in text.blocks)
    return {number: plainly(words) for number, words in enumerate(shown)}


def holds(block: SentBlock, at: int) -> bool:
    """Whether an offset of the source lies in a block."""
    known = [unit for unit in block.units if unit.start >= 0]
    return bool(known) and known[0].start <= at <= max(unit.end for unit in known)


def judge(path: str, document: bytes, source: bytes, returned: ReturnedDocument, edits: Edits) -> Counter[str]:
    """Look whether a document was carried rightly; gives what was counted."""
    none, _ = returned.accepted(frozenset())
    assert none == source
    made, refused = returned.accepted({one.number for one in returned.proposals})
    assert not refused & {one.number for one in returned.proposals if one.fate == "open"}
    before, after = source.decode(), made.decode()
    assert after.split("---\n")[1] == before.split("---\n")[1]
    assert FIXED.findall(after) == FIXED.findall(before)
    done = (
        re.search(r"\b(split|inserted|took)\b", one.sentence) for one in returned.remarks if one.code == "back-by-hand"
    )
    codes = Counter(one.code for one in returned.remarks) + Counter(found[1] for found in done if found)
    assert all(codes[code] >= many for code, many in edits.expected.items()), (codes, edits.expected)
    assert codes["back-untracked"] == 0
    text = read_text_blocks(path, source)
    assert text is not None
    refused_at = [text.source.offset(one.place) for one in returned.proposals if one.fate == "touches"]
    now, then = said_by_source(path, made), said_by_document(document)
    whole = {n for n, block in enumerate(text.blocks) if not block.is_locked and n not in edits.apart}
    whole -= {n for n in whole if any(holds(text.blocks[n], at) for at in refused_at)}
    emptied = {n for n in whole if not then.get(n) and now[n]}
    assert len(emptied) <= codes["took"] - edits.expected["took"]
    differ = [n for n in whole - emptied if now[n] != then.get(n)]
    assert not differ, [(now[n], then.get(n)) for n in differ]
    return Counter(proposals=len(returned.proposals), refused=sum(one.fate == "touches" for one in returned.proposals))


def open_in(returned: ReturnedDocument) -> set[int]:
    """The numbers of what can be made."""
    return {one.number for one in returned.proposals if one.fate == "open"}


def judge_in_turns(
    path: str, document: bytes, files: Mapping[str, bytes], first: ReturnedDocument, pick: random.Random
) -> int:
    """Accept a part of it, then the rest: the same as all at once. Gives how many were known to be made."""
    every = open_in(first)
    half = {number for number in every if pick.random() < 0.5}
    some, _ = first.accepted(half)
    second = read_returned_document("back.docx", document, {**files, path: some})
    fates = Counter(one.fate for one in second.proposals if one.number in every)
    assert fates["stale"] == fates["touches"] == 0, [one for one in second.proposals if one.fate == "stale"]
    whole, _ = first.accepted(every)
    rest, _ = second.accepted(open_in(second))
    assert said_by_source(path, rest) == said_by_source(path, whole)
    return fates["made"]


def edited(path: str, content: bytes, number: int, word: int) -> bytes:
    """The source with one word of a block exchanged by its author."""
    text = read_text_blocks(path, content)
    assert text is not None
    units = text.blocks[number].units[word:]
    raw, homes = text.source.raw, text.source.homes
    return f"{raw[: homes[units[0].start]]}Zebra{raw[homes[units[0].end] :]}".encode()


def words_in(block: SentBlock) -> list[int]:
    """Numbers of units that are letters amid words."""
    known = list(enumerate(block.units))[1:-1]
    return [n for n, unit in known if unit.seen.isalpha() and not unit.lock and not unit.looks]


def begins_row(block: SentBlock) -> bool:
    """Whether a block is the head of a row: with another head it is another row, whatever its cells say."""
    return block.kind == "cell" and block.cell[1] == 0


def judge_meanwhile(
    path: str, document: bytes, files: Mapping[str, bytes], first: ReturnedDocument, pick: random.Random
) -> int:
    """Let the author go on meanwhile: elsewhere nothing changes, in the same paragraph it is a conflict."""
    text, source = read_text_blocks(path, files[path]), files[path]
    assert text is not None
    places = [(text.source.offset(one.place), one) for one in first.proposals]
    touched = {n for n, block in enumerate(text.blocks) if any(holds(block, at) for at, _ in places)}
    changeable = [n for n, block in enumerate(text.blocks) if not block.is_locked and words_in(block)]
    apart = [n for n in changeable if n not in touched and not begins_row(text.blocks[n])]
    if apart:
        number = pick.choice(apart)
        word = pick.choice(words_in(text.blocks[number]))
        now = edited(path, source, number, word)
        later = read_returned_document("back.docx", document, {**files, path: now})
        often = {
            block.seen for n, block in enumerate(text.blocks) if sum(b.seen == block.seen for b in text.blocks) > 1
        }
        unsure = {n for n in touched if text.blocks[n].seen in often}
        if not unsure:
            assert [one.fate for one in later.proposals] == [one.fate for one in first.proposals]
            both = edited(path, first.accepted(open_in(first))[0], number, word)
            assert later.accepted(open_in(later))[0] == both
    same = [n for n in changeable if n in touched]
    if not same:
        return 0
    number = pick.choice(same)
    now = edited(path, source, number, pick.choice(words_in(text.blocks[number])))
    later = read_returned_document("back.docx", document, {**files, path: now})
    fates = [
        (one.fate, other)
        for one, (at, other) in zip(later.proposals, places, strict=True)
        if holds(text.blocks[number], at)
    ]
    assert {fate for fate, _ in fates} <= {"stale", "touches"}, fates
    assert sum(one.code == "back-conflict" for one in later.remarks)
    assert said_by_source(path, later.accepted(open_in(later))[0])[number] == said_by_source(path, now)[number]
    return len(fates)


def run(sent: Documents, seeds: Iterable[int]) -> Counter[str]:
    """Review the documents in turn; gives what was counted."""
    counted: Counter[str] = Counter()
    for seed in seeds:
        name = sorted(sent)[seed % len(sent)]
        path, document, files = sent[name]
        edits = Edits(random.Random(seed), ReviewedFile(document))
        edits.make(8)
        back = edits.document.written()
        try:
            returned = read_returned_document("back.docx", back, files)
            counted += judge(path, back, files[path], returned, edits)
            counted["made"] += judge_in_turns(path, back, files, returned, edits.random)
            counted["conflicts"] += judge_meanwhile(path, back, files, returned, edits.random)
        except AssertionError as wrong:
            raise AssertionError(f"seed {seed}, {name}: {wrong}") from wrong
    return counted

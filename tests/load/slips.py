"""Slips of the hand in the sample library, and what they do to the words that are printed: all in this process."""

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from lxml import etree

from pipeline.compose.briefing import compose_briefing
from pipeline.core.diagnostics import Diagnostic
from pipeline.load.briefing import parse_briefing
from pipeline.load.library import load_library
from pipeline.load.pictures.picture import read_picture
from pipeline.load.references.reference_files import read_reference_file
from pipeline.model.body import CitationGroup, CitationLink, Inline, Text
from pipeline.model.formats import Order
from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument
from pipeline.resolve.resolve import ResolveResources, check_by_rules, resolve
from tests.support.compose.samples import layouts
from tests.support.project import ROOT
from tests.support.resolve.library_parts import house_style
from tests.support.words import WORDBOOK

DAY = date(2026, 11, 25)
LETTERS = "abeinorstzAT019 .,;:!?'\"()[]{}*_`#@|<>\\^~=+&%$-/\n"
"""What a slip puts in: letters, digits, and every mark that Markdown or YAML knows."""
WORD = re.compile(r"\w+")
Words = Counter[str]


def sample() -> dict[str, bytes]:
    """The files of the sample library, without the handbook."""
    paths = sorted(path for path in (ROOT / "source").rglob("*") if path.is_file())
    names = {path.relative_to(ROOT).as_posix(): path for path in paths if not path.name.startswith(".")}
    return {n: p.read_bytes() for n, p in names.items() if not n.startswith(("source/handbook/", "source/.schema/"))}


@dataclass(frozen=True)
class Slip:
    """A text with one slip in it: where, and how many characters there were and are."""

    path: str
    text: str
    at: int
    old: int
    new: int
    kind: str


def slips(files: Mapping[str, bytes], in_body: bool, count: int, seed: int) -> Iterator[Slip]:
    """One-character mistakes in the briefings of a library, in front matter or below it."""
    dice = random.Random(seed)
    paths = [path for path in files if path.startswith("source/briefings/") and path.endswith(".md")]
    while count:
        path = dice.choice(paths)
        text = files[path].decode()
        parted = text.index("\n---\n", 4) + 5
        at = dice.randrange(parted, len(text) - 2) if in_body else dice.randrange(4, parted - 6)
        made = _slip(dice, text, at)
        if made and made.text != text:
            yield replace(made, path=path)
            count -= 1


def _slip(dice: random.Random, text: str, at: int) -> Slip | None:
    kind = dice.choice(("delete", "insert", "replace", "transpose", "break", "indent"))
    if kind == "break":
        at = text.rfind("\n", 0, at)
        return Slip("", text[:at] + "\n" + text[at:], at, 0, 1, kind)
    if kind == "indent":
        at = text.rfind("\n", 0, at) + 1
        gone = len(text[at:]) - len(text[at:].lstrip(" "))
        return Slip("", text[:at] + text[at + gone :], at, gone, 0, kind) if gone else None
    old, new = {
        "delete": (1, ""),
        "insert": (0, dice.choice(LETTERS)),
        "replace": (1, dice.choice(LETTERS)),
        "transpose": (2, text[at + 1 : at + 2] + text[at : at + 1]),
    }[kind]
    return Slip("", text[:at] + new + text[at + old :], at, old, len(new), kind)


@dataclass(frozen=True)
class Printed:
    """What is made of a briefing: its words, and what is said of the library."""

    words: Words
    remarks: frozenset[tuple[str, str]]
    """Code and sentence of each, without its place, which moves."""
    made: bool


def _cite(documents: tuple[CitedDocument, ...]) -> dict[str, FormattedDocument]:
    """Citations with all their words, entries as their keys."""

    def group(of: CitationGroup) -> tuple[Inline, ...]:
        made: list[Inline] = []
        for one in of.citations:
            words = (Text(f" {part} ") for part in (one.prefix, one.key, one.locator, one.suffix))
            made.append(CitationLink(one.key, 0, tuple(words)))
        return tuple(made)

    return {
        one.id: FormattedDocument(
            tuple(map(group, one.groups)),
            tuple((work.key, (Text(f"{work.key}."),)) for work in one.references),
            tuple((work.key, work.key) for work in one.references),
        )
        for one in documents
    }


_references = cache(read_reference_file)
_parse = cache(parse_briefing)
_picture = cache(read_picture)
_layouts = cache(layouts)
RESOURCES = ResolveResources(_cite, house_style(), frozenset(), WORDBOOK)


def printed(files: Mapping[str, bytes], path: str) -> Printed:
    """What becomes of one briefing of a library."""
    library, remarks = load_library(files, parse=_parse, references=_references, picture=_picture)
    name = path.split("/")[2].removesuffix(".md")
    order = Order((name,), (), DAY)
    given = resolve(library, order, RESOURCES)
    said = frozenset(_said(remark) for remark in (*remarks, *given.remarks))
    words: Words = Counter()
    for publication in given.publications:
        if publication.identity.id == name:
            words = words_of(compose_briefing(publication, _layouts()))
    return Printed(words, said, bool(words))


def _said(remark: Diagnostic) -> tuple[str, str]:
    return remark.code, remark.sentence


def words_of(manuscript: Any) -> Words:
    """The words of a composed text, those said of its pictures too."""
    body = etree.fromstring(f"<body>{manuscript.chapter.body}</body>")
    said = [*body.itertext(), *(e.get("alt", "") for e in body.iter() if e.get("alt"))]
    return Counter(WORD.findall(" ".join(map(str, said)).casefold()))


def lost(slip: Slip, before: str, was: Printed, now: Printed) -> Words:
    """The words that are no longer printed, but for those that the slip changed and that are printed as changed.

    Interventions also stand behind outcomes of one name, to tell them apart: there they come and go.
    """
    own = set(_around(before, slip.at, slip.old))
    changed = Counter(_around(slip.text, slip.at, slip.new))
    gone, come = was.words - now.words, now.words - was.words
    if changed and not changed & come and not gone.keys() - own:
        return gone
    labels = set(WORD.findall(" ".join(re.findall(r"intervention: (.*)", before)).casefold()))
    return Counter({w: n for w, n in gone.items() if w not in own and not (w in labels and now.words[w])})


def _around(text: str, at: int, length: int) -> list[str]:
    """The words that a place in a text touches."""
    first, last = at, at + length
    while first > 0 and WORD.match(text[first - 1]):
        first -= 1
    while last < len(text) and WORD.match(text[last]):
        last += 1
    return WORD.findall(text[first:last].casefold())


def mutants(files: Mapping[str, bytes], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Source files with parts deleted, doubled, exchanged or overwritten, up to eight times each: path and content."""
    dice = random.Random(seed)
    paths = [path for path in files if path.endswith((".md", ".yaml", ".bib", ".ris", ".json"))]
    for _ in range(count):
        path = dice.choice(paths)
        content = files[path]
        for _ in range(dice.randint(1, 8)):
            content = _mutated(dice, content)
        yield path, content


def _mutated(dice: random.Random, content: bytes) -> bytes:
    at, other = sorted((dice.randrange(len(content) + 1), dice.randrange(len(content) + 1)))
    some = content[at : at + dice.choice((1, 2, 8, 64, 512))]
    match dice.choice((0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 5)):
        case 0:
            return content[:at] + content[at + len(some) :]
        case 1:
            return content[:at] + some * dice.choice((2, 3, 20)) + content[at:]
        case 2:
            return content[:other] + some + content[other:]
        case 3:
            return content[:at] + dice.choice(LETTERS).encode() * dice.choice((1, 3, 100)) + content[at:]
        case 4:
            return content[:at] + dice.randbytes(dice.randint(1, 4)) + content[at:]
        case _:
            lines = content.split(b"\n")
            dice.shuffle(lines)
            return b"\n".join(lines) if len(lines) < 3 or dice.random() < 0.1 else content[:at] + b"\n" + content[at:]


def checked(files: Mapping[str, bytes]) -> tuple[Diagnostic, ...]:
    """Everything that is said of a library, as `check` says it."""
    library, remarks = load_library(files, parse=_parse, references=_references, picture=_picture)
    return (*remarks, *check_by_rules(library, Order((), (), DAY), RESOURCES).remarks)

"""Where the links of a pack's contents, references and index really lead, read off the finished PDF page by page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

from pipeline.pdf.tree import name_tree
from tests.support.outputs import plain


@dataclass(frozen=True)
class Lead:
    """A link within the file: its page (from 0), what it says, the line it stands on, and where it leads."""

    page: int
    says: str
    line: str
    shows: str
    """The words of that line within its field."""
    name: str
    to: int
    there: str
    """The words that stand where it leads."""


@dataclass
class PackPdf:
    """A pack as a reader has it: text and folio of each page, and every link within it."""

    texts: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    """The page of every name that a link may lead to."""

    def of(self, section: str) -> list[Lead]:
        """The links of a section of the pack's own matter: from its first page to where another text begins."""
        first = self.places[section]
        starts = [page for name, page in self.places.items() if "." not in name or re.fullmatch(r"-\w+\.[\w-]+", name)]
        end = min((page for page in starts if page > first), default=len(self.texts))
        return [lead for lead in self.leads if first <= lead.page < end]


def read(path: Path) -> PackPdf:
    """The pack."""
    found = PackPdf()
    with pikepdf.open(path) as pdf, pypdfium2.PdfDocument(path) as drawn:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages)}
        named = dict(name_tree(pdf.Root.Names.Dests))
        found.places = {name: numbers[spot[0].objgen] for name, spot in named.items()}
        pages = [page.get_textpage() for page in drawn]
        found.texts = [plain(text.get_text_range()) for text in pages]
        found.labels = [drawn.get_page_label(number) for number in range(len(drawn))]
        for number, page in enumerate(pdf.pages):
            for note in page.obj.get("/Annots", ()):
                if "/Dest" in note:
                    found.leads.append(_lead(note, number, named, numbers, pages))
    return found


def _lead(note: Any, number: int, named: Any, numbers: Any, pages: Any) -> Lead:
    name = str(note.Dest)
    spot = named[name]
    to, top = numbers[spot[0].objgen], float(spot[3])
    box = [float(part) for part in note.Rect]
    low, high = min(box[1], box[3]) + 3, max(box[1], box[3]) - 3
    line = pages[number].get_text_bounded(left=0, bottom=low, right=2000, top=high)
    shows = pages[number].get_text_bounded(left=box[0] - 1, bottom=low, right=box[2] + 1, top=high)
    there = pages[to].get_text_bounded(left=0, bottom=top - 60, right=2000, top=top + 2)
    return Lead(number, plain(str(note.Contents)), plain(line), plain(shows), name, to, plain(there))


def contents_faults(pack: PackPdf) -> Iterator[str]:
    """A title whose page is not the one printed beside it, or on which the title does not stand."""
    told = 0
    for lead in pack.of("-front.contents"):
        folio = re.search(r"\b(\d+)$", lead.line)
        if folio is None:
            continue
        told += 1
        if folio[1] != pack.labels[lead.to]:
            yield f"'{lead.line}' leads to page {pack.labels[lead.to]}"
        if lead.says not in pack.texts[lead.to]:
            yield f"'{lead.says}' does not stand on page {pack.labels[lead.to]}"
    if not told:
        yield "the contents have no pages"


def _pages(title: str) -> re.Pattern[str]:
    """What stands behind the title of a briefing: the pages that cite a work, or the page where it starts."""
    pages = r"pages? (?P<pages>\d+(?:, \d+)*(?: and \d+)?)"
    return re.compile(rf"{re.escape(title)}, (?:{pages}|which starts on page (?P<first>\d+))")


_RUNNING = re.compile(r"\b\d{2}/\d{2}/\d{4} .*$", re.DOTALL)
"""The running lines, which follow the text of a page: pages may be named across them."""


def works_faults(pack: PackPdf) -> Iterator[str]:
    """A page beside a work that is not the one of its full reference, or on which nobody it names stands."""
    leads = pack.of("-back.pack-works")
    for lead in leads:
        briefing, _, entry = lead.name.partition(".")
        if not entry.startswith("ref-") or f"{briefing} · Version" not in pack.texts[lead.to]:
            yield f"'{lead.says}' leads to '{lead.name}', which is no entry of it"
        author = re.sub(r"\d.*", "", entry.removeprefix("ref-"))  # of two columns both are read
        if author not in lead.there.casefold():
            yield f"'{lead.name}' leads to '{lead.there[:40]}'"
        if lead.shows.strip(" ,").rpartition(" ")[2] != pack.labels[lead.to]:
            yield f"'{lead.says}' shows '{lead.shows}', not page {pack.labels[lead.to]}"
    if not leads:
        yield "the works have no links"


def references_faults(pack: PackPdf) -> Iterator[str]:
    """A work that is not where its links lead, or that the pages named beside them do not cite."""
    leads = list(
        {lead.name: lead for lead in pack.of("-back.pack-references")}.values()
    )  # over 2 lines a link has 2 fields
    citing: dict[str, set[str]] = defaultdict(set)
    for lead in pack.leads:
        citing[lead.name].add(pack.labels[lead.page])
    pages = sorted({lead.page for lead in leads})
    text, reached = " ".join(_RUNNING.sub("", pack.texts[page]) for page in pages), 0
    for lead in leads:
        briefing, _, entry = lead.name.partition(".")
        if not entry.startswith("ref-"):
            yield f"'{lead.says}' leads to '{lead.name}', which is no entry"
        if f"{briefing} · Version" not in pack.texts[lead.to]:
            yield f"'{lead.says}' leads to page {pack.labels[lead.to]}, which is not of {briefing}"
        author = lead.there.split()[0] if lead.there else "?"
        if author not in text:
            yield f"'{lead.name}' leads to '{lead.there[:40]}'"
        said = _pages(lead.says).search(text, reached)
        if said is None:
            yield f"'{lead.says}' names no pages for {lead.name}"
            continue
        reached = said.end()
        if said["first"] and said["first"] != pack.labels[pack.places[briefing]]:
            yield f"'{lead.says}' does not start on page {said['first']}"
        for folio in re.findall(r"\d+", said["pages"] or ""):
            if folio not in citing[lead.name]:
                yield f"page {folio} does not cite {lead.name}"
    if not leads:
        yield "the references have no links"


def index_faults(pack: PackPdf) -> Iterator[str]:
    """A page of the index that is another, or on which the word does not stand."""
    leads = pack.of("-back.pack-index")
    for lead in leads:
        word, _, folio = lead.says.rpartition(", page ")
        if folio != pack.labels[lead.to] and "." not in lead.name:
            yield f"'{lead.says}' leads to page {pack.labels[lead.to]}"
        page = pack.texts[pack.labels.index(folio)]
        if "." in lead.name and word.casefold() not in page.casefold():
            yield f"'{word}' does not stand on page {folio}"
        if "." in lead.name and int(folio) - int(pack.labels[lead.to]) not in (0, 1):
            yield f"'{lead.says}' leads to page {pack.labels[lead.to]}"
    if not leads:
        yield "the index has no links"

"""The printer's job: the files, the lists of quantities and copies, and the ticket."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath

from pipeline.bind.print.print_file import PrintFacts
from pipeline.bind.variable import pages_per_copy
from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import count_noun, describe_numbers, format_csv
from pipeline.load.register import CopyEntry
from pipeline.model.formats import PRINTED
from pipeline.model.source.college import College, DeliverySettings
from pipeline.model.source.library_file import Binding, Inks, PackPrint, PrinterProof
from pipeline.model.words import format_date
from pipeline.services.colleges.recipients import PreparedEdition
from pipeline.services.editions.edition import FinishedFile, TextState


@dataclass(frozen=True, slots=True)
class AddedShare:
    """Printed copies of a college: how many, and their numbers, if they have any."""

    quantity: int
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AddedCopies:
    """The copies that an order adds to the previous one, by college."""

    since: date
    """The day of the order before."""
    copies: Mapping[str, AddedShare] = field(default_factory=dict)

    @property
    def quantity(self) -> int:
        """Number of copies added."""
        return sum(one.quantity for one in self.copies.values())


def find_added_copies(entries: Sequence[CopyEntry], asked: Mapping[str, int]) -> AddedCopies | None:
    """The printed copies of the last order on record, by the entries of the ledger; None where it is the only one.

    The ledger alone decides: an order prepared again says the same, also one that was broken off behind its entries.
    `asked` is how many copies each college takes now: those that it gave up are not printed.
    """
    printed = [entry for entry in entries if entry.format in PRINTED]
    starts = [at for at in range(1, len(printed)) if _begins(printed[at - 1], printed[at])]
    if not starts:
        return None
    before, after = printed[: starts[-1]], printed[starts[-1] :]
    copies = {name: fresh for name in asked if (fresh := _fresh(name, before, after, asked[name])).quantity}
    return AddedCopies(before[-1].prepared, copies) if copies else None


def _begins(before: CopyEntry, entry: CopyEntry) -> bool:
    """Whether an entry surely begins an order: it is of another day, or behind a college that an order has after it.

    An order has its colleges by name, each once, or once for each number. More of it the ledger does not say.
    """
    again = entry.college == before.college and not entry.copy_number
    return entry.prepared != before.prepared or entry.college < before.college or again


def _fresh(college: str, before: Sequence[CopyEntry], after: Sequence[CopyEntry], asked: int) -> AddedShare:
    """A college's share of the later copies."""
    had = sum(entry.quantity for entry in before if entry.college == college)
    own = [entry for entry in after if entry.college == college]
    quantity = min(sum(entry.quantity for entry in own), max(asked - had, 0))
    numbers = sorted(entry.copy_number for entry in own if entry.copy_number)
    return AddedShare(quantity, tuple(numbers[:quantity]))


# The ticket: all that a printer asks before a press runs.

BINDINGS: Mapping[Binding, str] = {
    "corner-stapled": "stapled in the top left corner",
    "saddle-stitched": "saddle-stitched: folded, and stapled in the fold",
    "perfect-bound": "perfect-bound: glued into the cover; spine and back are blank",
    "wire-bound": "wire-bound on the long edge",
    "hole-punched": "loose leaves, hole-punched on the long edge",
}
INKS: Mapping[Inks, str] = {"black": "black alone", "four": "four inks (cyan, magenta, yellow, black)"}
PROOFS: Mapping[PrinterProof, str] = {
    "none": "none wanted",
    "pdf": "a PDF, to be passed by us before the run",
    "printed": "printed sheets, to be passed by us before the run",
}
STAPLED: Mapping[Binding, int] = {"saddle-stitched": 80, "corner-stapled": 100}
"""Greatest number of pages by binding with staples."""

_SIZES = {(210, 297): "A4", (148, 210): "A5"}
_COVER = 2
"""Pages of the front cover: the cover itself and its verso, which is blank."""


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A print job: the file of a pack, and the colleges it is printed for."""

    issue: PreparedEdition
    master: FinishedFile
    facts: PrintFacts
    takers: Mapping[str, College]
    """The colleges that copies are printed for."""
    numbers: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """The numbers of each college's copies, where they have numbers."""
    runs: tuple[FinishedFile, ...] = ()
    """The files that hold all numbered copies in order."""
    added: AddedCopies | None = None
    """Its copies beyond the order before."""

    @property
    def order(self) -> PackPrint:
        """Return the print order of a pack; the library's order fills the gaps."""
        return self.issue.pack.fields.print.over(self.issue.imprint.fields.print)

    @property
    def asked(self) -> int:
        """Copies that colleges take."""
        return sum_copies(self.takers)

    @property
    def posted(self) -> dict[str, College]:
        """The colleges whose copies the publisher posts: the printer brings those to it."""
        return {name: college for name, college in self.takers.items() if college.channels.to("post")}

    @property
    def sent_by_printer(self) -> dict[str, College]:
        """The colleges to which the printer brings their copies."""
        return {name: college for name, college in self.takers.items() if name not in self.posted}

    @property
    def covered(self) -> bool:
        """Whether the file begins with a cover."""
        return self.issue.pack.fields.front[:1] == ("cover",)

    @property
    def blanks(self) -> int:
        """Blank pages that folding needs at the end; on paper of its own the cover is a sheet around the others."""
        if self.order.binding != "saddle-stitched":
            return 0
        apart = _COVER if self.covered and self.order.cover_paper else 0
        return -(self.master.pages - apart) % 4 + apart

    @property
    def leaves(self) -> int:
        """Leaves of a copy, those that folding adds counted."""
        return (self.master.pages + self.blanks + 1) // 2

    @property
    def size(self) -> str:
        """The trimmed size by its name: 'A4'."""
        return _SIZES.get((self.facts.width, self.facts.height), "")


def format_job_ticket(job: PrintJob) -> bytes:
    """The ticket, a fact to a line."""
    facts = [fact for fact in (*_who(job), *_files(job), *_product(job), *_quantity(job)) if fact[1]]
    lines = [f"{label + ':':<15}{words}" for label, words in facts]
    return ("\n".join((*lines, "", "Deliver:", *_deliveries(job))) + "\n").encode()


def _who(job: PrintJob) -> Iterator[tuple[str, str]]:
    order, imprint = job.order, job.issue.imprint.fields
    yield "Job", f"{job.issue.title}, {job.issue.edition}"
    state = job.issue.state
    yield "Status", f"{' · '.join(state.statuses)}, across the head of its pages" if state.statuses else ""
    for name, version, title in job.issue.versions:
        text = state.texts.get(name, TextState())
        own = " · ".join(one for one in text.statuses if one not in state.statuses)
        yield "Of its texts", f"'{title}' {version} says {own}" if own else ""
        later = text.corrected_by
        yield "Corrected", f"'{title}' {version}, by version {later}, which is not in this pack" if later else ""
    yield "Publisher", imprint.publisher
    yield "Contact", order.contact or imprint.contact or ""
    yield "Deadline", f"files and order with the printer by {format_date(order.deadline)}" if order.deadline else ""
    yield "Delivery date", f"with the colleges by {format_date(order.delivery_date)}" if order.delivery_date else ""


def _files(job: PrintJob) -> Iterator[tuple[str, str]]:
    """The files by name, each with its SHA-256 below it."""
    if not job.runs:
        yield "File", job.master.name
        yield "SHA-256", job.master.sha256
        return
    padded = ", a blank one at the end of each copy" if job.master.pages % 2 else ""
    for run in job.runs:
        yield "File", f"{run.name}: copies one after the other, {run.pages:,} pages{padded}"
        yield "SHA-256", run.sha256
    yield "Table", f"{copies_table_name(job)} says on which pages each copy begins and ends"
    yield "Or", f"{count_noun(job.asked, 'numbered file')}, each printed once; their SHA-256 are in quantities.csv"


def _whole(job: PrintJob) -> str:
    """The thing that pages are counted in: the file of all numbered copies has many more."""
    return "each copy" if job.numbers else "the file"


def copies_table_name(job: PrintJob) -> str:
    """File name of the table of copies in the merged files."""
    return f"{PurePosixPath(job.master.name).stem}-copies.csv"


def _product(job: PrintJob) -> Iterator[tuple[str, str]]:
    order, facts = job.order, job.facts
    yield "Standard", f"PDF/X-4 for {facts.condition}" if facts.condition else "PDF in tints of black"
    yield "Trimmed size", ", ".join(filter(None, (job.size, f"{facts.width} × {facts.height} mm")))
    yield "Bleed", f"{facts.bleed} mm on every side, crop marks in the file"
    yield "Extent", f"{job.master.pages} pages a copy, blank versos counted"
    yield "Leaves", f"{job.leaves} a copy, printed on both sides, flipped on the long edge"
    yield "Paper", order.paper or ""
    if job.covered:
        paper = f", on {order.cover_paper}" if order.cover_paper else ""
        yield "Cover", f"pages 1 and 2 of {_whole(job)}{paper}; {describe_inks(*cover_inks(job))}"
    yield "Text inks" if job.covered else "Inks", describe_inks(*text_inks(job))
    yield "Colour pages", describe_coloured_pages(job)
    more = (
        f"; {count_noun(job.blanks, 'blank page')} to be added at the end, the back cover counted" if job.blanks else ""
    )
    yield "Binding", f"{BINDINGS[order.binding]}{more}" if order.binding else ""
    yield "Finishing", order.finishing or ""
    yield "Proof", PROOFS[order.proof] if order.proof else ""
    yield "Instructions", order.instructions or ""


def _quantity(job: PrintJob) -> Iterator[tuple[str, str]]:
    total = job.asked + job.order.spare
    parts = f": {job.asked:,} for colleges and {job.order.spare:,} spare" if job.order.spare else ""
    yield "Copies", f"{total:,}{parts}"
    yield "New", _added_in_words(job)
    yield "Leaves in all", f"{job.leaves * total:,}, trimmed to {job.size or 'size'}"


def _added_in_words(job: PrintJob) -> str:
    """Copies that the order before did not have."""
    if job.added is None:
        return ""
    said = (
        f"{describe_numbers(fresh.numbers) if fresh.numbers else fresh.quantity} for {job.takers[name].name}"
        for name, fresh in job.added.copies.items()
        if name in job.takers
    )
    return f"{job.added.quantity:,} of them, since {format_date(job.added.since)}: {'; '.join(said)}"


def find_delivery_address(college: College) -> str:
    """Delivery address of a college, or its contact if it has none."""
    return college.delivery or college.contact or ""


def _deliveries(job: PrintJob) -> Iterator[str]:
    for name, college in job.sent_by_printer.items():
        where = f": {college.delivery}" if college.delivery else f" ({college.contact})" if college.contact else ""
        numbered = f" ({describe_numbers(job.numbers[name])})" if job.numbers.get(name) else ""
        yield f"- {college.copies} to {college.name}{where}{numbered}"
    if posted := job.posted:
        numbers = [number for name in posted for number in job.numbers.get(name, ())]
        numbered = f" ({describe_numbers(sorted(numbers))})" if numbers else ""
        yield f"- {sum_copies(posted)} to us, who post them: {find_publisher_address(job)}{numbered}"
    if spare := job.order.spare:
        yield f"- {spare} spare to {find_spare_address(job)}"


def find_publisher_address(job: PrintJob) -> str:
    """Address of the publisher, for copies that it posts itself."""
    imprint = job.issue.imprint.fields
    place = imprint.of(DeliverySettings).return_to
    return f"{imprint.publisher}, {place or job.order.contact or imprint.contact or 'who gives this order'}"


def sum_copies(takers: Mapping[str, College]) -> int:
    """Copies that some colleges take, in all."""
    return sum(college.copies for college in takers.values())


def find_spare_address(job: PrintJob) -> str:
    """Recipient of spare copies."""
    imprint = job.issue.imprint.fields
    return job.order.spare_to or job.order.contact or imprint.contact or imprint.publisher


def is_mailbox(where: str) -> bool:
    """Whether this is nothing but a mailbox, a web address, or a telephone, and no place."""
    return not any(letter.isalpha() for letter in _NO_PLACE.sub("", where))


_NO_PLACE = re.compile(
    r"^[^<>,;\n]*<[^<>@\s]+@[^<>@\s]+>|\S*(?:@|://)\S*|\bwww\.\S+"
    r"|\b(?:e-?mail|mailbox|tel|telephone|phone|mobile|fax|web|website|ext|or|and)\b",
    re.IGNORECASE,
)
"""A mailbox, with the name of who has it as mail programs write it, a web address, and what these are called."""


def text_inks(job: PrintJob) -> tuple[Inks | None, tuple[int, ...]]:
    """The inks that are asked for in the text, and the pages of it that need four."""
    first = _COVER if job.covered else 0
    return job.order.inks, tuple(page for page in job.facts.coloured if page > first)


def cover_inks(job: PrintJob) -> tuple[Inks | None, tuple[int, ...]]:
    """The same of the cover."""
    return job.order.cover_inks, tuple(page for page in job.facts.coloured if page <= _COVER and job.covered)


def describe_inks(asked: Inks | None, coloured: Sequence[int]) -> str:
    """The inks that are asked for, else those that the pages need."""
    return INKS[asked or ("four" if coloured else "black")]


def describe_coloured_pages(job: PrintJob) -> str:
    """Pages in colour."""
    if not job.facts.coloured:
        return "none"
    found, all_ = len(job.facts.coloured), f"{job.master.pages}{' in each copy' if job.numbers else ''}"
    if found == job.master.pages:
        return "all"
    return f"{found} of {all_}: {describe_numbers(job.facts.coloured, '', '').strip()}; all others are in black alone"


def check_print_order(job: PrintJob, today: date) -> Iterator[Diagnostic]:
    """Questions that the printer would ask, contradictions in the order, and dates that have passed."""
    order = job.order
    for key in ("deadline", "delivery_date"):
        day = getattr(order, key)
        if day and day < today:
            what = key.replace("_", " ")
            yield message("copies-late", job.issue.pack.marks.key_at("print", key), what=what, day=format_date(day))
    if order.spare and is_mailbox(where := find_spare_address(job)):
        copies = "1 spare copy goes" if order.spare == 1 else f"{order.spare} spare copies go"
        yield message("copies-spare-place", _place(job, "spare"), copies=copies, where=where)
    unsaid = [what for what, said in (("the paper", order.paper), ("the binding", order.binding)) if not said]
    if unsaid:
        yield message("copies-order", job.issue.pack.marks.key_at("print"), what=" and ".join(unsaid))
    for key, (asked, coloured) in (("inks", text_inks(job)), ("cover_inks", cover_inks(job))):
        part = "of the text" if key == "inks" else "of the cover"
        if asked == "black" and coloured:
            pages = describe_numbers(coloured, "page", "pages")
            found = f"{pages} of {_whole(job)} {'have' if coloured[1:] else 'has'} colour"
            yield message("copies-inks", _place(job, key), inks="black alone", found=found)
        elif asked == "four" and not coloured and (key == "inks" or job.covered):
            yield message("copies-inks", _place(job, key), inks="four inks", found=f"no page {part} has colour")
    if order.binding and job.master.pages > STAPLED.get(order.binding, job.master.pages):
        yield message("copies-binding", _place(job, "binding"), pages=job.master.pages, binding=order.binding)


def _place(job: PrintJob, key: str) -> Location:
    """Place of a key of the order: in the pack, else in the library."""
    own = getattr(job.issue.pack.fields.print, key) is not None
    return (job.issue.pack if own else job.issue.imprint).marks.key_at("print", key)


def format_plain_job(job: PrintJob) -> dict[str, bytes]:
    """Files for the printer without numbered copies: the one PDF, the quantities by college, the job ticket."""
    new = job.added.copies if job.added else {}
    rows = [
        (name, one.name, str(one.copies), find_delivery_address(one), str(new[name].quantity) if name in new else "")
        for name, one in job.sent_by_printer.items()
    ]
    if posted := job.posted:
        fresh = sum(new[name].quantity for name in posted if name in new)
        many = str(sum_copies(posted))
        rows.append(("", "posted by the publisher", many, find_publisher_address(job), str(fresh) if fresh else ""))
    if job.order.spare:
        rows.append(("", "spare", str(job.order.spare), find_spare_address(job), ""))
    return {
        job.master.name: job.master.content,
        "quantities.csv": _table(job, ("college", "name", "copies", "deliver to"), rows),
        "job-ticket.txt": format_job_ticket(job),
    }


def format_numbered_job(job: PrintJob, files: Sequence[tuple[str, FinishedFile]]) -> dict[str, bytes]:
    """Return the printer's other files: the holder and pages of each numbered copy, and the job ticket."""
    rows = [
        (file.name, str(file.number), *_whose(job, name), file.sha256, _is_new(job, name, file.number))
        for name, file in files
    ]
    heads = ("file", "copy number", "college", "name", "deliver to", "sha256")
    return {
        "quantities.csv": _table(job, heads, rows),
        copies_table_name(job): _where_each_is(job, files),
        "job-ticket.txt": format_job_ticket(job),
    }


def _where_each_is(job: PrintJob, files: Sequence[tuple[str, FinishedFile]]) -> bytes:
    """The table of the files that hold all copies in order: whose each is, and its first and last page there."""
    each = iter(files)
    rows = []
    for run in job.runs:
        for first in range(1, run.pages + 1, pages_per_copy(job.master.pages)):
            name, file = next(each)
            place = (run.name, str(first), str(first + job.master.pages - 1))
            rows.append((str(file.number), *_whose(job, name), *place, _is_new(job, name, file.number)))
    heads = ("copy number", "college", "name", "deliver to", "file", "first page", "last page")
    return _table(job, heads, rows)


def _whose(job: PrintJob, name: str) -> tuple[str, str, str]:
    """A college's id and name, and where its copies go."""
    where = find_publisher_address(job) if name in job.posted else find_delivery_address(job.takers[name])
    return name, job.takers[name].name, where


def _is_new(job: PrintJob, name: str, number: int) -> str:
    """'yes' of a copy that the order before did not have."""
    fresh = job.added.copies.get(name) if job.added else None
    return "yes" if fresh and number in fresh.numbers else ""


def _table(job: PrintJob, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> bytes:
    """Format rows as a table; the last column, for what is new, is left out if empty."""
    if job.added is None:
        return format_csv(heads, [row[:-1] for row in rows]).encode()
    return format_csv((*heads, "new"), rows).encode()

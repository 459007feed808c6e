"""The print job of a pack: the ticket, the tables of quantities and copies, and checks of the order."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath

from pipeline.bind.late_fields import pages_per_copy
from pipeline.bind.print.print_file import PrintFacts
from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import count_noun, describe_numbers, format_csv, join_names
from pipeline.load.register import CopyEntry
from pipeline.model.formats import PRINTED
from pipeline.model.source.college import College, DeliverySettings
from pipeline.model.source.library_file import Binding, Inks, PackPrint, PrinterProof
from pipeline.model.words import format_date
from pipeline.services.colleges.recipients import PreparedEdition
from pipeline.services.editions.edition import FinishedFile, TextState


@dataclass(frozen=True, slots=True)
class AddedShare:
    """New printed copies of a college: how many, and their numbers, if they have any."""

    quantity: int
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AddedCopies:
    """The copies that an order adds to the previous one, by college."""

    since: date
    """The day of the previous order."""
    copies: Mapping[str, AddedShare] = field(default_factory=dict)


def find_added_copies(entries: Sequence[CopyEntry], asked: Mapping[str, int]) -> AddedCopies | None:
    """Find the printed copies of the last order in the ledger; None if it is the only order.

    The ledger alone decides: an order prepared again is the same, even if it was cut off after its entries. `asked` is
    how many copies each college takes now: copies that it gave up are not printed.
    """
    printed = [entry for entry in entries if entry.format in PRINTED]
    starts = [at for at in range(1, len(printed)) if _begins_order(printed[at - 1], printed[at])]
    if not starts:
        return None
    before, after = printed[: starts[-1]], printed[starts[-1] :]
    copies: dict[str, AddedShare] = {}
    for name, total in asked.items():
        earlier = sum(entry.quantity for entry in before if entry.college == name)
        new = [entry for entry in after if entry.college == name]
        if quantity := min(sum(entry.quantity for entry in new), max(total - earlier, 0)):
            numbers = sorted(entry.copy_number for entry in new if entry.copy_number)
            copies[name] = AddedShare(quantity, tuple(numbers[:quantity]))
    return AddedCopies(before[-1].prepared, copies) if copies else None


def _begins_order(before: CopyEntry, entry: CopyEntry) -> bool:
    """Return whether an entry surely begins an order: its day is another, or its college does not follow by name.

    An order has its colleges by name, each once, or once for each number. The ledger has no other mark of orders.
    """
    repeated = entry.college == before.college and not entry.copy_number
    return entry.prepared != before.prepared or entry.college < before.college or repeated


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
MAX_STAPLED_PAGES: Mapping[Binding, int] = {"saddle-stitched": 80, "corner-stapled": 100}
"""Most pages of a binding with staples."""

_SIZES = {(210, 297): "A4", (148, 210): "A5"}
_COVER_PAGES = 2
"""Pages of the front cover: the cover itself and its verso, which is blank."""


@dataclass(frozen=True, slots=True)
class PrintJob:
    """The file of a pack to print, and the colleges that copies are printed for."""

    issue: PreparedEdition
    master: FinishedFile
    facts: PrintFacts
    takers: Mapping[str, College]
    numbers: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """The numbers of each college's copies, if copies are numbered."""
    runs: tuple[FinishedFile, ...] = ()
    """The files that have all numbered copies in order."""
    added: AddedCopies | None = None

    @property
    def order(self) -> PackPrint:
        """The print order of the pack; the library's order fills the gaps."""
        return self.issue.pack.fields.print.over(self.issue.imprint.fields.print)

    @property
    def asked(self) -> int:
        """The number of copies that colleges take."""
        return sum(college.copies for college in self.takers.values())

    @property
    def posted(self) -> dict[str, College]:
        """The colleges whose copies the printer brings to the publisher, who posts them."""
        return {name: college for name, college in self.takers.items() if college.channels.to("post")}

    @property
    def sent_by_printer(self) -> dict[str, College]:
        """The colleges to which the printer brings their copies."""
        return {name: college for name, college in self.takers.items() if not college.channels.to("post")}

    @property
    def has_cover(self) -> bool:
        """Whether the file begins with a cover."""
        return self.issue.pack.fields.front[:1] == ("cover",)

    @property
    def blanks(self) -> int:
        """Blank pages that folding needs at the end; a cover on paper of its own is a sheet around the others."""
        if self.order.binding != "saddle-stitched":
            return 0
        apart = _COVER_PAGES if self.has_cover and self.order.cover_paper else 0
        return -(self.master.pages - apart) % 4 + apart

    @property
    def leaves(self) -> int:
        """Leaves of a copy, including those that folding adds."""
        return (self.master.pages + self.blanks + 1) // 2

    @property
    def coloured(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The pages of the cover and of the text that need four inks."""
        last = _COVER_PAGES if self.has_cover else 0
        pages = self.facts.coloured
        return tuple(page for page in pages if page <= last), tuple(page for page in pages if page > last)

    @property
    def unit(self) -> str:
        """The unit of page counts: the file of all numbered copies has many more pages."""
        return "each copy" if self.numbers else "the file"

    @property
    def copies_table(self) -> str:
        """The file name of the table of copies in the merged files."""
        return f"{PurePosixPath(self.master.name).stem}-copies.csv"

    @property
    def publisher_address(self) -> str:
        """The address of the publisher, for copies that it posts itself."""
        imprint = self.issue.imprint.fields
        address = imprint.of(DeliverySettings).return_to or self.order.contact or imprint.contact
        return f"{imprint.publisher}, {address or 'who gives this order'}"

    @property
    def spare_address(self) -> str:
        """The recipient of spare copies."""
        imprint = self.issue.imprint.fields
        return self.order.spare_to or self.order.contact or imprint.contact or imprint.publisher


def format_job_ticket(job: PrintJob) -> bytes:
    """Format the ticket, with one fact on each line."""
    facts = (*_list_edition_facts(job), *_list_file_facts(job), *_list_product_facts(job), *_list_quantities(job))
    lines = [f"{label + ':':<15}{words}" for label, words in facts if words]
    return ("\n".join((*lines, "", "Deliver:", *_list_deliveries(job))) + "\n").encode()


def _list_edition_facts(job: PrintJob) -> Iterator[tuple[str, str]]:
    order, imprint, state = job.order, job.issue.imprint.fields, job.issue.state
    yield "Job", f"{job.issue.title}, {job.issue.edition}"
    yield "Status", f"{' · '.join(state.statuses)}, across the head of its pages" if state.statuses else ""
    for name, version, title in job.issue.versions:
        text = state.texts.get(name, TextState())
        statuses = " · ".join(status for status in text.statuses if status not in state.statuses)
        yield "Of its texts", f"'{title}' {version} says {statuses}" if statuses else ""
        later = text.corrected_by
        yield "Corrected", f"'{title}' {version}, by version {later}, which is not in this pack" if later else ""
    yield "Publisher", imprint.publisher
    yield "Contact", order.contact or imprint.contact or ""
    yield "Deadline", f"files and order with the printer by {format_date(order.deadline)}" if order.deadline else ""
    yield "Delivery date", f"with the colleges by {format_date(order.delivery_date)}" if order.delivery_date else ""


def _list_file_facts(job: PrintJob) -> Iterator[tuple[str, str]]:
    """Yield the files by name, each with its SHA-256 below it."""
    if not job.runs:
        yield "File", job.master.name
        yield "SHA-256", job.master.sha256
        return
    padded = ", a blank one at the end of each copy" if job.master.pages % 2 else ""
    for run in job.runs:
        yield "File", f"{run.name}: copies one after the other, {run.pages:,} pages{padded}"
        yield "SHA-256", run.sha256
    yield "Table", f"{job.copies_table} says on which pages each copy begins and ends"
    yield "Or", f"{count_noun(job.asked, 'numbered file')}, each printed once; their SHA-256 are in quantities.csv"


def _list_product_facts(job: PrintJob) -> Iterator[tuple[str, str]]:
    order, facts = job.order, job.facts
    of_cover, of_text = job.coloured
    yield "Standard", f"PDF/X-4 for {facts.condition}" if facts.condition else "PDF in tints of black"
    size = _SIZES.get((facts.width, facts.height))
    yield "Trimmed size", ", ".join(filter(None, (size, f"{facts.width} × {facts.height} mm")))
    yield "Bleed", f"{facts.bleed} mm on every side, crop marks in the file"
    yield "Extent", f"{job.master.pages} pages a copy, blank versos counted"
    yield "Leaves", f"{job.leaves} a copy, printed on both sides, flipped on the long edge"
    yield "Paper", order.paper or ""
    if job.has_cover:
        paper = f", on {order.cover_paper}" if order.cover_paper else ""
        yield "Cover", f"pages 1 and 2 of {job.unit}{paper}; {_describe_inks(order.cover_inks, of_cover)}"
    yield "Text inks" if job.has_cover else "Inks", _describe_inks(order.inks, of_text)
    yield "Colour pages", _describe_coloured_pages(job)
    blanks = count_noun(job.blanks, "blank page")
    more = f"; {blanks} to be added at the end, the back cover counted" if job.blanks else ""
    yield "Binding", f"{BINDINGS[order.binding]}{more}" if order.binding else ""
    yield "Finishing", order.finishing or ""
    yield "Proof", PROOFS[order.proof] if order.proof else ""
    yield "Instructions", order.instructions or ""


def _describe_inks(asked: Inks | None, coloured: Sequence[int]) -> str:
    """Describe the inks that the order asks for, else those that the pages need."""
    return INKS[asked or ("four" if coloured else "black")]


def _describe_coloured_pages(job: PrintJob) -> str:
    if not job.facts.coloured:
        return "none"
    number, pages = len(job.facts.coloured), f"{job.master.pages}{' in each copy' if job.numbers else ''}"
    if number == job.master.pages:
        return "all"
    return f"{number} of {pages}: {describe_numbers(job.facts.coloured, '', '').strip()}; all others are in black alone"


def _list_quantities(job: PrintJob) -> Iterator[tuple[str, str]]:
    total, spare = job.asked + job.order.spare, job.order.spare
    yield "Copies", f"{total:,}{f': {job.asked:,} for colleges and {spare:,} spare' if spare else ''}"
    if job.added:
        shares = {job.takers[name].name: share for name, share in job.added.copies.items() if name in job.takers}
        parts = [
            f"{describe_numbers(share.numbers) if share.numbers else share.quantity} for {name}"
            for name, share in shares.items()
        ]
        quantity = sum(share.quantity for share in job.added.copies.values())
        yield "New", f"{quantity:,} of them, since {format_date(job.added.since)}: {'; '.join(parts)}"
    size = _SIZES.get((job.facts.width, job.facts.height), "size")
    yield "Leaves in all", f"{job.leaves * total:,}, trimmed to {size}"


def _list_deliveries(job: PrintJob) -> Iterator[str]:
    for name, college in job.sent_by_printer.items():
        where = f": {college.delivery}" if college.delivery else f" ({college.contact})" if college.contact else ""
        numbered = f" ({describe_numbers(job.numbers[name])})" if job.numbers.get(name) else ""
        yield f"- {college.copies} to {college.name}{where}{numbered}"
    if posted := job.posted:
        numbers = sorted(number for name in posted for number in job.numbers.get(name, ()))
        numbered = f" ({describe_numbers(numbers)})" if numbers else ""
        copies = sum(college.copies for college in posted.values())
        yield f"- {copies} to us, who post them: {job.publisher_address}{numbered}"
    if job.order.spare:
        yield f"- {job.order.spare} spare to {job.spare_address}"


# Questions that the printer would ask.

_NO_PLACE = re.compile(
    r"^[^<>,;\n]*<[^<>@\s]+@[^<>@\s]+>|\S*(?:@|://)\S*|\bwww\.\S+"
    r"|\b(?:e-?mail|mailbox|tel|telephone|phone|mobile|fax|web|website|ext|or|and)\b",
    re.IGNORECASE,
)
"""A mailbox, with the name of its owner as mail programs write it, a web address, and what these are called."""


def check_print_order(job: PrintJob, today: date) -> Iterator[Diagnostic]:
    """Yield what is missing from an order, has passed, or contradicts the file."""
    order, pack = job.order, job.issue.pack
    for key in ("deadline", "delivery_date"):
        day = getattr(order, key)
        if day and day < today:
            what = f"has a {key.replace('_', ' ')}, {format_date(day)}, which has passed"
            hint = "Agree on a new day, and correct it under 'print:' in the pack."
            yield message("copies-order", pack.marks.key_at("print", key), hint, what=what)
    if order.spare and not any(letter.isalpha() for letter in _NO_PLACE.sub("", job.spare_address)):
        copies = count_noun(order.spare, "spare copy", "spare copies")
        what = f"sends {copies} to '{job.spare_address}', which is not an address"
        hint = "Add their address, such as 'spare_to: Evidence team, Fell Road, Northmoor' under 'print:' in the pack."
        yield message("copies-order", _order_place(job, "spare"), hint, what=what)
    missing = [what for what, words in (("the paper", order.paper), ("the binding", order.binding)) if not words]
    if missing:
        yield message("copies-order", pack.marks.key_at("print"), what=f"does not name {join_names(missing, 'or')}")
    for key, part, asked, coloured in zip(
        ("cover_inks", "inks"), ("cover", "text"), (order.cover_inks, order.inks), job.coloured, strict=True
    ):
        hint = f"Correct or remove '{key}' under 'print:': without it, the ticket lists the needs of the file."
        what = ""
        if asked == "black" and coloured:
            have = "have" if coloured[1:] else "has"
            pages = describe_numbers(coloured, "page", "pages")
            what = f"asks for black alone, but {pages} of {job.unit} {have} colour"
        elif asked == "four" and not coloured and (key == "inks" or job.has_cover):
            what = f"asks for four inks, but no page of the {part} has colour"
        if what:
            yield message("copies-order", _order_place(job, key), hint, what=what)
    if order.binding and job.master.pages > (most := MAX_STAPLED_PAGES.get(order.binding, job.master.pages)):
        what = f"asks for {job.master.pages} pages to be {order.binding}, which takes at most {most}"
        hint = "Choose another 'binding' under 'print:', such as perfect-bound or wire-bound."
        yield message("copies-order", _order_place(job, "binding"), hint, what=what)


def _order_place(job: PrintJob, key: str) -> Location:
    """Return the place of a key of the order: in the pack, else in the library."""
    is_in_pack = getattr(job.issue.pack.fields.print, key) is not None
    return (job.issue.pack if is_in_pack else job.issue.imprint).marks.key_at("print", key)


# The files for the printer.


def format_plain_job(job: PrintJob) -> dict[str, bytes]:
    """Return the files for the printer without numbered copies: the PDF, the quantities by college, the ticket."""
    new = {name: share.quantity for name, share in job.added.copies.items()} if job.added else {}
    rows = [
        (name, college.name, str(college.copies), _delivery_address(college), str(new.get(name, "")))
        for name, college in job.sent_by_printer.items()
    ]
    if posted := job.posted:
        copies, added = sum(college.copies for college in posted.values()), sum(new.get(name, 0) for name in posted)
        rows.append(("", "posted by the publisher", str(copies), job.publisher_address, str(added or "")))
    if job.order.spare:
        rows.append(("", "spare", str(job.order.spare), job.spare_address, ""))
    return {
        job.master.name: job.master.content,
        "quantities.csv": _format_table(job, ("college", "name", "copies", "deliver to"), rows),
        "job-ticket.txt": format_job_ticket(job),
    }


def format_numbered_job(job: PrintJob, files: Sequence[tuple[str, FinishedFile]]) -> dict[str, bytes]:
    """Return the printer's other files: the holder and pages of each numbered copy, and the job ticket."""
    step = pages_per_copy(job.master.pages)
    pages = [(run.name, first) for run in job.runs for first in range(1, run.pages + 1, step)]
    quantities, places = [], []
    for (name, file), (run, first) in zip(files, pages, strict=True):
        college, number = job.takers[name], str(file.number)
        address = job.publisher_address if name in job.posted else _delivery_address(college)
        share = job.added.copies.get(name) if job.added else None
        new = "yes" if share and file.number in share.numbers else ""
        quantities.append((file.name, number, name, college.name, address, file.sha256, new))
        last = first + job.master.pages - 1
        places.append((number, name, college.name, address, run, str(first), str(last), new))
    heads = ("file", "copy number", "college", "name", "deliver to", "sha256")
    place_heads = ("copy number", "college", "name", "deliver to", "file", "first page", "last page")
    return {
        "quantities.csv": _format_table(job, heads, quantities),
        job.copies_table: _format_table(job, place_heads, places),
        "job-ticket.txt": format_job_ticket(job),
    }


def _delivery_address(college: College) -> str:
    return college.delivery or college.contact or ""


def _format_table(job: PrintJob, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> bytes:
    """Format rows as a table. Without an earlier order, the last column, for what is new, is left out."""
    if job.added is None:
        return format_csv(heads, [row[:-1] for row in rows]).encode()
    return format_csv((*heads, "new"), rows).encode()

"""Leaves for colleges that chose them: found between the edition that they hold and the new one, and made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from pikepdf import Pdf

from pipeline.build.project import Project
from pipeline.cli.colleges.printing import LEAVES_FOR
from pipeline.cli.editions.issued_copies import PackToCopy
from pipeline.cli.editions.replacing import TwoEditions, leaves_in, pack_identity, printed_files, replacement_text
from pipeline.codes import colleges as codes
from pipeline.colleges.deliveries.plan import PlannedDelivery, PlannedFile, PlannedLeaves, Shipment, plan
from pipeline.colleges.deliveries.updates import WantedLeaves, WholeInstead, wanted_leaves
from pipeline.colleges.holdings import LEAVES, deliveries, holdings
from pipeline.colleges.ledger.events import Event
from pipeline.colleges.ledger.table import read_table
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.digest import sha256
from pipeline.core.errors import PressFailure, UsageError
from pipeline.core.files import write_whole
from pipeline.core.tables import as_csv
from pipeline.editions.copies import Issue, name_in_parcel, recipients
from pipeline.editions.issued.records import RecordFile, edition_of, read_records
from pipeline.editions.replacing.instructions import sides_put_in
from pipeline.editions.replacing.leaves import MOST, put_in
from pipeline.editions.since import TurnedCopies
from pipeline.editions.ticket import deliver_to
from pipeline.load.library.folders import LEDGER
from pipeline.model.formats import FORMATS, PRINTED, USUAL_EDITION, Format
from pipeline.model.library import Library
from pipeline.model.source.college import College


@dataclass(frozen=True, slots=True)
class FoundLeavesBetween:
    """The leaves between two editions: what is replaced, and the issued files of the new one."""

    two: TwoEditions
    files: dict[Format, bytes]

    @property
    def name(self) -> str:
        """The numbers of the two editions, as files are named: '1-2'."""
        return f"{self.two.was.record.number}-{self.two.now.record.number}"


def planned_leaves(
    project: Project, shipment: Shipment, wanted: Iterable[WantedLeaves | WholeInstead]
) -> tuple[tuple[PlannedLeaves, ...], tuple[WholeInstead, ...]]:
    """The leaves to be planned, and the colleges that get whole copies instead, each with the reason."""
    found, whole = list[PlannedLeaves](), list[WholeInstead]()

    @cache
    def between(was: str) -> FoundLeavesBetween | str:
        return leaves_between(project, shipment.one, was)

    for one in wanted:
        leaves = between(one.was) if isinstance(one, WantedLeaves) else ""
        if isinstance(one, WholeInstead):
            whole.append(one)
        elif isinstance(leaves, str):
            whole.append(WholeInstead(one.college, leaves))
        else:
            name = f"{shipment.one.record.pack}-replace-{leaves.name}{FORMATS[PRINTED[0]].end}"
            found.append(PlannedLeaves(one.college, one.was, PlannedFile(PRINTED[0], name, "", 0, one.quantity)))
    return tuple(found), tuple(whole)


def leaves_between(project: Project, now: RecordFile, edition: str) -> FoundLeavesBetween | str:
    """The leaves that turn an edition into another; or why whole copies are better, behind 'it'."""
    was = edition_of(read_records(project.files).chains[now.record.pack], edition)
    if was is None or was.record.number >= now.record.number:
        return f"holds '{edition}', which is no earlier edition that was issued"
    try:
        held, faults = printed_files(project, was, now)
    except UsageError:
        return f"holds '{edition}', and one of the two editions has no PDF for the printer"
    if faults:
        return f"holds '{edition}', and the archive does not have the pages of both editions as they were issued"
    two = TwoEditions(was, now, *(leaves_in(project, files[PRINTED[0]]) for files in held))
    many, all_ = len(put_in(two.steps)), len(two.new)
    if not two.steps:
        return f"holds '{edition}', which has the same leaves"
    if many > MOST * all_:
        return f"holds '{edition}', of which {many} of {all_} leaves would be replaced: whole copies cost no more"
    return FoundLeavesBetween(two, held[1])


def told_whole(library: Library, whole: Iterable[WholeInstead]) -> tuple[Diagnostic, ...]:
    """The remarks on colleges that chose leaves and get none."""
    marks = library.list_marks["colleges"]
    return tuple(
        codes.DELIVER_WHOLE.at(marks.at(one.college, "updates"), college=one.college, why=one.why) for one in whole
    )


def made_leaves(
    project: Project, library: Library, shipment: Shipment, issue: Issue, planned: Sequence[PlannedDelivery]
) -> tuple[PlannedDelivery, ...]:
    """The plan, with the leaves made that wait for a person: for you to print and post, or beside the printer's job."""
    waiting = [one for one in planned if one.was and one.waits]
    files = {was: _made(project, shipment.one, was) for was in dict.fromkeys(one.was for one in waiting)}
    for channel, place in (("post", "deliveries"), ("printer", "printer")):
        own = [one for one in waiting if one.channel == channel]
        folder = project.output / place / issue.folder
        for one in own:
            write_whole(folder / one.files[0].name, files[one.was])
        if own and channel == "printer":
            write_whole(folder / LEAVES_FOR, _quantities(library, own))
    return tuple(_sized(one, files[one.was]) if one in waiting else one for one in planned)


def pages_of_leaves(project: Project, one: PlannedDelivery) -> tuple[int, bool]:
    """The pages that are printed for a set of leaves; and whether that is the least, as the file is not made yet.

    With the leaves goes what says where each of them is put: one sheet, or more.
    """
    path = project.output / "deliveries" / name_in_parcel(one.pack, one.pack, one.edition) / one.files[0].name
    if path.is_file():
        with Pdf.open(path) as pdf:
            return len(pdf.pages), False
    now = edition_of(read_records(project.files).chains[one.pack], one.edition)
    found = leaves_between(project, now, one.was) if now else ""
    return (0, True) if isinstance(found, str) else (2 * (len(put_in(found.two.steps)) + 1), True)


def without_leaves(project: Project, issued: PackToCopy, day: date) -> PackToCopy:
    """An edition as whole copies of it are prepared: none for those that get leaves, by the table of the ledger."""
    library, pack, table = issued.library, issued.issue.pack, project.folder / LEDGER
    one = edition_of(read_records(project.files).chains[pack.id], issued.issue.edition)
    takers = recipients(library, pack, day)
    if one is None or not table.is_file() or not any(college.updates == LEAVES for college in takers.values()):
        return issued
    events = read_table(table.read_bytes())[0]
    shipment = Shipment(one, pack)
    leaves, _ = leaves_for(project, shipment, takers, events)
    planned = plan(shipment, takers, tuple(deliveries(events).values()), leaves=leaves)
    return replace(issued, library=with_fewer(library, planned))


def turned_copies(project: Project, pack: str) -> Mapping[str, TurnedCopies]:
    """The copies of a pack that were turned by leaves last, by college, by the table of the ledger."""
    table = project.folder / LEDGER
    found = holdings(read_table(table.read_bytes())[0]) if table.is_file() else ()
    turned = sorted((one for one in found if one.leaves and one.pack == pack), key=lambda one: one.since)
    return {one.college: TurnedCopies(one.edition, one.briefings, one.since) for one in turned if one.state == "held"}


def leaves_for(
    project: Project, shipment: Shipment, takers: Mapping[str, College], events: Sequence[Event]
) -> tuple[tuple[PlannedLeaves, ...], tuple[WholeInstead, ...]]:
    """The leaves that are to be planned for colleges that chose them, and who gets whole copies instead."""
    if not any(college.updates == LEAVES for college in takers.values()):
        return (), ()
    known = tuple(deliveries(events).values())
    return planned_leaves(project, shipment, wanted_leaves(shipment, takers, known, holdings(events)))


def _made(project: Project, now: RecordFile, edition: str) -> bytes:
    """The leaves for the printer, with the day of the issue: made again, they are the same. Raises `PressFailure`."""
    from pipeline.build.correcting.replacement import ReplacementJob, make_replacement  # which loads all that binds

    found = leaves_between(project, now, edition)
    if isinstance(found, str):
        raise PressFailure(f"There are no leaves any more: the college {found}.")
    pack, files = pack_identity(project, now), found.files
    said, sides = replacement_text(project, found.two, pack.words), tuple(sides_put_in(found.two.steps))
    job = ReplacementJob(pack, said, found.name, sides, files[PRINTED[0]], files.get(USUAL_EDITION))
    made = make_replacement(project, job, now.record.issued)
    place = next((path for path in made.files if path.name.endswith(FORMATS[PRINTED[0]].end)), None)
    if place is None:
        raise PressFailure("The leaves for the printer could not be made.")
    return Path(place).read_bytes()


def _sized(one: PlannedDelivery, content: bytes) -> PlannedDelivery:
    return replace(one, files=(replace(one.files[0], sha256=sha256(content), bytes=len(content)),))


def _quantities(library: Library, own: Iterable[PlannedDelivery]) -> bytes:
    """The table of leaves for the printer: the file, how often it is printed, for whom."""
    heads = ("file", "copies", "college", "name", "deliver to")
    rows = [
        (one.files[0].name, str(one.files[0].quantity), one.college, college.name, deliver_to(college))
        for one in own
        for college in (library.colleges[one.college],)
    ]
    return as_csv(heads, rows).encode()


def with_fewer(library: Library, planned: Iterable[PlannedDelivery]) -> Library:
    """The library as whole copies are made of it: a college takes those fewer for which it gets leaves."""
    colleges = dict(library.colleges)
    for one in (one for one in planned if one.was and not one.again):
        fewer = max(colleges[one.college].copies - one.files[0].quantity, 0)
        colleges[one.college] = colleges[one.college].model_copy(update={"copies": fewer})
    return replace(library, colleges=colleges)

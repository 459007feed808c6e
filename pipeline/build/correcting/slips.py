"""The slip that corrects printed copies of a version: found, composed, pressed, bound and checked as any other text."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.bind.pdf.briefing import bind_pdf
from pipeline.bind.print.imposition import impose, twice_a_side
from pipeline.bind.stamps.running import briefing_stamps
from pipeline.build.builder import Builder
from pipeline.build.checks import File, checked
from pipeline.build.output.beside import make_beside
from pipeline.build.project import Project
from pipeline.build.rules import LINES, PRESS
from pipeline.codes import kept as codes
from pipeline.compose.slip import (
    PAGE,
    SlipEntry,
    SlipText,
    compose_slip,
    errata_text,
    slip_entries,
    slip_identity,
)
from pipeline.compose.stamp import compose_stamps
from pipeline.core.diagnostics import Diagnostic, Place, ordered
from pipeline.core.digest import sha256
from pipeline.core.errors import UsageError
from pipeline.core.files import write_whole
from pipeline.model.claim import Claim
from pipeline.model.formats import USUAL_EDITION, path_of
from pipeline.model.publication import Publication
from pipeline.model.source.briefing import Amendment
from pipeline.proof.promise import briefing_promise
from pipeline.resolve.publish.changes import amendments

SHOWN = 3
"""So many differences of wordings are named."""


@dataclass(frozen=True, slots=True)
class SlipJob:
    """A slip to be made: from which version to which, the code of the words of each, whether two stand on A4."""

    old: Publication
    new: Publication
    wrong: str
    code: str
    two: bool = False
    unsaid: tuple[str, ...] = ()
    """Clauses on what differs and no slip can say."""
    differs: tuple[str, ...] = ()
    """Clauses on what differs between the two wordings, for where no words on pages do."""

    @property
    def reasons(self) -> tuple[Amendment, ...]:
        """The entries of the history on the versions in between."""
        return tuple(amendments(self.new.briefing.fields, self.old.identity.version, self.new.identity.version))

    @property
    def path(self) -> str:
        """The path of its file in the output."""
        was, now = self.old.identity.version, self.new.identity.version
        end = "-two" if self.two else ""
        return path_of(self.new.owner, USUAL_EDITION).replace(".pdf", f"-slip-{was}-{now}{end}.pdf")


@dataclass(frozen=True, slots=True)
class MadeSlip:
    """A slip that was made, with its lines; or no file, and why there is none."""

    entries: tuple[SlipEntry, ...] = ()
    file: Path | None = None
    remarks: tuple[Diagnostic, ...] = ()
    unsaid: int = 0
    """Changes that no slip can say: words that are only set or linked otherwise."""


def make_slip(project: Project, job: SlipJob, day: date) -> MadeSlip:
    """Make a slip, and put it beside the briefing's own files. It is not among what a build lists as made.

    Raises `UsageError` where the two versions have the same words.
    """
    if against := _not_corrections(job):
        return MadeSlip(remarks=against)
    return make_beside(project, lambda b: _made(b, job, day))


def _not_corrections(job: SlipJob) -> tuple[Diagnostic, ...]:
    """The entries of the history that call a version something else than a correction, or that there is none."""
    briefing, reasons = job.new.briefing, job.reasons
    if not reasons:
        said = f"The history has no entry on a version after {job.old.identity.version}"
        return (_against(job, said, briefing.marks.at("history")),)
    found = [(n, one) for n, one in enumerate(briefing.fields.history) if one in reasons and one.kind != "correction"]
    return tuple(
        _against(job, f"Version {one.version} is called {one.kind}", briefing.marks.at("history", n, "kind"))
        for n, one in found
    )


def _against(job: SlipJob, what: str, place: Place) -> Diagnostic:
    was, now = job.old.identity.version, job.new.identity.version
    return codes.SLIP_SUBSTANTIVE.at(place, what=what[:1].upper() + what[1:], name=job.new.id, was=was, now=now)


async def _made(b: Builder, job: SlipJob, day: date) -> MadeSlip:
    layouts, words = b.project.layouts, job.new.identity.words
    text, found = errata_text(job.old, job.new, layouts)
    if found.more:
        place = job.new.briefing.marks.at("history")
        return MadeSlip(remarks=tuple(_against(job, one, place) for one in found.more))
    places = await b.result(LINES, text) if found.errata else ()
    entries = slip_entries(found.errata, places, words)
    unsaid = len(found.errata) - len(entries)
    if not entries:
        was, now = job.old.identity.version, job.new.identity.version
        same = f"'{job.new.id}' {was} and {now} have the same words"
        if job.differs:
            raise UsageError(f"{same} on their pages. No slip can say what differs: {', '.join(job.differs[:SHOWN])}.")
        raise UsageError(f"{same}: there is nothing to correct.")
    reasons, before = job.reasons, job.old.identity
    said = SlipText(
        before.version,
        before.title,
        job.wrong,
        job.code,
        entries,
        reasons,
        on=max(one.date for one in reasons),
        unsaid=bool(unsaid or job.unsaid),
    )
    file, remarks = await _pressed(b, job, said, day)
    path = b.project.output / job.path
    write_whole(path, impose(file, twice_a_side) if job.two else file, b.project.output)
    return MadeSlip(entries, path, ordered((*b.remarks, *remarks)), unsaid)


async def _pressed(b: Builder, job: SlipJob, said: SlipText, day: date) -> tuple[bytes, tuple[Diagnostic, ...]]:
    """The slip as a tagged PDF, and what the press and the judges say of it."""
    layouts, library = b.project.layouts, b.project.loaded[0]
    identity, text = slip_identity(job.new), compose_slip(job.new, said, layouts)
    sheets = await b.result(PRESS, text)
    claim = Claim(library.imprint.fields.pdf.standard)
    stamps = compose_stamps(library.imprint, layouts)
    lines = await b.stamps(stamps, briefing_stamps(identity, day, sheets.pages, PAGE))
    file = bind_pdf(sheets, text.metadata, identity, day, lines, {}, PAGE, claim)
    promise = briefing_promise(text, sheets.pages, identity, day, claim)
    path, digest = f"output/{replace(job, two=False).path}", sha256(file)
    to_check = File(path, digest, USUAL_EDITION, digest, promise, read=lambda: file)
    return file, (*sheets.remarks, *await checked(b, to_check))

"""Parcels as they go out: the files that were prepared, compared with the plan, and sealed again with the letter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.build.project import Project
from pipeline.core.digests import sha256
from pipeline.model.source.college import DeliverySettings
from pipeline.resolve.reading import PackView
from pipeline.services.colleges.copies import IssuedEdition
from pipeline.services.colleges.delivery_checks import is_sent_as_links
from pipeline.services.colleges.delivery_plan import PRINTER, PlannedDelivery, PlannedFile
from pipeline.services.colleges.file_transports import make_links
from pipeline.services.colleges.holdings import Holding
from pipeline.services.colleges.ledger_stores import Ledger
from pipeline.services.colleges.letters import (
    COVER_NOTE,
    DeliveryLetter,
    compose_closing,
    compose_link_list,
    compute_answer_day,
    find_letter_words,
    format_as_text,
)
from pipeline.services.colleges.manifest import (
    CHECK_PAGE,
    MANIFEST,
    SEALING_FILES,
    ParcelSeal,
    reseal_parcel,
    seal_parcel,
)
from pipeline.services.colleges.transport import DeliveryFailed, Parcel
from pipeline.services.editions.edition import read_pack_with_texts

TICKET = "job-ticket.txt"


@dataclass(frozen=True, slots=True)
class DeliveryRequest:
    """What the command asks for."""

    today: date
    edition: str | None = None
    to: tuple[str, ...] = ()
    """The colleges; all if none is named."""
    reasons: Mapping[str, str] | None = None
    """Reasons that override obstacles, by briefing."""
    again: str = ""
    """The reason for sending once more."""
    only_planned: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryContext:
    """What every step of a delivery needs."""

    project: Project
    ledger: Ledger
    issued: IssuedEdition
    request: DeliveryRequest

    @property
    def settings(self) -> DeliverySettings:
        """The library's settings for deliveries."""
        return self.issued.library.imprint.fields.of(DeliverySettings)

    @property
    def binding(self) -> PackView:
        """The pack with its texts, on the day of the delivery or of the issue, whichever is later."""
        today = max(self.issued.prepared.produced, self.request.today)
        return read_pack_with_texts(self.issued.library, self.issued.prepared.pack, today)

    @property
    def title(self) -> str:
        """The title of the pack and its edition."""
        return f"{self.issued.prepared.title}, {self.issued.prepared.edition}"

    def letters(
        self, deliveries: Sequence[PlannedDelivery], holdings: Sequence[Holding]
    ) -> Mapping[str, DeliveryLetter]:
        """Return what the letter with each delivery is composed from, by its id."""
        library, answer_by = self.issued.library, compute_answer_day(self.settings.post, self.request.today)
        words = find_letter_words(self.project, library, [delivery.college for delivery in deliveries])
        return {
            delivery.id: DeliveryLetter(
                library, self.issued.prepared, delivery, holdings, words[delivery.college], answer_by
            )
            for delivery in deliveries
        }


def build_college_parcel(
    context: DeliveryContext, delivery: PlannedDelivery, seal: ParcelSeal, holdings: Sequence[Holding]
) -> Parcel:
    """Return the parcel that was prepared for a college, with the planned files only, sealed again."""
    folder = context.project.output / "colleges" / delivery.college / context.issued.prepared.folder
    files = read_prepared_files(folder, delivery.files)
    planned = {file.name for file in delivery.files}
    note = files.pop(COVER_NOTE).decode()
    letter = context.letters((delivery,), holdings)[delivery.id]
    words = letter.words
    if files.keys() - planned - {*SEALING_FILES, CHECK_PAGE}:
        rest = words.say("letter-rest", files=", ".join(file.name for file in delivery.files))
        note = f"{rest}\n\n{note}"
    note += f"\n{format_as_text(compose_closing(letter))}"
    sent = {name: content for name, content in files.items() if name in planned or name == MANIFEST}
    if delivery.channel != "mail":
        parts = reseal_parcel(sent | {COVER_NOTE: note.encode()}, seal)
        return Parcel(delivery.id, delivery.to, context.title, parts, note, words.language)
    parts = reseal_parcel(sent, seal)
    links = _make_links(context, delivery, {name: sha256(parts[name]) for name in sorted(planned)})
    note = f"{format_as_text(compose_link_list(links, words))}\n{note}" if links else note
    parts |= {COVER_NOTE: note.encode()}  # not sealed: it is the text of the mail
    return Parcel(delivery.id, delivery.to, context.title, parts, note, words.language, links)


def _make_links(context: DeliveryContext, delivery: PlannedDelivery, digests: Mapping[str, str]) -> Mapping[str, str]:
    """Return the links to the files of a mail, by their SHA-256; none if the files are attached."""
    server = context.settings.mail
    if server is None or server.links is None:
        return {}
    if not is_sent_as_links(context.issued.library, context.binding, delivery):
        return {}
    return make_links(server.links.address, digests)


def read_prepared_files(folder: Path, planned: Iterable[PlannedFile]) -> dict[str, bytes]:
    """Read the files of a folder. Raises `DeliveryFailed` if one is not the file that was planned."""
    files = _read_folder(folder)
    for file in planned:
        if sha256(files.get(file.name, b"")) != file.sha256:
            raise DeliveryFailed("refused", f"{folder / file.name} is not the file that was planned")
    return files


def _read_folder(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} if folder.is_dir() else {}


def build_job_parcel(context: DeliveryContext, delivery: PlannedDelivery, seal: ParcelSeal) -> Parcel:
    """Return the print job as a parcel, sealed. Raises `DeliveryFailed` if it was not prepared."""
    prepared, printer = context.issued.prepared, context.settings.printer
    folder = context.project.output / "printer" / prepared.folder
    files = _read_folder(folder)
    if TICKET not in files:
        raise DeliveryFailed("refused", f"{folder} does not hold the job that was prepared")
    facts = {
        "college": PRINTER,
        "name": printer.name if printer else "",
        "pack": prepared.pack.id,
        "title": prepared.title,
        "edition": prepared.edition,
        "produced": prepared.produced.isoformat(),
        "record": prepared.record,
        "code": prepared.code,
    }
    ticket = files[TICKET].decode()
    return Parcel(delivery.id, delivery.to, f"Print job: {context.title}", seal_parcel(facts, files, seal), ticket)

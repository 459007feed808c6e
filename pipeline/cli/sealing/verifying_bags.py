"""Answers on bags that were handed over: every file, and the chains that they carry, by the library's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipInfo

from pipeline.build.project import Project
from pipeline.cli.colleges.ledger_access import project_events
from pipeline.cli.editions.answers import Answer
from pipeline.cli.sealing.verifying_parcels import public_keys
from pipeline.codes import colleges as codes
from pipeline.colleges.disclosure.bag import MINISIGN_TAGS, PAYLOAD, TAG_MANIFEST
from pipeline.colleges.disclosure.checking import disclosure_faults, read_about, signature_fault
from pipeline.colleges.disclosure.contents import ABOUT, PAGE
from pipeline.colleges.disclosure.expected import Witnessed
from pipeline.core.archives import BadArchive, LargeArchive, ZipArchive, archive_of
from pipeline.core.diagnostics import Place, ordered
from pipeline.core.errors import EnvironmentFailure
from pipeline.core.tables import count
from pipeline.editions.issued.records import read_records

MOST = 400_000_000
"""Bytes of a bag, and of what it unpacks to."""
_HAVE_AGAIN = "Rely on nothing that is named here: have it handed over again by whoever disclosed it."


def bag_in(place: Path) -> Mapping[str, bytes] | None:
    """The files of a disclosure by path, in a folder or in an archive; nothing where it is none."""
    try:
        if place.is_dir():
            if not (place / PAYLOAD / ABOUT).is_file():
                return None
            return {
                path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()
            }
        if place.suffix.casefold() != ".zip":
            return None
        if place.stat().st_size > MOST:
            raise EnvironmentFailure("The archive is larger than a bag can be.")
        return _unpacked(place.read_bytes())
    except OSError as refusal:
        raise EnvironmentFailure(f"{place} cannot be read: {refusal.strerror}.") from refusal


def _unpacked(content: bytes) -> Mapping[str, bytes] | None:
    """The files of an archive that holds a bag in one folder."""
    try:
        with archive_of(content, MOST) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            folders = {one.filename.partition("/")[0] for one in members}
            if len(folders) != 1 or f"{min(folders)}/{PAYLOAD}{ABOUT}" not in archive.namelist():
                return None
            return {one.filename.partition("/")[2]: _read(archive, one) for one in members}
    except LargeArchive:
        raise EnvironmentFailure("The archive would unpack to more than a bag can be.") from None
    except BadArchive:
        return None


def _read(archive: ZipArchive, member: ZipInfo) -> bytes:
    """A file of an archive; nothing of one that is damaged, so that it is told as changed."""
    try:
        return archive.read(member)
    except BadArchive:
        return b""


def answer_bag(project: Project, place: Path, files: Mapping[str, bytes]) -> Answer:
    """The answer on a bag."""
    events, broken = project_events(project)
    records = read_records(project.files)
    if wrong := signature_fault(files, public_keys(project)):
        remark = codes.VERIFY_KEY.at(Place(str(place / TAG_MANIFEST)), name=TAG_MANIFEST, what=wrong)
        return Answer(str(place), "nothing that can be said", "not ours.", grade="not-ours", remarks=(remark,))
    faults = tuple(disclosure_faults(files, Witnessed(project.files, records, events)))
    remarks = tuple(
        codes.VERIFY_FILE.at(Place(str(place / name)), _HAVE_AGAIN, file=name, what=what) for name, what in faults
    )
    asked = (read_about(files) or {}).get("asked", {})
    named = ", ".join(f"{name} {value}" for name, value in asked.items()) if isinstance(asked, dict) else ""
    named = "".join(sign if sign.isprintable() else "?" for sign in named)
    which = f"a disclosure{f': {named}' if named else ''}"
    if remarks:
        whole = f"{count(len(remarks), 'thing')} in it {'is' if len(remarks) == 1 else 'are'} not as on record."
        return Answer(str(place), which, whole, grade="other-files", remarks=ordered(remarks))
    signed = MINISIGN_TAGS in files
    by = ", signed by our key" if signed else "; not signed"
    whole = f"as it was packed: {count(len(files), 'file')}{by}. The records and the ledger here bear it out."
    whole += _until(files, len(events)) + ("" if signed else f" Nobody can say who wrote data/{PAGE}: read the others.")
    doubtful = bool(broken or records.remarks)
    now = "But the records or the ledger here do not hold: 'briefings verify --records', 'briefings ledger check'."
    return Answer(str(place), which, whole, now if doubtful else "", "disclosed", doubtful=doubtful)


def _until(files: Mapping[str, bytes], length: int) -> str:
    """The event with which it ends, where there are more by now."""
    number = (read_about(files) or {})["last_event"]["number"]
    return f" It ends with event {number} of {length} that are on record now." if number != length else ""

"""Inserts: finished PDFs from outside that packs bind in. They lie in `source/packs/`, or in a folder below it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import PurePosixPath

from pipeline.codes import packs as codes
from pipeline.codes.limits import faults_reported
from pipeline.core.diagnostics import Desk
from pipeline.load.slips.near import near
from pipeline.model.asset import Asset
from pipeline.model.source.pack import Insert, Pack

FOLDER = "source/packs/"
MEDIA_TYPE = "application/pdf"

Examine = Callable[[bytes], str]
"""Why a PDF cannot be bound in; nothing where it can."""


def unfit(content: bytes) -> str:
    """Why a PDF cannot be bound in; nothing where it can. What judges it is loaded where there is one to judge."""
    from pipeline.load.pictures.insert_faults import insert_fault

    return insert_fault(content)


def read_inserts(packs: Iterable[Pack], files: Mapping[str, bytes], examine: Examine, desk: Desk) -> dict[str, Asset]:
    """The inserts of all packs by their path in the project; what is not there or cannot be bound is reported."""
    found: dict[str, Asset] = {}
    for pack in packs:
        for insert, way in _inserts(pack):
            name, place = insert.insert, pack.marks.at(*way)
            path = FOLDER + name
            if ".." in PurePosixPath(name).parts or name.startswith("/"):
                desk.report(codes.PACK_INSERT.at(place, name=name, reason="it lies outside source/packs/"))
            elif path not in files:
                known = [one.removeprefix(FOLDER) for one in files if _is_pdf(one)]
                guess = near(name, known)
                hint = f"Did you mean '{guess[0]}'?" if guess else None
                desk.report(codes.PACK_INSERT_MISSING.at(place, hint, name=name))
            elif path not in found:
                with faults_reported(desk, place, f"read {path}"):
                    if reason := examine(files[path]):
                        desk.report(codes.PACK_INSERT.at(place, name=name, reason=reason))
                    else:
                        found[path] = Asset(path, MEDIA_TYPE, sha256(files[path]).hexdigest(), files[path])
    return found


def _is_pdf(path: str) -> bool:
    return path.startswith(FOLDER) and path.lower().endswith(".pdf")


def _inserts(pack: Pack) -> Iterator[tuple[Insert, tuple[str | int, ...]]]:
    """The inserts that a pack lists, each with where the name of its file stands."""
    listed: list[tuple[tuple[str | int, ...], tuple[str | Insert, ...]]] = [(("briefings",), pack.fields.briefings)]
    listed += [(("parts", number, "briefings"), part.briefings) for number, part in enumerate(pack.fields.parts)]
    for way, lines in listed:
        for index, line in enumerate(lines):
            if isinstance(line, Insert):
                yield line, (*way, index, "insert")

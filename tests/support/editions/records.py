"""Records of editions without files of packs: three editions of one pack, as a chain."""

from collections.abc import Mapping, Sequence
from datetime import date

from pipeline.core.digests import sha256
from pipeline.core.printed_code import code_of
from pipeline.model.source.versions import FIRST, EditionRecord, IssuedBriefing, IssuedFile
from pipeline.services.editions.record_chain import SavedRecord, issued_digest, serialize_record

NAMES = ("Autumn 2023", "Spring 2024", "Summer 2024")


def content(edition: str) -> bytes:
    """The plain text of an edition."""
    return f"Nights\n{edition}\n\nPatrols walk.\n".encode()


def text_file(edition: str) -> IssuedFile:
    """The file of an edition."""
    said = content(edition)
    return IssuedFile(file="nights.txt", format="text", bytes=len(said), pages=0, sha256=sha256(said))


def chain(
    names: Sequence[str] = NAMES, corrects: str | None = None, kept: Mapping[str, bytes] | None = None
) -> tuple[SavedRecord, ...]:
    """The records of a pack; the last one may correct another edition. `kept` are records of versions, by number."""
    made: list[SavedRecord] = []
    for number, name in enumerate(names, 1):
        version = f"1.{number}"
        briefing = IssuedBriefing(
            id="patrol",
            version=version,
            title="Foot patrol",
            digest=f"words/1:{sha256(name.encode())}",
            kept=sha256(kept[version]) if kept and version in kept else None,
        )
        words = issued_digest("nights", name, [briefing])
        record = EditionRecord(
            pack="nights",
            title="Nights",
            edition=name,
            number=number,
            previous=made[-1].sha256 if made else FIRST,
            supersedes=names[number - 2] if made else None,
            corrects=corrects if number == len(names) else None,
            issued=date(2024, number, 1),
            words=words,
            code=str(code_of(words)),
            briefings=(briefing,),
            files=(text_file(name),),
        )
        made.append(serialize_record(record))
    return tuple(made)


def holding(pack: str, number: int, edition: str, versions: Mapping[str, str]) -> SavedRecord:
    """The record of an edition that held these versions of briefings, by their ids; of no files."""
    held = tuple(
        IssuedBriefing(id=name, version=version, title=name.capitalize(), digest=f"words/1:{number:064x}")
        for name, version in versions.items()
    )
    words = issued_digest(pack, edition, held)
    return serialize_record(
        EditionRecord(
            pack=pack,
            title=pack.capitalize(),
            edition=edition,
            number=number,
            previous=FIRST,
            issued=date(2024 + (number - 1) // 12, (number - 1) % 12 + 1, 1),
            words=words,
            code=str(code_of(words)),
            briefings=held,
            files=(),
        )
    )


def placed(records: Sequence[SavedRecord]) -> dict[str, bytes]:
    """The records as files of a project."""
    return {one.path: one.content for one in records}

"""The audit of the records, as the verb verify is asked for it."""

from collections.abc import Iterator, Mapping

from pipeline.build.plan import refuse_unknown
from pipeline.build.project import Project
from pipeline.cli.editions.answers import no_archive
from pipeline.cli.editions.chain_faults import witnesses_of
from pipeline.cli.outcome import Outcome
from pipeline.core.diagnostics import UsageError, ordered
from pipeline.core.sentences import count
from pipeline.editions.issued.archive import Archive
from pipeline.editions.issued.audit import audit, last_faults
from pipeline.editions.issued.records import RecordFile, read_records


def audited(project: Project, pack: str | None, last: str | None) -> Outcome:
    """The audit of every record, kept version and archived file, of one pack or of all."""
    library, records = project.part_of_library(()), read_records(project.files)
    if pack is not None and pack not in records.chains:
        refuse_unknown(project.loaded[0], (pack,))
    witnesses = witnesses_of(project, library.imprint, project.files)
    remarks = [*audit(records, witnesses, pack)]
    chains = {name: chain for name, chain in records.chains.items() if pack in (None, name)}
    if pack is not None and last:
        if len(last) < 8 or set(last.casefold()) - set("0123456789abcdef"):
            raise UsageError(f"'{last}' is no SHA-256, nor its first 8 letters.")
        remarks += last_faults(chains.get(pack, ()), pack, last)
    lines = _lines(project, chains, witnesses.archive, bool(remarks))
    return Outcome(ordered(remarks), lines, bool(remarks), is_report=True)


def _lines(
    project: Project, chains: Mapping[str, tuple[RecordFile, ...]], archive: Archive | None, wrong: bool
) -> Iterator[str]:
    """Lines on what was looked at, and the last record of each pack."""
    editions = sum(map(len, chains.values()))
    files = sum(len(one.record.files) for chain in chains.values() for one in chain)
    looked = f"{count(editions, 'edition')} of {count(len(chains), 'pack')}"
    held = f", {count(files, 'file')} in the archive" if archive else f"; {no_archive(project)}"
    yield f"{looked}{held}: {'see above' if wrong else 'all as they were written'}."
    for name, chain in chains.items():
        yield f"The last record of '{name}' is {chain[-1].name}, SHA-256 {chain[-1].sha256}"

"""One bibliography out of many files."""

from collections.abc import Callable, Mapping, Sequence

from pipeline.codes import files as codes
from pipeline.codes.limits import faults_reported
from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.model.bibliography import Bibliography, Reference

Bibliographies = Callable[[str, bytes], tuple[tuple[Reference, ...], tuple[Diagnostic, ...]]]


def read_bibliography(
    files: Mapping[str, bytes], paths: Sequence[str], read: Bibliographies, desk: Desk
) -> Bibliography:
    """All works by key, in order of key; of two with one key the first read is kept, and what differs is reported."""
    entries: dict[str, Reference] = {}
    by_doi: dict[str, Reference] = {}
    for path in paths:
        references: tuple[Reference, ...] = ()
        remarks: tuple[Diagnostic, ...] = ()
        with faults_reported(desk, Place(path), "read this file"):
            references, remarks = read(path, files[path])
        desk.extend(remarks)
        for reference in references:
            first = entries.setdefault(reference.key, reference)
            if first is not reference:
                if differ := _differ(first, reference):
                    remark = codes.REFERENCE_DUPLICATE_KEY
                    desk.report(remark.at(reference.place, key=reference.key, other=first.place, differ=differ))
                continue
            if reference.doi and (same := by_doi.setdefault(reference.doi, reference)) is not reference:
                desk.report(
                    codes.REFERENCE_SAME_DOI.at(
                        reference.place, key=reference.key, other_key=same.key, other=same.place, doi=reference.doi
                    )
                )
    return Bibliography(dict(sorted(entries.items())))


def _differ(first: Reference, second: Reference) -> str:
    """The fields in which two works differ; nothing where they are the same work written twice."""
    fields = [name for name in (*first.csl, *second.csl) if first.csl.get(name) != second.csl.get(name)]
    known = [(one.verification, one.cited_as) for one in (first, second)]
    fields += ["custom"] if known[0] != known[1] else []
    names = [f"'{name}'" for name in dict.fromkeys(fields)]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)

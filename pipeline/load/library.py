"""The library, read from its files."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location, Severity, errors
from pipeline.core.faults import report_faults
from pipeline.core.messages import message, with_house_rules
from pipeline.core.sentences import close_matches, join_names
from pipeline.core.services import service_files
from pipeline.load.briefing import ParsedBriefing, briefing_id, parse_briefing, published_bodies, read_head
from pipeline.load.folders import LIBRARY_FILE, RETRACTIONS_FOLDER, read_files
from pipeline.load.markdown.maths import DeclaredMacros
from pipeline.load.pictures.picture import KINDS, PROFILE_ENDS, PictureSet, ReadPicture, read_picture, read_profile
from pipeline.load.records import (
    LISTS,
    OTHERS,
    ListsRead,
    read_imprint,
    read_library_fields,
    read_list,
    read_manual_pack,
    read_pack,
    read_series,
    unnamed,
)
from pipeline.load.references.reference_files import read_reference_file
from pipeline.load.references.retractions import ReadNotices, add_work_states, read_notices
from pipeline.load.versions import (
    LoadLibrary,
    codes_in,
    editions_before,
    kept_numbers,
    read_all_kept_versions,
    wanted_pins,
)
from pipeline.load.yaml.fill import find_withheld
from pipeline.model.bibliography import Bibliography, Reference
from pipeline.model.formats import Asset
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.library_file import LibrarySettings, Series
from pipeline.model.source.pack import Insert, Pack


def load_heads(files: Mapping[str, bytes], names: Collection[str]) -> Library:
    """Return the library with only the front matter of these briefings, and of those that supersede them.

    It has the numbers of all kept versions. A briefing whose front matter cannot be read is in `broken`. Nothing is
    reported.
    """
    heads: dict[str, Briefing | None] = {}
    wanted = sorted(names)
    while wanted:
        name = wanted.pop()
        paths = f"source/briefings/{name}.md", f"source/briefings/{name}/briefing.md"
        path = next((path for path in paths if path in files), None)
        if path is None or name in heads:
            continue
        head = heads[name] = read_head(path, files[path], name)
        if head and head.fields.superseded_by:
            wanted.append(head.fields.superseded_by)
    lists = {name: f"source/{name}.yaml" for name in OTHERS}
    fields = read_library_fields(LIBRARY_FILE, files[LIBRARY_FILE], Diagnostics()) if LIBRARY_FILE in files else None
    return Library(
        LibrarySettings(LIBRARY_FILE, fields[0].model, fields[0].locations) if fields else unnamed(LIBRARY_FILE),
        {name: head for name, head in sorted(heads.items()) if head},
        others={n: read_list(n, path, files[path], Diagnostics())[n][0] for n, path in lists.items() if path in files},
        broken=frozenset(name for name, head in heads.items() if not head),
        kept_numbers=kept_numbers(files),
    )


_REFERENCES = (".yaml", ".json", ".bib", ".ris")
_KEPT = ("versions", "editions", *(name for name in service_files() if "." not in name))
_FOLDERS = ("briefings", "series", "packs", "references", "handbook", *_KEPT)
_ANYWHERE = (".csl", *PROFILE_ENDS)
"""Files that `library.yaml` names by their path, in any folder. Pictures, too, may be in any folder."""
_TOP = ("library.yaml", *(f"{name}.yaml" for name in LISTS), *(name for name in service_files() if "." in name))


@dataclass
class SourcePaths:
    """Sorted paths of a library's files by kind."""

    briefings: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    manuals: list[str] = field(default_factory=list)
    series: list[str] = field(default_factory=list)
    packs: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)


def sort_source_files(files: Mapping[str, bytes], diagnostics: Diagnostics) -> SourcePaths:
    """Sort the paths of files by kind, and report files that are not read."""
    paths = SourcePaths()
    for path in sorted(files):
        if path.startswith("source/"):
            for reason in _sort_path(path, paths):
                diagnostics.report(message("file-unknown", Location(path), reason=reason))
    return paths


def _sort_path(path: str, paths: SourcePaths) -> Iterator[str]:
    """Add a path to the list of its kind, or yield why the file is not read."""
    parts = PurePosixPath(path).parts[1:]
    suffix = PurePosixPath(path).suffix
    if len(parts) == 1:
        if parts[0] not in _TOP and suffix.lower() not in (*_ANYWHERE, *KINDS):
            yield _unknown_name(parts[0], _TOP)
        return
    match parts[0]:
        case "briefings":
            if suffix == ".md" and (len(parts) == 2 or (len(parts) == 3 and parts[2] == "briefing.md")):
                paths.briefings.append(path)
            elif suffix == ".md":
                yield "the briefing in a folder is called briefing.md"
            elif suffix.lower() not in KINDS:
                yield "this folder is for .md files and their pictures"
        case "handbook":
            if suffix == ".md":
                paths.pages.append(path)
            elif len(parts) == 2 and suffix == ".yaml":
                paths.manuals.append(path)
            elif suffix.lower() not in KINDS:
                yield "the handbook is made of .md files, pictures and pack.yaml"
        case "packs" if suffix.lower() == ".pdf":
            return  # an insert
        case "series" | "packs":
            if len(parts) == 2 and suffix == ".yaml":
                (paths.series if parts[0] == "series" else paths.packs).append(path)
            elif suffix.lower() not in KINDS:
                yield f"in {parts[0]}/ only files with names that end in .yaml are read"
        case "references" if path.startswith(RETRACTIONS_FOLDER):
            if suffix.lower() != ".csv":
                yield "in references/retractions/ only Retraction Watch files are read, with names that end in .csv"
        case "references" if suffix.lower() == ".csv":
            yield "a Retraction Watch file belongs in references/retractions/"
        case "references":
            if suffix.lower() in _REFERENCES:
                paths.references.append(path)
            else:
                yield "a bibliography's name ends in .yaml, .json, .bib or .ris"
        case name if name not in _KEPT and suffix.lower() not in (*_ANYWHERE, *KINDS):
            yield _unknown_name(name, _FOLDERS)


def _unknown_name(name: str, known: tuple[str, ...]) -> str:
    guess = close_matches(name, known)
    return f"nothing in source/ has the name '{name}'" + (f"; '{guess[0]}' was perhaps meant" if guess else "")


INSERTS = "source/packs/"

CheckInsert = Callable[[bytes], str]
"""Function that returns why a PDF cannot be bound into a pack; '' if it can."""


def check_insert(content: bytes) -> str:
    """Return why a PDF cannot be bound into a pack; '' if it can. The check is imported when it is needed."""
    from pipeline.load.pictures.pdf_files import insert_fault

    return insert_fault(content)


def read_inserts(
    packs: Iterable[Pack], files: Mapping[str, bytes], check: CheckInsert, diagnostics: Diagnostics
) -> dict[str, Asset]:
    """Return the inserts of all packs by their path in the project; report those that are missing or faulty."""
    assets: dict[str, Asset] = {}
    for pack in packs:
        parts = enumerate(pack.fields.parts)
        listed: list[tuple[tuple[str | int, ...], tuple[str | Insert, ...]]] = [(("briefings",), pack.fields.briefings)]
        listed += [(("parts", number, "briefings"), part.briefings) for number, part in parts]
        inserts = [
            (line.insert, pack.marks.at(*key_path, index, "insert"))
            for key_path, lines in listed
            for index, line in enumerate(lines)
            if isinstance(line, Insert)
        ]
        for name, place in inserts:
            path = INSERTS + name
            if ".." in PurePosixPath(name).parts or name.startswith("/"):
                diagnostics.report(message("pack-insert", place, name=name, reason="it is outside source/packs/"))
            elif path not in files:
                known = [p.removeprefix(INSERTS) for p in files if p.startswith(INSERTS) and p.lower().endswith(".pdf")]
                guess = close_matches(name, known)
                hint = f"Did you mean '{guess[0]}'?" if guess else "Put the PDF there, or correct its name."
                reason = f"there is no file {path}"
                diagnostics.report(message("pack-insert", place, hint, name=name, reason=reason))
            elif path not in assets:
                with report_faults(diagnostics, place, f"read {path}"):
                    if reason := check(files[path]):
                        diagnostics.report(message("pack-insert", place, name=name, reason=reason))
                    else:
                        assets[path] = Asset(path, "application/pdf", sha256(files[path]).hexdigest(), files[path])
    return assets


ReadReferences = Callable[[str, bytes], tuple[tuple[Reference, ...], tuple[Diagnostic, ...]]]
"""Reader of a bibliography file: its works and remarks."""


def read_bibliography(
    files: Mapping[str, bytes], paths: Sequence[str], read: ReadReferences, diagnostics: Diagnostics
) -> Bibliography:
    """Return all works by key, in order of key; of two with the same key the first is kept; report differences."""
    entries: dict[str, Reference] = {}
    by_doi: dict[str, Reference] = {}
    for path in paths:
        references: tuple[Reference, ...] = ()
        remarks: tuple[Diagnostic, ...] = ()
        with report_faults(diagnostics, Location(path), "read this file"):
            references, remarks = read(path, files[path])
        diagnostics.extend(remarks)
        for reference in references:
            first = entries.setdefault(reference.key, reference)
            key, doi, place = reference.key, reference.doi, reference.place
            if first is not reference:
                if differ := _list_differences(first, reference):
                    diagnostics.report(
                        message("reference-duplicate-key", place, key=key, other=first.place, differ=differ)
                    )
            elif doi and (same := by_doi.setdefault(doi, reference)) is not reference:
                diagnostics.report(
                    message("reference-same-doi", place, key=key, other_key=same.key, other=same.place, doi=doi)
                )
    return Bibliography(dict(sorted(entries.items())))


def _list_differences(first: Reference, second: Reference) -> str:
    """Return the names of the fields in which two works differ; '' if they are the same."""
    fields = [name for name in (*first.csl, *second.csl) if first.csl.get(name) != second.csl.get(name)]
    if (first.verification, first.cited_as) != (second.verification, second.cited_as):
        fields.append("custom")
    return join_names([f"'{name}'" for name in dict.fromkeys(fields)])


__all__ = ["load_library", "read_files"]

WHOLE_FILE = frozenset(
    (*("file-unreadable", "merge-mark", "file-too-large", "yaml-syntax", "reference-syntax", "fault-of-ours"),)
)
"""Codes of mistakes that make a whole file unreadable; others cost one entry of a list."""

_RECORDS = ("source/references/", *(f"source/{name}.yaml" for name in LISTS))

READING = "read this file"
"""What the program was doing, for the report of a fault of its own."""

Parse = Callable[[str, bytes, DeclaredMacros], ParsedBriefing]
"""A reader of a briefing's file; the commands are those of `library.yaml`."""


def load_library(
    files: Mapping[str, bytes],
    *,
    parse: Parse = parse_briefing,
    references: ReadReferences = read_reference_file,
    retractions: ReadNotices = read_notices,
    kept: LoadLibrary | None = None,
    examine: CheckInsert = check_insert,
    picture: ReadPicture = read_picture,
) -> tuple[Library, tuple[Diagnostic, ...]]:
    """Return the library that the files hold, and every mistake in them.

    `kept` reads the libraries of kept versions, `examine` checks the inserts of packs, `picture` reads pictures.
    """
    diagnostics = Diagnostics()
    paths = sort_source_files(files, diagnostics)
    pictures = PictureSet(files, diagnostics, picture)
    imprint, imprint_remarks = _read_imprint(files)
    parsed, broken = _parse_briefings(files, paths, parse, imprint, diagnostics)
    briefings = {name: briefing for name, (briefing, _) in parsed.items()}
    _add_pictures(pictures, parsed, broken)
    diagnostics.extend(imprint_remarks)
    series = _read_series(files, paths, imprint, diagnostics)
    packs = _read_packs(files, paths, briefings, diagnostics)
    pictures.add_of_texts((imprint, *series.values()))
    lists = _read_lists(files, diagnostics)
    records = {name: records for name, (records, _) in lists.items()}
    others = {name: records.pop(name) for name in OTHERS if name in records}
    pins = wanted_pins(briefings.values(), packs.values())
    published = read_all_kept_versions(files, pins, kept or load_library, diagnostics)
    library = Library(
        imprint,
        briefings,
        series,
        packs,
        read_bibliography(files, paths.references, references, diagnostics),
        assets=pictures.assets,
        logo=pictures.logo_of(imprint),
        inserts=read_inserts(packs.values(), files, examine, diagnostics),
        profile=read_profile(imprint, files, diagnostics),
        sources=published_bodies(files, briefings, diagnostics.remarks, imprint, packs, published.kept),
        broken=frozenset(map(briefing_id, broken)),
        loose={briefing_id(path): unread.loose for path, unread in broken.items() if unread.loose},
        **records,
        others=others,
        list_marks={name: locations for name, (_, locations) in lists.items()},
        kept_numbers=published.numbers,
        kept_on=published.days,
        kept_titles=published.titles,
        kept=published.kept,
        issued=editions_before(files, packs, diagnostics),
        codes=codes_in(files) if imprint.prints_codes else {},
    )
    library = add_work_states(library, files, retractions, diagnostics)
    remarks = with_house_rules(diagnostics.remarks, library.imprint.fields.rules.settings())
    library = replace(library, unread=_find_unread(library, files, remarks))
    library = replace(library, withheld=find_withheld(library, files, remarks))
    return _add_faults(library, paths, remarks), remarks


def _add_pictures(
    pictures: PictureSet,
    parsed: Mapping[str, tuple[Briefing, tuple[tuple[str, Location], ...]]],
    broken: Mapping[str, ParsedBriefing],
) -> None:
    """Read the pictures of all briefings, also of those without readable front matter."""
    for path, unread in broken.items():
        pictures.add_named(path, unread.pictures)
    for briefing, named in parsed.values():
        pictures.add_of_briefing(briefing, named)


def load_bibliography(files: Mapping[str, bytes], references: ReadReferences) -> Bibliography:
    """Return only the works of the library; mistakes are not reported."""
    return read_bibliography(files, sort_source_files(files, Diagnostics()).references, references, Diagnostics())


def _read_imprint(files: Mapping[str, bytes]) -> tuple[LibrarySettings, tuple[Diagnostic, ...]]:
    """Return the settings of the library, and remarks on them."""
    diagnostics = Diagnostics()
    with report_faults(diagnostics, Location(LIBRARY_FILE), READING):
        return read_imprint(LIBRARY_FILE, files.get(LIBRARY_FILE), diagnostics), diagnostics.remarks
    return read_imprint(LIBRARY_FILE, None, Diagnostics()), diagnostics.remarks


def _read_series(
    files: Mapping[str, bytes], paths: SourcePaths, imprint: LibrarySettings, diagnostics: Diagnostics
) -> dict[str, Series]:
    series: dict[str, Series] = {}
    for path in paths.series:
        with report_faults(diagnostics, Location(path), READING):
            if read := read_series(path, files[path], diagnostics, imprint.fields.maths.declared):
                series[read.id] = read
    return series


def _read_lists(files: Mapping[str, bytes], diagnostics: Diagnostics) -> ListsRead:
    lists: dict[str, Any] = {}
    for name in LISTS:
        if (path := f"source/{name}.yaml") in files:
            with report_faults(diagnostics, Location(path), READING):
                lists |= read_list(name, path, files[path], diagnostics)
    return lists


def _parse_briefings(
    files: Mapping[str, bytes], paths: SourcePaths, parse: Parse, imprint: LibrarySettings, diagnostics: Diagnostics
) -> tuple[dict[str, tuple[Briefing, tuple[tuple[str, Location], ...]]], dict[str, ParsedBriefing]]:
    """Return the briefings by id with the pictures that they name, and those that could not be read by path."""
    briefings: dict[str, tuple[Briefing, tuple[tuple[str, Location], ...]]] = {}
    broken: dict[str, ParsedBriefing] = {}
    path_of: dict[str, str] = {}
    for path in (*paths.briefings, *paths.pages):
        parsed = ParsedBriefing(None, ())
        with report_faults(diagnostics, Location(path), READING):
            parsed = parse(path, files[path], imprint.fields.maths.declared)
        diagnostics.extend(parsed.remarks)
        name = parsed.briefing.id if parsed.briefing else briefing_id(path)
        if name in path_of:
            diagnostics.report(message("id-duplicate", Location(path), id=name, other=path_of[name]))
            continue
        path_of[name] = path
        if parsed.briefing is None:
            broken[path] = parsed
        else:
            briefings[name] = parsed.briefing, parsed.pictures
    return dict(sorted(briefings.items())), broken


def _read_packs(
    files: Mapping[str, bytes], paths: SourcePaths, briefings: Mapping[str, Briefing], diagnostics: Diagnostics
) -> dict[str, Pack]:
    packs: dict[str, Pack] = {}
    path_of = {briefing.id: briefing.path for briefing in briefings.values()}
    for path in (*paths.manuals, *paths.packs):
        pack = None
        with report_faults(diagnostics, Location(path), READING):
            read = read_manual_pack if path in paths.manuals else read_pack
            pack = read(path, files[path], diagnostics)
        if pack is None:
            continue
        if pack.id in path_of:
            diagnostics.report(message("id-duplicate", Location(path), id=pack.id, other=path_of[pack.id]))
            continue
        path_of[pack.id] = path
        packs[pack.id] = pack
    return dict(sorted(packs.items()))


def _find_unread(library: Library, files: Mapping[str, bytes], remarks: tuple[Diagnostic, ...]) -> frozenset[str]:
    """Return the files with an error from which nothing could be read."""
    faulty = {
        remark.place.path
        for remark in remarks
        if remark.severity is Severity.ERROR
        and remark.place.path in files
        and (remark.code in WHOLE_FILE or not remark.place.path.startswith(_RECORDS))
    }
    read = {work.place.path for work in library.bibliography.entries.values()}
    read |= {f"source/{name}.yaml" for name in LISTS if library.others.get(name) or getattr(library, name, None)}
    read |= {"source/tags.yaml"} if library.areas else set()
    read |= {record.path for record in _all_records(library)}
    if library.imprint.marks.entries:
        read.add(LIBRARY_FILE)
    return frozenset(faulty - read)


def _all_records(library: Library) -> tuple[Briefing | Pack | Series, ...]:
    return (*library.briefings.values(), *library.packs.values(), *library.series.values())


def _add_faults(library: Library, paths: SourcePaths, remarks: tuple[Diagnostic, ...]) -> Library:
    """Return the library with the first error of each briefing that is not built, and the ids of unsound records."""
    names = {path: briefing_id(path) for path in (*paths.briefings, *paths.pages)}
    faults: dict[str, Diagnostic] = {}
    for remark in errors(remarks):
        name = names.get(remark.place.path, "")
        if name in library.broken or name in library.withheld:
            faults.setdefault(name, remark)
    faulty = {remark.place.path for remark in remarks if remark.severity is Severity.ERROR}
    unsound = {PurePosixPath(path).stem for path in faulty if path.startswith(("source/packs/", "source/series/"))}
    unsound |= {record.id for record in _all_records(library) if record.path in faulty or LIBRARY_FILE in faulty}
    if any(path.startswith("source/series/") for path in faulty & library.unread) and LIBRARY_FILE not in faulty:
        unsound |= {*library.without_series}
    return replace(library, faults=faults, unsound=frozenset(unsound))

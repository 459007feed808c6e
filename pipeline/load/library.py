"""The library out of its files."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location, Severity, errors
from pipeline.core.messages import message, with_house_rules
from pipeline.core.processes import faults_reported
from pipeline.core.sentences import close_matches, enumerated
from pipeline.core.services import files_of_services
from pipeline.load.briefing import ParsedBriefing, briefing_id, parse_briefing, published_bodies, read_head
from pipeline.load.folders import LIBRARY, NOTICES, read_files
from pipeline.load.markdown.maths import Declared
from pipeline.load.pictures.picture import KINDS, PictureSet, ReadPicture, read_picture
from pipeline.load.pictures.profiles import PROFILE_ENDS, read_profile
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
from pipeline.load.references.files import read_reference_file
from pipeline.load.references.retractions import ReadNotices, read_notices, with_states
from pipeline.load.versions import LoadLibrary, codes_in, editions_before, kept_numbers, read_kept, wanted_pins
from pipeline.load.yaml.fill import find_withheld
from pipeline.model.bibliography import Bibliography, Reference
from pipeline.model.formats import Asset
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.library_file import LibrarySettings, Series
from pipeline.model.source.pack import Insert, Pack


def load_part(files: Mapping[str, bytes], names: Collection[str]) -> Library:
    """The library with only the heads of these briefings, and of those that supersede them. Mistakes are not reported.

    Which versions are kept is known of all. A briefing whose front matter cannot be read is among the broken ones.
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
    fields = read_library_fields(LIBRARY, files[LIBRARY], Diagnostics()) if LIBRARY in files else None
    return Library(
        LibrarySettings(LIBRARY, fields[0].model, fields[0].locations) if fields else unnamed(LIBRARY),
        {name: head for name, head in sorted(heads.items()) if head},
        others={n: read_list(n, path, files[path], Diagnostics())[n][0] for n, path in lists.items() if path in files},
        broken=frozenset(name for name, head in heads.items() if not head),
        kept_numbers=kept_numbers(files),
    )


HANDBOOK_PACK = "source/handbook/pack.yaml"
_REFERENCES = (".yaml", ".json", ".bib", ".ris")
_KEPT = ("versions", "editions", *(name for name in files_of_services() if "." not in name))
_FOLDERS = ("briefings", "series", "packs", "references", "handbook", *_KEPT)
_ANYWHERE = (".csl", *PROFILE_ENDS)
"""Files that `library.yaml` names by their path. Pictures, too, may lie in any folder."""
_TOP = ("library.yaml", *(f"{name}.yaml" for name in LISTS), *(name for name in files_of_services() if "." in name))


@dataclass
class SourcePaths:
    """The paths of a library's files, each list in order."""

    briefings: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    series: list[str] = field(default_factory=list)
    packs: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)


def sort_files(files: Mapping[str, bytes], diagnostics: Diagnostics) -> SourcePaths:
    """The files on their shelves; a remark for each that no part of the line reads."""
    shelves = SourcePaths()
    for path in sorted(files):
        if path.startswith("source/"):
            for reason in _shelve(path, shelves):
                diagnostics.report(message("file-unknown", Location(path), reason=reason))
    return shelves


def _shelve(path: str, shelves: SourcePaths) -> Iterator[str]:
    """Put a path on its shelf, or say why it has none."""
    parts = PurePosixPath(path).parts[1:]
    suffix = PurePosixPath(path).suffix
    if len(parts) == 1:
        if parts[0] not in _TOP and suffix.lower() not in (*_ANYWHERE, *KINDS):
            yield _nothing_known(parts[0], _TOP)
        return
    match parts[0]:
        case "briefings":
            if suffix == ".md" and (len(parts) == 2 or (len(parts) == 3 and parts[2] == "briefing.md")):
                shelves.briefings.append(path)
            elif suffix == ".md":
                yield "in a folder of its own a briefing is called briefing.md"
            elif suffix.lower() not in KINDS:
                yield "briefings are .md files; beside them stand only their pictures"
        case "handbook":
            if suffix == ".md":
                shelves.pages.append(path)
            elif suffix.lower() not in KINDS and path != HANDBOOK_PACK:
                yield "the handbook is made of .md files, pictures and pack.yaml"
        case "packs" if suffix.lower() == ".pdf":
            return  # an insert
        case "series" | "packs":
            if len(parts) == 2 and suffix == ".yaml":
                (shelves.series if parts[0] == "series" else shelves.packs).append(path)
            elif suffix.lower() not in KINDS:
                yield f"in {parts[0]}/ only files with names that end in .yaml are read"
        case "references" if path.startswith(NOTICES):
            if suffix.lower() != ".csv":
                yield "in references/retractions/ only Retraction Watch files are read, with names that end in .csv"
        case "references" if suffix.lower() == ".csv":
            yield "a Retraction Watch file belongs in references/retractions/"
        case "references":
            if suffix.lower() in _REFERENCES:
                shelves.references.append(path)
            else:
                yield "a bibliography's name ends in .yaml, .json, .bib or .ris"
        case name if name not in _KEPT and suffix.lower() not in (*_ANYWHERE, *KINDS):
            yield _nothing_known(name, _FOLDERS)


def _nothing_known(name: str, known: tuple[str, ...]) -> str:
    guess = close_matches(name, known)
    return f"nothing in source/ has the name '{name}'" + (f"; '{guess[0]}' was perhaps meant" if guess else "")


FOLDER = "source/packs/"
MEDIA_TYPE = "application/pdf"

Examine = Callable[[bytes], str]
"""Why a PDF cannot be bound in; nothing where it can."""


def unfit(content: bytes) -> str:
    """Why a PDF cannot be bound in; nothing where it can. What judges it is loaded where there is one to judge."""
    from pipeline.load.pictures.pdf_files import insert_fault

    return insert_fault(content)


def read_inserts(
    packs: Iterable[Pack], files: Mapping[str, bytes], examine: Examine, diagnostics: Diagnostics
) -> dict[str, Asset]:
    """The inserts of all packs by their path in the project; what is not there or cannot be bound is reported."""
    assets: dict[str, Asset] = {}
    for pack in packs:
        parts = enumerate(pack.fields.parts)
        listed: list[tuple[tuple[str | int, ...], tuple[str | Insert, ...]]] = [(("briefings",), pack.fields.briefings)]
        listed += [(("parts", number, "briefings"), part.briefings) for number, part in parts]
        inserts = [
            (line.insert, pack.marks.at(*way, index, "insert"))
            for way, lines in listed
            for index, line in enumerate(lines)
            if isinstance(line, Insert)
        ]
        for name, place in inserts:
            path = FOLDER + name
            if ".." in PurePosixPath(name).parts or name.startswith("/"):
                diagnostics.report(message("pack-insert", place, name=name, reason="it lies outside source/packs/"))
            elif path not in files:
                known = [p.removeprefix(FOLDER) for p in files if p.startswith(FOLDER) and p.lower().endswith(".pdf")]
                guess = close_matches(name, known)
                hint = f"Did you mean '{guess[0]}'?" if guess else None
                diagnostics.report(message("pack-insert-missing", place, hint, name=name))
            elif path not in assets:
                with faults_reported(diagnostics, place, f"read {path}"):
                    if reason := examine(files[path]):
                        diagnostics.report(message("pack-insert", place, name=name, reason=reason))
                    else:
                        assets[path] = Asset(path, MEDIA_TYPE, sha256(files[path]).hexdigest(), files[path])
    return assets


Bibliographies = Callable[[str, bytes], tuple[tuple[Reference, ...], tuple[Diagnostic, ...]]]


def read_bibliography(
    files: Mapping[str, bytes], paths: Sequence[str], read: Bibliographies, diagnostics: Diagnostics
) -> Bibliography:
    """All works by key, in order of key; of two with one key the first read is kept, and what differs is reported."""
    entries: dict[str, Reference] = {}
    by_doi: dict[str, Reference] = {}
    for path in paths:
        references: tuple[Reference, ...] = ()
        remarks: tuple[Diagnostic, ...] = ()
        with faults_reported(diagnostics, Location(path), "read this file"):
            references, remarks = read(path, files[path])
        diagnostics.extend(remarks)
        for reference in references:
            first = entries.setdefault(reference.key, reference)
            key, doi, place = reference.key, reference.doi, reference.place
            if first is not reference:
                if differ := _differ(first, reference):
                    diagnostics.report(
                        message("reference-duplicate-key", place, key=key, other=first.place, differ=differ)
                    )
            elif doi and (same := by_doi.setdefault(doi, reference)) is not reference:
                about = message("reference-same-doi", place, key=key, other_key=same.key, other=same.place, doi=doi)
                diagnostics.report(about)
    return Bibliography(dict(sorted(entries.items())))


def _differ(first: Reference, second: Reference) -> str:
    """The fields in which two works differ; nothing where they are the same work written twice."""
    fields = [name for name in (*first.csl, *second.csl) if first.csl.get(name) != second.csl.get(name)]
    known = [(one.verification, one.cited_as) for one in (first, second)]
    fields += ["custom"] if known[0] != known[1] else []
    return enumerated([f"'{name}'" for name in dict.fromkeys(fields)])


__all__ = ["load", "read_files"]

WHOLE_FILE = frozenset(
    (
        *("file-not-text", "merge-mark", "file-empty", "file-too-large", "yaml-syntax", "yaml-alias"),
        *("yaml-not-a-mapping", "reference-syntax", "fault-of-ours"),
    )
)
"""Codes of mistakes that concern a file as a whole; all others cost one entry of a list."""

_RECORDS = ("source/references/", *(f"source/{name}.yaml" for name in LISTS))

_Named = tuple[tuple[str, Location], ...]
"""Pictures that texts name, with their places."""

READING = "read this file"
"""The work in which a fault of the program is reported."""

Parse = Callable[[str, bytes, Declared], ParsedBriefing]
"""A reader of a briefing's file; the commands are those of `library.yaml`."""


def load(
    files: Mapping[str, bytes],
    *,
    parse: Parse = parse_briefing,
    references: Bibliographies = read_reference_file,
    retractions: ReadNotices = read_notices,
    kept: LoadLibrary | None = None,
    examine: Examine = unfit,
    picture: ReadPicture = read_picture,
) -> tuple[Library, tuple[Diagnostic, ...]]:
    """The library that the files hold, and every mistake in them.

    `kept` reads the libraries of kept versions, `examine` says of a pack's insert why it cannot be bound, `picture`
    reads the pictures.
    """
    diagnostics = Diagnostics()
    shelves = sort_files(files, diagnostics)
    gallery = PictureSet(files, diagnostics, picture)
    imprint, of_imprint = _imprint_of_files(files)
    briefings, pictures, broken = _briefings(files, shelves, parse, imprint, diagnostics)
    for path, parsed in broken.items():
        gallery.of_text(path, parsed.pictures)
    for name, briefing in briefings.items():
        gallery.of_briefing(briefing, pictures[name])
    diagnostics.extend(of_imprint)
    series = _series(files, shelves, imprint, diagnostics)
    packs = _packs(files, shelves, briefings, diagnostics)
    gallery.of_texts((imprint, *series.values()))
    lists = _lists(files, diagnostics)
    records = {name: records for name, (records, _) in lists.items()}
    others = {name: records.pop(name) for name in OTHERS if name in records}
    published = read_kept(files, wanted_pins(briefings.values(), packs.values()), kept or load, diagnostics)
    library = Library(
        imprint,
        briefings,
        series,
        packs,
        read_bibliography(files, shelves.references, references, diagnostics),
        assets=gallery.assets,
        logo=gallery.logo_of(imprint),
        inserts=read_inserts(packs.values(), files, examine, diagnostics),
        profile=read_profile(imprint, files, diagnostics),
        sources=published_bodies(files, briefings, diagnostics.remarks, imprint, packs, published.kept),
        broken=frozenset(map(briefing_id, broken)),
        loose={briefing_id(path): parsed.loose for path, parsed in broken.items() if parsed.loose},
        **records,
        others=others,
        list_marks={name: marks for name, (_, marks) in lists.items()},
        kept_numbers=published.numbers,
        kept_on=published.days,
        kept_titles=published.titles,
        kept=published.kept,
        issued=editions_before(files, packs, diagnostics),
        codes=codes_in(files) if imprint.prints_codes else {},
    )
    library = with_states(library, files, retractions, diagnostics)
    remarks = with_house_rules(diagnostics.remarks, library.imprint.fields.rules.settings())
    library = replace(library, unread=_unread(library, files, remarks))
    library = replace(library, withheld=find_withheld(library, files, remarks))
    return _with_faults(library, shelves, remarks), remarks


def load_bibliography(files: Mapping[str, bytes], references: Bibliographies) -> Bibliography:
    """The works of the library alone; what is wrong with them is not told."""
    return read_bibliography(files, sort_files(files, Diagnostics()).references, references, Diagnostics())


def _imprint_of_files(files: Mapping[str, bytes]) -> tuple[LibrarySettings, tuple[Diagnostic, ...]]:
    """The imprint, whose commands all texts may use, and what is reported of it."""
    diagnostics = Diagnostics()
    with faults_reported(diagnostics, Location(LIBRARY), READING):
        return read_imprint(LIBRARY, files.get(LIBRARY), diagnostics), diagnostics.remarks
    return read_imprint(LIBRARY, None, Diagnostics()), diagnostics.remarks


def _series(
    files: Mapping[str, bytes], shelves: SourcePaths, imprint: LibrarySettings, diagnostics: Diagnostics
) -> dict[str, Series]:
    series: dict[str, Series] = {}
    for path in shelves.series:
        with faults_reported(diagnostics, Location(path), READING):
            if read := read_series(path, files[path], diagnostics, imprint.fields.maths.declared):
                series[read.id] = read
    return series


def _lists(files: Mapping[str, bytes], diagnostics: Diagnostics) -> ListsRead:
    """The small lists that there are, each with its marks."""
    lists: dict[str, Any] = {}
    for name in LISTS:
        if (path := f"source/{name}.yaml") in files:
            with faults_reported(diagnostics, Location(path), READING):
                lists |= read_list(name, path, files[path], diagnostics)
    return lists


def _briefings(
    files: Mapping[str, bytes], shelves: SourcePaths, parse: Parse, imprint: LibrarySettings, diagnostics: Diagnostics
) -> tuple[dict[str, Briefing], dict[str, _Named], dict[str, ParsedBriefing]]:
    """The briefings by id with the pictures that they name, and by their paths those that could not be read."""
    found: dict[str, Briefing] = {}
    pictures: dict[str, _Named] = {}
    broken: dict[str, ParsedBriefing] = {}
    taken: dict[str, str] = {}
    for path in (*shelves.briefings, *shelves.pages):
        parsed = ParsedBriefing(None, ())
        with faults_reported(diagnostics, Location(path), READING):
            parsed = parse(path, files[path], imprint.fields.maths.declared)
        diagnostics.extend(parsed.remarks)
        name = parsed.briefing.id if parsed.briefing else briefing_id(path)
        if name in taken:
            diagnostics.report(message("id-clash", Location(path), id=name, other=taken[name]))
            continue
        taken[name] = path
        if parsed.briefing is None:
            broken[path] = parsed
        else:
            found[name] = parsed.briefing
            pictures[name] = parsed.pictures
    return dict(sorted(found.items())), pictures, broken


def _packs(
    files: Mapping[str, bytes], shelves: SourcePaths, briefings: Mapping[str, Briefing], diagnostics: Diagnostics
) -> dict[str, Pack]:
    found: dict[str, Pack] = {}
    taken = {briefing.id: briefing.path for briefing in briefings.values()}
    manual = [HANDBOOK_PACK] if HANDBOOK_PACK in files else []
    for path in (*manual, *shelves.packs):
        pack = None
        with faults_reported(diagnostics, Location(path), READING):
            pack = (
                read_manual_pack(path, files[path], diagnostics)
                if path in manual
                else read_pack(path, files[path], diagnostics)
            )
        if pack is None:
            continue
        if pack.id in taken:
            diagnostics.report(message("id-clash", Location(path), id=pack.id, other=taken[pack.id]))
            continue
        taken[pack.id] = path
        found[pack.id] = pack
    return dict(sorted(found.items()))


def _unread(library: Library, files: Mapping[str, bytes], remarks: tuple[Diagnostic, ...]) -> frozenset[str]:
    """The files with an error from which nothing could be had at all."""
    wrong = {
        remark.place.path
        for remark in remarks
        if remark.severity is Severity.ERROR
        and remark.place.path in files
        and (remark.code in WHOLE_FILE or not remark.place.path.startswith(_RECORDS))
    }
    had = {work.place.path for work in library.bibliography.entries.values()}
    had |= {f"source/{name}.yaml" for name in LISTS if library.others.get(name) or getattr(library, name, None)}
    had |= {"source/tags.yaml"} if library.areas else set()
    had |= {thing.path for thing in _made(library)}
    if library.imprint.marks.entries:
        had.add(LIBRARY)
    return frozenset(wrong - had)


def _made(library: Library) -> tuple[Briefing | Pack | Series, ...]:
    return (*library.briefings.values(), *library.packs.values(), *library.series.values())


def _with_faults(library: Library, shelves: SourcePaths, remarks: tuple[Diagnostic, ...]) -> Library:
    """The library with what is wrong in it: the first error of each briefing from which nothing is made."""
    names = {path: briefing_id(path) for path in (*shelves.briefings, *shelves.pages)}
    faults: dict[str, Diagnostic] = {}
    for remark in errors(remarks):
        name = names.get(remark.place.path, "")
        if name in library.broken or name in library.withheld:
            faults.setdefault(name, remark)
    wrong = {remark.place.path for remark in remarks if remark.severity is Severity.ERROR}
    made = _made(library)
    unsound = {PurePosixPath(path).stem for path in wrong if path.startswith(("source/packs/", "source/series/"))}
    unsound |= {thing.id for thing in made if thing.path in wrong or LIBRARY in wrong}
    if any(path.startswith("source/series/") for path in wrong & library.unread) and LIBRARY not in wrong:
        unsound |= {*library.without_series}
    return replace(library, faults=faults, unsound=frozenset(unsound))

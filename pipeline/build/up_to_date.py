"""Up-to-date check: finds the things whose files need not be made again, and why the others are.

The steps are cached as well, but that takes a lookup for each part of each file. Here each briefing, pack and series
takes one.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.bind.running_lines import DateFields
from pipeline.build.output import Output
from pipeline.build.project import Project
from pipeline.build.resolve_cache import ResolveTrace, read_front_matter
from pipeline.compose.briefing import briefing_claim, pack_claim
from pipeline.core.cache import Cache
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.digests import code_digest, digest, sha256, tool_versions
from pipeline.core.services import service_records
from pipeline.model.formats import FORMATS, OF_SERIES, PDF_VARIANTS, Format, Order, PdfVariant, path_of
from pipeline.model.library import Library
from pipeline.model.publication import PackPublication, Publication, SeriesPublication, Thing
from pipeline.model.source.versions import folder_of
from pipeline.resolve.environment import texts_needed_by_pack
from pipeline.resolve.resolve import ResolveResult


@dataclass(frozen=True)
class BuildRequest:
    """What a build is to make, and of which library."""

    project: Project
    order: Order
    library: Library
    formats: frozenset[Format]
    key: str
    """The key under which the build is cached."""
    thorough: bool
    """Whether the bytes of all files that are left alone are verified first."""


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The files of a thing, the remarks on them, their day, and the key of the build that made them."""

    outputs: tuple[Output, ...]
    remarks: tuple[Diagnostic, ...]
    build: str
    produced: date
    date_fields: tuple[DateFields, ...] = ()
    """Where its files show the day, if it can be exchanged in all of them."""
    dated_by: str = ""
    """The key of the build that gave them this day, if another one made them."""

    @property
    def builds(self) -> frozenset[str]:
        """The builds that they depend on."""
        return frozenset(filter(None, (self.build, self.dated_by)))


class ArtifactIndex:
    """The artifacts of earlier builds by cache key, if their files are there. Each is looked up once.

    A file of the right size counts as there: the bytes of files that are left alone are verified before the build ends.
    `thorough` verifies them at once.
    """

    def __init__(self, store: Cache, folder: Path, thorough: bool = False) -> None:
        self._store, self._folder = store, folder
        self._is_there = Output.is_intact if thorough else Output.has_its_size
        self._known: dict[str, Artifacts | None] = {}

    def find(self, key: str) -> Artifacts | None:
        """Return the artifacts under a key, if all their files are there."""
        if key not in self._known:
            artifacts = self._store.find(key, Artifacts)
            self._known[key] = artifacts if artifacts and self._are_there(artifacts) else None
        return self._known[key]

    def _are_there(self, artifacts: Artifacts) -> bool:
        outputs = artifacts.outputs
        return self._store.holds(artifacts.build) and all(self._is_there(output, self._folder) for output in outputs)


Redate = Callable[[Mapping[str, Artifacts]], Awaitable[dict[str, Artifacts]]]
"""Gives artifacts of other days the day of the build; leaves out those for which that fails."""


class UpToDate:
    """The things of a build that need not be made, and the record of those that were.

    `traces` are of things that were not resolved, because their texts and environment have not changed.
    """

    def __init__(
        self,
        request: BuildRequest,
        resolution: ResolveResult,
        traces: Mapping[str, ResolveTrace],
        addresses: Mapping[str, str],
        index: ArtifactIndex,
    ) -> None:
        self._project, self._build, self._day = request.project, request.key, request.order.produced
        library, store = request.library, request.project.store
        profile = library.profile.content if library.profile else None
        shared_inputs = digest(addresses, request.project.layouts_digest, profile)
        self.formats = {owner: trace.formats for owner, trace in traces.items()}
        """The formats of each thing, by owner."""
        self.keys = {owner: trace.artifacts for owner, trace in traces.items()}
        """The cache key of each thing's artifacts, by owner."""
        for thing in resolution.everything:
            listed = OF_SERIES if isinstance(thing, SeriesPublication) else dict.fromkeys(thing.formats)
            formats = tuple(kind for kind in listed if kind in request.formats)
            self.formats[thing.owner] = formats
            self.keys[thing.owner] = store.key("made", thing, formats, shared_inputs, _claims(thing, formats, library))
        found = {owner: artifacts for owner, key in self.keys.items() if (artifacts := index.find(key))}
        self.artifacts = {owner: artifacts for owner, artifacts in found.items() if artifacts.produced == self._day}
        """The artifacts of things that are up to date, by owner."""
        self._of_other_days = {
            owner: artifacts
            for owner, artifacts in found.items()
            if owner not in self.artifacts and artifacts.date_fields
        }
        self._left_alone = tuple(self.artifacts.values())
        self._project.rests_on |= {build for artifacts in self._left_alone for build in artifacts.builds}

    def verify(self) -> bool:
        """Return whether the bytes of all files that are left alone are unchanged."""
        folder = self._project.output
        return all(output.is_intact(folder) for artifacts in self._left_alone for output in artifacts.outputs)

    async def redate(self, redate: Redate) -> int:
        """Give artifacts of other days the day of the build; returns the number of files."""
        redated = await redate(self._of_other_days) if self._of_other_days else {}
        for owner, artifacts in redated.items():
            self._project.store.keep(self.keys[owner], artifacts)
        self.artifacts |= redated
        builds = {build for artifacts in redated.values() for build in artifacts.builds}
        self._project.rests_on |= builds - {self._build}
        return sum(len(artifacts.outputs) for artifacts in redated.values())

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The files that are up to date."""
        return tuple(output for artifacts in self.artifacts.values() for output in artifacts.outputs)

    @property
    def remarks(self) -> tuple[Diagnostic, ...]:
        """Remarks on them."""
        return tuple(remark for artifacts in self.artifacts.values() for remark in artifacts.remarks)

    def unmade(self, resolution: ResolveResult) -> ResolveResult:
        """Return the things that are to be made."""
        return replace(
            resolution,
            publications=tuple(text for text in resolution.publications if text.owner not in self.artifacts),
            packs=tuple(pack for pack in resolution.packs if pack.owner not in self.artifacts),
            series=tuple(page for page in resolution.series if page.owner not in self.artifacts),
        )

    def record(
        self,
        thing: Thing,
        date_fields: Mapping[Output, DateFields | None],
        file_remarks: Sequence[Diagnostic],
        engine_remarks: Sequence[Diagnostic],
    ) -> None:
        """Keep the artifacts of a thing, if all of them were made, with the remarks on its files and its typesetting.

        `date_fields` has its sound files, each with where it shows the day, if that can be exchanged in it.
        """
        owner, formats = thing.owner, self.formats[thing.owner]
        outputs = tuple(sorted(date_fields))
        if sorted(output.format for output in outputs) != sorted(formats):
            return
        remarks = (*_at((f"output/{owner}/",), file_remarks), *_at(_engine_paths(thing, formats), engine_remarks))
        exchangeable = tuple(fields for output in outputs if (fields := date_fields[output]))
        is_covered = any(remark.code == "made-stamp-covers" for remark in remarks)
        if len(exchangeable) < len(outputs) or is_covered:
            exchangeable = ()
        artifacts = Artifacts(outputs, remarks, self._build, self._day, exchangeable)
        self._project.store.keep(self.keys[owner], artifacts)


def _claims(thing: Thing, formats: tuple[Format, ...], library: Library) -> tuple[object, ...]:
    """Return the claims and attachments of a thing's PDFs, one for each variant."""
    paged = {FORMATS[kind].variant for kind in formats if FORMATS[kind].paged}
    variants = [variant for variant in PDF_VARIANTS if variant in paged]
    match thing:
        case PackPublication():
            return tuple(pack_claim(thing, library, variant) for variant in variants)
        case Publication():
            return tuple(briefing_claim(thing, library, variant) for variant in variants)
        case SeriesPublication():
            return ()


def _at(places: tuple[str, ...], remarks: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [remark for remark in remarks if remark.place.path.startswith(places)]


def _engine_paths(thing: Thing, formats: tuple[Format, ...]) -> tuple[str, ...]:
    """Return the paths of the engine's remarks on a thing: its files, and the PDFs of the texts bound into it."""
    owners = [thing.owner]
    kept: list[str] = []
    if isinstance(thing, PackPublication):
        owners += [member.owner for member in thing.members if not member.kept]
        kept = [f"{folder_of(member.id, member.kept)}/" for member in thing.members if member.kept]
    pdfs = (f"output/{path_of(owner, FORMATS[kind].variant)}" for owner in owners for kind in formats)
    return (*kept, *pdfs, *(f"output/{path_of(owners[0], kind)}" for kind in formats))


def variants_of(thing: Publication | PackPublication, formats: Set[Format]) -> tuple[PdfVariant, ...]:
    """Return the variants that a thing needs for those of its formats that are to be made."""
    needed = {FORMATS[kind].variant for kind in thing.formats if kind in formats}
    return tuple(variant for variant in PDF_VARIANTS if variant in needed)


def separate_parts(pack: PackPublication, kind: Format) -> frozenset[str]:
    """Return the briefings of a pack whose pages are also a file of their own in this format."""
    return frozenset(m.id for m in pack.members if not (m.kept or m.set_for or m.manual) and kind in m.formats)


# Reasons why things were made again (`build --explain`): for each the first of its inputs that has changed

RECORD_KEY = digest("the inputs of everything that was made last")
"""The cache key of the record. It holds for every release of the program: a new one is a reason."""

REASON_UNKNOWN = "nothing is known of an earlier build"
REASON_DISTURBED = "a file of it was changed by somebody, or is gone"
REASON_DRAFT = "its last build left a draft, or nothing, and is tried again"

MAX_BUILDS = 8
"""Builds whose inputs are kept. What was made last by an older one counts as unknown."""


@dataclass(frozen=True, slots=True)
class InputRecord:
    """The inputs of what was made last."""

    owners: dict[str, str]
    """The digest of the inputs, by owner."""
    inputs: dict[str, dict[str, str]]
    """The inputs by their digest, the oldest first."""
    drafts: frozenset[str] = frozenset()
    """Owners with a file that was a draft because of a fault of ours, or could not be made."""


def reasons_for_build(request: BuildRequest, owners: Iterable[str], disturbed: Set[str]) -> tuple[tuple[str, str], ...]:
    """Return owners, sorted, with the reason why they are made again; files of `disturbed` ones were changed."""
    record = request.project.store.find(RECORD_KEY, InputRecord) or InputRecord({}, {})
    inputs = inputs_of_build(request)
    return tuple(
        (
            owner,
            REASON_DISTURBED if owner in disturbed else _first_changed_input(owner, record, inputs, request.library),
        )
        for owner in sorted(owners)
    )


def record_inputs(request: BuildRequest, made: Set[str], outputs: Iterable[Output], known: Set[str]) -> None:
    """Keep the inputs of a build, so that the next one can say what has changed.

    `made` are the owners that were to be made, `outputs` all files that are there, `known` all owners of the library.
    """
    store = request.project.store
    before = store.find(RECORD_KEY, InputRecord) or InputRecord({}, {})
    inputs, outputs = inputs_of_build(request), tuple(outputs)
    sound = {output.owner for output in outputs} - {output.owner for output in outputs if output.faulty}
    owners, mark = made | sound, digest(inputs)
    older = [(key, known_inputs) for key, known_inputs in before.inputs.items() if key != mark]
    inputs_by_mark = dict([*older, (mark, inputs)][-MAX_BUILDS:])
    marks = {**before.owners, **dict.fromkeys(owners, mark)}
    kept = {owner: mark for owner, mark in marks.items() if owner in known and mark in inputs_by_mark}
    drafts = ((before.drafts - owners) | (owners - sound)) & kept.keys()
    store.keep(RECORD_KEY, InputRecord(kept, inputs_by_mark, frozenset(drafts)))


def _first_changed_input(owner: str, record: InputRecord, now: Mapping[str, str], library: Library) -> str:
    """Return the first input that has changed: the thing's own files, then what all share, the program and the day."""
    if owner not in record.owners:
        return REASON_UNKNOWN
    before = record.inputs[record.owners[owner]]
    names = {*before, *now}
    own = files_of_owner(owner, library, names)
    others = {name for name in names if name.startswith(_OF_ONE)}  # of other texts the front matter alone counts
    for name in (*own, *sorted(names - {*own} - others, key=_rank)):
        if before.get(name) != now.get(name):
            if name not in before or name not in now:
                return f"{name} is {'new' if name in now else 'gone'}"
            if name.startswith((_DAY_INPUT, _ORDER_INPUT, _PACKAGE_INPUT)):
                return f"{name} is {now[name]}, and was {before[name]}"
            return f"{name} has changed"
    return REASON_DRAFT if owner in record.drafts else REASON_UNKNOWN


_OF_ONE = ("source/briefings/", "source/packs/", "source/handbook/", *service_records())
"""Folders of files that belong to one thing, and records of services, which change nothing that is made."""


def files_of_owner(owner: str, library: Library, names: Iterable[str]) -> list[str]:
    """Return the files of a thing and of its texts: first the file itself, then the files next to it."""
    folder, _, name = owner.partition("/")
    texts: tuple[str, ...] = (name,)
    paths: list[str] = []
    if folder == "packs" and name in library.packs:
        pack = library.packs[name]
        paths, texts = [pack.path], texts_needed_by_pack(library, pack)
        folder = pack.path.rpartition("/")[0]
        paths += sorted(path for path in names if path.startswith(f"{folder}/") and not path.endswith((".yaml", ".md")))
    elif folder == "series" and name in library.series:
        paths, texts = [library.series[name].path], tuple(library.series[name].fields.briefings)
    for path in (library.briefings[text].path for text in texts if text in library.briefings):
        prefix = path.removesuffix("briefing.md") if path.endswith("/briefing.md") else path
        paths += [path, *sorted(other for other in names if other.startswith(prefix) and other != path)]
    return paths


_DAY_INPUT, _ORDER_INPUT, _PROGRAM_INPUT = "the date produced", "what was asked for", "the program"
_PACKAGE_INPUT = "the package "


def _rank(name: str) -> tuple[int, str]:
    """Sort files of the library first, then layouts, the program, its packages, the day, and the order."""
    heads = (
        "",
        "the front matter of ",
        "layouts/",
        "the citation style ",
        _PROGRAM_INPUT,
        _PACKAGE_INPUT,
        _DAY_INPUT,
        _ORDER_INPUT,
    )
    return max(rank for rank, head in enumerate(heads) if name.startswith(head)), name


def inputs_of_build(request: BuildRequest) -> dict[str, str]:
    """Return the value or digest of each file, package and option that a build depends on, by name."""
    project, order = request.project, request.order
    files = project.files
    inputs = {path: sha256(content) for path, content in files.items()}
    for path in (briefing.path for briefing in request.library.briefings.values()):
        inputs[f"the front matter of {path}"] = digest(read_front_matter(files[path], path))
    inputs |= {f"layouts/{name}": digest(text) for name, text in project.layouts.files.items()}
    inputs |= {f"the citation style {name}": digest(text) for name, text in project.layouts.styles.items()}
    inputs |= {f"{_PACKAGE_INPUT}{name}": version for name, version in tool_versions() if name != "briefings"}
    inputs[_PROGRAM_INPUT] = code_digest()
    inputs[_DAY_INPUT] = order.produced.isoformat()
    names = ", ".join(order.names) or ("all packs" if order.only_packs else "everything")
    inputs[_ORDER_INPUT] = f"{names} in {', '.join(order.formats) or 'every format'}"
    return inputs

"""Up-to-date check: finds the things whose files need not be made again, and gives files of another day the new one.

The rules are cached as well, but to ask them takes a lookup for each part of each file. Here each briefing, pack and
series takes one.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.bind.running_lines import DateFields
from pipeline.build.output import Output
from pipeline.build.project import Project
from pipeline.build.resolve_cache import Trace
from pipeline.compose.briefing import briefing_claim, pack_claim
from pipeline.core.cache import Cache
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.digests import digest
from pipeline.model.formats import EDITIONS, FORMATS, OF_SERIES, Edition, Format, Order, path_of
from pipeline.model.library import Library
from pipeline.model.publication import PackPublication, Publication, SeriesPublication, Thing
from pipeline.model.source.versions import folder_of
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
        traces: Mapping[str, Trace],
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
    """Return the claims and attachments of a thing's PDFs, one for each edition."""
    paged = {FORMATS[kind].edition for kind in formats if FORMATS[kind].paged}
    editions = [edition for edition in EDITIONS if edition in paged]
    match thing:
        case PackPublication():
            return tuple(pack_claim(thing, library, edition) for edition in editions)
        case Publication():
            return tuple(briefing_claim(thing, library, edition) for edition in editions)
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
    pdfs = (f"output/{path_of(owner, FORMATS[kind].edition)}" for owner in owners for kind in formats)
    return (*kept, *pdfs, *(f"output/{path_of(owners[0], kind)}" for kind in formats))


def editions_of(thing: Publication | PackPublication, formats: Set[Format]) -> tuple[Edition, ...]:
    """Return the editions that a thing needs for those of its formats that are to be made."""
    needed = {FORMATS[kind].edition for kind in thing.formats if kind in formats}
    return tuple(edition for edition in EDITIONS if edition in needed)


def separate_parts(pack: PackPublication, kind: Format) -> frozenset[str]:
    """Return the briefings of a pack whose pages are also a file of their own in this format."""
    return frozenset(m.id for m in pack.members if not (m.kept or m.set_for or m.manual) and kind in m.formats)

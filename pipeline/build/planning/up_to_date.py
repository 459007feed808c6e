"""The up-to-date check: a thing made of the same as before, all of whose files are in place, is not made again.

The rules are cached as well, but to ask them costs a look at each part of each file. Here one look is taken at each
briefing, pack and series: at what it is once it is resolved, and at what else decides its files.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.bind.fields import DateFields
from pipeline.build.output.outputs import Output
from pipeline.build.planning.artifacts import ArtifactIndex, Artifacts
from pipeline.build.planning.resolve_cache import Trace
from pipeline.build.project import Project
from pipeline.compose.attachments import briefing_claim, pack_claim
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.digest import digest
from pipeline.model.formats import EDITIONS, FORMATS, OF_SERIES, Format, path_of
from pipeline.model.library import Library
from pipeline.model.order import Order
from pipeline.model.publication import PackPublication, Publication, SeriesPublication, Thing
from pipeline.model.source.kept import folder_of
from pipeline.resolve.resolve import Resolution

Redate = Callable[[Mapping[str, Artifacts]], Awaitable[dict[str, Artifacts]]]
"""Gives what was made on other days the day of the build."""


class UpToDate:
    """The things of a build that need not be made, and the record of those that were.

    `traces` are of things that were not resolved, because they come to what they came to before; `build` is the key of
    the build.
    """

    def __init__(
        self,
        resolution: Resolution,
        traces: Mapping[str, Trace],
        index: ArtifactIndex,
        order: Order,
        wanted: frozenset[Format],
        library: Library,
        addresses: Mapping[str, str],
        project: Project,
        build: str,
    ) -> None:
        self._project, self._build, self.day = project, build, order.produced
        around = digest(addresses, project.layouts_digest, library.profile.content if library.profile else None)
        things = {thing.owner: thing for thing in resolution.everything}
        self.formats = {owner: trace.formats for owner, trace in traces.items()}
        """The formats of each thing, by owner."""
        self.formats |= {owner: tuple(f for f in _listed(thing) if f in wanted) for owner, thing in things.items()}
        self.keys = {owner: trace.artifacts for owner, trace in traces.items()}
        """The cache key of what is made of each thing, by owner."""
        self.keys |= {
            owner: project.store.key(
                "made", thing, self.formats[owner], around, _claims(thing, self.formats[owner], library)
            )
            for owner, thing in things.items()
        }
        found = {owner: made for owner, key in self.keys.items() if (made := index.find(key))}
        self.made = {owner: made for owner, made in found.items() if made.produced == order.produced}
        """Things that are up to date, by owner."""
        self._of_other_days = {owner: made for owner, made in found.items() if owner not in self.made and made.dated}
        self._left_alone = tuple(self.made.values())
        project.rests_on |= {build for made in self.made.values() for build in made.builds}

    def verify(self) -> bool:
        """Whether the bytes of all files that are left alone are what they were. It may be asked late."""
        return all(output.stands(self._project.output) for made in self._left_alone for output in made.outputs)

    async def redate(self, redate: Redate) -> int:
        """Give what stands of other days this one; gives how many files that were."""
        redated = await redate(self._of_other_days) if self._of_other_days else {}
        for owner, made in redated.items():
            self._project.store.keep(self.keys[owner], made)
        self.made |= redated
        self._project.rests_on |= {build for made in redated.values() for build in made.builds - {self._build}}
        return sum(len(made.outputs) for made in redated.values())

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The files that stand."""
        return tuple(output for made in self.made.values() for output in made.outputs)

    @property
    def remarks(self) -> tuple[Diagnostic, ...]:
        """Remarks on them."""
        return tuple(remark for made in self.made.values() for remark in made.remarks)

    def left(self, resolution: Resolution) -> Resolution:
        """Things to be made."""
        return replace(
            resolution,
            publications=tuple(one for one in resolution.publications if one.owner not in self.made),
            packs=tuple(one for one in resolution.packs if one.owner not in self.made),
            series=tuple(one for one in resolution.series if one.owner not in self.made),
        )

    def record(
        self,
        thing: Thing,
        files: Mapping[Output, DateFields | None],
        said: Sequence[Diagnostic],
        engine: Sequence[Diagnostic],
    ) -> None:
        """Keep what was made of a thing, if all of it was, with what was said of its files and its setting.

        `files` has its sound files, each with where it bears the day, if that can be exchanged in it.
        """
        owner = thing.owner
        own = tuple(sorted(files))
        if sorted(output.format for output in own) == sorted(self.formats[owner]):
            remarks = (*_at((f"output/{owner}/",), said), *_at(_places(thing, self.formats[owner]), engine))
            places = tuple(dated for output in own if (dated := files[output]))
            covered = any(remark.code == "made-stamp-covers" for remark in remarks)
            places = places if len(places) == len(own) and not covered else ()
            self._project.store.keep(self.keys[owner], Artifacts(own, remarks, self._build, self.day, places))


def _listed(thing: Thing) -> tuple[Format, ...]:
    """The formats of a thing, each once."""
    return OF_SERIES if isinstance(thing, SeriesPublication) else tuple(dict.fromkeys(thing.formats))


def _claims(thing: Thing, formats: tuple[Format, ...], library: Library) -> tuple[object, ...]:
    """Claims and contents of a thing's PDFs in each edition that it has."""
    if isinstance(thing, SeriesPublication):
        return ()
    paged = {FORMATS[kind].edition for kind in formats if FORMATS[kind].paged}
    claim = [edition for edition in EDITIONS if edition in paged]
    if isinstance(thing, Publication):
        return tuple(briefing_claim(thing, library, edition) for edition in claim)
    return tuple(pack_claim(thing, library, edition) for edition in claim)


def _at(places: tuple[str, ...], remarks: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    return (remark for remark in remarks if remark.place.path.startswith(places))


def _places(thing: Thing, formats: tuple[Format, ...]) -> tuple[str, ...]:
    """Files that bear the engine's remarks on a thing: its own, and the PDFs that these and its members rest on."""
    owners = [thing.owner]
    kept: list[str] = []
    if isinstance(thing, PackPublication):
        owners += [member.owner for member in thing.members if not member.kept]
        kept = [f"{folder_of(member.id, member.kept)}/" for member in thing.members if member.kept]
    pdfs = (f"output/{path_of(owner, FORMATS[kind].edition)}" for owner in owners for kind in formats)
    return (*kept, *pdfs, *(f"output/{path_of(owners[0], kind)}" for kind in formats))

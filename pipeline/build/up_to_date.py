"""Files that are up to date, why others are not, and files given a new day."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

from pipeline.bind.fields import DateFields
from pipeline.build.output import Output
from pipeline.build.project import Project
from pipeline.build.resolve_cache import Trace, front_matter
from pipeline.compose.briefing import briefing_claim, pack_claim
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.digests import code_digest, digest, sha256, tools
from pipeline.core.services import records_of_services
from pipeline.model.formats import EDITIONS, FORMATS, OF_SERIES, Edition, Format, Order, path_of
from pipeline.model.library import Library
from pipeline.model.publication import PackPublication, Publication, SeriesPublication, Thing
from pipeline.model.source.versions import folder_of
from pipeline.resolve.environment import texts_of
from pipeline.resolve.resolve import ResolveResult


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The files of a thing, what was said of them, their day, and the key of the build that made them."""

    outputs: tuple[Output, ...]
    remarks: tuple[Diagnostic, ...]
    build: str
    produced: date
    dated: tuple[DateFields, ...] = ()
    """Date fields of its files, if the day can be exchanged in all of them."""
    dated_by: str = ""
    """The key of the build that gave them this day, if another one made them."""

    @property
    def builds(self) -> frozenset[str]:
        """The builds that they rest on."""
        return frozenset(filter(None, (self.build, self.dated_by)))


class ArtifactIndex:
    """The artifacts of earlier builds by cache key, as far as their files are there. Each is looked up once.

    A file is taken to be there by its size; whoever leaves it alone has its bytes verified before the build is over.
    `thorough` verifies them at once.
    """

    def __init__(self, project: Project, thorough: bool = False) -> None:
        self._project = project
        self._is_there = Output.stands if thorough else Output.lies
        self._found: dict[str, Artifacts | None] = {}

    def find(self, key: str) -> Artifacts | None:
        """The artifacts under a key, if all their files are there."""
        if key not in self._found:
            store, folder = self._project.store, self._project.output
            made = store.find(key, Artifacts)
            if made and not (store.holds(made.build) and all(self._is_there(out, folder) for out in made.outputs)):
                made = None
            self._found[key] = made
        return self._found[key]


# Reasons why things were made again: for each the first of its inputs that has changed

Inputs = Mapping[str, str]
"""Everything that a build is made of: what it is called, and what tells whether it has changed."""

Reason = tuple[str, str]
"""The owner of files, such as 'packs/nights', and why they were made anew."""

RECORD = digest("the inputs of everything that was made last")
"""The cache key of the record. It holds for every release of the program: a new one is a reason."""

UNKNOWN = "nothing is known of an earlier build"
DISTURBED = "a file of it was changed by somebody, or is gone"
DRAFT = "its last build left a draft, or nothing, and is tried again"

MOST = 8
"""Builds whose inputs are remembered. What was made last by an older one counts as unknown."""


@dataclass(frozen=True, slots=True)
class InputRecord:
    """The inputs of what was made last."""

    owners: dict[str, str]
    """By owner the digest of the inputs."""
    inputs: dict[str, dict[str, str]]
    """By this digest the inputs, the oldest first."""
    drafts: frozenset[str] = frozenset()
    """Owners of which a file was a draft for a fault of ours, or could not be made."""


NOTHING = InputRecord({}, {})


def reasons(
    project: Project, library: Library, order: Order, owners: Iterable[str], disturbed: Set[str]
) -> tuple[Reason, ...]:
    """Why things are made anew, in order of owner. Those `disturbed` come to what they came to, and lack a file."""
    record = project.store.find(RECORD, InputRecord) or NOTHING
    now = _inputs(project, library, order)
    return tuple(
        (owner, DISTURBED if owner in disturbed else _reason(owner, record, now, library)) for owner in sorted(owners)
    )


def note(
    project: Project, library: Library, order: Order, anew: Set[str], outputs: Iterable[Output], known: Set[str]
) -> None:
    """Keep what the things of a build are made of, so that the next one can tell what has changed.

    `anew` were to be made, `outputs` stand, `known` is all that the library has.
    """
    before = project.store.find(RECORD, InputRecord) or NOTHING
    now, outputs = _inputs(project, library, order), tuple(outputs)
    whole = {output.owner for output in outputs} - {output.owner for output in outputs if output.faulty}
    owners, mark = anew | whole, digest(now)
    inputs = dict([*(pair for pair in before.inputs.items() if pair[0] != mark), (mark, now)][-MOST:])
    marks = {**before.owners, **dict.fromkeys(owners, mark)}
    kept = {owner: one for owner, one in marks.items() if owner in known and one in inputs}
    drafts = ((before.drafts - owners) | (owners - whole)) & kept.keys()
    project.store.keep(RECORD, InputRecord(kept, inputs, frozenset(drafts)))


def _reason(owner: str, record: InputRecord, now: Inputs, library: Library) -> str:
    """The first input of a thing that has changed: its own files, then what all share, then the program and the day."""
    if owner not in record.owners:
        return UNKNOWN
    before = record.inputs[record.owners[owner]]
    names = {*before, *now}
    own = _own(owner, library, names)
    others = {name for name in names if name.startswith(_OF_ONE)}  # of other texts the front matter alone counts
    for name in (*own, *sorted(names - {*own} - others, key=_order)):
        if before.get(name) != now.get(name):
            if name not in before or name not in now:
                return f"{name} is {'new' if name in now else 'gone'}"
            if name.startswith((_DAY, _ORDER, _PACKAGE)):
                return f"{name} is {now[name]}, and was {before[name]}"
            return f"{name} has changed"
    return DRAFT if owner in record.drafts else UNKNOWN


_OF_ONE = ("source/briefings/", "source/packs/", "source/handbook/", *records_of_services())
"""Folders of files that belong to one thing, and records of services, which decide nothing."""


def _own(owner: str, library: Library, names: Iterable[str]) -> list[str]:
    """The files of a thing and of its texts, its own first: the file itself, then what lies beside it."""
    folder, _, name = owner.partition("/")
    texts: tuple[str, ...] = (name,)
    paths: list[str] = []
    if folder == "packs" and name in library.packs:
        pack = library.packs[name]
        paths, texts = [pack.path], texts_of(library, pack)
        folder = pack.path.rpartition("/")[0]
        paths += sorted(one for one in names if one.startswith(f"{folder}/") and not one.endswith((".yaml", ".md")))
    elif folder == "series" and name in library.series:
        paths, texts = [library.series[name].path], tuple(library.series[name].fields.briefings)
    for path in (library.briefings[one].path for one in texts if one in library.briefings):
        beside = path.removesuffix("briefing.md") if path.endswith("/briefing.md") else path
        paths += [path, *sorted(one for one in names if one.startswith(beside) and one != path)]
    return paths


_DAY, _ORDER, _PROGRAM = "the date produced", "what was asked for", "the program"
_PACKAGE = "the package "


def _order(name: str) -> tuple[int, str]:
    """Files of the library first, then layouts, the program, its packages, the day, and the order."""
    heads = ("", "the front matter of ", "layouts/", "the citation style ", _PROGRAM, _PACKAGE, _DAY, _ORDER)
    return max(rank for rank, head in enumerate(heads) if name.startswith(head)), name


def _inputs(project: Project, library: Library, order: Order) -> dict[str, str]:
    files = project.files
    found = {path: sha256(content) for path, content in files.items()}
    for path in (briefing.path for briefing in library.briefings.values()):
        found[f"the front matter of {path}"] = digest(front_matter(files[path], path))
    found |= {f"layouts/{name}": digest(text) for name, text in project.layouts.files.items()}
    found |= {f"the citation style {name}": digest(text) for name, text in project.layouts.styles.items()}
    found |= {f"{_PACKAGE}{name}": version for name, version in tools() if name != "briefings"}
    found[_PROGRAM] = code_digest()
    found[_DAY] = order.produced.isoformat()
    asked = ", ".join(order.names) or ("all packs" if order.only_packs else "everything")
    found[_ORDER] = f"{asked} in {', '.join(order.formats) or 'every format'}"
    return found


def editions_of(thing: Publication | PackPublication, wanted: Set[Format]) -> tuple[Edition, ...]:
    """The editions that the formats of a briefing or a pack rest on, as far as they are wanted."""
    needed = {FORMATS[kind].edition for kind in thing.formats if kind in wanted}
    return tuple(edition for edition in EDITIONS if edition in needed)


def made_apart(pack: PackPublication, kind: Format) -> frozenset[str]:
    """The parts of a pack of which the same pages are made as a file of their own."""
    return frozenset(m.id for m in pack.members if not (m.kept or m.set_for or m.manual) and kind in m.formats)


# The up-to-date check. The rules are cached as well, but to ask them costs a look at each part of each file. Here one
# look is taken at each briefing, pack and series.

Redate = Callable[[Mapping[str, Artifacts]], Awaitable[dict[str, Artifacts]]]
"""Gives what was made on other days the day of the build."""


class UpToDate:
    """The things of a build that need not be made, and the record of those that were.

    `traces` are of things that were not resolved, because they come to what they came to before; `build` is the key of
    the build.
    """

    def __init__(
        self,
        resolution: ResolveResult,
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
        for owner, thing in things.items():
            formats = OF_SERIES if isinstance(thing, SeriesPublication) else dict.fromkeys(thing.formats)
            self.formats[owner] = tuple(kind for kind in formats if kind in wanted)
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

    def left(self, resolution: ResolveResult) -> ResolveResult:
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


def _claims(thing: Thing, formats: tuple[Format, ...], library: Library) -> tuple[object, ...]:
    """Claims and contents of a thing's PDFs in each edition that it has."""
    paged = {FORMATS[kind].edition for kind in formats if FORMATS[kind].paged}
    editions = [edition for edition in EDITIONS if edition in paged]
    if isinstance(thing, PackPublication):
        return tuple(pack_claim(thing, library, edition) for edition in editions)
    return (
        tuple(briefing_claim(thing, library, edition) for edition in editions) if isinstance(thing, Publication) else ()
    )


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

"""The world a build works in: where the project stands, what is remembered, who works, who is told.

What reads a library is loaded where something is to be read: a build that was done before reads nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.build.scheduler import Hands
from pipeline.build.store import Store
from pipeline.build.workers import Refuse
from pipeline.codes import CodeRow
from pipeline.codes import limits as limit_codes
from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.digest import digest
from pipeline.core.errors import JobBroken, LayoutFault, PressFailure
from pipeline.core.limits import USUAL, Limit, Resource
from pipeline.core.progress import Voice
from pipeline.load.library.folders import left_aside, read_files
from pipeline.load.library.layouts import read_layouts
from pipeline.model.layouts import Layouts

if TYPE_CHECKING:
    from pipeline.cite.citeproc import CitedDocument, FormattedDocument
    from pipeline.load.library.briefing import ParsedBriefing
    from pipeline.model.asset import Asset
    from pipeline.model.bibliography import Reference
    from pipeline.model.library import Library
    from pipeline.model.manuscript import FontFace

J = TypeVar("J")
R = TypeVar("R")

DEFAULT_ZONE = "Europe/London"

Dress = tuple[str, "tuple[FontFace, ...]"]
"""A style sheet with the faces that it names."""

BRIEFINGS = "source/briefings/"

MANY = 100
"""More texts than these are a large library."""

FIRST = 12
"""More texts than these are worth all workers from the start, where none of them has been made before."""

WORN = ("press", "dresses")
"""What the dresses are remembered by that were worn last."""

PRESS = ("pipeline.press.press", "pipeline.press.stamps")
"""What sets texts."""

_PROOFS = tuple(f"pipeline.proof.{format}.inspection" for format in ("pdf", "epub", "parity"))
BINDERY = ("pipeline.build.binding", *_PROOFS)
"""What binds and proofs files."""

REFUSABLE = frozenset({"press", "fit", "cover", "bind"})
"""The stages whose result may be why there is none."""

LIMITED_AS = {"press": "press", "cover": "press", "cut": "press", "fit": "press", "stamp": "press", "others": "proof"}
"""Which limit of the library's is that of a stage; of all others it is that of binding."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What could not be made, in a sentence. It is not remembered: the next build tries again."""

    sentence: str
    fault: LayoutFault | None = None
    """Of what file of the layouts it is the fault, if of one."""
    resource: Resource | None = None
    """What it took too much of, if that is why."""

    def told(self, place: Place, code: CodeRow) -> Diagnostic:
        """The remark that says so: of the code, unless a limit was reached."""
        if self.resource is None:
            return code.at(place, sentence=self.sentence)
        kind = limit_codes.JOB_TOO_LONG if self.resource == "time" else limit_codes.JOB_TOO_LARGE
        return kind.at(place, sentence=code.sentence.format(sentence=self.sentence))

    def failure(self) -> PressFailure:
        """The same as an exception."""
        return JobBroken(self.sentence, self.resource) if self.resource else PressFailure(self.sentence)


def refused(failure: PressFailure) -> Refused:
    """Why something could not be made."""
    return Refused(str(failure), resource=failure.resource if isinstance(failure, JobBroken) else None)


def job_refused(job: object, broken: JobBroken) -> Refused:
    """What stands for the result of a job that was broken off."""
    return refused(broken)


def or_say(work: Callable[[J], R], given: J) -> R | Refused:
    """What some work makes, or why it makes nothing."""
    try:
        return work(given)
    except LayoutFault as fault:
        return Refused(str(fault), fault)
    except PressFailure as failure:
        return refused(failure)


def take_up(modules: tuple[str, ...]) -> None:
    """Load some modules."""
    for name in modules:
        import_module(name)


def _dresses() -> type[tuple[Dress, ...]]:
    """The kind of the dresses that are remembered."""
    from pipeline.model.manuscript import FontFace

    return tuple[tuple[str, tuple[FontFace, ...]], ...]


def make_worker_ready(store: Store) -> None:
    """Load what sets texts. The press is made ready for what they were set in last: most likely the next wear it."""
    take_up(PRESS)
    from pipeline.press.press import make_ready

    worn = store.find(store.key(*WORN), _dresses())
    for style, faces in worn or ():
        make_ready(style, faces)


class Workshop:
    """A project, its layouts, its store, and the voice that tells how far the work is."""

    def __init__(self, project: Path, shipped: Path, voice: Voice, jobs: int = 1, executor: str = "") -> None:
        self.project = project
        self.shipped = shipped
        self.voice = voice
        self.hands = Hands(voice, jobs, executor)
        self.output = project / "output"
        self.store = Store(self.output / ".store")
        self._refused: dict[str, Refused] = {}
        """Why there is no result under some keys: not asked again until the command is over."""
        self._begun: dict[str, Future[Any]] = {}
        """What has been begun and not been asked for yet, by its key."""
        self._limits = USUAL
        self.rests_on: set[str] = set()
        """The keys of earlier builds of which something is left standing."""

    @property
    def output_name(self) -> str:
        """The output folder as the user would type it."""
        return str(self.output)

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """Every file of `source/`, read once."""
        return read_files(self.project)

    @cached_property
    def layouts(self) -> Layouts:
        """The layouts, the project's own files before the shipped ones."""
        return read_layouts(self.project, self.shipped, self.files)

    @cached_property
    def layouts_digest(self) -> str:
        """The digest of the layouts, citation styles left out: they have spoken by the time a text is composed."""
        return digest(self.layouts.files)

    @cached_property
    def loaded(self) -> tuple[Library, tuple[Diagnostic, ...]]:
        """The library and what load said; parsed files are remembered."""
        from pipeline.load.library.library import load

        library, remarks = load(
            self.files,
            parse=self._parse,
            references=self._references,
            kept=self._kept,
            examine=self._insert,
            picture=self._picture,
        )
        said = library.imprint.fields.limits
        self._limits = {name: Limit(share.seconds, share.memory) for name, share in said}
        return library, (*remarks, *self.aside)

    def limit(self, stage: str) -> Limit:
        """What a job of a stage may take: as the library says, once that is read."""
        return self._limits[LIMITED_AS.get(stage, "bind")]

    def let_go(self) -> None:
        """Let go of files and library, which take room in a large build; if they are asked for they are read again."""
        for name in ("files", "loaded"):
            self.__dict__.pop(name, None)

    @cached_property
    def aside(self) -> tuple[Diagnostic, ...]:
        """What lies in `source/` and is not read, because it leads elsewhere."""
        return left_aside(self.project)

    @cached_property
    def coverage(self) -> frozenset[int]:
        """The characters that every text face of the layouts has, and those that texts fall back on."""
        from pipeline.build.toolchain import fonts
        from pipeline.compose.design.typeface import letters_of, text_faces

        imprint = self.loaded[0].imprint
        asked = "coverage", text_faces(imprint, self.layouts), imprint.fields.design.scripts, fonts()
        return self.store.remember("compose", asked, frozenset[int], lambda: letters_of(imprint, self.layouts))

    def time_zone(self) -> ZoneInfo:
        """The library's time zone, as `library.yaml` says it."""
        imprint = self.files.get("source/library.yaml", b"")

        def said() -> str:
            from pipeline.load.yaml.documents import read_yaml

            read = read_yaml(imprint.decode("utf-8", "replace"), "source/library.yaml", Desk())
            zone = read[0].get("timezone") if read and isinstance(read[0], dict) else None
            return zone if isinstance(zone, str) else DEFAULT_ZONE

        try:
            zone = self.store.remember("zone", imprint, str, said) if self.output.is_dir() else said()
            return ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo(DEFAULT_ZONE)

    def cite(self, documents: tuple[CitedDocument, ...]) -> Mapping[str, FormattedDocument]:
        """The documents' citations; those not remembered are formatted by the engine, many at a time."""
        from pipeline.cite.citeproc import FormattedDocument

        keys = {document.id: self.store.key("cite", document) for document in documents}
        known = {name: self.store.find(key, FormattedDocument) for name, key in keys.items()}
        formatted = {name: found for name, found in known.items() if found}
        new = tuple(document for document in documents if document.id not in formatted)
        if new:
            from pipeline.cite.citeproc import format_within_limits
            from pipeline.cite.pandoc import run_pandoc
            from pipeline.cite.runs import in_runs

            for some, made in in_runs(new, lambda part: format_within_limits(part, run_pandoc), self.hands.jobs):
                for document in some:
                    formatted[document.id] = made[document.id]
                    if made[document.id].broken is None:
                        self.store.keep(keys[document.id], made[document.id])
        return formatted

    def make_ready(self, executor: Executor, everything: bool = False) -> None:
        """Have a worker load the press while this process reads the library.

        Whoever has `everything` of a large library made for the first time does without: resolving takes longer, and
        much room.
        """
        if not everything or self._texts <= MANY or self.store.last():
            self.hands.start(executor, make_worker_ready, self.store)

    def call_workers(self, executor: Executor) -> None:
        """Have the others get ready, too, where all of a library is made for the first time."""
        if FIRST < self._texts <= MANY and not self.store.last():
            self.hands.call_all(executor, make_worker_ready, self.store)

    @property
    def _texts(self) -> int:
        """How many texts there are."""
        return sum(path.startswith(BRIEFINGS) and path.endswith(".md") for path in self.files)

    def make_bindery_ready(self, executor: Executor) -> None:
        """Have the worker that was started early load what binds, where it has pressed nothing before."""
        self.hands.begin(executor, take_up, BINDERY)

    def end_build(self) -> None:
        """Forget what was begun and not asked for: those who do it have gone."""
        self._begun.clear()

    def note_dresses(self, dresses: Iterable[Dress]) -> None:
        """Note what texts have just been set in, in each edition."""
        key, now = self.store.key(*WORN), tuple(dict.fromkeys(dresses))
        if now and self.store.find(key, _dresses()) != now:
            self.store.keep(key, now, _dresses())

    def begin(self, stage: str, work: Callable[[J], R], name: object, job: Callable[[], J], executor: Executor) -> bool:
        """Have a worker begin what will be asked for by this name, unless it is known; whether one has."""
        if not self.hands.is_free(executor):
            return False
        key = self.store.key(stage, name)
        if key in self._begun or key in self._refused or self.store.holds(key):
            return False
        future = self.hands.begin(executor, work, job(), self.limit(stage))
        if future:
            self._begun[key] = future
        return future is not None

    def remembered(
        self,
        stage: str,
        kind: type[Any],
        verb: str,
        work: Callable[[J], R],
        jobs: Sequence[J],
        executor: Executor,
        few: int = 1,
    ) -> tuple[tuple[R, ...], int]:
        """The result of every job in order, and how many had to be made; equal jobs are done once.

        A result that says why there is none is not remembered.
        """
        return self.remembered_by(stage, kind, verb, work, jobs, jobs.__getitem__, executor, few)

    def remembered_by(
        self,
        stage: str,
        kind: type[Any],
        verb: str,
        work: Callable[[J], R],
        names: Sequence[object],
        job: Callable[[int], J],
        executor: Executor,
        few: int = 1,
        weight: Callable[[int], int] = lambda number: 1,
        taken: Callable[[int, Any], Any] = lambda number, result: result,
    ) -> tuple[tuple[Any, ...], int]:
        """The same where less than all of a job decides its result: that is its name, and `job` makes it if need be.

        A job may count for more than one: its `weight`. The heaviest are begun first. `taken` takes out of what a job
        gave what is remembered.
        """
        refuse: Refuse[Any, Any] | None = job_refused if stage in REFUSABLE else None
        keys = [self.store.key(stage, name) for name in names]
        results: dict[str, Any] = {
            key: self._refused.get(key) or self.store.find(key, kind) for key in dict.fromkeys(keys)
        }
        first = {key: number for number, key in reversed(tuple(enumerate(keys)))}
        new = sorted((key for key in results if results[key] is None), key=lambda key: -weight(first[key]))

        def keep(number: int, given: R) -> None:
            result = taken(first[new[number]], given)
            results[new[number]] = result
            if isinstance(result, Refused):
                self._refused[new[number]] = result
            else:
                self.store.keep(new[number], result, kind)

        begun = {number: self._begun.pop(key) for number, key in enumerate(new) if key in self._begun}
        heavier = sum(weight(first[key]) - 1 for number, key in enumerate(new) if number not in begun)
        made = tuple(job(first[key]) for key in new)
        self.hands.done(verb, work, made, executor, keep, few - heavier, begun, self.limit(stage), refuse)
        return tuple(results[key] for key in keys), len(new)

    def _parse(self, path: str, content: bytes, macros: tuple[tuple[str, str], ...]) -> ParsedBriefing:
        from pipeline.load.library.briefing import ParsedBriefing, parse_briefing
        from pipeline.model.body import packed

        def parse() -> ParsedBriefing:
            parsed = parse_briefing(path, content, macros)
            briefing = parsed.briefing
            return replace(parsed, briefing=replace(briefing, body=packed(briefing.body))) if briefing else parsed

        return self.store.remember("parse", (path, content, macros), ParsedBriefing, parse)

    def _kept(self, files: Mapping[str, bytes]) -> tuple[Library, tuple[Diagnostic, ...]]:
        from pipeline.load.library.library import load
        from pipeline.model.library import Library

        return self.store.remember("kept", files, tuple[Library, tuple[Diagnostic, ...]], lambda: load(files))

    def _insert(self, content: bytes) -> str:
        def trial() -> str:
            from pipeline.bind.inserts.trial import insert_trial

            return insert_trial(content)

        return self.store.remember("insert", content, str, trial)

    def _picture(self, path: str, content: bytes, place: Place) -> tuple[Asset | None, tuple[Diagnostic, ...]]:
        """A picture, remembered without its bytes where they are printed as they are."""
        from pipeline.load.pictures.picture import read_picture
        from pipeline.model.asset import Asset

        def look() -> tuple[Asset | None, tuple[Diagnostic, ...]]:
            asset, remarks = read_picture(path, content, place)
            return (replace(asset, content=b"") if asset and asset.content == content else asset), remarks

        asset, remarks = self.store.remember(
            *("picture", (path, content, str(place)), tuple[Asset | None, tuple[Diagnostic, ...]], look)
        )
        return (replace(asset, content=content) if asset and not asset.content else asset), remarks

    def _references(self, path: str, content: bytes) -> tuple[tuple[Reference, ...], tuple[Diagnostic, ...]]:
        from pipeline.load.library.references import read_reference_file
        from pipeline.model.bibliography import Reference

        return self.store.remember(
            *("references", (path, content), tuple[tuple[Reference, ...], tuple[Diagnostic, ...]]),
            lambda: read_reference_file(path, content),
        )

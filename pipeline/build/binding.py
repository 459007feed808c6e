"""The bindery of a build: every file is bound by a process that has room, and looked at by the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Protocol

from pipeline.bind.stamps.running import DATED
from pipeline.build.bind_jobs import Job, PackJob, PdfJob, Seal, Stamps, bind, is_pack, sealed
from pipeline.build.project import Refused, Workshop, or_say
from pipeline.build.stages import FEW, Line
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.limits import LimitReached

PACK = 4
"""For so many files a pack counts, which takes a second where a briefing takes a moment."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A finished file, of which the bytes are read when they are asked for."""

    seal: Seal
    read: Callable[[], bytes]


Question = tuple[Callable[[Any], tuple[Diagnostic, ...]], Callable[[bytes], Any]]
"""Who answers a question about a file, and what makes his job of its bytes."""

Answers = tuple[tuple[Diagnostic, ...], ...]
"""What is said to each question."""


class Watch(Protocol):
    """What is asked of each file by the process that has bound it, as long as it has it in hand."""

    def questions(self, number: int) -> tuple[Question, ...]:
        """The questions about a file."""

    def told(self, number: int, sha256: str, answers: Answers) -> None:
        """Take the digest of a file that was bound, and the answers in the order of the questions."""


class Bindery:
    """Binds the files of one build; counts what it made anew."""

    def __init__(self, shop: Workshop, executor: Executor, line: Line) -> None:
        self._shop, self._executor, self._line = shop, executor, line
        self.bound = 0
        self._origins: dict[int, tuple[Job, str]] = {}

    def end_round(self) -> None:
        """Let go of the jobs of a round."""
        self._origins.clear()

    def begin(self, job: Job, questions: Callable[[], tuple[Question, ...]]) -> bool:
        """Have a file bound that will be asked for with others, and questions about it answered; whether one has."""
        return self._shop.begin("bind", bind_and_ask, self._name(job), lambda: (job, questions()), self._executor)

    def bind(self, jobs: Sequence[Job], watch: Watch) -> tuple[Bound | Refused, ...]:
        """The finished file of each job. What is known of one is kept beside it, so that few need be read again."""
        store = self._shop.store
        names = [self._name(job) for job in jobs]
        keys = [store.key("bind", name) for name in names]
        seals: dict[str, Seal | None] = {
            key: store.find(store.key("bind", "seal", key), Seal) if store.holds(key) else None for key in keys
        }
        new = [number for number, key in enumerate(keys) if seals[key] is None]

        def taken(number: int, bound: tuple[bytes, Seal, Answers] | Refused) -> bytes | Refused:
            if isinstance(bound, Refused):
                return bound
            content, seal, answers = bound
            store.keep(store.key("bind", "seal", keys[new[number]]), seal)
            seals[keys[new[number]]] = seal
            watch.told(new[number], seal.sha256, answers)
            return content

        made, anew = self._shop.remembered_by(
            *("bind", bytes, "binding", bind_and_ask, [names[n] for n in new]),
            *(lambda n: (jobs[new[n]], watch.questions(new[n])), self._executor, FEW),
            weight=lambda n: PACK if is_pack(jobs[new[n]]) else 1,
            taken=taken,
        )
        self.bound += anew
        files: dict[str, Bound | Refused] = {}
        for number, result in zip(new, made, strict=True):
            if isinstance(result, Refused):
                files[keys[number]] = result
            elif seals[keys[number]] is None:  # the file is there, and what was kept of it is not
                seals[keys[number]] = seal = sealed(result)
                store.keep(store.key("bind", "seal", keys[number]), seal)
        for key, job in zip(keys, jobs, strict=True):
            if known := seals[key]:
                files[key] = Bound(known, partial(self._content, key, job))
        return tuple(files[key] for key in keys)

    def _name(self, job: Job) -> tuple[str, date, Stamps]:
        """What decides how a file comes out."""
        return self.origin(job), job.produced, dated(job)

    def _content(self, key: str, job: Job) -> bytes:
        """The bytes of a file that was bound; made again in the rare case that the store was damaged since."""
        content = self._shop.store.find(key, bytes)
        return bind(job) if content is None else content

    def origin(self, job: Job) -> str:
        """The key of what a file is bound from: of stamps that bear the date not the words, but how they are set."""
        if id(job) not in self._origins:
            set_in = sorted({self._line.set_in[text.sheet] for text, _ in dated(job)})
            self._origins[id(job)] = (job, self._shop.store.key("bind", undated(job), set_in))
        return self._origins[id(job)][1]


def bind_or_say(job: Job) -> bytes | Refused:
    """The file, or why there is none."""
    return or_say(bind, job)


def bind_and_ask(given: tuple[Job, tuple[Question, ...]]) -> tuple[bytes, Seal, Answers] | Refused:
    """The file, what is known of it, and what is answered about it: nothing if that fails, as it is asked again.

    Or why there is none.
    """
    job, questions = given
    content = bind_or_say(job)
    if isinstance(content, Refused):
        return content
    try:
        answers: Answers = tuple(answer(make(content)) for answer, make in questions)
    except (Exception, LimitReached):  # whatever it is, the file is bound and stays so
        answers = ()
    return content, sealed(content), answers


def answered(question: tuple[Callable[[Any], tuple[Diagnostic, ...]], Any]) -> tuple[Diagnostic, ...]:
    """What is answered to a question about a file."""
    answer, job = question
    return answer(job)


def undated(job: Job) -> Job:
    """A job without what depends on the date produced."""
    if not isinstance(job, PdfJob | PackJob):
        return replace(job, produced=date.min)
    stamps = tuple((text, sheet) for text, sheet in job.stamps if text.slot not in DATED)
    return replace(job, produced=date.min, stamps=stamps)


def dated(job: Job) -> Stamps:
    """The stamps of a job that bear the date produced."""
    return tuple(stamp for stamp in job.stamps if stamp[0].slot in DATED) if isinstance(job, PdfJob | PackJob) else ()

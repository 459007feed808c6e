"""Answers of reference validators on files: asked in as few runs as may be, and cached by the file."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.build.project import Project
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.digest import sha256

Verdicts = dict[str, tuple[Diagnostic, ...]]
"""Remarks on files, by the path they are told by."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A validator: what it is called, the module that its verdicts are cached by, how it is called here, and asked."""

    name: str
    module: str
    call: tuple[str, ...]
    ask: Callable[[Sequence[str], Mapping[str, Path], str], Verdicts]
    manner: Callable[[bytes], str] = lambda content: ""
    """In what manner a file is judged: files of one manner are judged in one run."""


@dataclass(frozen=True, slots=True)
class Case:
    """A file to be judged: the path it is told by, where it lies, and its bytes."""

    path: str
    place: Path
    content: bytes


def judged(project: Project, judge: Judge, cases: Sequence[Case]) -> Iterator[Diagnostic]:
    """Remarks of a validator on files; one that broke off is asked again the next time."""
    new: dict[str, dict[str, Path]] = defaultdict(dict)
    keys = {}
    for case in cases:
        keys[case.path] = project.store.key(judge.module, judge.call, case.path, sha256(case.content))
        known = project.store.find(keys[case.path], tuple[Diagnostic, ...])
        if known is None:
            new[judge.manner(case.content)][case.path] = case.place
        else:
            yield from known
    if not new:
        return
    with project.voice.work():
        project.voice.started(judge.name, sum(map(len, new.values())))
        for manner, files in sorted(new.items()):
            for path, said in judge.ask(judge.call, files, manner).items():
                if not any(remark.code == "proof-validator-broke" for remark in said):
                    project.store.keep(keys[path], said, tuple[Diagnostic, ...])
                yield from said
                project.voice.done(judge.name)

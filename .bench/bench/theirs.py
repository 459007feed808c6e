"""The rows of other pipelines: the same texts, from nothing each time, for they remember nothing."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench import library
from bench.aside import put_aside
from bench.complete import Made, faults, pages
from bench.peers import Peer, write_styles
from bench.plan import Plan
from bench.results import Measured
from bench.texts import Text, pack_of, text_of, works_of, write_chart, write_text
from bench.timing import Failed, Run


def write_texts(
    folder: Path, project: Path, names: Sequence[str], packs: Mapping[str, Sequence[str]] | None = None
) -> list[Text]:
    """The texts of briefings, and of packs of them, in a folder of their own; gives those of the briefings."""
    put_aside(folder)
    write_styles(folder)
    works = works_of(project)
    texts = {name: text_of(project, name) for name in names}
    for name, text in texts.items():
        write_text(folder, text, works)
        write_chart(folder, project, name)
    for name, members in (packs or {}).items():
        write_text(folder, pack_of(name, [texts[member] for member in members]), works)
    return list(texts.values())


class FromNothing:
    """PDF and EPUB of every briefing of a library, several times. Who fails once is not asked again."""

    def __init__(self, plan: Plan, size: int, peer: Peer) -> None:
        self._plan, self._size, self._peer = plan, size, peer
        self._folder = plan.folder / f"{peer.name}-{size}"
        self._texts: list[Text] = []
        self._runs: list[Run] = []
        self._failed = ""

    def again(self) -> None:
        """Make it once more, of the texts of our library."""
        if self._failed:
            return
        names = [library.name_of(number) for number in range(self._size)]
        self._texts = write_texts(self._folder, self._plan.folder / f"library-{self._size}", names)
        try:
            self._runs.append(self._peer.make(self._folder, names, self._plan.cores))
        except Failed as failure:
            self._failed = f"failed: {failure.said.strip().splitlines()[-1:]}"

    def measured(self) -> Iterator[Measured]:
        """What all runs took."""
        if self._failed:
            yield Measured("cold", self._peer.name, self._size, remark=self._failed)
            return
        files = [
            Made(text, *(self._folder / f"{text.name}.{kind}" for kind in ("pdf", "epub"))) for text in self._texts
        ]
        said = " ".join(faults(files))
        yield Measured("cold", self._peer.name, self._size, tuple(self._runs), pages(one.pdf for one in files), said)
        put_aside(self._folder)


def one_word(plan: Plan, peer: Peer) -> Iterator[Measured]:
    """What has to be set again for one word: its briefing, and the pack that holds it."""
    project, folder = plan.folder / f"library-{plan.kept}", plan.folder / f"{peer.name}-word"
    pack, members = library.pack_names(plan.kept)[0], library.members_of(0, plan.kept)
    write_texts(folder, project, members, {pack: members})
    runs = tuple(peer.make(folder, (pack, members[0]), plan.cores) for _ in range(plan.runs))
    yield Measured("word", peer.name, plan.kept, runs)
    put_aside(folder)

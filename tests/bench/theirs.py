"""The rows of other pipelines: the same texts, from nothing each time, for they remember nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench import library
from tests.bench.aside import put_aside
from tests.bench.complete import Made, faults, pages
from tests.bench.peers import Peer, write_styles
from tests.bench.plan import Plan
from tests.bench.results import Measured
from tests.bench.texts import Text, pack_of, text_of, works_of, write_chart, write_text
from tests.bench.timing import Failed


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


def from_nothing(plan: Plan, size: int, peer: Peer) -> Measured:
    """PDF and EPUB of every briefing of a library."""
    project, folder = plan.folder / f"library-{size}", plan.folder / f"{peer.name}-{size}"
    names = [library.name_of(number) for number in range(size)]
    runs = []
    try:
        for _ in range(plan.times(size)):
            texts = write_texts(folder, project, names)
            runs.append(peer.make(folder, names, plan.cores))
    except Failed as failure:
        return Measured("cold", peer.name, size, remark=f"failed: {failure.said.strip().splitlines()[-1:]}")
    made = [Made(text, folder / f"{text.name}.pdf", folder / f"{text.name}.epub") for text in texts]
    measured = Measured(
        "cold", peer.name, size, tuple(runs), pages(files.pdf for files in made), " ".join(faults(made))
    )
    put_aside(folder)
    return measured


def one_word(plan: Plan, peer: Peer) -> Iterator[Measured]:
    """What has to be set again for one word: its briefing, and the pack that holds it."""
    project, folder = plan.folder / f"library-{plan.kept}", plan.folder / f"{peer.name}-word"
    pack, members = library.pack_names(plan.kept)[0], library.members_of(0, plan.kept)
    write_texts(folder, project, members, {pack: members})
    runs = tuple(peer.make(folder, (pack, members[0]), plan.cores) for _ in range(plan.runs))
    yield Measured("word", peer.name, plan.kept, runs)
    put_aside(folder)

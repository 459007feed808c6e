"""Libraries of briefings of real shape, invented, the same for the same seed: what the benchmark measures.

A briefing has about three pages: a summary, two findings, three sections, a table, a chart, a box, a note, and
fifteen citations of five works. It is the same briefing however many others stand beside it, so that a library of 10
and one of 1,000 differ in number alone. The works of a library grow with it.
"""

import random
from collections.abc import Iterator
from pathlib import Path

from tests.support.invented import RESULTS, WORDS, reference, sentence

SEED = 7
MEMBERS = 30
"""Briefings of a pack."""

ADDRESS = "https://briefings.northmoor.example"
IMPRINT = f"""title: Invented library
publisher: Northmoor Institute
address: {ADDRESS}
formats: [screen, epub]
"""
PLACES = ("Market", "Station", "Harbour", "Park")
CITING = (3, 2, 2, 2, 2, 2, 2)
"""Works cited by each paragraph in turn: fifteen in all."""

OWN, SHARED = 4, 12
"""Works that come into the library with each briefing, and those that it also has from its neighbours."""


def name_of(number: int) -> str:
    """The id of a briefing."""
    return f"briefing-{number:04}"


def pack_names(count: int) -> tuple[str, ...]:
    """The packs of a library: one for every thirty briefings."""
    return tuple(f"pack-{number:02}" for number in range(max(1, count // MEMBERS)))


def members_of(pack: int, count: int) -> tuple[str, ...]:
    """The briefings of a pack."""
    return tuple(name_of(number) for number in range(pack * MEMBERS, min(count, (pack + 1) * MEMBERS)))


def write_library(root: Path, count: int, seed: int = SEED) -> Path:
    """A library of so many briefings and their works, without packs; gives its folder."""
    source = root / "source"
    (source / "references").mkdir(parents=True)
    (source / "library.yaml").write_text(IMPRINT, encoding="utf-8")
    for number in range(count):
        folder = source / "briefings" / name_of(number)
        folder.mkdir(parents=True)
        dice = random.Random(f"{seed}-{number}")
        (folder / "briefing.md").write_text(_briefing(dice, number), encoding="utf-8")
        (folder / "chart.svg").write_text(_chart(dice), encoding="utf-8")
    works = count * OWN + SHARED
    for first in range(0, works, 100):
        numbers = range(first, min(works, first + 100))
        records = "".join(reference(random.Random(f"{seed}-work-{number}"), number) for number in numbers)
        (source / "references" / f"works-{first // 100:02}.yaml").write_text(records, encoding="utf-8")
    return root


def write_packs(root: Path, count: int) -> tuple[str, ...]:
    """Give a library its packs; gives their names."""
    names = pack_names(count)
    for number, name in enumerate(names):
        write_pack(root, name, members_of(number, count), title=f"Invented pack {number}")
    return names


def write_pack(root: Path, name: str, members: tuple[str, ...], **fields: str) -> None:
    """A pack of some briefings, for the screen and as an EPUB unless its fields say otherwise."""
    path = root / "source" / "packs" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    said = {"edition": "Spring 2027", "briefings": f"[{', '.join(members)}]", "formats": "[screen, epub]"} | fields
    path.write_text("".join(f"{key}: {value}\n" for key, value in said.items()), encoding="utf-8")


def write_colleges(root: Path, count: int) -> None:
    """So many colleges, each of which takes the edition for the screen."""
    lines = [
        f"college-{number:02}:\n  {{name: Invented college {number}, type: university, formats: [screen]}}\n"
        for number in range(1, count + 1)
    ]
    (root / "source" / "colleges.yaml").write_text("".join(lines), encoding="utf-8")


def change_a_word(root: Path, number: int, word: str) -> None:
    """Give a heading of a briefing another word."""
    path = root / "source" / "briefings" / name_of(number) / "briefing.md"
    lines = path.read_text(encoding="utf-8").split("\n")
    place = next(place for place, line in enumerate(lines) if line.startswith("## "))
    lines[place] = f"## {word} {lines[place].split(' ', 2)[2]}"
    path.write_text("\n".join(lines), encoding="utf-8")


def _briefing(dice: random.Random, number: int) -> str:
    near = range(number * OWN, number * OWN + OWN + SHARED)
    works = [f"work{n}" for n in dice.sample(near, 5)]
    cited = _cited(dice, works)
    paragraphs = [_paragraph(dice, next(cited)) for _ in CITING]
    return _front(dice, number, works) + "\n\n".join(_body(dice, number, paragraphs)) + "\n"


def _cited(dice: random.Random, works: list[str]) -> Iterator[list[str]]:
    """Groups of keys: every work once, and some again."""
    keys = works * 3
    for size in CITING:
        group, keys = keys[:size], keys[size:]
        yield list(dict.fromkeys(group))


def _front(dice: random.Random, number: int, works: list[str]) -> str:
    findings = "".join(
        f"    - {{id: finding-{n}, outcome: Outcome {n}, studies: {dice.randint(1, 12)}, "
        f"result: {dice.choice(RESULTS)}, sources: [{works[n]}], section: part-{number}-{n}}}\n"
        for n in range(1, 3)
    )
    return (
        f"---\ntitle: Invented briefing {number}\nsummary: {sentence(dice)}\n"
        f"version: '1.{number % 7}'\nstatus: published\nfirst_published: 2024-0{number % 9 + 1}-11\n"
        f"review_by: 2030-01-01\nkey_finding: {sentence(dice)}\n"
        f"evidence:\n  findings:\n{findings}---\n\n"
    )


def _body(dice: random.Random, number: int, paragraphs: list[str]) -> list[str]:
    headings = [f"## Part {n} on {dice.choice(WORDS)} {{#part-{number}-{n}}}" for n in range(1, 4)]
    rows = "\n".join(
        f"| {place} | {dice.randint(1, 90)} | {dice.randint(100, 900)} | {dice.random():.2f} |" for place in PLACES
    )
    table = f"| Place | Studies | Visits | Effect |\n|:---|---:|---:|---:|\n{rows}"
    linked = f" See also [another briefing](briefing:{name_of(number - 1)})." if number else ""
    return [
        *(paragraphs[0], headings[0], paragraphs[1], paragraphs[2]),
        *(headings[1], f"[](#tbl-{number}) has the places. {paragraphs[3]}"),
        *(table, f": Places and effects {{#tbl-{number}}}", paragraphs[4] + linked),
        *(headings[2], f"[](#fig-{number}) shows the effects. {paragraphs[5]}"),
        f'![Effects by place](chart.svg){{#fig-{number} alt="Bars for four places. {sentence(dice, 5, 9)}"}}',
        *(f"::: note\n{sentence(dice)}\n:::", f"{paragraphs[6]}[^{number}]", f"[^{number}]: {sentence(dice)}"),
    ]


def _paragraph(dice: random.Random, keys: list[str]) -> str:
    sentences = [sentence(dice, 8, 13) for _ in range(2)]
    place = dice.randrange(len(sentences))
    sentences[place] = f"{sentences[place][:-1]} [{'; '.join(f'@{key}' for key in keys)}]."
    return " ".join(sentences)


def _chart(dice: random.Random) -> str:
    """A chart of bars, as an author would export it."""
    face = 'font-family="Lato, sans-serif" font-size="13"'
    parts = []
    for row, place in enumerate(PLACES):
        length, y = dice.randint(40, 420), 14 + row * 30
        parts.append(
            f'<text x="74" y="{y + 15}" text-anchor="end" {face} fill="#1d1d1b">{place}</text>'
            f'<rect x="82" y="{y}" width="{length}" height="20" fill="#1f4e79"/>'
            f'<text x="{length + 88}" y="{y + 15}" {face} fill="#1d1d1b">{length / 10:.1f}</text>'
        )
    head = '<svg xmlns="http://www.w3.org/2000/svg" width="560" height="140" viewBox="0 0 560 140">'
    return f"{head}{''.join(parts)}</svg>\n"

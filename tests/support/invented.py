"""A library of invented briefings, the same for the same seed: for speed, for size, for surprises."""

import random
from pathlib import Path

_WORDS = """
officers patrol street crime harm place market evidence review study trial effect change risk young people
service partner area team record visit plan response report measure outcome method result sample control group
reduction increase violence theft property victim offender community force region national local early later
small large mixed clear limited strong likely different similar recent careful regular focused joint shared
"""
WORDS = _WORDS.split()
_NAMES = """
Adams Baker Carter Dunn Evans Foster Grant Hughes Irving Jones Khan Lewis Moss Nolan Owen Price Quinn
"""
NAMES = _NAMES.split()
RESULTS = ("favourable", "unfavourable", "mixed", "no-effect", "inconclusive")


def sentence(dice: random.Random, least: int = 9, most: int = 20) -> str:
    """A sentence of invented words."""
    words = [dice.choice(WORDS) for _ in range(dice.randint(least, most))]
    plain = [word for word, before in zip(words, ["", *words], strict=False) if word != before]
    return " ".join(plain).capitalize() + "."


def reference(dice: random.Random, number: int) -> str:
    """One invented work, as CSL-YAML."""
    authors = dice.sample(NAMES, dice.randint(1, 4))
    names = ", ".join(f"{{family: {name}, given: {dice.choice('ABCDEF')}}}" for name in authors)
    return (
        f"- id: work{number}\n  type: article-journal\n  title: Invented work {number} on {dice.choice(WORDS)}\n"
        f"  author: [{names}]\n  container-title: Journal of Invented Studies\n"
        f"  volume: '{dice.randint(1, 40)}'\n  page: '{number}-{number + 9}'\n"
        f"  issued: {{date-parts: [[{dice.randint(1990, 2025)}]]}}\n"
    )


def paragraph(dice: random.Random, works: list[str]) -> str:
    """A paragraph of sentences, one of them citing."""
    sentences = [sentence(dice) for _ in range(dice.randint(3, 5))]
    cited = "; ".join(f"@{key}" for key in dice.sample(works, dice.randint(1, 2)))
    place = dice.randrange(len(sentences))
    sentences[place] = sentences[place][:-1] + f" [{cited}]."
    return " ".join(sentences)


def section(dice: random.Random, number: int, works: list[str]) -> str:
    """A section with a heading, paragraphs, and sometimes a list or a table."""
    text = [f"## Impact {number} on {dice.choice(WORDS)} {{#impact-{number}}}", paragraph(dice, works)]
    if dice.random() < 0.5:
        items = "\n".join(f"- {sentence(dice, 4, 8)[:-1].lower()}" for _ in range(dice.randint(2, 5)))
        text.append(f"{sentence(dice)[:-1]}:\n\n{items}")
    if dice.random() < 0.25:
        rows = "\n".join(f"| {dice.choice(WORDS)} | {dice.randint(1, 90)} | {dice.random():.2f} |" for _ in range(4))
        text.append(f"| Place | Studies | Effect |\n|---|---:|---:|\n{rows}\n\n: Table {number} {{#tbl-{number}}}")
    text.append(paragraph(dice, works))
    return "\n\n".join(text)


def briefing(dice: random.Random, number: int, count: int) -> str:
    """A whole briefing of about 500 words."""
    works = [f"work{dice.randrange(200)}" for _ in range(12)]
    works = sorted(set(works))
    findings = "".join(
        f"    - {{id: finding-{n}, outcome: Outcome {n}, studies: {dice.randint(1, 12)}, "
        f"result: {dice.choice(RESULTS)}, sources: [{works[0]}], section: impact-{n}}}\n"
        for n in range(1, 4)
    )
    other = f"\n\nSee also [another briefing](briefing:briefing-{dice.randrange(count):03}).\n"
    return (
        f"---\ntitle: Invented briefing {number}\nsummary: {sentence(dice)}\nversion: '1.{number % 7}'\n"
        f"status: published\nfirst_published: 2024-0{number % 9 + 1}-11\nreview_by: 2030-01-01\n"
        f"key_finding: {sentence(dice)}\nevidence:\n  findings:\n{findings}---\n\n"
        + "\n\n".join(section(dice, n, works) for n in range(1, 5))
        + other
    )


def generate(root: Path, count: int = 300, seed: int = 7) -> Path:
    """Write a library of so many invented briefings into a folder; gives the folder."""
    dice = random.Random(seed)
    source = root / "source"
    (source / "briefings").mkdir(parents=True)
    (source / "references").mkdir()
    (source / "packs").mkdir()
    (source / "library.yaml").write_text(
        "title: Invented library\npublisher: Northmoor Institute\naddress: https://briefings.northmoor.example\n",
        encoding="utf-8",
    )
    works = "".join(reference(dice, number) for number in range(200))
    (source / "references" / "works.yaml").write_text(works, encoding="utf-8")
    for number in range(count):
        text = briefing(dice, number, count)
        (source / "briefings" / f"briefing-{number:03}.md").write_text(text, encoding="utf-8")
    members = ", ".join(f"briefing-{n:03}" for n in range(min(count, 30)))
    (source / "packs" / "pack.yaml").write_text(f"title: Invented pack\nbriefings: [{members}]\n", encoding="utf-8")
    return root


COUNT, MEMBERS = 6, 5
"""How many briefings the library with an index has, and its pack."""
TERMS = ("patrol", "market", "officers")
"""The terms of its index."""


def indexed(root: Path) -> Path:
    """Write a library of which most is one pack, with terms to be found in the index; gives the folder."""
    source = generate(root, COUNT) / "source"
    glossary = "".join(f"{word}:\n  term: {word.capitalize()}\n  meaning: An invented meaning.\n" for word in TERMS)
    (source / "glossary.yaml").write_text(glossary, encoding="utf-8")
    texts = sorted((source / "briefings").glob("*.md"))
    for path in texts:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("\nversion:", f"\nglossary: [{', '.join(TERMS)}]\nversion:", 1), encoding="utf-8")
    members = ", ".join(path.stem for path in texts[:MEMBERS])
    pack = f"title: Many\nbriefings: [{members}]\nback: [references, glossary, index]\n"
    (source / "packs" / "pack.yaml").write_text(pack, encoding="utf-8")
    return root

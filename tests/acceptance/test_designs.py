"""Texts of every shape in a design of the library's own, with words of its own: all is built, and nothing is wrong.

The library changes colours, typeface, logo, measure and running words, in `library.yaml` alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import yaml

from tests.support import libraries, outputs
from tests.support.words import ENGLISH

FORMATS = ("screen", "print", "large-print", "booklet", "epub", "html", "text")
IMPRINT = """title: Evidence briefings
publisher: Northmoor Institute
formats: [FORMATS]
notice: FOR TRAINING ONLY
design:
  accent: "#7a1f2b"
  ink: "#101820"
  typeface: Lato
  measure: 112
  logo: {file: logo.svg, alt: Northmoor Institute}
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10" fill="#7a1f2b"/></svg>'

OUTCOMES = ("Burglary", "Fear of crime", "Road harm", "Calls to the police", "Costs")
RESULTS = ("favourable", "unfavourable", "mixed", "no-effect", "inconclusive")
FORTY = (
    "{base: {source: hughes2018, type: systematic-review, studies: 60}, strength: limited, findings: ["
    + ", ".join(
        f"{{id: finding-{n}, outcome: {OUTCOMES[n % 5]} in district {n}, studies: {n % 12 + 1}, "
        f"result: {RESULTS[n % 5]}, sources: [hughes2018]}}"
        for n in range(40)
    )
    + "]}"
)
WORDS = "officers who walked the same few streets every evening and what the people there said about them afterwards "
TITLE = f"What is known of {WORDS * 2}"[:200]
HEADS = ("District", *(f"{year}" for year in range(2014, 2025)))
TWELVE = "\n".join(
    f"| {' | '.join(row)} |"
    for row in (
        HEADS,
        (":---", *["---:"] * 11),
        *((name, *(str(1000 + 37 * n) for n in range(11))) for name in ("Nether Fellbrook", "Wraxby", "Quillmoor")),
    )
)

BRIEFINGS = {
    "bare": libraries.briefing(),
    "forty": libraries.briefing(title="Forty findings", evidence=FORTY, key_finding="Some of it helped."),
    "long-title": libraries.briefing(title=TITLE, short_title="Walking"),
    "table": libraries.briefing(f"Crimes [@hughes2018] by year:\n\n{TWELVE}\n: Crimes in 11 years {{#tbl-years}}"),
}
BOUND = ("screen", "large-print", "epub")
"""The formats of the pack, and of the texts in the language that joins its words."""
PACK = f"title: Nights\nbriefings: [{', '.join(BRIEFINGS)}]\ncover: evidence\nformats: [{', '.join(BOUND)}]\n"


def write(root: Path, formats: tuple[str, ...] = FORMATS) -> None:
    """A library of them, and a pack."""
    imprint = IMPRINT.replace("FORMATS", ", ".join(formats))
    texts: dict[str, str | bytes] = {f"briefings/{name}.md": text for name, text in BRIEFINGS.items()}
    libraries.written(root, {**texts, "packs/nights.yaml": PACK, "library.yaml": imprint, "logo.svg": LOGO})


def compounds() -> str:
    """A table of words in a language that joins its words, each label one word as long as its words together."""
    told: dict[str, object] = {"language": "cy", "plural": "n != 1"}
    kept = {"date", "date-short", "thousands", "and", "months"}
    for key, forms in ENGLISH.phrases.items():
        said = [form if key in kept else joined(form) for form in forms]
        told[key] = said[0] if len(said) == 1 else said
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=100)


def joined(phrase: str) -> str:
    """A label of a few words as one; a sentence as it is."""
    return phrase.replace(" ", "") if "{" not in phrase and len(phrase) < 40 else phrase


def write_compounds(root: Path) -> None:
    """The same library in that language."""
    write(root, BOUND)
    (root / "layouts" / "words").mkdir(parents=True)
    (root / "layouts" / "words" / "cy.yaml").write_text(compounds(), encoding="utf-8")
    imprint = root / "source" / "library.yaml"
    imprint.write_text(f"language: cy\n{imprint.read_text(encoding='utf-8')}", encoding="utf-8")


@pytest.fixture(scope="module", params=[write, write_compounds], ids=["english", "compounds"])
def designed(request: pytest.FixtureRequest, built_once: Callable[..., Path]) -> Path:
    """The library, built."""
    return built_once(f"designed-{request.param.__name__}", request.param, "--date", libraries.DATE)


@pytest.mark.proof
def test_every_format_is_made_and_nothing_is_wrong(designed: Path) -> None:
    """Of each briefing and of the pack; no file is a draft for a fault of its own, and no remark is of the layout."""
    formats = yaml.safe_load((designed / "source/library.yaml").read_text(encoding="utf-8"))["formats"]
    assert len(libraries.made(designed)) == len(formats) * len(BRIEFINGS) + len(BOUND) + 1
    said = (designed / "said.txt").read_text(encoding="utf-8")
    assert " error " not in said
    assert "typeface" not in said
    assert "contrast" not in said


@pytest.mark.proof
def test_the_library_s_own_design_is_on_every_page(designed: Path) -> None:
    path = designed / "output/briefings/bare/bare.pdf"
    assert all("FOR TRAINING ONLY" in text for text in outputs.page_texts(path))
    with pikepdf.open(path) as pdf:
        named = {str(one.BaseFont) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one}
    assert {re.sub(r"^/([A-Z]{6}\+)?", "", name).partition("-")[0] for name in named} == {"Lato"}


@pytest.mark.proof
def test_the_text_is_as_wide_as_the_library_says(designed: Path) -> None:
    """It begins so many millimetres from the right margin, which is 17."""
    with pypdfium2.PdfDocument(designed / "output/briefings/bare/bare.pdf") as pdf:
        words = pdf[0].get_textpage()
        place = words.search("Foot patrol can").get_next()
        left = words.get_charbox(place[0])[0]
    assert left * 25.4 / 72 == pytest.approx(210 - 17 - 112, abs=0.5)

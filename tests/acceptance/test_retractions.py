"""Works that were retracted: printed and heard in every format, and a stop for whoever publishes without knowing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tests.support import libraries, outputs
from tests.support.project import IMPRINT, REFERENCES, Said
from tests.support.publishing import publish, rewrite, text
from tests.support.retraction_watch import CONCERN, PATH, RETRACTION, row, watch_file

WORKS = f"""{REFERENCES}  DOI: 10.5555/beats.2018
- id: bell2010
  type: book
  title: Walks
  author: [{{family: Bell, given: Max}}]
  issued: {{date-parts: [[2010]]}}
  PMID: "345"
"""
NOTICES = watch_file(
    row("3/9/2019", RETRACTION, "10.5555/Beats.2018", reason="+Error in Data;"),
    row("12/25/2020", CONCERN, pubmed="345"),
)
BODY = "Foot patrol can reduce crime in small places [@hughes2018]. As @bell2010 says, not in all."
EVIDENCE = "\n  findings:\n    - {id: a, outcome: Crime, studies: 2, result: mixed, sources: [hughes2018]}"
HEARD = {"Hughes and others, 2018, retracted", "Bell (2010), expression of concern"}


@pytest.fixture(scope="module")
def resting(built_once: Callable[..., Path]) -> Path:
    """A briefing that rests on a retracted work and on one in doubt, and a pack of it, in every format."""

    def write(root: Path) -> None:
        files = {
            "briefings/foot-patrol.md": libraries.briefing(BODY, evidence=EVIDENCE),
            "packs/nights.yaml": "title: Nights\nbriefings: [foot-patrol]\nback: [references]\n",
            "references/works.yaml": WORKS,
            "library.yaml": IMPRINT + "formats: [screen, print, epub, html, text]\n",
            PATH: NOTICES,
        }
        libraries.written(root, files)

    return built_once("resting", write, "--date", libraries.DATE)


def heard_in_pdf(path: Path) -> set[str]:
    """The words that stand for links to those who hear a PDF."""
    with pikepdf.open(path) as pdf:
        tags = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Link"]
        return {str(tag["/Alt"]) for tag in tags if "/Alt" in tag and not str(tag["/Alt"]).startswith("Back to")}


def heard_on_page(page: Any) -> set[str]:
    """The names of citations on a page."""
    return {
        one.get("aria-label") for one in page.iter() if one.get("role") == "doc-biblioref" and one.get("aria-label")
    }


@pytest.mark.proof
@pytest.mark.parametrize("name", ["foot-patrol.pdf", "foot-patrol-print.pdf"])
def test_paper_prints_that_a_work_was_retracted(resting: Path, name: str) -> None:
    """In the list of references, with the year; what is in doubt likewise."""
    words = " ".join(outputs.page_texts(resting / "output/briefings/foot-patrol" / name))
    assert "[Retracted 2019]" in words
    assert "[Expression of concern 2020]" in words


@pytest.mark.proof
def test_a_citation_says_it_to_the_ear(resting: Path) -> None:
    """Who hears the text does not see the list of references; so does the figure of evidence."""
    folder = resting / "output/briefings/foot-patrol"
    book = outputs.documents(folder / "foot-patrol.epub")["EPUB/text/foot-patrol.xhtml"]
    assert heard_in_pdf(folder / "foot-patrol.pdf") == HEARD
    assert heard_on_page(outputs.web_page(folder / "foot-patrol.html")) == heard_on_page(book) == HEARD


@pytest.mark.proof
def test_who_rests_on_a_retracted_work_is_listed(resting: Path) -> None:
    """With what became of it; without a key every work tells its state."""
    said = libraries.here(resting, "cites", "hughes2018")
    assert said.out.splitlines()[0] == "hughes2018 was retracted on 9 March 2019."
    assert "foot-patrol" in said.out.splitlines()[2]
    works = json.loads(libraries.here(resting, "cites", "--report", "json").out)
    assert {one["key"]: one["state"] for one in works} == {"hughes2018": "retracted 2019", "bell2010": "concern 2020"}


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    """A briefing that is ready to be published, but for the work that it rests on."""
    files = {"briefings/foot-patrol.md": text(), "references/works.yaml": WORKS, PATH: NOTICES}
    return libraries.written(tmp_path / "library", files)


def lines(said: Said) -> list[str]:
    """Errors and warnings, without what is told of the missing caveat."""
    return [line for line in (said.out + said.err).splitlines() if ": reference-" in line or " reference-" in line]


@pytest.mark.proof
def test_a_retracted_work_stops_publishing_until_its_author_knows(ready: Path) -> None:
    """`ready` says so, at the entry; a reason overrides it; to say so at the entry needs no reason."""
    caveat = ("practice: [{id: walking,", "practice: [{id: walking, caveat: Not all was evaluated.,")
    rewrite(ready, "briefings/foot-patrol.md", caveat)
    expected = [
        "source/references/works.yaml:1:7: warning reference-retracted: hughes2018 was retracted on 9 March 2019."
    ]
    asked = libraries.here(ready, "ready", "foot-patrol", "--date", libraries.DATE)
    assert (asked.code, lines(asked)) == (1, expected)
    assert (publish(ready).code, (ready / "source/versions").exists()) == (1, False)
    why = ("--override", "reference-retracted=The text is about the retraction", "--dry-run")
    assert publish(ready, *why).code == 0
    rewrite(ready, "references/works.yaml", ("beats.2018\n", "beats.2018\n  custom: {cited_as: retracted}\n"))
    said = publish(ready)
    assert (said.code, lines(said)) == (0, [])

"""Files of another day that stand are given the new day, and are what binding for that day would have made them."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from pipeline.bind.running_lines import DateFields, FieldReplacement, FieldValues
from pipeline.build.formats import exchange
from pipeline.build.redate import Redater
from pipeline.core.diagnostics import TypesettingFailure
from tests.support import libraries
from tests.support.bind.profiles import toy_profile
from tests.support.calls import calls_of
from tests.support.project import IMPRINT, ROOT, Said
from tests.support.words import ENGLISH

Run = Callable[..., Said]
Small = Callable[..., Path]

FIRST, NEXT = "2024-03-01", "2024-11-30"
ALL = "formats: [screen, print, large-print, booklet, epub, html, text]\n"
PACK = f"title: Nights\n{ALL}briefings: [lamps, foot-patrol]\n"
FILES = {
    "briefings/foot-patrol.md": libraries.briefing(),
    "briefings/lamps.md": libraries.briefing("Lamps were lit [@hughes2018].", "Lamps"),
}
HISTORY = "[{version: 1.0, date: 2023-05-02, kind: first, summary: First version., approved_by: Ann Bell}]"
DATED = {"briefings/lamps.md": libraries.briefing(history=HISTORY, version="1.0", first_published="2023-05-02")}


def built(build: Run, project: Path, day: str, *more: str) -> str:
    """Return the output of a build."""
    result = build(project, "--date", day, *more)
    assert result.code == 0, result.out + result.err
    return result.out


def bound_for(build: Run, small: Small, project: Path, files: Mapping[str, str | bytes]) -> dict[str, bytes]:
    """The files of the next day from a library that has nothing standing of another."""
    other = small(files, "other")
    libraries.remember(other, project)
    assert "bound" in built(build, other, NEXT)
    return libraries.made(other)


@pytest.mark.proof
@pytest.mark.parametrize(
    "files",
    [
        {"packs/nights.yaml": PACK},
        {
            "library.yaml": f"{IMPRINT}print: {{profile: press.icc}}\n",
            "press.icc": toy_profile(),
            "packs/nights.yaml": "title: Nights\nformats: [print]\nbriefings: [lamps]\n",
        }
        | DATED,
        {"library.yaml": f"{IMPRINT}formats: [screen, epub]\npdf: {{attach: [references]}}\n"} | DATED,
    ],
    ids=["pack", "pack of a known day", "attached"],
)
def test_files_of_another_day_are_as_if_bound_on_it(small: Small, build: Run, files: Mapping[str, str | bytes]) -> None:
    files = ({} if DATED.keys() <= files.keys() else FILES) | files
    project = small(files)
    built(build, project, FIRST)
    before = libraries.made(project)
    said = built(build, project, NEXT)
    assert "bound" not in said
    made = len(before) - 1  # the record of the build is none
    assert f"{made} only dated again" in said
    assert libraries.made(project) == bound_for(build, small, project, files)
    built(build, project, FIRST)
    assert libraries.made(project) == before


def test_an_attached_file_of_no_date_has_its_pdf_bound(small: Small, build: Run) -> None:
    project = small(FILES | {"library.yaml": f"{IMPRINT}formats: [screen, html]\npdf: {{attach: [references]}}\n"})
    built(build, project, FIRST)
    assert "0 typeset, 4 bound" in built(build, project, NEXT)


def test_a_numbered_pack_is_bound(small: Small, build: Run) -> None:
    project = small(FILES | {"packs/nights.yaml": "title: Nights\nnumbered: true\nbriefings: [lamps]\n"})
    built(build, project, FIRST, "nights")
    assert "0 typeset, 2 bound" in built(build, project, NEXT, "nights")


def test_a_briefing_that_has_become_overdue_is_bound(small: Small, build: Run) -> None:
    project = small({"briefings/lamps.md": libraries.briefing(review_by="2024-06-01")})
    built(build, project, FIRST, "--format", "screen")
    assert "1 typeset, 1 bound" in built(build, project, NEXT, "--format", "screen")


def test_what_cannot_be_found_in_a_file_has_it_bound(small: Small, build: Run) -> None:
    text = libraries.briefing("It says: `This copy produced 1 March 2024`.", "Sentence")
    files = {"briefings/sentence.md": text, "library.yaml": f"{IMPRINT}formats: [epub, html]\n"}
    project = small(files)
    built(build, project, FIRST)
    with calls_of(exchange) as calls:
        assert "2 bound" in built(build, project, NEXT)
    assert [call.result for call in calls] == [None, None]
    other = small(files, "other")
    built(build, other, NEXT)
    assert libraries.made(project) == libraries.made(other)


def test_a_layout_that_names_the_day_elsewhere_has_its_pages_bound(small: Small, build: Run) -> None:
    project = small(FILES)
    own = project / "layouts" / "web" / "page.html.j2"
    own.parent.mkdir(parents=True)
    page = (ROOT / "layouts" / "web" / "page.html.j2").read_text(encoding="utf-8")
    own.write_text(page.replace("<main", "<p>{{ running[0][1] }}</p>\n<main", 1), encoding="utf-8")
    build(project, "--date", FIRST, "--format", "html")
    build(project, "--date", NEXT, "--format", "html")
    made = libraries.made(project)["briefings/lamps/lamps.html"].decode()  # its text is not the composed one
    assert "2024-03-01" not in made
    assert "01/03/2024" not in made


@pytest.mark.parametrize("gone", [True, False], ids=["gone", "changed"])
def test_a_file_that_somebody_changes_meanwhile_is_bound(small: Small, build: Run, gone: bool) -> None:
    project = small(FILES)
    built(build, project, FIRST, "--format", "html")
    page = project / "output" / "briefings" / "lamps" / "lamps.html"

    def meanwhile() -> None:
        if gone:
            page.unlink()
        else:
            page.write_bytes(page.read_bytes().replace(b"Lamps were lit", b"Lamps were out"))

    with calls_of(Redater._stamp_sheets, meanwhile):
        assert "1 bound" in built(build, project, NEXT, "--format", "html")
    assert b"Lamps were lit" in page.read_bytes()


def sentence(day: str, times: int) -> bytes:
    """A web page that says its day so many times."""
    return (
        f'<style>@top-left {{ content: "01/03/2024 x" }}</style>{f"<p>This copy produced {day}</p>" * times}'.encode()
    )


@pytest.mark.parametrize("times", [0, 2])
def test_a_text_that_says_the_sentence_itself_is_not_touched(times: int) -> None:
    """The day of a copy stands as often as the bindery has put it, or the file is bound."""
    days = FieldValues(date(2024, 3, 1)), (FieldValues(date(2024, 11, 30)),)
    dated = DateFields("lamps.html", "en-GB", sentences=1)
    with pytest.raises(TypesettingFailure, match="names the day elsewhere"):
        exchange(FieldReplacement(sentence("1 March 2024", times), "html", ENGLISH, *days, dated))

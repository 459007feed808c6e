"""The states of a library's works: from files of notices, for the present texts and for those that are kept."""

import pytest

from pipeline.load.library import load_library
from tests.support.resolve.kept_versions import FILES, loaded, published
from tests.support.retraction_watch import BACK, CORRECTION, PATH, RETRACTION, row, watch_file

HART = "10.5555/hart.2018"
WORK = f"- {{id: hart2018, type: book, title: Beats, issued: 2018, DOI: {HART}}}\n"
KNOWING = WORK.replace("}", ", custom: {cited_as: retracted}}")
BASE = FILES | {"references/works.yaml": WORK}
RETRACTED = {PATH: watch_file(row("3/9/2019", RETRACTION, HART))}
PACK = {"packs/p.yaml": "title: P\nbriefings: [patrol@1.0]\n"}


def states(files: dict[str, str], pin: str = "") -> dict[str, str]:
    """The states of a library's works, or of those of a kept version, by their keys."""
    library = loaded(files)
    works = (library.kept[pin].library if pin else library).bibliography
    return {key: str(work.state) for key, work in works.entries.items() if work.state}


def said(files: dict[str, str]) -> list[str]:
    """What is said in loading."""
    _, remarks = load_library({f"source/{name}": text.encode() for name, text in files.items()})
    return [str(one).partition("\n")[0] for one in remarks]


def test_a_work_has_the_state_that_a_file_tells() -> None:
    below = {"references/retractions/2026/August.CSV": RETRACTED[PATH]}
    assert states(BASE | RETRACTED) == states(BASE | below) == {"hart2018": "retracted"}
    assert states(BASE) == {}


def test_several_files_count_together() -> None:
    later = {"references/retractions/also.csv": watch_file(row("1/2/2020", BACK, HART))}
    assert states(BASE | RETRACTED | later) == {"hart2018": "reinstated"}


def test_a_kept_version_has_the_states_of_today() -> None:
    """The work was retracted after the version was published, and the present text cites it no more."""
    files = published(BASE) | PACK | RETRACTED
    assert states(files, "patrol@1.0") == {"hart2018": "retracted"}
    assert states(files | {"references/works.yaml": "[]\n"}, "patrol@1.0") == {"hart2018": "retracted"}


def test_an_author_may_know_without_any_file() -> None:
    assert states(BASE | {"references/works.yaml": KNOWING}) == {"hart2018": "retracted"}
    doubted = KNOWING.replace("cited_as: retracted", "cited_as: concern")
    assert states(BASE | {"references/works.yaml": doubted} | RETRACTED) == {"hart2018": "retracted"}
    back = {PATH: watch_file(row("1/2/2020", BACK, HART))}
    assert states(BASE | {"references/works.yaml": KNOWING} | back) == {"hart2018": "reinstated"}


@pytest.mark.parametrize(("version", "knows"), [("1.0", True), ("1.1", False)])
def test_what_an_author_knows_is_said_of_the_present_text(version: str, knows: bool) -> None:
    """A kept version is that text while the briefing bears its number; of an older one only its own entry says so."""
    patrol = BASE["briefings/patrol/briefing.md"].replace("version: 1.0\nfirst", f"version: {version}\nfirst")
    changed = {"references/works.yaml": KNOWING, "briefings/patrol/briefing.md": patrol}
    work = loaded(published(BASE) | PACK | RETRACTED | changed).kept["patrol@1.0"].library.bibliography["hart2018"]
    assert work.is_cited_knowingly is knows


def test_a_version_keeps_what_its_author_knew() -> None:
    files = published(BASE | {"references/works.yaml": KNOWING})
    assert '"cited_as": "retracted"' in files["versions/patrol/1.0/references/cited.json"]


def test_other_files_have_no_business_there() -> None:
    assert said(BASE | {"references/retractions/works.yaml": WORK}) == [
        "source/references/retractions/works.yaml:1:1: warning file-unknown: This file is not used: in "
        "references/retractions/ only Retraction Watch files are read, with names that end in .csv."
    ]
    assert said(BASE | {"references/retraction_watch.csv": RETRACTED[PATH]}) == [
        "source/references/retraction_watch.csv:1:1: warning file-unknown: This file is not used: a Retraction Watch "
        "file belongs in references/retractions/."
    ]


def test_two_entries_that_know_different_things_differ() -> None:
    """One of them would be passed over."""
    other = {"references/other.yaml": KNOWING}
    assert [("reference-duplicate-key" in one, "'custom'" in one) for one in said(BASE | other)] == [(True, True)]


def test_a_corrected_work_stays_corrected_after_a_correction_of_it() -> None:
    rows = (row("3/9/2019", CORRECTION, HART), row("3/9/2021", CORRECTION, HART))
    (work,) = loaded(BASE | {PATH: watch_file(*rows)}).bibliography.entries.values()
    assert (str(work.state), work.state_day and work.state_day.year) == ("corrected", 2021)

"""Bibliographies that would stop the citation engine are reported, or the engine is stopped."""

import json
from typing import Any

import pytest

from pipeline.core.limits import Limit
from pipeline.core.pandoc import PANDOC_LIMIT, PandocLimit, run_pandoc
from pipeline.load.references.csl_records import count_open_marks
from pipeline.load.references.reference_files import read_bibtex, read_csl_json
from pipeline.model.body import plain_text
from pipeline.resolve.citations.citeproc import CitedDocument, format_within_limits
from pipeline.resolve.citations.style import style_fault
from tests.resolve.citations import styles


def remarks_on(bib: str) -> list[str]:
    """Remarks on a BibTeX file, as line and code."""
    return [f"{d.place.line} {d.code}" for d in read_bibtex("x.bib", bib, run_pandoc)[1]]


@pytest.mark.parametrize("pointer", ["crossref", "xdata", "CrossRef"])
def test_entry_that_points_to_itself(pointer: str) -> None:
    references, remarks = read_bibtex("x.bib", f"\n@book{{a, {pointer} = {{A}}, title={{X}}, year=2020}}", run_pandoc)
    assert [(d.place.line, d.place.column, d.code) for d in remarks] == [(2, 1, "reference-in-a-circle")]
    assert [reference.title for reference in references] == ["X"]


def test_entries_that_point_to_each_other() -> None:
    bib = """@book{a, crossref = "b", title = {A}}
@book{b, xdata = {c, z}, title = {B}}
@book{c, crossref = {a}, title = {C}}
@book{child, crossref = {a}, title = {D}}
@book{z, title = {Z}}"""
    assert remarks_on(bib) == [f"{line} reference-in-a-circle" for line in (1, 2, 3)]


def test_entries_that_only_mention_each_other() -> None:
    bib = "@book{a, related = {b}, title={A}}\n@book{b, xref = {a}, title={B}}\n@set{s, entryset = {s}, title={S}}"
    assert remarks_on(bib) == []


@pytest.mark.proof
@pytest.mark.parametrize(
    "bib",
    [
        '@string{s0 = "abcd"}\n'
        + "\n".join(f"@string{{s{n + 1} = s{n} # s{n}}}" for n in range(40))
        + "\n@book{a, title = {A}, note = s40}",
        "\n".join(f"@xdata{{a{n}, xdata = {{a{n + 1},a{n + 1}}}, note = {{A}}}}" for n in range(40))
        + "\n@book{a, title = {A}, xdata = {a0}}",
    ],
    ids=["abbreviations", "inheritance"],
)
def test_a_file_that_doubles_itself_is_broken_off(bib: str) -> None:
    (remark,) = remarks_on(bib)
    assert remark == "1 job-too-large"


def test_marks_that_are_not_closed() -> None:
    works = [
        {"id": "a", "type": "book", "title": "<i>" * 40 + "A"},
        {"id": "b", "type": "book", "title": "“‘" * 12 + "A"},
        {"id": "c", "type": "book", "title": "<i>‘</i>" * 12 + "A"},
        {"id": "d", "type": "book", "title": "<i>" * 40 + "“Drugs” in ’prison’" + "</i>" * 40},
    ]
    references, remarks = read_csl_json("x.json", json.dumps(works))
    assert [remark.code for remark in remarks] == ["reference-incomplete", "reference-value"] * 3
    assert "title" in references[3].csl


def test_open_marks_are_counted() -> None:
    assert count_open_marks("‘90s, <i>in</i> “print” <b>") == 2


@pytest.mark.proof
def test_engine_is_broken_off() -> None:
    with pytest.raises(PandocLimit, match="longer than 1 seconds"):
        run_pandoc(("--from=csljson", "--to=csljson"), json.dumps([{"id": "a", "title": "<i>" * 40}]), Limit(1, 1000))
    with pytest.raises(PandocLimit, match="more than 100 MB"):
        run_pandoc(("--from=biblatex", "--to=csljson"), "@book{a, crossref = {a}}", Limit(60, 100))


def doubling(macros: int) -> str:
    """A style of so many macros, each of which calls the next twice."""
    called = "".join(
        f'<macro name="m{n}"><text macro="m{n + 1}"/><text macro="m{n + 1}"/></macro>' for n in range(macros)
    )
    return styles.NUMBERS.replace("<citation", f'{called}<macro name="m{macros}"/><citation', 1).replace(
        "<layout", '<layout><text macro="m0"/></layout><layout', 1
    )


def test_style_whose_macros_double() -> None:
    assert style_fault(doubling(8)) is None
    assert "so often that 1,000,000,000 steps or more" in str(style_fault(doubling(40)))


def test_style_of_a_long_chain() -> None:
    chain = "".join(f'<macro name="m{n}"><text macro="m{n + 1}"/></macro>' for n in range(10_000))
    style = styles.NUMBERS.replace("<citation", f'{chain}<macro name="m10000"/><citation', 1)
    assert style_fault(style) is None


def test_text_over_which_the_engine_is_broken_off_is_found(works: Any, group: Any, house: str) -> None:
    documents = tuple(
        CitedDocument(str(n), house, "en-GB", (group("king2006"),), (works["king2006"],)) for n in range(5)
    )

    def weary(arguments: tuple[str, ...], text: str, limit: Limit = PANDOC_LIMIT) -> str:
        if '"id": "3"' in text:
            raise PandocLimit(limit.exceeded("time"), "time")
        return run_pandoc(arguments, text, limit)

    answers = format_within_limits(documents, weary)
    assert [answers[str(n)].broken is None for n in range(5)] == [True, True, True, False, True]
    assert plain_text(answers["3"].groups) == "(king2006)"
    assert plain_text(answers["4"].groups) == "(King and Mauer, 2006)"

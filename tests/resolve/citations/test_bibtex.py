"""BibTeX files: no entry is lost, a bad entry is reported once, keys are as written."""

import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.pandoc import run_pandoc
from pipeline.load.references.reference_files import read_bibtex, read_reference_file

BIB = r"""% A bibliography with every kind of trouble.
@string{jop = "Journal of Papers"}
@comment{not an entry}
@article{Good:2001/a, title = {A study of {NATO}}, journal = jop, year = 2001, author = {Hughes, Ann and {Home Office}}}
@article{nocomma title = {Lost}}
@article{inpress, title = {Soon}, year = {In press}, eid = {e12}, author = {van der Berg, Sara}}
@inbook{chapter, title = {Chapter}, crossref = {book}}
@book{book, title = {The Book}, editor = {Clark, Bo}, year = {c. 1999}, publisher = {Press}}
@article{dollar, title = {ok} year = {2000}}
@article{twice, title = {One}, title = {Two}, year = 2000}
@misc{untitled, year = 2000, howpublished = {\url{http://example.org}}}
@article{book, title = {A second of that key}, year = {soonish}}
"""


def read() -> tuple[dict[int, Any], list[str]]:
    """The works by line, and the remarks as line and code."""
    references, remarks = read_bibtex("x.bib", BIB, run_pandoc)
    return {r.place.line: r for r in references}, [f"{d.place.line} {d.code}" for d in remarks]


def test_one_remark_for_each_trouble() -> None:
    references, remarks = read()
    assert remarks == [
        "5 reference-unreadable",
        "9 reference-unreadable",
        "11 reference-incomplete",
        "12 reference-value",
    ]
    assert sorted(references) == [4, 6, 7, 8, 10, 11, 12]


def test_fields_and_names() -> None:
    references, _ = read()
    assert references[4].key == "Good:2001/a"
    assert references[4].csl["container-title"] == "Journal of Papers"
    assert references[4].csl["author"] == [{"family": "Hughes", "given": "Ann"}, {"literal": "Home Office"}]
    assert references[6].csl["author"][0]["non-dropping-particle"] == "van der"
    assert references[6].csl["number"] == "e12"


def test_chapter_takes_from_its_book() -> None:
    references, _ = read()
    assert references[7].csl["container-title"] == "The book"
    assert references[7].csl["editor"] == [{"family": "Clark", "given": "Bo"}]


def test_both_entries_of_one_key() -> None:
    references, _ = read()
    assert [r.csl["title"] for r in references.values() if r.key == "book"] == ["The book", "A second of that key"]


def test_a_missing_comma_is_reported_at_its_line() -> None:
    text = "@book{a, title={A}}\n\n@string{p = {P}}\n\n@book{b,\n  title = {B}\n  author = {C}\n}\n"
    (remark,) = read_bibtex("w.bib", text, run_pandoc)[1]
    assert str(remark).startswith("w.bib:7:3: error reference-unreadable: This entry ('b') cannot be read")


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (r"{Growth of $\alpha$-quartz}", "Growth of α-quartz"),
        (r"{$\beta$-Blockers &amp; others}", "β-blockers & others"),
        (r"{On H$_2$O, CO$_{2}$ and $^{13}$C}", "On H<sub>2</sub>O, CO<sub>2</sub> and <sup>13</sup>C"),
        (r"{Of $10^{-3}$ and $x_{i+1}^2$}", "Of 10<sup>−3</sup> and x<sub>i+1</sub><sup>2</sup>"),
        (r"{A $p<0.05$ at 25$^\circ$C, $\sim$5\%}", "A p < 0.05 at 25°C, ~5%"),
        (r"{In $\mathcal{O}(n \log n)$ and $\mathbb{R}^n$}", "In O(n log n) and R<sup>n</sup>"),
        (r"{Of $\frac{1}{2}$ and {$\Delta G$}}", "Of 1/2 and ΔG"),
        (r'"One&nbsp;two caf&eacute;s"', "One two cafés"),
        (r"{It cost \$5, not \$6}", "It cost $5, not $6"),
        (r"{Mar{\'\i}a, Mar\'{\i}a, Mar\'\i{}a, na\"\i ve, Mar\'ia}", "María, maría, maría, naïve, maría"),
    ],
)
def test_tex_in_titles_becomes_letters(written: str, title: str) -> None:
    (reference,), remarks = read_bibtex("x.bib", f"@book{{a, title = {written}}}", run_pandoc)
    assert (reference.title.replace("\u00a0", " "), remarks) == (title, ())


def test_a_formula_without_letters_is_reported() -> None:
    (reference,), (remark,) = read_bibtex("x.bib", r"@book{a, title = {Of $\hat{x}$}}", run_pandoc)
    assert reference.title == r"Of $\hat{x}$"
    assert remark.code == "reference-as-typed"


@pytest.mark.parametrize(
    ("field", "name", "value"),
    [
        (r"url = {\url{https://example.org/a_b}}", "URL", "https://example.org/a_b"),
        (r"url = {https://example.org/\~{}me/a\_b\%20c?x\&y}", "URL", "https://example.org/~me/a_b%20c?x&y"),
        (r"url = {{\href{https://example.org/x}{here}}}", "URL", "https://example.org/x"),
        (r"url = {<https://example.org/x?a=1&amp;b=2>}", "URL", "https://example.org/x?a=1&b=2"),
        (r"doi = {https://doi.org/10.1234/A_b}", "DOI", "10.1234/A_b"),
        (r'doi = "http://dx.doi.org/10.1234/a\_b"', "DOI", "10.1234/a_b"),
        (r"doi = {doi: 10.1234/ab}", "DOI", "10.1234/ab"),
        (r"url = {https://example.org} # {/x}", "URL", "https://example.org/x"),
        (r"url = {https://example.org}, url = {\url{https://example.org}}", "URL", "https://example.org"),
    ],
)
def test_addresses_lose_their_tex(field: str, name: str, value: str) -> None:
    (reference,), remarks = read_bibtex("x.bib", f"@book{{a, title = {{A}}, {field}}}", run_pandoc)
    assert (reference.csl[name], remarks) == (value, ())


def test_nothing_is_read_from_elsewhere() -> None:
    (reference,), _ = read_bibtex("x.bib", r"@book{a, title={A \input{/etc/hostname} b}}", run_pandoc)
    assert reference.title == "A b"


def test_bibliographies_of_real_papers(shared: Path) -> None:
    for path in sorted(shared.glob("corpus/*/paper.bib")):
        content = path.read_bytes()
        entries = re.findall(rb"(?im)^\s*@(?!string|comment|preamble)\w+\s*[{(]", content)
        references, _ = read_reference_file(path.name, content)
        assert len(references) == len(entries), path.parent.name

"""The house citation style, letter for letter."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.core.diagnostics import Location
from pipeline.core.pandoc import run_pandoc
from pipeline.load.references.reference_files import read_reference_file
from pipeline.model.bibliography import Reference
from pipeline.model.body import CitationGroup, CitationLink, Link, plain_text, walk_nodes
from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument, format_documents

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = yaml.safe_load((HERE / "house_cases.yaml").read_text(encoding="utf-8"))
LIST: list[str] = yaml.safe_load((HERE / "house_list.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def formatted(house: str, works: Mapping[str, Reference], group: Callable[..., CitationGroup]) -> FormattedDocument:
    """Every case in one document."""
    groups = tuple(group(*case["cite"], narrative=case.get("narrative", False)) for case in CASES)
    document = CitedDocument("cases", house, "en-GB", groups, tuple(works.values()))
    return format_documents((document,), run_pandoc)["cases"]


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: str(CASES[n]["case"]))
def test_house_cases(formatted: FormattedDocument, number: int) -> None:
    printed = formatted.groups[number]
    assert plain_text(printed) == CASES[number]["gives"]
    links = [node.key for node in walk_nodes(printed) if isinstance(node, CitationLink)]
    cited = [work if isinstance(work, str) else work["key"] for work in CASES[number]["cite"]]
    assert sorted(links) == sorted(cited)


def test_house_list(formatted: FormattedDocument) -> None:
    assert [plain_text(words) for _, words in formatted.entries] == LIST


def test_addresses_are_links(formatted: FormattedDocument) -> None:
    links = [n for _, words in formatted.entries for n in words if isinstance(n, Link)]
    assert all(link.href == plain_text(link.children) for link in links)
    assert "https://doi.org/10.5555/asking.12497" in [link.href for link in links]


def test_short_forms(formatted: FormattedDocument) -> None:
    shorts = dict(formatted.shorts)
    assert shorts["eggins2020"] == "Eggins and others, 2020"
    assert shorts["smith-two"] == "Smith and Jones, 2018b"
    assert len(shorts) == len(LIST)


def _khan(key: str, given: str) -> Reference:
    csl = {"id": key, "type": "book", "title": key, "author": [{"family": "Khan", "given": given}], "issued": "2015"}
    return Reference(key, csl, Location())


def test_namesakes_get_initials(house: str, group: Callable[..., CitationGroup]) -> None:
    works = (_khan("x", "Ali"), _khan("y", "Bo"))
    document = CitedDocument("d", house, "en-GB", (group("x"), group("y")), works)
    alone = CitedDocument("alone", house, "en-GB", (group("x"),), works[:1])
    printed = format_documents((document, alone), run_pandoc)
    assert [plain_text(g) for g in printed["d"].groups] == ["(A Khan, 2015)", "(B Khan, 2015)"]
    assert plain_text(printed["alone"].groups[0]) == "(Khan, 2015)"


def test_other_languages_take_their_own_words(cite: Callable[..., FormattedDocument], house: str, group: Any) -> None:
    printed = cite(house, group({"key": "king2006", "locator": "3"}), language="cy")
    assert plain_text(printed.groups) == "(King a/ac Mauer, 2006, t. 3)"


def test_groups_of_the_original(shared: Path, house: str, group: Callable[..., CitationGroup]) -> None:
    path = shared / "original/references.yaml"
    references, remarks = read_reference_file(path.name, path.read_bytes())
    assert len(references) == 5
    assert not remarks
    groups = (group("eggins2020"), group("pollack2014"), group("hughes2018", "king2006", "werb2011"))
    printed = format_documents((CitedDocument("o", house, "en-GB", groups, references),), run_pandoc)["o"]
    assert [plain_text(g) for g in printed.groups] == [
        "(Eggins and others, 2020)",
        "(Pollack and Reuter, 2014)",
        "(Hughes and others, 2018; King and Mauer, 2006; Werb and others, 2011)",
    ]

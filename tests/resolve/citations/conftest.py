"""The house style, its invented works, and a document that cites them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.pandoc import run_pandoc
from pipeline.load.references.reference_files import read_reference_file
from pipeline.model.bibliography import Reference
from pipeline.model.body import Citation, CitationGroup
from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument, format_documents

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


@pytest.fixture(scope="session")
def house() -> str:
    """The house style's CSL."""
    return (ROOT / "layouts/styles/house.csl").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def works() -> Mapping[str, Reference]:
    """The invented works by key."""
    path = HERE / "house_references.yaml"
    references, remarks = read_reference_file(path.name, path.read_bytes())
    assert not remarks
    return {reference.key: reference for reference in references}


@pytest.fixture
def cite(works: Mapping[str, Reference]) -> Callable[..., FormattedDocument]:
    """Format the groups of one document in a style."""

    def run(style: str, *groups: CitationGroup, listed: tuple[str, ...] = (), language: str = "en-GB") -> Any:
        keys = {citation.key for group in groups for citation in group.citations} | set(listed)
        cited = tuple(works[key] for key in sorted(keys))
        document = CitedDocument("d", style, language, groups, cited, listed)
        return format_documents((document,), run_pandoc)["d"]

    return run


@pytest.fixture(scope="session")
def group() -> Callable[..., CitationGroup]:
    """A group out of keys, or of mappings that say more."""

    def make(*works: str | Mapping[str, Any], narrative: bool = False) -> CitationGroup:
        citations = [{"key": work} if isinstance(work, str) else work for work in works]
        return CitationGroup(tuple(Citation(**work) for work in citations), narrative)

    return make

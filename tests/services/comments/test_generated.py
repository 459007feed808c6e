"""Tracked edits by the thousand over the sample library: what is accepted is what the document says, and no more."""

import pytest

from tests.support.project import sample
from tests.support.word.generated import Documents, documents, run


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """Two documents."""
    return documents(tmp_path_factory.mktemp("few"), "walks", "hot-spots-policing")


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """All documents."""
    return documents(tmp_path_factory.mktemp("sample"))


def test_what_is_accepted_is_what_the_document_says(few: Documents) -> None:
    counted = run(few, range(2))
    assert counted["proposals"] > 10
    assert counted["refused"] < counted["proposals"] / 10
    assert counted["made"] > 2
    assert counted["conflicts"] > 1


@pytest.mark.proof
def test_many_documents(sent: Documents) -> None:
    seeds = sample(range(7, 10_000), 4, 2000)
    counted = run(sent, seeds)
    assert counted["proposals"] > 5 * len(seeds)
    assert counted["refused"] < counted["proposals"] / 10

"""Tracked edits by the thousand over the sample library: what is accepted is what the document says, and no more."""

from __future__ import annotations

import pytest

from tests.support.project import tries
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
    """A few documents; RETURNS=2000 in the environment asks the proof for more."""
    counted = run(few, range(4))
    assert counted["proposals"] > 20
    assert counted["refused"] < counted["proposals"] / 10
    assert counted["made"] > 5
    assert counted["conflicts"] > 3


@pytest.mark.proof
def test_two_thousand_documents(sent: Documents) -> None:
    """With `PROOF=whole`; else four of them, or as many as RETURNS says."""
    many = tries("RETURNS", 4, 2000)
    counted = run(sent, range(7, 7 + many))
    assert counted["proposals"] > 5 * many
    assert counted["refused"] < counted["proposals"] / 10

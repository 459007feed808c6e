"""Works within one bracket are in the order of the list, so that letters after a year are in order."""

import pytest

from pipeline.core.diagnostics import Location
from pipeline.core.processes import run_pandoc
from pipeline.model.bibliography import Reference, Verification
from pipeline.model.body import Citation, CitationGroup, plain_text
from pipeline.resolve.citations.citeproc import CitedDocument, format_documents

HERE = Location("source/references/works.yaml")


def _work(key: str, title: str, *families: str) -> Reference:
    authors = [{"family": family, "given": "Ann"} for family in families]
    issued = {"date-parts": [[2019]]}
    csl = {"id": key, "type": "book", "title": title, "author": authors, "issued": issued}
    return Reference(key, csl, HERE, Verification.CONFIRMED)


@pytest.mark.parametrize(("language", "others"), [("en-GB", "and others"), ("cy", "ac eraill")])
def test_works_with_one_short_form_stand_in_the_order_of_their_letters(house: str, language: str, others: str) -> None:
    works = (
        _work("welsh", "Can policing disorder reduce crime?", "Braga", "Welsh", "Schnell"),
        _work("turchan", "Hot spots", "Braga", "Turchan", "Papachristos"),
    )
    group = CitationGroup(tuple(Citation(work.key, "", "", "page", "", False, HERE) for work in works), False, HERE)
    document = CitedDocument("order", house, language, (group,), works)
    (words,) = format_documents((document,), run_pandoc)["order"].groups
    assert plain_text(words) == f"(Braga {others}, 2019a; Braga {others}, 2019b)"

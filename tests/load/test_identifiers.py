"""Numbers, names and schemes in front matter and lists: what is told of a wrong one."""

import pytest

from pipeline.model.source.briefing import Contributor
from tests.load.parsing import parse


def head(more: str) -> str:
    """A briefing whose front matter goes on in line 4."""
    return f"---\ntitle: Title\nsummary: Summary.\n{more}---\n\nWords.\n"


def told(more: str) -> list[str]:
    """Places and sentences of what is said."""
    return [f"{r.place.line}:{r.place.column} {r.sentence}" for r in parse(head(more)).remarks]


@pytest.mark.parametrize("doi", ["10.1234/abc", "doi:10.1234/abc", "https://doi.org/10.1234/abc"])
def test_a_doi_may_be_written_as_an_address(doi: str) -> None:
    found = parse(head(f"doi: {doi}\n"))
    assert found.remarks == ()
    assert found.briefing
    assert found.briefing.fields.doi == "10.1234/abc"


def test_an_isbn_is_kept_as_it_is_written() -> None:
    found = parse(head("isbn: {epub: 978-0-00-000000-2, large-print: 9780000000019}\n"))
    assert found.remarks == ()
    assert found.briefing
    assert found.briefing.fields.isbn.by_format == (("large-print", "9780000000019"), ("epub", "978-0-00-000000-2"))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("doi: northmoor/17\n", "4:6 'northmoor/17' is not a DOI."),
        ("isbn: 978-0-00-000000-2\n", "4:7 'isbn' should hold 'key: value' lines, but is plain text."),
        ("isbn: {epub: 0-00-000000-2}\n", "4:14 '0-00-000000-2' is not an ISBN; one has 13 digits"),
        ("isbn: {epub: 978-0-00-000000-3}\n", "its digits do not agree with the last one, which would be 2."),
        ("isbn: {kindle: 978-0-00-000000-2}\n", "4:8 There is no key 'kindle' here."),
        (
            "isbn: {screen: 978-0-00-000000-2, epub: 9780000000002}\n",
            "'screen' and 'epub' have the same ISBN, but each format has its own.",
        ),
        ("authors: [{name: Li Wei, sorted: Wei}]\n", "4:26 There is no key 'sorted' here."),
        ("authors: [{file_as: Wei}]\n", "4:11 'name' is missing in 'authors'."),
    ],
)  # fmt: skip
def test_a_wrong_number_or_name_is_told(more: str, sentence: str) -> None:
    (said,) = told(more)
    assert sentence in said


def test_a_contributor_is_a_name() -> None:
    """Or a name and how it is sorted; what was a name alone is written as one again."""
    found = parse(head("authors: [Aisha Rahman, {name: Li Wei, file_as: Li Wei}]\n"))
    assert found.remarks == ()
    assert found.briefing
    fields = found.briefing.fields
    assert fields.authors[0] == Contributor(name="Aisha Rahman")
    assert fields.model_dump()["authors"] == ("Aisha Rahman", {"name": "Li Wei", "file_as": "Li Wei"})

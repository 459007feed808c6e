"""An ISBN or a DOI is the number of one publication."""

import pytest

from pipeline.resolve.resolve import examine
from tests.support.resolve.library_parts import PRODUCED, briefing, library, pack

PATROL = "'foot-patrol' has it too (source/briefings/foot-patrol.md:3:6)."


def shared_numbers(gates: str, patrol: str, *names: str) -> list[str]:
    """Remarks on numbers in a library of two briefings with these lines in their front matter."""
    of = library(briefing(gates, name="alley-gates"), briefing(patrol))
    remarks = examine(of, PRODUCED, frozenset(), names=names)
    return [f"{r.place.path} {r.sentence}" for r in remarks if r.code == "number-shared"]


@pytest.mark.parametrize(
    ("gates", "patrol", "sentence"),
    [
        ("doi: 10.1234/ABC\n", "doi: doi:10.1234/abc\n", "The DOI 10.1234/abc is taken: 'alley-gates' has it too ("),
        (
            "isbn: {epub: 978-0-00-000000-2}\n",
            'isbn: {screen: "9780000000002"}\n',
            "The ISBN 9780000000002 is taken: 'alley-gates' has it too (source/briefings/alley-gates.md:3:14).",
        ),
    ],
)
def test_two_briefings_of_one_number_are_reported(gates: str, patrol: str, sentence: str) -> None:
    (line,) = shared_numbers(gates, patrol)
    assert line.startswith(f"source/briefings/foot-patrol.md {sentence}")


def test_numbers_of_their_own_are_right() -> None:
    isbns = "isbn: {screen: 978-0-00-000000-2, epub: 978-0-00-000001-9}\ndoi: 10.1234/a\n"
    assert shared_numbers(isbns, "doi: 10.1234/b\n") == []


def test_a_shared_number_is_reported_at_the_chosen_briefing() -> None:
    (line,) = shared_numbers("doi: 10.1234/a\n", "doi: 10.1234/a\n", "alley-gates")
    assert line == f"source/briefings/alley-gates.md The DOI 10.1234/a is taken: {PATROL}"
    of = library(briefing("doi: 10.1234/a\n"), pack("doi: 10.1234/a\n"), briefing(name="alley-gates"))
    assert examine(of, PRODUCED, frozenset(), names=("alley-gates",)) == ()


def test_a_pack_does_not_have_the_number_of_its_briefing() -> None:
    of = library(briefing("doi: 10.1234/a\n"), pack("briefings: [foot-patrol]\ndoi: 10.1234/a\n"))
    (remark,) = examine(of, PRODUCED, frozenset(), names=("induction",))
    assert (remark.code, str(remark.place)) == ("number-shared", "source/packs/induction.yaml:3:6")

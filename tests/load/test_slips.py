"""Slips of the hand: each is told, or changes the printed words at its own place and nowhere else.

`make proof` makes 30 of each kind and 40 of another seed; `PROOF=whole` is a thorough search.
"""

import time

import pytest

from tests.load.slips import Printed, checked, lost, mutants, printed, sample, slips
from tests.support.project import tries

RUNS = ((1, 30), pytest.param(2, tries("SLIPS", 40, 1200), marks=pytest.mark.proof))
"""Seeds, each with how many slips are made."""
MUTANTS = tries("MUTANTS", 50, 4000)
"""How many mutated files are checked."""
SECONDS = 10


@pytest.mark.proof
@pytest.mark.parametrize("in_body", [False, True], ids=["front matter", "body"])
@pytest.mark.parametrize(("seed", "count"), RUNS)
def test_no_slip_loses_words_without_a_word(in_body: bool, seed: int, count: int) -> None:
    files = sample()
    before: dict[str, Printed] = {}
    silent = []
    for slip in slips(files, in_body, count, seed):
        if slip.path not in before:
            before[slip.path] = printed(files, slip.path)
        was = before[slip.path]
        now = printed({**files, slip.path: slip.text.encode()}, slip.path)
        if now.remarks - was.remarks:
            continue
        if gone := lost(slip, files[slip.path].decode(), was, now):
            silent.append((slip.path, slip.kind, slip.text[max(0, slip.at - 30) : slip.at + 30], dict(gone)))
    assert silent == []


@pytest.mark.proof
def test_mutated_files_are_told_and_nothing_more() -> None:
    files = sample()
    for path, content in mutants(files, MUTANTS, 11):
        before = time.process_time()
        for remark in checked({**files, path: content}):
            assert remark.place.path.startswith("source/")
            assert str(remark)
        assert time.process_time() - before < SECONDS, path

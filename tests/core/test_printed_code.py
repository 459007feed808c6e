"""The printed code: it is read as people type it, and refuses every slip of one or two symbols."""

import random
from itertools import combinations

import pytest

from pipeline.core.diagnostics import UsageError
from pipeline.core.printed_code import (
    LONGEST,
    MAX_COPIES,
    SHORTEST,
    SYMBOLS,
    PrintedCode,
    code_in_register,
    code_of,
    codes_on_record,
    read_code,
    symbols_of,
)

DIGEST = "words/1:2fe686e2c1a888fbc0afc9cf94c2e4f8ec7fa0d6da59254a78ff0eb220ccf0a7"


def test_the_code_of_an_example_is_what_it_ever_was() -> None:
    """A code that is on paper must verify in ten years."""
    assert str(code_of(DIGEST)) == "5ZK8D-R00YC"
    assert str(code_of(DIGEST, 7)) == "5ZK8D-R07N1"


def holds(typed: str) -> bool:
    try:
        read_code(typed)
    except UsageError:
        return False
    return True


def codes(number: int, seed: int) -> list[str]:
    """So many codes of invented texts, without hyphens."""
    chance = random.Random(seed)
    made = (code_of(f"{chance.getrandbits(256):064x}", chance.randint(0, MAX_COPIES)) for _ in range(number))
    return [str(one).replace("-", "") for one in made]


def test_a_code_gives_back_what_it_was_made_of() -> None:
    for copy in range(MAX_COPIES + 1):
        made = code_of(DIGEST, copy)
        assert read_code(str(made)) == made == PrintedCode("5ZK8DR", copy)


@pytest.mark.parametrize(
    "typed", ["5zk8d-r07n1", "5ZK8DRO7NI", "5zk8d ro7nl", " 5ZK8D - R07N1 ", "Code 5ZK8D-R07N1", "code: 5zk8dr07n1"]
)
def test_it_is_read_as_it_is_typed(typed: str) -> None:
    assert read_code(typed) == code_of(DIGEST, 7)


@pytest.mark.parametrize("number", [100, pytest.param(300, marks=pytest.mark.proof)])
def test_one_wrong_symbol_is_refused_and_two_swapped_too(number: int) -> None:
    for code in codes(number, seed=1):
        for at in range(len(code)):
            for symbol in SYMBOLS:
                wrong = code[:at] + symbol + code[at + 1 :]
                assert wrong == code or not holds(wrong)
        for one, other in combinations(range(len(code)), 2):
            swapped = list(code)
            swapped[one], swapped[other] = code[other], code[one]
            assert swapped == list(code) or not holds("".join(swapped))


@pytest.mark.proof
def test_two_wrong_symbols_are_refused() -> None:
    """In 200,000 pairs, the same symbol typed twice among them."""
    chance = random.Random(2)
    for code in codes(1000, seed=3):
        for _ in range(200):
            one, other = chance.sample(range(len(code)), 2)
            wrong = list(code)
            wrong[one], wrong[other] = chance.choice(SYMBOLS), chance.choice(SYMBOLS)
            assert wrong == list(code) or not holds("".join(wrong))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "5ZK8D-R07N2",
            "Something in the code is mistyped; if one symbol is wrong, it is the last one, the 2 in 5ZK8D-R07N2.",
        ),
        (
            "5zx8d r07n1",
            "Something in the code is mistyped; if one symbol is wrong, it is the third one, the X in 5ZX8D-R07N1.",
        ),
        ("5KZ8D-R07N1", "Something in the code is mistyped: compare it symbol by symbol; two may be swapped."),
        ("Code 5ZK8D", "A code has 10 letters and figures, and this has 9."),
        ("5ZK8D", "A code has 10 letters and figures, and this has 5."),
        ("5ZK8D-RU7N1", "'U' is in no code: a code is made of figures and letters, without U."),
        ("", "A code has 10 letters and figures, and this has 0."),
    ],
)
def test_what_is_refused_says_why(typed: str, said: str) -> None:
    """Where one symbol is wrong it is named, as a help."""
    with pytest.raises(UsageError, match=f"^{said}$"):
        read_code(typed)


def alike(symbols: int) -> str:
    """The digest of another wording, which begins as the example's for so many symbols and no more."""
    bits = int(DIGEST.removeprefix("words/1:"), 16)
    return f"words/1:{bits ^ 1 << (256 - 5 * symbols - 1):064x}"


def test_of_two_that_begin_alike_the_later_one_has_more_symbols() -> None:
    """As many as tell it from all that is on record; what is on record keeps its own."""
    taken = codes_on_record([(DIGEST, "5ZK8DR")])
    assert code_in_register(DIGEST, taken) == PrintedCode("5ZK8DR")
    assert code_in_register(alike(5), taken) == code_of(alike(5))
    assert code_in_register(alike(6), taken) == PrintedCode(symbols_of(alike(6), 7))
    assert code_in_register(alike(8), taken) == PrintedCode(symbols_of(alike(8), 9))
    both = codes_on_record([(DIGEST, "5ZK8DR"), (alike(6), symbols_of(alike(6), 7))])
    assert code_in_register(alike(6), both) == PrintedCode(symbols_of(alike(6), 7))
    assert code_in_register(DIGEST, codes_on_record([(DIGEST, symbols_of(DIGEST, 8))])).text == symbols_of(DIGEST, 8)
    assert code_in_register(alike(40), taken).text == symbols_of(DIGEST, LONGEST)


@pytest.mark.parametrize("length", range(SHORTEST, LONGEST + 1))
def test_a_longer_code_is_read_as_it_is_printed(length: int) -> None:
    made = PrintedCode(symbols_of(DIGEST, length)).of_copy(7)
    assert read_code(str(made).lower().replace("-", " ")) == made
    assert [len(half) for half in str(made).split("-")] == [(length + 4) // 2, (length + 5) // 2]
    assert not made.is_of(DIGEST)
    made = made.of_copy(0)
    assert [made.is_of(one) for one in (DIGEST, alike(length), alike(length - 1))] == [True, True, False]

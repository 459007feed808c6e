"""Formulas that are too wide for their line: where they are broken, and where they never are."""

import pytest

from pipeline.core.text.formulas import fit_formula, formula_width

LONG = "a_1 + a_2 + a_3 + a_4 + a_5 + a_6"


def lines(tex: str, room: float) -> list[str]:
    """The lines of a formula that has one row, without what sets them in."""
    made, _ = fit_formula(tex, True, room)
    assert formula_width(made, True) <= room
    inside = made.removeprefix(r"\begin{aligned}").removesuffix(r"\end{aligned}")
    return [line.removeprefix("&").removeprefix(r"\qquad ").removeprefix("{}") for line in inside.split(r"\\")]


@pytest.mark.parametrize(
    ("tex", "room", "expected"),
    [
        (rf"x = {LONG}", 9, ["x = a_1 + a_2 + a_3 ", "+ a_4 + a_5 + a_6"]),
        (rf"x + y + z + w + v + u = {LONG}", 15, ["x + y + z + w + v + u ", f"= {LONG}"]),
        (rf"f(a, b) + {LONG}", 11, ["f(a, b) + a_1 + a_2 + a_3 ", "+ a_4 + a_5 + a_6"]),
        (r"x_{i = 1} = -1, \qquad y = 12,000", 9.5, ["x_{i = 1} = -1,", "y = 12,000"]),
        (
            r"\left( a + b + c + d \right) = \frac{a + b}{c + d + e + f}",
            11,
            [r"\left( a + b + c + d \right) ", r"= \frac{a + b}{c + d + e + f}"],
        ),
    ],
)
def test_a_formula_is_broken_before_its_best_operator(tex: str, room: float, expected: list[str]) -> None:
    assert lines(tex, room) == expected


def test_rows_stay_aligned() -> None:
    made, counts = fit_formula(rf"\begin{{aligned}} x &= {LONG} \\ y &= z \end{{aligned}}", True, 9)
    assert counts == (2, 1)
    assert made == (r"\begin{aligned}x &{}= a_1 + a_2 + a_3 \\&\qquad {}+ a_4 + a_5 + a_6 \\y &{}= z \end{aligned}")


@pytest.mark.parametrize("tex", ["x = y", rf"\sqrt{{{LONG}}}", rf"\rm {LONG}"])
def test_a_formula_stays_whole_where_it_fits_or_cannot_be_broken(tex: str) -> None:
    r"""Behind `\rm` the next line would be in another face."""
    assert fit_formula(tex, True, 5) == (tex, (1,))


@pytest.mark.parametrize("command", ["over", "choose", "atop", "brace", "brack"])
def test_a_fraction_by_a_command_between_its_parts_stays_whole(command: str) -> None:
    r"""A line that ends before `\over` would stand beside the fraction, not above its line."""
    assert fit_formula(rf"{LONG} \{command} 1 + z", True, 8) == (rf"{LONG} \{command} 1 + z", (1,))


def test_a_fraction_in_a_cell_or_a_fence_takes_in_nothing_else() -> None:
    cells = rf"\begin{{aligned}} {LONG} & a + b \over c \\ z \end{{aligned}}"
    made, _ = fit_formula(cells, True, 9)
    assert r"{ a + b \over c }" in made
    assert lines(rf"\left( a + b \over c \right) + {LONG}", 11)[1] == "+ a_4 + a_5 + a_6"


def test_words_in_a_formula_are_broken_at_a_space_last_of_all() -> None:
    made, _ = fit_formula(r"\frac{\text{95\% of all the homes}}{2}", True, 8)
    assert made == r"\frac{\begin{gathered}\text{95\% of all the}\\\text{homes}\end{gathered}}{2}"

"""Numbers of copies in words, in runs. Pure."""

from collections.abc import Sequence

from pipeline.core.tables import enumerated


def numbers_in_words(numbers: Sequence[int], one: str = "copy", several: str = "copies") -> str:
    """Numbers as a reader takes them in: 'copies 3 to 26 and 31'."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    said = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    return f"{one if len(numbers) == 1 else several} {enumerated(said)}"

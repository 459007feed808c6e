"""Numbers of copies and folios of pages in words, in runs. Pure."""

from collections.abc import Sequence


def numbers_in_words(numbers: Sequence[int], one: str = "copy", several: str = "copies") -> str:
    """Numbers as a reader takes them in: 'copies 3 to 26 and 31'."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return f"{one if len(numbers) == 1 else several} {_runs_in_words(runs)}"


def folios_in_words(folios: Sequence[str]) -> str:
    """Folios as a reader takes them in, in their order: 'pages 7-3 to 7-5 and Z-1', 'pages 3 and 4'."""
    runs: list[list[str]] = []
    for folio in folios:
        briefing, hyphen, page = folio.rpartition("-")
        if runs and page.isdecimal() and runs[-1][-1] == f"{briefing}{hyphen}{int(page) - 1}":
            runs[-1].append(folio)
        else:
            runs.append([folio])
    split = [part for run in runs for part in ([run] if len(run) > 2 else [[folio] for folio in run])]
    return f"{'page' if len(folios) == 1 else 'pages'} {_runs_in_words(split)}"


def _runs_in_words(runs: Sequence[Sequence[object]]) -> str:
    """Runs in words: '3 to 26 and 31'."""
    said = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    return " and ".join(filter(None, (", ".join(said[:-1]), said[-1])))

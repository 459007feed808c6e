"""The table of a run, in Markdown: what was measured, what was aimed at, and how it was done."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench.results import FROM_NOTHING, OURS, TITLES, Measured, Results

_HEADS = ("By", "Seconds", "of a processor", "a briefing", "a page", "Pages", "Peak MB", "Times ours", "Runs", "Remark")


@dataclass(frozen=True)
class Aim:
    """What the benchmark is to show: the words, and what was found, with whether that is enough."""

    words: str
    found: Callable[[Results], tuple[str, bool] | None]


def _faster(row: str, size: int, times: float, by: str = OURS) -> Callable[[Results], tuple[str, bool] | None]:
    def found(results: Results) -> tuple[str, bool] | None:
        ratio = results.ratio(row, size, by)
        return (f"{ratio:.2f} times", ratio >= times) if ratio is not None else None

    return found


def _within(row: str, size: int, seconds: float) -> Callable[[Results], tuple[str, bool] | None]:
    def found(results: Results) -> tuple[str, bool] | None:
        measured = results.find(row, size)
        return (f"{measured.seconds:.2f} s", measured.seconds < seconds) if measured else None

    return found


def _copies(results: Results) -> tuple[str, bool] | None:
    made = results.find("copies", 40)
    return (f"{made.seconds:.1f} s, {made.peak / 1e6:.0f} MB", made.seconds < 10 and made.peak < 5e8) if made else None


def _long_text(results: Results) -> tuple[str, bool] | None:
    made = results.find("long-text", 1)
    return (f"{made.cpu:.1f} s, {made.peak / 1e6:.0f} MB", made.cpu < 60 and made.peak < 7e8) if made else None


def _doubled(results: Results) -> tuple[str, bool] | None:
    once, twice = results.find("long-text", 1), results.find("long-text-twice", 1)
    return (f"{twice.cpu / once.cpu:.2f} times", twice.cpu <= 2.2 * once.cpu) if once and twice else None


def _growth(results: Results) -> tuple[str, bool] | None:
    grown = results.growth()
    if not grown or grown[:2] != (100, 1000):
        return None
    return f"time {grown[2]:+.0%}, memory {grown[3]:+.0%}", grown[2] < 0.1 and grown[3] < 0.2


AIMS = (
    Aim("100 briefings from nothing: faster than the fastest other pipeline", _faster("cold", 100, 1)),
    Aim("The same: 1.25 times as fast", _faster("cold", 100, 1.25)),
    Aim("No change, 300 briefings and 10 packs: under 1 s", _within("again", 300, 1)),
    Aim("The same: 50 times as fast as the fastest other pipeline", _faster("again", 300, 50)),
    Aim("One word changed among 300: under 2 s", _within("word", 300, 2)),
    Aim("Tomorrow's date on 300: under 10 s", _within("date", 300, 10)),
    Aim("A pack of 150 pages bound and stamped: under 0.6 s", _within("long", 40, 0.6)),
    Aim("The same: faster than any other typesets it", _faster("long", 40, 1)),
    Aim("50 numbered copies of it: under 10 s and 500 MB", _copies),
    Aim("A text of 120 pages, all formats: under 60 seconds of a processor and 700 MB", _long_text),
    Aim("Twice the text: at most 2.2 times the seconds of a processor", _doubled),
    Aim("From 100 to 1,000: a briefing takes less than 10% longer, memory grows by less than 20%", _growth),
)


def table(results: Results, notes: Sequence[str], warm: Sequence[str] = ()) -> str:
    """The whole report."""
    parts = ["# What a build takes", *notes]
    for row, title in TITLES.items():
        for size in sorted({m.size for m in results.rows if m.row == row}):
            parts.append(f"## {title}: {'1 briefing' if size == 1 else f'{size:,} briefings'}")
            parts.append(_rows([_HEADS, *_lines(results, row, size)]))
    if grown := results.growth():
        parts.append(
            f"From {grown[0]:,} to {grown[1]:,} briefings: time a briefing {grown[2]:+.0%}, memory {grown[3]:+.0%}."
        )
    parts += ["## What it is to show", _rows([("Aim", "Found", "Met"), *_aims(results)])]
    if warm:
        parts += [
            "## Press and bindery alone, processor seconds in a warm process",
            "\n".join(["```text", *warm, "```"]),
        ]
    return "\n\n".join(parts) + "\n"


def _lines(results: Results, row: str, size: int) -> Iterator[tuple[str, ...]]:
    ours = results.find(row, size)
    for measured in results.rows:
        if (measured.row, measured.size) == (row, size):
            yield _line(measured, ours)
    if row in FROM_NOTHING and (peer := results.fastest_peer(row, size)) and ours:
        yield (f"{peer.by}, from nothing", *_line(peer, ours)[1:-1], "remembers nothing, so makes all again")


def _line(measured: Measured, ours: Measured | None) -> tuple[str, ...]:
    if not measured.runs:
        return (measured.by, *("–",) * 8, measured.remark)
    a_page = f"{measured.seconds / measured.pages:.4f}" if measured.pages else "–"
    times = f"{measured.seconds / ours.seconds:.2f}" if ours else "–"
    return (
        *(
            measured.by,
            f"{measured.seconds:.2f}",
            f"{measured.cpu:.2f}",
            f"{measured.seconds / measured.size:.3f}",
            a_page,
        ),
        *(str(measured.pages or "–"), f"{measured.peak / 1e6:.0f}", times, str(len(measured.runs)), measured.remark),
    )


def _aims(results: Results) -> Iterator[tuple[str, str, str]]:
    for aim in AIMS:
        found = aim.found(results)
        yield (aim.words, found[0], "yes" if found[1] else "no") if found else (aim.words, "not measured", "–")


def _rows(rows: Sequence[Sequence[str]]) -> str:
    heads, *others = rows
    lines = [heads, ["---"] * len(heads), *others]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)

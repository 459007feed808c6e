"""The plot of a run, as SVG: a bar for each pipeline in each row, with its name and its seconds in words."""

from collections.abc import Iterator
from dataclasses import replace
from xml.sax.saxutils import escape

from bench.results import FROM_NOTHING, OURS, TITLES, Measured, Results

WIDTH, NAMES, BARS, LINE = 900, 300, 440, 22
"""Of the plot, of the column of names and of the longest bar, and from bar to bar; in pixels."""

_ROWS = ("cold", "again", "word", "date", "long", "copies")
_LOOKS = {"ours": 'fill="#1f4e79"', "other": 'fill="#ffffff" stroke="#1d1d1b" stroke-width="1.5"'}
"""Ours is filled and others are outlined: told apart in print too."""


def plot(results: Results) -> str:
    """The plot: rows under each other, each to its own scale, ours filled and others outlined."""
    parts: list[str] = []
    said: list[str] = []
    y = 30
    for title, measured in _groups(results):
        parts.append(f'<text font-weight="bold" x="10" y="{y}">{escape(title)}</text>')
        longest = max(m.seconds for m in measured)
        for bar in measured:
            y += LINE
            parts.append(_bar(bar, longest, y))
        said.append(f"{title}: " + ", ".join(f"{m.by} {_seconds(m)}" for m in measured) + ".")
        y += LINE + 18
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" width="{WIDTH}" '
        f'height="{y}" viewBox="0 0 {WIDTH} {y}">\n<title id="title">Seconds that each pipeline takes</title>\n'
        f'<desc id="desc">{escape(" ".join(said))}</desc>\n'
        f'<rect width="{WIDTH}" height="{y}" fill="#ffffff"/>\n'
        '<g font-family="sans-serif" font-size="14" fill="#1d1d1b">\n' + "\n".join(parts) + "\n</g>\n</svg>\n"
    )


def _groups(results: Results) -> Iterator[tuple[str, list[Measured]]]:
    for row in _ROWS:
        for size in results.sizes(row):
            shown = [m for m in results.rows if (m.row, m.size) == (row, size) and m.runs]
            if row in FROM_NOTHING and (peer := results.fastest_peer(row, size)):
                shown.append(replace(peer, by=f"{peer.by}, from nothing"))
            yield f"{TITLES[row]} ({size:,} briefings)", sorted(shown, key=lambda m: m.seconds)


def _bar(measured: Measured, longest: float, y: int) -> str:
    length = max(1.0, measured.seconds / longest * BARS)
    kind = "ours" if measured.by.startswith(OURS) else "other"
    return (
        f'<text x="{NAMES - 10}" y="{y}" text-anchor="end">{escape(measured.by)}</text>'
        f'<rect class="{kind}" {_LOOKS[kind]} x="{NAMES}" y="{y - 13}" width="{length:.1f}" height="16"/>'
        f'<text x="{NAMES + length + 8:.1f}" y="{y}">{_seconds(measured)}</text>'
    )


def _seconds(measured: Measured) -> str:
    return f"{measured.seconds:.2f} s" if measured.seconds < 10 else f"{measured.seconds:.0f} s"

"""Change bars drawn on finished pages, silent to a screen reader: the words of a mark say what has changed."""

from collections import defaultdict
from collections.abc import Sequence

from pipeline.bind.pdf.stamps import Overlay
from pipeline.model.sheets import ChangeBar


def draw_bars(overlay: Overlay, bars: Sequence[ChangeBar]) -> None:
    """Draw bars in black, as a pagination artifact (ISO 32000-1, 14.8.2.2)."""
    of_page: dict[int, list[ChangeBar]] = defaultdict(list)
    for bar in bars:
        of_page[bar.page].append(bar)
    for number, some in of_page.items():
        drawn = b"".join(b"%g %g %g %g re\n" % (bar.x, bar.y, bar.width, bar.height) for bar in some)
        overlay.draw(
            overlay.pdf.pages[number - 1], b"/Artifact <</Type /Pagination>> BDC\nq 0 g\n" + drawn + b"f Q\nEMC\n"
        )

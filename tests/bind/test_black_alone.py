"""Print with black ink alone: text, labels and marks are solid black, and what is soft is a tint that is meant."""

from pipeline.bind.print.inks import BlackInk
from pipeline.bind.print.print_file import make_print_file
from pipeline.compose.briefing import compose_briefing
from pipeline.press.press import press
from tests.support.bind.colours import DAY, solids
from tests.support.compose import samples

LAYOUTS = samples.layouts()
INK = "#2b2b40"


def greys() -> frozenset[tuple[float, ...]]:
    """Every solid colour that the print file of a briefing paints with, of a library with colours of its own."""
    imprint = samples.imprint(design={"accent": "#5c0f2e", "ink": INK})
    text = compose_briefing(samples.publication(imprint=imprint), LAYOUTS, "print")
    return solids(make_print_file(press(text).pdf, None, DAY))


def test_what_is_not_soft_is_solid_black() -> None:
    sheet = LAYOUTS.files["tokens.css"]
    soft = {name: sheet.partition(f"--{name}: #")[2][:6] for name in ("ink-soft", "line", "line-soft")}
    tints = {
        BlackInk().from_rgb(tuple(int(value[at : at + 2], 16) / 255 for at in (0, 2, 4)))  # type: ignore[arg-type]
        for value in soft.values()
    }
    assert {(0,), *tints, (1,)} >= greys() > {(0,)}

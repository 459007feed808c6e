"""Codes: what is found wrong with a file that is to go to a printer."""

from pipeline.codes._code import error

PREFIX = "proof-"

_FAULT = "If the layout draws nothing unusual, it is a fault in the pipeline: please report it."

PRINT_COLOUR = error(
    "Something here is painted in {found}, which is no ink.",
    why="A press has inks, not light: what is left in colours of the screen comes out as a machine guesses.",
    remedy=_FAULT,
)
PRINT_BLACK = error(
    "Black letters here are mixed of {inks}.",
    why="Small type in several inks blurs as soon as one plate sits a hair's breadth off. Black is printed in black.",
    remedy=_FAULT,
)
PRINT_BOX = error(
    "The page's {box} is {found}, not {expected}.",
    why="By these boxes the printer trims the page; a millimetre lost shows as a white edge, or cuts into the text.",
    remedy="In the layout's print.css pages bleed by 3 mm: '@page {{ bleed: 3mm }}'. " + _FAULT,
)
PRINT_CLAIM = error(
    "The file is no print file: {reason}.",
    why="PDF/X-4 (ISO 15930-7) allows nothing that acts or hides, and each font must be in the file.",
    remedy=_FAULT,
)

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
    "The file is not what it says it is: {reason}.",
    why="A printer's machine believes what a file says of itself (ISO 15930-7): nothing may act, hide or be missing.",
    remedy=_FAULT,
)

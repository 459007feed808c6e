"""Codes: build."""

from pipeline.codes._code import error, warning

CONTRAST_LOW = error(
    "contrast-low",
    "The accent colour {colour} has a contrast of {ratio} to 1 against white; text needs {least} to 1.",
    why="Headings, links and marks take the accent colour. A pale colour cannot be read by everybody, on paper least.",
    remedy="Choose a darker colour for 'accent:' in source/library.yaml.",
)

LAYOUT_REACHES_OUT = error(
    "layout-reaches-out",
    "This style sheet reaches for '{target}', which is no part of the layouts.",
    why="A finished file holds all that it needs and asks nobody for more, wherever and whenever it is opened.",
    remedy="Take it out; fonts come from the packages in layouts/, pictures from the briefings' folders.",
)

FORMAT_LATER = warning(
    "format-later",
    "The format '{format}' cannot be made yet; the others are.",
    why="A pack may list every format it is meant to have; today screen, epub and html (of briefings) are made.",
    remedy="Leave it in the list if you like, and make do with the screen edition until then.",
)

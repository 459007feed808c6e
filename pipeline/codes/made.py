"""Codes: what is found wrong with the things that are made: sheets, books, pages."""

from pipeline.codes._code import error, warning

PREFIX = "made-"

REFUSED = error(
    "The text asks for '{address}', which is not its own; it was not fetched.",
    why="A briefing is set from its own figures and the house's fonts alone: nothing is read from this machine or "
    "the network while it is made, so that nothing leaks in and the same source gives the same pages.",
    remedy="Put the file beside the briefing and name it there.",
)
MISSING_GLYPH = error(
    "The fonts of the layout have no '{character}' ({code}).",
    why="A missing character prints as an empty box, reads as nothing aloud, and fails PDF/UA.",
    remedy="Write it another way, or give the layout a font that has it.",
)
SLOW = warning(
    "The engine is {found}; its faster functions are for {known}, so setting type takes about twice as long.",
    why="Who upgrades the engine would wonder. The pages are the same, and the exit code is that of the texts alone.",
    remedy="Install that release. BRIEFINGS_ENGINE=plain in the environment says that it is meant to be so.",
)
STYLE = error(
    "The style sheet of the layout has a flaw: {words}",
    why="What the engine does not understand it leaves out, and the page is not the one that was designed.",
    remedy="Correct the CSS in the layout's folder.",
)
FLAWED = "It stands in this line: "
"""The beginning of the hint on a flaw of a style sheet, as long as its file is not known."""


def flawed_line(rule: str) -> str:
    """The hint that shows the line of a flaw."""
    return f"{FLAWED}{' '.join(rule.split())[:300]}"


PICTURE = error(
    "A picture could not be printed: {words}",
    why="The page would show its words, or a gap, in its place.",
    remedy="Save the picture again as SVG, PNG or JPEG.",
)
NO_ALT = error(
    "A picture has nothing to be read aloud: {words}",
    why="A reader who cannot see it is told nothing, and PDF/UA forbids it.",
    remedy='Say what it shows, as {{alt="Reports fell by a third"}}, or mark it {{.decorative}}.',
)
ENGINE_ERROR = warning(
    "The typesetting engine says: {words}",
    why="The engine went on, but the page may lack something.",
    remedy="Look at the page; if it is as it should be, the layout is still wrong somewhere.",
)
OFF_PAGE = warning(
    "The words '{words}' run over the edge of the page.",
    why="Nobody can read what is cut off, and a printer's file loses it without a word.",
    remedy="Shorten what may not break, or let it break: a layout can forbid it.",
)
FORMULA_OFF_PAGE = warning(
    "The formula '{words}' runs over the edge of the page.",
    why="Readers cannot see what is cut off.",
    remedy="Give a part of it a name, and define the name in a formula of its own.",
)
WORD_BROKEN = warning(
    "The word '{word}' is too long for its line and is broken without a hyphen.",
    why="'Deffenbache' and 'r' are two words to whoever copies the page or listens to it.",
    remedy="Give its column more room, or say it in a shorter word. Addresses may break; words may not.",
)
TABLE_BLOCKS = warning(
    "The table '{words}' is wider than its page, and is set as blocks, one a row.",
    why="It has no room over the margin either. Each value stands after its head, so nothing is "
    "lost; but nobody can compare down a column.",
    remedy="Use shorter words, or leave out a column.",
)
STAMP_COVERS = error(
    "The running line '{stamp}' stands on the words '{words}'.",
    why="Neither can be read where both are printed.",
    remedy="Keep text out of the head and foot of its pages, or move the running lines: layouts/stamp places them.",
)
PRESS_FAILED = error(
    "This could not be set in type. {sentence}",
    name="press-failed",
    why="The press takes a text as a whole: what it cannot set it cannot leave out.",
    remedy="If nothing here is wrong, it is a fault in the pipeline: please report it.",
)
BIND_FAILED = error(
    "This file could not be bound. {sentence}",
    name="bind-failed",
    why="A file that would be wrong inside is not written.",
    remedy="If the source is in order, it is a fault in the pipeline: please report it.",
)

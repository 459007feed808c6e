"""Codes: what is found wrong with a finished EPUB or web page before it may leave the house."""

from pipeline.codes._code import error, warning

PREFIX = "proof-book-"

_FAULT = "If nothing in the source is wrong, it is a fault in the pipeline: please report it."

UNREADABLE = error(
    "This file cannot be read as an EPUB: {reason}.",
    why="What we cannot open, nobody can be sure to open.",
    remedy="Build it again; if it came from elsewhere, ask for it anew.",
)
TEXT = error(
    "In {document} {fault}.",
    name="proof-text",
    why="Readers find their way by headings, links, tables and words that say what they are; those who listen most.",
    remedy=_FAULT,
)
REMOTE = error(
    "In {document} '{address}' would be fetched from elsewhere.",
    name="proof-text-remote",
    why="A file that leaves the house is whole in itself: it works without a network and tells nobody who reads it.",
    remedy="Keep the picture or font beside the text. " + _FAULT,
)
PROGRAM = error(
    "In {document} there is a program: {found}.",
    name="proof-text-program",
    why="A briefing needs none, and many a college's reading system refuses to open a file that has one.",
    remedy=_FAULT,
)
ALT = error(
    "In {document} the picture '{picture}' has no words for those who cannot see it.",
    name="proof-text-alt",
    why="Who cannot see a picture relies on the words that its author gave it.",
    remedy='Say what it shows, as {{alt="Reports fell by a third"}}, or mark it {{.decorative}}. ' + _FAULT,
)
DRAWING = warning(
    "In {document} a drawing {fault}.",
    name="proof-text-drawing",
    why="Without a frame a drawing does not grow and shrink with the text; without words it is silent.",
    remedy=_FAULT,
)

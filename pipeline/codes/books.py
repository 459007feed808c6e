"""Codes: what is found wrong with a finished EPUB or web page before it may leave the house."""

from pipeline.codes._code import error, warning

PREFIX = "proof-book-"

_FAULT = "If nothing in the source is wrong, it is a fault in the pipeline: please report it."

UNREADABLE = error(
    "This file cannot be read as an EPUB: {reason}.",
    why="What we cannot open, nobody can be sure to open.",
    remedy="Build it again; if it came from elsewhere, ask for it anew.",
)
EMPTY = error(
    "There is nothing to read in {document}.",
    name="proof-text-empty",
    why="An empty page is mostly a text that got lost on the way.",
    remedy=_FAULT,
)
ID = error(
    "In {document} the id '{id}' {fault}.",
    name="proof-text-id",
    why="A link can lead to one place only.",
    remedy=_FAULT,
)
LINK = error(
    "In {document} '{target}' leads nowhere: {reason}.",
    name="proof-text-link",
    why="Who follows the link, or has a description read aloud, finds nothing.",
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
LANGUAGE = error(
    "In {document} {fault}.",
    name="proof-text-language",
    why="A voice reads every language by its own rules, once it is told which it is.",
    remedy=_FAULT,
)
HEADING = error(
    "In {document} the heading '{heading}' {fault}.",
    name="proof-text-heading",
    why="Readers who listen find their way by headings and their levels.",
    remedy=_FAULT,
)
SILENT_LINK = error(
    "In {document} a link to '{target}' has no words.",
    name="proof-text-silent-link",
    why="A voice says 'link' and nothing more.",
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
FORMULA = error(
    "In {document} a formula says nothing: no words stand beside it ({place}).",
    name="proof-text-formula",
    why="Not every reading system can read formulas aloud; all can read the words.",
    remedy=_FAULT,
)
TABLE = error(
    "In {document} a table {fault} ({place}).",
    name="proof-text-table",
    why="Without its header cells a table is a row of words to somebody who listens. Validators do not look for them.",
    remedy=_FAULT,
)

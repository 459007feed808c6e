"""Codes: what is found wrong with a finished file before it may leave the house."""

from pipeline.codes._code import error, warning

PREFIX = "proof-"

_FAULT = "If nothing in the source is wrong, it is a fault in the pipeline: please report it."

UNREADABLE = error(
    "This file cannot be read as a PDF.",
    why="What we cannot open, nobody can be sure to open.",
    remedy="Build it again; if it came from elsewhere, ask for it anew.",
)
CHANGED = error(
    "This file is not the one that was built: its bytes have changed since.",
    why="What was proofed then says nothing of what lies there now.",
    remedy="Build again; that puts the right file in its place.",
)
GONE = error(
    "This file was built and is not there any more.",
    why="The record of the build promises it.",
    remedy="Build again; that puts it back.",
)
UNTAGGED = error(
    "The file has no {part}: nothing in it can be read aloud in order.",
    why="A screen reader follows the tags, and finds what a page shows through them (PDF/UA, clause 7.1).",
    remedy=_FAULT,
)
MAPPING = error(
    "On this page {count} belong to another tag than the tags say themselves.",
    why="A reader would be told one thing where the page shows another. Validators do not look for this.",
    remedy=_FAULT,
)
HEADER_CELLS = error(
    "A table has {found}, where {expected} are meant.",
    why="Without its header cells a table is a row of words to somebody who listens.",
    remedy=_FAULT,
)
PAGE_HOLE = warning(
    "{share} per cent of this page is empty at its foot: {pushed} did not fit there, and begins the next page.",
    name="page-hole",
    why="An empty foot looks like the end of the text, and a page that is partly empty is paper for nothing.",
    remedy="Move it up or down in the text, or make it smaller. A figure stays whole, so do things side by side, and "
    "a line stays with its note. All else is parted where it would leave a hole.",
)
GLYPH = error(
    "Here {count} no letter: after '{before}'.",
    why="A missing character prints as an empty box and is silent aloud (PDF/UA, clause 7.21.7).",
    remedy="Write it another way, or give the layout a font that has it.",
    example="Here characters stand for no letter: after '…'.",
)
WORDS = error(
    "The words are not those of the text {where}: {difference}.",
    why="PDF, EPUB and web page are editions of one text: a reader of one must miss nothing of the others.",
    remedy="A layout that hides words by CSS, or adds some, says them to one reader and not to another. " + _FAULT,
)
DIFFERS = warning(
    "The {kind} are not those of the text {where}: {difference}.",
    why="Readers who listen, and those who follow a link or type in code, rely on more than the words.",
    remedy="Look at this place in the file. " + _FAULT,
)
FOOT = error(
    "This page does not say '{missing}'.",
    why="Every page says what it is and of which version, for it may be the only one that somebody holds.",
    remedy="The layout of the stamps must have room for it.",
)
STATUS_LATE = error(
    "Read aloud, '{status}' is not heard before the text begins.",
    why="Who listens must know that a briefing is withdrawn, or may not be shared, before hearing what it says.",
    remedy="In the layout's template the status stands in the title block, under the title.",
)
PICTURE_NOTES = error(
    "A picture in this file, {picture}, carries notes of those who made it.",
    why="A photograph can say where it was taken and by whom. What is published says nothing that is not to be seen.",
    remedy=_FAULT,
)
STANDARD = error(
    "The file does not keep to {standard}: {words} ({rule}).",
    why="The standard is what others test for when we say that a file is accessible and can be kept.",
    remedy=_FAULT,
)
ALOUD = error(
    "Somebody who listens would stumble: {words} ({rule}).",
    why="A file can keep to every standard and still be poor to listen to.",
    remedy="{fix}",
)
ALOUD_DOUBT = warning(
    "Somebody who listens might stumble: {words} ({rule}).",
    why="It is a sign that something was meant otherwise; what we hold to be right is on a list with its reason.",
    remedy="{fix}",
)
VALIDATOR_MISSING = warning(
    "{validator} is not on this machine; what it would say of {count} is not known.",
    why="A check that was not made is not a check that was passed.",
    remedy="Run 'briefings doctor --get-validators', which installs it; Java 11 or later runs it.",
)
VALIDATOR_BROKE = error(
    "{validator} broke off: {words}.",
    why="A check that was not finished is not a check that was passed.",
    remedy="Run it again. If it breaks off again, look at the file with another reader.",
)

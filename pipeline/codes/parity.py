"""Codes: where an EPUB, a web page or a plain text does not say what its text and the PDF say."""

from pipeline.codes._code import error

PREFIX = "proof-"

_FAULT = "If nothing in the layout hides or adds it, it is a fault in the pipeline: please report it."
_SAME = "PDF, EPUB and web page are editions of one text: who reads one of them must miss nothing of the others."

PARITY_UNREAD = error(
    "This file cannot be compared with its text: {reason}.",
    why="What cannot be opened says nothing to a reader either.",
    remedy="Build it again. " + _FAULT,
)
PARITY_TEXTS = error(
    "The texts in this file are not those that it is made of: {difference}.",
    why="A book holds every part of its pack once, in the order of the PDF.",
    remedy=_FAULT,
)
PARITY_FRAME = error(
    "Around the text this file says '{words}', which is no status of it, nor the date produced.",
    why="What one edition says and the others do not is known to some of its readers alone.",
    remedy="Say it in the text, or leave it out of the layout's template.",
)
PARITY_HEADINGS = error(
    "The headings differ from those of the text {where}: {difference}.",
    why=_SAME,
    remedy=_FAULT,
)
PARITY_TABLES = error(
    "A table differs from that of the text {where}: {difference}.",
    why=_SAME,
    remedy=_FAULT,
)
PARITY_LISTS = error(
    "A numbered list differs from that of the text {where}: {difference}.",
    why="What is said of step 3 must lead every reader to the same step.",
    remedy=_FAULT,
)
PARITY_CODE = error(
    "A block of code differs from that of the text {where}: {difference}.",
    why="Code is read by its lines and its spaces, and typed in as it stands.",
    remedy=_FAULT,
)
PARITY_FORMULAS = error(
    "A formula differs from that of the text {where}: {difference}.",
    why=_SAME,
    remedy=_FAULT,
)
PARITY_PICTURES = error(
    "A picture, or what is said of it, differs from the text {where}: {difference}.",
    why=_SAME,
    remedy=_FAULT,
)
PARITY_NOTES = error(
    "The notes differ from those of the text {where}: {difference}.",
    why=_SAME,
    remedy=_FAULT,
)
PARITY_CITATIONS = error(
    "The citations differ from those of the text {where}: {difference}.",
    why="A citation leads to its work in every edition; without that, a claim has lost its ground.",
    remedy=_FAULT,
)
PARITY_LINKS = error(
    "The links differ from those of the text {where}: {difference}.",
    why=_SAME,
    remedy=_FAULT,
)
PARITY_WORDS = error(
    "The words differ from those of the text {where}: {difference}.",
    why=_SAME,
    remedy="A style that hides words, or a template that adds some, says them to one reader and not to another. "
    + _FAULT,
)
PARITY_PAGES = error(
    "The pages of the PDF are not all marked here, once and in order: {difference}.",
    why="A class that is told to turn to page 4 must find it in every edition.",
    remedy=_FAULT,
)
PARITY_PAGE_LIST = error(
    "The book's list of pages is not that of the PDF: {difference}.",
    why="Reading systems go to a page by this list.",
    remedy=_FAULT,
)
PARITY_PAGE_START = error(
    "Page {folio} of the PDF begins with '{expected}', and its mark stands before '{found}'.",
    why="A class that is told to turn to page 4 must find it in every edition, right to the word.",
    remedy=_FAULT,
)
PARITY_MORE = error(
    "Beside these, {count} of this file are not listed.",
    why="The first few show where to look; the others often have the same cause.",
    remedy="Put the first ones right and build again.",
)

"""Codes: what is found wrong with a finished EPUB or web page before it may leave the house."""

from pipeline.codes._code import error

_FAULT = "If nothing in the source is wrong, it is a fault in the pipeline: please report it."

UNREADABLE = error(
    "proof-book-unreadable",
    "This file cannot be read as an EPUB: {reason}.",
    why="What we cannot open, nobody can be sure to open.",
    remedy="Build it again; if it came from elsewhere, ask for it anew.",
)
MIMETYPE = error(
    "proof-book-mimetype",
    "The archive does not say at its very beginning that it is an EPUB: {fault}.",
    why="A reading system knows the kind of file by its first bytes (EPUB 3.3, clause 4.2.3).",
    remedy=_FAULT,
)
FILES = error(
    "proof-book-files",
    "Of the book's files, '{file}' {fault}.",
    why="A reading system opens what the manifest lists, by that name, and nothing else.",
    remedy=_FAULT,
)
PROPERTIES = error(
    "proof-book-properties",
    "The manifest says that {document} holds {said}; it holds {found}.",
    why="A reading system prepares for formulas, drawings and programs by what the manifest says.",
    remedy=_FAULT,
)
SPINE = error(
    "proof-book-spine",
    "The reading order {fault}.",
    why="Turning the page, a reader must meet every text once.",
    remedy=_FAULT,
)
PACKAGE = error(
    "proof-book-package",
    "The package document {fault}.",
    why="What a library's catalogue and a reader's shelf show of the book is read from there.",
    remedy=_FAULT,
)
MODIFIED = error(
    "proof-book-modified",
    "The book says that it was changed on '{found}', which is no time in UTC.",
    why="By that time a reading system knows that it holds a newer copy (EPUB 3.3, clause 5.5.3.1.2).",
    remedy=_FAULT,
)
RELATOR = error(
    "proof-book-relator",
    "The book {fault}.",
    why="A catalogue sorts authors, editors and translators by these codes. Validators do not look for it.",
    remedy=_FAULT,
)
ACCESS = error(
    "proof-book-access",
    "What the book says of its accessibility {fault}.",
    why="Readers and libraries choose a book by what it says of itself, and must be able to rely on it.",
    remedy=_FAULT,
)
CONFORMANCE = error(
    "proof-book-conformance",
    "The book's claim to be accessible {fault}.",
    why="A claim that a machine cannot read, or that nobody signs, is worth nothing.",
    remedy="Name in 'library.yaml' who evaluated it, or claim nothing. " + _FAULT,
)
PAGE_SOURCE = error(
    "proof-book-page-source",
    "The book {fault}.",
    why="'Turn to page 4' works where everybody knows which edition has that page 4.",
    remedy=_FAULT,
)
PAGES = error(
    "proof-book-pages",
    "The list of pages is not the pages of the book: {difference}.",
    why="Readers who are sent to a page must get there, whatever they read with.",
    remedy=_FAULT,
)
CONTENTS = error(
    "proof-book-contents",
    "The contents are not the headings of the book: {difference}.",
    why="The contents list is how most readers move in a book.",
    remedy=_FAULT,
)
LANDMARKS = error(
    "proof-book-landmarks",
    "The landmarks of the book {fault}.",
    why="By them a reading system finds the start of the text, the contents and the references.",
    remedy=_FAULT,
)
EMPTY = error(
    "proof-text-empty",
    "There is nothing to read in {document}.",
    why="An empty page is mostly a text that got lost on the way.",
    remedy=_FAULT,
)
ID = error(
    "proof-text-id",
    "In {document} the id '{id}' {fault}.",
    why="A link can lead to one place only.",
    remedy=_FAULT,
)
LINK = error(
    "proof-text-link",
    "In {document} '{target}' leads nowhere: {reason}.",
    why="Who follows the link, or has a description read aloud, finds nothing.",
    remedy=_FAULT,
)
REMOTE = error(
    "proof-text-remote",
    "In {document} '{address}' would be fetched from elsewhere.",
    why="A file that leaves the house is whole in itself: it works without a network and tells nobody who reads it.",
    remedy="Keep the picture or font beside the text. " + _FAULT,
)
PROGRAM = error(
    "proof-text-program",
    "In {document} there is a program: {found}.",
    why="A briefing needs none, and many a college's reading system refuses to open a file that has one.",
    remedy=_FAULT,
)
LANGUAGE = error(
    "proof-text-language",
    "In {document} {fault}.",
    why="A voice reads every language by its own rules, once it is told which it is.",
    remedy=_FAULT,
)
HEADING = error(
    "proof-text-heading",
    "In {document} the heading '{heading}' {fault}.",
    why="Readers who listen find their way by headings and their levels.",
    remedy=_FAULT,
)
SILENT_LINK = error(
    "proof-text-silent-link",
    "In {document} a link to '{target}' has no words.",
    why="A voice says 'link' and nothing more.",
    remedy=_FAULT,
)
ROLE = error(
    "proof-text-role",
    "In {document} {fault}.",
    why="A role that is not known, or stands where it may not, is left out or read wrongly.",
    remedy=_FAULT,
)
ALT = error(
    "proof-text-alt",
    "In {document} the picture '{picture}' {fault}.",
    why="Who cannot see a picture relies on the words that its author gave it; a file's name says nothing.",
    remedy='Say what it shows, as {{alt="Reports fell by a third"}}, or mark it {{.decorative}}. ' + _FAULT,
)
DRAWING = error(
    "proof-text-drawing",
    "In {document} a drawing {fault}.",
    why="Without a frame a drawing does not grow and shrink with the text; without words it is silent.",
    remedy=_FAULT,
)
FORMULA = error(
    "proof-text-formula",
    "In {document} a formula says nothing: no words stand beside it ({place}).",
    why="Not every reading system can read formulas aloud; all can read the words.",
    remedy=_FAULT,
)
TABLE = error(
    "proof-text-table",
    "In {document} a table {fault} ({place}).",
    why="Without its header cells a table is a row of words to somebody who listens. Validators do not look for them.",
    remedy=_FAULT,
)
NOTE = error(
    "proof-text-note",
    "In {document} {fault}.",
    why="A note is read at its call, and its reader goes back to where the call stands.",
    remedy=_FAULT,
)
BACKLINK = error(
    "proof-text-backlink",
    "In {document} {count} lead back to different places under the one name '{name}'.",
    why="Somebody who listens chooses among links by their names.",
    remedy=_FAULT,
)
CITATION = error(
    "proof-text-citation",
    "In {document} {fault}.",
    why="Every citation must lead to its work, and every work back to where it is cited.",
    remedy=_FAULT,
)
CONTRAST = error(
    "proof-style-contrast",
    "In {document} '{selector}' has text in {colour} on {ground}{mode}: a contrast of {contrast}, where 4.5 is needed.",
    why="Pale text is lost to many readers, and to all in bad light (WCAG 2.2, 1.4.3).",
    remedy="Choose darker colours in the layout's CSS or under 'design' in 'library.yaml'; on a dark ground, lighter.",
)
SIZE = error(
    "proof-style-size",
    "In {document} '{selector}' sets '{property}' to {size}, which a reader cannot change.",
    why="In a book the reader chooses the size of type; em, rem and % follow that choice.",
    remedy="Measure type in em, rem or % in the layout's CSS for books.",
)
BODY = error(
    "proof-style-body",
    "In {document} '{selector}' sets '{property}' for the whole page.",
    why="In a book ground and colour of text are the reader's choice: sepia, night, or large black letters.",
    remedy="Leave colours off the body in the layout's CSS for books.",
)
INLINE = error(
    "proof-style-inline",
    "In {document} a '{element}' has a style of its own ({place}).",
    why="A reading system cannot change it, and no style sheet of the reader's can either.",
    remedy=_FAULT,
)

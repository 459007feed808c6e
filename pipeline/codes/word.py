"""Codes: what is told of a document that is taken in. The line of a place is the number of the paragraph."""

from pipeline.codes._code import error, warning

PREFIX = "import-"

NO_DOCUMENT = error(
    "This is no Word document.",
    why="Only .docx and .docm files, and web pages, have the structure that a briefing is made from.",
    remedy="Open it in a word processor and save it as .docx.",
)
LOCKED = error(
    "The document is encrypted. Save it without a password.",
    why="Nothing in an encrypted document can be read.",
    remedy="In Word: File, Info, Protect Document, Encrypt with Password; empty the field and save.",
)
PDF = error(
    "Text cannot be read reliably from a PDF. Ask for the Word file.",
    why="Most PDFs have no structure: the order of the text, tables, notes and hyphens are guesses.",
    remedy="Whoever wrote it has the document that the PDF was made from.",
)
UNSAFE = error(
    "The document is not opened: {reason}.",
    why="No word processor writes such a file; it is made to take a machine's memory, or to read its files.",
    remedy="Open it in a word processor, save it under another name, and import that.",
    example="The document is not opened: it defines entities.",
)
STANDS = error(
    "{path} stands already.",
    why="A text that somebody may have worked on since is never written over.",
    remedy="Give another name with --as, or return a document that 'briefings comment' made.",
)
NO_TEXT = warning(
    "No text was found in it.",
    why="The text that was written has a title at most: words in pictures cannot be read, nor what a script loads.",
    remedy="Look at the document: a scan needs its Word file, a web page is saved once all of it is shown.",
)
ENCODING = warning(
    "Some letters may be wrong: the page was read as {encoding}.",
    why="The page does not name its encoding, or is in another one.",
    remedy="Compare accented letters. If some are wrong, save the page as UTF-8 and import it again.",
    example="Some letters may be wrong: the page was read as windows-1252.",
)
LEFT_OUT = warning(
    "Not taken over: {what}.",
    why="Every paragraph, note, comment and cell of the document is looked for in what was written.",
    remedy="Look at the document, and put it into the text by hand if readers need it.",
)
WORDS_DIFFER = warning(
    "The text differs from the document: {what}.",
    why="The text is read again, and its words are compared, in order, with the words of the document.",
    remedy="Compare the place with the document, and correct the text by hand.",
    example="The text differs from the document: it has 'alphabeta' for 'alpha beta'.",
)
TEXT_BOX = warning(
    "A text box stands after the paragraph it hung on: look whether it belongs there.",
    why="A text box stands beside the text in Word; in a briefing everything has its place in the order of reading.",
    remedy="It begins '{words}'. Move it to where it is to be read.",
)
CELLS_MERGED = warning(
    "Cells over several rows were put in one.",
    why="A table has one cell a row and column here, so that it can be read aloud; what spanned is said once.",
    remedy="Look at the table, and repeat the words where a reader needs them.",
)
INDENTED = warning(
    "Indented paragraphs are quotations now: {many}.",
    why="No style says what an indented paragraph is; most often it is a quotation.",
    remedy="Delete '> ' at the beginning of the lines where a paragraph is none.",
    example="Indented paragraphs are quotations now: 95.",
)
CITE_SEVERAL = warning(
    "'{words}' may be {keys}.",
    why="A typed citation is made one of ours only where it can mean one work.",
    remedy="Write the right one, such as [@{first}].",
)
CITE_UNKNOWN = warning(
    "'{words}' is in no file of references.",
    why="A citation leads its reader to a work only where the work is recorded.",
    remedy="Add the work to a file in source/references/, and cite it by its key.",
)
CITE_NEAR = warning(
    "'{words}' is perhaps {keys}.",
    why="A name or the number of authors differs a little, so nobody but you can say.",
    remedy="If it is, write [@{first}].",
)
WORK_NEAR = warning(
    "{key} and a new work differ only in {what}.",
    why="A year or a name is often a slip, or the one is a preprint of the other.",
    remedy="Compare it with {other} in {path}; if they are one work, cite {key} and delete the other.",
)
NO_ALT = warning(
    "The picture '{file}' has no alternative text.",
    why="Who cannot see a picture relies on the words that its author gave it.",
    remedy='Say in the text what it shows: alt="Reports fell by a third".',
)
PICTURE_KIND = warning(
    "The picture '{file}' is {kind}, which no browser shows.",
    why="Figures are SVG, PNG, JPEG, GIF or WebP.",
    remedy="Save the drawing as SVG or PNG and put it into the text.",
)
STYLE_BOX = error(
    "'{box}' is no box.",
    why="'source/word-styles.yaml' says for a style of Word's which box its paragraphs become.",
    remedy="Write one of {boxes}.",
)

# Of a document for comment that came back: their places are those of the source as it is.

BACK_UNKNOWN = error(
    "No source is known that this document was made from: import it as a new one with --as.",
    why="Changes are laid beside the source as it was sent; its copy stands in 'source/sent/', or git has it.",
    remedy="{reason}",
    name="back-unknown",
)
BACK_TOUCHES = warning(
    "This change would take away {what}: make it by hand.",
    why="Citations, links, formulas, notes, marks and front matter are never rewritten from a Word document.",
    remedy="{who}: '{before}' is to be '{after}'.",
    example="This change would take away [@braga2019]: make it by hand.",
    name="back-touches",
)
BACK_STALE = warning(
    "This paragraph has changed since the document was sent.",
    why="Two people changed the same words, and only you can say what they should be.",
    remedy="Sent was '{sent}'; proposed is '{wanted}', by {who}.",
    name="back-stale",
)
BACK_UNTRACKED = warning(
    "Somebody changed this without tracking.",
    why="Where tracking was switched off nobody knows who changed what, and nothing shows it in Word.",
    remedy="'{before}' is '{after}' there. It is proposal {number}.",
    name="back-untracked",
)
BACK_JOINED = warning(
    "{who} joined this paragraph and the next.",
    why="Only words within a paragraph are changed by --accept.",
    remedy="Join them by hand if you agree. The first ends '{words}'.",
    name="back-joined",
)
BACK_SPLIT = warning(
    "{who} split this paragraph.",
    why="Only words within a paragraph are changed by --accept.",
    remedy="Split it by hand if you agree, before '{words}'.",
    name="back-split",
)
BACK_NEW = warning(
    "{who} put {what} behind this.",
    why="Only words within a paragraph are changed by --accept.",
    remedy="Put it in by hand if you agree: '{words}'.",
    example="Dana Bell put a paragraph behind this.",
    name="back-new",
)
BACK_DELETED = warning(
    "{who} took {what} away.",
    why="Only words within a paragraph are changed by --accept.",
    remedy="Take it away by hand if you agree: '{words}'.",
    example="Dana Bell took this paragraph away.",
    name="back-deleted",
)
BACK_MOVED = warning(
    "{who} moved this paragraph.",
    why="Only words within a paragraph are changed by --accept.",
    remedy="Move it by hand if you agree: '{words}' {where}.",
    name="back-moved",
)
BACK_HEADING = warning(
    "With other words this heading has another id: links to it lead here no more.",
    why="A heading without an id of its own has one that is made of its words, and links name it.",
    remedy="Add {{#{id}}} behind the heading's words, and it keeps its id. Links to it: {links}.",
    name="back-heading",
)
BACK_COMMENT = warning(
    "{who}: {words}",
    why="A comment is for you to answer: nothing is made of it.",
    remedy="{about}",
    example="Dana Bell: Is this too hard for new starters?",
    name="back-comment",
)

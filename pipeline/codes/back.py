"""Codes: what is told of a document for comment that came back. Places are those of the source as it is."""

from pipeline.codes._code import error, warning

PREFIX = "back-"

UNKNOWN = error(
    "No source is known that this document was made from: import it as a new one with --as.",
    why="Changes are laid beside the source as it was sent; its copy stands in 'source/sent/'.",
    remedy="{reason} If the copy was deleted, take it out of your backup or of git.",
)
TOUCHES = warning(
    "This change would take away {what}: make it by hand.",
    why="Citations, links, formulas, notes, marks and front matter are never rewritten from a Word document.",
    remedy="{who}: '{before}' is to be '{after}'.",
    example="This change would take away [@braga2019]: make it by hand.",
)
STALE = warning(
    "This paragraph has changed since the document was sent.",
    why="Two people changed the same words, and only you can say what they should be.",
    remedy="Sent was '{sent}'; {who} makes it '{wanted}'.",
)
UNTRACKED = warning(
    "Somebody changed this without tracking.",
    why="Where tracking was switched off nobody knows who changed what, and nothing shows it in Word.",
    remedy="'{before}' is '{after}' there. It is proposal {number}.",
)
JOINED = warning(
    "{who} joined this paragraph and the next.",
    why="Only words within a paragraph are changed by --accept.",
    remedy="Join them by hand if you agree. It ends '{words}'.",
)
SPLIT = warning(
    "{who} split this paragraph.",
    why="Only words within a paragraph are changed by --accept.",
    remedy="Split it by hand if you agree, before '{words}'.",
)
NEW = warning(
    "{who} put {what} behind this.",
    why="Only words within a paragraph are changed by --accept.",
    remedy="Put it in by hand if you agree: '{words}'.",
    example="Dana Bell put a paragraph behind this.",
)
DELETED = warning(
    "{who} took {what} away.",
    why="Only words within a paragraph are changed by --accept.",
    remedy="Take it away by hand if you agree: '{words}'.",
    example="Dana Bell took this paragraph away.",
)
MOVED = warning(
    "{who} moved this paragraph.",
    why="Only words within a paragraph are changed by --accept.",
    remedy="Move it by hand if you agree: '{words}' {where}.",
)
COMMENT = warning(
    "{who}: {words}",
    why="A comment is for you to answer: nothing is made of it.",
    remedy="{about}",
    example="Dana Bell: Is this too hard for new starters?",
)

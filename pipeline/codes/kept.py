"""Codes: kept versions and what stands against publishing."""

from pipeline.codes._code import error, warning

KEPT_RECORD = error(
    "The record of version {version} of '{name}' cannot be read.",
    why="The record seals what was published; without it nobody can say that the text is still the same.",
    remedy="Bring the file back as it was committed: it is written by 'publish' and never edited.",
)
KEPT_BROKEN = error(
    "The file '{file}' {what} version {version} of '{name}', which is published.",
    why="A kept version is what colleges hold; changed afterwards it proves nothing.",
    remedy="Bring the file back as it was committed, and publish other words under a number of their own.",
)
KEPT_UNREADABLE = error(
    "Version {version} of '{name}' can no longer be read: {sentence}",
    why="What was published must be made again on any day.",
    remedy="Build it with the pipeline that published it, or say what it lacks to who keeps the pipeline.",
)
KEPT_OLD_DIALECT = error(
    "This release reads version {version} of '{name}' otherwise than the one that published it.",
    why="The pack would print other words under the same number. The kept files are whole and are served as before.",
    remedy="Write what the upgrade page names instead, and publish a new version: 'briefings publish {name}'.",
)
KEPT_DIFFERS = error(
    "Version {version} is published, and {what}.",
    why="One number stands for one text: whoever holds the version must be able to rely on it.",
    remedy="Give the briefing a new version, or bring the published words back from {folder}.",
)
KEPT_INHERITED_DIFFERS = warning(
    "{what} differs from what {names} printed when published.",
    why="The text would come out otherwise than it was published, under the same number.",
    remedy="Give each of them a new version and publish it, or bring the earlier words back.",
)
KEPT_WITHOUT_BRIEFING = warning(
    "'{name}' was published, last as version {version}, and no briefing has this name any more.",
    why="Only the briefing can say what became of the text: reviewed, withdrawn, or superseded by another.",
    remedy="Bring source/briefings/{name}.md back, with the status that it has, such as 'status: withdrawn'.",
)
PUBLISH_STATUS = error(
    "'{name}' is {status}, and only what is published can be kept.",
    why="A kept version is what colleges are trained on.",
    remedy="Set 'status: published' once it is approved.",
)
PUBLISH_UNAPPROVED = error(
    "Nobody has approved version {version} of '{name}'.",
    why="The record says who let the text out of the house.",
    remedy="Add to 'history:' an entry with this version, its date, kind and summary; 'briefings approve {name}' gives "
    "the code of the words, and with --by and --code enters who approved them.",
)
APPROVE_MISSING = error(
    "Version {version} of '{name}' was approved by name alone.",
    why="A name says who answers for a text, and not for which words: these may have changed since.",
    remedy="'briefings approve {name}' gives the code of the words; with --by and --code it enters the approval.",
)
APPROVE_CODE = error(
    "The code of the approved words cannot be read: {sentence}",
    why="Only a whole code says which words were approved.",
    remedy="Take 'approved_code' out and approve the words again: 'briefings approve {name}'.",
)
APPROVE_WORDS = error(
    "'{name}' {version} was approved as {code} and reads differently now{where}.",
    why="Whoever approved a text answers for the words that were before them, and for no others.",
    remedy="Bring the approved words back, or have these approved: 'briefings approve {name}'.",
)
KIND_DOUBTFUL = warning(
    "Version {version} is called a correction, and {doubts}.",
    why="Who holds the version before is told of a correction in a line, and of a change in substance at length.",
    remedy="If the meaning is another, write 'kind: substantive' and give it a new whole number, such as 2.0.",
)
PUBLISH_NUMBER = error(
    "Version {version} of '{name}' would come after {last}, which is published.",
    why="Readers take the higher number for the newer text.",
    remedy="Give it a number above {last}.",
)
PUBLISH_UNMADE = error(
    "'{name}' could not be made, so there is nothing to keep.",
    why="What is kept has been pressed and proofed.",
    remedy="Correct what is told beside this.",
)
PUBLISH_LOST = error(
    "Read again, what would be kept of '{name}' is not what was published: {what}",
    why="What is kept must say for good what was published; nothing was written.",
    remedy="Tell it to who keeps the pipeline: it has lost something on the way that your source has.",
)

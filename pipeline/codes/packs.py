"""Codes: packs."""

from pipeline.codes._code import error, warning

PACK_EMPTY = error(
    "The pack has no briefings.",
    why="There is nothing to bind.",
    remedy="List at least one briefing under 'briefings:'.",
)
PACK_PAGE_UNKNOWN = error(
    "The handbook lists the page '{name}', and there is no such file.",
    why="The handbook binds the pages of source/handbook/.",
    remedy="Use a file name of source/handbook/ without '.md'.",
)
PACK_MEMBER_BROKEN = error(
    "The pack cannot be bound, because {name} cannot be built.",
    why="A pack with a gap would be taken for complete.",
    remedy="Correct it first: its own mistakes are reported with it.",
)
PACK_MEMBER_RETIRED = warning(
    "The pack lists '{name}', which is {status}: the whole pack is a draft.",
    why="Readers would be trained on a text that no longer holds.",
    remedy="Take the briefing that replaces it, or remove the line.",
)
PACK_MEMBER_GONE = warning(
    "The pack takes version {version} of '{name}' from what is kept, and the briefing itself {fate}.",
    why="That a text is withdrawn, superseded or marked higher stands in the present briefing, and nowhere else.",
    remedy="Correct it, or bring it back, with 'status: withdrawn' if it no longer holds; or remove the line.",
)
PIN_CORRECTED = warning(
    "The pack takes version {version} of '{name}', and a later one, {later}, is a correction.",
    why="What was found wrong in a published text would be bound again, and its readers would not hear of it.",
    remedy="Once that is kept, write '@{later}' behind '{name}'; '{name}' alone takes the text as it is now.",
)
PACK_VERSION = error(
    "The pack asks for version {asked} of '{name}', and no such version is kept.",
    why="A pinned version is bound as it was published, from source/versions/, and from nowhere else.",
    remedy="'briefings publish {name}' keeps the present version; without '@' the pack takes the text as it is now.",
)
PACK_MARKING_LOW = error(
    "The pack is marked {marking}, but {name} in it is {part}.",
    why="Whoever holds the pack handles all of it by the marking on its cover.",
    remedy="Mark the pack {part}, or leave 'marking' out: a pack then takes the highest of its parts.",
)
PACK_PUBLIC_SENSITIVE = error(
    "The pack has no recipients, so it is public, but {name} is marked OFFICIAL-SENSITIVE.",
    why="Sensitive material goes to named recipients only.",
    remedy="Name the colleges under 'recipients:', or remove the briefing from the pack.",
)
PACK_INSERT = error(
    "The insert '{name}' cannot be bound: {reason}.",
    why="What is bound into a pack must be as safe, and as accessible, as the rest of it; without the insert the pack "
    "would be taken for complete.",
    remedy="Have its makers export it anew as a tagged PDF (PDF/UA) with its fonts, or send it beside the pack.",
)
PACK_INSERT_MISSING = error(
    "There is no file source/packs/{name}.",
    why="An insert is a finished PDF that lies beside the file of the pack, or in a folder there.",
    remedy="Put the PDF into source/packs/, and write its name as it is, with '.pdf'.",
)
PACK_SINCE_MISSING = warning(
    "The pack has a section 'changes', and does not say since when.",
    why="The section compares with the last edition that was issued, or with the versions that were kept by a day.",
    remedy="Write 'since:' with the day of the earlier pack, such as 2026-04-26; after the first issue none is needed.",
)
PACK_SINCE = warning(
    "No version of any of its briefings was published by {day}, so the pack cannot say what has changed.",
    why="What was not kept cannot be compared; the section is left out.",
    remedy="Publish each version that goes into a pack; choose a later day, or remove 'changes'.",
)
PACK_LAYOUT = error(
    "There is no layout '{name}' for packs.",
    why="The pack is set as if it asked for none.",
    remedy="Make a folder of that name in layouts/, with copies of the files of pack/ that are to be different.",
)
PACK_REFERENCES = warning(
    "The pack keeps a list of references in every briefing: {reason}.",
    why="One list for a whole pack stands at its back, and all its briefings cite as that list has it.",
    remedy="Add 'references' to 'back', or remove 'references: pack'.",
)

PACK_ABBREVIATION_DIFFERS = warning(
    "'{short}' stands for '{first}' in '{one}', but for '{second}' in '{other}'.",
    why="A reader of the pack meets one short form with two meanings.",
    remedy="Use the same words in both briefings, or spell one of them out.",
)

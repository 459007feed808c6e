"""Codes: files, YAML, front matter and the library's folders."""

from pipeline.codes._code import error, warning

FILE_NOT_TEXT = error(
    "This file cannot be read as text: {reason}.",
    why="Sources are plain text in UTF-8. Anything else cannot be read, compared or kept as long as a briefing lives.",
    remedy="Save it again with the encoding UTF-8, or move it out of source/.",
    cause=True,
)
MERGE_MARK = error(
    "A mark of git stands here: two versions of this text were not brought together.",
    why="Both versions would be printed, one after the other, or none of the file could be read.",
    remedy="Keep the version that is right, and delete the other with the lines '<<<<<<<', '=======' and '>>>>>>>'.",
    cause=True,
)
FILE_EMPTY = error(
    "This file is empty.",
    why="An empty file builds nothing, and somebody may believe that it does.",
    remedy="Write it, or delete it.",
    cause=True,
)
FILE_TOO_LARGE = error(
    "This file is too large to be a source: {size} MB; the most is {limit} MB.",
    why="A source of this size is a picture, an export or an accident.",
    remedy="Check what the file holds; split it if it is really text.",
    cause=True,
)
LINE_TOO_LONG = error(
    "This {whole} has {length} {parts}; the most is {limit}.",
    why="What is so long is binary or pasted by mistake, and would make every build slow.",
    remedy="Break it, or move what it holds into a file of its own.",
    cause=True,
)
CONTROL_CHARACTER = error(
    "An invisible character stands here: {name}.",
    why="Such characters come in by pasting; neither EPUB nor PDF may hold them. A space is set instead.",
    remedy="Delete the character and type the words around it again.",
)
DIRECTION_CHARACTER = warning(
    "An invisible character changes the order of the letters here: {name}.",
    why="Readers see other words than programs do, and than the editor who checks the source.",
    remedy="Delete the character and type the words around it again.",
)
FILE_UNKNOWN = warning(
    "This file is not used: {reason}.",
    why="A file under a name or in a folder that the line does not read may be one that somebody thinks is printed.",
    remedy="Rename it, move it to where it belongs, or delete it.",
    cause=True,
)
FILE_NAME = error(
    "'{name}' cannot be the name of this file or folder.",
    why="The file's name is the id: it stands in addresses, file names and the college's ledger, and is never reused.",
    remedy="Rename it, to '{better}' for instance: only lower-case letters, digits and single hyphens, 150 at most.",
)
LIBRARY_MISSING = error(
    "There is no source/library.yaml.",
    why="It holds the imprint: the library's title, its publisher and the defaults of every briefing.",
    remedy="Write source/library.yaml with 'title:' and 'publisher:', or give the right folder with --project.",
    cause=True,
)
YAML_SYNTAX = error(
    "{sentence}",
    example="A value that holds a colon must stand in quotation marks.",
    why="What cannot be read as YAML cannot be used at all.",
    remedy="Look at this line and the one above it.",
    cause=True,
)
YAML_DUPLICATE_KEY = error(
    "'{key}' stands here a second time; the first is on line {line}.",
    why="Only one of the two can count, and nobody can see which.",
    remedy="Keep one of them.",
    cause=True,
)
KEY_WITHDRAWN = warning(
    "No longer used: {keys}.",
    why="An earlier release read it. This release ignores it.",
    remedy="Delete it. The page 'What to change after an upgrade' of the handbook says what to use instead.",
)
KEY_EMPTY = warning(
    "'{key}' has no value.",
    why="What follows an unquoted # is a comment for people; a colour or a number after it is never read.",
    remedy='Text after an unquoted # is a comment; put it in quotes: "{comment}".',
)
VALUE_CUT = warning(
    "'{words}' is not printed: {reason}.",
    why="The reader gets half of a title or sentence, and nothing shows that the rest is missing.",
    remedy="Put all of it in quotation marks; put two spaces before a comment that is meant, and one behind its #.",
)
YAML_ALIAS = error(
    "'*{name}' stands for a copy of another value, but {reason}.",
    why="In YAML a star before a word copies what stands above under that name; without it there is nothing to copy.",
    remedy="Put the words in quotation marks, or write the value out.",
    cause=True,
)
YAML_TOO_DEEP = error(
    "This file holds more than {limit} {what}.",
    why="No record of ours is so deep or so large; a file that is would stop the build.",
    remedy="Write the values out plainly.",
    cause=True,
)
YAML_NOT_A_MAPPING = error(
    "This should be 'key: value' lines, but is {found}.",
    why="Every record is a mapping from keys to values.",
    remedy="Write one key to a line, with a colon and a space after it.",
    cause=True,
)
YAML_MANY_DOCUMENTS = error(
    "A second record begins here, below a line '---'.",
    why="One file holds one record; what comes after a line '---' would be lost.",
    remedy="Delete the line '---', or move what follows into its own file.",
    cause=True,
)
FRONT_MATTER_MISSING = error(
    "This briefing has no front matter.",
    why="Its title, dates, owner and status stand there; without them nothing can be printed.",
    remedy="Begin the file with a line '---', then 'title:' and 'summary:', then a line '---'.",
    cause=True,
)
FRONT_MATTER_OPEN = error(
    "The front matter begins here and never ends.",
    why="Without its closing line the text would be taken for front matter.",
    remedy="Put a line '---' after the last key.",
    cause=True,
)
UNKNOWN_KEY = error(
    "'{key}' is not a key here.",
    why="A misspelt key would be left out silently: a date never printed, a marking never shown.",
    remedy="Correct the key or delete the line.",
)
RULE_FIXED = error(
    "'{code}' is no remark of style, and holds in every library.",
    why="What readers are owed is not a matter of taste: words that get lost, pictures without words, a wrong marking.",
    remedy="Delete the line. What can be set under 'rules:' is listed in the handbook, under Keys.",
)
FIELD_MISSING = error(
    "There is no '{key}'{where}.",
    why="The record is not complete without it.",
    remedy="Add a line '{key}: …'.",
)
VALUE_WRONG = error(
    "{sentence}",
    example="'…' is not a status.",
    why="A value that is not understood is left out; it could otherwise be printed wrong.",
    remedy="Correct the value.",
)
MARKING_UNREADABLE = error(
    "{reason} Nothing is made of this text while its marking cannot be read.",
    why="A sensitive text without its marking would be handled, and given away, as if it were for everybody.",
    remedy="Write 'marking: {{tier: OFFICIAL}}', or 'marking: {{tier: OFFICIAL, sensitive: true}}'.",
    example="'…' is not a tier. Nothing is made of this text while its marking cannot be read.",
)
DATE_WRONG = error(
    "'{value}' is not a date.",
    why="Dates are written one way in the source, so that they can be compared; the reader gets '19 October 2022'.",
    remedy="Write it as 2022-10-19.",
)
ID_DIFFERS = error(
    "The id is '{id}' here, but the file is called '{name}'.",
    why="The file's name is the id; two answers to 'which briefing is this?' are one too many.",
    remedy="Delete the line 'id:', or rename the file.",
)
ID_CLASH = error(
    "The id '{id}' is taken: {other} has it too.",
    why="Briefings and packs share one set of ids: they share output folders, addresses and the ledger.",
    remedy="Rename one of the two files.",
)
REFERENCE_DUPLICATE_KEY = error(
    "The key '{key}' is taken: it stands at {other} too, and the two differ in {differ}.",
    why="A citation must lead to one work. The entry read first is kept. The same entry twice is no mistake.",
    remedy="Give one of the two another key, or delete it.",
)
REFERENCE_SAME_DOI = warning(
    "'{key}' and '{other_key}' ({other}) have the same DOI, {doi}.",
    why="One work under two keys is listed twice and counted twice.",
    remedy="Keep one of the two, and cite that.",
)

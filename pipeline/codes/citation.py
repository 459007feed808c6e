"""Codes: citations, the bibliography they lead to, and citation styles."""

from pipeline.codes._code import error, warning

CITE_UNKNOWN_KEY = error(
    "No bibliography entry has the key '{key}'.",
    why="The reader would find a citation that leads nowhere.",
    remedy="Correct the key, or add the work to a file in source/references/.",
)
CITE_UNMARKED = warning(
    "'{written}' is printed as it stands: it cites nothing.",
    why="It is the key of a work, and without its @ the reader finds neither the citation nor the work in the list.",
    remedy="Write [@key], or @key in the run of a sentence.",
)
CITE_TYPED = warning(
    "'{written}' is typed by hand, and this text does not cite the work.",
    why="A citation in plain words leads nowhere, and its work is missing from the list of references.",
    remedy="Write [@key], or @key in the run of a sentence.",
)
CITE_UNLISTED = warning(
    "'{written}' is typed by hand, and no work of the library fits it{others}.",
    why="A citation in plain words leads nowhere, and its work is missing from the list of references.",
    remedy="Add the work to a file of source/references/, and write [@key] in its place.",
)
REFERENCE_SYNTAX = error(
    "{sentence}",
    example="A bibliography should be a list of entries.",
    why="A bibliography file that cannot be read gives no works, and every citation of them fails.",
    remedy="Write a list of entries, each with 'id', 'type' and 'title'.",
    cause=True,
)
REFERENCE_UNREADABLE = error(
    "This entry{of} cannot be read: {reason}.",
    why="The entry is left out, so that citations of it lead nowhere. The other entries of the file are used.",
    remedy="Look for a missing comma, brace or quotation mark in it, or just before it.",
)
REFERENCE_IN_A_CIRCLE = error(
    "'{key}' takes its fields from itself, by way of others or directly.",
    why="Nobody can say what such an entry inherits. It is used without what it would take from others.",
    remedy="Look at 'crossref' and 'xdata' of this entry, and of those they name.",
)
REFERENCE_NO_KEY = error(
    "This entry has no 'id'.",
    why="The id is the key by which texts cite a work; without it the entry cannot be used.",
    remedy="Give it an id, such as 'id: hughes2018'.",
)
REFERENCE_KEY = warning(
    "The key '{key}' cannot be cited: it holds {what}.",
    why="In a text a key ends at the first character that no key may have.",
    remedy="Use letters, digits, hyphens and underscores, such as 'hughes2018'.",
)
REFERENCE_TYPE = error(
    "{sentence}",
    example="CSL knows no type '…'.",
    why="The type decides how a work is printed: a journal article has a volume, a report a series and a publisher.",
    remedy="Use a CSL type, such as article-journal, report, book, chapter, thesis or webpage.",
)
REFERENCE_NO_TITLE = error(
    "'{key}' has no title.",
    why="Without its title nobody can find a work.",
    remedy="Give it its title, in the words of the work itself.",
)
REFERENCE_UNKNOWN_FIELD = error(
    "CSL knows no field '{field}'{of}.",
    why="What stands in an unknown field is not printed, and nobody would notice.",
    remedy="Use the field's CSL name, or put notes of your own under 'custom:'.",
)
REFERENCE_VALUE = error(
    "'{field}' of '{key}' should be {wanted}.",
    why="A value of the wrong shape cannot be printed; it is left out.",
    remedy="Write it out as text; a list or a mapping only where CSL has one.",
)
REFERENCE_NAME = error(
    "A name in '{field}' of '{key}' cannot be used: {reason}.",
    why="Names are how readers know a work; a person has a family name, an institution a name in one piece.",
    remedy="Write a person as {{family: Hughes, given: Ann}} and an institution as {{literal: Ministry of Health}}.",
)
REFERENCE_DATE = error(
    "'{field}' of '{key}' is not a date: {reason}.",
    why="The year is part of every citation; a wrong one names another work.",
    remedy="Write 2014, 2014-12 or 2014-12-31; '2014~' for about 2014, '2014/2016' for a span.",
)
REFERENCE_FORMULA = warning(
    "'{formula}' in '{field}' of '{key}' is printed as it stands.",
    why="No formulas and commands of LaTeX are set in a list of references; the reader sees the dollar signs.",
    remedy="Write the signs themselves, such as α or x².",
)
REFERENCE_ADDRESS = warning(
    "'{address}' of '{key}' is no web address: it is printed, and not linked.",
    why="The reader of the screen edition and the e-book cannot follow it, and may not find the work.",
    remedy="Write it in full, from https:// on, with %20 for a space.",
)
REFERENCE_STATE = error(
    "'{key}' cannot be '{state}'.",
    why="It says what is known of the entry or of the work; what cannot be read counts as not said.",
    remedy="Use {words}; leave it out where nothing is known.",
)
REFERENCE_RETRACTED = warning(
    "{key} was retracted{on}.",
    why="Its publisher no longer stands by it. The list of references says so, and what rests on it cannot be "
    "published unless its author knows.",
    remedy="Rest the text on other works. Or say in the text that it was retracted, and under its entry "
    "'custom: {{cited_as: retracted}}'.{more}",
)
REFERENCE_CONCERN = warning(
    "An expression of concern about {key} was published{on}.",
    why="Its publisher doubts the work, and may retract it. The list of references says so, and what rests on it "
    "cannot be published unless its author knows.",
    remedy="Read the notice. If the text may go on citing the work, say under its entry "
    "'custom: {{cited_as: concern}}'.{more}",
)
REFERENCE_CORRECTED = warning(
    "{key} was corrected{on}.",
    why="A figure or a finding may now be another than the text reports.",
    remedy="Read the correction and compare the text with it; then say under its entry "
    "'custom: {{cited_as: corrected}}'.{more}",
)
REFERENCE_REINSTATED = warning(
    "{key} was reinstated{on}, and is cited as '{state}'.",
    why="Its publisher stands by it again: the list of references no longer says what the entry does.",
    remedy="Remove 'cited_as:' from its entry, and read what the text says of it.{more}",
)
RETRACTIONS_UNREADABLE = error(
    "{sentence}",
    example="This is no Retraction Watch file: it has no columns 'RetractionNature' and 'RetractionDate'.",
    why="A retraction that cannot be read stops nobody from resting on the work.",
    remedy="Fetch the file anew, and put it here as it came: a spreadsheet that saves it changes dates and signs.",
)
CITE_ENGINE = warning(
    "The citation engine remarks: {words}",
    why="The engine went on, but a citation or an entry of the list may not be what its style asks for.",
    remedy="Look at the citations and the reference list of this text, and at the entries they come from.",
)
STYLE_BROKEN = error(
    "The citation style '{style}' cannot be used. {reason}",
    why="Without its style a text has neither citations nor a reference list.",
    remedy="Mend the style, or fetch an independent CSL style anew into layouts/styles/.",
    cause=True,
)

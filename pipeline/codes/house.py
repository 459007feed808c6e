"""Codes: cross-references, dates, states, markings, names and the style of the house."""

from pipeline.codes._code import error, style, warning

# Links and cross-references

LINK_UNKNOWN_ANCHOR = error(
    "Nothing in this text has the id '{anchor}'.",
    why="A link that leads nowhere leaves the reader on the same page; the PDF and the EPUB would be faulty.",
    remedy="Give the heading, figure or table that id, as in '## Heading {{#{anchor}}}', or correct the link.",
)
BRIEFING_UNKNOWN = error(
    "There is no briefing '{name}'.",
    why="Links, series, packs and related titles lead to briefings of this library, and to no others.",
    remedy="Use a file or folder name of source/briefings/ without '.md'.",
)
LINK_UNKNOWN_TEXT = error(
    "No text of this library is at '{path}'{more}.",
    why="A path leads a reader to another text only if the library has that text.",
    remedy="Write briefing:ID or the name of its file, or the address on the web in full.",
)
LINK_UNKNOWN_BRIEFING_ANCHOR = error(
    "The briefing '{name}' has nothing with the id '{anchor}'.",
    why="The link would lead to the top of the briefing instead of to the passage meant.",
    remedy="Use the id of a heading, figure or table of that briefing, or link to the briefing as a whole.",
)
LINK_WITHOUT_WORDS = error(
    "This cross-reference has no words, and '{anchor}' gives it none.",
    why="Only headings, figures and tables have words of their own to show; a link without words cannot be followed.",
    remedy="Write the words of the link: '[words](#{anchor})'.",
)

# Dates and states

DATE_UPDATED_EARLY = error(
    "The briefing was updated on {updated}, before it was first published on {first_published}.",
    why="Both dates are printed under the title; together they would make no sense.",
    remedy="Correct 'updated' or 'first_published'.",
)
DATE_FIRST_PUBLISHED_MISSING = error(
    "This briefing is published, but does not say since when.",
    why="A reader has to know how old the text is.",
    remedy="Add 'first_published: YYYY-MM-DD', or set 'status: draft'.",
)
DATE_IN_FUTURE = warning(
    "'{field}' is {on}, after the day this copy is produced ({produced}).",
    why="A date that has not come yet is usually a slip of the pen.",
    remedy="Correct the date, or build with '--date' on or after it.",
)
HISTORY_VERSION = error(
    "The history goes up to version {last}, but the briefing says version {version}.",
    why="The version on every page and the history must tell the same story.",
    remedy="Set 'version: {last}', or add an entry for version {version} to 'history'.",
)
REVIEW_OVERDUE = warning(
    "This briefing was to be reviewed by {review_by}.",
    why="An overdue text is stamped DUE FOR REVIEW on every page and may not be issued.",
    remedy="Review it and record a 'review-no-change' entry in 'history', then set a new 'review_by'.",
)
SUPERSEDED_BY_MISSING = error(
    "This briefing is superseded, but does not say by which.",
    why="The reader of the old text must be able to find the new one.",
    remedy="Add 'superseded_by:' with the id of the newer briefing.",
)
SUPERSEDED_IN_A_CIRCLE = error(
    "These briefings supersede each other in a circle: {circle}.",
    why="One of them must be the newest.",
    remedy="Remove 'superseded_by' from the newest of them.",
)
WITHDRAWN_REASON_MISSING = error(
    "This briefing is withdrawn, but does not say why.",
    why="Colleges that hold a copy are told to stop using it, and why.",
    remedy="Add 'withdrawn_reason:' in one line.",
)
MARKING_TOO_HIGH = error(
    "Nothing marked {tier} may be published from here.",
    why="Material above OFFICIAL needs systems of its own; it is neither composed nor bound here.",
    remedy="Remove the material from this library, or have its originator mark it OFFICIAL.",
)

BODY_EMPTY = warning(
    "There is no text below the front matter.",
    why="The reader is given a title and a summary with nothing behind them.",
    remedy="Write the text below the second line '---'.",
)
STARTER_WORDS = warning(
    "'{words}' is an example that 'briefings new' wrote.",
    why="You would publish it in your name.",
    remedy="Write your own words in its place, or delete it.",
)

# Names of other things

RELATED_SELF = error(
    "The briefing names itself under 'related'.",
    why="Related titles lead the reader on to other texts.",
    remedy="Remove '{name}' from 'related'.",
)
TEACHING_NOT_PLACED = warning(
    "'{field}' is not printed: the text has no box '{box}'.",
    why="What the front matter holds for a lesson is printed in the box that the text has for it.",
    remedy="Write a line '::: {box}' and a line ':::' under it where it is to stand in the text.",
)
FIGURE_NOT_PLACED = warning(
    "The text has no figure '{id}' and none from the file '{file}'.",
    why="Credit, licence and description of a figure are printed with the figure.",
    remedy="Give the figure in the text this id, or correct 'id' or 'file' here.",
)
MEMBER_TWICE = error(
    "'{name}' is listed twice.",
    why="A briefing has one position in a series or a pack: links to it would be in doubt.",
    remedy="Remove one of the two lines.",
)
SERIES_SHARED = warning(
    "The briefing '{name}' is in the series '{first}' already.",
    why="A briefing takes its method note and its caveat from one series; the first by name is taken.",
    remedy="List it in one of the two, and link to it from the landing text of the other.",
)
NUMBER_SHARED = error(
    "The {kind} {number} is taken: '{first}' has it too ({place}).",
    why="A shop, a library catalogue and a citation find one publication by such a number, and must not find two.",
    remedy="Give it to the one that it was registered for, and ask for a number for the other.",
)
ENTRY_UNKNOWN = error(
    "source/{file}.yaml has no {kind} '{name}'.",
    why="Tags, terms, areas, organisations and colleges come from one list each, so that one thing has one name.",
    remedy="Use an id of that file, or add the {kind} there.",
)
STYLE_UNKNOWN = error(
    "There is no citation style '{name}'.",
    why="Citations and reference lists are formatted by a CSL style.",
    remedy="Put the style's file into layouts/styles/ and name it without '.csl', or name a style that is there.",
)

# Typed by hand, or left to be written

CAPTION_TYPED = warning(
    "'{words}' looks like the caption of the {kind} beside it, but is a paragraph of its own.",
    why="A caption is read out with its table or figure, stays on its page and is numbered by itself.",
    remedy="Write a table's caption on the line directly below it, as ': Caption {{#tbl-x}}'.",
)
REFERENCES_TYPED = warning(
    "'{words}' is a heading of your own; the list of references brings its own.",
    why="The list is made from the citations. What is typed under this heading is printed beside it.",
    remedy="Put the works into a file of source/references/, cite them with [@key], and delete this heading and list.",
)
NUMBER_TYPED = warning(
    "'{words}' is typed by hand{others}, and this text has {has}.",
    why="Figures and tables are numbered where they stand; a typed number leads nowhere, or to the wrong one.",
    remedy="Give the {kind} a caption and an id, and write [](#{example}) in its place.",
)
WORDS_UNFINISHED = warning(
    "'{words}' still stands in the text{others}.",
    why="It was written to be replaced before anybody reads it.",
    remedy="Write what belongs there, or delete it. Notes to yourselves have their place under 'editorial_notes:'.",
)
# Style of the house

SHORT_TITLE_LONG = style(
    "At the head of each page this title is cut after '{shown}'.",
    why="The title is repeated at the head of every page, between the date and the status.",
    remedy="Set 'short_title' to a shorter form; there is room for about 40 characters.",
)
TABLE_WIDE = style(
    "This table has {columns} columns; more than {most} do not fit on a small screen.",
    why="EPUB, large print and narrow screens set it as blocks, a row each, and nobody can compare down a column.",
    remedy="Leave out the columns that the text does not need, or make two tables of it.",
)
TABLE_EMPTY = warning(
    "This table has no row below its heads.",
    why="The heads are printed as the only row, and readers cannot tell what is missing.",
    remedy="Write a row below the line of dashes, or delete the table.",
)
TABLE_NO_HEAD = warning(
    "{columns} no heading.",
    why="Somebody who listens hears each value after the heading of its column, and does not know what this one is.",
    remedy="Write what it holds into the first row. The corner above the headings of rows may stay empty.",
)
CHARACTER_WITHOUT_GLYPH = error(
    "The fonts have no letter for '{character}' ({name}, {point}){more}.",
    why="The reader would see an empty box, and a screen reader would say nothing.",
    remedy="Use another character, or a typeface that has it.",
)
ABBREVIATION_UNUSED = style(
    "The abbreviation '{short}' is not used.",
    why="The list of abbreviations explains only what the reader meets.",
    remedy="Remove it from 'abbreviations'.",
)
ABBREVIATION_ONCE = style(
    "The abbreviation '{short}' is used only once.",
    why="A short form that is not used again burdens the reader for nothing.",
    remedy="Write '{full}' and leave the short form out.",
)
ABBREVIATION_FIRST_USE = style(
    "The abbreviation '{short}' is not spelled out where it first stands.",
    why="A reader meets the short form before knowing what it means.",
    remedy="Write '{full} ({short})' there.",
)

# The print edition

PROFILE_UNFIT = error(
    "'{name}' cannot be printed with: {reason}.",
    why="Colours are converted into the four inks of a press, which only the profile of a CMYK press describes.",
    remedy="Ask the printer for the ICC profile of the press and paper; a common one in Europe is FOGRA39.",
)
PRINT_NO_PROFILE = warning(
    "The print edition is grey, for the library names no profile of a press.",
    why="Without a profile nobody can say which inks make a colour; the file is for a copier or one black ink.",
    remedy="Ask the printer for the ICC profile, put it into source/ and name it: 'print: {{profile: FILE.icc}}'.",
)

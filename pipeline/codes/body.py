"""Codes: the Markdown of a body and of the texts in front matter, and its figures."""

from pipeline.codes._code import error, style, warning

RAW_HTML = error(
    "'{tag}' is left out with what it holds{more}.",
    why="Scripts, films, forms and frames have no place in a file that is printed, runs nothing and fetches nothing.",
    remedy="Say in words what it shows, or put a picture of it in its place.",
)
HTML_MARK = warning(
    "'{tag}' is not read here: its words are printed without it{more}.",
    why="One text becomes PDF, EPUB and web page: of HTML, only that is read which Markdown can say.",
    remedy="Say it in Markdown, or delete the tag and its end.",
)
FOREIGN_MARKUP = warning(
    "'{text}' is {what}: it is {fate}{more}.",
    why="It means something to another program; here the reader would see the mark, and not what it stands for.",
    remedy="Write what it stands for, or delete it.",
)
FORMULA_BROKEN = error(
    "This formula cannot be set: {reason}.",
    why="It must be shown and read aloud in every format, the same in each.",
    remedy="Correct the TeX between the dollar signs; write \\$ for a dollar sign.",
)
FORMULA_COMMAND = error(
    "Formulas do not know the command '{command}'{more}.",
    why="A formula with a command that is not known cannot be shown or read aloud.",
    remedy="Say what it stands for in library.yaml, 'maths: macros:', or above with \\newcommand; else write it out.",
)
FORMULA_DEFINITION = warning(
    "The definition '{definition}' cannot be read.",
    why="The formulas that use its command cannot be set.",
    remedy="Write it like '\\newcommand{{\\RR}}{{\\mathbb{{R}}}}'.",
)
FORMULA_COLOUR = warning(
    "This formula is set in the colour of its text{more}.",
    why="A colour says nothing to readers who do not see it, and little in print.",
    remedy="Take the colour out, and say in words or with \\underbrace what it was to show.",
)
FORMULA_WIDE = warning(
    "This formula is too wide for its line: a part of {width} em cannot be broken, and a line has {widest}.",
    why="A formula is broken before an operator, and words in it at a space. It is never made smaller, so it runs into "
    "the margin, or over the edge of the page.",
    remedy="Break it with \\\\ within \\begin{{aligned}} and \\end{{aligned}}, or say part of it in words.",
)
LATEX_COMMAND = warning(
    "'{command}' is LaTeX: it is printed as you typed it.",
    why="Only Markdown is understood; the reader would see the command.",
    remedy="Say it in Markdown: **bold**, *stress*, [@key] for a citation, [](#fig-x) for a cross-reference.",
)
FIGURE_NO_ALT = error(
    "Figure '{source}' has no alternative text.",
    why="A reader who cannot see the figure is told what it shows.",
    remedy='Add {{alt="What it shows"}} after it, or {{.decorative}} if it says nothing.',
)
FIGURE_ALT_EMPTY = error(
    "Figure '{source}' is described as '{alt}', which says nothing of what it shows.",
    why="A reader who cannot see the figure hears these words and no others; a file's name tells nobody anything.",
    remedy='Say what it shows in a sentence, as {{alt="Reports fell by a third"}}, or mark it {{.decorative}}.',
)
FIGURE_MISSING = error(
    "There is no file '{source}' in {folder}.",
    why="The reader would find a gap where the figure is meant to stand.",
    remedy="Put the file there, or correct its name.",
)
FIGURE_OUTSIDE = error(
    "'{source}' is not a file of this library.",
    why="A build reaches only the library's own files: no network, and nothing outside source/.",
    remedy="Put the file beside the briefing and write its name alone, such as 'chart.svg'; "
    "or into a folder of source/, such as '../images/chart.svg'.",
)
FIGURE_UNSAFE = error(
    "The figure '{source}' holds {what}.",
    why="A figure that runs code or fetches something does so on every reader's machine.",
    remedy="Export it again as plain SVG, or as PNG.",
)
FIGURE_FONT = warning(
    "The figure '{source}' is drawn without its own font '{font}'.",
    why="A font in a file can run code in the program that reads it. The words are set in the font of the text, which "
    "may be wider.",
    remedy="Look at the figure; or export it with its words as outlines.",
)
FIGURE_KIND = error(
    "'{source}' is not a picture that can be used{found}.",
    why="Every reading system must be able to show it.",
    remedy="Use SVG, PNG, JPEG, GIF, WebP or a PDF of one page.",
)
LINK_SCHEME = error(
    "'{href}' cannot be linked to.",
    why="A link must lead somewhere from paper, PDF, EPUB and page alike; a path on somebody's disk does not.",
    remedy="Write a web address in full, mailto: and an e-mail address, #id for a place in this text, "
    "or briefing:id or the path of a text of this library.",
)
LINK_NO_ADDRESS = error(
    "This link has no address.",
    why="The reader sees words that look like a link and lead nowhere.",
    remedy="Write the address between the round brackets, or delete the brackets and leave the words.",
)
LINK_SYNTAX = warning(
    "This looks like a link but is not one: it is printed as it stands.",
    why="A space or a bracket in the address ends the link, and the reader sees the marks.",
    remedy="Put the address between < and >, and close the bracket.",
)
MARKUP_UNKNOWN = warning(
    "'{text}' is printed as it stands.",
    why="These marks mean something to other programs and nothing here: the reader sees them.",
    remedy="Known are *stress*, **bold**, `code`, [words](address) and <https://…>; a backslash keeps a mark as it is.",
)
LIST_AS_CODE = warning(
    "These indented lines look like a list and are printed as code{more}.",
    why="A line four spaces or more behind the words above it is code; the reader sees its marks as they were typed.",
    remedy="Begin an entry of an entry below its first letter, and any other at the left.",
)
WORDS_LEFT_OUT = warning(
    "'{words}' is left out: {reason}.",
    why="What is written where nothing prints it reaches no reader.",
    remedy="Write it into the text, or delete it.",
)
TABLE_ROW = warning(
    "This row has {found}, but the table has {columns}{so}.",
    why="A cell too few moves nothing but leaves a gap; what stands in a cell too many is not printed.",
    remedy="Give the row as many cells as the head has; write \\| for an upright stroke within a cell.",
)
TABLE_BROKEN = warning(
    "This line of dashes makes no table: {reason}.",
    why="The whole table is printed as ordinary text, with its strokes and dashes.",
    remedy="Put the head directly above it, and give both lines as many cells.",
)
TABLE_TYPED = warning(
    "These lines look like a table, but make none.",
    why="They are printed as one paragraph, in which nobody can tell the cells apart.",
    remedy="Put a line '|---|---|' below the head, and '|' before, between and behind the cells of each line.",
)
CODE_OPEN = warning(
    "The block of code that begins here never ends.",
    why="Everything after it is printed as code: headings, citations and links with their marks.",
    remedy="Put a line '{mark}' after its last line.",
    cause=True,
)
COMMENT_OPEN = warning(
    "The comment that begins here never ends, and {lines} below it are not printed.",
    why="A comment without its end takes the rest of the text with it.",
    remedy="Put '-->' where it ends, or delete '<!--'.",
    cause=True,
)
CAPTION_STRAY = warning(
    "This line begins like a caption, but it does not stand under a table.",
    why="It is printed as ordinary text, with its colon. A table has one caption, on one line directly under it.",
    remedy="Move it under its table, join it to the caption that is there, or take out the colon.",
)
LINK_EMPTY = warning(
    "This link has no words.",
    why="A reader, and a screen reader even more, needs to be told where a link leads.",
    remedy="Write the words between the square brackets.",
)
HEADING_SHIFTED = style(
    "This heading has the level of the title{more}: all headings of the text are printed a level lower.",
    why="A document has one title; the headings of its body begin at the second level.",
    remedy="Begin it with ## instead of #.",
)
HEADING_SKIPS_LEVEL = warning(
    "This heading is of level {level}, but the one before is of level {before}{more}.",
    why="Who listens to the text moves by headings; a missing level sounds like a missing section.",
    remedy="Begin it with {marks}.",
)
HEADING_EMPTY = warning(
    "This heading has no words.",
    why="It would be an empty line in the contents.",
    remedy="Write its words or delete it.",
)
ID_DUPLICATE = error(
    "The id '{id}' is taken in this text: line {line} has it.",
    why="A link to it could lead to either place.",
    remedy="Give one of them another id.",
)
FOOTNOTE_UNKNOWN = error(
    "There is no footnote '{label}'.",
    why="The reader would be sent to a note that is not there.",
    remedy="Write the note: a line '[^{label}]: …'.",
)
FOOTNOTE_UNUSED = warning(
    "Nothing calls the footnote '{label}'.",
    why="A note that is not called is not printed.",
    remedy="Write [^{label}] where the note belongs, or delete it.",
)
FOOTNOTE_EMPTY = warning(
    "This footnote has no words.",
    why="The reader is sent to a number with nothing after it.",
    remedy="Write the words of the note, or delete the note.",
)
FOOTNOTE_DUPLICATE = error(
    "The footnote '{label}' is written twice; the first is on line {line}.",
    why="Only one of the two can be printed.",
    remedy="Give one of them another label.",
)
FOOTNOTE_CALLS_ITSELF = error(
    "The footnote '{label}' calls itself.",
    why="The reader would be sent to the note that they are reading.",
    remedy="Delete [^{label}] from the note, or call another note.",
)
PASTED_BULLET = warning(
    "This line begins with '{bullet}', which makes no list.",
    why="The entries run together into one paragraph, and somebody who listens is not told that there is a list.",
    remedy="Begin each entry with '- ' in its place, and leave an empty line above the first.",
)
CITATION_SYNTAX = error(
    "{sentence}",
    example="There is no ';' before '@…'.",
    why="What is not understood as a citation is printed as it stands, and the work is not listed.",
    remedy="Write [@key], [see @a, pp 12-15; @b] or @key [p 12].",
)
DIVISION_UNKNOWN = warning(
    "'{name}' is not a box{more}.",
    why="Its words are printed as ordinary text.",
    remedy="Known boxes: practice, note, caution, questions, outcomes, evidence-table.",
)
DIVISION_OPEN = error(
    "The box '{name}' begins here and never ends.",
    why="Everything after it would be taken into the box.",
    remedy="Put a line ':::' after its last line.",
    cause=True,
)
DIVISION_STRAY = error(
    "This line closes a box, but none is open.",
    why="The box that it was meant for has lost its first line, or was closed before.",
    remedy="Delete the line, or write '::: note' where the box begins.",
)
PRACTICE_NO_REF = error(
    "This practice box does not say which example it holds.",
    why="The example's record in the front matter gives the force, the rating and the caveat that must go with it.",
    remedy="Write ::: {{.practice ref=ID}} with an id from 'practice:' in the front matter.",
)
ATTRIBUTE_SYNTAX = error(
    "'{text}' cannot be read.",
    why="An id, a class or an alternative text would be lost.",
    remedy='Write it as {{#id .class key="value"}}: straight quotation marks, and an id that begins with a letter.',
)
NESTING_DEEP = error(
    "Lists, quotations or boxes stand too deep inside each other here.",
    why="No page can show it, and what lies deeper is left out.",
    remedy="Set it out flatter.",
)

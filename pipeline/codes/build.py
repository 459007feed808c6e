"""Codes: what is found wrong with layouts, typefaces and colours."""

from pipeline.codes._code import error, warning

CONTRAST_LOW = error(
    "The colour {colour} of '{name}' has a contrast of {ratio} to 1 against {ground}; {kind} {least} to 1.",
    why="Headings, links, notes and marks take these colours. A pale one cannot be read by everybody, on paper least.",
    remedy="Choose a darker colour in source/library.yaml, or in the layout's own style sheet.",
)
TYPEFACE_MISSING = error(
    "The typeface cannot be had: {reason}",
    why="Only fonts of installed packages are used, so that pages are alike everywhere. Source Sans 3 is used instead.",
    remedy="Install the font package beside Briefings, or correct the names of package and files.",
)
TYPEFACE_LACKS = warning(
    "The typeface {name} has no {face}. {consequence}",
    why="Nothing is slanted or made bold by machine: letters that nobody drew are hard to read.",
    remedy="Name a file that has it, or choose a typeface that does.",
)

TYPEFACE_TOO_SMALL = warning(
    "In {size} points the small letters of {name} are {height} mm high.",
    why="Clear print asks for small letters of 2 mm: those of most typefaces in 12 points. Faces differ by a fifth.",
    remedy="Choose another typeface, or copy layouts/tokens.css and set --small to {needed}pt and --text to no less.",
)
SCRIPT_MISSING = error(
    "The fonts of the script '{script}' are not installed.",
    why="They are too heavy to be brought to every machine, and no other font may step in.",
    remedy="On Debian and Ubuntu run: apt-get install {package}",
)

LAYOUT_REACHES_OUT = error(
    "This style sheet reaches for '{target}', which is no part of the layouts.",
    why="A finished file holds all that it needs and asks nobody for more, wherever and whenever it is opened.",
    remedy="Take it out; fonts come from the packages in layouts/, pictures from the briefings' folders.",
)

LAYOUT_FAULT = error(
    "This file of the layouts cannot be used: {reason}",
    why="What a layout's file is needed for cannot be composed; everything else is built.",
    remedy="Correct the file, or delete it to go back to the one that ships with Briefings.",
    cause=True,
)
WORDS_FAULT = error(
    "This table of words cannot be used: {reason}",
    why="Labels, dates and notes come from it; until it is right they are printed in English.",
    remedy="Correct the line; layouts/words/en.yaml of the program has every name with its English words.",
    cause=True,
)
WORDS_INCOMPLETE = warning(
    "This table of words has none for {keys}, so labels in '{language}' stay in English.",
    why="A text is not to mix two languages: a table counts only where it is complete.",
    remedy="Add them; layouts/words/en.yaml of the program has every name with its English words.",
)
LANGUAGE_WITHOUT_WORDS = warning(
    "There is no table of words for '{language}': labels, dates and citations around such texts, and letters to "
    "colleges, are in English.",
    why="So no text mixes two languages; what is English is marked as English for whoever hears it.",
    remedy="To change that, translate layouts/words/en.yaml of the program as layouts/words/{base}.yaml of your own.",
)
LAYOUT_UNUSED = warning(
    "{nobody} asks for this file.",
    why="A file in layouts/ takes the place of the shipped one of the same path; under another name it does nothing.",
    remedy="Give it the path of the file that it is to replace, as it stands under layouts/ of the program.",
    example="No layout asks for this file.",
)
LAYOUT_NO_DATE = warning(
    "What is made with this file does not say when it was produced.",
    why="The date produced stands in a slot that the template keeps for it, and so does the number of a copy.",
    remedy='Put <p class="slot" id="slot-produced" data-slot="produced"></p> where the date is to stand.',
)

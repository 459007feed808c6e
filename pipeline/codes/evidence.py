"""Codes: findings, practice examples and the works that they rest on."""

from pipeline.codes._code import error, warning

# Works listed

REFERENCE_UNCITED = warning(
    "'references' lists '{key}', which the text does not cite.",
    why="A reader expects each work of the list to bear out something in the text.",
    remedy="Cite it where it belongs, or remove it from 'references'.",
)
REFERENCE_PARTLY = warning(
    "Not all of the entry '{key}' has been checked against the work.",
    name="reference-partly-confirmed",
    why="A year or a page may be wrong; it stops nothing, but nobody would look again after publishing.",
    remedy="Check the rest, then set 'custom: {{status: confirmed}}' at its entry in source/references/.",
)
REFERENCE_UNRESOLVED = warning(
    "Nobody has settled yet that '{key}' is the work meant.",
    why="An unresolved reference is printed with a note, and the briefing may not be published.",
    remedy="Check the work, then set 'custom: {{status: confirmed}}' at its entry in source/references/.",
)

# Findings

FINDING_SPLIT = error(
    "The parts of the finding '{id}' make {parts} studies, but it counts {studies}.",
    why="The parts of a split finding are shown side by side; together they are all its studies.",
    remedy="Correct 'studies' of the finding or of its parts.",
)
RECORD_TWICE = error(
    "Two {records} have the id '{id}'.",
    why="Links, boxes and change records name findings and practice examples by their ids.",
    remedy="Give one of them another id.",
)
FINDING_TOTAL = error(
    "'{outcome}' looks like a total over other findings.",
    why="One study may count under several outcomes, so a total over findings would be wrong.",
    remedy="Remove this finding; say how many studies there are under 'evidence: base:'.",
)
FINDING_NO_STUDIES = error(
    "The finding '{id}' says 'result: {result}' and 'studies: {studies}'.",
    why="'no-studies' and a count of 0 mean the same and stand together, so that gaps in the evidence can be listed.",
    remedy="Set 'studies: 0' and 'result: no-studies', or correct the one that is wrong.",
)
SECTION_UNKNOWN = error(
    "'{id}' names the section '{section}', and no heading has that id.",
    why="The evidence figure and the register of practice link each of theirs to the passage about it.",
    remedy="Use the id of a heading of this briefing.",
)
AREA_TWICE = error(
    "source/tags.yaml lists the area '{name}' twice.",
    why="Each area of outcome is one column on the cover of a pack.",
    remedy="Remove one of them, or give it another id and label.",
)
AREAS_MANY = error(
    "source/tags.yaml lists {count} areas of outcome; the cover of a pack has room for {most}.",
    why="Columns must be wide enough for their heads. Findings of the other areas stand under 'Other outcomes'.",
    remedy="Join areas, until there are four to six.",
)
AREAS_FEW = warning(
    "source/tags.yaml lists {count} areas of outcome; four to six tell readers more.",
    why="The cover of a pack sorts findings by area. With so few columns most briefings look alike.",
    remedy="Part the areas further, or leave out 'areas:'; then each briefing has its findings in one row.",
)
FINDING_OUTSIDE_BASE = warning(
    "The finding '{id}' is outside the review, but rests on the review '{source}' alone.",
    why="'outside_base' says that the evidence comes from other studies than the review's.",
    remedy="Name the other studies under 'sources', or remove 'outside_base'.",
)
EVIDENCE_PLOT_MERGED = warning(
    "The plot is part of the evidence figure now: {written} asks for nothing more.",
    why="Table and plot said the same twice. The figure shows beside each finding which way its studies point.",
    remedy="Delete 'plot:' under 'evidence:', and '::: evidence-plot' with the ':::' that ends it.",
)

# Practice examples

PRACTICE_NO_CAVEAT = error(
    "The practice example '{name}' has no caveat.",
    why="An example taken out of its briefing reads like advice; the caveat must travel with it.",
    remedy="Add 'caveat:' to the example, or 'practice_caveat:' to its series or to source/library.yaml.",
)
PRACTICE_UNKNOWN_REF = error(
    "No practice example has the id '{ref}'.",
    why="The box prints the example's record and its caveat; without them it may not stand.",
    remedy="Add the example to 'practice:' in the front matter, or correct 'ref='.",
)
PRACTICE_NOT_PLACED = warning(
    "The practice example '{id}' has no box in the text.",
    why="Its record is printed at the end, without words about what was done.",
    remedy="Write a box '::: {{.practice ref={id}}}' where the example belongs.",
)
PRACTICE_PLACED_TWICE = error(
    "The practice example '{ref}' has two boxes.",
    why="Its record and caveat would be printed twice, and links to it would be in doubt.",
    remedy="Join the two boxes, or give the second example a record of its own.",
)

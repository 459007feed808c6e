"""Lists that say their levels by styles, and fields of one element."""

from pipeline.model.body import ListBlock
from tests.support.word.documents import NAMES, changed, docx, entry, para
from tests.support.word.imports import body_of, read_again, taken, told

STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{kind}{level}"><w:name w:val="List {kind} {level}"/><w:pPr><w:numPr>'
    f'<w:numId w:val="{number + level}"/></w:numPr></w:pPr></w:style>'
    for kind, number in (("Bullet", 0), ("Number", 3))
    for level in (1, 2, 3)
).replace(" 1", "")
LISTS = "".join(
    f'<w:abstractNum w:abstractNumId="{n}"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    f'<w:numFmt w:val="{"bullet" if n < 4 else "decimal"}"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    for n in range(1, 7)
)
NUMBERS = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(1, 7))


def listed(*entries: tuple[str, str]) -> bytes:
    """A document with entries in the styles that Word has for lists, each of which is a list of one level."""
    return changed(
        docx(para("Title"), *(para(words, style) for words, style in entries), para("It works.")),
        word__styles_xml=f"<w:styles {NAMES}>{STYLES}</w:styles>",
        word__numbering_xml=f"<w:numbering {NAMES}>{LISTS}{NUMBERS}</w:numbering>",
    )


def test_levels_that_styles_say_are_levels() -> None:
    made = taken(listed(("one", "Bullet1"), ("two", "Bullet2"), ("three", "Bullet3"), ("four", "Bullet1")))
    assert body_of(made) == "- one\n  - two\n    - three\n- four\n\nIt works."
    made = taken(listed(("one", "Number1"), ("two", "Number2"), ("three", "Number2"), ("four", "Number1")))
    assert body_of(made) == "1. one\n   1. two\n   2. three\n2. four\n\nIt works."
    assert told(made) == []


def test_a_long_list_in_roman_numerals_is_one_list() -> None:
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1."/></w:lvl>'
    kind = f'<w:abstractNum w:abstractNumId="2">{level}</w:abstractNum>'
    numbering = f'<w:numbering {NAMES}>{kind}<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num></w:numbering>'
    entries = (entry(f"part {number}", 2) for number in range(1, 51))
    made = taken(changed(docx(para("Title"), *entries), word__numbering_xml=numbering))
    assert "xxxix. part 39\nxl. part 40\nxli. part 41\n" in body_of(made)
    (found,) = read_again(made)[0].body.blocks
    assert isinstance(found, ListBlock)
    assert len(found.items) == 50

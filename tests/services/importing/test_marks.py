"""Marks of our own writing: what stands in a document is not spoilt by them."""

from tests.support.word.documents import cell, docx, para, picture, run, table
from tests.support.word.imports import PNG, body_of, read_again, taken, told


def test_a_bar_in_a_cell_ends_no_cell() -> None:
    formula = "<w:p><m:oMath><m:r><m:t>P(A|B)</m:t></m:r></m:oMath></w:p>"
    drawn = cell(para(inside=picture(says="Left | right")))
    made = taken(
        docx(
            *(para("T", "Title"), para("Values.")),
            table(("a", "b", "c"), (cell(formula), drawn, "x|y")),
            media={"m.png": PNG},
        )
    )
    assert body_of(made).split("\n")[-1] == r'| $P(A\|B)$ | ![](m.png){alt="Left \| right"} | x\|y |'
    assert (told(made), read_again(made)[1]) == ([], ["field-missing"])


def test_links_lead_to_headings_by_their_ids() -> None:
    heads = ("Dr. Smith’s view", "Évaluation", "Évaluátion", "2023")
    links, body = "", []
    for number, words in enumerate(heads):
        links += f'<w:hyperlink w:anchor="_R{number}">{run(words)}</w:hyperlink>' + run(" ")
        place = f'<w:bookmarkStart w:id="{number}" w:name="_R{number}"/>{run(words)}<w:bookmarkEnd w:id="{number}"/>'
        body += [para(inside=place, style="heading 1"), para("Text.")]
    made = taken(docx(para("T", "Title"), para("See ", inside=links), *body))
    ids = ("dr-smiths-view", "evaluation", "evaluation-2", "section")
    for words, name in zip(heads, ids, strict=True):
        assert f"[{words}](#{name})" in body_of(made)
        assert f"## {words} {{#{name}}}\n" in body_of(made)
    assert read_again(made)[1] == ["field-missing"]

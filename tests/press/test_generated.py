"""Invented texts that mix every construct over page breaks: what is heard is what was composed, and nothing else."""

from collections import Counter
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from pikepdf import Dictionary, Name, Pdf

from pipeline.core.documents.pdf import count_wrong_parents, structure_children, walk_structure
from tests.press.hearing import is_bullet, read_aloud
from tests.support.press.cached_sheets import pressed
from tests.support.press.random_manuscripts import ALL, SHORT, blocks_of, composed, generated, letters
from tests.support.project import sample

TEXTS = [(3, SHORT), (9, SHORT), *(pytest.param(n, blocks_of(n), marks=pytest.mark.proof) for n in sample(ALL, 10))]


@pytest.mark.parametrize(("seed", "blocks"), TEXTS)
def test_what_is_heard_is_what_was_composed(seed: int, blocks: int) -> None:
    manuscript = generated(seed, blocks=blocks)
    body = manuscript.chapter.body
    sheets = pressed(manuscript)
    by_chance = ("made-word-broken", "made-table-blocks")  # long words of chance
    assert [remark for remark in sheets.remarks if remark.code not in by_chance] == []
    words, notes = text_and_notes(sheets.pdf)
    assert (words.removesuffix("Notes"), notes) == composed(body)  # a very long note stays at the end, with its heading
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        assert count_wrong_parents(pdf)[1] == 0
        elements = list(walk_structure(pdf.Root.StructTreeRoot.K[0]))
        root = ElementTree.fromstring(f"<body>{body}</body>")
        kinds = Counter(str(element.S)[1:] for element in elements)
        composed_kinds = Counter(element.tag for element in root.iter())
        for kind, tag in (("Table", "table"), ("THead", "thead"), ("TR", "tr"), ("TH", "th"), ("TD", "td")):
            assert (kind, kinds[kind]) == (kind, composed_kinds[tag])
        assert kinds["Link"] == composed_kinds["a"]
        drawings = sum(element.get("role") == "img" for element in root.iter())
        assert kinds["Figure"] == drawings + sum(bool(image.get("alt")) for image in root.iter("img"))
        assert [str(e.S) for e in elements if not structure_children(e) and e.S not in (Name.TD, Name.TH)] == []
        assert_links_lead(pdf, elements)


def text_and_notes(pdf: bytes) -> tuple[str, dict[str, str]]:
    """The words of a PDF without its notes, and those of each note by its number."""
    text: list[str] = []
    notes: dict[str, list[str]] = {}
    number = ""
    for tag_path, _, words in read_aloud(pdf):
        if "Note" in tag_path:
            if tag_path[tag_path.index("Note") + 1] == "Lbl":
                number = words.strip()
            notes.setdefault(f"fn-{number}", []).append("" if is_bullet(tag_path, words) else words)
        elif not is_bullet(tag_path, words):
            text.append(words)
    return letters("".join(text)), {name: letters("".join(words)) for name, words in notes.items()}


def assert_links_lead(pdf: Pdf, elements: list[Any]) -> None:
    """Every link has a rectangle that says its words; every rectangle belongs to a link."""
    annotations = set()
    for link in [e for e in elements if Name.Link == e.S]:
        areas = [
            kid.Obj for kid in structure_children(link) if isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR
        ]
        assert areas
        assert all(str(annotation.Contents).strip() and annotation.F == 4 for annotation in areas)
        annotations |= {annotation.objgen for annotation in areas}
    assert annotations == {annotation.objgen for page in pdf.pages for annotation in page.obj.get("/Annots", ())}


@pytest.mark.proof
@pytest.mark.parametrize("seed", sample(range(1, 50), 2))
def test_a_note_stands_on_the_page_of_its_call(seed: int) -> None:
    """Or on the next, where the call stands in the last lines; never before it. One may have had to go to the end."""
    sheets = pressed(generated(100 + seed, calls=0.06, blocks=16, long_notes=False))
    calls: dict[str, int] = {}
    places: dict[str, int] = {}
    number = ""
    for tag_path, page, words in read_aloud(sheets.pdf):
        if tag_path[-2:] == ("Reference", "Link") and "Note" not in tag_path:
            calls.setdefault(words.strip(), page)
        elif words.strip() == "Notes" and tag_path[-1].startswith("H"):
            break
        elif "Note" in tag_path:
            if tag_path[tag_path.index("Note") + 1] == "Lbl":
                number = words.strip()
            places.setdefault(number, page)
    assert len(places) >= max(1, len(calls) - 1)
    late = {name: (calls[name], page) for name, page in places.items() if page != calls[name]}
    assert all(page - call == 1 for call, page in late.values())
    assert len(late) <= 1 + len(places) / 4

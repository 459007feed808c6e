"""Names of people in what is disclosed: roles stay, and what may be a person's goes."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable
from unicodedata import normalize

import pikepdf
import pytest

from pipeline.colleges.disclosure.names import Withheld, is_redaction, is_role, people_in, redacted
from pipeline.colleges.disclosure.printed import texts_in

WITHHELD = Withheld(
    people=frozenset({"Ann Bell", "Bell"}),
    secrets=("pl4nted/s3cret",),
    vocabulary=frozenset({"northmoor"}),
    mailboxes=frozenset({"fellbrook", "npeg22au"}),
)


@pytest.mark.parametrize(
    "said",
    [
        *("Head of evidence", "Chief Constable", "Editorial board", "Evidence Lead", "deputy head of policy"),
        *("The editor", "Northmoor Institute", "College of Policing", "Northmoor editor", "Review panel"),
    ],
)
def test_a_role_is_no_person(said: str) -> None:
    """It begins with a word of roles, or ends with one of bodies."""
    assert is_role(said, WITHHELD.vocabulary)


@pytest.mark.parametrize(
    "said", ["Ann Bell", "Mary Constable", "Dr Head", "Ann Bell-Director", "A. Bell", "bell", "Ines Head", ""]
)
def test_what_is_not_plainly_a_role_may_be_a_person(said: str) -> None:
    """Names that hold a word of roles too."""
    assert not is_role(said, WITHHELD.vocabulary)


def test_a_name_is_told_from_the_role_beside_it() -> None:
    """Signs and small words part them."""
    assert people_in("Ann Bell, head of evidence") == ("Ann Bell",)
    assert people_in("Head of evidence (Ann Bell) and the editor") == ("Ann Bell",)
    assert people_in("Head of evidence and Tom Okafor") == ("Tom Okafor",)
    assert people_in("Ann Bell & Tom Okafor") == ("Ann Bell", "Tom Okafor")
    assert people_in("Head of evidence and training") == ()
    assert people_in("Northmoor Institute of Crime and Justice", {"northmoor"}) == ()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Chief Inspector Jane Roe", "Chief Inspector [name withheld]"),
        ("Head of evidence Ann Bell", "Head of evidence [name withheld]"),
        ("Editor A. Bell", "Editor [name withheld]"),
        ("Peer Reviewer Zed", "Peer Reviewer [name withheld]"),
        ("Subject lead Jane Roe and Tom Okafor", "Subject lead [name withheld] and [name withheld]"),
        ("Ann Bell Trust", "[name withheld]"),
        ("Inspector Roe", "Inspector [name withheld]"),
    ],
)
def test_a_name_behind_a_role_goes(said: str, told: str) -> None:
    """No sign parts them: what is no word of roles, and stands with a capital, is a name."""
    assert WITHHELD.approver(said) == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Ask ann  BELL.", "Ask [name withheld]."),
        ("Bell, Ann asked", "[name withheld] asked"),
        ("Bellows and Annabel Bell", "Bellows and Annabel Bell"),
        ("Dr J. Smith says so", "[name withheld] says so"),
        ("c/o Mrs Grey, Hill Road", "[name withheld], Hill Road"),
        ("FAO Jo Marsh: unit", "[name withheld]: unit"),
        ("to jane.roe@north.example.", "to [address withheld]."),
        ("to learning@north.example and library.desk@north.example", None),
        ("fellbrook@colleges.example", None),
        ("<npeg22au@northmoor.example>", None),
        ("lamps@1.0 in nights@Autumn 2026", None),
        ("sftp://jroe@files.example/in", "sftp://[address withheld]@files.example/in"),
        ("535 pl4nted/s3cret", "535 [secret withheld]"),
        ("School of Policing, Hill Road, South Tor", None),
        ("Detective Inspector Jane Roe asked", "[name withheld] asked"),
        ("DR SMITH and dr smith found it", "[name withheld] and [name withheld] found it"),
        ("PC 1234 Roe", "[name withheld]"),
        ("Dr Ólafur Ó Briain and Dr. van der Berg", "[name withheld] and [name withheld]"),
        ("for the attention of Jane Roe", "[name withheld]"),
        ("The Chief Constable and a major incident", None),
        ("jane.roe@localhost, roe@10.0.0.1, roe@[10.0.0.1]", ", ".join(["[address withheld]"] * 3)),
        ("jane.roe@north.рф, jane.roe%40north.example", "[address withheld], [address withheld]"),
        ("learning.jane.roe@north.example", "[address withheld]"),
        ("https://desk:pw1234@files.example", "https://[address withheld]@files.example"),
        ("535 pl4nted%2Fs3cret", "535 [secret withheld]"),
    ],
)
def test_names_and_addresses_are_taken_out_of_records(said: str, told: str | None) -> None:
    """Mailboxes of roles stay, and what only looks like one."""
    assert WITHHELD.out_of_record(said) == (told or said)


def test_a_published_text_keeps_whom_it_cites() -> None:
    """Only those who made it are taken out, as far as they are known."""
    assert WITHHELD.out_of_words("Dr Smith wrote, Ann Bell approved") == "Dr Smith wrote, [name withheld] approved"


def test_an_approver_keeps_the_role_alone() -> None:
    """In a record the name goes even where it is of one word."""
    said = {"approved_by": "Bell, head of evidence", "briefings": [{"approved_by": "SRO", "title": "Bell work"}]}
    told = redacted(said, WITHHELD, WITHHELD.out_of_record)
    assert told["approved_by"] == "[name withheld], head of evidence"
    assert told["briefings"] == [{"approved_by": "[name withheld]", "title": "Bell work"}]


@pytest.mark.parametrize(
    ("told", "original", "holds"),
    [
        ({"a": "[name withheld] did"}, {"a": "Ann Bell did"}, True),
        ({"a": "[name withheld] did"}, {"a": "Ann Bell did not"}, False),
        ({"a": ["x", 1, True]}, {"a": ["x", 1, True]}, True),
        ({"a": ["x", 1]}, {"a": ["x", True]}, False),
        ({"a": "x"}, {"a": "x", "b": "y"}, False),
        ([], ["x"], False),
        ("other", "words", False),
        ({"edition": "[name withheld]"}, {"edition": "Spring 2025"}, False),
        ({"a": "[name withheld]"}, {"a": "A sentence. " * 20}, False),
        ("[name withheld]" * 30 + "x", "a" * 60, False),
        ("[name withheld][name withheld]!", "ab!", True),
        ("[name withheld][name withheld]!", "a!", False),
    ],
)
def test_what_was_taken_out_is_all_that_may_differ(told: object, original: object, holds: bool) -> None:
    """A record without names is held to the one with them."""
    assert is_redaction(told, original) is holds


def test_a_name_is_found_however_it_is_set() -> None:
    """With another apostrophe or hyphen, in two lines, hyphenated; no short one within other words."""
    withheld = Withheld(frozenset({"Ann O'Hara-Bell", "Al Ba"}))
    for said in ("Ann O’Hara-Bell", "ANN\u00a0O'HARA‑BELL", "by Ann O’Ha-\nra-Bell, 2024", "O'Hara-Bell, Ann"):
        assert withheld.names(said), said
    assert withheld.out_of_words("Ann O’Hara‐Bell and Ann O'Hara") == "[name withheld] and Ann O'Hara"
    assert not withheld.names("In Albania Ann O'Hara rang the bell")


def test_a_name_is_found_in_whatever_way_its_signs_are_written() -> None:
    """A letter with an accent is one sign or two."""
    withheld = Withheld(frozenset({"José Núñez"}))
    twice = normalize("NFD", "José Núñez asked")
    assert withheld.names(twice)
    assert withheld.out_of_record(twice) == "[name withheld] asked"
    assert withheld.out_of_words(normalize("NFD", "José")) == normalize("NFD", "José")
    assert is_redaction("[name withheld] asked", twice)


def test_another_word_goes_where_it_has_a_capital() -> None:
    """A name may be a common word too; what things are known by stays."""
    withheld = Withheld(more=frozenset({"May", "head", "jroe7"}))
    assert withheld.out_of_words("May may. MAY, mayor") == "[name withheld] may. [name withheld], mayor"
    assert withheld.out_of_words("Head of head, JRoe7") == "[name withheld] of head, [name withheld]"
    said = {"schema": "May", "edition": "May", "files": [{"file": "May"}], "reason": "May"}
    assert redacted(said, withheld, withheld.out_of_record) == said | {"reason": "[name withheld]"}


@pytest.mark.parametrize(
    "page",
    [
        '<meta name="author" content="Ann B&#101;ll">',
        f'<img src="data:image/svg+xml;base64,{b64encode(b"<svg><title>Ann Bell</title></svg>").decode()}">',
        '<img src="data:image/svg+xml,%3Csvg%3EAnn%20Bell">',
    ],
)
def test_a_page_is_read_with_what_is_packed_into_it(page: str) -> None:
    """Signs that stand for others, and pictures in addresses."""
    assert any(map(WITHHELD.names, texts_in(f"<html><body>{page}</body></html>".encode())))


def in_bookmark(pdf: pikepdf.Pdf) -> None:
    """Name somebody in a bookmark."""
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("By Ann Bell", 0))


def in_attached_file(pdf: pikepdf.Pdf) -> None:
    """Name somebody in a file that lies in it."""
    pdf.attachments["x.csv"] = pikepdf.AttachedFileSpec(pdf, b"Ann Bell", filename="x.csv")


def in_figure(pdf: pikepdf.Pdf) -> None:
    """Name somebody in the words of a figure."""
    words = pikepdf.Dictionary(S=pikepdf.Name.Figure, Alt="Photograph of Ann Bell")
    pdf.Root.StructTreeRoot = pdf.make_indirect(pikepdf.Dictionary(K=words))


@pytest.mark.parametrize("put", [in_bookmark, in_attached_file, in_figure])
def test_a_pdf_is_read_with_all_that_it_holds(put: Callable[[pikepdf.Pdf], None]) -> None:
    """Not only what its pages show."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        put(pdf)
        pdf.save(out)
    assert any(map(WITHHELD.names, texts_in(out.getvalue())))


def test_a_pdf_is_read_with_its_properties() -> None:
    """An author stands there whom no page shows."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Author"] = "Ann Bell"
        pdf.save(out)
    assert any(map(WITHHELD.names, texts_in(out.getvalue())))
    assert not any(map(Withheld(frozenset({"Tom Okafor"})).names, texts_in(out.getvalue())))

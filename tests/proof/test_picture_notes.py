"""A finished file whose pictures carry their makers' notes may not leave the house."""

import base64
import io
import zipfile

import pytest
from pikepdf import Name, Pdf

from pipeline.proof.expected_content import ProofJob
from pipeline.proof.inspection import check_epub, check_pdf, check_web_page
from tests.support.load import metadata_pictures

CODE = "proof-picture-notes"
PLAIN = metadata_pictures.file(metadata_pictures.photograph(), "JPEG")
PICTURES = {
    "image/jpeg": metadata_pictures.jpeg(),
    "image/png": metadata_pictures.png(),
    "image/svg+xml": metadata_pictures.svg(),
}


def page(kind: str, content: bytes) -> list[str]:
    """Remarks on the pictures of a web page."""
    picture = f'<img alt="A scene" src="data:{kind};base64,{base64.b64encode(content).decode()}">'
    html = f'<!DOCTYPE html><html lang="en"><title>x</title><h1>x</h1><p>{picture}</p></html>'
    return [remark.code for remark in check_web_page(ProofJob("x.html", html.encode())) if remark.code == CODE]


def book(kind: str, content: bytes) -> list[str]:
    """Remarks on the pictures of a book."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        rootfile = '<rootfile full-path="EPUB/p.opf" media-type="application/oebps-package+xml"/>'
        container = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        container += f"<rootfiles>{rootfile}</rootfiles></container>"
        archive.writestr("META-INF/container.xml", container)
        listed = f'<manifest><item id="a" href="a" media-type="{kind}"/></manifest><metadata/><spine/>'
        archive.writestr("EPUB/p.opf", f'<package xmlns="http://www.idpf.org/2007/opf">{listed}</package>')
        archive.writestr("EPUB/a", content)
    return [remark.code for remark in check_epub(ProofJob("x.epub", out.getvalue())) if remark.code == CODE]


@pytest.mark.parametrize("kind", PICTURES)
def test_notes_are_seen_in_books_and_on_web_pages(kind: str) -> None:
    assert page(kind, PICTURES[kind]) == [CODE]
    assert page(f"{kind};base64,A", b"") == []
    assert book(kind, PICTURES[kind]) == [CODE]


def test_a_picture_without_notes_is_passed() -> None:
    encoded = base64.b64encode(PLAIN).decode()
    drawing = (
        f'{metadata_pictures.DRAWING}<title>x</title><image href="data:image/jpeg;base64,{encoded}"/></svg>'.encode()
    )
    for kind, content in (("image/jpeg", PLAIN), ("image/svg+xml", drawing)):
        assert (page(kind, content), book(kind, content)) == ([], [])


@pytest.mark.parametrize(("content", "expected"), [(metadata_pictures.jpeg(), [CODE]), (PLAIN, [])])
def test_notes_are_seen_in_a_pdf(content: bytes, expected: list[str]) -> None:
    pdf = Pdf.new()
    pdf.add_blank_page()
    pdf.pages[0].obj.Photograph = pdf.make_stream(content, Subtype=Name.Image, Filter=Name.DCTDecode)
    out = io.BytesIO()
    pdf.save(out)
    assert [remark.code for remark in check_pdf(ProofJob("x.pdf", out.getvalue())) if remark.code == CODE] == expected

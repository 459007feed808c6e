"""Small manuscripts for the tests of press and bindery: invented, in one family of type."""

import hashlib
from io import BytesIO
from typing import Any

import pypdfium2
from pikepdf import Pdf

from pipeline.core.documents.pdf import walk_structure
from pipeline.model.formats import Asset
from pipeline.model.manuscript import Bookmark, Chapter, FontFace, Manuscript, Metadata, StampLayout

FACES = (
    FontFace("Lato", 400, False, "fontpkg_lato", "Lato-Regular.ttf"),
    FontFace("Lato", 400, True, "fontpkg_lato", "Lato-Italic.ttf"),
    FontFace("Lato", 700, False, "fontpkg_lato", "Lato-Bold.ttf"),
)
STYLE = """
@page { size: A4; margin: 30mm 70mm 27mm 22mm }
html { font: 12pt/17pt Lato } body { margin: 0 } h1, h2 { font-weight: 700 }
.slot { height: 51pt; margin: 0 } th { text-align: left } td, th { padding: 3pt } tr { break-inside: avoid }
svg.mark { width: 10pt; height: 10pt } img { width: 20mm } .plain { list-style: none }
"""
STAMP = StampLayout(
    """
@page { size: A4; margin: 0 }
html { font: 10pt/12pt Lato; font-variant-numeric: tabular-nums lining-nums } body, p { margin: 0 }
.head-date, .head-title, .status { padding: 43pt 20mm 0 22mm } .head-title { padding-left: 200pt }
.status { text-align: right; font-weight: 700 } .foot-id, .folio { padding: 792pt 20mm 0 22mm }
.folio { text-align: right } .marking-top { padding: 22pt 22mm 0 } .marking-bottom { padding: 812pt 22mm 0 }
.produced { width: 110pt; font-size: 12pt; line-height: 17pt }
""",
    FACES,
)
MARK = (
    '<svg class="mark" aria-hidden="true" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    '<circle cx="5" cy="5" r="4"/></svg>'
)
HEAD = (
    '<h1 id="title">Street lighting</h1><div class="stamp" id="stamp"><p id="version">Version 1.0</p>'
    '<p class="slot" id="slot-produced" data-slot="produced"></p></div>'
)
MARKS = (Bookmark(1, "title", "Street lighting"), Bookmark(2, "findings", "Findings"))


def metadata(**changes: object) -> Metadata:
    """What the small briefing says of itself."""
    said = {"id": "lighting", "title": "Street lighting", "language": "en-GB", "publisher": "Northmoor Institute"}
    return Metadata(**(said | changes))  # type: ignore[arg-type]


def manuscript(body: str, style: str = "", images: tuple[Asset, ...] = (), **more: object) -> Manuscript:
    """A manuscript of one chapter with the given text."""
    chapter = Chapter("lighting", "Street lighting", body, more.pop("bookmarks", ()))  # type: ignore[arg-type]
    return Manuscript("briefing", (chapter,), metadata(**more), STYLE + style, "", "", FACES, images)


def paragraphs(count: int, first: int = 1) -> str:
    """So many paragraphs of a few lines."""
    return "".join(
        f'<p id="p{n}">Paragraph {n}. Lamps were mended on some streets and left dark on others, and the '
        f'burglaries of both were counted for a year <a href="#ref-hart">(Hart and others, 2019)</a>.</p>'
        for n in range(first, first + count)
    )


def table(rows: int) -> str:
    """An evidence table of so many rows."""
    cells = "".join(
        f'<tr id="r{n}"><th id="o{n}" scope="row">Outcome {n}</th><td id="s{n}">{n} studies</td>'
        f'<td id="d{n}">{MARK} favourable</td></tr>'
        for n in range(1, rows + 1)
    )
    head = '<tr id="r0"><th id="h1">Outcome</th><th id="h2">Studies</th><th id="h3">Result</th></tr>'
    return f'<table id="t"><caption id="tc">Findings</caption><thead>{head}</thead><tbody>{cells}</tbody></table>'


def briefing(paragraph_count: int = 20, rows: int = 6, **more: Any) -> Manuscript:
    """A whole small briefing: stamp block, text, table, links and references."""
    body = (
        f'<article id="briefing">{HEAD}<section id="text"><h2 id="findings">Findings</h2>'
        f"{paragraphs(paragraph_count)}{table(rows)}</section>"
        '<p id="see">See <a href="briefing:foot-patrol#findings">Foot patrol</a> and '
        '<a href="briefing:alley-gates">Alley gates</a>.</p>'
        '<section role="doc-bibliography" id="references"><h2 id="references-heading">References</h2>'
        '<ul id="list" class="plain"><li id="ref-hart">Hart K (2019) Lamps. <a role="doc-backlink" '
        f'aria-label="Back to citation 1 of Hart and others, 2019" href="#p1">{MARK}</a></li></ul></section></article>'
    )
    return manuscript(body, bookmarks=MARKS, **more)


def picture(svg: str, path: str = "figure.svg") -> Asset:
    """A drawing as an asset."""
    content = f'<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50">{svg}</svg>'.encode()
    return asset(content, path)


def asset(content: bytes, path: str = "figure.svg", media_type: str = "image/svg+xml") -> Asset:
    """Bytes as an asset."""
    return Asset(path, media_type, hashlib.sha256(content).hexdigest(), content)


def page_texts(pdf: bytes) -> list[str]:
    """The words of each page, as a reader copies them."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range() for page in document]


def tags(pdf: bytes, kind: str) -> list[dict[str, str]]:
    """What every tag of a kind says of itself."""
    with Pdf.open(BytesIO(pdf)) as opened:
        found = [e for e in walk_structure(opened.Root.StructTreeRoot.K[0]) if str(e.S) == f"/{kind}"]
        return [
            {key: str(e[key]) for key in ("/Alt", "/E", "/Lang", "/T", "/ID") if key in e}
            | ({key: str(e.A[key]) for key in ("/Scope", "/ListNumbering") if key in e.A} if "/A" in e else {})
            for e in found
        ]


def annotations(pdf: bytes) -> list[tuple[int, dict[str, str]]]:
    """Every link: its page, and where it leads (destination or address) and what it says."""
    links = []
    with Pdf.open(BytesIO(pdf)) as opened:
        for number, page in enumerate(opened.pages, 1):
            for link in page.obj.get("/Annots", ()):
                way = str(link.Dest) if "/Dest" in link else str(link.A.URI)
                links.append((number, {"way": way, "says": str(link.Contents), "flag": str(link.F)}))
    return links

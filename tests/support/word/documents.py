"""Small Word documents, made of the XML that Word writes."""

import io
import zipfile
from collections.abc import Mapping
from html import escape

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"

STYLES = (
    "Title", "Subtitle", "Author", "Caption", "Quote", "TOC 1", "Practice example", "Caution box", "Note", "Lead",
    *(f"heading {level}" for level in range(1, 7)),
)  # fmt: skip
"""Names of the styles of paragraphs; the id of each is its name without spaces."""


def para(words: str = "", style: str = "", *, inside: str = "") -> str:
    """A paragraph of some words in a style; `inside` is XML that stands behind the words."""
    named = f'<w:pStyle w:val="{style.replace(" ", "")}"/>' if style else ""
    return f"<w:p><w:pPr>{named}</w:pPr>{run(words) if words else ''}{inside}</w:p>"


def entry(words: str, number: int = 1, level: int = 0) -> str:
    """An entry of a list: of bullets for number 1, of figures for number 2."""
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{place}</w:pPr>{run(words)}</w:p>"


def run(words: str, looks: str = "") -> str:
    """A run of words; `looks` is what Word writes of them, such as `<w:b/>`."""
    return f'<w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{escape(words, quote=False)}</w:t></w:r>'


def cell(inside: str, more: str = "") -> str:
    """A cell of a table that holds paragraphs, or words."""
    return f"<w:tc><w:tcPr>{more}</w:tcPr>{inside if inside.startswith('<') else para(inside)}</w:tc>"


def table(*rows: tuple[str, ...], columns: int = 0) -> str:
    """A table of rows of cells."""
    grid = "<w:gridCol/>" * (columns or max(map(len, rows)))
    drawn = "".join(f"<w:tr>{''.join(c if c.startswith('<w:tc') else cell(c) for c in row)}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{drawn}</w:tbl>"


def field(code: str, shown: str = "(shown)", data: str = "") -> str:
    """A field as reference managers write one: its code, and what it shows."""
    kept = f"<w:fldData>{data}</w:fldData>" if data else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{kept}</w:fldChar></w:r>'
        f"<w:r><w:instrText>{escape(code, quote=False)}</w:instrText></w:r>"
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def picture(name: str = "rId9", says: str = "") -> str:
    """A run with a picture, and what its author says it shows."""
    return (
        '<w:r><w:drawing><wp:inline><wp:extent cx="952500" cy="952500"/>'
        f'<wp:docPr id="1" name="Picture 1" descr="{escape(says)}"/><a:graphic><a:graphicData '
        'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="0" '
        f'name=""/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{name}"/></pic:blipFill><pic:spPr/>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def text_box(*paragraphs: str) -> str:
    """A run with a text box, as Word writes it: for new programs, and once more for old ones."""
    inside = f"<w:txbxContent>{''.join(paragraphs)}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData '
        'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:txbx>'
        f"{inside}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback>"
        f"<w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def docx(*body: str, media: dict[str, bytes] | None = None, **parts: str) -> bytes:
    """A document of some paragraphs and tables.

    `media` are its pictures, of which the first is `rId9` and so on; `parts` are the notes and comments, each the XML
    within the root of that name, such as `comments`.
    """
    kinds = {name: f"<w:{name} {NAMES}>{inside}</w:{name}>" for name, inside in parts.items()}
    pictures = {f"media/{name}": content for name, content in (media or {}).items()}
    links = [(f"rId{9 + number}", "image", name) for number, name in enumerate(pictures)]
    links += [(f"rId{name}", name, f"{name}.xml") for name in (*kinds, "styles", "numbering")]
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(tuple(kinds)),
        "_rels/.rels": _links([("rId1", "officeDocument", "word/document.xml")]),
        "word/_rels/document.xml.rels": _links(links),
        "word/document.xml": f"<w:document {NAMES}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>",
        "word/styles.xml": _styles(),
        "word/numbering.xml": _numbering(),
        **{f"word/{name}.xml": content for name, content in kinds.items()},
        **{f"word/{name}": content for name, content in pictures.items()},
    }
    return zipped(files)


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """An archive of some files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def changed(document: bytes, **files: str | bytes) -> bytes:
    """A document with other files in it: `word__document_xml` stands for `word/document.xml`, `None` for no file."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        held: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return zipped(held | {name.replace("__", "/").replace("_", "."): content for name, content in files.items()})


def _types(parts: tuple[str, ...]) -> str:
    named = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{name}+xml"/>'
        for name in ("styles", "numbering", *parts)
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>{named}</Types>'
    )


def _links(links: list[tuple[str, str, str]]) -> str:
    drawn = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/relationships/{kind}" Target="{target}"/>'
        for name, kind, target in links
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{drawn}</Relationships>'


def _styles() -> str:
    drawn = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/></w:style>'
        for name in STYLES
    )
    return f"<w:styles {NAMES}>{drawn}</w:styles>"


def _numbering() -> str:
    kinds = ("bullet", "decimal")
    levels = {
        kind: "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="%{level + 1}."/>'
            "</w:lvl>"
            for level in range(3)
        )
        for kind in kinds
    }
    drawn = "".join(
        f'<w:abstractNum w:abstractNumId="{number}">{levels[kind]}</w:abstractNum>' for number, kind in enumerate(kinds)
    )
    used = "".join(f'<w:num w:numId="{n + 1}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(len(kinds)))
    return f"<w:numbering {NAMES}>{drawn}{used}</w:numbering>"

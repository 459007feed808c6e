"""Pictures whose makers noted a secret in every place that their kinds have for notes."""

import base64
import io
import struct
import zlib

from pikepdf import Dictionary, Name, Pdf
from PIL import Image, PngImagePlugin

SECRET = "14 Larkspur Lane"
"""What nobody else may read: in small letters, UTF-16 or base64 it is looked for as well."""

XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><place>{SECRET}</place></x:xmpmeta>".encode()
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'


def photograph(size: tuple[int, int] = (24, 16), mode: str = "RGB") -> Image.Image:
    """Four fields of colour, so that it is seen which way up they are."""
    shown = Image.new("RGB", size, "red")
    half = (size[0] // 2, size[1] // 2)
    shown.paste("blue", (half[0], 0, size[0], half[1]))
    shown.paste("lime", (0, half[1], *half[:1], size[1]))
    shown.paste("white", (*half, *size))
    return shown.convert(mode)


def exif(orientation: int = 1) -> bytes:
    """The place by satellite, who took it and what for, and a small picture with a note of its own."""
    said = Image.Exif()
    said[0x0112] = orientation
    said[0x010E] = said[0x013B] = said[0x8298] = SECRET
    said.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + SECRET.encode()
    said.get_ifd(0x8825).update({1: "N", 2: (54.0, 58.0, 12.0), 3: "W", 4: (2.0, 3.0, 4.0), 27: SECRET.encode()})
    return said.tobytes() + SECRET.encode()  # as behind the directories the small picture


def file(picture: Image.Image, kind: str, **options: object) -> bytes:
    """A picture's file."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def jpeg(orientation: int = 1, **options: object) -> bytes:
    """A JPEG with EXIF, XMP, a comment, IPTC, a record of its program, a small picture in its JFIF, and a tail."""
    plain = file(photograph(), "JPEG", exif=exif(orientation), xmp=XMP, comment=SECRET, **options)
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + SECRET.encode()
    segments = b"".join(
        struct.pack(">BBH", 0xFF, kind, len(said) + 2) + said
        for kind, said in ((0xED, iptc), (0xE0, b"JFXX\0\x13" + SECRET.encode()), (0xE5, SECRET.encode()))
    )
    return plain[:2] + segments + plain[2:] + SECRET.encode()


def burst() -> bytes:
    """A photograph with a second one behind it, which has a place of its own."""
    return file(photograph(), "MPO", save_all=True, append_images=[photograph()], exif=exif(), comment=SECRET)


def png(orientation: int = 1, picture: Image.Image | None = None, **options: object) -> bytes:
    """A PNG with texts of every kind, EXIF, XMP, its day, a program's own chunk, and a tail."""
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", SECRET)
    said.add_text("Comment", SECRET, zip=True)
    said.add_itxt("XML:com.adobe.xmp", XMP.decode())
    said.add_itxt("Title", SECRET, zip=True)
    said.add(b"tIME", struct.pack(">H5B", 1999, 12, 31, 23, 59, 58))
    said.add(b"prVt", SECRET.encode(), after_idat=True)
    shown = picture or photograph()
    return file(shown, "PNG", pnginfo=said, exif=exif(orientation), **options) + SECRET.encode()


def webp(orientation: int = 1, **options: object) -> bytes:
    """A WebP with EXIF, XMP and a chunk that no reader knows."""
    plain = file(photograph(), "WEBP", exif=exif(orientation), xmp=XMP, lossless=True, **options)
    own = b"NOTE" + struct.pack("<I", len(SECRET)) + SECRET.encode()
    return b"RIFF" + struct.pack("<I", len(plain) - 8 + len(own)) + plain[8:] + own


def gif(**options: object) -> bytes:
    """A GIF with a comment, XMP, and a tail."""
    plain = file(photograph(), "GIF", comment=SECRET, **options)
    xmp = b"\x21\xff\x0bXMP DataXMP" + bytes([len(SECRET)]) + SECRET.encode() + b"\0"
    return plain[:-1] + xmp + b";" + SECRET.encode()


def svg() -> bytes:
    """A drawing with records of its program, remarks, names of files and layers, and a photograph in it."""
    held = base64.b64encode(jpeg()).decode()
    head = DRAWING.removesuffix(">")
    return (
        f"<?xml version='1.0'?><!-- {SECRET} -->{head} xmlns:i='http://www.inkscape.org/namespaces/inkscape'"
        f" xmlns:s='http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd' s:docname='{SECRET}' i:path='{SECRET}'>"
        f"<title>Wards</title><desc>Nine wards</desc>"
        f"<metadata><rdf:RDF xmlns:rdf='urn:rdf'>{SECRET}</rdf:RDF></metadata>"
        f"<s:namedview><i:page label='{SECRET}'/></s:namedview><style>/* {SECRET} */ rect {{fill: red}}</style>"
        f"<text>One<i:note>{SECRET}</i:note> ward</text><!-- {SECRET} -->"
        f"<rect i:label='{SECRET}' data-name='{SECRET}' style='fill: blue/* {SECRET} */' width='3' height='3'/>"
        f"<image xlink:href='data:image/jpeg;base64,{held}' width='3' height='2'/></svg><!-- {SECRET} -->"
    ).encode()


def pdf() -> bytes:
    """A page with a record, metadata, a private piece and a photograph."""
    made = Pdf.new()
    page = made.add_blank_page(page_size=(72, 48))
    made.docinfo["/Author"] = SECRET
    made.Root.Metadata = made.make_stream(XMP, Type=Name.Metadata, Subtype=Name.XML)
    page.obj.PieceInfo = Dictionary(Own=Dictionary(Private=SECRET))
    drawn = made.make_stream(
        jpeg(),
        **{"Type": Name.XObject, "Subtype": Name.Image, "Width": 24, "Height": 16, "BitsPerComponent": 8},
        ColorSpace=Name.DeviceRGB,
        Filter=Name.DCTDecode,
    )
    page.obj.Resources = Dictionary(XObject=Dictionary(P=drawn))
    page.obj.Contents = made.make_stream(b"72 0 0 48 0 0 cm /P Do")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def tells(content: bytes) -> bool:
    """Whether a file holds the secret: as it is, in UTF-16, or packed in the chunks of a PNG."""
    held = [content, *filter(None, map(_unpacked, (content[at:] for at in _packed(content))))]
    return any(SECRET.encode(code) in one for one in held for code in ("utf-8", "utf-16-le", "utf-16-be"))


def _packed(content: bytes) -> list[int]:
    """Where something packed may begin."""
    return [at for at in range(len(content) - 1) if content[at : at + 2] in (b"\x78\x9c", b"\x78\x01", b"\x78\xda")]


def _unpacked(content: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(content, 100_000)
    except zlib.error:
        return b""

"""Pictures for print: every kind that may stand in a PDF, in inks or in grey. Masks stay as they are."""

from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, PdfError, PdfImage, Stream
from pikepdf.models.image import UnsupportedImageTypeError
from PIL import Image, ImageOps

from pipeline.bind.print.inks import Grey
from pipeline.bind.print.spaces import as_rgb, family, named_space
from pipeline.core.errors import PressFailure

QUALITY = 95
"""Of a photograph that came as JPEG and is one again, without thinning of its colours."""

UNREADABLE = "A picture is kept in a way that cannot be printed."

_KEPT = ("/Width", "/Height", "/Interpolate", "/Intent")


def picture_in_inks(pdf: Pdf, image: Any, inks: Grey, spaces: Any) -> Object:
    """An image in inks."""
    same: Object = image
    if image.get("/ImageMask", False):
        return same
    if isinstance(image.get("/Mask"), Array):
        raise PressFailure("A picture with a colour that counts as transparent cannot be printed.")
    space = named_space(image.get("/ColorSpace", Name.DeviceRGB), spaces)
    kind = family(space)
    if kind == "/Indexed":
        return _palette_in_inks(pdf, image, space, inks)
    if kind == "/DeviceCMYK" and inks.space == Name.DeviceCMYK:
        return same
    if kind == "/DeviceGray" and inks.space == Name.DeviceGray:
        return same
    photograph = _filters(image)[-1:] == ["/DCTDecode"]
    return _drawn(pdf, image, inks.of_picture(_read(image, kind, photograph)), photograph)


def _palette_in_inks(pdf: Pdf, image: Any, space: Any, inks: Grey) -> Object:
    """An image of numbered colours: the dots stay, the colours are mixed anew."""
    kind = family(space[1])
    count = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4}[kind]
    table = _table(space[3])
    colours = [[part / 255 for part in table[at : at + count]] for at in range(0, (int(space[2]) + 1) * count, count)]
    mixed = b""
    for colour in colours:
        rgb = as_rgb(kind, colour)
        mixed += bytes(round(255 * part) for part in (inks.of_cmyk(tuple(colour)) if rgb is None else inks.of_rgb(rgb)))
    new = pdf.make_stream(b"", Dictionary({key: value for key, value in image.items() if key != "/Length"}))
    filters, parameters = image.get("/Filter"), image.get("/DecodeParms")
    new.write(image.read_raw_bytes(), filter=filters, decode_parms=parameters)
    new.ColorSpace = Array([Name.Indexed, inks.space, int(space[2]), pdf.make_stream(mixed)])
    return new


def _table(stream: Any) -> bytes:
    return bytes(stream.read_bytes() if isinstance(stream, Stream) else stream)


def _read(image: Any, kind: str, photograph: bool) -> Image.Image:
    """The dots of an image in mode L, RGB or CMYK."""
    if kind == "/Lab":
        raise PressFailure("A picture in Lab colours cannot be printed.")
    try:
        alone = photograph and len(_filters(image)) == 1
        picture = _photograph(image) if alone else PdfImage(image).as_pil_image()
        picture.load()
    # pikepdf says NotImplementedError of a palette or colour space that it cannot interpret
    except (PdfError, UnsupportedImageTypeError, NotImplementedError, OSError, ValueError) as wrong:
        raise PressFailure(UNREADABLE) from wrong
    return picture if picture.mode in ("L", "RGB", "CMYK") else picture.convert("L" if kind == "/DeviceGray" else "RGB")


def _photograph(image: Any) -> Image.Image:
    """A JPEG, turned where the PDF turns it; Pillow takes it that one in inks is stored turned, as Adobe's are."""
    picture = Image.open(BytesIO(image.read_raw_bytes()))
    decode = [float(x) for x in image.get("/Decode", [])]
    turned = bool(decode) and decode[0] > decode[1]
    return ImageOps.invert(picture) if turned != (picture.mode == "CMYK") else picture


def _drawn(pdf: Pdf, image: Any, picture: Image.Image, photograph: bool) -> Object:
    new = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Image, BitsPerComponent=8)
    for key in (*_KEPT, "/SMask", "/Mask"):
        if key in image:
            new[key] = image[key]
    new.ColorSpace = Name.DeviceCMYK if picture.mode == "CMYK" else Name.DeviceGray
    if photograph:
        out = BytesIO()
        picture.save(out, "JPEG", quality=QUALITY, subsampling=0)
        new.write(out.getvalue(), filter=Name.DCTDecode)
        if picture.mode == "CMYK":
            new.Decode = Array([1, 0] * 4)
    else:
        new.write(picture.tobytes())
    return new


def _filters(image: Any) -> list[str]:
    filters = image.get("/Filter", Array([]))
    return [str(name) for name in (filters if isinstance(filters, Array) else [filters])]

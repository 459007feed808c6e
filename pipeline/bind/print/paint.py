"""Repaint content streams, pictures and gradients in a printer's inks.

CSS `device-cmyk()` could replace this if it gave the same inks. Each stream is parsed by pikepdf and written once for
each kind of inks, with the resources that it uses. Marked content is removed, because a print file has no tags.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

from pikepdf import (
    Array,
    ContentStreamInlineImage,
    Dictionary,
    Name,
    Object,
    Operator,
    Pdf,
    PdfError,
    PdfImage,
    Stream,
    parse_content_stream,
    unparse_content_stream,
)
from pikepdf.models.image import UnsupportedImageTypeError
from PIL import Image, ImageOps

from pipeline.bind.print.inks import (
    GreyInks,
    Ink,
    base_space,
    convert_group,
    is_neutral,
    resolve_space,
    solid_colour,
    to_srgb,
)
from pipeline.core.diagnostics import TypesettingFailure

_PHOTO_QUALITY = 95
"""JPEG quality of photographs, without subsampling."""

_UNREADABLE = "A picture is kept in a way that cannot be printed."

_KEPT = ("/Width", "/Height", "/Interpolate", "/Intent")


def _convert_image(pdf: Pdf, image: Any, inks: GreyInks, spaces: Any) -> Object:
    unchanged: Object = image
    if image.get("/ImageMask", False):
        return unchanged
    if isinstance(image.get("/Mask"), Array):
        raise TypesettingFailure("A picture with a colour that counts as transparent cannot be printed.")
    space = resolve_space(image.get("/ColorSpace", Name.DeviceRGB), spaces)
    kind = base_space(space)
    if kind == "/Indexed":
        return _convert_palette(pdf, image, space, inks)
    if kind == "/DeviceCMYK" and inks.space == Name.DeviceCMYK:
        return unchanged
    if kind == "/DeviceGray" and inks.space == Name.DeviceGray:
        return unchanged
    is_jpeg = _filter_names(image)[-1:] == ["/DCTDecode"]
    return _encode_image(pdf, image, inks.convert_picture(_decode_image(image, kind, is_jpeg)), is_jpeg)


def _convert_palette(pdf: Pdf, image: Any, space: Any, inks: GreyInks) -> Object:
    """Convert an indexed image: its pixels stay, its palette is converted."""
    kind = base_space(space[1])
    count = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4}[kind]
    table = bytes(space[3].read_bytes() if isinstance(space[3], Stream) else space[3])
    colours = [[part / 255 for part in table[at : at + count]] for at in range(0, (int(space[2]) + 1) * count, count)]
    palette = bytes(round(255 * part) for colour in colours for part in solid_colour(Name(kind), colour, inks))
    converted = pdf.make_stream(b"", Dictionary({key: value for key, value in image.items() if key != "/Length"}))
    filters, parameters = image.get("/Filter"), image.get("/DecodeParms")
    converted.write(image.read_raw_bytes(), filter=filters, decode_parms=parameters)
    converted.ColorSpace = Array([Name.Indexed, inks.space, int(space[2]), pdf.make_stream(palette)])
    return converted


def _decode_image(image: Any, kind: str, is_jpeg: bool) -> Image.Image:
    """Decode an image to mode L, RGB or CMYK."""
    if kind == "/Lab":
        raise TypesettingFailure("A picture in Lab colours cannot be printed.")
    try:
        is_bare_jpeg = is_jpeg and len(_filter_names(image)) == 1
        picture = _decode_jpeg(image) if is_bare_jpeg else PdfImage(image).as_pil_image()
        picture.load()
    # pikepdf says NotImplementedError of a palette or colour space that it cannot interpret
    except (PdfError, UnsupportedImageTypeError, NotImplementedError, OSError, ValueError) as error:
        raise TypesettingFailure(_UNREADABLE) from error
    return picture if picture.mode in ("L", "RGB", "CMYK") else picture.convert("L" if kind == "/DeviceGray" else "RGB")


def _decode_jpeg(image: Any) -> Image.Image:
    """Decode a JPEG, inverted where /Decode says so.

    Pillow assumes that CMYK files are stored inverted, as Adobe's are.
    """
    picture = Image.open(BytesIO(image.read_raw_bytes()))
    decode = [float(x) for x in image.get("/Decode", [])]
    is_inverted = bool(decode) and decode[0] > decode[1]
    return ImageOps.invert(picture) if is_inverted != (picture.mode == "CMYK") else picture


def _encode_image(pdf: Pdf, image: Any, picture: Image.Image, is_jpeg: bool) -> Object:
    encoded = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Image, BitsPerComponent=8)
    for key in (*_KEPT, "/SMask", "/Mask"):
        if key in image:
            encoded[key] = image[key]
    encoded.ColorSpace = Name.DeviceCMYK if picture.mode == "CMYK" else Name.DeviceGray
    if is_jpeg:
        out = BytesIO()
        picture.save(out, "JPEG", quality=_PHOTO_QUALITY, subsampling=0)
        encoded.write(out.getvalue(), filter=Name.DCTDecode)
        if picture.mode == "CMYK":
            encoded.Decode = Array([1, 0] * 4)
    else:
        encoded.write(picture.tobytes())
    return encoded


def _filter_names(image: Any) -> list[str]:
    filters = image.get("/Filter", Array([]))
    return [str(name) for name in (filters if isinstance(filters, Array) else [filters])]


_OVERPRINT, _KNOCK_OUT = Name.PressOver, Name.PressApart
_SPACE_BY_OPERATOR = {"g": Name.DeviceGray, "rg": Name.DeviceRGB, "k": Name.DeviceCMYK}
_INITIAL_COLOUR = {"/DeviceGray": [0], "/DeviceRGB": [0, 0, 0], "/DeviceCMYK": [0, 0, 0, 1], "/Lab": [0, 0, 0]}
_MARKED_CONTENT = ("BDC", "BMC", "EMC", "MP", "DP")
_DROPPED_KEYS = ("/StructParent", "/StructParents", "/Metadata", "/PieceInfo", "/LastModified", "/Resources", "/Length")
_INLINE_KEYS = ("/Width", "/Height", "/BitsPerComponent", "/ColorSpace", "/Decode", "/Interpolate")
"""Keys of an inline image, which pikepdf gives in full."""
_FILTER_KEYS = ("/Filter", "/DecodeParms")
_TRANSFER_KEYS = ("/TR", "/TR2", "/HT", "/BG", "/BG2", "/UCR", "/UCR2")


@dataclass
class _GraphicsState:
    fill: Object = field(default_factory=lambda: Name.DeviceGray)
    stroke: Object = field(default_factory=lambda: Name.DeviceGray)
    ink: Ink | None = None
    """The current fill colour; None if it is a pattern."""


class InkConverter:
    """Converts the objects of one file to inks; each shared object is converted once."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self._done: dict[tuple[str, tuple[int, int]], Object] = {}

    def convert_stream(
        self, source: Any, resources: Any, inks: GreyInks, first: Ink | None
    ) -> tuple[bytes, Dictionary]:
        """Convert a stream; return its operators and the resources that they use.

        `first` is the fill colour until the stream sets one.
        """
        converter = _StreamConverter(self, resources, inks, first)
        converter.convert(parse_content_stream(source))
        return unparse_content_stream(converter.instructions), converter.resources()

    def _convert_once(self, object_: Any, inks: GreyInks, make: Any) -> Object:
        """Convert an indirect object once for each kind of inks, a direct one each time."""
        if not object_.is_indirect:
            return make()  # type: ignore[no-any-return]
        key = (inks.name, object_.objgen)
        if key not in self._done:
            self._done[key] = make()
        return self._done[key]

    def convert_resource(self, kind: str, resource: Any, outer: Any, inks: GreyInks) -> Object:
        """Convert a resource of a kind such as '/XObject'; `outer` has the resources around it."""
        converters = {
            "/XObject": self._convert_xobject,
            "/Pattern": self._convert_pattern,
            "/ExtGState": self._convert_state,
            "/Shading": self._convert_shading,
        }
        return converters.get(kind, self._convert_font)(resource, outer, inks)

    def convert_form(self, form: Any, outer: Any, inks: GreyInks) -> Object:
        """Convert a form, a tiling pattern or a Type 3 glyph."""

        def make() -> Object:
            data, resources = self.convert_stream(form, form.get("/Resources", outer), inks, None)
            entries = {key: value for key, value in form.items() if key not in (*_DROPPED_KEYS, *_FILTER_KEYS)}
            if "/Group" in entries:
                entries["/Group"] = convert_group(entries["/Group"], inks)
            return self.pdf.make_stream(data, Dictionary({**entries, "/Resources": resources}))

        return self._convert_once(form, inks, make)

    def _convert_state(self, state: Any, outer: Any, inks: GreyInks) -> Object:
        """Convert a graphics state; transfer functions and halftones are removed."""
        converted = Dictionary({key: value for key, value in state.items() if key not in _TRANSFER_KEYS})
        mask: Any = state.get("/SMask")
        if isinstance(mask, Dictionary):
            mask_inks = GreyInks() if Name.Luminosity == mask.S else inks  # it masks by its greys
            converted.SMask = Dictionary(dict(mask.items()))
            converted.SMask.G = self.convert_form(mask.G, outer, mask_inks)
            if "/BC" in mask:
                space: Any = mask.G.get("/Group", Dictionary()).get("/CS", Name.DeviceGray)
                converted.SMask.BC = Array(solid_colour(space, [float(x) for x in mask.BC], mask_inks))
        return converted

    def _convert_pattern(self, pattern: Any, outer: Any, inks: GreyInks) -> Object:
        if int(pattern.PatternType) == 1:
            return self.convert_form(pattern, outer, inks)
        converted = Dictionary(dict(pattern.items()))
        converted.Shading = self._convert_shading(pattern.Shading, outer, inks)
        if "/ExtGState" in pattern:
            converted.ExtGState = self._convert_state(pattern.ExtGState, outer, inks)
        return converted

    def _convert_shading(self, shading: Any, outer: Any, inks: GreyInks) -> Object:
        kind = base_space(resolve_space(shading.ColorSpace, outer.get("/ColorSpace")))
        return self._convert_once(shading, inks, lambda: convert_shading(self.pdf, shading, inks, kind))

    def _convert_xobject(self, xobject: Any, outer: Any, inks: GreyInks) -> Object:
        if xobject.Subtype == Name.Image:
            spaces = outer.get("/ColorSpace")
            return self._convert_once(xobject, inks, lambda: _convert_image(self.pdf, xobject, inks, spaces))
        return self.convert_form(xobject, outer, inks)

    def _convert_font(self, font: Any, outer: Any, inks: GreyInks) -> Object:
        """Convert a font only if its glyphs are content streams (Type 3)."""
        if font.Subtype != Name.Type3:
            return font  # type: ignore[no-any-return]

        def make() -> Object:
            resources = font.get("/Resources", outer)
            converted = Dictionary(dict(font.items()))
            converted.CharProcs = Dictionary(
                {key: self.convert_form(glyph, resources, inks) for key, glyph in font.CharProcs.items()}
            )
            converted.Resources = Dictionary()
            return self.pdf.make_indirect(converted)

        return self._convert_once(font, inks, make)


class _StreamConverter:
    """Converts one content stream.

    A handler returns True if it has written its instruction itself, or dropped it.
    """

    def __init__(self, converter: InkConverter, resources: Any, inks: GreyInks, first: Ink | None) -> None:
        self.converter, self.inks = converter, inks
        self.source_resources = resources if resources is not None else Dictionary()
        self.spaces = self.source_resources.get("/ColorSpace")
        self.instructions: list[Any] = []
        self.used_names: defaultdict[str, set[str]] = defaultdict(set)
        self.new_resources: defaultdict[str, dict[str, Object]] = defaultdict(dict)
        self.current, self.stack = _GraphicsState(ink=first), list[_GraphicsState]()

        self.in_text = self.overprints = False

    def convert(self, instructions: Iterable[Any]) -> None:
        """Convert each instruction in turn."""
        for instruction in instructions:
            if isinstance(instruction, ContentStreamInlineImage):
                self._convert_inline_image(instruction)
                continue
            operator = str(instruction.operator)
            handler = _HANDLERS.get(operator)
            if handler is None or not handler(self, operator, instruction.operands):
                self.instructions.append(instruction)

    def resources(self) -> Dictionary:
        """Return the converted resources that the stream uses."""
        converted: dict[str, dict[str, Object]] = {kind: dict(new) for kind, new in self.new_resources.items()}
        for kind, names in self.used_names.items():
            originals = self.source_resources.get(kind, Dictionary())
            for name in sorted(names):
                if name in originals:
                    resource = self.converter.convert_resource(kind, originals[name], self.source_resources, self.inks)
                    converted.setdefault(kind, {})[name] = resource
        return Dictionary({kind: Dictionary(resources) for kind, resources in sorted(converted.items())})

    def _put(self, operands: list[Any], operator: str) -> None:
        self.instructions.append((operands, Operator(operator)))

    def handle_state(self, operator: str, operands: Any) -> bool:
        """`q` and `Q`."""
        if operator == "q":
            self.stack.append(replace(self.current))
        elif self.stack:
            self.current = self.stack.pop()
        return False

    def handle_device_colour(self, operator: str, operands: Any) -> bool:
        """`g rg k G RG K`."""
        space = _SPACE_BY_OPERATOR[operator.lower()]
        self._set_colour(operator.isupper(), space, solid_colour(space, [float(x) for x in operands], self.inks))
        return True

    def handle_space(self, operator: str, operands: Any) -> bool:
        """`cs CS`: set the colour space and its initial colour."""
        space = resolve_space(operands[0], self.spaces)
        stroke = operator == "CS"
        if base_space(space) == "/Pattern":
            self._remember(stroke, space, None)
            name = Name.Pattern
            if not isinstance(space, Name) and len(space) > 1:  # a pattern without colours
                name = Name("/PressTile" + ("Grey" if self.inks.space == Name.DeviceGray else "Inks"))
                self.new_resources["/ColorSpace"][str(name)] = Array([Name.Pattern, self.inks.space])
            self._put([name], operator)
        else:
            self._set_colour(stroke, space, solid_colour(space, _INITIAL_COLOUR[base_space(space)], self.inks))
        return True

    def handle_colour(self, operator: str, operands: Any) -> bool:
        """`sc scn SC SCN`."""
        stroke = operator.startswith("S")
        space: Any = self.current.stroke if stroke else self.current.fill
        values = list(operands)
        if values and isinstance(values[-1], Name):
            self.used_names["/Pattern"].add(str(values[-1]))
            if len(values) > 1:
                values[:-1] = solid_colour(space[1], [float(x) for x in values[:-1]], self.inks)
            self._put(values, operator)
        else:
            self._set_colour(stroke, space, solid_colour(space, [float(x) for x in values], self.inks))
        return True

    def handle_text_object(self, operator: str, operands: Any) -> bool:
        """`BT ET`: solid black letters overprint, so that there is no gap below them."""
        self.in_text = operator == "BT"
        self._overprint()
        return False

    def handle_marked_content(self, operator: str, operands: Any) -> bool:
        """`BDC BMC EMC MP DP`: dropped."""
        return True

    def handle_resource(self, operator: str, operands: Any) -> bool:
        """`Do gs sh Tf`: note the resource."""
        kind = {"Do": "/XObject", "gs": "/ExtGState", "sh": "/Shading", "Tf": "/Font"}[operator]
        self.used_names[kind].add(str(operands[0]))
        return False

    def _set_colour(self, stroke: bool, space: Object, ink: Ink) -> None:
        self._remember(stroke, space, ink)
        self._put(list(ink), self.inks.stroke if stroke else self.inks.fill)
        if not stroke:
            self._overprint()

    def _remember(self, stroke: bool, space: Object, ink: Ink | None) -> None:
        if stroke:
            self.current.stroke = space
        else:
            self.current.fill, self.current.ink = space, ink

    def _overprint(self) -> None:
        overprints = self.inks.overprints and self.in_text and self.current.ink == self.inks.black
        if overprints != self.overprints:
            self.overprints = overprints
            name = _OVERPRINT if overprints else _KNOCK_OUT
            state = Dictionary(Type=Name.ExtGState, op=overprints, OPM=int(overprints))
            self.new_resources["/ExtGState"][str(name)] = state
            self._put([name], "gs")

    def _convert_inline_image(self, instruction: ContentStreamInlineImage) -> None:
        stream: Any = instruction.iimage
        if stream.image_mask:
            self.instructions.append(instruction)
            return
        name = f"/PressInline{len(self.new_resources['/XObject'])}"
        entries = {key: stream.obj[key] for key in _INLINE_KEYS if key in stream.obj}
        try:
            image = self.converter.pdf.make_stream(stream.read_bytes(), Dictionary({"/Subtype": Name.Image, **entries}))
        except ValueError as error:
            raise TypesettingFailure(_UNREADABLE) from error
        self.new_resources["/XObject"][name] = _convert_image(self.converter.pdf, image, self.inks, self.spaces)
        self._put([Name(name)], "Do")


_HANDLERS: Mapping[str, Any] = {
    **dict.fromkeys(("q", "Q"), _StreamConverter.handle_state),
    **dict.fromkeys(("g", "rg", "k", "G", "RG", "K"), _StreamConverter.handle_device_colour),
    **dict.fromkeys(("cs", "CS"), _StreamConverter.handle_space),
    **dict.fromkeys(("sc", "scn", "SC", "SCN"), _StreamConverter.handle_colour),
    **dict.fromkeys(("BT", "ET"), _StreamConverter.handle_text_object),
    **dict.fromkeys(_MARKED_CONTENT, _StreamConverter.handle_marked_content),
    **dict.fromkeys(("Do", "gs", "sh", "Tf"), _StreamConverter.handle_resource),
}


_STEPS = 128
"""Samples of a gradient between two of its stops; the printer's RIP interpolates between them."""


def convert_shading(pdf: Pdf, shading: Any, inks: GreyInks, space: str) -> Object:
    """Convert an axial or radial shading whose colours are in a base space."""
    if int(shading.ShadingType) not in (2, 3):
        raise TypesettingFailure(f"A gradient of kind {int(shading.ShadingType)} cannot be printed.")
    ends = [[float(x) for x in end] for leaf in _exponential_functions(shading.Function) for end in _end_colours(leaf)]
    colours = [to_srgb(space, end) for end in ends]
    neutral = all(colour is not None and is_neutral(colour) for colour in colours)

    def inks_at(values: list[list[float]]) -> list[Ink]:
        rgbs = [to_srgb(space, value) for value in values]
        srgb = [rgb for rgb in rgbs if rgb is not None]
        if len(srgb) == len(values):
            return inks.from_gradient(srgb, neutral)
        return [inks.from_cmyk(tuple(value)) for value in values]

    converted = Dictionary({key: value for key, value in shading.items() if key not in ("/Background", "/Function")})
    converted.ColorSpace = inks.space
    converted.Function = _convert_function(pdf, shading.Function, inks_at)
    if "/Background" in shading:
        converted.Background = Array(inks_at([[float(x) for x in shading.Background]])[0])
    return pdf.make_indirect(converted)


def _exponential_functions(function: Any) -> Iterator[Any]:
    if isinstance(function, Array) or int(function.FunctionType) not in (2, 3):
        raise TypesettingFailure("A gradient is described in a way that cannot be printed.")
    if int(function.FunctionType) == 3:
        for part in function.Functions:
            yield from _exponential_functions(part)
    else:
        yield function


def _end_colours(leaf: Any) -> tuple[Any, Any]:
    return leaf.get("/C0", Array([0])), leaf.get("/C1", Array([1]))


def _convert_function(pdf: Pdf, function: Any, inks_at: Callable[[list[list[float]]], list[Ink]]) -> Object:
    """Convert a function, keeping its stops; between two different stops it becomes samples."""
    if int(function.FunctionType) == 3:
        converted = Dictionary({key: value for key, value in function.items() if key != "/Functions"})
        converted.Functions = Array([_convert_function(pdf, part, inks_at) for part in function.Functions])
        return converted
    start, end = ([float(x) for x in part] for part in _end_colours(function))
    if start == end:
        (colour,) = inks_at([start])
        return Dictionary(FunctionType=2, Domain=[0, 1], C0=Array(colour), C1=Array(colour), N=1)
    power = float(function.get("/N", 1))
    points = [(at / (_STEPS - 1)) ** power for at in range(_STEPS)]
    shades = [[a + (b - a) * point for a, b in zip(start, end, strict=True)] for point in points]
    rows = inks_at(shades)
    data = bytes(round(255 * part) for row in rows for part in row)
    ranges = Array([0, 1] * len(rows[0]))
    return pdf.make_stream(
        data, FunctionType=0, Domain=Array([0, 1]), Range=ranges, Size=Array([_STEPS]), BitsPerSample=8, Order=1
    )

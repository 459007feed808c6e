"""Content streams repainted in inks (goes if device-cmyk() gives the same)."""

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

from pipeline.bind.print.inks import Grey, Ink, as_rgb, family, group_in_inks, in_inks, is_neutral, named_space
from pipeline.core.diagnostics import TypesettingFailure

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
        raise TypesettingFailure("A picture with a colour that counts as transparent cannot be printed.")
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
        raise TypesettingFailure("A picture in Lab colours cannot be printed.")
    try:
        alone = photograph and len(_filters(image)) == 1
        picture = _photograph(image) if alone else PdfImage(image).as_pil_image()
        picture.load()
    # pikepdf says NotImplementedError of a palette or colour space that it cannot interpret
    except (PdfError, UnsupportedImageTypeError, NotImplementedError, OSError, ValueError) as wrong:
        raise TypesettingFailure(UNREADABLE) from wrong
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


# Streams are read with pikepdf's parser; each is written once for each kind of inks, with what it uses and no more.
# Marked content goes: a print file has no tags to hang it on.

_OVER, _APART = Name.PressOver, Name.PressApart
_SOLID = {"g": Name.DeviceGray, "rg": Name.DeviceRGB, "k": Name.DeviceCMYK}
_BLACK_OF = {"/DeviceGray": [0], "/DeviceRGB": [0, 0, 0], "/DeviceCMYK": [0, 0, 0, 1], "/Lab": [0, 0, 0]}
_MARKS = ("BDC", "BMC", "EMC", "MP", "DP")
_DROPPED = ("/StructParent", "/StructParents", "/Metadata", "/PieceInfo", "/LastModified", "/Resources", "/Length")
_PACKED = ("/Filter", "/DecodeParms")
_TRANSFERS = ("/TR", "/TR2", "/HT", "/BG", "/BG2", "/UCR", "/UCR2")


@dataclass
class _State:
    """The part of the graphics state that matters here."""

    fill: Object = field(default_factory=lambda: Name.DeviceGray)
    stroke: Object = field(default_factory=lambda: Name.DeviceGray)
    ink: Ink | None = None
    """The present fill; None where it is a pattern."""


class Painter:
    """Repaints the streams of one file; what is repainted already is not done again."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self._done: dict[tuple[str, tuple[int, int]], Object] = {}

    def stream(self, source: Any, resources: Any, inks: Grey, first: Ink | None) -> tuple[bytes, Dictionary]:
        """A stream's operators in inks, and the resources that they use. `first` fills where nothing is said."""
        reading = _Reading(self, resources, inks, first)
        reading.read(parse_content_stream(source))
        return unparse_content_stream(reading.out), reading.resources()

    def once(self, thing: Any, inks: Grey, make: Any) -> Object:
        """The repainted form of a thing of its own number; made anew where it has none."""
        if not thing.is_indirect:
            return make()  # type: ignore[no-any-return]
        key = (inks.name, thing.objgen)
        if key not in self._done:
            self._done[key] = make()
        return self._done[key]

    def form(self, form: Any, outer: Any, inks: Grey) -> Object:
        """A form, a tiling pattern or a letter's drawing in inks."""

        def make() -> Object:
            data, resources = self.stream(form, form.get("/Resources", outer), inks, None)
            kept = {key: value for key, value in form.items() if key not in (*_DROPPED, *_PACKED)}
            if "/Group" in kept:
                kept["/Group"] = group_in_inks(kept["/Group"], inks)
            return self.pdf.make_stream(data, Dictionary({**kept, "/Resources": resources}))

        return self.once(form, inks, make)

    def state(self, state: Any, outer: Any, inks: Grey) -> Object:
        """A graphics state; a mask of light is painted in greys, for its light is what it masks by."""
        new = Dictionary({key: value for key, value in state.items() if key not in _TRANSFERS})
        mask = state.get("/SMask")
        if isinstance(mask, Dictionary):
            new.SMask = self._mask(mask, outer, inks)
        return new

    def _mask(self, mask: Any, outer: Any, inks: Grey) -> Dictionary:
        within = Grey() if Name.Luminosity == mask.S else inks
        new = Dictionary(dict(mask.items()))
        new.G = self.form(mask.G, outer, within)
        if "/BC" in mask:
            space = mask.G.get("/Group", Dictionary()).get("/CS", Name.DeviceGray)
            new.BC = Array(in_inks(space, [float(x) for x in mask.BC], within))
        return new

    def pattern(self, pattern: Any, outer: Any, inks: Grey) -> Object:
        """A pattern: a tile or a gradient."""
        if int(pattern.PatternType) == 1:
            return self.form(pattern, outer, inks)
        new = Dictionary(dict(pattern.items()))
        new.Shading = self.shading(pattern.Shading, outer.get("/ColorSpace"), inks)
        if "/ExtGState" in pattern:
            new.ExtGState = self.state(pattern.ExtGState, outer, inks)
        return new

    def shading(self, shading: Any, spaces: Any, inks: Grey) -> Object:
        """A gradient."""
        kind = family(named_space(shading.ColorSpace, spaces))
        return self.once(shading, inks, lambda: shading_in_inks(self.pdf, shading, inks, kind))

    def xobject(self, thing: Any, outer: Any, inks: Grey) -> Object:
        """An image or a form."""
        if thing.Subtype == Name.Image:
            spaces = outer.get("/ColorSpace")
            return self.once(thing, inks, lambda: picture_in_inks(self.pdf, thing, inks, spaces))
        return self.form(thing, outer, inks)

    def font(self, font: Any, outer: Any, inks: Grey) -> Object:
        """A font: as it is, unless its letters are drawn with operators of their own."""
        if font.Subtype != Name.Type3:
            return font  # type: ignore[no-any-return]

        def make() -> Object:
            own = font.get("/Resources", outer)
            new = Dictionary(dict(font.items()))
            new.CharProcs = Dictionary({key: self.form(glyph, own, inks) for key, glyph in font.CharProcs.items()})
            new.Resources = Dictionary()
            return self.pdf.make_indirect(new)

        return self.once(font, inks, make)


class _Reading:
    """One stream while it is read."""

    def __init__(self, painter: Painter, resources: Any, inks: Grey, first: Ink | None) -> None:
        self.painter, self.inks = painter, inks
        self.given = resources if resources is not None else Dictionary()
        self.spaces = self.given.get("/ColorSpace")
        self.out: list[Any] = []
        self.used: defaultdict[str, set[str]] = defaultdict(set)
        self.added: defaultdict[str, dict[str, Object]] = defaultdict(dict)
        self.now, self.stack = _State(ink=first), list[_State]()
        self.kept_marks: list[bool] = []
        self.in_text = self.over = False

    def read(self, instructions: Iterable[Any]) -> None:
        """Take in every instruction in turn."""
        for instruction in instructions:
            if isinstance(instruction, ContentStreamInlineImage):
                self._inline(instruction)
                continue
            operator = str(instruction.operator)
            handler = _HANDLERS.get(operator)
            if handler is None or not handler(self, operator, instruction.operands):
                self.out.append(instruction)

    def resources(self) -> Dictionary:
        """Resources of the stream, in inks."""
        makers = {
            "/XObject": self.painter.xobject,
            "/Pattern": self.painter.pattern,
            "/ExtGState": self.painter.state,
            "/Font": self.painter.font,
        }
        found: dict[str, dict[str, Object]] = {kind: dict(things) for kind, things in self.added.items()}
        for kind, names in self.used.items():
            given = self.given.get(kind, Dictionary())
            for name in sorted(names):
                if name in given:
                    thing = given[name]
                    found.setdefault(kind, {})[name] = (
                        self.painter.shading(thing, self.spaces, self.inks)
                        if kind == "/Shading"
                        else makers[kind](thing, self.given, self.inks)
                    )
        return Dictionary({kind: Dictionary(things) for kind, things in sorted(found.items())})

    def put(self, operands: list[Any], operator: str) -> None:
        """Write an instruction."""
        self.out.append((operands, Operator(operator)))

    def save(self, operator: str, operands: Any) -> bool:
        """`q` and `Q`."""
        if operator == "q":
            self.stack.append(replace(self.now))
        elif self.stack:
            self.now = self.stack.pop()
        return False

    def solid(self, operator: str, operands: Any) -> bool:
        """`g rg k` and their capitals."""
        space = _SOLID[operator.lower()]
        self._set(operator.isupper(), space, in_inks(space, [float(x) for x in operands], self.inks))
        return True

    def space(self, operator: str, operands: Any) -> bool:
        """`cs CS`: the space, and its black."""
        space = named_space(operands[0], self.spaces)
        stroke = operator == "CS"
        if family(space) == "/Pattern":
            self._remember(stroke, space, None)
            plain = isinstance(space, Name) or len(space) == 1
            name = Name.Pattern if plain else self._uncoloured()
            self.put([name], operator)
        else:
            self._set(stroke, space, in_inks(space, _BLACK_OF[family(space)], self.inks))
        return True

    def colour(self, operator: str, operands: Any) -> bool:
        """`sc scn SC SCN`."""
        stroke = operator.startswith("S")
        space: Any = self.now.stroke if stroke else self.now.fill
        values = list(operands)
        if values and isinstance(values[-1], Name):
            self.used["/Pattern"].add(str(values[-1]))
            if len(values) > 1:
                values[:-1] = in_inks(space[1], [float(x) for x in values[:-1]], self.inks)
            self.put(values, operator)
        else:
            self._set(stroke, space, in_inks(space, [float(x) for x in values], self.inks))
        return True

    def text(self, operator: str, operands: Any) -> bool:
        """`BT ET`: solid black letters are printed over what is below them, without a gap for it."""
        self.in_text = operator == "BT"
        self._overprint()
        return False

    def mark(self, operator: str, operands: Any) -> bool:
        """Marked content: only layers stay."""
        if operator == "EMC":
            return not (self.kept_marks and self.kept_marks.pop())
        if operator in ("BDC", "BMC"):
            self.kept_marks.append(False)
        return True

    def use(self, operator: str, operands: Any) -> bool:
        """`Do gs sh Tf`: what is called by name."""
        kind = {"Do": "/XObject", "gs": "/ExtGState", "sh": "/Shading", "Tf": "/Font"}[operator]
        self.used[kind].add(str(operands[0]))
        return False

    def _set(self, stroke: bool, space: Object, ink: Ink) -> None:
        self._remember(stroke, space, ink)
        self.put(list(ink), self.inks.stroke if stroke else self.inks.fill)
        if not stroke:
            self._overprint()

    def _remember(self, stroke: bool, space: Object, ink: Ink | None) -> None:
        if stroke:
            self.now.stroke = space
        else:
            self.now.fill, self.now.ink = space, ink

    def _overprint(self) -> None:
        wanted = self.inks.overprints and self.in_text and self.now.ink == self.inks.black
        if wanted != self.over:
            name, over = (_OVER, True) if wanted else (_APART, False)
            self.added["/ExtGState"][str(name)] = Dictionary(Type=Name.ExtGState, op=over, OPM=1 if over else 0)
            self.put([name], "gs")
            self.over = wanted

    def _uncoloured(self) -> Name:
        name = Name("/PressTile" + ("Grey" if self.inks.space == Name.DeviceGray else "Inks"))
        self.added["/ColorSpace"][str(name)] = Array([Name.Pattern, self.inks.space])
        return name

    def _inline(self, instruction: ContentStreamInlineImage) -> None:
        stream: Any = instruction.iimage
        if stream.image_mask:
            self.out.append(instruction)
            return
        name = f"/PressInline{len(self.added['/XObject'])}"
        try:
            image = self.painter.pdf.make_stream(stream.read_bytes(), _dictionary(stream))
        except ValueError as wrong:
            raise TypesettingFailure(UNREADABLE) from wrong
        self.added["/XObject"][name] = picture_in_inks(self.painter.pdf, image, self.inks, self.spaces)
        self.put([Name(name)], "Do")


def _dictionary(image: Any) -> Dictionary:
    """An inline image's entries under their full names."""
    kept = ("/Width", "/Height", "/BitsPerComponent", "/ColorSpace", "/Decode", "/Interpolate")
    return Dictionary({"/Subtype": Name.Image, **{key: image.obj[key] for key in kept if key in image.obj}})


_HANDLERS: Mapping[str, Any] = {
    **dict.fromkeys(("q", "Q"), _Reading.save),
    **dict.fromkeys(("g", "rg", "k", "G", "RG", "K"), _Reading.solid),
    **dict.fromkeys(("cs", "CS"), _Reading.space),
    **dict.fromkeys(("sc", "scn", "SC", "SCN"), _Reading.colour),
    **dict.fromkeys(("BT", "ET"), _Reading.text),
    **dict.fromkeys(_MARKS, _Reading.mark),
    **dict.fromkeys(("Do", "gs", "sh", "Tf"), _Reading.use),
}


STEPS = 128
"""Colours of a gradient that are worked out between two of its stops; a printer's RIP fills in the rest."""


def shading_in_inks(pdf: Pdf, shading: Any, inks: Grey, kind: str) -> Object:
    """An axial or radial shading in inks, whose colours are of this kind of space."""
    if int(shading.ShadingType) not in (2, 3):
        raise TypesettingFailure(f"A gradient of kind {int(shading.ShadingType)} cannot be printed.")
    ends = [[float(x) for x in end] for leaf in _leaves(shading.Function) for end in _ends(leaf)]
    colours = [as_rgb(kind, end) for end in ends]
    neutral = all(colour is not None and is_neutral(colour) for colour in colours)

    def inks_at(values: list[list[float]]) -> list[Ink]:
        rgbs = [as_rgb(kind, value) for value in values]
        screen = [rgb for rgb in rgbs if rgb is not None]
        if len(screen) == len(values):
            return inks.of_shades(screen, neutral)
        return [inks.of_cmyk(tuple(value)) for value in values]

    new = Dictionary({key: value for key, value in shading.items() if key not in ("/Background", "/Function")})
    new.ColorSpace = inks.space
    new.Function = _function(pdf, shading.Function, inks_at)
    if "/Background" in shading:
        new.Background = Array(inks_at([[float(x) for x in shading.Background]])[0])
    return pdf.make_indirect(new)


def _leaves(function: Any) -> Iterator[Any]:
    if isinstance(function, Array) or int(function.FunctionType) not in (2, 3):
        raise TypesettingFailure("A gradient is described in a way that cannot be printed.")
    if int(function.FunctionType) == 3:
        for part in function.Functions:
            yield from _leaves(part)
    else:
        yield function


def _ends(leaf: Any) -> tuple[Any, Any]:
    return leaf.get("/C0", Array([0])), leaf.get("/C1", Array([1]))


def _function(pdf: Pdf, function: Any, inks_at: Callable[[list[list[float]]], list[Ink]]) -> Object:
    """The function with its stops where they are; between two different stops a row of samples."""
    if int(function.FunctionType) == 3:
        new = Dictionary({key: value for key, value in function.items() if key != "/Functions"})
        new.Functions = Array([_function(pdf, part, inks_at) for part in function.Functions])
        return new
    start, end = ([float(x) for x in part] for part in _ends(function))
    if start == end:
        (flat,) = inks_at([start])
        return Dictionary(FunctionType=2, Domain=[0, 1], C0=Array(flat), C1=Array(flat), N=1)
    power = float(function.get("/N", 1))
    points = [(at / (STEPS - 1)) ** power for at in range(STEPS)]
    shades = [[a + (b - a) * point for a, b in zip(start, end, strict=True)] for point in points]
    rows = inks_at(shades)
    data = bytes(round(255 * part) for row in rows for part in row)
    ranges = Array([0, 1] * len(rows[0]))
    return pdf.make_stream(
        data, FunctionType=0, Domain=Array([0, 1]), Range=ranges, Size=Array([STEPS]), BitsPerSample=8, Order=1
    )

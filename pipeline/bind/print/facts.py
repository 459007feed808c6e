"""A printer's questions about a print file: its size, its bleed, its printing condition, the pages that need colour."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pikepdf import Array, ContentStreamInlineImage, Dictionary, Name, Pdf, Stream, parse_content_stream


@dataclass(frozen=True, slots=True)
class PrintFacts:
    """The facts of a print file; lengths in whole millimetres."""

    width: int
    height: int
    bleed: int
    condition: str = ""
    """The printing condition that the file is made for; nothing where it is grey."""
    coloured: tuple[int, ...] = ()
    """The pages that need more than black, counted from 1."""


def print_facts(pdf: bytes) -> PrintFacts:
    """The facts of a print file, all of whose colours are inks."""
    with Pdf.open(BytesIO(pdf)) as file:
        first = file.pages[0].obj
        trim, bleed = (list(map(float, first.get(key, first.MediaBox))) for key in ("/TrimBox", "/BleedBox"))
        intents = [str(one.OutputConditionIdentifier) for one in file.Root.get("/OutputIntents", Array([]))]
        reader = _Reader()
        coloured = (n for n, page in enumerate(file.pages, 1) if reader.is_coloured(page.obj, page.obj.Resources))
        size = (_millimetres(trim[2] - trim[0]), _millimetres(trim[3] - trim[1]), _millimetres(trim[0] - bleed[0]))
        return PrintFacts(*size, intents[0] if intents else "", tuple(coloured))


def _millimetres(points: float) -> int:
    return round(points / 72 * 25.4)


_PAINTS = "k K cs CS sc scn SC SCN sh Do BI ID EI"


class _Reader:
    """Looks for inks other than black in what pages show; what pages share is looked at once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bool] = {}

    def is_coloured(self, stream: Any, resources: Any) -> bool:
        """Whether a page, form or pattern paints with cyan, magenta or yellow."""
        key = stream.objgen
        if key not in self._known or key == (0, 0):
            self._known[key] = False  # a form that draws itself draws nothing more
            self._known[key] = any(self._paints(stream, resources))
        return self._known[key]

    def _paints(self, stream: Any, resources: Any) -> Iterator[bool]:
        for instruction in parse_content_stream(stream, operators=_PAINTS):
            if isinstance(instruction, ContentStreamInlineImage):
                image: Any = instruction.iimage
                yield not image.image_mask and _is_mixed(image.obj.get("/ColorSpace", Name.DeviceGray))
                continue
            operands = list(instruction.operands)
            match str(instruction.operator):
                case "k" | "K" | "sc" | "SC" | "scn" | "SCN" if len(operands) == 4:
                    yield any(float(ink) > 0 for ink in operands[:3])
                case "scn" | "SCN" if operands and isinstance(operands[-1], Name):
                    yield self._pattern(_named(resources, "/Pattern", operands[-1]), resources)
                case "sh":
                    shading = _named(resources, "/Shading", operands[0])
                    yield shading is not None and _is_mixed(shading.ColorSpace)
                case "Do":
                    yield self._shown(_named(resources, "/XObject", operands[0]), resources)

    def _shown(self, thing: Any, resources: Any) -> bool:
        if not isinstance(thing, Stream):
            return False
        if thing.get("/Subtype") == Name.Form:
            return self.is_coloured(thing, thing.get("/Resources", resources))
        return "/ColorSpace" in thing and _is_mixed(thing.ColorSpace)

    def _pattern(self, pattern: Any, resources: Any) -> bool:
        if isinstance(pattern, Stream):
            return self.is_coloured(pattern, pattern.get("/Resources", resources))
        return pattern is not None and _is_mixed(pattern.Shading.ColorSpace)


def _named(resources: Any, kind: str, name: Any) -> Any:
    return resources.get(kind, Dictionary()).get(str(name))


def _is_mixed(space: Any) -> bool:
    """Whether a colour space is one of four inks, by itself or as the base of another."""
    if not isinstance(space, Array):
        return str(space) in ("/DeviceCMYK", "/CMYK")
    if str(space[0]) in ("/Indexed", "/I", "/Pattern") and len(space) > 1:
        return _is_mixed(space[1])
    return str(space[0]) == "/DeviceN" or (str(space[0]) == "/ICCBased" and int(space[1].N) == 4)

"""Design tokens, contrast, remarks on typefaces."""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import yaml
from markupsafe import Markup

from pipeline.compose.design.faces import missing_package
from pipeline.compose.design.typeface import (
    CODE,
    FOUR,
    HEADINGS,
    Face,
    Family,
    absent,
    families,
    font_remarks,
    own_family,
    text_faces,
)
from pipeline.compose.page.gate import closed
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, Location
from pipeline.core.messages import message
from pipeline.core.sentences import close_matches, enumerated
from pipeline.core.text.fonts import BOLD, Looks, font_looks, font_source, is_installed
from pipeline.model.formats import EDITIONS, USUAL_EDITION, Asset, Edition, Layouts
from pipeline.model.manuscript import FontFace
from pipeline.model.source.library_file import LibrarySettings

# Typefaces

X_HEIGHT = 2.0
"""Millimetres that small letters are high at the least: those of the 12 points of clear print (RNIB)."""

_MM = 25.4 / 72
_SMALLEST = re.compile(r"--small:\s*([\d.]+)pt")
_FONTS = "fonts.yaml"
_WITHOUT = {
    "italic": ("italic", "Stressed words and titles of works are printed upright."),
    "bold": ("bold", "Headings, the heads of tables and strong words are not bold."),
    "bold_italic": ("bold italic", "Stressed words in headings are printed upright."),
}
"""Name of each face, and the looks of its words where it is missing."""


def typeface_remarks(imprint: LibrarySettings, layouts: Layouts) -> Iterator[Diagnostic]:
    """Faults of the typeface that the library chooses and of those that the layouts list."""
    listed = families(layouts)
    yield from _chosen(imprint, listed)
    if imprint.fields.design.typeface:
        yield from _too_small(imprint, layouts)
    yield from script_remarks(imprint)
    if font_remarks(layouts):
        return  # told of the file itself
    root: Any = yaml.compose(layouts.files[_FONTS], Loader=yaml.SafeLoader)
    for family, node in zip(listed, root.value, strict=True):
        if family.use not in (CODE, HEADINGS):
            place = Location(f"layouts/{_FONTS}", node.start_mark.line + 1, node.start_mark.column + 1)
            yield from _lacking(family, lambda key, place=place: place)  # type: ignore[misc]


def _too_small(imprint: LibrarySettings, layouts: Layouts) -> Iterator[Diagnostic]:
    """A typeface whose small letters are lower, in the smallest type of the layouts, than can be read by most."""
    found = _SMALLEST.search(layouts.files["tokens.css"])
    face = text_faces(imprint, layouts)[0]
    try:
        ems = font_looks(face.package, font_source(face.file)).x_height
    except EnvironmentFailure:
        return  # told elsewhere
    if found and ems and ems * float(found[1]) * _MM < X_HEIGHT - 0.005:
        height, size = ems * float(found[1]) * _MM, math.ceil(X_HEIGHT / _MM / ems * 2) / 2
        place = imprint.marks.at("design", "typeface")
        yield message(
            "typeface-too-small", place, name=face.family, size=found[1], height=f"{height:.2f}", needed=f"{size:g}"
        )


def script_remarks(imprint: LibrarySettings, is_there: Callable[[str], bool] = is_installed) -> Iterator[Diagnostic]:
    """The scripts that a library asks for and the machine has no fonts of."""
    for number, script in enumerate(imprint.fields.design.scripts):
        if package := missing_package(script, is_there):
            place = imprint.marks.at("design", "scripts", number)
            yield message("script-missing", place, script=script, package=package)


def _chosen(imprint: LibrarySettings, listed: tuple[Family, ...]) -> Iterator[Diagnostic]:
    chosen = imprint.fields.design.typeface
    if chosen is None:
        return
    place = imprint.marks.at("design", "typeface")
    if chosen.package:
        if gone := absent(chosen):
            key, reason = gone[0]
            yield message("typeface-missing", imprint.marks.at("design", "typeface", key), reason=reason)
        else:
            yield from _lacking(own_family(chosen), lambda key: imprint.marks.at("design", "typeface", key))
        return
    names = [family.name for family in listed if family.use != CODE]
    if chosen.family not in names:
        guess = close_matches(chosen.family, names)
        known = f"Known {'are' if names[1:] else 'is'} {enumerated(names)}."
        hint = f"Did you mean '{guess[0]}'?" if guess else f"{known} For another, give its package and files."
        yield message("typeface-missing", place, hint, reason=f"layouts/fonts.yaml has no '{chosen.family}'.")


def _lacking(family: Family, place: Callable[[str], Location]) -> Iterator[Diagnostic]:
    """The faces that a family lacks; of what follows from another that is lacking nothing is said."""
    try:
        shown = [(face, font_looks(face.package, font_source(face.file))) for face in family.faces]
    except EnvironmentFailure:
        return  # told elsewhere, or when type is set
    lacks = [face.key for face in FOUR[1:] if not any(_is(one, looks, face) for one, looks in shown)]
    for key in lacks:
        if key != "bold_italic" or len(lacks) == 1:
            called, looks = _WITHOUT[key]
            yield message("typeface-lacks", place(key), name=family.name, face=called, consequence=looks)


def _is(given: FontFace, looks: Looks, wanted: Face) -> bool:
    """Whether a file that is given for a face looks like it."""
    if given.italic != wanted.italic or (given.weight >= BOLD) != (wanted.weight >= BOLD):
        return False
    return looks.italic >= wanted.italic and (looks.heaviest >= BOLD or wanted.weight < BOLD)


# Contrast is that of WCAG 2.2: 7:1 for text (1.4.6), 3:1 for marks and lines that mean something (1.4.11).

TEXT = 7.0
"""Least contrast of text (1.4.6); the accent colours headings and links."""

LINE = 3.0
"""Least contrast of marks and lines that carry meaning (1.4.11)."""


def luminance(colour: str) -> float:
    """Relative luminance of '#rrggbb'."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(one: str, other: str = "#ffffff") -> float:
    """Contrast of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def between(colour: str) -> str:
    """The shade of a colour that is as visible on white as on black, where nobody says which it is."""
    channels = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    shades = (
        "#" + "".join(f"{round(channel + (end - channel) * step / 100):02x}" for channel in channels)
        for end in (0, 255)
        for step in range(101)
    )
    return max(shades, key=lambda shade: min(contrast(shade), contrast(shade, "#000000")))


def lightened(colour: str, ground: str = "#14181a", least: float = 10.0) -> str:
    """The colour mixed with as little white as makes it readable on a dark ground."""
    channels = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    for step in range(21):
        mixed = "#" + "".join(f"{round(channel + (255 - channel) * step / 20):02x}" for channel in channels)
        if contrast(mixed, ground) >= least:
            return mixed
    return "#ffffff"


PAPER, NIGHT, BLACK = "#ffffff", "#14181a", "#000000"
"""The grounds that colours stand on: a page, a dark screen (`layouts/web/web.css`), the darkest night of a book."""

CHECKED = {
    "accent": (TEXT, (PAPER,)),
    "ink": (TEXT, (PAPER,)),
    "ink-soft": (TEXT, (PAPER,)),
    "line": (LINE, (PAPER,)),
    "accent-dark": (TEXT, (NIGHT,)),
    "accent-mid": (LINE, (PAPER, BLACK)),
}
"""The tokens that are colours of something to be seen: the least contrast of each, and its grounds."""

_TOKEN = re.compile(r"(?<![a-z-])--(?P<name>[a-z-]+):\s*(?P<value>#[0-9a-fA-F]{6})\b")
_LENGTH = re.compile(r"(?<![a-z-])--(?P<name>[a-z-]+):\s*(?P<number>[\d.]+)(?P<unit>mm|cm|pt)\s*;")
_MM_OF_UNIT = {"mm": 1.0, "cm": 10.0, "pt": 25.4 / 72}
_GROUNDS = {PAPER: "white", NIGHT: "a dark screen", BLACK: "black"}
_ON_SCREENS = ("web/", "epub/")


def is_black_alone(imprint: LibrarySettings, edition: Edition) -> bool:
    """Whether an edition is printed with black ink and no other: the library names no profile of a press."""
    return EDITIONS[edition].inked and not imprint.fields.print.profile


def accent(imprint: LibrarySettings, layouts: Layouts, edition: Edition = USUAL_EDITION) -> str:
    """The accent colour: the library's own, or that of `layouts/tokens.css`; black where there is no other ink."""
    if is_black_alone(imprint, edition):
        return BLACK
    if imprint.fields.design.accent:
        return imprint.fields.design.accent
    return next((m["value"] for m in _TOKEN.finditer(layouts.files["tokens.css"]) if m["name"] == "accent"), "#000000")


def tokens(
    imprint: LibrarySettings, layouts: Layouts, faces: tuple[str, str] | None = None, edition: Edition = USUAL_EDITION
) -> str:
    """`layouts/tokens.css` with the library's own colours and measure, and these families of words and of headings.

    Without families it is for devices with fonts of their own: they are given the name of what the library chooses.
    Where black is the only ink, text and accent are black: a tint of it would be broken into dots.
    """
    sheet = closed(layouts.files["tokens.css"])[0]
    measure = imprint.fields.design.measure
    named = (("face", faces[0]), ("head-face", faces[1])) if faces else _typeface(imprint, layouts)
    black = (("accent", BLACK), ("ink", BLACK)) if is_black_alone(imprint, edition) else ()
    for name, value in (*_own(imprint), *named, *(_side(measure, sheet) if measure else ()), *black):
        sheet = re.sub(rf"(--{name}:\s*)[^;}}]+", lambda m, value=value: m[1] + value, sheet, count=1)  # type: ignore[misc]
    return sheet


def _own(imprint: LibrarySettings) -> Iterator[tuple[str, str]]:
    design = imprint.fields.design
    for name in ("accent", "ink", "ink_soft", "line"):
        if value := getattr(design, name):
            yield name.replace("_", "-"), value
    if design.accent:
        yield "accent-dark", lightened(design.accent, NIGHT)
        yield "accent-mid", between(design.accent)


def _typeface(imprint: LibrarySettings, layouts: Layouts) -> Iterator[tuple[str, str]]:
    """The typeface that the library chooses, for devices: it sets headings too. Few devices have it."""
    face = text_faces(imprint, layouts)[0]
    if face.family != families(layouts)[0].name:
        yield "face", f'"{face.family}"'
        yield "head-face", f'"{face.family}", var(--other-faces)'
        x_height = f"{font_looks(face.package, font_source(face.file)).x_height or 0.5:.3f}"
        yield from (("x-height", x_height), ("head-x-height", x_height))


def _side(measure: int, sheet: str) -> Iterator[tuple[str, str]]:
    """The side column beside text of a width in millimetres: what that and the margins of `tokens.css` leave.

    Where these are no plain lengths it stays as it is: the engine takes no sum within the sums that are made of it.
    """
    said = {found["name"]: float(found["number"]) * _MM_OF_UNIT[found["unit"]] for found in _LENGTH.finditer(sheet)}
    taken = [said.get(name) for name in ("inner", "outer", "side-gap")]
    if "page-width" in said and None not in taken:
        yield "side", f"{said['page-width'] - sum(filter(None, taken)) - measure:g}mm"


def logo(imprint: LibrarySettings, assets: Iterable[Asset]) -> Markup:
    """The publisher's logo as a picture with its words, or nothing.

    It is the last of its name: a kept version may hold an earlier picture that went by it.
    """
    chosen = imprint.fields.design.logo
    if chosen is None:
        return Markup("")
    asset = next((a for a in reversed(tuple(assets)) if a.path == f"source/{chosen.file}"), None)
    if asset is None:
        return Markup("")
    return Markup('<p class="logo" id="logo"><img src="asset:{}" alt="{}"/></p>').format(asset.sha256, chosen.alt)


def design_remarks(imprint: LibrarySettings, layouts: Layouts) -> tuple[Diagnostic, ...]:
    """Faults of the design: colours too pale to read or see, and typefaces that are not available."""
    design = imprint.fields.design
    own = [
        (name, value, imprint.marks.at("design", name.replace("-", "_")))
        for name in CHECKED
        if (value := getattr(design, name.replace("-", "_"), None))
    ]
    for path, sheet in layouts.files.items():
        if path.endswith(".css") and (path == "tokens.css" or ("/" in path and not path.startswith(_ON_SCREENS))):
            for found in _TOKEN.finditer(sheet):
                before = sheet[: found.start()]
                place = Location(f"layouts/{path}", before.count("\n") + 1, found.start() - before.rfind("\n"))
                own.append((found["name"], found["value"], place))
    return (*(pale for one in own for pale in _pale(*one)), *typeface_remarks(imprint, layouts))


def _pale(name: str, colour: str, place: Location) -> Iterator[Diagnostic]:
    if name not in CHECKED:
        return
    least, grounds = CHECKED[name]
    ground = min(grounds, key=lambda ground: contrast(colour, ground))
    ratio = contrast(colour, ground)
    if ratio < least:
        way = "darker" if ground == PAPER else "lighter"
        kind = "text needs" if least == TEXT else "lines and marks need"
        said = {"name": name, "colour": colour, "ratio": f"{ratio:.1f}", "ground": _GROUNDS[ground]}
        yield message("contrast-low", place, f"Choose a {way} colour.", kind=kind, least=f"{least:.0f}", **said)

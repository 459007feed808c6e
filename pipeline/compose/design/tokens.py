"""Design tokens, contrast, and remarks on typefaces."""

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
    faces_of_text,
    font_remarks,
    listed_families,
    own_family,
    unavailable_faces,
)
from pipeline.compose.page.allow_list import remove_outside_addresses
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, Location
from pipeline.core.messages import message
from pipeline.core.sentences import close_matches, join_names
from pipeline.core.text.fonts import LEAST_BOLD_WEIGHT, FontProperties, font_source, is_installed, read_font_properties
from pipeline.model.formats import PDF_VARIANTS, USUAL_VARIANT, Asset, Layouts, PdfVariant
from pipeline.model.manuscript import FontFace
from pipeline.model.source.library_file import LibrarySettings

# Typefaces

LEAST_X_HEIGHT = 2.0
"""The least height of small letters in millimetres: that of the 12 points of clear print (RNIB)."""

_MM = 25.4 / 72
_SMALLEST = re.compile(r"--small:\s*([\d.]+)pt")
_FONTS = "fonts.yaml"
_MISSING_FACES = {
    "italic": ("italic", "Stressed words and titles of works are printed upright."),
    "bold": ("bold", "Headings, the heads of tables and strong words are not bold."),
    "bold_italic": ("bold italic", "Stressed words in headings are printed upright."),
}
"""Name of each face, and how words look without it."""


def typeface_remarks(imprint: LibrarySettings, layouts: Layouts) -> Iterator[Diagnostic]:
    """Report faults of the typeface that the library chooses, and of those in the layouts."""
    listed = listed_families(layouts)
    yield from _chosen_remarks(imprint, listed)
    if imprint.fields.design.typeface:
        yield from _too_small(imprint, layouts)
    yield from script_remarks(imprint)
    if font_remarks(layouts):
        return  # the file has remarks
    root: Any = yaml.compose(layouts.files[_FONTS], Loader=yaml.SafeLoader)
    for family, node in zip(listed, root.value, strict=True):
        if family.use not in (CODE, HEADINGS):
            place = Location(f"layouts/{_FONTS}", node.start_mark.line + 1, node.start_mark.column + 1)
            yield from _missing_face_remarks(family, lambda key, place=place: place)  # type: ignore[misc]


def _too_small(imprint: LibrarySettings, layouts: Layouts) -> Iterator[Diagnostic]:
    """Report a typeface with small letters that are too low in the smallest type of the layouts."""
    smallest = _SMALLEST.search(layouts.files["tokens.css"])
    face = faces_of_text(imprint, layouts)[0]
    try:
        ems = read_font_properties(face.package, font_source(face.file)).x_height
    except EnvironmentFailure:
        return  # reported elsewhere
    height = ems * float(smallest[1]) * _MM if smallest and ems else 0.0
    if smallest and ems and height < LEAST_X_HEIGHT - 0.005:
        size = math.ceil(LEAST_X_HEIGHT / _MM / ems * 2) / 2
        place = imprint.marks.at("design", "typeface")
        yield message(
            "typeface-too-small", place, name=face.family, size=smallest[1], height=f"{height:.2f}", needed=f"{size:g}"
        )


def script_remarks(imprint: LibrarySettings, is_there: Callable[[str], bool] = is_installed) -> Iterator[Diagnostic]:
    """Report scripts that a library asks for and whose fonts are not installed."""
    for number, script in enumerate(imprint.fields.design.scripts):
        if package := missing_package(script, is_there):
            place = imprint.marks.at("design", "scripts", number)
            hint = f"On Debian and Ubuntu run: apt-get install {package}"
            reason = f"The fonts of the script '{script}' are not installed."
            yield message("typeface-missing", place, hint, reason=reason)


def _chosen_remarks(imprint: LibrarySettings, listed: tuple[Family, ...]) -> Iterator[Diagnostic]:
    chosen = imprint.fields.design.typeface
    if chosen is None:
        return
    place = imprint.marks.at("design", "typeface")
    if chosen.package:
        if faces := unavailable_faces(chosen):
            key, reason = faces[0]
            yield message("typeface-missing", imprint.marks.at("design", "typeface", key), reason=reason)
        else:
            yield from _missing_face_remarks(
                own_family(chosen), lambda key: imprint.marks.at("design", "typeface", key)
            )
        return
    names = [family.name for family in listed if family.use != CODE]
    if chosen.family not in names:
        guess = close_matches(chosen.family, names)
        known = f"Known {'are' if names[1:] else 'is'} {join_names(names)}."
        hint = f"Did you mean '{guess[0]}'?" if guess else f"{known} For another, give its package and files."
        yield message("typeface-missing", place, hint, reason=f"layouts/fonts.yaml has no '{chosen.family}'.")


def _missing_face_remarks(family: Family, place: Callable[[str], Location]) -> Iterator[Diagnostic]:
    """Report the faces that a family lacks; bold italic only if the family has the other faces."""
    try:
        looks = [(face, read_font_properties(face.package, font_source(face.file))) for face in family.faces]
    except EnvironmentFailure:
        return  # reported elsewhere, or when type is set
    missing = [face.key for face in FOUR[1:] if not any(_looks_like(face, given, look) for given, look in looks)]
    for key in missing:
        if key != "bold_italic" or len(missing) == 1:
            name, consequence = _MISSING_FACES[key]
            yield message("typeface-lacks", place(key), name=family.name, face=name, consequence=consequence)


def _looks_like(face: Face, given: FontFace, looks: FontProperties) -> bool:
    """Whether a file is given for a face and looks like it."""
    if given.italic != face.italic or (given.weight >= LEAST_BOLD_WEIGHT) != (face.weight >= LEAST_BOLD_WEIGHT):
        return False
    return looks.italic >= face.italic and (looks.heaviest >= LEAST_BOLD_WEIGHT or face.weight < LEAST_BOLD_WEIGHT)


# Contrast is that of WCAG 2.2: 7:1 for text (1.4.6), 3:1 for marks and lines that mean something (1.4.11).

TEXT_CONTRAST, LINE_CONTRAST = 7.0, 3.0
"""Least contrast of text, such as headings and links in the accent colour, and of marks and lines with a meaning."""


PAPER, NIGHT, BLACK = "#ffffff", "#14181a", "#000000"
"""Backgrounds: a page, a dark screen (`layouts/web/web.css`), the darkest mode of an e-reader."""


def luminance(colour: str) -> float:
    """Return the relative luminance of '#rrggbb'."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def contrast(colour: str, other: str = PAPER) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    light, dark = sorted((luminance(colour), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _mixed(colour: str, end: int, share: float) -> str:
    """Return a colour mixed with a share of black (`end` 0) or white (255)."""
    return "#" + "".join(f"{round(channel + (end - channel) * share):02x}" for channel in _channels(colour))


def between(colour: str) -> str:
    """Return the shade of a colour that is as visible on white as on black."""
    shades = (_mixed(colour, end, step / 100) for end in (0, 255) for step in range(101))
    return max(shades, key=lambda shade: min(contrast(shade), contrast(shade, BLACK)))


def lightened(colour: str, ground: str = NIGHT, least: float = 10.0) -> str:
    """Return a colour mixed with as little white as makes it readable on a dark background."""
    shades = (_mixed(colour, 255, step / 20) for step in range(21))
    return next((shade for shade in shades if contrast(shade, ground) >= least), PAPER)


CHECKED = {
    "accent": (TEXT_CONTRAST, (PAPER,)),
    "ink": (TEXT_CONTRAST, (PAPER,)),
    "ink-soft": (TEXT_CONTRAST, (PAPER,)),
    "line": (LINE_CONTRAST, (PAPER,)),
    "accent-dark": (TEXT_CONTRAST, (NIGHT,)),
    "accent-mid": (LINE_CONTRAST, (PAPER, BLACK)),
}
"""The tokens with visible colours: the least contrast of each, and its backgrounds."""

_TOKEN = re.compile(r"(?<![a-z-])--(?P<name>[a-z-]+):\s*(?P<value>#[0-9a-fA-F]{6})\b")
_LENGTH = re.compile(r"(?<![a-z-])--(?P<name>[a-z-]+):\s*(?P<number>[\d.]+)(?P<unit>mm|cm|pt)\s*;")
_MM_OF_UNIT = {"mm": 1.0, "cm": 10.0, "pt": 25.4 / 72}
_GROUNDS = {PAPER: "white", NIGHT: "a dark screen", BLACK: "black"}
_ON_SCREENS = ("web/", "epub/")


def is_black_alone(imprint: LibrarySettings, variant: PdfVariant) -> bool:
    """Whether a variant is printed with black ink alone, because the library names no profile of a press."""
    return PDF_VARIANTS[variant].inked and not imprint.fields.print.profile


def accent_colour(imprint: LibrarySettings, layouts: Layouts, variant: PdfVariant = USUAL_VARIANT) -> str:
    """Return the accent colour of the library, or that of `layouts/tokens.css`; black if there is no other ink."""
    if is_black_alone(imprint, variant):
        return BLACK
    if imprint.fields.design.accent:
        return imprint.fields.design.accent
    return next((m["value"] for m in _TOKEN.finditer(layouts.files["tokens.css"]) if m["name"] == "accent"), BLACK)


def tokens(
    imprint: LibrarySettings,
    layouts: Layouts,
    faces: tuple[str, str] | None = None,
    variant: PdfVariant = USUAL_VARIANT,
) -> str:
    """Return `layouts/tokens.css` with the library's colours and measure, and families of words and of headings.

    Without families it is for devices with their own fonts, and has the name of the typeface that the library chooses.
    If black is the only ink, text and accent are black: a tint would be printed as dots.
    """
    sheet = remove_outside_addresses(layouts.files["tokens.css"])[0]
    measure = imprint.fields.design.measure
    named = (("face", faces[0]), ("head-face", faces[1])) if faces else _device_typeface(imprint, layouts)
    black = (("accent", BLACK), ("ink", BLACK)) if is_black_alone(imprint, variant) else ()
    for name, value in (*_library_colours(imprint), *named, *(_side_column(measure, sheet) if measure else ()), *black):
        sheet = re.sub(rf"(--{name}:\s*)[^;}}]+", lambda m, value=value: m[1] + value, sheet, count=1)  # type: ignore[misc]
    return sheet


def _library_colours(imprint: LibrarySettings) -> Iterator[tuple[str, str]]:
    design = imprint.fields.design
    for name in ("accent", "ink", "ink_soft", "line"):
        if value := getattr(design, name):
            yield name.replace("_", "-"), value
    if design.accent:
        yield "accent-dark", lightened(design.accent, NIGHT)
        yield "accent-mid", between(design.accent)


def _device_typeface(imprint: LibrarySettings, layouts: Layouts) -> Iterator[tuple[str, str]]:
    """Yield the tokens of the typeface that the library chooses, also for headings. Few devices have it."""
    face = faces_of_text(imprint, layouts)[0]
    if face.family != listed_families(layouts)[0].name:
        yield "face", f'"{face.family}"'
        yield "head-face", f'"{face.family}", var(--other-faces)'
        x_height = f"{read_font_properties(face.package, font_source(face.file)).x_height or 0.5:.3f}"
        yield from (("x-height", x_height), ("head-x-height", x_height))


def _side_column(measure: int, sheet: str) -> Iterator[tuple[str, str]]:
    """Yield the width of the side column: the page without its margins and the text, of a width in millimetres.

    If the margins in `tokens.css` are no plain lengths, it does not change: the engine allows no sum within a sum.
    """
    lengths = {match["name"]: float(match["number"]) * _MM_OF_UNIT[match["unit"]] for match in _LENGTH.finditer(sheet)}
    margins = [lengths.get(name) for name in ("inner", "outer", "side-gap")]
    if "page-width" in lengths and None not in margins:
        yield "side", f"{lengths['page-width'] - sum(filter(None, margins)) - measure:g}mm"


def logo_markup(imprint: LibrarySettings, assets: Iterable[Asset]) -> Markup:
    """Return the publisher's logo as a picture with alt text, or nothing.

    It is the last asset of its name: a kept version may have an earlier picture of that name.
    """
    chosen = imprint.fields.design.logo
    if chosen is None:
        return Markup("")
    asset = next((asset for asset in reversed(tuple(assets)) if asset.path == f"source/{chosen.file}"), None)
    if asset is None:
        return Markup("")
    return Markup('<p class="logo" id="logo"><img src="asset:{}" alt="{}"/></p>').format(asset.sha256, chosen.alt)


def design_remarks(imprint: LibrarySettings, layouts: Layouts) -> tuple[Diagnostic, ...]:
    """Report colours with too little contrast, and typefaces that are not available."""
    design = imprint.fields.design
    colours = [
        (name, value, imprint.marks.at("design", name.replace("-", "_")))
        for name in CHECKED
        if (value := getattr(design, name.replace("-", "_"), None))
    ]
    for path, sheet in layouts.files.items():
        if path.endswith(".css") and (path == "tokens.css" or ("/" in path and not path.startswith(_ON_SCREENS))):
            for match in _TOKEN.finditer(sheet):
                before = sheet[: match.start()]
                place = Location(f"layouts/{path}", before.count("\n") + 1, match.start() - before.rfind("\n"))
                colours.append((match["name"], match["value"], place))
    contrast_remarks = (remark for colour in colours for remark in _contrast_remarks(*colour))
    return (*contrast_remarks, *typeface_remarks(imprint, layouts))


def _contrast_remarks(name: str, colour: str, place: Location) -> Iterator[Diagnostic]:
    if name not in CHECKED:
        return
    least, grounds = CHECKED[name]
    ground = min(grounds, key=lambda ground: contrast(colour, ground))
    ratio = contrast(colour, ground)
    if ratio < least:
        change = "darker" if ground == PAPER else "lighter"
        kind = "text needs" if least == TEXT_CONTRAST else "lines and marks need"
        values = {"name": name, "colour": colour, "ratio": f"{ratio:.1f}", "ground": _GROUNDS[ground]}
        yield message("contrast-low", place, f"Choose a {change} colour.", kind=kind, least=f"{least:.0f}", **values)

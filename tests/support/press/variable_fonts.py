"""A variable font drawn here, in a package of its own: each letter a bar that grows with the weight."""

from functools import cache
from io import BytesIO
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables.TupleVariation import TupleVariation

from pipeline.core.text.fonts import COMMON_CHARACTERS

STEM, GROWTH = 60, 200
"""Units that a bar is wide at weight 400, and what it gains to 800."""
RESERVED = 'Copyright 2026 Northmoor Institute, with Reserved Font Name "Bars"'
WEIGHTS = ("wght", 300, 400, 800, "Weight")
WIDTHS = ("wdth", 75, 100, 100, "Width")
LICENCE = "SIL OPEN FONT LICENSE Version 1.1\n"


@cache
def bars(
    family: str = "Bars",
    axes: tuple[tuple[str, float, float, float, str], ...] = (WEIGHTS, WIDTHS),
    italic: bool = False,
    copyright: str = "Copyright 2026 Northmoor Institute",
) -> bytes:
    """The font; without axes it is one of weight 400."""
    letters = {f"u{ord(one):04X}": ord(one) for one in sorted(COMMON_CHARACTERS | set("▲▼●○■□◆✓•"))}
    names = [".notdef", *letters]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({code: name for name, code in letters.items()})
    blank = {name for name, code in letters.items() if chr(code).isspace()}
    builder.setupGlyf({name: _bar(40 + 5 * (n % 40), name in blank) for n, name in enumerate(names)})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (500, 50)))
    builder.setupHorizontalHeader(ascent=900, descent=-200)
    builder.setupNameTable(
        {
            **{"copyright": copyright, "familyName": family, "styleName": "Italic" if italic else "Regular"},
            **{"psName": f"{family}-Regular".replace(" ", ""), "fullName": family, "uniqueFontIdentifier": family},
        }
    )
    builder.setupOS2(usWeightClass=400, fsSelection=0x01 if italic else 0x40, sxHeight=500, sCapHeight=700)
    builder.setupPost()
    if axes:
        builder.setupFvar(list(axes), [])
        builder.setupGvar({name: _growth(axes[0][0], name in blank) for name in names})
    builder.font["head"].created = builder.font["head"].modified = 3_800_000_000
    builder.font.recalcTimestamp = False
    content = BytesIO()
    builder.save(content)
    return content.getvalue()


def _bar(height: int, blank: bool) -> object:
    pen = TTGlyphPen(None)
    if not blank:
        pen.moveTo((50, 0))
        for point in ((50, 300 + height), (50 + STEM, 300 + height), (50 + STEM, 0)):
            pen.lineTo(point)
        pen.closePath()
    return pen.glyph()


def _growth(axis: str, blank: bool) -> list[TupleVariation]:
    """At the end of its first axis a bar is wider on its right, and so is its room."""
    outline = [] if blank else [(0, 0), (0, 0), (GROWTH, 0), (GROWTH, 0)]
    return [TupleVariation({axis: (0.0, 1.0, 1.0)}, [*outline, (0, 0), (GROWTH, 0), (0, 0), (0, 0)])]


def package(folder: Path, name: str, licence: str = LICENCE, **files: bytes) -> str:
    """A font package in a folder, by its importable name. In the names of files `__` stands for what they vary by."""
    home = folder / name
    (home / "files").mkdir(parents=True)
    (home / "__init__.py").write_text("")
    (home / "LICENSE").write_text(licence)
    for file, content in files.items():
        plain = file.replace("__", "[wdth,wght]").replace("_", "-")
        (home / "files" / f"{plain}.ttf").write_bytes(content)
    return name

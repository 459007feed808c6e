"""Font files, faces and fallback fonts."""

import os
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from io import BytesIO
from itertools import repeat
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from unicodedata import bidirectional, mirrored

from pipeline.core.diagnostics import EnvironmentFailure

# Fallback fonts for characters that the text's own faces lack. No code of their packages is run.

NOTO, DEJAVU, STIX, CJK = "manimgx_fonts", "ziafont", "ziamath", "fonts-noto-cjk"
"""Packages of Noto for scripts, signs and emoji; of DejaVu Sans; of STIX Two Math; and Debian's of Noto Sans CJK."""

_PYTHON_PACKAGES: Mapping[str, str] = {NOTO: "", DEJAVU: "fonts", STIX: "fonts"}
"""The folder of the fonts in each Python package."""

_SYSTEM_PACKAGES: Mapping[str, tuple[str, ...]] = {
    CJK: (
        "/usr/share/fonts/opentype/noto",
        "/usr/share/fonts/noto-cjk",
        "/usr/share/fonts/google-noto-cjk",
        "/usr/share/fonts/google-noto-sans-cjk-fonts",
    )
}
"""The folders of fonts that are too large for a Python package; the first that exists is used."""

_ASCENT, _DESCENT = 0.874, 0.1
"""Height and depth that fallback fonts get, relative to the size. The text faces have no less, so a borrowed letter
makes no line higher; the middle between them is the same as Lato's, so a line of such letters alone is in its place."""


def is_fallback(package: str) -> bool:
    """True if a package has fallback fonts."""
    return package in _PYTHON_PACKAGES or package in _SYSTEM_PACKAGES


def _fallback_folder(package: str) -> Path:
    if package in _PYTHON_PACKAGES:
        spec = find_spec(package)
        if spec is None or not spec.origin:
            raise EnvironmentFailure(f"The font package '{package}' is not installed.")
        return Path(spec.origin).parent / _PYTHON_PACKAGES[package]
    for folder in map(Path, _SYSTEM_PACKAGES[package]):
        if (folder / "NotoSansCJK-Regular.ttc").is_file():
            return folder
    raise EnvironmentFailure(f"The fonts of the Debian package '{package}' are not installed.")


@cache
def is_installed(package: str) -> bool:
    """True if a package of fallback fonts is installed."""
    try:
        return _fallback_folder(package).is_dir()
    except EnvironmentFailure:
        return False


@cache
def system_fonts(package: str) -> str:
    """Return the sizes of the system's font files, which identify their release; "" if they are missing."""
    if not is_installed(package):
        return ""
    sizes = sorted((path.name, path.stat().st_size) for path in _fallback_folder(package).glob("NotoSansCJK-*.ttc"))
    return " ".join(str(size) for _, size in sizes)


def extract_collection_font(content: bytes, number: int) -> bytes:
    """Return one font of a collection as a file of its own (OpenType 1.9, 'Font collections')."""
    from fontTools.ttLib import TTFont, TTLibError  # not needed if everything is cached

    out = BytesIO()
    try:
        if content[:4] != b"ttcf":
            raise TTLibError("no collection")
        TTFont(BytesIO(content), fontNumber=number, lazy=True, recalcTimestamp=False).save(out)
    except (TTLibError, struct.error) as error:
        raise EnvironmentFailure("A collection of fonts is damaged.") from error
    return out.getvalue()


def _with_fallback_height(content: bytes) -> bytes:
    """Return a font with the line height of all fallback fonts; its letters do not change."""
    font = bytearray(content)
    tables = {
        tag: offset
        for tag, _, offset, _ in struct.iter_unpack(">4sIII", content[12 : 12 + 16 * int.from_bytes(content[4:6])])
    }
    (em,) = struct.unpack_from(">H", content, tables[b"head"] + 18)
    up, down = round(_ASCENT * em), round(_DESCENT * em)
    struct.pack_into(">3h", font, tables[b"hhea"] + 4, up, -down, 0)
    struct.pack_into(">3h2H", font, tables[b"OS/2"] + 68, up, -down, 0, up, down)
    return bytes(font)


# Font files of installed packages. WeasyPrint would instantiate a variable font in every run, and only one of its
# weights: here each weight is instantiated once.

LEAST_BOLD_WEIGHT = 600
"""The least weight that looks bold next to text."""

UNRESERVED_FAMILY = "House Text"
"""Family name of an instance if the licence reserves the name for the whole font (SIL OFL, clause 3)."""

_COLLECTED = re.compile(r"(?P<stem>.+)~(?P<number>\d)\.ttc")
"""Name of one font of a collection."""
_INSTANCE = re.compile(r"(?P<stem>.+)@(?P<weight>\d{1,4})(?P<italic>i?)(?P<suffix>\.\w+)")
"""Name of an instance of a variable font."""
_RESERVED = re.compile(r"\bwith\s+(?:the\s+)?reserved\s+font\s+name", re.IGNORECASE)
_RENAMED = frozenset({1, 2, 3, 4, 6, 16, 17, 18, 20, 21, 22, 25})
_SFNT = (b"\0\1\0\0", b"OTTO", b"true")
_SLANTED, _SLANTS = 0x201, {"ital", "slnt"}
_temporary_files: list[Any] = []
"""Open files that are deleted with the process."""

COMMON_CHARACTERS = frozenset(
    {chr(code) for first, last in ((0x20, 0x7E), (0xA0, 0xFF)) for code in range(first, last + 1)}
    | set("ĀāĂăĄąĆćČčĊċĎďĐđĒēĖėĘęĚěĞğĠġĢģĦħĪīĮįİıĶķĹĺĻļĽľŁłŃńŅņŇňŌōŐőŒœŔŕŘřŚśŞşŠšŢţŤťŪūŮůŰűŲųŹźŻżŽžȘșȚțẞ")
    | set("ŴŵŶŷŸẀẁẂẃẄẅỲỳ")
    | set("‐–—‘’‚“”„†‡•…′″‰‹›⁄€™−≈≠≤≥\u2009\u200a\u202f")
)
"""The characters that every subset has, if its face has them: those of English, Welsh and the other European languages
in Latin letters, with punctuation, figures and signs. Texts that use others get a subset of their own."""

_OPEN_FONT_LICENCE = "SIL OPEN FONT LICENSE Version 1.1"
"""First line of that licence."""
_LICENCES = ("LICENSE", "LICENSE.txt", "OFL.txt", "LICENCE", "LICENCE.txt")

_PACKAGE = re.compile(r"fontpkg_[a-z0-9_]+")
"""Names of the packages that may be opened: opening a package runs its code."""


def _files(package: str) -> Traversable:
    return _fallback_folder(package) if is_fallback(package) else _folder(package) / "files"


def _folder(package: str) -> Traversable:
    if not _PACKAGE.fullmatch(package):
        raise EnvironmentFailure(f"'{package}' is not a font package: their names begin with 'fontpkg_'.")
    try:
        return resources.files(package)
    except ModuleNotFoundError as error:
        raise EnvironmentFailure(f"The font package '{package}' is not installed.") from error


@dataclass(frozen=True, slots=True)
class FontProperties:
    """Properties of a font: range of weights, slant, whether it is variable, x-height."""

    lightest: int
    heaviest: int
    italic: bool
    variable: bool = False
    x_height: float = 0
    """In ems; 0 if the font does not specify it."""


def face_file(package: str, file: str, weight: int, italic: bool) -> str:
    """Return the file name of a face of one weight: the file itself, or an instance if the font is variable.

    `Arimo[wght].ttf` in bold is `Arimo[wght]@700.ttf`, which is generated when it is read.
    """
    try:
        is_variable = read_font_properties(package, file).variable
    except EnvironmentFailure:
        return file  # the error is reported where the face is read
    stem, dot, suffix = file.rpartition(".")
    return f"{stem}@{weight}{'i' if italic else ''}{dot}{suffix}" if is_variable else file


def font_source(file: str) -> str:
    """Return the installed file of a face: the same file, or the one that an instance is made from."""
    instance = _INSTANCE.fullmatch(file)
    return instance["stem"] + instance["suffix"] if instance else file


@cache
def list_font_files(package: str) -> tuple[str, ...]:
    """Return the font files of a package in order; none if it is not installed."""
    try:
        return tuple(sorted(path.name for path in _files(package).iterdir()))
    except (EnvironmentFailure, OSError):
        return ()


@cache
def font_path(package: str, file: str) -> Path:
    """Return the path of a font file; a generated one is in memory."""
    is_generated = is_fallback(package) or _INSTANCE.fullmatch(file)
    return write_temporary_font(read_font_file(package, file)) if is_generated else _installed(package, file)


@cache
def read_font_file(package: str, file: str) -> bytes:
    """Return the bytes of a font file, or of a font generated from one."""
    content = _read_font(package, file)
    return _with_fallback_height(content) if is_fallback(package) else content


def _read_font(package: str, file: str) -> bytes:
    """Return an installed font, one of a collection, or an instance."""
    if member := _COLLECTED.fullmatch(file):
        return extract_collection_font(_installed(package, f"{member['stem']}.ttc").read_bytes(), int(member["number"]))
    instance = _INSTANCE.fullmatch(file)
    if instance is None:
        return _installed(package, file).read_bytes()
    variable_font = _installed(package, font_source(file)).read_bytes()
    weight, italic = int(instance["weight"]), bool(instance["italic"])
    try:
        font = _instantiate(variable_font, weight, italic)
    except RuntimeError as error:
        raise EnvironmentFailure(f"No fonts of one weight can be made of '{font_source(file)}'.") from error
    return _rename(font, weight, italic, read_font_licence(package))


def _installed(package: str, file: str) -> Path:
    path = _files(package) / file
    if "/" in file or "\\" in file or file in {"", ".", ".."} or not isinstance(path, Path) or not path.is_file():
        raise EnvironmentFailure(f"The font package '{package}' has no file '{file}'.")
    return path


@cache
def read_font_properties(package: str, file: str) -> FontProperties:
    """Return the properties of a font file, from its tables (OpenType 1.9, OS/2 and fvar)."""
    import uharfbuzz as hb  # not needed if everything is cached

    content = read_font_file(package, file)
    face = hb.Face(hb.Blob(content))
    try:
        if content[:4] not in _SFNT or not {"cmap", "OS/2"} <= set(face.table_tags):
            raise ValueError("no font")
        os2 = face.reference_table("OS/2").data
        weight, selection = struct.unpack_from(">4xH56xH", os2)
        x_height = struct.unpack_from(">86xH", os2)[0] / face.upem if len(os2) > 87 else 0
    except (struct.error, ValueError) as error:
        raise EnvironmentFailure(f"'{file}' of '{package}' is not a TrueType or OpenType font.") from error
    axes = {axis.tag: (int(axis.min_value), int(axis.max_value)) for axis in face.axis_infos}
    lightest, heaviest = axes.get("wght", (weight, weight))
    return FontProperties(lightest, heaviest, bool(selection & _SLANTED or axes.keys() & _SLANTS), bool(axes), x_height)


def _instantiate(content: bytes, weight: int, italic: bool) -> bytes:
    """Return a static face of a variable font, with its default on all axes but weight and slant.

    HarfBuzz needs milliseconds for this, fontTools a second, so nothing has to be cached.
    """
    import uharfbuzz as hb

    options, face = hb.SubsetInput(), hb.Face(hb.Blob(content))
    options.keep_everything()
    options.flags |= hb.SubsetFlags.DOWNGRADE_CFF2  # the engine cannot embed CFF2
    options.sets(hb.SubsetInputSets.DROP_TABLE_TAG).update({int.from_bytes(tag) for tag in (b"DSIG", b"STAT")})
    options.pin_all_axes_to_default(face)
    axes = {axis.tag: axis for axis in face.axis_infos}
    pins = {"wght": weight, "ital": 1, "slnt": -90} if italic else {"wght": weight}
    for tag in pins.keys() & axes.keys():
        options.pin_axis_location(face, tag, min(max(pins[tag], axes[tag].min_value), axes[tag].max_value))
    return bytes(hb.subset(face, options).blob.data)


def _rename(content: bytes, weight: int, italic: bool, licence: str) -> bytes:
    """Return an instance with its own style name, and with another family name if the licence reserves the name."""
    from fontTools.ttLib import TTFont

    font: Any = TTFont(BytesIO(content), lazy=True, recalcTimestamp=False)
    names, weight_name = font["name"], {400: "", 700: "Bold"}.get(weight, str(weight))
    style = " ".join(filter(None, (weight_name, "Italic" if italic else ""))) or "Regular"
    terms = " ".join(filter(None, (licence, *(names.getDebugName(number) for number in (0, 13)))))
    original = names.getDebugName(16) or names.getDebugName(1) or UNRESERVED_FAMILY
    family = UNRESERVED_FAMILY if _RESERVED.search(terms) else original
    names.names = [record for record in names.names if record.nameID not in _RENAMED]
    short = f"{family}-{style}".replace(" ", "")
    for number, name in ((1, family), (2, style), (3, short), (4, f"{family} {style}"), (6, short)):
        names.setName(name, number, 3, 1, 0x409)
    bits = (0x20 if weight >= LEAST_BOLD_WEIGHT else 0) | (0x01 if italic else 0)
    font["OS/2"].fsSelection = font["OS/2"].fsSelection & ~0x61 | (bits or 0x40)
    font["OS/2"].usWeightClass = weight
    font["head"].macStyle = (1 if weight >= LEAST_BOLD_WEIGHT else 0) | (2 if italic else 0)
    out = BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()


def write_temporary_font(content: bytes) -> Path:
    """Return a path to a font in memory, for the engine, which only opens files. It is deleted with the process.

    If the system has no files in memory, it is a temporary file.
    """
    with suppress(OSError, AttributeError):
        handle = os.memfd_create("typeface", os.MFD_CLOEXEC)
        path = Path(f"/proc/self/fd/{handle}")
        if path.exists():
            with os.fdopen(handle, "wb", closefd=False) as file:
                file.write(content)
            return path
        os.close(handle)
    temporary = NamedTemporaryFile(prefix="typeface-", suffix=".ttf")  # noqa: SIM115  it stays open
    temporary.write(content)
    temporary.flush()
    _temporary_files.append(temporary)
    return Path(temporary.name)


@cache
def read_font_licence(package: str) -> str:
    """Return the licence of a font package, which must be shipped with its fonts; "" if it has none."""
    if is_fallback(package):
        fonts = (name for name in list_font_files(package) if name.endswith((".ttf", ".otf", "CJK-Regular.ttc")))
        terms = dict.fromkeys(_terms(package, name) for name in fonts)
        return _whole_licence("\n\n".join(filter(None, terms)))
    folder = _folder(package)
    path = next((folder / name for name in _LICENCES if (folder / name).is_file()), None)
    return path.read_text(encoding="utf-8") if path else ""


def _whole_licence(terms: str) -> str:
    """Add the text of the SIL Open Font License to terms that only name it, from the package of Noto."""
    if "SIL Open Font License" not in terms or "\nPREAMBLE\n" in terms:
        return terms
    from importlib.metadata import PackageNotFoundError, distribution  # not needed if everything is cached

    try:
        licence = distribution(NOTO).read_text("licenses/LICENSE") or ""
    except PackageNotFoundError:
        licence = ""
    _, title, text = licence.partition(_OPEN_FONT_LICENCE)
    if not title:
        raise EnvironmentFailure(f"The licence of the font package '{NOTO}' is missing.")
    return f"{terms}\n\n{title}{text}"


def _terms(package: str, file: str) -> str:
    """Return the copyright and licence in a font's names (OpenType 1.9, name)."""
    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(_installed(package, file).read_bytes()), lazy=True, fontNumber=0) as font:
        return "\n".join(filter(None, (font["name"].getDebugName(number) for number in (0, 13))))


@cache
def font_characters(package: str, file: str) -> frozenset[int]:
    """Return the code points that a font file can print."""
    import uharfbuzz as hb  # not needed if everything is cached

    if (source := font_source(file)) != file:
        return font_characters(package, source)
    return frozenset(hb.Face(hb.Blob(read_font_file(package, file))).unicodes)


def common_characters(files: Iterable[tuple[str, str]]) -> frozenset[int]:
    """Return the code points that all of the files, each named by package and file, can print."""
    sets = [font_characters(package, file) for package, file in files]
    return frozenset.intersection(*sets) if sets else frozenset()


# Scripts and directions

SCRIPT_RANGES: Mapping[str, tuple[tuple[int, int], ...]] = {
    "arabic": ((0x600, 0x6FF), (0x750, 0x77F), (0x870, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFE)),
    "hebrew": ((0x590, 0x5FF), (0xFB1D, 0xFB4F)),
    "devanagari": ((0x900, 0x97F), (0xA8E0, 0xA8FF)),
    "japanese": ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF65, 0xFF9F)),
    "korean": ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xFFA0, 0xFFDC)),
    "chinese": (
        *((0x2E80, 0x303F), (0x3100, 0x312F), (0x3190, 0x31EF), (0x3200, 0x9FFF), (0xF900, 0xFAFF)),
        *((0xFE30, 0xFE4F), (0xFF00, 0xFF64), (0xFFE0, 0xFFEF), (0x20000, 0x323AF)),
    ),
}
"""The ranges of each script, first and last. Letters that Chinese, Japanese and Korean share count as Chinese."""


@lru_cache(maxsize=4096)
def script_of(code: int) -> str:
    """Return the script of a letter that needs a font of its own, or ""."""
    return next((name for name, ranges in SCRIPT_RANGES.items() if any(a <= code <= b for a, b in ranges)), "")


COMPLEX_SCRIPTS = re.compile("[\u0590-\u08ff\u0900-\u0dff\u0e00-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufefe]")
"""Hebrew and Arabic with similar scripts, and the scripts of South and South-East Asia."""

GLYPH_PART = "\u200b"
"""The text of a glyph that is only a part of a letter: each glyph must have one."""


def runs_right_to_left(letters: Iterable[str]) -> bool:
    """True if some of the letters are written from right to left (Unicode's bidirectional classes R and AL)."""
    return any(bidirectional(letter) in ("R", "AL") for letter in letters)


_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
OVERRIDES = "\u202d\u202e"


def find_direction_characters(text: str) -> Iterator[tuple[int, int, str]]:
    """Find the invisible characters that change the order of letters: line, column and character.

    In lines with letters that are written from right to left only overrides count: such letters need the others.
    """
    for number, line in enumerate(text.split("\n"), 1) if _DIRECTION.search(text) else ():
        for character in _DIRECTION.finditer(line):
            if character[0] in OVERRIDES or not runs_right_to_left(line):
                yield number, character.start() + 1, character[0]


def remove_direction_characters(text: str, instead: str = "") -> str:
    """Return the text with other characters instead of those that `find_direction_characters` finds."""
    lines = text.split("\n") if _DIRECTION.search(text) else ()
    wrong = (f"[{OVERRIDES}]" if runs_right_to_left(line) else _DIRECTION for line in lines)
    return "\n".join(map(re.sub, wrong, repeat(instead), lines)) if lines else text


_MARKS = "\u061c\u200e\u200f"
_QUOTATION = frozenset("“”„‟‘’‚‛")


def sort_letters(letters: Iterable[str]) -> list[str]:
    """Return letters sorted, for comparison, because programs mix up the halves of brackets and quotation marks.

    Direction marks are left out: not every font has them.
    """
    shown = (letter for letter in letters if letter not in _MARKS)
    return sorted("(" if mirrored(letter) or letter in _QUOTATION else letter for letter in shown)


# Keycaps and flags of parts of countries, which no face prints as one sign

KEYCAP = re.compile("(?P<key>[0-9A-Za-z#*]?)\ufe0f?\u20e3")
"""A letter and the mark that draws a key around it; or the mark alone, which is not printed."""

REGION = re.compile("\U0001f3f4(?P<tags>[\U000e0020-\U000e007e]+)\U000e007f")
"""A black flag, and the code of the region in tag characters."""


def region_of(tags: str) -> str:
    """Return the ISO 3166-2 code of tag characters: 'GB-WLS'."""
    code = "".join(chr(ord(tag) - 0xE0000) for tag in tags).upper()
    return f"{code[:2]}-{code[2:]}" if code[2:] else code


def spell_keycaps_and_flags(text: str) -> str:
    """Replace each keycap by its letter, and each flag of a part of a country by its code."""
    if text.isascii():
        return text
    return REGION.sub(lambda flag: region_of(flag["tags"]), KEYCAP.sub(r"\g<key>", text))

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

# Font packages for what the text's own faces lack. None of their code is run.

NOTO, DEJAVU, STIX, CJK = "manimgx_fonts", "ziafont", "ziamath", "fonts-noto-cjk"
"""Noto for scripts, signs and emoji; DejaVu Sans; STIX Two Math; and what Debian calls its package of Noto Sans CJK."""

_INSIDE: Mapping[str, str] = {NOTO: "", DEJAVU: "fonts", STIX: "fonts"}
"""The folder of its fonts in each Python package."""

_ON_THE_MACHINE: Mapping[str, tuple[str, ...]] = {
    CJK: (
        "/usr/share/fonts/opentype/noto",
        "/usr/share/fonts/noto-cjk",
        "/usr/share/fonts/google-noto-cjk",
        "/usr/share/fonts/google-noto-sans-cjk-fonts",
    )
}
"""The folders in which systems put fonts that are too heavy for every clone, the first that is there counts."""

ASCENT, DESCENT = 0.874, 0.1
"""Of the size of the type: as high as such a font says that it is. No text face of the house says less, so no line
becomes higher by a borrowed letter; and the middle between them is that of Lato, so a line of such letters alone stands
as any other."""


def is_fallback(package: str) -> bool:
    """Whether a package is one of those that bring what other faces lack."""
    return package in _INSIDE or package in _ON_THE_MACHINE


def fallback_folder(package: str) -> Path:
    """Folder of the fonts of such a package."""
    if package in _INSIDE:
        found = find_spec(package)
        if found is None or not found.origin:
            raise EnvironmentFailure(f"The font package '{package}' is not installed.")
        return Path(found.origin).parent / _INSIDE[package]
    for folder in map(Path, _ON_THE_MACHINE[package]):
        if (folder / "NotoSansCJK-Regular.ttc").is_file():
            return folder
    raise EnvironmentFailure(f"The fonts of the Debian package '{package}' are not installed.")


@cache
def is_installed(package: str) -> bool:
    """Whether such a package is there."""
    try:
        return fallback_folder(package).is_dir()
    except EnvironmentFailure:
        return False


@cache
def system_fonts(package: str) -> str:
    """Release of the system's fonts, as the sizes of their files; empty if they are missing."""
    if not is_installed(package):
        return ""
    sizes = sorted((path.name, path.stat().st_size) for path in fallback_folder(package).glob("NotoSansCJK-*.ttc"))
    return " ".join(str(size) for _, size in sizes)


def one_of(content: bytes, number: int) -> bytes:
    """One font of a collection as a file of its own (OpenType 1.9, 'Font collections')."""
    from fontTools.ttLib import TTFont, TTLibError  # not needed where everything is remembered

    out = BytesIO()
    try:
        if content[:4] != b"ttcf":
            raise TTLibError("no collection")
        TTFont(BytesIO(content), fontNumber=number, lazy=True, recalcTimestamp=False).save(out)
    except (TTLibError, struct.error) as broken:
        raise EnvironmentFailure("A collection of fonts is damaged.") from broken
    return out.getvalue()


def levelled(content: bytes) -> bytes:
    """The font with the height of a line that all fallback fonts say; its letters are as they were."""
    font = bytearray(content)
    tables = {
        tag: offset
        for tag, _, offset, _ in struct.iter_unpack(">4sIII", content[12 : 12 + 16 * int.from_bytes(content[4:6])])
    }
    (em,) = struct.unpack_from(">H", content, tables[b"head"] + 18)
    up, down = round(ASCENT * em), round(DESCENT * em)
    struct.pack_into(">3h", font, tables[b"hhea"] + 4, up, -down, 0)
    struct.pack_into(">3h2H", font, tables[b"OS/2"] + 68, up, -down, 0, up, down)
    return bytes(font)


# Font files of installed packages. The engine would make a static font of a variable one in every press, and knows
# only one weight of it: here each weight is made once.

BOLD = 600
"""The least weight that is seen to be bold beside text."""

UNRESERVED = "House Text"
"""Family name of an instance if the licence reserves the name for the whole font (SIL OFL, clause 3)."""

_COLLECTED = re.compile(r"(?P<stem>.+)~(?P<number>\d)\.ttc")
"""One font of a collection, by its number."""
_INSTANCE = re.compile(r"(?P<stem>.+)@(?P<weight>\d{1,4})(?P<italic>i?)(?P<end>\.\w+)")
_RESERVED = re.compile(r"\bwith\s+(?:the\s+)?reserved\s+font\s+name", re.IGNORECASE)
_RENAMED = frozenset({1, 2, 3, 4, 6, 16, 17, 18, 20, 21, 22, 25})
_SFNT = (b"\0\1\0\0", b"OTTO", b"true")
_SLANTED, _SLANTS = 0x201, {"ital", "slnt"}
_LAID_DOWN: list[Any] = []
"""Files that go with the process."""

REPERTOIRE = frozenset(
    {chr(code) for first, last in ((0x20, 0x7E), (0xA0, 0xFF)) for code in range(first, last + 1)}
    | set("ĀāĂăĄąĆćČčĊċĎďĐđĒēĖėĘęĚěĞğĠġĢģĦħĪīĮįİıĶķĹĺĻļĽľŁłŃńŅņŇňŌōŐőŒœŔŕŘřŚśŞşŠšŢţŤťŪūŮůŰűŲųŹźŻżŽžȘșȚțẞ")
    | set("ŴŵŶŷŸẀẁẂẃẄẅỲỳ")
    | set("‐–—‘’‚“”„†‡•…′″‰‹›⁄€™−≈≠≤≥\u2009\u200a\u202f")
)
"""The characters that every cut font holds as far as its face has them: those of English, Welsh and the other
languages of Europe that are written in Latin letters, with marks, figures and signs. Texts that use others get them
in a cut of their own."""

_OPEN_FONT_LICENCE = "SIL OPEN FONT LICENSE Version 1.1"
"""First line of that licence."""
_LICENCES = ("LICENSE", "LICENSE.txt", "OFL.txt", "LICENCE", "LICENCE.txt")

_PACKAGE = re.compile(r"fontpkg_[a-z0-9_]+")
"""No other package is looked into, whatever a layout or a store names: to look into one is to run its code."""


def _files(package: str) -> Traversable:
    return fallback_folder(package) if is_fallback(package) else _folder(package) / "files"


def _folder(package: str) -> Traversable:
    if not _PACKAGE.fullmatch(package):
        raise EnvironmentFailure(f"'{package}' is no font package: the names of these begin with 'fontpkg_'.")
    try:
        return resources.files(package)
    except ModuleNotFoundError as absent:
        raise EnvironmentFailure(f"The font package '{package}' is not installed.") from absent


@dataclass(frozen=True, slots=True)
class Looks:
    """Properties of a font: range of weights, slant, whether anything about it varies, height of its small letters."""

    lightest: int
    heaviest: int
    italic: bool
    variable: bool = False
    x_height: float = 0
    """The height of its small letters, in ems; 0 where it does not say."""


def face_file(package: str, file: str, weight: int, italic: bool) -> str:
    """The name of a face of one weight: the file's own, or where its weights vary that of an instance of it.

    `Arimo[wght].ttf` in bold is `Arimo[wght]@700.ttf`, which is made when it is asked for.
    """
    try:
        varies = font_looks(package, file).variable
    except EnvironmentFailure:
        return file  # which is told where the face is asked for
    stem, dot, end = file.rpartition(".")
    return f"{stem}@{weight}{'i' if italic else ''}{dot}{end}" if varies else file


def font_source(file: str) -> str:
    """The file that a face is of: itself, or the one that an instance is made of."""
    made = _INSTANCE.fullmatch(file)
    return made["stem"] + made["end"] if made else file


@cache
def font_names(package: str) -> tuple[str, ...]:
    """The font files that an installed package holds, in order; none where it is not installed."""
    try:
        return tuple(sorted(held.name for held in _files(package).iterdir()))
    except (EnvironmentFailure, OSError):
        return ()


@cache
def font_path(package: str, file: str) -> Path:
    """Path of a font file of an installed package; one that is generated lies in memory."""
    made = is_fallback(package) or _INSTANCE.fullmatch(file)
    return laid_down(font_file(package, file)) if made else _installed(package, file)


@cache
def font_file(package: str, file: str) -> bytes:
    """The bytes of a font file of an installed package, or of what is made of one."""
    content = _whole(package, file)
    return levelled(content) if is_fallback(package) else content


def _whole(package: str, file: str) -> bytes:
    """A font as its package has it, or one of a collection, or an instance."""
    if held := _COLLECTED.fullmatch(file):
        return one_of(_installed(package, f"{held['stem']}.ttc").read_bytes(), int(held["number"]))
    made = _INSTANCE.fullmatch(file)
    if made is None:
        return _installed(package, file).read_bytes()
    whole = _installed(package, font_source(file)).read_bytes()
    try:
        font = _instance(whole, int(made["weight"]), bool(made["italic"]))
    except RuntimeError as refused:
        raise EnvironmentFailure(f"No fonts of one weight can be made of '{font_source(file)}'.") from refused
    return _named(font, int(made["weight"]), bool(made["italic"]), font_licence(package))


def _installed(package: str, file: str) -> Path:
    found = _files(package) / file
    if "/" in file or "\\" in file or file in {"", ".", ".."} or not isinstance(found, Path) or not found.is_file():
        raise EnvironmentFailure(f"The font package '{package}' has no file '{file}'.")
    return found


@cache
def font_looks(package: str, file: str) -> Looks:
    """Properties of a font file, from its own tables (OpenType 1.9, OS/2 and fvar)."""
    import uharfbuzz as hb  # not needed where everything is remembered

    content = font_file(package, file)
    face = hb.Face(hb.Blob(content))
    try:
        if content[:4] not in _SFNT or not {"cmap", "OS/2"} <= set(face.table_tags):
            raise ValueError("no font")
        about = face.reference_table("OS/2").data
        weight, selection = struct.unpack_from(">4xH56xH", about)
        small = struct.unpack_from(">86xH", about)[0] / face.upem if len(about) > 87 else 0
    except (struct.error, ValueError) as broken:
        raise EnvironmentFailure(f"'{file}' of '{package}' is no TrueType or OpenType font.") from broken
    axes = {axis.tag: (int(axis.min_value), int(axis.max_value)) for axis in face.axis_infos}
    lightest, heaviest = axes.get("wght", (weight, weight))
    return Looks(lightest, heaviest, bool(selection & _SLANTED or axes.keys() & _SLANTS), bool(axes), small)


def _instance(content: bytes, weight: int, italic: bool) -> bytes:
    """One face of a variable font, whole and static; all axes but weight and slant stand at their default.

    HarfBuzz takes milliseconds for what takes fontTools a second, so that nothing need be remembered.
    """
    import uharfbuzz as hb

    order, face = hb.SubsetInput(), hb.Face(hb.Blob(content))
    order.keep_everything()
    order.flags |= hb.SubsetFlags.DOWNGRADE_CFF2  # the engine cannot embed the newer kind
    order.sets(hb.SubsetInputSets.DROP_TABLE_TAG).update({int.from_bytes(tag) for tag in (b"DSIG", b"STAT")})
    order.pin_all_axes_to_default(face)
    ends = {axis.tag: axis for axis in face.axis_infos}
    pins = {"wght": weight, "ital": 1, "slnt": -90} if italic else {"wght": weight}
    for tag in pins.keys() & ends.keys():
        order.pin_axis_location(face, tag, min(max(pins[tag], ends[tag].min_value), ends[tag].max_value))
    return bytes(hb.subset(face, order).blob.data)


def _named(content: bytes, weight: int, italic: bool, licence: str) -> bytes:
    """An instance with a name and style of its own; another family's name where that of its own is reserved."""
    from fontTools.ttLib import TTFont

    font: Any = TTFont(BytesIO(content), lazy=True, recalcTimestamp=False)
    names, plain = font["name"], {400: "", 700: "Bold"}.get(weight, str(weight))
    style = " ".join(filter(None, (plain, "Italic" if italic else ""))) or "Regular"
    terms = " ".join(filter(None, (licence, *(names.getDebugName(number) for number in (0, 13)))))
    own = names.getDebugName(16) or names.getDebugName(1) or UNRESERVED
    family = UNRESERVED if _RESERVED.search(terms) else own
    names.names = [one for one in names.names if one.nameID not in _RENAMED]
    short = f"{family}-{style}".replace(" ", "")
    for number, said in ((1, family), (2, style), (3, short), (4, f"{family} {style}"), (6, short)):
        names.setName(said, number, 3, 1, 0x409)
    bits = (0x20 if weight >= BOLD else 0) | (0x01 if italic else 0)
    font["OS/2"].fsSelection = font["OS/2"].fsSelection & ~0x61 | (bits or 0x40)
    font["OS/2"].usWeightClass = weight
    font["head"].macStyle = (1 if weight >= BOLD else 0) | (2 if italic else 0)
    out = BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()


def laid_down(content: bytes) -> Path:
    """Path of a font that is in no file, for the engine, which opens files only; gone with the process.

    Where the system has no files in memory it is a temporary one.
    """
    with suppress(OSError, AttributeError):
        handle = os.memfd_create("typeface", os.MFD_CLOEXEC)
        path = Path(f"/proc/self/fd/{handle}")
        if path.exists():
            with os.fdopen(handle, "wb", closefd=False) as file:
                file.write(content)
            return path
        os.close(handle)
    kept = NamedTemporaryFile(prefix="typeface-", suffix=".ttf")  # noqa: SIM115  it is open for good
    kept.write(content)
    kept.flush()
    _LAID_DOWN.append(kept)
    return Path(kept.name)


@cache
def font_licence(package: str) -> str:
    """The whole licence of an installed font package, which must go with its fonts; nothing where it has none."""
    if is_fallback(package):
        fonts = (name for name in font_names(package) if name.endswith((".ttf", ".otf", "CJK-Regular.ttc")))
        terms = dict.fromkeys(_terms(package, name) for name in fonts)
        return _whole_licence("\n\n".join(filter(None, terms)))
    folder = _folder(package)
    found = next((folder / name for name in _LICENCES if (folder / name).is_file()), None)
    return found.read_text(encoding="utf-8") if found else ""


def _whole_licence(said: str) -> str:
    """Licence of a font, with the full text of the SIL Open Font License if it only names that.

    They are those that the package of Noto brings, for they are the same for every font.
    """
    if "SIL Open Font License" not in said or "\nPREAMBLE\n" in said:
        return said
    from importlib.metadata import PackageNotFoundError, distribution  # not needed where everything is remembered

    try:
        brought = distribution(NOTO).read_text("licenses/LICENSE") or ""
    except PackageNotFoundError:
        brought = ""
    _, start, words = brought.partition(_OPEN_FONT_LICENCE)
    if not start:
        raise EnvironmentFailure(f"The licence of the font package '{NOTO}' is missing.")
    return f"{said}\n\n{start}{words}"


def _terms(package: str, file: str) -> str:
    """Copyright and licence as a font says them (OpenType 1.9, name)."""
    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(_installed(package, file).read_bytes()), lazy=True, fontNumber=0) as font:
        said = (font["name"].getDebugName(number) for number in (0, 13))
        return "\n".join(filter(None, said))


@cache
def font_characters(package: str, file: str) -> frozenset[int]:
    """The code points that a font file can print."""
    import uharfbuzz as hb  # not needed where everything is remembered

    if (source := font_source(file)) != file:
        return font_characters(package, source)
    return frozenset(hb.Face(hb.Blob(font_file(package, file))).unicodes)


def common_characters(files: Iterable[tuple[str, str]]) -> frozenset[int]:
    """The code points that every one of the files, each named by package and file, can print."""
    sets = [font_characters(package, file) for package, file in files]
    return frozenset.intersection(*sets) if sets else frozenset()


# Scripts and directions

RANGES: Mapping[str, tuple[tuple[int, int], ...]] = {
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
"""The ranges of each script, first and last. Letters that Chinese, Japanese and Korean share are said to be Chinese."""


@lru_cache(maxsize=4096)
def script_of(code: int) -> str:
    """The script to ask for that has a letter, or nothing."""
    return next((name for name, ranges in RANGES.items() if any(a <= code <= b for a, b in ranges)), "")


JOINED = re.compile("[\u0590-\u08ff\u0900-\u0dff\u0e00-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufefe]")
"""Hebrew and Arabic with what is written like them, the scripts of India and those east of it."""

PART = "\u200b"
"""The meaning of a glyph that is only a part of a letter: each glyph must have one."""


def runs_backwards(letters: Iterable[str]) -> bool:
    """Whether some of the letters are written from right to left (Unicode's bidirectional classes R and AL)."""
    return any(bidirectional(letter) in ("R", "AL") for letter in letters)


_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
OVERRIDES = "\u202d\u202e"


def direction_characters(text: str) -> Iterator[tuple[int, int, str]]:
    """Find the invisible characters that change the order of letters: line, column and character.

    Only overrides count in lines with letters that are written from right to left, for these need the others.
    """
    for number, line in enumerate(text.split("\n"), 1) if _DIRECTION.search(text) else ():
        for found in _DIRECTION.finditer(line):
            if found[0] in OVERRIDES or not runs_backwards(line):
                yield number, found.start() + 1, found[0]


def without_direction_characters(text: str, instead: str = "") -> str:
    """Return the text with other characters instead of those that `direction_characters` finds."""
    lines = text.split("\n") if _DIRECTION.search(text) else ()
    wrong = (f"[{OVERRIDES}]" if runs_backwards(line) else _DIRECTION for line in lines)
    return "\n".join(map(re.sub, wrong, repeat(instead), lines)) if lines else text


_MARKS = "\u061c\u200e\u200f"
_QUOTATION = frozenset("“”„‟‘’‚‛")


def in_any_order(letters: Iterable[str]) -> list[str]:
    """Letters in one order; from right to left programs take one half of a bracket or quotation mark for the other.

    Marks of a direction are left out: not every font shows them.
    """
    shown = (letter for letter in letters if letter not in _MARKS)
    return sorted("(" if mirrored(letter) or letter in _QUOTATION else letter for letter in shown)


# Keys with a letter on them and flags of parts of countries, which no face prints as one sign

KEYCAP = re.compile("(?P<key>[0-9A-Za-z#*]?)\ufe0f?\u20e3")
"""A letter, and the mark that draws a key around it; or that mark alone, of which nothing is printed."""

REGION = re.compile("\U0001f3f4(?P<tags>[\U000e0020-\U000e007e]+)\U000e007f")
"""A black flag, and the code of whose flag it is in characters that are not drawn."""


def region_of(tags: str) -> str:
    """The code that such characters stand for, as ISO 3166-2 writes it: 'GB-WLS'."""
    code = "".join(chr(ord(tag) - 0xE0000) for tag in tags).upper()
    return f"{code[:2]}-{code[2:]}" if code[2:] else code


def in_letters(text: str) -> str:
    """A text with the letter of each key, and the code of each flag of a part of a country."""
    if text.isascii():
        return text
    return REGION.sub(lambda flag: region_of(flag["tags"]), KEYCAP.sub(r"\g<key>", text))

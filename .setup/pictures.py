"""Renews the pictures of the README: a page, a pack, an EPUB and a web page, from what is built in output/.

`make pictures` runs it. PDF pages are drawn by PDFium, the others by Chromium, whose cropped windows they are.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
from PIL import Image, ImageOps

ROOT = Path(__file__).resolve().parent.parent
BRIEFING = ROOT / "output/briefings/police-led-interventions/police-led-interventions"
PACK = ROOT / "output/packs/drug-crimes/drug-crimes.pdf"
PICTURES = ROOT / "source/handbook"

PAPER = (238, 238, 234)
"""The paper behind the pages."""

LINE = (190, 190, 186)
"""The edge of a page."""


def pages(pdf: Path, numbers: tuple[int, ...], width: int) -> list[Image.Image]:
    """Pages of a PDF as pictures of a width in dots, each with an edge."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for number in numbers:
        page = document[number]
        picture = page.render(scale=width / page.get_width()).to_pil().convert("RGB")
        found.append(ImageOps.expand(picture, 1, LINE))
    return found


def shot(address: str, width: int, height: int, folder: Path) -> Image.Image:
    """A page as Chromium shows it, with an edge."""
    program = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
    )
    if not program:
        sys.exit("Chromium is needed to take pictures of web page and EPUB: apt-get install chromium")
    target = folder / "shot.png"
    options = (
        "--headless",
        "--no-sandbox",
        "--hide-scrollbars",
        f"--screenshot={target}",
        f"--window-size={width},{height}",
    )
    subprocess.run([program, *options, address], check=True, capture_output=True)
    with Image.open(target) as picture:
        return ImageOps.expand(picture.convert("RGB"), 1, LINE)


def side_by_side(pictures: list[Image.Image], gap: int = 24) -> Image.Image:
    """Pictures in a row on paper, their heads level."""
    height = max(picture.height for picture in pictures) + 2 * gap
    row = Image.new("RGB", (sum(picture.width + gap for picture in pictures) + gap, height), PAPER)
    left = gap
    for picture in pictures:
        row.paste(picture, (left, gap))
        left += picture.width + gap
    return row


def keep(picture: Image.Image, name: str) -> None:
    """Write a picture small: few colours are enough for type."""
    colours = picture.quantize(96, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    colours.save(PICTURES / name, optimize=True)


def main() -> None:
    """Make all three pictures."""
    for path in (PACK, BRIEFING.with_suffix(".epub"), BRIEFING.with_suffix(".html"), BRIEFING.with_suffix(".pdf")):
        if not path.is_file():
            sys.exit(f"{path.relative_to(ROOT)} is not built: make pdf epub html")
    keep(pages(BRIEFING.with_suffix(".pdf"), (0,), 900)[0], "page.png")
    keep(side_by_side(pages(PACK, (0, 1, 2, 3), 400)), "pack.png")
    with TemporaryDirectory() as place:
        folder = Path(place)
        with zipfile.ZipFile(BRIEFING.with_suffix(".epub")) as book:
            book.extractall(folder)
        cover, text = (folder / "EPUB" / part for part in ("images/cover.jpg", f"text/{BRIEFING.name}.xhtml"))
        with Image.open(cover) as picture:
            front = ImageOps.expand(
                picture.convert("RGB").resize((picture.width * 720 // picture.height, 720)), 1, LINE
            )
        screens = [
            front,
            shot(text.as_uri(), 480, 720, folder),
            shot(BRIEFING.with_suffix(".html").as_uri(), 1080, 720, folder),
        ]
        keep(side_by_side(screens), "screens.png")


if __name__ == "__main__":
    main()

"""Sets texts with Typst as PDF/UA-1: `python typeset.py PEERS FONTS NAME…` makes NAME.pdf of each NAME.typ."""

import sys


def main(peers: str, fonts: str, *names: str) -> None:
    """Set every text; one compiler keeps the fonts for all."""
    sys.path.insert(0, peers)
    import typst  # type: ignore[import-not-found]  # not one of the project's packages

    compiler = typst.Compiler(f"{names[0]}.typ", font_paths=[fonts], ignore_system_fonts=True)
    for name in names:
        compiler.compile(f"{name}.typ", output=f"{name}.pdf", pdf_standards=["ua-1"])


if __name__ == "__main__":
    main(*sys.argv[1:])

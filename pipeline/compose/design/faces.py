"""The rules of a style sheet that name its fonts."""

from pipeline.model.manuscript import FontFace


def font_rules(faces: tuple[FontFace, ...]) -> str:
    """An `@font-face` rule a font, each by its `font:` name."""
    return "".join(font_rule(f.family, f.weight, f.italic, f"font:{f.package}/{f.file}") for f in faces)


def font_rule(family: str, weight: int, italic: bool, address: str) -> str:
    """The `@font-face` rule of one font, which stands at an address."""
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
        f'font-style: {"italic" if italic else "normal"}; src: url("{address}") }}\n'
    )

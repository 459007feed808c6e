"""Contrast of two colours (WCAG 2.2: relative luminance)."""

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

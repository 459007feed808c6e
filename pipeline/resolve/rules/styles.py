"""The citation style that a library names: that it is there, and whole."""

from collections.abc import Iterator, Mapping

from pipeline.cite.style import StyleFault, style_fault
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import catalogue, message
from pipeline.model.source.imprint import Imprint
from pipeline.resolve.nearest import did_you_mean


def style_can_be_used(imprint: Imprint, styles: Mapping[str, str] | None) -> Iterator[Diagnostic]:
    """The citation style that the library names is one of those there are, and whole."""
    if styles is None:
        return
    name = imprint.fields.style
    if name not in styles:
        alike = [style for style in styles if ("/" in style) == ("/" in name)]
        hint = did_you_mean(name, alike, catalogue()["style-unknown"].do)
        yield message("style-unknown", imprint.marks.at("style"), hint=hint, name=name)
    elif fault := style_fault(styles[name]):
        yield broken_style(imprint, styles, fault)


def broken_style(imprint: Imprint, styles: Mapping[str, str], fault: StyleFault) -> Diagnostic:
    """The remark on a style that cannot be used, in its own file where that is known."""
    name = imprint.fields.style
    path = style_path(name, styles)
    place = Place(path, fault.line) if path else imprint.marks.at("style")
    remedy = catalogue()["style-broken"].do
    hint = f"Did you mean '{fault.meant}'? {remedy}" if fault.meant else remedy
    return message("style-broken", place, hint=hint, style=name, reason=fault.sentence)


def style_path(name: str, styles: Mapping[str, str]) -> str:
    """The path in the project of the style of a name, or nothing if it has none."""
    if "/" in name:
        return name
    alike = (path for path, text in styles.items() if "/" in path and text == styles.get(name))
    return next((path for path in alike if path.rpartition("/")[2] == f"{name}.csl"), "")

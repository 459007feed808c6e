"""Used sizes of boxes, quicker and the same: for every box the engine makes a call for each of 17 properties.

Few boxes of ours measure in percentages. For all others the used values follow from the computed ones alone, so they
are worked out once for each set of these, by the engine itself.
"""

from __future__ import annotations

from operator import itemgetter
from types import SimpleNamespace
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import percent, preferred
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.press.fast.patching import Patches

_resolve = percent.resolve_percentages
_resolve_radii = percent.resolve_radii_percentages
_max_content_width = preferred.max_content_width
_shrink_to_fit = preferred.shrink_to_fit
_is_in_normal_flow = boxes.Box.is_in_normal_flow

_SIDES = ("top", "right", "bottom", "left")
_LENGTHS = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in _SIDES),
    *(f"{limit}{axis}" for limit in ("", "min_", "max_") for axis in ("width", "height")),
)
_ASKED = (*_LENGTHS, *(f"border_{side}_width" for side in _SIDES), "box_sizing", "border_collapse")
_asked = itemgetter(*_ASKED)
_MOST = 4096
"""Size limit of the cache: sets of values."""

_used: dict[tuple[Any, ...], dict[str, Any] | None] = {}

_CORNERS = tuple(f"border_{corner}_radius" for corner in ("top_left", "top_right", "bottom_right", "bottom_left"))
_radii = itemgetter(*_CORNERS)
_SQUARE = (((0, "px"), (0, "px")),) * 4
_NO_RADII = dict.fromkeys(_CORNERS, (0, 0))


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """Give a box its used sizes: those that its style alone settles, else as the engine works them out."""
    values = _asked(box.style)
    try:
        used = _used[values]
    except KeyError:
        if len(_used) >= _MOST:
            _used.clear()
        used = _used[values] = _settled(dict(zip(_ASKED, values, strict=True)))
    if used is None or type(box) is AbsolutePlaceholder:
        _resolve(box, containing_block)
    else:
        box.__dict__.update(used)


def _settled(style: dict[str, Any]) -> dict[str, Any] | None:
    """The used sizes that follow from a style; nothing where they depend on more than that."""
    lengths = (style[name] for name in _LENGTHS)
    if style["border_collapse"] == "collapse" or not all(
        x == "auto" or getattr(x, "unit", "") == "px" for x in lengths
    ):
        return None
    bare = SimpleNamespace(style=style)
    _resolve(bare, (0, "auto"))
    return {name: value for name, value in vars(bare).items() if name != "style"}


def resolve_radii_percentages(box: Any) -> None:
    """Give a box its used radii of corners; most have none."""
    if _radii(box.style) == _SQUARE and type(box) is not AbsolutePlaceholder:
        box.__dict__.update(_NO_RADII)
    else:
        _resolve_radii(box)


def shrink_to_fit(context: Any, box: Any, available_content_width: float) -> Any:
    """The width of a box that is as wide as its words; how narrow it may get is asked only where they have no room."""
    widest = _max_content_width(context, box, outer=False)
    if widest <= available_content_width:
        return widest
    return _shrink_to_fit(context, box, available_content_width)


def is_in_normal_flow(box: Any) -> bool:
    """Whether a box stands where the text has it."""
    style = box.style
    if style["float"] == "none" and style["position"] in ("static", "relative"):
        return True
    return bool(_is_in_normal_flow(box))


QUICKER: Patches = {
    _resolve: resolve_percentages,
    _resolve_radii: resolve_radii_percentages,
    _shrink_to_fit: shrink_to_fit,
    _is_in_normal_flow: is_in_normal_flow,
}

"""Replaces the resolving of used sizes: 14 % of the press; needless with `upstream/used-sizes.md`.

Few boxes of ours measure in percentages. For all others the used values follow from the computed ones alone, so they
are worked out once for each set of these, by the engine itself.
"""

from operator import itemgetter
from types import SimpleNamespace
from typing import Any

from weasyprint.layout import LayoutContext, percent
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.press.fast.patching import Patches
from pipeline.press.fast.release import hold

_begin = LayoutContext.__init__
_resolve = percent.resolve_percentages

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


def begin(context: Any, *given: Any) -> None:
    """Begin the layout of a document, which is held by its own functions."""
    _begin(context, *given)
    hold(context)


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


FASTER: Patches = {_begin: begin, _resolve: resolve_percentages}

"""Names under `rules:` of `library.yaml` that are codes but none of style: reported, and without effect."""

from typing import Any

from pipeline.codes import TABLE
from pipeline.codes import files as codes
from pipeline.codes.rules import STYLE
from pipeline.core.diagnostics import Desk
from pipeline.load.slips.near import near
from pipeline.model.source.record import Marks


def without_fixed_rules(value: Any, marks: Marks, desk: Desk) -> Any:
    """The values of `library.yaml`, without the rules that cannot be set; each is reported."""
    rules = value.get("rules") if isinstance(value, dict) else None
    if not isinstance(rules, dict):
        return value
    fixed = [name for name in rules if name in TABLE and name not in STYLE]
    for name in fixed:
        meant = "".join(f"Delete the line, or write '{style}' if you meant that." for style in near(name, STYLE))
        desk.report(codes.RULE_FIXED.at(marks.key_at("rules", name), meant or None, code=name))
    return {**value, "rules": {name: said for name, said in rules.items() if name not in fixed}} if fixed else value

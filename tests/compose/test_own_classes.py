"""Classes of our style sheets, which authors cannot ask for."""

import re
from pathlib import Path

import tinycss2

from pipeline.compose.page.inlines import PLAIN, is_layout_class

ROOT = Path(__file__).parents[2]
LAYOUTS, HANDBOOK = ROOT / "layouts", ROOT / "source" / "handbook"
CLASS = re.compile(r"\.([A-Za-z][\w-]*)")


def classes(rules: list[tinycss2.ast.Node]) -> set[str]:
    """The classes that rules speak of."""
    names: set[str] = set()
    for rule in rules:
        if rule.type == "qualified-rule":
            names |= set(CLASS.findall(tinycss2.serialize(rule.prelude)))
        elif rule.type == "at-rule" and rule.content and rule.lower_at_keyword in ("media", "container", "supports"):
            names |= classes(tinycss2.parse_rule_list(rule.content))
    return names


def styled() -> set[str]:
    """The classes that any of our style sheets speaks of."""
    sheets = (path.read_text(encoding="utf-8") for path in sorted(LAYOUTS.rglob("*.css")))
    return set().union(*(classes(tinycss2.parse_stylesheet(sheet)) for sheet in sheets))


def test_no_style_of_ours_is_had_by_its_name() -> None:
    """A span {.leader} was hidden in EPUBs, and one {.mark} moved off the full stop behind it."""
    used = styled()
    assert used > PLAIN
    assert {name for name in used if not is_layout_class(name)} == PLAIN

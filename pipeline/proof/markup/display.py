"""Find the elements that a style sheet does not display."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import cssselect2
import tinycss2


class DisplayRules:
    """The rules of a style sheet that say whether an element is displayed."""

    def __init__(self, style: str, medium: str) -> None:
        self._matcher = cssselect2.Matcher()
        self._hides = False
        self._read(tinycss2.parse_stylesheet(style, True, True), medium)

    def _read(self, rules: Iterable[Any], medium: str) -> None:
        for rule in rules:
            if rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content:
                if tinycss2.serialize(rule.prelude).strip().lower() in (medium, "all"):
                    self._read(tinycss2.parse_rule_list(rule.content, True, True), medium)
            elif rule.type == "qualified-rule":
                declared = tinycss2.parse_declaration_list(rule.content, True, True)
                for one in declared:
                    if one.type == "declaration" and one.lower_name == "display":
                        self._add(rule.prelude, one.important, tinycss2.serialize(one.value).strip())

    def _add(self, prelude: Any, important: bool, value: str) -> None:
        self._hides |= value == "none"
        try:
            selectors = cssselect2.compile_selector_list(prelude)
        except cssselect2.SelectorError:
            return
        for selector in selectors:
            if selector.pseudo_element is None:
                self._matcher.add_selector(selector, (important, value))

    def hidden(self, root: Any) -> frozenset[Any]:
        """The elements that the style does not display."""
        if not self._hides:
            return frozenset()
        found = set()
        for wrapper in cssselect2.ElementWrapper.from_html_root(root).iter_subtree():
            declared = [payload for *_, payload in self._matcher.match(wrapper)]
            last = max(enumerate(declared), key=lambda pair: (pair[1][0], pair[0]), default=None)
            if last and last[1][1] == "none":
                found.add(wrapper.etree_element)
        return frozenset(found)


@lru_cache(maxsize=8)
def style_of(style: str, medium: str) -> DisplayRules:
    """Return the rules of a style sheet, read once."""
    return DisplayRules(style, medium)

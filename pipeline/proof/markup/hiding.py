"""Words of a text that a style hides or adds: rules of CSS, as far as words go."""

import re
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

import cssselect2
import tinycss2

from pipeline.markup.body import local
from pipeline.proof.markup.style_rules import Declaration, read_rules

_classes = re.compile("[^ \t\r\n\f]+").findall
_READ = ("display", "content")


class Sheet:
    """The rules of a style that decide which words are there: on paper, or on any screen whatever its width."""

    def __init__(self, style: str, medium: str = "print") -> None:
        self._matchers: dict[tuple[str, str], Any] = {}
        self._hiding = cssselect2.Matcher()
        self.hides = False
        """Whether the style leaves anything out."""
        for rule in read_rules(style, lambda around: around[0] == "media" and around[1] in (medium, "all"), _READ):
            for declared in rule.declarations:
                for selector in rule.compiled if declared.name in _READ else ():
                    self._add(selector, declared)

    def _add(self, selector: Any, declared: Declaration) -> None:
        key = (declared.name, selector.pseudo_element or "")
        self._matchers.setdefault(key, cssselect2.Matcher()).add_selector(selector, declared)
        if (declared.name, declared.said) == ("display", "none"):
            self.hides = True
            self._hiding.add_selector(selector, declared)

    def may_hide(self, element: Element) -> bool:
        """Whether a rule that hides might be for this element: told by its id, classes and name alone."""
        rules = self._hiding
        if rules.other_selectors or rules.namespace_selectors or rules.lang_attr_selectors:
            return True
        if not rules.class_selectors.keys().isdisjoint(_classes(element.get("class", ""))):
            return True
        if rules.id_selectors and element.get("id") in rules.id_selectors:
            return True
        return str(element.tag).rpartition("}")[2].lower() in rules.lower_local_name_selectors

    def tokens(self, wrapper: Any, name: str, pseudo: str) -> tuple[Any, ...]:
        """The value that the last and most specific rule gives a property."""
        declared = self._last(wrapper, name, pseudo)
        return declared.value if declared else ()

    def last(self, wrapper: Any, name: str, pseudo: str) -> str:
        """The same as text."""
        declared = self._last(wrapper, name, pseudo)
        return declared.said if declared else ""

    def _last(self, wrapper: Any, name: str, pseudo: str) -> Declaration | None:
        matcher = self._matchers.get((name, pseudo))
        matched = matcher.match(wrapper) if matcher else ()
        found: Declaration | None = matched[-1][3] if matched else None
        return found


@lru_cache(maxsize=8)
def sheet_of(style: str, medium: str = "print") -> Sheet:
    """The rules of a style, read once."""
    return Sheet(style, medium)


class Look:
    """A text as a style shows it. `html` says whether it is read as HTML, where capitals in names do not count."""

    def __init__(self, root: Element, sheet: Sheet, html: bool = False) -> None:
        self._root = root
        self._sheet = sheet
        self._html = html
        self._around: dict[Element, Element] = {}
        self._wrapped: dict[Element, Any] = {}
        near = [element for element in root.iter() if isinstance(element.tag, str) and sheet.may_hide(element)]
        self.hidden = frozenset(e for e in near if sheet.last(self._wrapper(e), "display", "") == "none")
        """The elements that the style leaves out."""

    def _wrapper(self, element: Element) -> Any:
        """The element with its place in the text."""
        if not self._wrapped:
            wrap = cssselect2.ElementWrapper
            top = wrap.from_html_root(self._root) if self._html else wrap.from_xml_root(self._root)
            self._wrapped = {self._root: top}
            self._around = {kid: around for around in self._root.iter() for kid in around}
        if element not in self._wrapped:
            around = self._wrapper(self._around[element])
            self._wrapped.update((kid.etree_element, kid) for kid in around.iter_children())
        return self._wrapped[element]

    def label(self, cell: Element) -> str:
        """Words of a cell before its value where the style hides the head of its table: the head of its column.

        Any other words that a style adds are decoration: they are not read aloud.
        """
        if not any(local(element) == "thead" for element in self.hidden):
            return ""
        wrapper = self._wrapper(cell)
        table = next((above.etree_element for above in wrapper.ancestors if above.etree_element.tag == "table"), None)
        if table is None or not any(kid in self.hidden and local(kid) == "thead" for kid in table):
            return ""
        said = []
        for token in self._sheet.tokens(wrapper, "content", "before"):
            if token.type == "string":
                said.append(token.value)
            elif token.type == "function" and token.lower_name == "attr":
                name = tinycss2.serialize(token.arguments).strip()
                said.append(cell.get(name, ""))
        return "".join(said)


def hidden(root: Element, sheet: Sheet) -> frozenset[Element]:
    """The elements of an XHTML text that a style leaves out."""
    return Look(root, sheet).hidden if sheet.hides else frozenset()

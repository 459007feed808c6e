"""Words of a citation style that CSL does not know: the engine passes over them, and something is not printed."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lxml import etree

from pipeline.cite.csl import nearest
from pipeline.cite.style_faults import line_of
from pipeline.cite.style_schema import ELEMENTS, LISTS, TERMS, VALUES, VALUES_OF, WHOLE
from pipeline.core.tables import cut_short

_SEVERAL = frozenset({"if", "else-if", "names"})
_TOLD = 30
"""So many are told of a style: beyond that it is none of CSL 1.0.2."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A word of a style that means nothing: as it stands there, where, and what may be meant."""

    said: str
    line: int
    column: int
    hint: str
    """'Did you mean 'title'?', or nothing."""


def slips(root: etree._Element, text: str, namespace: str) -> tuple[Slip, ...]:
    """Every word of a style that CSL does not know, in order, up to 30."""
    return tuple(slip for slip, _ in zip(_slips(root, text.splitlines(), namespace), range(_TOLD), strict=False))


def _slips(root: etree._Element, lines: list[str], namespace: str) -> Iterator[Slip]:
    own = frozenset(term.get("name", "") for term in root.iter(f"{{{namespace}}}term"))
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        if etree.QName(element).namespace != namespace:
            continue
        if name not in ELEMENTS:
            yield Slip(f"<{cut_short(name)}>", *place_of(element, lines), _nearest(name, ELEMENTS))
            continue
        for attribute in map(str, element.attrib):
            value = element.get(attribute, "")
            if attribute.startswith("{"):
                continue
            known = attribute in ELEMENTS[name]
            found = _meant(name, attribute, value, own) if known else (_nearest(attribute, ELEMENTS[name]),)
            written = f'<{name} {cut_short(attribute)}="{cut_short(value)}">'
            for meant in found:
                yield Slip(written, *place_of(element, lines, attribute), meant)


def _meant(name: str, attribute: str, value: str, own: frozenset[str]) -> Iterator[str]:
    """Of each word of a value that an attribute may not say: what may be meant, or nothing."""
    known = VALUES_OF.get((name, attribute), VALUES.get(attribute))
    if known is WHOLE:
        if not re.fullmatch(r"\s*-?[0-9]+\s*", value):
            yield "It takes a whole number, such as 3."
    elif known is not None:
        known = known | own if known is TERMS else known
        several = name in _SEVERAL and attribute in LISTS
        for word in value.split() if several else (value,):
            if word not in known and value not in known:
                yield _nearest(word, known)


def _nearest(word: str, known: Collection[str]) -> str:
    found = nearest(word, known)
    return f"Did you mean '{found}'?" if found else ""


def place_of(element: etree._Element, lines: list[str], attribute: str = "") -> tuple[int, int]:
    """Line and column of an element, or of an attribute in it: the parser knows only where its tag ends."""
    last = min(line_of(element), len(lines))
    first = last
    opened = re.compile(rf"<(?:[\w.-]+:)?{re.escape(etree.QName(element).localname)}[\s/>]")
    while first > 1 and not opened.search(f"{lines[first - 1]} "):
        first -= 1
    wanted = [opened]
    if attribute:
        value = re.escape(element.get(attribute, ""))
        exact = rf"(?<![\w:-]){re.escape(attribute)}\s*=\s*"
        wanted = [re.compile(rf"""{exact}["']{value}["']"""), re.compile(exact), opened]
    for pattern in wanted:
        for line in range(first, last + 1):
            if found := pattern.search(f"{lines[line - 1]} "):
                return line, found.start() + 1
    return last, 1

"""Lists as a reader who listens needs them: a label and a body in every entry, nested lists within their entry."""

from __future__ import annotations

import json
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf

from pipeline.press.tree import child_elements, children, is_element, walk

Keys = dict[tuple[int, int], str]


def gather_entries(pdf: Pdf, document: Object, keys: Keys) -> None:
    """Put what an entry holds into one body, and a list that follows an entry into that entry."""
    for element in [e for e in walk(document) if Name.L == e.S]:
        kept: list[Any] = []
        for kid in children(element):
            if is_element(kid) and Name.L == kid.S and kept and Name.LI == kept[-1].S:
                _hang(_body(pdf, kept[-1], keys), [kid])
                continue
            if is_element(kid) and Name.LI == kid.S:
                _body(pdf, kid, keys)
            kept.append(kid)
        element.K = Array(kept)


def _body(pdf: Pdf, entry: Object, keys: Keys) -> Any:
    """The one body of an entry, made if it has none, with everything in it that is not a label."""
    kids = children(entry)
    labels = [kid for kid in kids if is_element(kid) and Name.Lbl == kid.S]
    rest = [kid for kid in kids if not (is_element(kid) and Name.Lbl == kid.S)]
    bodies = [kid for kid in rest if is_element(kid) and Name.LBody == kid.S]
    if len(bodies) == len(rest) == 1:
        return bodies[0]
    if bodies:
        body = bodies[0]
    else:
        body = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.LBody, P=entry))
        if "/Pg" in entry:
            body.Pg = entry.Pg
        if entry.objgen in keys:
            keys[body.objgen] = keys[entry.objgen]
    content: list[Any] = []
    for kid in rest:
        content += children(kid) if is_element(kid) and Name.LBody == kid.S else [kid]
    body.K = Array()
    _hang(body, content)
    entry.K = Array([*labels, body])
    return body


def pair_definitions(document: Object, keys: Keys) -> None:
    """One entry for a term and its meanings: the term is the label."""
    for element in [e for e in walk(document) if Name.L == e.S and _tag(e, keys) == "dl"]:
        kept: list[Any] = []
        for entry in _ungrouped(element, keys):
            tag = _tag(entry, keys) if is_element(entry) else ""
            bodies = child_elements(entry) if is_element(entry) else []
            if tag == "dt" and len(bodies) == 1:
                bodies[0].S = Name.Lbl
            elif tag == "dd" and len(bodies) == 1 and kept and _tag(kept[-1], keys) == "dt":
                _add_meaning(kept[-1], bodies[0])
                continue
            kept.append(entry)
        element.K = Array(kept)


def _ungrouped(element: Object, keys: Keys) -> list[Any]:
    """What a list of definitions holds, taken out of the groups that only keep a term with its meanings."""
    out: list[Any] = []
    for kid in children(element):
        if is_element(kid) and Name.Div == kid.S and _tag(kid, keys) == "div":
            for inner in child_elements(kid):
                inner.P = element
            out += children(kid)
        else:
            out.append(kid)
    return out


def _add_meaning(entry: Object, meaning: Object) -> None:
    kids = children(entry)
    if Name.LBody == kids[-1].S:
        _hang(kids[-1], children(meaning))
    else:
        _hang(entry, [meaning])


def _tag(element: Object, keys: Keys) -> str:
    return str(json.loads(keys.get(element.objgen, "{}")).get("tag", ""))


def _hang(parent: Object, kids: list[Any]) -> None:
    for kid in kids:
        if is_element(kid):
            kid.P = parent
    parent.K = Array([*children(parent), *kids])

"""Our own gate before a text is bound: what the packager and the validators let pass in silence.

Whatever it finds is a fault of ours, never of the author's, and stops the binding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from posixpath import dirname, normpath
from posixpath import join as join_path

from lxml import etree

from pipeline.core.errors import PressFailure
from pipeline.markup.xhtml import elements, has_words

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._/-]+")
_LEADS_OUT = ("http:", "https:", "mailto:", "tel:", "data:")
REFERENCES = frozenset({"aria-labelledby", "aria-describedby", "aria-details", "headers", "for"})
"""Attributes that name ids of the same document."""


def every_id_stands_once(root: etree._Element, name: str) -> None:
    """No two elements of a document have one id."""
    seen: set[str] = set()
    for element in elements(root):
        identifier = element.get("id")
        if identifier is None:
            continue
        if not identifier:
            raise PressFailure(f"'{name}' has an empty id.")
        if identifier in seen:
            raise PressFailure(f"'{name}' has the id '{identifier}' twice.")
        seen.add(identifier)


def every_reference_is_held(root: etree._Element, name: str) -> None:
    """What an element says it is named or described by stands in its document."""
    held = {element.get("id") for element in elements(root)}
    for element in elements(root):
        for attribute in sorted(REFERENCES.intersection(element.keys())):
            for target in element.get(attribute, "").split():
                if target not in held:
                    raise PressFailure(f"'{name}' says {attribute} '{target}', but has no such id.")


def every_document_says_something(root: etree._Element, name: str) -> None:
    """No document is empty."""
    body = next((element for element in elements(root) if element.tag.endswith("}body")), None)
    pictures = ("img", "svg", "math")
    if body is None or not (has_words(body) or any(e.tag.rpartition("}")[2] in pictures for e in elements(body))):
        raise PressFailure(f"'{name}' is empty.")


def every_target_is_held(roots: Mapping[str, etree._Element], files: Iterable[str]) -> None:
    """Every link and source inside a book leads to a file, and to an id, that the book has."""
    held = {path: {element.get("id") for element in elements(root)} for path, root in roots.items()}
    known = set(files) | set(held)
    for path, root in roots.items():
        for element in elements(root):
            for attribute in ("href", "src"):
                target = element.get(attribute)
                if target is None or target.lower().startswith(_LEADS_OUT):
                    continue
                _check_target(path, target, known, held)


def _check_target(path: str, target: str, known: set[str], held: Mapping[str, set[str | None]]) -> None:
    if re.match(r"[a-z]+:", target):
        raise PressFailure(f"'{path}' still names '{target}'.")
    file, _, anchor = target.partition("#")
    place = normpath(join_path(dirname(path), file)) if file else path
    if place not in known:
        raise PressFailure(f"'{path}' leads to '{target}', which is not in the book.")
    if anchor and anchor not in held.get(place, ()):
        raise PressFailure(f"'{path}' leads to '{target}', but '{place}' has no id '{anchor}'.")


def every_file_has_its_own_name(names: Iterable[str]) -> None:
    """No two files of a book share a name, however it is spelt; names are plain ASCII."""
    seen: set[str] = set()
    for name in names:
        if not _PLAIN_PATH.fullmatch(name):
            raise PressFailure(f"The file name '{name}' holds characters that some reading systems cannot read.")
        if name.lower() in seen:
            raise PressFailure(f"The book has two files of the name '{name}'.")
        seen.add(name.lower())


def every_place_in_order_is_held(order: Iterable[str], held: Iterable[str]) -> None:
    """What is to be read in order is among the files of the book, by their ids."""
    known = set(held)
    for identifier in order:
        if identifier not in known:
            raise PressFailure(f"The reading order names '{identifier}', which is not in the book.")


def no_control_characters(said: str, name: str) -> None:
    """No character that XML refuses stands in a text."""
    if found := _CONTROL.search(said):
        raise PressFailure(f"'{name}' holds the control character U+{ord(found[0]):04X}.")

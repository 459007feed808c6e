"""Differences of a text's own file from the version published under its number: by paragraph and by field."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, TypeVar

from pipeline.core.diagnostics import Place
from pipeline.core.digest import digest
from pipeline.load.pictures.paths import picture_file
from pipeline.model import body as tree
from pipeline.model.asset import Asset
from pipeline.model.body import NOWHERE, plain_text, rebuild, walk
from pipeline.model.library import KeptVersion
from pipeline.model.source.briefing import Briefing, BriefingFields
from pipeline.model.source.record import Role, fields_with
from pipeline.resolve.reading import bodies, pictures_in

SHOWN = 8
"""Words of a paragraph by which it is named."""

Assets = Mapping[str, Asset]
"""Pictures by their path."""

_Node = TypeVar("_Node", tree.Link, tree.Figure)

_OWN = [n for n in BriefingFields.model_fields if n not in fields_with(BriefingFields, Role.LIFE) | {"version", "id"}]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was: where it stands now (or where it was lost), and what it is."""

    place: Place
    what: str
    """'the paragraph “Foot patrol …” was changed'."""


def own_differences(briefing: Briefing, assets: Assets, kept: KeptVersion) -> tuple[Difference, ...]:
    """Differences of a briefing's own file from the kept version, in order of the file."""
    was = kept.briefing
    if was.fields == briefing.fields and was.body == briefing.body and was.texts == briefing.texts:
        found: Iterable[Difference] = ()
    else:
        found = (*_of_fields(was, briefing), *body_differences(was.body, briefing.body, Place(briefing.path)))
    return tuple(sorted((*found, *_of_pictures(briefing, assets, kept)), key=lambda one: one.place))


def _of_fields(was: Briefing, now: Briefing) -> Iterator[Difference]:
    for name in _OWN:
        if _printed(was.fields, name) != _printed(now.fields, name):
            yield Difference(now.marks.key_at(name), f"'{name}' was changed")


def _printed(fields: BriefingFields, name: str) -> Any:
    return fields.evidence.as_printed if name == "evidence" else getattr(fields, name)


def body_differences(was: tree.Body, now: tree.Body, start: Place) -> Iterator[Difference]:
    """The paragraphs that are new, changed or gone; `start` is where an empty text stands."""
    before, after = _blocks(was), _blocks(now)
    signs = [digest(_shape(block)) for block in before], [digest(_shape(block)) for block in after]
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, *signs, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for old, new in zip(before[i1:i2], after[j1:j2], strict=False):
            yield from _changed(old, new, _place(new, start))
        for new in after[j1 + (i2 - i1) : j2]:
            yield Difference(_place(new, start), f"{_called(new)} is new")
        nearest = _place(after[min(j2, len(after) - 1)], start) if after else start
        for old in before[i1 + (j2 - j1) : i2]:
            yield Difference(nearest, f"{_called(old)} is gone")


def _changed(old: Any, new: Any, place: Place) -> Iterator[Difference]:
    """The part of a block that changed: its words, else where its links lead and what is said of its pictures."""
    if _said(old) != _said(new):
        yield Difference(place, f"{_called(old)} was changed to {_words(new, old)}")
        return
    links = [(one.href, other.href) for one, other in _pairs(old, new, tree.Link)]
    alts = [(one.alt, other.alt) for one, other in _pairs(old, new, tree.Figure)]
    found = [f"a link in {_called(old)} leads elsewhere: from '{a}' to '{b}'" for a, b in links if a != b]
    found += [f"the picture in {_called(old)} is described otherwise: '{a}' became '{b}'" for a, b in alts if a != b]
    for what in found or (f"{_called(old)} has the same words, and is set otherwise",):
        yield Difference(place, what)


def _pairs(old: Any, new: Any, kind: type[_Node]) -> Iterator[tuple[_Node, _Node]]:
    """The nodes of a kind in two blocks, each with the one in its place."""
    before, after = ([node for node in walk((block,)) if isinstance(node, kind)] for block in (old, new))
    return zip(before, after, strict=False)


def _shape(value: Any) -> Any:
    """Words of a node for a reader, however its source was broken into lines and pieces."""
    if isinstance(value, tuple):
        return tuple(_pieces(value))
    if is_dataclass(value) and not isinstance(value, Place):
        return (type(value).__name__, *(_shape(getattr(value, field.name)) for field in fields(value)))
    return value


def _pieces(parts: tuple[Any, ...]) -> Iterator[Any]:
    for plain, run in groupby(parts, key=lambda part: isinstance(part, tree.Text)):
        if plain:
            said = re.sub(r"\s+", " ", "".join(part.text for part in run))
            yield from filter(None, (said if len(parts) > 1 else said.strip(),))
        else:
            yield from map(_shape, run)


def _blocks(body: tree.Body) -> tuple[Any, ...]:
    return (*body.blocks, *body.footnotes)


def _place(block: Any, start: Place) -> Place:
    """Place of a block, or of the first thing in it that has one."""
    places = (getattr(node, "place", NOWHERE) for node in walk((block,)))
    return next((place for place in places if place != NOWHERE), start)


def _called(block: Any) -> str:
    """Name of a block for its author: its kind and its first words."""
    return f"the {_KINDS.get(type(block), 'passage')} {_words(block)}"


_KINDS: dict[type, str] = {
    **{
        tree.Paragraph: "paragraph",
        tree.Heading: "heading",
        tree.ListBlock: "list",
        tree.Table: "table",
        tree.Figure: "figure",
    },
    **{
        tree.Quote: "quotation",
        tree.Box: "box",
        tree.Footnote: "note",
        tree.Equation: "formula",
        tree.CodeBlock: "code",
    },
    **{tree.DefinitionList: "list"},
}


def _words(block: Any, other: Any = None) -> str:
    """A few words of a block, from where it differs from another."""
    said, old = _said(block).split(), _said(other).split() if other is not None else []
    same = next(
        (n for n, (one, two) in enumerate(zip(said, old, strict=False)) if one != two), min(len(said), len(old))
    )
    first = max(same - SHOWN // 2, 0) if old else 0
    shown = " ".join(said[first : first + SHOWN])
    return f"'{'… ' if first else ''}{shown}{' …' if len(said) > first + SHOWN else ''}'"


def _said(block: Any) -> str:
    """The words of a block, with its citations as an author writes them."""
    return plain_text(rebuild((block,), _as_written))


def _as_written(node: Any) -> tuple[Any, ...] | None:
    if not isinstance(node, tree.CitationGroup):
        return None
    works = (f"@{one.key}{f', {one.locator}' if one.locator else ''}" for one in node.citations)
    return (tree.Text(f"[{'; '.join(works)}]"),)


def _of_pictures(briefing: Briefing, assets: Assets, kept: KeptVersion) -> Iterator[Difference]:
    """Pictures that go by the same name and show something else."""
    for body in bodies(briefing):
        for node in pictures_in(body):
            if picture_changed(picture_file(briefing.path, node.source), assets, kept):
                yield Difference(node.place, f"the picture '{node.source}' was changed")
    for number, record in enumerate(briefing.fields.figures):
        if picture_changed(picture_file(briefing.path, record.file), assets, kept):
            place = briefing.marks.at("figures", number, "file")
            yield Difference(place, f"the picture '{record.file}' was changed")


def picture_changed(path: str | None, assets: Assets, kept: KeptVersion) -> bool:
    """Whether a picture that is there still shows something else than it did."""
    was, now = kept.library.assets.get(path or ""), assets.get(path or "")
    return was is not None and now is not None and was.sha256 != now.sha256

"""Kept versions in today's run; differences from them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, TypeVar

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.digests import digest
from pipeline.core.messages import message
from pipeline.core.processes import blamed_on
from pipeline.core.sentences import enumerated
from pipeline.load.markdown.links import resolve_text_path
from pipeline.load.pictures.picture import picture_file
from pipeline.model import body as tree
from pipeline.model.body import NOWHERE, Body, Link, plain_text, rebuild, walk
from pipeline.model.formats import Asset
from pipeline.model.library import PublishedVersion
from pipeline.model.source.briefing import RETIRED, Briefing, BriefingFields, BriefingHead, Marking, Status
from pipeline.model.source.library_file import LibrarySettings, Series
from pipeline.model.source.record import FieldLocations, Role, fields_with
from pipeline.model.source.versions import PRINTED, RECORD, folder_of, version_ref
from pipeline.resolve import environment as inherit
from pipeline.resolve.environment import Environment, environment_of
from pipeline.resolve.evidence import caveat_of, force_name
from pipeline.resolve.links import Anchors, split_target
from pipeline.resolve.markings import highest, marking_of
from pipeline.resolve.names import subjects_of
from pipeline.resolve.parts import method_note
from pipeline.resolve.publications import related_titles
from pipeline.resolve.reading import BriefingView, bodies, by_kind, pictures_in, read_briefing

SHOWN = 8
"""Words of a paragraph by which it is named."""

Assets = Mapping[str, Asset]
"""Pictures by their path."""

_Node = TypeVar("_Node", tree.Link, tree.Figure)

_OWN = [n for n in BriefingFields.model_fields if n not in fields_with(BriefingFields, Role.LIFE) | {"version", "id"}]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was: where it stands now (or where it was lost), and what it is."""

    place: Location
    what: str
    """'the paragraph “Foot patrol …” was changed'."""


def own_differences(briefing: Briefing, assets: Assets, kept: PublishedVersion) -> tuple[Difference, ...]:
    """Differences of a briefing's own file from the kept version, in order of the file."""
    was = kept.briefing
    if was.fields == briefing.fields and was.body == briefing.body and was.texts == briefing.texts:
        found: Iterable[Difference] = ()
    else:
        found = (*_of_fields(was, briefing), *body_differences(was.body, briefing.body, Location(briefing.path)))
    return tuple(sorted((*found, *_of_pictures(briefing, assets, kept)), key=lambda one: one.place))


def _of_fields(was: Briefing, now: Briefing) -> Iterator[Difference]:
    for name in _OWN:
        if _printed(was.fields, name) != _printed(now.fields, name):
            yield Difference(now.marks.key_at(name), f"'{name}' was changed")


def _printed(fields: BriefingFields, name: str) -> Any:
    return fields.evidence.as_printed if name == "evidence" else getattr(fields, name)


def body_differences(was: tree.Body, now: tree.Body, start: Location) -> Iterator[Difference]:
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


def _changed(old: Any, new: Any, place: Location) -> Iterator[Difference]:
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
    if is_dataclass(value) and not isinstance(value, Location):
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


def _place(block: Any, start: Location) -> Location:
    """Place of a block, or of the first thing in it that has one."""
    places = (getattr(node, "place", NOWHERE) for node in walk((block,)))
    return next((place for place in places if place != NOWHERE), start)


def _called(block: Any) -> str:
    """Name of a block for its author: its kind and its first words."""
    return f"the {_KINDS.get(type(block), 'passage')} {_words(block)}"


_KINDS: dict[type, str] = {
    tree.Paragraph: "paragraph",
    tree.Heading: "heading",
    tree.ListBlock: "list",
    tree.DefinitionList: "list",
    tree.Table: "table",
    tree.Figure: "figure",
    tree.Quote: "quotation",
    tree.Box: "box",
    tree.Footnote: "note",
    tree.Equation: "formula",
    tree.CodeBlock: "code",
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


def _of_pictures(briefing: Briefing, assets: Assets, kept: PublishedVersion) -> Iterator[Difference]:
    """Pictures that go by the same name and show something else."""
    for body in bodies(briefing):
        for node in pictures_in(body):
            if picture_changed(picture_file(briefing.path, node.source), assets, kept):
                yield Difference(node.place, f"the picture '{node.source}' was changed")
    for number, record in enumerate(briefing.fields.figures):
        if picture_changed(picture_file(briefing.path, record.file), assets, kept):
            place = briefing.marks.at("figures", number, "file")
            yield Difference(place, f"the picture '{record.file}' was changed")


def picture_changed(path: str | None, assets: Assets, kept: PublishedVersion) -> bool:
    """Whether a picture that is there still shows something else than it did."""
    was, now = kept.library.assets.get(path or ""), assets.get(path or "")
    return was is not None and now is not None and was.sha256 != now.sha256


# Words that a text takes from other files


def _from_imprint(environment: Environment, briefing: Briefing) -> dict[str, object]:
    """Values that a text takes from its series or the library where it says nothing, by key of `library.yaml`."""
    series, imprint = environment.series_of(briefing.id), environment.imprint
    return {
        "publisher": inherit.publisher_name(environment, briefing, series),
        "language": inherit.language_of(briefing, imprint),
        "licence": inherit.licence_of(briefing, series, imprint),
        "copyright": inherit.copyright_of(briefing, imprint),
        "words_per_minute": imprint.fields.words_per_minute,
        "show_authors": imprint.fields.show_authors,
    }


def inherited_differences(environment: Environment, briefing: Briefing, kept: PublishedVersion) -> Iterator[Difference]:
    """Values that the text takes from elsewhere, and would now take otherwise than the kept version did."""
    then = environment_of(kept.library)
    yield from _of_imprint(environment, briefing, then, kept)
    yield from _of_notes(environment, briefing, then, kept)
    works = environment.bibliography
    for key, work in then.bibliography.entries.items():
        if key in works and digest(works[key].csl) != digest(work.csl):
            yield Difference(works[key].place, f"The work '{key}'")
    yield from _of_lists(environment, briefing, then)
    titles = {other.id: other.title for other in related_titles(then, kept.briefing)}
    for other in related_titles(environment, briefing):  # one that is gone is told as unknown
        if titles.get(other.id, other.title) != other.title:
            yield Difference(environment.briefings[other.id].marks.key_at("title"), f"The title of '{other.id}'")


def _of_imprint(
    environment: Environment, briefing: Briefing, then: Environment, kept: PublishedVersion
) -> Iterator[Difference]:
    """Publisher, language and terms of a text that says nothing of its own."""
    was, now = _from_imprint(then, kept.briefing), _from_imprint(environment, briefing)
    series = environment.series_of(briefing.id)
    nobody = not (briefing.fields.authors or briefing.fields.reviewers)
    for name, said in now.items():
        told_there = name == "publisher" and _publisher(environment, briefing) == _publisher(then, kept.briefing)
        if said == was[name] or getattr(briefing.fields, name, None) is not None or told_there:
            continue
        if name == "show_authors" and nobody:
            continue
        from_series = series and getattr(series.fields, name, None) is not None
        marks = series.marks if series and from_series else environment.imprint.marks
        yield Difference(marks.key_at(name), f"'{name}'")


def _publisher(environment: Environment, briefing: Briefing) -> str:
    """The publisher as it is written: a name, or the id of an organisation."""
    series: Series | None = environment.series_of(briefing.id)
    inherited = series.fields.publisher if series else None
    return briefing.fields.publisher or inherited or environment.imprint.fields.publisher


def _of_lists(environment: Environment, briefing: Briefing, then: Environment) -> Iterator[Difference]:
    """Terms, names of organisations and labels of tags that are changed, new or gone."""
    fields = briefing.fields
    bodies = {*then.organisations, _publisher(environment, briefing), *(one.force for one in fields.practice)}
    for name, ids in (
        ("glossary", sorted(set(fields.glossary))),
        ("organisations", sorted(bodies)),
        ("tags", sorted({*fields.tags, *fields.audience})),
    ):
        for one in ids if f"source/{name}.yaml" not in environment.unread else ():
            if _field_printed(then, name, one) != _field_printed(environment, name, one):
                marks = environment.list_marks.get(name)
                yield Difference(marks.at(one) if marks else Location(briefing.path), f"'{one}' in {name}.yaml")


def _field_printed(environment: Environment, name: str, one: str) -> Any:
    """The words of an entry in one of the small lists that a text prints."""
    if name == "tags":
        return subjects_of((one,), environment.tags)
    entries: Mapping[str, Any] = getattr(environment, name)
    return force_name(one, environment.organisations) if name == "organisations" else entries.get(one)


def _of_notes(
    environment: Environment, briefing: Briefing, then: Environment, kept: PublishedVersion
) -> Iterator[Difference]:
    """The caveat and the note on method that the text has from its series or the library, with their pictures."""
    was, now = then.series_of(briefing.id), environment.series_of(briefing.id)
    before, after = (kept.briefing, was, then.imprint), (briefing, now, environment.imprint)
    pairs = [("method_note", method_note(*before), method_note(*after))]
    for record in briefing.fields.practice:
        pairs.append(("practice_caveat", caveat_of(record, *before), caveat_of(record, *after)))
    for name, (old, _), (new, path) in pairs:
        if path == briefing.path:
            continue
        marks: FieldLocations = now.marks if now and now.path == path else environment.imprint.marks
        if digest(old) != digest(new):
            yield Difference(marks.key_at(name), f"'{name}'")
        for node in pictures_in(new):
            if picture_changed(picture_file(path, node.source), environment.assets, kept):
                yield Difference(marks.key_at(name), f"The picture '{node.source}' in '{name}'")


# Kept versions as texts of today's run. A kept version brings its words, figures, caveats, references, terms and names.
# Its looks, its address and its state since (reviewed, withdrawn, marked) are those of the present library.

NAMED = 4
"""So many versions are named in one remark."""

_STATES = ("status", "superseded_by", "withdrawn_reason")
_REVIEWS = ("reviewed", "review_by", "reviewers")


def pinned_readings(environment: Environment, packs: Iterable[str], produced: date) -> dict[str, BriefingView]:
    """The kept versions that packs ask for, each as the rules read it, by 'id@version'."""
    asked = {line for name in packs for line in environment.packs[name].lines if line in environment.kept}
    found = {}
    for line in sorted(asked):
        with blamed_on(f"{environment.kept[line].folder}/{RECORD}"):
            found[line] = read_kept_version(environment, environment.kept[line], produced)
    return found


def read_kept_version(environment: Environment, kept: PublishedVersion, produced: date) -> BriefingView:
    """A kept version as the rules read it, in the environment that was kept with it."""
    own = environment_of(kept.library)
    present = environment.briefings.get(kept.id)
    fields = kept.briefing.fields.model_copy(update={"marking": marking_now(environment, kept)})
    briefing = replace(kept.briefing, fields=_with_its_life(fields, present) if present else fields)
    newer = environment.briefings.get(present.fields.superseded_by or "") if present else None
    own = replace(
        own,
        imprint=_dressed(environment.imprint, own.imprint),
        briefings={**own.briefings, **({newer.id: newer} if newer else {}), kept.id: briefing.head},
        logo=environment.logo,
        withheld=environment.withheld & {kept.id},
    )
    return read_briefing(own, briefing, produced, kept=kept.version)


def marking_now(environment: Environment, kept: PublishedVersion) -> Marking:
    """The marking of a kept version: what the present says of it, and never lower than when it was published."""
    now = marking_of(environment, environment.briefings.get(kept.id) or kept.briefing)
    then = kept.record.marking or kept.briefing.fields.marking
    return highest((then, now), now) if then else now


def anchors_of(reading: BriefingView) -> Anchors:
    """Anchors of a kept version: wherever links led when it was published, those of its notes too."""
    return {name: None for name, _ in _linked_texts(reading)}


def texts_by_path(reading: BriefingView) -> tuple[str, ...]:
    """The briefings that links lead to by a path: which they are only the library as a whole says."""
    return tuple(name for name, link in _linked_texts(reading) if not link.href.startswith("briefing:"))


def _linked_texts(reading: BriefingView) -> Iterator[tuple[str, Link]]:
    """The briefings that a text and its notes link to."""
    for link in (*reading.passage.every(Link), *by_kind(inherited_texts(reading)).get(Link, ())):
        href = resolve_text_path(link.href, link.place.path, reading.environment.briefings)
        if href.startswith("briefing:"):
            yield split_target(href)[0], link


def inherited_texts(reading: BriefingView) -> tuple[Body, ...]:
    """The texts that a briefing may take from its series or the library."""
    held = (reading.series, reading.environment.imprint)
    return tuple(text for one in held if one for text in (one.method_note, one.practice_caveat))


def _dressed(present: LibrarySettings, kept: LibrarySettings) -> LibrarySettings:
    """The present imprint with what of the kept one is part of the text."""
    words = {name: getattr(kept.fields, name) for name in PRINTED}
    return replace(
        present,
        fields=present.fields.model_copy(update=words),
        practice_caveat=kept.practice_caveat,
        method_note=kept.method_note,
    )


def _with_its_life(fields: BriefingFields, present: BriefingHead) -> BriefingFields:
    """Front matter with all that has become of a text since it was published, as the present source tells.

    While the present briefing bears the same number, all that it says of reviews is said of this text. That it is
    superseded or withdrawn is said of every version: the reader of an older one is no better off.
    """
    now, same = present.fields, present.fields.version == fields.version
    since = tuple(
        entry
        for entry in now.history
        if entry.version == fields.version and entry.kind == "review-no-change" and entry not in fields.history
    )
    life: dict[str, object] = {"history": (*fields.history, *since)}
    if same:
        life |= {name: getattr(now, name) for name in _REVIEWS}
    if now.status in RETIRED or (same and now.status is Status.PUBLISHED):
        life |= {name: getattr(now, name) for name in _STATES}
    return fields.model_copy(update={name: said for name, said in life.items() if said != getattr(fields, name)})


# Rules


def published_words_are_kept(reading: BriefingView) -> Iterator[Diagnostic]:
    """A text says under a published number what it said when it was published."""
    kept = _published_as(reading)
    if kept is not None:
        for found in own_differences(reading.briefing, reading.environment.assets, kept):
            yield message("kept-differs", found.place, version=kept.version, what=found.what, folder=kept.folder)


def what_texts_share_is_kept(readings: Iterable[BriefingView]) -> Iterator[Diagnostic]:
    """Nor do caveats, works and terms come out otherwise than they were published; told once for all they touch."""
    touched: dict[Difference, list[str]] = {}
    for reading in readings:
        kept = _published_as(reading)
        if kept is not None:
            for found in inherited_differences(reading.environment, reading.briefing, kept):
                touched.setdefault(found, []).append(f"'{kept.id}' {kept.version}")
    for found, names in touched.items():
        few = list(dict.fromkeys(names))
        if len(few) > NAMED:
            few = [*few[: NAMED - 1], f"{len(few) - NAMED + 1} more"]
        yield message("kept-inherited-differs", found.place, what=found.what, names=enumerated(few))


def kept_versions_have_their_briefing(environment: Environment) -> Iterator[Diagnostic]:
    """Every published text is still looked after: under its own name, which stands in pins, registers and addresses."""
    for name, versions in environment.kept_numbers.items():
        if name in environment.briefings or name in environment.broken:
            continue
        place = Location(f"{folder_of(name, versions[-1])}/{RECORD}")
        title = environment.kept_titles.get(name, "").casefold()
        twin = next((one.id for one in environment.briefings.values() if one.fields.title.casefold() == title), "")
        hint = (
            f"Was it renamed to '{twin}', which has the same title? Rename it back; or bring {name}.md back beside it, "
            f"with 'status: superseded' and 'superseded_by: {twin}'."
        )
        yield message("kept-without-briefing", place, hint if twin else None, name=name, version=versions[-1])


def _published_as(reading: BriefingView) -> PublishedVersion | None:
    briefing = reading.briefing
    return reading.environment.kept.get(version_ref(briefing.id, briefing.fields.version))

"""Kept versions: how a text differs from its last one, and how packs bind them today."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, TypeVar

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.digests import digest
from pipeline.core.faults import blame_faults_on
from pipeline.core.messages import message
from pipeline.core.sentences import join_names
from pipeline.load.markdown.links import resolve_text_path
from pipeline.load.pictures.picture import picture_file
from pipeline.model import body as tree
from pipeline.model.body import NOWHERE, Body, Link, plain_text, rebuild_nodes, walk_nodes
from pipeline.model.formats import Asset
from pipeline.model.library import PublishedVersion
from pipeline.model.source.briefing import Briefing, BriefingFields, BriefingHead, Marking, Status
from pipeline.model.source.library_file import LibrarySettings, Series
from pipeline.model.source.record import FieldLocations, Role, fields_with
from pipeline.model.source.versions import PRINTED, RECORD, folder_of, version_ref
from pipeline.resolve import environment as inherit
from pipeline.resolve.environment import Environment, environment_of
from pipeline.resolve.evidence import caveat_of, force_name
from pipeline.resolve.links import Anchors, split_target
from pipeline.resolve.names import subjects_from_tags
from pipeline.resolve.parts import method_note_of
from pipeline.resolve.protective_markings import highest_marking, marking_of
from pipeline.resolve.publications import related_titles
from pipeline.resolve.reading import BriefingView, nodes_by_kind, pictures_in_text, texts_of_briefing, view_briefing
from pipeline.resolve.status import newer_briefing

WORDS_SHOWN = 8
"""Number of words by which a message names a paragraph."""

Assets = Mapping[str, Asset]
"""Pictures by their path."""

_Node = TypeVar("_Node", tree.Link, tree.Figure)

_OWN = [n for n in BriefingFields.model_fields if n not in fields_with(BriefingFields, Role.LIFE) | {"version", "id"}]


@dataclass(frozen=True, slots=True)
class Difference:
    """A change in words, such as 'the paragraph “Foot patrol …” was changed', and its place."""

    place: Location
    what: str


def differences_in_file(briefing: Briefing, assets: Assets, kept: PublishedVersion) -> tuple[Difference, ...]:
    """Differences of a briefing's own file from the kept version, in order of the file."""
    old = kept.briefing
    differences: list[Difference] = []
    if old.fields != briefing.fields or old.body != briefing.body or old.texts != briefing.texts:
        differences = [
            Difference(briefing.marks.key_at(name), f"'{name}' was changed")
            for name in _OWN
            if _printed_value(old.fields, name) != _printed_value(briefing.fields, name)
        ]
        differences += _body_differences(old.body, briefing.body, Location(briefing.path))
    pictures = _picture_differences(briefing, assets, kept)
    return tuple(sorted((*differences, *pictures), key=lambda difference: difference.place))


def _printed_value(fields: BriefingFields, name: str) -> Any:
    return fields.evidence.as_printed if name == "evidence" else getattr(fields, name)


def _body_differences(old: tree.Body, new: tree.Body, start: Location) -> Iterator[Difference]:
    """The blocks that are new, changed or gone; `start` is the place of an empty text."""
    before, after = (*old.blocks, *old.footnotes), (*new.blocks, *new.footnotes)
    digests = [digest(_shape(block)) for block in before], [digest(_shape(block)) for block in after]
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, *digests, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for old_block, new_block in zip(before[i1:i2], after[j1:j2], strict=False):
            yield from _block_differences(old_block, new_block, _place(new_block, start))
        for block in after[j1 + (i2 - i1) : j2]:
            yield Difference(_place(block, start), f"{_name_of(block)} is new")
        nearest = _place(after[min(j2, len(after) - 1)], start) if after else start
        for block in before[i1 + (j2 - j1) : i2]:
            yield Difference(nearest, f"{_name_of(block)} is gone")


def _block_differences(old: Any, new: Any, place: Location) -> Iterator[Difference]:
    """Report the change of a block: of words, else of links and alt texts."""
    name = _name_of(old)
    if _text_of(old) != _text_of(new):
        yield Difference(place, f"{name} was changed to {_quote_words(new, old)}")
        return
    links = [(link.href, other.href) for link, other in _pairs(old, new, tree.Link)]
    alts = [(figure.alt, other.alt) for figure, other in _pairs(old, new, tree.Figure)]
    changes = [f"a link in {name} leads elsewhere: from '{a}' to '{b}'" for a, b in links if a != b]
    changes += [f"the picture in {name} is described otherwise: '{a}' became '{b}'" for a, b in alts if a != b]
    for change in changes or (f"{name} has the same words, and is set otherwise",):
        yield Difference(place, change)


def _pairs(old: Any, new: Any, kind: type[_Node]) -> Iterator[tuple[_Node, _Node]]:
    """The nodes of a kind in two blocks, in pairs."""
    before, after = ([node for node in walk_nodes((block,)) if isinstance(node, kind)] for block in (old, new))
    return zip(before, after, strict=False)


def _shape(value: Any) -> Any:
    """A node as a reader sees it, without places and line breaks of the source."""
    if isinstance(value, tuple):
        return tuple(_pieces(value))
    if is_dataclass(value) and not isinstance(value, Location):
        return (type(value).__name__, *(_shape(getattr(value, field.name)) for field in fields(value)))
    return value


def _pieces(parts: tuple[Any, ...]) -> Iterator[Any]:
    for is_text, run in groupby(parts, key=lambda part: isinstance(part, tree.Text)):
        if is_text:
            text = re.sub(r"\s+", " ", "".join(part.text for part in run))
            yield from filter(None, (text if len(parts) > 1 else text.strip(),))
        else:
            yield from map(_shape, run)


def _place(block: Any, start: Location) -> Location:
    """The place of a block, or of the first node in it that has one."""
    places = (getattr(node, "place", NOWHERE) for node in walk_nodes((block,)))
    return next((place for place in places if place != NOWHERE), start)


def _name_of(block: tree.Block | tree.Footnote) -> str:
    """A block in words for its author: its kind and its first words."""
    return f"the {block.noun} {_quote_words(block)}"


def _quote_words(block: Any, other: Any = None) -> str:
    """The first words of a block, or some words around its first difference from another block."""
    words, old = _text_of(block).split(), _text_of(other).split() if other is not None else []
    pairs = enumerate(zip(words, old, strict=False))
    same = next((n for n, (word, old_word) in pairs if word != old_word), min(len(words), len(old)))
    first = max(same - WORDS_SHOWN // 2, 0) if old else 0
    shown = " ".join(words[first : first + WORDS_SHOWN])
    return f"'{'… ' if first else ''}{shown}{' …' if len(words) > first + WORDS_SHOWN else ''}'"


def _text_of(block: Any) -> str:
    """Return the words of a block, with its citations as written in the source."""

    def as_written(node: Any) -> tuple[Any, ...] | None:
        if not isinstance(node, tree.CitationGroup):
            return None
        works = (f"@{work.key}{f', {work.locator}' if work.locator else ''}" for work in node.citations)
        return (tree.Text(f"[{'; '.join(works)}]"),)

    return plain_text(rebuild_nodes((block,), as_written))


def _picture_differences(briefing: Briefing, assets: Assets, kept: PublishedVersion) -> Iterator[Difference]:
    """Pictures whose file has the same name and other content."""
    for body in texts_of_briefing(briefing):
        for node in pictures_in_text(body):
            if picture_changed(picture_file(briefing.path, node.source), assets, kept):
                yield Difference(node.place, f"the picture '{node.source}' was changed")
    for number, record in enumerate(briefing.fields.figures):
        if picture_changed(picture_file(briefing.path, record.file), assets, kept):
            place = briefing.marks.at("figures", number, "file")
            yield Difference(place, f"the picture '{record.file}' was changed")


def picture_changed(path: str | None, assets: Assets, kept: PublishedVersion) -> bool:
    """True if a picture is still there with other content."""
    old, new = kept.library.assets.get(path or ""), assets.get(path or "")
    return old is not None and new is not None and old.sha256 != new.sha256


# What a text takes from other files


def _imprint_values(environment: Environment, briefing: Briefing) -> dict[str, object]:
    """Values that a text inherits from its series or the library, by key of `library.yaml`."""
    series, imprint = environment.series_of(briefing.id), environment.imprint
    return {
        "publisher": inherit.publisher_name_of(environment, briefing, series),
        "language": inherit.language_of(briefing, imprint),
        "licence": inherit.licence_of(briefing, series, imprint),
        "copyright": inherit.copyright_of(briefing, imprint),
        "words_per_minute": imprint.fields.words_per_minute,
        "show_authors": imprint.fields.show_authors,
    }


def differences_in_inherited_values(
    environment: Environment, briefing: Briefing, kept: PublishedVersion
) -> Iterator[Difference]:
    """Values from other files that are not the same as in the kept version."""
    then = environment_of(kept.library)
    yield from _imprint_differences(environment, briefing, then, kept)
    yield from _note_differences(environment, briefing, then, kept)
    works = environment.bibliography
    for key, work in then.bibliography.entries.items():
        if key in works and digest(works[key].csl) != digest(work.csl):
            yield Difference(works[key].place, f"The work '{key}'")
    yield from _list_differences(environment, briefing, then)
    old_titles = {related.id: related.title for related in related_titles(then, kept.briefing)}
    for related in related_titles(environment, briefing):  # a missing one is reported as unknown
        if old_titles.get(related.id, related.title) != related.title:
            place = environment.briefings[related.id].marks.key_at("title")
            yield Difference(place, f"The title of '{related.id}'")


def _imprint_differences(
    environment: Environment, briefing: Briefing, then: Environment, kept: PublishedVersion
) -> Iterator[Difference]:
    """Publisher, language and terms of a text that does not set its own."""
    old, new = _imprint_values(then, kept.briefing), _imprint_values(environment, briefing)
    series = environment.series_of(briefing.id)
    has_people = briefing.fields.authors or briefing.fields.reviewers
    # A publisher with the same id and another name is reported as a difference in organisations.yaml.
    same_publisher = _publisher_as_written(environment, briefing) == _publisher_as_written(then, kept.briefing)
    for name, value in new.items():
        is_own = getattr(briefing.fields, name, None) is not None
        if value == old[name] or is_own or (name == "publisher" and same_publisher):
            continue
        if name == "show_authors" and not has_people:
            continue
        from_series = series and getattr(series.fields, name, None) is not None
        marks = series.marks if series and from_series else environment.imprint.marks
        yield Difference(marks.key_at(name), f"'{name}'")


def _publisher_as_written(environment: Environment, briefing: Briefing) -> str:
    """The publisher as a name or as the id of an organisation."""
    series: Series | None = environment.series_of(briefing.id)
    inherited = series.fields.publisher if series else None
    return briefing.fields.publisher or inherited or environment.imprint.fields.publisher


def _list_differences(environment: Environment, briefing: Briefing, then: Environment) -> Iterator[Difference]:
    """Terms, names of organisations and labels of tags that are changed, new or gone."""
    fields = briefing.fields
    forces = (record.force for record in fields.practice)
    used = (
        ("glossary", set(fields.glossary)),
        ("organisations", {*then.organisations, _publisher_as_written(environment, briefing), *forces}),
        ("tags", {*fields.tags, *fields.audience}),
    )
    for file, ids in used:
        for id_ in sorted(ids) if f"source/{file}.yaml" not in environment.unread else ():
            if _printed_entry(then, file, id_) != _printed_entry(environment, file, id_):
                marks = environment.list_marks.get(file)
                yield Difference(marks.at(id_) if marks else Location(briefing.path), f"'{id_}' in {file}.yaml")


def _printed_entry(environment: Environment, file: str, id_: str) -> Any:
    """What a text prints of an entry in one of the small lists."""
    if file == "tags":
        return subjects_from_tags((id_,), environment.tags)
    if file == "organisations":
        return force_name(id_, environment.organisations)
    return environment.glossary.get(id_)


def _note_differences(
    environment: Environment, briefing: Briefing, then: Environment, kept: PublishedVersion
) -> Iterator[Difference]:
    """The caveats and the method note that a text inherits, and the pictures in them."""
    series = environment.series_of(briefing.id)
    before = (kept.briefing, then.series_of(briefing.id), then.imprint)
    after = (briefing, series, environment.imprint)
    pairs = [("method_note", method_note_of(*before), method_note_of(*after))]
    for record in briefing.fields.practice:
        pairs.append(("practice_caveat", caveat_of(record, *before), caveat_of(record, *after)))
    for name, (old, _), (new, path) in pairs:
        if path == briefing.path:
            continue
        marks: FieldLocations = series.marks if series and series.path == path else environment.imprint.marks
        if digest(old) != digest(new):
            yield Difference(marks.key_at(name), f"'{name}'")
        for node in pictures_in_text(new):
            if picture_changed(picture_file(path, node.source), environment.assets, kept):
                yield Difference(marks.key_at(name), f"The picture '{node.source}' in '{name}'")


# Kept versions as texts of today's run. Words, figures, caveats, references, terms and names are those that were kept.
# Looks, address and what happened since (reviews, withdrawal, marking) are those of the present library.

MOST_VERSIONS_NAMED = 4
"""Number of versions that one remark names."""

_STATES = ("status", "superseded_by", "withdrawn_reason")
_REVIEWS = ("reviewed", "review_by", "reviewers")


def view_pinned_versions(environment: Environment, packs: Iterable[str], produced: date) -> dict[str, BriefingView]:
    """Views of the kept versions that packs ask for, by 'id@version'."""
    lines = {line for name in packs for line in environment.packs[name].lines if line in environment.kept}
    views = {}
    for line in sorted(lines):
        with blame_faults_on(f"{environment.kept[line].folder}/{RECORD}"):
            views[line] = view_kept_version(environment, environment.kept[line], produced)
    return views


def view_kept_version(environment: Environment, kept: PublishedVersion, produced: date) -> BriefingView:
    """A view of a kept version, in the environment that was kept with it."""
    kept_environment = environment_of(kept.library)
    present = environment.briefings.get(kept.id)
    fields = kept.briefing.fields.model_copy(update={"marking": marking_now(environment, kept)})
    briefing = replace(kept.briefing, fields=_with_present_status(fields, present) if present else fields)
    newer = newer_briefing(present, environment.briefings) if present else None
    kept_environment = replace(
        kept_environment,
        imprint=_with_kept_texts(environment.imprint, kept_environment.imprint),
        briefings={**kept_environment.briefings, **({newer.id: newer} if newer else {}), kept.id: briefing.head},
        logo=environment.logo,
        withheld=environment.withheld & {kept.id},
    )
    return view_briefing(kept_environment, briefing, produced, kept=kept.version)


def marking_now(environment: Environment, kept: PublishedVersion) -> Marking:
    """The marking of a kept version: the higher of the present one and the published one."""
    now = marking_of(environment, environment.briefings.get(kept.id) or kept.briefing)
    then = kept.record.marking or kept.briefing.fields.marking
    return highest_marking((then, now), now) if then else now


def link_targets_of(view: BriefingView) -> Anchors:
    """Return the link targets of a kept version: all that it links to."""
    return {name: None for name, _ in _linked_texts(view)}


def briefings_linked_by_path(view: BriefingView) -> tuple[str, ...]:
    """The briefings that links lead to by a path, which only the whole library can resolve."""
    return tuple(name for name, link in _linked_texts(view) if not link.href.startswith("briefing:"))


def _linked_texts(view: BriefingView) -> Iterator[tuple[str, Link]]:
    """The briefings that a text and its notes link to."""
    for link in (*view.passage.every(Link), *nodes_by_kind(inherited_texts(view)).get(Link, ())):
        href = resolve_text_path(link.href, link.place.path, view.environment.briefings)
        if href.startswith("briefing:"):
            yield split_target(href)[0], link


def inherited_texts(view: BriefingView) -> tuple[Body, ...]:
    """The notes of the library, and of the series of a briefing, which it may inherit."""
    sources = (view.series, view.environment.imprint)
    return tuple(text for source in sources if source for text in (source.method_note, source.practice_caveat))


def _with_kept_texts(present: LibrarySettings, kept: LibrarySettings) -> LibrarySettings:
    """The present imprint with those values of the kept one that are part of a text."""
    words = {name: getattr(kept.fields, name) for name in PRINTED}
    return replace(
        present,
        fields=present.fields.model_copy(update=words),
        practice_caveat=kept.practice_caveat,
        method_note=kept.method_note,
    )


def _with_present_status(fields: BriefingFields, present: BriefingHead) -> BriefingFields:
    """Front matter of a kept version with reviews and status of the present briefing.

    Reviews and publication count if the present briefing has the same version. That it is superseded or withdrawn
    counts for every version: the reader of an older one has to know it too.
    """
    now, same = present.fields, present.fields.version == fields.version
    reviews = tuple(
        entry
        for entry in now.history
        if entry.version == fields.version and entry.kind == "review-no-change" and entry not in fields.history
    )
    updates: dict[str, object] = {"history": (*fields.history, *reviews)}
    if same:
        updates |= {name: getattr(now, name) for name in _REVIEWS}
    if present.fields.status.is_retired or (same and now.status is Status.PUBLISHED):
        updates |= {name: getattr(now, name) for name in _STATES}
    changed = {name: value for name, value in updates.items() if value != getattr(fields, name)}
    return fields.model_copy(update=changed)


# Rules


def published_texts_are_unchanged(view: BriefingView) -> Iterator[Diagnostic]:
    """A text under a published number has not changed since it was published."""
    if kept := _published_as(view):
        for change in differences_in_file(view.briefing, view.environment.assets, kept):
            yield message("kept-differs", change.place, version=kept.version, what=change.what, folder=kept.folder)


def inherited_values_are_unchanged(views: Iterable[BriefingView]) -> Iterator[Diagnostic]:
    """Caveats, works and terms of published texts have not changed."""
    users: dict[Difference, list[str]] = {}
    for view in views:
        if kept := _published_as(view):
            for change in differences_in_inherited_values(view.environment, view.briefing, kept):
                users.setdefault(change, []).append(f"'{kept.id}' {kept.version}")
    for change, versions in users.items():
        names = list(dict.fromkeys(versions))
        if len(names) > MOST_VERSIONS_NAMED:
            names = [*names[: MOST_VERSIONS_NAMED - 1], f"{len(names) - MOST_VERSIONS_NAMED + 1} more"]
        yield message("kept-inherited-differs", change.place, what=change.what, names=join_names(names))


def kept_versions_have_their_briefing(environment: Environment) -> Iterator[Diagnostic]:
    """Every published text still has a briefing of its id, which packs, registers and addresses name."""
    for name, versions in environment.kept_numbers.items():
        if name in environment.briefings or name in environment.broken:
            continue
        place = Location(f"{folder_of(name, versions[-1])}/{RECORD}")
        title = environment.kept_titles.get(name, "").casefold()
        same_title = (b.id for b in environment.briefings.values() if b.fields.title.casefold() == title)
        twin = next(same_title, "")
        hint = (
            f"Was it renamed to '{twin}', which has the same title? Rename it back, or restore {name}.md "
            f"with 'status: superseded' and 'superseded_by: {twin}'."
        )
        yield message("kept-without-briefing", place, hint if twin else None, name=name, version=versions[-1])


def _published_as(view: BriefingView) -> PublishedVersion | None:
    briefing = view.briefing
    return view.environment.kept.get(version_ref(briefing.id, briefing.fields.version))

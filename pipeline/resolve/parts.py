"""Arrange the texts of a publication in printed order, so that one walk numbers them all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.load.pictures.picture import picture_file
from pipeline.model import body as tree
from pipeline.model.body import rebuild_children, rebuild_nodes
from pipeline.model.formats import Asset
from pipeline.model.source.briefing import Briefing, FigureRecord
from pipeline.model.source.library_file import LibrarySettings, Series
from pipeline.resolve.evidence import caveat_of
from pipeline.resolve.links import PLACEHOLDER_CLASS
from pipeline.resolve.reading import COMPOSED_ANCHORS, anchors_in, nodes_by_kind

BODY, KEY_FINDING, RECOMMENDATION, METHOD_NOTE, NOTES = "body", "key-finding", "recommendation", "method-note", "notes"
CAVEAT, DESCRIPTION = "caveat-", "description-"


@dataclass(frozen=True, slots=True)
class TextPart:
    """One text of a publication: its name and its blocks."""

    name: str
    children: tuple[Any, ...]


@dataclass
class PublicationState:
    """Ids in use, notes and figures while the texts of a publication are arranged."""

    assets: Mapping[str, Asset]
    used_ids: set[str] = field(default_factory=set)
    notes: list[Any] = field(default_factory=list)
    used: dict[str, Asset] = field(default_factory=dict)
    records: Mapping[str, FigureRecord] = field(default_factory=dict)
    """Records of figures in the front matter, by figure id and by path in the project."""

    def part(self, name: str, body: tree.Body, path: str) -> TextPart:
        """Add a text: with unique ids, notes in the common list, figures by digest."""
        kinds = nodes_by_kind((body,)) if body else {}
        ids = anchors_in(kinds)
        renamed = {id_: f"{name}-{id_}" for id_ in (ids & self.used_ids) - COMPOSED_ANCHORS} if name != BODY else {}
        self.used_ids |= ids | set(renamed.values())
        offset = len(self.notes)
        if not (renamed or tree.Figure in kinds or tree.Image in kinds or body.footnotes):
            return TextPart(name, body.blocks)

        def change(node: Any) -> tuple[Any, ...] | None:
            match node:
                case tree.Figure() | tree.Image():
                    return (self._figure(rebuild_children(node, change), path, renamed),)
                case tree.Heading(id=old) | tree.Table(id=old) | tree.Equation(id=old) | tree.EquationLabel(id=old) if (
                    old in renamed
                ):
                    return (replace(rebuild_children(node, change), id=renamed[old]),)
                case tree.Link(href=href) if href[:1] == "#" and href[1:] in renamed:
                    return (replace(rebuild_children(node, change), href=f"#{renamed[href[1:]]}"),)
                case tree.CrossReference(target=old) | tree.NumberReference(target=old) if old in renamed:
                    return (replace(node, target=renamed[old]),)
                case tree.FootnoteCall() if offset:
                    return (replace(node, number=node.number + offset, label=f"{name}-{node.label}"),)
            return None

        blocks = rebuild_nodes(body.blocks, change)
        for note in rebuild_nodes(body.footnotes, change):
            self.notes.append(replace(note, number=note.number + offset) if offset else note)
        return TextPart(name, blocks)

    def _figure(self, node: Any, path: str, renamed: Mapping[str, str]) -> Any:
        asset = self.assets.get(picture_file(path, node.source) or "")
        if asset is None:
            words = f"[{node.source}: cannot be shown]" if node.source else "[figure]"
            if not isinstance(node, tree.Figure):
                return tree.Placeholder(words)
            anchor = renamed.get(node.id, node.id)
            block: Any = tree.PlaceholderBlock(words)
            if node.caption:
                block = tree.Paragraph((tree.Placeholder(words + " "), *node.caption), node.place)
            return (
                tree.Division((block,), tree.Attributes(anchor, (PLACEHOLDER_CLASS,)), node.place) if anchor else block
            )
        self.used.setdefault(asset.sha256, asset)
        picture = replace(node, source=f"asset:{asset.sha256}")
        if not isinstance(node, tree.Figure):
            return picture
        record = self.records.get(node.id) or self.records.get(asset.path)
        if record:
            described = record.id if record.long_description else ""
            picture = replace(picture, credit=record.credit or "", licence=record.licence or "", described=described)
        return replace(picture, id=renamed[node.id]) if node.id in renamed else picture


_NO_CAVEAT = tree.Body((tree.PlaceholderBlock("[no caveat]"),))


def arrange_texts(
    briefing: Briefing,
    series: Series | None,
    imprint: LibrarySettings,
    assets: Mapping[str, Asset],
    body_ids: frozenset[str],
) -> tuple[tuple[TextPart, ...], tuple[Asset, ...]]:
    """Arrange the texts of a briefing in printed order; returns them and their figures.

    `body_ids` are the ids of its body, which are not renamed.
    """
    state = PublicationState(assets, used_ids=set(body_ids), records=_records(briefing))
    texts = briefing.texts
    key_finding = state.part(KEY_FINDING, texts.key_finding, briefing.path)
    recommendation = state.part(RECOMMENDATION, texts.recommendation, briefing.path)
    body = state.part(BODY, briefing.body, briefing.path)
    caveats = {}
    for record in briefing.fields.practice:
        caveat, path = caveat_of(record, briefing, series, imprint)
        caveats[record.id] = state.part(f"{CAVEAT}{record.id}", caveat or _NO_CAVEAT, path)
    placed = replace(body, children=rebuild_nodes(body.children, _placing(caveats)))
    descriptions = tuple(state.part(f"{DESCRIPTION}{name}", text, briefing.path) for name, text in texts.descriptions)
    note, path = method_note_of(briefing, series, imprint)
    method = state.part(METHOD_NOTE, note, path)
    notes = TextPart(NOTES, tuple(state.notes))
    parts = (key_finding, recommendation, placed, *caveats.values(), *descriptions, method, notes)
    return parts, tuple(state.used.values())


def _records(briefing: Briefing) -> dict[str, FigureRecord]:
    by_path = {picture_file(briefing.path, record.file) or "": record for record in briefing.fields.figures}
    return by_path | {record.id: record for record in briefing.fields.figures}


def _placing(caveats: dict[str, TextPart]) -> Any:
    """Put each caveat at the end of its example's first box, and remove it from `caveats`."""
    known = frozenset(caveats)

    def change(node: Any) -> tuple[Any, ...] | None:
        if not isinstance(node, tree.Box) or node.kind is not tree.BoxKind.PRACTICE:
            return None
        if node.ref not in known:
            words = f"[{node.ref}: no record and no caveat]" if node.ref else "[no record and no caveat]"
            last: Any = tree.PlaceholderBlock(words)
        elif node.ref in caveats:
            last = caveats.pop(node.ref)
        else:
            return None
        below = rebuild_children(node, change)
        return (replace(below, children=(*below.children, last)),)

    return change


def method_note_of(briefing: Briefing, series: Series | None, imprint: LibrarySettings) -> tuple[tree.Body, str]:
    """Return the method note of a briefing, own or inherited, and the path of its file."""
    if briefing.texts.method_note:
        return briefing.texts.method_note, briefing.path
    if briefing.manual:
        return tree.Body(), briefing.path
    if series and series.method_note:
        return series.method_note, series.path
    return imprint.method_note, imprint.path


def split_texts(parts: tuple[Any, ...]) -> dict[str, tree.Body]:
    """Return the texts by name again, caveats out of their boxes; the body has all notes."""
    texts: dict[str, tree.Body] = {}

    def take_out(node: Any) -> tuple[Any, ...] | None:
        if not isinstance(node, TextPart):
            return None
        texts[node.name] = tree.Body(rebuild_nodes(node.children, take_out))
        return ()

    rebuild_nodes(parts, take_out)
    notes = texts.pop(NOTES, tree.Body()).blocks
    texts[BODY] = replace(texts.get(BODY, tree.Body()), footnotes=notes)  # type: ignore[arg-type]
    return texts

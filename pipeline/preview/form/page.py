"""The page of the form: fields of the front matter, the body below them, and remarks beside both."""

from collections.abc import Mapping

from markupsafe import Markup

from pipeline.load.edits.source import EditableSource
from pipeline.model.words import Words
from pipeline.preview.desk import Listed
from pipeline.preview.form.fields import all_fields, form_fields, schema_of, unknown_keys
from pipeline.preview.form.markup import FormWriter, field_id, place_of
from pipeline.preview.frame import filled

FRAME = "edit.html"
"""The file that stands around the form."""


def form_page(frame: str, words: Words, one: Listed, source: EditableSource, digest: str) -> str:
    """The page with the form of a text."""
    schema, values = _schema(is_pack=one.is_pack), _values(source)
    form = FormWriter(words, source.marks).fields(form_fields(schema, values))
    if lost := unknown_keys(schema, values):
        form += Markup('<p class="hint">{}</p>').format(words.say("preview-edit-unknown", which=", ".join(lost)))
    head = Markup(
        '<section id="head" aria-labelledby="head-said"><h2 id="head-said">{}</h2><ul id="at-said" class="said"></ul>{}'
        "</section>"
    ).format(words.say("preview-edit-head"), form)
    other = Markup('<a href="/edit/{}/whole">{}</a>').format(one.name, words.say("preview-edit-whole"))
    body = "" if one.is_pack else _text_field(words, "body", source.body, source.body_line)
    return _page(frame, words, one, digest, form=head, other=other, body=body, note="")


def whole_page(frame: str, words: Words, one: Listed, content: bytes, digest: str, *, is_asked_for: bool) -> str:
    """The page with all of a source in one field."""
    note = "" if is_asked_for else words.say("preview-edit-unreadable")
    other = Markup('<a href="/edit/{}">{}</a>').format(one.name, words.say("preview-edit-form"))
    text = content.decode("utf-8-sig")
    return _page(frame, words, one, digest, form="", other=other, body=_text_field(words, "text", text, 1), note=note)


def places_of(source: EditableSource, *, is_pack: bool) -> Mapping[str, str]:
    """The line and column of each field that the source has, by the field's id."""
    fields = all_fields(form_fields(_schema(is_pack=is_pack), _values(source)))
    return {field_id(one.way): place for one in fields if (place := place_of(one, source.marks))}


def _schema(*, is_pack: bool) -> Mapping[str, object]:
    return schema_of("pack.json" if is_pack else "briefing.json")


def _values(source: EditableSource) -> Mapping[str, object]:
    return source.values if isinstance(source.values, dict) else {}


def _text_field(words: Words, name: str, text: str, line: int) -> Markup:
    """A field for many lines, with a list for remarks beside it; it begins on a line of the file."""
    label = words.say(f"preview-edit-{name}")
    return Markup(
        '<section class="text"><h2><label for="{0}">{1}</label></h2><div class="lines"><textarea id="{0}" '
        'data-line="{2}" spellcheck="true" aria-describedby="{0}-said">\n{3}</textarea>'
        '<ul id="{0}-said" class="said"></ul></div></section>'
    ).format(name, label, line, text.replace("\r\n", "\n").replace("\r", "\n"))


def _page(frame: str, words: Words, one: Listed, digest: str, **given: object) -> str:
    own = {"title": one.title, "place": f"/edit/{one.name}", "of": f"/of/{one.name}/", "path": one.path}
    line = words.say("preview-edit-line", line="{line}")
    return filled(frame, words, **own, digest=digest, **{"edit-line": line}, **given)

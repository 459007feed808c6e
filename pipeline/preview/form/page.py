"""The page of the form: fields of the front matter, the body below them, and remarks beside both."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.load.edits.source import EditableSource
from pipeline.model.words import Words
from pipeline.preview.desk import Listed
from pipeline.preview.form.fields import all_fields, form_fields, schema_of, unknown_keys
from pipeline.preview.form.markup import FormWriter, field_id, place_of
from pipeline.preview.frame import filled

FRAME = "edit.html"
"""The file that stands around the form."""


@dataclass(frozen=True, slots=True)
class FormFrame:
    """Frame of a form, with the words of the house and the scripts of its text field."""

    text: str
    words: Words
    scripts: tuple[str, ...] = ()
    """Their names; none where the field is a plain one."""
    nonce: str = ""
    """The word by which the policy of the page knows the style sheets that these scripts make."""


def form_page(frame: FormFrame, one: Listed, source: EditableSource, digest: str) -> str:
    """The page with the form of a text."""
    words = frame.words
    schema, values = _schema(is_pack=one.is_pack), _values(source)
    form = FormWriter(words, source.marks).fields(form_fields(schema, values))
    if lost := unknown_keys(schema, values):
        form += Markup('<p class="hint">{}</p>').format(words.say("preview-edit-unknown", which=", ".join(lost)))
    head = Markup(
        '<section id="head" aria-labelledby="head-said"><h2 id="head-said">{}</h2><ul id="at-said" class="said"></ul>{}'
        "</section>"
    ).format(words.say("preview-edit-head"), form)
    other = Markup('<a href="/edit/{}/whole">{}</a>').format(one.name, words.say("preview-edit-whole"))
    body = "" if one.is_pack else _text_field(frame, "body", "body", source.body, source.body_line)
    return _page(frame, one, digest, form=head, other=other, body=body, note="")


def whole_page(frame: FormFrame, one: Listed, content: bytes, digest: str, *, is_asked_for: bool) -> str:
    """The page with all of a source in one field."""
    words = frame.words
    note = "" if is_asked_for else words.say("preview-edit-unreadable")
    other = Markup('<a href="/edit/{}">{}</a>').format(one.name, words.say("preview-edit-form"))
    text = content.decode("utf-8-sig")
    field = _text_field(frame, "text", "yaml" if one.is_pack else "whole", text, 1)
    return _page(frame, one, digest, form="", other=other, body=field, note=note)


def places_of(source: EditableSource, *, is_pack: bool) -> Mapping[str, str]:
    """The line and column of each field that the source has, by the field's id."""
    fields = all_fields(form_fields(_schema(is_pack=is_pack), _values(source)))
    return {field_id(one.way): place for one in fields if (place := place_of(one, source.marks))}


def _schema(*, is_pack: bool) -> Mapping[str, object]:
    return schema_of("pack.json" if is_pack else "briefing.json")


def _values(source: EditableSource) -> Mapping[str, object]:
    return source.values if isinstance(source.values, dict) else {}


def _text_field(frame: FormFrame, name: str, kind: str, text: str, line: int) -> Markup:
    """A field for many lines, with a list for remarks below it; it begins on a line of the file."""
    words = frame.words
    keys = Markup('<p id="{}-keys" class="hint">{}</p>').format(name, words.say("preview-edit-keys"))
    return Markup(
        '<section class="text" data-of="{4}" data-offers="{5}"><h2><label for="{0}" id="{0}-label">{1}</label></h2>'
        '{6}<textarea id="{0}" data-line="{2}" spellcheck="true" aria-describedby="{0}-said">\n{3}</textarea>'
        '<ul id="{0}-said" class="said"></ul></section>'
    ).format(
        name,
        words.say(f"preview-edit-{name}"),
        line,
        text.replace("\r\n", "\n").replace("\r", "\n"),
        kind,
        words.say("preview-edit-offers"),
        keys if frame.scripts else "",
    )


def _scripts(frame: FormFrame) -> Markup:
    """Elements that load the scripts of the text field."""
    one = Markup('<script src="/own/{}" nonce="{}" defer></script>\n')
    return Markup("").join(one.format(name, frame.nonce) for name in frame.scripts)


def _page(frame: FormFrame, one: Listed, digest: str, **given: object) -> str:
    own = {"title": one.title, "place": f"/edit/{one.name}", "of": f"/of/{one.name}/", "path": one.path}
    line = frame.words.say("preview-edit-line", line="{line}")
    more = {"edit-line": line, "scripts": _scripts(frame)}
    return filled(frame.text, frame.words, **own, digest=digest, **more, **given)

"""The fields of a form as HTML. All words are the schema's or the library's own."""

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

from pipeline.model.source.record import KeyPath, Marks
from pipeline.model.words import Words
from pipeline.preview.form.fields import FormField
from pipeline.preview.form.offers import LISTED

_CODE = re.compile(r"`([^`]+)`")
_SHORT = 80
"""Characters that one line of the form shows whole."""

YES_NO = ("yes", "no")


def field_id(way: KeyPath) -> str:
    """The id of a field in the page."""
    return "-".join(("at", *(re.sub(r"[^\w{}]", lambda found: f"_{ord(found[0]):x}", str(step)) for step in way)))


class FormWriter:
    """Writes fields in the words of the house, each with the place of its value."""

    def __init__(self, words: Words, marks: Marks) -> None:
        self._words, self._marks = words, marks

    def fields(self, fields: Sequence[FormField]) -> Markup:
        """Fields that have a value or need one, and the others folded away below them."""
        shown = [one for one in fields if one.has_value or one.is_needed]
        rest = [one for one in fields if one not in shown]
        made = _join(self.field(one) for one in shown)
        if not rest:
            return made
        more = self._words.count("preview-edit-more", len(rest))
        return made + Markup("<details><summary>{}</summary>{}</details>").format(more, _join(map(self.field, rest)))

    def field(self, field: FormField) -> Markup:
        """A field with its label and description."""
        if field.kind in ("record", "list", "map"):
            return self._group(field)
        return Markup('<div class="field" data-step="{}"{}>{}</div>').format(
            field.way[-1], self._at(field), self._control(field)
        )

    def _group(self, field: FormField) -> Markup:
        inner = self.fields(field.parts) if field.kind == "record" else self._entries(field)
        return Markup('<fieldset id="{}" data-step="{}" data-kind="{}"{}><legend>{}</legend>{}{}</fieldset>').format(
            field_id(field.way),
            field.way[-1],
            field.kind,
            self._at(field),
            self._label(field),
            self._hint(field),
            inner,
        )

    def _entries(self, field: FormField) -> Markup:
        entries = _join(self._entry(one) for one in field.parts)
        assert field.blank is not None
        blank = self._entry(field.blank, is_new_key=field.kind == "map")
        return Markup(
            '<div class="entries">{}</div><template>{}</template>'
            '<button type="button" class="add" aria-label="{}">{}</button>'
        ).format(
            entries,
            blank,
            self._words.say("preview-edit-add-which", which=field.label),
            self._words.say("preview-edit-add"),
        )

    def _entry(self, field: FormField, *, is_new_key: bool = False) -> Markup:
        name = Markup("")
        if is_new_key:
            own = f"{field_id(field.way)}-name"
            name = Markup('<label for="{}">{}</label><input id="{}" class="name">').format(
                own, self._words.say("preview-edit-key"), own
            )
        is_row = not name and field.kind not in ("record", "list", "map", "other")
        return Markup(
            '<div class="{}">{}{}<button type="button" class="take" aria-label="{}">{}</button></div>'
        ).format(
            "entry row" if is_row else "entry",
            name,
            self.field(field),
            self._words.say("preview-edit-take-which", which=field.label),
            self._words.say("preview-edit-take"),
        )

    def _control(self, field: FormField) -> Markup:
        own = field_id(field.way)
        if field.kind == "other":
            return Markup('<p id="{}" tabindex="-1"><b>{}</b> {}</p>').format(
                own, self._label(field), self._words.say("preview-edit-other")
            )
        told = Markup(' id="{}" aria-describedby="{}-hint {}-said"').format(own, own, own)
        head = Markup('<label for="{}">{}</label>{}').format(own, self._label(field), self._hint(field))
        return head + self._input(field, told) + Markup('<ul id="{}-said" class="said"></ul>').format(own)

    def _input(self, field: FormField, told: Markup) -> Markup:
        if field.kind in ("choice", "truth"):
            return self._select(field, told)
        if field.kind == "long" or "\n" in field.value or len(field.value) > _SHORT:
            rows = min(12, 2 + len(field.value) // 90 + field.value.count("\n"))
            return Markup('<textarea{} rows="{}" spellcheck="true">\n{}</textarea>').format(told, rows, field.value)
        named = next((step for step in reversed(field.way) if isinstance(step, str) and not step.startswith("{")), "")
        if listed := LISTED.get(named):
            told += Markup(' list="offers-{}"').format(listed)
        mode = {"number": Markup(' inputmode="numeric"'), "date": Markup(' class="short"')}.get(field.kind, "")
        return Markup('<input{}{} value="{}">').format(told, mode, field.value)

    def _select(self, field: FormField, told: Markup) -> Markup:
        choices = field.choices or YES_NO
        own = () if field.value in ("", *choices) else (field.value,)
        options = _join(
            Markup("<option{}>{}</option>").format(Markup(" selected") if one == field.value else "", one)
            for one in (*choices, *own)
        )
        none = Markup('<option value=""{}>{}</option>').format(
            "" if field.value else Markup(" selected"), self._words.say("preview-edit-none")
        )
        return Markup("<select{}>{}{}</select>").format(told, none, options)

    def _label(self, field: FormField) -> Markup:
        needed = f" {self._words.say('preview-edit-needed')}" if field.is_needed else ""
        return escape(f"{field.label}{needed}")

    def _hint(self, field: FormField) -> Markup:
        said = field.description
        if field.kind == "date":
            said = f"{said} {self._words.say('preview-edit-date')}".strip()
        words = Markup(_CODE.sub(r"<code>\1</code>", str(escape(said))))
        is_group = field.kind in ("record", "list", "map")
        if not said and is_group:
            return Markup("")
        return Markup('<p class="hint"{}>{}</p>').format(
            "" if is_group else Markup(' id="{}-hint"').format(field_id(field.way)), words
        )

    def _at(self, field: FormField) -> Markup:
        place = place_of(field, self._marks)
        return Markup(' data-at="{}"').format(place) if place else Markup("")


def place_of(field: FormField, marks: Marks) -> str:
    """The line and the column of a field's key, or of the value that has none; nothing where it is not there."""
    found = marks.keys.get(field.way) or marks.entries.get(field.way)
    return f"{found[0]}:{found[1]}" if found else ""


def _join(parts: object) -> Markup:
    return Markup("").join(parts)  # type: ignore[arg-type]

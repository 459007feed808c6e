"""Fonts, tokens and templates of a library's layouts."""

from __future__ import annotations

import re
from functools import lru_cache

import yaml
from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.compose.contrast import lightened
from pipeline.compose.reach import closed
from pipeline.errors import PressFailure
from pipeline.model.imprint import Imprint
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import FontFace

_ACCENT = re.compile(r"(--accent:\s*)(#[0-9a-fA-F]{6})\b")
_DARK = re.compile(r"(--accent-dark:\s*)(#[0-9a-fA-F]{6})\b")


def font_faces(layouts: Layouts) -> tuple[FontFace, ...]:
    """Every font of the layouts, as `layouts/fonts.yaml` lists them."""
    return tuple(
        FontFace(
            family["family"], int(face["weight"]), bool(face.get("italic", False)), family["package"], face["file"]
        )
        for family in yaml.safe_load(layouts.files["fonts.yaml"])
        for face in family["faces"]
    )


def text_faces(layouts: Layouts) -> tuple[FontFace, ...]:
    """The fonts of running text: a character must be in all of them. Other families fall back on this one."""
    faces = font_faces(layouts)
    return tuple(face for face in faces if face.family == faces[0].family)


def accent(imprint: Imprint, layouts: Layouts) -> str:
    """The accent colour: the library's own, or that of `layouts/tokens.css`."""
    if imprint.fields.design.accent:
        return imprint.fields.design.accent
    found = _ACCENT.search(layouts.files["tokens.css"])
    return found[2] if found else "#000000"


def tokens(imprint: Imprint, layouts: Layouts) -> str:
    """`layouts/tokens.css` with the library's own accent colour, on paper and on a dark screen."""
    sheet = closed(layouts.files["tokens.css"])[0]
    own = imprint.fields.design.accent
    if own is None:
        return sheet
    return _DARK.sub(lambda m: m[1] + lightened(own), _ACCENT.sub(lambda m: m[1] + own, sheet, count=1), count=1)


def fill(layouts: Layouts, name: str, **values: object) -> str:
    """A template's text with the values put in."""
    try:
        return templates(layouts).get_template(name).render(**values)
    except TemplateSyntaxError as broken:
        raise PressFailure(f"layouts/{broken.name or name}, line {broken.lineno}: {broken.message}.") from broken
    except TemplateError as broken:
        raise PressFailure(f"layouts/{name} could not be filled: {broken}.") from broken


def templates(layouts: Layouts) -> Environment:
    """The templates: everything escaped, nothing undefined, no file but those of the layouts, no way to run code."""
    return _environment(tuple((name, text) for name, text in layouts.files.items() if name.endswith(".j2")))


@lru_cache(maxsize=8)
def _environment(files: tuple[tuple[str, str], ...]) -> Environment:
    """The same templates are compiled once a process."""
    return ImmutableSandboxedEnvironment(
        loader=DictLoader(dict(files)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

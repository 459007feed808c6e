"""Templates of the layouts, filled: what is undefined fails, what is text is escaped."""

from __future__ import annotations

from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError, TemplateSyntaxError

from pipeline.errors import PressFailure
from pipeline.model.layouts import Layouts


def fill(layouts: Layouts, name: str, **values: object) -> str:
    """The template's text with the values put in."""
    environment = Environment(
        loader=DictLoader(layouts.files),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    try:
        return environment.get_template(name).render(**values)
    except TemplateSyntaxError as broken:
        raise PressFailure(f"layouts/{broken.name or name}, line {broken.lineno}: {broken.message}.") from broken
    except TemplateError as broken:
        raise PressFailure(f"layouts/{name} could not be filled: {broken}.") from broken

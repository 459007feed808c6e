"""Templates of the layouts, filled: what is undefined fails, what is text is escaped."""

from __future__ import annotations

from jinja2 import TemplateError, TemplateSyntaxError

from pipeline.compose.layouts import templates
from pipeline.errors import PressFailure
from pipeline.model.layouts import Layouts


def fill(layouts: Layouts, name: str, **values: object) -> str:
    """The template's text with the values put in."""
    try:
        return templates(layouts).get_template(name).render(**values)
    except TemplateSyntaxError as broken:
        raise PressFailure(f"layouts/{broken.name or name}, line {broken.lineno}: {broken.message}.") from broken
    except TemplateError as broken:
        raise PressFailure(f"layouts/{name} could not be filled: {broken}.") from broken

"""The templates of a library's layouts."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, FunctionLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.compose import words
from pipeline.errors import LayoutFault
from pipeline.model.layouts import Layouts

_FILE = "layouts:"
"""Before the name of a template, in what the interpreter says of a fault."""


def fill(layouts: Layouts, name: str, **values: object) -> str:
    """A template's text with the values put in."""
    try:
        return templates(layouts).get_template(name).render(**values)
    except TemplateSyntaxError as broken:
        raise _fault(broken, broken.name or name, broken.lineno) from broken
    except TemplateError as broken:
        raise _fault(broken, *_where(broken, name)) from broken


@lru_cache(maxsize=256)
def syntax_fault(name: str, text: str) -> LayoutFault | None:
    """What is wrong with how a template is written. The same template is looked at once a process."""
    try:
        _environment(()).parse(text, name)
    except TemplateSyntaxError as broken:
        return _fault(broken, name, broken.lineno)
    return None


def _fault(broken: TemplateError, name: str, line: int) -> LayoutFault:
    said = str(broken.message or "it cannot be filled").rstrip(".")
    return LayoutFault(f"{said}.", f"layouts/{name}", line)


def _where(broken: TemplateError, name: str) -> tuple[str, int]:
    """The template and line in which a fault showed itself: the innermost frame that is a template."""
    found = (name, 1)
    frame = broken.__traceback__
    while frame is not None:
        file = frame.tb_frame.f_code.co_filename
        if file.startswith(_FILE):
            found = (file.removeprefix(_FILE), frame.tb_lineno)
        frame = frame.tb_next
    return found


def templates(layouts: Layouts) -> Environment:
    """The templates: everything escaped, nothing undefined, no file but those of the layouts, no way to run code."""
    return _environment(tuple((name, text) for name, text in layouts.files.items() if name.endswith(".j2")))


@lru_cache(maxsize=8)
def _environment(files: tuple[tuple[str, str], ...]) -> Environment:
    """The same templates are compiled once a process; a fault in one names its file."""
    texts = dict(files)
    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(lambda name: (texts[name], _FILE + name, lambda: True) if name in texts else None),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["words"] = words
    return environment

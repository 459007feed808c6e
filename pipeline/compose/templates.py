"""Jinja templates filled in the sandbox, with their faults by line."""

import re
from collections.abc import Mapping
from functools import lru_cache

from jinja2 import FunctionLoader, TemplateError, TemplateNotFound, TemplateSyntaxError

from pipeline.compose.sandbox import BUDGET, SPOKEN, Budget, SandboxedTemplates, view, without_marks
from pipeline.core.diagnostics import LayoutFault
from pipeline.model.formats import Layouts
from pipeline.model.words import Phrases

_FILE = "layouts:"
"""Before the name of a template, in what the interpreter says of a fault."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*\.j2")
"""Names that templates may have: the interpreter writes them into the code that it makes of a template."""
_ASTRAY = (ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError)
"""Errors that Python raises while it renders a faulty template."""
_UNREADABLE = (RecursionError, SyntaxError, OverflowError, ValueError, MemoryError)
"""Errors that Python raises while it reads a faulty template."""

TURNS = 1_000_000
"""Turns of loops and calls that filling one template may take."""
LENGTH = 50_000_000
"""Characters that it may make, beside four times those that it is given."""


def fill(
    layouts: Layouts,
    name: str,
    values: Mapping[str, object],
    turns: int = TURNS,
    length: int = LENGTH,
    traced: bool = False,
) -> str:
    """A template's text with the values put in, of which it sees a view. Raises `LayoutFault`.

    The fixed words of the house are the value of `words`: every template may say them, also one that is included.
    """
    words = values.get("words")
    given = {key: view(value) for key, value in values.items() if value is not words or not isinstance(words, Phrases)}
    size = sum(len(value) for value in given.values() if isinstance(value, str))
    budget = BUDGET.set(Budget(turns, length + 4 * size))
    spoken = SPOKEN.set(words if isinstance(words, Phrases) else None)
    try:
        return templates(layouts, traced).get_template(name).render(given)
    except TemplateSyntaxError as broken:
        raise _fault(broken, broken.name or name, broken.lineno) from broken
    except (TemplateError, *_UNREADABLE) as broken:
        raise _fault(broken, *(_where(broken) or (name, 1))) from broken
    except _ASTRAY as broken:
        place = _where(broken)
        if place is None:  # no template's doing
            raise
        raise _fault(broken, *place) from broken
    finally:
        BUDGET.reset(budget)
        SPOKEN.reset(spoken)


@lru_cache(maxsize=256)
def syntax_fault(name: str, text: str) -> LayoutFault | None:
    """Fault in the syntax of a template, or None. Cached: each template is compiled once a process."""
    if not _NAME.fullmatch(name):
        return LayoutFault(
            "its name may have letters, digits, '.', '_' and '-' only, without accents.", f"layouts/{name}"
        )
    try:
        _environment(()).compile(text, name, _FILE + name)
    except TemplateSyntaxError as broken:
        return _fault(broken, name, broken.lineno)
    except _UNREADABLE as broken:
        return _fault(broken, name, 1)
    return None


def _fault(broken: Exception, name: str, line: int) -> LayoutFault:
    said = _said(broken)
    return LayoutFault(said if said.endswith(("?", ".")) else f"{said}.", f"layouts/{name}", line)


def _said(broken: Exception) -> str:
    """A fault in words."""
    match broken:
        case TemplateNotFound(name=str(name)):
            return f"there is no template '{name}' in the layouts"
        case TemplateError(message=str(message)):
            return message
        case RecursionError():
            return "it goes into itself without end, or is too deep in brackets"
        case TypeError() if str(broken).startswith("macro "):
            return str(broken)
        case SyntaxError():
            return "its tags are too deep within one another, or cannot be worked out"
    return "two things here do not go together, such as words and a number"


def _where(broken: BaseException) -> tuple[str, int] | None:
    """The template and line in which a fault showed itself: the innermost frame that is a template."""
    found = None
    frame = broken.__traceback__
    while frame is not None:
        file = frame.tb_frame.f_code.co_filename
        if file.startswith(_FILE):
            found = (file.removeprefix(_FILE), frame.tb_lineno)
        frame = frame.tb_next
    return found


def origin(layouts: Layouts, name: str, values: Mapping[str, object], line: int, column: int = 0) -> tuple[str, int]:
    """The file and line of the layouts that a place in a filled template comes from.

    The template is filled once more, with a mark before each line of a template: so it costs nothing where all is well.
    """
    try:
        marked = fill(layouts, name, values, traced=True)
    except LayoutFault:  # words that are as long as something else, with their marks
        return f"layouts/{name}", 1
    text, marks = without_marks(marked)
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    before = [mark for mark in marks if mark.offset <= start + max(column - 1, 0)]
    found = before[-1] if before else None
    return (f"layouts/{found.name}", found.line) if found else (f"layouts/{name}", 1)


def templates(layouts: Layouts, traced: bool = False) -> SandboxedTemplates:
    """The templates: no file but those of the layouts."""
    files = tuple((name, text) for name, text in layouts.files.items() if _NAME.fullmatch(name))
    return _environment(files, traced)


@lru_cache(maxsize=8)
def _environment(files: tuple[tuple[str, str], ...], traced: bool = False) -> SandboxedTemplates:
    """The same templates are compiled once a process; a fault in one names its file."""
    texts = dict(files)
    loader = FunctionLoader(lambda name: (texts[name], _FILE + name, lambda: True) if name in texts else None)
    return SandboxedTemplates(loader, traced)

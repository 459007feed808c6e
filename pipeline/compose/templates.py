"""Templates filled in the sandbox, with their faults by line."""

import re
from collections.abc import Mapping
from functools import lru_cache

from jinja2 import FunctionLoader, TemplateError, TemplateNotFound, TemplateSyntaxError, nodes

from pipeline.compose.sandbox import BUDGET, PHRASES, Budget, SandboxedTemplates, view_of
from pipeline.core.diagnostics import LayoutFault
from pipeline.model.formats import Layouts
from pipeline.model.words import Phrases

_FILE_PREFIX = "layouts:"
"""Prefix of a template's name in tracebacks."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*\.j2")
"""Names that templates may have: the interpreter writes them into the code of a template."""
_MARK = re.compile("\ue000([^\ue000]*):([0-9]+)\ue001")
"""Name and line of a template, before a line of its text."""
_RENDER_ERRORS = (ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError)
"""Errors that Python raises while it renders a faulty template."""
_READ_ERRORS = (RecursionError, SyntaxError, OverflowError, ValueError, MemoryError)
"""Errors that Python raises while it reads a faulty template."""

MOST_TURNS = 1_000_000
"""Turns of loops and calls that filling a template may take."""
MOST_LENGTH = 50_000_000
"""Characters that it may produce, in addition to four times the length of its values."""


def fill_template(
    layouts: Layouts,
    name: str,
    values: Mapping[str, object],
    turns: int = MOST_TURNS,
    length: int = MOST_LENGTH,
    traced: bool = False,
) -> str:
    """Fill a template with views of the values. Raises `LayoutFault`.

    The value of `words` is the table of phrases: every template may use it, also one that is included.
    """
    words = values.get("words")
    phrases = words if isinstance(words, Phrases) else None
    views = {key: view_of(value) for key, value in values.items() if value is not phrases or phrases is None}
    size = sum(len(value) for value in views.values() if isinstance(value, str))
    budget_token = BUDGET.set(Budget(turns, length + 4 * size))
    phrases_token = PHRASES.set(phrases)
    try:
        return templates(layouts, traced).get_template(name).render(views)
    except TemplateSyntaxError as error:
        raise _fault(error, error.name or name, error.lineno) from error
    except (TemplateError, *_READ_ERRORS) as error:
        raise _fault(error, *(_template_line(error) or (name, 1))) from error
    except _RENDER_ERRORS as error:
        place = _template_line(error)
        if place is None:  # an error of ours
            raise
        raise _fault(error, *place) from error
    finally:
        BUDGET.reset(budget_token)
        PHRASES.reset(phrases_token)


@lru_cache(maxsize=256)
def syntax_fault(name: str, text: str) -> LayoutFault | None:
    """Return the fault in the syntax of a template, or None. Cached: each template is compiled once a process."""
    if not _NAME.fullmatch(name):
        return LayoutFault(
            "its name may have letters, digits, '.', '_' and '-' only, without accents.", f"layouts/{name}"
        )
    try:
        _environment(()).compile(text, name, _FILE_PREFIX + name)
    except TemplateSyntaxError as error:
        return _fault(error, name, error.lineno)
    except _READ_ERRORS as error:
        return _fault(error, name, 1)
    return None


def _fault(error: Exception, name: str, line: int) -> LayoutFault:
    sentence = _sentence(error)
    return LayoutFault(sentence if sentence.endswith(("?", ".")) else f"{sentence}.", f"layouts/{name}", line)


def _sentence(error: Exception) -> str:
    match error:
        case TemplateNotFound(name=str(name)):
            return f"there is no template '{name}' in the layouts"
        case TemplateError(message=str(message)):
            return message
        case RecursionError():
            return "it goes into itself without end, or is too deep in brackets"
        case TypeError() if str(error).startswith("macro "):
            return str(error)
        case SyntaxError():
            return "its tags are too deep within one another, or cannot be worked out"
    return "two things here do not go together, such as words and a number"


def _template_line(error: BaseException) -> tuple[str, int] | None:
    """Return the template and line of an error: the innermost frame that is a template."""
    place = None
    traceback = error.__traceback__
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if file.startswith(_FILE_PREFIX):
            place = (file.removeprefix(_FILE_PREFIX), traceback.tb_lineno)
        traceback = traceback.tb_next
    return place


def layout_origin(
    layouts: Layouts, name: str, values: Mapping[str, object], line: int, column: int = 0
) -> tuple[str, int]:
    """Return the file and line of the layouts that a place in a filled template comes from.

    The template is filled again, with a mark before each line of a template, so that pages without flaws cost nothing.
    """
    try:
        lines = fill_template(layouts, name, values, traced=True).split("\n")
    except LayoutFault:  # with the marks, the words are too long
        return f"layouts/{name}", 1
    marks, length = _MARK.findall("\n".join(lines[: line - 1])), 0
    for match in _MARK.finditer(lines[line - 1]):
        if match.start() - length > max(column - 1, 0):
            break
        marks.append(match.groups())
        length += len(match[0])
    return (f"layouts/{marks[-1][0]}", int(marks[-1][1])) if marks else (f"layouts/{name}", 1)


class _TracedTemplates(SandboxedTemplates):
    """Templates that put a mark with file and line before each line of their text."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for data in tree.find_all(nodes.TemplateData):
            lines = data.data.splitlines(keepends=True)
            data.data = "".join(f"\ue000{name}:{data.lineno + n}\ue001{line}" for n, line in enumerate(lines))
        return tree


def templates(layouts: Layouts, traced: bool = False) -> SandboxedTemplates:
    """Return an environment with the templates of the layouts alone."""
    files = tuple((name, text) for name, text in layouts.files.items() if _NAME.fullmatch(name))
    return _environment(files, traced)


@lru_cache(maxsize=8)
def _environment(files: tuple[tuple[str, str], ...], traced: bool = False) -> SandboxedTemplates:
    texts = dict(files)
    loader = FunctionLoader(lambda name: (texts[name], _FILE_PREFIX + name, lambda: True) if name in texts else None)
    return _TracedTemplates(loader) if traced else SandboxedTemplates(loader)

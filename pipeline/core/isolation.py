"""Isolation of a process from where it is run: neither the current folder nor the locale of the user decides anything.

Called once by the command and by each worker, before any engine is loaded. Of the environment only the mode of the
engine is read, which workers inherit.
"""

import locale
import os
from contextlib import suppress
from functools import cache

from pipeline.core.errors import UsageError

ENGINE = "BRIEFINGS_ENGINE"
"""The variable of the environment that says how the typesetting engine works."""

ENGINE_MODES = ("fast", "plain")
"""Its values: with our faster functions, which is usual, or with the engine's own alone."""

_LOCALES = ("C.UTF-8", "C.utf8", "C")
"""The first of these that the machine has; all give the same bytes."""

_LANGUAGES = ("PANGO_LANGUAGE", "LANGUAGE")
"""By which Pango and other libraries would prefer one language to another."""

_PLUGINS = "PYDANTIC_DISABLE_PLUGINS"
"""By which pydantic looks for no plugins among all that is installed: none is to read records with us."""


@cache
def isolate() -> None:
    """Fix the settings that this process and its children would otherwise take from the environment.

    Python looks for modules in the current folder first, and so does each worker that it starts, unless it is told not
    to. Pydantic asks every package that is installed for plugins, which would see each record. Pango asks the locale
    for the language of a text that has none, and then sets Turkish without ligatures.
    """
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ[_PLUGINS] = "__all__"
    for name in _LANGUAGES:
        os.environ.pop(name, None)
    for name in _LOCALES:
        with suppress(locale.Error):
            locale.setlocale(locale.LC_ALL, name)
            os.environ["LC_ALL"] = name
            return


def engine_asked() -> str:
    """The mode of the engine that the environment asks for. Raises `UsageError` where there is no such mode."""
    asked = os.environ.get(ENGINE) or ENGINE_MODES[0]
    if asked not in ENGINE_MODES:
        raise UsageError(f"{ENGINE} is {asked!r}; it should be {' or '.join(map(repr, ENGINE_MODES))}.")
    return asked

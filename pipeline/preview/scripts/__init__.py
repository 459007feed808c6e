"""The scripts of the text field, beside this file: our own, and CodeMirror, which `make desk` brings."""

from collections.abc import Collection, Mapping
from pathlib import Path

FOLDER = Path(__file__).parent

BUNDLE = "codemirror.js"
"""The script that is brought, with its licences at its head."""

SCRIPTS: Mapping[str, str] = {BUNDLE: "text/javascript", "offers.js": "text/javascript", "text.js": "text/javascript"}
"""Their names in order, each with its media type."""


def scripts_to_load(there: Collection[str]) -> tuple[str, ...]:
    """The scripts that a page with a text loads; none where CodeMirror is not there: then its field is a plain one."""
    return tuple(SCRIPTS) if BUNDLE in there else ()

"""The page that checks a parcel in a browser, from its own folder, with nothing installed and no network."""

import base64
import hashlib
import json
from pathlib import Path

from markupsafe import Markup

from pipeline.bind.frames import page_in
from pipeline.compose.design.style import page_style
from pipeline.editions.letters import key_page
from pipeline.editions.sealing.manifest import ABOUT, CHECK_PAGE, STRAY
from pipeline.model.formats import Layouts
from pipeline.model.source.college import DeliverySettings
from pipeline.model.source.library_file import Imprint
from pipeline.model.words import Words

TEMPLATE = "web/check.html.j2"
SCRIPT = Path(__file__).with_name("check.js")
"""Not a layout: what runs in other people's browsers is the program's own, and the page lets nothing else run."""

_WORDS = (
    *(
        "busy",
        "as-sent",
        "changed",
        "missing",
        "added",
        "renamed",
        "whole",
        "unsigned",
        "wrong",
        "beside",
        "only-named",
    ),
    *("not-ours", "no-signature", "line-ends", "do", "no-manifest", "cannot", "current"),
)
"""Phrases that the script says, without 'check-'."""

_FORM = Markup("""<p><label for="folder">{folder}</label>
<input id="folder" type="file" webkitdirectory multiple></p>
<p id="answer" role="status"></p>
<table id="list" hidden>
<caption>{files}</caption>
<thead><tr><th scope="col">{file}</th><th scope="col">{result}</th></tr></thead>
<tbody></tbody>
</table>
<p id="current" hidden></p>
<noscript><p>{no_script}</p></noscript>
<script type="application/json" id="given">{given}</script>
<script>{script}</script>
""")


def site_files(imprint: Imprint, layouts: Layouts, words: Words) -> dict[str, bytes]:
    """The page for the site of a library that signs its deliveries."""
    return {CHECK_PAGE: check_page(imprint, layouts, words)} if imprint.fields.of(DeliverySettings).signing else {}


def check_page(imprint: Imprint, layouts: Layouts, words: Words) -> bytes:
    """The page of a library, with its public key, if it has one. Raises `LayoutFault`."""
    fields, script = imprint.fields, SCRIPT.read_text(encoding="utf-8")
    key = next(iter(fields.of(DeliverySettings).public_keys), "")
    values = {
        "words": words,
        "language": words.language,
        "publisher": fields.publisher,
        "key": key,
        "key_page": key_page(imprint),
        "policy": _policy(script),
    }
    form = _form(script, fields.publisher, key, words)
    return page_in(layouts, TEMPLATE, values, form, page_style(imprint, layouts)).encode()


def _form(script: str, publisher: str, key: str, words: Words) -> str:
    phrases = {f"check-{name}": words.phrases[f"check-{name}"][0] for name in _WORDS}
    given = {"key": key, "about": ABOUT, "stray": STRAY, "publisher": publisher, "words": phrases}
    said = json.dumps(given, ensure_ascii=False).replace("<", "\\u003c")
    names = ("folder", "files", "file", "result", "no-script")
    told = {name.replace("-", "_"): words.say(f"check-{name}") for name in names}
    return _FORM.format(**told, given=Markup(said), script=Markup(script))


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    rules = ("default-src 'none'", "style-src 'unsafe-inline'", f"script-src 'sha256-{digest}'")
    return "; ".join((*rules, "base-uri 'none'", "form-action 'none'"))

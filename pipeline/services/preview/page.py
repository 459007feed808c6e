"""The HTML pages of the preview, and their updates."""

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from markupsafe import Markup, escape

from pipeline.core.diagnostics import Diagnostic, Location, Severity
from pipeline.model.words import Phrases
from pipeline.services.preview.live_state import VIEWS, Contents, Listed, LiveText, LiveView

SCRIPT_FOLDER = Path(__file__).parent / "scripts"

BUNDLE = "codemirror.js"
"""CodeMirror, which `make desk` fetches, with its licences at its start."""

SCRIPTS: Mapping[str, str] = {BUNDLE: "text/javascript", "offers.js": "text/javascript", "text.js": "text/javascript"}
"""The scripts of the text field in order, each with its media type."""


def scripts_to_load(names: Collection[str]) -> tuple[str, ...]:
    """Return the scripts of a text field; none without CodeMirror, when the field is a plain one."""
    return tuple(SCRIPTS) if BUNDLE in names else ()


_PLACE = re.compile(r"\{\{ ([a-z-]+) \}\}")


def fill_frame(frame: str, words: Phrases, **values: object) -> str:
    """Fill the places of a frame with values, or else with words of the library."""

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        if name in values:
            return str(escape(values[name]))
        return str(escape(words.language if name == "language" else words.say(f"preview-{name}")))

    return _PLACE.sub(fill, frame)


FOLDER = Path(__file__).parent
"""The folder of the pages' files."""

FRAME = "preview.html"
"""The HTML frame of all pages."""

ASSETS = {
    "preview.css": "text/css",
    "edit.css": "text/css",
    "news.js": "text/javascript",
    "places.js": "text/javascript",
    "preview.js": "text/javascript",
    "edit.js": "text/javascript",
    **SCRIPTS,
}
"""Style sheet and scripts of the pages, each with its media type."""


def text_page(
    frame: str, contents: Contents, listed: Listed, view: LiveView, opens: str, *, with_edit: bool = False
) -> str:
    """Return the page that shows a text in a view; `opens` is the address that opens a line of a source."""
    words = contents.words
    link = Markup('<li><a href="/of/{}/{}"{}>{}</a></li>')
    current = Markup(' aria-current="page"')
    links = Markup("").join(
        link.format(listed.name, other.name, current if other is view else "", words.say(other.label))
        for other in views_of(listed)
    )
    edit = Markup("")
    if with_edit:
        edit = Markup('<p class="way"><a href="/edit/{}">{}</a></p>').format(listed.name, words.say("preview-edit"))
    shape = "drawn" if view.is_drawn else "phone" if view.narrow else "framed"
    document = Markup('<iframe id="frame" title="{}" sandbox="allow-same-origin"></iframe>').format(
        words.say(view.label)
    )
    return fill_frame(
        frame,
        words,
        title=listed.title,
        shape=shape,
        of=f"/of/{listed.name}/{view.name}",
        links=Markup('<nav aria-label="{}"><ul>{}</ul></nav>{}').format(words.say("preview-views"), links, edit),
        state=words.say("preview-first"),
        opens=opens,
        shown=Markup('<div id="pages"><div id="mark" hidden></div></div>') if view.is_drawn else document,
    )


def list_page(frame: str, contents: Contents) -> str:
    """Return the page that lists everything that can be shown."""
    words = contents.words
    rows = Markup("").join(
        Markup('<li><a href="/of/{}/">{}</a></li>').format(listed.name, listed.title) for listed in contents.listed
    )
    shown = Markup("<ul>{}</ul>").format(rows)
    state = words.say("preview-choose")
    return fill_frame(
        frame, words, title=contents.title, shape="list", of="", links="", opens="", state=state, shown=shown
    )


def views_of(listed: Listed) -> tuple[LiveView, ...]:
    """Return the views of a briefing or pack."""
    return tuple(view for view in VIEWS.values() if view.of_packs or not listed.is_pack)


def news_of(text: LiveText, words: Phrases, address: Callable[[Location], str]) -> Mapping[str, object]:
    """Return what a browser shows of a text, for JSON; `address` gives the link to a place of a source, or nothing."""
    return {
        "turn": text.turn,
        "title": text.title,
        "pages": [
            {
                "name": page.name,
                "width": page.width,
                "height": page.height,
                "alt": words.say("preview-page", page=number, pages=len(text.pages)),
            }
            for number, page in enumerate(text.pages, 1)
        ],
        "places": text.places,
        "document": text.document,
        "changed": {"path": text.changed.path, "line": text.changed.line} if text.changed else None,
        "round": text.round,
        "state": _state(text, words),
        "holds": text.holds,
        "remarks": None if text.remarks is None else [_remark(remark, words, address) for remark in text.remarks],
        "others": [_remark(remark, words, address) for remark in text.others],
        "of_others": words.count("preview-others", len(text.others)),
    }


def _state(text: LiveText, words: Phrases) -> str:
    if not text.holds:
        key = "preview-old" if text.pages or text.document else "preview-none"
        return " ".join(filter(None, (words.say(key), text.failure)))
    sentences = [words.count("preview-made", len(text.pages))] if text.pages else [words.say("preview-made-document")]
    if numbers := [words.number(number) for number in text.different]:
        sentences.append(words.count("preview-new", len(numbers), which=", ".join(numbers)))
    return " ".join(sentences)


def _remark(remark: Diagnostic, words: Phrases, address: Callable[[Location], str]) -> dict[str, object]:
    """Return a remark for JSON, with a link to its place if something opens it."""
    is_error = remark.severity is Severity.ERROR
    return {
        "error": is_error,
        "kind": words.say("preview-error" if is_error else "preview-warning"),
        "place": str(remark.place),
        "at": [remark.place.path, remark.place.line, remark.place.column],
        "link": address(remark.place),
        "code": remark.code,
        "words": remark.sentence,
        "hint": remark.hint,
    }

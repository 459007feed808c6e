"""The pages of the preview itself: HTML around what is shown."""

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from markupsafe import Markup, escape

from pipeline.core.diagnostics import Diagnostic, Location, Severity
from pipeline.model.words import Phrases
from pipeline.services.preview.live_state import VIEWS, Contents, Listed, LiveText, LiveView

SCRIPT_FOLDER = Path(__file__).parent / "scripts"

BUNDLE = "codemirror.js"
"""CodeMirror, which `make desk` brings, with its licences at its head."""

SCRIPTS: Mapping[str, str] = {BUNDLE: "text/javascript", "offers.js": "text/javascript", "text.js": "text/javascript"}
"""The scripts of the text field in order, each with its media type."""


def scripts_to_load(there: Collection[str]) -> tuple[str, ...]:
    """The scripts that a page with a text loads; none where CodeMirror is not there: then its field is a plain one."""
    return tuple(SCRIPTS) if BUNDLE in there else ()


_PLACE = re.compile(r"\{\{ ([a-z-]+) \}\}")


def filled(frame: str, words: Phrases, **given: object) -> str:
    """The frame with what is given, and with the words of the house, put into its places."""

    def put(place: re.Match[str]) -> str:
        name = place[1]
        if name in given:
            return str(escape(given[name]))
        return str(escape(words.language if name == "language" else words.say(f"preview-{name}")))

    return _PLACE.sub(put, frame)


FOLDER = Path(__file__).parent
"""The folder of the files that the pages are made of."""

FRAME = "preview.html"
"""The file that stands around what is shown."""

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
    frame: str, contents: Contents, one: Listed, view: LiveView, opens: str, *, with_edit: bool = False
) -> str:
    """The page that shows a text in a view; `opens` is the address that opens a line of a source."""
    words = contents.words
    links = Markup("").join(
        Markup('<li><a href="/of/{}/{}"{}>{}</a></li>').format(
            one.name, other.name, Markup(' aria-current="page"') if other is view else "", words.say(other.label)
        )
        for other in views_of(one)
    )
    edit = Markup("")
    if with_edit:
        edit = Markup('<p class="way"><a href="/edit/{}">{}</a></p>').format(one.name, words.say("preview-edit"))
    shape = "drawn" if view.is_drawn else "phone" if view.narrow else "framed"
    document = Markup('<iframe id="frame" title="{}" sandbox="allow-same-origin"></iframe>').format(
        words.say(view.label)
    )
    return filled(
        frame,
        words,
        title=one.title,
        shape=shape,
        of=f"/of/{one.name}/{view.name}",
        links=Markup('<nav aria-label="{}"><ul>{}</ul></nav>{}').format(words.say("preview-views"), links, edit),
        state=words.say("preview-first"),
        opens=opens,
        shown=Markup('<div id="pages"><div id="mark" hidden></div></div>') if view.is_drawn else document,
    )


def list_page(frame: str, contents: Contents) -> str:
    """The page that lists what can be shown."""
    words = contents.words
    rows = Markup("").join(
        Markup('<li><a href="/of/{}/">{}</a></li>').format(one.name, one.title) for one in contents.listed
    )
    shown = Markup("<ul>{}</ul>").format(rows)
    state = words.say("preview-choose")
    return filled(frame, words, title=contents.title, shape="list", of="", links="", opens="", state=state, shown=shown)


def views_of(one: Listed) -> tuple[LiveView, ...]:
    """The views that there are of a briefing or pack."""
    return tuple(view for view in VIEWS.values() if view.of_packs or not one.is_pack)


def news_of(shown: LiveText, words: Phrases, address: Callable[[Location], str]) -> Mapping[str, object]:
    """What a browser is to show of a text; `address` opens a place of a source, if anything does."""
    return {
        "turn": shown.turn,
        "title": shown.title,
        "pages": [
            {
                "name": page.name,
                "width": page.width,
                "height": page.height,
                "alt": words.say("preview-page", page=number, pages=len(shown.pages)),
            }
            for number, page in enumerate(shown.pages, 1)
        ],
        "places": shown.places,
        "document": shown.document,
        "changed": {"path": shown.changed.path, "line": shown.changed.line} if shown.changed else None,
        "round": shown.round,
        "state": _state(shown, words),
        "holds": shown.holds,
        "remarks": None if shown.remarks is None else [_remark(one, words, address) for one in shown.remarks],
        "others": [_remark(one, words, address) for one in shown.others],
        "of_others": words.count("preview-others", len(shown.others)),
    }


def _state(shown: LiveText, words: Phrases) -> str:
    if not shown.holds:
        old = "preview-old" if shown.pages or shown.document else "preview-none"
        return " ".join(filter(None, (words.say(old), shown.failure)))
    said = [words.count("preview-made", len(shown.pages))] if shown.pages else [words.say("preview-made-document")]
    if numbers := [words.number(number) for number in shown.different]:
        said.append(words.count("preview-new", len(numbers), which=", ".join(numbers)))
    return " ".join(said)


def _remark(one: Diagnostic, words: Phrases, address: Callable[[Location], str]) -> dict[str, object]:
    """A remark as the page shows it: its place as text always, and as a link where something opens it."""
    is_error = one.severity is Severity.ERROR
    return {
        "error": is_error,
        "kind": words.say("preview-error" if is_error else "preview-warning"),
        "place": str(one.place),
        "at": [one.place.path, one.place.line, one.place.column],
        "link": address(one.place),
        "code": one.code,
        "words": one.sentence,
        "hint": one.hint,
    }

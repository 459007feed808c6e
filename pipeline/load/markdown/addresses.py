"""Allowed targets of links and pictures."""

import re
from urllib.parse import quote, unquote

from pipeline.core.diagnostics import Place
from pipeline.core.messages import message
from pipeline.load.dialects.text_paths import HOST, is_text_path
from pipeline.load.markdown.draft import Draft
from pipeline.load.pictures.paths import picture_file, way_to
from pipeline.model.body import CrossReference, Inline, Link, Placeholder, Span, Text, plain_text

_LABEL = r"(?:[\w~-]|%[89A-F][0-9A-F])+"
_HOST = rf"(?:[^\s/?#@]*@)?(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-F:.]+\])(?::\d*)?"
_OUTWARD = re.compile(rf"https?://{_HOST}(?:[/?#]\S*)?|mailto:[^\s@]+@[^\s@]+", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)
_BRIEFING = re.compile(r"briefing:[a-z0-9]+(?:-[a-z0-9]+)*(?:#[\w:.\-]+)?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_FROM_THE_WEB = "Save the picture beside the briefing, where you may use it, and write its name, such as 'chart.svg'."
_FILE = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}(?:[?#]|$)")


def read_link(draft: Draft, href: str, children: tuple[Inline, ...], title: str, place: Place) -> list[Inline]:
    """A link or cross-reference; where it may not lead, its words and a placeholder after a remark."""
    written = href.strip()
    href = quote(href.strip(), safe="!#$%&'()*+,/:;=?@[]~", encoding="utf-8") if _SCHEME.match(href) else href.strip()
    if href.startswith("#") and len(href) > 1:
        target = draft.maths.row_of(unquote(href[1:]))
        if not children and target == draft.top:
            children = (Text(draft.title, place),)
        return [Link(f"#{target}", children, title, place) if children else CrossReference(target, (), place)]
    if href in ("", "#"):
        draft.desk.report(message("link-no-address", place))
        return [Span(children), Placeholder("[no address]")]
    if not (_OUTWARD.fullmatch(href) or _BRIEFING.fullmatch(href) or is_text_path(href)):
        draft.desk.report(message("link-scheme", place, _hint(href), href=written))
        return [Span(children), Placeholder(f"[{written}]")]
    if not plain_text(children).strip() and not any(not isinstance(child, Text) for child in children):
        draft.desk.report(message("words-missing", place, "Write the words between the square brackets.", what="link"))
        children = (Text(href.removeprefix("mailto:").removeprefix("briefing:"), place),)
    return [Link(href, children, title, place)]


def _hint(href: str) -> str | None:
    if _WEB.match(href):
        return "No such place can be: write the address in full, or as `code` if readers are to fill it in."
    if href.startswith("www.") or HOST.match(href):
        return f"Write the address in full: https://{href}."
    if href.startswith("briefing:"):
        return "Write briefing:ID or briefing:ID#anchor, the id as in the briefing's file name."
    if href.startswith("//"):
        return f"Write the address in full: https:{href}."
    if not _SCHEME.match(href) and _FILE.search(href):
        return "Readers do not have the files beside it: put this one on the web, and write its address in full."
    return None


def figure_path(draft: Draft, written: str, place: Place) -> str | None:
    """The path of a picture from its text's folder, or None after a remark that it leads out of `source/`."""
    path = draft.origin.path
    file = picture_file(path, unquote(written.strip()))
    if file is None:
        shown = written if len(written) <= 80 else f"{written[:77]}…"
        hint = _FROM_THE_WEB if written.lower().startswith(("http:", "https:", "//")) else None
        draft.desk.report(message("figure-outside", place, hint, source=shown))
        return None
    return way_to(file, path)

"""Links, references, and paths of pictures."""

import re
from collections.abc import Container
from dataclasses import replace
from posixpath import dirname, join, normpath
from urllib.parse import quote, unquote

from pipeline.core.diagnostics import Location
from pipeline.core.messages import message
from pipeline.load.markdown.maths import label_id
from pipeline.load.markdown.parser import ParseContext
from pipeline.load.pictures.picture import picture_file, relative_path
from pipeline.load.yaml.fill import slugify
from pipeline.model.body import CrossReference, Inline, Link, NumberReference, Placeholder, Span, Text, plain_text

BRIEFING = "briefing:"
_BRIEFINGS, _HANDBOOK = "source/briefings/", "source/handbook/"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_TEXT = re.compile(r"\.(?:md|markdown|mdx|qmd|rmd|rst|ipynb|adoc|html?|xhtml|php|aspx?)$", re.IGNORECASE)
HOST = re.compile(
    r"(?:[a-z0-9-]+\.){1,6}(?:com|org|net|edu|gov|int|info|io|uk|eu|us|de|fr|nl|ie|au|ca|nz)(?=[/:?#]|$)", re.IGNORECASE
)
"""Host of an address without 'https://'."""
_FOLDER_TEXTS = ("index", "readme", "briefing", "default")
"""File names of a text that has the name of its folder."""


def is_text_path(href: str) -> bool:
    """Return True if an address may be the path of a text: a file of words, a folder, or a name without an ending."""
    path = _split(href)[0]
    is_odd = any(ord(character) < 32 or character in '{}<>|*"`\\' for character in path)
    if is_odd or not path or path.startswith(("//", "www.", "~")) or _SCHEME.match(path) or HOST.match(path):
        return False
    last = path.rpartition("/")[2]
    return bool(_TEXT.search(last)) or not last.strip(".") or "." not in last


def resolve_text_path(href: str, path: str, known: Container[str]) -> str:
    """Return 'briefing:ID#anchor' for a path that leads to a text; other addresses unchanged.

    `path` is the file that holds the link, `known` the ids of all texts.
    """
    if href.startswith(("#", "http", BRIEFING)) or not is_text_path(href):
        return href
    text = next((name for name in candidate_ids(href, path) if name in known), None)
    anchor = _split(href)[1]
    return href if text is None else f"{BRIEFING}{text}{f'#{anchor}' if anchor else ''}"


def shorten_own_link(href: str, path: str) -> str:
    """Return '#anchor' for 'briefing:ID#anchor' if the link is in that text; other addresses unchanged."""
    name, _, anchor = href.removeprefix(BRIEFING).partition("#")
    is_same = bool(name) and name == _id_of_file(path.removeprefix("source"), path)
    return f"#{anchor}" if anchor and is_same else href


def without_anchor(href: str) -> str:
    """Return the path without its anchor."""
    return _split(href)[0]


def candidate_ids(href: str, path: str) -> tuple[str, ...]:
    """Return the ids that a text at this path may have, the likeliest first.

    First the id of the file itself; then the longest end of the path, as here the folders of a site become part of the
    file's name.
    """
    target = _split(href)[0]
    steps = [step for step in target.split("/") if step.strip(".")]
    steps[-1:] = [_TEXT.sub("", step) for step in steps[-1:]]
    is_folder = slugify(steps[-1]) in _FOLDER_TEXTS if steps else False
    ends = [*_ends(steps)[: -1 if is_folder else None], *(_ends(steps[:-1]) if is_folder else ()), *_ends(steps[-1:])]
    if path.startswith(_HANDBOOK):
        ends = [name for end in ends for name in (f"handbook-{end}", end)]
    return tuple(dict.fromkeys(filter(None, [_id_of_file(target, path), *ends])))


def _split(href: str) -> tuple[str, str]:
    """Return the path and the anchor of an address, both decoded, without a query."""
    path, _, anchor = href.partition("#")
    return unquote(path.partition("?")[0]), unquote(anchor)


def _ends(steps: list[str]) -> list[str]:
    """Return the ends of a path as ids, the longest first."""
    return ["-".join(filter(None, map(slugify, steps[at:]))) for at in range(len(steps))]


def _id_of_file(target: str, path: str) -> str:
    """Return the id of the briefing or page that a target in the file `path` names; '' for other files."""
    file = normpath(join("source", target.lstrip("/")) if target.startswith("/") else join(dirname(path), target))
    if file.startswith(_HANDBOOK):
        return f"handbook-{_TEXT.sub('', file.removeprefix(_HANDBOOK)).replace('/', '-')}"
    name, _, rest = _TEXT.sub("", file.removeprefix(_BRIEFINGS)).partition("/")
    return name if file.startswith(_BRIEFINGS) and rest in ("", "briefing") else ""


_ARGUMENT = re.compile(r"\\[A-Za-z]+\*?\{([^{}\n]{1,400})\}")
_BARE = frozenset({"ref", "eqref"})
_IN_WORDS = frozenset({"autoref", "cref", "Cref", "nameref"})
_NOUN = re.compile(r"(?<![\w.])(?:figure|fig\.?|table|tab\.?|equation|eqn?\.?)[ \n~\u00a0]\Z", re.IGNORECASE)


def read_reference(
    context: ParseContext, name: str, written: str, before: list[Inline], place: Location
) -> list[Inline] | None:
    """Return the reference of a command to an id of the text; None if it is no reference.

    `before` are the inlines before it: a noun at their end is removed, as the program prints 'Figure 2' itself.
    """
    match = _ARGUMENT.fullmatch(written)
    if match is None or name not in _BARE | _IN_WORDS:
        return None
    targets = [label_id(part) for part in match[1].split(",") if part.strip()]
    if not targets or not all(map(context.has_id, targets)):
        return None
    targets = [context.maths.row_of(target) for target in targets]
    had_noun = _remove_noun(before)
    inlines: list[Inline] = []
    for target in targets:
        inlines += [Text(", ", place)] if inlines else []
        if name in _IN_WORDS or (had_noun and len(targets) == 1):
            inlines.append(CrossReference(target, (), place))
        else:
            inlines.append(NumberReference(target, name == "eqref", (), place))
    return inlines


def _remove_noun(before: list[Inline]) -> bool:
    """Remove the noun at the end, and return True; or else replace `~` and `--` there by their characters."""
    last = before[-1] if before else None
    if not isinstance(last, Text):
        return False
    noun = _NOUN.search(last.text)
    kept = last.text[: noun.start() if noun else None]
    if not noun and kept.endswith("~"):
        kept = f"{kept[:-1]}\u00a0"
    elif not noun and kept.endswith("--") and not kept.endswith("---"):
        kept = f"{kept[:-2]}–"
    before[-1:] = [replace(last, text=kept)] if kept else []
    return noun is not None


def label_of(written: str) -> str:
    r"""Return the id that `\label{…}` gives."""
    match = _ARGUMENT.fullmatch(written)
    return label_id(match[1]) if match else ""


_LABEL = r"(?:[\w~-]|%[89A-F][0-9A-F])+"
_HOST = rf"(?:[^\s/?#@]*@)?(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-F:.]+\])(?::\d*)?"
_WEB_ADDRESS = re.compile(rf"https?://{_HOST}(?:[/?#]\S*)?|mailto:[^\s@]+@[^\s@]+", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)
_BRIEFING = re.compile(r"briefing:[a-z0-9]+(?:-[a-z0-9]+)*(?:#[\w:.\-]+)?")

_FILE = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}(?:[?#]|$)")


def read_link(
    context: ParseContext, href: str, children: tuple[Inline, ...], title: str, place: Location
) -> list[Inline]:
    """Return a link or cross-reference; after a remark, its words and a placeholder if the address is not allowed."""
    written = href.strip()
    href = quote(href.strip(), safe="!#$%&'()*+,/:;=?@[]~", encoding="utf-8") if _SCHEME.match(href) else href.strip()
    if href.startswith("#") and len(href) > 1:
        target = context.maths.row_of(unquote(href[1:]))
        if not children and target == context.title_id:
            children = (Text(context.title_words, place),)
        return [Link(f"#{target}", children, title, place) if children else CrossReference(target, (), place)]
    if href in ("", "#"):
        hint = "Write it between the round brackets, or delete the brackets."
        context.diagnostics.report(message("link-address", place, hint, reason="it has no address"))
        return [Span(children), Placeholder("[no address]")]
    if not (_WEB_ADDRESS.fullmatch(href) or _BRIEFING.fullmatch(href) or is_text_path(href)):
        reason = f"'{written}' is not an address that readers can reach"
        context.diagnostics.report(message("link-address", place, _address_hint(href), reason=reason))
        return [Span(children), Placeholder(f"[{written}]")]
    if not plain_text(children).strip() and not any(not isinstance(child, Text) for child in children):
        context.diagnostics.report(
            message("words-missing", place, "Write the words between the square brackets.", what="link")
        )
        children = (Text(href.removeprefix("mailto:").removeprefix("briefing:"), place),)
    return [Link(href, children, title, place)]


def _address_hint(href: str) -> str | None:
    if _WEB.match(href):
        return "No such place can be: write the address in full, or as `code` if readers are to fill it in."
    if href.startswith("www.") or HOST.match(href):
        return f"Write the address in full: https://{href}."
    if href.startswith("briefing:"):
        return "Write briefing:ID or briefing:ID#anchor, the id as in the briefing's file name."
    if href.startswith("//"):
        return f"Write the address in full: https:{href}."
    if not _SCHEME.match(href) and _FILE.search(href):
        return "Readers do not have this file: put it on the web, and write its address in full."
    return None


def figure_path(context: ParseContext, written: str, place: Location) -> str | None:
    """Return the path of a picture from its text's folder; None after a remark if it is outside of `source/`."""
    path = context.origin.path
    file = picture_file(path, unquote(written.strip()))
    if file is None:
        shown = written if len(written) <= 80 else f"{written[:77]}…"
        hint = "If you may use the picture, save it next to the briefing and write its name, such as 'chart.svg'."
        is_on_the_web = written.lower().startswith(("http:", "https:", "//"))
        context.diagnostics.report(
            message("figure-missing", place, hint if is_on_the_web else None, source=shown, folder="this library")
        )
        return None
    return relative_path(file, path)

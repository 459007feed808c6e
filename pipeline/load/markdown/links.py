"""Links, references and paths of pictures."""

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
_FOLDERS_OWN = ("index", "readme", "briefing", "default")
"""The file name of a folder's text: it goes by the folder's name."""


def is_text_path(href: str) -> bool:
    """True if an address is a path that a text may have: of a file of words, of a folder, or without an ending."""
    way = _split(href)[0]
    is_odd = any(ord(character) < 32 or character in '{}<>|*"`\\' for character in way)
    if is_odd or not way or way.startswith(("//", "www.", "~")) or _SCHEME.match(way) or HOST.match(way):
        return False
    last = way.rpartition("/")[2]
    return bool(_TEXT.search(last)) or not last.strip(".") or "." not in last


def resolve_text_path(href: str, path: str, known: Container[str]) -> str:
    """'briefing:ID#anchor' for a path that leads to a text; every other address as it is.

    `path` is the file that the link stands in, `known` are the ids of all texts.
    """
    if href.startswith(("#", "http", BRIEFING)) or not is_text_path(href):
        return href
    found = next((name for name in names_of(href, path) if name in known), None)
    anchor = _split(href)[1]
    return href if found is None else f"{BRIEFING}{found}{f'#{anchor}' if anchor else ''}"


def within(href: str, path: str) -> str:
    """'#anchor' for 'briefing:ID#anchor' where the link stands in that very text; else the address as it is."""
    name, _, anchor = href.removeprefix(BRIEFING).partition("#")
    own = _of_file(path.removeprefix("source"), path)
    return f"#{anchor}" if own and anchor and name == own else href


def target_of(href: str) -> str:
    """The path without its anchor: links to several parts of a text lead to one."""
    return _split(href)[0]


def names_of(href: str, path: str) -> tuple[str, ...]:
    """The ids that a text at this path may have, the likeliest first.

    That of the very file; then the longest end of the path, as a site's folders become part of a file's name here.
    """
    way = _split(href)[0]
    steps = [step for step in way.split("/") if step.strip(".")]
    steps[-1:] = [_TEXT.sub("", step) for step in steps[-1:]]
    own = slugify(steps[-1]) in _FOLDERS_OWN if steps else False
    ends = [*_ends(steps)[: -1 if own else None], *(_ends(steps[:-1]) if own else ()), *(_ends(steps[-1:]))]
    if path.startswith(_HANDBOOK):
        ends = [name for end in ends for name in (f"handbook-{end}", end)]
    return tuple(dict.fromkeys(filter(None, [_of_file(way, path), *ends])))


def _split(href: str) -> tuple[str, str]:
    """The path and the anchor of an address, both decoded; a query is left out."""
    way, _, anchor = href.partition("#")
    return unquote(way.partition("?")[0]), unquote(anchor)


def _ends(steps: list[str]) -> list[str]:
    """The ends of a path as ids, the longest first."""
    return ["-".join(filter(None, map(slugify, steps[at:]))) for at in range(len(steps))]


def _of_file(way: str, path: str) -> str:
    """The id of the briefing or page whose file a path names."""
    whole = normpath(join("source", way.lstrip("/")) if way.startswith("/") else join(dirname(path), way))
    if whole.startswith(_HANDBOOK):
        return f"handbook-{_TEXT.sub('', whole.removeprefix(_HANDBOOK)).replace('/', '-')}"
    name, _, rest = _TEXT.sub("", whole.removeprefix(_BRIEFINGS)).partition("/")
    return name if whole.startswith(_BRIEFINGS) and rest in ("", "briefing") else ""


_INSIDE = re.compile(r"\\[A-Za-z]+\*?\{([^{}\n]{1,400})\}")
_BARE = frozenset({"ref", "eqref"})
_IN_WORDS = frozenset({"autoref", "cref", "Cref", "nameref"})
_NOUN = re.compile(r"(?<![\w.])(?:figure|fig\.?|table|tab\.?|equation|eqn?\.?)[ \n~\u00a0]\Z", re.IGNORECASE)


def read_reference(
    context: ParseContext, name: str, written: str, before: list[Inline], place: Location
) -> list[Inline] | None:
    """The reference that a command makes to what this text names; None where it makes none.

    `before` is what stands before it on the line: the noun goes, as the house says 'Figure 2' in its own words.
    """
    found = _INSIDE.fullmatch(written)
    if found is None or name not in _BARE | _IN_WORDS:
        return None
    targets = [label_id(part) for part in found[1].split(",") if part.strip()]
    if not targets or not all(map(context.has_id, targets)):
        return None
    targets = [context.maths.row_of(target) for target in targets]
    noun = _without_noun(before)
    made: list[Inline] = []
    for target in targets:
        made += [Text(", ", place)] if made else []
        if name in _IN_WORDS or (noun and len(targets) == 1):
            made.append(CrossReference(target, (), place))
        else:
            made.append(NumberReference(target, name == "eqref", (), place))
    return made


def _without_noun(before: list[Inline]) -> bool:
    """Take the noun off the end of the line, if it names one thing; else write its `~` and `--` as the house does."""
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
    r"""The id that `\label{…}` gives."""
    found = _INSIDE.fullmatch(written)
    return label_id(found[1]) if found else ""


_LABEL = r"(?:[\w~-]|%[89A-F][0-9A-F])+"
_HOST = rf"(?:[^\s/?#@]*@)?(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-F:.]+\])(?::\d*)?"
_OUTWARD = re.compile(rf"https?://{_HOST}(?:[/?#]\S*)?|mailto:[^\s@]+@[^\s@]+", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)
_BRIEFING = re.compile(r"briefing:[a-z0-9]+(?:-[a-z0-9]+)*(?:#[\w:.\-]+)?")

_FILE = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}(?:[?#]|$)")


def read_link(
    context: ParseContext, href: str, children: tuple[Inline, ...], title: str, place: Location
) -> list[Inline]:
    """A link or cross-reference; where it may not lead, its words and a placeholder after a remark."""
    written = href.strip()
    href = quote(href.strip(), safe="!#$%&'()*+,/:;=?@[]~", encoding="utf-8") if _SCHEME.match(href) else href.strip()
    if href.startswith("#") and len(href) > 1:
        target = context.maths.row_of(unquote(href[1:]))
        if not children and target == context.title_id:
            children = (Text(context.title_words, place),)
        return [Link(f"#{target}", children, title, place) if children else CrossReference(target, (), place)]
    if href in ("", "#"):
        context.diagnostics.report(message("link-no-address", place))
        return [Span(children), Placeholder("[no address]")]
    if not (_OUTWARD.fullmatch(href) or _BRIEFING.fullmatch(href) or is_text_path(href)):
        context.diagnostics.report(message("link-scheme", place, _hint(href), href=written))
        return [Span(children), Placeholder(f"[{written}]")]
    if not plain_text(children).strip() and not any(not isinstance(child, Text) for child in children):
        context.diagnostics.report(
            message("words-missing", place, "Write the words between the square brackets.", what="link")
        )
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


def figure_path(context: ParseContext, written: str, place: Location) -> str | None:
    """The path of a picture from its text's folder, or None after a remark that it leads out of `source/`."""
    path = context.origin.path
    file = picture_file(path, unquote(written.strip()))
    if file is None:
        shown = written if len(written) <= 80 else f"{written[:77]}…"
        hint = "Save the picture beside the briefing, where you may use it, and write its name, such as 'chart.svg'."
        is_on_the_web = written.lower().startswith(("http:", "https:", "//"))
        context.diagnostics.report(message("figure-outside", place, hint if is_on_the_web else None, source=shown))
        return None
    return relative_path(file, path)

"""Words that no reader of a document sees: hidden ones, and those that stand in a field until something is typed."""

from collections.abc import Collection, Iterator

from pipeline.word.document.lost import Loss, shortened
from pipeline.word.document.names import PARAGRAPH, RUN, TEXT, BrokenXml, Element, W, parse, value
from pipeline.word.document.paragraphs import number_of

_OFF = ("0", "false", "off")
_STAYS = tuple(f"{W}{name}" for name in ("rPr", "fldChar", "instrText", "footnoteReference", "endnoteReference"))
"""Parts of a hidden run that are no words: fields end where they end, and notes are read by themselves."""
_PICTURES = (f"{W}drawing", f"{W}pict")


def hidden_styles(content: bytes) -> frozenset[str]:
    """The ids of the styles that hide words, out of the part that holds the styles."""
    try:
        styles = list(parse(content or b"<none/>").iter(f"{W}style"))
    except BrokenXml:
        return frozenset()
    own = {str(style.get(f"{W}styleId")): _hides(style) for style in styles}
    based = {str(style.get(f"{W}styleId")): value(style, "basedOn") for style in styles}
    found = set()
    for name in own:
        above, passed = name, set[str]()
        while own.get(above) is None and above in based and above not in passed:
            passed.add(above)
            above = based[above]
        if own.get(above):
            found.add(name)
    return frozenset(found)


def drop_hidden(root: Element, styles: Collection[str]) -> Iterator[Loss]:
    """Take hidden words away; gives each place with its words."""
    if not styles and next(root.iter(f"{W}vanish"), None) is None:
        return
    for number, paragraph in enumerate(root.iter(PARAGRAPH), 1):
        whole = value(paragraph, "pPr/pStyle") in styles
        runs = [run for run in paragraph.iter(RUN) if next(run.iterancestors(PARAGRAPH)) is paragraph]
        hidden = [run for run in runs if _is_hidden(run, whole, styles)]
        if words := _emptied(hidden):
            yield Loss(number, f"hidden words: '{shortened(words)}'")


def drop_prompts(root: Element) -> Iterator[Loss]:
    """Take away what forms show until something is typed; gives what is not marked as such, which may be typed."""
    for control in list(root.iter(f"{W}sdt")):
        said = control.find(f"{W}sdtPr/{W}showingPlcHdr")
        if said is None or said.get(f"{W}val") in _OFF or value(control, "sdtPr/tag").startswith("MENDELEY"):
            continue
        runs = [run for content in control.findall(f"{W}sdtContent") for run in content.iter(RUN)]
        marked = any("placeholder" in value(run, "rPr/rStyle").lower() for run in runs)
        if (words := _emptied(runs)) and not marked:
            number = number_of(root, next(control.iterancestors(PARAGRAPH), control))
            yield Loss(number, f"the words of a field that says it is empty: '{shortened(words)}'")


def _hides(element: Element) -> bool | None:
    """Whether the properties of a run or style hide its words; nothing where they do not say."""
    said = element.find(f"{W}rPr/{W}vanish")
    return None if said is None else said.get(f"{W}val") not in _OFF


def _is_hidden(run: Element, whole: bool, styles: Collection[str]) -> bool:
    said = _hides(run)
    return said if said is not None else whole or value(run, "rPr/rStyle") in styles


def _emptied(runs: list[Element]) -> str:
    """The words of runs, which are taken out of them; a picture is named."""
    words = ""
    for run in runs:
        words += "".join(text.text or "" for text in run.iter(TEXT))
        for child in list(run):
            if child.tag in _STAYS:
                continue
            words += "(a picture)" if child.tag in _PICTURES and not words else ""
            run.remove(child)
    return " ".join(words.split())

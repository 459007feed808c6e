"""Frames beside the text or around it: text boxes, alternatives for old programs, contents lists, controls."""

import re

from lxml import etree

from pipeline.word.document.names import MC, PARAGRAPH, RUN, TEXT, Element, W, inside, unwrap, value, words_run

_BOX = f"{W}txbxContent"
_DEEPEST = 10
"""So many boxes may stand in each other."""
_CONTENTS = re.compile(r"\s*(?:(?:table|list) of )?(?:contents|figures|tables)\s*:?\s*", re.IGNORECASE)
"""Words of a heading that goes with its list."""


def drop_fallbacks(root: Element) -> None:
    """Keep of what is written twice the form for new programs."""
    for either in list(root.iter(f"{MC}AlternateContent")):
        chosen = either.find(f"{MC}Choice")
        if chosen is None:
            chosen = either.find(f"{MC}Fallback")
        for other in list(either):
            if other is not chosen:
                either.remove(other)
        if chosen is not None:
            unwrap(chosen)
        unwrap(either)


def place_readings(root: Element) -> None:
    """Put the reading above some words behind them, in brackets."""
    for ruby in list(root.iter(f"{W}ruby")):
        run = ruby.getparent()
        reading = "".join(text.text or "" for text in ruby.iterfind(f"{W}rt//{TEXT}"))
        base = ruby.findall(f"{W}rubyBase/{RUN}")
        for part in reversed([*base, *([words_run(f" ({reading})")] if reading else [])]):
            run.addnext(part)
        run.remove(ruby)


def place_boxes(root: Element) -> tuple[Element, ...]:
    """Put the paragraphs of every text box behind the paragraph that it hangs on; gives the first of each box."""
    first = []
    for _ in range(_DEEPEST):
        boxes = [box for box in root.iter(_BOX) if not inside(box, _BOX)]
        if not boxes:
            break
        for box in reversed(boxes):  # each behind the anchor, so before the boxes behind it
            anchor = next(box.iterancestors(PARAGRAPH), None)
            children = list(box)
            box.getparent().remove(box)
            if anchor is None:
                continue
            for child in reversed(children):
                anchor.addnext(child)
            first += [child for child in children if "".join(child.itertext()).strip()][:1]
    return tuple(reversed(first))


def drop_contents(root: Element) -> bool:
    """Take the list of contents away, which is made anew; whether there was one."""
    found = False
    for style in list(root.iter(f"{W}pStyle")):
        paragraph = next(style.iterancestors(PARAGRAPH), None)
        if paragraph is None:
            continue
        heads = _style(paragraph) == "tocheading" or _CONTENTS.fullmatch("".join(paragraph.itertext(TEXT)))
        if _is_contents(paragraph) or (heads and _is_contents(next(paragraph.itersiblings(PARAGRAPH), None))):
            found = True
            _drop_paragraph(paragraph)
    return found


def _is_contents(paragraph: Element | None) -> bool:
    """Whether a paragraph is an entry of a list of contents."""
    style = "" if paragraph is None else _style(paragraph)
    return (style.startswith("toc") and style[3:4].isdigit()) or style == "tableoffigures"


def _style(paragraph: Element) -> str:
    return value(paragraph, "pPr/pStyle").lower().replace(" ", "")


def _drop_paragraph(paragraph: Element) -> None:
    """Take a paragraph away; the last one of a cell is emptied, for a cell must have one."""
    parent = paragraph.getparent()
    if parent.tag == f"{W}tc" and len(parent.findall(PARAGRAPH)) == 1:
        for child in list(paragraph):
            paragraph.remove(child)
    else:
        parent.remove(paragraph)


def open_controls(root: Element) -> None:
    """Put the content of controls, of marks of programs and directions, and of fields of one element in their place."""
    for control in list(root.iter(f"{W}sdt")):
        content = control.find(f"{W}sdtContent")
        if content is not None:
            for other in list(control):
                if other is not content:
                    control.remove(other)
            unwrap(content)
        unwrap(control)
    for mark in list(root.iter(f"{W}smartTag", f"{W}customXml", f"{W}bdo", f"{W}dir")):
        for other in mark.findall(f"{W}smartTagPr") + mark.findall(f"{W}customXmlPr"):
            mark.remove(other)
        unwrap(mark)
    for simple in list(root.iter(f"{W}fldSimple")):
        _open_field(simple)


def _open_field(simple: Element) -> None:
    """Put what a field of one element shows in its place; a link is written in the longer form, for it is kept."""
    code = str(simple.get(f"{W}instr", ""))
    for kept in simple.findall(f"{W}fldData"):
        simple.remove(kept)
    if code.strip().upper().startswith("HYPERLINK"):
        said = etree.Element(f"{W}instrText")
        said.text = code
        begin, between, end = (_mark_of_field(kind) for kind in ("begin", "separate", "end"))
        for node in (begin, said, between):
            simple.addprevious(_run_of(node))
        simple.addnext(_run_of(end))
    unwrap(simple)


def _mark_of_field(kind: str) -> Element:
    return etree.Element(f"{W}fldChar", {f"{W}fldCharType": kind})


def _run_of(node: Element) -> Element:
    made = etree.Element(RUN)
    made.append(node)
    return made
